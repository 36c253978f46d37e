"""The hierarchy on a page: a score by hand moves both levels, sentences open, keys do all that the mouse does."""

from functools import partial

import pytest
from widgets import onpage
from widgets.onpage import announced, caption, go, number

from attn_core.widgets import Hierarchy
from attn_core.widgets.weighing import bare, result

pytestmark = pytest.mark.browser

FIRST = Hierarchy().state()
READ = """(figure) => {
  const texts = (of) => [...figure.querySelectorAll(`.attn-view ${of}`)].map((e) => e.textContent);
  return [texts(".attn-sentence .attn-weight"), texts("button .attn-word"), texts(".attn-one .attn-weight"),
    texts("button.attn-one > .attn-number:last-child"), texts(".attn-result span")];
}"""

alive = partial(onpage.alive, stem="hierarchy")
situation = partial(onpage.situation, "hierarchy")


def shows(figure, **changes):
    """Every number and word of the live view is what Python makes of this situation."""
    wanted = Hierarchy(**{**FIRST, **changes})
    at, chosen = wanted.hand
    n = len(wanted.words[at])
    sentences, words, weights, whole, results = figure.evaluate(READ)
    assert [number(text) for text in sentences] == pytest.approx(wanted.sentence_weights, abs=0.0051)
    assert words == [bare(word) for word in wanted.words[at]]
    assert [number(text) for text in weights] == pytest.approx(wanted.word_weights[at, :n], abs=0.0051)
    assert [number(text) for text in whole] == pytest.approx(wanted.whole[at, :n], abs=0.0051)
    assert results == list(result(wanted))
    assert caption(figure) == wanted.caption()
    pressed = figure.locator(".attn-view [aria-pressed=true]").evaluate_all("(all) => all.map((e) => e.ariaLabel)")
    assert pressed[1].startswith(f"sentence {at + 1}: ")
    assert f"“{words[chosen]}”" in pressed[2]


def scored(sentence, word, score):
    return [[score if (i, j) == (sentence - 1, word - 1) else x for j, x in enumerate(row)]
            for i, row in enumerate(FIRST["scores"])]  # fmt: skip


def test_everything_is_moved_by_keyboard_alone(opened, figure):
    shows(figure)
    figure.get_by_label("score of the chosen word").focus()
    for _ in range(3):
        opened.keyboard.press("ArrowLeft")
    shows(figure, scores=scored(5, 3, 3.7))
    figure.get_by_role("button", name="sentence 2: ").focus()
    opened.keyboard.press("Enter")
    shows(figure, scores=scored(5, 3, 3.7), opened=2)
    figure.get_by_role("button", name="“cold”, score 2.0").focus()
    opened.keyboard.press("Space")
    shows(figure, scores=scored(5, 3, 3.7), opened=2, chosen=4)
    for pool in ("max", "average"):
        figure.get_by_role("button", name=pool, exact=True).focus()
        opened.keyboard.press("Enter")
        shows(figure, scores=scored(5, 3, 3.7), opened=2, chosen=4, pool=pool)


def test_mouse_opens_a_sentence_at_the_word_it_points_at(figure):
    figure.locator(".attn-view .attn-has", has_text="forgot").click()
    shows(figure, opened=3, chosen=3)
    figure.locator("button.attn-sentence .attn-name").nth(1).click()
    shows(figure, opened=2, chosen=3)


def test_words_are_shaded_by_what_they_have_of_the_whole(figure):
    shades = figure.locator(".attn-view .attn-has").evaluate_all(
        "(all) => all.map((e) => Number(e.style.getPropertyValue('--attn-share')))"
    )
    wanted = Hierarchy()
    real = [w for row, words in zip(wanted.whole, wanted.words, strict=True) for w in row[: len(words)]]
    assert shades == pytest.approx(real, abs=0.0001)
    assert figure.locator(".attn-view .attn-planted").all_inner_texts() == ["wonderful"]
    assert figure.locator(".attn-view .attn-one small:visible").count() == 1


def test_change_is_announced_in_words(opened, figure):
    figure.get_by_label("score of the chosen word").focus()
    spoken = announced(opened, figure, 10, key="ArrowLeft")
    wanted = Hierarchy(scores=scored(5, 3, 3.0))
    word, sentence, whole = wanted.word_weights[4, 2], wanted.sentence_weights[4], wanted.whole[4, 2]
    assert spoken[-1][1] == (
        f"“wonderful”, score 3.0 · {word:.2f} of sentence 5, which has {sentence:.2f} of the document · "
        f"of the whole {whole:.2f}"
    )


def test_situation_in_the_address_is_shown_and_what_is_none_is_ignored(opened, figure):
    state = {**FIRST, "sentences": ["short", "a bit longer"], "pool": "max", "opened": 2, "chosen": 8}
    for name, value in {
        "pool": "mean",
        "opened": 0,
        "sentences": ["a  \u2028"],
        "scores": [[9.0]],
        "tones": None,
    }.items():
        go(opened, situation({**state, name: value}))
        assert caption(figure) == Hierarchy().caption(), name
    go(opened, situation(state))
    shows(figure, **{name: state[name] for name in ("sentences", "pool", "opened", "chosen")})


def test_what_moves_and_what_answers_are_on_one_small_screen_and_answer_a_finger(visit):
    page = visit(onpage.page_with("hierarchy"), width=360, height=780, has_touch=True, is_mobile=True)
    figure = alive(page)
    first, last = figure.get_by_label("score of the chosen word"), figure.locator(".attn-words")
    assert last.bounding_box()["y"] + last.bounding_box()["height"] - first.bounding_box()["y"] <= 780 - 60
    figure.locator("button.attn-sentence .attn-name").nth(3).tap()
    shows(figure, opened=4, chosen=3)
    cut = figure.locator(".attn-line-of-words").evaluate_all("(all) => all.map((e) => e.scrollWidth - e.clientWidth)")
    assert max(cut) <= 0  # each sentence is read whole
