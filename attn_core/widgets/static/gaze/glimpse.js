// How a budget of pixels is spent on a picture: evenly, or finest where the gaze rests. The same as glimpse.py.
// A block is [x, y, width, height].
import { HEIGHT, WIDTH } from "./scenes.js";

const CELL = 64, REACH = 24;   // the coarsest block; pixels from the gaze at which a block may be twice as wide
export const LEAST = 54, MOST = 60000;   // pixels that may be processed

export function even(budget) {
  const n = Math.floor(Math.sqrt(Math.floor(Math.floor(budget) / 6)));
  const edges = (length, parts) => Array.from({ length: parts + 1 }, (_, i) => Math.floor((2 * length * i + parts) / (2 * parts)));
  const across = edges(WIDTH, 3 * n), down = edges(HEIGHT, 2 * n), blocks = [];
  for (let j = 0; j < 2 * n; j++) for (let i = 0; i < 3 * n; i++) blocks.push([across[i], down[j], across[i + 1] - across[i], down[j + 1] - down[j]]);
  return blocks;
}

export function gazing(budget, [gx, gy]) {
  const entry = (x, y, side) => {
    const dx = Math.max(x - gx, gx - x - side, 0), dy = Math.max(y - gy, gy - y - side, 0);
    return [-side / (1 + Math.sqrt(dx * dx + dy * dy) / REACH), side, y, x];
  };
  const blocks = [], waiting = heap();
  for (let y = 0; y < HEIGHT; y += CELL) for (let x = 0; x < WIDTH; x += CELL) waiting.push(entry(x, y, CELL));
  for (let left = Math.floor((Math.floor(budget) - waiting.all.length) / 3); left > 0; left--) {
    const [, whole, y, x] = waiting.pop(), side = whole / 2;
    for (const [cx, cy] of [[x, y], [x + side, y], [x, y + side], [x + side, y + side]]) {
      if (side > 1) waiting.push(entry(cx, cy, side));
      else blocks.push([cx, cy, 1, 1]);
    }
  }
  return blocks.concat(waiting.all.map(([, side, y, x]) => [x, y, side, side]));
}

// Entries by their first number, then the second …; the smallest comes out first.
function heap() {
  const all = [], before = (a, b) => { for (let i = 0; i < 4; i++) if (a[i] !== b[i]) return a[i] < b[i]; return false; };
  return {
    all,
    push(entry) {
      let at = all.push(entry) - 1;
      for (let up; at > 0 && before(entry, all[up = (at - 1) >> 1]); at = up) { all[at] = all[up]; all[up] = entry; }
    },
    pop() {
      const [top] = all, last = all.pop();
      if (all.length === 0) return top;
      all[0] = last;
      for (let at = 0, down; (down = 2 * at + 1) < all.length; at = down) {
        if (down + 1 < all.length && before(all[down + 1], all[down])) down += 1;
        if (!before(all[down], last)) break;
        all[at] = all[down]; all[down] = last;
      }
      return top;
    },
  };
}

// Sums of all that lies above and left of each corner, three channels: a block's sum is four of them.
export function summed(data) {
  const sums = new Uint32Array((HEIGHT + 1) * (WIDTH + 1) * 3), line = 3 * (WIDTH + 1);
  for (let y = 1; y <= HEIGHT; y++) for (let x = 1; x <= WIDTH; x++) for (let c = 0; c < 3; c++) {
    const at = y * line + 3 * x + c;
    sums[at] = data[4 * ((y - 1) * WIDTH + x - 1) + c] + sums[at - 3] + sums[at - line] - sums[at - line - 3];
  }
  return sums;
}
export function mean(sums, [x, y, width, height]) {
  const line = 3 * (WIDTH + 1), area = width * height;
  return [0, 1, 2].map((c) => {
    const a = y * line + 3 * x + c, b = a + height * line;
    return Math.floor((2 * (sums[b + 3 * width] - sums[b] - sums[a + 3 * width] + sums[a]) + area) / (2 * area));
  });
}
