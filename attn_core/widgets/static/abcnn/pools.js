// What becomes of the word that is followed: its row before the convolution, its windows, their sum.
import { h, place, s, write } from "../kit/dom.js";
import { fixed, rounded, vector } from "../kit/format.js";
import { DIM } from "../grid/spelling.js";
import { FILTERS, FITS, WIDEST } from "./windows.js";
import { quoted, sum } from "./matching.js";

const UNIT = 6, HIGH = 10;   // of a strip: the width of a number, and its height on each side of zero

// Numbers as bars from a zero line.
function bars(many, kind) {
  const path = s("path", { class: kind }), zero = s("path", { class: "attn-zero", d: `M0 ${HIGH}H${many * UNIT}` });
  const node = s("svg", { class: "attn-strip", viewBox: `0 0 ${many * UNIT} ${2 * HIGH}`, preserveAspectRatio: "none", "aria-hidden": "true" }, zero, path);
  return { node, draw(numbers, scale) { place(path, { d: numbers.map((x, i) => `M${i * UNIT + 1} ${HIGH}V${rounded(HIGH - HIGH * x / scale, 2)}h${UNIT - 2}V${HIGH}z`).join("") }); } };
}

// Only what is shown stands there; and where that is so already, nothing moves.
function swap(node, parts) {
  if (parts.length !== node.childElementCount || parts.some((part, i) => part !== node.children[i])) node.replaceChildren(...parts);
}

export function pools() {
  const given = Array.from({ length: FITS }, () => ({ word: h("span"), number: h("span", { class: "attn-number" }) }));
  given.forEach((each) => { each.node = h("span", { class: "attn-cell" }, each.word, each.number); });
  const row = h("div", { class: "attn-given" }), second = bars(DIM, "attn-made");
  const rowName = h("span"), notHere = h("p", { class: "attn-total" }, "before: form 2 does not look here, a word's vector goes in alone");
  const channel = h("div", { class: "attn-channel" }, h("span", {}, "A W, 32 numbers"), second.node);
  const before = h("div", { class: "attn-before", role: "group" });

  const lines = Array.from({ length: WIDEST }, () => {
    const name = h("span", { class: "attn-window" }), bar = h("span", { class: "attn-bar" }), text = h("span", { class: "attn-number" }), strip = bars(FILTERS, "attn-features");
    const node = h("div", { class: "attn-pool", role: "group" }, name, h("span", { class: "attn-weight" }, h("span", { class: "attn-track" }, bar), text), strip.node);
    return { name, bar, text, strip, node };
  });
  const total = h("span", { class: "attn-number" }), state = bars(FILTERS, "attn-state"), numbers = Array.from({ length: FILTERS }, () => h("span", { class: "attn-number" }));
  const who = h("span", { class: "attn-window role-output" });
  const output = h("div", { class: "attn-pool attn-all", role: "group" }, who, h("span", { class: "attn-weight" }, h("span", {}, "in all"), total), state.node);
  const names = h("div", { class: "attn-pool attn-names" }, h("span", {}, "behind: window"), h("span", {}, "weight"), h("span", { class: "role-value" }, "8 features")), list = h("div", { class: "attn-pools" });
  const values = h("div", { class: "attn-values" }, ...numbers);

  return {
    nodes: [before, list, output, values],
    draw({ words: [first, other], windows, at, span, form, normalized, looks, weights, total: all, states, readings: [{ second: made, features }] }) {
      const word = quoted(first[at]), most = Math.max(1, ...weights);
      swap(before, looks ? [rowName, row, channel] : [notHere]);
      if (looks) {
        write(rowName, `before: row of ${word}${normalized ? ", softmax" : ""}, ${fixed(sum(looks))} in all`);
        swap(row, given.slice(0, other.length).map((each) => each.node));
        given.slice(0, other.length).forEach(({ node, word: label, number }, j) => {
          write(label, other[j]); write(number, fixed(looks[j])); node.style.setProperty("--attn-share", rounded(looks[j]));
        });
        second.draw(made[at], Math.max(1, ...made.flat().map(Math.abs)));
      }
      place(before, { "aria-label": looks ? `before the convolution, ${word} gives the places of ${other.map((each, j) => `${quoted(each)} ${fixed(looks[j])}`).join(", ")}` : "before the convolution: nothing" });
      swap(list, [names, ...lines.slice(0, span.length).map((line) => line.node)]);
      span.forEach((k, o) => {
        const line = lines[o];
        write(line.name, windows[0][k]); write(line.text, fixed(weights[k])); line.bar.style.width = `${rounded(100 * weights[k] / most, 2)}%`;
        line.strip.draw(features[k], 1);
        place(line.node, { "aria-label": `window ${windows[0][k]}, weight ${fixed(weights[k])}, features ${vector(features[k])}` });
      });
      write(who, first[at]); write(total, fixed(all));
      state.draw(states[at], Math.max(1, ...states.flat().map(Math.abs)));
      numbers.forEach((each, c) => write(each, fixed(states[at][c])));
      place(output, { "aria-label": `state of ${word}, form ${form}: weights ${fixed(all)} in all, ${vector(states[at])}` });
    },
  };
}
