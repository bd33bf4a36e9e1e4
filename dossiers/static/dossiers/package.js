// Makes sending files easier: dropping them, seeing how far they are, seeing the virus check go on.
// Without this script the form does the same, page by page.
"use strict";

const page = document.getElementById("package");
const form = document.getElementById("upload");

function line(text) {
  const row = document.createElement("p");
  row.textContent = text;
  form.querySelector(".upload__progress").append(row);
  return row;
}

function send(file) {
  return new Promise((resolve) => {
    const row = line(`${file.name}: ${form.dataset.textBusy}`);
    const bar = document.createElement("progress");
    bar.max = 1;
    bar.value = 0;
    bar.setAttribute("aria-label", file.name);
    row.append(" ", bar);
    const body = new FormData();
    body.append("csrfmiddlewaretoken", form.querySelector("[name=csrfmiddlewaretoken]").value);
    body.append("files", file, file.name);
    const request = new XMLHttpRequest();
    request.open("POST", form.action);
    request.setRequestHeader("Accept", "application/json");
    request.setRequestHeader("X-CSRFToken", body.get("csrfmiddlewaretoken"));
    request.upload.addEventListener("progress", (event) => {
      if (event.lengthComputable) bar.value = event.loaded / event.total;
    });
    const failed = () => {
      row.textContent = `${file.name}: ${form.dataset.textFailed}`;
      row.className = "upload__refused";
      resolve(false);
    };
    request.addEventListener("error", failed);
    request.addEventListener("load", () => {
      let answer;
      try {
        answer = JSON.parse(request.responseText);
      } catch {
        return failed();
      }
      if (answer.added && answer.added.length) {
        row.textContent = `${file.name}: ${form.dataset.textDone}`;
        resolve(true);
      } else {
        const refused = (answer.refused && answer.refused[0]) || { text: form.dataset.textFailed };
        row.textContent = `${file.name}: ${refused.text}`;
        row.className = "upload__refused";
        resolve(false);
      }
    });
    request.send(body);
  });
}

async function sendAll(files) {
  let refused = 0;
  let added = 0;
  for (const file of files) {
    if (await send(file)) added += 1;
    else refused += 1;
  }
  // What was typed in the form is not lost: it is kept in the page and put back after the reload.
  if (added) keepAnswers();
  if (added && !refused) window.location.reload();
  else if (added) window.setTimeout(() => window.location.reload(), 6000);
}

function keepAnswers() {
  const answers = document.getElementById("answers");
  if (!answers) return;
  const kept = {};
  for (const field of answers.querySelectorAll("textarea")) kept[field.name] = field.value;
  window.sessionStorage.setItem(`answers:${window.location.pathname}`, JSON.stringify(kept));
}

function restoreAnswers() {
  const key = `answers:${window.location.pathname}`;
  const kept = window.sessionStorage.getItem(key);
  window.sessionStorage.removeItem(key);
  if (!kept) return;
  const answers = document.getElementById("answers");
  if (!answers) return;
  for (const [name, value] of Object.entries(JSON.parse(kept))) {
    const field = answers.elements.namedItem(name);
    if (field && !field.value) field.value = value;
  }
}

if (form) {
  restoreAnswers();
  const input = form.querySelector("input[type=file]");
  form.addEventListener("submit", (event) => {
    if (!input.files.length) return;
    event.preventDefault();
    const files = [...input.files];
    input.value = "";
    sendAll(files);
  });
  for (const name of ["dragenter", "dragover"]) {
    form.addEventListener(name, (event) => {
      event.preventDefault();
      form.classList.add("upload--over");
    });
  }
  for (const name of ["dragleave", "drop"]) {
    form.addEventListener(name, (event) => {
      event.preventDefault();
      form.classList.remove("upload--over");
    });
  }
  form.addEventListener("drop", (event) => sendAll([...event.dataTransfer.files]));
}

async function watch() {
  const response = await fetch(page.dataset.stateUrl, { headers: { Accept: "application/json" } });
  if (!response.ok) return;
  const state = await response.json();
  for (const file of state.files) {
    const badge = document.querySelector(`[data-file="${CSS.escape(file.file)}"] [data-scan]`);
    if (!badge) continue;
    badge.textContent = file.text;
    const tone = { clean: "ok", pending: "info" }[file.scan] || "error";
    badge.className = `utrecht-badge-status utrecht-badge-status--${tone}`;
  }
  if (state.status !== page.dataset.status) {
    keepAnswers();
    window.location.reload();
  } else if (state.files.some((file) => file.scan === "pending") || state.status === "scanning") {
    window.setTimeout(watch, 1500);
  }
}

if (page && page.dataset.busy === "yes") window.setTimeout(watch, 1000);
