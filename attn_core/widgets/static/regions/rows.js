// The drawing: nine scores above, as bars from a zero line, and a row of nine weights for each kind of attention.
import { h, place, s, write } from "../kit/dom.js";
import { fixed, rounded, share, short } from "../kit/format.js";
import { DRAWN, LOCAL_M, LOCAL_P, NAMES, POSITIONS, SOFT, hint, words } from "./looking.js";

const FACTS = ["sum", "entropy", "scored", "read"], POINTS = 24, SLACK = 4;   // pixels: a click may tremble
export const digits = () => h("span", { class: "attn-number" });
const percent = (x) => `${rounded(100 * x, 2)}%`;

// act: what a reader can do, { choose(position), score(position, x), centre(x), draw(more) }.
export function heads(act, highest) {
  let now = [];
  const cells = Array.from({ length: POSITIONS }, (_, j) => {
    const bar = h("span", { class: "attn-signed" }), score = digits();
    let held = null;   // where the mouse took the bar, and how high it was
    const node = h("button", { type: "button", class: "attn-choose", onclick: () => act.choose(j + 1),
      // A mouse may pull the bar itself; a finger that moves up and down scrolls the page.
      onpointerdown(event) {
        if (event.pointerType === "touch") return;
        node.setPointerCapture(event.pointerId);
        held = { y: event.clientY, score: now[j] };
      },
      onpointermove(event) {
        if (!node.hasPointerCapture(event.pointerId) || (now[j] === held.score && Math.abs(event.clientY - held.y) < SLACK)) return;
        act.score(j + 1, held.score + (2 * highest * (held.y - event.clientY)) / bar.parentElement.clientHeight);
      } },
    h("span", { class: "attn-height" }, bar), score, h("span", { class: "role-key" }, j + 1));
    return { bar, score, node };
  });
  return {
    nodes: [
      h("div", { class: "attn-region attn-given" }, h("span", { class: "attn-name" }, "scores"), ...FACTS.map((text) => h("span", { class: "attn-fact" }, text)),
        h("div", { class: "attn-nine" }, ...cells.map((cell) => cell.node))),
    ],
    draw({ scores, chosen }) {
      now = scores;
      cells.forEach(({ bar, score, node }, j) => {
        const tall = scores[j] / (2 * highest);
        bar.style.height = percent(Math.abs(tall)); bar.style.insetBlockStart = percent(0.5 - Math.max(tall, 0));
        write(score, short(scores[j]));
        place(node, { "aria-pressed": String(chosen === j + 1), "aria-label": `position ${j + 1}, score ${short(scores[j])}` });
      });
    },
  };
}

// Where a local window stands, and for local-p the factor that it multiplies by.
function standing(i, { step, centre, window: reach, factor }) {
  const x = (j) => rounded(j + 0.5, 3), at = (i === LOCAL_M ? step : centre) - 1;
  if (i === LOCAL_M || reach === 0) return `M${x(at)} 0V1`;
  const from = Math.max(-0.5, at - reach), far = Math.min(POSITIONS - 0.5, at + reach) - from;
  const curve = Array.from({ length: POINTS + 1 }, (_, n) => from + (far * n) / POINTS).map((j) => `${x(j)} ${rounded(1 - factor(j), 3)}`);
  return `M${x(at)} 0V1M${curve.join("L")}`;
}

export function rows(act, more) {
  const lines = NAMES.map((name, i) => {
    const cells = Array.from({ length: POSITIONS }, () => {
      const bar = h("span", { class: "attn-bar" }), first = h("span", { class: "attn-first" }), text = digits();
      return { bar, first, text, node: h("span", { class: "attn-weight" }, h("span", { class: "attn-track" }, bar, first), text) };
    });
    const local = i >= LOCAL_M, said = h("small"), facts = FACTS.map(() => digits()), path = s("path");
    const nine = h("div", { class: "attn-nine" }, ...cells.map((cell) => cell.node),
      local ? s("svg", { class: "attn-standing", viewBox: `0 0 ${POSITIONS} 1`, preserveAspectRatio: "none", "aria-hidden": "true" }, path) : null);
    if (local) {
      const move = (event) => {
        const box = nine.getBoundingClientRect();
        act.centre(0.5 + (POSITIONS * (event.clientX - box.left)) / box.width);
      };
      let from = 0;
      nine.addEventListener("pointerdown", (event) => { nine.setPointerCapture(event.pointerId); from = event.clientX; });
      nine.addEventListener("pointermove", (event) => { if (nine.hasPointerCapture(event.pointerId) && Math.abs(event.clientX - from) >= SLACK) move(event); });
      nine.addEventListener("click", move);   // not where a finger comes down: it may be scrolling the page
    }
    const node = h("div", { class: `attn-region${local ? " attn-local" : ""}`, role: "group" },
      h("span", { class: "attn-name" }, i === DRAWN ? "hard" : name, " ", said),
      ...facts.map((fact) => h("span", { class: "attn-fact" }, fact)), i === DRAWN ? h("span", { class: "attn-more-draws" }, ...more) : null, nine);
    return { cells, said, facts, path, node };
  });
  return {
    nodes: lines.map((line) => line.node),
    draw(now) {
      const { chosen, weights, inside, before, counts } = now;
      lines.forEach(({ cells, said, facts, path, node }, i) => {
        const most = Math.max(...weights[i]), dotted = i === DRAWN ? weights[SOFT] : i === LOCAL_P ? before : null;
        cells.forEach(({ bar, first, text, node: cell }, j) => {
          const w = weights[i][j], looks = inside[i][j];
          bar.style.height = percent(w);
          if (dotted) first.style.bottom = percent(dotted[j]);
          first.hidden = !dotted || !looks;
          bar.hidden = w === 0;   // cut off, not small
          write(text, !looks ? "" : i === DRAWN ? String(counts[j]) : w === 0 ? "0" : share(w));
          cell.classList.toggle("attn-largest", w === most && w > 0); cell.classList.toggle("attn-lit", j + 1 === chosen); cell.classList.toggle("attn-outside", !looks);
        });
        const shown = [fixed(now.total[i]), now.total[i] > 0 ? fixed(now.entropy[i]) : "–", String(now.looked[i]), String(now.read[i])];
        facts.forEach((fact, c) => write(fact, shown[c]));
        write(said, hint(i, now));
        if (i >= LOCAL_M) place(path, { d: standing(i, now) });
        place(node, { "aria-label": words(i, now) });
      });
    },
  };
}
