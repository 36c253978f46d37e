// Arrows in the plane: from vectors to pixels and back, angles in degrees.
import { rounded } from "./format.js";

export const PLANE = { size: 260, unit: 60, reach: 2 };   // pixels, pixels per 1, longest arrow

export const toPixels = ([x, y]) => [PLANE.size / 2 + x * PLANE.unit, PLANE.size / 2 - y * PLANE.unit];
export const toVector = ([px, py]) => [(px - PLANE.size / 2) / PLANE.unit, (PLANE.size / 2 - py) / PLANE.unit];

export const angle = ([x, y]) => ((Math.atan2(y, x) * 180) / Math.PI + 360) % 360;
export const size = ([x, y]) => Math.hypot(x, y);
export const polar = (degrees, length) => {
  const t = (degrees * Math.PI) / 180;
  return [rounded(length * Math.cos(t)), rounded(length * Math.sin(t))];
};
export const within = (v, reach = PLANE.reach) => {
  const n = size(v);
  return (n > reach ? v.map((x) => (x * reach) / n) : v).map((x) => rounded(x));
};

// Where an arrow's line ends and its head lies: short of the mark (a dot or ring of `gap` pixels) at its tip.
export function arrow(v, gap) {
  const [px, py] = toPixels(v), c = PLANE.size / 2, n = Math.hypot(px - c, py - c);
  if (n <= gap + 1) return { line: `M${c} ${c}`, head: "" };
  const ux = (px - c) / n, uy = (py - c) / n;
  const at = (along, across) => `${rounded(c + ux * along - uy * across, 2)} ${rounded(c + uy * along + ux * across, 2)}`;
  const tip = n - gap, head = Math.min(9, tip);
  return {
    line: `M${c} ${c}L${at(tip - head * 0.6, 0)}`,
    head: `M${at(tip, 0)}L${at(tip - head, 4.5)}L${at(tip - head, -4.5)}Z`,
  };
}

// Where the pointer is, in the drawing's own pixels.
export function pointer(svg, event) {
  const p = new DOMPoint(event.clientX, event.clientY).matrixTransform(svg.getScreenCTM().inverse());
  return [p.x, p.y];
}
