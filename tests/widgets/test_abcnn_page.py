"""ABCNN on a page: alive with no kernel, followed word by word by keys and mouse, and as tall whatever is shown."""

from functools import partial

import pytest
from numpy.testing import assert_allclose
from widgets import onpage
from widgets.onpage import announced, caption, go, number, said

from attn_core.widgets import Abcnn, matching

pytestmark = pytest.mark.browser

alive = partial(onpage.alive, stem="abcnn")
situation = partial(onpage.situation, "abcnn")
FIRST = "word of the first sentence to follow"
LONG = " ".join(["wwwwwwwwwwwwwwww"] * 6)
SHUFFLED = "the mat sat on the cat"
PRESETS = {
    "paraphrase": {},
    "shuffled": {"second": SHUFFLED, "form": 2, "kernel_size": 1},
    "shuffled, in windows": {"second": SHUFFLED, "form": 2},
    "one word in common": {"second": "my cat eats fish", "form": 2},
    "both looks": {"form": 3},
    "step 2 put in": {"form": 2, "normalized": True},
}
PRESSED = "(all) => all.map((b) => b.getAttribute('aria-pressed') === 'true')"


def shows(figure, **changes):
    """Every number and word of the live view is what Python makes of this situation."""
    wanted = Abcnn(**changes)
    assert caption(figure) == wanted.caption()
    view = figure.locator(".attn-view")

    def numbers(selector):
        return [number(text) for text in view.locator(selector).all_text_contents()]

    assert_allclose(numbers(".attn-matches .attn-cell"), wanted.matches.ravel(), atol=0.0051)
    sums = [*wanted.matches.sum(axis=1), *wanted.matches.sum(axis=0), wanted.matches.sum()]
    assert_allclose(numbers(".attn-line:not(.attn-top) .attn-sum"), sums, atol=0.0051)
    rows, columns = wanted.axes
    assert view.locator(".attn-over").all_text_contents() == list(columns)
    assert view.locator(".attn-line:not(.attn-below) > .attn-down").all_text_contents() == list(rows)
    assert view.locator(".attn-lit > .attn-down").all_text_contents() == [rows[i] for i in wanted.lit]
    looks = [] if wanted.form == 2 else wanted.readings[0].looks[wanted.at]
    assert_allclose(numbers(".attn-given .attn-number"), looks, atol=0.0051)
    weights = [*wanted.weights[list(wanted.span)], wanted.total]
    assert_allclose(numbers(".attn-weight .attn-number"), weights, atol=0.0051)
    assert_allclose(numbers(".attn-values .attn-number"), wanted.states[wanted.at], atol=0.0051)
    names = [wanted.windows(0)[k] for k in wanted.span] + [wanted.words[0][wanted.at]]
    assert view.locator(".attn-window").all_text_contents() == names
    steps = [part for step in matching.steps(wanted) for part in step]
    assert view.locator(".attn-kinds li > *").all_text_contents() == steps
    assert view.get_by_text(matching.together(wanted), exact=True).count() == 1
    pressed = view.locator(".attn-choose button").evaluate_all(PRESSED)
    assert pressed == [n == wanted.form for n in (1, 2, 3)] + [n == wanted.kernel_size for n in (1, 2, 3)]


def test_word_is_followed_by_the_arrow_keys_and_by_a_click_on_a_row(opened, figure, start):
    first = figure.locator("input, select, button").first
    assert first.get_attribute("aria-label") == FIRST
    first.focus()
    opened.keyboard.press("Home")
    shows(figure, **{**start, "row": 0})
    opened.keyboard.press("End")
    last = len(Abcnn(**start).words[0]) - 1
    shows(figure, **{**start, "row": last})
    assert first.get_attribute("aria-valuetext") == f"{last + 1}, {Abcnn(**start).words[0][last]}"
    figure.locator(".attn-line .attn-cell").first.click()
    shows(figure, **{**start, "row": 0})


def test_form_window_and_softmax_are_chosen_by_keys(opened, figure, start):
    state = dict(start)
    for name, changes in (("ABCNN-2", {"form": 2}), ("windows of 2", {"kernel_size": 2}), ("ABCNN-3", {"form": 3})):
        figure.get_by_role("button", name=name, exact=True).focus()
        opened.keyboard.press("Enter")
        state |= changes
        shows(figure, **state)
    figure.get_by_role("checkbox").focus()
    for normalized in (True, False):
        opened.keyboard.press("Space")
        shows(figure, **{**state, "normalized": normalized})


def test_sentences_are_typed_and_markup_in_them_stays_text(figure, start):
    first, second = (figure.get_by_role("textbox", name=f"{side} sentence") for side in ("first", "second"))
    for text in ("<b>bold</b> &amp; x", "注意力", "one"):
        first.fill(text)
        shows(figure, **start | {"first": text})
        second.fill(text)
        start |= {"first": text, "second": text}
        shows(figure, **start)
    second.fill("")
    shows(figure, **start)
    second.fill("a b c d e f g h")
    second.blur()
    assert second.input_value() == "a b c d e f"


def test_presets_show_what_python_makes_of_them(figure):
    for name, patch in PRESETS.items():
        figure.get_by_role("button", name=name, exact=True).click()
        said(figure, Abcnn(**patch).caption())
        shows(figure, **patch)


def test_change_is_announced_in_words(opened, figure):
    figure.get_by_role("button", name="one word in common").click()
    figure.get_by_label(FIRST).focus()
    spoken = announced(opened, figure, 3)
    wanted = Abcnn(**PRESETS["one word in common"], row=4)
    assert spoken[-1][1].startswith("“the”: 3 windows, weights ")
    assert spoken[-1][1].endswith(wanted.caption())
    figure.get_by_role("button", name="ABCNN-3").click()
    opened.wait_for_timeout(700)
    both = Abcnn(**PRESETS["one word in common"] | {"form": 3, "row": 4})
    steps = ". ".join(" ".join(step) for step in matching.steps(both))
    assert figure.locator(".attn-spoken").inner_text() == f"{both.caption()} {steps}."


def test_picture_and_lines_speak_for_readers_who_do_not_see_them(figure):
    figure.get_by_role("button", name="both looks").click()
    wanted = Abcnn(form=3)
    picture = figure.get_by_role("img", name="matches, ABCNN-3, before and behind: 8 rows and 8 columns.")
    assert f"sum {wanted.behind[1].sum():.2f}" in picture.get_attribute("aria-label")
    assert figure.get_by_role("group", name="before the convolution, “cat” gives the places of “a” 0.14").count() == 1
    assert figure.get_by_role("group", name="window the cat sat, weight ").count() == 1
    assert figure.get_by_role("group", name=f"state of “cat”, form 3: weights {wanted.total:.2f} in all").count() == 1


@pytest.mark.parametrize("width", [320, 360, 768, 1280])
def test_nothing_jumps_and_nothing_sticks_out_whatever_is_shown(opened, figure, width):
    opened.set_viewport_size({"width": width, "height": 780})
    opened.wait_for_timeout(60)
    tall = figure.bounding_box()["height"]
    states = [{**Abcnn().state(), "first": text, "second": text, "form": form, "kernel_size": size, "row": row,
               "normalized": normalized}
              for text in (Abcnn().first, LONG, "one") for form in (1, 2, 3) for size in (1, 3)
              for normalized in (False, True) for row in (0, 5)]  # fmt: skip
    for state in states[:: 2 if width == 320 else 5]:
        go(opened, situation(state))
        assert figure.bounding_box()["height"] == pytest.approx(tall, abs=1), state
    assert opened.evaluate("document.documentElement.scrollWidth") == width


def test_what_moves_and_what_answers_are_on_one_small_screen(opened, figure):
    opened.set_viewport_size({"width": 360, "height": 780})
    opened.wait_for_timeout(60)
    top = figure.get_by_label(FIRST).bounding_box()["y"]
    last = figure.locator(".attn-view .attn-values").bounding_box()
    assert last["y"] + last["height"] - top <= 780 - 50


@pytest.mark.parametrize("width", [320, 360, 1280])
def test_numbers_fit_their_cells_and_stand_under_their_words(opened, figure, width):
    opened.set_viewport_size({"width": width, "height": 780})
    for name in ("paraphrase", "both looks"):
        figure.get_by_role("button", name=name, exact=True).click()
        cells = figure.locator(".attn-matches .attn-cell, .attn-values .attn-number")
        assert cells.evaluate_all("(all) => all.every((e) => e.scrollWidth <= e.clientWidth + 1)")
        middles = """(all) => all.map((e) => { const b = e.getBoundingClientRect(); return (b.left + b.right) / 2; })"""
        words = figure.locator(".attn-over").evaluate_all(middles)
        assert_allclose(figure.locator(".attn-matches .attn-cell").evaluate_all(middles)[: len(words)], words, atol=1)


def test_situation_in_the_address_is_shown_and_what_is_none_is_ignored(opened, figure, start):
    first = caption(figure)
    state = Abcnn(form=2, kernel_size=2, row=4, second="my cat", normalized=True).state()
    bad = [
        {}, [], None, {**state, "extra": 1}, {**state, "form": 0}, {**state, "form": "2"}, {**state, "kernel_size": 4},
        {**state, "normalized": 1}, {**state, "row": 6}, {**state, "first": ""}, {**state, "second": "a b c d e f g"},
    ]  # fmt: skip
    for each in bad:
        go(opened, situation(each))
        assert caption(figure) == first, each
    go(opened, situation(state))
    shows(figure, **state)
