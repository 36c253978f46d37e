"""Reading strips of handwritten digits: what the record says, and the model that stands beside it."""

import numpy as np
import torch

from attn_core import nn, tasks
from attn_core.results import FOLDER, load, weights
from experiments import strips

FOUND, CONFIG = load("strips"), strips.Config()


def kept():
    sizes = nn.Sizes(8, len(tasks.WORDS), CONFIG.embedding_dim, CONFIG.state_dim)
    encoder = nn.PixelEncoder(8, CONFIG.state_dim, channels=CONFIG.channels)
    model = nn.EncoderDecoder(encoder, nn.LuongDecoder(sizes))
    model.load_state_dict({name: torch.from_numpy(weights("strips")[name]).float() for name in model.state_dict()})
    return model.eval()


def test_the_empty_word_ends_a_strip_and_nothing_behind_it_is_learnt():
    batch = tasks.Batch(np.zeros((1, 24, 8), np.float32), np.array([[4, 2, 0]]), np.array([16]))
    inputs, targets, _ = strips.ended(batch)
    assert targets.tolist() == [[4, 2, 0, 0]]

    class Sure(torch.nn.Module):  # sure of four, two and the end, and wrong behind it
        def forward(self, inputs, targets, *, lengths):
            logits = torch.zeros(1, 4, 11)
            for at, code in enumerate((4, 2, 0, 7)):
                logits[0, at, code] = 100
            return logits, None

    assert strips.loss(Sure(), (inputs, targets, None)).item() < 1e-6


def test_noise_changes_the_ink_and_nothing_else():
    batch = tasks.digit_strips(np.random.default_rng(0), 4)
    noisy = strips.noisy(np.random.default_rng(1), batch, 0.2)
    assert noisy.inputs.dtype == np.float32
    assert abs((noisy.inputs - batch.inputs).std() - 0.2) < 0.01
    assert (noisy.targets == batch.targets).all() and (batch.inputs >= 0).all()


def test_the_kept_model_is_that_of_the_first_seed_and_rounding_costs_nothing():
    test = tasks.digit_strips(np.random.default_rng(5), 400, unseen=True)
    assert abs(strips.right(kept(), test).mean() - FOUND["strips"][0]) < 0.06
    np.testing.assert_allclose(FOUND["rounded"], FOUND["strips"], atol=0.01)


def test_the_file_is_small_enough_to_be_fetched():
    assert (FOLDER / "strips.npz").stat().st_size < 100 * 1024


def test_most_words_are_right_and_nearly_all_weight_lies_on_the_digit():
    assert FOUND.interval("words")[0] > 0.9
    assert FOUND["mass"].min() > 0.9 and FOUND["uniform"].max() < 0.3
