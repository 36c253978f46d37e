// What was recorded of trained models: a line, what each wrote of its beginnings, its last states, and averages over
// lines and seeds. As memories.py packs it, and the same sentence as bottleneck.py says.
import { fixed } from "../kit/format.js";
import recorded from "./recorded.bin" with { type: "bytes" };

export const SYMBOLS = "ABCDEFGHIJKL", SHORTEST = 2, LONGEST = 60, PRACTISED = 30, STEPS = 800, STEPS_OUT = 3000;
export const WIDTHS = { 16: 16, 32: 32, 64: 64, 128: 128, turned: 64, attention: 64, fixed_out: 64 };   // numbers in a vector, by memory
const FINE = 31, MANY = LONGEST - SHORTEST + 1;   // an entry of a state, from −1 to 1, is kept in steps of 1/31

// The line, and by memory what `Memory` of memories.py has: codes of six bits, four of them in three bytes.
function unpacked(bytes) {
  let at = 0;
  const code = () => { const bit = 6 * at++, byte = bit >> 3; return (((bytes[byte] << 8) | bytes[byte + 1]) >> (10 - (bit & 7))) & 63; };   // beyond the end is 0
  const some = (n, one = code) => Array.from({ length: n }, (_, i) => one(i));
  const told = (digits) => some(MANY, () => { const [mean, low, high] = some(3, () => (64 * code() + code()) / digits); return { mean, low, high }; });
  const line = some(LONGEST, () => code()), memories = {};
  for (const [name, width] of Object.entries(WIDTHS)) {
    const written = some(MANY, (i) => some(SHORTEST + i)), states = some(MANY, () => some(width, () => code() - FINE - 1));
    memories[name] = { written, states, shares: told(1000), bits: told(10) };
  }
  return { line, memories };
}
export const { line: LINE, memories: MEMORIES } = unpacked(recorded);

export const grouped = (n) => String(n).replace(/\B(?=(\d{3})+$)/g, ",");
export const needed = (n) => n * Math.log2(SYMBOLS.length);

// Everything that is shown of a situation.
export function solve({ length, memory }) {
  const { written, states, shares, bits } = MEMORIES[memory], at = length - SHORTEST, read = LINE.slice(0, length);
  const line = memory === "turned" ? read.reverse() : read, wrote = written[at], many = memory === "attention";
  return { length, memory, width: WIDTHS[memory], line, wrote, right: wrote.map((code, i) => code === line[i]),
    strips: many ? states.slice(0, at + 1) : [states[at]], share: shares[at], bits: bits.map(({ mean }) => mean), kept: bits[at], held: WIDTHS[memory] * (many ? length : 1) };
}

// Two or three sentences on what the situation shows. The same as `caption` in bottleneck.py.
export function caption({ length: n, memory, width, right: each, share: { mean }, bits, kept }) {
  const right = each.filter(Boolean).length;
  const back = right === n ? `all ${n} symbols come back` : `${right || "none"} of ${n} symbols come${right < 2 ? "s" : ""} back`;
  if (memory === "attention") {
    return `With attention ${back}: the writer may look at ${n} vectors, one for each symbol, instead of one.${n > PRACTISED ? ` No line in training had more than ${PRACTISED} symbols.` : ""}`;
  }
  const how = { turned: "Read from its end, ", fixed_out: "Trained longer, " }[memory] ?? "";
  const said = (how + back).replace(/^./, (letter) => letter.toUpperCase());
  if (right === n) return `${said}. In other lines this long, ${fixed(mean)} of them do on average.`;
  const most = Math.max(...bits), best = bits.indexOf(most) + SHORTEST;
  return `${said}. On average at least ${fixed(kept.mean, 1)} of ${fixed(needed(n), 1)} bits are kept${best < n && most > kept.mean ? `; of a line of ${best}, at least ${fixed(most, 1)}` : ""}. `
    + `There is room: ${width} numbers are ${grouped(32 * width)} bits of memory.`;
}

const places = (right) => right.flatMap((ok, i) => (ok ? [] : [i + 1])).join(", ");
export const ends = ({ low, high }, digits) => `[${fixed(low, digits)}, ${fixed(high, digits)}]`;

// What is announced: the numbers, not the sentence.
export const words = ({ length, right, share, kept, held }) => `length ${length} · ${right.filter(Boolean).length} of ${length} right${right.every(Boolean) ? "" : `, wrong at ${places(right)}`}`
  + ` · on average ${fixed(share.mean)} · bits kept, at least ${fixed(kept.mean, 1)} of ${fixed(needed(length), 1)} · numbers held ${grouped(held)}`;
