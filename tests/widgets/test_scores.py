"""The scores in Python and JavaScript: the same numbers and sentences, what is refused, and what a page gets."""

import itertools
import json
import re

import numpy as np
import pytest
import torch
import traitlets
from numpy.testing import assert_allclose, assert_array_equal

from attn_core import scores, softmax
from attn_core.widgets import Scores
from attn_core.widgets.drawn import SHAPES, drawn

NAMES = ["dot", "scaled_dot", "general", "cosine", "linear", "additive"]
DIMS = (2, 4, 8, 16, 32, 64, 128, 256, 512)


def situations():
    """States of every kind, edges included."""
    rng = np.random.default_rng(11)
    yield {}
    for dim, similarity, length, temperature in itertools.product((2, 16, 512), (-1, 1), (0, 1, 4), (0.01, 1, 100)):
        yield {"dim": dim, "similarity": similarity, "length": length, "temperature": temperature, "draw": dim}
    for matrix, dim, changes in itertools.product(
        SHAPES, (2, 16, 128), ({}, {"similarity": 1}, {"similarity": -1}, {"swapped": True, "length": 2})
    ):
        yield {"dim": dim, "matrix": matrix, **changes}
    for dim in DIMS:
        yield {"dim": dim}
        for _ in range(4):
            yield {
                "dim": dim,
                "draw": int(rng.integers(10_000)),
                "chosen": int(rng.integers(5)),
                "swapped": bool(rng.integers(2)),
                "similarity": None if rng.integers(2) else round(float(rng.uniform(-1, 1)), 2),
                "length": round(float(rng.choice([1, rng.uniform(0, 4)])), 2),
                "temperature": round(float(10 ** rng.uniform(-2, 2)), 2),
                "matrix": str(rng.choice(SHAPES)),
            }
    yield from ({"swapped": True}, {"similarity": 0.9}, {"length": 2}, {"length": 0}, {"temperature": 0.1})


CASES = [{**Scores().state(), **changes} for changes in situations()]


# The matrix of the general score, written out once more.
MATRIX = {
    "drawn": lambda m: m,
    "identity": lambda m: np.identity(len(m)),
    "diagonal": lambda m: np.diag([1.0] * (len(m) // 2) + [0.0] * (len(m) // 2)),
    "rank one": lambda m: m[:, [0]] @ m[:, [1]].T * len(m),
    "antisymmetric": lambda m: (m - m.T) * 0.5**0.5,
}


def by_torch(state):
    """Scores and weights on torch tensors, from the query and keys that the widget reads out."""
    widget, parameters = Scores(**state), dict(drawn(state["draw"], state["dim"])[3])
    parameters["general"] = (MATRIX[state["matrix"]](*parameters["general"]),)
    query, key = torch.tensor(widget.query)[None], torch.tensor(widget.key)
    given = [[torch.tensor(array) for array in parameters.get(name, ())] for name in NAMES]
    rows = [getattr(scores, name)(query, key, *of)[0] for name, of in zip(NAMES, given, strict=True)]
    return torch.stack(rows), softmax(torch.stack(rows), temperature=state["temperature"])


def test_scores_and_weights_are_those_of_torch():
    for state in CASES:
        widget, (rows, weights) = Scores(**state), by_torch(state)
        assert_allclose(widget.scores, rows, rtol=1e-9, atol=1e-9, err_msg=str(state))
        assert_allclose(widget.weights, weights, atol=1e-9, err_msg=str(state))
        assert_allclose(widget.weights.sum(axis=1), 1)
        assert_array_equal(widget.largest, widget.weights.max(axis=1))
        assert_allclose(
            widget.entropy, torch.distributions.Categorical(weights, validate_args=False).entropy(), atol=1e-6
        )


def test_moved_is_the_weight_that_went_to_other_keys():
    before, after = Scores(), Scores(similarity=0.8, length=1.5)
    gained = np.maximum(after.weights - before.weights, 0).sum(axis=1)  # what some keys won, the others lost
    assert_allclose(after.moved, gained)
    assert_array_equal(before.moved, np.zeros(6))


@pytest.mark.parametrize("dim", DIMS)
@pytest.mark.parametrize("temperature", [0.1, 1, 100])
def test_linear_does_not_notice_the_query_nor_cosine_a_length(dim, temperature):
    first = Scores(dim=dim, temperature=temperature, chosen=1)
    turned = Scores(dim=dim, temperature=temperature, chosen=1, similarity=-0.3)
    swapped = Scores(dim=dim, temperature=temperature, chosen=1, swapped=True)
    longer = Scores(dim=dim, temperature=temperature, chosen=1, length=1.7)
    assert dict(zip(NAMES, turned.notices, strict=True)) == {name: name != "linear" for name in NAMES}
    assert dict(zip(NAMES, swapped.notices, strict=True)) == {name: name != "linear" for name in NAMES}
    assert dict(zip(NAMES, longer.notices, strict=True)) == {name: name != "cosine" for name in NAMES}
    assert_allclose(turned.weights[4], first.weights[4])
    assert_allclose(longer.weights[3], first.weights[3])
    assert turned.moved[4] == longer.moved[3] == 0
    assert not first.notices.any()


def test_identity_makes_general_the_dot_product_and_a_diagonal_that_of_some_entries():
    widget = Scores(matrix="identity")
    assert_array_equal(widget.scores[2], widget.scores[0])
    query, key = widget.query, widget.key
    assert_allclose(Scores(matrix="diagonal").scores[2], key[:, :8] @ query[:8])


def test_rank_one_knows_one_order_of_the_keys_and_its_reverse():
    orders = set()
    for chosen, similarity in itertools.product(range(5), np.linspace(-1, 1, 9)):
        widget = Scores(matrix="rank one", chosen=chosen, similarity=similarity)
        order = tuple(np.argsort(widget.scores[2]) + 1)
        assert ", ".join(map(str, order[::-1])) in widget.caption()
        orders.add(order)
    assert len(orders) == 2
    first, second = orders
    assert first == second[::-1]


@pytest.mark.parametrize("similarity", [-1, 1])
def test_antisymmetric_matrix_scores_0_where_query_and_key_are_one_direction(similarity):
    for chosen in range(5):
        widget = Scores(matrix="antisymmetric", similarity=similarity, chosen=chosen)
        assert widget.scores[2, chosen] == pytest.approx(0, abs=1e-12)
        assert np.abs(np.delete(widget.scores[2], chosen)).min() > 0.01
    near = [abs(Scores(matrix="antisymmetric", similarity=s).scores[2, 2]) for s in (0.5, 0.8, 0.95, 1)]
    assert near == sorted(near, reverse=True)


def test_cosine_notices_a_key_that_has_no_direction_left():
    widget = Scores(length=0)
    assert widget.notices.all()
    assert_array_equal(widget.scores[:4, widget.chosen], np.zeros(4))


def test_dot_sees_one_key_in_512_dimensions_and_the_scaled_dot_does_not():
    largest = [Scores(dim=512, draw=draw).largest for draw in range(20)]
    assert np.median(largest, axis=0)[0] > 0.99
    assert np.median(largest, axis=0)[1] < 0.7
    assert np.max(largest, axis=0)[3] < 0.3  # cosine: nearly the same for every key


def test_widest_spread_of_cosine_at_temperature_1_is_as_the_caption_says():
    query = np.array([[1.0, 0.0]])
    weights = softmax(scores.cosine(query, np.array([[1.0, 0.0]] + [[-1.0, 0.0]] * 4)))
    assert weights.max() == pytest.approx(0.65, abs=0.005)


def test_next_cell_reads_what_the_hand_has_left():
    widget = Scores()
    changes = {"similarity": 0.5, "length": 2.0, "chosen": 4, "temperature": 0.5, "dim": 32, "draw": 7}
    for name, value in {**changes, "swapped": True, "matrix": "identity"}.items():
        before = widget.weights
        setattr(widget, name, value)
        assert not np.allclose(before, widget.weights), name
    assert widget.query.shape == (32,)
    assert widget.key.shape == (5, 32)
    assert np.linalg.norm(widget.key[4]) == pytest.approx(2 * np.linalg.norm(Scores(dim=32, draw=7).key[4]))


BAD = [
    ("dim", 7, "dim needs a power of two from 2 to 512, got 7"),
    ("dim", 1024, "dim needs a power of two from 2 to 512, got 1024"),
    ("dim", True, "dim needs a power of two from 2 to 512, got True"),
    ("dim", 16.5, "'dim' trait .* expected an int"),
    ("draw", -1, "draw needs a number from 0 to 9999, got -1"),
    ("draw", True, "draw needs a number from 0 to 9999, got True"),
    ("chosen", 5, "chosen needs a number from 0 to 4, got 5"),
    ("swapped", 2, "'swapped' trait .* expected a boolean"),
    ("similarity", 1.01, "similarity needs a number from -1 to 1, got 1.01"),
    ("similarity", float("nan"), "similarity needs a number from -1 to 1, got nan"),
    ("draw", None, "'draw' trait .* expected an int"),
    ("matrix", "unit", "expected any of"),
    ("length", -0.5, "length needs a number from 0 to 4, got -0.5"),
    ("temperature", 0.0, "temperature needs a number from 0.01 to 100, got 0.0"),
    ("temperature", "1", "'temperature' trait .* expected a float"),
]


@pytest.mark.parametrize(("name", "value", "text"), BAD, ids=[f"{name} {value}" for name, value, _ in BAD])
def test_bad_trait_is_refused_and_the_widget_stays_as_it_was(name, value, text):
    widget = Scores(similarity=0.2)
    state, weights = widget.state(), widget.weights
    with pytest.raises(traitlets.TraitError, match=text):
        setattr(widget, name, value)
    assert widget.state() == state
    assert_array_equal(widget.weights, weights)


def test_html_form_holds_state_both_tables_and_the_sentence():
    widget = Scores(swapped=True)
    html = widget.html()
    assert html.startswith('<figure class="attn-widget" data-widget="scores" style="--attn-keys:5">')
    assert json.loads(re.search(r'<script type="application/json">(.*?)</script>', html)[1]) == widget.state()
    assert Scores(**widget.state()).html() == html
    assert widget.caption() in html
    weights, notices = re.findall(r"<tbody>(.*?)</tbody>", html)
    rows = [re.findall(r"<td[^>]*>([^<]*)</td>", row) for row in weights.split("</tr>")]
    assert rows[0] == ["0.13", "&lt;0.01", "&lt;0.01", "0.72", "0.16", "0.80", "0.84"]
    assert rows[4][-1] == "does not notice"
    rows = [re.findall(r"<td[^>]*>([^<]*)</td>", row) for row in notices.split("</tr>")]
    assert rows[3] == ["0.12", "does not notice"]
    assert rows[4] == ["does not notice", "0.31"]
    assert "moved" not in Scores().html()  # nothing is: there is no column for it


def test_plain_form_names_the_traits_and_stays_short():
    text = repr(Scores(dim=512))
    assert text.startswith("Scores(dim=512, draw=5081, chosen=2, swapped=False, similarity=None, length=1.0, ")
    assert "notices=[False, False, False, False, False, False])" in text
    assert len(text) < 1500


# ---- the same in JavaScript ----


@pytest.fixture(scope="module")
def by_javascript(kit):
    got = kit.evaluate("(states) => states.map(window.scores.solve)", CASES)
    return list(zip(CASES, got, strict=True))


@pytest.mark.browser
def test_javascript_and_numpy_agree_on_every_case(by_javascript):
    for state, got in by_javascript:
        widget = Scores(**state)
        for part in ("scores", "weights", "entropy", "largest", "moved", "gate"):
            a, b = np.asarray(got[part], float), getattr(widget, part)
            assert_allclose(a, b, rtol=1e-6, atol=1e-6, err_msg=f"{part}: {state}")
        assert got["notices"] == widget.notices.tolist(), state
        start = Scores(**{**state, "swapped": False, "similarity": None, "length": 1})
        assert_allclose(np.asarray(got["first"], float), start.weights, atol=1e-6)


@pytest.mark.browser
def test_javascript_and_python_say_the_same_sentence(kit):
    said = kit.evaluate("(states) => states.map((state) => window.scores.caption(window.scores.solve(state)))", CASES)
    for state, sentence in zip(CASES, said, strict=True):
        assert sentence == Scores(**state).caption(), state
    shapes = {re.sub(r"[\d.,√°]+|almost all|almost none|and", "", sentence) for sentence in said}
    assert len(shapes) >= 9  # every kind of sentence has been compared


@pytest.mark.browser
def test_parameters_are_the_same_in_both(kit):
    for dim in (2, 32):
        got = kit.evaluate("(dim) => window.scores.drawn(5, dim)", dim)
        query, other, key, parameters = drawn(5, dim)
        wanted = {"query": query, "other": other, "key": key, "general_weight": parameters["general"][0]}
        wanted |= {"linear_weight": parameters["linear"][0]}
        wanted |= dict(zip(("query_weight", "key_weight", "v"), parameters["additive"], strict=True))
        assert set(got) == set(wanted)
        for name, array in wanted.items():
            assert_allclose(np.asarray(got[name], float), array, atol=1e-12, err_msg=name)


@pytest.mark.browser
def test_first_picture_and_presets_are_states_that_both_take(kit):
    base, presets = kit.evaluate("[window.scores.BASE, window.scores.PRESETS]")
    assert Scores().state() == base
    for name, patch in presets.items():
        Scores(**{**base, **patch})
        assert kit.evaluate("(state) => window.scores.valid(state)", {**base, **patch}), name
    for name, value, _ in BAD:
        if value == value:  # an address holds no NaN
            assert not kit.evaluate("(state) => window.scores.valid(state)", {**base, name: value}), (name, value)


@pytest.mark.browser
def test_presets_show_what_their_buttons_promise(kit):
    script = """() => Object.fromEntries(Object.entries(window.scores.PRESETS).map(([name, patch]) =>
        [name, window.scores.solve({ ...window.scores.BASE, ...patch })]))"""
    got = kit.evaluate(script)
    silent = {name: [NAMES[i] for i, notices in enumerate(now["notices"]) if not notices] for name, now in got.items()}
    assert silent["other query: linear stays"] == ["linear"]
    assert got["other query: linear stays"]["moved"][0] > 0.8
    assert silent["long key: cosine stays"] == ["cosine"]
    assert got["long key: cosine stays"]["moved"][0] > 0.8
    assert got["wide: dot sees one key"]["largest"][0] > 0.99
    assert got["wide: dot sees one key"]["largest"][1] < 0.6
    assert got["cold: cosine focuses"]["largest"][3] > 0.9
    perfect = got["perfect key: cosine wavers"]
    assert perfect["weights"][0][2] > 0.99
    assert 0.3 < perfect["weights"][3][2] < 0.65
    same = got["W = I: general is dot"]["weights"]
    assert same[2] == same[0]
    own = got["antisymmetric: 0 for itself"]
    assert own["scores"][3][2] == pytest.approx(1)
    assert own["scores"][2][2] == pytest.approx(0, abs=1e-12)
    assert 0.05 < got["zero key"]["weights"][1][2] < 0.2  # a score of 0 still earns a weight
