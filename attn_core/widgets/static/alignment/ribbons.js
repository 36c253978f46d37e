// The picture of an alignment: what is read above, what is written below, and ribbons as wide as the weights. The same
// drawing as ribbons.py makes, at any width.
import { h, place, s } from "../kit/dom.js";
import { rounded } from "../kit/format.js";
import { STATES, pixels } from "./reading.js";

export const WIDTH = 640, HEIGHT = 164;
const BARS = 28, READ = 56, WRITTEN = 128;   // pixels from the top: where bars of weight stand, where ribbons begin and end
const CELL = 30, SYMBOL = 34, WORD = 92, INK = 6.75;   // widths at most: of a character read, written, a word; of a pixel of ink
const FAINT = 0.1;   // the ribbons of other steps are drawn from this weight on
const px = (x) => rounded(x, 2);

function cells(n, most, width) {
  const wide = Math.min(most, width / Math.max(n, 1));
  return [Array.from({ length: n }, (_, j) => (width - n * wide) / 2 + j * wide), wide];
}

function ribbon(left, above, start, below) {
  const middle = (READ + WRITTEN) / 2, [a, b, c, d] = [left, left + above, start, start + below].map(px);
  return `M${a} ${READ}C${a} ${middle} ${c} ${middle} ${c} ${WRITTEN}H${d}C${d} ${middle} ${b} ${middle} ${b} ${READ}Z`;
}

// The bands of one step: below they fill the symbol's cell.
function bands(row, places, wide, start, below) {
  return row.map((weight, j) => ({ weight, d: ribbon(places[j] + (wide * (1 - weight)) / 2, wide * weight, (start += below * weight) - below * weight, below * weight) }));
}

function ink(wanted) {
  const paths = {};
  pixels(wanted).forEach((column, x) => column.forEach((level, y) => {
    if (level > 0) paths[level] = `${paths[level] ?? ""}M${px(x * INK)} ${px(y * INK + 1)}h${INK}v${INK}h-${INK}z`;
  }));
  return Object.entries(paths).map(([level, d]) => s("path", { d, style: `fill-opacity:${px(level / 16)}` }));
}

// choose(t): a symbol was clicked.
export function ribbons(choose) {
  const svg = s("svg", { role: "img" });
  const text = (kind, x, y, size, said) => s("text", { class: kind, x: px(x), y, style: `font-size:${px(size)}px` }, said);

  function vector(places, wide, start, below, width) {
    const left = width / 2 - 72, lines = places.map((x, j) => s("path", { class: "attn-line", d: `M${px(x + wide / 2)} ${READ}L${px(left + ((j + 0.5) / places.length) * 144)} 84` }));
    return [...lines, s("rect", { class: "attn-vector", x: px(left), y: 84, width: 144, height: 16 }),
      s("path", { class: "attn-ribbon", d: `M${px(width / 2 - 4)} 100H${px(width / 2 + 4)}L${px(start + below / 2 + 4)} ${WRITTEN}h-8Z` })];
  }

  return {
    node: h("div", { class: "attn-reads" }, svg),

    draw({ model, at, reading: { inputs, symbols, weights } }, width, words) {
      const strip = model === "strip", fixed = model === "fixed";
      const [places, wide] = cells(inputs.length * (strip ? STATES : 1), strip ? 2 * INK : CELL, width), [starts, below] = cells(symbols.length, strip ? WORD : SYMBOL, width);
      const row = weights[at] ?? [], parts = [];
      if (fixed) parts.push(...vector(places, wide, starts[at], below, width));
      else {
        weights.forEach((other, t) => { if (t !== at) parts.push(...bands(other, places, wide, starts[t], below).filter(({ weight }) => weight >= FAINT).map(({ d }) => s("path", { class: "attn-faint", d }))); });
        parts.push(...bands(row, places, wide, starts[at], below).filter(({ weight }) => weight >= 0.005).map(({ weight, d }) => s("path", { class: "attn-ribbon", d, style: `fill-opacity:${px(0.3 + 0.7 * weight)}` })));
      }
      if (strip) parts.push(s("g", { class: "attn-ink", transform: `translate(${px(places[0] ?? 0)} 0)` }, ...ink(inputs.map(Number))));
      if (!fixed) row.forEach((weight, j) => {
        const tall = strip ? READ - 1 : (BARS - 2) * weight;
        parts.push(s("rect", { class: "attn-share", style: strip && `fill-opacity:${px(0.6 * weight)}`, x: px(places[j]), y: px(strip ? 1 : BARS - tall), width: px(wide), height: px(tall) }));
      });
      if (!strip) inputs.forEach((character, j) => parts.push(text("attn-letter", places[j] + wide / 2, 47, Math.min(20, 1.35 * wide), character)));
      if (symbols.length > 0) parts.push(s("rect", { class: "attn-asks", x: px(starts[at]), y: WRITTEN, width: px(below), height: 32 }));
      symbols.forEach((symbol, t) => parts.push(text(t <= at ? "attn-symbol" : "attn-symbol attn-later", starts[t] + below / 2, 151, strip ? 14 : 20, symbol),
        s("rect", { class: "attn-press", x: px(starts[t]), y: WRITTEN, width: px(below), height: 32, onclick: () => choose(t) })));
      place(svg, { viewBox: `0 0 ${width} ${HEIGHT}`, "aria-label": words });
      svg.replaceChildren(...parts);
    },
  };
}
