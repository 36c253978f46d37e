"""Two marks in a sequence: each answer against its rule, what one sum can tell, and what is refused."""

import re

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from attn_core import tasks

RNG = np.random.default_rng(0)


def test_the_answers_are_the_symbol_with_mark_a_and_the_one_with_mark_b():
    batch = tasks.marked_symbols(np.random.default_rng(0), 1, length=4)
    assert_array_equal(batch.inputs, [[2, 9, 27, 20]])  # 7 with mark B, 10 with mark A
    assert_array_equal(batch.targets, [[10, 7]])
    assert_array_equal(batch.alignment, [[[0, 0, 0, 1], [0, 0, 1, 0]]])


def test_the_answers_are_the_numbers_with_mark_a_and_those_with_mark_b():
    batch = tasks.marked_vectors(np.random.default_rng(1), 1, length=3, width=1)
    assert_allclose(batch.inputs.round(2), [[[-1.3, 0, 1], [0.91, 0, 0], [0.45, 1, 0]]])
    assert_allclose(batch.targets.round(2), [[0.45, -1.3]])
    assert_array_equal(batch.alignment, [[[0, 0, 1], [1, 0, 0]]])


def test_every_symbol_is_right_and_every_one_and_every_place_as_likely():
    batch = tasks.marked_symbols(np.random.default_rng(0), 10_000, length=(2, 5), symbols=3)
    for row, target, length in zip(batch.inputs.tolist(), batch.targets, batch.lengths, strict=True):
        (a,), (b,) = ([code for code in row if 3 * mark < code <= 3 * mark + 3] for mark in (1, 2))
        assert (a - 3, b - 6) == tuple(target)
        assert all(row[:length]) and not any(row[length:])
    assert_allclose(np.bincount(batch.targets.ravel())[1:] / 20_000, 1 / 3, atol=0.015)
    assert_allclose((batch.targets[:, 0] == batch.targets[:, 1]).mean(), 1 / 3, atol=0.015)
    assert_allclose(batch.alignment[batch.lengths == 4].mean(axis=0)[:, :4], 1 / 4, atol=0.03)


def test_every_vector_is_right_and_the_two_know_nothing_of_each_other():
    batch = tasks.marked_vectors(np.random.default_rng(0), 10_000, length=(2, 5), width=3)
    real = np.arange(5) < batch.lengths[:, None]
    assert not batch.inputs[~real].any() and batch.inputs[real].any(axis=1).all()
    for row, target in zip(batch.inputs, batch.targets, strict=True):
        (a,), (b,) = (row[row[:, 3 + mark] == 1] for mark in (0, 1))
        assert_array_equal(np.concatenate([a[:3], b[:3]]), target)
    assert_array_equal(batch.inputs[..., 3:].sum(axis=1), np.ones((10_000, 2)))
    assert_allclose(np.cov(batch.targets.T), np.eye(6), atol=0.06)
    where = batch.alignment.argmax(axis=2)  # (n, 6)
    assert_array_equal(where, where[:, [0, 0, 0, 3, 3, 3]])


def test_from_the_sum_of_the_two_half_of_the_variance_is_explained_and_from_both_all():
    batch = tasks.marked_vectors(np.random.default_rng(0), 10_000, length=4)
    a, b = np.split(batch.targets, 2, axis=1)
    for found, explained in ((0.5 * a + 0.5 * b, 0.5), (0.8 * a + 0.2 * b, 0.5), (np.hstack([a, b]), 1.0)):
        fit, *_ = np.linalg.lstsq(found, batch.targets)
        assert_allclose(1 - (found @ fit - batch.targets).var() / batch.targets.var(), explained, atol=0.01)


def test_two_places_are_enough_and_a_batch_may_be_empty():
    for task in (tasks.marked_symbols, tasks.marked_vectors):
        assert task(np.random.default_rng(0), 9, length=2).alignment.any(axis=1).all()
        assert len(task(np.random.default_rng(0), 0, length=(2, 5))) == 0


@pytest.mark.parametrize("task", [tasks.marked_symbols, tasks.marked_vectors])
def test_what_is_refused_is_said(task):
    with pytest.raises(TypeError, match="rng must be a numpy Generator, got 0"):
        task(0, 1, length=3)
    with pytest.raises(ValueError, match="length must be 2 or more, got 1"):
        task(RNG, 1, length=(1, 3))
    with pytest.raises(ValueError, match="n must be 0 or more, got -1"):
        task(RNG, -1, length=3)
    with pytest.raises(ValueError, match=re.escape("symbols must be 2 or more, got 1")):
        tasks.marked_symbols(RNG, 1, length=3, symbols=1)
    with pytest.raises(ValueError, match=re.escape("width must be 1 or more, got 0")):
        tasks.marked_vectors(RNG, 1, length=3, width=0)
