"""The encoder of pixels: by hand, against loops, that padding changes nothing, and what is refused."""

import re

import numpy as np
import pytest
import torch
from layers import close

from attn_core.nn import PixelEncoder, sinusoids

LENGTHS = torch.tensor([12, 8, 0])


def made(height=8, state_dim=4, seed=0, **sizes):
    torch.manual_seed(seed)
    return PixelEncoder(height, state_dim, **sizes).double()


def strips(seed=1, height=8):
    torch.manual_seed(seed)
    return torch.rand(3, 12, height, dtype=torch.float64)


# By hand


def test_a_spot_of_ink_lights_the_states_that_see_it():
    encoder = made(height=4, state_dim=1, channels=1)
    with torch.no_grad():
        for layer in (encoder.near, encoder.far, encoder.widen):
            layer.weight.fill_(1.0)
            layer.bias.zero_()
    strip = torch.zeros(1, 12, 4, dtype=torch.float64)
    strip[0, 4, 0] = 2.0  # in the fifth column, so in the third state
    states, mask = encoder(strip, torch.tensor([12]))
    # The first layer spreads it over columns 3 to 5, of which the pool makes 1 and 2, in the upper row. The second
    # spreads these over 0 to 3, in both rows; of the rows the pool takes one, and the two features are added.
    close(states[..., 0] - sinusoids(6, 1, like=states)[:, 0], [[4, 8, 8, 4, 0, 0]])
    assert mask.all()


# Against loops


def by_loops(encoder, strip):
    """The states of one strip of full length."""

    def convolve(layer, maps):
        weight, bias = layer.weight.detach().numpy(), layer.bias.detach().numpy()
        out = np.zeros((len(weight), *maps.shape[1:]))
        padded = np.pad(maps, ((0, 0), (1, 1), (1, 1)))
        for c, y, x in np.ndindex(out.shape):
            out[c, y, x] = max((weight[c] * padded[:, y : y + 3, x : x + 3]).sum() + bias[c], 0)
        return out

    near = convolve(encoder.near, strip.numpy().T[None])
    near = np.maximum(
        np.maximum(near[:, ::2, ::2], near[:, 1::2, ::2]), np.maximum(near[:, ::2, 1::2], near[:, 1::2, 1::2])
    )
    far = convolve(encoder.far, near)
    far = np.maximum(far[:, ::2], far[:, 1::2])
    weight, bias = encoder.widen.weight.detach().numpy(), encoder.widen.bias.detach().numpy()
    states = [weight @ far[..., x].ravel() + bias for x in range(far.shape[2])]
    return np.array(states) + sinusoids(len(states), len(bias)).numpy()


@pytest.mark.parametrize(("height", "channels"), [(8, 3), (4, 1), (12, 2)])
def test_states_are_those_of_loops(height, channels):
    encoder, strip = made(height, 5, channels=channels), strips(height=height)
    states, _ = encoder(strip, torch.tensor([12, 12, 12]))
    for got, one in zip(states.detach(), strip, strict=True):
        np.testing.assert_allclose(got, by_loops(encoder, one), atol=1e-6)


# The edges


def test_what_stands_behind_the_end_changes_nothing_and_no_strip_gives_nothing():
    encoder, inputs = made(), strips()
    states, mask = encoder(inputs, LENGTHS)
    changed = inputs.clone()
    changed[1, 8:], changed[2] = torch.inf, 9.0
    close(encoder(changed, LENGTHS)[0], states)
    short, _ = encoder(inputs[1:2, :8], torch.tensor([8]))
    close(states[1, :4], short[0])
    assert mask.sum(dim=1).tolist() == [6, 4, 0] and (states[~mask] == 0).all()
    close(encoder.summary(states, mask)[1], states[1, :4].mean(dim=0))
    assert (encoder.summary(states, mask)[2] == 0).all()


def test_an_odd_length_has_a_state_for_its_last_column():
    _, mask = made()(strips(), torch.tensor([5, 1, 0]))
    assert mask.sum(dim=1).tolist() == [3, 1, 0]


def test_every_parameter_learns():
    encoder = made()
    encoder(strips(), LENGTHS)[0].square().sum().backward()
    assert all(parameter.grad.abs().sum() > 0 for parameter in encoder.parameters())


# What is refused


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: PixelEncoder(6, 4), "height must be a multiple of 4, got 6"),
        (lambda: PixelEncoder(8, 0), "state_dim must be 1 or more, got 0"),
        (lambda: made()(strips()[:, :11], LENGTHS), "inputs must be (B, L, 8) with an even L, got (3, 11, 8)"),
        (lambda: made()(strips(height=4), LENGTHS), "inputs must be (B, L, 8) with an even L, got (3, 12, 4)"),
        (lambda: made()(strips(), LENGTHS[:2]), "lengths must be (B,) = (3,), got (2,)"),
        (lambda: made()(strips()[0], LENGTHS), "inputs"),
        (lambda: made()(strips().float(), LENGTHS), "inputs"),
    ],
)
def test_what_does_not_fit_is_refused_in_words(call, words):
    with pytest.raises((TypeError, ValueError), match=re.escape(words)):
        call()
