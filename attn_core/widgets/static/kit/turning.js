// Turn a key of any width until it has a given similarity to the query. Its length stays, and so does the side to which
// it leans away from the query: at similarity 1 or −1 the key itself has forgotten that side, so it is remembered here.
import { dot2, length, unit } from "./attention.js";
import { rounded } from "./format.js";

const across = (v, along) => v.map((x, i) => x - dot2(v, along) * along[i]);   // what of v is not in direction `along`
const TINY = 1e-3;

export function turning() {
  let sides = [];
  return {
    see({ query, key }) {
      key.forEach((k, j) => {
        const side = across(unit(k), unit(query));
        if (length(side) > TINY) sides[j] = unit(side);
      });
    },
    at(similarity, j, query, k) {
      const along = unit(query), flattest = along.reduce((best, x, i) => (Math.abs(x) < Math.abs(along[best]) ? i : best), 0);
      let side = across(sides[j]?.length === k.length ? sides[j] : k, along);
      if (length(side) < TINY) side = across(along.map((_, i) => (i === flattest ? 1 : 0)), along);
      if (length(side) < TINY) similarity = similarity < 0 ? -1 : 1;   // one number wide: with the query or against it
      side = unit(side);
      const n = Math.min(length(k) || 1, 10), rest = Math.sqrt(1 - similarity ** 2);
      return along.map((x, i) => rounded(n * (similarity * x + rest * side[i])));
    },
    forget() { sides = []; },
  };
}
