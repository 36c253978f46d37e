"""Multi-head attention: by hand, against torch's own layer, at the edges, and what is refused."""

import math

import numpy as np
import pytest
import torch
from arrays import in_every_torch_dtype
from layers import close, tensor
from torch import nn

from attn_core import masks
from attn_core.measure import parameters
from attn_core.nn import MultiHeadAttention

B, H, LQ, LK = 2, 3, 4, 5


def identity(model_dim, num_heads):
    """All four projections give back what they get."""
    layer = MultiHeadAttention(model_dim, num_heads, bias=False).double()
    for parameter in layer.parameters():
        nn.init.eye_(parameter)
    return layer


def with_biases(layer):
    """Torch starts with biases of zero, where a mistake with a bias would not show."""
    generator = torch.Generator().manual_seed(1)
    for name, parameter in layer.named_parameters():
        if "bias" in name:
            nn.init.normal_(parameter, generator=generator)
    return layer.double()


def inputs(model_dim=6, key_dim=6, value_dim=6, batch=B):
    generator = torch.Generator().manual_seed(0)
    shapes = (batch, LQ, model_dim), (batch, LK, key_dim), (batch, LK, value_dim)
    return [torch.randn(shape, generator=generator, dtype=torch.float64, requires_grad=True) for shape in shapes]


def random_mask(*shape):
    """Each query may attend to something."""
    mask = torch.rand(shape, generator=torch.Generator().manual_seed(2)) < 0.6
    mask[..., 0] = True
    return mask


# By hand


def test_each_head_weighs_by_its_own_part_of_the_vectors():
    query = tensor([[[math.log(3), 0.0]]])
    key = tensor([[[1.0, 5.0], [0.0, 7.0]]])
    value = tensor([[[10.0, 1.0], [20.0, 3.0]]])
    output, weights = identity(2, num_heads=2)(query, key, value)
    # the first head scores log 3 and 0, the second 0 and 0
    close(weights, [[[[0.75, 0.25]], [[0.5, 0.5]]]])
    close(output, [[[12.5, 2.0]]])


def test_one_head_scores_by_the_dot_product_over_the_root_of_its_width():
    query = tensor([[[math.log(3)] * 4]])
    key = tensor([[[0.5] * 4, [0.0] * 4]])
    _, weights = identity(4, num_heads=1)(query, key, key)
    close(weights, [[[[0.75, 0.25]]]])  # 4 · ½ log 3 / √4 = log 3


@pytest.mark.parametrize("num_heads", [1, 2, 4, 8])
def test_there_are_4d2_weights_and_4d_biases_whatever_the_number_of_heads(num_heads):
    assert parameters(MultiHeadAttention(8, num_heads)) == 4 * 8**2 + 4 * 8
    assert parameters(MultiHeadAttention(8, num_heads, bias=False)) == 4 * 8**2
    wide = MultiHeadAttention(8, num_heads, key_dim=5, value_dim=3)
    assert parameters(wide) == (8 + 5 + 3 + 8) * 8 + 4 * 8


# Against torch

WIDTHS = {"one width": (6, 6, 6), "keys and values of their own": (6, 5, 7)}
MASKS = {
    "no mask": None,
    "causal": masks.causal(LQ, LK, like=torch.empty(0)),
    "a batch": random_mask(B, LQ, LK),
    "padding": masks.padding(torch.tensor([5, 2]), LK),
    "per head": random_mask(B, H, LQ, LK),
    "per head, for all of a batch": random_mask(1, H, LQ, LK),
}


def torch_mask(mask):
    """As torch wants it: True where a query may not attend, and per head (B · H, Lq, Lk)."""
    if mask is None:
        return None
    mask = mask if mask.ndim == 4 else mask.reshape(-1, 1, *mask.shape[-2:])
    return ~mask.expand(B, H, LQ, LK).reshape(B * H, LQ, LK)


@pytest.mark.parametrize("training", [True, False], ids=["train", "eval"])
@pytest.mark.parametrize("bias", [True, False], ids=["bias", "no bias"])
@pytest.mark.parametrize("mask", MASKS.values(), ids=MASKS.keys())
@pytest.mark.parametrize("widths", WIDTHS.values(), ids=WIDTHS.keys())
def test_outputs_weights_and_gradients_are_those_of_torch(widths, mask, bias, training):
    model_dim, key_dim, value_dim = widths
    module = nn.MultiheadAttention(model_dim, H, bias=bias, kdim=key_dim, vdim=value_dim, batch_first=True)
    module = with_biases(module).train(training)
    layer = MultiHeadAttention.from_torch(module)
    given = inputs(*widths)
    wanted, wanted_weights = module(*given, attn_mask=torch_mask(mask), average_attn_weights=False)
    output, weights = layer(*given, mask=mask)
    close(output, wanted)
    close(weights, wanted_weights)

    upstream = torch.linspace(-1, 2, output.numel(), dtype=torch.float64).reshape(output.shape)
    wanted_gradients = torch.autograd.grad(wanted, given + list(module.parameters()), upstream)
    found = torch.autograd.grad(output, given + list(layer.parameters()), upstream)
    for gradient, due in zip(found[:3], wanted_gradients[:3], strict=True):
        close(gradient, due)
    for (_, parameter), gradient in zip(layer.named_parameters(), found[3:], strict=True):
        parameter.grad = gradient
    for (_, parameter), gradient in zip(module.named_parameters(), wanted_gradients[3:], strict=True):
        parameter.grad = gradient
    for name, due in gradients_in_our_names(module).items():
        close(layer.get_parameter(name).grad, due)

    with torch.no_grad():  # where torch takes its fast path in evaluation
        fast, _ = module(*given, attn_mask=torch_mask(mask), need_weights=False)
        close(layer.output(*given, mask=mask), fast)


def gradients_in_our_names(module):
    """Written down without the code that `from_torch` shares."""
    size = module.embed_dim
    named = {name: parameter.grad for name, parameter in module.named_parameters()}
    result = {}
    for place, ours in enumerate(["query_proj", "key_proj", "value_proj"]):
        rows = slice(place * size, (place + 1) * size)
        own = named.get(f"{'qkv'[place]}_proj_weight")
        result[f"{ours}.weight"] = named["in_proj_weight"][rows] if own is None else own
        if "in_proj_bias" in named:
            result[f"{ours}.bias"] = named["in_proj_bias"][rows]
    result |= {name.replace("out_proj", "output_proj"): g for name, g in named.items() if "out_proj" in name}
    return result


@pytest.mark.parametrize("bias", [True, False], ids=["bias", "no bias"])
@pytest.mark.parametrize("widths", WIDTHS.values(), ids=WIDTHS.keys())
def test_to_torch_computes_the_same_and_back_gives_the_same_parameters(widths, bias):
    model_dim, key_dim, value_dim = widths
    layer = MultiHeadAttention(model_dim, H, key_dim=key_dim, value_dim=value_dim, bias=bias)
    layer = with_biases(layer).eval()
    module = layer.to_torch()
    given = inputs(*widths)
    output, weights = layer(*given, mask=MASKS["per head"])
    mask = torch_mask(MASKS["per head"])
    wanted, wanted_weights = module(*given, attn_mask=mask, average_attn_weights=False)
    close(output, wanted)
    close(weights, wanted_weights)
    assert module.batch_first and not module.training
    again = MultiHeadAttention.from_torch(module)
    assert again.state_dict().keys() == layer.state_dict().keys() and not again.training
    assert all(torch.equal(again.state_dict()[name], tensor) for name, tensor in layer.state_dict().items())
    assert all(parameter.requires_grad for parameter in [*module.parameters(), *again.parameters()])


def test_a_module_of_torch_that_has_time_first_becomes_batch_first():
    module = with_biases(nn.MultiheadAttention(6, H))
    given = inputs()
    wanted, _ = module(*(x.transpose(0, 1) for x in given))
    close(MultiHeadAttention.from_torch(module).output(*given), wanted.transpose(0, 1))


@pytest.mark.parametrize("convert", [MultiHeadAttention.from_torch, MultiHeadAttention.to_torch])
def test_conversion_copies_keeps_dtype_and_mode_and_draws_nothing(convert):
    kind = nn.MultiheadAttention if convert == MultiHeadAttention.from_torch else MultiHeadAttention
    first = kind(6, H).to(torch.bfloat16).eval()
    before = torch.get_rng_state()
    second = convert(first)
    assert torch.equal(torch.get_rng_state(), before)
    assert {p.dtype for p in second.parameters()} == {torch.bfloat16} and not second.training
    numbers = [p.detach().clone() for p in second.parameters()]
    with torch.no_grad():
        for parameter in first.parameters():
            parameter += 1
    assert all(torch.equal(p, n) for p, n in zip(second.parameters(), numbers, strict=True))


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"dropout": 0.1}, "has no dropout, got a module with dropout=0.1"),
        ({"add_bias_kv": True}, "has no add_bias_kv, got a module with add_bias_kv=True"),
        ({"add_zero_attn": True}, "has no add_zero_attn, got a module with add_zero_attn=True"),
    ],
)
def test_what_torch_has_and_we_do_not_is_refused_by_name(options, said):
    with pytest.raises(ValueError, match=said):
        MultiHeadAttention.from_torch(nn.MultiheadAttention(6, H, **options))


# The edges


def test_query_with_nothing_to_attend_gets_zeros_where_torch_gives_nan():
    layer = with_biases(MultiHeadAttention(6, H))
    given = inputs()
    mask = torch.ones(B, LQ, LK, dtype=torch.bool)
    mask[1, 2] = False
    output, weights = layer(*given, mask=mask)
    assert not output[1, 2].any() and not weights[1, :, 2].any()  # not even the bias
    others = torch.ones(B, LQ, dtype=torch.bool)
    others[1, 2] = False
    close(output[others], layer.output(*given)[others])
    wanted, _ = layer.to_torch()(*given, attn_mask=torch_mask(mask))
    assert wanted[1, 2].isnan().all()


def test_query_with_nothing_to_attend_has_no_gradient_and_gives_none():
    layer = with_biases(MultiHeadAttention(6, H))
    given = inputs()
    mask = torch.zeros(LQ, LK, dtype=torch.bool)
    gradients = torch.autograd.grad(layer.output(*given, mask=mask).sum(), given + list(layer.parameters()))
    assert not any(gradient.any() for gradient in gradients)


def test_a_head_with_nothing_to_attend_adds_nothing_while_the_others_go_on():
    layer = identity(6, num_heads=3)
    given = inputs()
    mask = torch.ones(1, 3, 1, 1, dtype=torch.bool)
    mask[0, 1] = False
    output, weights = layer(*given, mask=mask)
    close(output[..., [0, 1, 4, 5]], layer.output(*given)[..., [0, 1, 4, 5]])
    assert not output[..., 2:4].any() and not weights[:, 1].any()


@pytest.mark.parametrize("bad", [math.nan, math.inf])
def test_nan_behind_a_mask_reaches_neither_output_nor_gradient(bad):
    layer = with_biases(MultiHeadAttention(6, H))
    clean, dirty = inputs(), inputs()
    mask = masks.padding(torch.tensor([3, 0]), LK)
    with torch.no_grad():
        dirty[0][1] = bad
        for x in dirty[1:]:
            x[0, 3:], x[1] = bad, bad
    both = []
    for given in (clean, dirty):
        output = layer.output(*given, mask=mask)
        both.append([output, *torch.autograd.grad(output.sum(), given + list(layer.parameters()))])
    for got, wanted in zip(*both, strict=True):
        assert torch.equal(got, wanted)


def test_without_keys_there_are_zeros_and_without_queries_nothing():
    layer = with_biases(MultiHeadAttention(6, H))
    query, key, value = inputs()
    output, weights = layer(query, key[:, :0], value[:, :0])
    assert output.shape == (B, LQ, 6) and weights.shape == (B, H, LQ, 0) and not output.any()
    output, weights = layer(query[:, :0], key, value)
    assert output.shape == (B, 0, 6) and weights.shape == (B, H, 0, LK)
    output, weights = layer(query[:0], key[:0], value[:0])
    assert output.shape == (0, LQ, 6) and weights.shape == (0, H, LQ, LK)


def test_one_key_takes_all():
    query, key, value = inputs()
    output, weights = identity(6, H)(query, key[:, :1], value[:, :1])
    close(weights, torch.ones(B, H, LQ, 1))
    close(output, value[:, :1].expand(B, LQ, 6))


def test_gradients_are_those_of_finite_differences():
    layer = with_biases(MultiHeadAttention(4, 2, key_dim=3, value_dim=2))
    given = inputs(4, 3, 2)
    mask = random_mask(B, 2, LQ, LK)
    mask[0, :, 1] = False
    assert torch.autograd.gradcheck(lambda *given: layer(*given, mask=mask), given)


@in_every_torch_dtype
def test_it_runs_in_every_dtype_and_keeps_it(kind):
    layer = with_biases(MultiHeadAttention(6, H))
    given = [x.detach().to(kind.native) for x in inputs()]
    mask = MASKS["causal"]
    wanted, _ = layer(*(x.double() for x in given), mask=mask)
    output, weights = layer.to(kind.native)(*given, mask=mask)
    assert output.dtype == weights.dtype == kind.native
    close(output, wanted, atol=16 * kind.limits.eps)


def test_a_mask_says_the_same_in_every_shape_that_broadcasts():
    layer = with_biases(MultiHeadAttention(6, H))
    given = inputs()
    for mask in (random_mask(LK), random_mask(LQ, LK), random_mask(B, 1, LK), torch.ones((), dtype=torch.bool)):
        whole = mask.expand(B, LQ, LK)
        for same in (whole, whole[:, None], whole[:, None].expand(B, H, LQ, LK)):
            close(layer.output(*given, mask=mask), layer.output(*given, mask=same), atol=0)


def test_a_mask_with_three_axes_is_a_batch_even_where_there_are_as_many_heads():
    layer = with_biases(MultiHeadAttention(6, H))
    given = inputs(batch=H)
    mask = random_mask(H, LQ, LK)
    _, weights = layer(*given, mask=mask)
    assert torch.equal(weights != 0, mask[:, None].expand(H, H, LQ, LK))


def test_the_seed_of_torch_decides_the_parameters():
    layers = []
    for seed in (3, 3, 4):
        torch.manual_seed(seed)
        layers.append(MultiHeadAttention(6, H).query_proj.weight)
    assert torch.equal(layers[0], layers[1]) and not torch.equal(layers[0], layers[2])


# What is refused


@pytest.mark.parametrize(
    ("arguments", "error", "said"),
    [
        ((6, 4), ValueError, "num_heads must divide model_dim = 6, got 4"),
        ((6, 0), ValueError, "num_heads must be 1 or more, got 0"),
        ((6.0, 2), TypeError, "model_dim must be an integer, got 6.0"),
    ],
)
def test_sizes_that_make_no_sense_are_refused(arguments, error, said):
    with pytest.raises(error, match=said):
        MultiHeadAttention(*arguments)


def test_a_key_dim_of_zero_is_refused():
    with pytest.raises(ValueError, match="key_dim must be 1 or more, got 0"):
        MultiHeadAttention(6, 2, key_dim=0)


ONES = torch.ones(B, LQ, 6, dtype=torch.float64)


@pytest.mark.parametrize(
    ("given", "mask", "error", "said"),
    [
        ((ONES[0], ONES, ONES), None, ValueError, r"wanted query \(B, Lq, Dq\), got shape \(4, 6\)"),
        ((ONES, ONES[:1], ONES[:1]), None, ValueError, "B must be one size"),
        ((ONES, ONES, ONES[:, :3]), None, ValueError, "Lk must be one size"),
        ((ONES, ONES[..., :4], ONES), None, ValueError, r"the layer has key_dim = 6, got key \(2, 4, 4\)"),
        ((ONES[..., :4], ONES, ONES), None, ValueError, r"the layer has query_dim = 6, got query \(2, 4, 4\)"),
        ((ONES.float(),) * 3, None, TypeError, "the layer and query must have one dtype, got float64 and float32"),
        ((ONES.numpy(),) * 3, None, TypeError, "the layer and query must come from one library"),
        ((ONES, ONES, ONES.tolist()), None, TypeError, "value must be an array, got list"),
        ((ONES,) * 3, torch.ones(4, 4), TypeError, "mask must be boolean, True = may attend, got float32"),
        ((ONES,) * 3, torch.ones(4, 5) > 0, ValueError, "Lk is 4, the mask has 5"),
        ((ONES,) * 3, torch.ones(3, 4, 4) > 0, ValueError, "leading axes must broadcast"),
        ((ONES,) * 3, torch.ones(2, 2, 4, 4) > 0, ValueError, "leading axes must broadcast"),
        ((ONES,) * 3, torch.ones(1, 2, 3, 4, 4) > 0, ValueError, r"mask must broadcast against \(2, 3, 4, 4\), got"),
        ((ONES[:1],) * 3, torch.ones(2, 4, 4) > 0, ValueError, r"mask must broadcast against \(1, 4, 4\), got"),
        ((ONES,) * 3, [[True]], TypeError, "mask must be an array, got list"),
        ((ONES,) * 3, np.ones((4, 4), dtype=bool), TypeError, "query and mask must come from one library"),
    ],
)
def test_what_does_not_fit_is_refused_in_words(given, mask, error, said):
    with pytest.raises(error, match=said):
        MultiHeadAttention(6, H).double()(*given, mask=mask)


def test_only_the_layer_of_torch_is_converted():
    with pytest.raises(TypeError, match=r"wants a torch.nn.MultiheadAttention, got Linear"):
        MultiHeadAttention.from_torch(nn.Linear(2, 2))
