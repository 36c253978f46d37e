// What is said: the names of heads and places, the sentence, the numbers. The same words as telling.py.
import { LEARNT, long } from "../alignment/typed.js";
import { share } from "../kit/format.js";
import { MEASURED } from "./measured.js";
import { HEADS, KINDS, LAYERS } from "./model.js";
import { best } from "./reading.js";

export const NAMES = { encoder: "encoder", decoder: "decoder", cross: "cross-attention" };
export const START = "▸", PARTS = ["year", "month", "day"];   // the sign of where nothing is written yet

export const ABOUT = "Rows ask, columns answer. Under a small grid: share right without that head.";
export const name = (kind, layer, head) => `${NAMES[kind]}, layer ${layer}, head ${head}`;
export const alone = (kind, layer, head) => share(MEASURED.without[KINDS.indexOf(kind)][layer - 1][head - 1]);

const called = ({ characters }, j) => (characters[j] === " " ? `the space (${j + 1})` : `“${characters[j]}” (${j + 1})`);
export function spot(now, j) {
  if (now.kind === "decoder") return j > 0 ? `“${now.output[j - 1]}” (${j})` : "the start";
  return called(now, j);
}

function looks(now) {
  const { kind, step, isOn, on, output, row, given } = now, symbol = output[step - 1];
  if (!isOn) return "This head is off: it looks nowhere, and adds nothing.";
  const j = best(given), most = `this head looks most at ${spot(now, j)}, with ${share(given[j])} of its weight.`;
  if (kind === "encoder") {
    if (!on[KINDS.indexOf("cross")].flat().some(Boolean)) return `No head of the decoder looks at the text. At ${called(now, row)}, ${most}`;
    return `To write “${symbol}”, the decoder looks most at ${called(now, row)}; there, ${most}`;
  }
  if (kind === "decoder" && step === 1) return `To write “${symbol}”, the first character, there is only the start to look back to.`;
  return `To write “${symbol}”, ${most}`;
}

export function caption(now) {
  const { text, output, other, right, unknown, isOn } = now;
  let end = `The model writes ${output}`;
  if (right !== null) end += right === output ? ", which is right" : `, and ${right} is right`;
  end += `; ${isOn ? "without" : "with"} this head it would be ${other === output ? "the same." : `${other}.`}`;
  if (unknown.length > 0) end += ` It has never seen ${unknown.slice(0, 3).map((each) => `“${each}”`).join(", ")}${unknown.length > 3 ? " and others." : "."}`;
  if (long(text) > LEARNT) end += ` No text that it learnt from had more than ${LEARNT} characters.`;
  return `${looks(now)} ${end}`;
}

export const missed = ({ kind, layer, head }) => `${MEASURED.tested} unseen dates: ${share(MEASURED.whole)} right with all heads, ${alone(kind, layer, head)} with only this one off`;
export function found({ kind, layer, head }) {
  if (kind !== "cross") return "only cross-attention looks from what is written to the text";
  return `its weight on what tells it, writing the ${PARTS.map((part, i) => `${part} ${share(MEASURED.mass[layer - 1][head - 1][i])}`).join(" · ")}`;
}

// The heads that were found by measuring: of the cross-attention, the one with the most weight on a part of the answer;
// and those without which the fewest and the most dates come out right.
export function finds(part) {
  const mass = MEASURED.mass.flat().map((shares) => shares[PARTS.indexOf(part)]), at = best(mass);
  return { kind: "cross", layer: Math.floor(at / HEADS) + 1, head: (at % HEADS) + 1 };
}
export function needed(most) {
  const without = MEASURED.without.flat(2), at = best(without.map((share) => (most ? -share : share)));
  return { kind: KINDS[Math.floor(at / HEADS / LAYERS)], layer: (Math.floor(at / HEADS) % LAYERS) + 1, head: (at % HEADS) + 1 };
}
