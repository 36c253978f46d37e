"""Attention that chooses a place: by hand, against the functions, at the edges, and what is refused."""

import math
from functools import partial

import pytest
import torch
from arrays import in_every_torch_dtype
from layers import close, tensor
from torch import nn

from attn_core import local, masks, softmax
from attn_core.estimators import gumbel_softmax, reinforce, sample, straight_through
from attn_core.measure import parameters
from attn_core.nn import (
    AdditiveAttention,
    DotAttention,
    GeneralAttention,
    HardAttention,
    LocalAttention,
    LuongDecoder,
    Sizes,
)

B, LQ, LK, DQ, DK, DV = 2, 3, 6, 4, 5, 7
DRAWS = {"sample": sample, "straight_through": straight_through, "gumbel": partial(gumbel_softmax, temperature=0.5)}
LAYERS = {
    **{
        name: partial(lambda draw: HardAttention(GeneralAttention(DQ, DK), draw=draw), draw)
        for name, draw in DRAWS.items()
    },
    "local": lambda: LocalAttention(GeneralAttention(DQ, DK), window=2, hidden_dim=3),
}
every_layer = pytest.mark.parametrize("make", LAYERS.values(), ids=LAYERS.keys())


def made(make):
    torch.manual_seed(0)
    return make().double()


def inputs():
    generator = torch.Generator().manual_seed(0)
    shapes = (B, LQ, DQ), (B, LK, DK), (B, LK, DV)
    return [torch.randn(shape, generator=generator, dtype=torch.float64, requires_grad=True) for shape in shapes]


# By hand, and against the functions


def test_hard_attention_takes_the_best_key_and_the_first_of_two():
    layer = HardAttention(DotAttention(1, 1)).eval()
    key, value = tensor([[[1.0], [3.0], [3.0], [2.0]]]), tensor([[[10.0], [20.0], [30.0], [40.0]]])
    output, weights = layer(tensor([[[1.0], [-1.0]]]), key, value)
    close(weights, [[[[0, 1, 0, 0], [1, 0, 0, 0]]]])
    close(output, [[[20], [10]]])


def test_in_training_a_key_is_drawn_as_often_as_its_probability_says():
    layer = HardAttention(DotAttention(1, 1), draw=sample)
    query, key = tensor([[[1.0]]]).expand(1, 10_000, 1), tensor([[[0.0], [math.log(3)]]])
    torch.manual_seed(0)
    output, weights = layer(query, key, tensor([[[0.0], [1.0]]]))
    close(layer.probabilities(query[:, :1], key), [[[[0.25, 0.75]]]])
    close(output.mean(), 0.75, atol=4 * math.sqrt(0.25 * 0.75 / 10_000))
    assert set(weights.unique().tolist()) == {0.0, 1.0}


def test_probabilities_are_the_softmax_of_the_scores_and_nothing_is_drawn():
    layer, (query, key, _) = made(LAYERS["sample"]), inputs()
    mask = masks.padding(torch.tensor([4, 0]), LK)
    state = torch.get_rng_state()
    scores = layer.scores(query, key, mask=mask)
    close(scores[0, 0, :, :4], layer.scorer.score(query[0], key[0, :4]))
    assert (scores[0, 0, :, 4:] == -math.inf).all() and (scores[1] == -math.inf).all()
    close(layer.probabilities(query, key, mask=mask), softmax(scores))
    assert torch.equal(torch.get_rng_state(), state)


def test_reinforce_moves_a_layer_to_the_place_that_is_worth_most():
    torch.manual_seed(0)
    layer = HardAttention(GeneralAttention(1, 3), draw=sample)
    query, key = torch.ones(64, 1, 1), torch.eye(3).expand(64, 3, 3)
    optimizer = torch.optim.Adam(layer.parameters(), lr=0.1)
    for _ in range(60):
        reward, weights = layer(query, key, key[..., 2:])
        loss = -reward[:, None, :, 0].detach()
        optimizer.zero_grad()
        reinforce(layer.scores(query, key), weights, loss, baseline=loss.mean()).mean().backward()
        optimizer.step()
    assert layer.probabilities(query[:1], key[:1])[0, 0, 0, 2] > 0.9


def test_local_is_the_predicted_centre_and_what_is_near_it():
    layer, (query, key, value) = made(LAYERS["local"]), inputs()
    lengths = torch.tensor([6, 4])
    mask = masks.padding(lengths, LK)
    output, weights = layer(query, key, value, mask=mask)
    centre = layer.centre(query, key, mask=mask)
    close(centre[:, 0], local.predict_centre(query, layer.query_weight, layer.v, length=lengths))
    for b, length in enumerate(lengths):
        given = query[b], key[b, :length], value[b, :length]
        due, shares = local.predictive(*given, centre[b, 0], window=2, score=layer.scorer.score)
        close(output[b], due)
        close(weights[b, 0, :, :length], shares)


def test_the_number_of_parameters_is_that_of_the_formula():
    assert parameters(LocalAttention(GeneralAttention(DQ, DK), window=1, hidden_dim=3)) == DQ * DK + DQ * 3 + 3
    assert parameters(HardAttention(AdditiveAttention(DQ, DK, 3))) == (DQ + DK + 1) * 3


@pytest.mark.parametrize("wrap", [HardAttention, partial(LocalAttention, window=2, hidden_dim=4)])
def test_a_decoder_takes_it_for_its_attention(wrap):
    torch.manual_seed(0)
    decoder = LuongDecoder(Sizes(10, 12), attention=lambda *dims: wrap(GeneralAttention(*dims))).eval()
    states, mask = torch.randn(2, 5, 64), masks.padding(torch.tensor([5, 2]), 5)[:, 0]
    _, weights = decoder.generate(states, mask, states[:, -1], most=3)
    assert weights.shape == (2, 3, 5) and not weights[1, :, 2:].any() and (weights.sum(dim=-1) > 0).all()


@pytest.mark.parametrize("name", ["straight_through", "gumbel", "local"])
def test_the_scores_learn(name):
    layer = made(LAYERS[name])
    torch.manual_seed(1)
    layer.output(*inputs()).square().sum().backward()
    assert all(parameter.grad.abs().sum() > 0 for parameter in layer.parameters())


def test_local_gradients_are_those_of_finite_differences():
    layer, mask = made(LAYERS["local"]), masks.padding(torch.tensor([6, 4]), LK)
    assert torch.autograd.gradcheck(lambda *given: layer(*given, mask=mask), inputs())


# The edges


@every_layer
@pytest.mark.parametrize("training", [True, False])
def test_query_with_nothing_to_attend_gets_zeros_and_no_gradient(make, training):
    layer, given = made(make).train(training), inputs()
    mask = torch.ones(B, LQ, LK, dtype=torch.bool)
    mask[0, 1] = False
    output, weights = layer(*given, mask=mask)
    assert not output[0, 1].any() and not weights[0, 0, 1].any()
    (gradient,) = torch.autograd.grad(output.square().sum() + 0 * given[0].sum(), given[:1])
    assert not gradient[0, 1].any()


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
        torch.manual_seed(0)
        output = layer.output(*given, mask=mask)
        leaves = given + list(layer.parameters())
        total = output.sum() + 0 * sum(leaf.nan_to_num().sum() for leaf in leaves)
        both.append([output, *torch.autograd.grad(total, leaves)])
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
def test_the_output_alone_and_a_mask_for_the_one_head_are_the_same(make):
    layer, given = made(make), inputs()
    mask = torch.rand(B, LQ, LK, generator=torch.Generator().manual_seed(1)) < 0.5
    found = []
    for call in (layer.output, lambda *x, mask: layer(*x, mask=mask)[0]):
        for each in (mask, mask[:, None]):
            torch.manual_seed(0)
            found.append(call(*given, mask=each))
    assert all(torch.equal(found[0], other) for other in found[1:])


@every_layer
@in_every_torch_dtype
def test_it_runs_in_every_dtype_and_keeps_it(kind, make):
    layer = made(make).to(kind.native)
    output, weights = layer(*(x.detach().to(kind.native) / 4 for x in inputs()))
    assert output.dtype == weights.dtype == kind.native and torch.isfinite(output).all()


def test_the_seed_of_torch_decides_the_draw():
    layer, given, drawn = made(LAYERS["sample"]), inputs(), []
    for seed in (3, 3, 5):
        torch.manual_seed(seed)
        drawn.append(layer(*given)[1])
    assert torch.equal(*drawn[:2]) and not torch.equal(*drawn[1:])


# What is refused


@pytest.mark.parametrize(
    ("sizes", "error", "said"),
    [
        ({"window": 0, "hidden_dim": 3}, ValueError, "window must be 1 or more, got 0"),
        ({"window": 2, "hidden_dim": 1.5}, TypeError, "hidden_dim must be an integer, got 1.5"),
    ],
)
def test_sizes_that_make_no_sense_are_refused(sizes, error, said):
    with pytest.raises(error, match=said):
        LocalAttention(DotAttention(2, 2), **sizes)


@every_layer
def test_what_does_not_fit_is_refused_in_words(make):
    layer = made(make)
    query, key, value = inputs()
    with pytest.raises(ValueError, match=r"the layer has query_dim = 4, got query \(2, 3, 3\)"):
        layer(query[..., :3], key, value)
    with pytest.raises(TypeError, match="mask must be boolean, True = may attend"):
        layer(query, key, value, mask=torch.ones(LQ, LK))
    with pytest.raises(TypeError, match="the layer and query must have one dtype, got float64 and float32"):
        layer(query.float(), key.float(), value.float())


def test_a_scorer_is_any_layer_with_one_head():
    class Distance(nn.Module):
        query_dim = key_dim = 2

        def score(self, query, key):
            return -(query[..., :, None, :] - key[..., None, :, :]).square().sum(dim=-1)

    key = torch.tensor([[[0.0, 0.0], [3.0, 4.0]]])
    close(HardAttention(Distance()).eval()(key, key, key)[1], torch.eye(2)[None, None])
