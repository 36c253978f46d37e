// Scores: six scoring functions side by side, on one query and five keys that are drawn at random.
import { dot2, length, normalizers, scores } from "./kit/attention.js";
import { SCORES } from "./kit/choices.js";
import { glide, h, once, place, set, speaker, write } from "./kit/dom.js";
import { normals } from "./kit/draw.js";
import { fixed, listed, rounded, share } from "./kit/format.js";
import { button, keeping, situations } from "./kit/frame.js";

const STATE = ["dim", "draw", "chosen", "turn", "length", "temperature"];
const NAMES = Object.keys(SCORES), DOT = 0, SCALED_DOT = 1, COSINE = 3, LINEAR = 4;
const KEYS = 5, HIDDEN = 8, MOST_DIM = 512, DRAWS = 10_000;

// The first picture, and the situations worth a button: each named after what one will see.
export const BASE = { dim: 16, draw: 5081, chosen: 2, turn: 0, length: 1, temperature: 1 };
export const PRESETS = {
  "other query: linear stays": { turn: 90 },
  "long key: cosine stays": { length: 2 },
  "wide: dot sees one key": { dim: MOST_DIM },
  "cold: cosine focuses": { temperature: 0.1 },
  "opposite query": { turn: 180 },
  "zero key": { length: 0 },
};

// Is this a situation that can be shown? What comes from an address may be anything.
export function valid(state) {
  const within = (low, high) => (x) => typeof x === "number" && x >= low && x <= high;   // no NaN
  const whole = (low, high) => (x) => Number.isInteger(x) && within(low, high)(x);
  if (state === null || typeof state !== "object" || Object.keys(state).sort().join() !== [...STATE].sort().join()) return false;
  return whole(2, MOST_DIM)(state.dim) && Number.isInteger(Math.log2(state.dim)) && whole(0, DRAWS - 1)(state.draw)
    && whole(0, KEYS - 1)(state.chosen) && within(0, 180)(state.turn) && within(0, 4)(state.length) && within(0.01, 100)(state.temperature);
}

// Query, another query, keys, and the parameters of each score, from one draw. The same as `drawn` in scores.py.
export function drawn(draw, dim) {
  const numbers = normals(draw, 9 * dim + 2 * dim * HIDDEN + HIDDEN + dim * dim), part = 1 / Math.sqrt(dim);
  let at = 0;
  const take = (n, scale = 1) => Array.from(numbers.subarray(at, at += n), (x) => x * scale);
  const rows = (n, width, scale) => Array.from({ length: n }, () => take(width, scale));
  return {
    query: take(dim), other: take(dim), key: rows(KEYS, dim), linear_weight: take(2 * dim, part),
    query_weight: rows(dim, HIDDEN, part), key_weight: rows(dim, HIDDEN, part), v: take(HIDDEN, Math.sqrt(4 / HIDDEN)),
    general_weight: rows(dim, dim, 1 / dim),
  };
}

// The query turned towards the side on which `other` lies, at its own length.
export function facing({ query, other }, degrees) {
  const along = dot2(other, query) / dot2(query, query), side = other.map((x, i) => x - along * query[i]);
  const t = (degrees * Math.PI) / 180, across = (Math.sin(t) * length(query)) / length(side);
  return query.map((x, i) => Math.cos(t) * x + across * side[i]);
}

function scored(parts, chosen, turn, stretch) {
  const query = facing(parts, turn), key = parts.key.map((k, j) => (j === chosen ? k.map((x) => x * stretch) : k));
  return NAMES.map((name) => scores[name](query, key, parts));
}

// What has just been drawn, with its scores while nothing is turned or stretched: a slider asks for it many times.
const recent = new Map();
function begun(draw, dim) {
  const name = `${draw} ${dim}`;
  if (!recent.has(name)) {
    const parts = drawn(draw, dim);
    if (recent.size > 3) recent.clear();
    recent.set(name, { parts, before: scored(parts, 0, 0, 1) });
  }
  return recent.get(name);
}

// Everything that is shown: six rows of scores and weights, and what each row has noticed.
export function solve(state) {
  const { parts, before } = begun(state.draw, state.dim), after = scored(parts, state.chosen, state.turn, state.length);
  const mask = parts.key.map(() => true), soft = (s) => normalizers.softmax(s, { mask, temperature: state.temperature });
  const weights = after.map(soft), first = before.map(soft);
  const notices = after.map((s, i) => {
    const change = s.map((x, j) => x - before[i][j]), mean = change.reduce((a, b) => a + b) / KEYS;   // what all keys share does not reach the weights
    return Math.max(...change.map((x) => Math.abs(x - mean))) > 1e-9 * (1 + Math.max(...s.map(Math.abs)));
  });
  return {
    ...state, scores: after, weights, first, notices,
    entropy: weights.map((row) => row.reduce((sum, w) => sum - (w > 0 ? w * Math.log(w) : 0), 0)),
    largest: weights.map((row) => Math.max(...row)),
    moved: weights.map((row, i) => (notices[i] ? row.reduce((sum, w, j) => sum + Math.abs(w - first[i][j]), 0) / 2 : 0)),
  };
}

const top = (row) => row.indexOf(Math.max(...row));
const part = (w) => (w >= 0.995 ? "almost all" : w < 0.005 ? "almost none" : fixed(w));   // of the weight, in words

// One sentence or two on what the situation shows. The same as `caption` in scores.py.
export function caption({ dim, chosen, turn, length: stretch, temperature, weights, largest, moved }) {
  const key = chosen + 1, first = top(weights[DOT]), moves = `dot moves ${part(moved[DOT])} of its weight`;
  if (turn && stretch !== 1) return `The query is turned by ${fixed(turn, 0)}° and key ${key} is ${fixed(stretch)} times as long: ${moves}. Linear has noticed only the key${stretch === 0 ? "" : ", cosine only the query"}.`;
  if (turn) return `The query ${turn === 180 ? "points the opposite way" : `is turned by ${fixed(turn, 0)}°`}: ${moves}, cosine ${part(moved[COSINE])}. Linear does not notice: the query adds the same to each of its scores.`;
  if (stretch === 0) return `Key ${key} is a zero vector: dot, scaled dot, general and cosine score it 0. But 0 is a score like any other: scaled dot gives it ${part(weights[SCALED_DOT][chosen])} of the weight.`;
  if (stretch !== 1) return `Key ${key} is ${fixed(stretch)} times as long, and ${moves}. Cosine does not notice: it divides by the length.`;
  if (Math.max(...largest) < 0.25) return `At temperature ${fixed(temperature)} no score decides: every weight is close to 0.20.`;
  if (Math.min(...largest) >= 0.995) {
    const winners = [...new Set(weights.map(top))].sort().map((j) => j + 1);
    return `At temperature ${fixed(temperature)} every score gives almost all to one key, ${winners.length === 1 ? `key ${winners[0]} for all` : `but not the same: keys ${listed(winners)} win`}.`;
  }
  if (temperature < 1 && largest[COSINE] > 0.65) return `At temperature ${fixed(temperature)} cosine focuses too: its largest weight is ${part(largest[COSINE])}. At temperature 1, with five keys, it could never pass 0.65.`;
  if (largest[DOT] >= 0.995 && weights[SCALED_DOT][first] < 0.9) return `In ${dim} dimensions dot gives almost all of the weight to key ${first + 1}; divided by √${dim}, the same scores give it ${part(weights[SCALED_DOT][first])}. Cosine gives no key more than ${fixed(largest[COSINE])}.`;
  return `Six scores, the same query and keys: dot gives ${part(largest[DOT])} of the weight to key ${first + 1}, scaled dot ${part(weights[SCALED_DOT][first])}, cosine ${part(weights[COSINE][first])}. Linear prefers key ${top(weights[LINEAR]) + 1}, whatever the query.`;
}

const touched = ({ turn, length: stretch }) => turn !== 0 || stretch !== 1;
// What a score has noticed since nothing was turned or stretched.
const noticed = (i, now) => (!touched(now) ? "" : now.notices[i] ? `moved ${share(now.moved[i])}` : "does not notice");
// A row in words: what a screen reader hears.
export const words = (i, now) => `${SCORES[NAMES[i]].name} · weights ${now.weights[i].map(share).join(", ")} · entropy ${fixed(now.entropy[i])}`
  + (touched(now) ? ` · ${noticed(i, now)}` : "");

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
  function go({ turn, length: stretch, ...rest }) {
    halt();
    const from = now(), between = (a, b, t) => rounded(a + t * (b - a), 2);
    put(rest, "all");
    halt = glide((t) => put({ turn: between(from.turn, turn, t), length: between(from.length, stretch, t) }, "all"));
  }

  // ---- what is seen, from top to bottom
  const number = () => h("span", { class: "attn-number" });
  const slider = (label, range, change) => h("input", { type: "range", ...range, "aria-label": label, oninput: (event) => { halt(); change(Number(event.target.value)); } });
  const turn = slider("query turned, degrees", { min: 0, max: 180, step: 1 }, (x) => put({ turn: x }, "query"));
  const stretch = slider("length of the chosen key, times", { min: 0, max: 4, step: 0.05 }, (x) => put({ length: x }, "key"));
  const wide = slider("dimensions", { min: 1, max: Math.log2(MOST_DIM), step: 1 }, (x) => put({ dim: 2 ** x }, "draw"));
  const warm = slider("temperature", { min: -2, max: 2, step: 0.05 }, (x) => put({ temperature: rounded(10 ** x, 2) }, "draw"));
  const anew = button("draw anew", () => { halt(); put({ draw: (get("draw") + 1) % DRAWS }, "draw"); });
  const turned = number(), stretched = number(), dims = number(), warmth = number(), name = h("span", { class: "role-key" });
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
    const node = h("div", { class: "attn-six", role: "group" }, h("span", { class: "attn-name" }, SCORES[of].name, " ", h("span", { class: "attn-formula" }, SCORES[of].formula)),
      ...cells.map((cell) => cell.node), h("span", { class: "attn-entropy" }, entropy), moved);
    return { cells, entropy, moved, node };
  });
  const sentence = h("p", { class: "attn-caption" });
  const spoken = h("p", { class: "attn-spoken", "aria-live": "polite" }), voice = speaker(spoken);
  const view = h("div", { class: "attn-view attn-scores" },
    h("div", { class: "attn-hand" },
      h("label", { class: "attn-asks" }, h("span", { class: "role-query" }, "query turned"), turn, turned), h("label", { class: "attn-keeps" }, name, stretch, stretched),
      h("label", {}, h("span", {}, "dimensions"), wide, dims), h("label", {}, h("span", {}, "temperature"), warm, warmth)),
    situations(PRESETS, (patch) => go({ ...BASE, ...patch })),
    h("div", { class: "attn-six attn-heads" }, h("span", { class: "attn-name" }, "five keys, ", h("span", {}, "similarity to the query")),
      ...heads.map((head) => head.node), h("span", { class: "attn-entropy" }, "entropy")),
    ...rows.map((row) => row.node),
    h("div", { class: "attn-foot" }, h("p", { class: "attn-total" }, "dotted: as drawn · entropy: at most ln 5 = 1.61 nats"), h("div", { class: "attn-edit" }, anew, ...kept.buttons)),
    sentence, kept.note, spoken);

  function draw() {
    const seen = solve(now()), { chosen } = seen;
    set(turn, Math.round(seen.turn)); set(stretch, rounded(seen.length, 2)); set(wide, Math.log2(seen.dim)); set(warm, rounded(Math.log10(seen.temperature), 2));
    const shown = [[turn, turned, `${fixed(seen.turn, 0)}°`], [stretch, stretched, `× ${fixed(seen.length)}`], [wide, dims, String(seen.dim)], [warm, warmth, fixed(seen.temperature)]];
    for (const [input, text, said] of shown) { write(text, said); place(input, { "aria-valuetext": said }); }
    write(name, `key ${chosen + 1}, length`);
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
    else if (moving !== null) voice.say(`${moving === "query" ? `query turned by ${fixed(seen.turn, 0)}°` : `key ${chosen + 1}, ${fixed(seen.length)} times as long`} · ${touched(seen) ? each((i) => noticed(i, seen)) : "as drawn"}`);
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
