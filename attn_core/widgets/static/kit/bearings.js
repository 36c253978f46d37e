// What a vector cannot remember: its angle when its length is 0, and on which side of the query a key lies when the
// two are parallel. A slider that turns a key needs both.
import { angle, size } from "./plane.js";

export function bearings() {
  let queryAngle = 0, keyAngles = [], sides = [];
  return {
    see({ query, key }) {
      if (size(query) > 1e-3) queryAngle = angle(query);
      key.forEach((k, j) => {
        if (size(k) > 1e-3) keyAngles[j] = angle(k); else keyAngles[j] ??= 0;
        const across = query[0] * k[1] - query[1] * k[0];
        if (Math.abs(across) > 1e-3 * size(query) * size(k)) sides[j] = Math.sign(across); else sides[j] ??= 1;
      });
    },
    turn(who, degrees) { if (who === "query") queryAngle = degrees; else keyAngles[who] = degrees; },
    of: (who) => (who === "query" ? queryAngle : keyAngles[who]),
    // The angle at which key j has this similarity to the query, on the side where it lies now.
    at: (j, similarity) => (queryAngle + (sides[j] * Math.acos(similarity) * 180) / Math.PI + 360) % 360,
    drop(j) { keyAngles.splice(j, 1); sides.splice(j, 1); },
    forget() { keyAngles = []; sides = []; },
  };
}
