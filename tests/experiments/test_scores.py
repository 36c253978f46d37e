"""The experiments of the scoring functions: their mathematics, and what their records say."""

from dataclasses import replace

import numpy as np
import pytest
import torch

import attn_core as ac
from attn_core import results
from experiments._subject import find

SUBJECTS = find()
FACTS, COST, MODELS = (SUBJECTS[f"score_{name}"].module for name in ("facts", "cost", "models"))


@pytest.fixture
def config():
    return MODELS.Config().short()


# ---- facts ----


def test_entropy_and_slope_are_those_of_a_pencil():
    w = np.array([[0.5, 0.5], [1.0, 0.0]])
    np.testing.assert_allclose(FACTS.entropy(w), [np.log(2), 0])
    np.testing.assert_allclose(FACTS.slope(w), [0.5, 0])  # ‖[[¼, −¼], [−¼, ¼]]‖


def test_slope_is_the_length_of_the_derivatives_of_softmax():
    scores = np.random.default_rng(0).normal(size=5)
    derivatives = torch.autograd.functional.jacobian(lambda s: torch.softmax(s, 0), torch.as_tensor(scores))
    np.testing.assert_allclose(FACTS.slope(ac.softmax(scores)), np.linalg.norm(derivatives.numpy()), rtol=1e-12)


def test_the_temperature_of_the_cosine_gives_the_weight_wanted():
    config = replace(FACTS.Config().short(), draws=1)
    temperature = FACTS.sharpness_of_cosine(config, np.random.default_rng(3))["cosine_temperature"][0]
    key = np.random.default_rng(3).normal(size=(1, config.counts[0], config.dim))
    weights = ac.softmax(ac.scores.cosine(key[:, :1], key), temperature=float(temperature))
    assert weights[0, 0, 0] == pytest.approx(config.wanted, abs=1e-9)


def test_facts_say_what_the_formulas_say():
    found = results.load("score_facts")
    moved = dict(zip(FACTS.SCORES, found.mean("moved"), strict=True))
    swapped, doubled = FACTS.CHANGES.index("query swapped"), FACTS.CHANGES.index("key doubled")
    assert moved["linear"][swapped] < 1e-12 and moved["cosine"][doubled] < 1e-12
    assert min(moved[name][swapped] for name in FACTS.SCORES if name != "linear") > 0.01
    assert min(moved[name][doubled] for name in FACTS.SCORES if name != "cosine") > 0.01
    counts = np.array(found.config["counts"])
    assert (found.mean("cosine_weight") < 1 / (1 + (counts - 1) * np.exp(-2))).all()
    entropy = dict(zip(FACTS.SCORES, found.mean("entropy"), strict=True))
    assert (np.diff(entropy["dot"]) < 0).all() and (np.diff(entropy["cosine"]) > 0).all()
    assert np.ptp(entropy["scaled_dot"]) < 0.04 and max(entropy["cosine"]) < np.log(10)
    assert found.mean("rank").tolist() == [10, 10, 1, 10, 10]
    assert found.mean("favourites")[FACTS.MATRICES.index("rank one")] <= 2


# ---- cost ----


def test_multiply_adds_are_those_of_the_formulas():
    config = COST.Config().short()
    found = dict(zip(COST.SCORES, COST.run(0, config)["multiply_adds"], strict=True))
    length, d, h = np.array(config.lengths), config.dim, config.hidden_dim
    products = length**2 * d  # of every query with every key, and once more of the weights with the values
    assert list(found["dot"]) == list(found["scaled_dot"]) == list(found["cosine"]) == (2 * products).tolist()
    assert list(found["general"]) == (2 * products + length * d**2).tolist()
    assert list(found["linear"]) == (products + 2 * length * d).tolist()
    assert list(found["additive"]) == (products + length**2 * h + 2 * length * d * h).tolist()


def test_additive_holds_a_number_for_each_pair_and_hidden_unit():
    found, lengths = results.load("score_cost"), np.array(COST.Config().lengths)
    held = dict(zip(COST.SCORES, found.mean("bytes"), strict=True))
    assert (held["additive"] > lengths**2 * COST.Config().hidden_dim * 4).all()  # float32
    assert held["additive"][-1] > 20 * held["dot"][-1]


# ---- models ----


def test_a_question_shows_each_symbol_once_and_wants_the_value_beside_the_one_asked(config):
    asked, shown, told, wanted, place = MODELS.questions(np.random.default_rng(0), 50, 16, config)
    assert shown.shape == told.shape == (50, 16)
    assert all(len(set(row)) == 16 for row in shown.tolist())
    row = torch.arange(50)
    assert torch.equal(shown[row, place], asked) and torch.equal(told[row, place], wanted)


def test_who_looks_up_by_hand_is_right_always(config):
    batch = MODELS.questions(np.random.default_rng(0), 50, 16, config)

    def by_hand(asked, shown, told):
        weights = (shown == asked[:, None]).float()
        return torch.nn.functional.one_hot((weights * told).sum(1).long(), config.values).float(), weights

    assert MODELS.tried(by_hand, batch) == (1, 1, 1)


@pytest.mark.parametrize(
    ("score", "small", "variance"),
    [
        ("dot", False, 64),
        ("scaled_dot", False, 1),
        ("general", False, 64 / 3),
        ("dot", True, 1),
        ("general", True, 1 / 3),
    ],
)
def test_scores_start_with_the_variance_that_the_script_says(config, score, small, variance):
    torch.manual_seed(0)
    model = MODELS.LookUp(score, 64, replace(config, symbols=300), **({"std": 64**-0.25} if small else {}))
    scores = model.scores(model.query.weight, model.key.weight)
    assert scores.var().item() == pytest.approx(variance, rel=0.15)


def test_linear_trains_nothing_that_meets_the_query(config):
    model = MODELS.LookUp("linear", 8, config)
    MODELS.loss(model, MODELS.questions(np.random.default_rng(0), 32, 16, config)).backward()
    assert model.query.weight.grad.abs().max() < 1e-6 < model.key.weight.grad.abs().max()


def test_models_say_what_the_chapter_says():
    found = results.load("score_models")
    final = dict(zip(MODELS.SCORES, found.mean("accuracy")[-1, :, :, -1], strict=True))  # at the higher rate
    for score in ("scaled_dot", "cosine_learned", "additive"):
        assert final[score].min() > 0.97
    for score in ("dot", "general"):
        assert final[score][0] > 0.98 and final[score][-1] < 0.7
    assert final["cosine"].max() < 0.72 and final["linear"].max() < 0.22
    assert found.mean("small_start")[:, MODELS.SMALL.index("dot"), -1].min() > 0.99
    different = dict(zip(MODELS.SCORES, found.mean("all_different"), strict=True))
    assert different["cosine"] > 0.99 and different["linear"] < 0.1
    assert found.mean("deep_read_out").max() < 0.72
