"""One vector for a sequence: what the record says, and how its numbers are counted."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from attn_core import tasks
from attn_core.results import load, weights
from experiments import bottleneck

CONFIG = bottleneck.Config()
FOUND = load("bottleneck")
LENGTHS = list(range(CONFIG.tested[0], CONFIG.tested[1] + 1))


class Parrot:
    """Writes what it reads, but for some places."""

    def __init__(self, *, wrong=()):
        self.wrong = list(wrong)

    def generate(self, inputs, *, lengths, most):
        written = inputs.clone()
        written[:, self.wrong] = 0
        return written, None


def test_places_are_counted_one_by_one():
    assert bottleneck.places(Parrot(), tasks.copy, 3, 0, CONFIG).tolist() == [1, 1, 1]
    assert bottleneck.places(Parrot(wrong=[0, 2]), tasks.copy, 4, 0, CONFIG).tolist() == [0, 1, 0, 1]
    turned = bottleneck.places(Parrot(), tasks.reverse, 3, 0, CONFIG)
    assert turned[1] == 1 and turned[[0, 2]].max() < 0.5  # the middle is in its place


def test_bits_are_all_where_all_is_right_and_none_at_chance():
    assert bottleneck.bits(np.ones(4), 8) == pytest.approx(12)
    assert bottleneck.bits(np.array([1 / 8, 0.1, 0]), 8) == pytest.approx(0)
    assert bottleneck.bits(np.array([1, 1, 1 / 8]), 8) == pytest.approx(6)
    half = 3 - 1 - np.log2(7) / 2  # a coin says whether it is right; if not, it is one of seven
    assert bottleneck.bits(np.array([0.5, 0.5]), 8) == pytest.approx(2 * half)


@pytest.mark.parametrize("attends", [False, True])
def test_a_model_learns_from_sequences_of_the_lengths_it_is_given(attends):
    small = replace(CONFIG.short(), trained=(1, 2))
    with torch.random.fork_rng(devices=[]):
        model = bottleneck.learn(tasks.copy, 16, attends, 150, 1e-2, 0, small)
    assert bottleneck.places(model, tasks.copy, 2, 0, small).min() > 0.8  # chance: 0.25


# ---- what the record says ----


def at(name, length):
    return FOUND.mean(name)[..., LENGTHS.index(length)]


def test_with_one_vector_less_is_right_the_longer_the_sequence_whatever_its_width():
    assert (at("fixed", 2) > 0.99).all()
    for short, long in ((5, 10), (10, 20), (20, 40)):
        assert (at("fixed", long) < at("fixed", short)).all()
    assert (np.diff(at("fixed", 10), axis=1) > 0).all()  # the wider the more
    assert at("fixed", 30).max() < 0.4


def test_five_times_the_training_moves_the_curve_and_does_not_flatten_it():
    assert at("fixed_out", 10) > at("fixed", 10)[0, 2] + 0.1
    assert at("fixed_out", 30) < 0.5


def test_what_a_vector_keeps_of_a_long_sequence_is_its_beginning_and_few_bits():
    places = FOUND.mean("places")[:4]  # of the four widths
    assert (places[:, 0] > places[:, 5]).all() and (places[:, 15:] < 0.2).all()
    assert at("fixed_bits", 30).max() < 20 < 0.2 * 30 * np.log2(CONFIG.symbols)


def test_turning_the_source_round_helps_with_short_sequences_and_not_with_long_ones():
    assert at("turned", 10) > at("fixed", 10)[0, 2] + 0.05
    assert at("turned", 30) < at("fixed", 30)[0, 2]


def test_with_attention_the_curve_is_flat_over_the_lengths_trained_on_and_no_further():
    low, _ = FOUND.interval("attention")
    assert low[: LENGTHS.index(25)].min() > 0.9
    assert at("attention", 60) < at("attention", 20)


def test_the_examples_are_of_every_model_and_length():
    found = weights("bottleneck")
    names = [str(width) for width in CONFIG.widths] + ["turned", "attention", "fixed_out"]
    assert set(found) == {"inputs"} | {f"{kind}.{name}" for kind in ("written", "state") for name in names}
    assert found["inputs"].shape == (60,) and found["inputs"].min() >= 1 and found["inputs"].max() <= CONFIG.symbols
    for name in names:
        written = found[f"written.{name}"]
        assert written.shape == (len(LENGTHS), 60) and found[f"state.{name}"].shape[0] == len(LENGTHS)
        for row, length in zip(written, LENGTHS, strict=True):
            assert not row[length:].any()
    twenty = found["written.attention"][LENGTHS.index(20), :20]
    assert (twenty == found["inputs"][:20]).mean() > 0.9
