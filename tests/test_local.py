"""Local attention: by hand, against a loop and the general case, at the edges, and what is refused."""

import math

import numpy as np
import pytest
import torch
from arrays import (
    Kind,
    assert_kind,
    gradients,
    in_every_dtype,
    in_every_torch_dtype,
    law,
    leaf,
    numbers,
    on_every_library,
)
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

from attn_core import attend, hardmax, local, masks, scores, softmax, sparsemax

inf, nan = math.inf, math.nan
EDGE = math.exp(-2)  # the factor where the window ends


def random(*shapes, seed=0):
    rng = np.random.default_rng(seed)
    return [rng.normal(size=shape) for shape in shapes]


def arrays(lq, lk, *leading, seed=0):
    return random((*leading, lq, 3), (*leading, lk, 3), (*leading, lk, 2), seed=seed)


# By hand


@on_every_library
def test_monotonic_gives_equal_keys_the_mean_of_the_window(kind):
    query, key, value = kind(np.zeros((3, 1))), kind(np.zeros((5, 1))), kind([[1.0], [2], [6], [10], [50]])
    output, weights = local.monotonic(query, key, value, window=1)
    assert_allclose(numbers(output), [[1.5], [3], [6]])
    assert_allclose(numbers(weights), [[1 / 2, 1 / 2, 0, 0, 0], [1 / 3] * 3 + [0, 0], [0] + [1 / 3] * 3 + [0]])
    output, _ = local.monotonic(query, key, value, window=1, offset=2)
    assert_allclose(numbers(output), [[6], [22], [30]])


@on_every_library
def test_predictive_multiplies_the_shares_by_the_gaussian_and_leaves_the_sum_below_one(kind):
    query, key, value = kind(np.zeros((1, 1))), kind(np.zeros((5, 1))), kind([[1.0], [2], [3], [4], [5]])
    output, weights = local.predictive(query, key, value, kind([2.0]), window=2)
    factors = np.array([EDGE, math.exp(-0.5), 1, math.exp(-0.5), EDGE])
    assert_allclose(numbers(weights), [factors / 5])
    assert_allclose(numbers(output), [[3 * factors.sum() / 5]])


@on_every_library
def test_gaussian_is_one_at_the_centre_and_falls_to_exp_minus_2_at_the_edge(kind):
    assert_allclose(
        numbers(local.gaussian(kind([3.0, 1.5]), 4, window=3)),
        [[EDGE, math.exp(-8 / 9), math.exp(-2 / 9), 1], np.exp([-0.5, -1 / 18, -1 / 18, -0.5])],
    )
    assert_allclose(numbers(local.gaussian(kind([3.0, 1.5]), 4, window=0)), [[0, 0, 0, 1], [0, 0, 0, 0]])


@on_every_library
def test_near_reaches_the_window_on_both_sides_of_a_centre_between_two_keys(kind):
    mask = local.near(kind([0.0, 2.5, 9.0, 10.5]), 8, window=2)
    assert_array_equal(
        np.asarray(mask),
        [[1, 1, 1, 0, 0, 0, 0, 0], [0, 1, 1, 1, 1, 0, 0, 0], [0, 0, 0, 0, 0, 0, 0, 1], [0] * 8],
    )


@on_every_library
def test_a_centre_is_a_share_of_the_length(kind):
    query, weight, v = kind([[0.0], [100.0], [-100.0]]), kind([[1.0, 1.0]]), kind([1.0, math.log(3) - 1])
    assert_allclose(numbers(local.predict_centre(query, weight, v, length=8)), [4, 6, 2])
    lengths = Kind(kind.library, "int64")([8, 0, 4])
    centres = local.predict_centre(kind(np.full((3, 1, 1), 100.0)), weight, v, length=lengths)
    assert_allclose(numbers(centres), [[6], [0], [3]])


# Against the formula, written as a loop, and against the general case


def by_loop(query, key, value, centre, window, mask):
    weights = np.zeros((len(query), len(key)))
    for i, p in enumerate(centre):
        inside = [j for j in range(len(key)) if p - window <= j <= p + window and mask[i, j]]
        total = sum(math.exp(query[i] @ key[j]) for j in inside)
        for j in inside:
            weights[i, j] = math.exp(query[i] @ key[j]) / total * math.exp(-((j - p) ** 2) / (2 * (window / 2) ** 2))
    return weights @ value, weights


@law
@given(st.integers(1, 9), st.lists(st.floats(-4, 9), min_size=4, max_size=4), st.integers(0, 30))
def test_predictive_is_the_papers_formula(window, centre, seed):
    query, key, value = arrays(4, 6, seed=seed)
    mask = np.random.default_rng(seed).random((4, 6)) < 0.7
    centre = np.array(centre)
    got = local.predictive(query, key, value, centre, window=window, score=scores.dot, mask=mask)
    for part, due in zip(got, by_loop(query, key, value, centre, window, mask), strict=True):
        assert_allclose(part, due, atol=1e-14)


@pytest.mark.parametrize("normalize", [softmax, sparsemax, hardmax])
@on_every_library
def test_a_window_longer_than_the_sentence_is_global_attention(normalize, kind):
    query, key, value = map(kind, arrays(4, 6, 2))
    everywhere = attend(query, key, value, normalize=normalize)
    for got, due in zip(local.monotonic(query, key, value, window=6, normalize=normalize), everywhere, strict=True):
        assert_allclose(numbers(got), numbers(due))
    huge = local.predictive(query, key, value, kind([0.0, 2.5, 5, 6]), window=10**6, normalize=normalize)
    for got, due in zip(huge, everywhere, strict=True):
        assert_allclose(numbers(got), numbers(due), atol=1e-9)


@on_every_library
def test_only_the_keys_within_the_window_are_needed(kind):
    query, key, value = arrays(1, 40)
    output, _ = local.monotonic(*map(kind, (query, key, value)), window=3, offset=20)
    inside = slice(17, 24)
    assert_allclose(numbers(output), attend(query, key[inside], value[inside])[0])
    centre = np.array([20.25])
    output, _ = local.predictive(*map(kind, (query, key, value, centre)), window=3)
    alone, _ = local.predictive(query, key[inside], value[inside], centre - 17, window=3)
    assert_allclose(numbers(output), alone)


@in_every_dtype
def test_the_dtype_stays_and_half_precision_is_close(kind):
    query, key, value = arrays(3, 5, 2)
    centre = np.array([0.5, 2, 4])
    due = local.predictive(query, key, value, centre, window=2)
    for got, exact in zip(local.predictive(*map(kind, (query, key, value, centre)), window=2), due, strict=True):
        assert_kind(got, kind)
        assert_allclose(numbers(got), exact, atol=8 * kind.limits.eps)
    for got, exact in zip(
        local.monotonic(*map(kind, (query, key, value)), window=2),
        local.monotonic(query, key, value, window=2),
        strict=True,
    ):
        assert_kind(got, kind)
        assert_allclose(numbers(got), exact, atol=8 * kind.limits.eps)
    assert_kind(local.predict_centre(kind(query), kind(np.ones((3, 2))), kind(np.ones(2)), length=5), kind)


@in_every_dtype
def test_half_precision_finds_odd_positions_in_a_long_sentence(kind):
    mask = local.near(kind([2048.0]), 3000, window=1)
    assert_array_equal(np.flatnonzero(np.asarray(mask)), [2047, 2048, 2049])


def test_heads_and_batches_broadcast():
    query, key, value = arrays(4, 6, 2, 5)
    centre = np.random.default_rng(0).uniform(0, 6, (2, 1, 4))
    output, _ = local.predictive(query, key, value, centre, window=2)
    assert output.shape == (2, 5, 4, 2)
    for b in range(2):
        for h in range(5):
            alone, _ = local.predictive(query[b, h], key[b, h], value[b, h], centre[b, 0], window=2)
            assert_allclose(output[b, h], alone)
    many = local.predictive(query[0, 0], key[0, 0], value[0, 0], centre[:, 0], window=2)[0]
    assert_allclose(many[1], local.predictive(query[0, 0], key[0, 0], value[0, 0], centre[1, 0], window=2)[0])


# At the edges


@in_every_dtype
def test_a_centre_outside_the_sentence_sees_what_its_window_still_reaches_or_nothing(kind):
    query, key, value = map(kind, arrays(4, 3))
    output, weights = local.predictive(query, key, value, kind([-1.0, -2.5, 4, inf]), window=2)
    weights = numbers(weights)
    assert_array_equal(weights > 0, [[1, 1, 0], [0, 0, 0], [0, 0, 1], [0, 0, 0]])
    assert_allclose(weights.sum(axis=-1)[2], EDGE, rtol=4 * kind.limits.eps)
    assert_array_equal(numbers(output)[[1, 3]], 0)
    output, weights = local.monotonic(query, key, value, window=0, offset=2)
    assert_array_equal(numbers(weights), [[0, 0, 1], [0, 0, 0], [0, 0, 0], [0, 0, 0]])
    assert_array_equal(numbers(output)[1:], 0)


@on_every_library
def test_padding_within_the_window_gets_nothing(kind):
    query, key, value = arrays(3, 5, 2)
    lengths = np.array([2, 5])
    mask = kind.mask(masks.padding(lengths, 5))
    centre = np.array([1.0, 1.5, 4])
    short = local.predictive(query[0], key[0, :2], value[0, :2], centre, window=2)[0]
    close = local.monotonic(query[0], key[0, :2], value[0, :2], window=1)[0]
    key[0, 2:] = value[0, 2:] = nan
    tensors = [*map(kind, (query, key, value))]
    output, weights = local.predictive(*tensors, kind(centre), window=2, mask=mask)
    assert_allclose(numbers(output)[0], short)
    assert_array_equal(numbers(weights)[0, :, 2:], 0)
    assert_array_equal(numbers(output)[0, 2], 0)  # the window reaches from 2 on: padding only
    assert_allclose(numbers(local.monotonic(*tensors, window=1, mask=mask)[0])[0], close)


@in_every_dtype
def test_no_keys_give_zeros_and_no_queries_give_nothing(kind):
    for lq, lk in ((4, 0), (0, 3), (0, 0)):
        query, key, value = map(kind, arrays(lq, lk, 2))
        for output, weights in (
            local.monotonic(query, key, value, window=1),
            local.predictive(query, key, value, kind(np.ones(lq)), window=1),
            local.predictive(query, key, value, kind(np.ones(lq)), window=1, mask=kind.mask(True)),
        ):
            assert tuple(weights.shape) == (2, lq, lk)
            assert_array_equal(numbers(output), np.zeros((2, lq, 2)))


def test_a_centre_that_is_nan_shows_unless_its_query_may_attend_to_nothing():
    query, key, value = arrays(2, 3)
    centre = np.array([1.0, nan])
    output, weights = local.predictive(query, key, value, centre, window=1)
    assert np.isnan(weights[1]).all() and np.isfinite(output[0]).all()
    mask = np.array([[True], [False]])
    output, weights = local.predictive(query, key, value, centre, window=1, mask=mask)
    assert_array_equal(output[1], 0)
    assert_array_equal(weights[1], 0)


@in_every_torch_dtype
def test_what_lies_behind_the_mask_reaches_no_gradient(kind):
    query, key, value = arrays(3, 4)
    query[2] = key[3] = value[3] = nan
    mask = kind.mask([[1, 1, 1, 0], [1, 1, 1, 0], [0, 0, 0, 0]])
    leaves = [leaf(kind, x) for x in (query, key, value, np.array([0.5, 2, nan]))]
    output, _ = local.predictive(*leaves, window=2, mask=mask)
    grads = gradients(output, *leaves)
    assert all(np.isfinite(grad).all() for grad in grads)
    assert_array_equal(grads[0][2], 0)
    assert grads[3][0] != 0 and grads[3][2] == 0


def test_the_gaussian_tells_the_centre_where_to_go():
    query, key, value = arrays(4, 6)
    weight, v = random((3, 2), (2,), seed=1)
    leaves = [torch.tensor(x, requires_grad=True) for x in (query, key, value, weight, v)]

    def output(query, key, value, weight, v):
        centre = local.predict_centre(query, weight, v, length=6)
        return local.predictive(query, key, value, centre, window=2)[0]

    assert torch.autograd.gradcheck(output, leaves)
    centre = torch.tensor([1.6], dtype=torch.float64, requires_grad=True)
    flat, marked = torch.zeros(5, 1, dtype=torch.float64), torch.eye(5, dtype=torch.float64)[:, 2:3]
    local.predictive(flat[:1], flat, marked, centre, window=2)[0].backward()
    assert centre.grad > 0  # towards key 2, whose value is one


def test_extreme_scores_for_the_centre_stay_finite():
    query = torch.tensor([[1e4], [-1e4]], requires_grad=True)
    centre = local.predict_centre(query, torch.ones(1, 1), torch.full((1,), 1e6), length=7)
    assert_array_equal(centre.detach(), [7, 0])
    centre.sum().backward()
    assert torch.isfinite(query.grad).all()


def test_inputs_are_not_written_to():
    inputs = [*arrays(3, 4), np.array([0.0, 1.5, nan]), np.array([[True], [True], [False]])]
    for array in inputs:
        array.flags.writeable = False
    *first, mask = inputs
    assert np.isfinite(local.predictive(*first, window=1, mask=mask)[0]).all()
    assert np.isfinite(local.monotonic(*first[:3], window=1, mask=mask)[0]).all()


# What is refused, in words

query, key, value = arrays(3, 5, 2)
fitting = {"query": query, "key": key, "value": value, "centre": np.ones(3), "window": 2}


@pytest.mark.parametrize(
    ("changed", "error", "text"),
    [
        ({"window": -1}, ValueError, "window must be 0 or more, got -1"),
        ({"window": 1.5}, TypeError, "window must be an integer, got 1.5"),
        ({"window": True}, TypeError, "window must be an integer, got True"),
        ({"centre": [1.0] * 3}, TypeError, "centre must be an array, got list"),
        ({"centre": np.ones(3, int)}, TypeError, "centre needs floating point, got int64"),
        ({"centre": np.ones(4)}, ValueError, "query (..., Lq, Dq) has 3, centre (..., Lq) has 4"),
        ({"centre": np.ones((4, 3))}, ValueError, "leading axes must broadcast"),
        ({"centre": torch.ones(3)}, TypeError, "query and centre must come from one library"),
        ({"key": key[:, 1:]}, ValueError, "key (..., Lk, Dk) has 4, value (..., Lk, Dv) has 5"),
        ({"mask": np.ones(5)}, TypeError, "mask must be boolean, True = may attend, got float64"),
        ({"mask": np.ones(4, bool)}, ValueError, "Lk is 5, the mask has 4"),
    ],
)
def test_what_does_not_fit_is_refused(changed, error, text):
    with pytest.raises(error) as raised:
        local.predictive(**(fitting | changed))
    assert text in str(raised.value)
    if "centre" not in changed:
        arguments = {name: x for name, x in (fitting | changed).items() if name != "centre"}
        with pytest.raises(error) as raised:
            local.monotonic(**arguments)
        assert text in str(raised.value)


@pytest.mark.parametrize(
    ("length", "error", "text"),
    [
        (-1, ValueError, "length must be 0 or more, got -1"),
        (2.5, TypeError, "length must be an integer, got 2.5"),
        (np.array([2, -3]), ValueError, "length must be 0 or more, got -3"),
        (np.array([2.0, 3.0]), TypeError, "length must be an integer, or an array of integers, got float64"),
        (torch.tensor([2, 3]), TypeError, "query and length must come from one library"),
    ],
)
def test_a_length_that_is_none_is_refused(length, error, text):
    with pytest.raises(error) as raised:
        local.predict_centre(query, np.ones((3, 2)), np.ones(2), length=length)
    assert text in str(raised.value)


def test_a_key_length_or_an_offset_that_is_none_is_refused():
    for function in (local.near, local.gaussian):
        with pytest.raises(ValueError, match="key_len must be 0 or more, got -2"):
            function(np.ones(3), -2, window=1)
    with pytest.raises(TypeError, match=r"offset must be an integer, got 0\.5"):
        local.monotonic(query, key, value, window=1, offset=0.5)
