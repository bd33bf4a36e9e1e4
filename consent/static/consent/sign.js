// A pad to sign on with a finger, a pen or a mouse. What is drawn goes into a hidden field, as points in the pad's own
// units; without this script, or with the keyboard alone, the name is typed instead.
(() => {
  "use strict";
  const MOST_POINTS = 3900;
  const MOST_STROKES = 190;
  const NEAR = 4;

  const strokesOf = (text) => {
    try {
      const read = JSON.parse(text || "[]");
      return Array.isArray(read) ? read : [];
    } catch {
      return [];
    }
  };

  for (const box of document.querySelectorAll("[data-sign]")) {
    const pad = box.querySelector("canvas");
    const clear = box.querySelector("button");
    const field = document.getElementById(box.dataset.sign);
    const ink = pad?.getContext("2d");
    if (!ink || !field) continue;
    let strokes = strokesOf(field.value);
    let drawing = null;

    const paint = () => {
      ink.clearRect(0, 0, pad.width, pad.height);
      ink.strokeStyle = getComputedStyle(pad).color;
      ink.lineWidth = 6;
      ink.lineCap = ink.lineJoin = "round";
      for (const stroke of strokes) {
        ink.beginPath();
        ink.moveTo(...stroke[0]);
        for (const point of stroke.length > 1 ? stroke.slice(1) : stroke) ink.lineTo(...point);
        ink.stroke();
      }
      clear.hidden = strokes.length === 0;
    };

    const within = (value, most) => Math.min(most, Math.max(0, Math.round(value)));
    const pointOf = (event) => {
      const place = pad.getBoundingClientRect();
      return [
        within(((event.clientX - place.left) / place.width) * pad.width, pad.width),
        within(((event.clientY - place.top) / place.height) * pad.height, pad.height),
      ];
    };
    const count = () => strokes.reduce((sum, stroke) => sum + stroke.length, 0);

    const add = (event) => {
      const [x, y] = pointOf(event);
      const last = drawing.at(-1);
      if (last && Math.hypot(x - last[0], y - last[1]) < NEAR) return;
      if (count() < MOST_POINTS) drawing.push([x, y]);
    };

    const stop = () => {
      if (!drawing) return;
      drawing = null;
      field.value = JSON.stringify(strokes);
      paint();
    };

    pad.addEventListener("pointerdown", (event) => {
      if (event.button !== 0 || strokes.length >= MOST_STROKES) return;
      event.preventDefault();
      pad.setPointerCapture(event.pointerId);
      drawing = [];
      add(event);
      if (drawing.length) strokes.push(drawing);
      else drawing = null;
      paint();
    });
    pad.addEventListener("pointermove", (event) => {
      if (!drawing) return;
      add(event);
      paint();
    });
    pad.addEventListener("pointerup", stop);
    pad.addEventListener("pointercancel", stop);
    clear.addEventListener("click", () => {
      strokes = [];
      field.value = "";
      paint();
      document.getElementById(box.dataset.name)?.focus();
    });

    box.hidden = false;
    paint();
  }
})();
