// The picture: query and keys as arrows in the plane, each a handle for mouse, finger and arrow keys; the values and
// the output as marks on a line below (numbers) or in the plane itself (vectors).
import { place, s, write } from "./dom.js";
import { fixed, rounded, short } from "./format.js";
import { PLANE, arrow, pointer, size, toPixels, toVector, within } from "./plane.js";

const STEP = 0.05, COARSE = 0.25;
const WAYS = { ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };

// tip(who) -> vector, move(who, vector), lit(who or null): who is "query" or the number of a key.
export function arrows({ tip, move, lit }) {
  const half = PLANE.size / 2;
  const arc = s("path", { class: "attn-arc" }), lines = s("g"), marks = s("g"), handles = s("g");
  const svg = s("svg", { viewBox: `0 0 ${PLANE.size} ${PLANE.size}`, role: "group", "aria-label": "the plane; arrow keys move the arrow in focus, with Shift in larger steps" },
    s("g", { class: "attn-grid" }, s("path", { d: `M8 ${half}H${PLANE.size - 8}M${half} 8V${PLANE.size - 8}` }),
      ...[1, 2].map((r) => s("circle", { cx: half, cy: half, r: r * PLANE.unit }))),
    arc, lines, marks, handles);
  const strip = s("svg", { class: "attn-strip", viewBox: `0 0 ${PLANE.size} 44`, "aria-hidden": "true" });
  let keys = [], query = null, diamond = null, ends = [];

  function handle(who, name) {
    const grip = s("circle", { class: "attn-handle", r: 15, tabindex: 0, role: "slider", "aria-label": `${name}, arrow`, "aria-valuemin": 0, "aria-valuemax": 360,
      onkeydown(event) {
        const way = WAYS[event.key];
        if (!way) return;
        event.preventDefault();
        event.stopPropagation();
        move(who, tip(who).map((x, i) => x + (event.shiftKey ? COARSE : STEP) * way[i]));
      },
      onpointerdown(event) { event.preventDefault(); grip.focus({ preventScroll: true }); grip.setPointerCapture(event.pointerId); },
      onpointermove(event) { if (grip.hasPointerCapture(event.pointerId)) move(who, toVector(pointer(svg, event))); },
      onfocus: () => lit(who), onblur: () => lit(null) });
    return grip;
  }

  return {
    nodes: [svg, strip],

    build({ key, value }) {
      const flat = value[0].length === 1;
      keys = key.map((_, j) => ({
        line: s("path", { class: "attn-key-line" }), head: s("path", { class: "attn-key-head" }),
        ring: s("g", { class: "attn-key-ring" }, s("circle", { r: 9 }), s("text", { dy: "0.36em" }, j + 1)),
        square: s("rect", { class: "attn-value-mark", width: 10, height: 10 }), thread: s("path", { class: "attn-thread" }),
        grip: handle(j, `key ${j + 1}`),
      }));
      query = { line: s("path", { class: "attn-query-line" }), head: s("path", { class: "attn-query-head" }),
        dot: s("g", { class: "attn-query-dot" }, s("circle", { r: 10 }), s("text", { dy: "0.3em" }, "q")), grip: handle("query", "query") };
      diamond = s("path", { class: "attn-output-mark", d: "M0 -9L8 0L0 9L-8 0Z" });
      ends = [s("text", { x: 12, y: 42 }), s("text", { x: PLANE.size - 12, y: 42, class: "attn-end" })];
      const sum = [...keys.map((k) => k.thread), ...keys.map((k) => k.square), diamond];
      lines.replaceChildren(...keys.flatMap((k) => [k.line, k.head]), query.line, query.head);
      marks.replaceChildren(...(flat ? [] : sum), ...keys.map((k) => k.ring), query.dot);
      strip.replaceChildren(...(flat ? [s("path", { class: "attn-axis", d: `M12 18H${PLANE.size - 12}` }), ...sum] : []), ...ends);
      handles.replaceChildren(...keys.map((k) => k.grip), query.grip);
    },

    draw({ query: q, key, value, mask, weights, output }, { angles, words, shown }) {
      const put = (part, v, gap) => {
        const [x, y] = toPixels(v), { line, head } = arrow(v, gap);
        place(part.line, { d: line }); place(part.head, { d: head });
        place(part.ring ?? part.dot, { transform: `translate(${rounded(x, 2)} ${rounded(y, 2)})` });
        place(part.grip, { cx: rounded(x, 2), cy: rounded(y, 2) });
      };
      put(query, q, 10);
      place(query.grip, { "aria-valuenow": Math.round(angles.query), "aria-valuetext": `angle ${fixed(angles.query, 0)}°, length ${fixed(size(q))}` });

      const flat = value[0].length === 1, xs = [...value.map((v) => v[0]), ...output], low = Math.min(...xs), high = Math.max(...xs);
      const far = Math.max(...value.map(size), PLANE.reach), onto = PLANE.reach / far;   // vectors have a scale of their own
      const spot = (v) => (flat ? [22 + ((v[0] - low) / (high - low || 1)) * (PLANE.size - 44), 18] : toPixels(v.map((x) => x * onto)));
      const [ox, oy] = spot(output).map((x) => rounded(x, 2));
      place(diamond, { transform: `translate(${ox} ${oy})` });
      write(ends[0], flat ? short(low) : `values: outer ring = ${short(far)}`); write(ends[1], flat && low !== high ? short(high) : "");
      keys.forEach((part, j) => {
        put(part, key[j], 9);
        place(part.line, { style: `stroke-width:${rounded(1.5 + 3.5 * weights[j], 2)}` });
        place(part.grip, { "aria-valuenow": Math.round(angles.key[j]), "aria-valuetext": words[j] });
        for (const piece of [part.line, part.head, part.ring]) piece.classList.toggle("attn-masked", !mask[j]);
        const [x, y] = spot(value[j]);
        place(part.square, { x: rounded(x - 5, 2), y: rounded(y - 5, 2), style: `fill-opacity:${rounded(0.2 + 0.8 * weights[j], 2)}` });
        place(part.thread, { d: flat ? "" : `M${rounded(x, 2)} ${rounded(y, 2)}L${ox} ${oy}`, style: `stroke-width:${rounded(5 * weights[j], 2)}` });
      });

      // The angle whose cosine is the similarity, for the key that the reader holds.
      place(arc, { d: typeof shown === "number" && shown < key.length ? sector(angles.query, angles.key[shown], 24) : "" });
    },
  };
}

function sector(from, to, radius) {
  const across = (to - from + 540) % 360 - 180, half = PLANE.size / 2;
  const at = (degrees) => [half + radius * Math.cos((degrees * Math.PI) / 180), half - radius * Math.sin((degrees * Math.PI) / 180)].map((x) => rounded(x, 2)).join(" ");
  return `M${half} ${half}L${at(from)}A${radius} ${radius} 0 0 ${across > 0 ? 0 : 1} ${at(to)}Z`;
}
