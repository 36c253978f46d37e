// Scores: six scoring functions side by side, on one query and five keys that are drawn at random.
import { SCORES } from "./kit/choices.js";
import { glide, h, once, place, set, speaker, write } from "./kit/dom.js";
import { fixed, rounded, share } from "./kit/format.js";
import { button, keeping, situations } from "./kit/frame.js";
import { COSINE, KEYS, NAMES, SHAPES, similar, solve } from "./scores/six.js";
import { caption, noticed, top, touched, words } from "./scores/noticing.js";

const STATE = ["dim", "draw", "chosen", "swapped", "similarity", "length", "temperature", "matrix"];
const MOST_DIM = 512, DRAWS = 10_000;

// The first picture, and the situations worth a button: each named after what one will see.
export const BASE = { dim: 16, draw: 5081, chosen: 2, swapped: false, similarity: null, length: 1, temperature: 1, matrix: "drawn" };
export const PRESETS = {
  "other query: linear stays": { swapped: true },
  "long key: cosine stays": { length: 2 },
  "perfect key: cosine wavers": { similarity: 1 },
  "cold: cosine focuses": { temperature: 0.1 },
  "wide: dot sees one key": { dim: MOST_DIM },
  "W = I: general is dot": { matrix: "identity" },
  "antisymmetric: 0 for itself": { matrix: "antisymmetric", similarity: 1 },
  "zero key": { length: 0 },
};

// Is this a situation that can be shown? What comes from an address may be anything.
export function valid(state) {
  const within = (low, high) => (x) => typeof x === "number" && x >= low && x <= high;   // no NaN
  const whole = (low, high) => (x) => Number.isInteger(x) && within(low, high)(x);
  if (state === null || typeof state !== "object" || Object.keys(state).sort().join() !== [...STATE].sort().join()) return false;
  const { dim, draw, chosen, swapped, similarity, length, temperature, matrix } = state;
  return whole(2, MOST_DIM)(dim) && Number.isInteger(Math.log2(dim)) && whole(0, DRAWS - 1)(draw) && whole(0, KEYS - 1)(chosen)
    && typeof swapped === "boolean" && (similarity === null || within(-1, 1)(similarity)) && within(0, 4)(length)
    && within(0.01, 100)(temperature) && SHAPES.includes(matrix);
}

function render({ model, el }) {
  const get = (name) => model.get(name), now = () => Object.fromEntries(STATE.map((name) => [name, get(name)]));
  const start = now();
  let moving = null, halt = () => {};   // moving: whose change will be announced

  // ---- what a reader can do
  function put(changes, who) {
    moving = who;
    for (const [name, value] of Object.entries(changes)) model.set(name, value);
    model.save_changes();
  }
  function go({ similarity, length: stretch, ...rest }) {
    halt();
    const from = now(), begins = similar(from), ends = similar({ ...from, ...rest, similarity }), turns = similarity !== null || from.similarity !== null;
    const between = (a, b, t) => rounded(a + t * (b - a), 2);
    put(rest, "all");
    halt = glide((t) => put({ similarity: turns && t < 1 ? between(begins, ends, t) : similarity, length: between(from.length, stretch, t) }, "all"));
  }

  // ---- what is seen, from top to bottom
  const number = () => h("span", { class: "attn-number" });
  const slider = (label, range, change) => h("input", { type: "range", ...range, "aria-label": label, oninput: (event) => { halt(); change(Number(event.target.value)); } });
  const turn = slider("similarity to the chosen key", { min: -1, max: 1, step: 0.01 }, (x) => put({ similarity: x }, "query"));
  const stretch = slider("length of the chosen key, times", { min: 0, max: 4, step: 0.05 }, (x) => put({ length: x }, "key"));
  const wide = slider("dimensions", { min: 1, max: Math.log2(MOST_DIM), step: 1 }, (x) => put({ dim: 2 ** x }, "draw"));
  const warm = slider("temperature", { min: -2, max: 2, step: 0.05 }, (x) => put({ temperature: rounded(10 ** x, 2) }, "draw"));
  const swap = button("swap the query", () => { halt(); put({ swapped: !get("swapped") }, "query"); });
  const shape = h("select", { "aria-label": "W of the general score", onchange: () => { halt(); put({ matrix: shape.value }, "all"); } }, ...SHAPES.map((name) => h("option", { value: name }, name)));
  const anew = button("draw anew", () => { halt(); put({ draw: (get("draw") + 1) % DRAWS }, "draw"); });
  const turned = number(), stretched = number(), dims = number(), warmth = number(), towards = h("span", { class: "role-query" }), name = h("span", { class: "role-key" });
  const kept = keeping("scores", el, { reset: () => go(start), situation: now });

  const heads = Array.from({ length: KEYS }, (_, j) => {
    const similar = number();
    return { similar, node: h("button", { type: "button", class: "attn-choose", onclick: () => { halt(); put({ chosen: j }, "chosen"); } }, h("span", { class: "role-key" }, j + 1), similar) };
  });
  const rows = NAMES.map((of) => {
    const cells = heads.map(() => {
      const bar = h("span", { class: "attn-bar" }), first = h("span", { class: "attn-first" }), text = number();
      return { bar, first, text, node: h("span", { class: "attn-weight" }, h("span", { class: "attn-track" }, bar, first), text) };
    });
    const entropy = number(), moved = h("span", { class: "attn-moved attn-number" });
    const node = h("div", { class: "attn-six", role: "group" }, h("span", { class: "attn-name" }, SCORES[of].name, " ", h("span", { class: "attn-formula" }, SCORES[of].formula, of === "general" ? shape : null)),
      ...cells.map((cell) => cell.node), h("span", { class: "attn-entropy" }, entropy), moved);
    return { cells, entropy, moved, node };
  });
  const sentence = h("p", { class: "attn-caption" });
  const spoken = h("p", { class: "attn-spoken", "aria-live": "polite" }), voice = speaker(spoken);
  const view = h("div", { class: "attn-view attn-scores" },
    h("div", { class: "attn-hand" },
      h("label", { class: "attn-asks" }, towards, turn, turned), h("label", { class: "attn-keeps" }, name, stretch, stretched),
      h("label", {}, h("span", {}, "dimensions"), wide, dims), h("label", {}, h("span", {}, "temperature"), warm, warmth)),
    situations(PRESETS, (patch) => go({ ...BASE, ...patch })),
    h("div", { class: "attn-six attn-heads" }, h("span", { class: "attn-name" }, "five keys, ", h("span", {}, "similarity to the query")),
      ...heads.map((head) => head.node), h("span", { class: "attn-entropy" }, "entropy")),
    ...rows.map((row) => row.node),
    h("div", { class: "attn-foot" }, h("p", { class: "attn-total" }, "dotted: as drawn · entropy: at most ln 5 = 1.61 nats"), h("div", { class: "attn-edit" }, swap, anew, ...kept.buttons)),
    sentence, kept.note, spoken);

  function draw() {
    const seen = solve(now()), { chosen } = seen, near = seen.scores[COSINE][chosen];
    set(turn, rounded(near, 2)); turn.disabled = seen.length === 0;   // a zero vector has no direction
    set(shape, seen.matrix); place(swap, { "aria-pressed": String(seen.swapped) }); set(stretch, rounded(seen.length, 2)); set(wide, Math.log2(seen.dim)); set(warm, rounded(Math.log10(seen.temperature), 2));
    const shown = [[turn, turned, fixed(near)], [stretch, stretched, `× ${fixed(seen.length)}`], [wide, dims, String(seen.dim)], [warm, warmth, fixed(seen.temperature)]];
    for (const [input, text, said] of shown) { write(text, said); place(input, { "aria-valuetext": said }); }
    write(towards, `similarity to key ${chosen + 1}`); write(name, `key ${chosen + 1}, length`);
    place(turn, { "aria-label": `similarity to key ${chosen + 1}, turns the query` });
    heads.forEach(({ node, similar }, j) => {
      write(similar, fixed(seen.scores[COSINE][j]));
      place(node, { "aria-pressed": String(j === chosen), "aria-label": `key ${j + 1}, similarity ${fixed(seen.scores[COSINE][j])}` });
    });
    rows.forEach((row, i) => {
      row.cells.forEach(({ bar, first, text, node }, j) => {
        const w = seen.weights[i][j];
        bar.style.height = `${rounded(100 * w, 2)}%`; first.style.bottom = `${rounded(100 * seen.first[i][j], 2)}%`;
        write(text, share(w));
        node.classList.toggle("attn-largest", j === top(seen.weights[i])); node.classList.toggle("attn-lit", j === chosen);
      });
      write(row.entropy, fixed(seen.entropy[i])); write(row.moved, noticed(i, seen));
      row.moved.classList.toggle("attn-silent", touched(seen) && !seen.notices[i]);
      place(row.node, { "aria-label": words(i, seen) });
    });
    view.classList.toggle("attn-touched", touched(seen));
    write(sentence, caption(seen));
    const each = (form) => NAMES.map((of, i) => `${SCORES[of].name} ${form(i)}`).join(", ");
    if (moving === "all") voice.say(caption(seen));
    else if (moving === "chosen") voice.say(`key ${chosen + 1}, similarity ${fixed(seen.scores[COSINE][chosen])}`);
    else if (moving === "draw") voice.say(`${seen.dim} dimensions · temperature ${fixed(seen.temperature)} · largest weights: ${each((i) => share(seen.largest[i]))}`);
    else if (moving !== null) voice.say(`${moving === "query" ? `${seen.swapped ? "another query, " : ""}similarity to key ${chosen + 1} ${fixed(near)}` : `key ${chosen + 1}, ${fixed(seen.length)} times as long`} · ${touched(seen) ? each((i) => noticed(i, seen)) : "as drawn"}`);
    moving = null;
  }
  const redraw = once(draw);
  for (const trait of STATE) model.on(`change:${trait}`, redraw);

  draw();
  el.replaceChildren(view);

  return () => {
    halt(); voice.stop();
    for (const trait of STATE) model.off(`change:${trait}`, redraw);
    el.replaceChildren();
  };
}

export default { render };
