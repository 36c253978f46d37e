// Hierarchy: a document as sentences and words, and the share that each of them has in what is read.
import { BASE, PRESETS } from "./hierarchy/documents.js";
import { chosen, sentences, words } from "./hierarchy/rows.js";
import { MOST, POOLS, caption, heard, result, solve, split } from "./hierarchy/weighing.js";
import { glide, h, once, place, set, speaker, write } from "./kit/dom.js";
import { rounded, short } from "./kit/format.js";
import { button, keeping, situations } from "./kit/frame.js";

const STATE = ["sentences", "scores", "tones", "key_sentence", "key_word", "pool", "opened", "chosen"];
const LONGEST = 48, LOWEST = -8, HIGHEST = 8, TONE = 3;

// Is this a situation that can be shown? What comes from an address may be anything.
export function valid(state) {
  if (state === null || typeof state !== "object" || Object.keys(state).sort().join() !== [...STATE].sort().join()) return false;
  const line = (text) => typeof text === "string" && text.length <= 2 * LONGEST && [...text].length <= LONGEST && /^(?:[^\p{C}\p{Z}]| )+$/u.test(text)
    && split(text).length >= 1 && split(text).length <= MOST;
  const table = (rows, low, high) => Array.isArray(rows) && rows.length === MOST && rows.every((row) => Array.isArray(row) && row.length === MOST
    && row.every((x) => typeof x === "number" && x >= low && x <= high));
  const whole = (x) => Number.isInteger(x) && x >= 1 && x <= MOST;
  return Array.isArray(state.sentences) && state.sentences.length >= 1 && state.sentences.length <= MOST && state.sentences.every(line)
    && table(state.scores, LOWEST, HIGHEST) && table(state.tones, -TONE, TONE) && typeof state.pool === "string" && Object.hasOwn(POOLS, state.pool)
    && [state.key_sentence, state.key_word, state.opened, state.chosen].every(whole);
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
  // Of the same document the scores glide; another one is there at once.
  function go({ scores, ...rest }) {
    halt();
    const from = get("scores"), same = JSON.stringify(rest.sentences) === JSON.stringify(get("sentences"));
    put(same ? rest : { ...rest, scores }, "all");
    if (same) halt = glide((t) => put({ scores: scores.map((row, i) => row.map((x, j) => rounded(from[i][j] + t * (x - from[i][j]), 2))) }, "all"));
  }
  const act = {
    open(sentence, word) { halt(); put(word ? { opened: sentence, chosen: word } : { opened: sentence }, "opened"); },
    choose(word) { halt(); put({ chosen: word }, "chosen"); },
    score(x) {
      halt();
      const [at, word] = solve(now()).hand;
      put({ scores: get("scores").map((row, i) => row.map((old, j) => (i === at && j === word ? rounded(x, 1) : old))) }, "score");
    },
  };

  // ---- what is seen, from top to bottom
  const slide = h("input", { type: "range", min: LOWEST, max: HIGHEST, step: 0.1, "aria-label": "score of the chosen word", oninput: () => act.score(Number(slide.value)) });
  const held = h("span", { class: "attn-number" }), name = h("span", { class: "role-key" });
  const pools = Object.keys(POOLS).map((pool) => button(pool, () => { halt(); put({ pool }, "all"); }));
  const above = sentences(act), below = words(act);
  const found = h("span", { class: "role-key" }), says = h("span", { class: "role-output" }), sentence = h("p", { class: "attn-caption" });
  const kept = keeping("hierarchy", el, { reset: () => go(start), situation: now });
  const spoken = h("p", { class: "attn-spoken", "aria-live": "polite" }), voice = speaker(spoken);
  const view = h("div", { class: "attn-view attn-hierarchy" },
    h("div", { class: "attn-moves" }, h("label", { class: "attn-keeps" }, name, slide, held), h("div", { class: "attn-pools", role: "group", "aria-label": "pooling, on both levels" }, ...pools)),
    situations(PRESETS, (patch) => go({ ...BASE, ...patch })),
    h("div", { class: "attn-columns" }, above.node, below.node),
    h("p", { class: "attn-result" }, found, says),
    h("div", { class: "attn-foot" }, h("p", { class: "attn-total" }, "Scores by hand; those of “a trained reader” give its recorded weights."), h("div", { class: "attn-edit" }, ...kept.buttons)),
    sentence, kept.note, spoken);

  let shown = null;
  function draw() {
    const seen = solve(now()), [at, word] = seen.hand, score = seen.scores[at][word];
    if (shown !== (shown = JSON.stringify(seen.words))) above.build(seen);
    set(slide, rounded(score, 1)); place(slide, { "aria-valuetext": short(score) });
    write(name, chosen(seen)); write(held, short(score));
    for (const one of pools) place(one, { "aria-pressed": String(one.textContent === seen.pool) });
    above.draw(seen); below.draw(seen);
    const results = result(seen);
    write(found, results[0]); write(says, results[1]); write(sentence, caption(seen));
    if (moving === "score" || moving === "chosen") voice.say(heard(seen));
    else if (moving === "opened") voice.say(`sentence ${at + 1}: ${seen.sentences[at]} ${heard(seen)}`);
    else if (moving !== null) voice.say(`${caption(seen)} ${results.join(". ")}.`);
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
