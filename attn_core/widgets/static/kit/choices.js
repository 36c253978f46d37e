// How scores are made and turned into weights: scoring function with its parameters, normaliser, temperature.
import { h, number, place, set, write } from "./dom.js";
import { fixed, rounded, short, vector } from "./format.js";

export const SCORES = {
  dot: { name: "dot", formula: "q · k" },
  scaled_dot: { name: "scaled dot", formula: "q · k / √D" },
  general: { name: "general", formula: "q W k" },
  cosine: { name: "cosine", formula: "q · k / (|q| |k|)" },
  linear: { name: "linear", formula: "w · [q; k]" },
  additive: { name: "additive", formula: "v · tanh(q W₁ + k W₂)" },
};
export const NORMALIZERS = {
  softmax: "w = exp(s/T) / Σ exp(s/T)",
  sparsemax: "w = max(s/T − τ, 0), with τ such that Σ w = 1",
  hardmax: "w = 1 for the largest s, 0 for the others",
};

const show = (matrix) => `[${matrix.map((row) => vector(row, short)).join(", ")}]`;
const PARAMETERS = {
  linear: ({ linear_weight }) => `w = ${vector(linear_weight, short)}`,
  additive: ({ query_weight, key_weight, v }) => `W₁ = ${show(query_weight)}  W₂ = ${show(key_weight)}  v = ${vector(v, short)}`,
};

// put(changes): write traits; get(name): read one; among: the scoring functions to choose from.
export function choices({ get, put, among = Object.keys(SCORES) }) {
  const select = (label, name, options) => h("select", { "aria-label": label, onchange: (event) => put({ [name]: event.target.value }) },
    ...options.map(([value, text]) => h("option", { value }, text)));
  const score = select("scoring function", "score", among.map((value) => [value, SCORES[value].name]));
  const normalize = select("normaliser", "normalize", Object.keys(NORMALIZERS).map((name) => [name, name]));
  const warm = h("input", { type: "range", min: -1.3, max: 0.7, step: 0.02, "aria-label": "temperature",
    oninput: () => put({ temperature: rounded(10 ** Number(warm.value), 2) }) });
  const warmth = h("span", { class: "attn-number" });
  const matrix = [0, 1].map((r) => [0, 1].map((c) => number(`W, row ${r + 1}, column ${c + 1}`, (x) => put({
    general_weight: get("general_weight").map((row, i) => row.map((old, j) => (i === r && j === c ? x : old))) }))));
  const general = h("div", { class: "attn-parameters" }, "W = ", h("span", { class: "attn-matrix" }, ...matrix.flat()));
  const fixedParameters = h("p", { class: "attn-parameters" });
  const summary = h("span", {});
  const node = h("details", { class: "attn-choices" }, h("summary", {}, summary),
    h("div", {}, h("label", {}, h("b", {}, "1"), " score ", score), h("label", {}, h("b", {}, "2"), " normalise ", normalize),
      h("label", { class: "attn-warm" }, "temperature ", warm, warmth)),
    general, fixedParameters);

  return {
    node,
    draw(now) {
      set(score, now.score); set(normalize, now.normalize);
      set(warm, rounded(Math.log10(now.temperature), 2)); place(warm, { "aria-valuetext": fixed(now.temperature) });
      warm.disabled = now.normalize === "hardmax";
      write(warmth, warm.disabled ? "none" : fixed(now.temperature));
      write(summary, `score: ${SCORES[now.score].name} · normalise: ${now.normalize}${warm.disabled ? "" : ` · T = ${fixed(now.temperature)}`}`);
      general.hidden = now.score !== "general";
      if (now.general_weight) matrix.forEach((row, r) => row.forEach((input, c) => set(input, now.general_weight[r][c])));
      fixedParameters.hidden = !(now.score in PARAMETERS);
      write(fixedParameters, PARAMETERS[now.score]?.(now) ?? "");
    },
  };
}
