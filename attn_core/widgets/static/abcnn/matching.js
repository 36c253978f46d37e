// What ABCNN does with matches: everything that is shown, and sentences about it. The same as abcnn.py and matching.py.
import { fixed } from "../kit/format.js";
import { words } from "../grid/sentences.js";
import { spelled } from "../grid/spelling.js";
import { read } from "./windows.js";

const ABOUT = "A word's vector tells how it is spelt, not what it means. Filters and W are drawn, not learnt.";
export const NAMES = { 1: "before the convolution", 2: "behind the convolution", 3: "before and behind" };

export const quoted = (word) => `“${word}”`;
export const sum = (numbers) => numbers.reduce((a, x) => a + x, 0);
export const top = (numbers) => { const most = Math.max(...numbers); return numbers.findIndex((x) => x > most - 1e-9); };
export const counted = (n) => (n === 1 ? "1 window" : `${n} windows`);
function between(numbers) {
  const low = fixed(Math.min(...numbers)), high = fixed(Math.max(...numbers));
  return low === high ? low : `${low} to ${high}`;
}

function windowsOf(found, size) {
  const edge = Array.from({ length: size - 1 }, () => "·"), line = [...edge, ...found, ...edge];
  return Array.from({ length: found.length + size - 1 }, (_, k) => line.slice(k, k + size).join(" "));
}
function cosine(a, b) {
  const sizes = Math.hypot(...a) * Math.hypot(...b);
  return sizes > 0 ? sum(a.map((x, i) => x * b[i])) / sizes : 0;
}

// What is read is kept for the next word that is followed.
let last = { of: null };
function reading({ first, second, form, kernel_size: size, normalized }) {
  const of = JSON.stringify([first, second, form, size, normalized]);
  if (last.of === of) return last;
  const found = [first, second].map(words), windows = found.map((side) => windowsOf(side, size));
  const all = read(...found.map((side) => side.map(spelled)), { form, kernel_size: size, normalized });
  const means = all.readings.map(({ states }) => states[0].map((_, c) => sum(states.map((state) => state[c])) / states.length));
  return last = { of, ...all, words: found, windows, axes: form === 1 ? found : windows, matches: form === 1 ? all.before : all.behind, alike: cosine(...means) };
}

export function solve(state) {
  const all = reading(state), { weights, states } = all.readings[0], at = Math.min(state.row, all.words[0].length - 1);
  const span = Array.from({ length: state.kernel_size }, (_, o) => at + o);
  return { ...state, ...all, at, span, lit: state.form === 1 ? [at] : span, weights, states, total: sum(span.map((k) => weights[k])), looks: all.readings[0].looks?.[at] ?? null };
}

// Two sentences or three on what becomes of the word that is followed.
export function caption({ words: found, at, form, kernel_size: size, normalized, looks, weights, windows, behind, total: all }) {
  const who = quoted(found[0][at]), total = fixed(all), many = weights.length, some = counted(size), row = looks && fixed(sum(looks));
  if (form === 1) {
    const best = top(looks), most = `${quoted(found[1][best])}: ${fixed(looks[best])}`;
    if (normalized) return `After a softmax ${who} gives most to ${most}, and ${row} in all. Yet what is mixed is not the other sentence's words: W holds a vector for each of its places. So step 2 alone makes no attention of it.`;
    return `${who} matches best with ${most}. Its row, ${row} in all, mixes vectors that W holds for the other sentence's places, not its words. What comes of it is no output: a second channel, for the convolution.`;
  }
  if (form === 3) {
    const how = normalized ? `after a softmax over all ${many}, weigh ${some}: ${total} in all` : `as they are, weigh ${some}: ${total} in all, and nothing makes it 1`;
    return `Twice. Before: the row of ${who}, ${row} in all, mixes vectors for places into a second channel. Behind: sums of matches, ${how}.`;
  }
  if (many === 1) return `There is 1 window, so there is nothing to choose: its weight is ${total}.`;
  if (normalized) return `Sums of matches from ${between(behind.map(sum))} become weights of ${between(weights)} in a softmax over ${many} windows, 1 in all. ${who} adds up ${some}: ${total} of it.`;
  const best = top(weights), largest = `Of ${many} windows ${quoted(windows[0][best])} has the largest sum of matches: ${fixed(weights[best])}.`;
  if (size === 1) return `${largest} The features of ${who} are multiplied by its own sum: ${total}, and nothing makes all sums 1.`;
  return `${largest} ${who} stands in ${some} and adds them up, with their sums as weights: ${total} in all, and nothing makes it 1.`;
}

// How near the two sentences come to each other.
export const together = ({ alike }) => `Mean state of each sentence: cosine ${fixed(alike)} between the two. ${ABOUT}`;

// The three steps: name, whether it is there, and how.
export function steps({ form, kernel_size: size, normalized, looks, weights }) {
  const row = looks && fixed(sum(looks)), every = fixed(sum(weights)), some = `${counted(size)} a word, not all ${weights.length}`;
  const what = { 1: "word by word", 2: "window by window", 3: "words before, windows behind" }[form];
  const over = { 1: "over a row", 2: "over the sums", 3: "over a row, over the sums" }[form];
  const plain = { 1: `a row makes ${row}`, 2: `all sums make ${every}`, 3: `a row makes ${row}, all sums ${every}` }[form];
  return [
    ["1 score", "there", `1 / (1 + distance), ${what}`],
    ["2 normalise", normalized ? "put in" : "missing", normalized ? `softmax ${over}: 1 in all` : plain],
    ["3 sum", form === 1 ? "otherwise" : "in part", { 1: "of vectors for places", 2: `of ${some}`, 3: `of places; of ${some}` }[form]],
  ];
}
