"""What every widget does on its page, whatever it shows: a new one is tried here as soon as a page holds it.

Each is opened once on a wide screen, and the tests of it follow each other there; each begins with *reset*.
"""

import json
import time

import pytest
from conftest import Visits
from widgets.onpage import (
    SEEN,
    alive,
    announced,
    caption,
    figure_of,
    focused,
    left,
    page_with,
    seen,
    shift,
    situation,
)  # fmt: skip

from attn_core import widgets

pytestmark = pytest.mark.browser

# Where a widget has its numbers: in the still form, and in the live view. A new one may have a line here.
WEIGHTS = ".attn-weight .attn-number"
NUMBERS = {
    "library": ("tbody td:nth-of-type(3)", WEIGHTS),
    "playground": ("tbody td:nth-of-type(4)", WEIGHTS),
    "gaze": ("tbody td:nth-of-type(1)", WEIGHTS),
    "cost": ("tbody td", ".attn-layer:not(.attn-titles) [role=cell]"),
    "scores": ("td.attn-still", WEIGHTS),
    "grid": ("tr.attn-lit td", WEIGHTS),
    "hierarchy": ("td.attn-weighed", WEIGHTS),
    "heads": ("td.attn-still", WEIGHTS),
    "layers": ("tbody td", ".attn-tile .attn-number"),
    "abcnn": ("td.attn-still", WEIGHTS),
}
GROWS = {"playground"}  # with the number of keys

FIRST = ".attn-view :is(input, select, button)"
REACHED = """(view) => [...view.querySelectorAll("input, select, button, summary, a[href], [tabindex]")]
  .filter((e) => e.checkVisibility() && !e.disabled && e.tabIndex >= 0).length"""
# How far the widget is from where a link leads: the top of the page, less what is kept free there.
TOP = """() => document.querySelector("figure[data-widget=alignment]").getBoundingClientRect().top
  - parseFloat(getComputedStyle(document.documentElement).scrollPaddingTop)"""
FRAMES = "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"
# Two views of one model and one of another; a control of the first is moved, then the first is left.
TWO = f"""async ([stem, path]) => {{
  const {{ default: {{ render }} }} = await import(path), seen = {SEEN}, frames = {FRAMES};
  const text = document.querySelector(`figure[data-widget="${{stem}}"] script`).textContent;
  const make = () => {{
    const state = JSON.parse(text), calls = new Map(), of = (event) => calls.get(event) ?? [];
    const set = (name, value) => {{
      if (JSON.stringify(state[name]) === JSON.stringify(value)) return;
      state[name] = value;
      for (const event of [`change:${{name}}`, "change"]) of(event).forEach((call) => call());
    }};
    const on = (event, call) => calls.set(event, [...of(event), call]);
    const off = (event, call) => calls.set(event, of(event).filter((other) => call && other !== call));
    return {{ get: (name) => state[name], set, save_changes() {{}}, on, off }};
  }};
  const one = make(), els = [one, one, make()].map((model) => [model, document.createElement("div")]), leave = [];
  for (const [model, el] of els) {{ document.body.append(el); leave.push(await render({{ model, el }})); }}
  const texts = () => els.map(([, el]) => seen(el)), moved = [];
  const move = async (view) => {{
    const before = texts(), slider = els[view][1].querySelector("input");
    slider.value = slider.value === slider.max ? slider.min : slider.max;
    slider.dispatchEvent(new Event("input"));
    await frames();
    moved.push(texts().map((now, i) => now !== before[i]));
  }};
  await frames();
  await move(0); await move(2);
  leave[0]();
  const empty = els[0][1].childElementCount === 0;
  await move(1);
  leave.slice(1).forEach((call) => call());
  els.forEach(([, el]) => el.remove());
  return [empty, moved];
}}"""
# The still form as the page brought it, laid out beside the live view: what the page had kept free for it.
STILL = """(figure, html) => {
  const box = document.createElement("div");
  box.innerHTML = html;
  const still = box.querySelector(`figure[data-widget=${figure.dataset.widget}]`);
  figure.after(still);
  const tall = still.getBoundingClientRect().height;
  still.remove();
  return tall;
}"""


@pytest.fixture(scope="module", params=widgets.STEMS)
def opened(request, browser, site):
    """A page with the widget, and its stem."""
    visits = Visits(browser, site)
    yield visits.open(page_with(request.param), permissions=["clipboard-read", "clipboard-write"]), request.param
    visits.close()


@pytest.fixture
def figure(opened):
    """The widget as it is at first, focus on its first control."""
    page, stem = opened
    page.emulate_media(reduced_motion="reduce")
    page.set_viewport_size({"width": 1280, "height": 900})
    figure = alive(page, stem)
    figure.get_by_role("button", name="reset", exact=True).click()
    figure.locator(FIRST).first.focus()
    return figure


def press(page, figure):
    """An arrow key that moves the first control, and what it is called."""
    before = seen(figure)
    for key in ("ArrowRight", "ArrowLeft"):
        page.keyboard.press(key)
        if seen(figure) != before:
            return key
    raise AssertionError("the first control does not answer the arrow keys")


def without_note(figure):
    return seen(figure).replace("Link copied.", "")


def presets(figure):
    return figure.locator(".attn-view .attn-presets button").all()


def test_widget_is_alive_within_a_second_with_the_sentence_and_numbers_of_its_still_form(opened):
    page, stem = opened
    figure = alive(page, stem, timeout=1500 if stem == "gaze" else 1000)  # a picture is decoded
    still, view = figure.locator(".attn-fallback"), figure.locator(".attn-view")
    assert view.is_visible() and not still.is_visible()
    assert caption(figure) == still.locator(".attn-caption").text_content()
    if stem in NUMBERS:
        wanted, live = NUMBERS[stem]
        numbers = still.locator(wanted).all_text_contents()
        assert view.locator(live).all_text_contents() == numbers
        assert len(numbers) >= 4
    page.wait_for_timeout(300)
    assert shift(page) <= 0.01


def test_first_control_answers_the_arrow_keys_and_one_part_speaks_at_most_twice_a_second(opened, figure):
    page, _ = opened
    key = press(page, figure)
    spoken = announced(page, figure, 8, key)
    assert 1 <= len(spoken) <= 5 and all(text for _, text in spoken)
    assert figure.locator("output, [aria-live], [role=alert], [role=log]").count() == 1
    assert figure.locator("[role=status]").all_inner_texts() in ([], [""])  # the note, until a link is copied


def test_focus_is_visible_on_every_control(figure, opened):
    reached = figure.locator(".attn-view").evaluate(REACHED)
    assert reached >= 5
    for key in ("Tab", "Shift+Tab"):  # a ring is for those who come by keyboard
        opened[0].keyboard.press(key)
    assert focused(opened[0], figure, most=reached + 1) == reached


def test_two_views_of_a_model_agree_and_one_of_another_is_not_disturbed(opened, figure, modules, site):
    page, stem = opened
    empty, moved = page.evaluate(TWO, [stem, site + modules[stem]])
    assert empty
    assert moved == [[True, True, False], [False, False, True], [False, True, False]]


def test_leaving_takes_listeners_along(opened, figure, modules, site):
    page, stem = opened
    during, *after = left(page, stem, site + modules[stem])
    assert during >= 2
    assert after == [0, 0]


def test_less_motion_is_honoured(opened, figure):
    for preset in presets(figure):
        preset.click()
        at_once = seen(figure)
        opened[0].wait_for_timeout(200)
        assert seen(figure) == at_once, preset.inner_text()


@pytest.mark.parametrize("width", [320, 360, 768, 1280, 1600])
def test_room_that_the_page_keeps_is_what_the_widget_needs_and_nothing_sticks_out(opened, figure, html, width):
    page, stem = opened
    page.set_viewport_size({"width": width, "height": 900})
    page.evaluate(FRAMES)
    tall = figure.bounding_box()["height"]
    kept = figure.evaluate(STILL, (html / page_with(stem)).read_text())
    assert kept == pytest.approx(tall, abs=8)  # in all that can jump: a hundredth of a screen
    for preset in presets(figure):
        preset.click()  # without motion: at once
        if stem not in GROWS:
            assert figure.bounding_box()["height"] == tall, preset.inner_text()
    assert page.evaluate("document.documentElement.scrollWidth") == width


def test_link_to_a_situation_brings_it_back(opened, figure):
    page, stem = opened
    first = without_note(figure)
    presets(figure)[1].click()
    figure.locator(FIRST).first.focus()
    press(page, figure)
    figure.get_by_role("button", name="copy link", exact=True).click()
    figure.get_by_text("Link copied.").wait_for()
    link = page.evaluate("navigator.clipboard.readText()")
    assert link == page.url and len(link) < 2000
    moved = without_note(figure)
    figure.get_by_role("button", name="reset", exact=True).click()
    page.evaluate(FRAMES)
    assert without_note(figure) == first
    page.reload()
    again = alive(page, stem)
    assert without_note(again) == moved != first
    page.wait_for_timeout(300)
    assert shift(page) <= 0.01


def test_a_link_arrives_at_its_widget_and_nothing_jumps_though_letters_come_late(visit):
    def late(route):
        time.sleep(0.06)
        route.continue_()

    page = visit("book/index.html")
    page.route("**/*.woff2", late)
    at = page_with("alignment") + situation("alignment", {"text": "4 July 1776", "model": "attention", "step": 1})
    for load in (lambda: page.goto(page.url.replace("book/index.html", at)), page.reload):
        load()
        alive(page, "alignment")
        page.wait_for_timeout(300)
        assert shift(page) <= 0.01
        assert -1 < page.evaluate(TOP) < 1


def test_nothing_jumps_on_a_phone(opened, visit):
    page = visit(page_with(opened[1]), width=360, height=780)
    alive(page, opened[1])
    page.wait_for_timeout(300)
    assert shift(page) <= 0.01


def test_without_javascript_the_page_shows_all_that_the_still_form_holds(opened, visit):
    stem = opened[1]
    page = visit(page_with(stem), java_script_enabled=False)
    figure = figure_of(page, stem)
    state = json.loads(figure.locator("script").text_content())
    said = widgets.by_stem(stem)(**state).caption()
    for width in (360, 1280):
        page.set_viewport_size({"width": width, "height": 780})
        assert figure.locator(".attn-caption").is_visible()
        assert figure.get_by_text(said).is_visible()
        tables = figure.get_by_role("table").all()
        assert tables
        for table in tables:
            assert table.get_by_role("rowheader").first.is_visible()
            assert table.bounding_box()["width"] <= figure.bounding_box()["width"] + 1
        assert page.evaluate("document.documentElement.scrollWidth") == width
    assert all(picture.is_visible() for picture in figure.locator("svg[role=img]").all())
