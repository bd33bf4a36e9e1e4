// Asks the browser to keep the page for need and the road, in the language of this page.
(() => {
  "use strict";
  if (!("serviceWorker" in navigator)) return;

  // Whoever saves data keeps the page for need and what was visited, not the whole road.
  const savesData = () =>
    Boolean(navigator.connection?.saveData) || matchMedia("(prefers-reduced-data: reduce)").matches;

  const keep = async () => {
    const { active } = await navigator.serviceWorker.ready;
    active?.postMessage({ keep: document.documentElement.lang, frugal: savesData() });
  };

  addEventListener("load", () => navigator.serviceWorker.register("/sw.js").then(keep, () => {}));
  addEventListener("online", keep);
})();
