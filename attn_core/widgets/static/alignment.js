// Alignment: a date typed, or digits by hand, written out by a trained model, and where it looks at each step.
import { h, once, place, set, speaker, write } from "./kit/dom.js";
import { fixed, rounded, share } from "./kit/format.js";
import { keeping, situations } from "./kit/frame.js";
import { EXAMPLES } from "./alignment/examples.js";
import { MODELS, STATES, agreement, read } from "./alignment/reading.js";
import { WIDTH, ribbons } from "./alignment/ribbons.js";
import { LEARNT, LONGEST, long, readable, tidy, typeable } from "./alignment/typed.js";

const STATE = ["text", "model", "step"], MOST = 10, ROWS = 4;   // steps; places that are listed
const TITLES = { attention: "with attention", fixed: "without attention", strip: "digits by hand" };

// The first picture, and the situations worth a button: each named after what one will see.
export const BASE = { text: "3. März 2021", model: "attention", step: 7 };
export const PRESETS = {
  "a month as a word": {},
  "day before month": { text: "30 de noviembre de 1990", step: 6 },
  "Chinese": { text: "1940年4月5日星期五" },
  "without attention": { model: "fixed" },
  "a year it never saw": { text: "4 July 1776", step: 1 },
  "no date at all": { text: "hello", step: 1 },
  "digits by hand": { text: "2021", model: "strip", step: 2 },
};

// Is this a situation that the widget can show? What comes from an address may be anything.
export function valid(state) {
  if (state === null || typeof state !== "object" || Object.keys(state).sort().join() !== [...STATE].sort().join()) return false;
  const { text, model, step } = state;
  return typeable(text) && MODELS.includes(model) && Number.isInteger(step) && step >= 1 && step <= MOST;
}

// Everything that is shown: what is read and written, where it looks, and the step that is lit.
export function solve({ text, model, step }) {
  const tidied = tidy(text), reading = read(tidied, model), at = Math.max(Math.min(step, reading.symbols.length) - 1, 0);
  return { text: tidied, model, step, reading, at, weights: reading.weights[at] ?? [], output: reading.symbols.join(model === "strip" ? " " : ""), known: agreement(reading, model, at) };
}

// How a place to look at is called.
export function called({ model, reading: { inputs } }, j) {
  if (model === "fixed") return "the one vector";
  if (model === "strip") return `digit ${Math.floor(j / STATES) + 1}, quarter ${(j % STATES) + 1}`;
  return inputs[j] === " " ? `the space (${j + 1})` : `“${inputs[j]}” (${j + 1})`;
}

// What is written in the end, what should be, and what the model does not know.
function end({ text, model, output, reading: { symbols, right, unknown } }) {
  let said = `In the end it has written ${output}`;
  if (right === null) said += ", right or wrong: it writes ten characters whatever it reads.";
  else said += right.join() === symbols.join() ? ", which is right." : `, and ${right.join(model === "strip" ? " " : "")} is right.`;
  if (unknown.length > 0) said += ` It has never seen ${unknown.slice(0, 3).map((each) => `“${each}”`).join(", ")}${unknown.length > 3 ? " and others" : ""}.`;
  if (model !== "strip" && long(text) > LEARNT) said += ` ${long(text)} characters: no text that it learnt from had more than ${LEARNT}.`;
  return said;
}

// What the situation shows, and what the model does not know. The same words as `caption` in alignment.py.
export function caption(now) {
  const { model, at, weights, known, reading: { inputs, symbols } } = now;
  if (inputs.length === 0) return "There is no digit to write by hand: this model reads nothing else.";
  if (symbols.length === 0) return "The model writes no word at all.";
  if (model === "fixed") return `Each character is written from one vector of 48 numbers: there is nothing to look at. ${end(now)}`;
  const largest = weights.indexOf(Math.max(...weights)), weight = share(weights[largest]), where = called(now, largest);
  if (symbols[at] === "-") return `Nothing in the text tells a hyphen; the largest weight, ${weight}, lies on ${where}. ${end(now)}`;
  return `To write “${symbols[at]}”, the model looks most at ${where}, with ${weight} of its weight${known?.step ? `; ${share(known.step[0])} lies on what tells it` : ""}. ${end(now)}`;
}

function render({ model, el }) {
  const get = (name) => model.get(name), now = () => Object.fromEntries(STATE.map((name) => [name, get(name)]));
  const start = structuredClone(now());
  let moved = false;   // whether the sentence is announced

  // ---- what a reader can do
  function put(changes) {
    moved = true;
    for (const [name, value] of Object.entries(changes)) model.set(name, value);
    model.save_changes();
  }
  const type = () => { if (readable(tidy(typed.value))) put({ text: tidy(typed.value) }); };
  const back = () => { typed.value = get("text"); };

  // ---- what is seen, from top to bottom
  const slide = h("input", { type: "range", min: 1, max: MOST, step: 1, "aria-label": "step of the decoder", oninput: () => put({ step: Number(slide.value) }) });
  const count = h("span", { class: "attn-number" }), symbol = h("strong", { class: "attn-number role-output" });
  const typed = h("input", { type: "text", maxlength: LONGEST, spellcheck: "false", autocomplete: "off", "aria-label": "a date, as you would write it", placeholder: "empty: the last text stays", oninput: type, onchange: back });
  const option = ([value, text]) => h("option", { value }, text);
  const example = h("select", { "aria-label": "an example", onchange: () => put({ text: EXAMPLES[Number(example.value)].text, ...(get("model") === "strip" ? { model: "attention" } : {}) }) },
    h("option", { value: "", disabled: true }, "examples"), ...EXAMPLES.map(({ language }, i) => option([i, language])));
  const choose = h("select", { "aria-label": "model", onchange: () => put({ model: choose.value }) }, ...Object.entries(TITLES).map(option));
  const picture = ribbons((t) => put({ step: t + 1 }));
  const rows = Array.from({ length: ROWS }, () => {
    const name = h("span", {}), bar = h("span", { class: "attn-bar" }), weight = h("span", { class: "attn-number" }), tells = h("span", { class: "attn-tells" });
    return { node: h("div", { class: "attn-place" }, name, h("span", { class: "attn-weight" }, h("span", { class: "attn-track" }, bar), weight), tells), name, bar, weight, tells };
  });
  const sofar = h("strong", { class: "attn-sofar" }), known = h("span", { class: "attn-number" }), whole = h("span", { class: "attn-number" });
  const sentence = h("p", { class: "attn-caption" });
  const spoken = h("p", { class: "attn-spoken", "aria-live": "polite" }), voice = speaker(spoken);
  const kept = keeping("alignment", el, { reset: () => put(start), situation: now });
  const view = h("div", { class: "attn-view attn-alignment" },
    h("label", { class: "attn-walk" }, h("span", { class: "role-query" }, "step"), slide, count),
    h("div", { class: "attn-date" }, typed, example, choose),
    situations(PRESETS, (patch) => put({ ...BASE, ...patch })),
    picture.node,
    h("div", { class: "attn-under" }, h("span", {}, "writes ", symbol), h("span", {}, "so far ", sofar)),
    h("div", { class: "attn-places" }, ...rows.map(({ node }) => node)),
    h("div", { class: "attn-under attn-known" }, known, whole),
    sentence, h("div", { class: "attn-edit" }, ...kept.buttons), kept.note, spoken);

  function draw() {
    const seen = solve(now()), { model: which, at, weights, output, known: agrees, reading: { symbols, told } } = seen, said = caption(seen);
    place(slide, { max: Math.max(symbols.length, 1), "aria-valuetext": symbols.length ? `${at + 1} of ${symbols.length}, writes ${symbols[at]}` : "nothing is written" });
    set(slide, at + 1); set(choose, which);
    if (tidy(typed.value) !== seen.text) typed.value = seen.text;
    set(example, EXAMPLES.findIndex(({ text }) => text === seen.text) < 0 ? "" : EXAMPLES.findIndex(({ text }) => text === seen.text));
    write(count, `${symbols.length ? at + 1 : 0} of ${symbols.length}`); write(symbol, symbols[at] ?? "nothing");
    write(sofar, symbols.slice(0, at + 1).join(which === "strip" ? " " : "") || "nothing");
    picture.draw(seen, Math.min(Math.max(Math.floor(view.clientWidth), 240), WIDTH), said);
    const order = weights.map((_, j) => j).sort((a, b) => weights[b] - weights[a]);
    rows.forEach(({ node, name, bar, weight, tells }, i) => {
      const j = order[i], is = j !== undefined;
      node.classList.toggle("attn-absent", !is);
      write(name, is ? called(seen, j) : "–"); write(weight, is ? share(weights[j]) : "");
      write(tells, is && which !== "fixed" && told?.[at]?.[j] ? "✓ tells it" : "");
      bar.style.width = is ? `${rounded(100 * weights[j], 2)}%` : "0";
    });
    write(known, agrees?.step ? `on what tells it ${share(agrees.step[0])}, if all were equal ${fixed(agrees.step[1])}` : which === "fixed" ? "nothing to look at" : told === null ? "what tells it: known of examples only" : "nothing tells it");
    write(whole, agrees ? `whole ${share(agrees.whole[0])}, if equal ${fixed(agrees.whole[1])}` : "");
    write(sentence, said);
    if (moved) voice.say(`step ${at + 1}, so far ${symbols.slice(0, at + 1).join(which === "strip" ? " " : "")} · ${said}`);
    moved = false;
  }
  const redraw = once(draw), watch = new ResizeObserver(() => requestAnimationFrame(draw));
  for (const name of STATE) model.on(`change:${name}`, redraw);

  el.replaceChildren(view);
  draw();
  watch.observe(view);

  return () => {
    watch.disconnect();
    voice.stop();
    for (const name of STATE) model.off(`change:${name}`, redraw);
    el.replaceChildren();
  };
}

export default { render };
