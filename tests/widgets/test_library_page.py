"""The library on the published page: alive with no kernel, under mouse, finger and keys, and safe when not."""

from functools import partial

import numpy as np
import pytest
from numpy.testing import assert_allclose
from widgets import onpage
from widgets.onpage import announced, caption, go, heard, number, said, weights

from attn_core.widgets import Library

pytestmark = pytest.mark.browser

CHAPTER = "chapters/04-three-steps.html"
FIGURE = "figure[data-widget=library]"
HOSTILE = "</script><img src=x onerror=alert(1)>&\"'"

alive = partial(onpage.alive, stem="library")
situation = partial(onpage.situation, "library")


def minutes(figure):
    texts = figure.locator(".attn-view .attn-time").all_inner_texts()
    words = {"<1 min": 0.25, "lent out": 0}
    return [words[text] if text in words else number(text.removesuffix(" min")) for text in texts]


def known(figure):
    return figure.locator(".attn-view .attn-output strong").inner_text()


STATE = {
    "query": [1.0, 0.0], "key": [[1.0, 0.0], [0.0, 1.0]], "value": [[1.0, 0.0], [0.5, 0.5]], "mask": [True, True],
    "score": "dot", "normalize": "softmax", "temperature": 1.0, "hours": 2.0,
    "books": ["A", "B"], "subjects": ["x", "y"],
}  # fmt: skip


@pytest.fixture
def chapter(visit):
    return visit(CHAPTER)


def test_first_control_is_an_interest_and_answers_the_arrow_keys(chapter):
    figure = alive(chapter)
    first = figure.locator("input, select, button").first
    assert first.get_attribute("aria-label") == "question: interest in heroes"
    before = minutes(figure), known(figure), caption(figure)
    first.focus()
    for _ in range(6):
        chapter.keyboard.press("ArrowLeft")
    wanted = Library(query=[6, 8, 0, 0, 0])
    assert_allclose(minutes(figure), wanted.minutes, atol=0.51)
    assert_allclose(weights(figure), wanted.weights, atol=0.0051)
    assert known(figure) == wanted.mix(wanted.output)
    after = minutes(figure), known(figure), caption(figure)
    assert all(a != b for a, b in zip(before, after, strict=True))


@pytest.mark.parametrize("subject", [0, 1, 2, 3, 4])
def test_every_interest_moves_a_number(chapter, subject):
    figure = alive(chapter)
    before = weights(figure)
    figure.get_by_label(f"question: interest in {Library().subjects[subject]}").fill("4")
    query = [9.0, 8.0, 0.0, 0.0, 0.0]
    query[subject] = 4.0
    assert_allclose(weights(figure), Library(query=query).weights, atol=0.0051)
    # no card knows of gardens: there the similarities answer, and no weight does
    assert (weights(figure) != before) == (subject != 4)


def test_similarity_by_hand_turns_the_card_where_one_sees_it_and_can_be_undone(chapter):
    figure = alive(chapter)
    entries = lambda: [float(box.input_value()) for box in figure.get_by_label("The Second World War: card, ").all()]  # noqa: E731
    figure.get_by_label("The Second World War: its card").click()
    assert entries() == [0.5, 0, 1, 0, 0]
    before, bars = weights(figure), figure.locator(".attn-card >> nth=2").inner_html()
    back = figure.get_by_role("button", name="put the cards back")
    assert back.is_disabled()
    figure.get_by_label("The Second World War: similarity to the question").fill("0.9")
    turned = np.array(entries())
    assert np.linalg.norm(turned) == pytest.approx(np.linalg.norm([0.5, 1]), abs=0.02)
    assert turned[1] > 0.2
    query = np.array([9, 8, 0, 0, 0])
    assert turned @ query / np.linalg.norm(turned) / np.linalg.norm(query) == pytest.approx(0.9, abs=0.01)
    assert weights(figure)[2] > before[2] + 0.2
    assert figure.locator(".attn-card >> nth=2").inner_html() != bars
    back.click()
    assert entries() == [0.5, 0, 1, 0, 0]
    assert weights(figure) == before
    assert back.is_disabled()


def test_card_cannot_be_turned_towards_a_question_that_asks_for_nothing(chapter):
    figure = alive(chapter)
    figure.get_by_label("question: interest in heroes").fill("0")
    figure.get_by_label("question: interest in cinema").fill("0")
    assert weights(figure) == [0.2] * 5
    said(figure, "No card answers the question")
    assert figure.locator("input.attn-similarity").first.is_disabled()


def test_card_is_written_by_hand_book_is_lent_out_and_hours_stretch(chapter):
    figure = alive(chapter)
    figure.get_by_label("Bread and Butter: its card").click()
    assert figure.locator(".attn-holds", has_text="history 0.10, cooking 0.90").is_visible()
    figure.get_by_label("Bread and Butter: card, heroes").fill("2")
    chapter.keyboard.press("Enter")
    key = Library().key.copy()
    key[3, 0] = 2
    assert_allclose(weights(figure), Library(key=key).weights, atol=0.0051)
    figure.get_by_label("on the shelf").nth(3).uncheck()
    assert weights(figure)[3] == 0
    assert "lent out" in figure.get_by_role("group", name="book 4,").get_attribute("aria-label")
    hours = figure.get_by_label("hours of the evening")
    hours.fill("8")
    chapter.keyboard.press("Enter")
    assert sum(minutes(figure)) == pytest.approx(480, abs=2)
    for typed, kept in (("", 8), ("100", 24), ("-1", 0.5)):
        hours.fill(typed)
        chapter.keyboard.press("Enter")
        chapter.keyboard.press("Tab")
        assert float(hours.input_value()) == kept


def test_presets_reset_and_their_sentences(chapter):
    figure = alive(chapter)
    start = weights(figure)
    for name, words in {
        "two interests": "“Heroes in Ink” and “Bread and Butter” share",
        "nothing fits": "still the evening is spent: each of the 5 books gets 0.20",
        "one perfect card": "but the book is mostly about history",
        "best book lent out": "“A History of Cinema” answers best",
        "one book takes all": "takes the whole evening",
        "Marvel only": "“Heroes in Ink” answers best",
    }.items():
        figure.get_by_role("button", name=name, exact=True).click()
        said(figure, words)
    figure.get_by_role("button", name="nothing fits").click()
    figure.get_by_role("button", name="reset").click()
    said(figure, "“Heroes in Ink” answers best")
    chapter.wait_for_timeout(250)
    assert weights(figure) == start


def test_scores_normalisers_and_temperature_are_those_of_the_playground(chapter):
    figure = alive(chapter)
    assert figure.get_by_label("scoring function").locator("option").count() == 3
    for score in ("dot", "scaled_dot", "cosine"):
        figure.get_by_label("scoring function").select_option(score)
        for normalize in ("softmax", "sparsemax", "hardmax"):
            figure.get_by_label("normaliser").select_option(normalize)
            wanted = Library(score=score, normalize=normalize)
            assert_allclose(weights(figure), wanted.weights, atol=0.0051)
            assert caption(figure) == wanted.caption()
    assert "s = q · k / (|q| |k|)" in figure.locator(".attn-steps").inner_text()
    figure.get_by_label("normaliser").select_option("softmax")
    figure.get_by_label("temperature").fill("-1")
    assert_allclose(weights(figure), Library(score="cosine", temperature=0.1).weights, atol=0.0051)


def test_three_steps_show_formula_shapes_and_numbers(chapter):
    text = alive(chapter).locator(".attn-steps").inner_text()
    for part in (
        "s = q · k / √5",
        "(1, 5), (5, 5) → (1, 5)",
        "5.70  5.55  2.01  0.00  2.15",
        "heroes: 0.52 × 0.80 +",
        "≈ 0.46",
    ):
        assert part in text


def test_live_picture_is_the_still_picture(chapter):
    figure = alive(chapter)
    for kind, names in ((".attn-band", ["d"]), (".attn-share", ["y", "height"]), (".attn-known", ["y", "height"])):
        for name in names:
            read = f"(all) => all.map((e) => e.getAttribute('{name}')).filter((t) => t)"
            read += ".map((t) => t.match(/[\\d.]+/g).map(Number))"
            still, live = (
                figure.locator(f"{form} {kind}:not([height='0'])").evaluate_all(read)
                for form in (".attn-fallback", ".attn-view")
            )
            assert len(still) > 3
            assert_allclose(live, still, atol=0.011)


def test_change_is_announced_in_words_at_most_twice_a_second(chapter):
    figure = alive(chapter)
    figure.get_by_label("The Second World War: similarity").focus()
    spoken = announced(chapter, figure, 20)
    assert 2 <= len(spoken) <= 6
    assert spoken[-1][1].startswith("book 3, The Second World War · similarity 0.53 · score ")
    assert "minutes" in spoken[-1][1] and "you know: heroes" in spoken[-1][1]
    figure.get_by_label("question: interest in history").fill("5")
    chapter.wait_for_timeout(800)
    assert heard(chapter)[-1][1].startswith("question: heroes 9, cinema 8, history 5")


def test_situation_in_the_address_is_shown(visit):
    figure = alive(visit(CHAPTER + situation(STATE)))
    assert_allclose(weights(figure), Library(**STATE).weights, atol=0.0051)
    assert caption(figure) == Library(**STATE).caption()


def test_names_in_the_address_are_text_and_never_markup(visit):
    page = visit(CHAPTER + situation({**STATE, "books": [HOSTILE, "书"], "subjects": ["<b>x</b>", "&amp;"]}))
    figure = alive(page)
    assert figure.locator(".attn-title > span").first.inner_text() == HOSTILE
    assert figure.locator(".attn-question label > :first-child").all_inner_texts() == ["<b>x</b>", "&amp;"]
    assert HOSTILE in caption(figure)
    assert page.locator(f"{FIGURE} :is(img, b:not(.attn-view b))").count() == 0
    assert figure.locator("script").count() == 1


NO_SITUATIONS = [
    "#library=", "#library=%%%", "#library=AAAA", "#library=bnVsbA",
    situation({}), situation([]), situation(None), situation("x"),
    situation({**STATE, "extra": 1}),
    situation({name: STATE[name] for name in STATE if name != "books"}),
    situation({**STATE, "books": ["A"]}),
    situation({**STATE, "books": ["A", 1]}),
    situation({**STATE, "books": ["A", ""]}),
    situation({**STATE, "books": ["A", "\u2028"]}),
    situation({**STATE, "books": ["A", "line\u2028end"]}),
    situation({**STATE, "books": ["A", "\u202eback"]}),
    situation({**STATE, "books": ["A", "x" * 1_000_000]}),
    situation({**STATE, "books": "AB"}),
    situation({**STATE, "subjects": ["x", "<img src=x onerror=alert(1)>"]}),
    situation({**STATE, "query": [1, float("nan")]}),
    situation({**STATE, "query": [1, None]}),
    situation({**STATE, "query": [1, 11]}),
    situation({**STATE, "query": ["1", "0"]}),
    situation({**STATE, "query": {"0": 1, "1": 0, "length": 2}}),
    situation({**STATE, "key": [[1, 0], [0, 1e9]]}),
    situation({**STATE, "key": [[1, 0], [0]]}),
    situation({**STATE, "value": [[1, 0], [1, 1]]}),
    situation({**STATE, "mask": [1, 1]}),
    situation({**STATE, "score": "general"}),
    situation({**STATE, "score": ["dot"]}),
    situation({**STATE, "normalize": "constructor"}),
    situation({**STATE, "temperature": 0}),
    situation({**STATE, "hours": 1e9}),
]  # fmt: skip


def test_address_that_is_no_situation_is_ignored(visit):
    page = visit(CHAPTER + NO_SITUATIONS[0])
    figure = alive(page)
    for hash in NO_SITUATIONS[1:]:
        go(page, hash)
        assert_allclose(weights(figure), Library().weights, atol=0.0051, err_msg=hash[:80])
    go(page, situation(STATE))
    assert_allclose(weights(figure), Library(**STATE).weights, atol=0.0051)  # one that is a situation is shown


def test_what_moves_and_what_answers_are_on_one_small_screen(visit):
    page = visit(CHAPTER, width=360, height=780)
    figure = alive(page)
    assert page.evaluate("document.documentElement.scrollWidth") == 360
    top = figure.get_by_label("question: interest in heroes").bounding_box()["y"]
    bottom = max(bar.bounding_box()["y"] + 20 for bar in figure.locator(".attn-weight").all())
    assert bottom - top <= 780 - 60


def test_slider_answers_a_finger(visit):
    page = visit(CHAPTER, width=360, height=780, has_touch=True, is_mobile=True)
    figure = alive(page)
    slider = figure.get_by_label("question: interest in cooking")
    slider.scroll_into_view_if_needed()
    box = slider.bounding_box()
    page.touchscreen.tap(box["x"] + 0.8 * box["width"], box["y"] + box["height"] / 2)
    assert float(slider.input_value()) == pytest.approx(8, abs=0.5)
    assert weights(figure)[3] > 0.05
