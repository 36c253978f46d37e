"""The bottleneck on the published page: alive with no kernel, under mouse, finger and keys, and safe when not."""

import gzip
from functools import partial

import pytest
from pages.built import names
from widgets import onpage
from widgets.onpage import announced, caption, focused, go, left, shift

from attn_core.widgets import Bottleneck

pytestmark = pytest.mark.browser

PRESETS = [
    "seven fit",
    "wider: nine",
    "turned round: nine",
    "trained longer: eleven",
    "attention: sixty",
    "fourteen do not",
]

alive = partial(onpage.alive, stem="bottleneck")
situation = partial(onpage.situation, "bottleneck")


@pytest.fixture(scope="module")
def chapter(html):
    """The page with the widget."""
    return next(name for name in names() if 'data-widget="bottleneck"' in (html / name).read_text())


def shown(figure):
    """The two lines as they stand on the page, and which symbols are marked as wrong."""
    lines = [cells.locator("span").all_inner_texts() for cells in figure.locator(".attn-view .attn-symbols").all()]
    marked = figure.locator(".attn-view .attn-symbols").last.locator("span").all()
    read, back = ("".join(cells) for cells in lines)
    return read, back, [i for i, cell in enumerate(marked) if "attn-miss" in (cell.get_attribute("class") or "")]


def wanted(widget):
    letters = lambda codes: "".join("ABCDEFGHIJKL"[code - 1] for code in codes)  # noqa: E731
    return letters(widget.line), letters(widget.written), [i for i, ok in enumerate(widget.right) if not ok]


def is_showing(figure, **state):
    widget = Bottleneck(**state)
    return shown(figure) == wanted(widget) and caption(figure) == widget.caption()


def test_widget_is_alive_within_a_second_and_answers_hand_and_keys(visit, chapter):
    page = visit(chapter)
    figure = alive(page, timeout=1000)
    assert not figure.locator(".attn-fallback").is_visible()
    assert is_showing(figure)

    first = figure.locator("input, select, button").first  # the length comes first
    assert first.get_attribute("aria-label") == "length of the line"
    first.focus()
    page.keyboard.press("ArrowRight")
    assert is_showing(figure, length=15) and first.get_attribute("aria-valuetext") == "15 symbols"
    for key, length in (("Home", 2), ("End", 60)):
        page.keyboard.press(key)
        assert is_showing(figure, length=length)
    typed = figure.get_by_label("length of the line, exactly")
    for text, length in (("9", 9), ("", 9), ("99", 60), ("-3", 2)):
        typed.fill(text)
        page.keyboard.press("Tab")
        assert is_showing(figure, length=length) and typed.input_value() == str(length)

    width, way = figure.get_by_label("numbers in a vector"), figure.get_by_label("how it is remembered")
    for choice in ("16", "32", "128"):
        width.select_option(choice)
        assert is_showing(figure, length=2, memory=choice) and way.input_value() == "plain"
    for choice in ("turned", "attention", "fixed_out"):  # recorded at 64 numbers, so the width follows
        way.select_option(choice)
        assert is_showing(figure, length=2, memory=choice) and width.input_value() == "64"
    way.select_option("plain")
    assert is_showing(figure, length=2)

    for name in PRESETS:
        figure.get_by_role("button", name=name, exact=True).click()
        assert (shown(figure)[2] == []) == (name != "fourteen do not")
    first.fill("40")
    figure.get_by_role("button", name="reset").click()
    assert is_showing(figure)
    assert "10.4 of 50.2" in figure.locator(".attn-above").last.inner_text()


def test_curve_is_taken_by_hand_and_by_finger(visit, chapter):
    page = visit(chapter, width=360, height=780, has_touch=True, is_mobile=True)
    figure = alive(page)
    curve = figure.locator(".attn-view .attn-graph svg")
    curve.scroll_into_view_if_needed()
    box = curve.bounding_box()
    at = lambda n: (box["x"] + (26 + (n - 2) / 58 * 302) / 340 * box["width"], box["y"] + box["height"] / 2)  # noqa: E731
    page.touchscreen.tap(*at(30))
    assert is_showing(figure, length=30)
    page.mouse.move(*at(30))
    page.mouse.down()
    page.mouse.move(box["x"] + 2 * box["width"], at(30)[1])
    page.mouse.up()
    page.mouse.move(*at(20))
    assert is_showing(figure, length=60)


def test_change_is_announced_and_focus_is_seen(visit, chapter):
    page = visit(chapter)
    figure = alive(page)
    figure.get_by_label("length of the line", exact=True).focus()
    spoken = announced(page, figure, 10)
    assert 2 <= len(spoken) <= 5
    assert spoken[-1][1].startswith("length 24 · 7 of 24 right, wrong at ")
    assert spoken[-1][1].endswith("on average 0.26 · bits kept, at least 9.6 of 86.0 · numbers held 64")
    assert (
        figure.locator(".attn-symbols").last.get_attribute("aria-label").startswith("what came back: L G D J H K C E")
    )
    assert focused(page, figure) == 4 + 6 + 2


NO_SITUATIONS = [
    {}, [], None, {"length": 7}, {"length": 7, "memory": "64", "more": 1}, {"length": 1, "memory": "64"},
    {"length": 7.5, "memory": "64"}, {"length": "7", "memory": "64"}, {"length": 7, "memory": "toString"},
    {"length": 7, "memory": ["64"]}, {"length": 7, "memory": 64},
]  # fmt: skip


def test_situation_in_the_address_is_shown_and_what_is_none_is_ignored(visit, site, chapter):
    page = visit(chapter + "#bottleneck=AAAA", permissions=["clipboard-read", "clipboard-write"])
    figure = alive(page)
    for state in NO_SITUATIONS:
        go(page, situation(state))
        assert is_showing(figure), state
    go(page, situation({"length": 33, "memory": "attention"}))
    assert is_showing(figure, length=33, memory="attention")
    figure.get_by_role("button", name="seven fit").click()
    figure.get_by_role("button", name="copy link").click()
    figure.get_by_text("Link copied.").wait_for()
    link = page.evaluate("navigator.clipboard.readText()")
    assert link == page.url
    assert is_showing(alive(visit(link.removeprefix(site))), length=7)


@pytest.mark.parametrize("width", [320, 360, 640, 768, 1280])
def test_nothing_jumps_and_what_moves_and_what_answers_are_on_one_screen(visit, chapter, width):
    page = visit(chapter, width=width, height=780)
    figure = alive(page)
    page.wait_for_timeout(400)
    assert shift(page) <= 0.01
    tall = figure.bounding_box()["height"]
    for name in PRESETS:
        figure.get_by_role("button", name=name, exact=True).click()
        assert figure.bounding_box()["height"] == tall, name
    assert page.evaluate("document.documentElement.scrollWidth") == width
    top = figure.get_by_label("length of the line", exact=True).bounding_box()["y"]
    last = figure.locator(".attn-above").last.bounding_box()
    assert last["y"] + last["height"] - top <= 780 - 60


@pytest.mark.parametrize("width", [360, 1280])
def test_without_javascript_the_page_shows_picture_table_and_sentence(visit, chapter, width):
    figure = visit(chapter, java_script_enabled=False, width=width).locator("figure[data-widget=bottleneck]").first
    assert figure.locator("svg[role=img]").is_visible()
    assert figure.get_by_role("row", name="right in this line").get_by_role("cell", name="5 of 14").is_visible()
    assert figure.get_by_text(Bottleneck().caption()).is_visible()


def test_two_views_do_not_disturb_each_other_and_leaving_takes_listeners_along(visit, modules, site, chapter):
    page = visit(chapter)
    seen = page.evaluate(
        """async (path) => {
          const { default: { render } } = await import(path), els = [0, 1].map(() => document.body.appendChild(document.createElement("div")));
          const leave = els.map((el) => {
            const state = { length: 14, memory: "64" }, calls = {};
            const set = (name, x) => { state[name] = x; calls[`change:${name}`]?.(); };
            return render({ model: { get: (name) => state[name], set, save_changes() {}, on: (name, call) => { calls[name] = call; }, off() {} }, el });
          });
          els[0].querySelector("input").value = 7;
          els[0].querySelector("input").dispatchEvent(new Event("input"));
          await Promise.resolve(); await Promise.resolve();
          const texts = els.map((el) => el.querySelector(".attn-caption").textContent);
          for (const each of leave) each();
          return texts;
        }""",  # noqa: E501
        site + modules["bottleneck"],
    )
    assert seen == [Bottleneck(length=7).caption(), Bottleneck().caption()]
    assert left(page, "bottleneck", site + modules["bottleneck"]) == [2, 0, 0]


def test_module_weighs_less_than_forty_kibibytes(html, modules):
    assert len(gzip.compress((html / modules["bottleneck"]).read_bytes())) < 40 * 1024
