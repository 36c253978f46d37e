// Two queries, five keys and the parameters of six scores from one draw, and what the six make of them. The same numbers
// as drawn.py and scores.py have.
import { dot2, length, normalizers, scores, similarity } from "../kit/attention.js";
import { SCORES } from "../kit/choices.js";
import { normals } from "../kit/draw.js";

export const NAMES = Object.keys(SCORES), DOT = 0, SCALED_DOT = 1, GENERAL = 2, COSINE = 3, LINEAR = 4;
export const KEYS = 5, SHAPES = ["drawn", "identity", "diagonal", "rank one", "antisymmetric"];
const HIDDEN = 8;

export function drawn(draw, dim) {
  const numbers = normals(draw, 9 * dim + 2 * dim * HIDDEN + HIDDEN + dim * dim), part = 1 / Math.sqrt(dim);
  let at = 0;
  const take = (n, scale = 1) => Array.from(numbers.subarray(at, at += n), (x) => x * scale);
  const rows = (n, width, scale) => Array.from({ length: n }, () => take(width, scale));
  return {
    query: take(dim), other: take(dim), key: rows(KEYS, dim), linear_weight: take(2 * dim, part),
    query_weight: rows(dim, HIDDEN, part), key_weight: rows(dim, HIDDEN, part), v: take(HIDDEN, Math.sqrt(4 / HIDDEN)),
    general_weight: rows(dim, dim, 1 / dim),
  };
}

// The query turned, in the plane that it spans with the key, until its cosine with the key is `similar`.
export function pointed(query, key, similar) {
  const ahead = key.map((x) => x / length(key)), along = dot2(query, ahead), side = query.map((x, i) => x - along * ahead[i]);
  const forth = similar * length(query), across = (Math.sqrt(1 - similar * similar) * length(query)) / length(side);
  return side.map((x, i) => forth * ahead[i] + across * x);
}

// A matrix for the general score, made of the one that was drawn.
const shaped = {
  drawn: (m) => m,
  identity: (m) => m.map((row, i) => row.map((_, j) => Number(i === j))),
  diagonal: (m) => m.map((row, i) => row.map((_, j) => Number(i === j && 2 * i < m.length))),
  "rank one": (m) => m.map(([a]) => m.map(([, b]) => m.length * a * b)),
  antisymmetric: (m) => m.map((row, i) => row.map((x, j) => (x - m[j][i]) / Math.SQRT2)),
};

// What stays while a slider moves: parameters with the matrix of the present shape, and the scores as drawn.
const recent = new Map();
function begun({ draw, dim, matrix }) {
  const name = `${draw} ${dim} ${matrix}`;
  if (!recent.has(name)) {
    const parts = drawn(draw, dim), gate = parts.general_weight.map(([a]) => a * Math.sqrt(dim));
    const given = { ...parts, gate, general_weight: shaped[matrix](parts.general_weight) };
    if (recent.size > 3) recent.clear();
    recent.set(name, { parts: given, before: scored(given.query, given.key, given) });
  }
  return recent.get(name);
}
const scored = (query, key, parts) => NAMES.map((name) => scores[name](query, key, parts));

// How similar the query is to the chosen key, whether it was turned towards it or not.
export function similar(state) {
  const { parts } = begun(state);
  return state.similarity ?? similarity(state.swapped ? parts.other : parts.query, [parts.key[state.chosen]])[0];
}

// Everything that is shown: six rows of scores and weights, and what each row has noticed.
export function solve(state) {
  const { parts, before } = begun(state), asks = state.swapped ? parts.other : parts.query;
  const query = state.similarity === null ? asks : pointed(asks, parts.key[state.chosen], state.similarity);
  const after = scored(query, parts.key.map((k, j) => (j === state.chosen ? k.map((x) => x * state.length) : k)), parts);
  const mask = parts.key.map(() => true), soft = (s) => normalizers.softmax(s, { mask, temperature: state.temperature });
  const weights = after.map(soft), first = before.map(soft);
  const notices = after.map((s, i) => {
    const change = s.map((x, j) => x - before[i][j]), mean = change.reduce((a, b) => a + b) / KEYS;   // what all keys share does not reach the weights
    return Math.max(...change.map((x) => Math.abs(x - mean))) > 1e-9 * (1 + Math.max(...s.map(Math.abs)));
  });
  return {
    ...state, scores: after, weights, first, notices, gate: dot2(query, parts.gate),
    entropy: weights.map((row) => row.reduce((sum, w) => sum - (w > 0 ? w * Math.log(w) : 0), 0)),
    largest: weights.map((row) => Math.max(...row)),
    moved: weights.map((row, i) => (notices[i] ? row.reduce((sum, w, j) => sum + Math.abs(w - first[i][j]), 0) / 2 : 0)),
  };
}
