"""The scores on a page: alive with no kernel, under mouse, finger and keys, and never in each other's way."""

from functools import partial

import pytest
from numpy.testing import assert_allclose
from widgets import onpage
from widgets.onpage import announced, caption, go, number, resized, said, weights

from attn_core.widgets import Scores
from attn_core.widgets.drawn import SHAPES

pytestmark = pytest.mark.browser

CHAPTER = "chapters/11-scoring-functions.html"
PRESETS = {
    "other query: linear stays": {"swapped": True},
    "long key: cosine stays": {"length": 2},
    "perfect key: cosine wavers": {"similarity": 1},
    "cold: cosine focuses": {"temperature": 0.1},
    "wide: dot sees one key": {"dim": 512},
    "W = I: general is dot": {"matrix": "identity"},
    "antisymmetric: 0 for itself": {"matrix": "antisymmetric", "similarity": 1},
    "zero key": {"length": 0},
}
STATE = {
    "dim": 8, "draw": 17, "chosen": 1, "swapped": True, "similarity": 0.3, "length": 1.5, "temperature": 0.5,
    "matrix": "rank one",
}  # fmt: skip

alive = partial(onpage.alive, stem="scores")
situation = partial(onpage.situation, "scores")


def rows(figure, of):
    """What stands in a column of the six rows."""
    return figure.locator(f".attn-view [role=group].attn-six > .attn-{of}").all_inner_texts()


def shows(figure, **changes):
    """Every number and word of the live view is what Python makes of this situation."""
    wanted = Scores(**changes)
    assert_allclose(weights(figure), wanted.weights.ravel(), atol=0.0051)
    assert_allclose([number(text) for text in rows(figure, "entropy")], wanted.entropy, atol=0.0051)
    assert caption(figure) == wanted.caption()
    touched = wanted.swapped or wanted.similarity is not None or wanted.length != 1
    for text, moved, notices in zip(rows(figure, "moved"), wanted.moved, wanted.notices, strict=True):
        if not touched:
            assert text == ""
        elif not notices:
            assert text == "does not notice"
        else:
            assert number(text.removeprefix("moved ")) == pytest.approx(moved, abs=0.0051)


@pytest.fixture
def chapter(visit):
    return visit(CHAPTER)


def test_first_control_sets_the_similarity_and_linear_stays_where_it_is(chapter):
    figure = alive(chapter)
    first = figure.locator("input, select, button").first
    assert first.get_attribute("aria-label") == "similarity to key 3, turns the query"
    assert first.input_value() == "0.27"
    before = weights(figure)
    first.focus()
    for _ in range(4):
        chapter.keyboard.press("ArrowRight")
    shows(figure, similarity=0.31)
    chapter.keyboard.press("End")
    shows(figure, similarity=1)
    head = figure.get_by_role("button", name="key 3, similarity")
    assert head.get_attribute("aria-label") == "key 3, similarity 1.00"
    stays = [weights(figure)[5 * i : 5 * i + 5] == before[5 * i : 5 * i + 5] for i in range(6)]
    assert stays == [False] * 4 + [True, False]
    figure.get_by_role("button", name="key 5, similarity").click()  # the query goes with the hand, to key 5
    shows(figure, similarity=1, chosen=4)


def test_query_is_swapped_and_comes_back(chapter):
    figure = alive(chapter)
    swap = figure.get_by_role("button", name="swap the query")
    for swapped in (True, False):
        swap.click()
        assert swap.get_attribute("aria-pressed") == str(swapped).lower()
        shows(figure, swapped=swapped)


def test_matrix_of_the_general_score_is_chosen_beside_its_name(chapter):
    figure = alive(chapter)
    chosen = figure.get_by_label("W of the general score")
    for matrix in reversed(SHAPES):
        chosen.select_option(matrix)
        shows(figure, matrix=matrix)
    chosen.focus()
    chapter.keyboard.press("ArrowDown")
    shows(figure, matrix="identity")
    assert weights(figure)[10:15] == weights(figure)[:5]


def test_key_is_chosen_and_stretched_by_keyboard_alone(chapter):
    figure = alive(chapter)
    heads = figure.get_by_role("button", name="similarity")
    assert heads.count() == 5
    heads.nth(3).focus()
    chapter.keyboard.press("Enter")
    assert [head.get_attribute("aria-pressed") for head in heads.all()] == ["false"] * 3 + ["true", "false"]
    shows(figure, chosen=3)
    figure.get_by_label("length of the chosen key").focus()
    for _ in range(10):
        chapter.keyboard.press("ArrowRight")
    shows(figure, chosen=3, length=1.5)
    assert rows(figure, "moved")[3] == "does not notice"
    heads.nth(4).click()  # the length goes with the hand: key 5 is stretched now
    shows(figure, chosen=4, length=1.5)


def test_dimensions_temperature_and_another_draw(chapter):
    figure = alive(chapter)
    figure.get_by_label("dimensions").fill("9")
    shows(figure, dim=512)
    figure.get_by_label("dimensions").fill("1")
    shows(figure, dim=2)
    figure.get_by_label("temperature").fill("-2")
    shows(figure, dim=2, temperature=0.01)
    figure.get_by_label("temperature").fill("2")
    shows(figure, dim=2, temperature=100)
    figure.get_by_role("button", name="draw anew").click()
    shows(figure, dim=2, temperature=100, draw=5082)


def test_presets_reset_and_their_sentences(chapter):
    figure = alive(chapter)
    for name, patch in PRESETS.items():
        figure.get_by_role("button", name=name, exact=True).click()
        said(figure, Scores(**patch).caption())
        shows(figure, **patch)
    figure.get_by_role("button", name="reset").click()
    said(figure, "Six scores, the same query and keys")
    shows(figure)


def test_where_the_weights_were_drawn_is_marked_once_something_has_moved(chapter):
    figure = alive(chapter)
    mark = figure.locator(".attn-first").first
    assert not mark.is_visible()
    figure.get_by_label("similarity to key").fill("0.9")
    assert mark.is_visible()
    places = figure.locator(".attn-first").evaluate_all("(all) => all.map((e) => parseFloat(e.style.bottom))")
    bars = figure.locator(".attn-view .attn-bar").evaluate_all("(all) => all.map((e) => parseFloat(e.style.height))")
    assert_allclose(places, 100 * Scores().weights.ravel(), atol=0.0051)
    assert_allclose(bars, 100 * Scores(similarity=0.9).weights.ravel(), atol=0.0051)


def test_change_is_announced_in_words_at_most_twice_a_second(chapter):
    figure = alive(chapter)
    figure.get_by_label("similarity to key").focus()
    spoken = announced(chapter, figure, 20)
    assert 2 <= len(spoken) <= 6
    assert spoken[-1][1].startswith("similarity to key 3 0.47 · dot moved ")
    assert "linear does not notice" in spoken[-1][1]
    assert figure.locator("output, [aria-live], [role=alert], [role=log]").count() == 1
    row = figure.locator(".attn-view [role=group].attn-six").nth(4)
    assert row.get_attribute("aria-label").startswith("linear · weights 0.04, 0.18, 0.54, ")
    assert row.get_attribute("aria-label").endswith("does not notice")


def test_situation_in_the_address_is_shown_and_what_is_none_is_ignored(visit):
    page = visit(CHAPTER + situation({**STATE, "dim": 7}))
    figure = alive(page)
    bad = [
        {}, [], None, {**STATE, "extra": 1}, {name: STATE[name] for name in STATE if name != "draw"},
        {"dim": 16, "draw": 5081, "chosen": 2, "turn": 90, "length": 1, "temperature": 1},  # of an earlier edition
        {**STATE, "dim": "8"}, {**STATE, "dim": 2**40}, {**STATE, "draw": 0.5}, {**STATE, "draw": 10_000},
        {**STATE, "chosen": -1}, {**STATE, "similarity": -1.01}, {**STATE, "swapped": None}, {**STATE, "matrix": "I"},
        {**STATE, "length": 4.5}, {**STATE, "temperature": [1]},
    ]  # fmt: skip
    for state in bad:
        go(page, situation(state))
        assert_allclose(weights(figure), Scores().weights.ravel(), atol=0.0051, err_msg=str(state))
    go(page, situation(STATE))
    shows(figure, **STATE)


def test_without_javascript_the_page_shows_both_tables_and_the_sentence(visit):
    for width in (360, 1280):
        page = visit(CHAPTER, java_script_enabled=False, width=width)
        figure = page.locator("figure[data-widget=scores]")
        for table in ("Weights of five keys", "How much of its weight each score moves"):
            assert figure.get_by_role("table", name=table).is_visible()
        assert figure.get_by_role("rowheader", name="scaled dot").count() == 2
        assert figure.get_by_text(Scores().caption()).is_visible()
        assert page.evaluate("document.documentElement.scrollWidth") == width
        assert figure.bounding_box()["height"] < 620  # and no empty space below


@pytest.mark.parametrize("width", [320, 360, 768, 1280])
def test_nothing_jumps_for_another_matrix(opened, width):
    figure = resized(opened, "scores", width)
    tall = figure.bounding_box()["height"]
    for matrix in SHAPES:
        figure.get_by_label("W of the general score").select_option(matrix)
        assert figure.bounding_box()["height"] == tall, matrix


def test_what_moves_and_what_answers_are_on_one_small_screen(visit):
    figure = alive(visit(CHAPTER, width=360, height=780))
    top = figure.get_by_label("similarity to key").bounding_box()["y"]
    bottom = max(bar.bounding_box()["y"] + bar.bounding_box()["height"] for bar in figure.locator(".attn-weight").all())
    assert bottom - top <= 780 - 60


def test_slider_and_keys_answer_a_finger(visit):
    page = visit(CHAPTER, width=360, height=780, has_touch=True, is_mobile=True)
    figure = alive(page)
    figure.get_by_role("button", name="key 5, similarity").tap()
    slider = figure.get_by_label("length of the chosen key")
    box = slider.bounding_box()
    page.touchscreen.tap(box["x"] + 0.75 * box["width"], box["y"] + box["height"] / 2)
    assert float(slider.input_value()) == pytest.approx(3, abs=0.25)
    shows(figure, chosen=4, length=float(slider.input_value()))
