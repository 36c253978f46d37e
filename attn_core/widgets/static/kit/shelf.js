// The books, one line each: title, card and time above the three numbers; the card's entries, what the book holds and
// whether it is lent out unfold below. Then what one knows in the end.
import { h, number, place, s, set, write } from "./dom.js";
import { fixed, rounded } from "./format.js";
import { heading, line } from "./line.js";

const BAR = 8, TALL = 24, ZERO = 15, UNIT = 10;   // pixels: width of a bar, height of a card, its zero line, an entry of 1
export const timed = (m) => (m > 0 && m < 0.5 ? "<1" : fixed(m, 0));   // minutes: a glance is not nothing
const tall = (x) => rounded(Math.max(ZERO + 2 - TALL, Math.min(ZERO - 2, UNIT * x)), 2);

// A card: an entry for each subject as a bar, the interest in it as a dot, so that one sees where the two agree.
function card(subjects) {
  const bars = subjects.map((_, c) => s("rect", { x: 4 + c * BAR, width: BAR - 3 })), dots = subjects.map((_, c) => s("circle", { cx: 4 + c * BAR + (BAR - 3) / 2, r: 1.8 }));
  const wide = subjects.length * BAR + 5;
  return {
    node: s("svg", { class: "attn-card", viewBox: `0 0 ${wide} ${TALL}`, width: wide, height: TALL, "aria-hidden": "true" }, s("rect", { class: "attn-paper", x: 0.5, y: 0.5, width: wide - 1, height: TALL - 1, rx: 2.5 }), s("path", { d: `M2 ${ZERO}H${wide - 2}` }), ...bars, ...dots),
    draw(query, key) {
      const most = Math.max(...query) || 1;
      bars.forEach((bar, c) => place(bar, { y: Math.min(ZERO, ZERO - tall(key[c])), height: Math.abs(tall(key[c])) }));
      dots.forEach((dot, c) => place(dot, { cy: ZERO - tall(query[c] / most), visibility: query[c] === 0 && "hidden" }));
    },
  };
}

// act: what a reader can do, { similarity, entry, mask, lit, restore }; mix(shares): a mix of subjects in words.
export function shelf(act, { mix, beside }) {
  const table = h("div", { class: "attn-rows" }), head = heading("book");
  const known = h("strong", {}), total = h("span", { class: "attn-number" });
  const restore = h("button", { type: "button", onclick: act.restore }, "put the cards back");
  const foot = h("div", { class: "attn-foot" },
    h("p", { class: "attn-output" }, h("span", { class: "attn-total" }, h("b", {}, "3"), " sum: weights ", total), h("span", {}, h("span", { class: "role-output" }, "you know"), " ", known)),
    h("div", { class: "attn-edit" }, restore, ...beside));
  let lines = [];

  function bookLine(j, { books, subjects }, open) {
    const name = `book ${j + 1}, ${books[j]}`;
    const part = {
      card: card(subjects), time: h("span", { class: "attn-time" }), holds: h("span", { class: "attn-holds" }), scoreToo: h("span", { class: "attn-number" }),
      entries: subjects.map((subject, c) => number(`${name}: card, ${subject}`, (x) => act.entry(j, c, x), { min: -10, max: 10 })),
      may: h("input", { type: "checkbox", onchange: (event) => act.mask(j, event.target.checked) }),
    };
    const more = h("div", { class: "attn-more" }, h("span", { class: "attn-narrow" }, "score ", part.scoreToo), h("span", { class: "role-key" }, "the card"),
      ...part.entries.map((input, c) => h("label", {}, subjects[c], " ", input)),
      h("span", {}, h("span", { class: "role-value" }, "the book"), " ", part.holds), h("label", {}, part.may, " on the shelf"));
    const title = h("span", { class: "attn-title" }, h("span", {}, books[j]), part.card.node, part.time);
    return { ...part, ...line(j, act, { name, hint: "its card, its content, lent out", to: "question", title, more, open }) };
  }

  return {
    nodes: [table, foot],

    build(now) {
      const open = lines.map((part) => !part.more.hidden);
      lines = now.books.map((_, j) => bookLine(j, now, open[j] ?? false));
      table.replaceChildren(head, ...lines.map((part) => part.row));
    },

    draw({ query, key, value, mask, scores, weights, output, similar, minutes }, { words, shown, moved }) {
      const silent = query.every((x) => x === 0);
      lines.forEach((part, j) => {
        part.draw(similar[j], scores[j], weights[j], { words: words[j], masked: !mask[j], lit: shown === j });
        part.slide.disabled = silent;   // a card cannot be turned towards nothing
        part.card.draw(query, key[j]);
        write(part.time, mask[j] ? `${timed(minutes[j])} min` : "lent out");
        write(part.holds, mix(value[j])); write(part.scoreToo, fixed(scores[j]));
        part.entries.forEach((input, c) => set(input, rounded(key[j][c], 2)));
        part.may.checked = mask[j];
      });
      write(known, mix(output)); write(total, fixed(weights.reduce((a, b) => a + b, 0)));
      restore.disabled = !moved;
    },
  };
}
