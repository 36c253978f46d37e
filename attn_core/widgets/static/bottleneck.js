// Bottleneck: a line of symbols, read into one vector and written from memory. Recorded runs of trained models.
import { code, curves, symbols } from "./bottleneck/picture.js";
import { LONGEST, SHORTEST, STEPS, STEPS_OUT, WIDTHS, caption, ends, grouped, needed, solve, words } from "./bottleneck/recorded.js";
import { h, number, once, place, set, speaker, write } from "./kit/dom.js";
import { fixed } from "./kit/format.js";
import { keeping, situations, unfolding } from "./kit/frame.js";

const STATE = ["length", "memory"];

// The first picture, and the situations worth a button: each named after what one will see.
export const BASE = { length: 14, memory: "64" };
export const PRESETS = {
  "seven fit": { length: 7 },
  "fourteen do not": {},
  "wider: nine": { length: 9, memory: "128" },
  "turned round: nine": { length: 9, memory: "turned" },
  "trained longer: eleven": { length: 11, memory: "fixed_out" },
  "attention: sixty": { length: 60, memory: "attention" },
};
const WAYS = { plain: "one vector", turned: "turned round", fixed_out: "trained longer", attention: "with attention" };

// Is this a situation that the widget can show? What comes from an address may be anything.
export function valid(state) {
  if (state === null || typeof state !== "object" || Object.keys(state).sort().join() !== [...STATE].sort().join()) return false;
  const { length, memory } = state;
  return Number.isInteger(length) && length >= SHORTEST && length <= LONGEST && typeof memory === "string" && Object.hasOwn(WIDTHS, memory);
}

function render({ model, el }) {
  const get = (name) => model.get(name), now = () => Object.fromEntries(STATE.map((name) => [name, get(name)]));
  const start = structuredClone(now());
  let moving = false;   // whether the change will be announced

  // ---- what a reader can do
  function put(changes) {
    moving = true;
    for (const [name, value] of Object.entries(changes)) model.set(name, value);
    model.save_changes();
  }
  const stretch = (n) => put({ length: Math.max(SHORTEST, Math.min(LONGEST, Math.round(n))) });

  // ---- what is seen, from top to bottom
  const slide = h("input", { type: "range", min: SHORTEST, max: LONGEST, step: 1, "aria-label": "length of the line", oninput: () => stretch(Number(slide.value)) });
  const typed = number("length of the line, exactly", stretch, { min: SHORTEST, max: LONGEST, step: 1 });
  const choose = (label, options, change) => {
    const select = h("select", { "aria-label": label, title: label, onchange: () => change(select.value) }, ...Object.entries(options).map(([value, text]) => h("option", { value }, text)));
    return select;
  };
  const width = choose("numbers in a vector", Object.fromEntries([16, 32, 64, 128].map((n) => [n, `${n} numbers`])), (n) => put({ memory: n }));
  const way = choose("how it is remembered", WAYS, (name) => put({ memory: name === "plain" ? "64" : name }));   // but for `plain`, recorded at 64

  const read = symbols("the line"), held = code(), back = symbols("what came back"), graph = curves(stretch);
  const order = h("span"), shape = h("span", { class: "attn-number" }), count = h("strong", { class: "attn-number" }), average = h("strong", { class: "attn-number" });
  const interval = h("span", { class: "attn-number" }), kept = h("strong", { class: "attn-number" }), spread = h("span", { class: "attn-number" });
  const around = keeping("bottleneck", el, { reset: () => put(start), situation: now });
  const sentence = h("p", { class: "attn-caption" }), spoken = h("p", { class: "attn-spoken", "aria-live": "polite" }), voice = speaker(spoken);
  const view = h("div", { class: "attn-view attn-bottleneck" },
    h("div", { class: "attn-budget" }, h("span", {}, "length"), slide, typed, width, way),
    situations(PRESETS, (patch) => put({ ...BASE, ...patch })),
    h("p", { class: "attn-above" }, h("b", {}, "the line"), " ", order), read.node,
    h("p", { class: "attn-above" }, h("b", { class: "role-value" }, "held"), " ", shape), held.node,
    h("p", { class: "attn-above" }, h("b", { class: "role-output" }, "what came back"), " ", count, " right, boxed is wrong"), back.node,
    h("div", { class: "attn-graph" }, h("p", { class: "attn-above" }, h("b", { class: "role-output" }, "right on average"), " ", average, " ", interval), graph.node),
    h("p", { class: "attn-above" }, h("b", {}, "bits kept, at least"), " ", kept, " ", spread),
    sentence,
    h("div", { class: "attn-edit" }, h("span", {}, `Recorded runs of models trained for ${STEPS} steps, longer: ${grouped(STEPS_OUT)}. Averages of 64 lines and five seeds, 95 % intervals. Dashed: the longest line in training. Thin: the other models. All but one vector have 64 numbers.`), ...around.buttons),
    around.note, spoken);

  function draw() {
    const seen = solve(now()), { memory, right, share, strips } = seen, wrong = right.flatMap((ok, i) => (ok ? [] : [i + 1]));
    set(slide, seen.length); set(typed, seen.length); set(width, seen.width); set(way, memory in WAYS ? memory : "plain");
    place(slide, { "aria-valuetext": `${seen.length} symbols` });
    write(order, memory === "turned" ? "read from right to left" : "read from left to right");
    write(shape, memory === "attention" ? `${seen.length} vectors, ${grouped(seen.held)} numbers (first not drawn)` : `1 vector, ${seen.held} numbers`);
    write(count, `${right.length - wrong.length} of ${right.length}`);
    write(average, fixed(share.mean)); write(interval, ends(share, 2));
    write(kept, `${fixed(seen.kept.mean, 1)} of ${fixed(needed(seen.length), 1)}`); write(spread, ends(seen.kept, 1));
    read.draw(seen.line, seen.line.map(() => true), "");
    back.draw(seen.wrote, right, wrong.length ? `; wrong at ${wrong.join(", ")}` : "; all right");
    held.draw(seen, `${strips.length > 1 ? `${strips.length} vectors` : "A vector"} of ${seen.width} numbers, a bar for each`);
    graph.draw(seen, `The share of symbols that come back, against the length of the line: ${fixed(share.mean)} at ${seen.length}.`);
    write(sentence, caption(seen));
    if (moving) voice.say(words(seen));
    moving = false;
  }
  const redraw = once(draw);
  for (const name of STATE) model.on(`change:${name}`, redraw);

  draw();
  el.replaceChildren(view);
  const settled = unfolding(view, [], (wide) => { graph.resize(wide); redraw(); });

  return () => {
    voice.stop(); settled();
    for (const name of STATE) model.off(`change:${name}`, redraw);
    el.replaceChildren();
  };
}

export default { render };
