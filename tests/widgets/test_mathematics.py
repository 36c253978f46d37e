"""The same mathematics three times: JavaScript, numpy and torch, on the same cases, edges included."""

import functools

import numpy as np
import pytest
import torch
from numpy.testing import assert_allclose
from situations import SITUATIONS

import attn_core as ac
from attn_core.widgets import Playground
from attn_core.widgets.attending import NORMALIZERS

PARAMETERS = {
    "general": ["general_weight"],
    "linear": ["linear_weight"],
    "additive": ["query_weight", "key_weight", "v"],
}


def by_core(state, array):
    """Scores, weights and output by attn_core, on arrays that `array` makes."""
    arrays = {
        name: array(state[name]) for name in ("query", "key", "value", "mask", *PARAMETERS.get(state["score"], ()))
    }
    parameters = [arrays[name] for name in PARAMETERS.get(state["score"], ())]
    function = getattr(ac.scores, state["score"])

    def score(query, key):
        return function(query, key, *parameters)

    normalize = NORMALIZERS[state["normalize"]]
    if state["normalize"] != "hardmax":
        normalize = functools.partial(normalize, temperature=state["temperature"])
    query = arrays["query"][None]
    output, weights = ac.attend(
        query, arrays["key"], arrays["value"], score=score, normalize=normalize, mask=arrays["mask"][None]
    )
    return {
        "scores": np.asarray(score(query, arrays["key"])[0]),
        "weights": np.asarray(weights[0]),
        "output": np.asarray(output[0]),
    }


def by_torch(state):
    return by_core(state, lambda x: torch.tensor(x, dtype=torch.bool if isinstance(x[0], bool) else torch.float64))


def assert_agree(got, wanted, name):
    for part in ("scores", "weights", "output"):
        a, b = np.asarray(got[part], float), np.asarray(wanted[part], float)
        assert_allclose(a, b, rtol=1e-6, atol=1e-6, err_msg=f"{name}: {part}")


@pytest.fixture(scope="module")
def by_javascript(kit):
    states = list(SITUATIONS.values())
    return dict(
        zip(
            SITUATIONS,
            kit.evaluate("(states) => states.map((state) => window.playground.attend(state))", states),
            strict=True,
        )
    )


@pytest.mark.browser
def test_pencil_case_gives_the_pencil_numbers(by_javascript):
    got = by_javascript["scores one apart: pencil"]
    total = 1 + np.e + np.e**2
    assert_allclose(np.asarray(got["weights"], float), [np.e**2 / total, np.e / total, 1 / total], rtol=1e-12)
    assert got["scores"] == [2, 1, 0]


@pytest.mark.parametrize("name", SITUATIONS)
def test_numpy_and_torch_agree(name):
    assert_agree(by_torch(SITUATIONS[name]), by_core(SITUATIONS[name], np.array), name)


@pytest.mark.browser
def test_javascript_and_numpy_agree_on_every_case(by_javascript):
    for name, state in SITUATIONS.items():
        assert_agree(by_javascript[name], by_core(state, np.array), name)


def test_widget_reads_out_what_the_core_gives():
    for name, state in SITUATIONS.items():
        widget = Playground(**state)
        assert_agree(
            {part: getattr(widget, part) for part in ("scores", "weights", "output")}, by_core(state, np.array), name
        )


@pytest.mark.browser
def test_javascript_and_python_say_the_same_sentence(kit):
    tame = {name: state for name, state in SITUATIONS.items() if "1e20" not in name}
    script = "(states) => states.map((state) => window.playground.caption(window.playground.solve(state)))"
    said = kit.evaluate(script, list(tame.values()))
    for (name, state), sentence in zip(tame.items(), said, strict=True):
        assert sentence == Playground(**state).caption(), name


@pytest.mark.browser
def test_presets_say_what_their_buttons_promise(kit):
    script = """() => Object.fromEntries(Object.entries(window.playground.PRESETS).map(([name, patch]) =>
        [name, window.playground.solve({ ...window.playground.BASE, ...patch })]))"""
    got = {
        name: {part: np.asarray(now[part], float) for part in ("scores", "weights", "output", "similar")}
        for name, now in kit.evaluate(script).items()
    }
    assert got["turn to key 2"]["weights"].argmax() == 1
    equal = got["two equal keys"]["weights"]
    assert_allclose(equal[0], equal[1], rtol=1e-4)
    assert equal.argmax() < 2
    long = got["one long key"]
    assert long["weights"].argmax() != long["similar"].argmax()
    assert (got["opposite"]["scores"] < 0).all()
    assert 0.99 < got["almost hard"]["weights"].max() < 1
    assert (got["nothing to attend"]["weights"] == 0).all()
    assert (got["nothing to attend"]["output"] == 0).all()


@pytest.mark.browser
def test_first_picture_is_the_same_in_python_and_javascript(kit):
    base = kit.evaluate("() => window.playground.BASE")
    state = Playground().state()
    assert {name: state[name] for name in base} == base


@pytest.mark.browser
def test_numbers_are_written_alike(kit):
    from attn_core.widgets.base import fixed, short

    numbers = [0.125, -0.125, 0.005, -0.005, -0.0, 1e-9, -1e-9, 2.5, -2.5, 3, 0.25, 1.005, 99.995]
    fixed_js, short_js = kit.evaluate(
        "(xs) => [xs.map((x) => window.playground.fixed(x)), xs.map(window.playground.short)]", numbers
    )
    assert fixed_js == [fixed(x) for x in numbers]
    assert short_js == [short(x) for x in numbers]
