"""ABCNN in Python and JavaScript: the same numbers and sentences, what is refused, what a page gets."""

import itertools
import json
import re

import numpy as np
import pytest
import torch
import traitlets
from numpy.testing import assert_allclose, assert_array_equal

from attn_core import attend, softmax
from attn_core.nn import ABCNN, match, row_sums
from attn_core.widgets import Abcnn, matching
from attn_core.widgets.spelling import spelled
from attn_core.widgets.windows import convolved, filters, matches, place_maps, pooled, read

CAT = "the cat sat on the mat"
SECONDS = [
    "a cat sits on the mat",
    "the mat sat on the cat",
    "dogs bark",
    "cat",
    "the the the",
    "注意力是你需",
    "Привет МИР",
    "naïve nai\u0308ve don't 😀 ß",
]
FIRSTS = [CAT, "one", "cat cat", "注意 ß 😀"]


def situations():
    """States of every kind, edges included."""
    for first, second, form, size, normalized in itertools.product(
        FIRSTS, SECONDS, (1, 2, 3), (1, 2, 3), (False, True)
    ):
        yield {"first": first, "second": second, "form": form, "kernel_size": size, "normalized": normalized, "row": 1}
    for form, size, normalized, row in itertools.product((1, 2, 3), (1, 2, 3), (False, True), range(6)):
        yield {"form": form, "kernel_size": size, "normalized": normalized, "row": row}


CASES = [{**Abcnn().state(), **changes} for changes in situations()]
FEW = [state for state in CASES if state["form"] == 2 or not state["normalized"]][::9]  # what the layer has, too


def name_of(state):
    soft = "softmax" if state["normalized"] else "sums"
    return ascii(f"{state['first'][:4]} {state['second'][:4]} {state['form']} {state['kernel_size']} {soft}")


def vectors(widget):
    return [np.stack([spelled(word) for word in side]) for side in widget.words]


# ---- by hand, then against the layer of the package ----


def test_matches_are_one_over_one_and_the_distance():
    near = matches(np.array([[0.0, 0.0], [3.0, 4.0]]), np.array([[0.0, 0.0], [3.0, 0.0], [0.0, 4.0]]))
    assert_allclose(near, [[1, 1 / 4, 1 / 5], [1 / 6, 1 / 5, 1 / 4]])


def test_a_word_adds_up_the_windows_that_it_stands_in():
    features = np.array([[1.0, 0.0], [2.0, 1.0], [4.0, 0.0], [8.0, 2.0]])
    assert_allclose(pooled(features, np.array([1.0, 0.5, 0.25, 1.0]), 3), [[3, 0.5], [10, 2.5]])
    widget = Abcnn(first="a b c", kernel_size=2, row=1)
    assert [widget.windows(0)[k] for k in widget.span] == ["a b", "b c"]


def test_windows_reach_over_both_ends_and_see_zeros_there():
    word = spelled("cat")[None]
    reads = filters(1, 3)
    assert_allclose(convolved(word, 3), np.tanh([reads[:, :, o] @ word[0] for o in (2, 1, 0)]))


@pytest.mark.parametrize("state", FEW, ids=name_of)
def test_the_forms_are_those_of_the_layer(state):
    widget = Abcnn(**state)
    x, y = (torch.tensor(each)[None] for each in vectors(widget))

    def softened(sums, mask):
        return softmax(row_sums(sums, mask), mask=mask.any(dim=-1))

    layer = ABCNN(
        32, 8, form=widget.form, length=6, kernel_size=widget.kernel_size, score=match,
        weigh=softened if widget.normalized else row_sums,
    ).double()  # fmt: skip
    with torch.no_grad():
        layer.conv.weight.copy_(torch.tensor(filters(1 + layer.looks_before, widget.kernel_size)))
        layer.conv.bias.zero_()
        if layer.looks_before:
            layer.first_map.copy_(torch.tensor(place_maps()[0]))
            layer.second_map.copy_(torch.tensor(place_maps()[1]))
        states, weights = layer(x, y, torch.ones(x.shape[:2], dtype=bool), torch.ones(y.shape[:2], dtype=bool))
    for reading, state, weight in zip(widget.readings, states, (weights.first, weights.second), strict=True):
        assert_allclose(reading.states, state[0], atol=1e-12)
        assert_allclose(reading.weights, weight[0], atol=1e-12)
    for ours, theirs in ((widget.before, weights.before), (widget.behind, weights.behind)):
        assert (ours is None) == (theirs is None)
        if ours is not None:
            assert_allclose(ours, theirs[0], atol=1e-12)


@pytest.mark.parametrize("form", [1, 3])
def test_with_a_softmax_the_second_channel_is_attention_with_places_as_values(form):
    widget = Abcnn(form=form, normalized=True)
    x, y = vectors(widget)
    for reading, query, key, places in zip(widget.readings, (x, y), (y, x), place_maps(), strict=True):
        output, weights = attend(query, key, places[: len(key)], score=matches)
        assert_allclose(reading.second, output)
        assert_allclose(reading.looks, weights)


def test_third_form_with_both_softmaxes_is_that_of_a_loop():
    widget = Abcnn(form=3, normalized=True, kernel_size=2, second="my cat eats fish")
    seen = []
    for own, other, places in zip(vectors(widget), vectors(widget)[::-1], place_maps(), strict=True):
        line = [np.zeros(64)]
        for x in own:
            near = np.exp([1 / (1 + np.sqrt(((x - y) ** 2).sum())) for y in other])
            line.append(
                np.concatenate([x, sum(w * place for w, place in zip(near / near.sum(), places, strict=False))])
            )
        line.append(np.zeros(64))
        reads = filters(2, 2)
        seen.append([np.tanh(reads[:, :, 0] @ a + reads[:, :, 1] @ b) for a, b in itertools.pairwise(line)])
    sums = [sum(1 / (1 + np.linalg.norm(a - b)) for b in seen[1]) for a in seen[0]]
    weights = np.exp(sums) / np.exp(sums).sum()
    states = [weights[j] * seen[0][j] + weights[j + 1] * seen[0][j + 1] for j in range(6)]
    assert_allclose(widget.weights, weights)
    assert_allclose(widget.states, states)


# ---- what a form does ----


def test_no_form_makes_weights_that_sum_to_one_and_a_softmax_does():
    for form, size in itertools.product((2, 3), (1, 2, 3)):
        raw, soft = (Abcnn(form=form, kernel_size=size, normalized=each) for each in (False, True))
        assert raw.weights.sum() > 5
        assert_allclose([reading.weights.sum() for reading in soft.readings], 1)
        first, second = (reading.weights for reading in raw.readings)
        assert_allclose([first.sum(), second.sum()], raw.behind.sum())
        assert_allclose(first, raw.behind.sum(axis=1))
        assert_allclose(second, raw.behind.sum(axis=0))
    assert abs(Abcnn(form=1).readings[0].looks.sum(axis=1) - 1).max() > 0.3
    assert_allclose(Abcnn(form=1, normalized=True).readings[1].looks.sum(axis=1), 1)
    assert_allclose(Abcnn(form=1).weights, 1 / 3)


def test_words_of_one_sentence_in_another_order_are_the_same_sentence_to_form_two_unless_windows_join_them():
    shuffled = {"second": "the mat sat on the cat", "form": 2}
    assert Abcnn(**shuffled, kernel_size=1).alike == pytest.approx(1)
    assert Abcnn(**shuffled, kernel_size=3).alike < 0.99
    assert Abcnn(**shuffled | {"form": 1}, kernel_size=1).alike < 0.9  # it knows places


def test_two_equal_sentences_match_on_the_diagonal_and_one_word_is_enough():
    same = Abcnn(second=CAT, form=2)
    assert_allclose(np.diag(same.matches), 1)
    assert same.alike == pytest.approx(1)
    one = Abcnn(first="one", second="one", form=2, kernel_size=1)
    assert_allclose(one.matches, [[1]])
    assert_allclose(one.states[0], one.readings[0].features[0])
    assert one.at == 0


def test_inputs_stay_as_they_are():
    x, y = vectors(Abcnn())
    kept = x.copy(), y.copy()
    read(x, y, form=3, kernel_size=3, normalized=True)
    assert_array_equal(x, kept[0])
    assert_array_equal(y, kept[1])


def test_next_cell_reads_what_the_hand_has_left():
    widget = Abcnn()
    changes = {"form": 2, "kernel_size": 2, "normalized": True, "second": "one two", "first": "who is it"}
    for name, value in changes.items():
        before = widget.states
        setattr(widget, name, value)
        assert before.shape != widget.states.shape or not np.allclose(before, widget.states), name
    widget.row = 5
    assert widget.at == 2  # past the end, the last


BAD = [
    ("first", "", "first needs 1 to 6 words, got 0"),
    ("second", "", "second needs 1 to 6 words, got 0"),
    ("second", "a b c d e f g", "second needs 1 to 6 words, got 7"),
    ("first", "x" * 17, "first needs words of up to 16 characters, got one of 17"),
    ("first", "a" + " " * 200, "first needs one line of printable text"),
    ("first", "a\u2028b", "first needs one line of printable text"),
    ("first", 3, "first needs a string, got int"),
    ("form", 0, "form needs one of 1, 2, 3, got 0"),
    ("form", True, "form needs one of 1, 2, 3, got True"),
    ("kernel_size", 4, "kernel_size needs a whole number from 1 to 3, got 4"),
    ("normalized", "yes", "expected a boolean"),
    ("row", 6, "row needs a whole number from 0 to 5, got 6"),
    ("row", -1, "row needs a whole number from 0 to 5, got -1"),
]


@pytest.mark.parametrize(("name", "value", "text"), BAD, ids=[ascii(f"{name} {value}"[:30]) for name, value, _ in BAD])
def test_bad_trait_is_refused_and_the_widget_stays_as_it_was(name, value, text):
    widget = Abcnn(row=2)
    state, states = widget.state(), widget.states
    with pytest.raises(traitlets.TraitError, match=text):
        setattr(widget, name, value)
    assert widget.state() == state
    assert_array_equal(widget.states, states)


def test_html_form_holds_state_matrix_sums_windows_steps_and_the_sentence():
    widget = Abcnn(form=2, row=2)
    html = widget.html()
    assert html.startswith('<figure class="attn-widget" data-widget="abcnn">')
    assert json.loads(re.search(r'<script type="application/json">(.*?)</script>', html)[1]) == widget.state()
    assert Abcnn(**widget.state()).html() == html
    tables = re.findall(r"<table>(.*?)</table>", html)
    cells = re.findall(r'<td class="attn-cell"[^>]*>([^<]*)</td>', tables[0])
    assert_allclose([float(cell) for cell in cells], widget.matches.ravel(), atol=0.0051)
    sums = [float(each) for each in re.findall(r"<td>([\d.]+)</td>", tables[0])]
    wanted = [*widget.matches.sum(axis=1), *widget.matches.sum(axis=0), widget.matches.sum()]
    assert_allclose(sums, wanted, atol=0.0051)
    weights = [float(each) for each in re.findall(r'<td class="attn-still">([\d.]+)</td>', tables[1])]
    assert_allclose(weights, [*widget.weights[2:5], widget.total], atol=0.0051)
    assert re.findall(r"<b>([^<]*)</b> ([a-z ]+):", html) == [
        ("1 score", "there"), ("2 normalise", "missing"), ("3 sum", "in part"),
    ]  # fmt: skip
    assert widget.caption() in html


def test_words_stand_in_the_html_as_text():
    html = Abcnn(first="<b> & “x” <i>", second="<u>", form=2).html()
    assert not re.search("<(b> &|i>|u>)", html)
    assert "&lt;b&gt;" in html and "&lt;u&gt;" in html and "&amp;" in html


# ---- the same in JavaScript ----


@pytest.mark.browser
def test_javascript_and_numpy_agree_on_every_case(kit):
    got = kit.evaluate("(states) => states.map(window.abcnn.solve)", CASES)
    for state, now in zip(CASES, got, strict=True):
        widget = Abcnn(**state)
        assert now["words"] == list(widget.words)
        assert (now["at"], now["span"], now["lit"]) == (widget.at, list(widget.span), list(widget.lit))
        assert now["axes"] == list(widget.axes)
        numbers = {"matches": widget.matches, "weights": widget.weights, "states": widget.states}
        for part, wanted in {**numbers, "total": widget.total, "alike": widget.alike}.items():
            assert_allclose(np.asarray(now[part], float), wanted, rtol=1e-6, atol=1e-6, err_msg=str(state))
        for made, reading in zip(now["readings"], widget.readings, strict=True):
            for part in ("looks", "second", "features", "weights", "states"):
                wanted = getattr(reading, part)
                if wanted is None:
                    assert made[part] is None
                else:
                    assert_allclose(np.asarray(made[part], float), wanted, rtol=1e-6, atol=1e-6, err_msg=str(state))


@pytest.mark.browser
def test_javascript_and_python_say_the_same_sentences(kit):
    script = """(states) => states.map(window.abcnn.solve)
        .map((now) => ["caption", "steps", "together"].map((say) => window.abcnn[say](now)))"""
    said = kit.evaluate(script, CASES)
    for state, (caption, steps, together) in zip(CASES, said, strict=True):
        widget = Abcnn(**state)
        assert caption == widget.caption(), state
        assert [tuple(step) for step in steps] == matching.steps(widget), state
        assert together == matching.together(widget), state
    shapes = {re.sub(r"“[^”]*”|[\d.]+|windows?", "", caption) for caption, *_ in said}
    assert len(shapes) >= 8  # every kind of sentence has been compared


@pytest.mark.browser
def test_first_picture_and_presets_are_states_that_both_take_and_what_they_promise(kit):
    base, presets = kit.evaluate("[window.abcnn.BASE, window.abcnn.PRESETS]")
    assert Abcnn().state() == base
    shown = {name: Abcnn(**{**base, **patch}) for name, patch in presets.items()}
    assert shown["paraphrase"].matches[1].argmax() == 1
    assert sorted(shown["shuffled"].words[0]) == sorted(shown["shuffled"].words[1])
    assert shown["shuffled"].alike == pytest.approx(1)
    assert shown["shuffled, in windows"].alike < 0.99
    one = shown["one word in common"]
    assert set(one.words[0]) & set(one.words[1]) == {"cat"}
    assert shown["both looks"].form == 3
    assert shown["step 2 put in"].weights.sum() == pytest.approx(1)
    assert kit.evaluate("(states) => states.every(window.abcnn.valid)", CASES)
    for name, value, _ in BAD:
        assert not kit.evaluate("(state) => window.abcnn.valid(state)", {**base, name: value}), (name, value)
