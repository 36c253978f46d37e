// Heads: what several heads add, over a short sentence, with projections set by hand.
import { h, once, place, set, speaker, write } from "./kit/dom.js";
import { keeping, situations } from "./kit/frame.js";
import { sentence, tidy } from "./grid/sentences.js";
import { ABOUT, COUNTS, caption, moved, size, solve } from "./heads/adding.js";
import { lines, spoken, strip } from "./heads/lines.js";
import { BLOCKS } from "./heads/roles.js";

const STATE = ["sentence", "form", "num_heads", "on", "row"], FITS = 8;
const FORMS = { two: "two roles: word before, like spelling", four: "four roles: before, like, after, all alike", same: "one role for all heads: like spelling" };

// The first picture, and the situations worth a button: each named after what one will see.
const every = COUNTS.at(-1), all_on = Array.from({ length: every }, () => true), less = (head) => all_on.map((_, g) => g !== head - 1);
export const BASE = { sentence: "the old cat saw the older cats sleep", form: "four", num_heads: 4, on: all_on, row: 6 };
export const PRESETS = {
  "one head, two roles": { form: "two", num_heads: 1 },
  "two roles apart": { form: "two", num_heads: 2 },
  "one head removed": { on: less(2) },
  "heads that agree": { form: "same" },
  "one of them removed": { form: "same", on: less(2) },
  "eight narrow heads": { form: "two", num_heads: 8 },
};

// Is this a situation that can be shown? What comes from an address may be anything.
export function valid(state) {
  if (state === null || typeof state !== "object" || Object.keys(state).sort().join() !== [...STATE].sort().join()) return false;
  const { form, num_heads: heads, on, row } = state;
  return sentence(state.sentence, 1, FITS) && typeof form === "string" && Object.hasOwn(BLOCKS, form) && COUNTS.includes(heads)
    && Array.isArray(on) && on.length === every && on.every((one) => typeof one === "boolean") && Number.isInteger(row) && row >= 0 && row < FITS;
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
  const flip = (g) => put({ on: get("on").map((on, i) => (i === g ? !on : on)) }, "all");

  // ---- what is seen, from top to bottom
  const slide = h("input", { type: "range", min: 0, step: 1, "aria-label": "row: which word asks", oninput: () => light(Number(slide.value)) });
  const lit = h("span", { class: "attn-lit-word" });
  const counts = COUNTS.map((count) => h("button", { type: "button", onclick: () => put({ num_heads: count }, "all"), "aria-label": count === 1 ? "1 head" : `${count} heads` }, String(count)));
  const form = h("select", { "aria-label": "what the heads look for", onchange: () => put({ form: form.value }, "all") }, ...Object.entries(FORMS).map(([value, text]) => h("option", { value }, text)));
  // A sentence that is typed is shown as it is typed; once it is done, as it is understood.
  const typed = h("input", { type: "text", "aria-label": "a sentence of up to 8 words", maxlength: 200, spellcheck: "false", autocomplete: "off",
    oninput() { const text = tidy(typed.value, FITS); if (sentence(text, 1, FITS)) put({ sentence: text }, "all"); },
    onchange() { typed.value = get("sentence"); } });
  const picture = lines({ light, flip }), output = strip(), total = h("p", { class: "attn-total" }), below = h("p", { class: "attn-caption" });
  const kept = keeping("heads", el, { reset: () => put(start, "all"), situation: now });
  const voiced = h("p", { class: "attn-spoken", "aria-live": "polite" }), voice = speaker(voiced);
  const view = h("div", { class: "attn-view attn-heads" },
    h("div", { class: "attn-set" },
      h("label", {}, h("span", { class: "role-query" }, "row"), slide, lit),
      h("div", { class: "attn-count", role: "group", "aria-label": "number of heads" }, h("span", {}, "heads"), ...counts),
      h("label", {}, h("span", {}, "sentence"), typed), h("label", {}, h("span", {}, "look for"), form)),
    situations(PRESETS, (patch) => put({ ...BASE, ...patch }, "all")),
    picture.node, output.node, total, h("p", { class: "attn-total" }, ABOUT),
    h("div", { class: "attn-foot" }, h("p", { class: "attn-total" }, "Dotted: with all heads on."), h("div", { class: "attn-edit" }, ...kept.buttons)),
    below, kept.note, voiced);

  function draw() {
    const seen = solve(now()), word = seen.words[seen.at];
    place(slide, { max: seen.n - 1, "aria-valuetext": `${seen.at + 1}, ${word}` }); set(slide, seen.at);
    write(lit, word); set(form, seen.form);
    counts.forEach((button, i) => place(button, { "aria-pressed": String(COUNTS[i] === seen.num_heads) }));
    if (tidy(typed.value, FITS) !== tidy(seen.sentence, FITS)) typed.value = seen.sentence;
    picture.draw(seen); output.draw(seen);
    write(total, size(seen.num_heads)); write(below, caption(seen));
    if (moving === "row") voice.say(spoken(seen));
    else if (moving !== null) voice.say(`${caption(seen)} Output ${moved(seen)}.`);
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
