// Projections set by hand: what the numbers of a head read, and where they write. The same matrices as roles.py makes.
import { DIM, spelled } from "../grid/spelling.js";

export const WIDTH = 2 * DIM, BLOCK = 16;
const SURE = 1.5;   // what queries are multiplied by: the larger, the more a head gives to what it looks for
// For each of the four blocks of 16: its role, and which 16 numbers of 32 it reads.
export const BLOCKS = {
  two: [["before", "first"], ["before", "second"], ["like", "first"], ["like", "second"]],
  four: [["before", "even"], ["like", "first"], ["after", "odd"], ["evenly", "first"]],
  same: [["like", "first"], ["like", "second"], ["like", "even"], ["like", "odd"]],
};
export const ROOMS = { two: 2, four: 4, same: 1 };   // in how many parts of the output, side by side, what is found is written
const ORDER = Array.from({ length: DIM / 2 }, (_, f) => 4 * (f % 4) + Math.floor(f / 4));
const all = Array.from({ length: DIM }, (_, i) => i), half = (i) => Math.floor(i / 8) % 2;
const READS = { first: all.slice(0, BLOCK), second: all.slice(BLOCK), even: all.filter((i) => half(i) === 0), odd: all.filter((i) => half(i) === 1) };

const turn = (pair, back) => Math.PI * (2 * ORDER[pair] + 1) / DIM * back;
export const standing = (place) => ORDER.flatMap((_, pair) => [Math.cos(turn(pair, place)), Math.sin(turn(pair, place))].map((x) => Math.SQRT2 * x));
export const wordsIn = (sentence) => sentence.map((word, t) => [...spelled(word), ...standing(t)]);

// W_Q, W_K, W_V and W_O of a form, rows of 64: they stand to the right of a vector.
const made = new Map();
export function projections(form) {
  if (made.has(form)) return made.get(form);
  const empty = () => Array.from({ length: WIDTH }, () => new Float64Array(WIDTH)), [query, key, value, output] = [0, 1, 2, 3].map(empty);
  BLOCKS[form].forEach(([role, reads], block) => {
    const carried = READS[form === "two" && block % 2 === 1 ? "second" : "first"];
    READS[reads].forEach((from, i) => {
      const to = BLOCK * block + i;
      value[carried[i]][to] = 1;
      if (role === "like") { query[from][to] = SURE; key[from][to] = 1; }
      if (role !== "before" && role !== "after") return;
      const angle = turn(Math.floor(from / 2), role === "before" ? 1 : -1), pair = DIM + 2 * Math.floor(from / 2);
      query[pair][to] = SURE * (from % 2 === 0 ? Math.cos(angle) : -Math.sin(angle));
      query[pair + 1][to] = SURE * (from % 2 === 0 ? Math.sin(angle) : Math.cos(angle));
      key[DIM + from][to] = 1;
    });
    for (let other = 0; other < 4; other++) for (let i = 0; i < BLOCK; i++)
      output[BLOCK * block + i][BLOCK * other + i] = form === "same" ? 0.25 : other === block ? 1 : 0;
  });
  made.set(form, [query, key, value, output]);
  return made.get(form);
}
