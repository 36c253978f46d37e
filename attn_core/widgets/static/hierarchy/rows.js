// The drawing: a line for each sentence, with its words shaded by what they have of the whole, and a line for each word of the opened one.
import { h, place, write } from "../kit/dom.js";
import { fixed, rounded, share, short } from "../kit/format.js";
import { bare, heard, quoted } from "./weighing.js";

const digits = (kind = "") => h("span", { class: `attn-number${kind}` });
const shade = (node, weight) => node.style.setProperty("--attn-share", rounded(weight));
const weighed = () => {
  const text = digits(), node = h("span", { class: "attn-weight" }, text);
  return { node, draw(weight) { shade(node, weight); write(text, share(weight)); } };   // the number on a bar
};

// act.open(sentence, word): word only where one was pointed at.
export function sentences(act) {
  const list = h("div", { class: "attn-document", role: "group", "aria-label": "sentences of the document" });
  const made = h("p", { class: "attn-total attn-made" });   // what joins the two levels
  let lines = [];
  return {
    node: list,
    build({ words }) {
      lines = words.map((row, i) => {
        const weight = weighed(), score = digits(" attn-score");
        const texts = row.map((word, j) => h("span", { class: "attn-has", "data-word": j + 1 }, word));
        const node = h("button", { type: "button", class: "attn-sentence", onclick: (event) => act.open(i + 1, Number(event.target.dataset?.word ?? 0)) },
          h("span", { class: "attn-name", "aria-hidden": "true" }, i + 1), h("span", { class: "attn-line-of-words", "aria-hidden": "true" }, ...texts.flatMap((text) => [text, " "])), score, weight.node);
        return { weight, score, texts, node };
      });
      list.replaceChildren(made, h("div", { class: "attn-sentence attn-over", "aria-hidden": "true" }, h("span"), h("span", { class: "attn-what" }, "sentence"), h("span", { class: "attn-score" }, "score"), h("span", {}, "weight")),
        ...lines.map((line) => line.node));
    },
    draw(now) {
      const [at] = now.hand;
      write(made, now.pool === "max" ? "sentence score: the largest of its words" : "sentence score: Σ word weight × word score");
      lines.forEach(({ weight, score, texts, node }, i) => {
        weight.draw(now.sentenceWeights[i]); write(score, fixed(now.vectors[i][2]));
        texts.forEach((text, j) => {
          shade(text, now.whole[i][j]);
          text.classList.toggle("attn-planted", i === now.key[0] && j === now.key[1]);
        });
        shade(node, now.sentenceWeights[i]);
        place(node, { "aria-pressed": String(i === at), "aria-label": `sentence ${i + 1}: ${now.sentences[i]} score ${fixed(now.vectors[i][2])}, weight ${share(now.sentenceWeights[i])}` });
      });
    },
  };
}

// act.choose(word)
export function words(act) {
  const line = (j) => {
    const weight = weighed(), score = digits(), whole = digits(), name = h("span", { class: "attn-word" }), tag = h("small", {}, "key");
    const node = h("button", { type: "button", class: "attn-one", onclick: () => act.choose(j + 1) }, h("span", { class: "attn-named" }, name, tag), score, weight.node, whole);
    return { weight, score, whole, name, tag, node };
  };
  let lines = [];
  const number = h("span"), above = h("span", { class: "attn-narrow" }), title = h("p", { class: "attn-opened" }, number, above);
  const list = h("div", { class: "attn-words", role: "group" }, title,
    h("div", { class: "attn-one attn-over", "aria-hidden": "true" }, h("span", {}, "word"), h("span", {}, "score"), h("span", {}, "weight"), h("span", {}, "whole")));
  // A line for each word; those that are there stay, and keep the focus.
  function fit(many) {
    while (lines.length > many) lines.pop().node.remove();
    while (lines.length < many) lines.push(line(lines.length));
    list.append(...lines.map((part) => part.node).filter((node) => node.parentElement !== list));
  }
  return {
    node: list,
    draw(now) {
      const [at, chosen] = now.hand;
      fit(now.words[at].length);
      write(number, `sentence ${at + 1}`); write(above, ` · score ${fixed(now.vectors[at][2])} · weight ${share(now.sentenceWeights[at])}`);
      place(list, { "aria-label": `words of sentence ${at + 1}` });
      lines.forEach(({ weight, score, whole, name, tag, node }, j) => {
        write(name, bare(now.words[at][j])); write(score, short(now.scores[at][j])); write(whole, share(now.whole[at][j]));
        weight.draw(now.wordWeights[at][j]);
        tag.hidden = at !== now.key[0] || j !== now.key[1];
        place(node, { "aria-pressed": String(j === chosen), "aria-label": `${tag.hidden ? "" : "key word "}${heard(now, [at, j])}` });
      });
    },
  };
}

export const chosen = (now) => `score of ${quoted(now, now.hand)}`;
