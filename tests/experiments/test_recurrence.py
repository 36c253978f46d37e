"""Readers with an LSTM: the pieces of the trials by hand, and what their records say."""

import numpy as np
import torch

from attn_core import nn
from attn_core.results import load
from experiments import decay, mattering, overfitting, poolings

DECAY, PLACES, GAPS = load("decay"), load("mattering"), load("overfitting")
BIAS_0, BIAS_1, BIAS_3, CHRONO = range(4)
HEAVIEST, SLOPE, CHANCE, TELLING = range(4)


def test_early_texts_have_their_keyword_in_the_first_tenth():
    inputs, answers = poolings.draw(np.random.default_rng(0), 50, "early", 20)
    is_keyword = inputs <= 4
    assert is_keyword[:, :2].any(1).all() and not is_keyword[:, 2:].any()
    assert torch.equal((inputs * is_keyword).sum(1) - 1, answers)


def test_readers_of_poolings_and_overfitting_are_one_lstm_under_different_pools():
    for module, names in ((poolings, list(poolings.POOLS)), (overfitting, overfitting.READERS[:3])):
        inputs = torch.tensor([[1, 2, 3]])
        states = []
        for name in names:
            torch.manual_seed(0)
            reader = module.Reader(module.Config(), name)
            layer = reader.layer if module is poolings else reader.recurrent
            states.append(layer(reader.embedding(inputs))[0])
        assert all(torch.equal(states[0], other) for other in states[1:])


def test_hiding_the_only_place_with_weight_leaves_the_others():
    torch.manual_seed(0)
    reader = mattering.Reader(mattering.Config(), recurrent=False)
    inputs = torch.tensor([[1, 7, 9]])
    states, hidden = reader.states(reader.embedding(inputs)), torch.tensor([[False, True, True]])
    output, weights = reader.pool(states, hidden)
    rest, shares = reader.pool(states[:, 1:], hidden[:, 1:])
    torch.testing.assert_close(output, rest)
    torch.testing.assert_close(weights[:, 1:], shares)


def test_a_start_is_a_forget_bias_or_chrono():
    torch.manual_seed(0)
    lstm = torch.nn.LSTM(2, 4)
    for start, bias in (("0", 0.0), ("3", 3.0)):
        assert (decay.begin(lstm, start, 50).bias_ih_l0[4:8] == bias).all()
    assert len(set(decay.begin(lstm, "chrono", 50).bias_ih_l0[4:8].tolist())) == 4
    assert not lstm.bias_hh_l0[:8].any()


# ---- what the records say ----


def test_the_weighted_sum_is_the_cell_and_its_weights_do_not_sum_to_one():
    assert DECAY["gap"].max() < 1e-10
    least, _, most = np.moveaxis(DECAY["sums"], 2, 0)
    assert (least[:, BIAS_0] < 0.7).all() and (most[:, BIAS_3] > 15).all()


def test_the_forget_bias_decides_how_far_a_fresh_lstm_hears():
    heard = DECAY["heard"][:, :, DECAY.config["back"].index(50)]
    assert (heard[:, BIAS_0] < 1e-9).all() and (heard[:, BIAS_1] < 1e-3).all()
    assert (heard[:, [BIAS_3, CHRONO]] > 0.1).all()


def test_what_a_fresh_lstm_does_not_hear_it_does_not_learn():
    found = DECAY["found"]
    assert DECAY.config["lengths"] == [10, 20, 40, 80]
    assert (found[:, BIAS_0, 0] > 0.9).all() and (found[:, BIAS_0, 1:] < 0.35).all()
    assert (found[:, BIAS_1, 2:] < 0.35).all() and (found[:, CHRONO] > 0.98).all()
    learnt = found > 0.9
    assert DECAY["kept"][learnt].min() > 0.1 > 1e-3 > DECAY["kept"][found < 0.35].max()


def test_weights_name_the_place_over_symbols_and_hiding_it_is_enough():
    unseen, unread = PLACES["unseen"], PLACES["unread"]
    assert PLACES["right"].min() > 0.99
    assert (unseen[:, 0, HEAVIEST] > 0.7).all() and (unseen[:, 2, HEAVIEST] > 0.7).all()
    assert unseen[:, 1, HEAVIEST].min() < 0.1 and (unseen[:, 1, HEAVIEST] < 0.65).all()
    assert (unread[:, 1, TELLING] > 0.7).all() and (unseen[..., CHANCE] < 0.06).all()


def test_every_reader_knows_its_texts_and_attention_has_a_smaller_gap_than_the_mean():
    gap = GAPS["known"] - GAPS["unseen"]  # seeds, tasks, readers, texts
    assert GAPS["known"].min() > 0.9 and gap[..., :3, 0].min() > 0.3
    assert ((gap[:, :, 2] - gap[:, :, 0]).mean((1, 2)) < -0.05).all()
    assert GAPS["parameters"][0].tolist() == [7028, 7028, 8116, 9668]
    assert nn.AttentionPool(32).query.numel() + 32 * 32 + 32 == 8116 - 7028
