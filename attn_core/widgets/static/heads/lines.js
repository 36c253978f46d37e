// The drawing: for each head a button, its small grid and the lit row as bars; their mean; the output as a strip.
import { h, place, s, write } from "../kit/dom.js";
import { rounded, share } from "../kit/format.js";
import { ROOMS, WIDTH } from "./roles.js";
import { NAMES, holds, moved, quoted, roles, top } from "./adding.js";

const UNIT = 5, HIGH = 24;   // of the strip: the width of a number, and its height on each side of zero

const named = (form, heads) => roles(form, heads).map((each) => each.map((role) => NAMES[role]).join(" + "));
const told = (words, weights) => words.map((word, j) => `${quoted(word)} ${share(weights[j])}`).join(", ");

// What is said of the lit row, head by head.
export const spoken = ({ words, weights, at, lit, form, num_heads: heads }) => `${quoted(words[at])} asks · ${named(form, heads)
  .map((name, g) => `head ${g + 1}, ${lit[g] ? `${name}: ${quoted(words[top(weights[g][at])])} ${share(Math.max(...weights[g][at]))}` : "off"}`).join(" · ")}`;

// light(row): light a row; flip(head): turn a head on or off.
export function lines({ light, flip }) {
  const node = h("div", { class: "attn-lines" });
  let shown = null, head = [], all = [];

  function grid(n) {
    const cells = Array.from({ length: n }, (_, i) => Array.from({ length: n }, (_, j) => (i === j ? null : s("rect", { x: j, y: i, width: 1, height: 1 }))));
    const asked = s("rect", { class: "attn-asked", x: 0, width: n, height: 1 });
    const under = (event) => {
      const box = svg.getBoundingClientRect();
      light(Math.min(n - 1, Math.max(0, Math.floor((event.clientY - box.top) / box.height * n))));
    };
    const svg = s("svg", { class: "attn-small", viewBox: `0 0 ${n} ${n}`, role: "img", onpointermove(event) { if (event.pointerType === "mouse") under(event); }, onclick: under }, ...cells.flat(), asked);
    return { svg, cells, asked };
  }
  function line(n, g) {
    const own = grid(n), hint = h("span", { class: "attn-hint" });
    const switched = g === null ? h("span", { class: "attn-hint attn-short" }, "mean") : h("button", { type: "button", onclick: () => flip(g) }, String(g + 1));
    const bars = Array.from({ length: n }, () => {
      const bar = h("span", { class: "attn-bar" }), text = h("span", { class: "attn-number" });
      return { bar, text, node: h("div", { class: "attn-weight" }, h("span", { class: "attn-track" }, bar), text) };
    });
    return { ...own, hint, switched, bars, node: h("div", { class: g === null ? "attn-of attn-mean" : "attn-of", role: "group" }, switched, hint, own.svg, ...bars.map((each) => each.node)) };
  }
  function build({ words, n, num_heads: heads }) {
    head = words.map((word) => h("span", { class: "attn-answers" }, word));
    all = [...Array.from({ length: heads }, (_, g) => line(n, g)), line(n, null)];
    node.style.setProperty("--attn-many", n); node.style.setProperty("--attn-heads", heads); node.classList.toggle("attn-eight", heads === 8);
    node.replaceChildren(h("div", { class: "attn-of attn-top" }, h("span", { class: "attn-hint attn-short" }, "head"), h("span"), h("span"), ...head), ...all.map((each) => each.node));
  }

  return {
    node,
    draw(now) {
      const { words, n, at, lit, weights, mean, form, num_heads: heads } = now, names = named(form, heads);
      if (shown !== (shown = JSON.stringify([words, heads]))) build(now);
      head.forEach((word, j) => word.classList.toggle("attn-own", j === at));
      all.forEach(({ svg, cells, asked, hint, switched, bars, node: one }, g) => {
        const each = g < heads, on = !each || lit[g], values = each ? weights[g] : mean, row = values[at];
        const name = each ? `head ${g + 1}, ${on ? names[g] : "off"}` : "mean of the heads that are on";
        const most = Math.max(...row), best = top(row);
        one.classList.toggle("attn-off", !on);
        write(hint, each ? (on ? names[g] : "off") : lit.every(Boolean) ? "mean of all heads" : "mean of those on");
        if (each) place(switched, { "aria-pressed": String(on), "aria-label": `head ${g + 1}, ${names[g]}` });
        cells.forEach((line, i) => line.forEach((cell, j) => cell && place(cell, { "fill-opacity": rounded(values[i][j], 2) })));
        place(asked, { y: at });
        place(svg, { "aria-label": most > 0 ? `${name}: ${n} words ask, row ${at + 1}, ${quoted(words[at])}, gives most to ${quoted(words[best])}` : `${name}: no weights` });
        place(one, { "aria-label": `${name}: ${told(words, row)}` });
        bars.forEach(({ bar, text, node: cell }, j) => {
          bar.style.height = `${rounded(100 * row[j], 2)}%`; write(text, share(row[j]));
          cell.classList.toggle("attn-largest", most > 0 && row[j] > most - 1e-9); cell.classList.toggle("attn-own", j === at); cell.classList.toggle("attn-tiny", row[j] < 0.005);
        });
      });
    },
  };
}

// What is written: 64 numbers as bars from a zero line, dotted where they stand with all heads on, and what they hold.
export function strip() {
  const bars = s("path", { class: "attn-written" }), ghost = s("path", { class: "attn-ghost" }), edges = s("path", { class: "attn-edges" });
  const svg = s("svg", { viewBox: `0 0 ${WIDTH * UNIT} ${2 * HIGH}`, preserveAspectRatio: "none", role: "img" }, edges, bars, ghost);
  const far = h("span", { class: "attn-number" }), rooms = h("div", { class: "attn-rooms" });
  const path = (numbers, scale, one) => numbers.map((x, i) => one(i * UNIT, rounded(HIGH - HIGH * x / scale, 1))).join("");

  return {
    node: h("div", { class: "attn-wrote" }, h("p", {}, h("b", { class: "role-output" }, "output"), " ", far), svg, rooms),
    draw(now) {
      const { output, before, form, words, at } = now, scale = Math.max(...before.map(Math.abs)) || 1, held = holds(now), count = ROOMS[form];
      place(bars, { d: path(output, scale, (x, y) => `M${x + 1} ${HIGH}V${y}h${UNIT - 2}V${HIGH}z`) });
      place(ghost, { d: path(before, scale, (x, y) => `M${x + 0.5} ${y}h${UNIT - 1}`) });
      place(edges, { d: Array.from({ length: count - 1 }, (_, r) => `M${(r + 1) * WIDTH * UNIT / count} 0v${2 * HIGH}`).join("") + `M0 ${HIGH}H${WIDTH * UNIT}` });
      write(far, moved(now));
      place(svg, { "aria-label": `output of ${quoted(words[at])}, ${moved(now)}; ${held.map(([name, what]) => `${name}: ${what}`).join("; ")}` });
      rooms.style.setProperty("--attn-rooms", count);
      if (rooms.childElementCount !== count) rooms.replaceChildren(...held.map(() => h("p", {}, h("span", {}), h("span", {}))));
      held.forEach((texts, r) => texts.forEach((text, i) => write(rooms.children[r].children[i], text)));
    },
  };
}
