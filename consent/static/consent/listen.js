// Plays the recordings of an explanation part by part, and marks which part is heard. Without it each part has a player.
(() => {
  "use strict";
  const box = document.getElementById("listen-recorded");
  const players = [...document.querySelectorAll("article.text audio, [data-recorded] audio, form[data-aloud] audio")];
  if (!box || !players.length) return;
  const play = box.querySelector('[data-listen="play"]');
  const stop = box.querySelector('[data-listen="stop"]');
  const words = play.querySelector("span");
  const first = words.textContent;

  let at = -1;
  let heard = false;

  const show = () => {
    words.textContent = heard ? box.dataset.pause : at >= 0 ? box.dataset.resume : first;
    stop.hidden = at < 0;
  };

  const mark = (player) => {
    for (const old of document.querySelectorAll(".is-read")) old.classList.remove("is-read");
    const part = player?.closest("[data-part]");
    if (!part) return;
    part.classList.add("is-read");
    const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    part.scrollIntoView({ block: "center", behavior: calm ? "auto" : "smooth" });
  };

  const end = () => {
    at = -1;
    heard = false;
    for (const player of players) {
      player.pause();
      if (player.currentTime) player.currentTime = 0;
    }
    mark(null);
    if (document.activeElement === stop) play.focus();
    show();
  };

  const start = (index) => players[index].play().catch(() => players[index].paused && at === index && end());

  players.forEach((player, index) => {
    player.addEventListener("play", () => {
      for (const other of players) if (other !== player) other.pause();
      at = index;
      heard = true;
      mark(player);
      if (players[index + 1]) players[index + 1].preload = "auto";
      show();
    });
    player.addEventListener("pause", () => {
      if (at !== index || player.ended) return;
      heard = false;
      show();
    });
    player.addEventListener("ended", () => {
      if (at !== index) return;
      if (!players[index + 1]) return end();
      players[index + 1].currentTime = 0;
      start(index + 1);
    });
  });

  play.addEventListener("click", () => (heard ? players[at].pause() : start(Math.max(at, 0))));
  stop.addEventListener("click", end);
  addEventListener("keydown", (event) => {
    if (event.key === "Escape" && at >= 0) end();
  });
  box.hidden = false;
})();
