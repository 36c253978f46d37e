// Layers as boxes: what each costs by formula, or took when it was measured. As in attn_core.costs and cost.py.
import { fixed, listed } from "../kit/format.js";

export const SHORTEST = 16, LONGEST = 65536, VIEW = ["multiply-adds", "time"];

// matrices: (d, d) for each position; pairs: products of d for each pair; held: vectors of d.
// short, dash, mark: how the picture calls and draws it.
export const LAYERS = [
  { name: "self-attention", short: "attention", matrices: 4, held: 5, pairs: 2, dash: "", mark: "M0 -5L5 0L0 5L-5 0Z" },
  { name: "RNN", short: "RNN", matrices: 2, held: 1, recurrent: true, dash: "1.5 3", mark: "M-4 -4L4 4M-4 4L4 -4" },
  { name: "GRU", short: "GRU", matrices: 6, held: 4, recurrent: true, dash: "7 3", mark: "M0 -4.5L4.5 3.5L-4.5 3.5Z" },
  { name: "LSTM", short: "LSTM", matrices: 8, held: 6, recurrent: true, dash: "7 3 1.5 3", mark: "M-4 -4H4V4H-4Z" },
  { name: "convolution", short: "conv", matrices: null, held: 1, dash: "3 3", mark: "M-4 0A4 4 0 1 0 4 0A4 4 0 1 0 -4 0Z" },
  { name: "Transformer block", short: "block", matrices: 12, held: 10, pairs: 2, dash: "12 3", mark: "M-5 0H5M0 -5V5" },
];

function costs({ length: n, model_dim: d, kernel_size: k, num_layers, num_heads }) {
  return LAYERS.map((layer) => {
    const matrices = layer.matrices ?? k, pairs = layer.pairs ?? 0, crossing = ((matrices - 4) * d) / 2;
    return { ...layer, matrices, pairs,
      parameters: num_layers * matrices * d * d,
      multiply_adds: num_layers * (n * matrices * d * d + pairs * n * n * d),
      steps: layer.recurrent ? n + num_layers - 1 : num_layers,
      activations: num_layers * (layer.held * n * d + (pairs ? num_heads * n * n : 0)),
      path: layer.recurrent ? n : pairs ? 1 : k === 1 ? null : Math.ceil((n - 1) / (k - 1)),
      crossing: pairs || crossing <= 0 ? null : crossing,   // the length at which attention costs the same
    };
  });
}

export const nearest = (list, x) => list.reduce((best, y, i) => (Math.abs(Math.log(y / x)) < Math.abs(Math.log(list[best] / x)) ? i : best), 0);

// Where two measured curves meet, on straight lines of a log–log drawing.
function meetings(n, a, b) {
  const gap = n.map((_, i) => Math.log(a[i] / b[i]));
  return n.flatMap((here, i) => {
    if (gap[i] === 0) return [here];
    return gap[i] * gap[i + 1] < 0 ? [Math.exp(Math.log(here) + (gap[i] / (gap[i] - gap[i + 1])) * Math.log(n[i + 1] / here))] : [];
  });
}

// Everything that is drawn. In the view of times, the measured d, n and k next to the reader's.
export function solve(state) {
  const measured = state.measured ?? {}, rows = costs(state), has = Object.keys(measured).length > 0;
  if (!has || state.view !== "time") return { ...state, measured, rows, view: VIEW[0], at: state.length, d: state.model_dim };
  const { n, d, layers } = measured, i = nearest(n, state.length), j = nearest(d, state.model_dim), own = layers["self-attention"][j];
  const kernels = Object.keys(layers).flatMap((name) => (name.startsWith("convolution ") ? [Number(name.slice(12))] : [])).sort((a, b) => a - b);
  const k = kernels[nearest(kernels, state.kernel_size)];
  for (const row of rows) {
    row.times = layers[row.name === "convolution" ? `convolution ${k}` : row.name]?.[j] ?? null;
    row.seconds = row.times?.[i] ?? null;
    row.meets = row.times && row !== rows[0] ? meetings(n, own, row.times) : [];
  }
  return { ...state, measured, rows, at: n[i], d: d[j], k };
}

// ---- numbers and words

export const grouped = (x) => fixed(x, 0).replace(/\B(?=(\d{3})+$)/g, ",");
const scaled = (x, units) => {
  const [size, name] = units.find(([unit]) => x / unit >= 0.9995) ?? units.at(-1), y = x / size;
  return `${fixed(y, y < 9.995 ? 2 : y < 99.95 ? 1 : 0)} ${name}`;
};
export const big = (x) => (x < 99999.5 ? grouped(x) : scaled(x, [[1e15, "P"], [1e12, "T"], [1e9, "G"], [1e6, "M"]]));
export const lasting = (x) => (x === null ? "–" : scaled(x, [[1, "s"], [1e-3, "ms"], [1e-6, "µs"], [1e-9, "ns"]]));
const times = (x) => (x < 99.95 ? fixed(x, x < 9.995 ? 2 : 1) : grouped(x));
export const about = (x) => { const unit = 10 ** Math.max(0, String(Math.floor(x)).length - 2); return grouped(Number(fixed(x / unit, 0)) * unit); };   // two digits
export const steps = (x) => `${grouped(x)} ${x === 1 ? "step" : "steps"}`;

// Is attention cheaper than this layer, and from where to where?
export function verdict({ name, crossing, matrices, seconds }, { rows: [own], length, view }) {
  if (name === own.name) return "";
  if (view === "time" && seconds === null) return "not measured";
  if (view === "time") return own.seconds < seconds ? "yes" : own.seconds > seconds ? "no" : "alike";
  if (crossing === null) return matrices > 4 ? "always" : "never";
  return `${length < crossing ? "yes, below" : length > crossing ? "no, beyond" : "alike at"} ${grouped(crossing)}`;
}

// One sentence on what the situation shows. The same sentence as `caption` in cost.py.
export function caption(now) {
  const [own] = now.rows, other = now.rows.find(({ name }) => name === now.rival), the = `the ${other.name}`, size = (name, x) => `${name}\u00a0=\u00a0${grouped(x)}`, n = size("n", now.at);
  if (now.view === "time") {
    const both = `Measured on one machine, one layer, ${size("d", now.d)}, ${n}${other.name === "convolution" && now.k ? `, ${size("k", now.k)}` : ""}: attention took ${lasting(own.seconds)}`;
    if (other.seconds === null) return `${both}, and ${the} was not measured.`;
    const meet = other.meets.length ? `they meet near n\u00a0=\u00a0${listed(other.meets.map(about))}` : `attention is ${own.seconds < other.seconds ? "faster" : "slower"} at every length measured`;
    return `${both}, ${the} ${lasting(other.seconds)}; ${meet}.`;
  }
  const ratio = own.multiply_adds / other.multiply_adds, waits = other.recurrent ? `, in ${steps(own.steps)} instead of ${grouped(other.steps)}` : "";
  if (other.pairs) return `The Transformer block is attention and a feed-forward layer with twice the parameters: at ${n} it needs ${times(1 / ratio)} times the multiply-adds of attention alone.`;
  if (other.crossing === null) return `Attention is never cheaper than ${the}: at ${n} it needs ${times(ratio)} times the multiply-adds${waits}.`;
  if (now.length === other.crossing) return `At ${n} attention and ${the} need the same multiply-adds, ${big(own.multiply_adds)}${waits}; a longer text is cheaper with ${the}.`;
  if (now.length < other.crossing) return `At ${n} attention needs ${times(ratio)} of the multiply-adds of ${the}${waits}; they meet at ${size("n", other.crossing)}.`;
  return `At ${n} attention needs ${times(ratio)} times the multiply-adds of ${the}${waits}; it is cheaper only below ${size("n", other.crossing)}.`;
}

// A row in words: what is announced.
export const words = (row, now) => [row.name, `${big(row.parameters)} parameters`,
  now.view === "time" ? (row.seconds === null ? "" : lasting(row.seconds)) : `${big(row.multiply_adds)} multiply-adds`,
  steps(row.steps), `${big(row.activations)} numbers held`, row === now.rows[0] ? "" : `attention ${now.view === "time" ? "faster" : "cheaper"}: ${verdict(row, now)}`].filter(Boolean).join(" · ");
