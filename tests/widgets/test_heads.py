"""The heads in Python and JavaScript: the same matrices, numbers and sentences, what is refused, what a page gets."""

import itertools
import json
import re

import numpy as np
import pytest
import torch
import traitlets
from numpy.testing import assert_allclose, assert_array_equal

from attn_core.measure import parameters
from attn_core.nn import MultiHeadAttention
from attn_core.widgets import Heads, adding
from attn_core.widgets.heads import COUNTS
from attn_core.widgets.roles import BLOCKS, projections, standing, words_in

OLD = "the old cat saw the older cats sleep"
SENTENCES = [
    OLD,
    "one",
    "two words",
    "a a a",
    "the writer read what other writers wrote",
    "注意力是你需要",
    "Привет ПРИВЕТ как дела",
    "naïve nai\u0308ve don't 😀 ß",
]
ON = [[True] * 8, [True, False] + [True] * 6, [False] * 8, [False, True, False, True, True, False, True, True]]


def situations():
    """States of every kind, edges included."""
    for sentence, form, heads in itertools.product(SENTENCES, BLOCKS, COUNTS):
        for row, on in ((0, ON[0]), (2, ON[1]), (7, ON[0]), (6, ON[3])):
            yield {"sentence": sentence, "form": form, "num_heads": heads, "row": row, "on": on}
    for form, heads, row in itertools.product(BLOCKS, COUNTS, range(8)):
        yield {"form": form, "num_heads": heads, "row": row}
        yield {"form": form, "num_heads": heads, "row": row, "on": ON[2]}


CASES = [{**Heads().state(), **changes} for changes in situations()]
FEW = CASES[::7]


def name_of(state):
    on = "".join("+" if one else "-" for one in state["on"][: state["num_heads"]])
    return ascii(f"{state['sentence'][:9]} {state['form']} {on} {state['row']}")


# ---- by hand, then against the layer of the package and torch's own ----


def test_places_are_at_right_angles_and_a_projection_turns_each_into_the_one_before():
    places = np.stack([standing(t) for t in range(32)])
    assert_allclose(places @ places.T, 32 * np.eye(32), atol=1e-9)
    query, key, *_ = projections("two")
    asked = (words_in(["x"] * 8) @ query)[:, :32] @ (words_in(["x"] * 8) @ key)[:, :32].T
    assert_allclose(asked[1:], 1.5 * 32 * np.eye(8)[:7], atol=1e-9)


def test_word_before_gets_the_weight_that_a_pencil_finds():
    widget = Heads(sentence="a b c d", form="two", num_heads=2)
    score = 1.5 * 32 / 32**0.5
    sure, rest = np.exp(score) / (np.exp(score) + 2), 1 / (np.exp(score) + 2)  # three words to look at, one before
    assert_allclose(widget.weights[0, 1], [sure, 0, rest, rest])
    assert_allclose(widget.weights[0, 3], [rest, rest, sure, 0])


def test_head_for_all_alike_gives_the_others_the_same():
    weights = Heads().weights[3]
    assert_allclose(weights, (1 - np.eye(8)) / 7)


def test_two_roles_share_one_row_in_one_head_and_have_a_row_each_in_two():
    one, two = Heads(form="two", num_heads=1), Heads(form="two", num_heads=2)
    before, like = 5, 2  # of "cats", the word before it and the one that is spelt like it
    assert two.weights[0, 6, before] > 0.95 and two.weights[1, 6, like] > 0.95
    assert one.weights[0, 6, [before, like]].min() > 0.3
    assert one.weights[0, 6, [before, like]].sum() < 1
    assert [room[0] for room in two.rooms] == [before, like]
    assert one.rooms[0] == one.rooms[1]  # one mixture, twice


def test_two_words_that_are_spelt_alike_get_the_same_from_a_head_for_spelling():
    assert_allclose(Heads(sentence="cat dog cat dog", form="same", num_heads=1).weights[0, 1], [0, 0, 0, 1], atol=0.05)
    assert_allclose(Heads(sentence="a a a", form="same").weights, np.broadcast_to((1 - np.eye(3)) / 2, (4, 3, 3)))


@pytest.mark.parametrize("state", FEW, ids=name_of)
def test_weights_and_output_are_those_of_multi_head_attention(state):
    widget = Heads(**state)
    layer = MultiHeadAttention(64, widget.num_heads, bias=False).double()
    names = ("query_proj", "key_proj", "value_proj", "output_proj")
    layer.load_state_dict(
        {f"{name}.weight": torch.tensor(m.T) for name, m in zip(names, projections(widget.form), strict=True)}
    )
    n = len(widget.words)
    may = torch.tensor(widget.lit)[None, :, None, None] & ~torch.eye(n, dtype=torch.bool)
    x = torch.tensor(words_in(widget.words))[None]
    with torch.no_grad():
        output, weights = layer(x, x, x, mask=may)
    assert_allclose(widget.weights, weights[0], atol=1e-12)
    assert_allclose(widget.output, output[0], atol=1e-12)
    assert parameters(layer) == widget.parameters


def test_torch_gives_the_same_mean_of_weights_and_the_same_output():
    widget = Heads(form="two", num_heads=8)
    q, k, v, o = (torch.tensor(m.T) for m in projections("two"))
    layer = torch.nn.MultiheadAttention(64, 8, bias=False, batch_first=True, dtype=torch.float64)
    with torch.no_grad():
        layer.in_proj_weight.copy_(torch.cat([q, k, v]))
        layer.out_proj.weight.copy_(o)
        x = torch.tensor(words_in(widget.words))[None]
        output, weights = layer(x, x, x, attn_mask=torch.eye(8, dtype=torch.bool))  # True = may not
    assert_allclose(widget.output, output[0], atol=1e-12)
    assert_allclose(widget.mean, weights[0], atol=1e-12)


# ---- what a head adds ----


@pytest.mark.parametrize("form", BLOCKS)
def test_output_changes_by_the_part_of_the_head_that_goes_off(form):
    whole = Heads(form=form)
    for head in range(4):
        less = Heads(form=form, on=[g != head for g in range(8)])
        part = whole.parts[head]
        assert_allclose(whole.output - less.output, part, atol=1e-12)
        assert_allclose(less.changed, np.linalg.norm(part, axis=1) / np.linalg.norm(whole.output, axis=1))
        assert not less.weights[head].any()
        assert_array_equal(np.delete(less.weights, head, axis=0), np.delete(whole.weights, head, axis=0))


def test_heads_that_agree_keep_direction_and_first_choice_when_one_goes_and_roles_do_not():
    for head in range(4):
        on = [g != head for g in range(8)]
        agree, apart = Heads(form="same", on=on), Heads(form="four", on=on)
        assert agree.turned < 10
        assert agree.mean[6].argmax() == Heads(form="same").mean[6].argmax() == 2
        assert head == 3 or apart.turned > 30  # the last one looks at nothing in particular


def test_narrow_heads_are_less_sure():
    sure = [Heads(form="two", num_heads=h).weights[0, 6].max() for h in (2, 4, 8)]
    assert sure[0] > sure[1] > sure[2] > 0.8


def test_one_word_and_no_head_give_zeros_and_never_nan():
    for widget in (Heads(sentence="one"), Heads(on=[False] * 8)):
        assert not widget.weights.any() and not widget.output.any()
        assert widget.turned is None
        assert widget.rooms == [None] * 4
        assert "nan" not in widget.html().lower().split()
    assert Heads(on=[False] * 8).changed.tolist() == [1] * 8
    assert Heads(sentence="one").changed.tolist() == [0]


def test_heads_past_the_number_of_heads_do_not_count():
    off = [True] * 4 + [False] * 4
    assert_array_equal(Heads(on=off).weights, Heads().weights)
    assert Heads(on=off).caption() == Heads().caption()


def test_next_cell_reads_what_the_hand_has_left():
    widget = Heads()
    for name, value in {"num_heads": 2, "form": "two", "on": [True, False] * 4, "sentence": "who is it"}.items():
        before = widget.weights
        setattr(widget, name, value)
        assert before.shape != widget.weights.shape or not np.allclose(before, widget.weights), name
    assert widget.at == 2  # past the end, the last
    with pytest.raises(ValueError, match="read-only"):
        widget.on[0] = False


BAD = [
    ("sentence", "", "sentence needs 1 to 8 words, got 0"),
    ("sentence", "a b c d e f g h i", "sentence needs 1 to 8 words, got 9"),
    ("sentence", "x" * 17, "sentence needs words of up to 16 characters, got one of 17"),
    ("sentence", "a" + " " * 260, "sentence needs one line of printable text"),
    ("sentence", "a\u2028b", "sentence needs one line of printable text"),
    ("sentence", 3, "sentence needs a string, got int"),
    ("form", "three", "expected any of"),
    ("num_heads", 3, "num_heads needs one of 1, 2, 4, 8, got 3"),
    ("num_heads", 16, "num_heads needs one of 1, 2, 4, 8, got 16"),
    ("num_heads", True, "num_heads needs one of 1, 2, 4, 8, got True"),
    ("on", [True] * 4, r"on needs shape \(8\), got \(4,\)"),
    ("on", [1] * 8, "on needs bool entries, got int64"),
    ("row", 8, "row needs a whole number from 0 to 7, got 8"),
    ("row", -1, "row needs a whole number from 0 to 7, got -1"),
]


@pytest.mark.parametrize(("name", "value", "text"), BAD, ids=[ascii(f"{name} {value}"[:30]) for name, value, _ in BAD])
def test_bad_trait_is_refused_and_the_widget_stays_as_it_was(name, value, text):
    widget = Heads(row=1)
    state, weights = widget.state(), widget.weights
    with pytest.raises(traitlets.TraitError, match=text):
        setattr(widget, name, value)
    assert widget.state() == state
    assert_array_equal(widget.weights, weights)


def test_html_form_holds_state_grids_table_and_the_sentence():
    widget = Heads(on=[True, False] + [True] * 6)
    html = widget.html()
    assert html.startswith('<figure class="attn-widget" data-widget="heads">')
    assert json.loads(re.search(r'<script type="application/json">(.*?)</script>', html)[1]) == widget.state()
    assert Heads(**widget.state()).html() == html
    rows = re.search(r"<tbody>(.*?)</tbody>", html)[1].split("</tr>")[:-1]
    titles = [re.search(r"</svg>(.*?)</th>", row)[1] for row in rows]
    assert titles == [
        "head 1: word before",
        "head 2: off",
        "head 3: word after",
        "head 4: all alike",
        "mean of those on",
    ]
    numbers = [re.findall(r"<td[^>]*>([^<]*)</td>", row) for row in rows]
    assert numbers[0][5] == "0.98" and set(numbers[1]) == {"0.00"} and numbers[3][0] == "0.14"
    assert "parameters: 4 · 64 · 64 = 16,384, however many heads · numbers of a head: 64 / 4 = 16" in html
    assert widget.caption() in html


def test_words_stand_in_the_html_as_text():
    html = Heads(sentence="<b> & “x” <i>").html()
    assert "<b>" not in html and "<i>" not in html
    assert "&lt;b&gt;" in html and "&amp;" in html


# ---- the same in JavaScript ----


@pytest.mark.browser
def test_matrices_and_words_are_the_same_in_both(kit):
    for form in BLOCKS:
        got = kit.evaluate("(form) => window.heads.projections(form).map((m) => m.map((row) => [...row]))", form)
        assert_allclose(np.asarray(got, float), projections(form), atol=1e-12)
    got = kit.evaluate("(words) => window.heads.wordsIn(words)", Heads().words)
    assert_allclose(np.asarray(got, float), words_in(Heads().words), rtol=1e-6, atol=1e-6)


@pytest.mark.browser
def test_javascript_and_numpy_agree_on_every_case(kit):
    got = kit.evaluate("(states) => states.map(window.heads.solve)", CASES)
    for state, now in zip(CASES, got, strict=True):
        widget = Heads(**state)
        assert (now["words"], now["at"], now["lit"]) == (widget.words, widget.at, widget.lit.tolist())
        for part, wanted in (
            ("weights", widget.weights), ("mean", widget.mean), ("output", widget.output[widget.at]),
            ("changed", widget.changed[widget.at]),
        ):  # fmt: skip
            assert_allclose(np.asarray(now[part], float), wanted, rtol=1e-6, atol=1e-6, err_msg=str(state))
        if widget.turned is None:
            assert now["turned"] is None
        else:
            assert now["turned"] == pytest.approx(widget.turned, abs=1e-4)
        for room, wanted in zip(now["rooms"], widget.rooms, strict=True):
            assert room is None if wanted is None else room == [wanted[0], pytest.approx(wanted[1], abs=1e-6)]


@pytest.mark.browser
def test_javascript_and_python_say_the_same_sentences(kit):
    script = """(states) => states.map(window.heads.solve).map((now) =>
        [...["caption", "moved", "holds"].map((say) => window.heads[say](now)), window.heads.size(now.num_heads)])"""
    said = kit.evaluate(script, CASES)
    for state, (caption, moved, holds, size) in zip(CASES, said, strict=True):
        widget = Heads(**state)
        assert caption == widget.caption(), state
        assert moved == adding.moved(widget), state
        assert [tuple(each) for each in holds] == adding.rooms(widget), state
        assert size == adding.size(widget)
    shapes = {re.sub(r"“[^”]*”|[\d.]+", "", sentence) for sentence, *_ in said}
    assert len(shapes) >= 20  # every kind of sentence has been compared


@pytest.mark.browser
def test_first_picture_and_presets_are_states_that_both_take_and_what_they_promise(kit):
    base, presets = kit.evaluate("[window.heads.BASE, window.heads.PRESETS]")
    assert Heads().state() == base
    shown = {name: Heads(**{**base, **patch}) for name, patch in presets.items()}
    assert shown["one head, two roles"].weights[0, 6].max() < 0.7
    assert shown["two roles apart"].weights[:, 6].max(axis=1).min() > 0.95
    assert shown["one head removed"].lit.tolist() == [True, False, True, True]
    assert set(shown["heads that agree"].weights[:, 6].argmax(axis=1)) == {2}
    assert shown["one of them removed"].turned < 10
    assert shown["eight narrow heads"].weights.shape == (8, 8, 8)
    for state in CASES:
        assert kit.evaluate("(state) => window.heads.valid(state)", state), state
    for name, value, _ in BAD:
        assert not kit.evaluate("(state) => window.heads.valid(state)", {**base, name: value}), (name, value)
