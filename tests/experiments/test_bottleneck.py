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


def test_right_counts_symbols_at_each_length():
    small = replace(CONFIG, tested=(2, 4), rows=50)
    assert bottleneck.right(Parrot(), tasks.copy, 0, small).tolist() == [1, 1, 1]
    assert bottleneck.right(Parrot(wrong=[0]), tasks.copy, 0, small).tolist() == [0.5, 0.6667, 0.75]
    assert bottleneck.right(Parrot(wrong=[3]), tasks.copy, 0, small).tolist() == [1, 1, 0.75]


def test_bits_are_all_when_all_is_right_and_none_at_chance():
    small = replace(CONFIG, tested=(2, 4), symbols=8)
    np.testing.assert_allclose(bottleneck.bits(np.ones(3), small), [6, 9, 12], atol=1e-3)
    np.testing.assert_allclose(bottleneck.bits(np.array([1 / 8, 0.1, 0]), small), 0, atol=1e-3)
    half = 3 - 1 - np.log2(7) / 2  # a coin says whether it is right; if not, it is one of seven
    np.testing.assert_allclose(bottleneck.bits(np.full(3, 0.5), small), half * np.array([2, 3, 4]), atol=1e-3)


@pytest.mark.parametrize("attends", [False, True])
def test_a_model_learns_from_sequences_of_the_lengths_it_is_given(attends):
    small = replace(CONFIG.short(), trained=(1, 2), tested=(1, 2), steps=150)
    with torch.random.fork_rng(devices=[]):
        model = bottleneck.learn(tasks.copy, 16, attends, 150, 1e-2, 0, small)
    assert bottleneck.right(model, tasks.copy, 0, small).min() > 0.8  # chance: 0.25


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
