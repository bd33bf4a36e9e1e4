// Tells an editor how hard the text reads, shortly after the last key.
(() => {
  "use strict";
  const WAIT_MS = 800;
  const FIELDS = "#id_title, #id_summary, [data-contentpath] input[type='text'], [data-contentpath] textarea";
  const NOT_TEXT = /slot|email|website|telephone|seo_title|search_description|publish_reason|slug/;

  const ofRichText = (input) => {
    try {
      return (JSON.parse(input.value)?.blocks ?? []).map((block) => block.text);
    } catch {
      return [];
    }
  };

  const gather = (form) => {
    const texts = [];
    for (const field of form.querySelectorAll(`${FIELDS}, [data-draftail-input]`)) {
      if (field.closest("[hidden], .w-hidden") || NOT_TEXT.test(field.name)) continue;
      if (field.matches("[data-draftail-input]")) texts.push(...ofRichText(field));
      else if (field.type !== "hidden") texts.push(field.value);
    }
    return [...new Set(texts.map((text) => text.trim()).filter(Boolean))].join("\n");
  };

  const begin = (box) => {
    const form = box.closest("form");
    const score = box.querySelector("[data-reading-level-score]");
    const hard = box.querySelector("[data-reading-level-hard]");
    let timer = 0;
    let last = null;
    let asked = null;

    const show = (found) => {
      const said = found.level ? `${found.measure}: ${found.score} (${found.level})` : box.dataset.short;
      if (score.textContent.trim() !== said) score.textContent = said;
      box.classList.toggle("reading-level--hard", found.too_hard);
      hard.replaceChildren(
        ...found.hard.map(({ text, reasons }) => {
          const item = document.createElement("li");
          const quote = document.createElement("q");
          quote.textContent = text;
          item.append(quote);
          for (const reason of reasons) {
            const line = document.createElement("span");
            line.textContent = reason;
            item.append(line);
          }
          return item;
        }),
      );
    };

    const ask = async () => {
      const text = gather(form);
      if (text === last) return;
      last = text;
      asked?.abort();
      asked = new AbortController();
      const token = form.querySelector("[name=csrfmiddlewaretoken]").value;
      const audience = form.querySelector("[name=audience]")?.value ?? "";
      try {
        const answer = await fetch(box.dataset.url, {
          method: "POST",
          headers: { "X-CSRFToken": token },
          body: new URLSearchParams({ text, audience }),
          signal: asked.signal,
        });
        if (answer.ok) show(await answer.json());
      } catch {
        last = null;
      }
    };

    const later = () => {
      clearTimeout(timer);
      timer = setTimeout(ask, WAIT_MS);
    };
    for (const event of ["input", "keyup", "change"]) form.addEventListener(event, later);
  };

  addEventListener("DOMContentLoaded", () => {
    for (const box of document.querySelectorAll("[data-reading-level]")) begin(box);
  });
})();
