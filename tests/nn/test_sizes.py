"""Sizes: the defaults, that they stay, and what is refused."""

from dataclasses import FrozenInstanceError

import pytest

from attn_core.nn import Sizes, TransformerSizes


def test_only_the_numbers_of_symbols_have_no_default():
    assert Sizes(num_inputs=10, num_outputs=12) == Sizes(10, 12, embedding_dim=32, state_dim=64)


def test_sizes_stay_as_they_are():
    with pytest.raises(FrozenInstanceError):
        Sizes(10, 12).state_dim = 32


@pytest.mark.parametrize("name", ["num_inputs", "num_outputs", "embedding_dim", "state_dim"])
def test_every_size_is_a_positive_integer(name):
    good = {"num_inputs": 10, "num_outputs": 12}
    with pytest.raises(ValueError, match=f"{name} must be 1 or more, got 0"):
        Sizes(**{**good, name: 0})
    with pytest.raises(TypeError, match=f"{name} must be an integer, got 2.5"):
        Sizes(**{**good, name: 2.5})


def test_a_transformer_may_do_without_a_hidden_layer_and_without_nothing_else():
    assert TransformerSizes(10, 12, hidden_dim=0).hidden_dim == 0
    with pytest.raises(ValueError, match="num_layers must be 1 or more, got 0"):
        TransformerSizes(10, 12, num_layers=0)
    with pytest.raises(FrozenInstanceError):
        TransformerSizes(10, 12).model_dim = 64
