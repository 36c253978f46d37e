// Two sentences that a convolution reads in windows, each with a view of the other. The same as windows.py.
import { normalizers } from "../kit/attention.js";
import { normals } from "../kit/draw.js";
import { DIM } from "../grid/spelling.js";

export const FITS = 6, FILTERS = 8, WIDEST = 3;   // words of a sentence; filters; words that a window spans
const SEED = 21;

// Filters (8, 64, 3) and maps (2, 6, 32), drawn once, as they stand one behind the other.
let numbers = null;
const drawn = () => numbers ??= { filters: normals(SEED, FILTERS * 2 * DIM * WIDEST), maps: normals(SEED + 1, 2 * FITS * DIM) };

export function filters(channels, size) {
  const all = drawn().filters, spread = Math.sqrt(channels * DIM * size);
  return Array.from({ length: FILTERS }, (_, f) => Array.from({ length: channels * DIM }, (_, d) => Array.from({ length: size }, (_, o) => all[(f * 2 * DIM + d) * WIDEST + o] / spread)));
}
export const placeMaps = () => [0, 1].map((m) => Array.from({ length: FITS }, (_, p) => [...drawn().maps.subarray((m * FITS + p) * DIM, (m * FITS + p + 1) * DIM)]));

const added = (row) => row.reduce((sum, x) => sum + x, 0);
const turned = (rows) => rows[0].map((_, j) => rows.map((row) => row[j]));
const distance = (x, y) => Math.sqrt(x.reduce((sum, xi, i) => sum + (xi - y[i]) ** 2, 0));
const softened = (row) => normalizers.softmax(row, { mask: row.map(() => true) });
const blended = (weights, rows) => rows[0].map((_, c) => weights.reduce((sum, w, j) => sum + w * rows[j][c], 0));

export const matches = (first, second) => first.map((x) => second.map((y) => 1 / (1 + distance(x, y))));

// A wide convolution with tanh: windows reach over both ends, where zeros stand.
export function convolved(x, size) {
  const bank = filters(x[0].length / DIM, size);
  return Array.from({ length: x.length + size - 1 }, (_, k) => bank.map((filter) => {
    let sum = 0;
    for (let o = 0; o < size; o++) {
      const word = x[k - size + 1 + o];
      if (word) sum += word.reduce((part, xd, d) => part + xd * filter[d][o], 0);
    }
    return Math.tanh(sum);
  }));
}

// For each word the weighted sum of its windows, those that it stands in.
export const pooled = (features, weights, size) => Array.from({ length: features.length - size + 1 }, (_, j) => blended(weights.slice(j, j + size), features.slice(j, j + size)));

// Matches before and behind, and for each sentence looks, second channel, features, weights and states.
export function read(first, second, { form, kernel_size: size, normalized }) {
  let pair = [first, second], before = null, behind = null, looks = [null, null], seconds = [null, null];
  if (form !== 2) {
    before = matches(first, second);
    looks = [before, turned(before)].map((each) => (normalized ? each.map(softened) : each));
    seconds = placeMaps().map((places, m) => looks[m].map((row) => blended(row, places.slice(0, row.length))));
    pair = pair.map((each, m) => each.map((x, i) => [...x, ...seconds[m][i]]));
  }
  const features = pair.map((each) => convolved(each, size));
  let weights = features.map((each) => each.map(() => 1 / size));
  if (form !== 1) {
    behind = matches(...features);
    weights = [behind, turned(behind)].map((each) => each.map(added)).map((sums) => (normalized ? softened(sums) : sums));
  }
  const readings = [0, 1].map((m) => ({ looks: looks[m], second: seconds[m], features: features[m], weights: weights[m], states: pooled(features[m], weights[m], size) }));
  return { before, behind, readings };
}
