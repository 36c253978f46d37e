"""A widget on a page of the built book: how tests bring it to life, read its numbers, hear it and leave it.

A widget is named by its stem; where a page holds several of one stem, `nth` says which.
"""

import base64
import json
from itertools import pairwise

from pages.built import HTML, names

SHIFT = """() => new Promise((done) => {
  let sum = 0;
  new PerformanceObserver((list) => { for (const entry of list.getEntries()) sum += entry.value; })
    .observe({ type: "layout-shift", buffered: true });
  setTimeout(() => done(sum), 100);
})"""
HEAR = """(figure) => {
  const region = figure.querySelector(".attn-spoken");
  window.heard = [];
  new MutationObserver(() => window.heard.push([performance.now(), region.textContent]))
    .observe(region, { childList: true, characterData: true, subtree: true });
}"""
FOCUS = """(figure) => {
  const e = document.activeElement, s = getComputedStyle(e);
  const ring = s.outlineStyle !== "none" && parseFloat(s.outlineWidth) >= 2;
  const stroke = s.stroke !== "none" && parseFloat(s.strokeWidth) >= 2;   // a handle in a drawing
  return [figure.contains(e), ring || stroke, e.outerHTML.slice(0, 200)];
}"""
LEAVE = """async ([stem, path]) => {
  const { default: { render } } = await import(path), calls = new Map(), el = document.createElement("div");
  const state = JSON.parse(document.querySelector(`figure[data-widget="${stem}"] script`).textContent);
  const on = (name, call) => calls.set(name, call), off = (name) => calls.delete(name);
  document.body.append(el);
  const leave = await render({ model: { get: (name) => state[name], set() {}, save_changes() {}, on, off }, el });
  const during = calls.size;
  leave();
  return [during, calls.size, el.childElementCount];
}"""
SEEN = """(part) => {
  const copy = part.cloneNode(true);
  copy.querySelectorAll("script, [aria-live], .attn-spoken, .attn-fallback").forEach((e) => e.remove());
  const controls = [...part.querySelectorAll("input, select, textarea")].map((e) => `${e.value}${e.checked}`);
  return copy.textContent + controls;
}"""
GO = """(hash) => new Promise((done) => {
  addEventListener("hashchange", () => setTimeout(done, 30), { once: true });
  location.hash = hash;
})"""


def figure_of(page, stem, nth=0):
    return page.locator(f"figure[data-widget={stem}]").nth(nth)


def alive(page, stem, nth=0, timeout=5000):
    """Scroll to a widget, wait until its live view is drawn, and return its figure."""
    figure = figure_of(page, stem, nth)
    figure.scroll_into_view_if_needed()
    page.wait_for_function(
        "([stem, n]) => document.querySelectorAll(`figure[data-widget=${stem}]`)[n].dataset.live === ''",
        arg=[stem, nth],
        timeout=timeout,
    )
    return figure


def resized(page, stem, width):
    """The widget on a screen of this width, as it is at first."""
    page.set_viewport_size({"width": width, "height": 780})
    figure = alive(page, stem)
    figure.get_by_role("button", name="reset", exact=True).click()
    page.wait_for_timeout(60)
    return figure


def number(text):
    """A number as the page shows it; of a share that is not quite 0 or 1, the middle of where it may be."""
    text = text.replace("−", "-").strip("°")
    return {"<0.01": 0.0025, ">0.99": 0.9975}[text] if text[0] in "<>" else float(text)


def weights(figure):
    return [number(text) for text in figure.locator(".attn-view .attn-weight .attn-number").all_inner_texts()]


def caption(figure):
    return figure.locator(".attn-view .attn-caption").inner_text()


def seen(figure):
    """All that a widget shows in words, numbers and controls, as one text."""
    return figure.evaluate(SEEN)


def said(figure, words):
    """Wait until the sentence under the widget holds these words."""
    figure.locator(".attn-view .attn-caption", has_text=words).wait_for()


def page_with(stem):
    """A page of the book that holds the widget."""
    return next(name for name in names() if f'data-widget="{stem}"' in (HTML / name).read_text())


def situation(stem, state):
    """The end of an address that holds a situation."""
    return f"#{stem}=" + base64.urlsafe_b64encode(json.dumps(state).encode()).decode().rstrip("=")


def go(page, hash):
    """Change the end of the address, and wait until the widget has answered."""
    page.evaluate(GO, hash)


def listen(figure):
    """From now on, note what the widget's live region says, and when."""
    figure.evaluate(HEAR)


def heard(page):
    """What was said since `listen`: times in milliseconds, and texts."""
    return page.evaluate("window.heard")


def announced(page, figure, presses, key="ArrowRight"):
    """Press a key so often where the focus is; what was said of it, at most twice a second."""
    listen(figure)
    for _ in range(presses):
        page.keyboard.press(key)
        page.wait_for_timeout(60)
    page.wait_for_timeout(1200)
    spoken = heard(page)
    assert all(b[0] - a[0] > 400 for a, b in pairwise(spoken))
    return spoken


def shift(page):
    """How far the page jumped while it was loading: the sum of its layout shifts."""
    return page.evaluate(SHIFT)


def focused(page, figure, most=60):
    """Press Tab until the focus leaves the figure; how many controls it met, each with a ring that one sees."""
    for met in range(most):
        inside, ring, where = figure.evaluate(FOCUS)
        if not inside:
            return met
        assert ring, where
        page.keyboard.press("Tab")
    raise AssertionError(f"after {most} controls the focus is still inside: {where}")


def left(page, stem, module):
    """Draw and leave a widget: listeners while it stood, listeners after it left, elements after it left."""
    return page.evaluate(LEAVE, [stem, module])
