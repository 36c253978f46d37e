"""Characters taken away from a date: the pieces of the trial by hand, and what its record says."""

import numpy as np
import torch

from attn_core import nn, tasks
from attn_core.results import load
from experiments import erasure

FOUND = load("erasure")
MOST, SLOPE, CHANCE, LEAST = range(4)


def test_pieces_put_together_write_what_the_model_writes():
    torch.manual_seed(0)
    sizes = nn.Sizes(5, 4, 3, 6)
    model = nn.EncoderDecoder(nn.RecurrentEncoder(sizes, bidirectional=True), nn.LuongDecoder(sizes)).eval()
    inputs, written = np.array([[1, 2, 3, 4], [4, 3, 0, 0]]), torch.tensor([[0, 1, 2], [3, 3, 0]])
    batch = tasks.Batch(inputs, written.numpy(), np.array([4, 2]))
    logits, weights = model(torch.from_numpy(inputs), written, lengths=torch.tensor([4, 2]))
    states, queries, scores = erasure.asked(model, batch, written)
    torch.testing.assert_close(scores.softmax(dim=-1), weights)
    torch.testing.assert_close(erasure.write(model.decoder, states, queries, weights), logits)


# ---- what the record says ----


def test_the_models_write_nearly_every_digit_rightly():
    assert FOUND["right"].min() > 0.99


def test_weight_finds_the_character_that_matters_as_well_as_the_gradient_does():
    for how in ("seen", "read"):
        shares = FOUND[how]
        assert (shares[:, MOST] > 0.5).all() and (shares[:, MOST] > shares[:, SLOPE] - 0.02).all()
        assert (shares[:, CHANCE] < 0.1).all() and (shares[:, LEAST] < 0.02).all()


def test_some_digits_that_do_not_need_to_see_a_character_need_it_to_be_read():
    assert (FOUND["carried"] > 0.1).all()
    assert (FOUND["read"][:, MOST] > FOUND["seen"][:, MOST]).all()


def test_other_weights_write_other_digits():
    assert (FOUND["permuted"] > 0.5).all() and (FOUND["equal"] > 0.4).all()
