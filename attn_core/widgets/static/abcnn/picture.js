// The matrix of matches: the first sentence down, the second across, with sums beside and below.
import { h, place, write } from "../kit/dom.js";
import { fixed, rounded } from "../kit/format.js";
import { NAMES, sum } from "./matching.js";

// light(row): follow a word.
export function matrix({ light }) {
  const title = h("p", { class: "attn-title" }), node = h("div", { class: "attn-matches", role: "img" });
  let shown = null, rows = [], sums = [], all = null;

  function build({ axes: [down, across], words: [first] }) {
    const last = first.length - 1;
    rows = down.map((name, i) => {
      const cells = across.map(() => h("span", { class: "attn-cell" })), own = h("span", { class: "attn-sum" });
      const go = () => light(Math.min(i, last));
      return { cells, own, node: h("div", { class: "attn-line", onclick: go }, h("span", { class: "attn-down", title: name }, name), ...cells, own) };
    });
    sums = across.map(() => h("span", { class: "attn-sum" })); all = h("span", { class: "attn-sum" });
    node.style.setProperty("--attn-across", across.length); node.style.setProperty("--attn-down", down.length);
    node.replaceChildren(
      h("div", { class: "attn-line attn-top" }, h("span"), ...across.map((name) => h("span", { class: "attn-over", title: name }, h("span", {}, name))), h("span", { class: "attn-sum" }, "sum")),
      ...rows.map((row) => row.node), h("div", { class: "attn-line attn-below" }, h("span", { class: "attn-down" }, "sum"), ...sums, all));
  }

  return {
    nodes: [title, node],
    draw(now) {
      const { axes, matches, lit, form, kernel_size: size } = now, [down, across] = axes;
      if (shown !== (shown = JSON.stringify(axes))) build(now);
      write(title, `A: matches of ${form === 1 ? "words" : size === 1 ? "words behind the filters" : `windows of ${size} words`}`);
      rows.forEach(({ cells, own, node: line }, i) => {
        line.classList.toggle("attn-lit", lit.includes(i));
        line.classList.toggle("attn-begins", lit[0] === i); line.classList.toggle("attn-ends", lit.at(-1) === i);
        cells.forEach((cell, j) => { cell.style.setProperty("--attn-share", rounded(matches[i][j])); write(cell, fixed(matches[i][j])); });
        write(own, fixed(sum(matches[i])));
      });
      sums.forEach((cell, j) => write(cell, fixed(sum(matches.map((row) => row[j])))));
      write(all, fixed(sum(matches.map(sum))));
      const told = lit.map((i) => `${down[i]}: ${across.map((name, j) => `${name} ${fixed(matches[i][j])}`).join(", ")}; sum ${fixed(sum(matches[i]))}`);
      place(node, { "aria-label": `matches, ABCNN-${form}, ${NAMES[form]}: ${down.length} rows and ${across.length} columns. ${told.join(". ")}` });
    },
  };
}
