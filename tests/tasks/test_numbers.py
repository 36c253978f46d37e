"""Adding, counting and ordering: each against its rule, and what its docstring promises of chance."""

import re

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from attn_core import tasks

RNG = np.random.default_rng(0)


def real(batch):
    return np.arange(batch.inputs.shape[1]) < batch.lengths[:, None]


def test_adding_gives_the_sum_of_the_two_marked():
    batch = tasks.adding(np.random.default_rng(1), 1, length=3)
    assert_allclose(batch.inputs.round(2), [[[0.95, 1], [0.31, 0], [0.42, 1]]])
    assert_allclose(batch.targets.round(2), [1.37])
    assert_array_equal(batch.alignment, [[1, 0, 1]])


def test_counting_gives_how_many_are_the_first_symbol():
    batch = tasks.counting(np.random.default_rng(0), 2, length=(3, 6))
    assert_array_equal(batch.inputs, [[1, 1, 4, 2, 1, 4], [2, 3, 2, 1, 3, 0]])
    assert_array_equal(batch.targets, [3, 1])
    assert_array_equal(batch.alignment, [[1, 1, 0, 0, 1, 0], [0, 0, 0, 1, 0, 0]])


def test_ordering_gives_which_of_the_two_comes_first():
    batch = tasks.ordering(np.random.default_rng(1), 2, length=5)
    assert_array_equal(batch.inputs, [[8, 7, 1, 6, 2], [4, 5, 2, 3, 1]])
    assert_array_equal(batch.targets, [1, 2])
    assert_array_equal(batch.alignment, [[0, 0, 1, 0, 1], [0, 0, 1, 0, 1]])


def test_every_sum_is_right_and_padding_is_zero():
    batch = tasks.adding(np.random.default_rng(0), 500, length=(2, 20))
    values, marks = batch.inputs[..., 0], batch.inputs[..., 1]
    assert_array_equal(marks.sum(axis=1), 2)
    assert_array_equal(marks, batch.alignment)
    assert not batch.inputs[~real(batch)].any()
    for row, mark, target in zip(values, marks, batch.targets, strict=True):
        assert_allclose(sum(v for v, m in zip(row, mark, strict=True) if m == 1), target)


def test_always_one_is_wrong_by_a_sixth_and_marks_stand_everywhere():
    batch = tasks.adding(np.random.default_rng(0), 40_000, length=10)
    assert_allclose(((batch.targets - 1) ** 2).mean(), 1 / 6, atol=0.003)
    assert_allclose(batch.alignment.mean(axis=0), 0.2, atol=0.01)


def test_every_count_is_right_and_every_number_as_likely():
    batch = tasks.counting(np.random.default_rng(0), 10_000, length=(4, 6), symbols=3)
    assert_array_equal((batch.inputs == 1).sum(axis=1), batch.targets)
    assert_array_equal(batch.inputs == 1, batch.alignment)
    assert_array_equal(batch.inputs > 0, real(batch))
    assert set(np.unique(batch.inputs)) == {0, 1, 2, 3}
    for length in (4, 5, 6):
        counts = np.bincount(batch.targets[batch.lengths == length], minlength=length + 1)
        assert_allclose(counts / counts.sum(), 1 / (length + 1), atol=0.02)


def test_every_order_is_right_and_both_are_as_likely():
    batch = tasks.ordering(np.random.default_rng(0), 10_000, length=(2, 6), symbols=4)
    for row, target in zip(batch.inputs.tolist(), batch.targets, strict=True):
        assert row.count(1) == row.count(2) == 1
        assert target == (1 if row.index(1) < row.index(2) else 2)
    assert_array_equal((batch.inputs == 1) | (batch.inputs == 2), batch.alignment)
    assert_array_equal(batch.inputs > 0, real(batch))
    assert_allclose((batch.targets == 1).mean(), 0.5, atol=0.02)


def test_two_places_are_enough_for_two_marks_and_a_batch_may_be_empty():
    assert_array_equal(tasks.adding(np.random.default_rng(0), 5, length=2).alignment, np.ones((5, 2)))
    assert_array_equal(tasks.ordering(np.random.default_rng(0), 5, length=2).alignment, np.ones((5, 2)))
    assert tasks.counting(np.random.default_rng(0), 5, length=1).inputs.shape == (5, 1)
    for task in (tasks.adding, tasks.counting, tasks.ordering):
        assert len(task(np.random.default_rng(0), 0, length=(2, 5))) == 0


@pytest.mark.parametrize(
    ("error", "text", "call"),
    [
        (TypeError, "rng must be a numpy Generator, got 0", lambda: tasks.adding(0, 1, length=3)),
        (TypeError, "rng must be a numpy Generator, got 0", lambda: tasks.counting(0, 1, length=3)),
        (TypeError, "rng must be a numpy Generator, got 0", lambda: tasks.ordering(0, 1, length=3)),
        (ValueError, "length must be 2 or more, got 1", lambda: tasks.adding(RNG, 1, length=(1, 3))),
        (ValueError, "length must be 1 or more, got 0", lambda: tasks.counting(RNG, 1, length=0)),
        (ValueError, "length must be 2 or more, got 1", lambda: tasks.ordering(RNG, 1, length=1)),
        (ValueError, "symbols must be 2 or more, got 1", lambda: tasks.counting(RNG, 1, length=3, symbols=1)),
        (ValueError, "symbols must be 3 or more, got 2", lambda: tasks.ordering(RNG, 1, length=3, symbols=2)),
        (ValueError, "n must be 0 or more, got -1", lambda: tasks.ordering(RNG, -1, length=3)),
    ],
)
def test_what_is_refused_is_said(error, text, call):
    with pytest.raises(error, match=re.escape(text)):
        call()
