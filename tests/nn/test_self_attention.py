"""Self-attention, literal and projected: by hand, against torch's own, at the edges, and what is refused."""

import math

import pytest
import torch
from arrays import in_every_torch_dtype
from layers import close, tensor
from torch import nn
from torch.nn import functional as F

from attn_core import masks
from attn_core.measure import parameters
from attn_core.nn import MultiHeadAttention, SelfAttention

B, L, D = 2, 5, 4
LAYERS = {
    "literal": lambda: SelfAttention(D, projection=nn.Identity),
    "projected": lambda: SelfAttention(D),
}
every_layer = pytest.mark.parametrize("make", LAYERS.values(), ids=LAYERS)


def made(make):
    torch.manual_seed(0)
    return make().double()


def sequence(width=D):
    generator = torch.Generator().manual_seed(0)
    return torch.randn(B, L, width, generator=generator, dtype=torch.float64, requires_grad=True)


# By hand


def test_literal_self_attention_weighs_by_the_dot_product_with_itself():
    root = math.sqrt(math.log(3))
    output, weights = SelfAttention(1, projection=nn.Identity)(tensor([[[root], [0.0]]]))
    close(weights, [[[[0.75, 0.25], [0.5, 0.5]]]])  # scores log 3 and 0, then 0 and 0
    close(output, [[[0.75 * root], [0.5 * root]]])


def test_vectors_of_a_descending_staircase_look_at_the_one_before():
    stairs = tensor([[[16.0, 0.0], [4.0, 4.0], [0.0, 2.0], [-0.5, 0.5]]])  # each turned by 45° and 2√2 times shorter
    _, weights = SelfAttention(2, projection=nn.Identity)(stairs)
    assert weights[0, 0].argmax(-1).tolist() == [0, 0, 1, 2]


def test_each_projection_does_its_own_work():
    layer = SelfAttention(1).double()
    for projection, weight, bias in (
        (layer.query_proj, 2.0, 0.0),
        (layer.key_proj, 0.0, math.log(3) / 2),
        (layer.value_proj, 10.0, 1.0),
    ):
        nn.init.constant_(projection.weight, weight)
        nn.init.constant_(projection.bias, bias)
    # the key is ½ log 3 at every position: equal weights, whatever is asked
    output, weights = layer(tensor([[[1.0], [3.0]]]))
    close(weights, [[[[0.5, 0.5], [0.5, 0.5]]]])
    close(output, [[[21.0], [21.0]]])
    nn.init.constant_(layer.key_proj.weight, math.log(3) / 2)
    _, weights = layer(tensor([[[1.0], [0.0]]]))
    close(weights, [[[[0.75, 0.25], [0.5, 0.5]]]])  # scores 2 log 3 and log 3, then 0 and 0


def test_the_parameters_are_those_of_three_projections_or_none():
    assert parameters(SelfAttention(6)) == 3 * (6 * 6 + 6)
    assert parameters(SelfAttention(6, projection=nn.Identity)) == 0


# Against torch


@pytest.mark.parametrize("masked", [False, True], ids=["no mask", "causal"])
def test_literal_is_what_torch_computes_from_the_same_tensor_three_times(masked):
    x = sequence()
    output, weights = LAYERS["literal"]()(x, mask=masks.causal(L, L, like=x) if masked else None)
    four = x[:, None]
    close(output, F.scaled_dot_product_attention(four, four, four, is_causal=masked)[:, 0])
    logits = x @ x.mT / D**0.5
    if masked:
        logits = logits.masked_fill(~torch.ones(L, L).tril().bool(), -math.inf)
    close(weights[:, 0], logits.softmax(-1))


def test_projected_is_torchs_layer_with_one_head_and_nothing_after_it():
    layer, x = made(LAYERS["projected"]), sequence()
    theirs = nn.MultiheadAttention(D, 1, batch_first=True).double()
    projections = [layer.query_proj, layer.key_proj, layer.value_proj]
    with torch.no_grad():
        theirs.in_proj_weight.copy_(torch.cat([projection.weight for projection in projections]))
        theirs.in_proj_bias.copy_(torch.cat([projection.bias for projection in projections]))
        nn.init.eye_(theirs.out_proj.weight)
    mask = torch.rand(L, L, generator=torch.Generator().manual_seed(1)) < 0.7
    mask[:, 0] = True
    wanted, wanted_weights = theirs(x, x, x, attn_mask=~mask)  # there, True = may not
    output, weights = layer(x, mask=mask)
    close(output, wanted)
    close(weights[:, 0], wanted_weights)


def test_projected_is_multi_head_attention_with_one_head():
    torch.manual_seed(0)
    many = MultiHeadAttention(D, 1).double()
    nn.init.eye_(many.output_proj.weight)
    nn.init.zeros_(many.output_proj.bias)
    layer = made(LAYERS["projected"])
    layer.load_state_dict({name: tensor for name, tensor in many.state_dict().items() if "output" not in name})
    x = sequence()
    for got, wanted in zip(layer(x), many(x, x, x), strict=True):
        close(got, wanted)


# What the literal form cannot help


def test_literal_scores_are_symmetric_and_with_equal_lengths_the_largest_is_ones_own():
    x = sequence()
    equal = F.normalize(x, dim=-1)
    for given in (x, equal):
        _, weights = LAYERS["literal"]()(given)
        gaps = torch.log(weights[:, 0])  # scores, but for one number a row
        gaps = gaps - gaps.diagonal(dim1=-2, dim2=-1)[..., None]
        squares = (given**2).sum(-1)
        # s_ij − s_ii, as i sees it, and s_ji − s_jj, as j sees it, differ by the squares of their lengths alone
        close(gaps - gaps.mT, (squares[:, None, :] - squares[:, :, None]) / D**0.5)
    assert torch.equal(weights[:, 0].argmax(-1), torch.arange(L).expand(B, L))


def test_projected_scores_need_not_be_symmetric():
    layer, x = made(LAYERS["projected"]), sequence()
    scores = layer.query_proj(x) @ layer.key_proj(x).mT
    assert (scores - scores.mT).abs().max() > 0.1


# The edges


@every_layer
def test_position_with_nothing_to_attend_gets_zeros(make):
    layer, x = made(make), sequence()
    mask = torch.ones(B, L, L, dtype=torch.bool)
    mask[0, 1] = False
    output, weights = layer(x, mask=mask)
    assert not output[0, 1].any() and not weights[0, 0, 1].any()
    assert output[0, 0].any() and output[1, 1].any()


@every_layer
def test_a_first_position_that_sees_only_what_came_before_gets_zeros(make):
    x = sequence()
    output, _ = made(make)(x, mask=masks.causal(L, L, offset=-1, like=x))
    assert not output[:, 0].any() and output[:, 1].any()


@every_layer
def test_nan_behind_a_mask_of_both_sides_reaches_neither_output_nor_gradient(make):
    layer = made(make)
    real = masks.padding(torch.tensor([3, 0]), L)  # (B, 1, L)
    both = []
    for bad in (0.0, math.nan):
        x = sequence()
        with torch.no_grad():
            x[0, 3:], x[1] = bad, bad
        output = layer.output(x, mask=real & real.mT)
        both.append([output, *torch.autograd.grad(output.sum(), [x, *layer.parameters()])])
    assert all(torch.equal(got, wanted) for got, wanted in zip(*both, strict=True))
    assert both[0][0][0, :3].all() and not both[0][0][1].any()


@every_layer
def test_what_is_no_key_for_anybody_may_still_ask(make):
    layer, x = made(make), sequence()
    real = masks.padding(torch.tensor([3, 3]), L)
    output, weights = layer(x, mask=real)
    assert not weights[..., 3:].any() and output[:, 3:].any()


@every_layer
def test_the_order_of_the_sequence_changes_nothing_but_the_order(make):
    layer, x = made(make), sequence()
    order = torch.tensor([3, 1, 4, 0, 2])
    close(layer.output(x[:, order]), layer.output(x)[:, order])


@every_layer
def test_a_sequence_may_have_one_position_or_none(make):
    layer, x = made(make), sequence()
    output, weights = layer(x[:, :1])
    close(weights, torch.ones(B, 1, 1, 1))
    close(output, layer.value_proj(x[:, :1]))
    output, weights = layer(x[:, :0])
    assert output.shape == (B, 0, D) and weights.shape == (B, 1, 0, 0)


@every_layer
def test_the_output_alone_is_the_same_and_the_input_stays(make):
    layer, x = made(make), sequence()
    before = x.detach().clone()
    mask = torch.rand(B, L, L, generator=torch.Generator().manual_seed(1)) < 0.5
    assert torch.equal(layer.output(x, mask=mask), layer(x, mask=mask[:, None])[0])
    assert torch.equal(x, before)


@every_layer
def test_gradients_are_those_of_finite_differences(make):
    layer, x = made(make), sequence()
    mask = masks.causal(L, L, offset=-1, like=x)
    assert torch.autograd.gradcheck(lambda x: layer(x, mask=mask), [x])


@every_layer
@in_every_torch_dtype
def test_it_runs_in_every_dtype_and_keeps_it(kind, make):
    layer = made(make).to(kind.native)
    x = sequence().detach().to(kind.native) / 4
    output, weights = layer(x)
    assert output.dtype == weights.dtype == kind.native
    close(output, layer.double()(x.double())[0], atol=16 * kind.limits.eps)


# What is refused


@pytest.mark.parametrize(
    ("dim", "error", "said"),
    [
        (0, ValueError, "model_dim must be 1 or more, got 0"),
        (1.5, TypeError, "model_dim must be an integer, got 1.5"),
    ],
)
def test_sizes_that_make_no_sense_are_refused(dim, error, said):
    with pytest.raises(error, match=said):
        SelfAttention(dim)


@every_layer
def test_what_does_not_fit_is_refused_in_words(make):
    layer, x = made(make), sequence()
    with pytest.raises(ValueError, match=r"the layer has model_dim = 4, got x \(2, 5, 3\)"):
        layer(x[..., :3])
    with pytest.raises(ValueError, match=r"wanted x \(B, L, D\), got shape \(5, 4\)"):
        layer(x[0])
    with pytest.raises(TypeError, match="x must be an array, got list"):
        layer([[[1.0]]])
    with pytest.raises(TypeError, match="x needs floating point, got int64"):
        layer(x.long())
    with pytest.raises(TypeError, match="mask must be boolean, True = may attend"):
        layer(x, mask=torch.ones(L, L))
    with pytest.raises(ValueError, match="mask must broadcast against scores"):
        layer(x, mask=torch.ones(L, L + 1, dtype=torch.bool))


def test_another_dtype_than_that_of_the_parameters_is_refused():
    with pytest.raises(TypeError, match="the layer and x must have one dtype, got float64 and float32"):
        made(LAYERS["projected"])(sequence().float())
