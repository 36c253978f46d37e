"""The heads on a page: alive with no kernel, switched by mouse, finger and keys, and as tall whatever is shown."""

from functools import partial

import pytest
from numpy.testing import assert_allclose
from widgets import onpage
from widgets.onpage import announced, caption, go, number, said

from attn_core.widgets import Heads, adding

pytestmark = pytest.mark.browser

alive = partial(onpage.alive, stem="heads")
situation = partial(onpage.situation, "heads")
FIRST = "row: which word asks"
LONG = "wwwwwwwwwwwwwwww " * 8


def less(head):
    return [g != head - 1 for g in range(8)]


PRESETS = {
    "one head, two roles": {"form": "two", "num_heads": 1},
    "two roles apart": {"form": "two", "num_heads": 2},
    "one head removed": {"on": less(2)},
    "heads that agree": {"form": "same"},
    "one of them removed": {"form": "same", "on": less(2)},
    "eight narrow heads": {"form": "two", "num_heads": 8},
}


def shows(figure, **changes):
    """Every number and word of the live view is what Python makes of this situation."""
    wanted = Heads(**changes)
    assert caption(figure) == wanted.caption()
    view = figure.locator(".attn-view")
    rows = [*wanted.weights[:, wanted.at].ravel(), *wanted.mean[wanted.at]]
    numbers = view.locator(".attn-weight .attn-number").all_text_contents()
    assert_allclose([number(text) for text in numbers], rows, atol=0.0051)
    assert view.locator(".attn-answers").all_text_contents() == wanted.words
    assert view.locator(".attn-wrote .attn-number").inner_text() == adding.moved(wanted)
    assert view.locator(".attn-rooms span").all_text_contents() == [
        text for room in adding.rooms(wanted) for text in room
    ]
    pressed = view.locator(".attn-of button").evaluate_all("(all) => all.map((b) => b.getAttribute('aria-pressed'))")
    assert [text == "true" for text in pressed] == wanted.lit.tolist()
    assert view.locator(".attn-total").all_inner_texts()[:2] == [adding.size(wanted), adding.ABOUT]


def test_row_is_lit_by_the_arrow_keys_and_by_the_mouse_on_a_small_grid(opened, figure, start):
    first = figure.locator("input, select, button").first
    assert first.get_attribute("aria-label") == FIRST
    first.focus()
    opened.keyboard.press("Home")
    shows(figure, **{**start, "row": 0})
    opened.keyboard.press("ArrowRight")
    shows(figure, **{**start, "row": 1})
    assert first.get_attribute("aria-valuetext") == "2, old"
    grid = figure.locator(".attn-view .attn-small").nth(1)
    box = grid.bounding_box()
    grid.hover(position={"x": box["width"] / 2, "y": box["height"] * 5.5 / 8})
    shows(figure, **{**start, "row": 5})


def test_heads_are_switched_and_counted_by_keys(opened, figure, start):
    figure.get_by_role("button", name="8 heads", exact=True).focus()
    opened.keyboard.press("Enter")
    shows(figure, **{**start, "num_heads": 8})
    figure.get_by_role("button", name="head 3,").focus()
    opened.keyboard.press("Space")
    shows(figure, **{**start, "num_heads": 8, "on": less(3)})
    assert figure.get_by_role("group", name="head 3, off").count() == 1
    opened.keyboard.press("Space")
    shows(figure, **{**start, "num_heads": 8})


def test_every_head_off_leaves_nothing(figure, start):
    for button in figure.locator(".attn-of button").all():
        button.click()
    shows(figure, **{**start, "on": [False] * start["num_heads"] + [True] * (8 - start["num_heads"])})


def test_sentence_is_typed_and_markup_in_it_stays_text(figure, start):
    typed = figure.get_by_label("a sentence")
    for text in ("<b>bold</b> &amp; x", "注意力", "one", "Привет мир привет"):
        typed.fill(text)
        shows(figure, **{**start, "sentence": text})
    typed.fill("")
    shows(figure, **{**start, "sentence": "Привет мир привет"})
    typed.fill("a b c d e f g h i j")
    typed.blur()
    assert typed.input_value() == "a b c d e f g h"


def test_presets_show_what_python_makes_of_them(figure):
    for name, patch in PRESETS.items():
        figure.get_by_role("button", name=name, exact=True).click()
        said(figure, Heads(**patch).caption())
        shows(figure, **patch)
    for form in ("two", "four", "same"):
        figure.get_by_label("what the heads look for").select_option(form)
        shows(figure, form=form, num_heads=8)


def test_change_is_announced_in_words(opened, figure):
    figure.get_by_role("button", name="heads that agree").click()
    figure.get_by_label(FIRST).focus()
    spoken = announced(opened, figure, 4, key="ArrowLeft")
    assert spoken[-1][1].startswith("“cat” asks · head 1, like spelling: “cats” ")
    figure.get_by_role("button", name="head 2,").click()
    opened.wait_for_timeout(700)
    wanted = Heads(form="same", row=2, on=less(2))
    assert figure.locator(".attn-spoken").inner_text() == f"{wanted.caption()} Output {adding.moved(wanted)}."


@pytest.mark.parametrize("width", [320, 360, 768, 1280])
def test_nothing_jumps_and_nothing_sticks_out_whatever_is_shown(opened, figure, width):
    opened.set_viewport_size({"width": width, "height": 780})
    opened.wait_for_timeout(60)
    tall = figure.bounding_box()["height"]
    states = [{**Heads().state(), "sentence": text, "form": form, "num_heads": heads, "row": row}
              for text in (Heads().sentence, LONG, "one") for form in ("two", "four", "same")
              for heads in (1, 2, 4, 8) for row in (0, 6)]  # fmt: skip
    for state in states[:: 1 if width == 360 else 5]:
        go(opened, situation(state))
        assert figure.bounding_box()["height"] == pytest.approx(tall, abs=1), state
    assert opened.evaluate("document.documentElement.scrollWidth") == width


def test_what_moves_and_what_answers_are_on_one_small_screen(opened, figure):
    opened.set_viewport_size({"width": 360, "height": 780})
    opened.wait_for_timeout(60)
    top = figure.get_by_label(FIRST).bounding_box()["y"]
    last = figure.locator(".attn-view .attn-wrote").bounding_box()
    assert last["y"] + last["height"] - top <= 780 - 60


@pytest.mark.parametrize("width", [320, 360, 1280])
def test_bars_stand_under_the_words_that_answer(opened, figure, width):
    opened.set_viewport_size({"width": width, "height": 780})
    for count in ("1 head", "4 heads", "8 heads"):
        figure.get_by_role("button", name=count, exact=True).click()
        middles = """(all) => all.map((e) => { const b = e.getBoundingClientRect(); return (b.left + b.right) / 2; })"""
        words = figure.locator(".attn-view .attn-answers").evaluate_all(middles)
        bars = figure.locator(".attn-view .attn-of > .attn-weight").evaluate_all(middles)
        assert len(bars) >= 16
        assert_allclose(bars, words * (len(bars) // 8), atol=1)


def test_situation_in_the_address_is_shown_and_what_is_none_is_ignored(opened, figure, start):
    first = caption(figure)
    state = Heads(form="two", num_heads=2, row=4, on=less(1)).state()
    bad = [
        {}, [], None, {**state, "extra": 1}, {**state, "num_heads": 3}, {**state, "on": [True] * 4},
        {**state, "on": [1] * 8}, {**state, "row": 8}, {**state, "form": "toString"}, {**state, "sentence": ""},
    ]  # fmt: skip
    for each in bad:
        go(opened, situation(each))
        assert caption(figure) == first, each
    go(opened, situation(state))
    shows(figure, **state)
