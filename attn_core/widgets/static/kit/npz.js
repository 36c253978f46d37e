// A numpy archive (npz), as numpy.savez writes it: arrays by name, { shape, data }; a lone text is a string.

const HEADER = 0x04034b50;   // "PK\3\4", before each array
const half = (bits) => {
  const exponent = (bits >> 10) & 31, fraction = bits & 1023, size = exponent === 0 ? fraction * 2 ** -24 : (1024 + fraction) * 2 ** (exponent - 25);
  return bits >> 15 ? -size : size;
};

export function npz(bytes) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength), arrays = {};
  const text = (at, length) => String.fromCharCode(...bytes.subarray(at, at + length));
  for (let at = 0; view.getUint32(at, true) === HEADER;) {
    const name = text(at + 30, view.getUint16(at + 26, true)).replace(".npy", "");
    at += 30 + view.getUint16(at + 26, true) + view.getUint16(at + 28, true);
    const about = text(at + 10, view.getUint16(at + 8, true));
    at += 10 + about.length;
    const [, kind, size] = about.match(/'descr': '[<|](\w)(\d+)'/), shape = (about.match(/'shape': \(([^)]*)\)/)[1].match(/\d+/g) ?? []).map(Number);
    const count = shape.reduce((a, b) => a * b, 1), step = kind === "U" ? 4 * size : Number(size);
    const entry = { f: (i) => half(view.getUint16(i, true)), u: (i) => bytes[i], U: (i) => letters(view, i, size) }[kind];
    const data = Array.from({ length: count }, (_, i) => entry(at + i * step));
    arrays[name] = kind === "U" && shape.length === 0 ? data[0] : { shape, data: kind === "U" ? data : Float64Array.from(data) };
    at += count * step;
  }
  return arrays;
}

const letters = (view, at, size) => Array.from({ length: size }, (_, i) => view.getUint32(at + 4 * i, true)).filter((code) => code > 0).map((code) => String.fromCodePoint(code)).join("");
