// The trained models, from the very files that the record keeps: what attn_core.nn computes, tested against it.
import { attend } from "../kit/attention.js";
import { argmax, gru, joined, linear, part, row, sinusoid, tanh } from "../kit/network.js";
import { npz } from "../kit/npz.js";
import datesFile from "../../../results/dates.npz" with { type: "bytes" };
import stripsFile from "../../../results/strips.npz" with { type: "bytes" };

const files = {}, load = (name) => (files[name] ??= npz({ dates: datesFile, strips: stripsFile }[name]));   // read once, when asked
export const alphabets = () => ({ inputs: load("dates").inputs, outputs: load("dates").outputs });
export const words = () => load("strips").outputs.data;
export const ENDS = 0;   // the word that ends a strip

// ---- encoders: states, and a summary of them all

function recurrent(arrays, codes) {
  const embedding = arrays["encoder.embedding.weight"], embedded = codes.map((code) => row(embedding, code));
  const run = (layer, inputs) => {
    let state = new Float64Array(layer.weight_hh_l0.shape[1]);
    return inputs.map((x) => (state = gru(layer, x, state)));
  };
  const onward = run(part(arrays, "encoder.layers.onward"), embedded), back = run(part(arrays, "encoder.layers.back"), [...embedded].reverse()).reverse();
  return { states: onward.map((state, i) => joined(state, back[i])), summary: joined(onward.at(-1), back[0]) };
}

// A picture is a list of maps, one a channel: columns of pixels.
function convolve({ weight: { shape: [channels, seen], data }, bias }, maps) {
  const columns = maps[0].length, height = maps[0][0].length;
  return Array.from({ length: channels }, (_, out) => {
    const map = Array.from({ length: columns }, () => new Float64Array(height).fill(bias.data[out]));
    for (let c = 0; c < seen; c++) for (let i = -1; i <= 1; i++) for (let j = -1; j <= 1; j++) {   // row and column of the kernel, from its middle
      const kernel = data[((out * seen + c) * 3 + i + 1) * 3 + j + 1];
      for (let x = Math.max(0, -j); x < Math.min(columns, columns - j); x++) {
        const from = maps[c][x + j], to = map[x];
        for (let y = Math.max(0, -i); y < Math.min(height, height - i); y++) to[y] += kernel * from[y + i];
      }
    }
    return map.map((column) => column.map((sum) => Math.max(sum, 0)));
  });
}
// The largest of each so many columns, and of each two pixels above one another.
const pooled = (maps, across) => maps.map((map) => Array.from({ length: map.length / across }, (_, x) => {
  const columns = map.slice(x * across, (x + 1) * across);
  return columns[0].filter((_, y) => y % 2 === 0).map((_, y) => Math.max(...columns.map((column) => Math.max(column[2 * y], column[2 * y + 1]))));
}));

function convolutional(arrays, ink) {
  const near = pooled(convolve(part(arrays, "encoder.near"), [ink]), 2), far = pooled(convolve(part(arrays, "encoder.far"), near), 1);
  const widen = part(arrays, "encoder.widen");
  const states = far[0].map((_, x) => {
    const state = linear(widen, joined(...far.map((map) => map[x]))), place = sinusoid(x, state.length);
    return state.map((value, i) => value + place[i]);
  });
  return { states, summary: states[0].map((_, i) => states.reduce((sum, state) => sum + state[i], 0) / states.length) };
}

// ---- decoders: from the symbol written last and the state, numbers for each next one, where it looked, and the new state

function luong(arrays, { states }) {
  const [recurrent, mix, readOut] = ["recurrent", "mix", "read_out"].map((name) => part(arrays, `decoder.${name}`)), mask = states.map(() => true);
  return (written, before) => {
    const state = gru(recurrent, written, before);
    const { weights, output } = attend({ query: state, key: states, value: states, mask, score: "dot", normalize: "softmax" });
    return { logits: linear(readOut, tanh(linear(mix, joined(output, state)))), weights, state };
  };
}
function fixedVector(arrays, { summary }) {
  const [recurrent, readOut] = ["recurrent", "read_out"].map((name) => part(arrays, `decoder.${name}`));
  return (written, before) => {
    const state = gru(recurrent, joined(written, summary), before);
    return { logits: linear(readOut, joined(written, state, summary)), weights: [1], state };
  };
}

// Write the likeliest symbol, read it, and so on. Gives symbols as numbers, logits and weights, one a step.
function generate(arrays, decoder, read, { most, stop = null }) {
  const step = decoder(arrays, read), embedding = arrays["decoder.embedding.weight"], steps = [];
  let state = tanh(linear(part(arrays, "decoder.begin"), read.summary)), symbol = embedding.shape[0] - 1;   // nothing written yet
  while (steps.length < most && symbol !== stop) {
    const { logits, weights, state: next } = step(row(embedding, symbol), state);
    symbol = argmax(logits); state = next;
    steps.push({ symbol, logits: [...logits], weights: [...weights] });
  }
  return steps;
}

// codes: the characters of a date, from 1. ink: columns of pixels from 0 to 1.
export const readDate = (codes, model) => {
  const arrays = part(load("dates"), model);
  return generate(arrays, model === "fixed" ? fixedVector : luong, recurrent(arrays, codes), { most: 10 });
};
export const readStrip = (ink) => generate(load("strips"), luong, convolutional(load("strips"), ink), { most: 6, stop: ENDS });

// A digit in a hand, columns of ink from 0 to 16.
export function hand(which, digit) {
  const { shape: [hands, , side], data } = load("strips").hands, from = ((which % hands) * 10 + digit) * side * side;
  return Array.from({ length: side }, (_, x) => data.slice(from + x * side, from + (x + 1) * side));
}
