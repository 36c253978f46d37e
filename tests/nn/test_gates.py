"""The gates of an LSTM: weights by hand, against torch's cell state and a loop, padding, and what is refused."""

import math

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from layers import close, tensor
from torch import nn

from attn_core.nn import chrono_, forget_bias_, unrolled_gates

B, L, D, H = 3, 7, 4, 5


def lstm(seed=0, **options):
    torch.manual_seed(seed)
    return nn.LSTM(D, H, batch_first=True, **options).double()


def sequences(seed=0, scale=1.0):
    return scale * torch.randn(B, L, D, dtype=torch.float64, generator=torch.Generator().manual_seed(seed))


# By hand


def test_gates_half_open_let_in_one_half_and_halve_it_at_each_later_step():
    layer = nn.LSTM(1, 1, batch_first=True).double()
    for parameter in layer.parameters():
        nn.init.zeros_(parameter)
    with torch.no_grad():
        layer.weight_ih_l0[2] = 1.0  # the candidate is tanh(x)
    weights, candidates = unrolled_gates(layer, tensor([[[0.5], [-1.0], [2.0]]]))
    close(weights.detach()[0, :, 0], [1 / 8, 1 / 4, 1 / 2])
    close(candidates.detach()[0, :, 0], [math.tanh(0.5), math.tanh(-1), math.tanh(2)])


def test_a_gate_that_depends_on_the_input_weighs_this_step_and_all_before_it():
    layer = nn.LSTM(1, 1, batch_first=True).double()
    for parameter in layer.parameters():
        nn.init.zeros_(parameter)
    with torch.no_grad():
        layer.weight_ih_l0[:2, 0] = tensor([math.log(3), -math.log(9)])  # at x = 1: let in 3/4, keep 1/10
    weights, _ = unrolled_gates(layer, tensor([[[1.0], [1.0], [0.0]]]))
    close(weights.detach()[0, :, 0], [0.75 * 0.1 * 0.5, 0.75 * 0.5, 0.5])


# Against other ways to compute it


@given(st.integers(0, 10_000), st.sampled_from([0.1, 1.0, 30.0]), st.booleans())
@settings(max_examples=30, deadline=None)
def test_the_weighted_sum_is_the_last_cell_state(seed, scale, bias):
    layer, x = lstm(seed, bias=bias), sequences(seed, scale)
    weights, candidates = unrolled_gates(layer, x)
    _, (_, cell) = layer(x)
    close((weights * candidates).sum(1).detach(), cell[0].detach(), atol=1e-10)
    assert weights.min() >= 0 and weights.max() <= 1 and candidates.abs().max() <= 1


def test_weights_are_those_of_a_loop_over_single_cells():
    layer, x = lstm(), sequences()
    cell = nn.LSTMCell(D, H).double()
    cell.load_state_dict({name.removesuffix("_l0"): value for name, value in layer.state_dict().items()})
    state, held = torch.zeros(2, B, H, dtype=torch.float64)
    weights = []
    for t in range(L):
        gates = x[:, t] @ cell.weight_ih.mT + cell.bias_ih + state @ cell.weight_hh.mT + cell.bias_hh
        let_in, keep, _, _ = gates.chunk(4, dim=-1)
        weights = [weight * keep.sigmoid() for weight in weights] + [let_in.sigmoid()]
        state, held = cell(x[:, t], (state, held))
    close(unrolled_gates(layer, x)[0].detach(), torch.stack(weights, 1).detach())


def test_with_lengths_it_is_the_cell_state_at_each_ones_end():
    layer, x, lengths = lstm(), sequences(), torch.tensor([7, 3, 0])
    weights, candidates = unrolled_gates(layer, x, lengths=lengths)
    together = (weights * candidates).sum(1).detach()
    for row in range(2):
        _, (_, cell) = layer(x[row : row + 1, : lengths[row]])
        close(together[row], cell[0, 0].detach(), atol=1e-10)
    assert not together[2].any() and not weights[1, 3:].any() and not candidates[1, 3:].any()


# The edges


def test_nan_behind_the_end_reaches_neither_weights_nor_gradient():
    layer, lengths, both = lstm(), torch.tensor([7, 3, 0]), []
    for bad in (0.0, math.nan):
        x = sequences()
        x[1, 3:], x[2] = bad, bad
        x.requires_grad_()
        weights, candidates = unrolled_gates(layer, x, lengths=lengths)
        (gradient,) = torch.autograd.grad((weights * candidates).sum(), x)
        both.append((weights, candidates, gradient))
    assert all(torch.equal(one, other) for one, other in zip(*both, strict=True))


def test_one_step_has_the_weight_of_its_input_gate_and_no_steps_give_nothing():
    layer, x = lstm(), sequences()
    weights, _ = unrolled_gates(layer, x[:, :1])
    gates = x[:, 0] @ layer.weight_ih_l0.mT + layer.bias_ih_l0 + layer.bias_hh_l0
    close(weights[:, 0].detach(), gates[:, :H].sigmoid().detach())
    for nothing in (x[:, :0], x[:0]):
        weights, candidates = unrolled_gates(layer, nothing)
        assert weights.shape == candidates.shape == (*nothing.shape[:2], H)


def test_gradients_are_those_of_finite_differences_and_inputs_stay():
    layer, x = lstm(), sequences()[:1, :3]
    before = x.clone()
    assert torch.autograd.gradcheck(lambda x: unrolled_gates(layer, x), [x.clone().requires_grad_()])
    unrolled_gates(layer, x)
    assert torch.equal(x, before)


# How open they are at first


def standing(layer):
    """What the four gates of an LSTM are where inputs and states are zero, (4, H)."""
    return (layer.bias_ih_l0 + layer.bias_hh_l0).detach().view(4, H)


def test_a_forget_bias_is_the_sum_of_both_biases_and_the_others_stay():
    layer = lstm()
    before = standing(layer)
    assert forget_bias_(layer, 2.5) is layer
    close(standing(layer)[1], [2.5] * H)
    close(standing(layer)[[0, 2, 3]], before[[0, 2, 3]])


def test_chrono_lets_in_as_much_as_it_lets_go_and_keeps_for_all_times_up_to_the_longest():
    wide = nn.LSTM(2, 2000)
    assert chrono_(wide, 100, generator=torch.Generator().manual_seed(0)) is wide
    let_in, keep, _, _ = (wide.bias_ih_l0 + wide.bias_hh_l0).detach().view(4, 2000).sigmoid()
    torch.testing.assert_close(let_in, 1 - keep)
    times = 1 / (1 - keep)
    assert times.min() >= 2 - 1e-5 and times.max() <= 100 + 1e-3
    assert times.mean().item() == pytest.approx(51, rel=0.05)


def test_chrono_draws_from_its_generator_and_from_nothing_else():
    state = torch.get_rng_state()
    first, second = (chrono_(lstm(), 50, generator=torch.Generator().manual_seed(3)) for _ in range(2))
    other = chrono_(lstm(), 50, generator=torch.Generator().manual_seed(4))
    assert torch.equal(standing(first), standing(second)) and not torch.equal(standing(first), standing(other))
    torch.set_rng_state(state)
    forget_bias_(first, 1.0)
    assert torch.equal(torch.get_rng_state(), state)


# What is refused


@pytest.mark.parametrize(
    ("options", "text"),
    [
        ({"num_layers": 2}, "lstm must have one layer and one direction, got num_layers=2, bidirectional=False"),
        ({"bidirectional": True}, "one layer and one direction, got num_layers=1, bidirectional=True"),
    ],
)
def test_more_layers_or_directions_are_refused(options, text):
    layer = lstm(**options)
    for call in (
        lambda: unrolled_gates(layer, sequences()),
        lambda: forget_bias_(layer, 1.0),
        lambda: chrono_(layer, 9),
    ):
        with pytest.raises(ValueError, match=text):
            call()


def test_what_does_not_fit_is_refused_in_words():
    layer, x = lstm(), sequences()
    with pytest.raises(TypeError, match=r"lstm must be a torch\.nn\.LSTM, got GRU"):
        unrolled_gates(nn.GRU(D, H), x)
    with pytest.raises(ValueError, match="batch_first=True and no proj_size, got batch_first=False, proj_size=0"):
        unrolled_gates(nn.LSTM(D, H).double(), x)
    with pytest.raises(ValueError, match="got batch_first=True, proj_size=2"):
        unrolled_gates(lstm(proj_size=2), x)
    with pytest.raises(ValueError, match=r"input_size\) with input_size = 4, got shape \(3, 7, 3\)"):
        unrolled_gates(layer, x[..., :3])
    with pytest.raises(ValueError, match=r"wanted inputs \(B, L, input_size\)"):
        unrolled_gates(layer, x[0])
    with pytest.raises(TypeError, match="the layer and inputs must have one dtype, got float64 and float32"):
        unrolled_gates(layer, x.float())
    with pytest.raises(ValueError, match=r"lengths must be \(B,\) = \(3,\), got \(2,\)"):
        unrolled_gates(layer, x, lengths=torch.tensor([1, 2]))


def test_a_bias_needs_a_place_and_a_finite_number():
    with pytest.raises(ValueError, match="lstm must have biases, got bias=False"):
        forget_bias_(lstm(bias=False), 1.0)
    with pytest.raises(ValueError, match="bias must be a finite number, got inf"):
        forget_bias_(lstm(), math.inf)
    with pytest.raises(ValueError, match="longest must be a finite number above 2, got 2"):
        chrono_(lstm(), 2)
