// Playground: one query, up to six keys as arrows in the plane, and the three steps from similarity to output.
import { arrows } from "./kit/arrows.js";
import { attend, similarity } from "./kit/attention.js";
import { bearings } from "./kit/bearings.js";
import { NORMALIZERS, SCORES, choices } from "./kit/choices.js";
import { glide, h, number, once, place, set, speaker, write } from "./kit/dom.js";
import { fixed, listed, rounded, share, short, vector } from "./kit/format.js";
import { keeping, situations, unfolding } from "./kit/frame.js";
import { PLANE, angle, polar, size, within } from "./kit/plane.js";
import { rows } from "./kit/rows.js";
import { steps } from "./kit/steps.js";

const SITUATION = ["query", "key", "value", "mask", "score", "normalize", "temperature", "general_weight"];
const STATE = [...SITUATION, "linear_weight", "query_weight", "key_weight", "v"];
const MOST_KEYS = 6;

// The first picture, and the situations worth a button: each named after what one will see.
export const BASE = {
  query: polar(38, 1.5),
  key: [polar(20, 1.5), polar(72, 1.2), polar(150, 1.4), polar(255, 1)],
  value: [[3], [-1], [2], [0.5]],
  mask: [true, true, true, true],
  score: "scaled_dot", normalize: "softmax", temperature: 1,
};
export const PRESETS = {
  "turn to key 2": { query: polar(72, 1.5) },
  "two equal keys": { key: [polar(18, 1.4), polar(58, 1.4), ...BASE.key.slice(2)] },
  "one long key": { key: [BASE.key[0], polar(75, 2), ...BASE.key.slice(2)] },
  "opposite": { key: [polar(150, 1.5), polar(190, 1.2), polar(240, 1.4), polar(285, 1)] },
  "almost hard": { temperature: 0.05 },
  "nothing to attend": { mask: [false, false, false, false] },
};

// Is this a situation that the playground can show? What comes from an address or a page may be anything.
export function valid(state) {
  const finite = (x) => typeof x === "number" && Math.abs(x) <= 1e6;
  const matrix = (m, heights, widths) => Array.isArray(m) && heights.includes(m.length)
    && m.every((row) => Array.isArray(row) && widths.includes(row.length) && row.length === m[0].length && row.every(finite));
  if (state === null || typeof state !== "object" || !Object.keys(state).every((name) => STATE.includes(name))) return false;
  const { query, key, value, mask, score, normalize, temperature, general_weight, linear_weight, query_weight, key_weight, v } = state;
  const additive = [query_weight, key_weight, v];
  return matrix([query], [1], [2]) && matrix(key, [1, 2, 3, 4, 5, MOST_KEYS], [2]) && matrix(value, [key.length], [1, 2])
    && Array.isArray(mask) && mask.length === key.length && mask.every((may) => typeof may === "boolean")
    && typeof score === "string" && Object.hasOwn(SCORES, score) && typeof normalize === "string" && Object.hasOwn(NORMALIZERS, normalize)
    && finite(temperature) && temperature >= 0.01 && temperature <= 100
    && (general_weight === undefined || matrix(general_weight, [2], [2]))
    && (linear_weight === undefined || matrix([linear_weight], [1], [4]))
    && (additive.every((part) => part === undefined)
      || (matrix([v], [1], [v?.length]) && v.length > 0 && matrix(query_weight, [2], [v.length]) && matrix(key_weight, [2], [v.length])));
}

// Everything that is drawn: the situation, what attention makes of it, and the similarities.
export const solve = (state) => ({ ...state, ...attend(state), similar: similarity(state.query, state.key) });

// One sentence on what the situation shows. The same sentence as `caption` in playground.py.
export function caption({ score, normalize, mask, value, similar, scores, weights, output }) {
  const may = mask.flatMap((open, j) => (open ? [j] : []));
  if (may.length === 0) return "No key may be attended: all weights are 0, and so is the output.";
  if (may.length === 1) return `Only key ${may[0] + 1} may be attended, so it gets all the weight, whatever its score.`;
  const first = (numbers) => may.reduce((best, j) => (numbers[j] > numbers[best] ? j : best));
  const top = first(weights), w = fixed(weights[top]), its = vector(value[top], short);
  const equal = may.filter((j) => Math.abs(weights[j] - weights[top]) < 0.005);
  if (equal.length === may.length) return `All ${may.length} keys get the same weight, ${w} each: the output is the plain mean of their values.`;
  if (score === "linear") return `This score does not hear the query: turn it, and no weight moves; key ${top + 1} keeps ${w}.`;
  if (equal.length > 1) return `Keys ${listed(equal.map((j) => j + 1))} share the largest weight: ${w} each.`;
  if (weights[top] >= 0.995 && normalize === "softmax") return `Key ${top + 1} takes almost all the weight: the output is close to its value, ${its}, but softmax leaves a trace to every key.`;
  if (weights[top] >= 0.995) return `Key ${top + 1} takes all the weight: the output is its value, ${its}.`;
  if (may.every((j) => scores[j] < 0)) return `Every score is negative, and still the weights sum to 1: only differences count, and key ${top + 1} gets ${w}.`;
  const none = may.filter((j) => weights[j] === 0).length;
  if (none > 0) return `Key ${top + 1} gets ${w} of the weight, and ${none} of ${may.length} keys exactly none: ${normalize} cuts them off.`;
  const near = first(similar), alike = may.filter((j) => Math.abs(similar[j] - similar[top]) < 0.005);
  if (alike.length > 1 && similar[near] - similar[top] < 0.005 && score.endsWith("dot")) return `Keys ${listed(alike.map((j) => j + 1))} are equally similar to the query, but key ${top + 1} is longer and gets more weight: ${w}.`;
  if (near !== top && score.endsWith("dot")) return `Key ${near + 1} points closer to the query, but key ${top + 1} is longer and gets more weight: ${w}.`;
  if (near !== top) return `Key ${near + 1} points closest to the query, but the ${SCORES[score].name} score asks for something else: key ${top + 1} gets ${w}.`;
  return `Key ${top + 1} points closest to the query and gets ${w} of the weight; its value is ${its}, the output ${vector(output)}.`;
}

// A row in words: what is announced, and what a screen reader hears.
export const words = (j, { key, value, mask, similar, scores, weights }) =>
  `key ${j + 1} · angle ${fixed(angle(key[j]), 0)}° · similarity ${fixed(similar[j])} · score ${fixed(scores[j])} · `
  + `${mask[j] ? "" : "masked · "}weight ${share(weights[j])} · value ${vector(value[j], short)}`;

function render({ model, el }) {
  const get = (name) => model.get(name);
  const start = Object.fromEntries(SITUATION.map((name) => [name, structuredClone(get(name))]));
  const compass = bearings();
  let moving = null, shown = null, built = "", second = [], halt = () => {};   // moving: whose change will be announced

  // ---- what a reader can do
  function put(changes) {
    for (const [name, value] of Object.entries(changes)) model.set(name, value);
    model.save_changes();
  }
  const tip = (who) => (who === "query" ? get("query") : get("key")[who]);
  const item = (name, j, entry) => ({ [name]: get(name).map((old, i) => (i === j ? entry : old)) });
  function move(who, v) {
    moving = who;
    put(who === "query" ? { query: within(v) } : item("key", who, within(v)));
  }
  function face(who, degrees, length = size(tip(who))) {
    compass.turn(who, degrees);
    move(who, polar(degrees, length));
  }
  const lit = (who) => { shown = who; redraw(); };
  const act = {
    similarity: (j, x) => face(j, compass.at(j, x)),
    angle: (who, x) => face(who, x),
    length: (who, x) => face(who, compass.of(who), Math.max(x, 0)),
    value(j, c, x) { moving = j; put(item("value", j, get("value")[j].map((old, i) => (i === c ? x : old)))); },
    mask(j, may) { moving = j; put(item("mask", j, may)); },
    add() {
      const key = get("key");
      moving = key.length;
      put({ key: [...key, polar((angle(key.at(-1)) + 50) % 360, 1.3)], value: [...get("value"), get("value")[0].map(() => 1)], mask: [...get("mask"), true] });
    },
    remove(j) {
      const without = (name) => get(name).filter((_, i) => i !== j);
      compass.drop(j); second.splice(j, 1);
      moving = "all";
      put({ key: without("key"), value: without("value"), mask: without("mask") });
    },
    width(n) {
      const value = get("value");
      moving = "all";
      if (n === 1) second = value.map((v) => v[1]);
      put({ value: value.map((v, j) => (n === 1 ? [v[0]] : [v[0], second[j] ?? j % 2])) });
    },
    lit,
  };
  function go(patch) {
    halt();
    const { query, key, ...rest } = { ...BASE, ...patch }, from = { query: get("query"), key: key.map((k, j) => get("key")[j] ?? k) };
    const mix = (a, b, t) => a.map((x, i) => rounded(x + t * (b[i] - x)));
    compass.forget(); second = [];
    put({ ...rest, key: from.key });
    halt = glide((t) => {
      moving = "all";
      put(t < 1 ? { query: mix(from.query, query, t), key: key.map((k, j) => mix(from.key[j], k, t)) } : { query, key });
    });
  }

  // ---- what is seen, from top to bottom
  const turn = h("input", { type: "range", min: 0, max: 359, step: 1, "aria-label": "query angle, degrees", oninput: () => act.angle("query", Number(turn.value)) });
  const turned = h("span", { class: "attn-number" });
  const queryLength = number("query length", (x) => act.length("query", x), { min: 0, max: PLANE.reach });
  const presets = situations(PRESETS, go);
  const kept = keeping("playground", el, { reset: () => go(start), situation: () => Object.fromEntries(SITUATION.map((name) => [name, get(name)])) });
  const picture = arrows({ tip, move, lit }), table = rows(act, { most: MOST_KEYS, beside: kept.buttons }), how = choices({ get, put }), three = steps();
  const sentence = h("p", { class: "attn-caption" });
  const spoken = h("p", { class: "attn-spoken", "aria-live": "polite" }), voice = speaker(spoken);
  const view = h("div", { class: "attn-view attn-playground" },
    h("div", { class: "attn-turn" }, h("span", { class: "role-query" }, "query angle"), turn, turned,
      h("label", { class: "attn-length" }, "length ", queryLength)),
    presets,
    h("div", { class: "attn-columns" }, h("div", { class: "attn-picture" }, ...picture.nodes), h("div", {}, how.node, ...table.nodes)),
    sentence, three.node, kept.note, spoken);

  function draw() {
    const now = solve(Object.fromEntries(STATE.map((name) => [name, get(name)])));
    compass.see(now);
    const n = now.key.length, shape = `${n} ${now.value[0].length}`;
    if (shape !== built) { picture.build(now); table.build(now); built = shape; }
    const beside = { angles: { query: compass.of("query"), key: now.key.map((_, j) => compass.of(j)) }, words: now.key.map((_, j) => words(j, now)), shown };
    set(turn, Math.round(beside.angles.query) % 360);
    place(turn, { "aria-valuetext": `${fixed(beside.angles.query, 0)} degrees` });
    write(turned, `${fixed(beside.angles.query, 0)}°`);
    set(queryLength, rounded(size(now.query), 2));
    picture.draw(now, beside); table.draw(now, beside); how.draw(now); three.draw(now);
    write(sentence, caption(now));
    const output = `output ${vector(now.output)}`;
    if (moving === "query") voice.say(`query · angle ${fixed(beside.angles.query, 0)}° · weights ${now.weights.map(share).join(", ")} · ${output}`);
    else if (moving === "all") voice.say(`${caption(now)} ${output}`);
    else if (moving !== null) voice.say(`${beside.words[moving]} · ${output}`);
    moving = null;
  }
  const redraw = once(draw);
  for (const name of STATE) model.on(`change:${name}`, redraw);

  draw();
  el.replaceChildren(view);
  const settled = unfolding(view, [how.node, three.node]);

  return () => {
    halt(); voice.stop(); settled();
    for (const name of STATE) model.off(`change:${name}`, redraw);
    el.replaceChildren();
  };
}

export default { render };
