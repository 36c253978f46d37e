"""The pooling in Python and JavaScript: the same numbers and sentences, what is refused, what a page gets."""

import json
import re

import numpy as np
import pytest
import torch
import traitlets
from numpy.testing import assert_allclose, assert_array_equal

from attn_core import nn
from attn_core.widgets import Pooling

FIRST = Pooling().state()
T = 12


def only(*steps):
    return [t + 1 in steps for t in range(T)]


def situations():
    """States of every kind, edges included."""
    rng = np.random.default_rng(9)
    loud = [1.0 if t == 8 else x for t, x in enumerate(FIRST["values"])]
    for bias in (-2.0, 0.0, 1.0, 3.5, 6.0):
        yield from (
            {"forget_bias": bias, "marked": marks} for marks in (only(), only(*range(1, 13)), only(12), only(2))
        )
        yield from ({"forget_bias": bias, "gate": g, "query": q} for g in (-4.0, 1.0, 4.0) for q in (-4.0, 0.0, 4.0))
        yield from ({"forget_bias": bias, "query": q, "values": loud} for q in (-0.1, 0.0, 0.1, 2.0))
    yield from ({"values": [x] * T, "marked": only(3, 5, 7)} for x in (-1.0, 0.0, 1.0))
    for _ in range(60):
        yield {
            "values": rng.uniform(-1, 1, size=T).round(1).tolist(),
            "marked": (rng.uniform(size=T) < rng.choice([0.1, 0.5])).tolist(),
            "chosen": int(rng.integers(1, 13)),
            "forget_bias": round(float(rng.uniform(-2, 6)), 1),
            "gate": round(float(rng.choice([0, rng.uniform(-4, 4)])), 1),
            "query": round(float(rng.uniform(-4, 4)), 1),
        }


CASES = [{**FIRST, **changes} for changes in situations()]


# ---- numbers for a pencil ----


def test_half_open_gates_let_in_by_half_and_halve_at_each_later_step():
    widget = Pooling(forget_bias=0)
    assert_allclose(widget.weights[0], 0.5 ** np.arange(12, 0, -1))
    assert (widget.kept, widget.half_life) == pytest.approx((0.5, 1))
    assert widget.total[0] == pytest.approx(1 - 0.5**12)


def test_mean_and_max_do_not_see_the_mark():
    values = [0.0] * 10 + [0.8, 0.8]
    for marked in (only(1), only(12)):
        _, mean, top, _ = Pooling(values=values, marked=marked).weights
        assert_allclose(mean, 1 / 12)
        assert_array_equal(top, np.eye(T)[10])  # the first of equals


def test_attention_weighs_a_marked_step_by_the_exponential_of_twice_the_query():
    row = Pooling(marked=only(2), query=np.log(3)).weights[3]  # scores of log 3 and −log 3
    assert_allclose(row, np.where(only(2), 9, 1) / 20)
    assert_allclose(Pooling(marked=only(2), query=0).weights[3], 1 / 12)


def test_what_is_handed_on_and_how_much_of_it_is_marked():
    widget = Pooling(values=[0.4, -1.0] + [0.0] * 10, marked=only(1, 2), forget_bias=0, query=0)
    last = 2.0**-12
    assert_allclose(widget.output, [0.4 * last - 2 * last, -0.05, 0.4, -0.05])
    assert_allclose(widget.found, [3 * last / (1 - last), 1 / 6, 1, 1 / 6])
    assert widget.wanted == pytest.approx(-0.3)


def test_where_nothing_is_marked_nothing_is_found():
    widget = Pooling(marked=only(), query=4)
    assert_array_equal(widget.found, np.zeros(4))
    assert widget.wanted is None
    assert_allclose(widget.weights[3], 1 / 12)


# ---- against another source ----


def by_lstm(state):
    """The cell state after each prefix and the weight of each step, from torch's own LSTM with gates set by hand."""
    lstm = torch.nn.LSTM(2, 1, batch_first=True, dtype=torch.float64)  # it reads the mark and the candidate
    with torch.no_grad():
        for parameter in lstm.parameters():
            parameter.zero_()
        lstm.weight_ih_l0[0, 0] = state["gate"]  # torch's order: input gate, forget gate, candidate, output gate
        lstm.weight_ih_l0[2, 1] = 1.0
        lstm.bias_ih_l0[1] = state["forget_bias"]
        mark = torch.where(torch.tensor(state["marked"]), 1.0, -1.0).double()
        candidate = torch.tensor(state["values"], dtype=torch.float64)
        alone = 0.5 * torch.eye(T, dtype=torch.float64)  # a candidate at one step only, and none elsewhere
        read = torch.cat([candidate[None], alone]).atanh()
        _, (_, cell) = lstm(torch.stack([mark.expand(T + 1, T), read], dim=-1))
        cell = cell[0, :, 0].numpy()
    return cell[0], cell[1:] / 0.5


def test_last_state_is_that_of_an_lstm_whose_gates_are_set_by_hand():
    for state in CASES:
        state = {**state, "values": [0.9 * x for x in state["values"]]}  # a candidate, a tanh, reaches no 1
        widget, (cell, weights) = Pooling(**state), by_lstm(state)
        assert_allclose(widget.weights[0], weights, atol=1e-12, err_msg=str(state))
        assert_allclose(widget.output[0], cell, atol=1e-12)


def test_mean_max_and_attention_are_those_of_the_package_and_of_torch():
    for state in CASES:
        widget, values = Pooling(**state), torch.tensor(state["values"], dtype=torch.float64)
        for row, pool in ((1, nn.mean_pool), (2, nn.max_pool)):
            output, weights = pool(values[None, :, None], torch.ones(1, T, dtype=torch.bool))
            assert_allclose(widget.weights[row], weights[0], atol=1e-12)
            assert_allclose(widget.output[row], output[0, 0], atol=1e-12)
        mark = torch.tensor([1.0 if one else -1.0 for one in state["marked"]], dtype=torch.float64)
        weights = torch.softmax(state["query"] * mark, dim=0)
        assert_allclose(widget.weights[3], weights, atol=1e-12)
        assert_allclose(widget.output[3], weights @ values, atol=1e-12)


def test_half_of_the_state_is_left_after_a_half_life():
    for bias in (-2.0, 0.3, 6.0):
        widget = Pooling(forget_bias=bias)
        assert widget.kept**widget.half_life == pytest.approx(0.5)


# ---- the hand ----


def test_next_cell_reads_what_the_hand_has_left():
    widget = Pooling(gate=0.5)
    for name, value in {"values": [0.3] * T, "marked": only(4), "forget_bias": 2.0, "gate": 2.0, "query": 1.0}.items():
        before = np.r_[widget.weights.ravel(), widget.output]
        setattr(widget, name, value)
        assert not np.allclose(before, np.r_[widget.weights.ravel(), widget.output]), name


BAD = [
    ("values", [0.0] * 11, r"values needs shape \(12\), got \(11,\)"),
    ("values", [1.1] + [0.0] * 11, "values needs numbers from -1 to 1, got"),
    ("values", [None] * T, "values needs float entries"),
    ("marked", [0] * T, "marked needs bool entries"),
    ("marked", [True], r"marked needs shape \(12\), got \(1,\)"),
    ("chosen", 0, "chosen needs a whole number from 1 to 12, got 0"),
    ("chosen", True, "chosen needs a whole number from 1 to 12, got True"),
    ("forget_bias", 6.1, "forget_bias needs a number from -2 to 6, got 6.1"),
    ("forget_bias", float("nan"), "forget_bias needs a number from -2 to 6, got nan"),
    ("gate", -4.1, "gate needs a number from -4 to 4, got -4.1"),
    ("query", 5.0, "query needs a number from -4 to 4, got 5.0"),
    ("query", None, "query"),
]


@pytest.mark.parametrize(("name", "value", "text"), BAD, ids=[f"{name} {value}" for name, value, _ in BAD])
def test_bad_trait_is_refused_and_the_widget_stays_as_it_was(name, value, text):
    widget = Pooling(query=3)
    state, weights = widget.state(), widget.weights
    with pytest.raises(traitlets.TraitError, match=text):
        setattr(widget, name, value)
    assert widget.state() == state
    assert_array_equal(widget.weights, weights)


# ---- what a page gets ----


def test_html_form_holds_state_table_and_the_sentence():
    widget = Pooling(forget_bias=0)
    html = widget.html()
    assert html.startswith('<figure class="attn-widget" data-widget="pooling">')
    assert json.loads(re.search(r'<script type="application/json">(.*?)</script>', html)[1]) == widget.state()
    assert Pooling(**widget.state()).html() == html
    assert widget.caption().replace("<", "&lt;") in html
    rows = [re.findall(r"<td[^>]*>([^<]*)</td>", row) for row in html.split("<tbody>")[1].split("</tr>")]
    assert rows[1] == ["0.9", "&lt;0.01", "0.08", "1.00", "0.83"]
    assert rows[11] == ["0.1", "0.50", "0.08", "0", "0.02"]
    assert rows[12] == ["1.00"] * 4
    assert rows[13] == ["0.10", "0.10", "0.90", "0.75"]
    assert rows[14] == ["&lt;0.01", "0.08", "1.00", "0.83"]
    assert html.count(" marked</th>") == 1
    assert ">–</td>" in Pooling(marked=only()).html()


def test_plain_form_names_the_traits_and_stays_short():
    text = repr(Pooling())
    assert text.startswith("Pooling(values=[0.1, 0.9, -0.2, 0.3, -0.4, 0.2, 0.0, -0.3, 0.4, -0.1, 0.2, 0.1], marked=[F")
    assert "chosen=2, forget_bias=1.0, gate=0.0, query=2.0, weights=[[" in text
    assert len(text) < 1200


# ---- the same in JavaScript ----


@pytest.mark.browser
def test_javascript_and_python_agree_on_every_case(kit):
    script = """(states) => states.map((state) => {
      const now = window.pooling.solve(state);
      return { ...now, said: window.pooling.caption(now), valid: window.pooling.valid(state) };
    })"""
    shapes = set()
    for state, got in zip(CASES, kit.evaluate(script, CASES), strict=True):
        widget = Pooling(**state)
        for part in ("weights", "output", "total", "found", "kept", "let_in", "half_life"):
            assert_allclose(np.asarray(got[part], float), getattr(widget, part), atol=1e-9, err_msg=f"{part}: {state}")
        assert got["wanted"] == (None if widget.wanted is None else pytest.approx(widget.wanted))
        assert got["valid"] is True
        assert got["said"] == widget.caption(), state
        shapes.add(re.sub(r"[\d.,<>−]+|Steps?|steps?|and|is|are", "", got["said"]).replace(" ", ""))
    assert len(shapes) >= 11  # every kind of sentence has been compared


@pytest.mark.browser
def test_first_picture_and_presets_are_states_that_both_take(kit):
    base, presets, about = kit.evaluate("[window.pooling.BASE, window.pooling.PRESETS, window.pooling.ABOUT]")
    assert base == FIRST
    assert about in Pooling().html()
    for name, patch in presets.items():
        Pooling(**{**base, **patch})
        assert kit.evaluate("(state) => window.pooling.valid(state)", {**base, **patch}), name
    for name, value, _ in BAD:
        if value == value:  # an address holds no NaN
            assert not kit.evaluate("(state) => window.pooling.valid(state)", {**base, name: value}), (name, value)


@pytest.mark.browser
def test_presets_show_what_their_buttons_promise(kit):
    presets = kit.evaluate("window.pooling.PRESETS")
    got = {name: Pooling(**{**FIRST, **patch}) for name, patch in presets.items()}
    last, mean, most, attention = range(4)

    found = got["important first"].found
    assert found[last] < found[mean] < found[attention]
    assert found[most] == 1  # by luck: it is the largest too
    late = got["important last"]
    assert late.marked[-1] and late.found[last] > 2 * late.found[mean]
    assert_allclose(late.found[attention], found[attention])  # wherever it stands
    alike = got["all alike"]
    assert_allclose(alike.weights[attention], alike.weights[mean])
    assert np.ptp(alike.values) == 0 and (np.diff(alike.weights[last]) > 0).all()
    error = got["one loud error"]
    assert error.found[most] == 0 and error.output[most] == 1
    assert abs(error.output[attention] - error.wanted) < 0.2
    kept = got["forget nothing"]
    assert kept.half_life > 100
    assert kept.found[last] == pytest.approx(kept.found[mean], abs=0.01)
    knows = got["a gate that knows"]
    assert knows.found[last] > 0.8
    rest = got["ask for the rest"]
    assert_allclose(rest.found[last], knows.found[last])
    assert rest.found[attention] < 0.01
