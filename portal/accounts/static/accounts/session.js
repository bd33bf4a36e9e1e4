// Warns before a session ends, with a way to stay, and keeps what was typed and not sent (docs/adr/0015).
// Without this script the page says when the session ends and has a button to stay.
(() => {
  "use strict";
  const PREFIX = "draft ";
  const WARN_SECONDS = 120;
  const LAST_CALL_SECONDS = 30;
  const KEPT_MILLISECONDS = 12 * 60 * 60 * 1000;
  const LONGEST = 200000;
  const NEVER = new Set(["password", "file", "hidden", "submit", "button", "reset", "image"]);
  const box = document.querySelector("[data-session]");
  const given = box ? box.dataset : {};
  const here = location.pathname + location.search;
  const isAskingProof = !given.draftKey || location.pathname === given.secondFactor;

  const stored = () => Object.keys(sessionStorage).filter((name) => name.startsWith(PREFIX));
  const read = (name) => {
    try {
      return JSON.parse(sessionStorage.getItem(name)) || {};
    } catch {
      return {};
    }
  };
  const write = (name, entry) => {
    try {
      sessionStorage.setItem(name, JSON.stringify(entry));
    } catch {
      sessionStorage.removeItem(name); // full: half a draft is none
    }
  };
  const forget = (wanted) => stored().filter(wanted).forEach((name) => sessionStorage.removeItem(name));

  // A form that was sent and led to the sign-in or the second factor did not arrive: its draft counts again. It arrived
  // when the page that comes next says that it comes from there. A line that dropped leads to no page of ours; then the
  // draft waits until the form is opened again.
  const [visit] = performance.getEntriesByType("navigation");
  const from = document.referrer.startsWith(`${location.origin}/`) ? document.referrer.slice(location.origin.length) : "";
  const arrived = ({ sent, page }) => sent && (!page || (page === from && visit?.type !== "back_forward"));
  if (isAskingProof) {
    for (const name of stored()) write(name, { ...read(name), sent: false });
  } else {
    const mine = `${PREFIX}${given.draftOwner} `;
    forget((name) => !name.startsWith(mine) || arrived(read(name)) || !(Date.now() - read(name).at < KEPT_MILLISECONDS));
  }
  if (!box) return;

  // Drafts
  const bytes = (hex) => Uint8Array.from(hex.match(/../g), (pair) => parseInt(pair, 16));
  const text = (buffer) => btoa(Array.from(new Uint8Array(buffer), (byte) => String.fromCharCode(byte)).join(""));
  const unText = (value) => Uint8Array.from(atob(value), (letter) => letter.charCodeAt(0));
  const key =
    !isAskingProof && window.crypto && crypto.subtle
      ? crypto.subtle.importKey("raw", bytes(given.draftKey), "AES-GCM", false, ["encrypt", "decrypt"])
      : null;
  const algorithm = (name, iv) => ({ name: "AES-GCM", iv, additionalData: new TextEncoder().encode(name) });

  // The Wagtail admin keeps drafts of its own, on the server.
  const tracked = "noDrafts" in given ? [] : [...document.querySelectorAll("main form")];
  const forms = tracked.filter((form) => form.method === "post" && !form.closest("[data-no-draft]"));
  const nameOf = (form) => {
    const action = form.getAttribute("action") || "";
    const number = forms.filter((other) => (other.getAttribute("action") || "") === action).indexOf(form);
    return `${PREFIX}${given.draftOwner} ${here} ${action} ${number}`;
  };
  const isKept = (field) =>
    field.name &&
    field.name !== "code" &&
    !NEVER.has(field.type) &&
    !/password|one-time-code/.test(field.autocomplete || "") &&
    !field.closest("[data-no-draft]");
  const fieldsOf = (form) => [...form.elements].filter(isKept);
  const isChoice = (field) => field.type === "checkbox" || field.type === "radio";
  const stateOf = (field) => {
    if (isChoice(field)) return field.checked;
    return field.options ? [...field.options].map((option) => option.selected) : field.value;
  };
  const firstStateOf = (field) => {
    if (isChoice(field)) return field.defaultChecked;
    if (!field.options) return field.defaultValue;
    const options = [...field.options];
    const states = options.map((option) => option.defaultSelected);
    if (!field.multiple && options.length && !states.includes(true)) states[0] = true;
    return states;
  };
  const isTouched = (field) => JSON.stringify(stateOf(field)) !== JSON.stringify(firstStateOf(field));

  const keep = async (form, sent = false) => {
    const name = nameOf(form);
    const fields = fieldsOf(form);
    if (!fields.some(isTouched)) {
      sessionStorage.removeItem(name);
      return;
    }
    const plain = JSON.stringify(
      fields.map((field) => [field.name, isChoice(field) ? field.value : "", stateOf(field)]),
    );
    if (plain.length > LONGEST) return;
    const iv = crypto.getRandomValues(new Uint8Array(12));
    const data = await crypto.subtle.encrypt(algorithm(name, iv), await key, new TextEncoder().encode(plain));
    write(name, { at: Date.now(), page: here, sent, iv: text(iv), data: text(data) });
  };

  const restore = async (form) => {
    const name = nameOf(form);
    const entry = read(name);
    if (!entry.data) return;
    let values;
    try {
      const plain = await crypto.subtle.decrypt(algorithm(name, unText(entry.iv)), await key, unText(entry.data));
      values = JSON.parse(new TextDecoder().decode(plain));
    } catch {
      sessionStorage.removeItem(name); // of another time or another user
      return;
    }
    let count = 0;
    const left = [...values];
    for (const field of fieldsOf(form)) {
      const own = isChoice(field) ? field.value : "";
      const at = left.findIndex(([fieldName, value]) => fieldName === field.name && value === own);
      if (at < 0) continue;
      const [[, , state]] = left.splice(at, 1);
      if (isTouched(field) || JSON.stringify(state) === JSON.stringify(stateOf(field))) continue;
      if (isChoice(field)) field.checked = state;
      else if (field.options) [...field.options].forEach((option, index) => (option.selected = Boolean(state[index])));
      else field.value = state;
      field.dispatchEvent(new Event("input", { bubbles: true }));
      field.dispatchEvent(new Event("change", { bubbles: true }));
      count += 1;
    }
    if (!count) return;
    const notice = box.querySelector("[data-draft-notice]").content.cloneNode(true);
    form.before(notice);
  };

  const waiting = new Map();
  const keepSoon = (form) => {
    clearTimeout(waiting.get(form));
    waiting.set(form, setTimeout(() => keep(form), 300));
  };
  if (key) {
    forms.forEach((form) => {
      restore(form);
      form.addEventListener("input", () => keepSoon(form));
      form.addEventListener("change", () => keep(form));
    });
    document.addEventListener("submit", (event) => {
      const form = event.target;
      if (event.defaultPrevented || !forms.includes(form)) return;
      clearTimeout(waiting.get(form));
      const name = nameOf(form);
      if (sessionStorage.getItem(name)) write(name, { ...read(name), sent: true });
      keep(form, true);
    });
  }
  document.querySelectorAll(`form[action="${given.signOut}"]`).forEach((form) => {
    form.addEventListener("submit", () => {
      forms.length = 0;
      waiting.forEach((timer) => clearTimeout(timer));
      forget(() => true);
    });
  });

  // The end
  const dialog = box.querySelector("dialog");
  const clock = dialog.querySelector("[data-session-left]");
  const said = dialog.querySelector("[data-session-said]");
  const stayForm = dialog.querySelector("form[data-stay]");
  const channel = "BroadcastChannel" in window ? new BroadcastChannel("session") : null;
  let until = Date.now() + Number(given.seconds) * 1000;
  let leaving = false;
  let told = Infinity;

  const leave = async () => {
    if (leaving) return;
    leaving = true;
    if (key) await Promise.allSettled(forms.map((form) => keep(form)));
    const wanted = new URLSearchParams(location.search).get("next") || given.home;
    const next = location.pathname === given.secondFactor ? wanted : here;
    location.assign(`${given.signIn}?${new URLSearchParams({ ended: "1", next })}`);
  };
  const prolong = (moment) => {
    until = moment;
    told = Infinity;
    said.textContent = "";
    if (dialog.open) dialog.close();
  };
  const tell = () => channel && channel.postMessage({ owner: given.draftOwner, until });
  if (channel) {
    channel.addEventListener("message", ({ data }) => {
      if (data && data.owner === given.draftOwner && data.until > until) prolong(data.until);
    });
    tell();
  }

  const look = () => {
    const left = Math.ceil((until - Date.now()) / 1000);
    if (left <= 0) {
      leave();
      return;
    }
    if (left > WARN_SECONDS) return;
    clock.textContent = `${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")}`;
    // Twice: whoever closes it in between goes on undisturbed.
    const call = left <= LAST_CALL_SECONDS ? LAST_CALL_SECONDS : WARN_SECONDS;
    if (call >= told) return;
    told = call;
    if (!dialog.open) dialog.showModal();
    if (call === LAST_CALL_SECONDS) said.textContent = said.dataset.text;
  };
  setInterval(look, 1000);
  document.addEventListener("visibilitychange", look);
  addEventListener("pageshow", look);

  if (stayForm) {
    stayForm.addEventListener("submit", async (event) => {
      event.preventDefault();
      try {
        const answer = await fetch(stayForm.action, {
          method: "POST",
          body: new FormData(stayForm),
          headers: { Accept: "application/json" },
        });
        const { seconds } = await answer.json();
        prolong(Date.now() + seconds * 1000);
        tell();
      } catch {
        leave(); // whoever is still signed in comes straight back
      }
    });
  }
})();
