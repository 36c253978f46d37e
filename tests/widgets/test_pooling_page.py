"""The pooling on a page: drawn by mouse, finger and keys, and every number that of Python."""

from functools import partial

import pytest
from numpy.testing import assert_allclose
from widgets import onpage
from widgets.onpage import announced, caption, go, number, page_with, said

from attn_core.widgets import Pooling

pytestmark = pytest.mark.browser

FIRST = Pooling().state()
VALUES, MARKED = FIRST["values"], FIRST["marked"]
ROWS = ".attn-view [role=group].attn-pool"
READ = f"""(figure) => [...figure.querySelectorAll("{ROWS}")].map((row) => {{
  const texts = (of) => [...row.querySelectorAll(of)].map((e) => e.textContent);
  const bars = [...row.querySelectorAll(".attn-bar")].map((e) => (e.hidden ? 0 : parseFloat(e.style.height)));
  return [texts(".attn-weight .attn-number"), bars, texts(".attn-fact")];
}})"""

alive = partial(onpage.alive, stem="pooling")
situation = partial(onpage.situation, "pooling")


def with_values(**values):
    """The first values, with some of them changed: ``s3=0.5`` for step 3."""
    return [values.get(f"s{t}", x) for t, x in enumerate(VALUES, 1)]


def with_marks(*steps):
    return [t in steps for t in range(1, 13)]


def shows(figure, **changes):
    """Every number and word of the live view is what Python makes of this situation."""
    wanted = Pooling(**{**FIRST, **changes})
    found = figure.evaluate(READ)
    assert len(found) == 4
    for i, (texts, bars, facts) in enumerate(found):
        assert_allclose([number(text) for text in texts], wanted.weights[i], atol=0.0051)
        assert_allclose(bars, 100 * wanted.weights[i], atol=0.0051)
        assert_allclose([number(text) for text in facts[:2]], [wanted.total[i], wanted.output[i]], atol=0.0051)
        assert facts[2] == "–" if wanted.wanted is None else abs(number(facts[2]) - wanted.found[i]) < 0.0051
    pressed = figure.locator(".attn-mark").evaluate_all("(all) => all.map((e) => e.ariaPressed === 'true')")
    assert pressed == wanted.marked.tolist()
    tall = figure.locator(".attn-signed").evaluate_all("(all) => all.map((e) => parseFloat(e.style.height))")
    assert_allclose(tall, abs(50 * wanted.values), atol=0.0051)
    assert caption(figure) == wanted.caption()


@pytest.fixture
def page(visit):
    return visit(page_with("pooling"), reduced_motion="reduce")  # no glide between two readings


def test_everything_is_moved_by_keyboard_alone_and_said_in_words(page):
    figure, keys = alive(page, timeout=1000), page.keyboard
    shows(figure)
    first = figure.locator("input, select, button").first
    assert first.get_attribute("aria-label") == "forget bias of the last state"
    first.focus()
    spoken = announced(page, figure, 10)
    assert 2 <= len(spoken) <= 5
    assert spoken[-1][1].startswith("last, half-life 5.5 steps · weights of steps 1 to 12: 0.12, 0.14, ")
    shows(figure, forget_bias=2.0)
    figure.get_by_label("query of attention").focus()
    keys.press("ArrowLeft")
    figure.get_by_label("input gate").focus()
    keys.press("ArrowRight")
    figure.get_by_label("value of the chosen step").focus()
    keys.press("ArrowLeft")
    moved = {"forget_bias": 2.0, "query": 1.9, "gate": 0.1}
    shows(figure, **moved, values=with_values(s2=0.8))

    keys.press("Tab")  # past the situations, to the one step that Tab reaches
    for _ in range(figure.locator(".attn-presets button").count()):
        keys.press("Tab")
    assert page.evaluate("document.activeElement.ariaLabel") == "step 2, value 0.8, marked"
    for key in ("ArrowRight", "ArrowUp", "ArrowUp", "Enter"):
        keys.press(key)
    shows(figure, **moved, chosen=3, values=with_values(s2=0.8, s3=0.0), marked=with_marks(2, 3))
    assert page.evaluate("document.activeElement.ariaLabel") == "step 3, value 0.0, marked"
    for key in ("End", "ArrowDown", "Space", "Home", "ArrowLeft"):
        keys.press(key)
    now = {"values": with_values(s2=0.8, s3=0.0, s12=0.0), "marked": with_marks(2, 3, 12)}
    shows(figure, **moved, **now, chosen=1)
    label = figure.locator(ROWS).last.get_attribute("aria-label")
    wanted = Pooling(**{**FIRST, **moved, **now})
    assert label.startswith("attention, query 1.9 · weights of steps 1 to 12: ")
    assert label.endswith(f" · on marked steps {wanted.found[3]:.2f}")
    figure.get_by_role("button", name="reset").click()
    said(figure, Pooling().caption())
    shows(figure)


def test_mouse_draws_over_the_bars_and_marks_steps(page):
    figure, mouse = alive(page), page.mouse
    box = figure.locator(".attn-paper").bounding_box()

    def at(step, value):
        return box["x"] + box["width"] * (step - 0.5) / 12, box["y"] + box["height"] * (1 - value) / 2

    mouse.click(*at(5, 0.5))
    shows(figure, chosen=5, values=with_values(s5=0.5))
    mouse.move(*at(6, 0.0))
    mouse.down()
    mouse.move(*at(9, 0.6))  # one leap, and no step is left out
    drawn = {"s5": 0.5, "s6": 0.0, "s7": 0.2, "s8": 0.4, "s9": 0.6}
    shows(figure, chosen=9, values=with_values(**drawn))
    mouse.move(box["x"] + box["width"] + 40, box["y"] - 30)  # beyond the last step, above the highest
    mouse.up()
    got = with_values(**drawn, s10=1.0, s11=1.0, s12=1.0)
    shows(figure, chosen=12, values=got)
    mouse.move(*at(3, -1.0))  # no button is down
    shows(figure, chosen=12, values=got)
    figure.get_by_role("button", name="step 12, value 1.0, not marked").click()
    figure.get_by_role("button", name="step 2, value 0.9, marked").click()
    shows(figure, chosen=2, values=got, marked=with_marks(12))


def test_situation_in_the_address_is_shown_and_what_is_none_is_ignored(visit):
    state = {**FIRST, "values": VALUES[::-1], "marked": with_marks(), "forget_bias": 3.5, "gate": -2.0, "query": -1.0}
    page = visit(page_with("pooling") + situation({**state, "query": 5}))
    figure = alive(page)
    bad = [
        {}, [], None, {**state, "extra": 1}, {**state, "values": VALUES[:11]}, {**state, "values": [2, *VALUES[1:]]},
        {**state, "marked": "x" * 12}, {**state, "marked": [1] * 12}, {**state, "chosen": 13}, {**state, "gate": True},
        {**state, "forget_bias": None},
    ]  # fmt: skip
    for each in bad:
        go(page, situation(each))
        assert caption(figure) == Pooling().caption(), each
    go(page, situation(state))
    shows(figure, **state)


def test_what_moves_and_what_answers_are_on_one_small_screen_and_a_finger_draws(visit):
    page = visit(page_with("pooling"), width=360, height=780, has_touch=True, is_mobile=True)
    figure = alive(page)
    first, last = figure.get_by_label("forget bias of the last state"), figure.locator(".attn-weight").last
    assert last.bounding_box()["y"] + last.bounding_box()["height"] - first.bounding_box()["y"] <= 780 - 60
    paper = figure.locator(".attn-paper")
    paper.scroll_into_view_if_needed()
    box = paper.bounding_box()
    page.touchscreen.tap(box["x"] + box["width"] * 6.5 / 12, box["y"] + box["height"] / 4)
    shows(figure, chosen=7, values=with_values(s7=0.5))
    assert paper.evaluate("(e) => getComputedStyle(e).touchAction") == "pan-y"  # sideways it draws, else it scrolls
    mark = figure.get_by_role("button", name="step 7, value 0.5, not marked")
    assert mark.bounding_box()["width"] >= 24 and mark.bounding_box()["height"] >= 24
    mark.tap()
    shows(figure, chosen=7, values=with_values(s7=0.5), marked=with_marks(2, 7))


def test_without_javascript_the_page_shows_the_table_and_the_sentence(visit):
    page = visit(page_with("pooling"), java_script_enabled=False, width=360)
    figure = onpage.figure_of(page, "pooling")
    table = figure.get_by_role("table", name="Weight of 12 steps in four poolings")
    assert table.get_by_role("row").count() == 1 + 12 + 3
    assert table.get_by_role("rowheader", name="2 marked").is_visible()
    assert figure.get_by_text(Pooling().caption()).is_visible()
