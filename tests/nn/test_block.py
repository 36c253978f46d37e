"""The Transformer's block: by hand, against torch's own layers, at the edges, and what is refused."""

import math

import pytest
import torch
from arrays import in_every_torch_dtype
from layers import close, tensor
from torch import nn
from torch.nn import functional as F

from attn_core import masks
from attn_core.measure import parameters
from attn_core.nn import MultiHeadAttention, TransformerBlock

B, L, S, D, H = 2, 5, 4, 6, 3


def sequence(length, *, seed=0):
    generator = torch.Generator().manual_seed(seed)
    return torch.randn(B, length, D, generator=generator, dtype=torch.float64, requires_grad=True)


def made(**options):
    torch.manual_seed(0)
    return with_biases(TransformerBlock(D, H, hidden_dim=8, **options))


def with_biases(module):
    """Biases and gains away from 0 and 1, where a mistake with them would not show."""
    generator = torch.Generator().manual_seed(1)
    for name, parameter in module.named_parameters():
        if parameter.ndim == 1 and "query" not in name:
            nn.init.normal_(parameter, mean=float("norm" in name and "weight" in name), generator=generator)
    return module.double()


def random_mask(*shape):
    """Each query may attend to something."""
    mask = torch.rand(shape, generator=torch.Generator().manual_seed(2)) < 0.6
    mask[..., 0] = True
    return mask


# By hand


def mean_of_two(**options):
    """A block of width 1: its attention gives the mean of the vectors, its other part doubles what is above 0."""
    block = TransformerBlock(1, 1, hidden_dim=1, norm=nn.Identity, **options).double()
    with torch.no_grad():
        for name, parameter in block.named_parameters():
            nn.init.constant_(parameter, float("value" in name or "output" in name) if "bias" not in name else 0.0)
    nn.init.ones_(block.feed_forward.widen.weight)
    nn.init.constant_(block.feed_forward.narrow.weight, 2.0)
    return block


def test_each_part_adds_to_what_was_there():
    output, weights = mean_of_two()(tensor([[[1.0], [3.0]]]))
    close(weights.own, [[[[0.5, 0.5], [0.5, 0.5]]]])
    close(output, [[[9.0], [15.0]]])  # 1 + 2 and 3 + 2, then three times as much


def test_without_skip_each_part_stands_in_the_place_of_what_was_there():
    output, _ = mean_of_two(skip=False)(tensor([[[1.0], [3.0]]]))
    close(output, [[[4.0], [4.0]]])  # the mean, doubled


def test_feed_forward_bends_at_zero():
    output, _ = mean_of_two()(tensor([[[-1.0], [-3.0]]]))
    close(output, [[[-3.0], [-5.0]]])
    output, _ = mean_of_two(activation=torch.abs)(tensor([[[-1.0], [-3.0]]]))
    close(output, [[[3.0], [5.0]]])  # −3 + 6 and −5 + 10


def test_post_norm_ends_normalised_and_pre_norm_does_not():
    x = sequence(L)
    for norm_first in (False, True):
        output, _ = TransformerBlock(D, H, norm_first=norm_first).double()(x)
        lengths = output.detach().norm(dim=-1)
        assert torch.allclose(lengths, torch.tensor(D**0.5).double(), atol=1e-3) is not norm_first


@pytest.mark.parametrize("norm_first", [False, True], ids=["post-norm", "pre-norm"])
def test_the_parts_stand_in_the_order_of_the_papers(norm_first):
    block, x, states = made(cross=True, norm_first=norm_first), sequence(L), sequence(S, seed=1)
    parts = [
        (block.attention_norm, lambda x: block.attention(x, x, x)[0]),
        (block.cross_norm, lambda x: block.cross(x, states, states)[0]),
        (block.feed_forward_norm, lambda x: block.feed_forward.narrow(F.relu(block.feed_forward.widen(x)))),
    ]
    wanted = x
    for norm, part in parts:
        wanted = wanted + part(norm(wanted)) if norm_first else norm(wanted + part(wanted))
    close(block(x, states)[0], wanted)


def test_two_thirds_of_the_weights_are_the_feed_forward_part():
    block = TransformerBlock(8, 2)
    matrices = [p.numel() for p in block.parameters() if p.ndim == 2]
    assert sum(matrices) == 12 * 8**2
    assert sum(p.numel() for p in block.feed_forward.parameters() if p.ndim == 2) == 8 * 8**2


def test_a_part_that_is_taken_away_has_no_parameters():
    bare = TransformerBlock(8, 2, hidden_dim=0, norm=nn.Identity)
    assert parameters(bare) == parameters(MultiHeadAttention(8, 2))
    x = torch.randn(1, 3, 8, generator=torch.Generator().manual_seed(0))
    output, weights = TransformerBlock(8, 2, hidden_dim=0, norm=nn.Identity, skip=False)(x)
    assert output.shape == x.shape and weights.own.shape == (1, 2, 3, 3) and weights.cross is None


# Against torch

MASKS = {
    "no mask": (None, None),
    "causal": (masks.causal(L, L, like=torch.empty(0)), None),
    "padding": (masks.padding(torch.tensor([5, 2]), L), masks.padding(torch.tensor([3, 4]), S)),
    "per head": (random_mask(B, H, L, L), random_mask(B, H, L, S)),
}
KINDS = {"encoder": nn.TransformerEncoderLayer, "decoder": nn.TransformerDecoderLayer}


def torch_mask(mask, keys):
    """As torch wants it: True where a query may not attend, and per head (B · H, Lq, Lk)."""
    if mask is None:
        return None
    mask = mask if mask.ndim == 4 else mask.reshape(-1, 1, *mask.shape[-2:])
    return ~mask.expand(B, H, L, keys).reshape(B * H, L, keys)


def gradients_in_our_names(module):
    """Written down without the code of `from_torch`."""
    cross = isinstance(module, nn.TransformerDecoderLayer)
    ours = {"self_attn": "attention", "multihead_attn": "cross", "norm1": "attention_norm"}
    ours |= {"norm2": "cross_norm", "norm3": "feed_forward_norm"} if cross else {"norm2": "feed_forward_norm"}
    ours |= {"linear1": "feed_forward.widen", "linear2": "feed_forward.narrow"}
    found = {}
    for name, parameter in module.named_parameters():
        part, _, rest = name.partition(".")
        if rest.startswith("in_proj"):
            for kind, third in zip(("query", "key", "value"), parameter.grad.chunk(3), strict=True):
                found[f"{ours[part]}.{kind}_proj.{rest.removeprefix('in_proj_')}"] = third
        else:
            found[f"{ours[part]}.{rest.replace('out_proj', 'output_proj')}"] = parameter.grad
    return found


@pytest.mark.parametrize("training", [True, False], ids=["train", "eval"])
@pytest.mark.parametrize("norm_first", [False, True], ids=["post-norm", "pre-norm"])
@pytest.mark.parametrize("activation", [F.relu, F.gelu], ids=["relu", "gelu"])
@pytest.mark.parametrize("mask", MASKS.values(), ids=MASKS.keys())
@pytest.mark.parametrize("kind", KINDS)
def test_outputs_and_gradients_are_those_of_torch(kind, mask, activation, norm_first, training):
    options = {"dim_feedforward": 8, "dropout": 0.0, "activation": activation, "norm_first": norm_first}
    module = with_biases(KINDS[kind](D, H, batch_first=True, **options)).train(training)
    block = TransformerBlock.from_torch(module)
    assert block.training is training
    x, states = sequence(L), sequence(S, seed=1)
    own, cross = torch_mask(mask[0], L), torch_mask(mask[1], S)
    if kind == "encoder":
        given = [x]
        wanted = module(x, src_mask=own)
        output, _ = block(x, mask=mask[0])
    else:
        given = [x, states]
        wanted = module(x, states, tgt_mask=own, memory_mask=cross)
        output, _ = block(x, states, mask=mask[0], states_mask=mask[1])
    close(output, wanted)
    upstream = torch.linspace(-1, 2, output.numel(), dtype=torch.float64).reshape(output.shape)
    gradients = []
    for result in (wanted, output):
        for each in given:
            each.grad = None
        result.backward(upstream)
        gradients.append([each.grad for each in given])
    for found, due in zip(*gradients[::-1], strict=True):
        close(found, due)
    due = gradients_in_our_names(module)
    assert due.keys() == dict(block.named_parameters()).keys()
    for name, gradient in due.items():
        close(block.get_parameter(name).grad, gradient)
    if kind == "encoder" and not training:  # where torch takes its fast path
        with torch.no_grad():
            close(output, module(x, src_mask=own))


def test_a_module_of_torch_without_biases_with_a_norm_of_its_own_is_converted_too():
    module = nn.TransformerEncoderLayer(D, H, 8, dropout=0.0, layer_norm_eps=0.1, bias=False).double()
    x = sequence(L)
    close(TransformerBlock.from_torch(module)(x)[0], module(x.mT.permute(2, 0, 1)).permute(1, 0, 2))


def test_a_converted_block_shares_nothing_with_the_module():
    module = nn.TransformerDecoderLayer(D, H, 8, dropout=0.0)
    block = TransformerBlock.from_torch(module)
    theirs = {parameter.data_ptr() for parameter in module.parameters()}
    assert not theirs & {parameter.data_ptr() for parameter in block.parameters()}


# The edges


@pytest.mark.parametrize("norm_first", [False, True], ids=["post-norm", "pre-norm"])
def test_position_with_nothing_to_attend_gets_zeros_from_attention_and_goes_on(norm_first):
    block, x, states = made(cross=True, norm_first=norm_first), sequence(L), sequence(S, seed=1)
    mask, states_mask = torch.ones(B, L, L, dtype=torch.bool), torch.ones(B, L, S, dtype=torch.bool)
    mask[0, 1] = states_mask[0, 1] = False
    output, weights = block(x, states, mask=mask, states_mask=states_mask)
    assert not weights.own[0, :, 1].any() and not weights.cross[0, :, 1].any()
    alone = x[:1, 1:2]
    if not norm_first:
        alone = block.cross_norm(block.attention_norm(alone))
    part = block.feed_forward(block.feed_forward_norm(alone) if norm_first else alone)
    close(output[:1, 1:2], alone + part if norm_first else block.feed_forward_norm(alone + part))


def test_a_bare_block_gives_zeros_where_there_is_nothing_to_attend():
    block = made(norm=nn.Identity, skip=False).train()
    block = TransformerBlock(D, H, hidden_dim=0, norm=nn.Identity, skip=False).double()
    output, weights = block(sequence(L), mask=torch.zeros(L, L, dtype=torch.bool))
    assert not output.any() and not weights.own.any()


@pytest.mark.parametrize("bad", [math.nan, math.inf])
def test_what_stands_behind_a_mask_reaches_no_other_position(bad):
    block, mask = made(), masks.padding(torch.tensor([5, 2]), L)
    clean, dirty = sequence(L).detach(), sequence(L).detach()
    dirty[1, 2:] = bad
    outputs = [block(x, mask=mask)[0] for x in (clean, dirty)]
    assert torch.equal(outputs[0][0], outputs[1][0]) and torch.equal(outputs[0][1, :2], outputs[1][1, :2])


def test_moving_the_positions_moves_the_output_and_nothing_else():
    block, x = made(), sequence(L)
    order = torch.tensor([3, 0, 4, 1, 2])
    close(block(x[:, order])[0], block(x)[0][:, order])


def test_dropout_drops_in_training_alone():
    x = sequence(L)
    block = made(dropout=0.5)
    torch.manual_seed(0)
    first, second = block(x)[0], block(x)[0]
    assert not torch.equal(first, second)
    block.eval()
    close(block(x)[0], made()(x)[0], atol=0)


def test_dropout_of_everything_leaves_what_was_there():
    x = sequence(L)
    close(made(dropout=1.0, norm_first=True)(x)[0], x)


@pytest.mark.parametrize("length", [0, 1])
def test_short_sequences(length):
    output, weights = made(cross=True)(sequence(length), sequence(length, seed=1))
    assert output.shape == (B, length, D) and weights.cross.shape == (B, H, length, length)
    close(weights.own, torch.ones(B, H, length, length))


def test_gradients_are_those_of_finite_differences():
    block = made(cross=True, activation=torch.tanh)
    mask = random_mask(B, H, L, S)
    mask[0, :, 1] = False
    given = sequence(L), sequence(S, seed=1)
    assert torch.autograd.gradcheck(lambda x, states: block(x, states, states_mask=mask)[0], given)


@in_every_torch_dtype
def test_it_runs_in_every_dtype_and_keeps_it(kind):
    block, x = made(cross=True), sequence(L).detach().to(kind.native)
    wanted, _ = block(x.double(), x.double())
    output, weights = block.to(kind.native)(x, x)
    assert output.dtype == weights.own.dtype == weights.cross.dtype == kind.native
    close(output, wanted, atol=64 * kind.limits.eps)


def test_the_seed_of_torch_decides_the_parameters():
    x = sequence(L)
    assert torch.equal(made()(x)[0], made()(x)[0])
    torch.manual_seed(5)
    assert not torch.equal(TransformerBlock(D, H, hidden_dim=8).double()(x)[0], made()(x)[0])


# What is refused


@pytest.mark.parametrize(
    ("arguments", "options", "error", "said"),
    [
        ((6, 4), {}, ValueError, "num_heads must divide model_dim = 6, got 4"),
        ((6, 3), {"hidden_dim": -1}, ValueError, "hidden_dim must be 1 or more, got -1"),
        ((6, 3), {"hidden_dim": 2.5}, TypeError, "hidden_dim must be an integer, got 2.5"),
        ((6, 3), {"dropout": 1.5}, ValueError, "dropout probability has to be between 0 and 1, but got 1.5"),
        ((0, 3), {}, ValueError, "model_dim must be 1 or more, got 0"),
    ],
)
def test_sizes_that_make_no_sense_are_refused(arguments, options, error, said):
    with pytest.raises(error, match=said):
        TransformerBlock(*arguments, **options)


X = torch.ones(B, L, D, dtype=torch.float64)


@pytest.mark.parametrize(
    ("cross", "given", "masks_", "error", "said"),
    [
        (True, (X,), {}, ValueError, r"a block with cross attention needs states \(B, S, model_dim\), got None"),
        (False, (X, X), {}, ValueError, "takes no states: make it with cross=True"),
        (False, (X[..., :4],), {}, ValueError, r"the layer has model_dim = 6, got x \(2, 5, 4\)"),
        (False, (X.float(),), {}, TypeError, "the layer and x must have one dtype, got float64 and float32"),
        (False, (X,), {"mask": torch.ones(4, 4) > 0}, ValueError, "Lk is 5, the mask has 4"),
        (True, (X, X[:1]), {}, ValueError, "B must be one size"),
        (True, (X, X), {"states_mask": torch.ones(5, 5)}, TypeError, "mask must be boolean, True = may attend"),
    ],
)
def test_what_does_not_fit_is_refused_in_words(cross, given, masks_, error, said):
    with pytest.raises(error, match=said):
        made(cross=cross)(*given, **masks_)


def test_from_torch_refuses_what_it_cannot_compute():
    with pytest.raises(TypeError, match="TransformerEncoderLayer or TransformerDecoderLayer, got Linear"):
        TransformerBlock.from_torch(nn.Linear(2, 2))
    with pytest.raises(ValueError, match=r"wants a module with dropout=0, got dropout=0\.1"):
        TransformerBlock.from_torch(nn.TransformerEncoderLayer(D, H))
