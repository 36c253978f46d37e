"""Fields, winners, pairs and summaries: how their numbers are counted, and what the records say."""

import numpy as np
import pytest
import torch

from attn_core.nn import ABCNN
from attn_core.results import load, weights
from experiments import pairs, receptive_fields, summaries, winners

# ---- how it is counted ----


def test_what_is_heard_of_one_convolution_is_its_kernel_and_shares_sum_to_one():
    config = receptive_fields.Config(length=9, width=4, draws=3)
    torch.manual_seed(0)
    shares = receptive_fields.heard(receptive_fields.Pile(config, [1]), config, 0)
    assert np.flatnonzero(shares).tolist() == [3, 4, 5] and shares.sum() == pytest.approx(1)
    assert np.flatnonzero(receptive_fields.heard(receptive_fields.Pile(config, [2]), config, 0)).tolist() == [2, 4, 6]


def test_the_spread_of_a_place_that_is_surely_so_far_away_is_that_distance():
    assert receptive_fields.spread(np.array([0.5, 0, 0, 0, 0.5])) == 2
    assert receptive_fields.spread(np.array([0, 0, 1.0, 0, 0])) == 0


def test_winners_are_counted_once():
    states = np.array([[[1, 5, 9], [2, 1, 0], [0, 7, 3]], [[1, 1, 1], [0, 0, 0], [0, 0, 0]]])
    assert winners.distinct(states) == (3 + 1) / 2


def test_a_softmax_over_the_sums_knows_padding_and_sums_to_one():
    matches = torch.tensor([[[1.0, 1.0], [0.5, 0.5], [0.0, 0.0]]])
    mask = torch.tensor([[[True, True], [True, True], [False, False]]])
    shares = pairs.softened(matches, mask)
    torch.testing.assert_close(shares, torch.tensor([[np.e / (np.e + 1), 1 / (np.e + 1), 0]], dtype=torch.float32))


def test_where_a_reader_looks_is_counted_at_the_last_word_of_the_phrase():
    config = pairs.Config()
    batch = pairs.draw(np.random.default_rng(0), 40, config)
    inputs, _, alignment = (each[batch[1] == 1] for each in batch)
    torch.manual_seed(0)
    reader = pairs.Reader(config, "BCNN")
    share, found, partner = pairs.looks(reader, batch, config)
    lengths = (inputs[..., 0] > 0).sum(-1)
    assert share == pytest.approx((1 / (lengths + 2.0)).mean().item()) and found == partner == 0
    given = torch.zeros(len(inputs), 10)
    for row, place in zip(given, alignment.any(-1).int().argmax(-1), strict=True):
        row[place + 2] = 1  # the filter there sees the three words of the phrase

    class Sure(torch.nn.Module):
        def forward(self, inputs):
            states, found = reader(inputs)
            return states, found._replace(before=alignment.float(), first=given)

    assert pairs.looks(Sure(), batch, config) == (1, 1, 1)


def test_the_lstm_that_asks_has_read_the_question():
    config = summaries.Config()
    inputs, *_ = summaries.draw(np.random.default_rng(0), 2, config)
    other = inputs.clone()
    other[:, -1] = other[:, 0]
    torch.manual_seed(0)
    reader = summaries.Reader(config, "LSTM query, sharp").eval()
    with torch.no_grad():
        first, second = reader(inputs)[1], reader(other)[1]
    assert first.shape == (2, 2 * config.pairs + 1)
    changed = other[:, -1] != inputs[:, -1]
    assert changed.any() and (first[changed] != second[changed]).any()


# ---- what the records say ----


def test_fields_are_those_of_the_formula_in_every_seed():
    found = load("receptive_fields")
    depths = np.array(found.config["depths"])
    assert (found["field"] == 1 + 2 * depths).all()
    assert (found["dilated"] == 2 ** (np.array(found.config["dilated_depths"]) + 1) - 1).all()
    assert (found["attention"] == found.config["length"]).all()
    outermost = found.mean("loud")[2, [2, -3]]  # ten layers, ten places away
    assert (found.mean("loud")[2, :2] == 0).all() and (outermost > 0).all() and (outermost < 0.02).all()


def test_the_spread_grows_about_like_the_root_of_the_depth():
    spread, depths = load("receptive_fields").mean("spread"), load("receptive_fields").config["depths"]
    assert spread[-1] / spread[depths.index(1)] == pytest.approx(np.sqrt(10), rel=0.4)


def test_winners_among_random_features_are_those_of_the_formula_and_trained_ones_are_fewer():
    found = load("winners")
    n, d = found.config["places"], np.array(found.config["features"])
    np.testing.assert_allclose(found.mean("random"), n * (1 - (1 - 1 / n) ** d), rtol=0.01)
    assert (found["one"] == 1).all() and (found["trained"][:, 0] == 1).all()
    assert found["trained"][:, 2].min() > 14 and found["trained"][:, 2].max() < 19
    assert (found["right"][:, 1:] > 0.99).all()


def test_arrays_of_the_pairs_are_those_of_readers_that_can_be_built_again():
    kept, config = weights("pairs"), pairs.Config()
    for name in pairs.KEPT:
        reader = pairs.Reader(config, name)
        start = f"{name}."
        state = {key.removeprefix(start): torch.tensor(kept[key]).float() for key in kept if key.startswith(start)}
        reader.load_state_dict(state)
    assert isinstance(reader.block, ABCNN) and kept["pairs"].shape == (8, 8, 2) and set(kept["answers"]) == {1, 2}


def test_abcnn_1_and_3_find_the_phrase_and_abcnn_2_in_three_seeds_of_five():
    found = load("pairs")
    bcnn, one, two, three, two_soft, three_soft, literal = found["right"].T
    assert bcnn.max() < 0.75 and found["longer"][:, 0].max() < 0.77
    assert one.mean() > 0.94 and three.mean() > 0.94 and three_soft.min() > 0.95
    learnt = two > 0.85
    assert learnt.sum() == 3 and two[~learnt].max() < 0.75 and found["longer"][~learnt, 1].max() < 0.75
    assert two_soft[learnt].min() > 0.95 and two_soft[~learnt].max() < 0.75
    assert literal.mean() < one.mean() - 0.05


def test_weights_behind_the_convolution_lean_to_the_phrase_in_abcnn_2_and_not_in_abcnn_3():
    found = load("pairs")
    even, share, largest = found.mean("even"), found.mean("share"), found.mean("found")
    assert even + 0.03 < share[2] < share[4] < 0.25 and share[3] < even and largest[2] > 0.6 and largest[3] < 0.4
    assert found.mean("partner")[6] > 0.95 > 0.7 > found.mean("partner")[1]


def test_only_the_query_of_the_lstm_finds_what_is_asked_for():
    found = load("summaries")
    mean, largest, learned, asked, sharp = found["right"].T
    assert max(mean.max(), largest.max(), learned.max()) < 0.55 and min(asked.min(), sharp.min()) > 0.97
    at = found.mean("at")
    assert 0.15 < at[3] < 0.3 and at[4] > 0.9
