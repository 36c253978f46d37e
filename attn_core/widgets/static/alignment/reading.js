// What is read, what is written, where the model looks, and where the answer stands. The same as reading.py.
import { EXAMPLES, tells } from "./examples.js";
import { alphabets, hand, readDate, readStrip, words } from "./model.js";

export const MODELS = ["attention", "fixed", "strip"];
export const MOST_DIGITS = 6, STATES = 4;  // of a strip, and the states that a digit has in the encoder

export const digits = (text) => (text.match(/[0-9]/g) ?? []).slice(0, MOST_DIGITS).map(Number);
// Digits side by side, each time in another hand: columns of ink from 0 to 16.
export const pixels = (wanted) => wanted.flatMap((digit, at) => hand(wanted.slice(0, at).filter((other) => other === digit).length, digit));

function date(text, model) {
  const { inputs, outputs } = alphabets(), characters = [...text], known = EXAMPLES.find((each) => each.text === text);
  const alphabet = [...inputs], unknown = alphabet.indexOf("\ufffd"), codes = characters.map((character) => alphabet.indexOf(character));
  const steps = readDate(codes.map((code) => (code < 0 ? unknown : code) + 1), model);
  return {
    inputs: characters, symbols: steps.map(({ symbol }) => [...outputs][symbol - 1] ?? ""), weights: steps.map(({ weights }) => weights),
    told: known ? steps.map((_, at) => [...known.tells].map((mark) => tells(mark, at))) : null, right: known ? [...known.iso] : null,
    unknown: [...new Set(characters.filter((_, i) => codes[i] < 0))],
  };
}

function strip(text) {
  const wanted = digits(text), steps = wanted.length === 0 ? [] : readStrip(pixels(wanted).map((column) => column.map((ink) => ink / 16))).filter(({ symbol }) => symbol > 0);
  return {
    inputs: wanted.map(String), symbols: steps.map(({ symbol }) => words()[symbol]), weights: steps.map(({ weights }) => weights),
    told: steps.map((_, at) => wanted.flatMap((_, digit) => Array(STATES).fill(digit === at))), right: wanted.map((digit) => words()[digit + 1]), unknown: [],
  };
}

// Read once for all steps: the last reading is kept.
let last = {};
export function read(text, model) {
  if (last.text !== text || last.model !== model) last = { text, model, reading: model === "strip" ? strip(text) : date(text, model) };
  return last.reading;
}

// The share of the weight on what tells the right symbol, and what it were if all weights were equal: of a step, and of
// all that have an answer. Null where nobody knows.
export function agreement({ weights, told }, model, at) {
  if (told === null || model === "fixed") return null;
  const both = weights.map((row, t) => [row.reduce((sum, w, j) => sum + (told[t][j] ? w : 0), 0), told[t].filter(Boolean).length / row.length]);
  const has = told.map((row) => row.some(Boolean)), all = both.filter((_, t) => has[t]);
  if (all.length === 0) return null;
  return { step: has[at] ? both[at] : null, whole: [0, 1].map((i) => all.reduce((sum, pair) => sum + pair[i], 0) / all.length) };
}
