// Library: a question, up to six books with cards, and one evening shared among them.
import { attend, similarity } from "./kit/attention.js";
import { choices } from "./kit/choices.js";
import { glide, h, number, once, set, speaker, write } from "./kit/dom.js";
import { flow } from "./kit/flow.js";
import { fixed, listed, rounded, share } from "./kit/format.js";
import { keeping, situations, unfolding } from "./kit/frame.js";
import { interest, question } from "./kit/question.js";
import { shelf, timed } from "./kit/shelf.js";
import { steps } from "./kit/steps.js";
import { turning } from "./kit/turning.js";

const STATE = ["query", "key", "value", "mask", "score", "normalize", "temperature", "books", "subjects", "hours"];
const SCORE = ["dot", "scaled_dot", "cosine"], NORMALIZE = ["softmax", "sparsemax", "hardmax"];   // those without parameters
const MOST = 6;

// The first picture, and the situations worth a button: each named after what one will see.
export const BASE = {
  query: [9, 8, 0, 0, 0],
  key: [[1.15, 0.3, 0.1, 0, 0], [0.4, 1.1, 0.25, 0, 0], [0.5, 0, 1, 0, 0], [0, 0, 0, 1.15, 0], [0, 0.6, 0, 0.7, 0]],
  value: [[0.8, 0.15, 0.05, 0, 0], [0.1, 0.75, 0.15, 0, 0], [0.05, 0.05, 0.9, 0, 0], [0, 0, 0.1, 0.9, 0], [0, 0.15, 0, 0.85, 0]],
  mask: [true, true, true, true, true],
  score: "scaled_dot", normalize: "softmax", temperature: 1,
  books: ["Heroes in Ink", "A History of Cinema", "The Second World War", "Bread and Butter", "Dinner at the Movies"],
  subjects: ["heroes", "cinema", "history", "cooking", "gardens"],
  hours: 4,
};
export const PRESETS = {
  "Marvel only": {},
  "two interests": { query: [8, 0, 0, 8, 0] },
  "nothing fits": { query: [0, 0, 0, 0, 9] },
  "one perfect card": { key: BASE.key.map((k, j) => (j === 2 ? [0.8969, 0.7972, 0, 0, 0] : k)) },
  "best book lent out": { mask: [false, true, true, true, true] },
  "one book takes all": { normalize: "hardmax" },
};

// Is this a situation that the library can show? What comes from an address may be anything.
export function valid(state) {
  const within = (low, high) => (x) => typeof x === "number" && x >= low && x <= high;   // no NaN
  const list = (a, n, fits) => Array.isArray(a) && (n === null ? a.length >= 1 && a.length <= MOST : a.length === n) && a.every(fits);
  // printable, one line, not blank: as the trait `Names` asks in Python
  const name = (longest) => (text) => typeof text === "string" && text.length <= 2 * longest && [...text].length <= longest && text.trim() !== "" && /^(?:[^\p{C}\p{Z}]| )+$/u.test(text);
  if (state === null || typeof state !== "object" || Object.keys(state).sort().join() !== [...STATE].sort().join()) return false;
  const { query, key, value, mask, score, normalize, temperature, books, subjects, hours } = state;
  if (!list(books, null, name(60)) || !list(subjects, null, name(16))) return false;
  const n = books.length, d = subjects.length;
  return list(query, d, within(0, 10)) && list(key, n, (k) => list(k, d, within(-10, 10)))
    && list(value, n, (v) => list(v, d, within(0, 1)) && Math.abs(v.reduce((a, b) => a + b, 0) - 1) <= 1e-3)
    && list(mask, n, (may) => typeof may === "boolean") && SCORE.includes(score) && NORMALIZE.includes(normalize)
    && within(0.01, 100)(temperature) && within(0.5, 24)(hours);
}

// Everything that is drawn: the situation, what attention makes of it, similarities and minutes.
export function solve(state) {
  const now = { ...state, ...attend(state), similar: similarity(state.query, state.key) };
  return { ...now, minutes: now.weights.map((w) => 60 * now.hours * w) };
}

const quoted = (books) => listed(books.map((book) => `“${book}”`));
// A mix of subjects in words, without those that would be written as zero.
const mix = (subjects, shares) => subjects.flatMap((name, c) => (shares[c] >= 0.005 ? [`${name} ${fixed(shares[c])}`] : [])).join(", ") || "nothing";

// One sentence on what the situation shows. The same sentence as `caption` in library.py.
export function caption({ query, value, mask, normalize, books, subjects, similar, scores, weights, output, minutes }) {
  const may = mask.flatMap((open, j) => (open ? [j] : []));
  if (may.length === 0) return "Every book is lent out: all weights are 0, and you learn nothing.";
  const most = (numbers, among = numbers.map((_, i) => i)) => among.reduce((best, i) => (numbers[i] > numbers[best] ? i : best), among[0]);
  const top = most(weights, may), w = fixed(weights[top]), title = quoted([books[top]]);
  if (may.length === 1) return `Only ${title} is on the shelf, so it gets the whole evening, whatever its card says.`;
  const equal = may.filter((j) => Math.abs(weights[j] - weights[top]) < 0.005);
  if (equal.length === may.length && may.every((j) => Math.abs(scores[j]) < 0.005)) return `No card answers the question, and still the evening is spent: each of the ${may.length} books gets ${w} of it.`;
  if (equal.length === may.length) return `All ${may.length} books get the same time, ${w} each: you learn the plain mean of what they say.`;
  if (equal.length > 1) return `${quoted(equal.map((j) => books[j]))} share the largest part of the evening: ${w} each.`;
  const about = most(value[top]);
  if (query[about] < Math.max(...query) / 2) return `The card of ${title} answers best and gets ${w} of the evening, but the book is mostly about ${subjects[about]}: that is what you learn.`;
  if (weights[top] >= 0.995 && normalize === "softmax") return `${title} takes almost the whole evening, but softmax leaves a glance for every book.`;
  if (weights[top] >= 0.995) return `${title} takes the whole evening: you know what it says, and nothing else.`;
  const none = may.filter((j) => weights[j] === 0).length;
  if (none > 0) return `${title} gets ${w} of the evening, and ${none} of ${may.length} books exactly nothing: ${normalize} cuts them off.`;
  const near = most(similar, may);
  if (similar[near] - similar[top] >= 0.005) return `The card of ${quoted([books[near]])} is closer to the question, but that of ${title} is longer and gets more time: ${w}.`;
  return `The card of ${title} answers best and gets ${w} of the evening, ${fixed(minutes[top], 0)} minutes. In the end you know most about ${subjects[most(output)]}: ${fixed(Math.max(...output))}.`;
}

// A row in words: what is announced, and what a screen reader hears.
export const words = (j, { books, subjects, value, mask, similar, scores, weights, minutes }) =>
  `book ${j + 1}, ${books[j]} · similarity ${fixed(similar[j])} · score ${fixed(scores[j])} · ${mask[j] ? "" : "lent out · "}`
  + `weight ${share(weights[j])} · ${timed(minutes[j])} minutes · the book: ${mix(subjects, value[j])}`;

// The third step in numbers, for the subject that one learns most about.
function summed({ value, weights, output, subjects }) {
  const c = output.reduce((best, x, i) => (x > output[best] ? i : best), 0);
  return `${subjects[c]}: ${weights.map((w, j) => `${fixed(w)} × ${fixed(value[j][c])}`).join(" + ")} ≈ ${fixed(output[c])}`;
}

function render({ model, el }) {
  const get = (name) => model.get(name), now = () => Object.fromEntries(STATE.map((name) => [name, get(name)]));
  const start = structuredClone(now()), turned = turning();
  let moving = null, shown = null, built = "", halt = () => {}, printed = start.key;   // moving: whose change will be announced

  // ---- what a reader can do
  function put(changes) {
    for (const [name, value] of Object.entries(changes)) model.set(name, value);
    model.save_changes();
  }
  const other = (name, j, entry) => ({ [name]: get(name).map((old, i) => (i === j ? entry : old)) });
  const bounded = (x, low, high) => Math.max(low, Math.min(high, x));
  const act = {
    ask(c, x) { moving = "question"; put(other("query", c, x)); },
    similarity(j, x) { moving = j; put(other("key", j, turned.at(x, j, get("query"), get("key")[j]))); },
    entry(j, c, x) { moving = j; put(other("key", j, get("key")[j].map((old, i) => (i === c ? bounded(x, -10, 10) : old)))); },
    mask(j, may) { moving = j; put(other("mask", j, may)); },
    restore() { moving = "question"; turned.forget(); put({ key: printed }); },
    lit(j) { shown = j; redraw(); },
  };
  function go(situation) {
    halt();
    const { query, key, ...rest } = situation, fits = (a, b) => a.length === b.length && a[0]?.length === b[0]?.length;
    const from = { query: fits(get("query"), query) ? get("query") : query, key: fits(get("key"), key) ? get("key") : key };
    const between = (a, b, t) => a.map((x, i) => rounded(x + t * (b[i] - x)));
    turned.forget();
    printed = key;
    put({ ...rest, ...from });
    halt = glide((t) => {
      moving = "question";
      put(t < 1 ? { query: between(from.query, query, t), key: key.map((k, j) => between(from.key[j], k, t)) } : { query, key });
    });
  }

  // ---- what is seen, from top to bottom
  const asked = question(act.ask), picture = flow(), how = choices({ get, put, among: SCORE }), three = steps(summed);
  const kept = keeping("library", el, { reset: () => go(start), situation: now });
  const books = shelf(act, { mix: (shares) => mix(get("subjects"), shares), beside: kept.buttons });
  const hours = number("hours of the evening", (x) => { moving = "question"; put({ hours: bounded(x, 0.5, 24) }); }, { min: 0.5, max: 24, step: 0.5 });
  const sentence = h("p", { class: "attn-caption" });
  const spoken = h("p", { class: "attn-spoken", "aria-live": "polite" }), voice = speaker(spoken);
  const view = h("div", { class: "attn-view attn-library" },
    h("div", { class: "attn-ask" }, h("p", {}, h("span", { class: "role-query" }, "your question"), " interest in each subject, 0 to 10"), asked.node),
    situations(PRESETS, (patch) => go({ ...BASE, ...patch })),
    h("div", { class: "attn-columns" },
      h("div", { class: "attn-picture" }, picture.node, h("div", { class: "attn-ends" }, h("label", {}, hours, " hours"), h("span", { class: "role-value" }, "contents"), h("span", { class: "role-output" }, "you know"))),
      h("div", {}, how.node, ...books.nodes)),
    sentence, three.node, kept.note, spoken);

  function draw() {
    const seen = solve(now()), shape = JSON.stringify([seen.books, seen.subjects]);
    turned.see(seen);
    if (shape !== built) {
      asked.build(seen); picture.build(seen); books.build(seen);
      built = shape;
    }
    const known = `you know: ${mix(seen.subjects, seen.output)}`, said = seen.books.map((_, j) => words(j, seen));
    asked.draw(seen); how.draw(seen); three.draw(seen);
    set(hours, seen.hours);
    picture.draw(seen, { shown, words: known });
    books.draw(seen, { shown, words: said, moved: JSON.stringify(seen.key) !== JSON.stringify(printed) });
    write(sentence, caption(seen));
    if (moving === "question") voice.say(`question: ${seen.subjects.map((name, c) => `${name} ${interest(seen.query[c])}`).join(", ")} · minutes ${seen.minutes.map(timed).join(", ")} · ${known}`);
    else if (moving !== null) voice.say(`${said[moving]} · ${known}`);
    moving = null;
  }
  const redraw = once(draw);
  for (const name of STATE) model.on(`change:${name}`, redraw);

  draw();
  el.replaceChildren(view);
  const settled = unfolding(view, [how.node, three.node], (wide) => { picture.resize(wide); redraw(); });

  return () => {
    halt(); voice.stop(); settled();
    for (const name of STATE) model.off(`change:${name}`, redraw);
    el.replaceChildren();
  };
}

export default { render };
