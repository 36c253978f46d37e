// Cost: layers as boxes. When is attention cheaper than a recurrent layer or a convolution?
import { LAYERS, LONGEST, SHORTEST, VIEW, big, caption, grouped, lasting, nearest, solve, steps, verdict, words } from "./cost/layers.js";
import { picture, swatch } from "./cost/curves.js";
import { h, once, place, set, speaker, write } from "./kit/dom.js";
import { keeping, situations, unfolding } from "./kit/frame.js";

const STATE = ["length", "model_dim", "kernel_size", "num_layers", "num_heads", "rival", "view"];   // and `measured`

const RIVAL = LAYERS.slice(1).map(({ name }) => name);

// The first picture, and the situations worth a button: each named after what one will see.
export const BASE = { length: 256, model_dim: 512, kernel_size: 3, num_layers: 1, num_heads: 8, rival: "LSTM", view: "multiply-adds" };
export const PRESETS = {
  "n = 2d: as dear as an LSTM": { length: 1024 },
  "a long text": { length: 8192 },
  "short text, wide model": { length: 64, model_dim: 2048 },
  "a kernel of 9": { kernel_size: 9, rival: "convolution" },
};

// ---- what is a situation

const whole = (x, low, high, step = 1) => Number.isInteger(x) && x >= low && x <= high && x % step === 0;
const growing = (a, most, high) => Array.isArray(a) && a.length >= 1 && a.length <= most && a.every((x, i) => whole(x, 1, high) && (i === 0 || x > a[i - 1]));
const TIMED = /^(self-attention|RNN|GRU|LSTM|Transformer block|convolution ([1-9]|1[0-5]))$/;

// Seconds of one layer: { n: [...], d: [...], layers: { name: a row for each d, a number for each n } }, or nothing.
function timings(m) {
  const bare = (x) => x !== null && typeof x === "object" && !Array.isArray(x);
  if (!bare(m)) return false;
  if (Object.keys(m).length === 0) return true;
  if (Object.keys(m).sort().join() !== "d,layers,n" || !growing(m.n, 16, LONGEST) || !growing(m.d, 4, 4096) || !bare(m.layers)) return false;
  const names = Object.keys(m.layers);
  return names.length <= 20 && names.includes("self-attention") && names.every((name) => TIMED.test(name)
    && Array.isArray(m.layers[name]) && m.layers[name].length === m.d.length
    && m.layers[name].every((row) => Array.isArray(row) && row.length === m.n.length && row.every((x) => typeof x === "number" && x >= 1e-9 && x <= 1e4)));
}

// What comes from an address may be anything. It need not bring the measured times: they stay those of the page.
export function valid(state) {
  if (state === null || typeof state !== "object" || Array.isArray(state)) return false;
  const { measured = {}, ...rest } = state;
  return Object.keys(rest).sort().join() === [...STATE].sort().join() && timings(measured)
    && whole(rest.length, SHORTEST, LONGEST) && whole(rest.model_dim, 16, 4096, 8) && whole(rest.kernel_size, 1, 15)
    && whole(rest.num_layers, 1, 96) && [1, 2, 4, 8].includes(rest.num_heads) && RIVAL.includes(rest.rival) && VIEW.includes(rest.view);
}

// Values on a slider: `parts` of them in each octave.
const octaves = (count, parts, least) => Array.from({ length: count }, (_, i) => (least * (parts + (i % parts)) * 2 ** Math.floor(i / parts)) / parts);
const SIZES = {
  length: { label: "length n", unit: "symbols", list: octaves(49, 4, SHORTEST) },
  model_dim: { label: "width d", unit: "numbers for each symbol", list: octaves(17, 2, 16) },
  kernel_size: { label: "kernel k", list: Array.from({ length: 15 }, (_, i) => i + 1) },
  num_layers: { label: "layers", list: [1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64, 96] },
  num_heads: { label: "heads", list: [1, 2, 4, 8] },
};
const COLUMNS = ["parameters", "multiply_adds", "steps", "activations"];

const formulas = () => LAYERS.map(({ name, matrices, held, pairs, recurrent }) =>
  `${name}: parameters ${matrices ?? "k"}d² · multiply-adds ${matrices ?? "k"}nd²${pairs ? " + 2n²d" : ""} · steps ${recurrent ? "n" : 1} · numbers held ${held === 1 ? "" : held}nd${pairs ? " + n² a head" : ""}`);
const way = ({ path, recurrent }) => (path === null ? "never" : recurrent ? steps(path) : `${grouped(path)} ${path === 1 ? "layer" : "layers"}`);

function render({ model, el }) {
  const get = (name) => model.get(name), now = () => Object.fromEntries(STATE.map((name) => [name, get(name)])), start = now();
  let moving = null;   // what the reader moved: it is announced, with what came of it
  function put(changes, who) {
    moving = who;
    for (const [name, value] of Object.entries(changes)) model.set(name, value);
    model.save_changes();
  }

  // ---- what is seen, from top to bottom
  const sizes = Object.entries(SIZES).map(([name, { label, unit, list }]) => {
    const slide = h("input", { type: "range", min: 0, max: list.length - 1, step: 1, "aria-label": label, oninput: () => put({ [name]: list[Number(slide.value)] }, name) });
    const text = h("span", { class: "attn-number" });
    return { name, label, list, unit, slide, text, node: h("label", {}, h("span", {}, label), text, slide) };
  });
  const view = h("select", { "aria-label": "what the curves show", onchange: () => put({ view: view.value }, "view") }, h("option", { value: VIEW[0] }, "multiply-adds"), h("option", { value: VIEW[1] }, "measured time"));
  const only = h("span", {}, "multiply-adds"), where = h("span", {});
  const graph = picture((far) => put({ length: SIZES.length.list[nearest(SIZES.length.list, SHORTEST * 2 ** far)] }, "length"));
  const title = (text, attributes = {}) => h("span", { role: "columnheader", ...attributes }, text), spent = title(""), asked = title("", { class: "attn-answer" });
  const lines = LAYERS.map((layer, i) => {
    const pick = i === 0 ? h("b", {}, layer.name) : h("button", { type: "button", onclick: () => put({ rival: layer.name }, "rival") }, layer.name);
    const cells = COLUMNS.map(() => h("span", { role: "cell" })), answer = h("span", { role: "cell", class: "attn-answer" });
    return { pick, cells, answer, row: h("div", { role: "row", class: "attn-layer" }, h("span", { role: "rowheader" }, swatch(layer), pick), ...cells, answer) };
  });
  const table = h("div", { role: "table", class: "attn-layers", "aria-label": "what each layer costs" },
    h("div", { role: "row", class: "attn-layer attn-titles" }, title("compare with"), title("parameters"), spent, title("steps"), title("numbers held"), asked),
    ...lines.map(({ row }) => row));
  const sentence = h("p", { class: "attn-caption" }), spoken = h("p", { class: "attn-spoken", "aria-live": "polite" }), voice = speaker(spoken);
  const ways = h("p", {});
  const more = h("details", { class: "attn-steps" }, h("summary", {}, "the formulas, and what is counted"), h("ul", {}, ...formulas().map((text) => h("li", {}, text))),
    h("p", {}, "Each is of one layer whose input and output have width d; layers add up. Biases and the scales of norms are left out. Steps are uses of a layer that must wait for one another, however many processors there are; "
      + "recurrent layers work side by side, each one symbol behind the one below: n + layers − 1 steps. "
      + "Numbers held are gates, states, projections, weights and outputs, each once, as training keeps them."), ways);
  const kept = keeping("cost", el, { reset: () => put(start, "reset"), situation: now });
  const root = h("div", { class: "attn-view attn-cost" },
    h("div", { class: "attn-sizes" }, ...sizes.map(({ node }) => node)),
    situations(PRESETS, (patch) => put({ ...BASE, view: get("view"), ...patch }, "situation")),
    h("p", { class: "attn-above" }, view, only, "for each symbol", where), h("div", { class: "attn-graph" }, graph.node),
    table, sentence, more, h("div", { class: "attn-foot" }, h("div", { class: "attn-edit" }, ...kept.buttons)), kept.note, spoken);

  function draw() {
    const seen = solve({ ...now(), measured: get("measured") }), timed = seen.view === "time", text = caption(seen);
    for (const { name, list, unit, slide, text: shown } of sizes) {
      set(slide, nearest(list, get(name)));
      place(slide, { "aria-valuetext": `${grouped(get(name))} ${unit ?? ""}`.trim() });
      write(shown, grouped(get(name)));
    }
    only.hidden = Object.keys(seen.measured).length > 0; view.hidden = !only.hidden;
    set(view, seen.view);
    write(where, timed ? `at d = ${grouped(seen.d)}` : "in one layer");
    write(spent, timed ? `time, n = ${grouped(seen.at)}` : "multiply-adds in all"); write(asked, timed ? "attention faster?" : "attention cheaper?");
    lines.forEach(({ pick, cells, answer, row }, i) => {
      const layer = seen.rows[i], lit = layer.name === seen.rival;
      COLUMNS.forEach((name, c) => write(cells[c], timed && name === "multiply_adds" ? lasting(layer.seconds) : big(layer[name])));
      write(answer, verdict(layer, seen));
      if (i > 0) place(pick, { "aria-pressed": lit });
      row.classList.toggle("attn-lit", lit);
    });
    graph.draw(seen, `${timed ? "Measured time" : "Multiply-adds"} for each symbol against the length. ${text}`);
    write(sentence, text);
    write(ways, `From the first symbol to an output that sees both ends: ${seen.rows.map((row) => `${row.name} ${way(row)}`).join(", ")}.`);
    const moved = sizes.find(({ name }) => name === moving), pair = [seen.rows[0], seen.rows.find(({ name }) => name === seen.rival)];
    if (moving !== null) voice.say([...(moved ? [`${moved.label} ${moved.text.textContent}`] : []), ...pair.map((row) => words(row, seen))].join(" · "));
    moving = null;
  }
  const redraw = once(draw), names = [...STATE, "measured"];
  for (const name of names) model.on(`change:${name}`, redraw);

  draw();
  el.replaceChildren(root);
  const settled = unfolding(root, [], (wide) => { graph.resize(wide); redraw(); });

  return () => {
    voice.stop(); settled();
    for (const name of names) model.off(`change:${name}`, redraw);
    el.replaceChildren();
  };
}

export default { render };
