// What is left of a sequence in four poolings: the same numbers and sentences as pooling.py and surviving.py.
import { normalizers, scores } from "../kit/attention.js";
import { fixed, listed, share, short } from "../kit/format.js";

export const STEPS = 12, WAYS = ["last", "mean", "max", "attention"];
export const LAST = 0, MEAN = 1, ATTENTION = 3;
export const ABOUT = "Simplified: one feature, and nothing is learned. The last state is an LSTM’s cell: its forget gate, σ(b), is the same at every step, its input gate, σ(g · mark), sees the mark alone, and no output gate follows. "
  + "The other three pool the values themselves; in a network they pool states, which already hold some of what came before. The mark is +1 or −1; attention is softmax(q · mark).";

const sigmoid = (x) => 1 / (1 + Math.exp(-x));
const sum = (row) => row.reduce((a, b) => a + b, 0);

// Everything that is shown: four rows of weights, and what each of them hands on.
export function solve(state) {
  const { values, marked, forget_bias: bias, gate, query } = state, mask = values.map(() => true);
  const mark = marked.map((one) => (one ? 1 : -1)), kept = sigmoid(bias), let_in = mark.map((m) => sigmoid(gate * m));
  const survives = [1];   // of the last step, the one before it …
  while (survives.length < STEPS) survives.push(survives.at(-1) * kept);
  const weights = [
    let_in.map((open, t) => survives[STEPS - 1 - t] * open), values.map(() => 1 / STEPS),
    normalizers.hardmax(values, { mask }), normalizers.softmax(scores.dot([query], mark.map((m) => [m])), { mask }),
  ];
  const only = (row) => row.filter((_, t) => marked[t]), total = weights.map(sum), some = only(values);
  return {
    ...state, kept, let_in, weights, total, half_life: Math.LN2 / Math.log1p(Math.exp(-bias)),
    output: weights.map((row) => sum(row.map((w, t) => w * values[t]))), found: weights.map((row, i) => sum(only(row)) / total[i]),
    wanted: some.length ? sum(some) / some.length : null, top: values.indexOf(Math.max(...values)),
  };
}

const age = (steps) => `${fixed(steps, steps < 9.95 ? 1 : 0)} steps`;
const marks = (marked) => {
  const steps = marked.flatMap((one, t) => (one ? [t + 1] : []));
  return steps.length > 3 ? `${steps.length} steps are` : `${steps.length === 1 ? "Step" : "Steps"} ${listed(steps)} ${steps.length === 1 ? "is" : "are"}`;
};

// What stands beside the name of a row.
export const hint = (i, { half_life: half, query }) => [`half-life ${age(half)}`, "all alike", "the largest", `query ${fixed(query, 1)}`][i];

// The facts of a row, as they are written.
export const facts = (i, { total, output, found, wanted }) => [fixed(total[i]), fixed(output[i]), wanted === null ? "–" : share(found[i])];

// A row in words: what a screen reader hears.
export const words = (i, now) => {
  const [total, output, found] = facts(i, now);
  return `${WAYS[i]}, ${hint(i, now)} · weights of steps 1 to ${STEPS}: ${now.weights[i].map(share).join(", ")} · sum ${total} · pooled value ${output} · on marked steps ${found}`;
};

// One sentence or two on what the situation shows. The same as `caption` in surviving.py.
export function caption(now) {
  const { values, marked, gate, query, let_in: gates, weights, found, top, half_life: half } = now;
  const [last, mean, , attention] = found.map(share), count = marked.filter(Boolean).length;
  const open = share(Math.max(...gates)), shut = share(Math.min(...gates));
  if (count === 0 || count === STEPS) return `${count ? "Every" : "No"} step is marked, so attention gives each ${share(1 / STEPS)}, as the mean does, whatever the query. The last state gives step 1 ${share(weights[LAST][0])} and step ${STEPS} ${share(weights[LAST].at(-1))}: to it only age counts.`;
  if (gate >= 1 && query <= -1) return `The input gate opened for marked steps as they came, and reading is over: they have ${last} of the last state’s weight. A query can still ask for the rest: attention leaves ${attention} on them.`;
  if (gate >= 1 && found[LAST] >= 0.5) return `The input gate opens for marked steps as they come, ${open} against ${shut}: they have ${last} of the last state’s weight, and ${attention} of attention’s. Gates can do it too, if what counts is known in advance.`;
  if (gate >= 1 && half > 2 * STEPS) return `The input gate opens for marked steps, ${open} against ${shut}, and over ${STEPS} steps little fades. Still they have only ${last} of the last state’s weight: what is let in of the others adds up. Attention: ${attention}.`;
  if (gate >= 1) return `The input gate opens for marked steps, ${open} against ${shut}, but what is in the state halves in ${age(half)}: they have ${last} of its weight. Attention does not fade with distance: ${attention}.`;
  if (gate <= -1) return `The input gate shuts out marked steps, ${shut} against ${open}: they have ${last} of the last state’s weight. What was kept out is not there to be asked for later.`;
  if (Math.abs(query) < 0.05) return `A query of 0.0 asks for nothing: attention gives each step ${share(1 / STEPS)}, as the mean does. ${marks(marked)} marked, and ${last} of the last state’s weight is there.`;
  if (query < 0) return `A query below zero looks for what is not marked: attention leaves ${attention} on marked steps, less than the mean with ${mean}. The other three have no query.`;
  if (half > 2 * STEPS) return `What is in the state halves in ${age(half)}, so over ${STEPS} steps little fades: ${last} of its weight is on marked steps, where the mean has ${mean}. To forget less is not to know what counts.`;
  if (!marked[top]) return `Max takes step ${top + 1}, the largest and not marked: all that it hands on is ${short(values[top])}, where ${count === 1 ? "the marked value is" : "the marked values have a mean of"} ${fixed(now.wanted)}. Attention gives that step ${share(weights[ATTENTION][top])}, and ${attention} to what is marked.`;
  if (found[LAST] > 2 * found[MEAN]) return `What is marked comes late: ${last} of the last state’s weight is on it without any query, ${mean} of the mean’s. Attention gives it ${attention}, wherever it stands.`;
  return `${marks(marked)} marked: ${last} of the last state’s weight is there, ${mean} of the mean’s, ${attention} of attention’s. Max takes step ${top + 1} because it is the largest, not because it is marked.`;
}
