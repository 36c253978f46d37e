// The mathematics of attention for one query: what attn_core computes in Python, tested against it to 1e-6.
// query (D,), key (Lk, D), value (Lk, Dv), mask (Lk,): plain arrays; true = may attend.

export const dot2 = (a, b) => a.reduce((sum, x, i) => sum + x * b[i], 0);
export const length = (a) => Math.hypot(...a);
export const unit = (a) => {
  const n = length(a);
  return a.map((x) => (n === 0 ? 0 : x / n));
};
const vecmat = (a, m) => m[0].map((_, j) => a.reduce((sum, x, i) => sum + x * m[i][j], 0));   // (D,), (D, H) -> (H,)

export const scores = {
  dot: (query, key) => key.map((k) => dot2(query, k)),
  scaled_dot: (query, key) => key.map((k) => dot2(query, k) / Math.sqrt(query.length)),
  general: (query, key, { general_weight }) => {
    const q = vecmat(query, general_weight);
    return key.map((k) => dot2(q, k));
  },
  cosine: (query, key) => key.map((k) => dot2(unit(query), unit(k))),
  linear: (query, key, { linear_weight }) => key.map((k) => dot2(linear_weight, [...query, ...k])),
  additive: (query, key, { query_weight, key_weight, v }) => {
    const q = vecmat(query, query_weight);
    return key.map((k) => dot2(v, vecmat(k, key_weight).map((x, i) => Math.tanh(x + q[i]))));
  },
};

// The scores of the keys that may be attended, less the largest of them, over the temperature: at most 0.
function shifted(s, mask, temperature) {
  const open = s.filter((x, i) => mask[i] && x !== -Infinity);
  const top = Math.max(...open);
  return [open.length > 0, s.map((x, i) => (mask[i] ? (x - top) / temperature : -Infinity))];
}

export const normalizers = {
  softmax(s, { mask, temperature = 1 }) {
    const [some, z] = shifted(s, mask, temperature);
    if (!some) return s.map(() => 0);
    const e = z.map(Math.exp);
    const sum = e.reduce((a, b) => a + b, 0);
    return e.map((x) => x / sum);
  },

  // Projection onto the simplex (Martins and Astudillo, 2016): subtract one threshold, cut at zero.
  sparsemax(s, { mask, temperature = 1 }) {
    const [some, z] = shifted(s, mask, temperature);
    if (!some) return s.map(() => 0);
    let sum = 0, threshold = 0;
    z.filter((x) => x > -1).sort((a, b) => b - a).forEach((x, i) => {
      sum += x;
      if (1 + (i + 1) * x > sum) threshold = (sum - 1) / (i + 1);
    });
    return z.map((x) => Math.max(x - threshold, 0));
  },

  hardmax(s, { mask }) {
    const [some, z] = shifted(s, mask, 1);
    const first = some ? z.indexOf(0) : -1;
    return s.map((_, i) => (i === first ? 1 : 0));
  },
};

// Score, normalise, sum.
export function attend({ query, key, value, mask, score, normalize, temperature, ...parameters }) {
  const s = scores[score](query, key, parameters);
  const weights = normalizers[normalize](s, { mask, temperature });
  const output = value[0].map((_, c) => value.reduce((sum, v, j) => sum + weights[j] * v[c], 0));
  return { scores: s, weights, output };
}

export const similarity = (query, key) => scores.cosine(query, key);
