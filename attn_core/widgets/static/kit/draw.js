// Numbers drawn at random that are the same in Python (drawn.py): uniform ones from the generator mulberry32 (Tommy
// Ettinger, public domain), which counts in 32 bits, then pairs of normal ones (Box and Muller, 1958).

// The i-th number from 0 to 1, 1 left out; the first is number 1.
export function uniform(seed, i) {
  const a = (seed + Math.imul(i, 0x6d2b79f5)) | 0;
  let t = Math.imul(a ^ (a >>> 15), a | 1);
  t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
  return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
}

// n numbers from N(0, 1); the first of them do not depend on n.
export function normals(seed, n) {
  const numbers = new Float64Array(n + (n % 2));
  for (let i = 0; i < n; i += 2) {
    const radius = Math.sqrt(-2 * Math.log(1 - uniform(seed, i + 1))), turn = 2 * Math.PI * uniform(seed, i + 2);
    numbers[i] = radius * Math.cos(turn);
    numbers[i + 1] = radius * Math.sin(turn);
  }
  return numbers.subarray(0, n);
}
