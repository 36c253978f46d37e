// Layers of a network, for one vector at a time: what torch computes, tested against it. Weights are { shape, data }.

// The parameters of a part, by their own names: those of "decoder.begin" are weight and bias.
export function part(arrays, prefix) {
  const names = Object.keys(arrays).filter((name) => name.startsWith(`${prefix}.`));
  return Object.fromEntries(names.map((name) => [name.slice(prefix.length + 1), arrays[name]]));
}

export const row = ({ shape: [, columns], data }, i) => data.subarray(i * columns, (i + 1) * columns);
export function joined(...vectors) {
  const whole = new Float64Array(vectors.reduce((sum, { length }) => sum + length, 0));
  vectors.reduce((at, vector) => { whole.set(vector, at); return at + vector.length; }, 0);
  return whole;
}
export const tanh = (x) => x.map(Math.tanh);
export const argmax = (x) => x.reduce((best, value, i) => (value > x[best] ? i : best), 0);

export function linear({ weight: { shape: [rows, columns], data }, bias = null }, x) {
  const y = new Float64Array(rows);
  for (let r = 0; r < rows; r++) {
    let sum = bias ? bias.data[r] : 0;
    for (let c = 0, at = r * columns; c < columns; c++, at++) sum += data[at] * x[c];
    y[r] = sum;
  }
  return y;
}

// A place, told by sines and cosines, fast ones first.
export function sinusoid(at, dim) {
  return Float64Array.from({ length: dim }, (_, i) => (i % 2 ? Math.cos : Math.sin)(at / 10000 ** ((i - (i % 2)) / dim)));
}

// One step of a gated recurrent unit: gates r and z, candidate n, in torch's order.
const sigmoid = (x) => 1 / (1 + Math.exp(-x));
export function gru(layer, x, state) {
  const dim = state.length;
  const a = linear({ weight: layer.weight_ih_l0, bias: layer.bias_ih_l0 }, x), b = linear({ weight: layer.weight_hh_l0, bias: layer.bias_hh_l0 }, state);
  return state.map((old, i) => {
    const z = sigmoid(a[dim + i] + b[dim + i]), n = Math.tanh(a[2 * dim + i] + sigmoid(a[i] + b[i]) * b[2 * dim + i]);
    return (1 - z) * n + z * old;
  });
}
