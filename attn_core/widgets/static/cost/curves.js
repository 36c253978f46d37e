// The picture: what each position costs against the length, both on logarithmic axes. The same drawing as curves.py.
import { place, s } from "../kit/dom.js";
import { rounded } from "../kit/format.js";
import { LAYERS, LONGEST, SHORTEST, about, big, grouped, lasting } from "./layers.js";

const SIZE = { narrow: [340, 190], wide: [660, 250] }, LEFT = 118, RIGHT = 40, TOP = 18, LOW = 20, ROOM = 12.5;   // pixels
const TOPMOST = 48;   // d² multiply-adds: the upper end of the picture
const TICKS = [16, 128, 1024, 8192, 65536];
const px = (x) => rounded(x, 2);

// Where everything lies, in pixels: `form` is narrow or wide.
export function plan(now, form) {
  const [width, height] = SIZE[form], timed = now.view === "time", shown = now.rows.filter((row) => !timed || row.times !== null);
  const cost = (row, n) => row.matrices * now.d ** 2 + row.pairs * n * now.d;   // multiply-adds for each position
  const lines = shown.map((row) => (timed ? now.measured.n.map((n, i) => [n, row.times[i] / n]) : lengths(row, now.d).map((n) => [n, cost(row, n)])));
  const all = lines.flat().map(([, y]) => y), low = timed ? 0.8 * Math.min(...all) : 0.8 * now.d ** 2, high = timed ? 1.25 * Math.max(...all) : TOPMOST * now.d ** 2;
  const across = (n) => LEFT + (Math.log2(n / SHORTEST) / 12) * (width - LEFT - RIGHT);
  const up = (y) => TOP + (Math.log(high / y) / Math.log(high / low)) * (height - TOP - LOW);
  const path = (points) => `M${points.map(([n, y]) => `${px(across(n))} ${px(up(y))}`).join("L")}`;

  const here = shown.map((row) => (timed ? row.seconds / now.at : cost(row, now.at)));
  const rival = shown.find(({ name }) => name === now.rival), end = rival?.crossing ?? 0;   // of where attention is cheaper
  const meets = (timed ? rival?.meets ?? [] : [end]).filter((n) => n >= SHORTEST && n <= LONGEST);
  let saved = "";   // between the two curves
  if (!timed && end >= SHORTEST) {
    const last = Math.min(end, LONGEST), back = [last, SHORTEST].map((n) => [n, cost(rival, n)]);
    saved = `${path([...lines[0].filter(([n]) => n < last), [last, cost(shown[0], last)], ...back])}Z`;
  }
  const decades = Array.from({ length: 20 }, (_, i) => 10 ** (i - 9)).filter((y) => y >= low && y <= high);
  return {
    width, height, saved, x: px(across(now.at)),
    ticks: TICKS.map((n) => [px(across(n)), grouped(n)]),
    levels: decades.map((y) => [px(up(y)), (timed ? lasting(y) : big(y)).replace(/\.0+/, "")]),
    labels: apart(lines.map(([[, y]]) => up(y)), TOP + 4, height - LOW - 4).map(px),
    lines: shown.map(({ name }, i) => ({ name, d: path(lines[i]), x: px(across(now.at)), y: px(Math.max(TOP - 2, up(here[i]))), out: here[i] > high })),
    rings: meets.map((n) => [px(across(n)), px(up(timed ? between(now.measured.n, rival.times, n) / n : cost(rival, n))), timed ? `≈ ${about(n)}` : grouped(n)]),
  };
}

// Lengths between which a line is straight, up to where it leaves the picture.
function lengths({ matrices, pairs }, d) {
  const end = pairs ? Math.min(LONGEST, ((TOPMOST - matrices) * d) / pairs) : LONGEST;
  return [...Array.from({ length: pairs ? 25 : 1 }, (_, i) => SHORTEST * 2 ** (i / 2)).filter((n) => n < end), end];
}

// A measured curve at a length, on the straight lines of the drawing.
function between(n, a, x) {
  if (n.includes(x)) return a[n.indexOf(x)];
  const i = n.findIndex((y) => y > x), share = Math.log(x / n[i - 1]) / Math.log(n[i] / n[i - 1]);
  return Math.exp(Math.log(a[i - 1]) + share * Math.log(a[i] / a[i - 1]));
}

// Places for labels as close to where they belong as their order and the picture allow.
function apart(middles, least, most) {
  const order = middles.map((_, i) => i).sort((a, b) => middles[a] - middles[b]), places = middles.map(() => 0);   // from top to bottom
  let limit = least;
  for (const i of order) { places[i] = Math.max(middles[i], limit); limit = places[i] + ROOM; }
  limit = most;
  for (const i of order.reverse()) { places[i] = Math.min(places[i], limit); limit = places[i] - ROOM; }
  return places;
}

const formula = ({ matrices, pairs }) => `${matrices}d²${pairs ? " + 2nd" : ""}`;

// move(octaves): the reader holds the picture this far above the shortest length.
export function picture(move) {
  const svg = s("svg", { role: "img",
    onpointerdown(event) { svg.setPointerCapture(event.pointerId); hold(event); },
    onpointermove(event) { if (svg.hasPointerCapture(event.pointerId)) hold(event); } });
  let form = "narrow";
  function hold(event) {
    const box = svg.getBoundingClientRect(), [width] = SIZE[form], x = ((event.clientX - box.left) / box.width) * width;
    move(12 * Math.min(1, Math.max(0, (x - LEFT) / (width - LEFT - RIGHT))));
  }
  return {
    node: svg,
    resize(wide) { form = wide ? "wide" : "narrow"; },
    draw(now, label) {
      const { width, height, saved, x, ticks, levels, labels, lines, rings } = plan(now, form), base = height - LOW;
      const rows = lines.map(({ name }) => now.rows.find((row) => row.name === name));
      const named = (row) => (now.view === "time" ? `${row.short}${row.name === "convolution" ? `, k = ${now.k}` : ""}` : `${row.short} ${formula(row)}`);
      const kind = (what, { name }) => `attn-${what}${name === LAYERS[0].name ? " attn-own" : name === now.rival ? " attn-rival" : ""}`;
      place(svg, { viewBox: `0 0 ${width} ${height}`, "aria-label": label });
      svg.replaceChildren(
        s("path", { class: "attn-level", d: levels.map(([y]) => `M${LEFT} ${y}H${width - RIGHT}`).join("") }),
        ...levels.map(([y, text]) => s("text", { class: "attn-tick", x: width - RIGHT + 4, y, dy: "0.36em" }, text)),
        s("path", { class: "attn-axis", d: `M${LEFT} ${base}H${width - RIGHT}${ticks.map(([t]) => `M${t} ${base}v4`).join("")}` }),
        ...ticks.map(([t, text]) => s("text", { class: "attn-tick attn-middle", x: t, y: height - 4 }, text)),
        s("text", { class: "attn-tick attn-named", x: LEFT - 16, y: height - 4 }, "length n"),
        s("path", { class: "attn-saved", d: saved }),
        s("path", { class: "attn-here", d: `M${x} ${TOP - 4}V${base}` }),
        ...(saved ? [s("text", { class: "attn-tick attn-met", x: LEFT + 6, y: base - 7 }, "shaded: attention is cheaper")] : []),
        s("text", { class: "attn-middle", x: Math.min(x, width - 40), y: 10 }, `n = ${grouped(now.at)}`),
        ...lines.map((line, i) => s("path", { class: kind("curve", line), d: line.d, "stroke-dasharray": rows[i].dash })),
        ...lines.map((line, i) => s("text", { class: kind("named", line), x: LEFT - 6, y: labels[i], dy: "0.36em" }, named(rows[i]))),
        ...lines.map((line, i) => s("path", { class: kind("spot", line), d: line.out ? "M-4 4L0 -3L4 4" : rows[i].mark, transform: `translate(${line.x} ${line.y})` })),
        ...rings.flatMap(([cx, cy, text]) => [s("circle", { class: "attn-ring", cx, cy, r: 8 }), s("text", { class: "attn-met", x: cx + 9, y: cy + 15 }, text)]));
    },
  };
}

// How a layer is drawn, beside its name.
export const swatch = ({ name, dash, mark }) => s("svg", { class: `attn-swatch${name === LAYERS[0].name ? " attn-own" : ""}`, viewBox: "0 0 30 12", width: 30, height: 12, "aria-hidden": "true" },
  s("path", { class: "attn-curve", d: "M0 6H30", "stroke-dasharray": dash }), s("path", { class: "attn-spot", d: mark, transform: "translate(15 6)" }));
