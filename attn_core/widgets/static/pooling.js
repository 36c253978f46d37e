// Pooling: a sequence drawn by hand, and what is left of it at the end in four ways.
import { glide, h, once, place, set, speaker, write } from "./kit/dom.js";
import { fixed, rounded, short } from "./kit/format.js";
import { keeping, situations } from "./kit/frame.js";
import { digits, rows, sequence } from "./pooling/rows.js";
import { ABOUT, ATTENTION, LAST, STEPS, WAYS, caption, facts, solve, words } from "./pooling/surviving.js";

const STATE = ["values", "marked", "chosen", "forget_bias", "gate", "query"];
const LEAST = -2, MOST = 6, REACH = 4;   // of the forget bias, and how far gate and query go to each side

// The first picture, and the situations worth a button: each named after what one will see.
const VALUES = [0.1, 0.9, -0.2, 0.3, -0.4, 0.2, 0, -0.3, 0.4, -0.1, 0.2, 0.1];
const only = (...steps) => VALUES.map((_, t) => steps.includes(t + 1));
export const BASE = { values: VALUES, marked: only(2), chosen: 2, forget_bias: 1, gate: 0, query: 2 };
export const PRESETS = {
  "important first": {},
  "important last": { values: [...VALUES.slice(2), ...VALUES.slice(0, 2)], marked: only(12), chosen: 12 },
  "all alike": { values: VALUES.map(() => 0.5), marked: only() },
  "one loud error": { values: VALUES.map((x, t) => (t === 1 ? 0.6 : t === 8 ? 1 : x)), chosen: 9 },
  "forget nothing": { forget_bias: 6 },
  "a gate that knows": { forget_bias: 6, gate: 4 },
  "ask for the rest": { forget_bias: 6, gate: 4, query: -2 },
};

// Is this a situation that can be shown? What comes from an address may be anything.
export function valid(state) {
  const within = (low, high) => (x) => typeof x === "number" && x >= low && x <= high;   // no NaN
  const twelve = (list, fits) => Array.isArray(list) && list.length === STEPS && list.every(fits);
  if (state === null || typeof state !== "object" || Object.keys(state).sort().join() !== [...STATE].sort().join()) return false;
  return twelve(state.values, within(-1, 1)) && twelve(state.marked, (one) => typeof one === "boolean") && Number.isInteger(state.chosen) && within(1, STEPS)(state.chosen)
    && within(LEAST, MOST)(state.forget_bias) && within(-REACH, REACH)(state.gate) && within(-REACH, REACH)(state.query);
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
  function go({ values, forget_bias, gate, query, ...rest }) {
    halt();
    const from = now(), between = (a, b, t) => rounded(a + t * (b - a), 2);
    put(rest, "all");
    halt = glide((t) => put({ values: values.map((x, j) => between(from.values[j], x, t)), forget_bias: between(from.forget_bias, forget_bias, t),
      gate: between(from.gate, gate, t), query: between(from.query, query, t) }, "all"));
  }
  const act = {
    choose(step) { if (step !== get("chosen")) { halt(); put({ chosen: step }, "value"); } },
    draw(drawn, step = get("chosen")) {
      halt();
      const held = (x) => rounded(Math.min(1, Math.max(-1, x)), 1);
      put({ chosen: step, values: get("values").map((old, t) => (t + 1 in drawn ? held(drawn[t + 1]) : old)) }, "value");
    },
    mark(step) { halt(); put({ chosen: step, marked: get("marked").map((old, t) => (t + 1 === step ? !old : old)) }, "mark"); },
  };

  // ---- what is seen, from top to bottom
  const slider = (label, low, high, change) => h("input", { type: "range", min: low, max: high, step: 0.1, "aria-label": label, oninput: (event) => { halt(); change(Number(event.target.value)); } });
  const trait = (name, label, low, high, who) => slider(label, low, high, (x) => put({ [name]: x }, who));
  const bias = trait("forget_bias", "forget bias of the last state", LEAST, MOST, "last"), gate = trait("gate", "input gate: how much it looks at the mark", -REACH, REACH, "last");
  const query = trait("query", "query of attention: how much it looks for the mark", -REACH, REACH, "attention");
  const value = slider("value of the chosen step", -1, 1, (x) => act.draw({ [get("chosen")]: x })), name = h("span", { class: "role-value" });
  const forgets = h("small");
  const hands = [["forget_bias", bias, h("span", {}, "forget bias b ", forgets)], ["query", query, h("span", { class: "role-query" }, "query q")], ["gate", gate, h("span", {}, "input gate g")], [null, value, name]]
    .map(([of, input, text]) => ({ of, input, text, shown: digits() }));
  const kept = keeping("pooling", el, { reset: () => go(start), situation: now }), above = sequence(act), below = rows();
  const sentence = h("p", { class: "attn-caption" });
  const spoken = h("p", { class: "attn-spoken", "aria-live": "polite" }), voice = speaker(spoken);
  const view = h("div", { class: "attn-view attn-pooling" },
    h("div", { class: "attn-hand" }, ...hands.map(({ of, input, text, shown }) => h("label", { class: of === "query" ? "attn-asks" : of ? null : "attn-worth" }, text, input, shown))),
    situations(PRESETS, (patch) => go({ ...BASE, ...patch })),
    above.node, ...below.nodes, sentence,
    h("div", { class: "attn-foot" }, h("p", { class: "attn-total" }, "Draw over the bars; press a number to mark its step."), h("div", { class: "attn-edit" }, ...kept.buttons)),
    h("p", { class: "attn-total" }, ABOUT), kept.note, spoken);

  function draw() {
    const seen = solve(now()), at = seen.chosen - 1, held = seen.values[at];
    for (const { of, input, shown } of hands) {
      const x = of ? seen[of] : held, text = fixed(x, 1);
      set(input, rounded(x, 1)); write(shown, text); place(input, { "aria-valuetext": text });
    }
    write(forgets, `f ${fixed(seen.kept)}`);
    write(name, `value of step ${seen.chosen}`);
    above.draw(seen); below.draw(seen);
    write(sentence, caption(seen));
    const pooled = WAYS.map((way, i) => `${way} ${facts(i, seen)[1]}`).join(", ");
    if (moving === "value") voice.say(`step ${seen.chosen}, value ${short(held)}, ${seen.marked[at] ? "marked" : "not marked"} · max takes step ${seen.top + 1} · pooled: ${pooled}`);
    else if (moving === "last") voice.say(words(LAST, seen));
    else if (moving === "attention") voice.say(words(ATTENTION, seen));
    else if (moving !== null) voice.say(caption(seen));
    moving = null;
  }
  const redraw = once(draw);
  for (const each of STATE) model.on(`change:${each}`, redraw);

  draw();
  el.replaceChildren(view);

  return () => {
    halt(); voice.stop();
    for (const each of STATE) model.off(`change:${each}`, redraw);
    el.replaceChildren();
  };
}

export default { render };
