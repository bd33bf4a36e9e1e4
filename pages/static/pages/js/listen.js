// Reads the text aloud with a voice of the reader's own device, paragraph by paragraph, and marks where it is.
(() => {
  "use strict";
  const box = document.getElementById("listen");
  const device = box?.querySelector(".listen__device");
  if (!device) return;
  const play = device.querySelector('[data-listen="play"]');
  const stop = device.querySelector('[data-listen="stop"]');
  const none = box.querySelector('[data-listen="none"]');
  const words = play.querySelector("span");
  const first = words.textContent;
  const speech = window.speechSynthesis;
  const article = document.querySelector("article.text");
  const READ = "h1, h2, h3, p, li, dt, dd, summary, figcaption, td, th, legend, label";
  const LEAVE = "[popover], [hidden], .no-print, nav, form:not([data-aloud]), button, audio, video, .translation-notice";
  const MOST_LETTERS = 220;
  const PATIENCE_MS = 2500;

  let parts = [];
  let at = 0;
  // Each turn of reading has a number: what an older one still reports is not ours.
  let turn = 0;
  let reading = false;

  // "nl" fits "nl-NL" and "nl_BE".
  const fits = (voice, code) => {
    const language = voice.lang.toLowerCase().replace("_", "-");
    return language === code.toLowerCase() || language.startsWith(`${code.toLowerCase()}-`);
  };
  const voice = () => {
    const all = speech.getVoices();
    for (const code of device.dataset.voices.split(" ")) {
      const fitting = all.filter((one) => fits(one, code));
      if (fitting.length) return fitting.find((one) => one.localService) ?? fitting[0];
    }
    return null;
  };

  const textOf = (element) => {
    const copy = element.cloneNode(true);
    for (const inner of copy.querySelectorAll(`${LEAVE}, ${READ}, ul, ol, table`)) {
      // The word of a glossary term is a button in the text: it is read, its explanation is not.
      if (inner.matches("button[popovertarget]")) continue;
      inner.remove();
    }
    return copy.textContent.replace(/\s+/g, " ").trim();
  };

  const gather = () => {
    for (const answer of article.querySelectorAll("details")) answer.open = true;
    // Where recordings read the text, the voice reads the questions below it.
    const texts = device.dataset.only === "form" ? [] : [article];
    const places = [...texts, ...document.querySelectorAll("form[data-aloud]")];
    parts = places
      .flatMap((place) => [...place.querySelectorAll(READ)])
      .filter((element) => !element.closest(LEAVE) && element.checkVisibility?.() !== false)
      .map((element) => ({ element, text: textOf(element) }))
      .filter((part) => part.text);
  };

  // Long pieces stop halfway in some browsers: they are read sentence by sentence.
  const pieces = (text) => {
    const sentences = text.match(/[^.!?።؟…]+[.!?።؟…]*\s*/g) ?? [text];
    const found = [];
    for (const sentence of sentences) {
      const last = found.at(-1);
      if (last && last.length + sentence.length < MOST_LETTERS) found[found.length - 1] = last + sentence;
      else found.push(sentence);
    }
    return found;
  };

  const mark = (element) => {
    for (const old of document.querySelectorAll(".is-read")) old.classList.remove("is-read");
    if (!element) return;
    element.classList.add("is-read");
    const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    element.scrollIntoView({ block: "center", behavior: calm ? "auto" : "smooth" });
  };

  const show = () => {
    words.textContent = reading ? device.dataset.pause : at > 0 ? device.dataset.resume : first;
    stop.hidden = !reading && at === 0;
  };

  const end = () => {
    turn += 1;
    reading = false;
    at = 0;
    speech.cancel();
    mark(null);
    if (document.activeElement === stop) play.focus();
    show();
  };

  const readOn = () => {
    const mine = turn;
    if (at >= parts.length) return end();
    const { element, text } = parts[at];
    const chosen = voice();
    if (!chosen) return end();
    mark(element);
    const rest = pieces(text);
    const next = () => {
      if (mine !== turn) return;
      const piece = rest.shift();
      if (piece === undefined) {
        at += 1;
        readOn();
        return;
      }
      const said = new SpeechSynthesisUtterance(piece);
      said.voice = chosen;
      said.lang = chosen.lang;
      said.rate = 0.9;
      said.onend = next;
      said.onerror = () => mine === turn && end();
      speech.speak(said);
    };
    next();
  };

  // A pause of the browser itself does not hold on Android: it stops, and begins the paragraph again.
  play.addEventListener("click", () => {
    turn += 1;
    speech.cancel();
    reading = !reading;
    if (reading) {
      if (at === 0) gather();
      readOn();
    }
    show();
  });
  stop.addEventListener("click", end);
  addEventListener("keydown", (event) => {
    if (event.key === "Escape" && (reading || at > 0)) end();
  });
  addEventListener("pagehide", () => speech?.cancel());

  // Voices may come late; who waits in vain is told the truth.
  const decide = () => {
    const found = Boolean(speech && voice());
    device.hidden = !found;
    if (none) none.hidden = found;
    return found;
  };
  if (!speech) {
    decide();
  } else if (!decide()) {
    if (none) none.hidden = true;
    const timer = setTimeout(decide, PATIENCE_MS);
    speech.addEventListener?.("voiceschanged", () => decide() && clearTimeout(timer));
  }
})();
