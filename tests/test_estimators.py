"""Estimators: by hand, against the exact gradient, over all places or many draws, at the edges, what is refused."""

import math

import numpy as np
import pytest
import torch
from arrays import in_every_torch_dtype
from layers import close, tensor
from numpy.testing import assert_allclose

from attn_core import attend, hardmax, softmax
from attn_core.estimators import expected, gumbel_softmax, marginal, reinforce, sample, straight_through

DRAWS = 40_000
SCORES = [0.5, -1.0, 0.0, 1.2]
LOSSES = [3.0, -1.0, 0.5, 2.0]
DRAWN = {"sample": sample, "straight_through": straight_through, "gumbel_softmax": gumbel_softmax}
every_draw = pytest.mark.parametrize("draw", DRAWN.values(), ids=DRAWN.keys())


def generator(seed=0):
    return torch.Generator().manual_seed(seed)


def many(scores):
    """The same scores for every draw, each with a gradient of its own."""
    return tensor(scores).expand(DRAWS, -1).clone().requires_grad_()


def exact(scores, losses):
    """The gradient of the expected loss, from its definition and by finite differences."""

    def loss(s):
        powers = np.exp(np.array(s) - max(s))
        return (powers / powers.sum()) @ losses

    step = 1e-5
    moved = np.eye(len(scores)) * step
    return np.array([(loss(scores + d) - loss(scores - d)) / (2 * step) for d in moved])


def assert_mean(draws, wanted, errors=4):
    """The mean of the draws is as wanted, within four standard errors in each entry."""
    mean, error = draws.mean(dim=0), draws.std(dim=0) / math.sqrt(len(draws))
    assert (abs(mean - tensor(wanted)) <= errors * error + 1e-12).all(), (mean, wanted, error)


def is_off(draws, wanted):
    """Whether the mean of the draws lies more than ten standard errors from what was wanted, somewhere."""
    mean, error = draws.mean(dim=0), draws.std(dim=0) / math.sqrt(len(draws))
    return bool((abs(mean - tensor(wanted)) > 10 * error).any())


# By hand


def test_expected_is_the_mean_and_marginal_the_mean_of_the_likelihoods():
    scores, loss = tensor([0.0, math.log(3)]), -torch.log(tensor([0.2, 0.6]))
    close(expected(scores, loss), -0.25 * math.log(0.2) - 0.75 * math.log(0.6))
    close(marginal(scores, loss), -math.log(0.25 * 0.2 + 0.75 * 0.6))


def test_reinforce_moves_towards_a_place_that_was_better_than_the_baseline():
    scores = tensor([0.0, 0.0, 0.0]).requires_grad_()
    drawn = tensor([0.0, 1.0, 0.0])
    for loss, baseline, towards in ((1.0, 4.0, 1), (6.0, 4.0, -1), (4.0, 4.0, 0)):
        value = reinforce(scores, drawn, tensor(loss), baseline=baseline)
        close(value, loss)
        (gradient,) = torch.autograd.grad(value, scores)
        advantage = loss - baseline
        close(gradient, [-advantage / 3, advantage * 2 / 3, -advantage / 3])
        assert torch.sign(gradient[1]) == -towards


def test_reinforce_leaves_the_gradient_that_the_loss_has_of_its_own():
    scores, value = tensor([0.0, 0.0]).requires_grad_(), tensor(5.0).requires_grad_()
    reinforce(scores, tensor([1.0, 0.0]), value**2, baseline=tensor(25.0)).backward()
    close(value.grad, 10.0)
    close(scores.grad, [0.0, 0.0])


@every_draw
def test_certain_scores_draw_what_is_certain(draw):
    weights = draw(tensor([0.0, 200.0, 0.0]), generator=generator())
    close(weights, [0.0, 1.0, 0.0])


# Against the exact gradient


def test_expected_and_its_gradient_are_exact():
    scores = tensor(SCORES).requires_grad_()
    (gradient,) = torch.autograd.grad(expected(scores, tensor(LOSSES)), scores)
    close(gradient, exact(SCORES, LOSSES), atol=1e-9)
    assert torch.autograd.gradcheck(expected, (scores, tensor(LOSSES).requires_grad_()))
    assert torch.autograd.gradcheck(marginal, (scores, tensor(LOSSES).requires_grad_()))


def test_draws_are_as_frequent_as_the_softmax_says():
    for draw in (sample, straight_through):
        weights = draw(tensor(SCORES).expand(DRAWS, -1), generator=generator())
        assert set(weights.unique().tolist()) == {0.0, 1.0}
        close(weights.sum(dim=-1), torch.ones(DRAWS))
        assert_mean(weights, softmax(np.array(SCORES)))


@pytest.mark.parametrize("baseline", [0.0, 2.0, -7.0])
def test_reinforce_is_right_on_average_whatever_the_baseline(baseline):
    scores = many(SCORES)
    drawn = sample(scores, generator=generator())
    reinforce(scores, drawn, drawn @ tensor(LOSSES), baseline=baseline).sum().backward()
    assert_mean(scores.grad, exact(SCORES, LOSSES))


def test_reinforce_is_right_on_average_over_all_places():
    scores = tensor(SCORES).expand(4, -1).clone().requires_grad_()
    every = torch.eye(4, dtype=torch.float64)
    reinforce(scores, every, tensor(LOSSES), baseline=0.7).backward(softmax(tensor(SCORES)))
    close(scores.grad.sum(dim=0), exact(SCORES, LOSSES), atol=1e-9)


def test_a_baseline_near_the_mean_calms_the_gradient():
    spread = {}
    for baseline in (0.0, 102.0):
        scores = many(SCORES)
        drawn = sample(scores, generator=generator())
        reinforce(scores, drawn, drawn @ tensor(LOSSES) + 100, baseline=baseline).sum().backward()
        spread[baseline] = scores.grad.std(dim=0).norm()
    assert spread[102.0] < spread[0.0] / 20


def test_straight_through_is_exact_where_the_loss_is_linear_in_the_weights():
    scores = many(SCORES)
    (straight_through(scores, generator=generator()) @ tensor(LOSSES)).sum().backward()
    close(scores.grad, np.tile(exact(SCORES, LOSSES), (DRAWS, 1)), atol=1e-9)


def test_straight_through_is_biased_elsewhere_as_its_formula_says():
    scores, value = many(SCORES), tensor([1.0, -2.0, 0.5, 1.5])
    output = straight_through(scores, generator=generator()) @ value
    output.square().sum().backward()
    assert is_off(scores.grad, exact(SCORES, value.square().numpy()))
    # On average the slope 2 v_j is taken for the mean output's: the gradient of (Σ p v)².
    p = softmax(tensor(SCORES))
    mean = p @ value
    assert_mean(scores.grad, (2 * mean * p * (value - mean)).numpy())


def test_gumbel_softmax_is_right_on_average_for_the_mixture_and_off_for_the_draw():
    # With two keys the weights are a sigmoid of logistic noise: its mean slope is one integral.
    temperature, score = 0.7, 0.8
    u = (np.arange(200_000) + 0.5) / 200_000
    noise = np.log(u / (1 - u))
    mixed = 1 / (1 + np.exp(-(score + noise) / temperature))
    slope = (mixed * (1 - mixed)).mean() / temperature
    scores = many([score, 0.0])
    weights = gumbel_softmax(scores, temperature=temperature, generator=generator())
    assert_mean(weights.detach(), [mixed.mean(), 1 - mixed.mean()])
    weights[:, 0].sum().backward()
    assert_mean(scores.grad, [slope, -slope])
    assert is_off(scores.grad, exact([score, 0.0], [1.0, 0.0]))


def test_a_colder_gumbel_softmax_is_less_biased_and_more_noisy():
    found = []
    for temperature in (1.0, 0.1):
        scores = many([0.8, 0.0])
        gumbel_softmax(scores, temperature=temperature, generator=generator())[:, 0].sum().backward()
        bias = abs(scores.grad.mean(dim=0)[0] - exact([0.8, 0.0], [1.0, 0.0])[0])
        found.append((bias, scores.grad[:, 0].std()))
    (warm_bias, warm_spread), (cold_bias, cold_spread) = found
    assert cold_bias < warm_bias / 2 and cold_spread > 2 * warm_spread


def test_marginal_is_never_above_expected():
    scores, loss = torch.randn(2, 500, 6, generator=generator(), dtype=torch.float64)
    assert (marginal(scores, loss) <= expected(scores, loss) + 1e-12).all()
    close(marginal(scores, loss), -torch.log((softmax(scores) * torch.exp(-loss)).sum(dim=-1)))
    close(marginal(scores, torch.full_like(loss, 3.0)), torch.full((500,), 3.0))


# As normalizers, and at the edges


@every_draw
def test_it_is_a_normalizer_for_attend(draw):
    query, key, value = (torch.randn(2, 3, n, 4, generator=generator(n)) for n in (5, 6, 6))
    mask = torch.rand(5, 6, generator=generator(1)) < 0.7
    mask[2] = False
    output, weights = attend(
        query, key, value, normalize=lambda s, mask: draw(s, mask=mask, generator=generator(2)), mask=mask
    )
    assert output.shape == (2, 3, 5, 4) and weights.shape == (2, 3, 5, 6)
    assert not weights[~mask.expand_as(weights)].any() and not output[..., 2, :].any()
    close(weights.sum(dim=-1)[..., [0, 1, 3, 4]], torch.ones(2, 3, 4), atol=1e-6)


@every_draw
def test_a_row_with_nothing_to_attend_gets_zeros_and_no_gradient(draw):
    scores = torch.zeros(2, 3, requires_grad=True)
    weights = draw(scores, mask=torch.tensor([[True, True, False], [False] * 3]), generator=generator())
    assert not weights[1].any() and weights[0].sum() == 1
    (gradient,) = torch.autograd.grad(weights.square().sum() + 0 * scores.sum(), scores)
    assert not gradient[1].any()
    assert not draw(torch.full((3,), -torch.inf)).any()
    assert draw(torch.zeros(2, 0)).shape == (2, 0)


def test_losses_behind_the_mask_reach_nothing():
    mask = torch.tensor([[True, True, False], [False] * 3])
    for function in (marginal, expected):
        scores = torch.tensor([[0.0, 1.0, math.nan]] * 2, requires_grad=True)
        loss = torch.tensor([[1.0, 2.0, math.nan], [math.nan] * 3], requires_grad=True)
        found = function(scores, loss, mask=mask)
        close(found[0], function(scores[0, :2], loss[0, :2]), atol=1e-6)
        assert found[1] == 0
        for gradient in torch.autograd.grad(found.sum(), (scores, loss)):
            assert torch.isfinite(gradient).all() and not gradient[1].any() and gradient[0, 2] == 0
        assert not function(torch.zeros(2, 0), torch.zeros(2, 0)).any()


def test_reinforce_has_no_gradient_for_what_is_masked_or_was_never_drawn():
    scores = torch.tensor([[0.0, 1.0, math.nan], [math.nan] * 3], requires_grad=True)
    mask = torch.tensor([[True, True, False], [False] * 3])
    drawn = sample(scores, mask=mask, generator=generator())
    found = reinforce(scores, drawn, torch.ones(2), mask=mask)
    (gradient,) = torch.autograd.grad(found.sum(), scores)
    assert torch.isfinite(gradient).all() and gradient[0, :2].any()
    assert not gradient[1].any() and gradient[0, 2] == 0


@in_every_torch_dtype
def test_it_runs_in_every_dtype_and_keeps_it(kind):
    scores = kind([SCORES, SCORES])
    for draw in DRAWN.values():
        weights = draw(scores, generator=generator())
        assert weights.dtype == kind.native
        assert_allclose(weights.double().sum(dim=-1), 1, rtol=8 * kind.limits.eps)
    losses = kind([LOSSES, LOSSES])
    assert reinforce(scores, hardmax(scores), losses[:, 0], baseline=0.1).dtype == kind.native
    for function in (marginal, expected):
        found = function(scores, losses)
        assert found.dtype == kind.native
        close(found, function(scores.double(), losses.double()), atol=16 * kind.limits.eps)


@every_draw
def test_the_generator_alone_decides_or_torch_s_own_where_there_is_none(draw):
    scores = torch.zeros(50, 8)
    state = torch.get_rng_state()
    once, again, other = (draw(scores, generator=generator(seed)) for seed in (3, 3, 4))
    assert torch.equal(once, again) and not torch.equal(once, other)
    assert torch.equal(torch.get_rng_state(), state)
    with torch.random.fork_rng():
        found = []
        for seed in (5, 5, 6):
            torch.manual_seed(seed)
            found.append(draw(scores))
    assert torch.equal(*found[:2]) and not torch.equal(*found[1:])


def test_nothing_is_written_to():
    scores, losses = tensor(SCORES), tensor(LOSSES)
    before = scores.clone(), losses.clone()
    for draw in DRAWN.values():
        draw(scores, mask=torch.tensor([True, True, True, False]), generator=generator())
    marginal(scores, losses)
    reinforce(scores, sample(scores), losses[0], baseline=losses[1])
    assert torch.equal(scores, before[0]) and torch.equal(losses, before[1])


# What is refused, in words


@pytest.mark.parametrize(
    ("call", "error", "said"),
    [
        (lambda: sample(np.zeros(3)), TypeError, "scores must be a torch tensor, got ndarray"),
        (lambda: sample(torch.zeros(3, dtype=int)), TypeError, "scores needs floating point, got int64"),
        (lambda: gumbel_softmax(torch.zeros(3), temperature=0.0), ValueError, "temperature must be a positive"),
        (lambda: sample(torch.zeros(3), mask=torch.ones(3)), TypeError, "mask must be boolean, True = may attend"),
        (lambda: straight_through(torch.zeros(3), mask=torch.ones(2).bool()), ValueError, "Lk is 3, the mask has 2"),
        (
            lambda: reinforce(torch.zeros(2, 3), torch.zeros(2, 3), torch.zeros(3)),
            ValueError,
            r"wanted scores \(..., Lk\), weights \(..., Lk\) and loss \(...\), got \(2, 3\), \(2, 3\) and \(3,\)",
        ),
        (lambda: reinforce(torch.zeros(3), torch.zeros(3), 1.0), TypeError, "loss must be an array, got float"),
        (lambda: marginal(torch.zeros(3), torch.zeros(2)), ValueError, r"got \(3,\) and \(2,\)"),
        (lambda: expected(torch.zeros(3), torch.zeros(3).double()), TypeError, "must have one dtype"),
        (lambda: expected(torch.zeros(2, 3), torch.zeros(4, 3)), ValueError, r"scores has \(2,\), loss has \(4,\)"),
    ],
)
def test_what_does_not_fit_is_refused(call, error, said):
    with pytest.raises(error, match=said):
        call()
