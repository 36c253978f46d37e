"""attend: by hand, against torch and a loop, behind the mask, at the edges, and what is refused."""

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
from hypothesis.extra import numpy as npst
from numpy.testing import assert_allclose
from torch.nn import functional as F

from attn_core import attend, hardmax, masks, scores, softmax, sparsemax

inf, nan = math.inf, math.nan
D = 4

PARAMETERS = np.random.default_rng(7).normal(size=(3, D, D))


def additive(query, key):
    kind = kind_of(query)
    return scores.additive(query, key, kind(PARAMETERS[0]), kind(PARAMETERS[1]), kind(PARAMETERS[2, 0]))


def general(query, key):
    return scores.general(query, key, kind_of(query)(PARAMETERS[0]))


def linear(query, key):
    return scores.linear(query, key, kind_of(query)(PARAMETERS[0, :2].ravel()))


def kind_of(array):
    library = {"numpy": "numpy", "torch": "torch"}.get(type(array).__module__.partition(".")[0], "strict")
    return Kind(library, str(array.dtype).rpartition(".")[2])


every_score = pytest.mark.parametrize(
    "score", [scores.dot, scores.scaled_dot, scores.cosine, general, linear, additive]
)
every_normalizer = pytest.mark.parametrize("normalize", [softmax, sparsemax, hardmax])
soft_normalizers = pytest.mark.parametrize("normalize", [softmax, sparsemax])


def random(*shapes, seed=0):
    rng = np.random.default_rng(seed)
    return [rng.normal(size=shape) for shape in shapes]


# By hand


@on_every_library
def test_two_keys_weigh_one_and_e(kind):
    output, weights = attend(kind([[1.0]]), kind([[0.0], [1.0]]), kind([[0.0, 2.0], [1.0, 4.0]]))
    assert_allclose(numbers(weights), [[1 / (1 + math.e), math.e / (1 + math.e)]])
    assert_allclose(numbers(output), [[math.e / (1 + math.e), (2 + 4 * math.e) / (1 + math.e)]])


@on_every_library
def test_a_query_that_matches_all_keys_alike_gets_the_mean_of_those_it_may_attend(kind):
    key = kind([[1.0], [2.0], [3.0]])
    output, weights = attend(kind([[0.0]]), key, kind([[10.0], [20.0], [60.0]]))
    assert_allclose(numbers(output), [[30]])
    output, weights = attend(kind([[0.0]]), key, kind([[10.0], [20.0], [60.0]]), mask=kind.mask([1, 1, 0]))
    assert_allclose(numbers(output), [[15]])
    assert_allclose(numbers(weights), [[0.5, 0.5, 0]])


@on_every_library
def test_hardmax_looks_one_value_up(kind):
    key = kind([[1.0, 0.0], [0.0, 1.0]])
    output, weights = attend(kind([[0.1, 0.2]]), key, kind([[3.0], [5.0]]), normalize=hardmax)
    assert_allclose(numbers(output), [[5]])
    assert_allclose(numbers(weights), [[0, 1]])


# Against independent oracles


@on_every_library
def test_attend_equals_torch_with_and_without_a_mask(kind):
    query, key, value = random((2, 3, 5, D), (2, 3, 7, D), (2, 3, 7, 6))
    mask = random((2, 1, 5, 7), seed=1)[0] > 0
    mask[..., 0] = True
    for given_mask in (None, mask, mask[0, 0]):
        oracle = F.scaled_dot_product_attention(
            *map(torch.tensor, (query, key, value)),
            attn_mask=None if given_mask is None else torch.tensor(given_mask),
        )
        output, weights = attend(
            kind(query), kind(key), kind(value), mask=None if given_mask is None else kind.mask(given_mask)
        )
        assert_kind(output, kind)
        assert_kind(weights, kind)
        assert_allclose(numbers(output), oracle, rtol=1e-11, atol=1e-13)


@in_every_dtype
def test_attend_equals_a_loop_and_the_dtype_stays(kind):
    query, key, value = map(kind, random((5, D), (7, D), (7, 6)))
    output, weights = attend(query, key, value)
    assert_kind(output, kind)
    assert_kind(weights, kind)
    for i, q in enumerate(numbers(query)):
        powers = [math.exp(q @ k / 2) for k in numbers(key)]
        share = np.array(powers) / sum(powers)
        rough = {"rtol": 8 * kind.limits.eps, "atol": 8 * kind.limits.eps}
        assert_allclose(numbers(weights)[i], share, **rough)
        assert_allclose(numbers(output)[i], sum(s * v for s, v in zip(share, numbers(value), strict=True)), **rough)


@on_every_library
def test_leading_axes_of_query_key_value_and_mask_broadcast(kind):
    query, key, value = random((2, 1, 5, D), (3, 7, D), (7, 6))
    mask = random((4, 1, 1, 5, 7), seed=1)[0] > -0.5
    output, weights = attend(kind(query), kind(key), kind(value), mask=kind.mask(mask))
    assert tuple(output.shape) == (4, 2, 3, 5, 6)
    assert tuple(weights.shape) == (4, 2, 3, 5, 7)
    for a, b, c in np.ndindex(4, 2, 3):
        alone, _ = attend(query[b, 0], key[c], value, mask=mask[a, 0, 0])
        assert_allclose(numbers(output)[a, b, c], alone, atol=1e-14)


# Functions compose


def test_score_is_called_once_by_position_on_whole_arrays_and_then_normalize_with_the_mask():
    query, key, value = random((2, 5, D), (2, 7, D), (2, 7, 6))
    mask = np.ones((5, 7), bool)
    calls = []

    def score(*args, **kwargs):
        calls.append(("score", [x.shape for x in args], kwargs))
        return np.zeros((2, 5, 7))

    def normalize(*args, **kwargs):
        calls.append(("normalize", [x.shape for x in args], kwargs))
        return softmax(*args, **kwargs)

    attend(query, key, value, score=score, normalize=normalize)
    attend(query, key, value, score=score, normalize=normalize, mask=mask)
    assert calls == [
        ("score", [(2, 5, D), (2, 7, D)], {}),
        ("normalize", [(2, 5, 7)], {"mask": None}),
        ("score", [(2, 5, D), (2, 7, D)], {}),
        ("normalize", [(2, 5, 7)], {"mask": mask}),
    ]
    assert calls[3][2]["mask"] is mask


def test_without_a_mask_the_score_gets_the_very_arrays():
    query, key, value = random((5, D), (7, D), (7, 6))
    seen = []
    attend(query, key, value, score=lambda *arrays: seen.extend(arrays) or scores.dot(*arrays))
    assert seen[0] is query
    assert seen[1] is key


@on_every_library
def test_a_temperature_and_a_bias_per_head_are_a_few_characters(kind):
    query, key, value, bias = map(kind, random((5, D), (7, D), (7, 6), (3, 5, 7)))
    output, weights = attend(
        query,
        key,
        value,
        score=lambda q, k: scores.dot(q, k) + bias,
        normalize=lambda s, mask: softmax(s, mask=mask, temperature=2.0),
    )
    raw = numbers(query) @ numbers(key).T + numbers(bias)
    expected = np.exp(raw / 2) / np.exp(raw / 2).sum(axis=-1, keepdims=True)
    assert_allclose(numbers(weights), expected)
    assert_allclose(numbers(output), expected @ numbers(value))


# Behind the mask


def hidden_case():
    """Query 1 may attend to nothing; nothing may attend to keys 0 and 3."""
    query, key, value = random((3, D), (4, D), (4, 2))
    mask = np.array([[0, 1, 1, 0], [0, 0, 0, 0], [0, 0, 1, 0]], bool)
    return query, key, value, mask


def spoil(query, key, value, bad):
    query, key, value = query.copy(), key.copy(), value.copy()
    query[1] = key[0] = value[0] = bad
    query[1, 1:], key[3, 1:], value[3, 1:] = bad, bad, bad
    return query, key, value


@every_score
@every_normalizer
@in_every_dtype
def test_what_no_pair_reaches_is_in_no_result(score, normalize, kind):
    query, key, value, mask = hidden_case()
    clean = attend(*map(kind, (query, key, value)), score=score, normalize=normalize, mask=kind.mask(mask))
    for bad in (nan, inf, -inf, kind.limits.max):
        arrays = map(kind, spoil(query, key, value, bad))
        result = attend(*arrays, score=score, normalize=normalize, mask=kind.mask(mask))
        for got, expected in zip(result, clean, strict=True):
            assert_allclose(numbers(got), numbers(expected))
    output, weights = map(numbers, clean)
    assert_allclose(weights[1], 0)
    assert_allclose(output[1], 0)
    assert_allclose(weights[~mask], 0)
    assert_allclose(weights.sum(axis=-1), [1, 0, 1], rtol=2 * kind.limits.eps)


@every_score
@soft_normalizers
@in_every_torch_dtype
def test_what_no_pair_reaches_is_in_no_gradient_and_has_none(score, normalize, kind):
    query, key, value, mask = hidden_case()
    mask = kind.mask(mask)

    def grads(*arrays):
        leaves = [leaf(kind, x) for x in arrays]
        output, weights = attend(*leaves, score=score, normalize=normalize, mask=mask)
        return gradients(torch.cat([output, weights], dim=-1), *leaves)

    clean = grads(query, key, value)
    assert_allclose(clean[0][1], 0)
    for grad in clean[1:]:
        assert_allclose(grad[[0, 3]], 0)
    assert abs(clean[2][2]).min() > 0
    if normalize is softmax and score is not linear:
        assert abs(clean[0][0]).min() > 0
        assert abs(clean[1][1]).min() > 0
    for bad in (nan, inf, -inf, kind.limits.max):
        for got, expected in zip(grads(*spoil(query, key, value, bad)), clean, strict=True):
            assert_allclose(got, expected)


@pytest.mark.parametrize("shape", [(4,), (1, 4), (2, 1, 4), (3, 1, 1, 4)])
def test_a_broadcast_mask_hides_keys_and_values(shape):
    query, key, value = (torch.tensor(x, requires_grad=True) for x in random((3, D), (4, D), (4, 2)))
    bare = torch.zeros(shape, dtype=torch.bool)
    bare[..., :2] = True
    hidden = torch.tensor([[False], [False], [True], [True]])
    spoiled_key, spoiled_value = key.masked_fill(hidden, nan), value.masked_fill(hidden, inf)
    output, weights = attend(query, spoiled_key, spoiled_value, mask=bare)
    expected, _ = attend(query, key[:2], value[:2])
    assert weights.shape == (*shape[:-2], 3, 4)
    assert_allclose(numbers(output), np.broadcast_to(numbers(expected), output.shape))
    for grad, due in zip(
        gradients(output.reshape(-1, 3, 2).sum(dim=0), query, key, value),
        gradients(expected * math.prod(shape[:-2]), query, key, value),
        strict=True,
    ):
        assert_allclose(grad, due, atol=1e-13)


@pytest.mark.parametrize("shape", [(3, 1), (2, 3, 1)])
def test_a_broadcast_mask_hides_queries(shape):
    query, key, value = (torch.tensor(x, requires_grad=True) for x in random((3, D), (4, D), (4, 2)))
    mask = torch.ones(shape, dtype=torch.bool)
    mask[..., 1, :] = False
    spoiled = query.masked_fill(torch.tensor([[False], [True], [False]]), nan)
    output, weights = attend(spoiled, key, value, mask=mask)
    assert_allclose(numbers(output[..., 1, :]), 0)
    assert_allclose(numbers(weights[..., 1, :]), 0)
    assert all(np.isfinite(grad).all() for grad in gradients(output, query, key, value))


def test_what_a_batch_shares_is_hidden_from_each_sequence_that_does_not_reach_it():
    mask = np.zeros((2, 3, 4), bool)
    mask[0, :2, 0] = mask[1, 1:, 1] = True  # key 0 in one sequence, key 1 in the other, 2 and 3 in none
    shared = random((3, D), (4, D), (4, 2))
    output, weights = attend(*shared, mask=mask)
    for at in range(2):
        alone, _ = attend(*shared, mask=mask[at])
        assert_allclose(output[at], alone)
    assert_allclose(output[0, 0], shared[2][0])
    assert_allclose(output[1, 2], shared[2][1])
    assert_allclose(weights[..., 2:], 0)
    for axes in ((), (1,)):  # shared through a missing axis, and through an axis of one
        query, key, value = (x.reshape(*axes, *x.shape).copy() for x in shared)
        for spoiled in (key, value):
            spoiled[..., [0, 2, 3], :] = nan
        again, _ = attend(query, key, value, mask=mask)
        assert_allclose(again[1], output[1])
        assert np.isnan(again[0, :2]).all()


def test_a_batch_with_its_own_keys_hides_each_where_its_own_sequence_ends():
    query, key, value = random((2, 3, D), (2, 4, D), (2, 4, 2))
    lengths = np.array([2, 3])
    expected = [attend(query[b], key[b, :n], value[b, :n])[0] for b, n in enumerate(lengths)]
    for b, n in enumerate(lengths):
        key[b, n:] = value[b, n:] = nan
    output, _ = attend(query, key, value, mask=masks.padding(lengths, 4))
    assert_allclose(output, expected)
    for heads in (1, 5):  # a mask without head axis, (B, 1, 1, Lk), on arrays per head
        per_head = [np.repeat(x[:, None], heads, axis=1) for x in (query, key, value)]
        output, _ = attend(*per_head, mask=masks.padding(lengths, 4)[:, None])
        assert_allclose(output, np.repeat(np.array(expected)[:, None], heads, axis=1))


@in_every_dtype
def test_an_undefined_entry_that_a_query_may_attend_to_shows(kind):
    query, key, value = random((2, D), (3, D), (3, 2))
    value[1, 0] = nan
    output, _ = attend(*map(kind, (query, key, value)), mask=kind.mask([[1, 1, 1], [1, 0, 1]]))
    assert np.isnan(numbers(output)[:, 0]).all()
    assert np.isfinite(numbers(output)[:, 1]).all()


@every_normalizer
@in_every_dtype
def test_a_score_of_minus_infinity_counts_as_masked(normalize, kind):
    query, key, value, mask = hidden_case()
    arrays = [kind(x) for x in (query, key, value)]
    bias = kind(np.where(mask, 0, -inf))
    result = attend(*arrays, score=lambda q, k: scores.scaled_dot(q, k) + bias, normalize=normalize)
    for got, due in zip(result, attend(*arrays, normalize=normalize, mask=kind.mask(mask)), strict=True):
        assert_allclose(numbers(got), numbers(due))


@every_normalizer
@in_every_dtype
def test_an_infinite_query_is_nan_in_its_own_row_only(normalize, kind):
    query, key, value = random((3, D), (5, D), (5, 2))
    clean, _ = attend(*map(kind, (query, key, value)), normalize=normalize)
    query[1, 0], key[:, 0] = inf, abs(key[:, 0])
    query[[0, 2], 0] = 0
    clean, _ = attend(*map(kind, (query, key, value)), normalize=normalize)
    alone, _ = attend(*map(kind, (query[[0, 2]], key, value)), normalize=normalize)
    assert np.isnan(numbers(clean)[1]).all()
    assert_allclose(numbers(clean)[[0, 2]], numbers(alone), rtol=1e-6)


# Nothing to attend to


@every_score
@every_normalizer
@in_every_dtype
def test_no_keys_give_zeros_and_no_queries_give_nothing(score, normalize, kind):
    def shapes(Lq, Lk, mask):
        arrays = kind(np.ones((2, Lq, D))), kind(np.ones((2, Lk, D))), kind(np.ones((2, Lk, 3)))
        output, weights = attend(*arrays, score=score, normalize=normalize, mask=mask)
        assert_kind(output, kind)
        assert tuple(weights.shape) == (2, Lq, Lk)
        assert tuple(output.shape) == (2, Lq, 3)
        return numbers(output)

    for mask in (None, kind.mask([[True]]), kind.mask(True)):
        assert_allclose(shapes(5, 0, mask), np.zeros((2, 5, 3)))
        assert shapes(0, 4, mask).size == 0
        assert shapes(0, 0, mask).size == 0


@every_score
@soft_normalizers
@in_every_torch_dtype
def test_without_keys_or_without_queries_nothing_undefined_reaches_a_gradient(score, normalize, kind):
    for Lq, Lk in ((5, 0), (0, 4)):
        for mask in (None, kind.mask(np.ones((1, 1))), kind.mask(np.ones((3, 1, 1, 1)))):
            leaves = [leaf(kind, np.full(shape, nan)) for shape in ((2, Lq, D), (2, Lk, D), (2, Lk, 3))]
            output, _ = attend(*leaves, score=score, normalize=normalize, mask=mask)
            assert_allclose(numbers(output), 0)
            for grad in gradients(output, *leaves):
                assert_allclose(grad, 0)


# Laws and gradients


@every_score
@law
@given(npst.arrays(bool, (3, 5)), st.permutations(range(5)))
def test_permuting_keys_with_their_values_leaves_the_output(score, mask, order):
    query, key, value = random((3, D), (5, D), (5, 2))
    output, weights = attend(query, key, value, score=score, mask=mask)
    again, permuted = attend(query, key[order], value[order], score=score, mask=mask[:, order])
    assert_allclose(again, output, atol=1e-14)
    assert_allclose(permuted, weights[:, order], atol=1e-14)


@every_score
@soft_normalizers
def test_gradients_are_right_with_keys_and_queries_behind_the_mask(score, normalize):
    query, key, value, mask = hidden_case()
    leaves = [torch.tensor(x, requires_grad=True) for x in (query, key, value)]

    def outputs(query, key, value):
        return attend(query, key, value, score=score, normalize=normalize, mask=torch.tensor(mask))

    assert torch.autograd.gradcheck(outputs, leaves)


def test_hardmax_passes_a_gradient_to_the_values_alone():
    query, key, value = (torch.tensor(x, requires_grad=True) for x in random((3, D), (5, D), (5, 2)))
    output, weights = attend(query, key, value, normalize=hardmax)
    assert not weights.requires_grad
    output.sum().backward()
    assert query.grad is None
    assert_allclose(value.grad.sum(dim=1), 2 * weights.sum(dim=0))


def test_inputs_are_not_written_to_and_need_not_be_contiguous():
    arrays = [x.T for x in random((D, 3), (D, 5), (2, 5))]
    mask = (random((5, 3), seed=1)[0] > 0).T
    for array in (*arrays, mask):
        array.flags.writeable = False
    expected, _ = attend(*[x.copy() for x in arrays], mask=mask.copy())
    assert_allclose(attend(*arrays, mask=mask)[0], expected)
    tensors = [torch.tensor(x.T).mT for x in arrays]
    before = [x.clone() for x in tensors]
    assert_allclose(attend(*tensors, mask=torch.tensor(mask.T).mT)[0], expected)
    assert all(torch.equal(x, y) for x, y in zip(tensors, before, strict=True))


# What is refused, in words

query, key, value = random((2, 3, D), (2, 5, D), (2, 5, 6))


@pytest.mark.parametrize(
    ("changed", "error", "text"),
    [
        ({"query": [[1.0]]}, TypeError, "query must be an array, got list"),
        ({"value": None}, TypeError, "value must be an array, got NoneType"),
        ({"query": np.ones((3, D), int)}, TypeError, "query needs floating point, got int64: write 1.0"),
        ({"value": np.ones((5, 6), bool)}, TypeError, "value needs floating point, got bool"),
        ({"key": torch.tensor(key)}, TypeError, "query and key must come from one library"),
        ({"value": value.astype("f4")}, TypeError, "query and value must have one dtype"),
        ({"query": query[0, 0]}, ValueError, "wanted query (..., Lq, Dq), got shape (4,)"),
        ({"value": value[:, 1:]}, ValueError, "key (..., Lk, Dk) has 5, value (..., Lk, Dv) has 4"),
        ({"key": key[..., 1:]}, ValueError, "query (..., Lq, D) has 4, key (..., Lk, D) has 3"),
        ({"value": np.ones((3, 5, 6))}, ValueError, "query has (2,), key has (2,), value has (3,)"),
        ({"mask": [True]}, TypeError, "mask must be an array, got list"),
        ({"mask": np.ones((3, 5))}, TypeError, "mask must be boolean, True = may attend, got float64"),
        ({"mask": torch.ones(5, dtype=torch.bool)}, TypeError, "query and mask must come from one library"),
        ({"mask": np.ones((3, 4), bool)}, ValueError, "(2, 3, 5), got (3, 4): Lk is 5, the mask has 4"),
        ({"mask": np.ones((5, 3), bool)}, ValueError, "(2, 3, 5), got (5, 3): Lk is 5, the mask has 3"),
        ({"mask": np.ones((2, 5), bool)}, ValueError, "(2, 3, 5), got (2, 5): Lq is 3, the mask has 2"),
        ({"mask": np.ones((4, 3, 5), bool)}, ValueError, "must broadcast: scores has (2,), mask has (4,)"),
    ],
)
def test_arrays_that_do_not_fit_are_refused(changed, error, text):
    with pytest.raises(error) as raised:
        attend(**({"query": query, "key": key, "value": value} | changed))
    assert text in str(raised.value)


def test_arrays_on_two_devices_are_refused():
    tensors = [torch.tensor(x) for x in (query, key, value)]
    with pytest.raises(ValueError, match="query and value must be on one device, got cpu and meta"):
        attend(*tensors[:2], tensors[2].to("meta"))
    with pytest.raises(ValueError, match="query and mask must be on one device, got cpu and meta"):
        attend(*tensors, mask=torch.ones(5, dtype=torch.bool, device="meta"))


@pytest.mark.parametrize(
    ("returned", "error", "text"),
    [
        (np.ones((2, 5, 3)), ValueError, "score must return (..., Lq, Lk) = (2, 3, 5), got (2, 5, 3)"),
        (np.ones((3, 5)), ValueError, "score must return (..., Lq, Lk) = (2, 3, 5), got (3, 5)"),
        (np.ones((2, 1, 5)), ValueError, "score must return (..., Lq, Lk) = (2, 3, 5), got (2, 1, 5)"),
        (np.ones((3, 3, 5)), ValueError, "score must return (..., Lq, Lk) = (2, 3, 5), got (3, 3, 5)"),
        (np.ones(5), ValueError, "score must return (..., Lq, Lk) = (2, 3, 5), got (5,)"),
        (np.ones((2, 3, 5), int), TypeError, "what score returned needs floating point, got int64"),
        (np.ones((2, 3, 5), "f4"), TypeError, "query and what score returned must have one dtype"),
        (torch.ones((2, 3, 5)), TypeError, "query and what score returned must come from one library"),
        ((1, 2), TypeError, "what score returned must be an array, got tuple"),
        (None, TypeError, "what score returned must be an array, got NoneType"),
    ],
)
def test_a_score_that_returns_something_else_is_refused(returned, error, text):
    with pytest.raises(error) as raised:
        attend(query, key, value, score=lambda q, k: returned)
    assert text in str(raised.value)


def test_a_normalizer_that_returns_something_else_is_refused():
    with pytest.raises(ValueError, match=r"normalize must return .* = \(2, 3, 5\), got \(2, 3\)"):
        attend(query, key, value, normalize=lambda s, mask: s.sum(axis=-1))
    with pytest.raises(TypeError, match="what normalize returned must be an array, got tuple"):
        attend(query, key, value, normalize=lambda s, mask: (s, s))
