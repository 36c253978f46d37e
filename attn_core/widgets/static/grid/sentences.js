// Sentences as words. A letter of Chinese or Japanese is a word; other words end where a space stands, or such a letter.

export const MOST = 10, LONGEST = 16;
const LETTERS = "\\u3040-\\u30ff\\u3400-\\u4dbf\\u4e00-\\u9fff\\uf900-\\ufaff";
const WORD = new RegExp(`[${LETTERS}]|[^ ${LETTERS}]+`, "gu");

export const words = (text) => text.match(WORD) ?? [];

// Printable, one line, not too long: as the trait `Sentence` asks in Python.
export function sentence(text, least, most = MOST) {
  if (typeof text !== "string" || text.length > 4 * most * LONGEST || [...text].length > 2 * most * LONGEST || !/^(?:[^\p{C}\p{Z}]| )*$/u.test(text)) return false;
  const found = words(text);
  return found.length >= least && found.length <= most && found.every((word) => [...word].length <= LONGEST);
}

// What becomes of a line that a reader types: what does not fit is left out.
export function tidy(text, most = MOST) {
  const plain = text.replace(/\s+/gu, " ").replace(/[\p{C}]|(?! )\p{Z}/gu, "").trim();
  const cut = words(plain).slice(0, most).map((word) => [...word].slice(0, LONGEST).join(""));
  const letter = new RegExp(`^[${LETTERS}]$`, "u");
  return cut.reduce((line, word) => line + (line === "" || letter.test(word) && letter.test([...line].at(-1)) ? "" : " ") + word, "");
}
