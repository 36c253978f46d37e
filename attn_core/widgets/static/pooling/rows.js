// The drawing: twelve values as bars under the hand, their marks below, and a row of weights for each pooling.
import { h, place, write } from "../kit/dom.js";
import { fixed, rounded, share, short } from "../kit/format.js";
import { STEPS, WAYS, facts, hint, words } from "./surviving.js";

const FACTS = ["sum", "pooled", "on marked"], SLACK = 4;   // pixels: a click may tremble
const percent = (x) => `${rounded(100 * x, 2)}%`, each = (f) => Array.from({ length: STEPS }, (_, t) => f(t));
export const digits = () => h("span", { class: "attn-number" });

// act: what a reader can do, { draw({ step: value }), mark(step), choose(step) }; steps from 1.
export function sequence(act) {
  let now = [];
  const cells = each((t) => {
    const bar = h("span", { class: "attn-signed" }), value = digits();
    const mark = h("button", { type: "button", class: "attn-mark", onclick: () => act.mark(t + 1), onfocus: () => act.choose(t + 1),
      onkeydown(event) {
        const to = { ArrowLeft: t - 1, ArrowRight: t + 1, Home: 0, End: STEPS - 1 }[event.key], up = { ArrowUp: 0.1, ArrowDown: -0.1 }[event.key];
        if (to === undefined && up === undefined) return;
        event.preventDefault();
        if (up) act.draw({ [t + 1]: now[t] + up });
        else cells[Math.min(STEPS - 1, Math.max(0, to))].mark.focus();
      } }, t + 1);
    return { bar, value, mark, column: h("span", { class: "attn-height" }, bar) };
  });
  // Mouse and pen draw wherever they go while pressed, a finger where it moves sideways: up and down it scrolls.
  const paper = h("div", { class: "attn-paper attn-twelve" }, ...cells.map(({ column }) => column));
  const under = ({ clientX, clientY }) => {
    const box = paper.getBoundingClientRect(), step = 1 + Math.floor((STEPS * (clientX - box.left)) / box.width);
    return { step: Math.min(STEPS, Math.max(1, step)), value: 1 - (2 * (clientY - box.top)) / box.height };
  };
  let from = null;
  paper.addEventListener("pointerdown", (event) => { paper.setPointerCapture(event.pointerId); from = { x: event.clientX, y: event.clientY, at: null }; });
  paper.addEventListener("pointermove", (event) => {
    if (!paper.hasPointerCapture(event.pointerId) || (!from.at && Math.hypot(event.clientX - from.x, event.clientY - from.y) < SLACK)) return;
    const to = under(event), last = from.at ?? under({ clientX: from.x, clientY: from.y }), drawn = { [to.step]: to.value };
    for (let step = last.step; step !== to.step; step += Math.sign(to.step - step)) {   // a quick hand leaves no gap
      drawn[step] = last.value + ((to.value - last.value) * (step - last.step)) / (to.step - last.step);
    }
    from.at = to;
    act.draw(drawn, to.step);
  });
  paper.addEventListener("click", (event) => { const { step, value } = under(event); act.draw({ [step]: value }, step); });
  const wanted = h("small");
  return {
    node: h("div", { class: "attn-pool attn-given" }, h("span", { class: "attn-name" }, h("span", { class: "role-value" }, "values"), " ", wanted),
      ...FACTS.map((text) => h("span", { class: "attn-fact" }, text)),
      h("div", { class: "attn-drawn" }, paper, h("div", { class: "attn-twelve", "aria-hidden": "true" }, ...cells.map(({ value }) => value)),
        h("div", { class: "attn-twelve", role: "group", "aria-label": "marks of the steps: left and right go along, up and down change the value" }, ...cells.map(({ mark }) => mark)))),
    draw({ values, marked, chosen, wanted: mean }) {
      now = values;
      cells.forEach(({ bar, value, mark, column }, t) => {
        const tall = values[t] / 2;
        bar.style.height = percent(Math.abs(tall)); bar.style.insetBlockStart = percent(0.5 - Math.max(tall, 0));
        write(value, short(values[t]));
        for (const node of [column, value]) node.classList.toggle("attn-counts", marked[t]);
        value.classList.toggle("attn-chosen", t + 1 === chosen);
        place(mark, { "aria-pressed": String(marked[t]), tabindex: t + 1 === chosen ? 0 : -1, "aria-label": `step ${t + 1}, value ${short(values[t])}, ${marked[t] ? "marked" : "not marked"}` });
      });
      write(wanted, mean === null ? "none marked" : `marked: ${fixed(mean)}`);
    },
  };
}

export function rows() {
  const lines = WAYS.map((name) => {
    const cells = each(() => {
      const bar = h("span", { class: "attn-bar" }), text = digits();
      return { bar, text, node: h("span", { class: "attn-weight" }, h("span", { class: "attn-track" }, bar), text) };
    });
    const said = h("small"), told = FACTS.map(() => digits());
    const node = h("div", { class: "attn-pool", role: "group" }, h("span", { class: "attn-name" }, name, " ", said),
      ...told.map((fact, c) => h("span", { class: `attn-fact${c === 1 ? " role-output" : ""}` }, fact)), h("div", { class: "attn-twelve" }, ...cells.map((cell) => cell.node)));
    return { cells, said, told, node };
  });
  return {
    nodes: lines.map((line) => line.node),
    draw(now) {
      lines.forEach(({ cells, said, told, node }, i) => {
        const most = Math.max(...now.weights[i]), alike = most === Math.min(...now.weights[i]);
        cells.forEach(({ bar, text, node: cell }, t) => {
          const w = now.weights[i][t];
          bar.style.height = percent(w);
          bar.hidden = w === 0;   // nothing, not little
          write(text, w === 0 ? "0" : share(w));
          cell.classList.toggle("attn-largest", w === most && !alike); cell.classList.toggle("attn-counts", now.marked[t]); cell.classList.toggle("attn-tiny", w > 0 && w < 0.005);
        });
        const shown = facts(i, now);
        told.forEach((fact, c) => write(fact, shown[c]));
        write(said, hint(i, now));
        place(node, { "aria-label": words(i, now) });
      });
    },
  };
}
