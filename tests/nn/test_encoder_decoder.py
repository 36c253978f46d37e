"""The whole: every encoder with every decoder, padding, what it learns, and encoders of other things."""

from functools import partial

import numpy as np
import pytest
import torch
from layers import close
from torch import nn
from torch.nn import functional as F

from attn_core import masks
from attn_core.nn import (
    BahdanauDecoder,
    ConvEncoder,
    EncoderDecoder,
    FixedVectorDecoder,
    GeneralAttention,
    LuongDecoder,
    RecurrentEncoder,
    Sizes,
)
from attn_core.train import fit

SIZES = Sizes(num_inputs=7, num_outputs=5, embedding_dim=3, state_dim=4)
ENCODERS = {
    "RNN": partial(RecurrentEncoder, layer=nn.RNN),
    "LSTM both ways": partial(RecurrentEncoder, layer=nn.LSTM, bidirectional=True),
    "GRU": RecurrentEncoder,
    "GRU both ways": partial(RecurrentEncoder, bidirectional=True),
    "CNN": ConvEncoder,
}
DECODERS = {
    "fixed vector": partial(FixedVectorDecoder, vector_dim=3),
    "Bahdanau": BahdanauDecoder,
    "Luong dot": LuongDecoder,
    "Luong general": partial(LuongDecoder, attention=GeneralAttention),
}
every_encoder = pytest.mark.parametrize("encoder", ENCODERS.values(), ids=ENCODERS.keys())
every_decoder = pytest.mark.parametrize("decoder", DECODERS.values(), ids=DECODERS.keys())

INPUTS = torch.tensor([[3, 1, 4, 1, 5], [2, 6, 0, 0, 0], [5, 3, 5, 0, 0], [0, 0, 0, 0, 0], [6, 0, 0, 0, 0]])
LENGTHS = torch.tensor([5, 2, 3, 0, 1])
TARGETS = torch.tensor([[1, 0, 4], [2, 2, 0], [3, 0, 0], [4, 4, 4], [0, 1, 2]])


def made(encoder, decoder, sizes=SIZES, seed=0):
    torch.manual_seed(seed)
    return EncoderDecoder(encoder(sizes), decoder(sizes)).double()


@every_encoder
@every_decoder
def test_a_padded_batch_gives_what_each_sequence_gives_alone(encoder, decoder):
    model = made(encoder, decoder)
    logits, weights = model(INPUTS, TARGETS, lengths=LENGTHS)
    symbols, looked = model.generate(INPUTS, lengths=LENGTHS, most=4)
    assert logits.shape == (5, 3, 5) and symbols.shape == (5, 4)
    for row, length in enumerate(LENGTHS):
        if length:
            alone, one = INPUTS[row : row + 1, :length], length[None]
            own_logits, own_weights = model(alone, TARGETS[row : row + 1], lengths=one)
            own_symbols, own_looks = model.generate(alone, lengths=one, most=4)
            seen = own_weights.shape[2]
            close(logits[row], own_logits[0])
            close(weights[row, :, :seen], own_weights[0])
            assert torch.equal(symbols[row], own_symbols[0])
            close(looked[row, :, :seen], own_looks[0])
            assert not weights[row, :, seen:].any() and not looked[row, :, seen:].any()


@every_encoder
@every_decoder
def test_weights_are_shares_of_one_and_none_where_there_is_nothing_to_read(encoder, decoder):
    model = made(encoder, decoder)
    for weights in (model(INPUTS, TARGETS, lengths=LENGTHS)[1], model.generate(INPUTS, lengths=LENGTHS, most=4)[1]):
        sums = torch.ones(weights.shape[:2])
        if not isinstance(model.decoder, FixedVectorDecoder):
            sums[3] = 0
            assert weights.shape[2] == 5
        close(weights.sum(dim=-1), sums)


@every_encoder
@every_decoder
def test_the_seed_decides_everything_and_a_saved_model_says_the_same(encoder, decoder):
    first, second, other = (made(encoder, decoder, seed=seed) for seed in (1, 1, 2))
    said = first(INPUTS, TARGETS, lengths=LENGTHS)[0]
    assert torch.equal(second(INPUTS, TARGETS, lengths=LENGTHS)[0], said)
    assert not torch.equal(other(INPUTS, TARGETS, lengths=LENGTHS)[0], said)
    other.load_state_dict(first.state_dict())
    assert torch.equal(other.eval()(INPUTS, TARGETS, lengths=LENGTHS)[0], said)


@every_encoder
@every_decoder
def test_every_parameter_learns(encoder, decoder):
    model = made(encoder, decoder)
    F.cross_entropy(model(INPUTS, TARGETS, lengths=LENGTHS)[0].flatten(0, 1), TARGETS.flatten()).backward()
    silent = [name for name, parameter in model.named_parameters() if not parameter.grad.any()]
    assert not silent


def test_generating_stops_and_keeps_no_trace_for_gradients():
    model = made(RecurrentEncoder, BahdanauDecoder)
    with torch.no_grad():
        model.decoder.read_out.bias[2] = 100.0
    traced = []
    model.encoder.register_forward_hook(lambda *_: traced.append(torch.is_grad_enabled()))
    symbols, weights = model.generate(INPUTS, lengths=LENGTHS, most=6, stop=2)
    assert symbols.tolist() == [[2]] * 5 and weights.shape == (5, 1, 5)
    assert traced == [False] and not weights.requires_grad and torch.is_grad_enabled()


# What it learns

STEPS = 250


def draw(rng):
    codes = rng.integers(0, 3, (32, 4))
    return torch.tensor(codes), torch.tensor(rng.integers(1, 5, 32))


def copied(model, batch):
    """Cross-entropy for saying what was read, and stop, 3, in place of padding."""
    inputs, lengths = batch
    targets = torch.where(masks.padding(lengths, 4)[:, 0], inputs, 3)
    logits, _ = model(inputs, targets, lengths=lengths)
    return F.cross_entropy(logits.flatten(0, 1), targets.flatten())


@pytest.mark.parametrize(
    ("encoder", "decoder"),
    [
        (RecurrentEncoder, FixedVectorDecoder),
        (partial(RecurrentEncoder, bidirectional=True), BahdanauDecoder),
        (partial(RecurrentEncoder, layer=nn.LSTM), LuongDecoder),
        (ConvEncoder, partial(LuongDecoder, attention=GeneralAttention)),
    ],
)
def test_it_learns_to_copy_three_symbols_without_a_fault(encoder, decoder):
    sizes = Sizes(num_inputs=3, num_outputs=4, embedding_dim=16, state_dim=32)
    torch.manual_seed(0)
    model = EncoderDecoder(encoder(sizes), decoder(sizes))
    optimizer = partial(torch.optim.Adam, lr=0.01)
    fit(model, copied, draw, steps=STEPS, seed=0, optimizer=optimizer)
    inputs, lengths = draw(np.random.default_rng(99))
    symbols, _ = model.generate(inputs, lengths=lengths, most=4, stop=3)
    wanted = torch.where(masks.padding(lengths, 4)[:, 0], inputs, 3)
    assert torch.equal(symbols, wanted[:, : symbols.shape[1]])


# Encoders of other things


class Strip(nn.Module):
    """Reads pictures, a column a position: what a model of handwriting would do."""

    def __init__(self, sizes):
        super().__init__()
        self.column = nn.Linear(8, sizes.state_dim)

    def forward(self, inputs, lengths):
        mask = masks.padding(lengths, inputs.shape[1])[:, 0]
        return torch.where(mask[..., None], torch.tanh(self.column(inputs)), 0.0), mask

    def summary(self, states, mask):
        return states.sum(dim=1)


@every_decoder
def test_an_encoder_may_read_something_else_than_symbols(decoder):
    model = made(Strip, decoder)
    pictures = torch.randn(2, 6, 8, dtype=torch.float64, generator=torch.Generator().manual_seed(0))
    lengths = torch.tensor([6, 4])
    logits, _ = model(pictures, TARGETS[:2], lengths=lengths)
    close(model(pictures[1:, :4], TARGETS[1:2], lengths=lengths[1:])[0][0], logits[1])
    symbols, weights = model.generate(pictures, lengths=lengths, most=3)
    assert symbols.shape == (2, 3) and weights.shape[:2] == (2, 3)


# What is refused


def test_states_that_the_decoder_does_not_know_are_refused():
    wide = Sizes(num_inputs=7, num_outputs=5, embedding_dim=3, state_dim=6)
    model = EncoderDecoder(RecurrentEncoder(wide), LuongDecoder(SIZES))
    with pytest.raises(ValueError, match=r"the decoder has state_dim = 4, got states \(5, 5, 6\)"):
        model(INPUTS, TARGETS, lengths=LENGTHS)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"inputs": INPUTS + 2}, "inputs must lie from 0 to 6, got 2 to 8"),
        ({"targets": TARGETS + 1}, "targets must lie from 0 to 4, got 1 to 5"),
        ({"targets": TARGETS[:2]}, "targets and states must have one B, got 2 and 5"),
        ({"lengths": LENGTHS + 1}, "lengths must lie between 0 and key_len = 5, got 6"),
    ],
)
def test_a_batch_that_does_not_fit_is_refused_in_words(change, said):
    with pytest.raises(ValueError, match=said):
        made(RecurrentEncoder, BahdanauDecoder)(**{"inputs": INPUTS, "targets": TARGETS, "lengths": LENGTHS, **change})
