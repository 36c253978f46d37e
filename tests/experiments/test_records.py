"""Every record is of the script that stands there, and says what a short run of it says today."""

import re

import numpy as np
import pytest
import torch

from attn_core import results
from experiments._record import T_INTERVAL, bootstrap, record, t_interval
from experiments._seed import run
from experiments._subject import Subject, find

SUBJECTS = find()
every_subject = pytest.mark.parametrize("subject", SUBJECTS.values(), ids=list(SUBJECTS))
AGAIN = "run make experiments ONLY={}"


def differences(now, recorded, band):
    """What a short run says otherwise than the record: counts exactly, else within a band, without one 1e-6."""
    if now.keys() != recorded.keys():
        return [f"names {sorted(now)}, recorded {sorted(recorded)}"]
    told = []
    for name, value in now.items():
        a, b = np.asarray(value), np.asarray(recorded[name])
        counts = a.dtype.kind == b.dtype.kind == "i"
        if a.shape != b.shape or not np.allclose(a, b, rtol=0, atol=0 if counts else band.get(name, 1e-6)):
            told.append(f"{name} {value}, recorded {recorded[name]}")
    return told


@every_subject
def test_a_record_is_of_the_script_that_stands_there(subject):
    assert subject.state() == "current", f"the record of {subject.name} is {subject.state()}: " + AGAIN.format(
        subject.name
    )


def test_every_record_has_its_script():
    assert {path.stem for path in results.FOLDER.glob("*.json")} == set(SUBJECTS)
    assert {path.stem for path in results.FOLDER.glob("*.npz")} <= set(SUBJECTS)


@every_subject
def test_a_short_run_says_what_the_record_says(subject):
    now, recorded = run(subject.name, subject.source, 0, True)["numbers"], results.load(subject.name).short
    if subject.timing:  # a clock says something else each time
        assert {name: np.shape(value) for name, value in now.items()} == {
            name: np.shape(value) for name, value in recorded.items()
        }
    else:
        assert not differences(now, recorded, getattr(subject.module, "BAND", {})), AGAIN.format(subject.name)


@every_subject
def test_a_script_has_the_shape_that_the_others_have(subject):
    assert subject.claims, "its docstring names no claim"
    assert len(subject.seeds) >= 5
    config = subject.module.Config()
    assert config.short() != config and type(config.short()) is type(config)
    with pytest.raises(AttributeError):  # frozen
        setattr(config, next(iter(subject.config)), None)
    # Its hash covers its own text alone.
    assert "import experiments" not in subject.source and "from experiments" not in subject.source
    assert "from ." not in subject.source


@every_subject
def test_a_record_says_where_it_comes_from_and_nothing_of_whose_machine_it_was(subject):
    found = results.load(subject.name)
    assert found.seeds == subject.seeds and found.claims == subject.claims and found.config == subject.config
    text = (results.FOLDER / f"{subject.name}.json").read_text("utf-8")
    assert not re.search(r"(?<!\w)/\w|\w:\\", text), "a path"
    for made_on in found.made_on:
        assert {"python", "numpy"} <= set(made_on["versions"])
        assert made_on["machine"].split(", ")[2].endswith(" cores")


# ---- what the two records say ----


def test_lookup_finds_what_the_chapter_says():
    mean, (low, high) = results.load("lookup").mean("found"), results.load("lookup").interval("found")
    assert mean[:, 2].round(3).tolist() == [1.0, 0.988, 0.601]  # at a temperature of 0.1
    assert mean[:, 5].round(3).tolist() == [0.012, 0.012, 0.010]  # at 1
    assert (low[1, 2].round(3), high[1, 2].round(3)) == (0.984, 0.991)
    assert (low[2, 2].round(3), high[2, 2].round(3)) == (0.588, 0.614)


def test_the_three_steps_agree_in_every_case_of_six_scores_and_three_normalisers():
    found = results.load("three_steps")
    assert found["cases"].tolist() == [6 * 3 * found.config["draws"]] * 10
    assert found["agree"].tolist() == found["cases"].tolist()
    assert 0 < found["gap"].max() < 1e-12


def test_the_loops_of_three_steps_are_the_formulas():
    loops = SUBJECTS["three_steps"].module
    assert loops.scaled_dot([1, 1, 1, 1], [2, 2, 2, 2]) == 4
    assert loops.cosine([2, 0], [0, 5]) == 0 and loops.cosine([3, 0], [2, 0]) == 1
    assert loops.general([1, 2], [3], [[1], [10]]) == 63
    assert loops.linear([2], [3], [10, 1]) == 23
    assert loops.additive([5.0], [-5.0], [[1.0]], [[1.0]], [2.0]) == 0
    np.testing.assert_allclose(loops.softmax([1.0, 0.0]), [np.e / (1 + np.e), 1 / (1 + np.e)], rtol=1e-15)
    np.testing.assert_allclose(loops.sparsemax([0.5, 0.0, -1.0]), [0.75, 0.25, 0], atol=1e-15)
    assert loops.hardmax([1, 3, 3]) == [0, 1, 0]
    assert loops.by_loops([[1.0]], [[1.0], [2.0]], [[5.0], [7.0]], loops.dot, loops.hardmax) == [[7.0]]


def test_a_step_that_is_wrong_does_not_agree(monkeypatch):
    subject = SUBJECTS["three_steps"]
    subject.module.softmax.__name__ = "softmax"
    monkeypatch.setattr(subject.module, "TOLERANCE", 1e-18)
    found = subject.module.run(0, subject.module.Config().short())
    assert found["agree"] < found["cases"] and found["share"] == found["agree"] / found["cases"]


# ---- what the records of chapter 3 say ----


def test_without_attention_an_lstm_keeps_a_capital_for_10_letters_and_not_for_20():
    found = results.load("distance")
    gru, lstm, open_gates, attention = found["found"].swapaxes(0, 1)  # seeds, distances
    assert found.config["distances"] == [10, 20, 50, 100, 200]
    assert lstm[:, 0].min() > 0.98 and lstm[:, 1:].max() < 0.25
    assert gru[:, :2].min() > 0.98 and gru[:, 3:].max() < 0.25
    assert open_gates.min() > 0.95 and attention.min() > 0.95
    assert found["anywhere"][:, 0].min() > 0.8  # the same LSTM, with the capital sometimes near


def test_the_gradient_fades_in_a_fresh_lstm_and_not_under_attention():
    found = results.load("distance")
    gru, lstm, open_gates, attention = found.mean("reach")[:, -1]
    assert found.config["back"][-1] == 200
    assert max(gru, lstm) < np.finfo(np.float32).tiny * 100
    assert 1e-4 < open_gates < 1e-2 and attention == pytest.approx(1 / 200, rel=0.05)
    assert found.mean("reach_trained")[0, -1] > 0.01


def test_attention_over_an_lstm_says_from_here_on():
    found = results.load("distance")
    letters, weights = found["text"][0], found["weights"][0]
    place = letters.argmin()
    assert letters[place] < 8 <= np.delete(letters, place).min()  # the one capital
    assert weights[:place].sum() < 0.01 and weights[place] < 0.01
    assert found.config["after"][0] == 0 and found["within"][:, 0].max() < 0.5  # in no seed does it point


def test_a_fresh_gate_of_the_open_kind_keeps_and_lets_in_as_much_as_it_lets_go():
    torch.manual_seed(0)
    lstm = torch.nn.LSTM(3, 400)
    SUBJECTS["distance"].module.open_gates(lstm, 100)
    let_in, keep, _, _ = (lstm.bias_ih_l0 + lstm.bias_hh_l0).detach().view(4, 400).sigmoid()
    torch.testing.assert_close(let_in, 1 - keep)
    steps = 1 / (1 - keep)  # a gate that keeps 1 − 1/t forgets after about t steps
    assert steps.min() >= 2 and steps.max() <= 100 and steps.mean().item() == pytest.approx(51, rel=0.1)


def test_attention_adds_two_marked_numbers_at_every_length_and_does_not_know_an_order():
    found = results.load("adding")
    attention, gru, lstm = found["error"].swapaxes(0, 1)  # seeds, lengths
    assert max(attention.max(), gru.max(), lstm[:, :2].max()) < 0.01
    attention, gru, lstm = found.mean("steps")
    assert attention.max() < 2 * attention.min() and (lstm[1:] > 2 * attention[1:]).all()
    assert found.config["lengths"] == [25, 50, 100, 200]
    alone, placed, read = found.mean("ordered")
    assert np.abs(alone - 0.5).max() < 0.05 and placed.min() > 0.95 and read.min() > 0.99


def test_writing_one_by_one_gives_what_all_at_once_gives():
    timing = SUBJECTS["layer_time"].module
    torch.manual_seed(0)
    layers, x = (torch.nn.Linear(4, 12), torch.nn.Linear(4, 4)), torch.randn(1, 1, 9, 4)
    torch.testing.assert_close(timing.one_by_one(*layers, x), timing.at_once(*layers, x))


@pytest.mark.parametrize("name", results.load("layer_time").config["layers"])
def test_a_timed_layer_takes_a_sequence_and_gives_one_of_the_same_shape(name):
    x = torch.ones(1, 5, 64)
    assert SUBJECTS["layer_time"].module.make(name, 64, 64)(x).shape == x.shape


# ---- the hash ----

SCRIPT = '''"""C1 on trial."""
from dataclasses import dataclass
SEEDS = 3

@dataclass(frozen=True)
class Config:
    """Sizes."""
    size: int = 4
    def short(self):
        return Config(2)

def run(seed, config):
    """What came of it."""
    return {"share": seed / config.size, "count": seed}
'''


def test_docstrings_comments_and_layout_do_not_make_a_record_stale():
    same = SCRIPT.replace("C1 on trial", "C1, on trial").replace("Sizes.", "The sizes.")
    same = same.replace("What came of it.", "Numbers.").replace("SEEDS = 3", "SEEDS = (3)  # three\n")
    assert Subject("one", same).hash == Subject("one", SCRIPT).hash


@pytest.mark.parametrize(
    ("old", "new"),
    [("size: int = 4", "size: int = 5"), ("seed / config", "seed * config"), ("SEEDS = 3", "SEEDS = 4"),
     ("def run(seed, config)", "def run(seed, config, /)"), ('"count"', '"counts"'), ("Config(2)", "Config(None)")],
)  # fmt: skip
def test_a_change_of_what_the_script_does_makes_its_record_stale(old, new):
    assert old in SCRIPT
    assert Subject("one", SCRIPT.replace(old, new)).hash != Subject("one", SCRIPT).hash


def test_a_size_that_comes_from_elsewhere_makes_the_record_stale_too():
    script = SCRIPT.replace("SEEDS = 3", "import os\nSEEDS = 3").replace("= 4", '= int(os.environ.get("SIZE", 4))')
    four = Subject("one", script).hash
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SIZE", "5")
        assert Subject("one", script).hash != four


# ---- the comparison and the intervals ----


def test_a_count_must_be_the_same_and_a_number_within_its_band():
    recorded = {"count": 1_000_000_000, "share": 0.5}
    assert differences({"count": 1_000_000_000, "share": 0.5 + 5e-7}, recorded, {}) == []
    assert differences({"count": 1_000_000_001, "share": 0.5}, recorded, {}) != []
    assert differences({"count": 1_000_000_000, "share": 0.5 + 2e-6}, recorded, {}) != []
    assert differences({"count": 1_000_000_000, "share": 0.55}, recorded, {"share": 0.06}) == []
    assert differences({"count": 1_000_000_000}, recorded, {}) != []
    assert differences({"count": 1_000_000_000, "share": [0.5, 0.5]}, recorded, {}) != []


def test_t_interval_is_that_of_the_tables():
    numbers = np.array([[1.0, 10.0], [2.0, 10.0], [3.0, 10.0], [4.0, 10.0]])
    low, high = t_interval(numbers)
    half = 3.182 * np.sqrt(5 / 3) / 2  # t for 3 degrees of freedom
    np.testing.assert_allclose(low, [2.5 - half, 10], atol=1e-3)
    np.testing.assert_allclose(high, [2.5 + half, 10], atol=1e-3)


def test_bootstrap_holds_the_mean_and_narrows_with_more_seeds():
    rng = np.random.default_rng(0)
    few, many = rng.exponential(size=10), rng.exponential(size=1000)
    for numbers in (few, many):
        low, high = bootstrap(numbers)
        assert low < numbers.mean() < high
        assert high - low == pytest.approx(2 * 1.96 * numbers.std() / len(numbers) ** 0.5, rel=0.2)


def runs(*numbers):
    return [{"numbers": run, "made_on": {"machine": "one", "versions": {}}} for run in numbers]


def test_a_record_is_made_of_the_numbers_of_its_seeds():
    found = record(Subject("one", SCRIPT), *runs({"share": 0.0}), runs({"share": 1.0}, {"share": 2.0}, {"share": 3.0}))
    assert found.numbers == {"share": [1.0, 2.0, 3.0]} and found.mean("share") == 2.0
    assert found.interval("share") == pytest.approx((-0.484, 4.484), abs=1e-3)
    assert (found.claims, found.config, found.interval_is) == (["C1"], {"size": 4}, T_INTERVAL)
    assert found.made_on == [{"machine": "one", "versions": {}}]


def test_timings_get_a_bootstrap_interval():
    timing = Subject("one", SCRIPT.replace("SEEDS = 3", "SEEDS = 3\nTIMING = True"))
    found = record(timing, *runs({"share": 0.0}), runs({"share": 1.0}, {"share": 2.0}, {"share": 3.0}))
    assert found.interval_is != T_INTERVAL and found.interval("share") == (1.0, 3.0)


@pytest.mark.parametrize(
    ("second", "said"),
    [({"share": [1.0]}, r"seed 1 gives {'share': \(1,\)}, seed 0 {'share': \(\)}"), ({"other": 1.0}, "seed 1 gives")],
)
def test_seeds_must_give_the_same_numbers(second, said):
    with pytest.raises(ValueError, match=said):
        record(Subject("one", SCRIPT), *runs({"share": 0.0}), runs({"share": 1.0}, second, second))


def test_one_seed_makes_no_interval():
    with pytest.raises(ValueError, match="needs two seeds or more, and SEEDS is 1"):
        record(
            Subject("one", SCRIPT.replace("SEEDS = 3", "SEEDS = 1")),
            *runs({"share": 0.0}, {"share": 0.0})[:1],
            runs({"share": 0.0}),
        )


@pytest.mark.parametrize("value", ["float('nan')", "float('inf')", "[1.0, float('nan')]", "True", "'half'", "None"])
def test_what_is_no_finite_number_is_refused(value):
    with pytest.raises(ValueError, match=r"run must return finite numbers, got .* for 'share'"):
        run("one", SCRIPT.replace("seed / config.size", value), 0, False)
