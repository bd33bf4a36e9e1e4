// Copies the address and prints. Without this script neither button is there.
(() => {
  "use strict";
  const find = (name) => document.querySelector(`[data-tool="${name}"]`);
  const said = find("said");
  const copy = find("copy");
  const print = find("print");
  const show = (button) => button.closest("li").removeAttribute("hidden");

  if (copy && navigator.clipboard) {
    const words = copy.querySelector("span");
    const before = words.textContent;
    copy.addEventListener("click", async () => {
      try {
        await navigator.clipboard.writeText(copy.dataset.address);
      } catch {
        return;
      }
      words.textContent = copy.dataset.done;
      said.textContent = copy.dataset.done;
      setTimeout(() => {
        words.textContent = before;
        said.textContent = "";
      }, 4000);
    });
    show(copy);
  }

  if (print) {
    print.addEventListener("click", () => window.print());
    show(print);
  }

  // Answers that are folded away belong on paper too.
  addEventListener("beforeprint", () => {
    for (const answer of document.querySelectorAll("article details")) answer.open = true;
  });
})();
