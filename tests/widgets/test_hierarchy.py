"""The hierarchy in Python and JavaScript: the same weights and sentences, what is refused, what a page gets."""

import json
import re

import numpy as np
import pytest
import torch
import traitlets
from numpy.testing import assert_allclose, assert_array_equal

from attn_core import results
from attn_core.nn import HierarchicalAttention, Sizes, max_pool, mean_pool
from attn_core.widgets import Hierarchy
from attn_core.widgets.weighing import result
from experiments import documents

FIRST = Hierarchy().state()
SMALL = {"sentences": ["a b", "c d e"], "scores": [[0, 0], [0, 1, 0]], "tones": [[0, 2], [0, -3, 1]]}
DRAWN = {"bench": 11, "pen": 35, "cup": 39, "overall": 5, "awful": 2, "grand": 1, "bread": 40, "cap": 8, "door": 38,
         "tea": 12, "spoon": 6, "chair": 37, "rain": 21, "salt": 14, "lamp": 10, "fish": 17, "hat": 15, "egg": 29,
         "tram": 7, "soup": 43, "jam": 41, "clock": 13, "pie": 33}  # fmt: skip


def situations():
    """States of every kind, edges included."""
    rng = np.random.default_rng(7)
    yield {}
    yield SMALL
    yield {"sentences": ["…"], "scores": [], "tones": [], "key_word": 8}
    yield {"sentences": ["one two", "!? 三"], "scores": [[1]], "tones": [[], [-3, 3]], "opened": 8, "chosen": 8}
    yield {"scores": []}
    yield {"scores": [[0, 0, 0, 0, 8]], "opened": 1}
    for _ in range(60):
        counts = rng.integers(1, 9, size=rng.integers(1, 9)).tolist()
        yield {
            "sentences": [" ".join(rng.choice(["ab,", "cd", "efg."], n)) for n in counts],
            "scores": [rng.integers(-8, 9, n).clip(-8, rng.integers(1, 9)).tolist() for n in counts],
            "tones": [rng.integers(-3, 4, n).astype(float).tolist() for n in counts],
            **{name: int(rng.integers(1, 9)) for name in ("key_sentence", "key_word", "opened", "chosen")},
        }


CASES = [
    Hierarchy(**{**FIRST, **changes, "pool": pool}).state()
    for changes in (
        {**each, "scores": [list(row) for row in each.get("scores", FIRST["scores"])]} for each in situations()
    )
    for pool in ("attention", "average", "max")
]


# ---- numbers for a pencil ----


def test_attention_on_both_levels_is_a_softmax_of_scores_and_then_of_what_came_of_them():
    widget = Hierarchy(**SMALL, key_sentence=2, key_word=2)
    word = np.e / (2 + np.e)
    assert_allclose(widget.word_weights[:, :3], [[0.5, 0.5, 0], [1 / (2 + np.e), word, 1 / (2 + np.e)]])
    sentence = np.exp(word) / (1 + np.exp(word))  # scores 0 and word · 1
    assert_allclose(widget.sentence_weights, [1 - sentence, sentence])
    assert_allclose(widget.whole[1, 1], sentence * word)
    assert widget.rank == (1, 1)


def test_average_gives_words_of_short_sentences_more():
    widget = Hierarchy(**SMALL, pool="average", key_sentence=2, key_word=2)
    assert_allclose(widget.whole[:, :3], [[1 / 4, 1 / 4, 0], [1 / 6, 1 / 6, 1 / 6]])
    assert widget.rank == (3, 5)
    assert_allclose(widget.document, [(1 + 1 / 3) / 2, (0 + 1) / 2, (0 + 1 / 3) / 2])


def test_maximum_takes_each_number_from_one_word_and_is_no_product():
    widget = Hierarchy(**SMALL, pool="max", key_sentence=2, key_word=2)
    assert_array_equal(widget.document, [2, 3, 1])  # praise of "b", blame and score of "d"
    assert_allclose(widget.whole[:, :3], [[0, 1 / 3, 0], [0, 2 / 3, 0]])
    product = widget.sentence_weights[:, None] * widget.word_weights
    assert abs(product[0, 1] - widget.whole[0, 1]) > 0.1
    assert widget.rank == (1, 1)


# ---- against another source ----


@pytest.mark.parametrize("state", CASES[::7], ids=lambda state: state["pool"])
def test_weights_and_document_are_those_of_the_hierarchical_layer(state):
    widget = Hierarchy(**state)
    n, longest = len(widget.words), max(map(len, widget.words))

    def attention(states, mask):
        weights = torch.softmax(states[..., 2].masked_fill(~mask, -torch.inf), dim=-1).nan_to_num()
        return (weights[:, None] @ states)[:, 0], weights

    def given(inputs, lengths):
        return torch.from_numpy(held), torch.arange(longest) < lengths[:, None]

    def onward(vectors, lengths):
        return vectors, torch.ones(vectors.shape[:2], dtype=torch.bool)

    held = np.zeros((n, longest, 3))
    for i in range(n):
        held[i, : len(widget.words[i])] = widget.held(i)
    pool = {"attention": attention, "average": mean_pool, "max": max_pool}[state["pool"]]
    encoders = {"word_encoder": given, "sentence_encoder": onward}
    layer = HierarchicalAttention(Sizes(2, 2), word_pool=pool, sentence_pool=pool, **encoders)
    lengths = torch.tensor([[len(words) for words in widget.words]])
    output, weights = layer(torch.ones(1, n, longest, dtype=torch.int64), lengths)
    assert_allclose(widget.document, output[0], atol=1e-9)
    assert_allclose(widget.sentence_weights, weights.sentences[0], atol=1e-7)
    assert_allclose(widget.word_weights[:, :longest], weights.words[0], atol=1e-7)


# ---- the hand ----


def test_score_moves_both_levels_and_the_next_cell_reads_it():
    widget = Hierarchy()
    sentence, word = widget.sentence_weights[0], widget.word_weights[0, 4]
    scores = widget.scores.copy()
    scores[0, 4] = 6
    widget.scores = scores
    assert widget.word_weights[0, 4] > word + 0.2
    assert widget.sentence_weights[0] > sentence + 0.5
    for name, value in {"tones": [], "pool": "max", "sentences": ["so", "so so"]}.items():
        before = widget.document
        setattr(widget, name, value)
        assert not np.allclose(before, widget.document), name


def test_places_past_the_end_are_the_last():
    widget = Hierarchy(**SMALL, key_sentence=8, key_word=8, opened=1, chosen=7)
    assert (widget.key_place, widget.hand) == ((1, 2), (0, 1))


BAD = [
    ("sentences", [], "sentences needs 1 to 8 names, got 0"),
    ("sentences", ["a"] * 9, "sentences needs 1 to 8 names, got 9"),
    ("sentences", ["a\nb"], "sentences needs printable names"),
    ("sentences", ["a b c d e f g h i"], "sentences needs at most 8 words in each, got 'a b c d e f g h i'"),
    ("sentences", ["x" * 49], "sentences needs names of 1 to 48 characters, got one of 49"),
    ("scores", [[8.5]], r"scores needs numbers from -8 to 8, got"),
    ("scores", [[0] * 9], r"scores needs shape \(8, 8\), got"),
    ("scores", 3.0, r"scores needs shape \(8, 8\), got \(\)"),
    ("tones", [[-4]], "tones needs numbers from -3 to 3, got"),
    ("tones", [["x"]], "tones needs float entries"),
    ("key_sentence", 0, "key_sentence needs a whole number from 1 to 8, got 0"),
    ("key_word", True, "key_word needs a whole number from 1 to 8, got True"),
    ("pool", "sum", "pool"),
    ("opened", 9, "opened needs a whole number from 1 to 8, got 9"),
    ("chosen", 1.0, "chosen needs a whole number from 1 to 8, got 1.0"),
]


@pytest.mark.parametrize(("name", "value", "text"), BAD, ids=[f"{name} {value!s:.20}" for name, value, _ in BAD])
def test_bad_trait_is_refused_and_the_widget_stays_as_it_was(name, value, text):
    widget = Hierarchy(opened=2)
    state, whole = widget.state(), widget.whole
    with pytest.raises(traitlets.TraitError, match=text):
        setattr(widget, name, value)
    assert widget.state() == state
    assert_array_equal(widget.whole, whole)


# ---- what a page gets ----


def test_html_form_holds_state_both_tables_and_the_sentence():
    widget = Hierarchy()
    html = widget.html()
    assert json.loads(re.search(r'<script type="application/json">(.*?)</script>', html)[1]) == widget.state()
    assert Hierarchy(**widget.state()).html() == html
    assert widget.caption() in html
    assert all(text in html for text in result(widget))
    sentences, words = (re.findall(r"<td[^>]*>([^<]*)</td>", table) for table in html.split("<tbody>")[1:])
    assert sentences[8:10] == ["3.61", "0.75"]
    assert words[6:10] == ["4.0", "0.71", "0.53", "0.5"]
    assert html.count("<small>key</small>") == 1


def test_plain_form_names_the_traits():
    assert repr(Hierarchy()).startswith("Hierarchy(sentences=['We came on a rainy Monday.', ")


# ---- the same in JavaScript ----


@pytest.mark.browser
def test_javascript_and_python_agree_on_every_case(kit):
    script = """(states) => states.map((state) => {
      const now = window.hierarchy.solve(state), { caption, result, valid } = window.hierarchy;
      return { ...now, caption: caption(now), result: result(now), valid: valid(state) };
    })"""
    shapes = set()
    for state, got in zip(CASES, kit.evaluate(script, CASES), strict=True):
        widget = Hierarchy(**state)
        assert_allclose(np.asarray(got["sentenceWeights"], float), widget.sentence_weights, atol=1e-6)
        assert_allclose(np.asarray(got["vectors"], float), widget.vectors, atol=1e-6)
        assert_allclose(np.asarray(got["document"], float), widget.document, atol=1e-6)
        for part, wanted in (("wordWeights", widget.word_weights), ("whole", widget.whole)):
            for row, other, words in zip(got[part], wanted, widget.words, strict=True):
                assert_allclose(np.asarray(row, float), other[: len(words)], atol=1e-6, err_msg=f"{part}: {state}")
        assert (got["key"], got["hand"], got["rank"]) == tuple(map(list, (widget.key_place, widget.hand, widget.rank)))
        assert got["caption"] == widget.caption(), state
        assert got["result"] == list(result(widget)), state
        assert got["valid"] is True
        shapes.add(re.sub(r"[<>−]?\d+(\.\d+)?( to \d+)?|“[^”]*”", "", got["caption"]))
    assert len(shapes) == 7  # every kind of sentence has been compared


@pytest.mark.browser
def test_first_picture_and_presets_are_states_that_both_take(kit):
    base, presets = kit.evaluate("[window.hierarchy.BASE, window.hierarchy.PRESETS]")
    assert base == FIRST
    for name, patch in presets.items():
        Hierarchy(**{**base, **patch})
        assert kit.evaluate("(state) => window.hierarchy.valid(state)", {**base, **patch}), name
    for name, value, _ in BAD:
        if name != "chosen":  # in an address 1.0 is 1
            assert not kit.evaluate("(state) => window.hierarchy.valid(state)", {**base, name: value}), (name, value)


@pytest.mark.browser
def test_presets_show_what_their_buttons_promise(kit):
    presets = kit.evaluate("window.hierarchy.PRESETS")
    got = {name: Hierarchy(**{**FIRST, **patch}) for name, patch in presets.items()}
    averaged = {name: Hierarchy(**{**FIRST, **patch, "pool": "average"}) for name, patch in presets.items()}

    dull, flat = got["key word, dull sentence"], averaged["key word, dull sentence"]
    i = dull.key_place[0]
    assert np.count_nonzero(dull.scores[i]) == 1  # the key word's own
    assert (dull.rank, flat.rank[1]) == ((1, 1), sum(map(len, dull.words)))
    assert flat.document[1] > flat.document[0] and dull.document[0] > dull.document[1]

    two = got["two key sentences"]
    assert_allclose(two.sentence_weights[[2, 4]], 0.45, atol=0.02)
    assert abs(two.document[0] - two.document[1]) < 0.05

    light = got["heavy word, light sentence"]
    at, word = light.hand
    assert light.word_weights[at, word] > 0.75 and light.sentence_weights[at] < 0.05

    longer, first = got["longer: less for each"], Hierarchy()
    assert longer.whole[longer.key_place] < first.whole[first.key_place] - 0.05

    assert_allclose(got["all scores equal"].whole, averaged["all scores equal"].whole)


@pytest.mark.browser
def test_trained_reader_gives_the_weights_that_its_preset_shows(kit):
    widget = Hierarchy(**{**FIRST, **kit.evaluate("window.hierarchy.PRESETS['a trained reader']")})
    codes = np.zeros((1, 6, 6), int)
    for i, words in enumerate(widget.words):
        codes[0, i, : len(words)] = [DRAWN[word] for word in words]
    reader = documents.Reader(documents.Config(), "attention")
    kept = results.weights("documents")
    reader.load_state_dict({name: torch.from_numpy(np.array(weight)).float() for name, weight in kept.items()})
    with torch.no_grad():
        answer, weights = reader(torch.from_numpy(codes))
    assert answer.argmax() + 1 == DRAWN["awful"] == codes[0][widget.key_place]
    assert_allclose(widget.sentence_weights, weights.sentences[0], atol=0.011)
    assert_allclose(widget.word_weights[:, :6], weights.words[0], atol=0.011)
    assert widget.rank == (2, 2)
