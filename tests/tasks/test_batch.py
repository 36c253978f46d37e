"""A batch: its shapes, some of its rows, and what is refused."""

import re

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from attn_core import masks
from attn_core.tasks import Batch

INPUTS = np.array([[7, 8, 9], [5, 6, 0]])
TARGETS = np.array([[8, 7], [6, 0]])
LENGTHS = np.array([3, 2])
ALIGNMENT = np.array([[[0, 1, 0], [1, 0, 0]], [[0, 1, 0], [0, 0, 0]]], dtype=bool)


def test_some_rows_of_a_batch_are_a_batch():
    batch = Batch(INPUTS, TARGETS, LENGTHS, ALIGNMENT)
    assert len(batch) == 2
    for rows in (slice(1, 2), np.array([1]), np.array([False, True])):
        some = batch[rows]
        assert len(some) == 1
        assert_array_equal(some.inputs, [[5, 6, 0]])
        assert_array_equal(some.targets, [[6, 0]])
        assert_array_equal(some.lengths, [2])
        assert_array_equal(some.alignment, ALIGNMENT[1:])


def test_nobody_need_know_the_alignment():
    assert Batch(INPUTS, TARGETS, LENGTHS).alignment is None
    assert Batch(INPUTS, TARGETS, LENGTHS)[:1].alignment is None


def test_one_answer_a_sequence_has_one_row_of_alignment_each():
    batch = Batch(INPUTS, TARGETS[:, 0], LENGTHS, ALIGNMENT[:, 0])
    assert_array_equal(batch.inputs[batch.alignment], batch.targets)


def test_one_answer_a_document_may_name_its_word():
    inputs = np.array([[[4, 2], [3, 0]], [[1, 5], [0, 0]]])
    batch = Batch(inputs, np.array([3, 5]), np.array([2, 1]), np.isin(inputs, [3, 5]))
    assert_array_equal(batch.inputs[batch.alignment], batch.targets)
    assert_array_equal(batch[1:].alignment, [[[False, True], [False, False]]])
    with pytest.raises(ValueError, match=re.escape("wanted alignment (n, L) = (2, 2), got shape (1, 2, 2)")):
        Batch(inputs, batch.targets, batch.lengths, batch.alignment[:1])


def test_inputs_may_be_numbers_and_pictures():
    assert len(Batch(np.zeros((2, 5, 8, 8)), TARGETS, LENGTHS)) == 2


def test_a_batch_may_be_empty():
    assert len(Batch(INPUTS[:0], TARGETS[:0], LENGTHS[:0], ALIGNMENT[:0])) == 0


def test_its_lengths_make_the_mask_of_its_padding():
    batch = Batch(INPUTS, TARGETS, LENGTHS)
    assert_array_equal(masks.padding(batch.lengths, 3)[:, 0], INPUTS > 0)


def test_a_batch_stays_as_it_is():
    with pytest.raises(AttributeError, match="cannot assign to field 'inputs'"):
        Batch(INPUTS, TARGETS, LENGTHS).inputs = TARGETS


@pytest.mark.parametrize(
    ("arrays", "text"),
    [
        ((INPUTS[0], TARGETS, LENGTHS), "wanted inputs (n, L) or (n, L, …), got shape (3,)"),
        ((INPUTS, TARGETS[:1], LENGTHS), "wanted targets (n, T) or (n,) with n = 2, got shape (1, 2)"),
        ((INPUTS, ALIGNMENT, LENGTHS), "wanted targets (n, T) or (n,) with n = 2, got shape (2, 2, 3)"),
        ((INPUTS, TARGETS, LENGTHS[:1]), "wanted lengths (n,) with n = 2, got shape (1,)"),
        ((INPUTS, TARGETS, np.array([4, 2])), "lengths must be from 0 to L = 3, got 2 to 4"),
        ((INPUTS, TARGETS, np.array([3, -1])), "lengths must be from 0 to L = 3, got -1 to 3"),
        ((INPUTS, TARGETS, LENGTHS, INPUTS > 0), "wanted alignment (n, T, L) = (2, 2, 3), got shape (2, 3)"),
        ((INPUTS, TARGETS[:, 0], LENGTHS, ALIGNMENT), "wanted alignment (n, L) = (2, 3), got shape (2, 2, 3)"),
    ],
)
def test_shapes_that_do_not_fit_are_refused_with_both(arrays, text):
    with pytest.raises(ValueError, match=re.escape(text)):
        Batch(*arrays)
