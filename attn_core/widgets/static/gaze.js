// Gaze: a picture, a budget of pixels, and a place to look at.
import { glide, h, number, once, place, s, set, speaker, write } from "./kit/dom.js";
import { fixed, listed, rounded, share } from "./kit/format.js";
import { keeping, situations } from "./kit/frame.js";
import { pointer } from "./kit/plane.js";
import { LEAST, MOST, even, gazing, mean, summed } from "./gaze/glimpse.js";
import { CREDIT, HEIGHT, THINGS, WIDTH, pixels } from "./gaze/scenes.js";

const STATE = ["picture", "spread", "gaze", "budget"];
const STEP = 8, COARSE = 32, WAYS = { ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

// The first picture, and the situations worth a button: each named after what one will see.
export const BASE = { picture: "street", spread: "gaze", gaze: [254, 146], budget: 2000 };
export const PRESETS = {
  "read the hotel's sign": {},
  "the same pixels, evenly": { spread: "even" },
  "look at the cat": { gaze: [314, 235] },
  "read the number": { gaze: [254, 76], budget: 6300 },
  "all of it, evenly": { spread: "even", budget: 55296 },
  "a photograph": { picture: "pagoda", gaze: [185, 38] },
};

// Is this a situation that the widget can show? What comes from an address may be anything.
export function valid(state) {
  const between = (x, low, high) => typeof x === "number" && x >= low && x <= high;   // no NaN
  if (state === null || typeof state !== "object" || Object.keys(state).sort().join() !== [...STATE].sort().join()) return false;
  const { picture, spread, gaze, budget } = state;
  return typeof picture === "string" && Object.hasOwn(THINGS, picture) && ["gaze", "even"].includes(spread)
    && Array.isArray(gaze) && gaze.length === 2 && between(gaze[0], 0, WIDTH) && between(gaze[1], 0, HEIGHT) && between(budget, LEAST, MOST);
}

// Everything that is shown: what is processed, where it lies, how fine each thing is seen.
export function solve(state) {
  const things = THINGS[state.picture], blocks = state.spread === "even" ? even(state.budget) : gazing(state.budget, state.gaze);
  const inside = ([left, top, right, bottom]) => blocks.filter(([x, y, w, t]) => x + w / 2 > left && x + w / 2 < right && y + t / 2 > top && y + t / 2 < bottom).length;
  const touching = ([left, top, right, bottom]) => blocks.reduce((most, [x, y, w, t]) => (x < right && x + w > left && y < bottom && y + t > top ? Math.max(most, w, t) : most), 0);
  const weights = things.map(({ box }) => inside(box) / blocks.length), widest = things.map(({ box }) => touching(box));
  return { ...state, things, blocks, spent: blocks.length, weights: [...weights, 1 - weights.reduce((a, b) => a + b, 0)], widest, seen: things.map(({ fine }, j) => widest[j] <= fine) };
}

export const thousands = (n) => String(n).replace(/\B(?=(\d{3})+$)/g, ",");
const part = (n) => { const percent = (100 * n) / (WIDTH * HEIGHT); return `${fixed(percent, percent < 1 ? 2 : 1)} %`; };
const evenly = ({ fine }) => 6 * Math.ceil(WIDTH / 3 / fine) ** 2;   // the fewest pixels that show it, spread evenly

// One sentence on what the situation shows. The same sentence as `caption` in gaze.py.
export function caption({ spread, things, blocks, spent, seen }) {
  const n = thousands(spent), yes = things.filter((_, j) => seen[j]), no = things.filter((_, j) => !seen[j]);
  const names = (some) => listed(some.map(({ name }) => name)), how = spread === "even" ? "Spread evenly" : "With the gaze here";
  if (yes.length === 0 && spread === "even") return `Spread evenly, ${n} pixels make blocks ${Math.max(...blocks.map(([, , width]) => width))} px wide, and nothing on the list can be made out.`;
  if (yes.length === 0) return `With the gaze here, ${n} pixels are too few for anything on the list.`;
  if (no.length === 0) return `${how}, ${n} pixels are enough for everything on the list.`;
  if (spread === "even") return `Spread evenly, ${n} pixels are enough for ${names(yes)}, but not for ${names(no)}.`;
  return `With the gaze here, ${n} pixels are enough for ${names(yes)}. Spread evenly, it would take ${thousands(Math.max(...yes.map(evenly)))}.`;
}

// From the slider, 0 to 100, to a budget with three digits that count, and back.
const toBudget = (at) => { const b = LEAST * (MOST / LEAST) ** (at / 100), unit = 10 ** Math.max(Math.floor(Math.log10(b)) - 2, 0); return Math.min(Math.max(Math.round(b / unit) * unit, LEAST), MOST); };
const toSlider = (budget) => Math.round((100 * Math.log(budget / LEAST)) / Math.log(MOST / LEAST));

async function render({ model, el }) {
  const get = (name) => model.get(name), now = () => Object.fromEntries(STATE.map((name) => [name, get(name)]));
  const start = structuredClone(now()), sums = {};
  let moved = "", halt = () => {}, ended = false;   // moved: what will be announced before the sentence

  // ---- what a reader can do
  function put(changes) {
    for (const [name, value] of Object.entries(changes)) model.set(name, value);
    model.save_changes();
  }
  const inside = ([x, y]) => [Math.max(0, Math.min(WIDTH, rounded(x, 0))), Math.max(0, Math.min(HEIGHT, rounded(y, 0)))];
  function look(at) {
    halt();
    moved = "gaze";
    put({ gaze: inside(at), spread: "gaze" });
  }
  function spend(budget) {
    moved = "budget";
    put({ budget: Math.max(LEAST, Math.min(MOST, Math.floor(budget))) });
  }
  function go({ gaze, ...rest }) {
    halt();
    const from = get("gaze");
    put(rest);
    halt = glide((t) => {
      moved = "gaze";
      put({ gaze: t < 1 ? from.map((x, i) => rounded(x + t * (gaze[i] - x), 0)) : gaze });
    });
  }

  // ---- what is seen, from top to bottom
  const slide = h("input", { type: "range", min: 0, max: 100, step: 1, "aria-label": "pixels to spend", oninput: () => spend(toBudget(Number(slide.value))) });
  const typed = number("pixels to spend, exactly", spend, { min: LEAST, max: MOST, step: 1 });
  const choose = (label, name, options) => h("select", { "aria-label": label, onchange: (event) => { halt(); moved = "choice"; put({ [name]: event.target.value }); } },
    ...Object.entries(options).map(([value, text]) => h("option", { value }, text)));
  const spread = choose("how they are spread", "spread", { gaze: "at a gaze", even: "evenly" }), picture = choose("picture", "picture", { street: "a street", pagoda: "a photograph" });
  const at = ["across", "down"].map((way, i) => number(`gaze, ${way}, pixels`, (x) => look(get("gaze").map((old, k) => (k === i ? x : old))), { min: 0, max: [WIDTH, HEIGHT][i], step: STEP }));

  const canvas = h("canvas", { width: WIDTH, height: HEIGHT, role: "img" }), context = canvas.getContext("2d");
  const rings = ["attn-halo", "attn-gaze-ring"].map((name) => s("circle", { class: name, r: 13 }));
  const grip = s("circle", { class: "attn-handle", r: 26, tabindex: 0, role: "slider", "aria-label": "gaze; arrow keys move it, with Shift in larger steps", "aria-valuemin": 0, "aria-valuemax": WIDTH,
    onkeydown(event) {
      const way = WAYS[event.key];
      if (!way) return;
      event.preventDefault();
      event.stopPropagation();
      look(get("gaze").map((x, i) => x + (event.shiftKey ? COARSE : STEP) * way[i]));
    },
    onpointerdown(event) { event.preventDefault(); grip.focus({ preventScroll: true }); grip.setPointerCapture(event.pointerId); },
    onpointermove(event) { if (grip.hasPointerCapture(event.pointerId)) look(pointer(over, event)); } });
  const over = s("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "group", "aria-label": "the gaze", onclick(event) { if (event.target !== grip) look(pointer(over, event)); } }, ...rings, grip);

  const kept = keeping("gaze", el, { reset: () => go(start), situation: now });
  const table = h("div", { class: "attn-things" }), credit = h("span", {}), count = h("strong", { class: "attn-number" }), of = h("span", { class: "attn-number" });
  const sentence = h("p", { class: "attn-caption" });
  const spoken = h("p", { class: "attn-spoken", "aria-live": "polite" }), voice = speaker(spoken);
  const view = h("div", { class: "attn-view attn-gaze" },
    h("div", { class: "attn-budget" }, h("span", {}, "pixels"), slide, typed, spread, picture),
    situations(PRESETS, (patch) => go({ ...BASE, ...patch })),
    h("div", { class: "attn-scene" }, canvas, over),
    h("div", { class: "attn-under" }, h("span", { class: "role-query" }, "gaze ", ...at), h("span", {}, count, " pixels processed, ", of, " of the picture")),
    table, sentence, h("div", { class: "attn-edit" }, credit, ...kept.buttons), kept.note, spoken);
  let rows = [], built = "";

  function build(things) {
    rows = things.map(({ name, box: [left, top, right, bottom], fine, size }) => {
      const bar = h("span", { class: "attn-bar" }), weight = h("span", { class: "attn-number" }), side = h("span", { class: "attn-number" }), seen = h("span", { class: "attn-made-out" });
      const row = h("div", { class: "attn-thing", role: "group" },
        h("button", { type: "button", title: `look at ${name}`, onclick: () => look([(left + right) / 2, (top + bottom) / 2]) }, name), h("small", {}, size),
        h("span", { class: "attn-weight" }, h("span", { class: "attn-track" }, bar), weight), side, h("span", { class: "attn-number attn-needs" }, `${fine} px`), seen);
      return { row, bar, weight, side, seen };
    });
    table.replaceChildren(h("div", { class: "attn-thing attn-thing-head", "aria-hidden": "true" }, ...["look at", "share of the pixels", "widest block", "needs", "made out"].map((text) => h("span", {}, text))), ...rows.map(({ row }) => row));
  }

  function paint(blocks, table) {
    const image = context.createImageData(WIDTH, HEIGHT), data = new Uint32Array(image.data.buffer);
    for (const block of blocks) {
      const [x, y, width, height] = block, [r, g, b] = mean(table, block), colour = (255 << 24) | (b << 16) | (g << 8) | r;
      for (let line = y; line < y + height; line++) data.fill(colour, line * WIDTH + x, line * WIDTH + x + width);
    }
    context.putImageData(image, 0, 0);
  }

  function draw() {
    if (ended) return;
    const seen = solve(now()), { things, gaze: [x, y] } = seen, said = caption(seen);
    if (sums[seen.picture]) paint(seen.blocks, sums[seen.picture]);
    else prepare(seen.picture).then(redraw);
    if (seen.picture !== built) { build(things); built = seen.picture; }
    set(slide, toSlider(seen.budget)); set(typed, Math.floor(seen.budget)); set(spread, seen.spread); set(picture, seen.picture);
    place(slide, { "aria-valuetext": `${thousands(Math.floor(seen.budget))} pixels` });
    at.forEach((input, i) => set(input, rounded(seen.gaze[i], 0)));
    for (const ring of rings) place(ring, { cx: x, cy: y });
    place(grip, { cx: x, cy: y, "aria-valuenow": Math.round(x), "aria-valuetext": `${Math.round(x)} across, ${Math.round(y)} down` });
    view.classList.toggle("attn-even", seen.spread === "even");
    place(canvas, { "aria-label": `${seen.picture === "street" ? "A street in the evening" : "A pagoda above a lake"}, seen through ${thousands(seen.spent)} blocks. ${said}` });
    rows.forEach(({ row, bar, weight, side, seen: mark }, j) => {
      const yes = seen.seen[j];
      bar.style.width = `${rounded(100 * seen.weights[j], 2)}%`;
      write(weight, share(seen.weights[j])); write(side, `${seen.widest[j]} px`); write(mark, yes ? "✓ yes" : "no");
      row.classList.toggle("attn-lit", yes);
      place(row, { "aria-label": `${things[j].name}, ${things[j].size} · share of the pixels ${share(seen.weights[j])} · widest block ${seen.widest[j]} px, needs ${things[j].fine} px · ${yes ? "made out" : "not made out"}` });
    });
    write(count, thousands(seen.spent)); write(of, part(seen.spent)); write(credit, CREDIT[seen.picture]); write(sentence, said);
    if (moved !== "") voice.say(`${moved === "gaze" && seen.spread === "gaze" ? `gaze at ${Math.round(x)}, ${Math.round(y)} · ` : ""}${said}`);
    moved = "";
  }
  const redraw = once(draw);
  const prepare = async (name) => { sums[name] = summed(await pixels(name)); };
  for (const name of STATE) model.on(`change:${name}`, redraw);

  await prepare(get("picture"));
  draw();
  el.replaceChildren(view);

  return () => {
    ended = true;
    halt(); voice.stop();
    for (const name of STATE) model.off(`change:${name}`, redraw);
    el.replaceChildren();
  };
}

export default { render };
