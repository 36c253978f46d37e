// What several heads add: weights, parts and output of multi-head attention, and sentences about them. The same as
// heads.py and adding.py.
import { dot2, length, normalizers } from "../kit/attention.js";
import { fixed, listed } from "../kit/format.js";
import { words } from "../grid/sentences.js";
import { BLOCKS, ROOMS, WIDTH, projections, wordsIn } from "./roles.js";

export const COUNTS = [1, 2, 4, 8], NAMES = { before: "word before", like: "like spelling", after: "word after", evenly: "all alike" };
export const ABOUT = "Matrices set by hand: 32 of a word's 64 numbers tell its spelling, 32 its place. No word looks at itself.";
const COUNTED = { 1: "One head", 2: "Two heads", 4: "Four heads", 8: "Eight heads" };
const PARAMETERS = 4 * WIDTH ** 2;   // without biases

const plus = (rows) => rows.reduce((sum, row) => sum.map((x, c) => x + row[c]));
const times = (x, matrix) => Array.from(matrix[0], (_, c) => x.reduce((sum, xi, i) => sum + xi * matrix[i][c], 0));
const mixed = (weights, rows) => rows[0].map((_, c) => weights.reduce((sum, w, j) => sum + w * rows[j][c], 0));
export const top = (numbers) => { const most = Math.max(...numbers); return numbers.findIndex((x) => x > most - 1e-9); };
export const quoted = (word) => `“${word}”`;

// What each head looks for: the roles of the blocks that it has a part in.
export const roles = (form, heads) => Array.from({ length: heads }, (_, g) =>
  [...new Set(BLOCKS[form].slice(Math.floor(4 * g / heads), Math.ceil(4 * (g + 1) / heads)).map(([role]) => role))]);

// Everything that is shown. Weights and outputs with all heads on change with the sentence, the form and the number
// of heads alone: they are kept for the next row.
let kept = { of: null };
function attended(text, form, heads) {
  const of = JSON.stringify([text, form, heads]);
  if (kept.of === of) return kept;
  const found = words(text), n = found.length, width = WIDTH / heads, [q, k, v, o] = projections(form), x = wordsIn(found);
  const [query, key, value] = [q, k, v].map((matrix) => x.map((row) => times(row, matrix)));
  const cut = (row, g) => row.slice(g * width, (g + 1) * width), each = (f) => Array.from({ length: heads }, (_, g) => f(g));
  const whole = each((g) => query.map((row, i) => normalizers.softmax(key.map((other) => dot2(cut(row, g), cut(other, g)) / Math.sqrt(width)), { mask: found.map((_, j) => j !== i) })));
  const written = each((g) => { const rows = value.map((row) => times(cut(row, g), o.slice(g * width, (g + 1) * width))); return whole[g].map((weights) => mixed(weights, rows)); });
  const own = value.map((row) => times(row, o));   // of a word: the output if every head gave it all the weight
  return kept = { of, words: found, n, whole, written, own };
}

export function solve(state) {
  const { form, num_heads: heads } = state, { words: found, n, whole, written, own } = attended(state.sentence, form, heads);
  const lit = state.on.slice(0, heads), at = Math.min(state.row, n - 1), many = Math.max(lit.filter(Boolean).length, 1);
  const weights = whole.map((grid, g) => grid.map((row) => row.map((w) => (lit[g] ? w : 0))));
  const mean = weights[0].map((row, i) => row.map((_, j) => weights.reduce((sum, grid) => sum + grid[i][j], 0) / many));
  const zero = new Array(WIDTH).fill(0), sum = (i, on) => plus([zero, ...written.filter((_, g) => on(g)).map((part) => part[i])]);
  const output = sum(at, (g) => lit[g]), before = sum(at, () => true), missing = length(sum(at, (g) => !lit[g]));
  const sizes = length(output) * length(before), room = WIDTH / ROOMS[form];
  const rooms = Array.from({ length: ROOMS[form] }, (_, r) => {
    const part = (row) => row.slice(r * room, (r + 1) * room), held = part(output), size = length(held);
    if (size === 0) return null;
    const alike = own.map((row) => dot2(part(row), held) / (size * length(part(row)) || 1)), best = top(alike);
    return [best, alike[best]];
  });
  return { ...state, words: found, n, at, lit, whole, weights, mean, output, before, rooms,
    changed: missing / (length(before) || 1), turned: sizes > 0 ? Math.acos(Math.min(dot2(output, before) / sizes, 1)) * 180 / Math.PI : null };
}

// ---- sentences
const given = ({ words: found }, weights, j) => `${quoted(found[j])} ${fixed(weights[j])}`;
function range(weights) {
  const low = fixed(Math.min(...weights)), high = fixed(Math.max(...weights));
  return low === high ? `${low} each` : `${low} to ${high}`;
}

// One sentence or two on what the heads do for the lit word. The same as `caption` in adding.py.
export function caption(now) {
  const { words: found, n, at, lit, form, num_heads: heads, weights } = now, row = weights.map((grid) => grid[at]);
  if (n === 1) return "There is one word, and no other to look at: all weights are 0, and so is the output.";
  if (!lit.some(Boolean)) return "Every head is off: no word gets any weight, and the output is 0.";
  if (n === 2) return `There is one other word to look at, ${quoted(found[1 - at])}: whatever a head looks for, it gets all the weight.`;
  if (!lit.every(Boolean)) return without(now);
  if (form === "same") return agreeing(now, row);
  if (heads > 1) return several(now, row);
  const first = top(row[0]), second = top(row[0].map((w, j) => (j === first ? -1 : w)));
  const some = `One head for ${form} roles has one row of weights, which sums to 1.`;
  if (row[0][first] >= 0.9) return `${some} ${quoted(found[first])} takes ${fixed(row[0][first])} of it, and little is left.`;
  return `${some} ${given(now, row[0], first)} and ${given(now, row[0], second)} share it, and every part of the output holds the same mixture.`;
}

function without({ words: found, at, lit, form, whole, mean, turned }) {
  const off = lit.flatMap((on, g) => (on ? [] : [String(g + 1)])), angle = fixed(turned, 0);
  const names = off.length === 1 ? `Head ${off[0]} is off` : `Heads ${listed(off)} are off`;
  if (form !== "same") return `${names}. What ${off.length === 1 ? "it" : "they"} wrote is missing from the output, which turns by ${angle}°; what the other heads look at and write has not changed.`;
  const best = top(mean[at]), first = top(found.map((_, j) => whole.reduce((sum, grid) => sum + grid[at][j], 0) / whole.length));
  const still = best === first ? `still gives most to ${quoted(found[best])}: the others look for the same` : `gives most to ${quoted(found[best])}, no longer to ${quoted(found[first])}`;
  return `${names}. The output has turned by ${angle}°, and the mean of the heads ${still}.`;
}

function agreeing(now, row) {
  const { words: found, at, num_heads: heads, mean } = now, tops = row.map(top);
  if (heads === 1) return `One head that looks for like spelling, with ${WIDTH} numbers, gives most to ${given(now, row[0], tops[0])}. Cut it into more heads: no parameter changes, each has fewer numbers.`;
  const best = top(mean[at]), agree = row.filter((_, g) => tops[g] === best).map((weights) => weights[best]), word = quoted(found[best]);
  const [both, others] = heads === 2 ? ["both", "the other still finds"] : ["all", "the others still find"];
  if (agree.length === heads) return `${COUNTED[heads]} look for the same, and ${both} give most to ${word}: ${range(agree)}. Switch one off, and ${others} it.`;
  const few = agree.length === 0 ? "None of them gives" : agree.length === 1 ? "1 of them gives" : `${agree.length} of them give`;
  return `${COUNTED[heads]} look for the same with ${WIDTH / heads} numbers each. ${few} most to ${word}, as their mean does: with so few numbers a head takes one word for another.`;
}

function several(now, row) {
  const { words: found, at, n, form, num_heads: heads } = now, each = roles(form, heads), count = COUNTED[heads];
  if (each[0].length > 1) return `${count} for four roles: each has two in one row of weights. Most goes ${row.map((w, g) => `to ${given(now, w, top(w))} in head ${g + 1}`).join(" and ")}.`;
  if (new Set(each.flat()).size === heads) {
    const told = each.map(([role], g) => {
      if (role === "evenly") return `all alike ${fixed(Math.max(...row[g]))} each`;
      return at === { before: 0, after: n - 1 }[role] ? `no ${NAMES[role]}` : `${NAMES[role]} ${given(now, row[g], top(row[g]))}`;
    });
    return `${count}, a role each, and a row of weights each: ${told.join(", ")}. None takes from another.`;
  }
  const like = row.filter((_, g) => each[g][0] === "like"), tops = [...new Set(like.map(top))];
  const said = `${count} of ${WIDTH / heads} numbers, ${like.length} for each role. Those for like spelling`;
  if (tops.length === 1) return `${said} agree on ${quoted(found[tops[0]])}, ${range(like.map((weights) => weights[tops[0]]))}: fewer numbers, less sure.`;
  return `${said} give most to ${tops.length} different words: with so few numbers a head takes one for another.`;
}

// How far the output is from that with all heads on.
export const moved = ({ changed, turned }) => `changed by ${fixed(changed)} of its length, turned by ${turned === null ? "–" : fixed(turned, 0)}°`;

// What each part of the output holds, in words: names and finds.
export const holds = ({ form, rooms, words: found }) => [...new Set(BLOCKS[form].map(([role]) => role))]
  .map((role, r) => [NAMES[role], rooms[r] ? `${quoted(found[rooms[r][0]])} ${fixed(rooms[r][1])}` : "nothing"]);

// How many parameters there are, and how wide a head is.
export const size = (heads) => `parameters: 4 · ${WIDTH} · ${WIDTH} = ${PARAMETERS.toLocaleString("en")}, however many heads · numbers of a head: ${WIDTH} / ${heads} = ${WIDTH / heads}`;
