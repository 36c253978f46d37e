"""The costs of layers in Python and JavaScript: the same numbers, words and pictures, and what both refuse."""

import json
import re

import numpy as np
import pytest
import traitlets
from numpy.testing import assert_allclose

from attn_core import costs
from attn_core.widgets import Cost
from attn_core.widgets.amounts import big, lasting
from attn_core.widgets.curves import plan

MEASURED = {
    "n": [16, 64, 256, 1024],
    "d": [64, 256],
    "layers": {
        "self-attention": [[1e-4, 2e-4, 8e-4, 9e-3], [2e-4, 3e-4, 1e-3, 1e-2]],
        "RNN": [[5e-5, 2.5e-4, 9e-4, 4e-3], [5e-5, 3e-4, 1e-3, 4e-3]],
        "LSTM": [[4e-4, 9e-4, 3e-3, 1e-2], [4e-4, 9e-4, 3e-3, 8e-3]],
        "convolution 9": [[2e-5, 3e-5, 5e-5, 9e-5], [2e-5, 3e-5, 5e-5, 9e-5]],
        "convolution 3": [[1e-5, 2e-5, 3e-5, 4e-5], [1e-5, 2e-5, 3e-5, 4e-5]],
    },
}


ONE = {"n": [100], "d": [64], "layers": {"self-attention": [[1e-9]], "RNN": [[1e-9]], "GRU": [[1e4]], "LSTM": [[1.0]]}}


def situations():
    """States at every edge and between, with and without measured times."""
    rng = np.random.default_rng(3)
    yield {}
    for rival in ("RNN", "GRU", "LSTM", "convolution", "Transformer block"):
        yield {"rival": rival, "length": 16, "model_dim": 4096, "kernel_size": 15, "num_layers": 96, "num_heads": 1}
        yield {"rival": rival, "length": 65536, "model_dim": 16, "kernel_size": 1, "num_heads": 1}
        yield {"rival": rival, "length": 65536, "model_dim": 4096, "kernel_size": 4, "num_layers": 96}
        yield {"rival": rival, "length": 512, "model_dim": 256, "kernel_size": 8}
        yield {"rival": rival, "view": "time"}
        yield {"rival": rival, "view": "time", "measured": MEASURED, "length": 37, "model_dim": 40, "kernel_size": 5}
        yield {"rival": rival, "view": "time", "measured": MEASURED, "length": 65536, "kernel_size": 6}
        yield {"rival": rival, "measured": MEASURED, "length": 1280, "kernel_size": 9}
        yield {"rival": rival, "view": "time", "measured": ONE}
        for _ in range(4):
            yield {
                "rival": rival,
                "length": int(2 ** rng.uniform(4, 16)),
                "model_dim": 8 * int(2 ** rng.uniform(1, 9)),
                "kernel_size": int(rng.integers(1, 16)),
                "num_layers": int(rng.integers(1, 97)),
                "num_heads": int(2 ** rng.integers(0, 4)),
            }


STATES = list(situations())


# ---- in Python ----


def test_first_picture_has_the_numbers_of_a_pencil():
    rows = Cost().rows()
    assert rows["LSTM"] == {
        "parameters": 8 * 512**2,
        "multiply_adds": 256 * 8 * 512**2,
        "steps": 256,
        "activations": 6 * 256 * 512,
        "crossing": 1024,
    }
    own = rows["self-attention"]
    assert own["multiply_adds"] == 256 * 4 * 512**2 + 2 * 256**2 * 512
    assert own["activations"] == 5 * 256 * 512 + 8 * 256**2
    assert (own["steps"], own["crossing"]) == (1, None)


def test_layers_add_up_and_heads_change_what_is_held_alone():
    one, twelve = Cost().rows(), Cost(num_layers=12).rows()
    for name, row in one.items():
        for part in ("parameters", "multiply_adds", "activations"):
            assert twelve[name][part] == 12 * row[part]
    assert (twelve["GRU"]["steps"], twelve["convolution"]["steps"]) == (256 + 11, 12)
    assert twelve["GRU"]["crossing"] == one["GRU"]["crossing"]
    single = Cost(num_heads=1).rows()
    changed = {name: {part for part in row if row[part] != single[name][part]} for name, row in one.items()}
    assert changed.pop("self-attention") == changed.pop("Transformer block") == {"activations"}
    assert not any(changed.values())


def test_caption_says_who_is_cheaper_on_either_side_of_the_crossing():
    said = {n: Cost(length=n).caption().replace("\u00a0", " ") for n in (1023, 1024, 1025)}
    assert said[1023].startswith(
        "At n = 1,023 attention needs 1.00 of the multiply-adds of the LSTM, in 1 step instead"
    )
    assert said[1024].startswith("At n = 1,024 attention and the LSTM need the same multiply-adds, 2.15 G, in 1 step")
    assert said[1025].endswith("instead of 1,025; it is cheaper only below n = 1,024.")
    assert Cost(rival="RNN").caption().startswith("Attention is never cheaper than the RNN")
    assert "it needs 2.60 times" in Cost(rival="Transformer block").caption()


def test_measured_times_are_those_next_to_the_situation_and_every_meeting_is_named():
    cost = Cost(measured=MEASURED, view="time", length=200, model_dim=104, kernel_size=7, rival="RNN")
    timed = cost.timed()
    assert (timed.n, timed.d, timed.k) == (256, 64, 9)
    assert timed.seconds == {"self-attention": 8e-4, "RNN": 9e-4, "LSTM": 3e-3, "convolution": 5e-5}
    n = np.log([16, 64])
    first = np.exp(np.interp(0, np.log([5e-5 / 1e-4, 2.5e-4 / 2e-4]), n))
    assert timed.meets["RNN"] == pytest.approx(
        [first, np.exp(np.interp(0, np.log([8 / 9, 9 / 4]), np.log([256, 1024])))]
    )
    said = "Measured on one machine, one layer, d = 64, n = 256: attention took 800 µs, the RNN 900 µs; they meet near "
    assert cost.caption().replace("\u00a0", " ") == said + "n = 46 and 310."
    cost.rival = "LSTM"
    assert cost.caption().endswith("attention is faster at every length measured.")
    cost.rival = "GRU"
    assert cost.caption().endswith("attention took 800 µs, and the GRU was not measured.")
    assert "<td>not measured</td>" in cost.html() and "<td>900 µs</td>" in cost.html()


def test_times_are_not_shown_where_there_are_none():
    assert Cost(view="time").caption() == Cost().caption()
    assert Cost(view="time").timed() is None


def test_times_are_kept_to_three_digits_and_weigh_little():
    seconds = [[1.23456e-5 * (i + j + 1) for i in range(16)] for j in range(4)]
    names = ["self-attention", "RNN", "GRU", "LSTM", "Transformer block", *(f"convolution {k}" for k in range(1, 16))]
    sizes = {"n": list(range(60001, 60017)), "d": [4092, 4093, 4094, 4095]}
    cost = Cost(measured={**sizes, "layers": dict.fromkeys(names, seconds)})
    assert cost.measured["layers"]["RNN"][0][0] == 1.23e-5
    assert len(json.dumps(cost.state())) <= 40 * 1024


def test_html_form_holds_state_table_picture_and_sentence_and_no_count_of_keys():
    cost = Cost(measured=MEASURED)
    html = cost.html()
    assert html.startswith('<figure class="attn-widget" data-widget="cost"><script')
    state = json.loads(re.search(r'<script type="application/json">(.*?)</script>', html)[1])
    assert state == cost.state() and Cost(**state).html() == html
    assert cost.caption() in html
    cells = re.findall(r"<td>([^<]*)</td>", html)
    assert cells[:5] == ["1.05 M", "336 M", "1", "1.18 M", ""]
    assert cells[15:20] == ["2.10 M", "537 M", "256", "0.79 M", "yes, below 1,024"]
    assert "LSTM 8d² " in html and "attention 4d² + 2nd " in html


@pytest.mark.parametrize("state", STATES, ids=range(len(STATES)))
def test_numbers_of_the_picture_have_few_decimals_and_none_is_lost(state):
    svg = re.search(r"<svg.*?</svg>", Cost(**state).html())[0]
    assert not re.search(r"nan|\binf|\d\.\d{3}|-0\b(?!\.)", svg)
    for path in re.findall(r'class="attn-(?:curve|saved)[^"]*" d="M?([^"]*?)Z?"', svg):
        for x, y in (map(float, point.split()) for point in path.split("L") if point):
            assert 0 <= x <= 340 and 0 <= y <= 190


def with_times(**changes):
    return {**MEASURED, **changes}


BAD = [
    ("length", 15, "length needs a whole number from 16 to 65536, got 15"),
    ("length", 65537, "length needs a whole number"),
    ("length", 256.0, "length needs a whole number .* got 256.0"),
    ("length", True, "length needs a whole number .* got True"),
    ("length", "256", "length needs a whole number .* got '256'"),
    ("length", None, "length needs a whole number"),
    ("model_dim", 20, "model_dim needs a multiple of 8 from 16 to 4096, got 20"),
    ("model_dim", 8, "model_dim needs a multiple of 8"),
    ("kernel_size", 0, "kernel_size needs a whole number from 1 to 15, got 0"),
    ("num_layers", 97, "num_layers needs a whole number from 1 to 96, got 97"),
    ("num_heads", 3, "num_heads needs one of 1, 2, 4, 8, got 3"),
    ("num_heads", True, "num_heads needs one of 1, 2, 4, 8, got True"),
    ("rival", "self-attention", "'rival' trait .* expected any of"),
    ("rival", ["LSTM"], "'rival' trait .* expected any of"),
    ("view", "speed", "'view' trait .* expected any of"),
    ("measured", [], "measured needs a dict, got \\[\\]"),
    ("measured", {"n": [16]}, "measured needs n, d and layers, got \\['n'\\]"),
    ("measured", with_times(more=1), "measured needs n, d and layers"),
    ("measured", with_times(n=[64, 16, 256, 1024]), "1 to 16 growing whole numbers from 1 to 65536 in n"),
    ("measured", with_times(n=[16, 64, 256, 1024.5]), "growing whole numbers"),
    ("measured", with_times(n=[]), "growing whole numbers"),
    ("measured", with_times(d=[64, 4097]), "1 to 4 growing whole numbers from 1 to 4096 in d"),
    ("measured", with_times(d="ab"), "growing whole numbers"),
    ("measured", with_times(layers={}), "layers by name, self-attention among them"),
    ("measured", with_times(layers={"LSTM": [[1.0] * 4] * 2}), "self-attention among them"),
    ("measured", with_times(layers={**MEASURED["layers"], "<b>": [[1.0] * 4] * 2}), 'names such as "LSTM"'),
    ("measured", with_times(layers={**MEASURED["layers"], "convolution 16": [[1.0] * 4] * 2}), "names such as"),
    ("measured", with_times(layers={"self-attention": [[1.0] * 4]}), r"rows \(d, n\) = \(2, 4\) of self-attention"),
    ("measured", with_times(layers={"self-attention": [[1.0] * 4, [1.0] * 3]}), "rows"),
    ("measured", with_times(layers={"self-attention": [[1.0] * 4, "abcd"]}), "rows"),
    ("measured", with_times(layers={"self-attention": [[1.0] * 4, [1.0, 1.0, 1.0, 0.0]]}), "seconds from 1e-9"),
    ("measured", with_times(layers={"self-attention": [[1.0] * 4, [1.0, 1.0, 1.0, 1e5]]}), "seconds from 1e-9"),
    ("measured", with_times(layers={"self-attention": [[1.0] * 4, [1.0, 1.0, 1.0, True]]}), "seconds from 1e-9"),
    ("measured", with_times(layers={"self-attention": [[1.0] * 4, [1.0, 1.0, 1.0, None]]}), "seconds from 1e-9"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "value", "text"), BAD, ids=[f"{name} {i}" for i, (name, _, _) in enumerate(BAD)])
def test_bad_trait_is_refused_and_the_widget_stays_as_it_was(name, value, text):
    cost = Cost(length=300, measured=MEASURED)
    state = cost.state()
    with pytest.raises(traitlets.TraitError, match=text):
        setattr(cost, name, value)
    assert cost.state() == state


def test_time_that_is_no_number_is_refused():
    for nonsense in (float("nan"), float("inf")):
        layers = {"self-attention": [[1.0] * 4, [1.0, 1.0, 1.0, nonsense]]}
        with pytest.raises(traitlets.TraitError, match="seconds from 1e-9"):
            Cost(measured=with_times(layers=layers))


# ---- the same in JavaScript ----


@pytest.fixture(scope="module")
def by_javascript(kit):
    script = """(states) => states.map((state) => {
      const { cost } = window, now = cost.solve(state);
      return { valid: cost.valid(state), rows: now.rows, caption: cost.caption(now), plan: cost.plan(now, "narrow"),
        verdicts: now.rows.map((row) => cost.verdict(row, now)), words: now.rows.map((row) => cost.words(row, now)) };
    })"""
    return kit.evaluate(script, [Cost(**state).state() for state in STATES])


@pytest.mark.browser
def test_javascript_counts_what_the_core_counts(by_javascript):
    for state, got in zip(STATES, by_javascript, strict=True):
        cost = Cost(**state)
        assert got["valid"]
        assert [row["name"] for row in got["rows"]] == list(cost.rows())
        for row, layer in zip(got["rows"], cost.layers(), strict=True):
            wanted = cost.rows()[layer.name]
            assert {part: row[part] for part in wanted} == wanted, state
            assert row["path"] == layer.path(cost.length)
            assert row["crossing"] == costs.crossing(costs.ATTENTION, layer, cost.model_dim)


@pytest.mark.browser
def test_javascript_reads_the_times_that_python_reads(by_javascript):
    for state, got in zip(STATES, by_javascript, strict=True):
        if timed := Cost(**state).timed():
            for row in got["rows"]:
                assert row["seconds"] == timed.seconds.get(row["name"])
                assert row["meets"] == pytest.approx(timed.meets.get(row["name"], []))


@pytest.mark.browser
def test_javascript_and_python_say_the_same(by_javascript):
    for state, got in zip(STATES, by_javascript, strict=True):
        cost = Cost(**state)
        assert got["caption"] == cost.caption()
        assert got["verdicts"] == [cost.verdict(name, row, cost.timed()) for name, row in cost.rows().items()]
        assert not re.search("undefined|NaN|null", "".join(got["words"]))
    assert by_javascript[0]["words"][3] == (
        "LSTM · 2.10 M parameters · 537 M multiply-adds · 256 steps · 0.79 M numbers held · "
        "attention cheaper: yes, below 1,024"
    )


@pytest.mark.browser
def test_live_picture_is_the_still_picture(by_javascript):
    pixels = lambda path: [float(x) for x in re.findall(r"-?[\d.]+", path)]  # noqa: E731
    for state, got in zip(STATES, by_javascript, strict=True):
        wanted, seen = plan(Cost(**state)), got["plan"]
        assert [line["name"] for line in seen["lines"]] == [name for name, *_ in wanted["lines"]]
        for line, (_, path, y, out) in zip(seen["lines"], wanted["lines"], strict=True):
            assert_allclose(pixels(line["d"]), pixels(path), atol=0.011)
            assert line["y"] == pytest.approx(y, abs=0.011) and line["out"] == out
        assert_allclose(pixels(seen["saved"]), pixels(wanted["saved"]), atol=0.011)
        assert_allclose(np.asarray(seen["labels"], float), wanted["labels"], atol=0.011)
        for name in ("ticks", "levels", "rings"):
            assert [each[-1] for each in seen[name]] == [each[-1] for each in wanted[name]], (name, state)
            for each, other in zip(seen[name], wanted[name], strict=True):
                assert each[:-1] == pytest.approx(other[:-1], abs=0.011)


@pytest.mark.browser
def test_both_refuse_the_same(kit):
    good = Cost(measured=MEASURED).state()
    bad = [{**good, name: value} for name, value, _ in BAD if value != 256.0]  # JavaScript knows no other 256
    bad += [{name: good[name] for name in good if name != part} for part in good if part != "measured"]
    bad += [{**good, "more": 1}, None, [], "x", 1]
    fine = [good, {name: good[name] for name in good if name != "measured"}, {**good, "measured": {}}]
    script = "(states) => states.map((state) => window.cost.valid(state))"
    assert kit.evaluate(script, bad) == [False] * len(bad)
    assert kit.evaluate(script, fine) == [True] * 3


@pytest.mark.browser
def test_numbers_are_written_alike(kit):
    counts = [0, 1, 999, 1000, 65536, 99999, 100000, 131072, 999500, 999499, 1e6, 9.995e6, 99.95e6, 1.5e9, 4.7e15, 8e15]
    times = [1e-9, 4.99e-7, 9.996e-4, 1e-3, 1.005e-3, 0.0995, 0.9996, 1, 59.95, 1e4]
    got = kit.evaluate("([a, b]) => [a.map(window.cost.big), b.map(window.cost.lasting)]", [counts, times])
    assert got == [[big(x) for x in counts], [lasting(x) for x in times]]


@pytest.mark.browser
def test_first_picture_and_situations_are_what_they_are_called(kit):
    base, presets = kit.evaluate("() => [window.cost.BASE, window.cost.PRESETS]")
    assert {**base, "measured": {}} == Cost().state()
    seen = {name: Cost(**{**base, **patch}) for name, patch in presets.items()}
    dear = seen["n = 2d: as dear as an LSTM"]
    assert dear.length == 2 * dear.model_dim
    assert dear.rows()["LSTM"]["multiply_adds"] == dear.rows()["self-attention"]["multiply_adds"]
    ratio = lambda cost: cost.rows()["self-attention"]["multiply_adds"] / cost.rows()[cost.rival]["multiply_adds"]  # noqa: E731
    assert ratio(seen["a long text"]) > 4
    assert ratio(seen["short text, wide model"]) < 0.55
    kernel = seen["a kernel of 9"]
    assert (kernel.kernel_size, kernel.rival) == (9, "convolution")
    assert kernel.length < kernel.rows()["convolution"]["crossing"]
