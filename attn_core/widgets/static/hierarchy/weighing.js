// A document weighed: words into sentences, sentences into one vector. The same numbers and sentences as hierarchy.py and weighing.py.
import { attend } from "../kit/attention.js";
import { fixed, share, short } from "../kit/format.js";

export const MOST = 8, FEATURES = ["praise", "blame", "score"];
const QUERY = [0, 0, 1];   // on both levels: it asks for the score

export const split = (sentence) => sentence.split(" ").filter((word) => word !== "");
export const bare = (word) => word.replace(/^[.,;:!?]+|[.,;:!?]+$/g, "") || word;
const top = (row) => row.indexOf(Math.max(...row));   // the first of equal ones
const column = (vectors, f) => vectors.map((v) => v[f]);

// How vectors become one: { output, weights }.
export const POOLS = {
  attention: (key) => attend({ query: QUERY, key, value: key, mask: key.map(() => true), score: "dot", normalize: "softmax", temperature: 1 }),
  average: (vectors) => ({
    output: FEATURES.map((_, f) => column(vectors, f).reduce((a, b) => a + b, 0) / vectors.length), weights: vectors.map(() => 1 / vectors.length),
  }),
  max(vectors) {
    const first = FEATURES.map((_, f) => top(column(vectors, f)));
    return { output: first.map((at, f) => vectors[at][f]), weights: vectors.map((_, i) => first.filter((at) => at === i).length / FEATURES.length) };
  },
};

// The ranks, from and to, that a share has among all.
function rank(whole, own) {
  const all = whole.flat(), above = (line) => all.filter((x) => x > line).length;
  return [1 + above(own + 1e-9), above(own - 1e-9)];
}

// Everything that is shown: vectors, weights on both levels, what each word has of the whole, where the key comes.
export function solve(state) {
  const words = state.sentences.map(split), pool = POOLS[state.pool];
  const place = (sentence, word) => {
    const i = Math.min(sentence, words.length) - 1;
    return [i, Math.min(word, words[i].length) - 1];
  };
  const held = words.map((row, i) => row.map((_, j) => [Math.max(state.tones[i][j], 0), Math.max(-state.tones[i][j], 0), state.scores[i][j]]));
  const pooled = held.map(pool), vectors = pooled.map(({ output }) => output), wordWeights = pooled.map(({ weights }) => weights);
  const { output: document, weights: sentenceWeights } = pool(vectors);
  const sources = FEATURES.map((_, f) => ((i) => [i, top(column(held[i], f))])(top(column(vectors, f))));   // of a maximum
  const whole = words.map((row, i) => row.map((_, j) => (state.pool === "max"
    ? sources.filter(([a, b]) => a === i && b === j).reduce((sum) => sum + 1 / FEATURES.length, 0) : sentenceWeights[i] * wordWeights[i][j])));
  const key = place(state.key_sentence, state.key_word), mean = 1 / words[key[0]].length / words.length;
  const alone = words.map((row) => row.map(() => 1 / row.length / words.length));   // if all weighed the same
  return {
    ...state, words, held, vectors, document, sentenceWeights, wordWeights, whole, sources, key, hand: place(state.opened, state.chosen),
    own: whole[key[0]][key[1]], rank: rank(whole, whole[key[0]][key[1]]), mean, meanRank: rank(alone, mean), many: words.flat().length,
  };
}

export const quoted = (now, [i, j]) => `“${bare(now.words[i][j])}”`;
const ranked = ([first, last], { many }) => `rank ${first === last ? first : `${first} to ${last}`} of ${many}`;

// The planted key and its rank; and what the document's vector says.
export function result(now) {
  const [i, j] = now.key, tone = now.tones[i][j], [praise, blame] = now.document;
  const says = tone > 0 ? ", praise" : tone < 0 ? ", blame" : "", lead = Math.abs(praise - blame) < 0.005 ? "neither" : praise > blame ? "praise" : "blame";
  return [`key ${quoted(now, now.key)}${says}: ${ranked(now.rank, now)}`, `document: praise ${fixed(praise)}, blame ${fixed(blame)}: ${lead}`];
}

// A word in words, for the ear.
export function heard(now, [i, j] = now.hand) {
  return `${quoted(now, [i, j])}, score ${short(now.scores[i][j])} · ${share(now.wordWeights[i][j])} of sentence ${i + 1}, which has ${share(now.sentenceWeights[i])} of the document`
    + ` · of the whole ${share(now.whole[i][j])}`;
}

// One sentence or two on what the situation shows. The same as `caption` in weighing.py.
export function caption(now) {
  const { pool, sentenceWeights: sentences, wordWeights: words, whole, key: [i, j], own, scores } = now;
  const who = quoted(now, now.key), where = ranked(now.rank, now), at = now.hand[0];
  if (pool === "average") return `The average asks nobody. Each sentence gets ${fixed(sentences[0])}, each word of sentence ${at + 1} ${fixed(words[at][0])} of it. ${who} has ${share(own)} of the whole, ${where}, whatever its score.`;
  if (pool === "max") {
    const taken = FEATURES.map((name, f) => `${name} ${short(now.document[f])} from ${quoted(now, now.sources[f])}`).join(", ");
    return `The maximum takes each number from one word, the first of equal ones: ${taken}. ${who} brings ${Math.round(3 * own)} of the 3.`;
  }
  const real = now.words.flatMap((row, a) => row.map((_, b) => scores[a][b]));
  if (Math.max(...real) - Math.min(...real) < 0.005) return `All scores are equal, so attention is the average: nothing tells which word counts. ${who} has ${share(own)} of the whole, ${where}.`;
  const most = top(words[at]);
  if (words[at][most] >= 0.6 && sentences[at] <= 0.1) return `${quoted(now, [at, most])} has ${share(words[at][most])} of its sentence, but the sentence only ${share(sentences[at])} of the document. A word's weight compares it with its own sentence; what it brings to the document is decided above: ${share(whole[at][most])}.`;
  const order = sentences.map((_, k) => k).sort((a, b) => sentences[b] - sentences[a]);
  if (order.length > 1 && sentences[order[1]] > 0.25 && sentences[order[0]] - sentences[order[1]] < 0.04) {
    const [first, second] = order.slice(0, 2).sort((a, b) => a - b);
    return `Sentences ${first + 1} and ${second + 1} weigh almost the same: ${share(sentences[first])} and ${share(sentences[second])}. Weights must sum to one, so they share: ${who} has ${share(own)} of the whole, ${where}, and the document holds both.`;
  }
  if (now.rank[0] === 1) return `Sentence ${i + 1} has ${share(sentences[i])} of the document, and ${who} ${share(words[i][j])} of the sentence: the product is ${share(own)} of the whole, ${where}. The average would give it ${share(now.mean)}: ${ranked(now.meanRank, now)}.`;
  const line = whole.map((row) => Math.max(...row)), a = top(line), best = [a, top(whole[a])];
  return `${who} has ${share(own)} of the whole, ${where}: ${share(words[i][j])} of a sentence that has ${share(sentences[i])}. First comes ${quoted(now, best)} in sentence ${a + 1}: ${share(whole[a][best[1]])}.`;
}
