"""The Transformer: against torch's own, padding, order, heads switched off, what it learns, and what is refused."""

from functools import partial

import numpy as np
import pytest
import torch
from layers import close
from torch import nn
from torch.nn import functional as F

from attn_core import masks
from attn_core.nn import LearnedPositions, Transformer, TransformerBlock, TransformerSizes, sinusoids
from attn_core.train import fit

SIZES = TransformerSizes(num_inputs=7, num_outputs=5, model_dim=6, num_heads=3, hidden_dim=8, num_layers=2)
INPUTS = torch.tensor([[3, 1, 4, 1, 5], [2, 6, 0, 0, 0], [5, 3, 5, 0, 0], [0, 0, 0, 0, 0], [6, 0, 0, 0, 0]])
LENGTHS = torch.tensor([5, 2, 3, 0, 1])
TARGETS = torch.tensor([[1, 0, 4], [2, 2, 0], [3, 0, 0], [4, 4, 4], [0, 1, 2]])
FORMS = {
    "post-norm": {},
    "pre-norm": {"block": partial(TransformerBlock, norm_first=True)},
    "learned positions": {"positions": LearnedPositions(9, 6)},
    "no positions": {"positions": None},
    "no norm": {"norm": nn.Identity},
    "no skip": {"block": partial(TransformerBlock, skip=False)},
}
every_form = pytest.mark.parametrize("form", FORMS.values(), ids=FORMS.keys())


def made(seed=0, sizes=SIZES, **form):
    torch.manual_seed(seed)
    return Transformer(sizes, **form).double()


# Against torch


@pytest.mark.filterwarnings("ignore:enable_nested_tensor")  # torch tells of a way to be faster
@pytest.mark.parametrize("norm_first", [False, True], ids=["post-norm", "pre-norm"])
def test_outputs_and_gradients_are_those_of_torch(norm_first):
    torch.manual_seed(3)
    theirs = nn.Transformer(
        6, 3, 2, 2, dim_feedforward=8, dropout=0.0, batch_first=True, norm_first=norm_first
    ).double()  # fmt: skip
    for name, parameter in theirs.named_parameters():
        if parameter.ndim == 1:
            nn.init.normal_(parameter, mean=float("norm" in name and "weight" in name))
    model = made(block=partial(TransformerBlock, norm_first=norm_first))
    for kind in ("encoder", "decoder"):
        stack = getattr(theirs, kind)
        setattr(model, kind, nn.ModuleList(map(TransformerBlock.from_torch, stack.layers)))
        getattr(model, f"{kind}_norm").load_state_dict(stack.norm.state_dict())

    rows = LENGTHS > 0  # torch gives NaN for a sequence without symbols
    inputs, targets, lengths = INPUTS[rows], TARGETS[rows], LENGTHS[rows]
    padding = ~masks.padding(lengths, 5)[:, 0]
    before = torch.cat([torch.full((4, 1), 5), targets[:, :-1]], dim=1)
    source = model.input_embedding(inputs) + sinusoids(5, 6, like=model.read_out.weight)
    target = model.output_embedding(before) + sinusoids(3, 6, like=model.read_out.weight)
    future = ~masks.causal(3, 3, like=target)
    read = theirs.encoder(source, src_key_padding_mask=padding)
    wrote = theirs.decoder(target, read, tgt_mask=future, memory_key_padding_mask=padding)
    whole = theirs(
        source, target, tgt_mask=future, src_key_padding_mask=padding, memory_key_padding_mask=padding
    )  # fmt: skip
    close(whole, wrote)
    logits, weights = model(inputs, targets, lengths=lengths)
    close(logits, model.read_out(whole), atol=1e-6)
    assert torch.isfinite(logits).all() and torch.isfinite(weights.encoder).all()

    gradients = []
    for said in (model.read_out(whole), logits):
        model.zero_grad()
        F.cross_entropy(said.flatten(0, 1), targets.flatten()).backward()
        gradients.append([p.grad.clone() for p in (model.input_embedding.weight, model.output_embedding.weight)])
    for got, due in zip(*gradients[::-1], strict=True):
        close(got, due, atol=1e-9)
    for kind in ("encoder", "decoder"):
        for block, layer in zip(getattr(model, kind), getattr(theirs, kind).layers, strict=True):
            close(block.feed_forward.widen.weight.grad, layer.linear1.weight.grad, atol=1e-9)
            own = [getattr(block.attention, f"{part}_proj").weight.grad for part in ("query", "key", "value")]
            close(torch.cat(own), layer.self_attn.in_proj_weight.grad, atol=1e-9)


# Padding, order, who sees whom


@every_form
def test_a_padded_batch_gives_what_each_sequence_gives_alone(form):
    model = made(**form)
    logits, weights = model(INPUTS, TARGETS, lengths=LENGTHS)
    symbols, looked = model.generate(INPUTS, lengths=LENGTHS, most=4)
    assert logits.shape == (5, 3, 5) and symbols.shape == (5, 4)
    for row, length in enumerate(LENGTHS):
        if not length:
            continue
        alone, one = INPUTS[row : row + 1, :length], length[None]
        own_logits, own_weights = model(alone, TARGETS[row : row + 1], lengths=one)
        own_symbols, own_looks = model.generate(alone, lengths=one, most=4)
        close(logits[row], own_logits[0])
        assert torch.equal(symbols[row], own_symbols[0])
        for got, own in ((weights, own_weights), (looked, own_looks)):
            close(got.encoder[row, ..., :length, :length], own.encoder[0])
            close(got.decoder[row], own.decoder[0])
            close(got.cross[row, ..., :length], own.cross[0])
            assert not got.encoder[row, ..., length:].any() and not got.encoder[row, :, :, length:].any()
            assert not got.cross[row, ..., length:].any()


@every_form
def test_what_padding_is_filled_with_changes_nothing(form):
    model, other = made(**form), torch.where(masks.padding(LENGTHS, 5)[:, 0], INPUTS, 6)
    for first, second in zip(
        model(INPUTS, TARGETS, lengths=LENGTHS)[1], model(other, TARGETS, lengths=LENGTHS)[1], strict=True
    ):
        assert torch.equal(first, second)
    assert torch.equal(model(INPUTS, TARGETS, lengths=LENGTHS)[0], model(other, TARGETS, lengths=LENGTHS)[0])


@every_form
def test_weights_are_shares_of_one_and_none_where_there_is_nothing_to_read(form):
    model = made(**form)
    for weights in (model(INPUTS, TARGETS, lengths=LENGTHS)[1], model.generate(INPUTS, lengths=LENGTHS, most=3)[1]):
        some = (LENGTHS > 0)[:, None, None, None].double()
        close(weights.cross.sum(-1), some.expand(5, 2, 3, 3))
        close(weights.decoder.sum(-1), torch.ones(5, 2, 3, 3))
        close(weights.encoder.sum(-1), masks.padding(LENGTHS, 5)[:, None].double().expand(5, 2, 3, 5))
        assert torch.equal(weights.decoder, weights.decoder.tril())


@every_form
def test_no_logit_has_seen_its_own_target_or_a_later_one(form):
    model = made(**form)
    logits, _ = model(INPUTS, TARGETS, lengths=LENGTHS)
    changed = TARGETS.clone()
    changed[:, 1] = 3 - changed[:, 1] % 2
    again, _ = model(INPUTS, changed, lengths=LENGTHS)
    assert torch.equal(logits[:, :2], again[:, :2])
    if form is not FORMS["no skip"]:  # where all that is left comes from the input
        assert not torch.equal(logits[:, 2], again[:, 2])


@every_form
def test_reading_what_it_wrote_says_what_it_said_while_it_wrote(form):
    model = made(**form)
    symbols, weights = model.generate(INPUTS, lengths=LENGTHS, most=4)
    logits, again = model(INPUTS, symbols, lengths=LENGTHS)
    assert torch.equal(logits.argmax(-1), symbols)
    for got, wanted in zip(weights, again, strict=True):
        close(got, wanted)


@pytest.mark.parametrize("positions", [sinusoids, LearnedPositions(9, 6)], ids=["sines", "learned"])
def test_only_positions_tell_the_order_of_the_input(positions):
    order, lengths = [4, 2, 0, 1, 3], torch.tensor([5])
    for where, same in ((None, True), (positions, False)):
        model = made(positions=where)
        both = [model(x, TARGETS[:1], lengths=lengths)[0] for x in (INPUTS[:1], INPUTS[:1, order])]
        assert np.allclose(*(each.detach() for each in both), atol=1e-12) is same


# Parameters


@every_form
def test_the_seed_decides_everything_and_a_saved_model_says_the_same(form):
    form = {name: value for name, value in form.items() if name != "positions"}
    first, second, other = (made(seed=seed, **form) for seed in (1, 1, 2))
    said = first(INPUTS, TARGETS, lengths=LENGTHS)[0]
    assert torch.equal(second(INPUTS, TARGETS, lengths=LENGTHS)[0], said)
    assert not torch.equal(other(INPUTS, TARGETS, lengths=LENGTHS)[0], said)
    other.load_state_dict(first.state_dict())
    assert torch.equal(other.eval()(INPUTS, TARGETS, lengths=LENGTHS)[0], said)


@pytest.mark.parametrize("form", [FORMS["pre-norm"], FORMS["learned positions"]], ids=["pre-norm", "learned"])
def test_every_parameter_learns(form):
    model = made(**form)
    F.cross_entropy(model(INPUTS, TARGETS, lengths=LENGTHS)[0].flatten(0, 1), TARGETS.flatten()).backward()
    # a bias on the keys moves all scores of a row alike
    silent = {name for name, p in model.named_parameters() if p.grad.abs().max() < 1e-12}
    assert silent == {name for name, _ in model.named_parameters() if name.endswith("key_proj.bias")}


# Heads switched off


def test_a_head_that_is_off_looks_nowhere_and_no_other_changes_in_that_layer():
    model = made()
    _, whole = model(INPUTS, TARGETS, lengths=LENGTHS)
    for kind in ("encoder", "decoder", "cross"):
        said, weights = model(INPUTS, TARGETS, lengths=LENGTHS, off={(kind, 0, 1)})
        own, before = (getattr(each, kind)[:, 0] for each in (weights, whole))
        assert not own[:, 1].any()
        close(own[:, [0, 2]], before[:, [0, 2]])
        assert not torch.equal(said, model(INPUTS, TARGETS, lengths=LENGTHS)[0])


def test_a_head_that_is_off_is_one_whose_part_of_the_last_projection_is_zero():
    model = made()
    said, _ = model(INPUTS, TARGETS, lengths=LENGTHS, off=[("cross", 1, 2)])
    with torch.no_grad():
        model.decoder[1].cross.output_proj.weight[:, 4:6] = 0.0
    rows = LENGTHS > 0
    close(said[rows], model(INPUTS, TARGETS, lengths=LENGTHS)[0][rows])


def test_without_any_cross_attention_the_input_is_not_read():
    model = made()
    everywhere = {("cross", layer, head) for layer in range(2) for head in range(3)}
    one, other = (
        model.generate(x, lengths=torch.tensor([5]), most=3, off=everywhere)[0] for x in (INPUTS[:1], INPUTS[:1] + 1)
    )
    logits, _ = model(INPUTS, TARGETS[:1].expand(5, 3), lengths=LENGTHS, off=everywhere)
    assert torch.equal(one, other)
    close(logits, logits[:1].expand(5, 3, 5))


@pytest.mark.parametrize(
    "place", [("cross", 2, 0), ("cross", 0, 3), ("crossed", 0, 0), ("cross", -1, 0), ("cross",), 3]
)
def test_a_head_that_is_not_there_is_refused(place):
    said = r"off wants \('encoder', 'decoder' or 'cross', layer from 0 to 1, head from 0 to 2\), got "
    with pytest.raises(ValueError, match=said):
        made()(INPUTS, TARGETS, lengths=LENGTHS, off=[place])


# Writing


def test_generating_stops_and_keeps_no_trace_for_gradients():
    model = made()
    with torch.no_grad():
        model.read_out.bias[2] = 100.0
    symbols, weights = model.generate(INPUTS, lengths=LENGTHS, most=6, stop=2)
    assert symbols.tolist() == [[2]] * 5 and weights.cross.shape == (5, 2, 3, 1, 5)
    assert not weights.cross.requires_grad and torch.is_grad_enabled()


def test_after_stop_there_is_only_stop_and_nothing_is_looked_at():
    model = made()
    free, _ = model.generate(INPUTS, lengths=LENGTHS, most=5)
    stop = int(free[0, 0])
    symbols, weights = model.generate(INPUTS, lengths=LENGTHS, most=5, stop=stop)
    assert (symbols[0] == stop).all() and symbols.shape[1] > 1
    assert weights.cross[0, :, :, 0].any() and not weights.cross[0, :, :, 1:].any()
    assert not weights.decoder[0, :, :, 1:].any() and weights.encoder[0].any()


STEPS = 150


def draw(rng):
    codes = rng.integers(0, 3, (32, 4))
    return torch.tensor(codes), torch.tensor(rng.integers(1, 5, 32))


def copied(model, batch):
    """Cross-entropy for saying what was read, and stop, 3, in place of padding."""
    inputs, lengths = batch
    targets = torch.where(masks.padding(lengths, 4)[:, 0], inputs, 3)
    logits, _ = model(inputs, targets, lengths=lengths)
    return F.cross_entropy(logits.flatten(0, 1), targets.flatten())


def test_it_learns_to_copy_three_symbols_without_a_fault():
    sizes = TransformerSizes(3, 4, model_dim=32, num_heads=2, hidden_dim=32, num_layers=1)
    torch.manual_seed(0)
    model = Transformer(sizes)
    fit(model, copied, draw, steps=STEPS, seed=0, optimizer=partial(torch.optim.Adam, lr=0.01))
    inputs, lengths = draw(np.random.default_rng(99))
    symbols, _ = model.generate(inputs, lengths=lengths, most=4, stop=3)
    wanted = torch.where(masks.padding(lengths, 4)[:, 0], inputs, 3)
    assert torch.equal(symbols, wanted[:, : symbols.shape[1]])


# What is refused


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"inputs": INPUTS + 2}, "inputs must lie from 0 to 6, got 2 to 8"),
        ({"targets": TARGETS + 1}, "targets must lie from 0 to 4, got 1 to 5"),
        ({"targets": TARGETS[:2]}, "inputs and targets must have one B, got 5 and 2"),
        ({"lengths": LENGTHS + 1}, "lengths must lie between 0 and key_len = 5, got 6"),
    ],
)
def test_a_batch_that_does_not_fit_is_refused_in_words(change, said):
    with pytest.raises(ValueError, match=said):
        made()(**{"inputs": INPUTS, "targets": TARGETS, "lengths": LENGTHS, **change})


def test_a_symbol_that_is_none_does_not_stop():
    with pytest.raises(ValueError, match="stop must lie from 0 to 4, got 5"):
        made().generate(INPUTS, lengths=LENGTHS, most=3, stop=5)


def test_heads_that_do_not_divide_the_width_are_refused():
    with pytest.raises(ValueError, match="num_heads must divide model_dim = 6, got 4"):
        made(sizes=TransformerSizes(7, 5, model_dim=6, num_heads=4))


def test_a_sequence_beyond_the_table_of_positions_is_refused():
    with pytest.raises(ValueError, match="the table has 4 positions, got length = 5"):
        made(positions=LearnedPositions(4, 6))(INPUTS, TARGETS, lengths=LENGTHS)
