"""The regions on a page: alive with no kernel, under mouse, finger and keys, and never in each other's way."""

from functools import partial

import numpy as np
import pytest
from numpy.testing import assert_allclose
from widgets import onpage
from widgets.onpage import announced, caption, go, number, said

from attn_core.widgets import Regions

pytestmark = pytest.mark.browser

CHAPTER = "chapters/05-soft-hard-local.html"
FIRST = Regions().state()
NEAR = [1.9 if j == 2 else x for j, x in enumerate(FIRST["scores"])]
PRESETS = {
    "a touch flips hard": {"scores": NEAR, "chosen": 3},
    "one draw": {"draws": 1},
    "window of one": {"centre": 4.0, "window": 0},
    "centre off: local misses": {"centre": 2.7, "window": 1},
    "window over all": {"window": 8},
    "flat scores": {"scores": [0.0] * 9, "draws": 100},
    "cold: soft is hard": {"temperature": 0.05},
    "hot: all alike": {"temperature": 10.0, "draws": 100},
}
STATE = {**FIRST, "scores": NEAR[::-1], "chosen": 2, "centre": 3.4, "window": 3, "temperature": 0.5, "draws": 77}
ROWS = ".attn-view [role=group].attn-region"
READ = f"""(figure) => [...figure.querySelectorAll("{ROWS}")].map((row) => {{
  const texts = (of) => [...row.querySelectorAll(of)].map((e) => e.textContent);
  return [texts(".attn-weight .attn-number"), texts(".attn-fact")];
}})"""

alive = partial(onpage.alive, stem="regions")
situation = partial(onpage.situation, "regions")


def shows(figure, **changes):
    """Every number and word of the live view is what Python makes of this situation."""
    wanted = Regions(**{**FIRST, **changes})
    texts = figure.evaluate(READ)
    for i, (weights, facts) in enumerate(texts):
        looks = wanted.inside[i]
        assert [text == "" for text in weights] == (~looks).tolist()
        got, row = [number(text) for text in weights if text], wanted.weights[i]
        assert_allclose(got, (wanted.counts if i == 3 else row)[looks], atol=0.0051)
        assert [text == "0" for text in weights if text] == (row[looks] == 0).tolist()
        assert_allclose(number(facts[0]), wanted.total[i], atol=0.0051)
        assert facts[1] == "–" if wanted.total[i] == 0 else abs(number(facts[1]) - wanted.entropy[i]) < 0.0051
        assert [int(text) for text in facts[2:]] == [wanted.looked[i], wanted.read[i]]
    assert caption(figure) == wanted.caption()


def bars(figure, of="bar", side="height"):
    places = f"(all) => all.map((e) => e.hidden ? 0 : parseFloat(e.style.{side} || 0))"
    return np.reshape(figure.locator(f".attn-view .attn-{of}").evaluate_all(places), (-1, 9))


@pytest.fixture
def chapter(visit):
    return visit(CHAPTER, reduced_motion="reduce")  # no glide between two readings


def test_widget_is_alive_within_a_second_and_its_first_control_answers_an_arrow_key(chapter):
    figure = alive(chapter, timeout=1000)
    assert not figure.locator(".attn-fallback").is_visible()
    shows(figure)
    wanted = Regions()
    assert_allclose(bars(figure), 100 * wanted.weights, atol=0.0051)
    dotted = bars(figure, of="first", side="bottom")
    assert_allclose(dotted[3], 100 * wanted.weights[0], atol=0.0051)
    assert_allclose(dotted[5], 100 * wanted.before, atol=0.0051)
    assert not dotted[[0, 1, 2, 4]].any()

    first = figure.locator("input, select, button").first
    assert first.get_attribute("aria-label") == "score of the chosen position"
    first.focus()
    chapter.keyboard.press("ArrowLeft")
    shows(figure, scores=[1.9 if j == 6 else x for j, x in enumerate(FIRST["scores"])])


def test_everything_is_moved_by_keyboard_alone(chapter):
    figure = alive(chapter)
    position = figure.get_by_role("button", name="position 3, score 1.5")
    position.focus()
    chapter.keyboard.press("Enter")
    assert position.get_attribute("aria-pressed") == "true"
    figure.get_by_label("score of the chosen position").focus()
    for _ in range(4):
        chapter.keyboard.press("ArrowRight")
    shows(figure, chosen=3, scores=NEAR)
    figure.get_by_label("centre of the local windows").focus()
    chapter.keyboard.press("ArrowRight")
    figure.get_by_label("window, positions on each side").focus()
    chapter.keyboard.press("ArrowLeft")
    figure.get_by_label("temperature").focus()
    chapter.keyboard.press("ArrowRight")
    moved = {"chosen": 3, "scores": NEAR, "centre": 6.7, "window": 1, "temperature": 1.12}
    shows(figure, **moved)
    for name in ("draw once more", "draw 10 times more", "draw 100 times more", "draw anew"):
        figure.get_by_role("button", name=name, exact=True).focus()
        chapter.keyboard.press("Enter")
    shows(figure, **moved, draws=131, seed=5)
    figure.get_by_role("button", name="reset").click()
    said(figure, Regions().caption())
    shows(figure)


def test_draws_end_at_a_thousand(visit):
    page = visit(CHAPTER + situation({**FIRST, "draws": 950}))
    figure = alive(page)
    figure.get_by_role("button", name="draw 100 times more").click()
    shows(figure, draws=1000)
    assert figure.get_by_role("button", name="draw once more").is_disabled()


def test_mouse_pulls_a_score_and_moves_the_windows(chapter):
    figure, mouse = alive(chapter), chapter.mouse
    box = figure.locator(".attn-height").nth(4).bounding_box()
    x, top, tall = box["x"] + box["width"] / 2, box["y"], box["height"]
    mouse.move(x, top + tall / 2)
    mouse.down()
    mouse.move(x, top + tall / 2 - 2)
    mouse.up()
    shows(figure, chosen=5)  # a click that trembles chooses, and moves nothing
    mouse.move(x, top + tall / 2)
    mouse.down()
    mouse.move(x, top + tall / 4)
    pulled = [1.0 if j == 4 else score for j, score in enumerate(FIRST["scores"])]
    shows(figure, scores=pulled, chosen=5)  # from -0.5, a quarter of the range of 6 higher
    mouse.move(x, top - 2 * tall)  # above the highest
    mouse.up()
    mouse.move(x + 60, top + tall)
    pulled = [3.0 if j == 4 else score for j, score in enumerate(FIRST["scores"])]
    shows(figure, scores=pulled, chosen=5)
    box = figure.locator(".attn-local .attn-nine").first.bounding_box()
    mouse.move(box["x"] + box["width"] * 3.5 / 9, box["y"] + 5)
    mouse.down()
    mouse.move(box["x"] + box["width"] * 2.5 / 9, box["y"] + 5)
    shows(figure, scores=pulled, chosen=5, centre=3.0)
    mouse.move(box["x"] - 50, box["y"] + 5)
    mouse.up()
    shows(figure, scores=pulled, chosen=5, centre=1.0)


def test_change_is_announced_in_words_at_most_twice_a_second(chapter):
    figure = alive(chapter)
    figure.get_by_label("score of the chosen position").focus()
    spoken = announced(chapter, figure, 10, key="ArrowLeft")
    assert 2 <= len(spoken) <= 5
    assert spoken[-1][1] == ("position 7, score 1.0 · soft 0.16, local-m 0.29, local-p 0.28 · hard takes position 3")
    assert figure.locator("output, [aria-live], [role=alert], [role=log]").count() == 1
    labels = [row.get_attribute("aria-label") for row in figure.locator(ROWS).all()]
    assert labels[2].startswith("hard, the largest · positions 1 to 9: 0.00, 0.00, 1.00, ")
    assert labels[5].startswith("local-p, at 6.6, ±2 · positions 5 to 8: ")
    assert labels[5].endswith(" · 4 scores computed, 4 values read")
    figure.get_by_role("button", name="window of one").click()
    said(figure, "A window of one: local-m gives everything to position 4")
    figure.get_by_label("centre of the local windows").press("ArrowRight")
    said(figure, "where no position is")
    row = figure.locator(ROWS).last.get_attribute("aria-label")
    assert row == "local-p, at 4.1, ±0 · no position · sum 0.00 · entropy 0.00 · 0 scores computed, 0 values read"


def test_situation_in_the_address_is_shown_and_what_is_none_is_ignored(visit, site):
    page = visit(CHAPTER + situation({**STATE, "window": 9}), permissions=["clipboard-read", "clipboard-write"])
    figure = alive(page)
    bad = [
        {}, [], None, {**STATE, "extra": 1}, {name: STATE[name] for name in STATE if name != "draws"},
        {**STATE, "scores": STATE["scores"][:8]}, {**STATE, "scores": [4, *STATE["scores"][1:]]},
        {**STATE, "scores": "123456789"}, {**STATE, "chosen": 0}, {**STATE, "centre": None}, {**STATE, "window": 0.5},
        {**STATE, "temperature": [1]}, {**STATE, "seed": 10_000}, {**STATE, "draws": 1e9},
    ]  # fmt: skip
    for state in bad:
        go(page, situation(state))
        assert caption(figure) == Regions().caption(), state
    go(page, situation(STATE))
    shows(figure, **STATE)
    figure.get_by_role("button", name="copy link").click()
    figure.get_by_text("Link copied.").wait_for()
    link = page.evaluate("navigator.clipboard.readText()")
    shows(alive(visit(link.removeprefix(site))), **STATE)


def test_without_javascript_the_page_shows_the_table_and_the_sentence(visit):
    for width in (360, 1280):
        page = visit(CHAPTER, java_script_enabled=False, width=width)
        figure = onpage.figure_of(page, "regions")
        table = figure.get_by_role("table", name="Scores and weights of 9 positions")
        assert table.get_by_role("row").count() == 1 + 9 + 4
        assert figure.get_by_text(Regions().caption()).is_visible()
        assert figure.get_by_role("img", name="Scores of 9 positions").is_visible() == (width > 600)
        assert page.evaluate("document.documentElement.scrollWidth") == width
        assert table.bounding_box()["width"] <= figure.bounding_box()["width"]


def test_presets_show_what_they_say(visit):
    figure = alive(visit(CHAPTER, reduced_motion="reduce"))
    for name, patch in PRESETS.items():
        figure.get_by_role("button", name=name, exact=True).click()
        shows(figure, **patch)  # at once: less motion is honoured


def test_what_moves_and_what_answers_are_on_one_small_screen_and_answer_a_finger(visit):
    page = visit(CHAPTER, width=360, height=780, has_touch=True, is_mobile=True)
    figure = alive(page)
    first, last = figure.get_by_label("score of the chosen position"), figure.locator(".attn-weight").last
    assert last.bounding_box()["y"] + last.bounding_box()["height"] - first.bounding_box()["y"] <= 780 - 60
    third = figure.get_by_role("button", name="position 3, score 1.5")
    third.tap()
    assert third.get_attribute("aria-pressed") == "true"
    box = first.bounding_box()
    page.touchscreen.tap(box["x"] + 0.75 * box["width"], box["y"] + box["height"] / 2)
    assert float(first.input_value()) == pytest.approx(1.5, abs=0.45)
    box = figure.locator(".attn-local .attn-nine").first.bounding_box()
    page.touchscreen.tap(box["x"] + box["width"] / 2, box["y"] + 5)
    assert float(figure.get_by_label("centre of the local windows").input_value()) == pytest.approx(5, abs=0.1)
