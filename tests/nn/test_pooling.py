"""Pools: by hand, against other ways to compute them, that what does not count changes nothing, what is refused."""

import math

import pytest
import torch
from layers import close, tensor
from torch import nn

from attn_core.measure import parameters
from attn_core.nn import AdditiveAttention, AttentionPool, last_pool, max_pool, mean_pool

N, L, D = 3, 4, 5
MASK = torch.tensor([[True, True, True, True], [False, True, True, False], [False, False, False, False]])
POOLS = {
    "attention": lambda: AttentionPool(D).double(),
    "last": lambda: last_pool,
    "max": lambda: max_pool,
    "mean": lambda: mean_pool,
}
every_pool = pytest.mark.parametrize("make", POOLS.values(), ids=POOLS.keys())


def states(seed=0):
    generator = torch.Generator().manual_seed(seed)
    return torch.randn(N, L, D, dtype=torch.float64, generator=generator).requires_grad_()


def made(make, seed=0):
    torch.manual_seed(seed)
    return make()


# By hand


def test_attention_weighs_by_the_query_on_the_tanh_of_the_states():
    pool = AttentionPool(1).double()
    for parameter, number in ((pool.key_proj.weight, 1.0), (pool.key_proj.bias, -2.0), (pool.query, math.log(3))):
        nn.init.constant_(parameter, number)
    output, weights = pool(tensor([[[2.0], [102.0], [7.0]]]), torch.tensor([[True, True, False]]))  # tanh: 0 and 1
    close(weights, [[0.25, 0.75, 0]])
    close(output, [[0.25 * 2 + 0.75 * 102]])


def test_mean_and_maximum_are_those_of_what_counts():
    x = tensor([[[2.0, 5.0], [4.0, 1.0], [9.0, 9.0]]])
    mask = torch.tensor([[True, True, False]])
    close(mean_pool(x, mask)[0], [[3, 3]])
    close(mean_pool(x, mask)[1], [[0.5, 0.5, 0]])
    close(max_pool(x, mask)[0], [[4, 5]])
    close(max_pool(x, mask)[1], [[0.5, 0.5, 0]])
    close(max_pool(-x, mask)[0], [[-2, -1]])  # below what stands in for what does not count


def test_the_last_is_the_last_that_counts_wherever_it_stands():
    x = tensor([[[2.0], [4.0], [9.0]]] * 3)
    mask = torch.tensor([[True, True, True], [True, True, False], [True, False, True]])
    close(last_pool(x, mask)[0], [[9], [4], [9]])
    close(last_pool(x, mask)[1], [[0, 0, 1], [0, 1, 0], [0, 0, 1]])


def test_of_equal_numbers_the_maximum_takes_the_first():
    close(max_pool(torch.ones(1, 3, 2), torch.tensor([[False, True, True]]))[1], [[0, 1, 0]])


# Against other ways to compute it


def test_attention_is_additive_attention_for_a_query_that_never_changes():
    pool = made(POOLS["attention"])
    layer = AdditiveAttention(1, D, D).double()
    with torch.no_grad():
        layer.query_weight[:] = pool.key_proj.bias
        layer.key_weight[:] = pool.key_proj.weight.mT
        layer.v[:] = pool.query[0]
    x = states()
    wanted, shares = layer(torch.ones(N, 1, 1, dtype=torch.float64), x, x, mask=MASK[:, None])
    output, weights = pool(x, MASK)
    close(output.detach(), wanted[:, 0].detach())
    close(weights.detach(), shares[:, 0, 0].detach())


@pytest.mark.parametrize("name", ["mean", "max"])
def test_mean_and_maximum_are_a_loop_over_sequences_and_features(name):
    x = states().detach()
    output, weights = POOLS[name]()(x, MASK)
    for n in range(2):
        counted = [t for t in range(L) if MASK[n, t]]
        shares = [0.0] * L
        for d in range(D):
            column = {t: x[n, t, d].item() for t in counted}
            wanted = max(column.values()) if name == "max" else sum(column.values()) / len(column)
            close(output[n, d], wanted)
            best = max(column, key=column.get)
            for t in counted:
                shares[t] += (t == best) / D if name == "max" else 1 / len(column) / D
        close(weights[n], shares)


def test_the_number_of_parameters_is_that_of_the_formula():
    assert parameters(AttentionPool(D)) == D * D + D + D
    assert parameters(AttentionPool(D, hidden_dim=3)) == 3 * D + 3 + 3


# The edges


@every_pool
def test_weights_sum_to_one_and_where_nothing_counts_all_is_zero_and_no_gradient(make):
    x = states()
    output, weights = made(make)(x, MASK)
    close(weights.sum(dim=1).detach(), [1, 1, 0])
    assert not output[2].any() and not weights[~MASK].any()
    (gradient,) = torch.autograd.grad(output.square().sum(), x)
    assert not gradient[~MASK].any() and gradient[0].any()


@every_pool
def test_nan_behind_the_mask_reaches_neither_output_nor_gradient(make):
    pool = made(make)
    learned = list(pool.parameters()) if isinstance(pool, nn.Module) else []
    both = []
    for bad in (0.0, math.nan):
        x = states()
        with torch.no_grad():
            x[~MASK] = bad
        output, weights = pool(x, MASK)
        both.append([output, weights, *torch.autograd.grad(output.sum(), [x, *learned])])
    assert all(torch.equal(got, wanted) for got, wanted in zip(*both, strict=True))


@every_pool
def test_one_state_is_the_output_and_no_states_give_zeros(make):
    pool, x = made(make), states().detach()
    output, weights = pool(x[:, :1], MASK[:, :1])
    close(output.detach()[0], x[0, 0])
    output, weights = pool(x[:, :0], MASK[:, :0])
    assert output.shape == (N, D) and weights.shape == (N, 0) and not output.any()


@every_pool
def test_gradients_are_those_of_finite_differences(make):
    pool = made(make)
    assert torch.autograd.gradcheck(lambda x: pool(x, MASK)[0], [states()])


@pytest.mark.parametrize("name", ["attention", "max", "mean"])
def test_the_order_of_the_states_does_not_count_unless_it_is_the_last_that_is_wanted(name):
    pool, x = made(POOLS[name]), states().detach()
    order = [2, 0, 3, 1]
    output, weights = pool(x, MASK)
    turned, shares = pool(x[:, order], MASK[:, order])
    close(turned.detach(), output.detach())
    close(shares.detach(), weights[:, order].detach())


@every_pool
def test_nothing_is_written_on_the_states(make):
    x = states().detach()
    before = x.clone()
    made(make)(x, MASK)
    assert torch.equal(x, before)


# What is refused


@every_pool
def test_what_does_not_fit_is_refused_in_words(make):
    pool, x = made(make), states()
    with pytest.raises(ValueError, match=r"wanted states \(N, L, D\), got shape \(4, 5\)"):
        pool(x[0], MASK[0])
    with pytest.raises(ValueError, match=r"mask must be \(N, L\) = \(3, 4\), got \(2, 4\)"):
        pool(x, MASK[:2])
    with pytest.raises(TypeError, match="mask must be boolean, True = counts, got float64"):
        pool(x, MASK.double())
    with pytest.raises(TypeError, match="mask must be an array, got list"):
        pool(x, MASK.tolist())
    with pytest.raises(TypeError, match="states needs floating point, got int64"):
        pool(x.long(), MASK)


def test_a_pool_says_which_states_it_was_made_for():
    with pytest.raises(ValueError, match=r"the layer has state_dim = 5, got states \(3, 4, 4\)"):
        AttentionPool(D).double()(states()[..., :4], MASK)
    with pytest.raises(TypeError, match="the layer and states must have one dtype, got float32 and float64"):
        AttentionPool(D)(states(), MASK)
    with pytest.raises(ValueError, match="hidden_dim must be 1 or more, got 0"):
        AttentionPool(D, hidden_dim=0)
