"""Attention with one head: by hand, against the functions and a loop, at the edges, and what is refused."""

import math

import pytest
import torch
from arrays import in_every_torch_dtype
from layers import close, tensor
from torch import nn

from attn_core import masks
from attn_core.measure import parameters
from attn_core.nn import AdditiveAttention, DotAttention, GeneralAttention

B, LQ, LK, DQ, DK, DV, H = 2, 3, 4, 5, 5, 6, 7
LAYERS = {
    "additive": lambda: AdditiveAttention(DQ, DK, H),
    "dot": lambda: DotAttention(DQ, DK),
    "general": lambda: GeneralAttention(DQ, DK),
}
every_layer = pytest.mark.parametrize("make", LAYERS.values(), ids=LAYERS.keys())


def made(make):
    torch.manual_seed(0)
    return make().double()


def inputs():
    generator = torch.Generator().manual_seed(0)
    shapes = (B, LQ, DQ), (B, LK, DK), (B, LK, DV)
    return [torch.randn(shape, generator=generator, dtype=torch.float64, requires_grad=True) for shape in shapes]


# By hand


def test_dot_weighs_by_the_dot_product():
    query, key = tensor([[[math.log(3)]]]), tensor([[[1.0], [0.0]]])
    output, weights = DotAttention(1, 1)(query, key, tensor([[[8.0], [0.0]]]))
    close(weights, [[[[0.75, 0.25]]]])
    close(output, [[[6.0]]])


def test_general_asks_through_its_matrix():
    layer = GeneralAttention(2, 1).double()
    nn.init.constant_(layer.weight, math.log(3))
    _, weights = layer(tensor([[[2.0, -1.0]]]), tensor([[[1.0], [0.0]]]), tensor([[[8.0], [0.0]]]))
    close(weights, [[[[0.75, 0.25]]]])


def test_additive_is_v_times_the_tanh_of_the_sum():
    layer = AdditiveAttention(1, 1, 1).double()
    for parameter, number in ((layer.query_weight, 1.0), (layer.key_weight, 2.0), (layer.v, math.log(3))):
        nn.init.constant_(parameter, number)
    # tanh(2 − 2) = 0, tanh(2 + 98) = 1
    _, weights = layer(tensor([[[2.0]]]), tensor([[[-1.0], [49.0]]]), tensor([[[8.0], [0.0]]]))
    close(weights, [[[[0.25, 0.75]]]])


# Against a loop over pairs

SCORES = {
    "additive": lambda layer, q, k: torch.tanh(q @ layer.query_weight + k @ layer.key_weight) @ layer.v,
    "dot": lambda layer, q, k: q @ k,
    "general": lambda layer, q, k: q @ layer.weight @ k,
}


@pytest.mark.parametrize("name", LAYERS)
def test_it_is_a_loop_over_queries_and_keys(name):
    layer = made(LAYERS[name]).requires_grad_(False)
    query, key, value = (x.detach() for x in inputs())
    mask = torch.rand(B, LQ, LK, generator=torch.Generator().manual_seed(1)) < 0.7
    output, weights = layer(query, key, value, mask=mask)
    assert weights.shape == (B, 1, LQ, LK)
    for b in range(B):
        for i in range(LQ):
            seen = [j for j in range(LK) if mask[b, i, j]]
            powers = {j: math.exp(SCORES[name](layer, query[b, i], key[b, j])) for j in seen}
            shares = [powers.get(j, 0.0) / sum(powers.values()) for j in range(LK)]
            close(weights[b, 0, i], shares)
            close(output[b, i], sum(shares[j] * value[b, j] for j in range(LK)))


@every_layer
def test_the_output_alone_is_the_same(make):
    layer, given = made(make), inputs()
    assert torch.equal(layer.output(*given), layer(*given)[0])


def test_the_number_of_parameters_is_that_of_the_formula():
    assert parameters(AdditiveAttention(DQ, 9, H)) == DQ * H + 9 * H + H
    assert parameters(GeneralAttention(DQ, 9)) == DQ * 9
    assert parameters(DotAttention(DQ, DQ)) == 0


# The edges


@every_layer
def test_query_with_nothing_to_attend_gets_zeros_and_no_gradient(make):
    layer, given = made(make), inputs()
    mask = torch.ones(B, LQ, LK, dtype=torch.bool)
    mask[0, 1] = False
    output, weights = layer(*given, mask=mask)
    assert not output[0, 1].any() and not weights[0, 0, 1].any()
    (gradient,) = torch.autograd.grad(output.sum() + weights.square().sum(), given[:1])
    assert not gradient[0, 1].any() and gradient[0, 0].any()


@every_layer
def test_nan_behind_a_mask_reaches_neither_output_nor_gradient(make):
    layer = made(make)
    mask = masks.padding(torch.tensor([3, 0]), LK)
    both = []
    for bad in (0.0, math.nan):
        given = inputs()
        with torch.no_grad():
            given[0][1] = bad
            for x in given[1:]:
                x[0, 3:], x[1] = bad, bad
        output = layer.output(*given, mask=mask)
        both.append([output, *torch.autograd.grad(output.sum(), given + list(layer.parameters()))])
    assert all(torch.equal(got, wanted) for got, wanted in zip(*both, strict=True))


@every_layer
def test_without_keys_there_are_zeros_and_without_queries_nothing(make):
    layer = made(make)
    query, key, value = inputs()
    output, weights = layer(query, key[:, :0], value[:, :0])
    assert output.shape == (B, LQ, DV) and weights.shape == (B, 1, LQ, 0) and not output.any()
    output, weights = layer(query[:, :0], key, value)
    assert output.shape == (B, 0, DV) and weights.shape == (B, 1, 0, LK)


@every_layer
def test_one_key_takes_all(make):
    query, key, value = inputs()
    output, weights = made(make)(query, key[:, :1], value[:, :1])
    close(weights, torch.ones(B, 1, LQ, 1))
    close(output, value[:, :1].expand(B, LQ, DV))


@every_layer
def test_a_mask_for_the_one_head_is_the_mask(make):
    layer, given = made(make), inputs()
    mask = torch.rand(B, LQ, LK, generator=torch.Generator().manual_seed(1)) < 0.5
    assert torch.equal(layer.output(*given, mask=mask), layer.output(*given, mask=mask[:, None]))


@every_layer
def test_gradients_are_those_of_finite_differences(make):
    layer = made(make)
    mask = masks.padding(torch.tensor([4, 2]), LK)
    assert torch.autograd.gradcheck(lambda *given: layer(*given, mask=mask), inputs())


def test_the_gradients_of_the_parameters_are_those_of_finite_differences():
    def outputs(query_weight, key_weight, v):
        parts = {"query_weight": query_weight, "key_weight": key_weight, "v": v}
        return torch.func.functional_call(layer, parts, tuple(inputs()))

    layer = made(LAYERS["additive"])
    assert torch.autograd.gradcheck(outputs, list(layer.parameters()))


@every_layer
@in_every_torch_dtype
def test_it_runs_in_every_dtype_and_keeps_it(kind, make):
    layer = made(make).to(kind.native)
    given = [x.detach().to(kind.native) / 4 for x in inputs()]
    output, weights = layer(*given)
    wanted, _ = layer.double()(*(x.double() for x in given))
    assert output.dtype == weights.dtype == kind.native
    close(output, wanted, atol=16 * kind.limits.eps)


@every_layer
def test_the_seed_of_torch_decides_the_parameters(make):
    layers = []
    for seed in (3, 3, 4):
        torch.manual_seed(seed)
        layers.append(torch.cat([torch.zeros(0), *(parameter.flatten() for parameter in make().parameters())]))
    assert torch.equal(layers[0], layers[1])
    assert not layers[0].numel() or not torch.equal(layers[0], layers[2])


def test_parameters_are_drawn_as_wide_as_those_of_a_linear_layer():
    torch.manual_seed(0)
    layer, linear = GeneralAttention(100, 50), nn.Linear(100, 50, bias=False)
    for weight in (layer.weight, linear.weight):
        assert 0.099 < weight.max() <= 0.1 and -0.1 <= weight.min() < -0.099


# What is refused


@pytest.mark.parametrize(
    ("make", "error", "said"),
    [
        (lambda: DotAttention(4, 5), ValueError, "query_dim = key_dim, got 4 and 5: GeneralAttention takes any"),
        (lambda: DotAttention(0, 0), ValueError, "query_dim must be 1 or more, got 0"),
        (lambda: GeneralAttention(4, 1.5), TypeError, "key_dim must be an integer, got 1.5"),
        (lambda: AdditiveAttention(4, 5, -1), ValueError, "hidden_dim must be 1 or more, got -1"),
    ],
)
def test_sizes_that_make_no_sense_are_refused(make, error, said):
    with pytest.raises(error, match=said):
        make()


@every_layer
def test_what_does_not_fit_is_refused_in_words(make):
    layer = made(make)
    query, key, value = inputs()
    with pytest.raises(ValueError, match=r"the layer has query_dim = 5, got query \(2, 3, 4\)"):
        layer(query[..., :4], key, value)
    with pytest.raises(ValueError, match=r"the layer has key_dim = 5, got key \(2, 4, 4\)"):
        layer(query, key[..., :4], value)
    with pytest.raises(ValueError, match=r"wanted query \(B, Lq, Dq\), got shape \(3, 5\)"):
        layer(query[0], key, value)
    with pytest.raises(TypeError, match="mask must be boolean, True = may attend"):
        layer(query, key, value, mask=torch.ones(LQ, LK))
    with pytest.raises(ValueError, match=r"mask must broadcast against \(1, 3, 4\), got \(2, 3, 4\)"):
        layer(query[:1], key[:1], value[:1], mask=torch.ones(B, LQ, LK, dtype=torch.bool))


@pytest.mark.parametrize("name", ["additive", "general"])
def test_another_dtype_than_that_of_the_parameters_is_refused(name):
    with pytest.raises(TypeError, match="the layer and query must have one dtype, got float32 and float64"):
        made(LAYERS[name]).float()(*inputs())
