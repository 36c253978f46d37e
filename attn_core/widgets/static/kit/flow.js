// The picture of an evening: time flows from books into subjects, a band for each term of the weighted sum. The same
// drawing as flow.py makes.
import { place, s, write } from "./dom.js";
import { fixed, rounded } from "./format.js";

const WIDTH = 260, HIGH = 330, LOW = 110, TOP = 6;      // pixels; the whole evening is HIGH, on a phone LOW, from TOP downwards
const LEFT = 26, RIGHT = 146, THICK = 12, ROOM = 14;    // where the bars stand, how thick they are; what a label needs
const px = (x) => rounded(x, 2);

// Places for labels as close to the middles as their order and the picture allow.
function apart(middles, tall) {
  const places = [];
  for (const y of middles) places.push(Math.max(y, places.length ? places.at(-1) + ROOM : TOP + ROOM / 2));
  let limit = TOP + tall - ROOM / 2;
  for (let i = places.length - 1; i >= 0; i--) { places[i] = Math.min(places[i], limit); limit = places[i] - ROOM; }
  return places;
}

function stacked(shares, tall) {
  let y = TOP;
  return shares.map((share) => ({ y: (y += share * tall) - share * tall, tall: share * tall }));
}

function band(leave, arrive, thick) {
  const a = LEFT + THICK, b = RIGHT, middle = px((a + b) / 2);
  return `M${a} ${px(leave)}C${middle} ${px(leave)} ${middle} ${px(arrive)} ${b} ${px(arrive)}`
    + `V${px(arrive + thick)}C${middle} ${px(arrive + thick)} ${middle} ${px(leave + thick)} ${a} ${px(leave + thick)}Z`;
}

export function flow() {
  const svg = s("svg", { role: "img" });
  let evening = HIGH, bands = [], books = [], subjects = [];
  const bar = (role, x) => s("rect", { class: `attn-${role}`, x, width: THICK });

  return {
    node: svg,
    resize(wide) { evening = wide ? HIGH : LOW; },

    build({ value, subjects: names }) {
      bands = value.map((row) => row.map(() => s("path", { class: "attn-band" })));
      books = value.map((_, j) => ({ bar: bar("share", LEFT), mark: s("g", { class: "attn-key-ring" }, s("circle", { r: 6.5 }), s("text", { dy: "0.36em" }, j + 1)) }));
      subjects = names.map((name) => ({ name, bar: bar("known", RIGHT), label: s("text", { class: "attn-known-name", x: RIGHT + THICK + 8, dy: "0.36em" }) }));
      svg.replaceChildren(...bands.flat(), ...[...books, ...subjects].map((part) => part.bar), ...books.map((part) => part.mark), ...subjects.map((part) => part.label));
    },

    draw({ value, weights, output }, { shown, words }) {
      const from = stacked(weights, evening), to = stacked(output, evening), arrive = to.map(({ y }) => y);
      value.forEach((row, j) => {
        let leave = from[j].y;
        row.forEach((part, c) => {
          const thick = weights[j] * part * evening;
          place(bands[j][c], { d: thick > 0 ? band(leave, arrive[c], thick) : "" });
          bands[j][c].classList.toggle("attn-lit", shown === j);
          leave += thick; arrive[c] += thick;
        });
      });
      const stand = (parts, segments) => parts.forEach((part, i) => place(part.bar, { y: px(segments[i].y), height: px(segments[i].tall) }));
      stand(books, from); stand(subjects, to);
      apart(from.map(({ y, tall }) => y + tall / 2), evening).forEach((y, j) => place(books[j].mark, { transform: `translate(12 ${px(y)})` }));
      apart(to.map(({ y, tall }) => y + tall / 2), evening).forEach((y, c) => {
        place(subjects[c].label, { y: px(y) });
        write(subjects[c].label, `${subjects[c].name} ${fixed(output[c])}`);
        subjects[c].label.classList.toggle("attn-none", output[c] < 0.005);
      });
      place(svg, { viewBox: `0 0 ${WIDTH} ${evening + 2 * TOP}`, "aria-label": words });
    },
  };
}
