"""Scores: by hand, against loops, at the edges, and what is refused."""

import inspect
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
from numpy.testing import assert_allclose

import attn_core
from attn_core import scores

Lq, Lk, Dq, Dk, H = 3, 5, 4, 4, 6

# Each score with the shapes of its parameters, and the score of one pair written out.
EVERY_SCORE = {
    "dot": ([], lambda q, k: sum(a * b for a, b in zip(q, k, strict=True))),
    "scaled_dot": ([], lambda q, k: sum(a * b for a, b in zip(q, k, strict=True)) / math.sqrt(len(q))),
    "general": (
        [(Dq, Dk)],
        lambda q, k, w: sum(q[a] * w[a][b] * k[b] for a in range(Dq) for b in range(Dk)),
    ),
    "cosine": (
        [],
        lambda q, k: sum(a * b for a, b in zip(q, k, strict=True)) / math.hypot(*q) / math.hypot(*k),
    ),
    "linear": ([(Dq + Dk,)], lambda q, k, w: sum(a * b for a, b in zip([*q, *k], w, strict=True))),
    "additive": (
        [(Dq, H), (Dk, H), (H,)],
        lambda q, k, wq, wk, v: sum(
            v[h]
            * math.tanh(
                sum(q[a] * wq[a][h] for a in range(Dq)) + sum(k[b] * wk[b][h] for b in range(Dk))
            )
            for h in range(H)
        ),
    ),
}  # fmt: skip
every_score = pytest.mark.parametrize("name", EVERY_SCORE)
without_parameters = pytest.mark.parametrize("name", ["dot", "scaled_dot", "cosine"])


def random(*shapes, seed=0):
    rng = np.random.default_rng(seed)
    return [rng.normal(size=shape) for shape in shapes]


def score_loop(name, query, key, *parameters):
    """One pair at a time."""
    pair = EVERY_SCORE[name][1]
    leading = np.broadcast_shapes(query.shape[:-2], key.shape[:-2])
    query = np.broadcast_to(query, leading + query.shape[-2:])
    key = np.broadcast_to(key, leading + key.shape[-2:])
    result = np.empty((*leading, query.shape[-2], key.shape[-2]))
    for *at, i, j in np.ndindex(*result.shape):
        result[(*at, i, j)] = pair(query[(*at, i)], key[(*at, j)], *parameters)
    return result


# By hand


@on_every_library
def test_dot_multiplies_and_adds(kind):
    assert_allclose(numbers(scores.dot(kind([[1.0, 2.0]]), kind([[3.0, 4.0], [5.0, 0.0]]))), [[11, 5]])


@on_every_library
def test_scaled_dot_of_four_ones_with_four_twos_is_eight_over_two(kind):
    assert_allclose(numbers(scores.scaled_dot(kind([[1.0] * 4]), kind([[2.0] * 4]))), [[4]])


@on_every_library
def test_general_goes_through_the_matrix(kind):
    query, key, weight = kind([[1.0, 2.0]]), kind([[3.0], [4.0]]), kind([[1.0], [10.0]])
    assert_allclose(numbers(scores.general(query, key, weight)), [[63, 84]])


@on_every_library
def test_cosine_of_three_four_and_four_three_is_24_over_25(kind):
    assert_allclose(numbers(scores.cosine(kind([[3.0, 4.0]]), kind([[4.0, 3.0], [-6.0, -8.0]]))), [[0.96, -1]])


@on_every_library
def test_linear_weighs_the_query_first_and_the_key_second(kind):
    result = scores.linear(kind([[1.0], [2.0]]), kind([[3.0, 1.0], [4.0, 1.0]]), kind([10.0, 1.0, 0.5]))
    assert_allclose(numbers(result), [[13.5, 14.5], [23.5, 24.5]])


@on_every_library
def test_additive_is_v_times_the_tanh_of_the_sum(kind):
    one = kind([[1.0]])
    result = scores.additive(kind([[5.0]]), kind([[-5.0], [95.0], [-4.0]]), one, one, kind([2.0]))
    assert_allclose(numbers(result), [[0, 2, 2 * math.tanh(1)]])


# Against a loop over pairs


@every_score
@on_every_library
def test_score_equals_a_loop_over_pairs_with_broadcast_leading_axes(name, kind):
    shapes, _ = EVERY_SCORE[name]
    query, key, *parameters = random((2, 1, Lq, Dq), (3, Lk, Dk), *shapes)
    result = getattr(scores, name)(kind(query), kind(key), *map(kind, parameters))
    assert_kind(result, kind)
    assert tuple(result.shape) == (2, 3, Lq, Lk)
    assert_allclose(numbers(result), score_loop(name, query, key, *parameters), rtol=1e-12, atol=1e-12)


@every_score
@in_every_dtype
def test_dtype_stays_and_only_the_last_rounding_is_coarse(name, kind):
    shapes, _ = EVERY_SCORE[name]
    arrays = [kind(x) for x in random((Lq, Dq), (Lk, Dk), *shapes)]
    result = getattr(scores, name)(*arrays)
    assert_kind(result, kind)
    exact = score_loop(name, *map(numbers, arrays))
    assert_allclose(numbers(result), exact, rtol=0.51 * kind.limits.eps + 5e-6 * (kind.dtype != "float64"), atol=1e-6)


@in_every_dtype
def test_halves_are_multiplied_and_added_in_float32(kind):
    # 300 · 300 is beyond float16, and next to it bfloat16 has no room for 1.
    query, key = kind([[300.0, 1.0, -300.0]]), kind([[300.0, 1.0, 300.0]])
    assert numbers(scores.dot(query, key)) == 1
    assert numbers(scores.general(query, key, kind(np.eye(3)))) == 1


def test_general_takes_queries_and_keys_of_different_depth_and_identity_gives_dot():
    query, key, weight = random((Lq, 2), (Lk, 7), (2, 7))
    assert_allclose(scores.general(query, key, weight), np.einsum("id,de,je->ij", query, weight, key))
    assert_allclose(scores.general(key, key, np.eye(7)), scores.dot(key, key))


def test_general_with_an_antisymmetric_matrix_scores_every_vector_zero_against_itself():
    x, weight = random((Lq, 4), (4, 4))
    assert_allclose(np.diag(scores.general(x, x, weight - weight.T)), 0, atol=1e-14)


def test_linear_gives_every_query_the_same_weights():
    query, key, weight = random((Lq, 4), (Lk, 4), (8,))
    weights = attn_core.softmax(scores.linear(query, key, weight))
    assert np.ptp(weights, axis=1).min() > 0.1
    assert_allclose(weights, np.tile(weights[:1], (Lq, 1)))


def test_additive_takes_different_depths_and_equals_one_matrix_on_the_concatenation():
    query, key, wq, wk, v = random((Lq, 2), (Lk, 7), (2, H), (7, H), (H,))
    pairs = np.concatenate([np.repeat(query[:, None], Lk, 1), np.repeat(key[None], Lq, 0)], axis=-1)
    assert_allclose(scores.additive(query, key, wq, wk, v), np.tanh(pairs @ np.concatenate([wq, wk])) @ v)


def test_functions_compose_around_a_score():
    query, key, bias = random((Lq, 4), (Lk, 4), (Lq, Lk))
    result, weights = attn_core.attend(query, key, key, score=lambda q, k: scores.scaled_dot(q, k) + bias)
    expected = attn_core.softmax(query @ key.T / 2 + bias)
    assert_allclose(weights, expected)
    assert_allclose(result, expected @ key)


# The scale


@in_every_dtype
def test_scale_replaces_one_over_the_root_of_the_depth(kind):
    query, key = kind([[1.0, 2.0]]), kind([[3.0, 4.0]])
    for scale in (0.5, 2, -4, 0):
        assert numbers(scores.scaled_dot(query, key, scale=scale)) == 11 * scale


@in_every_dtype
def test_scaled_dot_is_right_where_only_the_unscaled_product_overflows(kind):
    big = math.sqrt(kind.limits.max / 3)
    result = numbers(scores.scaled_dot(kind([[big] * 4]), kind([[big] * 4])))
    assert_allclose(result, 2 / 3 * kind.limits.max, rtol=4 * kind.limits.eps)


@in_every_dtype
def test_a_scale_above_one_does_not_overflow_the_query(kind):
    big, small = kind.limits.max / 2, 2 / kind.limits.max
    query, key = kind([[big]]), kind([[small]])
    expected = 8 * (numbers(query) * numbers(key))
    assert_allclose(numbers(scores.scaled_dot(query, key, scale=8)), expected, rtol=2 * kind.limits.eps)


@pytest.mark.parametrize("scale", [math.nan, math.inf, "1", True, 10**400, np.array(1.0)], ids=repr)
def test_a_scale_that_is_no_finite_number_is_refused(scale):
    with pytest.raises(ValueError, match="scale must be a finite number, got"):
        scores.scaled_dot(np.ones((1, 2)), np.ones((1, 2)), scale=scale)


# Cosine at every length


def lengths_of(kind):
    """From the smallest number above zero to the largest finite one."""
    limits = kind.limits
    return [limits.tiny * limits.eps, limits.tiny, limits.tiny * 1e3, 1, limits.max / 1e3, limits.max / 8]


@in_every_dtype
def test_cosine_is_right_for_every_finite_length(kind):
    for query_length in lengths_of(kind):
        for key_length in lengths_of(kind):
            query, key = (
                kind([[3 * query_length, 4 * query_length]]),
                kind([[8 * key_length, 6 * key_length]]),
            )
            result = numbers(scores.cosine(query, key))
            assert_allclose(result, 0.96, rtol=4 * kind.limits.eps, err_msg=f"{query_length}, {key_length}")


def test_cosine_of_1e20_and_of_1e_minus_30_is_right_in_float32():
    query, key = np.array([[1e20, 1e20]], np.float32), np.array([[1e-30, 0.0], [1e20, 0.0]], np.float32)
    assert_allclose(scores.cosine(query, key), [[math.sqrt(0.5)] * 2], rtol=1e-6)


@in_every_dtype
def test_a_zero_vector_scores_zero_against_everything(kind):
    query, key = kind([[0.0, 0.0], [1.0, 1.0]]), kind([[0.0, 0.0], [2.0, 2.0]])
    assert_allclose(numbers(scores.cosine(query, key)), [[0, 0], [0, 1]], atol=2 * kind.limits.eps)


@in_every_torch_dtype
def test_a_zero_vector_has_zero_gradient_and_gives_none(kind):
    query, key = leaf(kind, [[0.0, 0.0], [1.0, 1.0]]), leaf(kind, [[0.0, 0.0], [3.0, 4.0]])
    query_grad, key_grad = gradients(scores.cosine(query, key), query, key)
    assert_allclose(query_grad[0], 0)
    assert_allclose(key_grad[0], 0)
    assert np.isfinite(query_grad).all()
    assert np.isfinite(key_grad).all()
    assert abs(query_grad[1]).min() > 0
    (alone,) = gradients(scores.cosine(query[:1], key[1:]), key)
    assert_allclose(alone, 0)


@in_every_torch_dtype
def test_the_gradient_of_cosine_is_right_at_every_length_it_fits(kind):
    # d cos(q, k) / dq = (k̂ − cos q̂) / ‖q‖; with q = (3, 4)·s and k = (4, 3): (0.0448, −0.0336) / s
    for length in lengths_of(kind):
        query, key = leaf(kind, [[3 * length, 4 * length]]), kind([[4.0, 3.0]])
        (got,) = torch.autograd.grad(scores.cosine(query, key).sum(), query)
        with np.errstate(over="ignore"):
            expected = np.array([[0.0448, -0.0336]]) / (numbers(query)[0, 0] / 3)
        expected = np.where(abs(expected) > kind.limits.max, np.copysign(np.inf, expected), expected)
        coarse = 2 * kind.limits.tiny * kind.limits.eps
        assert_allclose(numbers(got), expected, rtol=40 * kind.limits.eps, atol=coarse, err_msg=f"{length}")


@in_every_torch_dtype
def test_parallel_vectors_of_any_length_have_no_nan_in_their_gradient(kind):
    for length in lengths_of(kind):
        query = leaf(kind, [[length, 0.0]])
        (got,) = gradients(scores.cosine(query, kind([[2.0, 0.0]])), query)
        assert_allclose(got, 0, err_msg=f"{length}")


@law
@given(st.integers(-30, 30), st.integers(-30, 30))
def test_the_lengths_of_the_vectors_do_not_change_their_cosine(query_exponent, key_exponent):
    query, key = random((Lq, 4), (Lk, 4))
    expected = scores.cosine(query, key)
    assert_allclose(scores.cosine(query * 10.0**query_exponent, key * 10.0**key_exponent), expected, atol=1e-12)


# Other edges


@every_score
@in_every_dtype
def test_no_keys_and_no_queries_give_empty_scores(name, kind):
    parameters = [kind(np.ones(shape)) for shape in EVERY_SCORE[name][0]]
    score = getattr(scores, name)
    assert tuple(score(kind(np.ones((2, Lq, Dq))), kind(np.ones((2, 0, Dk))), *parameters).shape) == (
        2,
        Lq,
        0,
    )
    assert tuple(score(kind(np.ones((2, 0, Dq))), kind(np.ones((2, Lk, Dk))), *parameters).shape) == (
        2,
        0,
        Lk,
    )


@without_parameters
@on_every_library
def test_vectors_without_entries_score_zero(name, kind):
    result = getattr(scores, name)(kind(np.ones((Lq, 0))), kind(np.ones((Lk, 0))))
    assert_allclose(numbers(result), np.zeros((Lq, Lk)))


@every_score
@in_every_dtype
@pytest.mark.parametrize("bad", [math.nan, math.inf])
def test_a_query_that_is_not_finite_spoils_its_own_row_only(name, kind, bad):
    query, key, *parameters = random((Lq, Dq), (Lk, Dk), *EVERY_SCORE[name][0])
    arrays = [kind(x) for x in (key, *parameters)]
    clean = numbers(getattr(scores, name)(kind(query), *arrays))
    query[1, 2] = bad
    result = numbers(getattr(scores, name)(kind(query), *arrays))
    assert_allclose(result[[0, 2]], clean[[0, 2]])
    assert np.isnan(result[1]).any() or not np.allclose(result[1], clean[1])
    if name == "cosine" or bad is math.nan:
        assert np.isnan(result[1]).all()


@in_every_dtype
def test_additive_saturates_where_the_sum_overflows(kind):
    big, one = kind.limits.max, kind([[1.0]])
    result = scores.additive(kind([[big]]), kind([[big], [-big]]), one, one, kind([1.0]))
    assert_allclose(numbers(result), [[1, 0]])


@every_score
def test_gradients_are_right(name):
    arrays = [torch.tensor(x, requires_grad=True) for x in random((2, Lq, Dq), (Lk, Dk), *EVERY_SCORE[name][0])]
    assert torch.autograd.gradcheck(getattr(scores, name), arrays)
    assert torch.autograd.gradgradcheck(getattr(scores, name), arrays)


@every_score
def test_inputs_are_not_written_to_and_need_not_be_contiguous(name):
    wide = random((Dq, 2 * Lq), (2 * Dk, Lk))
    query, key = wide[0].T[::2], wide[1].T[:, ::2]
    parameters = random(*EVERY_SCORE[name][0])
    for array in (*wide, query, key, *parameters):
        array.flags.writeable = False
    score = getattr(scores, name)
    expected = score(query.copy(), key.copy(), *parameters)
    assert_allclose(score(query, key, *parameters), expected)
    tensors = [torch.tensor(x.T).mT if x.ndim == 2 else torch.tensor(x) for x in (query, key, *parameters)]
    before = [x.clone() for x in tensors]
    assert_allclose(score(*tensors), expected)
    assert all(torch.equal(x, y) for x, y in zip(tensors, before, strict=True))


def test_parameters_of_a_torch_module_are_taken_and_arguments_may_be_named():
    query, key, weight = map(torch.tensor, random((Lq, Dq), (Lk, Dk), (Dq, Dk)))
    result = scores.general(key=key, query=query, weight=torch.nn.Parameter(weight))
    assert result.requires_grad
    assert_allclose(numbers(result), query @ weight @ key.mT)


@every_score
def test_a_batch_maps_through_torch_vmap(name):
    query, key, *parameters = map(torch.tensor, random((2, Lq, Dq), (2, Lk, Dk), *EVERY_SCORE[name][0]))
    score = getattr(scores, name)
    mapped = torch.vmap(lambda q, k: score(q, k, *parameters))(query, key)
    assert_allclose(numbers(mapped), numbers(score(query, key, *parameters)))


# What is refused, in words


def assert_refused(error, text, score, *arrays):
    with pytest.raises(error) as raised:
        score(*arrays)
    assert text in str(raised.value)


@every_score
def test_every_score_refuses_what_is_no_array(name):
    score, arrays = getattr(scores, name), random((Lq, Dq), (Lk, Dk), *EVERY_SCORE[name][0])
    for at, argument in enumerate(inspect.signature(score).parameters):
        if argument != "scale":
            for thing, got in (([[1.0]], "list"), (1.0, "float"), (None, "NoneType")):
                text = f"{argument} must be an array, got {got}: write numpy.asarray or torch.as_tensor"
                assert_refused(TypeError, text, score, *arrays[:at], thing, *arrays[at + 1 :])


@every_score
@on_every_library
@pytest.mark.parametrize("dtype", ["int64", "int8", "bool"])
def test_every_score_refuses_integers_and_booleans(name, kind, dtype):
    score, arrays = getattr(scores, name), random((Lq, Dq), (Lk, Dk), *EVERY_SCORE[name][0])
    for at, argument in enumerate(inspect.signature(score).parameters):
        if argument != "scale":
            mixed = [(Kind(kind.library, dtype) if i == at else kind)(x) for i, x in enumerate(arrays)]
            text = f"{argument} needs floating point, got {dtype}: write 1.0 or astype(float)"
            assert_refused(TypeError, text, score, *mixed)


def test_the_advice_to_a_tensor_is_one_that_torch_understands():
    whole = torch.ones((Lq, Dq), dtype=torch.int64)
    assert_refused(TypeError, "astype(float), for a tensor .float()", scores.dot, whole, whole)


@on_every_library
def test_complex_numbers_are_refused(kind):
    array = Kind(kind.library, "complex128")(np.ones((Lq, Dq)))
    assert_refused(TypeError, "query needs floating point, got complex128", scores.dot, array, array)


@every_score
def test_every_score_refuses_mixed_libraries(name):
    score, arrays = getattr(scores, name), random((Lq, Dq), (Lk, Dk), *EVERY_SCORE[name][0])
    for at, argument in enumerate(inspect.signature(score).parameters):
        if argument not in ("query", "scale"):
            mixed = [*arrays[:at], torch.tensor(arrays[at]), *arrays[at + 1 :]]
            text = f"query and {argument} must come from one library, got numpy and torch"
            assert_refused(TypeError, text, score, *mixed)


@every_score
@on_every_library
def test_every_score_refuses_mixed_dtypes(name, kind):
    score, arrays = getattr(scores, name), random((Lq, Dq), (Lk, Dk), *EVERY_SCORE[name][0])
    for at, argument in enumerate(inspect.signature(score).parameters):
        if argument not in ("query", "scale"):
            mixed = [(Kind(kind.library, "float32") if i == at else kind)(x) for i, x in enumerate(arrays)]
            text = f"query and {argument} must have one dtype, got float64 and float32"
            assert_refused(TypeError, text, score, *mixed)


@every_score
def test_every_score_refuses_mixed_devices(name):
    score, arrays = getattr(scores, name), random((Lq, Dq), (Lk, Dk), *EVERY_SCORE[name][0])
    for at, argument in enumerate(inspect.signature(score).parameters):
        if argument not in ("query", "scale"):
            mixed = [torch.tensor(x, device="meta" if i == at else "cpu") for i, x in enumerate(arrays)]
            text = f"query and {argument} must be on one device, got cpu and meta"
            assert_refused(ValueError, text, score, *mixed)


@every_score
@on_every_library
def test_every_score_refuses_one_vector_alone(name, kind):
    score = getattr(scores, name)
    query, key, vector, *parameters = map(kind, random((Lq, Dq), (Lk, Dk), (Dq,), *EVERY_SCORE[name][0]))
    depths = ("Dq", "Dk") if parameters else ("D", "D")
    text = f"wanted query (..., Lq, {depths[0]}), got shape (4,)"
    assert_refused(ValueError, text, score, vector, key, *parameters)
    text = f"wanted key (..., Lk, {depths[1]}), got shape (4,)"
    assert_refused(ValueError, text, score, query, vector, *parameters)


@without_parameters
@on_every_library
def test_depths_that_differ_are_refused_with_the_axis_and_both_numbers(name, kind):
    query, key = map(kind, random((Lq, 4), (Lk, 7)))
    text = "D must be one size: query (..., Lq, D) has 4, key (..., Lk, D) has 7"
    assert_refused(ValueError, text, getattr(scores, name), query, key)


@every_score
@on_every_library
def test_leading_axes_that_do_not_broadcast_are_refused_with_both(name, kind):
    arrays = map(kind, random((2, 1, Lq, Dq), (3, 1, Lk, Dk), *EVERY_SCORE[name][0]))
    text = "leading axes must broadcast: query has (2, 1), key has (3, 1)"
    assert_refused(ValueError, text, getattr(scores, name), *arrays)


@pytest.mark.parametrize(
    ("name", "shapes", "text"),
    [
        ("general", [(5, Dk)], "Dq must be one size: query (..., Lq, Dq) has 4, weight (Dq, Dk) has 5"),
        ("general", [(Dq, 5)], "Dk must be one size: key (..., Lk, Dk) has 4, weight (Dq, Dk) has 5"),
        ("general", [(2, Dq, Dk)], "wanted weight (Dq, Dk), got shape (2, 4, 4)"),
        ("linear", [(7,)], "wanted weight (Dq + Dk,) with Dq + Dk = 8, got 7"),
        ("linear", [(8, 1)], "wanted weight (Dq + Dk,), got shape (8, 1)"),
        ("additive", [(5, H), (Dk, H), (H,)], "(..., Lq, Dq) has 4, query_weight (Dq, H) has 5"),
        ("additive", [(Dq, H), (5, H), (H,)], "(..., Lk, Dk) has 4, key_weight (Dk, H) has 5"),
        ("additive", [(Dq, H), (Dk, 5), (H,)], "H must be one size: query_weight (Dq, H) has 6, key_weight"),
        (
            "additive",
            [(Dq, H), (Dk, H), (5,)],
            "H must be one size: query_weight (Dq, H) has 6, v (H,) has 5",
        ),
    ],
)
def test_parameters_that_do_not_fit_are_refused_with_the_axis_and_both_numbers(name, shapes, text):
    assert_refused(ValueError, text, getattr(scores, name), *random((Lq, Dq), (Lk, Dk), *shapes))


def test_a_missing_argument_is_the_usual_type_error():
    with pytest.raises(TypeError, match="missing a required argument: 'key'"):
        scores.dot(np.ones((2, 2)))
