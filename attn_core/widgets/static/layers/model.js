// The trained Transformer, from the very file that the record keeps: what attn_core.nn.Transformer computes for one
// text, tested against it. on[kind][layer][head]: which heads look; kinds are encoder, decoder (itself) and cross.
import { argmax, linear, part, row, sinusoid } from "../kit/network.js";
import { npz } from "../kit/npz.js";
import transformerFile from "../../../results/transformer_dates.npz" with { type: "bytes" };

export const KINDS = ["encoder", "decoder", "cross"], LAYERS = 2, HEADS = 4, STEPS = 10;

// The parameters, read once, when asked.
let model = null;
export function trained() {
  if (model !== null) return model;
  const arrays = npz(transformerFile), named = (prefix) => part(arrays, prefix);
  const attention = (prefix) => Object.fromEntries(["query", "key", "value", "output"].map((name) => [name, named(`${prefix}.${name}_proj`)]));
  const block = (prefix) => ({
    own: attention(`${prefix}.attention`), ownNorm: named(`${prefix}.attention_norm`), cross: attention(`${prefix}.cross`), crossNorm: named(`${prefix}.cross_norm`),
    widen: named(`${prefix}.feed_forward.widen`), narrow: named(`${prefix}.feed_forward.narrow`), norm: named(`${prefix}.feed_forward_norm`),
  });
  const blocks = (stack) => Array.from({ length: LAYERS }, (_, i) => block(`${stack}.${i}`));
  model = {
    inputs: [...arrays.inputs], outputs: [...arrays.outputs], read: arrays["input_embedding.weight"], written: arrays["output_embedding.weight"],
    encoder: blocks("encoder"), encoderNorm: named("encoder_norm"), decoder: blocks("decoder"), decoderNorm: named("decoder_norm"), readOut: named("read_out"),
  };
  return model;
}

// The code of each character; one that the model has never seen reads as one sign.
export function encode(text) {
  const { inputs } = trained(), unknown = inputs.indexOf("\ufffd");
  return [...text].map((character) => { const at = inputs.indexOf(character); return (at < 0 ? unknown : at) + 1; });
}

const plus = (a, b) => a.map((x, i) => x + b[i]);
const placed = (embedding, code, at) => { const x = row(embedding, code); return plus(x, sinusoid(at, x.length)); };

function normalised({ weight, bias }, x) {
  const mean = x.reduce((a, b) => a + b, 0) / x.length, spread = Math.sqrt(x.reduce((a, b) => a + (b - mean) ** 2, 0) / x.length + 1e-5);
  return x.map((value, i) => ((value - mean) / spread) * weight.data[i] + bias.data[i]);
}
const think = ({ widen, narrow, norm }, x) => normalised(norm, plus(x, linear(narrow, linear(widen, x).map((value) => Math.max(value, 0)))));

// One position asks: its weights by head, and what they bring. A head that is off gives zeros; where all are, nothing comes.
function look({ query, output }, x, keys, values, on) {
  const asks = linear(query, x), wide = asks.length / HEADS, found = new Float64Array(asks.length);
  const weights = on.map((looks, head) => {
    const given = new Float64Array(keys.length), from = head * wide;
    if (!looks) return given;
    let top = -Infinity, sum = 0;
    for (let j = 0; j < keys.length; j++) {
      let score = 0;
      for (let c = from; c < from + wide; c++) score += asks[c] * keys[j][c];
      given[j] = score / Math.sqrt(wide);
      top = Math.max(top, given[j]);
    }
    for (let j = 0; j < keys.length; j++) sum += (given[j] = Math.exp(given[j] - top));
    for (let j = 0; j < keys.length; j++) {
      given[j] /= sum;
      for (let c = from; c < from + wide; c++) found[c] += given[j] * values[j][c];
    }
    return given;
  });
  return { weights, brought: on.some(Boolean) ? linear(output, found) : found };
}

// States of the text, where the encoder looked [layer][head][L][L], and what each layer of the decoder asks of the states.
export function readText(codes, on) {
  const { read, encoder, encoderNorm, decoder } = trained();
  let x = codes.map((code, at) => placed(read, code, at));
  const weights = encoder.map((block, layer) => {
    const keys = x.map((each) => linear(block.own.key, each)), values = x.map((each) => linear(block.own.value, each));
    const looked = x.map((each) => look(block.own, each, keys, values, on[0][layer]));
    x = x.map((each, i) => think(block, normalised(block.ownNorm, plus(each, looked[i].brought))));
    return on[0][layer].map((_, head) => looked.map((row) => row.weights[head]));
  });
  const states = x.map((each) => normalised(encoderNorm, each));
  return { weights, memory: decoder.map(({ cross }) => ({ keys: states.map((each) => linear(cross.key, each)), values: states.map((each) => linear(cross.value, each)) })) };
}

// Write the likeliest character, read it, and so on. What was written keeps its keys and values: each step is one position.
export function writeDate({ memory }, on) {
  const { written, decoder, decoderNorm, readOut } = trained(), steps = [], past = decoder.map(() => ({ keys: [], values: [] }));
  for (let at = 0, symbol = written.shape[0] - 1; at < STEPS; at++) {   // at first the code for nothing written yet
    let x = placed(written, symbol, at);
    const own = [], cross = [];
    decoder.forEach((block, layer) => {
      const { keys, values } = past[layer];
      keys.push(linear(block.own.key, x)); values.push(linear(block.own.value, x));
      const itself = look(block.own, x, keys, values, on[1][layer]);
      x = normalised(block.ownNorm, plus(x, itself.brought));
      const input = look(block.cross, x, memory[layer].keys, memory[layer].values, on[2][layer]);
      x = think(block, normalised(block.crossNorm, plus(x, input.brought)));
      own.push(itself.weights); cross.push(input.weights);
    });
    const logits = linear(readOut, normalised(decoderNorm, x));
    symbol = argmax(logits);
    steps.push({ symbol, logits, own, cross });
  }
  return steps;
}
