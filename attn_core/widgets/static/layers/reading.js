// What is read and written with the heads that are on, and where each looks. The same as opened.py and layers.py.
import { EXAMPLES } from "../alignment/examples.js";
import { tidy } from "../alignment/typed.js";
import { HEADS, KINDS, LAYERS, encode, readText, trained, writeDate } from "./model.js";

export const each = (make) => KINDS.map((kind, k) => Array.from({ length: LAYERS }, (_, layer) => Array.from({ length: HEADS }, (_, head) => make(kind, layer, head, k))));
export const switched = (on, which) => each((kind, layer, head, k) => on[k][layer][head] !== (kind === which.kind && layer === which.layer - 1 && head === which.head - 1));

const NONE = "?";   // for the code of padding, which no character has

// Read once, and written once for each choice of heads, as long as the text stays: only what changed is computed.
let kept = { text: null };
function run(text, on) {
  if (kept.text !== text) kept = { text, codes: encode(text), read: new Map(), wrote: new Map() };
  const { codes, read, wrote } = kept, reading = JSON.stringify(on[0]), key = JSON.stringify(on);
  if (!read.has(reading)) read.set(reading, readText(codes, on));
  if (!wrote.has(key)) {
    const { outputs } = trained(), states = read.get(reading), steps = writeDate(states, on);
    const rows = { encoder: (layer, head) => states.weights[layer][head], decoder: (layer, head) => steps.map(({ own }) => own[layer][head]), cross: (layer, head) => steps.map(({ cross }) => cross[layer][head]) };
    wrote.set(key, { symbols: steps.map(({ symbol }) => outputs[symbol - 1] ?? NONE).join(""), weights: each((kind, layer, head) => rows[kind](layer, head)) });
  }
  return wrote.get(key);
}

export const best = (row) => row.reduce((most, w, j) => (w > row[most] ? j : most), 0);

// Everything that is shown.
export function solve({ text: typed, step, kind, layer, head, on }) {
  const text = tidy(typed), k = KINDS.indexOf(kind), characters = [...text], { inputs } = trained();
  const { symbols, weights: all } = run(text, on), isOn = on[k][layer - 1][head - 1], weights = all[k][layer - 1][head - 1];
  const looked = characters.map((_, j) => all[KINDS.indexOf("cross")].flat().reduce((sum, rows) => sum + rows[step - 1][j], 0));
  const rows = { encoder: best(looked), decoder: step - 1, cross: step - 1 }, row = rows[kind];
  return {
    text, step, kind, layer, head, on, isOn, characters, output: symbols, all, weights, rows, row, given: weights[row],
    other: run(text, switched(on, { kind, layer, head })).symbols, whole: run(text, each(() => true)).symbols,
    right: EXAMPLES.find((example) => example.text === text)?.iso ?? null, unknown: [...new Set(characters.filter((character) => !inputs.includes(character)))],
  };
}
