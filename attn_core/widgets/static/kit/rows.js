// One line a key: its similarity under the hand, its score, its weight as a bar with the number, its value; angle,
// length, value, mask and removal unfold below. Then the output.
import { h, number, place, set, write } from "./dom.js";
import { fixed, rounded, share, short, vector } from "./format.js";
import { PLANE, size } from "./plane.js";

// act: what a reader can do, { similarity, angle, length, value, mask, remove, add, lit }: each takes the key's number first.
export function rows(act, { most, beside }) {
  const table = h("div", { class: "attn-rows" });
  const head = h("div", { class: "attn-head", "aria-hidden": "true" }, h("span", {}, "key"), h("span", {}, "similarity"),
    h("span", { class: "attn-score" }, h("b", {}, "1"), " score"), h("span", {}, h("b", {}, "2"), " weight"), h("span", {}, "value"));
  const sum = h("strong", { class: "attn-number" }), total = h("span", { class: "attn-number" });
  const add = h("button", { type: "button", onclick: act.add }, "add a key");
  const kind = h("select", { "aria-label": "values are", title: "values are", onchange: () => act.width(Number(kind.value)) },
    h("option", { value: 1 }, "numbers"), h("option", { value: 2 }, "vectors"));
  const foot = h("div", { class: "attn-foot" },
    h("p", { class: "attn-output" }, h("span", { class: "attn-total" }, h("b", {}, "3"), " sum: weights ", total),
      h("span", {}, h("span", { class: "role-output" }, "output"), " ", sum)),
    h("div", { class: "attn-edit" }, add, kind, ...beside));
  let lines = [];

  function line(j, { key, value }, open) {
    const name = `key ${j + 1}`;
    const part = {
      slide: h("input", { type: "range", min: -1, max: 1, step: 0.01, class: "attn-similarity", "aria-label": `${name}: similarity to the query`,
        oninput: (event) => act.similarity(j, Number(event.target.value)) }),
      similar: h("span", { class: "attn-number" }), score: h("span", { class: "attn-number attn-score" }), scoreToo: h("span", { class: "attn-number" }),
      bar: h("span", { class: "attn-bar" }), weight: h("span", { class: "attn-number" }), value: h("span", { class: "attn-number role-value" }),
      angle: number(`${name}: angle, degrees`, (x) => act.angle(j, x), { step: 1 }),
      length: number(`${name}: length`, (x) => act.length(j, x), { min: 0, max: PLANE.reach }),
      values: value[j].map((_, c) => number(`${name}: value${value[j].length > 1 ? `, ${"xy"[c]}` : ""}`, (x) => act.value(j, c, x), { step: 0.5 })),
      may: h("input", { type: "checkbox", onchange: (event) => act.mask(j, event.target.checked) }),
    };
    part.more = h("div", { class: "attn-more" }, h("span", { class: "attn-narrow" }, "score ", part.scoreToo), h("label", {}, "angle ", part.angle, "°"), h("label", {}, "length ", part.length),
      h("span", {}, "value ", ...part.values), h("label", {}, part.may, " may attend"),
      key.length > 1 ? h("button", { type: "button", "aria-label": `remove ${name}`, onclick() {
        act.remove(j);
        queueMicrotask(() => lines[Math.min(j, lines.length - 1)].unfold.focus());
      } }, "remove") : null);
    part.unfold = h("button", { type: "button", class: "attn-unfold", "aria-label": `${name}: angle, length, value, mask, remove`, onclick: () => show(part.more.hidden) });
    const show = (wanted) => { part.more.hidden = !wanted; place(part.unfold, { "aria-expanded": wanted }); };
    show(open);
    part.row = h("div", { class: "attn-row", role: "group", onfocusin: () => act.lit(j), onfocusout: () => act.lit(null) },
      h("span", { class: "attn-name role-key" }, j + 1), part.slide, part.similar, part.score,
      h("span", { class: "attn-weight" }, h("span", { class: "attn-track" }, part.bar), part.weight), part.value, part.unfold, part.more);
    return part;
  }

  return {
    nodes: [table, foot],

    build(now) {
      const open = lines.map((part) => !part.more.hidden);
      lines = now.key.map((_, j) => line(j, now, open[j] ?? false));
      table.replaceChildren(head, ...lines.map((part) => part.row));
    },

    draw({ key, value, mask, scores, weights, output, similar }, { angles, words, shown }) {
      lines.forEach((part, j) => {
        place(part.row, { "aria-label": words[j] });
        part.row.classList.toggle("attn-masked", !mask[j]);
        part.row.classList.toggle("attn-lit", shown === j);
        set(part.slide, rounded(similar[j], 2));
        place(part.slide, { "aria-valuetext": `${fixed(similar[j])}; weight ${share(weights[j])}` });
        write(part.similar, fixed(similar[j])); write(part.score, fixed(scores[j])); write(part.scoreToo, fixed(scores[j]));
        write(part.weight, share(weights[j])); write(part.value, vector(value[j], short));
        part.bar.style.width = `${rounded(100 * weights[j], 2)}%`;
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
