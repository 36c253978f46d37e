// Where each kind of attention looks, from one row of scores: the same numbers and sentences as regions.py and looking.py.
import { normalizers } from "../kit/attention.js";
import { uniform } from "../kit/draw.js";
import { fixed, listed, share, short } from "../kit/format.js";

export const POSITIONS = 9, NAMES = ["soft", "sparse", "hard", "drawn", "local-m", "local-p"];
export const SOFT = 0, DRAWN = 3, LOCAL_M = 4, LOCAL_P = 5;

const each = (f) => Array.from({ length: POSITIONS }, (_, j) => f(j));   // counted from 0 here, from 1 where they are seen
export const top = (row) => row.indexOf(Math.max(...row));
const sum = (row) => row.reduce((a, b) => a + b, 0);

// How often each position is drawn: the n-th draw is the n-th number of the generator, whatever the weights.
function counts(weights, seed, draws) {
  let far = 0;
  const ends = weights.map((w) => (far += w)), last = weights.findLastIndex((w) => w > 0), found = weights.map(() => 0);
  for (let i = 1; i <= draws; i++) {
    const at = ends.findIndex((end) => uniform(seed, i) < end);
    found[at < 0 ? last : at] += 1;
  }
  return found;
}

function entropy(row) {
  const total = sum(row);
  return row.reduce((h, w) => h - (w > 0 ? (w / total) * Math.log(w / total) : 0), 0);
}

// Everything that is shown: six rows of weights, and what each of them costs.
export function solve(state) {
  const { scores, centre, window: reach, temperature, seed, draws } = state;
  const soft = (mask) => normalizers.softmax(scores, { mask, temperature }), every = scores.map(() => true);
  const step = Math.floor(centre + 0.5);
  const near = [step, centre].map((at) => each((j) => Math.abs(j - (at - 1)) <= reach));   // local-m stands on a position, local-p where it likes
  const factor = (j) => (j === centre - 1 ? 1 : Math.exp(-2 * ((j - (centre - 1)) / reach) ** 2));
  const before = soft(near[1]), everywhere = soft(every), drawn = counts(everywhere, seed, draws);
  const weights = [
    everywhere, normalizers.sparsemax(scores, { mask: every, temperature }), normalizers.hardmax(scores, { mask: every }),
    drawn.map((n) => (draws ? n / draws : 0)), soft(near[0]), before.map((w, j) => (w > 0 ? w * factor(j) : 0)),
  ];
  const inside = [...NAMES.slice(0, LOCAL_M).map(() => every), ...near];
  return {
    ...state, step, before, counts: drawn, weights, inside, factor, best: top(scores),
    total: weights.map(sum), entropy: weights.map(entropy), looked: inside.map((row) => row.filter(Boolean).length),
    read: weights.map((row) => row.filter((w) => w > 0).length),
  };
}

const times = (n) => (n === 1 ? "once" : `${n} times`);
// The window of a local row in words.
const reached = (row) => {
  const first = row.indexOf(true) + 1, last = row.lastIndexOf(true) + 1;
  return first === 0 ? "no position" : first === last ? `position ${first}` : `positions ${first} to ${last}`;
};

// What stands beside the name of a row.
export const hint = (i, { draws, step, centre, window: reach }) => ["softmax", "sparsemax", "the largest", `${draws} ${draws === 1 ? "draw" : "draws"}`, `at ${step}, ±${reach}`, `at ${short(centre)}, ±${reach}`][i];

// A row in words: what a screen reader hears.
export const words = (i, now) => {
  const given = now.weights[i].filter((_, j) => now.inside[i][j]).map(share).join(", ");
  return `${i === DRAWN ? "hard" : NAMES[i]}, ${hint(i, now)} · ${reached(now.inside[i])}${given && `: ${given}`} · sum ${fixed(now.total[i])} · entropy ${fixed(now.entropy[i])}`
    + ` · ${now.looked[i]} scores computed, ${now.read[i]} values read`;
};

// One sentence or two on what the situation shows. The same as `caption` in looking.py.
export function caption(now) {
  const { scores, centre, window: reach, temperature, draws, counts: drawn, weights, inside, best, step, total, looked } = now;
  const soft = weights[SOFT], first = best + 1, most = fixed(soft[best]);
  if (Math.max(...scores) - Math.min(...scores) < 0.005) {
    const met = drawn.filter((n) => n > 0).length;
    const chance = draws === 0 ? "" : draws === 1 ? ` One draw fell on position ${top(drawn) + 1}.` : ` ${draws} draws fell on ${met} of ${POSITIONS} positions, ${times(Math.max(...drawn))} on position ${top(drawn) + 1}.`;
    return `All scores are equal, so soft gives each position ${most}, and hard takes the first.${chance}`;
  }
  if (reach === 0) {
    const other = centre === step ? "It is hard attention, at a place that was chosen without a look at the scores." : `Local-p stands at ${short(centre)}, where no position is, and looks at nothing.`;
    return `A window of one: local-m gives everything to position ${step}, whatever its score. ${other}`;
  }
  if (!inside[LOCAL_M][best] && !inside[LOCAL_P][best]) return `Position ${first} has the best score, and no window reaches it. Local-m gives ${fixed(Math.max(...weights[LOCAL_M]))} to position ${top(weights[LOCAL_M]) + 1}: it cannot know what it misses.`;
  if (soft[best] >= 0.995) return `At temperature ${fixed(temperature)} soft gives almost everything to position ${first}, as hard does. It still needs all ${POSITIONS} scores.`;
  if (soft[best] < 0.16) return `At temperature ${fixed(temperature)} the scores hardly count: soft gives no position more than ${most}, and a draw may fall anywhere. Hard does not change: the largest is the largest.`;
  const rest = soft.map((w, j) => (j === best ? -1 : w)), second = top(rest);
  if (rest[second] === soft[best]) return `Positions ${listed([first, second + 1])} have the same score. Soft gives them ${most} each; hard takes the first.`;
  if (soft[best] - rest[second] < 0.04) return `Position ${first} is ahead of position ${second + 1} by a touch: soft gives them ${most} and ${fixed(rest[second])}, hard everything to ${first}. A touch more for ${second + 1}, and hard turns round.`;
  if (draws === 1) return `One draw fell on position ${top(drawn) + 1}, to which soft gives ${fixed(soft[top(drawn)])}. Hard attention that draws reads this one value; the next draw may fall elsewhere.`;
  if (draws >= 50) return `Of ${draws} draws, ${drawn[best]} fell on position ${first}: a share of ${fixed(drawn[best] / draws)}, where soft gives ${most}. The more draws, the closer the two.`;
  if (inside[LOCAL_M].every(Boolean) && inside[LOCAL_P].every(Boolean)) return `The window covers every position: local-m is soft attention now. Local-p still fades with the distance from ${short(centre)}, and its weights sum to ${fixed(total[LOCAL_P])}.`;
  return `Soft looks everywhere and gives ${most} to position ${first}; hard gives it everything. Local-m needs only ${looked[LOCAL_M]} of ${POSITIONS} scores. The Gaussian of local-p takes weight away: what is left sums to ${fixed(total[LOCAL_P])}.`;
}
