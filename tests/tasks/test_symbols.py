"""Copy, reverse, recall, previous, associative recall: each against its rule in plain Python, and what is refused."""

import re

import numpy as np
import pytest
from arrays import law
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_array_equal

from attn_core import tasks

SEVERAL = {
    "copy": lambda rng: tasks.copy(rng, 300, length=(1, 9), symbols=5),
    "reverse": lambda rng: tasks.reverse(rng, 300, length=(1, 9), symbols=5),
    "recall": lambda rng: tasks.recall(rng, 300, length=(3, 9), symbols=5),
    "recall near": lambda rng: tasks.recall(rng, 300, length=(3, 9), symbols=5, distance=(1, 3)),
    "previous": lambda rng: tasks.previous(rng, 300, length=(1, 9), symbols=5),
    "associative_recall": lambda rng: tasks.associative_recall(rng, 300, pairs=(1, 4), keys=6, values=3),
}
every_task = pytest.mark.parametrize("draw", SEVERAL.values(), ids=SEVERAL)


def rows(batch):
    """Each sequence as read, without its padding, and what is to be said, as lists."""
    for inputs, target, length in zip(batch.inputs, batch.targets, batch.lengths, strict=True):
        assert not inputs[length:].any() and inputs[:length].all()
        yield inputs[:length].tolist(), target.tolist()


def test_copy_says_the_same_again():
    batch = tasks.copy(np.random.default_rng(1), 2, length=(2, 4), symbols=9)
    assert_array_equal(batch.inputs, [[7, 9, 1, 0], [8, 9, 3, 0]])
    assert_array_equal(batch.targets, [[7, 9, 1, 0], [8, 9, 3, 0]])
    assert_array_equal(batch.lengths, [3, 3])
    first = [[1, 0, 0, 0], [0, 1, 0, 0], [0, 0, 1, 0], [0, 0, 0, 0]]
    assert_array_equal(batch.alignment, [first, first])


def test_reverse_says_the_last_first():
    batch = tasks.reverse(np.random.default_rng(1), 2, length=(2, 4), symbols=9)
    assert_array_equal(batch.inputs, [[7, 9, 1, 0], [8, 9, 3, 0]])
    assert_array_equal(batch.targets, [[1, 9, 7, 0], [3, 9, 8, 0]])
    first = [[0, 0, 1, 0], [0, 1, 0, 0], [1, 0, 0, 0], [0, 0, 0, 0]]
    assert_array_equal(batch.alignment, [first, first])


def test_recall_asks_for_a_symbol_by_its_distance_from_the_question():
    batch = tasks.recall(np.random.default_rng(1), 1, length=4, symbols=9, distance=3)
    assert_array_equal(batch.inputs, [[5, 5, 7, 9, 12]])  # 12 is the question: 9 symbols, 3 places back
    assert_array_equal(batch.targets, [5])
    assert_array_equal(batch.lengths, [5])
    assert_array_equal(batch.alignment, [[0, 1, 0, 0, 0]])


def test_previous_says_at_each_place_what_stands_before_it():
    batch = tasks.previous(np.random.default_rng(1), 2, length=(2, 4), symbols=9)
    assert_array_equal(batch.inputs, [[7, 9, 1, 0], [8, 9, 3, 0]])
    assert_array_equal(batch.targets, [[0, 7, 9, 0], [0, 8, 9, 0]])
    first = [[0, 0, 0, 0], [1, 0, 0, 0], [0, 1, 0, 0], [0, 0, 0, 0]]
    assert_array_equal(batch.alignment, [first, first])


def test_associative_recall_asks_for_the_value_behind_a_key():
    batch = tasks.associative_recall(np.random.default_rng(2), 1, pairs=3, keys=4, values=5)
    assert_array_equal(batch.inputs, [[3, 6, 1, 9, 4, 8, 4]])  # keys 1 to 4, values 5 to 9
    assert_array_equal(batch.targets, [8])
    assert_array_equal(batch.alignment, [[0, 0, 0, 0, 0, 1, 0]])


@every_task
def test_where_the_alignment_is_true_the_input_is_the_target(draw):
    batch = draw(np.random.default_rng(0))
    found = (batch.alignment * (batch.inputs[:, None] if batch.targets.ndim == 2 else batch.inputs)).sum(axis=-1)
    assert_array_equal(found, batch.targets)
    assert_array_equal(batch.alignment.sum(axis=-1), batch.targets > 0)


def test_every_copy_and_reversal_is_right():
    for draw, said in ((SEVERAL["copy"], lambda read: read), (SEVERAL["reverse"], lambda read: read[::-1])):
        for read, target in rows(draw(np.random.default_rng(0))):
            assert target[: len(read)] == said(read) and not any(target[len(read) :])
            assert set(read) <= {1, 2, 3, 4, 5}


@pytest.mark.parametrize("name", ["recall", "recall near"])
def test_every_recall_is_right(name):
    asked = set()
    for read, target in rows(SEVERAL[name](np.random.default_rng(0))):
        *symbols, question = read
        assert target == symbols[-(question - 5)]
        asked.add(question - 5)
    assert asked == ({1, 2, 3} if name == "recall near" else set(range(1, 10)))


def test_every_previous_symbol_is_right():
    for read, target in rows(SEVERAL["previous"](np.random.default_rng(0))):
        assert target[: len(read)] == [0, *read[:-1]] and not any(target[len(read) :])


def test_every_associative_recall_is_right():
    counts = set()
    for read, target in rows(SEVERAL["associative_recall"](np.random.default_rng(0))):
        *pairs, question = read
        keys, values = pairs[::2], pairs[1::2]
        assert len(set(keys)) == len(keys) and set(keys) <= set(range(1, 7)) and set(values) <= {7, 8, 9}
        assert dict(zip(keys, values, strict=True))[question] == target
        counts.add(len(keys))
    assert counts == {1, 2, 3, 4}


@law
@given(st.integers(0, 2**32 - 1), st.integers(1, 12), st.integers(0, 5), st.integers(2, 20))
def test_a_sequence_turned_round_twice_is_the_sequence(seed, shortest, more, symbols):
    batch = tasks.reverse(np.random.default_rng(seed), 4, length=(shortest, shortest + more), symbols=symbols)
    for (read, target), length in zip(rows(batch), batch.lengths, strict=True):
        assert target[:length][::-1] == read
    twice = batch.alignment.astype(int) @ batch.alignment.astype(int)
    copied = tasks.copy(np.random.default_rng(seed), 4, length=(shortest, shortest + more), symbols=symbols)
    assert_array_equal(twice, copied.alignment)
    assert_array_equal(batch.inputs, copied.inputs)


@every_task
def test_every_length_between_the_two_is_as_likely(draw):
    lengths, counts = np.unique(draw(np.random.default_rng(0)).lengths, return_counts=True)
    expected = 300 / len(lengths)
    assert len(lengths) > 3 and (abs(counts - expected) < 4 * expected**0.5).all()


def test_a_sequence_may_have_one_symbol_and_a_batch_no_sequence():
    assert tasks.copy(np.random.default_rng(0), 3, length=1).inputs.shape == (3, 1)
    assert tasks.copy(np.random.default_rng(0), 0, length=(1, 4)).alignment.shape == (0, 4, 4)
    assert_array_equal(tasks.previous(np.random.default_rng(0), 2, length=1).targets, [[0], [0]])
    assert tasks.recall(np.random.default_rng(0), 0, length=4).inputs.shape == (0, 5)
    assert tasks.associative_recall(np.random.default_rng(0), 0, pairs=2).inputs.shape == (0, 5)


RNG = np.random.default_rng(0)


@pytest.mark.parametrize(
    ("error", "text", "call"),
    [
        (TypeError, "rng must be a numpy Generator, got 0: write numpy.random.default_rng(0)",
         lambda: tasks.copy(0, 1, length=3)),
        (TypeError, "rng must be a numpy Generator, got None", lambda: tasks.recall(None, 1, length=3)),
        (TypeError, "rng must be a numpy Generator", lambda: tasks.associative_recall(np.random, 1, pairs=3)),
        (TypeError, "rng must be a numpy Generator", lambda: tasks.previous(1, 1, length=3)),
        (ValueError, "n must be 0 or more, got -1", lambda: tasks.reverse(RNG, -1, length=3)),
        (TypeError, "n must be an integer, got 2.0", lambda: tasks.reverse(RNG, 2.0, length=3)),
        (ValueError, "length must be 1 or more, got 0", lambda: tasks.copy(RNG, 1, length=0)),
        (ValueError, "length must be 1 or more, got 0", lambda: tasks.copy(RNG, 1, length=(0, 3))),
        (TypeError, "length must be an integer, got [1, 3]", lambda: tasks.copy(RNG, 1, length=[1, 3])),
        (ValueError, "length must be one integer or two, got (1, 2, 3)", lambda: tasks.copy(RNG, 1, length=(1, 2, 3))),
        (ValueError, "length must go from the smaller to the larger, got (4, 3)",
         lambda: tasks.reverse(RNG, 1, length=(4, 3))),
        (ValueError, "symbols must be 2 or more, got 1", lambda: tasks.recall(RNG, 1, length=3, symbols=1)),
        (ValueError, "distance must be 1 or more, got 0", lambda: tasks.recall(RNG, 1, length=3, distance=0)),
        (ValueError, "distance must stay within the shortest sequence, 3, got 4",
         lambda: tasks.recall(RNG, 1, length=(3, 5), distance=(2, 4))),
        (ValueError, "pairs must be 1 or more, got 0", lambda: tasks.associative_recall(RNG, 1, pairs=0)),
        (ValueError, "keys must be as many as pairs or more, since none comes twice, got 3 for 4",
         lambda: tasks.associative_recall(RNG, 1, pairs=(2, 4), keys=3)),
        (ValueError, "values must be 2 or more, got 1", lambda: tasks.associative_recall(RNG, 1, pairs=2, values=1)),
    ],
)  # fmt: skip
def test_what_is_refused_is_said(error, text, call):
    with pytest.raises(error, match=re.escape(text)):
        call()
