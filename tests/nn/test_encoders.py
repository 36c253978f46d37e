"""Encoders: by hand, against a loop and against packing, that padding changes nothing, and what is refused."""

from functools import partial

import pytest
import torch
from layers import close, tensor
from torch import nn
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

from attn_core.measure import parameters
from attn_core.nn import ConvEncoder, RecurrentEncoder, Sizes

SIZES = Sizes(num_inputs=7, num_outputs=5, embedding_dim=3, state_dim=4)
ENCODERS = {
    f"{layer.__name__}{' both ways' if both else ''}": partial(RecurrentEncoder, layer=layer, bidirectional=both)
    for layer in (nn.RNN, nn.LSTM, nn.GRU)
    for both in (False, True)
} | {"CNN": ConvEncoder}
every_encoder = pytest.mark.parametrize("kind", ENCODERS.values(), ids=ENCODERS.keys())
both_ways = pytest.mark.parametrize("layer", [nn.RNN, nn.LSTM, nn.GRU], ids=lambda layer: layer.__name__)

INPUTS = torch.tensor([[3, 1, 4, 1, 5], [2, 6, 0, 0, 0], [5, 3, 5, 0, 0], [0, 0, 0, 0, 0], [6, 0, 0, 0, 0]])
LENGTHS = torch.tensor([5, 2, 3, 0, 1])


def made(kind, sizes=SIZES, seed=0):
    torch.manual_seed(seed)
    return kind(sizes).double()


# By hand


def constant(module, number):
    for parameter in module.parameters():
        nn.init.constant_(parameter, number)


@pytest.mark.parametrize("both", [False, True])
def test_a_state_adds_up_what_came_before_and_backward_what_comes_after(both):
    sizes = Sizes(num_inputs=4, num_outputs=1, embedding_dim=1, state_dim=1 + both)
    encoder = made(partial(RecurrentEncoder, layer=partial(nn.RNN, nonlinearity="relu"), bidirectional=both), sizes)
    constant(encoder, 1.0)
    for layer in encoder.layers.values():
        for bias in (layer.bias_ih_l0, layer.bias_hh_l0):
            nn.init.zeros_(bias)
    with torch.no_grad():
        encoder.embedding.weight[:] = tensor([[0.0], [1.0], [2.0], [3.0]])  # a symbol is its code
    states, mask = encoder(torch.tensor([[1, 2, 3], [3, 1, 2]]), torch.tensor([3, 2]))
    sums = tensor([[[1, 6], [3, 5], [6, 3]], [[3, 4], [4, 1], [0, 0]]])  # (B, L, before and after)
    close(states, sums if both else sums[..., :1])
    assert mask.tolist() == [[True, True, True], [True, True, False]]
    close(encoder.summary(states, mask), [[6, 6], [4, 4]] if both else [[6], [4]])


def test_a_convolution_adds_what_it_sees_of_the_neighbours():
    sizes = Sizes(num_inputs=4, num_outputs=1, embedding_dim=2, state_dim=1)
    encoder = made(partial(ConvEncoder, num_layers=1), sizes)
    constant(encoder, 0.0)
    nn.init.constant_(encoder.layers[0].weight, 1.0)
    with torch.no_grad():
        encoder.widen.weight[0, 0] = 1.0  # of the vector of a position, its sine: 0 at position 0
        encoder.embedding.weight[:, 0] = tensor([9.0, 1.0, 2.0, 3.0])
    states, mask = encoder(torch.tensor([[2, 0, 0]]), torch.tensor([1]))
    close(states, [[[2 + torch.tanh(tensor(2.0))], [0], [0]]])
    states, mask = encoder(torch.tensor([[2, 1, 0]]), torch.tensor([2]))
    second = 1 + torch.sin(tensor(1.0))
    seen = torch.tanh(2 + second)
    close(states, [[[2 + seen], [second + seen], [0]]])
    close(encoder.summary(states, mask), [[(2 + second) / 2 + seen]])


# Against other ways to compute it


@both_ways
def test_both_ways_are_torchs_bidirectional_layer_on_packed_sequences(layer):
    encoder = made(ENCODERS[f"{layer.__name__} both ways"])
    whole = layer(3, 2, batch_first=True, bidirectional=True).double()
    for name, parameter in encoder.layers["onward"].state_dict().items():
        getattr(whole, name).data = parameter
        getattr(whole, f"{name}_reverse").data = encoder.layers["back"].state_dict()[name]
    some = LENGTHS > 0  # packing takes no empty sequences
    inputs, lengths = INPUTS[some], LENGTHS[some]
    packed = pack_padded_sequence(encoder.embedding(inputs), lengths, batch_first=True, enforce_sorted=False)
    wanted, end = whole(packed)
    states, mask = encoder(inputs, lengths)
    close(states, pad_packed_sequence(wanted, batch_first=True, total_length=5)[0])
    end = end[0] if layer is nn.LSTM else end  # (2, B, 2)
    close(encoder.summary(states, mask), torch.cat([end[0], end[1]], dim=-1))


def test_the_convolution_is_a_loop_over_layers_positions_and_neighbours():
    encoder = made(partial(ConvEncoder, kernel_size=5, num_layers=2))
    states, _ = encoder(INPUTS[:1], LENGTHS[:1])
    rates = [1, 1, 10_000 ** (-2 / 3)]
    positions = tensor([[[torch.sin, torch.cos][d % 2](tensor(t * rates[d])) for d in range(3)] for t in range(5)])
    x = encoder.widen(encoder.embedding(INPUTS[0]) + positions)
    for conv in encoder.layers:
        seen = torch.stack(
            [
                conv.bias + sum(conv.weight[:, :, k] @ x[t + k - 2] for k in range(5) if 0 <= t + k - 2 < 5)
                for t in range(5)
            ]
        )
        x = x + torch.tanh(seen)
    close(states[0], x)


def test_the_number_of_parameters_is_that_of_the_formula():
    embedding, e, d = 7 * 3, 3, 4
    for layer, gates in ((nn.RNN, 1), (nn.GRU, 3), (nn.LSTM, 4)):
        one = RecurrentEncoder(SIZES, layer=layer)
        both = RecurrentEncoder(SIZES, layer=layer, bidirectional=True)
        assert parameters(one) == embedding + gates * (e * d + d * d + 2 * d)
        assert parameters(both) == embedding + 2 * gates * (e * d // 2 + (d // 2) ** 2 + d)
    conv = ConvEncoder(SIZES, kernel_size=5, num_layers=2)
    assert parameters(conv) == embedding + (e + 1) * d + 2 * (5 * d * d + d)


# Padding changes nothing


@every_encoder
def test_padding_of_any_kind_changes_nothing(kind):
    encoder = made(kind)
    states, mask = encoder(INPUTS, LENGTHS)
    summary = encoder.summary(states, mask)
    assert torch.equal(mask, torch.arange(5) < LENGTHS[:, None])
    assert not states[~mask].any() and states.shape == (5, 5, 4) and summary.shape == (5, 4)
    noise = torch.where(mask, INPUTS, 6 - INPUTS)
    close(encoder(noise, LENGTHS)[0], states)
    for row, length in enumerate(LENGTHS):
        if length:
            alone, own = encoder(INPUTS[row : row + 1, :length], length[None])
            close(states[row, :length], alone[0])
            close(summary[row], encoder.summary(alone, own)[0])


@every_encoder
def test_an_empty_sequence_has_zeros_for_states_and_summary(kind):
    encoder = made(kind)
    states, mask = encoder(INPUTS, LENGTHS)
    assert not states[3].any() and not mask[3].any() and not encoder.summary(states, mask)[3].any()


@every_encoder
def test_padding_has_no_gradient(kind):
    encoder = made(kind)
    states, mask = encoder(torch.tensor([[1, 2, 3, 3]]), torch.tensor([2]))
    (states.sum() + encoder.summary(states, mask).sum()).backward()
    gradient = encoder.embedding.weight.grad
    assert gradient[1].any() and gradient[2].any() and not gradient[[0, 3, 4, 5, 6]].any()


@every_encoder
def test_codes_of_any_integer_dtype_read_the_same_and_stay_as_they_are(kind):
    encoder = made(kind)
    states, _ = encoder(INPUTS, LENGTHS)
    inputs, lengths = INPUTS.to(torch.uint8), LENGTHS.to(torch.int32)
    close(encoder(inputs, lengths)[0], states, atol=0)
    assert torch.equal(inputs, INPUTS.to(torch.uint8))


@every_encoder
def test_every_true_position_reaches_the_summary_and_order_matters(kind):
    encoder = made(kind)

    def summary(*codes):
        return encoder.summary(*encoder(torch.tensor([codes]), torch.tensor([len(codes)])))

    first = summary(1, 2, 3, 4)
    for other in (summary(5, 2, 3, 4), summary(1, 2, 3, 5), summary(2, 1, 3, 4), summary(4, 3, 2, 1)):
        assert abs(first - other).max() > 1e-6


def test_a_state_of_the_cnn_sees_as_many_symbols_as_it_says():
    encoder = made(partial(ConvEncoder, kernel_size=3, num_layers=2))
    before, _ = encoder(torch.tensor([[1] * 11]), torch.tensor([11]))
    after, _ = encoder(torch.tensor([[1] * 5 + [2] + [1] * 5]), torch.tensor([11]))
    changed = (before != after).any(dim=-1)[0]
    assert changed.nonzero().flatten().tolist() == [3, 4, 5, 6, 7]  # 2 · (3 − 1) + 1


@every_encoder
def test_the_seed_of_torch_decides_the_states(kind):
    first, second, other = (made(kind, seed=seed)(INPUTS, LENGTHS)[0] for seed in (1, 1, 2))
    assert torch.equal(first, second) and not torch.equal(first, other)


# What is refused


@pytest.mark.parametrize(
    ("make", "error", "said"),
    [
        (lambda: Sizes(7, 5, state_dim=0), ValueError, "state_dim must be 1 or more, got 0"),
        (lambda: Sizes(7, 5.0), TypeError, "num_outputs must be an integer, got 5.0"),
        (lambda: RecurrentEncoder(Sizes(7, 5, state_dim=3), bidirectional=True), ValueError, "even state_dim, got 3"),
        (lambda: ConvEncoder(SIZES, kernel_size=4), ValueError, "kernel_size must be odd, .* got 4"),
        (lambda: ConvEncoder(SIZES, num_layers=0), ValueError, "num_layers must be 1 or more, got 0"),
    ],
)
def test_sizes_that_make_no_sense_are_refused(make, error, said):
    with pytest.raises(error, match=said):
        make()


@pytest.mark.parametrize(
    ("inputs", "lengths", "error", "said"),
    [
        (INPUTS + 2, LENGTHS, ValueError, "inputs must lie from 0 to 6, got 2 to 8"),
        (INPUTS - 1, LENGTHS, ValueError, "inputs must lie from 0 to 6, got -1 to 5"),
        (INPUTS.double(), LENGTHS, TypeError, "inputs must be integers, got float64"),
        (INPUTS > 0, LENGTHS, TypeError, "inputs must be integers, got bool"),
        (INPUTS.numpy(), LENGTHS, TypeError, "inputs must be a torch tensor, got ndarray"),
        (INPUTS[0], LENGTHS, ValueError, r"inputs must be \(B, L\) with at least one position, got \(5,\)"),
        (INPUTS[:, :0], LENGTHS, ValueError, r"inputs must be \(B, L\) with at least one position, got \(5, 0\)"),
        (INPUTS, LENGTHS + 1, ValueError, "lengths must lie between 0 and key_len = 5, got 6"),
        (INPUTS, LENGTHS.double(), TypeError, "lengths must be integers, got float64"),
        (INPUTS, LENGTHS[:2], ValueError, r"lengths must be \(B,\) = \(5,\), got \(2,\)"),
        (INPUTS, LENGTHS[:, None], ValueError, r"lengths must be \(B,\) = \(5,\), got \(5, 1\)"),
        (INPUTS, LENGTHS[0], ValueError, r"lengths must be \(B,\) = \(5,\), got \(\)"),
        (INPUTS, LENGTHS.numpy(), TypeError, "inputs and lengths must come from one library, got torch and numpy"),
        (INPUTS, 5, TypeError, "lengths must be an array, got int"),
    ],
)
@pytest.mark.parametrize("kind", [RecurrentEncoder, ConvEncoder])
def test_what_cannot_be_read_is_refused_in_words(kind, inputs, lengths, error, said):
    with pytest.raises(error, match=said):
        made(kind)(inputs, lengths)
