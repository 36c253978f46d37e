// Who asks whom: weights of every word on every word, and sentences about them. The same as grid.py and asking.py.
import { normalizers, scores } from "../kit/attention.js";
import { normals } from "../kit/draw.js";
import { fixed } from "../kit/format.js";
import { MOST, words } from "./sentences.js";
import { DIM, alike, spelled, spelling } from "./spelling.js";

export const FORMS = { literal: "key = value = query", drawn: "projections drawn", previous: "projections set: the place before" };
const SEED = 15, SURE = 6;   // of what is drawn; the score of the place before, where the projections are set by hand

// Two matrices that keep the spread of what they multiply: rows of the first, then of the second.
let drawn = null;
function projections() {
  const numbers = () => normals(SEED, 2 * DIM * DIM).map((x) => x / Math.sqrt(DIM));
  return drawn ??= ((all) => [0, 1].map((m) => Array.from({ length: DIM }, (_, i) => all.subarray((m * DIM + i) * DIM, (m * DIM + i + 1) * DIM))))(numbers());
}
const through = (x, matrix) => Array.from({ length: DIM }, (_, j) => x.reduce((sum, xi, i) => sum + xi * matrix[i][j], 0));
const standing = (at, size) => Array.from({ length: MOST }, (_, i) => (i === at ? size : 0));

function vectors(form, asks, answers) {
  if (form === "previous") return [asks.map((_, i) => standing(i - 1, SURE * Math.sqrt(MOST))), answers.map((_, j) => standing(j, 1))];
  const pair = [asks.map(spelled), answers.map(spelled)];
  return form === "drawn" ? pair.map((side, m) => side.map((x) => through(x, projections()[m]))) : pair;
}

// Everything that is shown: words, scores and weights, and what they come to.
export function solve(state) {
  const asking = words(state.asks), found = words(state.answers), answering = found.length > 0 ? found : asking;
  const [query, key] = vectors(state.form, asking, answering), mask = key.map(() => true);
  const s = query.map((q) => scores.scaled_dot(q, key)), weights = s.map((row) => normalizers.softmax(row, { mask }));
  const itself = asking.join(" ") === answering.join(" "), n = asking.length;
  return {
    ...state, asking, answering, itself, at: Math.min(state.row, n - 1), scores: s, weights,
    asymmetry: itself ? Math.max(...s.flatMap((row, i) => row.map((x, j) => Math.abs(x - s[j][i])))) : null,
    diagonal: itself ? weights.reduce((sum, row, i) => sum + row[i], 0) / n : null,
  };
}

const top = (row) => row.indexOf(Math.max(...row));
export const quoted = (word) => `“${word}”`;

// One sentence or two on what the lit row shows.
export function caption({ asking, answering, itself, at, form, weights: all }) {
  const weights = all[at], who = quoted(asking[at]), even = fixed(1 / answering.length), best = top(weights);
  if (answering.length === 1) return `There is one word to look at, ${quoted(answering[0])}: it gets all the weight, whatever is asked.`;
  if (form === "previous") {
    if (at === 0) return `Projections set by hand: each word asks for the place before its own. ${who} stands first, no place is before it, and every word gets the same: ${even}.`;
    if (at > answering.length) return `Projections set by hand: ${who} asks for place ${at}, which the other sentence does not have. So every word gets the same: ${even}.`;
    return `Projections set by hand read places, not spelling. Each word asks for the place before its own: ${who} gives ${quoted(answering[at - 1])} ${fixed(weights[at - 1])}.`;
  }
  const same = answering.flatMap((word, j) => (spelling(word) === spelling(asking[at]) ? [j] : []));
  if (form === "drawn") {
    if (itself && same.includes(best)) {
      if (same.length > 1) return `Drawn projections: ${who} stands here ${same.length} times and, as chance has it, gives most to each of these: ${fixed(weights[at])}.`;
      return `Drawn projections: ${who} gives most to itself, ${fixed(weights[at])}, as chance has it.`;
    }
    if (itself) return `Drawn projections: what a word asks for and what it offers are two things. ${who} gives itself ${fixed(weights[at])} and, as chance has it, most to ${quoted(answering[best])}: ${fixed(weights[best])}.`;
    return `Drawn projections: ${who} gives most to ${quoted(answering[best])}, ${fixed(weights[best])}. Nobody has taught them what to look for.`;
  }
  const why = (j) => (alike(answering[j], asking[at]) ? ": in part, the two are spelt alike" : ", and only by chance: the two are spelt unlike");
  if (itself) {
    if (same.length > 1) return `${who} stands here ${same.length} times. Equal vectors get equal weights, ${fixed(weights[at])} each: nothing tells one from the other.`;
    const then = top(weights.map((w, j) => (j === at ? -1 : w)));
    return `${who} looks at itself first: ${fixed(weights[at])}. Then comes ${quoted(answering[then])} with ${fixed(weights[then])}${why(then)}.`;
  }
  if (same.length > 1) return `${who} stands in the other sentence ${same.length} times, and gets ${fixed(weights[same[0]])} each time.`;
  if (same.length === 1) return `${who} stands in the other sentence too, and finds itself there: ${fixed(weights[same[0]])}.`;
  return `${who} gives most to ${quoted(answering[best])}, ${fixed(weights[best])}${why(best)}.`;
}

// Whether the scores are symmetric, and what stays on the diagonal, in words.
export function balance({ itself, asymmetry, diagonal }) {
  if (!itself) return "two sentences: there is no diagonal";
  return `scores ${asymmetry < 0.005 ? "are symmetric" : `differ by ${fixed(asymmetry)}`} · mean of the diagonal: ${fixed(diagonal)}`;
}
