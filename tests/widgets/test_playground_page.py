"""The playground on the published page: alive with no kernel, under mouse, finger and keys, and safe when not."""

from functools import partial

import numpy as np
import pytest
from numpy.testing import assert_allclose
from widgets import onpage
from widgets.onpage import announced, caption, go, number, said, shift, weights

from attn_core.widgets import Playground

pytestmark = pytest.mark.browser

CHAPTER = "chapters/04-three-steps.html"
FIGURE = "figure[data-widget=playground] >> nth=0"

alive = partial(onpage.alive, stem="playground")
situation = partial(onpage.situation, "playground")


def row(figure, j):
    """Similarity, score, weight of key j as the page shows them."""
    cells = figure.get_by_role("group", name=f"key {j} ·").locator(".attn-number").all_inner_texts()
    return {"similarity": number(cells[0]), "score": number(cells[1]) if cells[1] else None, "weight": number(cells[2])}


def output(figure):
    return number(figure.locator(".attn-output strong").inner_text())


STATE = {
    "query": [0.0, 1.0], "key": [[1.0, 0.0], [0.0, 1.0]], "value": [[1.0], [2.0]], "mask": [True, True],
    "score": "dot", "normalize": "softmax", "temperature": 1.0,
}  # fmt: skip


@pytest.fixture
def chapter(visit):
    return visit(CHAPTER)


def test_widget_far_below_is_not_loaded_before_one_scrolls_there(visit):
    page = visit(CHAPTER, height=600)
    alive(page)
    assert page.locator("figure[data-widget=playground]").nth(1).get_attribute("data-live") is None
    alive(page, nth=1)


def test_first_control_is_the_query_angle_and_answers_the_arrow_keys(chapter):
    figure = alive(chapter)
    first = figure.locator("input, select, button").first
    assert first.get_attribute("aria-label") == "query angle, degrees"
    before, sentence = weights(figure), caption(figure)
    first.focus()
    for _ in range(34):
        chapter.keyboard.press("ArrowRight")
    assert figure.locator(".attn-turn .attn-number").inner_text() == "72°"
    assert row(figure, 2)["similarity"] == 1.0
    assert weights(figure)[1] > before[1]
    assert np.argmax(weights(figure)) == 1
    assert caption(figure) != sentence


def test_similarity_slider_turns_its_key_and_keeps_the_others(chapter):
    figure = alive(chapter)
    before = [row(figure, j) for j in (1, 2, 3, 4)]
    slider = figure.get_by_label("key 3: similarity to the query")
    slider.fill("0.9")
    after = [row(figure, j) for j in (1, 2, 3, 4)]
    assert after[2]["similarity"] == 0.9
    assert after[2]["weight"] > before[2]["weight"]
    for j in (0, 1, 3):
        assert after[j]["similarity"] == before[j]["similarity"]
        assert after[j]["score"] == before[j]["score"]
    assert sum(weights(figure)) == pytest.approx(1, abs=0.02)
    widget = Playground()
    angle = np.degrees(np.arctan2(*widget.query[::-1])) + np.degrees(np.arccos(0.9))
    key = np.array(widget.key)
    key[2] = 1.4 * np.array([np.cos(np.radians(angle)), np.sin(np.radians(angle))])
    widget.key = key
    assert_allclose(weights(figure), widget.weights, atol=0.0051)
    assert_allclose(output(figure), widget.output[0], atol=0.0051)


@pytest.mark.parametrize("end", ["1", "-1"])
@pytest.mark.parametrize(("key", "side"), [(1, -1), (2, 1)])
def test_key_comes_back_on_its_own_side_from_either_end_of_the_slider(chapter, end, key, side):
    figure = alive(chapter)
    slider = figure.get_by_label(f"key {key}: similarity to the query")
    figure.get_by_label(f"key {key}: angle, length").click()
    slider.fill(end)
    assert row(figure, key)["similarity"] == float(end)
    slider.fill("0.5")
    assert number(figure.get_by_label(f"key {key}: angle, degrees").input_value()) == (38 + side * 60) % 360


def test_arrow_in_the_plane_moves_by_keyboard_and_shift_moves_further(chapter):
    figure = alive(chapter)
    handle = figure.get_by_role("slider", name="query, arrow")
    before = weights(figure)
    handle.focus()
    chapter.keyboard.press("ArrowLeft")
    small = number(figure.locator(".attn-turn .attn-number").inner_text())
    assert small > 38
    chapter.keyboard.press("Shift+ArrowLeft")
    assert number(figure.locator(".attn-turn .attn-number").inner_text()) - small > small - 38
    assert weights(figure) != before
    assert "angle" in handle.get_attribute("aria-valuetext")


def test_arrow_in_the_plane_is_dragged_by_the_mouse(chapter):
    figure = alive(chapter)
    box = figure.locator(".attn-view .attn-picture svg").first.bounding_box()
    grip = figure.get_by_role("slider", name="key 4, arrow").bounding_box()
    chapter.mouse.move(grip["x"] + grip["width"] / 2, grip["y"] + grip["height"] / 2)
    chapter.mouse.down()
    chapter.mouse.move(box["x"] + box["width"] * (130 + 60) / 260, box["y"] + box["height"] / 2, steps=5)
    chapter.mouse.up()
    figure.get_by_label("key 4: angle, length").click()
    assert abs((number(figure.get_by_label("key 4: angle, degrees").input_value()) + 180) % 360 - 180) <= 1
    assert number(figure.get_by_label("key 4: length").input_value()) == pytest.approx(1, abs=0.03)


def test_arrow_in_the_plane_is_dragged_by_a_finger(visit):
    page = visit(CHAPTER, width=360, height=780, has_touch=True, is_mobile=True)
    figure = alive(page)
    grip = figure.get_by_role("slider", name="query, arrow").bounding_box()
    x, y = grip["x"] + grip["width"] / 2, grip["y"] + grip["height"] / 2
    touch = page.context.new_cdp_session(page)
    scrolled = page.evaluate("scrollY")
    touch.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [{"x": x, "y": y}]})
    for step in range(1, 7):
        touch.send(
            "Input.dispatchTouchEvent", {"type": "touchMove", "touchPoints": [{"x": x - 6 * step, "y": y - 4 * step}]}
        )
    touch.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    assert number(figure.locator(".attn-turn .attn-number").inner_text()) > 50
    assert page.evaluate("scrollY") == scrolled  # the finger moved the arrow, not the page


def test_presets_reset_and_their_sentences(chapter):
    figure = alive(chapter)
    start = weights(figure)
    button = lambda name: figure.get_by_role("button", name=name, exact=True)  # noqa: E731
    button("two equal keys").click()
    said(figure, "share the largest weight")
    assert weights(figure)[0] == weights(figure)[1]
    button("nothing to attend").click()
    said(figure, "No key may be attended")
    assert weights(figure) == [0, 0, 0, 0]
    assert output(figure) == 0
    button("almost hard").click()
    said(figure, "takes almost all the weight")
    button("reset").click()
    chapter.wait_for_function(
        "start => [...document.querySelector('figure.attn-widget').querySelectorAll('.attn-weight .attn-number')]"
        ".map(e => Number(e.textContent)).join() === start.join()",
        arg=start,
    )


def test_all_scores_and_normalisers_can_be_chosen_and_show_their_parameters(chapter):
    figure = alive(chapter)
    choose = figure.get_by_label("scoring function")
    for name in ("dot", "scaled_dot", "general", "cosine", "linear", "additive"):
        choose.select_option(name)
        for normalize in ("softmax", "sparsemax", "hardmax"):
            figure.get_by_label("normaliser").select_option(normalize)
            widget = Playground(score=name, normalize=normalize)
            assert_allclose(weights(figure), widget.weights, atol=0.0051)
            assert caption(figure) == widget.caption()
        assert figure.get_by_label("W, row 1, column 2").is_visible() == (name == "general")
        assert (figure.locator("p.attn-parameters").is_visible()) == (name in ("linear", "additive"))
        assert figure.get_by_label("temperature").is_disabled()
    choose.select_option("general")
    figure.get_by_label("normaliser").select_option("softmax")
    for r, c, x in ((1, 1, "1"), (1, 2, "0"), (2, 1, "0"), (2, 2, "1")):
        figure.get_by_label(f"W, row {r}, column {c}").fill(x)
        chapter.keyboard.press("Enter")
    assert_allclose(weights(figure), Playground(score="dot").weights, atol=0.0051)  # W = I is the dot product


def test_linear_score_does_not_hear_the_query(chapter):
    figure = alive(chapter)
    figure.get_by_label("scoring function").select_option("linear")
    before = weights(figure)
    figure.get_by_label("query angle, degrees").fill("200")
    assert weights(figure) == before
    assert "does not hear the query" in caption(figure)


def test_keys_are_added_masked_edited_and_removed(chapter):
    figure = alive(chapter)
    rows = figure.locator(".attn-row")
    add = figure.get_by_role("button", name="add a key")
    add.click()
    add.click()
    assert rows.count() == 6
    assert add.is_disabled()
    figure.get_by_label("key 1: angle, length").click()
    figure.get_by_label("may attend").first.uncheck()
    assert weights(figure)[0] == 0
    assert "masked" in figure.get_by_role("group", name="key 1 ·").get_attribute("aria-label")
    for _ in range(5):
        if figure.get_by_label("key 1: angle, length").get_attribute("aria-expanded") != "true":
            figure.get_by_label("key 1: angle, length").click()
        figure.get_by_role("button", name="remove key 1").click()
    assert rows.count() == 1
    assert figure.get_by_role("button", name="remove key 1").count() == 0
    assert weights(figure) == [1]


def test_values_are_numbers_or_vectors(chapter):
    figure = alive(chapter)
    figure.get_by_label("values are").select_option("vectors")
    assert figure.locator(".attn-output strong").inner_text().startswith("(")
    figure.get_by_label("key 1: angle, length").click()
    figure.get_by_label("key 1: value, y").fill("2")
    chapter.keyboard.press("Enter")
    assert "value (3.0, 2.0)" in figure.get_by_role("group", name="key 1 ·").get_attribute("aria-label")
    figure.get_by_label("values are").select_option("numbers")
    assert output(figure) == pytest.approx(1.44)
    figure.get_by_label("values are").select_option("vectors")
    assert "value (3.0, 2.0)" in figure.get_by_role("group", name="key 1 ·").get_attribute("aria-label")


@pytest.mark.parametrize(("typed", "kept"), [("", "1.5"), ("7", "2"), ("-3", "0")])
def test_typed_number_that_does_not_fit_never_stays(chapter, typed, kept):
    figure = alive(chapter)
    length = figure.get_by_label("query length")
    length.fill(typed)
    chapter.keyboard.press("Enter")
    chapter.keyboard.press("Tab")
    assert float(length.input_value()) == float(kept)


def test_query_of_length_zero_keeps_its_angle(chapter):
    figure = alive(chapter)
    length = figure.get_by_label("query length")
    for x in ("0", "1.5"):
        length.fill(x)
        chapter.keyboard.press("Enter")
        assert figure.locator(".attn-turn .attn-number").inner_text() == "38°"
    assert_allclose(weights(figure), Playground().weights, atol=0.0051)


def test_three_steps_show_formula_shapes_and_numbers(chapter):
    figure = alive(chapter)
    text = figure.locator(".attn-steps").inner_text()
    for part in (
        "s = q · k / √2",
        "(1, 2), (4, 2) → (1, 4)",
        "1.51  1.06  −0.56  −0.85",
        "(1, 4), (4, 1) → (1, 1)",
        "0.54 × 3.0 + 0.34 × (−1.0)",
        "≈ 1.44",
    ):
        assert part in text


def test_change_is_announced_in_words_at_most_twice_a_second(chapter):
    figure = alive(chapter)
    figure.get_by_label("key 2: similarity to the query").focus()
    spoken = announced(chapter, figure, 20, "ArrowLeft")
    assert 2 <= len(spoken) <= 6
    assert spoken[-1][1].startswith("key 2 · angle ")
    assert "similarity 0.63" in spoken[-1][1]
    assert "output" in spoken[-1][1]


def test_two_copies_on_one_page_do_not_disturb_each_other(chapter):
    first, second = alive(chapter), alive(chapter, nth=1)
    before = weights(second)
    first.get_by_label("query angle, degrees").fill("200")
    assert weights(second) == before
    kept = weights(first)
    second.get_by_label("query angle, degrees").fill("90")
    assert weights(second) != before
    assert weights(first) == kept


def test_situation_in_the_address_is_shown_by_the_first_playground(visit):
    page = visit(CHAPTER + situation(STATE))
    figure = alive(page)
    assert_allclose(weights(figure), Playground(**STATE).weights, atol=0.0051)
    assert page.evaluate("document.querySelector('figure.attn-widget').getBoundingClientRect().top") < 200
    assert len(weights(alive(page, nth=1))) == 2  # its own two keys
    page.evaluate("hash => { location.hash = hash }", situation({**STATE, "temperature": 0.1}))
    page.wait_for_function("document.querySelector('.attn-weight .attn-number').textContent === '<0.01'")


NO_SITUATIONS = [
    "#playground=", "#playground=%%%", "#playground=AAAA", "#play=e30", "#playground=bnVsbA", "#constructor=e30",
    situation({}), situation([]), situation(None), situation("x"),
    situation({**STATE, "key": [[1, 0]]}),
    situation({**STATE, "score": "<b>"}),
    situation({**STATE, "score": ["dot"]}),
    situation({**STATE, "score": "constructor"}),
    situation({**STATE, "query": [1, "</script><img src=x onerror=alert(1)>"]}),
    situation({**STATE, "query": [1, None]}),
    situation({**STATE, "temperature": 0}),
    situation({**STATE, "mask": [1, 1]}),
    situation({**STATE, "extra": 1}),
    situation({**STATE, "key": [[1, 0]] * 7, "value": [[1]] * 7, "mask": [True] * 7}),
    situation({**STATE, "value": "x" * 100_000}),
]  # fmt: skip


def test_address_that_is_no_situation_is_ignored(visit):
    page = visit(CHAPTER + NO_SITUATIONS[0])
    figure = alive(page)
    for hash in NO_SITUATIONS[1:]:
        go(page, hash)
        assert_allclose(weights(figure), Playground().weights, atol=0.0051, err_msg=hash[:80])
    go(page, situation(STATE))
    assert_allclose(weights(figure), Playground(**STATE).weights, atol=0.0051)  # one that is a situation is shown


def test_exception_in_a_widget_leaves_its_still_form_and_a_note(browser, site, modules):
    context = browser.new_context()
    page = context.new_page()
    broken = "export default { render({ el }) { el.textContent = 'half'; throw new Error('broken on purpose') } }"
    page.route("**/" + modules["playground"], lambda route: route.fulfill(body=broken, content_type="text/javascript"))
    page.goto(site + CHAPTER)
    figure = page.locator(FIGURE)
    figure.get_by_text("This widget could not start in your browser.").wait_for()
    assert figure.locator(".attn-fallback table").is_visible()
    assert figure.get_by_text("half").count() == 0
    assert figure.get_attribute("data-live") is None
    context.close()


def test_still_form_has_no_empty_space_without_javascript(visit):
    figure = visit(CHAPTER, java_script_enabled=False).locator(FIGURE)
    assert figure.bounding_box()["height"] < 480


@pytest.mark.parametrize("width", [360, 1280])
def test_nothing_jumps_in_a_chapter_with_several_widgets(visit, width):
    page = visit(CHAPTER, width=width, height=780)
    alive(page)
    page.wait_for_timeout(400)
    assert shift(page) <= 0.01


def test_what_moves_and_what_answers_are_on_one_small_screen(visit):
    page = visit("book/index.html", width=360, height=780)
    figure = alive(page)
    add = figure.get_by_role("button", name="add a key")
    add.click()
    add.click()
    top = figure.get_by_label("query angle, degrees").bounding_box()["y"]
    bottom = max(bar.bounding_box()["y"] + 20 for bar in figure.locator(".attn-weight").all())
    assert figure.locator(".attn-weight").count() == 6
    assert bottom - top <= 780 - 60


def test_settings_fold_away_on_a_phone_and_stand_open_beside_the_picture(visit):
    for width, seen in ((360, False), (1280, True)):
        figure = alive(visit(CHAPTER, width=width))
        assert figure.get_by_label("scoring function").is_visible() == seen
    phone = alive(visit(CHAPTER, width=360))
    phone.get_by_text("score: scaled dot · normalise: softmax · T = 1.00", exact=True).click()
    assert phone.get_by_label("scoring function").is_visible()
    assert phone.get_by_label("query length").is_visible()
