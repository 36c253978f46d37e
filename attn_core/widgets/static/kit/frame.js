// What stands around a widget: its situations as buttons, reset, a link to what is seen, and folds that open where there is room.
import { address } from "./address.js";
import { h, write } from "./dom.js";

export const button = (text, onclick, attributes = {}) => h("button", { type: "button", onclick, ...attributes }, text);

export const situations = (presets, go) => h("div", { class: "attn-presets", role: "group", "aria-label": "situations" },
  ...Object.entries(presets).map(([name, patch]) => button(name, () => go(patch))));

// reset(): back to the start; situation(): what the address should hold. In a notebook the address is not the reader's.
export function keeping(stem, el, { reset, situation }) {
  const note = h("p", { class: "attn-note", role: "status" });
  async function copy() {
    history.replaceState(null, "", address(stem, situation()));
    try { await navigator.clipboard.writeText(location.href); write(note, "Link copied."); }
    catch { write(note, "The address of this page now holds this situation."); }
  }
  const quiet = [["reset", reset], ["copy link", copy]].slice(0, el.closest("figure[data-widget]") ? 2 : 1);
  return { note, buttons: quiet.map(([text, onclick]) => button(text, onclick, { class: "attn-quiet" })) };
}

// On a phone the folds stay shut, so that what moves and what answers are on the screen together. `fits(wide)` is
// told too. Returns an end.
export function unfolding(view, folds, fits = () => {}) {
  let wide = null;
  const fit = () => {
    const now = view.clientWidth >= 600;
    if (now === wide) return;
    wide = now;
    for (const fold of folds) fold.open = wide;
    fits(wide);
  };
  fit();
  const watch = new ResizeObserver(() => requestAnimationFrame(fit));
  watch.observe(view);
  return () => watch.disconnect();
}
