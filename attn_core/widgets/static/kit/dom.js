// Elements, events and words: the little that every widget needs of the page.

const SVG = "http://www.w3.org/2000/svg";

function fill(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? "" : value);
  }
  // JupyterLab takes the arrow keys from a focused element that does not say that it wants them.
  if (element.matches("input, select, button, summary, [tabindex]")) element.dataset.lmSuppressShortcuts = "true";
  element.append(...children.filter((child) => child !== null && child !== undefined));
  return element;
}

export const h = (tag, attributes = {}, ...children) => fill(document.createElement(tag), attributes, children);
export const s = (tag, attributes = {}, ...children) => fill(document.createElementNS(SVG, tag), attributes, children);

// A number that the reader types. It goes back to what was shown, and the next drawing writes what became of it: so
// what is no number, or out of range, never stays.
export function number(label, change, attributes = {}) {
  const input = h("input", { type: "number", step: 0.1, "aria-label": label, ...attributes, onchange() {
    const x = input.valueAsNumber;
    input.value = input.dataset.shown;
    if (Math.abs(x) <= 1e6) change(x);
  } });
  return input;
}

// Write only what differs: an element being typed in keeps its caret, and nothing is announced twice.
export function write(element, text) {
  if (element.textContent !== text) element.textContent = text;
}
export function place(element, attributes) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === false) element.removeAttribute(name);
    else if (element.getAttribute(name) !== String(value)) element.setAttribute(name, value);
  }
}
export function set(input, value) {
  if (input.type === "number" && input.dataset.shown === String(value)) return;   // leave what is being typed
  if (input.type === "number") input.dataset.shown = value;
  if (input.value !== String(value)) input.value = value;
}

// A live region that speaks at most twice a second, and always says the last thing.
export function speaker(region) {
  let timer = null, next = null;
  const say = () => {
    timer = null;
    if (next === null) return;
    write(region, next);
    next = null;
    timer = setTimeout(say, 500);
  };
  return {
    say(text) { next = text; timer ??= setTimeout(say, 150); },
    stop() { clearTimeout(timer); },
  };
}

// One drawing per microtask, however many changes came.
export function once(draw) {
  let waiting = false;
  return () => {
    if (waiting) return;
    waiting = true;
    queueMicrotask(() => { waiting = false; draw(); });
  };
}

// Move from 0 to 1 in 150 ms; at once for readers who asked for less motion. Returns a function that stops it.
export function glide(step) {
  if (matchMedia("(prefers-reduced-motion: reduce)").matches) { step(1); return () => {}; }
  let frame = 0, start = null;
  const tick = (now) => {
    start ??= now;
    const t = Math.min((now - start) / 150, 1);
    step(t * (2 - t));
    if (t < 1) frame = requestAnimationFrame(tick);
  };
  frame = requestAnimationFrame(tick);
  return () => cancelAnimationFrame(frame);
}
