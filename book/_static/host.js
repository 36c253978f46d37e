// Brings the widgets of a page to life: no kernel, no server, nothing from another host.
// Each <figure class="attn-widget" data-widget="stem"> holds its state as JSON and a still form of itself. When it comes
// near the screen, its module is imported and given a small model, as anywidget gives one (get, set, on, off, save_changes).
const MODULES = {};   // stem -> file beside this one, filled in when the book is built

class Model {
  #state; #listeners = new Map();
  constructor(state) { this.#state = state; }
  get(name) { return this.#state[name]; }
  set(name, value) {
    if (JSON.stringify(this.#state[name]) === JSON.stringify(value)) return;
    this.#state[name] = value;
    for (const event of [`change:${name}`, "change"]) for (const call of [...(this.#listeners.get(event) ?? [])]) call();
  }
  on(event, call) { this.#listeners.set(event, [...(this.#listeners.get(event) ?? []), call]); }
  off(event, call) { this.#listeners.set(event, (this.#listeners.get(event) ?? []).filter((c) => call && c !== call)); }
  save_changes() {}
}

// The situation in the address, #<stem>=<base64url JSON>, or null where there is none that can be read.
function addressed() {
  const found = location.hash.match(/^#([a-z]+)=([\w-]+)$/);
  if (!found || !Object.hasOwn(MODULES, found[1])) return null;
  try {
    const bytes = Uint8Array.from(atob(found[2].replaceAll("-", "+").replaceAll("_", "/")), (c) => c.charCodeAt(0));
    return { stem: found[1], state: JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes)) };
  } catch { return null; }
}

const figures = [...document.querySelectorAll("figure.attn-widget")].filter((f) => Object.hasOwn(MODULES, f.dataset.widget));
const mounted = new WeakMap();

function settle(figure) {
  const wanted = addressed(), { model, valid } = mounted.get(figure);
  if (wanted === null || figure !== figures.find((f) => f.dataset.widget === wanted.stem) || !valid?.(wanted.state)) return;
  for (const [name, value] of Object.entries(wanted.state)) model.set(name, value);
}

async function mount(figure) {
  const still = figure.querySelector(".attn-fallback"), el = document.createElement("div");
  try {
    const module = await import(new URL(MODULES[figure.dataset.widget], import.meta.url));
    const state = JSON.parse(figure.querySelector("script").textContent);
    if (module.valid?.(state) === false) throw new Error("This is no state that it can show.");
    const model = new Model(state);
    el.className = "attn-waiting";          // laid out, for widgets measure themselves, but not seen yet
    figure.append(el);
    mounted.set(figure, { model, valid: module.valid });
    settle(figure);
    await module.default.render({ model, el });
    still.hidden = true;
    el.className = "";
    figure.dataset.live = "";
  } catch (error) {
    console.warn(`The widget ${figure.dataset.widget} did not start.`, error);
    el.remove();
    const note = document.createElement("p");
    note.className = "attn-failed";
    note.textContent = "This widget could not start in your browser. What it shows at first stands above.";
    figure.append(note);
  }
}

const near = new IntersectionObserver((entries) => {
  for (const { isIntersecting, target } of entries) if (isIntersecting) { near.unobserve(target); mount(target); }
}, { rootMargin: "400px" });
figures.forEach((figure) => near.observe(figure));

// A page that is opened with a situation shows that widget, once all letters have their widths: nothing jumps after it.
async function arrive() {
  const wanted = addressed(), figure = wanted && figures.find((f) => f.dataset.widget === wanted.stem);
  if (!figure) return;
  history.scrollRestoration = "manual";
  figure.getBoundingClientRect();           // laid out, the page knows which fonts it needs
  await document.fonts.ready;
  figure.scrollIntoView();
  if (mounted.has(figure)) settle(figure);
}
arrive();
addEventListener("hashchange", arrive);
