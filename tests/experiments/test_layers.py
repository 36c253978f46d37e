"""Documents and heads: how their numbers are counted, and what the records say."""

import numpy as np
import pytest
import torch

from attn_core.results import load, weights
from experiments import documents, heads

CONFIG = heads.Config()


# ---- how it is counted ----


def test_a_rank_is_the_place_by_weight_and_equal_weights_share_places():
    shares = torch.tensor([[0.5, 0.3, 0.2], [0.2, 0.3, 0.5]])
    last = torch.tensor([[False, False, True]] * 2)
    assert documents.place(shares, last) == [2.0, 0.5]  # third, and first
    assert documents.place(torch.full((2, 3), 1 / 3), last) == pytest.approx([2.0, 1 / 3])
    assert documents.place(torch.tensor([[0.5, 0.5, -1.0]]), torch.tensor([[True, False, False]])) == [1.5, 0.5]


def test_a_head_that_is_switched_off_brings_nothing():
    torch.manual_seed(0)
    model = heads.Fetcher(CONFIG, "symbols", 2).eval()
    tokens, mask, *_ = heads.draw(np.random.default_rng(0), 5, CONFIG, "symbols")
    both, one = torch.ones(2, 1, 1, dtype=torch.bool), torch.tensor([True, False])[:, None, None]
    torch.testing.assert_close(model(tokens, mask & both), model(tokens, mask))
    with torch.no_grad():
        off, shares = model(tokens, mask & one)
        assert not shares[:, 1].any() and shares[:, 0].any()
        model.attention.value_proj.weight[8:] = 0
        model.attention.value_proj.bias[8:] = 0
        torch.testing.assert_close(model(tokens, mask)[0], off)


def test_weights_given_in_place_of_the_models_own_do_what_they_would():
    torch.manual_seed(0)
    model = heads.Fetcher(CONFIG, "symbols", 1)
    tokens, mask, *_ = heads.draw(np.random.default_rng(0), 5, CONFIG, "symbols")
    answers, shares = model(tokens, mask)
    torch.testing.assert_close(model.steady(tokens, shares[:, 0]), answers)


def test_what_is_scored_is_the_share_that_is_right_or_explained():
    targets = torch.tensor([[3, 4], [5, 6]])
    answers = torch.nn.functional.one_hot(torch.tensor([[3, 4], [5, 0]]), 10).double()
    assert heads.scored(answers, targets) == [1.0, 0.5, 0.5]
    vectors = torch.randn(500, 2, 4, generator=torch.Generator().manual_seed(0))
    assert heads.scored(vectors, vectors) == [1.0, 1.0, 1.0]
    a, b, both = heads.scored(vectors.mean(dim=1, keepdim=True).expand(-1, 2, -1), vectors)
    assert (a, b, both) == pytest.approx((0.5, 0.5, 0.5), abs=0.06)  # what one sum explains
    assert heads.scored(0 * vectors, vectors) == [0.0, 0.0, 0.0]


def test_a_mark_is_the_one_that_the_token_has():
    for kind in ("symbols", "vectors"):
        tokens, mask, targets, places = heads.draw(np.random.default_rng(0), 50, CONFIG, kind)
        model = heads.Fetcher(CONFIG, kind, 1)
        with torch.no_grad():
            model.mark.weight[:] = torch.tensor([0.0, 1.0, 2.0])[:, None]
            for parameter in model.content.parameters():
                parameter.zero_()
            key, value = model.tokens(tokens)
        assert (key[..., 0] == places[:, 0] + 2 * places[:, 1]).all() and (value == key).all()
        assert (places & ~mask[:, 0]).sum() == 0 and len(targets) == 50


def test_values_without_marks_are_symbols_alone():
    model = heads.Fetcher(CONFIG, "symbols", 1, marked=False)
    key, value = model.tokens(torch.tensor([[3, 13, 23]]))  # the same symbol without a mark, with A and with B
    assert torch.equal(value, model.content.weight[2].expand(1, 3, -1))
    assert torch.equal(key, value + model.mark.weight)


# ---- what the records say ----


def test_one_head_tells_two_symbols_apart_and_not_two_vectors():
    found = load("heads")
    assert found.config["heads"] == [1, 2, 4, 8]
    as_they_come, without_marks = found["symbols"].swapaxes(0, 1)  # seeds, numbers of heads
    assert as_they_come.min() > 0.98
    assert without_marks[:, 0].max() < 0.6 and without_marks[:, 1:].min() > 0.98
    as_they_come, after_a_layer = found["vectors"].swapaxes(0, 1)
    assert as_they_come[:, 0].min() > 0.5 and as_they_come[:, 0].max() < 0.75 and as_they_come[:, 1:].min() > 0.98
    assert after_a_layer.min() > 0.98


def test_the_number_of_parameters_does_not_depend_on_the_number_of_heads():
    assert (np.ptp(load("heads")["parameters"], axis=2) == 0).all()


def test_the_weights_of_one_head_tell_which_symbol_has_which_mark():
    found = load("heads")
    own, steady = found["steady"].T
    assert own.min() > 0.98 and steady.max() < 0.3
    assert (np.ptp(found["weight_at_a"], axis=(1, 2)) > 0.5).all()


def test_of_two_heads_each_fetches_one_vector_and_of_eight_none_is_all():
    found = load("heads")
    off = np.sort(found["off_vectors_2"], axis=2)  # seeds, heads, the one that is lost and the one that stays
    assert off[..., 0].max() < 0.3 and off[..., 1].min() > 0.6
    assert found["off_symbols_8"].mean() > 0.85 > 0.5 > found["alone_symbols_8"].mean()


def test_with_few_documents_attention_is_right_most_often_and_with_many_all_three_are():
    found = load("documents")
    few, some, many, _ = found.mean("right")
    assert found.config["documents"] == [[12, 8, 100], [12, 8, 300], [12, 8, 1000], [20, 12, 300]]
    assert few[2] > few[1] and few[2] > few[0] and some[2] > some[0]
    assert many.min() > 0.95


def test_long_documents_are_learnt_most_often_with_attention_and_never_with_a_mean():
    right = load("documents")["right"][:, 3]  # seeds, pools
    assert (right > 0.95).sum(0).tolist() == [0, 2, 6]


def test_attention_finds_the_sentence_and_less_often_the_word():
    found = load("documents")
    assert found["sentence_found"][:, 1:3, 2].min() > 0.95
    assert 0.5 < found.mean("word_found")[2, 2] < found.mean("sentence_found")[2, 2]
    chance = found.mean("sentence_rank")[:3, 0]  # a mean weighs all alike
    assert np.ptp(chance) == 0 and 4.5 < chance[0] < 5.5


def test_the_reader_that_is_kept_reads_in_float16():
    config = documents.Config()
    reader = documents.Reader(config, "attention")
    reader.load_state_dict({name: torch.from_numpy(array).float() for name, array in weights("documents").items()})
    test = documents.draw(np.random.default_rng(7), 200, config.kept)
    assert documents.right(reader, test) > 0.95
