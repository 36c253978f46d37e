"""The regions in Python and JavaScript: the same numbers, draws and sentences, what is refused, what a page gets."""

import json
import re

import numpy as np
import pytest
import torch
import traitlets
from numpy.testing import assert_allclose, assert_array_equal

from attn_core import local, sparsemax
from attn_core.widgets import Regions
from attn_core.widgets.drawn import uniform

FIRST = Regions().state()
FLAT = [0.0] * 9
TIED = [0.0, 2.0, 0.0, 0.0, 0.0, 2.0, 0.0, 0.0, 0.0]
NEAR = [0.0, 2.0, 0.0, 0.0, 0.0, 1.9, 0.0, 0.0, 0.0]


def situations():
    """States of every kind, edges included."""
    rng = np.random.default_rng(12)
    yield from ({}, {"draws": 0}, {"draws": 1}, {"draws": 50}, {"draws": 1000}, {"seed": 9999})
    yield from ({"scores": FLAT, "draws": draws} for draws in (0, 1, 100))
    yield from ({"scores": scores, "draws": draws} for scores in (TIED, NEAR) for draws in (0, 300))
    yield from ({"temperature": t} for t in (0.01, 0.1, 10.0, 100.0))
    yield from ({"window": d, "centre": p} for d in (0, 1, 2, 8) for p in (1.0, 1.4, 4.5, 6.6, 9.0))
    for _ in range(60):
        yield {
            "scores": rng.uniform(-3, 3, size=9).round(1).tolist(),
            "chosen": int(rng.integers(1, 10)),
            "centre": round(float(rng.uniform(1, 9)), 1),
            "window": int(rng.integers(0, 9)),
            "temperature": round(float(10 ** rng.uniform(-2, 2)), 2),
            "seed": int(rng.integers(10_000)),
            "draws": int(rng.choice([0, 1, 7, 60, 500])),
        }


CASES = [{**FIRST, **changes} for changes in situations()]


# ---- numbers for a pencil ----


def test_equal_scores_share_the_window():
    soft, sparse, hard, _, local_m, local_p = Regions(scores=FLAT, centre=5, window=1, draws=0).weights
    assert_allclose(soft, np.full(9, 1 / 9))
    assert_allclose(sparse, soft)
    assert_array_equal(hard, [1, 0, 0, 0, 0, 0, 0, 0, 0])
    third, edge = 1 / 3, np.exp(-2) / 3
    assert_allclose(local_m, [0, 0, 0, third, third, third, 0, 0, 0])
    assert_allclose(local_p, [0, 0, 0, edge, third, edge, 0, 0, 0])


def test_what_is_read_out_of_equal_scores():
    widget = Regions(scores=FLAT, centre=5, window=1, draws=0)
    assert_allclose(widget.total, [1, 1, 1, 0, 1, (1 + 2 * np.exp(-2)) / 3])
    share = np.array([np.exp(-2), 1, np.exp(-2)]) / (1 + 2 * np.exp(-2))
    assert_allclose(widget.entropy, [np.log(9), np.log(9), 0, 0, np.log(3), -(share * np.log(share)).sum()])
    assert_array_equal(widget.looked, [9, 9, 9, 9, 3, 3])
    assert_array_equal(widget.read, [9, 9, 1, 0, 3, 3])


def test_window_ends_with_the_sentence_and_lies_around_a_centre_between_two_positions():
    assert_array_equal(Regions(centre=1, window=2).looked[4:], [3, 3])
    widget = Regions(centre=4.5, window=1)
    assert_array_equal(np.flatnonzero(widget.inside[4]) + 1, [4, 5, 6])  # the later of the two nearest positions
    assert_array_equal(np.flatnonzero(widget.inside[5]) + 1, [4, 5])


def test_window_of_one_reads_its_position_whatever_the_score():
    assert_array_equal(Regions(centre=2, window=0).weights[4:], np.eye(9)[[1, 1]])
    between = Regions(centre=2.5, window=0)
    assert_array_equal(between.weights[4:], [np.eye(9)[2], np.zeros(9)])
    assert (between.total[5], between.entropy[5], between.looked[5], between.read[5]) == (0, 0, 0, 0)


def test_draws_are_the_numbers_of_the_generator_against_the_weights_added_up():
    widget = Regions(seed=4, draws=3)
    ends = np.cumsum(widget.weights[0])
    wanted = [next(j for j in range(9) if u < ends[j]) for u in uniform(4, 3)]
    assert_array_equal(widget.counts, np.bincount(wanted, minlength=9))
    assert_allclose(widget.weights[3], widget.counts / 3)


# ---- against another source ----


def test_weights_are_those_of_torch():
    for state in CASES:
        scores, at = torch.tensor(state["scores"], dtype=torch.float64) / state["temperature"], torch.arange(1.0, 10.0)
        widget, reach = Regions(**state), state["window"]
        assert_allclose(widget.weights[0], torch.softmax(scores, 0), atol=1e-12)
        assert_allclose(widget.weights[1], sparsemax(scores), atol=1e-12)
        assert_array_equal(widget.weights[2], torch.nn.functional.one_hot(scores.argmax(), 9))
        close = (at - np.floor(state["centre"] + 0.5)).abs() <= reach
        assert_allclose(widget.weights[4], torch.softmax(scores.masked_fill(~close, -torch.inf), 0), atol=1e-12)
        close = (at.double() - state["centre"]).abs() <= reach
        align = torch.softmax(scores.masked_fill(~close, -torch.inf), 0) if close.any() else torch.zeros(9)
        assert_allclose(widget.before, align, atol=1e-12)
        factor = local.gaussian(np.array([state["centre"] - 1]), 9, window=reach)[0]
        assert_allclose(widget.weights[5], align.numpy() * factor, atol=1e-12)


def test_shares_of_many_draws_are_the_weights():
    widget = Regions(draws=1000)
    soft = widget.weights[0]
    assert (np.abs(widget.weights[3] - soft) < 4 * np.sqrt(soft * (1 - soft) / 1000)).all()  # four standard errors
    assert widget.counts.sum() == 1000


# ---- the hand ----


def test_next_cell_reads_what_the_hand_has_left():
    widget = Regions()
    for name, value in {"scores": NEAR, "centre": 3.3, "window": 1, "temperature": 0.5, "seed": 5, "draws": 21}.items():
        before = widget.weights
        setattr(widget, name, value)
        assert not np.allclose(before, widget.weights), name


BAD = [
    ("scores", [0.0] * 8, r"scores needs shape \(9\), got \(8,\)"),
    ("scores", [3.5] + [0.0] * 8, "scores needs numbers from -3 to 3, got"),
    ("scores", [None] * 9, "scores needs float entries"),
    ("chosen", 0, "chosen needs a whole number from 1 to 9, got 0"),
    ("chosen", True, "chosen needs a whole number from 1 to 9, got True"),
    ("centre", 0.9, "centre needs a number from 1 to 9, got 0.9"),
    ("centre", float("nan"), "centre needs a number from 1 to 9, got nan"),
    ("window", 9, "window needs a whole number from 0 to 8, got 9"),
    ("window", 1.5, "window needs a whole number from 0 to 8, got 1.5"),
    ("temperature", 0.0, "temperature needs a number from 0.01 to 100, got 0.0"),
    ("seed", -1, "seed needs a whole number from 0 to 9999, got -1"),
    ("draws", 1001, "draws needs a whole number from 0 to 1000, got 1001"),
]


@pytest.mark.parametrize(("name", "value", "text"), BAD, ids=[f"{name} {value}" for name, value, _ in BAD])
def test_bad_trait_is_refused_and_the_widget_stays_as_it_was(name, value, text):
    widget = Regions(centre=3)
    state, weights = widget.state(), widget.weights
    with pytest.raises(traitlets.TraitError, match=text):
        setattr(widget, name, value)
    assert widget.state() == state
    assert_array_equal(widget.weights, weights)


# ---- what a page gets ----


def test_html_form_holds_state_picture_table_and_the_sentence():
    widget = Regions(centre=7, window=1)
    html = widget.html()
    assert html.startswith('<figure class="attn-widget" data-widget="regions">')
    assert json.loads(re.search(r'<script type="application/json">(.*?)</script>', html)[1]) == widget.state()
    assert Regions(**widget.state()).html() == html
    assert widget.caption() in html
    rows = [re.findall(r"<td[^>]*>([^<]*)</td>", row) for row in html.split("<tbody>")[1].split("</tr>")]
    assert rows[6] == ["2.0", "0.34", "0.73", "1.00", "7 ×", "0.57", "0.57"]
    assert rows[0][5:] == ["–", "–"]  # not looked at, which is not a weight of 0
    assert rows[9] == ["1.00"] * 5 + ["0.63"]
    assert rows[11] == ["9", "9", "9", "9", "3", "3"]
    assert html.count("<rect") == 9 + 2 * (4 * 9 + 2 * 3)  # a bar each, and the ground of those looked at


def test_plain_form_names_the_traits_and_stays_short():
    text = repr(Regions())
    assert text.startswith("Regions(scores=[-0.8, 0.3, 1.5, 0.2, -0.5, 1.3, 2.0, 0.6, -0.4], chosen=7, centre=6.6, ")
    assert "looked=[9, 9, 9, 9, 5, 4]" in text
    assert len(text) < 1200


# ---- the same in JavaScript ----


@pytest.mark.browser
def test_javascript_and_python_agree_on_every_case(kit):
    script = """(states) => states.map((state) => {
      const { factor, ...now } = window.regions.solve(state);
      return { ...now, said: window.regions.caption(now), valid: window.regions.valid(state),
               factors: state.scores.map((_, j) => factor(j)) };
    })"""
    shapes = set()
    for state, got in zip(CASES, kit.evaluate(script, CASES), strict=True):
        widget = Regions(**state)
        for part in ("weights", "before", "total", "entropy"):
            assert_allclose(np.asarray(got[part], float), getattr(widget, part), atol=1e-6, err_msg=f"{part}: {state}")
        for part in ("counts", "inside", "looked", "read", "step"):
            assert_array_equal(got[part], getattr(widget, part), err_msg=f"{part}: {state}")
        if state["window"]:
            factor = local.gaussian(np.array([state["centre"] - 1]), 9, window=state["window"])[0]
            assert_allclose(np.asarray(got["factors"], float), factor, atol=1e-9)
        assert got["valid"] is True
        assert got["said"] == widget.caption(), state
        shapes.add(re.sub(r"[\d.]+|once|times?", "", got["said"]))
    assert len(shapes) >= 12  # every kind of sentence has been compared


@pytest.mark.browser
def test_first_picture_and_presets_are_states_that_both_take(kit):
    base, presets = kit.evaluate("[window.regions.BASE, window.regions.PRESETS]")
    assert base == FIRST
    for name, patch in presets.items():
        Regions(**{**base, **patch})
        assert kit.evaluate("(state) => window.regions.valid(state)", {**base, **patch}), name
    for name, value, _ in BAD:
        if value == value:  # an address holds no NaN
            assert not kit.evaluate("(state) => window.regions.valid(state)", {**base, name: value}), (name, value)


@pytest.mark.browser
def test_presets_show_what_their_buttons_promise(kit):
    presets = kit.evaluate("window.regions.PRESETS")
    got = {name: Regions(**{**FIRST, **patch}) for name, patch in presets.items()}

    flips = got["a touch flips hard"]
    soft, best, chosen = flips.weights[0], flips.weights[2].argmax(), flips.chosen - 1
    assert best != chosen
    scores = flips.scores.copy()
    scores[chosen] += 0.1  # one step of the slider
    flips.scores = scores
    assert flips.weights[2].argmax() == chosen
    assert np.abs(flips.weights[0] - soft).max() < 0.05

    assert got["one draw"].counts.sum() == 1
    misses = got["centre off: local misses"]
    assert misses.weights[4:, misses.scores.argmax()].max() == 0
    assert (got["window of one"].looked[4:] == 1).all()
    assert_allclose(got["window over all"].weights[4], got["window over all"].weights[0])
    assert got["window over all"].total[5] < 0.9
    flat = got["flat scores"]
    assert flat.weights[2].argmax() == 0
    assert (flat.counts > 0).all()
    assert got["cold: soft is hard"].weights[0].max() > 0.995
    hot = got["hot: all alike"]
    assert hot.weights[0].max() < 0.14
    assert hot.weights[2].argmax() == 6
