"""Masks: by hand, against a loop, in every library, and what is refused."""

import math

import array_api_strict
import numpy as np
import pytest
import torch
from arrays import Kind, law, on_every_library
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_array_equal

from attn_core import masks


def test_causal_lets_each_query_see_itself_and_what_is_before():
    assert_array_equal(masks.causal(3, 3), [[1, 0, 0], [1, 1, 0], [1, 1, 1]])


def test_an_offset_is_the_position_of_the_first_query():
    assert_array_equal(masks.causal(2, 4, offset=2), [[1, 1, 1, 0], [1, 1, 1, 1]])
    assert_array_equal(masks.causal(2, 2, offset=-1), [[0, 0], [1, 0]])
    assert_array_equal(masks.window(1, 5, left=1, right=1, offset=2), [[0, 1, 1, 1, 0]])


def test_window_counts_positions_on_both_sides():
    assert_array_equal(masks.window(4, 4, left=1, right=2), [[1, 1, 1, 0], [1, 1, 1, 1], [0, 1, 1, 1], [0, 0, 1, 1]])
    assert_array_equal(masks.window(2, 2, left=0, right=0), np.eye(2))


@on_every_library
def test_padding_ends_each_sequence_at_its_length(kind):
    lengths = Kind(kind.library, "int64")([[0, 1], [2, 3]])
    mask = masks.padding(lengths, 3)
    assert type(mask) is type(lengths)
    assert tuple(mask.shape) == (2, 2, 1, 3)
    assert_array_equal(np.asarray(mask)[..., 0, :], [[[0, 0, 0], [1, 0, 0]], [[1, 1, 0], [1, 1, 1]]])
    assert_array_equal(np.asarray(masks.padding(lengths[1, 0], 3)), [[1, 1, 0]])


@law
@given(*[st.integers(0, 6)] * 2, *[st.integers(-4, 4)] * 3)
def test_masks_equal_a_loop_over_pairs(query_len, key_len, left, right, offset):
    causal = masks.causal(query_len, key_len, offset=offset)
    window = masks.window(query_len, key_len, left=left, right=right, offset=offset)
    assert causal.shape == window.shape == (query_len, key_len)
    assert causal.dtype == window.dtype == bool
    for i in range(query_len):
        for j in range(key_len):
            assert causal[i, j] == (j <= i + offset)
            assert window[i, j] == (-left <= j - (i + offset) <= right)


@pytest.mark.parametrize("make", [masks.causal, lambda *n, **o: masks.window(*n, left=1, right=0, **o)])
def test_a_mask_comes_in_the_library_and_on_the_device_of_like(make):
    expected = make(3, 4, offset=1)
    assert type(expected) is np.ndarray
    for like in (np.ones(2), np.arange(2), torch.ones(2), array_api_strict.ones(2)):
        mask = make(3, 4, offset=1, like=like)
        assert type(mask) is type(like)
        assert str(mask.dtype).rpartition(".")[2] == "bool"
        assert_array_equal(np.asarray(mask), expected)
    assert make(3, 4, like=torch.empty(0, device="meta")).device.type == "meta"


@pytest.mark.parametrize("dtype", ["int8", "uint8", "int32", "int64"])
def test_padding_beyond_what_a_small_integer_dtype_holds(dtype):
    for lengths in (np.array([120, 3], dtype), torch.tensor([120, 3], dtype=getattr(torch, dtype))):
        assert_array_equal(np.asarray(masks.padding(lengths, 300)).sum(axis=-1), [[120], [3]])


def test_no_sequences_and_no_keys_give_empty_masks():
    assert masks.padding(np.zeros((0,), int), 3).shape == (0, 1, 3)
    assert masks.padding(np.zeros((2,), int), 0).shape == (2, 1, 0)
    assert masks.causal(0, 0).shape == (0, 0)


def test_masks_combine():
    mask = masks.causal(3, 3) & masks.padding(np.array([1, 3]), 3)
    assert_array_equal(mask[0], [[1, 0, 0]] * 3)
    assert_array_equal(mask[1], masks.causal(3, 3))


@pytest.mark.parametrize("make", [masks.causal, lambda *n, **o: masks.window(*n, left=1, right=0, **o)])
def test_lengths_that_are_no_integers_from_zero_are_refused(make):
    assert_array_equal(make(np.int64(2), np.int32(2)), make(2, 2))
    for bad in (2.0, "2", None, True):
        with pytest.raises(TypeError, match=f"query_len must be an integer, got {bad!r}"):
            make(bad, 2)
        with pytest.raises(TypeError, match=f"key_len must be an integer, got {bad!r}"):
            make(2, bad)
        with pytest.raises(TypeError, match=f"offset must be an integer, got {bad!r}"):
            make(2, 2, offset=bad)
    with pytest.raises(ValueError, match="query_len must be 0 or more, got -1"):
        make(-1, 2)
    with pytest.raises(ValueError, match="key_len must be 0 or more, got -3"):
        make(2, -3)
    with pytest.raises(TypeError, match="like must be an array, got list"):
        make(2, 2, like=[1.0])


def test_a_window_that_is_not_counted_in_positions_is_refused():
    with pytest.raises(TypeError, match="left must be an integer, got inf"):
        masks.window(2, 2, left=math.inf, right=0)
    with pytest.raises(TypeError, match="right must be an integer, got None"):
        masks.window(2, 2, left=0, right=None)


@pytest.mark.parametrize(
    ("lengths", "error", "text"),
    [
        ([2, 3], TypeError, "lengths must be an array, got list"),
        (np.array([2.0]), TypeError, "lengths must be integers, got float64"),
        (torch.tensor([True]), TypeError, "lengths must be integers, got bool"),
        (np.array([2, 5]), ValueError, "lengths must lie between 0 and key_len = 4, got 5"),
        (torch.tensor([2, -1]), ValueError, "lengths must lie between 0 and key_len = 4, got -1"),
    ],
)
def test_lengths_of_sequences_that_do_not_fit_are_refused(lengths, error, text):
    with pytest.raises(error, match=text):
        masks.padding(lengths, 4)


def test_padding_needs_a_whole_number_of_keys():
    with pytest.raises(TypeError, match=r"key_len must be an integer, got 4\.0"):
        masks.padding(np.array([2]), 4.0)
    with pytest.raises(ValueError, match="key_len must be 0 or more, got -4"):
        masks.padding(np.array([2]), -4)
