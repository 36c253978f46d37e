// The three steps with formula, shapes and live numbers.
import { NORMALIZERS, SCORES } from "./choices.js";
import { h, write } from "./dom.js";
import { fixed, share, short, vector } from "./format.js";

// the sum in numbers: every value times its weight
const whole = ({ value, weights, output }) => {
  const term = (v) => (v.length === 1 && v[0] < 0 ? `(${short(v[0])})` : vector(v, short));
  return `${weights.map((w, j) => `${fixed(w)} × ${term(value[j])}`).join(" + ")} ≈ ${vector(output)}`;
};

export function steps(sum = whole) {
  const lines = ["score", "normalise", "sum"].map((name) => {
    const line = { formula: h("span", { class: "attn-formula" }), shape: h("span", { class: "attn-shape" }), live: h("span", { class: "attn-live" }) };
    line.node = h("li", {}, h("b", {}, name), " ", line.formula, " ", line.shape, " ", line.live);
    return line;
  });
  const put = (line, formula, shape, live) => { write(line.formula, formula); write(line.shape, shape); write(line.live, live); };
  return {
    node: h("details", { class: "attn-steps" }, h("summary", {}, "the three steps in numbers"), h("ol", {}, ...lines.map((line) => line.node))),
    draw(now) {
      const n = now.key.length, d = now.query.length, m = now.value[0].length, all = (numbers, form = fixed) => numbers.map((x) => form(x)).join("  ");
      put(lines[0], `s = ${SCORES[now.score].formula.replace("D", d)}`, `(1, ${d}), (${n}, ${d}) → (1, ${n})`, all(now.scores));
      put(lines[1], NORMALIZERS[now.normalize], `(1, ${n}) → (1, ${n})`, all(now.weights, share));
      put(lines[2], "o = Σ w v", `(1, ${n}), (${n}, ${m}) → (1, ${m})`, sum(now));
    },
  };
}
