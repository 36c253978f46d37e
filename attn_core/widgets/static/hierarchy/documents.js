// The documents: short reviews, with the scores and tones of their words written by hand, and one that a trained reader has read.
import { MOST } from "./weighing.js";

const filled = (rows) => Array.from({ length: MOST }, (_, i) => Array.from({ length: MOST }, (_, j) => rows[i]?.[j] ?? 0));

const SENTENCES = ["We came on a rainy Monday.", "The soup was cold and thin.", "Our waiter forgot the bread.", "The fish was late and dry.", "Overall, a wonderful evening.", "We paid and took the tram."];
const SCORES = [[0, 0, 0, 0, 1], [0, 0.5, 0, 2, 0, 1], [0, 0, 2], [0, 0.5, 0, 1.5, 0, 1.5], [3, 0, 4, 0.5], [0, 0.5]];
const TONES = [[0, 0, 0, 0, -0.5], [0, 0, 0, -2, 0, -1], [0, 0, -2], [0, 0, 0, -1, 0, -1.5], [0, 0, 3], []];
const other = (rows, at, row) => rows.map((old, i) => (i === at ? row : old));

// The first picture, and the situations worth a button: each named after what one will see.
export const BASE = { sentences: SENTENCES, scores: filled(SCORES), tones: filled(TONES), key_sentence: 5, key_word: 3, pool: "attention", opened: 5, chosen: 3 };
export const PRESETS = {
  "key word, dull sentence": {
    sentences: ["The first act was a bit slow.", "The second act was loud.", "At the end I sat and wept.", "The seats were hard.", "Drinks were dear and warm.", "The bus home was late."],
    scores: filled([[0, 0.5, 0, 0, 0, 0, 2], [0, 0.5, 0, 0, 2], [0, 0, 0, 0, 0, 0, 4], [0, 0, 0, 2], [0, 0, 1.5, 0, 1], [0, 0, 0, 0, 1.5]]),
    tones: filled([[0, 0, 0, 0, 0, 0, -1.5], [0, 0, 0, 0, -2], [0, 0, 0, 0, 0, 0, 3], [0, 0, 0, -2], [0, 0, -1, 0, -1], [0, 0, 0, 0, -1]]),
    key_sentence: 3, key_word: 7, opened: 3, chosen: 7,
  },
  "two key sentences": {
    sentences: other(SENTENCES, 2, "In short, a dreadful kitchen."), scores: filled(other(SCORES, 2, [0, 3, 0, 4, 0.5])), tones: filled(other(TONES, 2, [0, 0, 0, -3])),
  },
  "heavy word, light sentence": { scores: filled(other(SCORES, 0, [-2, -2, -2, -2, 1, -2])), opened: 1, chosen: 5 },
  "longer: less for each": {
    sentences: [...SENTENCES.slice(0, 4), "We asked for tea and waited.", "Then a tray fell on my coat.", ...SENTENCES.slice(4)],
    scores: filled([...SCORES.slice(0, 4), [0, 1, 0, 1, 0, 2], [0, 0, 0, 2, 0, 0, 1], ...SCORES.slice(4)]),
    tones: filled([...TONES.slice(0, 4), [0, 0, 0, 0, 0, -1], [0, 0, 0, -1], ...TONES.slice(4)]), key_sentence: 7, opened: 7,
  },
  // Drawn words for drawn codes; scores that give the weights of the reader that is kept of experiments/documents.py.
  "a trained reader": {
    sentences: ["bread grand cap door", "tea spoon chair rain grand", "bench pen cup overall awful", "chair grand salt lamp", "spoon fish hat egg grand cap", "tram soup jam grand clock pie"],
    scores: filled([[-8, -2.9, -6, -5.9], [-6.8, -7.9, -7.3, -6.9, -2.9], [4.4, 5.2, 5.1, 8, 7.3], [-2, 1.7, -0.8, -3.1], [-5.7, -5.9, -6.7, -5.8, -1.8, -4.9], [-8, -8, -6.6, -3.5, -7.3, -8]]),
    tones: filled([[0, 2], [0, 0, 0, 0, 2], [0, 0, 0, 0, -2], [0, 2], [0, 0, 0, 0, 2], [0, 0, 0, 2]]), key_sentence: 3, key_word: 5, opened: 3, chosen: 5,
  },
  "all scores equal": { scores: filled([]) },
};
