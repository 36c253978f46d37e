// Numbers as the book writes them: fixed decimals, the minus sign U+2212, never −0.

export function fixed(x, decimals = 2) {
  const text = x.toFixed(decimals);
  return Number(text) === 0 ? text.replace("-", "") : text.replace("-", "−");
}

// A weight: what is not quite 0 or 1 does not look as if it were.
export const share = (w) => (w > 0 && w < 0.005 ? "<0.01" : w < 1 && w >= 0.995 ? ">0.99" : fixed(w));

// A value typed by the reader: one decimal where one is enough.
export const short = (x) => fixed(x, Math.abs(x * 10 - Math.round(x * 10)) < 1e-9 ? 1 : 2);

export const vector = (v, format = fixed) => (v.length === 1 ? format(v[0]) : `(${v.map((x) => format(x)).join(", ")})`);

export const listed = (names) => (names.length < 2 ? names.join("") : `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`);

export const rounded = (x, decimals = 4) => Number(x.toFixed(decimals)) + 0;   // + 0 turns −0 into 0
