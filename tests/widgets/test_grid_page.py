"""The grid on a page: alive with no kernel, under mouse, finger and keys, typed into, and never in another's way."""

from functools import partial

import pytest
from numpy.testing import assert_allclose
from widgets import onpage
from widgets.onpage import announced, caption, go, resized, said, weights

from attn_core.widgets import Grid

pytestmark = pytest.mark.browser

CHAPTER = "chapters/06-general-and-self.html"
PRESETS = {
    "all look at themselves": {},
    "all look one word back": {"form": "previous"},
    "drawn, not yet learnt": {"form": "drawn"},
    "passage and question": {
        "asks": "the first papers were published in spring 2014",
        "answers": "when was the paper published",
        "row": 2,
    },
}
STATE = {"asks": "Привет, мир", "answers": "мир и привет", "form": "literal", "row": 1}
HOSTILE = "<b>bold</b> &amp;"

alive = partial(onpage.alive, stem="grid")
situation = partial(onpage.situation, "grid")


def shows(figure, **changes):
    """Every number and word of the live view is what Python makes of this situation."""
    wanted = Grid(**changes)
    assert caption(figure) == wanted.caption()
    assert figure.locator(".attn-view .attn-total").first.inner_text() == wanted.balance()
    assert_allclose(weights(figure), wanted.weights[wanted.at], atol=0.0051)
    assert figure.locator(".attn-gets .attn-word").all_inner_texts() == wanted.answering
    assert figure.locator(".attn-asks-word").all_inner_texts() == wanted.asking
    assert lit(figure) == [wanted.at]
    shares = figure.locator(".attn-cell").evaluate_all(
        "(all) => all.map((e) => e.style.getPropertyValue('--attn-share'))"
    )
    assert_allclose([float(share) for share in shares], wanted.weights.ravel(), atol=6e-5)


def lit(figure):
    rows = figure.locator(".attn-who .attn-asking").all()[1:]
    return [i for i, row in enumerate(rows) if "attn-lit" in row.get_attribute("class").split()]


@pytest.fixture
def chapter(visit):
    return visit(CHAPTER)


def test_first_control_lights_a_row_and_answers_the_arrow_keys(chapter):
    figure = alive(chapter)
    first = figure.locator("input, select, button").first
    assert first.get_attribute("aria-label") == "row: which word asks"
    first.focus()
    chapter.keyboard.press("ArrowRight")
    shows(figure, row=3)
    assert first.get_attribute("aria-valuetext") == "4, saw"
    chapter.keyboard.press("End")
    shows(figure, row=7)
    chapter.keyboard.press("ArrowRight")
    shows(figure, row=7)


def test_row_under_the_mouse_is_lit_and_stays(chapter):
    figure = alive(chapter)
    figure.locator(".attn-cell").nth(5 * 8 + 2).hover()
    shows(figure, row=5)
    figure.locator(".attn-asks-word").first.hover()
    shows(figure, row=0)
    figure.locator(".attn-caption").last.hover()
    shows(figure, row=0)


def test_sentences_are_typed_in_any_language(chapter):
    figure = alive(chapter)
    asks, answers = figure.get_by_label("asks:"), figure.get_by_label("answers:")
    asks.fill("")
    shows(figure)  # nothing to ask with: the sentence before stays
    asks.press_sequentially("cat  cats ")
    shows(figure, asks="cat cats")
    assert asks.input_value() == "cat  cats "  # what is being typed is left alone
    asks.press("Tab")
    assert asks.input_value() == "cat cats"
    for text in ("注意力", "привет мир", "أين الكتاب"):
        asks.fill(text)
        shows(figure, asks=text)
    answers.fill("الكتاب هنا")
    shows(figure, asks="أين الكتاب", answers="الكتاب هنا")
    answers.fill("")
    shows(figure, asks="أين الكتاب")
    asks.fill("a b c d e f g h i j k l")
    shows(figure, asks="a b c d e f g h i j")
    asks.fill("x" * 30)
    asks.blur()
    assert asks.input_value() == "x" * 16
    asks.fill(" \u200b")
    asks.blur()
    assert asks.input_value() == "x" * 16


def test_markup_that_is_typed_stays_text(chapter):
    figure = alive(chapter)
    figure.get_by_label("asks:").fill(HOSTILE)
    shows(figure, asks=HOSTILE)
    assert figure.locator(".attn-view b").count() == 0


def test_vectors_presets_reset_and_their_sentences(chapter):
    figure = alive(chapter)
    for form in ("drawn", "previous", "literal"):
        figure.get_by_label("vectors").select_option(form)
        shows(figure, form=form)
    for name, patch in PRESETS.items():
        figure.get_by_role("button", name=name, exact=True).click()
        said(figure, Grid(**patch).caption())
        shows(figure, **patch)
    figure.get_by_role("button", name="reset").click()
    said(figure, "“cat” looks at itself first")
    shows(figure)


def test_change_is_announced_in_words_at_most_twice_a_second(chapter):
    figure = alive(chapter)
    figure.get_by_label("row: which word asks").focus()
    spoken = announced(chapter, figure, 5)
    assert 1 <= len(spoken) <= 4
    assert spoken[-1][1].startswith("“sleep” asks · “the” 0.01, “old” 0.02, ")
    spoken = announced(chapter, figure, 1, key="Tab") or spoken
    figure.get_by_role("button", name="all look one word back").click()
    chapter.wait_for_timeout(300)
    assert (
        figure.locator(".attn-spoken").inner_text()
        == f"{Grid(form='previous').caption()} {Grid(form='previous').balance()}"
    )
    assert figure.locator("output, [aria-live], [role=alert], [role=log]").count() == 1
    assert (
        figure.get_by_role("img")
        .get_attribute("aria-label")
        .startswith("8 words ask 8; row 3, “cat”, gives “the” <0.01, ")
    )


def test_situation_in_the_address_is_shown_and_what_is_none_is_ignored(visit):
    page = visit(CHAPTER + situation({**STATE, "row": -1}))
    figure = alive(page)
    bad = [
        {}, [], None, {**STATE, "extra": 1}, {name: STATE[name] for name in STATE if name != "row"},
        {**STATE, "asks": ""}, {**STATE, "asks": "a " * 11}, {**STATE, "answers": "x" * 17}, {**STATE, "asks": ["a"]},
        {**STATE, "answers": "a\u2028b"}, {**STATE, "form": "toString"}, {**STATE, "row": 10}, {**STATE, "row": 0.5},
    ]  # fmt: skip
    for state in bad:
        go(page, situation(state))
        assert caption(figure) == Grid().caption(), state
    go(page, situation(STATE))
    shows(figure, **STATE)


def test_without_javascript_every_row_and_column_is_named(visit):
    page = visit(CHAPTER, java_script_enabled=False, width=360)
    figure = page.locator("figure[data-widget=grid]")
    assert figure.get_by_role("table", name="Weights: each row asks").is_visible()
    assert figure.get_by_role("columnheader").all_inner_texts() == Grid().asking
    assert figure.get_by_role("rowheader").all_inner_texts() == Grid().asking


@pytest.mark.parametrize("width", [320, 360, 768, 1280])
def test_nothing_jumps_whichever_row_is_lit(opened, width):
    figure = resized(opened, "grid", width)
    tall = figure.bounding_box()["height"]
    for name, patch in PRESETS.items():
        figure.get_by_role("button", name=name, exact=True).click()
        for row in range(len(Grid(**patch).asking)):
            figure.get_by_label("row: which word asks").fill(str(row))
            assert figure.bounding_box()["height"] == tall, (name, row)
    figure.get_by_label("asks:").fill("  ".join(["wwwwwwwwwwwwwwww"] * 10))
    assert opened.evaluate("document.documentElement.scrollWidth") == width


def test_what_moves_and_what_answers_are_on_one_small_screen(visit):
    figure = alive(visit(CHAPTER, width=360, height=780))
    top = figure.get_by_label("row: which word asks").bounding_box()["y"]
    last = figure.locator(".attn-gets").last.bounding_box()
    assert last["y"] + last["height"] - top <= 780 - 60


def test_row_and_slider_answer_a_finger(visit):
    page = visit(CHAPTER, width=360, height=780, has_touch=True, is_mobile=True)
    figure = alive(page)
    figure.locator(".attn-cell").nth(6 * 8 + 1).tap()
    shows(figure, row=6)
    slider = figure.get_by_label("row: which word asks")
    box = slider.bounding_box()
    page.touchscreen.tap(box["x"] + 2, box["y"] + box["height"] / 2)
    shows(figure, row=0)
