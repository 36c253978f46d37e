"""The same mathematics three times: JavaScript, numpy and torch, on the same cases, edges included."""

import functools

import numpy as np
import pytest
import torch
from numpy.testing import assert_allclose
from situations import EVENINGS, SITUATIONS

import attn_core as ac
from attn_core.widgets import Library, Playground
from attn_core.widgets.attending import NORMALIZERS

PARAMETERS = {
    "general": ["general_weight"],
    "linear": ["linear_weight"],
    "additive": ["query_weight", "key_weight", "v"],
}


CASES = {("playground", name): (Playground, state) for name, state in SITUATIONS.items()} | {
    ("library", name): (Library, state) for name, state in EVENINGS.items()
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
    states = [(stem, state) for (stem, _), (_, state) in CASES.items()]
    got = kit.evaluate("(states) => states.map(([stem, state]) => window[stem].attend(state))", states)
    return dict(zip(CASES, got, strict=True))


@pytest.mark.browser
def test_pencil_case_gives_the_pencil_numbers(by_javascript):
    got = by_javascript["playground", "scores one apart: pencil"]
    total = 1 + np.e + np.e**2
    assert_allclose(np.asarray(got["weights"], float), [np.e**2 / total, np.e / total, 1 / total], rtol=1e-12)
    assert got["scores"] == [2, 1, 0]


@pytest.mark.parametrize("case", CASES, ids=": ".join)
def test_numpy_and_torch_agree(case):
    _, state = CASES[case]
    assert_agree(by_torch(state), by_core(state, np.array), case)


@pytest.mark.browser
def test_javascript_and_numpy_agree_on_every_case(by_javascript):
    for case, (_, state) in CASES.items():
        assert_agree(by_javascript[case], by_core(state, np.array), case)


def test_widget_reads_out_what_the_core_gives():
    for case, (Widget, state) in CASES.items():
        widget = Widget(**state)
        assert_agree(
            {part: getattr(widget, part) for part in ("scores", "weights", "output")}, by_core(state, np.array), case
        )


@pytest.mark.browser
def test_javascript_and_python_say_the_same_sentence(kit):
    tame = {case: given for case, given in CASES.items() if "1e20" not in case[1]}
    script = "(states) => states.map(([stem, state]) => window[stem].caption(window[stem].solve(state)))"
    said = kit.evaluate(script, [(stem, state) for (stem, _), (_, state) in tame.items()])
    for (case, (Widget, state)), sentence in zip(tame.items(), said, strict=True):
        assert sentence == Widget(**state).caption(), case


@pytest.mark.browser
def test_presets_of_the_playground_say_what_their_buttons_promise(kit):
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
def test_presets_of_the_library_say_what_their_buttons_promise(kit):
    script = """() => Object.fromEntries(Object.entries(window.library.PRESETS).map(([name, patch]) =>
        [name, window.library.solve({ ...window.library.BASE, ...patch })]))"""
    got = kit.evaluate(script)
    weights = {name: np.asarray(now["weights"], float) for name, now in got.items()}
    output = {name: np.asarray(now["output"], float) for name, now in got.items()}
    assert weights["Marvel only"].argmax() == 0
    assert 0 < got["Marvel only"]["similar"][2] < 0.4  # the war answers a little: Captain America was there
    two = np.sort(weights["two interests"])
    assert two[-1] - two[-2] < 0.1 and two[-2] > 2 * two[-3]
    assert_allclose(weights["nothing fits"], [0.2] * 5)
    assert output["nothing fits"][4] == 0
    assert got["one perfect card"]["similar"][2] == pytest.approx(1)
    assert output["one perfect card"].argmax() == 2  # history, though nobody asked for it
    assert weights["best book lent out"][0] == 0
    assert weights["one book takes all"].max() == 1


@pytest.mark.browser
def test_turned_card_has_the_similarity_that_was_set_its_length_and_its_side(kit):
    script = """([query, key, similarities]) => {
      const turned = window.library.turning();
      let k = key;
      return similarities.map((s) => {
        turned.see({ query, key: [k] });
        k = turned.at(s, 0, query, k);
        return [k, window.library.similarity(query, [k])[0]];
      });
    }"""
    rng, wanted = np.random.default_rng(6), [0.5, 1, -1, 0, -0.3, 1, 0.8]
    for d in (2, 3, 6):
        query, key = rng.uniform(0, 10, size=d), rng.normal(size=d)
        side = key - key @ query / (query @ query) * query
        for (k, got), similarity in zip(kit.evaluate(script, [list(query), list(key), wanted]), wanted, strict=True):
            assert got == pytest.approx(similarity, abs=1e-3)
            assert np.linalg.norm(k) == pytest.approx(np.linalg.norm(key), abs=1e-3)
            if abs(similarity) < 1:
                assert np.dot(k, side) > 0  # it never changes sides
    for query, key in (([9, 8, 0, 0, 0], [0, 0, 0, 0, 0]), ([9, 8, 0, 0, 0], [0.9, 0.8, 0, 0, 0])):
        assert kit.evaluate(script, [query, key, [0.25]])[0][1] == pytest.approx(0.25, abs=1e-3)
    assert kit.evaluate(script, [[5], [2], [0.3, -0.3]]) == [[[2], 1], [[-2], -1]]  # one subject: for it or against it


@pytest.mark.browser
def test_first_picture_is_the_same_in_python_and_javascript(kit):
    for stem, Widget in (("playground", Playground), ("library", Library)):
        base = kit.evaluate("(stem) => window[stem].BASE", stem)
        state = Widget().state()
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
