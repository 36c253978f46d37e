// Regions: one row of scores, and where soft, hard and local attention look.
import { DRAWN, LOCAL_M, LOCAL_P, NAMES, POSITIONS, SOFT, caption, solve, words } from "./regions/looking.js";
import { digits, heads, rows } from "./regions/rows.js";
import { glide, h, once, place, set, speaker, write } from "./kit/dom.js";
import { fixed, rounded, share, short } from "./kit/format.js";
import { button, keeping, situations } from "./kit/frame.js";

const STATE = ["scores", "chosen", "centre", "window", "temperature", "seed", "draws"];
const HIGHEST = 3, SEEDS = 10_000, MOST_DRAWS = 1000;

// The first picture, and the situations worth a button: each named after what one will see.
const SCORES = [-0.8, 0.3, 1.5, 0.2, -0.5, 1.3, 2, 0.6, -0.4];
export const BASE = { scores: SCORES, chosen: 7, centre: 6.6, window: 2, temperature: 1, seed: 4, draws: 20 };
export const PRESETS = {
  "a touch flips hard": { scores: SCORES.map((x, j) => (j === 2 ? 1.9 : x)), chosen: 3 },
  "one draw": { draws: 1 },
  "window of one": { centre: 4, window: 0 },
  "centre off: local misses": { centre: 2.7, window: 1 },
  "window over all": { window: 8 },
  "flat scores": { scores: SCORES.map(() => 0), draws: 100 },
  "cold: soft is hard": { temperature: 0.05 },
  "hot: all alike": { temperature: 10, draws: 100 },
};

// Is this a situation that can be shown? What comes from an address may be anything.
export function valid(state) {
  const within = (low, high) => (x) => typeof x === "number" && x >= low && x <= high;   // no NaN
  const whole = (low, high) => (x) => Number.isInteger(x) && within(low, high)(x);
  if (state === null || typeof state !== "object" || Object.keys(state).sort().join() !== [...STATE].sort().join()) return false;
  return Array.isArray(state.scores) && state.scores.length === POSITIONS && state.scores.every(within(-HIGHEST, HIGHEST))
    && whole(1, POSITIONS)(state.chosen) && within(1, POSITIONS)(state.centre) && whole(0, POSITIONS - 1)(state.window)
    && within(0.01, 100)(state.temperature) && whole(0, SEEDS - 1)(state.seed) && whole(0, MOST_DRAWS)(state.draws);
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
  function go({ scores, centre, ...rest }) {
    halt();
    const from = now(), between = (a, b, t) => rounded(a + t * (b - a), 2);
    put(rest, "all");
    halt = glide((t) => put({ scores: scores.map((x, j) => between(from.scores[j], x, t)), centre: between(from.centre, centre, t) }, "all"));
  }
  const act = {
    choose(position) { halt(); put({ chosen: position }, "chosen"); },
    score(position, x) {
      halt();
      const held = rounded(Math.min(HIGHEST, Math.max(-HIGHEST, x)), 1);
      put({ chosen: position, scores: get("scores").map((old, j) => (j === position - 1 ? held : old)) }, "score");
    },
    centre(x) { halt(); put({ centre: rounded(Math.min(POSITIONS, Math.max(1, x)), 1) }, "window"); },
    draw(more) { halt(); put({ draws: Math.min(MOST_DRAWS, get("draws") + more) }, "draws"); },
  };

  // ---- what is seen, from top to bottom
  const slider = (label, range, change) => h("input", { type: "range", ...range, "aria-label": label, oninput: (event) => { halt(); change(Number(event.target.value)); } });
  const score = slider("score of the chosen position", { min: -HIGHEST, max: HIGHEST, step: 0.1 }, (x) => act.score(get("chosen"), x));
  const centre = slider("centre of the local windows", { min: 1, max: POSITIONS, step: 0.1 }, act.centre);
  const reach = slider("window, positions on each side", { min: 0, max: POSITIONS - 1, step: 1 }, (x) => put({ window: x }, "window"));
  const warm = slider("temperature", { min: -2, max: 2, step: 0.05 }, (x) => put({ temperature: rounded(10 ** x, 2) }, "warm"));
  const scored = digits(), centred = digits(), reached = digits(), warmth = digits(), name = h("span", { class: "role-key" });
  const more = [1, 10, 100].map((n) => button(`+${n}`, () => act.draw(n), { "aria-label": n === 1 ? "draw once more" : `draw ${n} times more` }));
  const anew = button("draw anew", () => { halt(); put({ seed: (get("seed") + 1) % SEEDS }, "draws"); });
  const kept = keeping("regions", el, { reset: () => go(start), situation: now });
  const above = heads(act, HIGHEST), below = rows(act, more);
  const sentence = h("p", { class: "attn-caption" });
  const spoken = h("p", { class: "attn-spoken", "aria-live": "polite" }), voice = speaker(spoken);
  const view = h("div", { class: "attn-view attn-regions" },
    h("div", { class: "attn-hand" },
      h("label", { class: "attn-keeps" }, name, score, scored), h("label", { class: "attn-asks" }, h("span", { class: "role-query" }, "centre p"), centre, centred),
      h("label", {}, h("span", {}, "temperature"), warm, warmth), h("label", {}, h("span", {}, "window D"), reach, reached)),
    situations(PRESETS, (patch) => go({ ...BASE, ...patch })),
    ...above.nodes, ...below.nodes,
    h("p", { class: "attn-total" }, "scored: scores to compute · read: values with a weight · dotted: soft, and local-p before its Gaussian (dashed)"),
    h("div", { class: "attn-foot" }, h("div", { class: "attn-edit" }, anew, ...kept.buttons)),
    sentence, kept.note, spoken);

  function draw() {
    const seen = solve(now()), held = seen.scores[seen.chosen - 1];
    set(score, rounded(held, 1)); set(centre, rounded(seen.centre, 1)); set(reach, seen.window); set(warm, rounded(Math.log10(seen.temperature), 2));
    const shown = [[score, scored, short(held)], [centre, centred, short(seen.centre)], [reach, reached, `±${seen.window}`], [warm, warmth, fixed(seen.temperature)]];
    for (const [input, text, said] of shown) { write(text, said); place(input, { "aria-valuetext": said }); }
    write(name, `score of ${seen.chosen}`);
    for (const one of more) one.disabled = seen.draws >= MOST_DRAWS;
    above.draw(seen); below.draw(seen);
    write(sentence, caption(seen));
    const at = seen.chosen - 1, given = [SOFT, LOCAL_M, LOCAL_P].map((i) => `${NAMES[i]} ${seen.inside[i][at] ? share(seen.weights[i][at]) : "does not look"}`).join(", ");
    if (moving === "score" || moving === "chosen") voice.say(`position ${seen.chosen}, score ${short(held)} · ${given} · hard takes position ${seen.best + 1}`);
    else if (moving === "window") voice.say([LOCAL_M, LOCAL_P].map((i) => words(i, seen)).join(". "));
    else if (moving === "draws") voice.say(words(DRAWN, seen));
    else if (moving === "warm") voice.say(`temperature ${fixed(seen.temperature)} · ${words(SOFT, seen)}`);
    else if (moving !== null) voice.say(caption(seen));
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
