// The three steps with formula, shapes and live numbers.
import { NORMALIZERS, SCORES } from "./choices.js";
import { h, write } from "./dom.js";
import { fixed, share, short, vector } from "./format.js";

export function steps() {
  const lines = ["score", "normalise", "sum"].map((name) => {
    const line = { formula: h("span", { class: "attn-formula" }), shape: h("span", { class: "attn-shape" }), live: h("span", { class: "attn-live" }) };
    line.node = h("li", {}, h("b", {}, name), " ", line.formula, " ", line.shape, " ", line.live);
    return line;
  });
  const put = (line, formula, shape, live) => { write(line.formula, formula); write(line.shape, shape); write(line.live, live); };
  return {
    node: h("details", { class: "attn-steps" }, h("summary", {}, "the three steps in numbers"), h("ol", {}, ...lines.map((line) => line.node))),
    draw({ key, value, score, normalize, scores, weights, output }) {
      const n = key.length, m = value[0].length, all = (numbers, form = fixed) => numbers.map((x) => form(x)).join("  ");
      const term = (v) => (v.length === 1 && v[0] < 0 ? `(${short(v[0])})` : vector(v, short));
      put(lines[0], `s = ${SCORES[score].formula}`, `(1, 2), (${n}, 2) → (1, ${n})`, all(scores));
      put(lines[1], NORMALIZERS[normalize], `(1, ${n}) → (1, ${n})`, all(weights, share));
      put(lines[2], "o = Σ w v", `(1, ${n}), (${n}, ${m}) → (1, ${m})`, `${weights.map((w, j) => `${fixed(w)} × ${term(value[j])}`).join(" + ")} ≈ ${vector(output)}`);
    },
  };
}
