// The question as a mix: one slider for the interest in each subject. Together they are the query.
import { h, place, set, write } from "./dom.js";
import { fixed } from "./format.js";

export const interest = (x) => fixed(x, Number.isInteger(x) ? 0 : 1);

// ask(c, x): interest in subject c, 0 to 10.
export function question(ask) {
  const node = h("div", { class: "attn-question", role: "group", "aria-label": "the question: interest in each subject" });
  let parts = [];
  return {
    node,
    build({ subjects }) {
      parts = subjects.map((name, c) => {
        const slide = h("input", { type: "range", min: 0, max: 10, step: 0.5, "aria-label": `question: interest in ${name}`, oninput: () => ask(c, Number(slide.value)) });
        return { slide, text: h("span", { class: "attn-number" }), name };
      });
      node.replaceChildren(...parts.map(({ slide, text, name }) => h("label", {}, h("span", {}, name), text, slide)));
    },
    draw({ query }) {
      parts.forEach(({ slide, text }, c) => { set(slide, query[c]); place(slide, { "aria-valuetext": interest(query[c]) }); write(text, interest(query[c])); });
    },
  };
}
