"""The grid in Python and JavaScript: the same vectors, numbers and sentences, what is refused, and what a page gets."""

import itertools
import json
import re

import numpy as np
import pytest
import torch
import traitlets
from numpy.testing import assert_allclose, assert_array_equal
from torch.nn.functional import scaled_dot_product_attention

from attn_core.widgets import Grid
from attn_core.widgets.grid import FORMS
from attn_core.widgets.spelling import gram_seed, grams, spelled
from attn_core.widgets.traits import words

SENTENCES = [
    "the old cat saw the older cats sleep",
    "when was the paper published",
    "the first papers were published in spring 2014",
    "one",
    "a a a",
    "Am 3. März 2021 begann es",
    "注意力是你需要的全部",
    "私はGPUを買う",
    "Привет, ПРИВЕТ! как дела?",
    "ΟΔΟΣ οδος Ὀδυσσεύς",
    "naïve nai\u0308ve na\u00efve",
    "أين الكتاب ؟",
    "😀 😀😀 don't",
    "안녕 하세요 세요",
    "İstanbul istanbul",
    "สวัสดี ครับ",
    "ab ba aba bab abab baba ababa babab x y",
]
FORMED = tuple(FORMS)


def situations():
    """States of every kind, edges included."""
    for asks, form in itertools.product(SENTENCES, FORMED):
        for row in (0, 1, 9):
            yield {"asks": asks, "form": form, "row": row}
    for (asks, answers), form in itertools.product(itertools.pairwise([*SENTENCES, SENTENCES[0]]), FORMED):
        for row in (0, 3):
            yield {"asks": asks, "answers": answers, "form": form, "row": row}
    yield {"asks": SENTENCES[0], "answers": SENTENCES[0]}
    yield {"asks": "cats the", "answers": "the cat and the cats"}
    for row in range(3):
        yield {"asks": "cat Cat dog", "form": "drawn", "row": row}


CASES = [{**Grid().state(), **changes} for changes in situations()]


# ---- by hand, then against torch ----


def test_spaces_end_a_word_and_a_letter_of_chinese_or_japanese_is_one():
    assert words(" the  cat ") == ["the", "cat"]
    assert words("我注意iPhone很好。") == ["我", "注", "意", "iPhone", "很", "好", "。"]
    assert words("안녕 하세요") == ["안녕", "하세요"]
    assert words("") == []


def test_a_word_twice_shares_what_it_would_give_to_itself():
    one, two = Grid(asks="cat"), Grid(asks="cat cat")
    assert_allclose(one.weights, [[1]])
    assert_allclose(two.weights, np.full((2, 2), 0.5))
    assert two.diagonal == 0.5
    assert "2 times" in two.caption()


def test_drawn_projections_say_so_when_a_word_gives_most_to_itself():
    twice, alone = (Grid(asks="cat Cat dog", form="drawn", row=row) for row in (1, 2))
    assert "“Cat” stands here 2 times and, as chance has it, gives most to each of these: 0.41" in twice.caption()
    assert "“dog” gives most to itself, 0.37, as chance has it" in alone.caption()


def test_place_before_gets_the_weight_that_a_pencil_finds():
    grid = Grid(asks="a b c d", form="previous")
    sure, rest = np.exp(6) / (np.exp(6) + 3), 1 / (np.exp(6) + 3)
    assert_allclose(grid.weights[0], [0.25] * 4)  # nothing stands before the first
    assert_allclose(grid.weights[1:], np.eye(4)[:3] * (sure - rest) + rest)
    assert_allclose(grid.scores, 6 * np.eye(4, k=-1), atol=1e-12)
    assert grid.asymmetry == pytest.approx(6)


@pytest.mark.parametrize("state", CASES[::5], ids=lambda state: f"{state['asks'][:9]} {state['form']}")
def test_weights_are_those_of_torch(state):
    grid = Grid(**state)
    query, key = torch.tensor(grid.query)[None], torch.tensor(grid.key)[None]
    eye = torch.eye(key.shape[1], dtype=torch.float64)[None]
    assert_allclose(grid.weights, scaled_dot_product_attention(query, key, eye)[0], atol=1e-9)


def test_literal_scores_are_symmetric_and_no_word_prefers_another_to_itself():
    for asks in SENTENCES:
        grid = Grid(asks=asks)
        assert grid.asymmetry < 1e-9
        assert_allclose(np.diag(grid.scores), 32**0.5)  # equal lengths
        assert (grid.weights.max(axis=1) <= np.diag(grid.weights) + 1e-9).all()
        assert grid.diagonal == pytest.approx(np.diag(grid.weights).mean())


def test_projections_make_scores_that_are_not_symmetric():
    for form in ("drawn", "previous"):
        assert Grid(form=form).asymmetry > 1
        assert Grid(form=form).diagonal < 0.2


def test_drawn_projections_keep_the_spread_of_the_scores_near_one():
    apart = [Grid(asks=a, answers=b, form="drawn").scores for a, b in itertools.permutations(SENTENCES[:3], 2)]
    assert np.concatenate([scores.ravel() for scores in apart]).std() == pytest.approx(1, abs=0.3)


def test_two_sentences_have_no_diagonal_and_the_same_one_typed_twice_has():
    grid = Grid(answers="the mouse")
    assert (grid.asymmetry, grid.diagonal) == (None, None)
    assert grid.weights.shape == (8, 2)
    assert Grid(answers=Grid().asks).diagonal == Grid().diagonal


def test_next_cell_reads_what_the_hand_has_left():
    grid = Grid()
    for name, value in {"asks": "who is it", "answers": "it was a cat", "form": "drawn"}.items():
        before = grid.weights
        setattr(grid, name, value)
        assert before.shape != grid.weights.shape or not np.allclose(before, grid.weights), name
    grid.row = 9
    assert grid.at == 2  # past the end, the last
    assert grid.asking == ["who", "is", "it"]


BAD = [
    ("asks", "", "asks needs 1 to 10 words, got 0"),
    ("asks", "   ", "asks needs 1 to 10 words, got 0"),
    ("asks", "a b c d e f g h i j k", "asks needs 1 to 10 words, got 11"),
    ("answers", "一二三四五六七八九十一", "answers needs up to 10 words, got 11"),
    ("asks", "x" * 17, "asks needs words of up to 16 characters, got one of 17"),
    ("asks", "a\tb", "asks needs one line of printable text, got 'a\\\\tb'"),
    ("asks", "a\u2028b", "asks needs one line of printable text"),
    ("asks", "a\u00a0b", "asks needs one line of printable text"),
    ("asks", "a" + " " * 400, "asks needs one line of printable text"),
    ("answers", "\ud800", "answers needs one line of printable text"),
    ("answers", None, "answers needs a string, got NoneType"),
    ("asks", 3, "asks needs a string, got int"),
    ("form", "learnt", "expected any of"),
    ("row", 10, "row needs a whole number from 0 to 9, got 10"),
    ("row", True, "row needs a whole number from 0 to 9, got True"),
    ("row", 1.0, "row needs a whole number from 0 to 9, got 1.0"),
]


@pytest.mark.parametrize(("name", "value", "text"), BAD, ids=[ascii(f"{name} {value}"[:30]) for name, value, _ in BAD])
def test_bad_trait_is_refused_and_the_widget_stays_as_it_was(name, value, text):
    grid = Grid(row=1)
    state, weights = grid.state(), grid.weights
    with pytest.raises(traitlets.TraitError, match=text):
        setattr(grid, name, value)
    assert grid.state() == state
    assert_array_equal(grid.weights, weights)


def test_html_form_holds_state_table_and_the_sentence():
    grid = Grid()
    html = grid.html()
    assert html.startswith('<figure class="attn-widget" data-widget="grid"')
    assert json.loads(re.search(r'<script type="application/json">(.*?)</script>', html)[1]) == grid.state()
    assert Grid(**grid.state()).html() == html
    assert "scores are symmetric · mean of the diagonal: 0.81" in html
    assert grid.caption() in html
    rows = re.search(r"<tbody>(.*?)</tbody>", html)[1].split("</tr>")
    assert re.findall(r"<td[^>]*>([^<]*)</td>", rows[0])[:2] == ["0.49", "&lt;0.01"]
    assert "attn-lit" in rows[2] and html.count("<tr class=attn-lit>") == 1


def test_words_stand_in_the_html_as_text():
    html = Grid(asks="<b> & “x”", answers="<i>").html()
    assert "<b>" not in html and "<i>" not in html
    assert "&lt;b&gt;" in html and "&amp;" in html


def test_plain_form_names_the_traits():
    text = repr(Grid(asks="a b"))
    assert text.startswith("Grid(asks='a b', answers='', form='literal', row=2, scores=[[5.656854, ")


# ---- the same in JavaScript ----


@pytest.fixture(scope="module")
def by_javascript(kit):
    got = kit.evaluate("(states) => states.map(window.grid.solve)", CASES)
    return list(zip(CASES, got, strict=True))


@pytest.mark.browser
def test_words_have_the_same_vectors_in_both(kit):
    many = sorted({word for text in SENTENCES for word in words(text)} | {"Straße", "ǅ", "ﬁn", "é" * 16, "🏳️‍🌈", "9"})
    got = kit.evaluate(
        "(words) => words.map((word) => [window.grid.grams(word).map(window.grid.seed), window.grid.spelled(word)])",
        many,
    )
    for word, (seeds, vector) in zip(many, got, strict=True):
        assert seeds == [gram_seed(gram) for gram in grams(word)], word
        assert_allclose(np.asarray(vector, float), spelled(word), rtol=1e-6, atol=1e-6, err_msg=word)


@pytest.mark.browser
def test_javascript_and_numpy_agree_on_every_case(by_javascript):
    for state, got in by_javascript:
        grid = Grid(**state)
        assert (got["asking"], got["answering"], got["itself"], got["at"]) == (
            grid.asking, grid.answering, grid.itself, grid.at,
        )  # fmt: skip
        for part in ("scores", "weights"):
            assert_allclose(np.asarray(got[part], float), getattr(grid, part), rtol=1e-6, atol=1e-6, err_msg=str(state))
        if grid.itself:
            assert got["asymmetry"] == pytest.approx(grid.asymmetry, abs=1e-6)
            assert got["diagonal"] == pytest.approx(grid.diagonal, abs=1e-6)


@pytest.mark.browser
def test_javascript_and_python_say_the_same_sentences(kit):
    script = """(states) => states.map(window.grid.solve).map((now) =>
        [window.grid.caption(now), window.grid.balance(now)])"""
    said = kit.evaluate(script, CASES)
    for state, (sentence, balance) in zip(CASES, said, strict=True):
        assert sentence == Grid(**state).caption(), state
        assert balance == Grid(**state).balance(), state
    shapes = {re.sub(r"“[^”]*”|[\d.]+", "", sentence) for sentence, _ in said}
    assert len(shapes) >= 13  # every kind of sentence has been compared


@pytest.mark.browser
def test_first_picture_and_presets_are_states_that_both_take(kit):
    base, presets = kit.evaluate("[window.grid.BASE, window.grid.PRESETS]")
    assert Grid().state() == base
    for name, patch in presets.items():
        Grid(**{**base, **patch})
        assert kit.evaluate("(state) => window.grid.valid(state)", {**base, **patch}), name
    for state in CASES:
        assert kit.evaluate("(state) => window.grid.valid(state)", state), state
    for name, value, _ in BAD:
        if value != 1.0 or value is True:  # JavaScript has one kind of number
            assert not kit.evaluate("(state) => window.grid.valid(state)", {**base, name: value}), (name, value)


@pytest.mark.browser
def test_presets_show_what_their_buttons_promise(kit):
    script = """() => Object.fromEntries(Object.entries(window.grid.PRESETS).map(([name, patch]) =>
        [name, window.grid.solve({ ...window.grid.BASE, ...patch })]))"""
    got = kit.evaluate(script)
    largest = {name: np.asarray(now["weights"], float).argmax(axis=1).tolist() for name, now in got.items()}
    assert largest["all look at themselves"] == [0, 1, 2, 3, 0, 5, 6, 7]  # the second "the" has the same as the first
    assert largest["all look one word back"][1:] == list(range(7))
    assert got["drawn, not yet learnt"]["diagonal"] < 0.15
    question = got["passage and question"]
    asked = [question["answering"][j] for j in largest["passage and question"]]
    assert (asked[0], asked[2], asked[4]) == ("the", "paper", "published")


@pytest.mark.browser
def test_what_is_typed_becomes_a_sentence_that_both_take(kit):
    typed = {
        "the  cat ": "the cat",
        "the\u00a0cat\tsat\n": "the cat sat",
        "我 注意 力": "我注意力",
        "我爱 iPhone": "我爱 iPhone",
        "a b c d e f g h i j k l": "a b c d e f g h i j",
        "x" * 40: "x" * 16,
        "zero\u200bwidth \u202eturn": "zerowidth turn",
        " ": "",
        "\ud83d": "",
    }
    for text, wanted in typed.items():
        got = kit.evaluate("(text) => window.grid.tidy(text)", text)
        assert got == wanted, ascii(text)
        if got:
            Grid(asks=got)
            assert kit.evaluate("(text) => window.grid.sentence(text, 1)", got)
