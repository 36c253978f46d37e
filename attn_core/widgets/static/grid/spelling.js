// Vectors for words that a reader types: they tell how a word is spelt, and nothing of what it means. The same numbers
// as spelling.py makes, where the steps are written out.
import { normals } from "../kit/draw.js";

export const DIM = 32;

// Three characters in a row, as code points, each time they stand in the word, "<" and ">" being its ends.
export function grams(word) {
  const codes = [..."<", ...word.toLowerCase().normalize("NFC"), ">"].map((c) => c.codePointAt(0));
  return codes.slice(2).map((_, i) => codes.slice(i, i + 3));
}
export const seed = (gram) => gram.reduce((h, c) => Math.imul(h ^ c, 16777619), 2166136261) >>> 0;   // FNV-1a

// Of the length √32, whatever the word.
const known = new Map();
export function spelled(word) {
  if (known.size > 1000) known.clear();
  if (!known.has(word)) {
    const sum = new Array(DIM).fill(0);
    for (const gram of grams(word)) normals(seed(gram), DIM).forEach((x, i) => { sum[i] += x; });
    const spread = Math.sqrt(sum.reduce((a, x) => a + x * x, 0) / DIM);
    known.set(word, spread > 0 ? sum.map((x) => x / spread) : sum);
  }
  return known.get(word);
}

export const spelling = (word) => grams(word).join(" ");   // equal for words that have equal vectors
export const alike = (a, b) => grams(a).some((x) => grams(b).some((y) => x.join() === y.join()));
