// The pictures: symbols in rows, vectors as bar codes, and how much comes back on average. Bars and curves as recall.py
// draws them.
import { h, place, s, write } from "../kit/dom.js";
import { fixed, rounded } from "../kit/format.js";
import { LONGEST, MEMORIES, PRACTISED, SHORTEST, SYMBOLS } from "./recorded.js";

const FINEST = 31, WIDE = 340, TALL = 48;   // steps of a bar; of the bar code, pixels
const SIZE = { narrow: [340, 96], wide: [660, 120] }, LEFT = 26, RIGHT = 12, TOP = 12, LOW = 18;   // of the curves
const TICKS = [2, 10, 20, 30, 40, 50, 60];
const px = (x) => rounded(x, 2);

// Vectors as bar codes, one below the other: a bar for each number, up where it is above zero.
export function bars(strips) {
  const tall = TALL / strips.length;
  return strips.map((strip, j) => strip.map((x, i) => (x === 0 ? "" : `M${px(((i + 0.5) * WIDE) / strip.length)} ${px((j + 0.5) * tall)}v${px((-0.46 * tall * x) / FINEST)}`)).join("")).join("");
}

export function code() {
  const path = s("path", { class: "attn-code" }), svg = s("svg", { class: "attn-held", viewBox: `0 0 ${WIDE} ${TALL}`, preserveAspectRatio: "none", role: "img" }, path);
  return {
    node: svg,
    draw({ strips }, label) { place(path, { d: bars(strips), "stroke-width": px((0.7 * WIDE) / strips[0].length) }); place(svg, { "aria-label": label }); },
  };
}

// A line of symbols; what is wrong stands in a box and is struck through.
export function symbols(label) {
  const cells = Array.from({ length: LONGEST }, () => h("span")), node = h("div", { class: "attn-symbols", role: "img" }, ...cells);
  return {
    node,
    draw(codes, right, tail) {
      cells.forEach((cell, i) => { write(cell, SYMBOLS[codes[i] - 1] ?? ""); cell.classList.toggle("attn-miss", i < codes.length && !right[i]); });
      place(node, { "aria-label": `${label}: ${codes.map((c) => SYMBOLS[c - 1]).join(" ")}${tail}` });
    },
  };
}

// Where the curves lie, in pixels: `form` is narrow or wide.
export function plan({ length, memory, share: { mean } }, form) {
  const [width, height] = SIZE[form], across = (n) => px(LEFT + ((n - SHORTEST) / (LONGEST - SHORTEST)) * (width - LEFT - RIGHT));
  const up = (y) => px(TOP + (1 - y) * (height - TOP - LOW)), points = (end) => MEMORIES[memory].shares.map((told, i) => `${across(SHORTEST + i)} ${up(told[end])}`);
  const curve = (shares) => `M${shares.map((told, i) => `${across(SHORTEST + i)} ${up(told.mean)}`).join("L")}`;
  return { width, height, x: across(length), y: up(mean), practised: across(PRACTISED), levels: [0, 0.5, 1].map(up), ticks: TICKS.map((n) => [across(n), n]),
    band: `M${[...points("high"), ...points("low").reverse()].join("L")}Z`, own: curve(MEMORIES[memory].shares),
    others: Object.keys(MEMORIES).filter((name) => name !== memory).map((name) => curve(MEMORIES[name].shares)) };
}

// move(length): the reader holds the curve at this length.
export function curves(move) {
  const svg = s("svg", { role: "img",
    onpointerdown(event) { svg.setPointerCapture(event.pointerId); hold(event); },
    onpointermove(event) { if (svg.hasPointerCapture(event.pointerId)) hold(event); } });
  let form = "narrow";
  function hold(event) {
    const box = svg.getBoundingClientRect(), [width] = SIZE[form], x = ((event.clientX - box.left) / box.width) * width;
    move(SHORTEST + Math.round((LONGEST - SHORTEST) * Math.min(1, Math.max(0, (x - LEFT) / (width - LEFT - RIGHT)))));
  }
  return {
    node: svg,
    resize(wide) { form = wide ? "wide" : "narrow"; },
    draw(now, label) {
      const { width, height, x, y, practised, levels, ticks, band, own, others } = plan(now, form), base = height - LOW, late = now.length > 40;
      place(svg, { viewBox: `0 0 ${width} ${height}`, "aria-label": label });
      svg.replaceChildren(
        s("path", { class: "attn-level", d: levels.slice(1).map((level) => `M${LEFT} ${level}H${width - RIGHT}`).join("") }),
        ...["0", "½", "1"].map((text, i) => s("text", { class: "attn-tick attn-named", x: LEFT - 4, y: levels[i] + 4 }, text)),
        s("path", { class: "attn-axis", d: `M${LEFT} ${base}H${width - RIGHT}` }),
        ...ticks.map(([t, n]) => s("text", { class: "attn-tick attn-middle", x: t, y: height - 5 }, n)),
        s("path", { class: "attn-practised", d: `M${practised} ${TOP}V${base}` }),
        ...others.map((d) => s("path", { class: "attn-curve", d })),
        s("path", { class: "attn-saved", d: band }), s("path", { class: "attn-curve attn-own", d: own }),
        s("path", { class: "attn-here", d: `M${x} ${TOP - 4}V${base}` }),
        s("path", { class: "attn-spot attn-own", d: "M0 -6L5 0L0 6L-5 0Z", transform: `translate(${x} ${y})` }),
        s("text", { class: `attn-met${late ? " attn-named" : ""}`, x: x + (late ? -9 : 9), y: now.share.mean < 0.9 ? y - 5 : y + 14 }, fixed(now.share.mean)));
    },
  };
}
