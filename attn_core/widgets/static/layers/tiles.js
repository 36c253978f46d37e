// The heads as small grids to choose from, and the chosen one enlarged. The same drawings as mosaic.py makes.
import { h, place, s, write } from "../kit/dom.js";
import { rounded } from "../kit/format.js";
import { HEADS, KINDS, LAYERS } from "./model.js";
import { best, each } from "./reading.js";
import { START, alone, name } from "./telling.js";

export const HEIGHT = 264;
const LEFT = 26, TOP = 24, CELL = 30, LEVELS = 10;   // room for labels; a cell at most
const px = (x) => rounded(x, 2);

// Paths of unit squares by strength, in tenths: a weight below 0.05 is left out.
export function shades(rows) {
  const paths = Array(LEVELS + 1).fill("");
  rows.forEach((row, i) => row.forEach((weight, j) => { const level = Math.floor(LEVELS * weight + 0.5); if (level > 0) paths[level] += `M${j} ${i}h1v1h-1z`; }));
  return paths;
}
function ramp() {
  const paths = Array.from({ length: LEVELS }, (_, i) => s("path", { style: `fill-opacity:${(i + 1) / LEVELS}` }));
  return { paths, fill(rows) { const drawn = shades(rows); paths.forEach((path, i) => place(path, { d: drawn[i + 1] || null })); } };
}

// choose({ kind, layer, head }): one of the small grids. One stop of the Tab key: arrow keys go from grid to grid.
export function tiles(choose) {
  const all = each((kind, layer, head) => {
    const shade = ramp(), asked = s("rect", { class: "attn-asked", x: 0, height: 1 });
    const svg = s("svg", { class: "attn-small", preserveAspectRatio: "none", "aria-hidden": "true" }, ...shade.paths, asked);
    const right = h("span", { class: "attn-number" }, alone(kind, layer + 1, head + 1));
    const node = h("button", { type: "button", role: "radio", class: "attn-tile", onclick: () => choose({ kind, layer: layer + 1, head: head + 1 }) }, svg, right);
    return { node, svg, shade, asked, rows: null };
  }), lines = all.flat();
  function keyed(event) {
    const at = lines.flat().findIndex(({ node }) => node === event.target), [row, column] = [Math.floor(at / HEADS), at % HEADS];
    const by = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] }[event.key];
    if (at < 0 || by === undefined) return;
    event.preventDefault();
    const next = lines[(row + by[0] + lines.length) % lines.length][(column + by[1] + HEADS) % HEADS].node;
    next.focus();
    next.click();
  }
  const node = h("div", { class: "attn-tiles", role: "radiogroup", "aria-label": "heads: choose one to enlarge", onkeydown: keyed },
    h("div", { class: "attn-tile-row attn-tile-top", "aria-hidden": "true" }, h("span", {}, "head"), ...Array.from({ length: HEADS }, (_, g) => h("span", {}, String(g + 1)))),
    ...lines.map((line, i) => h("div", { class: "attn-tile-row" }, h("span", { "aria-hidden": "true" }, `${KINDS[Math.floor(i / LAYERS)]} ${(i % LAYERS) + 1}`), ...line.map((tile) => tile.node))));

  return {
    node,
    draw(now) {
      each((kind, layer, head, k) => {
        const tile = all[k][layer][head], rows = now.all[k][layer][head], columns = Math.max(rows.at(-1).length, 1), on = now.on[k][layer][head];
        const chosen = kind === now.kind && layer === now.layer - 1 && head === now.head - 1;
        if (tile.rows !== rows) { tile.shade.fill(rows); place(tile.svg, { viewBox: `0 0 ${columns} ${rows.length}` }); }
        tile.rows = rows;
        place(tile.asked, { y: now.rows[kind], width: columns });
        tile.node.classList.toggle("attn-off", !on);
        place(tile.node, { "aria-checked": String(chosen), tabindex: chosen ? 0 : -1, "aria-label": `${name(kind, layer + 1, head + 1)}${on ? "" : ", off"}; without it ${alone(kind, layer + 1, head + 1)} come out right` });
      });
    },
  };
}

// What asks and what answers in the chosen head's grid.
export function labels({ kind, characters, output }) {
  const written = [...output];
  return [kind === "encoder" ? characters : written, kind === "decoder" ? [START, ...written.slice(0, -1)] : characters];
}

// light(step): a row was clicked that stands for a step.
export function large(light) {
  const shade = ramp(), grid = s("g", {}, ...shade.paths), asked = s("rect", { class: "attn-asked" }), texts = s("g", {}), press = s("rect", { class: "attn-press", x: 0 });
  const ground = s("rect", { class: "attn-none", x: LEFT, y: TOP }), svg = s("svg", { role: "img" }, ground, grid, asked, texts, press);
  let rows = null, tall = 1, steps = false, height = 0;
  press.addEventListener("click", (event) => { if (steps) light(Math.max(1, Math.min(10, Math.floor(((event.clientY - svg.getBoundingClientRect().top) * (height / svg.clientHeight) - TOP) / tall) + 1))); });
  const label = (kind, x, y, size, said) => s("text", { class: kind, x: px(x), y: px(y), dy: "0.35em", style: `font-size:${px(size)}px` }, said);

  return {
    node: h("div", { class: "attn-large" }, svg),
    draw(now, width, high, words) {
      const [asks, answers] = labels(now), wide = Math.min(CELL, (width - LEFT) / answers.length), most = now.isOn ? best(now.given) : -1;
      tall = Math.min(CELL, (high - TOP) / asks.length); steps = now.kind !== "encoder"; height = high;
      if (rows !== now.weights) shade.fill(now.weights);
      rows = now.weights;
      place(svg, { viewBox: `0 0 ${width} ${high}`, "aria-label": words });
      place(grid, { transform: `translate(${LEFT} ${TOP}) scale(${px(wide)} ${px(tall)})` });
      place(ground, { width: px(wide * answers.length), height: px(tall * asks.length) });
      place(asked, { x: LEFT, y: px(TOP + now.row * tall), width: px(wide * answers.length), height: px(tall) });
      place(press, { y: TOP, width, height: px(tall * asks.length) });
      press.classList.toggle("attn-still", !steps);
      texts.replaceChildren(...asks.map((each, i) => label(i === now.row ? "attn-asks attn-most" : "attn-asks", 12, TOP + (i + 0.5) * tall, Math.min(16, 1.2 * tall), each)),
        ...answers.map((each, j) => label(j === most ? "attn-answers attn-most" : "attn-answers", LEFT + (j + 0.5) * wide, 13, Math.min(16, 1.35 * wide), each)));
    },
  };
}

// What is written, with the heads that are on, with the chosen one switched over, and with all: what differs is marked.
export function written(light) {
  const lines = ["writes", "without it", "all heads on"].map((title) => {
    const said = h("span", {}, title), cells = Array.from({ length: 10 }, (_, t) => h("span", { onclick: () => light(t + 1) }));
    return { said, cells, node: h("div", { class: "attn-line", role: "group" }, said, ...cells) };
  });
  return {
    node: h("div", { class: "attn-written" }, ...lines.map((line) => line.node)),
    draw({ output, other, whole, isOn, step }) {
      write(lines[1].said, isOn ? "without it" : "with it");
      [output, other, whole].forEach((text, i) => {
        place(lines[i].node, { "aria-label": `${lines[i].said.textContent}: ${text}` });
        lines[i].cells.forEach((cell, t) => {
          write(cell, text[t] ?? "");
          cell.classList.toggle("attn-now", t === step - 1);
          cell.classList.toggle("attn-differs", i > 0 && text[t] !== output[t]);
        });
      });
    },
  };
}
