"""Decoders: by hand, against the papers' steps in a loop, what is generated, the edges, and what is refused."""

import math
from functools import partial

import pytest
import torch
from arrays import TORCH_KINDS
from layers import close, tensor
from torch import nn

from attn_core.measure import parameters
from attn_core.nn import (
    AdditiveAttention,
    BahdanauDecoder,
    DotAttention,
    FixedVectorDecoder,
    GeneralAttention,
    LuongDecoder,
    Sizes,
)

V, E, D = 5, 3, 4
SIZES = Sizes(num_inputs=7, num_outputs=V, embedding_dim=E, state_dim=D)
DECODERS = {
    "fixed vector": FixedVectorDecoder,
    "narrow vector": partial(FixedVectorDecoder, vector_dim=2),
    "Bahdanau": BahdanauDecoder,
    "Luong dot": LuongDecoder,
    "Luong general": partial(LuongDecoder, attention=GeneralAttention),
    "Luong additive": partial(LuongDecoder, attention=partial(AdditiveAttention, hidden_dim=6)),
}
every_decoder = pytest.mark.parametrize("kind", DECODERS.values(), ids=DECODERS.keys())
with_attention = pytest.mark.parametrize("kind", [BahdanauDecoder, LuongDecoder])

TARGETS = torch.tensor([[1, 0, 4], [2, 2, 0]])
MASK = torch.tensor([[True, True, True, True], [True, True, False, False]])


def made(kind, seed=0):
    torch.manual_seed(seed)
    return kind(SIZES).double()


def read():
    """States, mask and summary of two sequences, as an encoder gives them."""
    generator = torch.Generator().manual_seed(0)
    states = torch.randn(2, 4, D, generator=generator, dtype=torch.float64) * MASK[..., None]
    return states, MASK, torch.randn(2, D, generator=generator, dtype=torch.float64)


# By hand: everything zero, but the read-out, which shows what the decoder has looked at


def bare(kind, *, shows):
    decoder = made(kind)
    for parameter in decoder.parameters():
        nn.init.zeros_(parameter)
    with torch.no_grad():
        decoder.read_out.weight[:D, shows] = torch.eye(D, dtype=torch.float64)
    return decoder


def test_a_fixed_vector_is_there_at_every_step_and_is_all_there_is_to_look_at():
    logits, weights = bare(FixedVectorDecoder, shows=slice(-D, None))(TARGETS, *read())
    close(logits[..., :D], read()[2][:, None].expand(2, 3, D))
    close(weights, torch.ones(2, 3, 1))


def test_a_narrow_vector_is_a_linear_map_of_the_summary():
    decoder = made(DECODERS["narrow vector"])
    _, states, mask = decoder.start(*read())
    close(states, decoder.squeeze(read()[2])[:, None])
    assert states.shape == (2, 1, 2) and mask.all() and mask.shape == (2, 1)


def test_bahdanaus_context_is_the_mean_where_all_scores_are_alike():
    states, mask, summary = read()
    logits, weights = bare(BahdanauDecoder, shows=slice(-D, None))(TARGETS, states, mask, summary)
    close(weights, torch.stack([tensor([[0.25] * 4] * 3), tensor([[0.5, 0.5, 0, 0]] * 3)]))
    close(logits[0, :, :D], states[0].mean(dim=0).expand(3, D))
    close(logits[1, :, :D], states[1, :2].mean(dim=0).expand(3, D))


def test_luongs_read_out_sees_the_tanh_of_context_and_state():
    states, mask, summary = read()
    decoder = bare(LuongDecoder, shows=slice(0, D))
    with torch.no_grad():
        decoder.mix.weight[:, :D] = torch.eye(D, dtype=torch.float64)  # the context's half
    logits, weights = decoder(TARGETS, states, mask, summary)
    close(weights[1], tensor([[0.5, 0.5, 0, 0]] * 3))  # a state of zeros scores 0 against everything
    close(logits[1, :, :D], torch.tanh(states[1, :2].mean(dim=0)).expand(3, D))


# Against the papers' steps, one sequence and one step at a time


def gru(cell, x, state):
    """Cho et al. (2014), with torch's names of the parameters."""
    suffix = "_l0" if isinstance(cell, nn.GRU) else ""
    w, u, b, c = (getattr(cell, name + suffix) for name in ("weight_ih", "weight_hh", "bias_ih", "bias_hh"))
    (xr, xz, xn), (hr, hz, hn) = (w @ x + b).chunk(3), (u @ state + c).chunk(3)
    r, z = torch.sigmoid(xr + hr), torch.sigmoid(xz + hz)
    return z * state + (1 - z) * torch.tanh(xn + r * hn)


def look(scores, states):
    shares = torch.softmax(torch.stack(scores), dim=0)
    return shares @ states, shares


def fixed_step(d, symbol, state, states):
    (vector,) = states
    state = gru(d.recurrent, torch.cat([symbol, vector]), state)
    return d.read_out(torch.cat([symbol, state, vector])), state, torch.ones(1)


def bahdanau_step(d, symbol, state, states):
    a = d.attention
    scores = [a.v @ torch.tanh(a.query_weight.T @ state + a.key_weight.T @ h) for h in states]
    context, shares = look(scores, states)
    state = gru(d.cell, torch.cat([symbol, context]), state)
    return d.read_out(torch.cat([symbol, state, context])), state, shares


def luong_step(d, symbol, state, states):
    state = gru(d.recurrent, symbol, state)
    weight = d.attention.weight if isinstance(d.attention, GeneralAttention) else torch.eye(D).double()
    context, shares = look([state @ weight @ h for h in states], states)
    return d.read_out(torch.tanh(d.mix.weight @ torch.cat([context, state]))), state, shares


STEPS = {
    "fixed vector": fixed_step,
    "narrow vector": fixed_step,
    "Bahdanau": bahdanau_step,
    "Luong dot": luong_step,
    "Luong general": luong_step,
}


@pytest.mark.parametrize("name", STEPS)
def test_it_is_the_step_of_the_paper_in_a_loop(name):
    decoder = made(DECODERS[name])
    states, mask, summary = read()
    logits, weights = decoder(TARGETS, states, mask, summary)
    for b in range(2):
        known, begin = states[b][mask[b]], summary[b]
        if isinstance(decoder, FixedVectorDecoder):
            begin = decoder.squeeze(begin)
            known = begin[None]
        state = torch.tanh(decoder.begin.weight @ begin + decoder.begin.bias)
        for t in range(3):
            symbol = decoder.embedding.weight[TARGETS[b, t - 1] if t else V]
            said, state, shares = STEPS[name](decoder, symbol, state, known)
            close(logits[b, t], said)
            close(weights[b, t, : len(known)], shares)
        assert not weights[b, :, len(known) :].any()


def test_bahdanaus_decoder_is_the_fixed_vector_where_there_is_one_thing_to_see():
    fixed, bahdanau = made(FixedVectorDecoder), made(BahdanauDecoder)
    shared = {name.replace("_l0", ""): p for name, p in fixed.recurrent.state_dict().items()}
    bahdanau.cell.load_state_dict(shared)
    for name in ("embedding", "begin", "read_out"):
        bahdanau.get_submodule(name).load_state_dict(fixed.get_submodule(name).state_dict())
    _, mask, vector = read()
    close(bahdanau(TARGETS, vector[:, None].expand(2, 4, D), mask, vector)[0], fixed(TARGETS, *read())[0])


def test_the_number_of_parameters_is_that_of_the_formula():
    embedding, begin = (V + 1) * E, (D + 1) * D

    def recurrent(width):
        return 3 * (width * D + D * D + 2 * D)

    def read_out(width):
        return (width + 1) * V

    assert parameters(made(FixedVectorDecoder)) == embedding + begin + recurrent(E + D) + read_out(E + 2 * D)
    narrow = embedding + (D + 1) * 2 + (2 + 1) * D + recurrent(E + 2) + read_out(E + D + 2)
    assert parameters(made(DECODERS["narrow vector"])) == narrow
    additive = 2 * D * D + D
    assert parameters(made(BahdanauDecoder)) == parameters(made(FixedVectorDecoder)) + additive
    dot = embedding + begin + recurrent(E) + 2 * D * D + read_out(D)
    assert parameters(made(LuongDecoder)) == dot
    assert parameters(made(DECODERS["Luong general"])) == dot + D * D


# What a logit has seen


@every_decoder
def test_a_logit_has_seen_the_targets_before_it_and_no_other(kind):
    decoder = made(kind)
    logits, _ = decoder(TARGETS, *read())
    for t in range(3):
        targets = TARGETS.clone()
        targets[:, t] = (targets[:, t] + 1) % V
        changed = (decoder(targets, *read())[0] != logits).any(dim=-1)
        assert changed.tolist() == [[later > t for later in range(3)]] * 2


@every_decoder
def test_every_parameter_learns(kind):
    decoder = made(kind)
    logits, _ = decoder(TARGETS, *read())
    logits.square().sum().backward()
    assert all(parameter.grad.any() for parameter in decoder.parameters())


def test_through_a_fixed_vector_nothing_passes_but_the_vector():
    decoder = made(DECODERS["narrow vector"])
    states, mask, summary = read()
    with torch.no_grad():
        decoder.squeeze.weight[:, 2:] = 0
    logits, _ = decoder(TARGETS, states, mask, summary)
    other = torch.cat([summary[:, :2], summary[:, 2:] + 1], dim=1)
    assert torch.equal(decoder(TARGETS, states + 1, mask, other)[0], logits)


# What is generated


@every_decoder
def test_what_is_generated_is_what_it_says_when_it_reads_that(kind):
    decoder = made(kind, seed=3)
    symbols, weights = decoder.generate(*read(), most=6)
    logits, looked = decoder(symbols, *read())
    assert torch.equal(symbols, logits.argmax(dim=-1)) and symbols.shape == (2, 6)
    close(weights, looked)
    assert not weights.requires_grad


@every_decoder
def test_after_stop_there_is_only_stop_and_nothing_is_looked_at(kind):
    apart = 0
    for seed in range(8):
        decoder = made(kind, seed)
        with torch.no_grad():
            decoder.read_out.weight *= 20  # or the symbols hardly ever change
        symbols, weights = decoder.generate(*read(), most=6)
        for stop in range(V):
            ends = [row.index(stop) if stop in row else 6 for row in symbols.tolist()]
            apart += ends[0] != ends[1]
            length = min(6, max(ends) + 1)
            stopped, looked = decoder.generate(*read(), most=6, stop=stop)
            assert stopped.shape == (2, length)
            for row, end in enumerate(ends):
                assert stopped[row].tolist() == [*symbols[row, :end].tolist(), *[stop] * (length - end)][:length]
                close(looked[row, : end + 1], weights[row, : min(end + 1, length)])
                assert not looked[row, end + 1 :].any()
    assert apart  # one sequence went on while the other had stopped


def test_it_ends_when_all_have_stopped():
    decoder = made(BahdanauDecoder)
    with torch.no_grad():
        decoder.read_out.bias[2] = 100.0
    symbols, weights = decoder.generate(*read(), most=6, stop=2)
    assert symbols.tolist() == [[2], [2]] and weights.shape == (2, 1, 4)


# The edges


@with_attention
def test_with_nothing_to_attend_there_are_zeros_and_it_still_writes(kind):
    decoder = made(kind)
    states, mask, summary = read()
    mask = mask & torch.tensor([[True], [False]])
    logits, weights = decoder(TARGETS, states, mask, summary)
    assert not weights[1].any() and logits.isfinite().all()
    close(weights[0].sum(dim=-1), torch.ones(3))
    elsewhere = torch.where(mask[..., None], states, math.nan)
    assert torch.equal(decoder(TARGETS, elsewhere, mask, summary)[0], logits)


@every_decoder
def test_one_state_and_one_target_are_enough(kind):
    states, mask, summary = read()
    logits, weights = made(kind)(TARGETS[:, :1], states[:, :1], mask[:, :1], summary)
    assert logits.shape == (2, 1, V)
    close(weights, torch.ones(2, 1, 1))


@every_decoder
@pytest.mark.parametrize("array", TORCH_KINDS, ids=str)
def test_it_runs_in_every_dtype_and_keeps_it(array, kind):
    decoder = made(kind)
    states, mask, summary = read()
    wanted, _ = decoder(TARGETS, states, mask, summary)
    states, summary = (x.to(array.native) for x in (states, summary))
    logits, weights = decoder.to(array.native)(TARGETS, states, mask, summary)
    assert logits.dtype == weights.dtype == array.native
    close(logits, wanted, atol=16 * array.limits.eps)


# What is refused


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda: FixedVectorDecoder(SIZES, vector_dim=0), "vector_dim must be 1 or more, got 0"),
        (lambda: made(LuongDecoder).generate(*read(), most=0), "most must be 1 or more, got 0"),
        (lambda: made(LuongDecoder).generate(*read(), most=3, stop=5), "stop must lie from 0 to 4, got 5"),
        (lambda: made(LuongDecoder)(TARGETS + 1, *read()), "targets must lie from 0 to 4, got 1 to 5"),
        (lambda: made(LuongDecoder)(TARGETS[:, :0], *read()), "targets must be .* at least one position"),
        (lambda: made(LuongDecoder)(TARGETS[:1], *read()), "targets and states must have one B, got 1 and 2"),
    ],
)
def test_what_makes_no_sense_is_refused(make, said):
    with pytest.raises(ValueError, match=said):
        make()


@every_decoder
def test_states_of_another_width_or_dtype_are_refused(kind):
    states, mask, summary = read()
    with pytest.raises(ValueError, match=r"the decoder has state_dim = 4, got states \(2, 4, 3\)"):
        made(kind)(TARGETS, states[..., :3], mask, summary[:, :3])
    with pytest.raises(ValueError, match="state_dim must be one size"):
        made(kind)(TARGETS, states, mask, summary[:, :3])
    with pytest.raises(TypeError, match="the decoder and states must have one dtype, got float64 and float32"):
        made(kind)(TARGETS, states.float(), mask, summary.float())


def test_the_default_looks_by_the_dot_product():
    assert isinstance(made(LuongDecoder).attention, DotAttention)
