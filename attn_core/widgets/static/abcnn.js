// Abcnn: two sentences, the matrix of their matches, and what three forms of a convolution do with it.
import { h, once, place, set, speaker, write } from "./kit/dom.js";
import { fixed } from "./kit/format.js";
import { keeping, situations } from "./kit/frame.js";
import { sentence, tidy } from "./grid/sentences.js";
import { caption, counted, quoted, solve, steps, together } from "./abcnn/matching.js";
import { matrix } from "./abcnn/picture.js";
import { pools } from "./abcnn/pools.js";
import { FITS, WIDEST } from "./abcnn/windows.js";

const STATE = ["first", "second", "form", "kernel_size", "normalized", "row"], SIZES = Array.from({ length: WIDEST }, (_, o) => o + 1);

// The first picture, and the situations worth a button: each named after what one will see.
export const BASE = { first: "the cat sat on the mat", second: "a cat sits on the mat", form: 1, kernel_size: 3, normalized: false, row: 1 };
export const PRESETS = {
  "paraphrase": {},
  "shuffled": { second: "the mat sat on the cat", form: 2, kernel_size: 1 },
  "shuffled, in windows": { second: "the mat sat on the cat", form: 2 },
  "one word in common": { second: "my cat eats fish", form: 2 },
  "both looks": { form: 3 },
  "step 2 put in": { form: 2, normalized: true },
};

// Is this a situation that can be shown? What comes from an address may be anything.
export function valid(state) {
  if (state === null || typeof state !== "object" || Object.keys(state).sort().join() !== [...STATE].sort().join()) return false;
  const { first, second, form, kernel_size: size, normalized, row } = state;
  return sentence(first, 1, FITS) && sentence(second, 1, FITS) && [1, 2, 3].includes(form) && SIZES.includes(size) && typeof normalized === "boolean" && Number.isInteger(row) && row >= 0 && row < FITS;
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
  const slide = h("input", { type: "range", min: 0, step: 1, "aria-label": "word of the first sentence to follow", oninput: () => light(Number(slide.value)) });
  const lit = h("span", { class: "attn-lit-word" });
  const choice = (name, values, label) => values.map((value) => h("button", { type: "button", "aria-label": label(value), onclick: () => put({ [name]: value }, "all") }, String(value)));
  const forms = choice("form", [1, 2, 3], (form) => `ABCNN-${form}`), sizes = choice("kernel_size", SIZES, (size) => `windows of ${size}`);
  const soft = h("input", { type: "checkbox", "aria-label": "softmax: normalise, step 2", onchange: () => put({ normalized: soft.checked }, "all") });
  // A sentence that is typed is shown as it is typed; once it is done, as it is understood.
  const typed = (name) => { const input = h("input", { type: "text", "aria-label": `${name} sentence, up to ${FITS} words`, maxlength: 200, spellcheck: "false", autocomplete: "off",
    oninput() { const text = tidy(input.value, FITS); if (sentence(text, 1, FITS)) put({ [name]: text }, "all"); },
    onchange() { input.value = get(name); } }); return input; };
  const inputs = { first: typed("first"), second: typed("second") };
  const picture = matrix({ light }), pool = pools(), kinds = h("ul", { class: "attn-kinds" });
  const about = h("p", { class: "attn-total" }), below = h("p", { class: "attn-caption" });
  const kept = keeping("abcnn", el, { reset: () => put(start, "all"), situation: now });
  const voiced = h("p", { class: "attn-spoken", "aria-live": "polite" }), voice = speaker(voiced);
  const group = (name, label, buttons) => h("div", { class: "attn-choose", role: "group", "aria-label": label }, h("span", {}, name), ...buttons);
  const view = h("div", { class: "attn-view attn-abcnn" },
    h("div", { class: "attn-set" },
      h("label", {}, h("span", { class: "role-query" }, "word"), slide, lit),
      h("div", { class: "attn-both" }, group("ABCNN-", "form of ABCNN", forms), group("window", "words of a window", sizes), h("label", {}, soft, "softmax")),
      h("label", {}, h("span", { class: "role-query" }, "first"), inputs.first), h("label", {}, h("span", { class: "role-key" }, "second"), inputs.second)),
    situations(PRESETS, (patch) => put({ ...BASE, ...patch }, "all")),
    h("div", { class: "attn-columns" }, h("div", {}, ...picture.nodes), h("div", {}, ...pool.nodes)),
    kinds, about,
    h("div", { class: "attn-foot" }, h("span"), h("div", { class: "attn-edit" }, ...kept.buttons)),
    below, kept.note, voiced);

  function draw() {
    const seen = solve(now()), word = seen.words[0][seen.at];
    place(slide, { max: seen.words[0].length - 1, "aria-valuetext": `${seen.at + 1}, ${word}` }); set(slide, seen.at);
    write(lit, word); soft.checked = seen.normalized;
    for (const [name, input] of Object.entries(inputs)) if (tidy(input.value, FITS) !== tidy(seen[name], FITS)) input.value = seen[name];
    forms.forEach((button, i) => place(button, { "aria-pressed": String(i + 1 === seen.form) }));
    sizes.forEach((button, i) => place(button, { "aria-pressed": String(SIZES[i] === seen.kernel_size) }));
    picture.draw(seen); pool.draw(seen);
    const said = steps(seen);
    if (kinds.childElementCount === 0) kinds.append(...said.map(() => h("li", {}, h("b"), h("span"), h("span"))));
    said.forEach((parts, i) => { place(kinds.children[i], { "data-is": parts[1] }); parts.forEach((text, p) => write(kinds.children[i].children[p], text)); });
    write(about, together(seen)); write(below, caption(seen));
    if (moving === "row") voice.say(`${quoted(word)}: ${counted(seen.kernel_size)}, weights ${seen.span.map((k) => fixed(seen.weights[k])).join(", ")}, ${fixed(seen.total)} in all. ${caption(seen)}`);
    else if (moving !== null) voice.say(`${caption(seen)} ${said.map((parts) => parts.join(" ")).join(". ")}.`);
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
