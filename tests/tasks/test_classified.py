"""Keyword, latest, majority: each against its rule, and what its docstring promises of chance."""

import re

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from attn_core import tasks

RNG = np.random.default_rng(0)


def real(batch):
    return np.arange(batch.inputs.shape[1]) < batch.lengths[:, None]


def test_keyword_gives_the_one_symbol_that_tells():
    batch = tasks.keyword(np.random.default_rng(0), 1, length=5)
    assert_array_equal(batch.inputs, [[21, 28, 18, 3, 30]])
    assert_array_equal(batch.targets, [3])
    assert_array_equal(batch.alignment, [[0, 0, 0, 1, 0]])


def test_latest_gives_the_last_of_the_keywords():
    batch = tasks.latest(np.random.default_rng(1), 1, length=5, keywords=2)
    assert_array_equal(batch.inputs, [[27, 16, 3, 26, 1]])
    assert_array_equal(batch.targets, [1])
    assert_array_equal(batch.alignment, [[0, 0, 0, 0, 1]])


def test_majority_gives_the_most_frequent():
    batch = tasks.majority(np.random.default_rng(0), 1, length=6, classes=3)
    assert_array_equal(batch.inputs, [[3, 2, 2, 1, 1, 1]])
    assert_array_equal(batch.targets, [1])
    assert_array_equal(batch.alignment, [[0, 0, 0, 1, 1, 1]])


def test_every_sequence_has_one_keyword_of_any_class_in_any_place():
    batch = tasks.keyword(np.random.default_rng(0), 10_000, length=(3, 6), classes=3, fillers=5)
    assert_array_equal(((batch.inputs > 0) & (batch.inputs <= 3)).sum(axis=1), 1)
    assert_array_equal((batch.inputs * batch.alignment).sum(axis=1), batch.targets)
    assert_array_equal(batch.inputs > 0, real(batch))
    assert set(np.unique(batch.inputs)) == set(range(9))
    assert_allclose(np.bincount(batch.targets)[1:] / 10_000, 1 / 3, atol=0.02)
    of_six = batch.alignment[batch.lengths == 6]
    assert_allclose(of_six.mean(axis=0), 1 / 6, atol=0.03)


def test_first_keeps_the_keyword_among_the_first():
    batch = tasks.keyword(np.random.default_rng(0), 10_000, length=(3, 6), first=2)
    assert_allclose(batch.alignment.mean(axis=0), [0.5, 0.5, 0, 0, 0, 0], atol=0.02)
    assert tasks.keyword(np.random.default_rng(0), 50, length=7, first=1).alignment[:, 0].all()


def test_the_target_is_the_last_of_as_many_keywords_as_there_are_to_be():
    batch = tasks.latest(np.random.default_rng(0), 10_000, length=(4, 9), keywords=(1, 4), classes=3, fillers=2)
    tells = (batch.inputs > 0) & (batch.inputs <= 3)
    assert_allclose(np.bincount(tells.sum(axis=1))[1:] / 10_000, 1 / 4, atol=0.02)
    for row, target, alignment in zip(batch.inputs.tolist(), batch.targets, batch.alignment, strict=True):
        last = max(at for at, code in enumerate(row) if 1 <= code <= 3)
        assert row[last] == target and alignment.tolist() == [at == last for at in range(9)]
    assert_array_equal(batch.inputs > 0, real(batch))


def test_the_most_frequent_is_more_frequent_than_each_other_and_every_class_as_likely():
    batch = tasks.majority(np.random.default_rng(0), 10_000, length=(1, 8), classes=3)
    counts = np.stack([(batch.inputs == code).sum(axis=1) for code in (1, 2, 3)], axis=1)
    assert (np.sort(counts, axis=1)[:, 2] > np.sort(counts, axis=1)[:, 1]).all()
    assert_array_equal(counts.argmax(axis=1) + 1, batch.targets)
    assert_array_equal(batch.alignment, batch.inputs == batch.targets[:, None])
    assert_array_equal(batch.inputs > 0, real(batch))
    assert_allclose(np.bincount(batch.targets)[1:] / 10_000, 1 / 3, atol=0.02)


def test_one_place_is_enough_and_a_batch_may_be_empty():
    for task in (tasks.keyword, tasks.latest, tasks.majority):
        keywords = {"keywords": 1} if task is tasks.latest else {}
        batch = task(np.random.default_rng(0), 5, length=1, **keywords)
        assert_array_equal(batch.inputs[:, 0], batch.targets)
        assert len(task(np.random.default_rng(0), 0, length=(6, 8))) == 0


@pytest.mark.parametrize(
    ("error", "text", "call"),
    [
        (TypeError, "rng must be a numpy Generator, got 0", lambda: tasks.keyword(0, 1, length=3)),
        (TypeError, "rng must be a numpy Generator, got 0", lambda: tasks.latest(0, 1, length=9)),
        (TypeError, "rng must be a numpy Generator, got 0", lambda: tasks.majority(0, 1, length=3)),
        (ValueError, "length must be 1 or more, got 0", lambda: tasks.keyword(RNG, 1, length=0)),
        (ValueError, "length must be 1 or more, got 0", lambda: tasks.majority(RNG, 1, length=0)),
        (ValueError, "classes must be 2 or more, got 1", lambda: tasks.majority(RNG, 1, length=3, classes=1)),
        (ValueError, "fillers must be 1 or more, got 0", lambda: tasks.keyword(RNG, 1, length=3, fillers=0)),
        (ValueError, "first must be 1 or more, got 0", lambda: tasks.keyword(RNG, 1, length=3, first=0)),
        (
            ValueError,
            "first must stay within the shortest sequence, 3, got 4",
            lambda: tasks.keyword(RNG, 1, length=(3, 9), first=4),
        ),
        (
            ValueError,
            "keywords must fit into the shortest sequence, 5, got 6",
            lambda: tasks.latest(RNG, 1, length=(5, 9)),
        ),
        (ValueError, "n must be 0 or more, got -1", lambda: tasks.keyword(RNG, -1, length=3)),
    ],
)
def test_what_is_refused_is_said(error, text, call):
    with pytest.raises(error, match=re.escape(text)):
        call()
