"""Heads: split and merge, by hand and back again, and what is refused."""

import numpy as np
import pytest
import torch
from arrays import assert_kind, in_every_dtype, numbers, on_every_library
from numpy.testing import assert_allclose, assert_array_equal

from attn_core import heads


@in_every_dtype
def test_split_puts_heads_before_time(kind):
    x = kind([[[0.0, 1.0, 2.0, 3.0], [4.0, 5.0, 6.0, 7.0], [8.0, 9.0, 10.0, 11.0]]])
    result = heads.split(x, 2)
    assert_kind(result, kind)
    assert_allclose(numbers(result), [[[[0, 1], [4, 5], [8, 9]], [[2, 3], [6, 7], [10, 11]]]])


@in_every_dtype
def test_merge_undoes_split_for_any_leading_axes(kind):
    for leading in ((), (2,), (2, 3)):
        x = kind(np.random.default_rng(0).normal(size=(*leading, 5, 12)))
        for num_heads in (1, 3, 12, np.int64(4)):
            pieces = heads.split(x, num_heads)
            assert tuple(pieces.shape) == (*leading, num_heads, 5, 12 // num_heads)
            merged = heads.merge(pieces)
            assert_kind(merged, kind)
            assert_array_equal(numbers(merged), numbers(x))


@on_every_library
def test_each_head_has_its_own_stretch_of_every_vector(kind):
    x = np.random.default_rng(0).normal(size=(2, 5, 6))
    pieces = numbers(heads.split(kind(x), 3))
    for h in range(3):
        assert_array_equal(pieces[:, h], x[..., 2 * h : 2 * h + 2])


@on_every_library
def test_sequences_without_positions_stay_empty(kind):
    assert tuple(heads.split(kind(np.ones((2, 0, 6))), 3).shape) == (2, 3, 0, 2)
    assert tuple(heads.merge(kind(np.ones((2, 3, 0, 2)))).shape) == (2, 0, 6)


def test_gradients_pass_and_inputs_need_not_be_contiguous():
    x = torch.randn(6, 5, dtype=torch.float64, generator=torch.Generator().manual_seed(0)).mT.requires_grad_()
    assert torch.autograd.gradcheck(lambda x: heads.merge(torch.tanh(heads.split(x, 2))), x)
    assert_array_equal(numbers(heads.merge(heads.split(x, 2))), numbers(x))


@pytest.mark.parametrize(
    ("num_heads", "error", "text"),
    [
        (5, ValueError, "num_heads must divide the last axis of x, 12, got 5"),
        (0, ValueError, "num_heads must divide the last axis of x, 12, got 0"),
        (-3, ValueError, "num_heads must divide the last axis of x, 12, got -3"),
        (2.0, TypeError, "num_heads must be an integer, got 2.0"),
        (True, TypeError, "num_heads must be an integer, got True"),
    ],
)
def test_heads_that_do_not_divide_the_vectors_are_refused(num_heads, error, text):
    with pytest.raises(error) as raised:
        heads.split(np.ones((3, 12)), num_heads)
    assert text in str(raised.value)


def test_arrays_without_the_axes_are_refused():
    with pytest.raises(ValueError, match=r"wanted x \(\.\.\., L, H·D\), got shape \(12,\)"):
        heads.split(np.ones(12), 3)
    with pytest.raises(ValueError, match=r"wanted x \(\.\.\., H, L, D\), got shape \(3, 4\)"):
        heads.merge(np.ones((3, 4)))


@pytest.mark.parametrize("function", [lambda x: heads.split(x, 2), heads.merge])
def test_lists_and_integers_are_refused(function):
    with pytest.raises(TypeError, match="x must be an array, got list"):
        function([[[1.0, 2.0]]])
    with pytest.raises(TypeError, match="x needs floating point, got int64: write 1"):
        function(np.ones((1, 1, 2), np.int64))
