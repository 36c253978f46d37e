"""The formulas against numbers by hand, torch's own modules, and layers written out with each quantity named."""

import dataclasses
import math

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import nn

from attn_core import costs, measure
from attn_core.costs import ATTENTION, BLOCK, GRU, LSTM, RNN, convolution, crossing, meetings

LAYERS = [RNN, GRU, LSTM, ATTENTION, BLOCK, *map(convolution, (1, 3, 4, 9))]
every_layer = pytest.mark.parametrize("layer", LAYERS, ids=lambda layer: f"{layer.name} {layer.kernel_size}")


# ---- by hand ----


def test_parameters_of_width_two_by_hand():
    found = {layer.name: layer.parameters(2) for layer in (RNN, GRU, LSTM, ATTENTION, BLOCK, convolution(3))}
    wanted = {"RNN": 8, "GRU": 24, "LSTM": 32, "self-attention": 16, "Transformer block": 48, "convolution": 12}
    assert found == wanted


def test_three_positions_of_width_two_by_hand():
    assert LSTM.multiply_adds(3, 2) == 3 * 32
    assert ATTENTION.multiply_adds(3, 2) == 3 * 16 + 9 * 2 + 9 * 2  # projections, scores, sums
    assert LSTM.activations(3, 2) == 3 * 2 * 6
    assert ATTENTION.activations(3, 2, num_heads=2) == 3 * 2 * 5 + 2 * 9
    assert (LSTM.steps(3), LSTM.steps(3, num_layers=2), ATTENTION.steps(3, num_layers=2)) == (3, 4, 2)


def test_attention_meets_the_others_where_the_pencil_says():
    d = 512
    assert crossing(ATTENTION, LSTM, d) == 2 * d
    assert crossing(ATTENTION, GRU, d) == d
    assert crossing(ATTENTION, RNN, d) is None
    assert crossing(ATTENTION, convolution(4), d) is None  # alike at length 0, dearer from there on
    assert crossing(ATTENTION, convolution(9), d) == 2.5 * d
    assert crossing(ATTENTION, BLOCK, d) is None
    assert crossing(BLOCK, LSTM, d) is None
    assert crossing(LSTM, GRU, d) is None


def test_curves_meet_where_the_pencil_says():
    assert meetings([1, 100], [1, 100], [10, 10]) == [10]  # halfway on a logarithmic axis
    assert meetings([1, 10, 100], [1, 3, 1], [2, 3, 0.5]) == [10]  # at a point, and no second time beside it
    assert meetings([1, 10, 100], [1, 4, 1], [2, 2, 2]) == pytest.approx([10**0.5, 10**1.5])
    assert meetings([1, 10], [1, 2], [1, 2]) == [1, 10]
    assert meetings([7], [1], [2]) == []


# ---- against torch's own modules ----


class Projected(nn.Module):
    """What attention costs where the weights are formed: four projections, and two products over all pairs."""

    def __init__(self, d):
        super().__init__()
        self.inner = nn.MultiheadAttention(d, 2, bias=False, batch_first=True)

    def forward(self, x):
        return self.inner(x, x, x)


def modules(d):
    yield RNN, nn.RNN(d, d, bias=False, batch_first=True)
    yield GRU, nn.GRU(d, d, bias=False, batch_first=True)
    yield LSTM, nn.LSTM(d, d, bias=False, batch_first=True)
    yield ATTENTION, Projected(d)
    yield BLOCK, nn.TransformerEncoderLayer(d, 2, 4 * d, bias=False, batch_first=True, dropout=0.0)
    for k in (1, 3, 9):
        yield convolution(k), nn.Sequential(Turned(), nn.Conv1d(d, d, k, padding="same", bias=False), Turned())


class Turned(nn.Module):
    def forward(self, x):
        return x.mT


@pytest.mark.parametrize("d", [8, 16])
def test_parameters_are_those_of_torchs_modules_without_norms(d):
    for layer, module in modules(d):
        norms = sum(measure.parameters(part) for part in module.modules() if isinstance(part, nn.LayerNorm))
        assert measure.parameters(module) - norms == layer.parameters(d), layer.name


@pytest.mark.parametrize(("length", "d"), [(1, 8), (7, 8), (40, 8), (5, 16)])
def test_multiply_adds_are_those_that_torch_counts(length, d):
    for layer, module in modules(d):
        assert measure.multiply_adds(module, torch.ones(1, length, d)) == layer.multiply_adds(length, d), layer.name


@pytest.mark.parametrize("kernel_size", [2, 3, 5])
@pytest.mark.parametrize("length", [1, 2, 9, 10, 17])
def test_convolutions_as_many_as_the_path_are_the_fewest_whose_last_output_sees_the_first_input(kernel_size, length):
    wanted = convolution(kernel_size).path(length)
    one = nn.Conv1d(1, 1, kernel_size, bias=False)
    nn.init.ones_(one.weight)
    x = torch.zeros(1, 1, length, requires_grad=True)
    for layers in range(1, wanted + 1):
        out = x
        for _ in range(layers):
            out = one(nn.functional.pad(out, (kernel_size - 1, 0)))  # sees what lies before
        (gradient,) = torch.autograd.grad(out[0, 0, -1], x)
        assert (gradient[0, 0, 0] > 0) == (layers == wanted)


# ---- layers written out: what is named is what is held ----


def recurrent(module, x):
    """The output of an RNN, GRU or LSTM of torch, from its equations, with the quantities of every position."""
    inputs, states = (w.detach().chunk(len(w) // x.shape[1]) for w in (module.weight_ih_l0, module.weight_hh_l0))
    h, c, held = torch.zeros(x.shape[1]), torch.zeros(x.shape[1]), []
    for row in x:
        a, b = [w @ row for w in inputs], [w @ h for w in states]
        if isinstance(module, nn.RNN):
            named = {"state": torch.tanh(a[0] + b[0])}
        elif isinstance(module, nn.GRU):
            r, z = torch.sigmoid(a[0] + b[0]), torch.sigmoid(a[1] + b[1])
            n = torch.tanh(a[2] + r * b[2])
            named = {"reset": r, "update": z, "candidate": n, "state": (1 - z) * n + z * h}
        else:
            i, f, g, o = (
                squash(a[j] + b[j]) for j, squash in enumerate([torch.sigmoid] * 2 + [torch.tanh, torch.sigmoid])
            )
            c = f * c + i * g
            named = {"input": i, "forget": f, "candidate": g, "output": o, "cell": c, "state": o * torch.tanh(c)}
        h = named["state"]
        held.append(named)
    return torch.stack([named["state"] for named in held]), [v for named in held for v in named.values()]


@pytest.mark.parametrize(("layer", "kind"), [(RNN, nn.RNN), (GRU, nn.GRU), (LSTM, nn.LSTM)])
def test_recurrent_layers_hold_what_their_equations_name(layer, kind):
    torch.manual_seed(0)
    module, x = kind(4, 4, bias=False), torch.randn(6, 4)
    output, held = recurrent(module, x)
    torch.testing.assert_close(output, module(x)[0])
    assert sum(v.numel() for v in held) == layer.activations(6, 4)


@pytest.mark.parametrize("num_heads", [1, 2, 4])
def test_attention_holds_what_its_equations_name(num_heads):
    torch.manual_seed(0)
    module, x = nn.MultiheadAttention(4, num_heads, bias=False), torch.randn(6, 4)
    q, k, v = (x @ w.T for w in module.in_proj_weight.detach().chunk(3))
    split = [each.reshape(6, num_heads, -1).swapaxes(0, 1) for each in (q, k, v)]
    weights = torch.softmax(split[0] @ split[1].mT / math.sqrt(4 / num_heads), -1)
    summed = (weights @ split[2]).swapaxes(0, 1).reshape(6, 4)
    output = summed @ module.out_proj.weight.detach().T
    torch.testing.assert_close(output, module(x, x, x)[0])
    held = [q, k, v, weights, summed, output]
    assert sum(each.numel() for each in held) == ATTENTION.activations(6, 4, num_heads=num_heads)
    feed_forward = [torch.relu(output @ torch.ones(4, 16)), output @ torch.ones(4, 4)]
    assert sum(each.numel() for each in held + feed_forward) == BLOCK.activations(6, 4, num_heads=num_heads)


# ---- laws and edges ----


@given(st.sampled_from(LAYERS), st.sampled_from(LAYERS), st.integers(1, 4096))
def test_at_the_crossing_both_cost_the_same_and_beside_it_they_change_places(first, second, d):
    at = crossing(first, second, d)
    assert at == crossing(second, first, d)
    gap = lambda n: first.multiply_adds(n, d) - second.multiply_adds(n, d)  # noqa: E731
    if at is None:
        signs = {np.sign(gap(n)) for n in (1, 2, 1000, 10**6)}
        assert len(signs) == 1
    else:
        if at == int(at):
            assert gap(int(at)) == 0
        below, above = math.ceil(at) - 1, math.floor(at) + 1
        assert below == 0 or gap(below) * gap(above) < 0


@given(st.integers(1, 4096), st.floats(0.1, 0.9))
def test_counted_curves_meet_near_the_crossing_of_the_formulas(d, place):
    at = crossing(ATTENTION, LSTM, d)
    lengths = at * 1.01 ** (np.arange(5) - 2 + place)
    counts = ([layer.matrices * n * d**2 + layer.pairs * n**2 * d for n in lengths] for layer in (ATTENTION, LSTM))
    assert meetings(lengths, *counts) == pytest.approx([at], rel=1e-4)


@every_layer
def test_one_position_is_one_step_with_both_ends_in_sight(layer):
    assert layer.steps(1) == layer.path(1) == 1


def test_a_kernel_that_sees_no_neighbour_never_joins_the_ends():
    assert convolution(1).path(2) is None


def test_counts_are_exact_where_floats_are_not():
    assert BLOCK.multiply_adds(10**9, 10**6) == 12 * 10**21 + 2 * 10**24
    assert type(LSTM.parameters(np.int32(100_000))) is int
    assert LSTM.parameters(np.int32(100_000)) == 8 * 10**10


def test_a_layer_does_not_change():
    with pytest.raises(dataclasses.FrozenInstanceError):
        LSTM.matrices = 4


@pytest.mark.parametrize(
    ("call", "error", "text"),
    [
        (lambda: LSTM.parameters(0), ValueError, "model_dim must be 1 or more, got 0"),
        (lambda: LSTM.parameters(2.5), TypeError, "model_dim must be an integer, got 2.5"),
        (lambda: LSTM.multiply_adds(-1, 8), ValueError, "length must be 1 or more, got -1"),
        (lambda: LSTM.steps(True), TypeError, "length must be an integer, got True"),
        (lambda: LSTM.steps(8, num_layers=0), ValueError, "num_layers must be 1 or more, got 0"),
        (
            lambda: ATTENTION.activations(8, 10, num_heads=4),
            ValueError,
            "num_heads must divide model_dim, got 4 and 10",
        ),
        (lambda: ATTENTION.path("8"), TypeError, "length must be an integer, got '8'"),
        (lambda: convolution(0), ValueError, "kernel_size must be 1 or more, got 0"),
        (lambda: crossing(ATTENTION, LSTM, 0), ValueError, "model_dim must be 1 or more, got 0"),
    ],
)
def test_sizes_that_are_none_are_refused(call, error, text):
    with pytest.raises(error, match=text):
        call()


@pytest.mark.parametrize(
    ("curves", "text"),
    [
        (([2, 1], [1, 2], [2, 1]), r"x must grow, got \[2.0, 1.0\]"),
        (([1, 2], [1, 2], [2]), r"n must be one size: x \(n,\) has 2, second \(n,\) has 1"),
        (([1, 2], [0, 2], [2, 1]), r"first must be finite and above zero, got \[0, 2\]"),
        (([1, math.inf], [1, 2], [2, 1]), "x must be finite and above zero"),
        (([], [], []), r"wanted x \(n,\) of numbers, got float64 of shape \(0,\)"),
        (([[1]], [1], [1]), r"got int64 of shape \(1, 1\)"),
        ((["a"], [1], [1]), r"wanted x \(n,\) of numbers, got <U1"),
    ],
)
def test_curves_that_are_none_are_refused(curves, text):
    with pytest.raises(ValueError, match=text):
        meetings(*curves)


def test_names_are_those_of_the_page():
    assert {layer.name for layer in LAYERS} == {
        "RNN", "GRU", "LSTM", "self-attention", "Transformer block", "convolution"
    }  # fmt: skip
    assert costs.Layer("mine", matrices=2, held=1).multiply_adds(3, 2) == 24
