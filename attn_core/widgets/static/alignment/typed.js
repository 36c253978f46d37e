// A date that a reader types: as it is read, and whether it can be.

export const LONGEST = 48, LEARNT = 38;   // characters: of a text that can be shown, of the longest that was learnt from

// Composed, each space a plain one, none at the ends.
export const tidy = (text) => text.normalize("NFC").replace(/\p{Zs}/gu, " ").replace(/^ +| +$/g, "");

export const long = (text) => [...text].length;
const printable = (text) => !/\p{C}|\p{Zl}|\p{Zp}/u.test(text);
export const readable = (text) => long(text) >= 1 && long(text) <= LONGEST && printable(text);

// Of what comes from an address, too.
export const typeable = (text) => typeof text === "string" && text.length <= 4 * LONGEST && readable(tidy(text));
