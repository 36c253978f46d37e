// Grid: every word of a sentence asks every word of another, or of the same one.
import { h, once, place, set, speaker, write } from "./kit/dom.js";
import { rounded, share } from "./kit/format.js";
import { keeping, situations } from "./kit/frame.js";
import { FORMS, balance, caption, quoted, solve } from "./grid/asking.js";
import { MOST, sentence, tidy } from "./grid/sentences.js";

const STATE = ["asks", "answers", "form", "row"];

// The first picture, and the situations worth a button: each named after what one will see.
export const BASE = { asks: "the old cat saw the older cats sleep", answers: "", form: "literal", row: 2 };
export const PRESETS = {
  "all look at themselves": {},
  "all look one word back": { form: "previous" },
  "drawn, not yet learnt": { form: "drawn" },
  "passage and question": { asks: "the first papers were published in spring 2014", answers: "when was the paper published", row: 2 },
};

// Is this a situation that the grid can show? What comes from an address may be anything.
export function valid(state) {
  if (state === null || typeof state !== "object" || Object.keys(state).sort().join() !== [...STATE].sort().join()) return false;
  const { asks, answers, form, row } = state;
  return sentence(asks, 1) && sentence(answers, 0) && typeof form === "string" && Object.hasOwn(FORMS, form) && Number.isInteger(row) && row >= 0 && row < MOST;
}

function render({ model, el }) {
  const get = (name) => model.get(name), now = () => Object.fromEntries(STATE.map((name) => [name, get(name)]));
  const start = now();
  let moving = null;   // whose change will be announced

  function put(changes, who) {
    moving = who;
    for (const [name, value] of Object.entries(changes)) model.set(name, value);
    model.save_changes();
  }
  const light = (i) => { if (i !== get("row")) put({ row: i }, "row"); };

  // ---- what is seen, from top to bottom
  const number = () => h("span", { class: "attn-number" });
  const slide = h("input", { type: "range", min: 0, step: 1, "aria-label": "row: which word asks", oninput: () => light(Number(slide.value)) });
  const lit = h("span", { class: "attn-lit-word" });
  // A sentence that is typed is shown as it is typed; once it is done, as it is understood.
  const typed = (name, label, hint) => h("input", { type: "text", "aria-label": label, placeholder: hint, maxlength: 200, spellcheck: "false", autocomplete: "off",
    oninput(event) { const text = tidy(event.target.value); if (sentence(text, name === "asks" ? 1 : 0)) put({ [name]: text }, "sentence"); },
    onchange(event) { event.target.value = get(name); } });
  const asks = typed("asks", "asks: a sentence", ""), answers = typed("answers", "answers: a sentence; empty: the one that asks", "the same sentence");
  const form = h("select", { "aria-label": "vectors of the words", onchange: () => put({ form: form.value }, "all") }, ...Object.entries(FORMS).map(([value, text]) => h("option", { value }, text)));
  const grid = h("div", { class: "attn-who", role: "img" }), list = h("div", { class: "attn-whom" }), gives = h("span", { class: "role-query" });
  const total = h("p", { class: "attn-total" }), sentenceBelow = h("p", { class: "attn-caption" });
  const kept = keeping("grid", el, { reset: () => put(start, "all"), situation: now });
  const spoken = h("p", { class: "attn-spoken", "aria-live": "polite" }), voice = speaker(spoken);
  const view = h("div", { class: "attn-view attn-grid" },
    h("div", { class: "attn-typed" },
      h("label", {}, h("span", { class: "role-query" }, "row"), slide, lit), h("label", {}, h("span", {}, "vectors"), form),
      h("label", {}, h("span", { class: "role-query" }, "asks"), asks), h("label", {}, h("span", { class: "role-key" }, "answers"), answers)),
    situations(PRESETS, (patch) => put({ ...BASE, ...patch }, "all")),
    h("div", { class: "attn-columns" }, grid, list), total,
    h("div", { class: "attn-foot" }, h("p", { class: "attn-total" }, `Vectors know spelling, not meaning. At most ${MOST} words.`), h("div", { class: "attn-edit" }, ...kept.buttons)),
    sentenceBelow, kept.note, spoken);

  let shown = null, rows = [], heads = [], lines = [];
  function build({ asking, answering, itself }) {
    heads = answering.map((word) => h("span", { class: "attn-answers" }, word));
    rows = asking.map((word, i) => {
      const cells = answering.map((_, j) => h("span", { class: itself && i === j ? "attn-cell attn-own" : "attn-cell" })), name = h("span", { class: "attn-asks-word" }, word);
      return { cells, name, node: h("div", { class: "attn-asking", onpointerover: () => light(i), onclick: () => light(i) }, name, ...cells) };
    });
    lines = answering.map((word) => {
      const bar = h("span", { class: "attn-bar" }), text = number();
      return { bar, text, node: h("div", { class: "attn-gets" }, h("span", { class: "attn-word" }, word), h("span", { class: "attn-weight" }, h("span", { class: "attn-track" }, bar), text)) };
    });
    grid.style.setProperty("--attn-many", answering.length);
    grid.replaceChildren(h("div", { class: "attn-asking" }, h("span", {}), ...heads), ...rows.map((row) => row.node));
    list.replaceChildren(h("p", { class: "attn-gives" }, gives, " gives"), ...lines.map((line) => line.node));
  }

  function draw() {
    const seen = solve(now()), { asking, answering, at, weights } = seen, most = Math.max(...weights[at]);
    if (shown !== (shown = JSON.stringify([asking, answering]))) build(seen);
    place(slide, { max: asking.length - 1, "aria-valuetext": `${at + 1}, ${asking[at]}` }); set(slide, at);
    write(lit, asking[at]); write(gives, asking[at]); set(form, seen.form);
    for (const [input, text] of [[asks, seen.asks], [answers, seen.answers]]) if (tidy(input.value) !== tidy(text)) input.value = text;
    rows.forEach(({ cells, node, name }, i) => {
      node.classList.toggle("attn-lit", i === at); name.classList.toggle("role-query", i === at);
      cells.forEach((cell, j) => { cell.style.setProperty("--attn-share", rounded(weights[i][j])); write(cell, weights[i][j] < 0.095 ? "" : share(weights[i][j])); });
    });
    lines.forEach(({ bar, text, node }, j) => {
      const w = weights[at][j];
      bar.style.width = `${rounded(100 * w, 2)}%`; write(text, share(w));
      node.classList.toggle("attn-largest", w > most - 1e-9);
    });
    const all = answering.map((word, j) => `${quoted(word)} ${share(weights[at][j])}`).join(", ");
    place(grid, { "aria-label": `${asking.length} words ask ${answering.length}; row ${at + 1}, ${quoted(asking[at])}, gives ${all}` });
    place(list, { role: "group", "aria-label": `weights of ${quoted(asking[at])}` });
    write(total, balance(seen)); write(sentenceBelow, caption(seen));
    if (moving === "row") voice.say(`${quoted(asking[at])} asks · ${all}`);
    else if (moving !== null) voice.say(`${caption(seen)} ${balance(seen)}`);
    moving = null;
  }
  const redraw = once(draw);
  for (const trait of STATE) model.on(`change:${trait}`, redraw);

  draw();
  el.replaceChildren(view);

  return () => {
    voice.stop();
    for (const trait of STATE) model.off(`change:${trait}`, redraw);
    el.replaceChildren();
  };
}

export default { render };
