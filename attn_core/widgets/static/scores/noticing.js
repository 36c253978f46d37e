// What six scores notice, in words. The sentences are the same as in noticing.py.
import { SCORES } from "../kit/choices.js";
import { fixed, listed, share } from "../kit/format.js";
import { COSINE, DOT, GENERAL, KEYS, LINEAR, NAMES, SCALED_DOT } from "./six.js";

export const top = (row) => row.indexOf(Math.max(...row));
const part = (w) => (w >= 0.995 ? "almost all" : w < 0.005 ? "almost none" : fixed(w));   // of the weight, in words

// One sentence or two on what the situation shows.
export function caption(now) {
  if (now.length === 0) return `Key ${now.chosen + 1} is a zero vector: dot, scaled dot, general and cosine score it 0. But 0 is a score like any other: scaled dot gives it ${part(now.weights[SCALED_DOT][now.chosen])} of the weight.`;
  if (now.matrix !== "drawn") return between(now);
  if (now.swapped || now.similarity !== null) return asked(now);
  return now.length === 1 ? begin(now) : `Key ${now.chosen + 1} is ${fixed(now.length)} times as long, and dot moves ${part(now.moved[DOT])} of its weight. Cosine does not notice: it divides by the length.`;
}

// What the matrix makes of the general score.
function between({ chosen, matrix, similarity, scores, weights, largest, gate }) {
  const key = chosen + 1, first = top(weights[DOT]) + 1, score = scores[GENERAL];
  if (matrix === "identity") return `W is the identity, and general is the dot product: both give ${part(largest[DOT])} of the weight to key ${first}.`;
  if (matrix === "diagonal") return `W is diagonal, 1 in its first half and 0 in the second. General is a dot product deaf to the second half of each vector: it gives ${part(largest[GENERAL])} to key ${top(score) + 1}, dot ${part(largest[DOT])} to key ${first}.`;
  if (matrix === "rank one") {
    const order = score.map((_, j) => j).sort((i, j) => score[j] - score[i]).map((j) => j + 1);
    return `W has rank one: general multiplies one number of the query, ${fixed(gate)}, with one of each key. So the keys stand in the order ${order.join(", ")}, and a query can only stretch or reverse it.`;
  }
  if (Math.abs(similarity) === 1) return `W is antisymmetric, and the query points ${similarity === 1 ? "straight at" : "straight away from"} key ${key}: general scores it ${fixed(score[chosen])}. No vector scores anything with its own direction. Dot gives it ${part(weights[DOT][chosen])}.`;
  return `W is antisymmetric: at similarity ${fixed(scores[COSINE][chosen])} general scores key ${key} with ${fixed(score[chosen])}. The nearer the query comes to the key's direction, the nearer that comes to 0.`;
}

// What another query does, or a query that was turned.
function asked({ chosen, swapped, similarity, length, temperature, weights, moved }) {
  const key = chosen + 1, moves = `dot moves ${part(moved[DOT])} of its weight`;
  const way = similarity === null ? "asks" : similarity === 1 ? `points straight at key ${key}` : similarity === -1 ? `points straight away from key ${key}` : `has similarity ${fixed(similarity)} to key ${key}`;
  const query = `${swapped ? "Another" : "The"} query ${way}`;
  if (length !== 1) return `${query}, and key ${key} is ${fixed(length)} times as long: ${moves}. Linear has noticed only the key, cosine only the query.`;
  const most = 1 / (1 + (KEYS - 1) * Math.exp(-2 / temperature));
  if (similarity === 1 && most < 0.9) return `${query}: dot gives it ${part(weights[DOT][chosen])} of the weight, cosine ${part(weights[COSINE][chosen])}. With five scores from −1 to 1, no weight can pass ${fixed(most)} at temperature ${fixed(temperature)}.`;
  return `${query}: ${moves}, cosine ${part(moved[COSINE])}. Linear does not notice: the query adds the same to each of its scores.`;
}

// What is seen before anything is moved, at any width and temperature.
function begin({ dim, temperature, weights, largest }) {
  const first = top(weights[DOT]), scaled = part(weights[SCALED_DOT][first]);
  if (Math.max(...largest) < 0.25) return `At temperature ${fixed(temperature)} no score decides: every weight is close to 0.20.`;
  if (Math.min(...largest) >= 0.995) {
    const winners = [...new Set(weights.map(top))].sort().map((j) => j + 1);
    return `At temperature ${fixed(temperature)} every score gives almost all to one key, ${winners.length === 1 ? `key ${winners[0]} for all` : `but not the same: keys ${listed(winners)} win`}.`;
  }
  if (temperature < 1 && largest[COSINE] > 0.65) return `At temperature ${fixed(temperature)} cosine focuses too: its largest weight is ${part(largest[COSINE])}. At temperature 1, with five keys, it could never pass 0.65.`;
  if (largest[DOT] >= 0.995 && weights[SCALED_DOT][first] < 0.9) return `In ${dim} dimensions dot gives almost all of the weight to key ${first + 1}; divided by √${dim}, the same scores give it ${scaled}. Cosine gives no key more than ${fixed(largest[COSINE])}.`;
  return `Six scores, the same query and keys: dot gives ${part(largest[DOT])} of the weight to key ${first + 1}, scaled dot ${scaled}, cosine ${part(weights[COSINE][first])}. Linear prefers key ${top(weights[LINEAR]) + 1}, whatever the query.`;
}

export const touched = ({ swapped, similarity, length }) => swapped || similarity !== null || length !== 1;
// What a score has noticed since nothing was swapped, turned or stretched.
export const noticed = (i, now) => (!touched(now) ? "" : now.notices[i] ? `moved ${share(now.moved[i])}` : "does not notice");
// A row in words: what a screen reader hears.
export const words = (i, now) => `${SCORES[NAMES[i]].name} · weights ${now.weights[i].map(share).join(", ")} · entropy ${fixed(now.entropy[i])}`
  + (touched(now) ? ` · ${noticed(i, now)}` : "");
