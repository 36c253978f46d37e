// One line a key: its similarity under the hand, its score, its weight as a bar with the number. What a widget adds
// stands beside them or unfolds below.
import { h, place, set, write } from "./dom.js";
import { fixed, rounded, share } from "./format.js";

export const heading = (key, ...last) => h("div", { class: "attn-head", "aria-hidden": "true" }, h("span", {}, key), h("span", {}, "similarity"),
  h("span", { class: "attn-score" }, h("b", {}, "1"), " score"), h("span", {}, h("b", {}, "2"), " weight"), ...last.map((text) => h("span", {}, text)));

// name: how the key is called; hint: what unfolds; to: what it is compared with; title, last, more: elements; act: { similarity(j, x), lit(j or null) }.
export function line(j, act, { name, hint, to = "query", title = null, last = null, more, open }) {
  const slide = h("input", { type: "range", min: -1, max: 1, step: 0.01, class: "attn-similarity", "aria-label": `${name}: similarity to the ${to}`,
    oninput: () => act.similarity(j, Number(slide.value)) });
  const similar = h("span", { class: "attn-number" }), score = h("span", { class: "attn-number attn-score" });
  const bar = h("span", { class: "attn-bar" }), weight = h("span", { class: "attn-number" });
  const unfold = h("button", { type: "button", class: "attn-unfold", "aria-label": `${name}: ${hint}`, onclick: () => show(more.hidden) });
  const show = (wanted) => { more.hidden = !wanted; place(unfold, { "aria-expanded": String(wanted) }); };
  show(open);
  const row = h("div", { class: "attn-row", role: "group", onfocusin: () => act.lit(j), onfocusout: () => act.lit(null) },
    h("span", { class: "attn-name role-key" }, j + 1), title, slide, similar, score, h("span", { class: "attn-weight" }, h("span", { class: "attn-track" }, bar), weight), last, unfold, more);

  return {
    row, unfold, more, slide,
    draw(similarity, s, w, { words, masked, lit }) {
      place(row, { "aria-label": words });
      row.classList.toggle("attn-masked", masked);
      row.classList.toggle("attn-lit", lit);
      set(slide, rounded(similarity, 2));
      place(slide, { "aria-valuetext": `${fixed(similarity)}; weight ${share(w)}` });
      write(similar, fixed(similarity)); write(score, fixed(s)); write(weight, share(w));
      bar.style.width = `${rounded(100 * w, 2)}%`;
    },
  };
}
