"""Published attention pools: by hand, against loops and each other, what does not count, and what is refused."""

import math
import re

import pytest
import torch
from layers import close, tensor
from torch import nn

from attn_core.measure import parameters
from attn_core.nn import AttentionPool, FeedForwardPool, QueryPool, StructuredPool, redundancy

N, L, D, Q, H, R = 3, 4, 5, 6, 2, 3
MASK = torch.tensor([[True, True, True, True], [False, True, True, False], [False, False, False, False]])
QUERY = torch.randn(N, Q, dtype=torch.float64, generator=torch.Generator().manual_seed(7))
POOLS = {
    "structured": lambda: StructuredPool(D, hidden_dim=H, rows=R),
    "feed-forward": lambda: FeedForwardPool(D),
    "query": lambda: _Asked(QueryPool(D, Q, hidden_dim=H)),
}
every_pool = pytest.mark.parametrize("make", POOLS.values(), ids=POOLS.keys())


class _Asked(nn.Module):
    """A pool with its query, so that it is called as the others are."""

    def __init__(self, pool):
        super().__init__()
        self.pool = pool

    def forward(self, states, mask):
        return self.pool(states, mask, QUERY)


def states(seed=0):
    generator = torch.Generator().manual_seed(seed)
    return torch.randn(N, L, D, dtype=torch.float64, generator=generator).requires_grad_()


def made(make):
    torch.manual_seed(0)
    return make().double()


def soft(scores):
    total = sum(math.exp(score) for score in scores)
    return [math.exp(score) / total for score in scores]


# By hand


def test_a_score_that_is_a_tanh_makes_no_weight_more_than_e_squared_times_another():
    pool = FeedForwardPool(1).double()
    nn.init.ones_(pool.key_proj.weight), nn.init.zeros_(pool.key_proj.bias)
    _, weights = pool(tensor([[[-1e3], [1e3]]]), torch.ones(1, 2, dtype=torch.bool))
    close(weights.detach(), [soft([-1, 1])])


def test_a_query_finds_the_state_at_its_angle_and_a_temperature_sharpens_it():
    for temperature in (1.0, 0.1):
        pool = QueryPool(2, 2, hidden_dim=2, temperature=temperature).double()
        nn.init.eye_(pool.key_proj.weight), nn.init.eye_(pool.query_proj.weight)
        x = tensor([[[3.0, 0.0], [0.0, 0.5], [-7.0, 0.0]]])
        output, weights = pool(x, torch.ones(1, 3, dtype=torch.bool), tensor([[100.0, 0.0]]))
        wanted = soft([1 / temperature, 0, -1 / temperature])
        close(weights.detach(), [wanted])
        close(output.detach(), [[3 * wanted[0] - 7 * wanted[2], 0.5 * wanted[1]]])


def test_rows_at_one_place_are_redundant_and_rows_at_places_of_their_own_are_not():
    close(redundancy(tensor([[1.0, 0.0], [1.0, 0.0]])), 2)
    close(redundancy(tensor([[[0.0, 1.0], [1.0, 0.0]], [[0.5, 0.5], [0.5, 0.5]]])), [0, 4 * 0.5**2])


# Against other ways to compute it


def test_structured_attention_is_a_loop_over_rows_and_states():
    pool, x = made(POOLS["structured"]), states().detach()
    output, weights = pool(x, MASK)
    for n in range(2):
        counted = [t for t in range(L) if MASK[n, t]]
        for r in range(R):
            shares = soft([(pool.query[r] @ torch.tanh(pool.key_proj.weight @ x[n, t])).item() for t in counted])
            close(weights[n, r, counted].detach(), shares)
            close(output[n, r].detach(), sum(share * x[n, t] for share, t in zip(shares, counted, strict=True)))


def test_one_row_is_attention_pooling_without_a_bias():
    pool, single = made(lambda: StructuredPool(D, hidden_dim=H, rows=1)), AttentionPool(D, hidden_dim=H).double()
    with torch.no_grad():
        single.key_proj.weight[:], single.query[:] = pool.key_proj.weight, pool.query
        single.key_proj.bias[:] = 0
    close(pool(states(), MASK)[0][:, 0].detach(), single(states(), MASK)[0].detach())


def test_feed_forward_attention_is_a_loop_over_states():
    pool, x = made(POOLS["feed-forward"]), states().detach()
    output, weights = pool(x, MASK)
    weight, bias = pool.key_proj.weight[0], pool.key_proj.bias[0]
    for n in range(2):
        counted = [t for t in range(L) if MASK[n, t]]
        shares = soft([math.tanh((weight @ x[n, t] + bias).item()) for t in counted])
        close(weights[n, counted].detach(), shares)
        close(output[n].detach(), sum(share * x[n, t] for share, t in zip(shares, counted, strict=True)))


@pytest.mark.parametrize("temperature", [1.0, 0.2])
def test_a_query_from_outside_is_a_loop_over_states(temperature):
    pool = made(lambda: QueryPool(D, Q, hidden_dim=H, temperature=temperature))
    x = states().detach()
    output, weights = pool(x, MASK, QUERY)
    for n in range(2):
        counted = [t for t in range(L) if MASK[n, t]]
        asked = pool.query_proj.weight @ QUERY[n]
        keys = [pool.key_proj.weight @ x[n, t] for t in counted]
        shares = soft([(asked @ key / asked.norm() / key.norm()).item() / temperature for key in keys])
        close(weights[n, counted].detach(), shares)
        close(output[n].detach(), sum(share * x[n, t] for share, t in zip(shares, counted, strict=True)))


def test_redundancy_is_a_loop_over_pairs_of_rows():
    weights = torch.softmax(states().detach(), dim=-1)  # (N, R, L) by another name
    wanted = [
        sum(
            (sum(a * b for a, b in zip(p, q, strict=True)) - (i == j)) ** 2
            for i, p in enumerate(m)
            for j, q in enumerate(m)
        )
        for m in weights.tolist()
    ]
    close(redundancy(weights), wanted)


def test_the_number_of_parameters_is_that_of_the_formula():
    assert parameters(StructuredPool(D, hidden_dim=H, rows=R)) == H * D + R * H
    assert parameters(FeedForwardPool(D)) == D + 1
    assert parameters(QueryPool(D, Q, hidden_dim=H)) == H * D + H * Q


# The edges


@every_pool
def test_weights_sum_to_one_and_where_nothing_counts_all_is_zero_and_no_gradient(make):
    x = states()
    output, weights = made(make)(x, MASK)
    sums = weights.sum(dim=-1).detach()
    close(sums, torch.tensor([1.0, 1.0, 0.0]).reshape(N, *[1] * (sums.ndim - 1)).expand_as(sums))
    assert not output[2].any() and not weights.movedim(-1, 1)[~MASK].any()
    (gradient,) = torch.autograd.grad(output.square().sum(), x)
    assert not gradient[~MASK].any() and gradient[0].any()


@every_pool
def test_nan_behind_the_mask_reaches_neither_output_nor_gradient(make):
    pool, both = made(make), []
    for bad in (0.0, math.nan):
        x = states()
        with torch.no_grad():
            x[~MASK] = bad
        output, weights = pool(x, MASK)
        both.append([output, weights, *torch.autograd.grad(output.sum(), [x, *pool.parameters()])])
    assert all(torch.equal(got, wanted) for got, wanted in zip(*both, strict=True))


@every_pool
def test_gradients_are_those_of_finite_differences(make):
    pool = made(make)
    assert torch.autograd.gradcheck(lambda x: pool(x, MASK)[0], [states()])


@every_pool
def test_no_states_give_zeros_and_nothing_is_written_on_the_states(make):
    pool, x = made(make), states().detach()
    before = x.clone()
    assert not pool(x[:, :0], MASK[:, :0])[0].any()
    pool(x, MASK)
    assert torch.equal(x, before)


# What is refused


@every_pool
def test_what_does_not_fit_is_refused_in_words(make):
    pool, x = made(make), states()
    with pytest.raises(ValueError, match=r"mask must be \(N, L\) = \(3, 4\), got \(2, 4\)"):
        pool(x, MASK[:2])
    with pytest.raises(ValueError, match=r"the layer has state_dim = 5, got states \(3, 4, 4\)"):
        pool(x[..., :4], MASK)
    with pytest.raises(TypeError, match="the layer and states must have one dtype, got float64 and float32"):
        pool(x.float(), MASK)


def test_a_query_that_does_not_fit_and_sizes_that_make_no_pool_are_refused():
    pool = QueryPool(D, Q, hidden_dim=H).double()
    with pytest.raises(ValueError, match=r"query must be \(N, query_dim\) = \(3, 6\), got \(2, 6\)"):
        pool(states(), MASK, QUERY[:2])
    with pytest.raises(TypeError, match="states and query must have one dtype, got float64 and float32"):
        pool(states(), MASK, QUERY.float())
    for temperature in (0, -1.0, math.inf, "hot"):
        with pytest.raises(ValueError, match=re.escape(f"temperature must be a positive number, got {temperature!r}")):
            QueryPool(D, Q, hidden_dim=H, temperature=temperature)
    with pytest.raises(ValueError, match="rows must be 1 or more, got 0"):
        StructuredPool(D, hidden_dim=H, rows=0)
    with pytest.raises(ValueError, match=r"wanted weights \(..., R, L\), got shape \(2,\)"):
        redundancy(torch.ones(2))
