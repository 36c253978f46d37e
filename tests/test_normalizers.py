"""Normalizers: by hand, against scipy and a projection by search, their laws, the edges, what is refused."""

import fractions
import itertools
import math

import numpy as np
import pytest
import scipy.special
import torch
from arrays import (
    LIBRARIES,
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

from attn_core import hardmax, softmax, sparsemax

inf, nan = math.inf, math.nan

every_normalizer = pytest.mark.parametrize("normalize", [softmax, sparsemax, hardmax])
soft_normalizers = pytest.mark.parametrize("normalize", [softmax, sparsemax])


def random(*shape, seed=0):
    return np.random.default_rng(seed).normal(size=shape)


def project(point):
    """The nearest point of the simplex: for each possible support the shift to sum one, then the nearest."""
    best, nearest = inf, None
    for size in range(1, len(point) + 1):
        for support in map(list, itertools.combinations(range(len(point)), size)):
            candidate = np.zeros(len(point))
            candidate[support] = point[support] - (point[support].sum() - 1) / size
            distance = ((candidate - point) ** 2).sum()
            if candidate.min() >= 0 and distance < best:
                best, nearest = distance, candidate
    return nearest


# By hand


@on_every_library
def test_softmax_of_zero_and_one_is_one_and_e_over_their_sum(kind):
    assert_allclose(numbers(softmax(kind([0.0, 1.0]))), np.array([1, math.e]) / (1 + math.e))


@on_every_library
def test_temperature_divides_the_scores(kind):
    scores = kind([[0.0, 2 * math.log(3)], [0.0, 0.0]])
    assert_allclose(numbers(softmax(scores, temperature=2)), [[0.25, 0.75], [0.5, 0.5]])
    assert_allclose(numbers(softmax(scores, temperature=0.5)), [[1 / 82, 81 / 82], [0.5, 0.5]])
    assert_allclose(numbers(sparsemax(kind([1.0, 0.0]), temperature=2)), [0.75, 0.25])
    assert_allclose(numbers(sparsemax(kind([0.25, 0.0]), temperature=0.5)), [0.75, 0.25])


@on_every_library
def test_sparsemax_shifts_and_cuts(kind):
    scores = kind([[1.0, 0.5, -2.0], [0.0, 0.0, 0.0], [3.0, 2.0, 0.0], [0.1, 0.3, 0.2]])
    expected = [[0.75, 0.25, 0], [1 / 3, 1 / 3, 1 / 3], [1, 0, 0], [0.7 / 3, 1.3 / 3, 1 / 3]]
    assert_allclose(numbers(sparsemax(scores)), expected)


@on_every_library
def test_hardmax_gives_the_first_of_equal_maxima_everything(kind):
    scores = kind([[1.0, 3.0, 3.0], [2.0, 2.0, 2.0], [-5.0, -inf, -4.0]])
    assert_allclose(numbers(hardmax(scores)), [[0, 1, 0], [1, 0, 0], [0, 0, 1]])
    mask = kind.mask([True, False, True])
    assert_allclose(numbers(hardmax(scores, mask=mask)), [[0, 0, 1], [1, 0, 0], [0, 0, 1]])


def test_hardmax_takes_the_first_of_many_equal_maxima():
    for kind in LIBRARIES:
        assert_allclose(numbers(hardmax(kind(np.ones((2, 5000)))))[:, 0], 1)


@on_every_library
def test_one_key_has_all_the_weight(kind):
    for normalize in (softmax, sparsemax, hardmax):
        assert_allclose(numbers(normalize(kind([[-7.0], [1e300]]))), [[1], [1]])


# Against independent oracles


@on_every_library
def test_softmax_equals_scipy(kind):
    scores = 5 * random(2, 3, 4, 6)
    assert_allclose(numbers(softmax(kind(scores))), scipy.special.softmax(scores, axis=-1), rtol=1e-13)
    mask = random(3, 4, 6, seed=1) > 0
    mask[..., 0] = True
    expected = scipy.special.softmax(np.where(mask, scores, -inf) / 0.3, axis=-1)
    assert_allclose(numbers(softmax(kind(scores), mask=kind.mask(mask), temperature=0.3)), expected, rtol=1e-12)


@on_every_library
def test_sparsemax_equals_the_nearest_point_found_by_trying_every_support(kind):
    for spread in (0.1, 0.5, 2.0):
        scores = spread * random(20, 6)
        expected = [project(row) for row in scores]
        assert_allclose(numbers(sparsemax(kind(scores))), expected, atol=1e-14)
        mask = random(20, 6, seed=1) > 0
        mask[:, 2] = True
        expected = np.zeros(scores.shape)
        for row, allowed, into in zip(scores, mask, expected, strict=True):
            into[allowed] = project(row[allowed] / 1.5)
        assert_allclose(numbers(sparsemax(kind(scores), mask=kind.mask(mask), temperature=1.5)), expected, atol=1e-14)


@every_normalizer
@in_every_dtype
def test_dtype_stays_and_only_the_last_rounding_is_coarse(normalize, kind):
    scores = kind(2 * random(3, 5))
    weights = normalize(scores)
    assert_kind(weights, kind)
    assert_allclose(numbers(weights), normalize(numbers(scores)), rtol=kind.limits.eps, atol=2e-7)


def test_halves_are_summed_in_float32():
    for library, dtype in (("numpy", "float16"), ("torch", "float16"), ("torch", "bfloat16")):
        kind = Kind(library, dtype)
        assert_allclose(numbers(softmax(kind(np.zeros(4096)))), 1 / 4096)
        assert_allclose(numbers(sparsemax(kind(np.zeros(4096)))), 1 / 4096)


# Laws

rows = npst.arrays(np.float64, st.tuples(st.integers(1, 4), st.integers(1, 6)), elements=st.floats(-30, 30))


@st.composite
def masked_rows(draw):
    scores = draw(rows)
    return scores, draw(npst.arrays(bool, scores.shape))


@every_normalizer
@law
@given(masked_rows())
def test_weights_are_not_negative_and_sum_to_one_or_to_zero_where_nothing_is_allowed(normalize, case):
    scores, mask = case
    weights = normalize(scores, mask=mask)
    assert weights.min() >= 0
    assert_allclose(weights.sum(axis=-1), mask.any(axis=-1), atol=1e-14)
    assert_allclose(weights[~mask], 0)


@soft_normalizers
@law
@given(masked_rows(), st.randoms(use_true_random=False))
def test_permuting_the_keys_permutes_the_weights(normalize, case, rng):
    scores, mask = case
    order = list(range(scores.shape[-1]))
    rng.shuffle(order)
    expected = normalize(scores, mask=mask)[:, order]
    assert_allclose(normalize(scores[:, order], mask=mask[:, order]), expected, atol=1e-13)


@every_normalizer
@law
@given(
    npst.arrays(np.float64, (3, 5), elements=st.integers(-30, 30).map(lambda n: n / 4)),
    st.integers(-1000, 1000),
)
def test_adding_a_constant_to_the_scores_changes_nothing(normalize, scores, constant):
    assert_allclose(normalize(scores + constant), normalize(scores), atol=1e-14)


@law
@given(rows, st.integers(0, 2**32 - 1))
def test_no_other_point_of_the_simplex_is_nearer_than_sparsemax(scores, seed):
    scores = scores / 10
    weights = sparsemax(scores)
    others = np.random.default_rng(seed).dirichlet(np.full(scores.shape[-1], 0.3), size=(50, len(scores)))
    distance = ((scores - weights) ** 2).sum(axis=-1)
    assert (((scores - others) ** 2).sum(axis=-1) >= distance - 1e-12).all()


@law
@given(rows)
def test_sparsemax_is_one_shift_on_its_support_and_below_it_elsewhere(scores):
    weights = sparsemax(scores)
    for row, weight in zip(scores, weights, strict=True):
        shift = (row - weight)[weight > 0]
        assert np.ptp(shift) < 1e-12
        assert (row[weight == 0] <= shift[0] + 1e-12).all()


@law
@given(rows, st.floats(0.05, 20))
def test_temperature_is_the_same_as_dividing_the_scores(scores, temperature):
    for normalize in (softmax, sparsemax):
        expected = normalize(scores / temperature)
        assert_allclose(normalize(scores, temperature=temperature), expected, atol=1e-11)


@law
@given(rows)
def test_the_three_agree_on_the_best_key_and_sparsemax_has_the_fewer_keys(scores):
    soft, sparse, hard = softmax(scores), sparsemax(scores), hardmax(scores)
    assert ((hard == 1).sum(axis=-1) == 1).all()
    assert (scores[hard == 1] == scores.max(axis=-1)).all()
    assert_allclose((sparse * hard).sum(axis=-1), sparse.max(axis=-1))
    assert_allclose((soft * hard).sum(axis=-1), soft.max(axis=-1))


# Masks and −inf


@every_normalizer
@in_every_dtype
def test_query_with_nothing_to_attend_gets_zero_weights(normalize, kind):
    scores = kind([[1.0, 2.0], [3.0, 4.0], [-inf, -inf]])
    weights = numbers(normalize(scores, mask=kind.mask([[True, True], [False, False], [True, True]])))
    assert_allclose(weights[1:], 0)
    assert_allclose(weights[0].sum(), 1, rtol=kind.limits.eps)


@every_normalizer
@in_every_dtype
def test_what_is_behind_the_mask_reaches_no_weight(normalize, kind):
    mask = kind.mask([[True, False, True]])
    expected = numbers(normalize(kind([[1.0, 0.0, 2.0]]), mask=mask))
    for hidden in (nan, inf, -inf, kind.limits.max):
        assert_allclose(numbers(normalize(kind([[1.0, hidden, 2.0]]), mask=mask)), expected)


@every_normalizer
@in_every_dtype
def test_a_score_of_minus_infinity_counts_as_masked(normalize, kind):
    scores = [[1.0, 0.5, 0.75], [0.0, 0.0, 0.5]]
    mask = [[True, False, True], [False, False, True]]
    masked = numbers(normalize(kind(scores), mask=kind.mask(mask)))
    assert_allclose(numbers(normalize(kind(np.where(mask, scores, -inf)))), masked)
    assert_allclose(masked[~np.array(mask)], 0)


@every_normalizer
@in_every_dtype
@pytest.mark.parametrize("bad", [inf, nan])
def test_an_infinite_or_undefined_score_makes_its_own_row_nan(normalize, kind, bad):
    weights = numbers(normalize(kind([[1.0, bad, 0.0], [1.0, 0.5, 0.0]])))
    assert np.isnan(weights[0]).all()
    assert_allclose(weights[1], numbers(normalize(kind([1.0, 0.5, 0.0]))))


@every_normalizer
@on_every_library
def test_the_mask_broadcasts_and_may_add_leading_axes(normalize, kind):
    scores = random(3, 5)
    mask = random(2, 1, 3, 5, seed=1) > 0
    weights = normalize(kind(scores), mask=kind.mask(mask))
    assert tuple(weights.shape) == (2, 1, 3, 5)
    for at in range(2):
        alone = normalize(kind(scores), mask=kind.mask(mask[at, 0]))
        assert_allclose(numbers(weights)[at, 0], numbers(alone))
    for narrow in ((5,), (1, 5), (3, 1), (1, 1), ()):
        some = random(*narrow, seed=2) > 0
        full = np.broadcast_to(some, (3, 5))
        narrowed = normalize(kind(scores), mask=kind.mask(some))
        assert_allclose(numbers(narrowed), numbers(normalize(kind(scores), mask=kind.mask(full))))


@every_normalizer
@in_every_dtype
def test_no_keys_and_no_queries_give_empty_weights(normalize, kind):
    for shape in ((0,), (3, 0), (2, 3, 0), (0, 4), (0, 0)):
        weights = normalize(kind(np.ones(shape)))
        assert_kind(weights, kind)
        assert tuple(weights.shape) == shape
    assert tuple(normalize(kind(np.ones((3, 0))), mask=kind.mask(np.ones((2, 3, 1)))).shape) == (2, 3, 0)


# Huge and tiny


@every_normalizer
@in_every_dtype
def test_scores_up_to_the_largest_finite_number_are_fine(normalize, kind):
    big = kind.limits.max
    scores = kind([[big, -big, 0.0], [-big, -big, -big], [big, big, -big]])
    expected = [[1, 0, 0], [1, 0, 0], [1, 0, 0]] if normalize is hardmax else [[1, 0, 0], [1 / 3] * 3, [0.5, 0.5, 0]]
    assert_allclose(numbers(normalize(scores)), expected, rtol=kind.limits.eps)


@soft_normalizers
def test_scores_of_1e20_are_weighed_and_not_lost(normalize):
    scores = np.array([[1e20, 0, 1e20], [1e20, 0, -1e20]], np.float32)
    assert_allclose(normalize(scores), [[0.5, 0, 0.5], [1, 0, 0]])


@in_every_dtype
def test_the_gap_between_the_largest_scores_may_be_infinite_before_the_temperature(kind):
    big = kind.limits.max
    scores = kind([big, -big])
    weights = numbers(softmax(scores, temperature=big))
    assert_allclose(weights, [1 / (1 + math.exp(-2)), math.exp(-2) / (1 + math.exp(-2))], rtol=2 * kind.limits.eps)
    assert_allclose(numbers(sparsemax(scores, temperature=big))[1], 0)
    if kind.dtype != "float64":  # no Python number is larger than that
        assert_allclose(numbers(sparsemax(kind([big, -big / 2]), temperature=big * 2)), [0.875, 0.125], rtol=0.01)


@soft_normalizers
@in_every_dtype
def test_any_positive_temperature_is_right_even_where_the_dtype_would_round_it(normalize, kind):
    scores, mask = kind([[1.0, 0.5, 1.0, -inf]]), kind.mask([[True, True, True, True]])
    for tiny in (5e-324, 1e-300, 1e-40):
        assert_allclose(numbers(normalize(scores, mask=mask, temperature=tiny)), [[0.5, 0, 0.5, 0]])
    for huge in (1e40, 1e300, 1.7e308):
        assert_allclose(numbers(normalize(scores, temperature=huge)), [[1 / 3] * 3 + [0]], rtol=kind.limits.eps)


def test_small_gaps_between_large_scores_survive_a_temperature():
    scores = np.array([1e6 + 1, 1e6], np.float32)
    assert_allclose(softmax(scores, temperature=10.0), scipy.special.softmax([0.1, 0.0]), rtol=1e-6)


@pytest.mark.parametrize("temperature", [2, np.float64(2), np.float32(2), fractions.Fraction(2)], ids=repr)
def test_any_python_number_is_a_temperature(temperature):
    expected = softmax(np.array([1.0, 0.0], np.float32), temperature=2.0)
    weights = softmax(np.array([1.0, 0.0], np.float32), temperature=temperature)
    assert weights.dtype == np.float32
    assert_allclose(weights, expected)


# Gradients


@soft_normalizers
@pytest.mark.parametrize("temperature", [1.0, 0.4, 3.0])
def test_gradients_are_right_with_masked_keys_and_a_row_with_nothing_to_attend(normalize, temperature):
    scores = torch.tensor(random(2, 4, 5), requires_grad=True)
    mask = torch.tensor(random(4, 5, seed=1) > -0.5)
    mask[2] = False
    assert 0 < mask[0].sum() < 5

    def weights(scores):
        return normalize(scores, mask=mask, temperature=temperature)

    assert torch.autograd.gradcheck(weights, scores)
    assert torch.autograd.gradgradcheck(weights, scores)


def test_the_gradient_of_softmax_at_equal_scores_is_right():
    assert torch.autograd.gradcheck(softmax, torch.zeros(3, 4, dtype=torch.float64, requires_grad=True))


@in_every_torch_dtype
def test_the_gradient_of_sparsemax_is_one_minus_the_mean_over_its_support(kind):
    # Ties inside the support, a score on its edge (1 below the best), and huge gaps.
    big = kind.limits.max
    cases = {
        (1.0, 1.0, 0.75, -3.0): [1, 1, 1, 0],
        (1.0, 1.0, 1.0, 1.0): [1, 1, 1, 1],
        (0.0, -1.0, -1.0, -2.0): [1, 0, 0, 0],
        (big, -big, big, -inf): [1, 0, 1, 0],
    }
    for values, support in cases.items():
        scores, support = leaf(kind, values), np.array(support)
        upstream = np.array([1.0, 2.0, 4.0, 8.0])
        (got,) = torch.autograd.grad(sparsemax(scores), scores, kind(upstream))
        expected = support * (upstream - (support * upstream).sum() / support.sum())
        assert_allclose(numbers(got), expected, rtol=kind.limits.eps, atol=kind.limits.eps)


@soft_normalizers
@in_every_torch_dtype
def test_query_with_nothing_to_attend_gets_zero_gradient(normalize, kind):
    scores = leaf(kind, [[1.0, 0.5], [nan, 4.0], [-inf, -inf], [0.25, 0.5]])
    mask = kind.mask([[True, True], [False, False], [True, True], [True, True]])
    (got,) = gradients(normalize(scores, mask=mask), scores)
    assert_allclose(got[1:3], 0)
    assert abs(got[[0, 3]]).min() > 0


@soft_normalizers
@in_every_torch_dtype
def test_what_is_behind_the_mask_reaches_no_gradient(normalize, kind):
    mask = kind.mask([[True, False, True]])
    (expected,) = gradients(normalize(scores := leaf(kind, [[1.0, 0.0, 0.75]]), mask=mask), scores)
    assert abs(expected[0, [0, 2]]).min() > 0
    for hidden in (nan, inf, -inf, kind.limits.max):
        scores = leaf(kind, [[1.0, hidden, 0.75]])
        assert_allclose(gradients(normalize(scores, mask=mask), scores)[0], expected)


@soft_normalizers
@in_every_torch_dtype
def test_huge_scores_and_extreme_temperatures_have_a_finite_gradient(normalize, kind):
    big = kind.limits.max
    for temperature in (1e-300, 1e-3, 1.0, 1e3, 1e300):
        scores = leaf(kind, [[big, -big, 0.0], [1.0, 0.0, -inf]])
        (got,) = gradients(normalize(scores, temperature=temperature), scores)
        assert np.isfinite(got).all()
        assert_allclose(got[1, 2], 0)


@soft_normalizers
@in_every_torch_dtype
def test_an_infinite_score_spoils_the_gradient_of_its_own_row_only(normalize, kind):
    scores = leaf(kind, [[1.0, inf], [1.0, 0.5]])
    (got,) = gradients(normalize(scores), scores)
    assert np.isfinite(got[1]).all()
    assert abs(got[1]).min() > 0


@in_every_torch_dtype
def test_hardmax_carries_no_gradient(kind):
    assert not hardmax(leaf(kind, [[1.0, 2.0]])).requires_grad
    assert not hardmax(leaf(kind, np.ones((2, 0)))).requires_grad


@soft_normalizers
@in_every_torch_dtype
def test_no_keys_have_an_empty_gradient(normalize, kind):
    scores = leaf(kind, np.ones((3, 0)))
    assert gradients(normalize(scores), scores)[0].shape == (3, 0)


# Inputs


@every_normalizer
def test_inputs_are_not_written_to_and_need_not_be_contiguous(normalize):
    wide, mask = random(6, 8), random(3, 4, seed=1) > 0
    scores = wide.T[::2, ::2].T
    for array in (wide, scores, mask):
        array.flags.writeable = False
    expected = normalize(scores.copy(), mask=mask.copy())
    assert_allclose(normalize(scores, mask=mask), expected)
    tensor, flags = torch.tensor(scores.T).mT, torch.tensor(mask.T).mT
    assert_allclose(numbers(normalize(tensor, mask=flags)), expected)
    assert torch.equal(tensor, torch.tensor(scores))
    assert torch.equal(flags, torch.tensor(mask))


@every_normalizer
def test_rows_map_through_torch_vmap(normalize):
    scores = torch.tensor(random(3, 5))
    mask = torch.tensor(random(3, 5, seed=1) > 0)
    mapped = torch.vmap(lambda s, m: normalize(s, mask=m))(scores, mask)
    assert_allclose(numbers(mapped), numbers(normalize(scores, mask=mask)))


# What is refused, in words


@soft_normalizers
@pytest.mark.parametrize(
    "temperature",
    [0, 0.0, -1.0, nan, inf, -inf, True, "1", None, 10**400, 1j, np.array(1.0), torch.tensor(1.0)],
    ids=repr,
)
def test_a_temperature_that_is_no_positive_number_is_refused(normalize, temperature):
    with pytest.raises(ValueError, match="temperature must be a positive finite number, got"):
        normalize(np.ones(3), temperature=temperature)


def test_the_refused_temperature_is_named():
    with pytest.raises(ValueError, match=r"got -0\.5"):
        softmax(np.ones(3), temperature=-0.5)


@every_normalizer
@pytest.mark.parametrize(
    ("scores", "error", "text"),
    [
        ([1.0, 2.0], TypeError, "scores must be an array, got list: write numpy.asarray"),
        (np.arange(3), TypeError, "scores needs floating point, got int64: write 1.0 or astype(float)"),
        (np.ones(3, bool), TypeError, "scores needs floating point, got bool: write 1.0"),
        (torch.arange(3), TypeError, "scores needs floating point, got int64: write 1.0"),
        (np.ones(3, complex), TypeError, "scores needs floating point, got complex128"),
        (np.array(["a"]), TypeError, "scores needs floating point, got "),
        (np.float64(1.0), ValueError, "wanted scores (..., Lk), got shape ()"),
    ],
)
def test_scores_that_are_no_floating_point_array_are_refused(normalize, scores, error, text):
    with pytest.raises(error) as raised:
        normalize(scores)
    assert text in str(raised.value)


@every_normalizer
@pytest.mark.parametrize(
    ("mask", "error", "text"),
    [
        ([True] * 4, TypeError, "mask must be an array, got list: write numpy.asarray"),
        (True, TypeError, "mask must be an array, got bool"),
        (np.ones(4), TypeError, "mask must be boolean, True = may attend, got float64"),
        (np.ones(4, int), TypeError, "mask must be boolean, True = may attend, got int64"),
        (
            torch.ones(4, dtype=torch.bool),
            TypeError,
            "scores and mask must come from one library, got numpy and torch",
        ),
        (np.ones(5, bool), ValueError, "(2, 3, 4), got (5,): Lk is 4, the mask has 5"),
        (np.ones((2, 4), bool), ValueError, "(2, 3, 4), got (2, 4): Lq is 3, the mask has 2"),
        (np.ones((5, 3, 4), bool), ValueError, "leading axes must broadcast: scores has (2,), mask has (5,)"),
    ],
)
def test_masks_that_do_not_fit_are_refused(normalize, mask, error, text):
    with pytest.raises(error) as raised:
        normalize(np.ones((2, 3, 4)), mask=mask)
    assert text in str(raised.value)


@every_normalizer
def test_a_mask_does_not_multiply_the_queries(normalize):
    with pytest.raises(ValueError, match="Lq is 1, the mask has 3"):
        normalize(np.ones((1, 4)), mask=np.ones((3, 4), bool))


@every_normalizer
def test_a_mask_on_another_device_is_refused(normalize):
    with pytest.raises(ValueError, match="scores and mask must be on one device, got cpu and meta"):
        normalize(torch.ones(3), mask=torch.ones(3, dtype=torch.bool, device="meta"))
