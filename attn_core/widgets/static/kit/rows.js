// The keys of the plane, one line each: value beside the three numbers; angle, length, value, mask and removal unfold
// below. Then the output.
import { h, number, set, write } from "./dom.js";
import { fixed, rounded, short, vector } from "./format.js";
import { heading, line } from "./line.js";
import { PLANE, size } from "./plane.js";

// act: what a reader can do, { similarity, angle, length, value, mask, remove, add, lit }: each takes the key's number first.
export function rows(act, { most, beside }) {
  const table = h("div", { class: "attn-rows" }), head = heading("key", "value");
  const sum = h("strong", { class: "attn-number" }), total = h("span", { class: "attn-number" });
  const add = h("button", { type: "button", onclick: act.add }, "add a key");
  const kind = h("select", { "aria-label": "values are", title: "values are", onchange: () => act.width(Number(kind.value)) },
    h("option", { value: 1 }, "numbers"), h("option", { value: 2 }, "vectors"));
  const foot = h("div", { class: "attn-foot" },
    h("p", { class: "attn-output" }, h("span", { class: "attn-total" }, h("b", {}, "3"), " sum: weights ", total),
      h("span", {}, h("span", { class: "role-output" }, "output"), " ", sum)),
    h("div", { class: "attn-edit" }, add, kind, ...beside));
  let lines = [];

  function keyLine(j, { key, value }, open) {
    const name = `key ${j + 1}`;
    const part = {
      value: h("span", { class: "attn-number role-value" }), scoreToo: h("span", { class: "attn-number" }),
      angle: number(`${name}: angle, degrees`, (x) => act.angle(j, x), { step: 1 }),
      length: number(`${name}: length`, (x) => act.length(j, x), { min: 0, max: PLANE.reach }),
      values: value[j].map((_, c) => number(`${name}: value${value[j].length > 1 ? `, ${"xy"[c]}` : ""}`, (x) => act.value(j, c, x), { step: 0.5 })),
      may: h("input", { type: "checkbox", onchange: (event) => act.mask(j, event.target.checked) }),
    };
    const more = h("div", { class: "attn-more" }, h("span", { class: "attn-narrow" }, "score ", part.scoreToo), h("label", {}, "angle ", part.angle, "°"), h("label", {}, "length ", part.length),
      h("span", {}, "value ", ...part.values), h("label", {}, part.may, " may attend"),
      key.length > 1 ? h("button", { type: "button", "aria-label": `remove ${name}`, onclick() {
        act.remove(j);
        queueMicrotask(() => lines[Math.min(j, lines.length - 1)].unfold.focus());
      } }, "remove") : null);
    return { ...part, ...line(j, act, { name, hint: "angle, length, value, mask, remove", last: part.value, more, open }) };
  }

  return {
    nodes: [table, foot],

    build(now) {
      const open = lines.map((part) => !part.more.hidden);
      lines = now.key.map((_, j) => keyLine(j, now, open[j] ?? false));
      table.replaceChildren(head, ...lines.map((part) => part.row));
    },

    draw({ key, value, mask, scores, weights, output, similar }, { angles, words, shown }) {
      lines.forEach((part, j) => {
        part.draw(similar[j], scores[j], weights[j], { words: words[j], masked: !mask[j], lit: shown === j });
        write(part.value, vector(value[j], short)); write(part.scoreToo, fixed(scores[j]));
        set(part.angle, Math.round(angles.key[j]) % 360); set(part.length, rounded(size(key[j]), 2));
        part.values.forEach((input, c) => set(input, value[j][c]));
        part.may.checked = mask[j];
      });
      table.classList.toggle("attn-vectors", value[0].length > 1);
      write(sum, vector(output)); write(total, fixed(weights.reduce((a, b) => a + b, 0)));
      add.disabled = key.length >= most;
      set(kind, value[0].length);
    },
  };
}
