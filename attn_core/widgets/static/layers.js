// Layers: every head of a trained Transformer on a date, one enlarged, and what is written without it.
import { EXAMPLES } from "./alignment/examples.js";
import { LONGEST, readable, tidy, typeable } from "./alignment/typed.js";
import { h, once, place, set, speaker, write } from "./kit/dom.js";
import { rounded, share } from "./kit/format.js";
import { keeping, situations } from "./kit/frame.js";
import { HEADS, KINDS, LAYERS, STEPS } from "./layers/model.js";
import { each, solve, switched } from "./layers/reading.js";
import { ABOUT, caption, finds, found, missed, name, needed, spot } from "./layers/telling.js";
import { HEIGHT, large, tiles, written } from "./layers/tiles.js";

const STATE = ["text", "step", "kind", "layer", "head", "on"], PLACES = 3, LOW = 172, NARROW = 600;   // places that are listed; a phone's picture

// The first picture, and the situations worth a button: which head it is was measured, on dates that the model never saw.
const all = each(() => true);
export const BASE = { text: "3. März 2021", step: 7, ...finds("month"), on: all };
export const PRESETS = {
  "finds the month": {},
  "copies the day": { ...finds("day"), text: "14 mai 1918", step: 10 },
  "most missed": needed(true),
  "most missed, off": { ...needed(true), on: switched(all, needed(true)) },
  "least missed, off": { ...needed(false), on: switched(all, needed(false)) },
  "cross-attention off": { on: each((kind) => kind !== "cross") },
};

// Is this a situation that can be shown? What comes from an address may be anything.
export function valid(state) {
  if (state === null || typeof state !== "object" || Object.keys(state).sort().join() !== [...STATE].sort().join()) return false;
  const { text, step, kind, layer, head, on } = state, whole = (x, most) => Number.isInteger(x) && x >= 1 && x <= most;
  const fits = (list, size, one) => Array.isArray(list) && list.length === size && list.every(one);
  return typeable(text) && whole(step, STEPS) && KINDS.includes(kind) && whole(layer, LAYERS) && whole(head, HEADS)
    && fits(on, KINDS.length, (layers) => fits(layers, LAYERS, (heads) => fits(heads, HEADS, (one) => typeof one === "boolean")));
}

function render({ model, el }) {
  const get = (trait) => model.get(trait), now = () => Object.fromEntries(STATE.map((trait) => [trait, get(trait)]));
  const start = structuredClone(now());
  let moved = false;   // whether the sentence is announced

  // ---- what a reader can do
  function put(changes) {
    moved = true;
    for (const [trait, value] of Object.entries(changes)) model.set(trait, value);
    model.save_changes();
  }
  const light = (step) => put({ step });
  const flip = () => put({ on: switched(get("on"), now()) });

  // ---- what is seen, from top to bottom
  const slide = h("input", { type: "range", min: 1, max: STEPS, step: 1, "aria-label": "step of the decoder", oninput: () => light(Number(slide.value)) });
  const count = h("span", { class: "attn-number" });
  const typed = h("input", { type: "text", maxlength: LONGEST, spellcheck: "false", autocomplete: "off", "aria-label": "a date, as you would write it", placeholder: "empty: the last text stays",
    oninput() { if (readable(tidy(typed.value))) put({ text: tidy(typed.value) }); }, onchange() { typed.value = get("text"); } });
  const example = h("select", { "aria-label": "an example", onchange: () => put({ text: EXAMPLES[Number(example.value)].text }) },
    h("option", { value: "", disabled: true }, "examples"), ...EXAMPLES.map(({ language }, i) => h("option", { value: i }, language)));
  const out = written(light), small = tiles(put), picture = large(light);
  const title = h("span", { class: "attn-title" });
  const off = h("button", { type: "button", onclick: flip }, "head off"), restore = h("button", { type: "button", onclick: () => put({ on: all }) }, "all on");
  const rows = Array.from({ length: PLACES }, () => {
    const where = h("span", {}), bar = h("span", { class: "attn-bar" }), weight = h("span", { class: "attn-number" });
    return { where, bar, weight, node: h("div", { class: "attn-place" }, where, h("span", { class: "attn-weight" }, h("span", { class: "attn-track" }, bar), weight)) };
  });
  const alone = h("p", { class: "attn-total" }), mass = h("p", { class: "attn-total" }), sentence = h("p", { class: "attn-caption" });
  const spoken = h("p", { class: "attn-spoken", "aria-live": "polite" }), voice = speaker(spoken);
  const kept = keeping("layers", el, { reset: () => put(start), situation: now });
  const view = h("div", { class: "attn-view attn-layers" },
    h("label", { class: "attn-walked" }, h("span", { class: "role-query" }, "step"), slide, count),
    h("div", { class: "attn-typed-date" }, typed, example),
    situations(PRESETS, (patch) => put({ ...BASE, ...patch })),
    h("div", { class: "attn-opened" }, small.node,
      h("div", { class: "attn-one" }, h("div", { class: "attn-switch" }, title, off, restore), picture.node, out.node)),
    h("div", { class: "attn-places" }, ...rows.map(({ node }) => node)), alone, mass,
    h("div", { class: "attn-foot" }, h("p", { class: "attn-total" }, ABOUT), h("div", { class: "attn-edit" }, ...kept.buttons)),
    sentence, kept.note, spoken);

  function draw() {
    const seen = solve(now()), said = caption(seen), { step, output, text, given, isOn } = seen;
    place(slide, { "aria-valuetext": `${step} of ${STEPS}, writes ${output[step - 1]}` });
    set(slide, step); write(count, `${step} of ${STEPS}`);
    if (tidy(typed.value) !== text) typed.value = text;
    const known = EXAMPLES.findIndex((one) => one.text === text);
    set(example, known < 0 ? "" : known);
    const wide = view.clientWidth >= NARROW;
    small.draw(seen); out.draw(seen);
    picture.draw(seen, Math.max(Math.floor(picture.node.clientWidth), 200), wide ? HEIGHT : LOW, `${name(seen.kind, seen.layer, seen.head)}: ${said}`);
    write(title, name(seen.kind, seen.layer, seen.head));
    place(off, { "aria-pressed": String(!isOn) });
    restore.disabled = seen.on.flat(2).every(Boolean);
    const order = [...given.keys()].sort((a, b) => given[b] - given[a]);
    rows.forEach(({ node, where, bar, weight }, i) => {
      const j = order[i], is = isOn && j !== undefined;
      node.classList.toggle("attn-absent", !is);
      write(where, is ? spot(seen, j) : "–"); write(weight, is ? share(given[j]) : "");
      bar.style.width = is ? `${rounded(100 * given[j], 2)}%` : "0";
    });
    write(alone, missed(seen)); write(mass, found(seen)); write(sentence, said);
    if (moved) voice.say(`step ${step} of ${STEPS} · ${name(seen.kind, seen.layer, seen.head)} · ${said}`);
    moved = false;
  }
  const redraw = once(draw), watch = new ResizeObserver(() => requestAnimationFrame(draw));
  for (const trait of STATE) model.on(`change:${trait}`, redraw);

  el.replaceChildren(view);
  draw();
  watch.observe(view);

  return () => {
    watch.disconnect();
    voice.stop();
    for (const trait of STATE) model.off(`change:${trait}`, redraw);
    el.replaceChildren();
  };
}

export default { render };
