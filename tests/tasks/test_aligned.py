"""Aligned sequences: each step against its rule, how far symbols stray, and what is refused."""

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from attn_core.tasks import aligned


def drawn(n=400, **options):
    return aligned(np.random.default_rng(0), n, **{"length": (1, 12), **options})


def places(batch):
    """For each sequence, the place that each step asks for."""
    for alignment, length in zip(batch.alignment, batch.lengths, strict=True):
        assert_array_equal(alignment.sum(axis=1), np.arange(alignment.shape[1]) < length)
        yield alignment[:length].argmax(axis=1)


@pytest.mark.parametrize("stray", [0, 1, 3, None])
def test_each_step_asks_with_the_cue_and_wants_the_symbol_of_its_place(stray):
    batch = drawn(stray=stray, cues=7, symbols=5)
    for inputs, targets, length, place in zip(batch.inputs, batch.targets, batch.lengths, places(batch), strict=True):
        cue, symbol, asked = inputs[:length].T
        assert_array_equal(sorted(place), np.arange(length))  # each place once
        assert_array_equal(asked, cue[place])
        assert_array_equal(targets[:length], symbol[place])
        assert not inputs[length:].any() and not targets[length:].any()
        assert 1 <= cue.min() <= cue.max() <= 7 and 1 <= symbol.min() <= symbol.max() <= 5


def test_none_strays_further_than_it_may_and_some_stray_so_far():
    for stray in (0, 1, 3):
        far = [abs(place - np.arange(len(place))).max() for place in places(drawn(stray=stray))]
        assert max(far) == stray


def test_without_a_limit_every_place_is_as_likely():
    batch = drawn(4000, length=5, stray=None)
    assert abs(batch.alignment.mean(axis=0) - 0.2).max() < 4 * np.sqrt(0.2 * 0.8 / 4000)


def test_other_symbols_and_cues_come_where_only_the_order_changes():
    kept, mixed = drawn(stray=0), drawn(stray=None)
    assert_array_equal(kept.inputs[..., :2], mixed.inputs[..., :2])
    assert (kept.targets != mixed.targets).any()


def test_none_and_one_are_sequences_too():
    assert drawn(0, length=3).inputs.shape == (0, 3, 3)
    batch = drawn(5, length=1, stray=None)
    assert batch.alignment.all() and (batch.inputs[..., 0] == batch.inputs[..., 2]).all()


@pytest.mark.parametrize(
    ("options", "error", "said"),
    [
        ({"stray": -1}, ValueError, "stray must be 0 or more, got -1"),
        ({"stray": 1.5}, TypeError, "stray must be an integer, got 1.5"),
        ({"length": (0, 3)}, ValueError, "length must be 1 or more, got 0"),
        ({"cues": 0}, ValueError, "cues must be 1 or more, got 0"),
        ({"symbols": 1}, ValueError, "symbols must be 2 or more, got 1"),
    ],
)
def test_what_makes_no_sense_is_refused(options, error, said):
    with pytest.raises(error, match=said):
        drawn(**options)


def test_another_source_of_chance_is_refused():
    with pytest.raises(TypeError, match="rng must be a numpy Generator, got 0"):
        aligned(0, 5, length=3)
