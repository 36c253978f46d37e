"""How a word is spelt, as a vector: the numbers that JavaScript must reach too, and what they are good for."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from attn_core import scores
from attn_core.widgets.drawn import normals
from attn_core.widgets.spelling import gram_seed, gram_sum, grams, spelled

WORDS = ["a", "march", "MARCH", "März", "ΟΔΟΣ", "早上好", "привет", "😀", "2021-03-03", "naïve", "don't"]


def test_a_word_of_n_characters_has_n_grams():
    assert grams("cat") == ["<ca", "cat", "at>"]
    assert grams("a") == ["<a>"]
    assert grams("") == []
    assert grams("早上好") == ["<早上", "早上好", "上好>"]
    assert grams("aaaa") == ["<aa", "aaa", "aaa", "aa>"]


def test_a_character_outside_the_basic_plane_is_one_character():
    assert grams("😀a") == ["<😀a", "😀a>"]


def test_capitals_and_composed_letters_make_no_difference():
    assert grams("MÄRZ") == grams("ma\u0308rz") == ["<mä", "mär", "ärz", "rz>"]
    assert grams("ΟΔΟΣ")[-1] == "ος>"  # the sigma that ends a word
    assert grams("İ") == ["<i\u0307", "i\u0307>"]


# From a program of its own, in JavaScript's 32-bit integers.
SEEDS = {
    "": 2166136261,
    "<a>": 2359087600,
    "<ab": 1218209508,
    "早上>": 3765872924,
    "😀>": 301406451,
    "\ud800": 75617567,
}


@pytest.mark.parametrize(("gram", "seed"), SEEDS.items(), ids=ascii)
def test_the_seed_of_a_gram_is_the_known_one(gram, seed):
    assert gram_seed(gram) == seed


def test_seeds_of_plain_letters_are_those_of_fnv_1a():
    assert gram_seed("a") == 0xE40C292C  # as its authors publish it
    assert gram_seed("foobar") == 0xBF9CF968


def test_a_word_is_the_sum_of_its_grams():
    assert_allclose(gram_sum("a"), normals(2359087600, 32))
    assert_allclose(gram_sum("a")[:3], [0.136879, -0.127766, -0.394571], atol=1e-6)
    assert_allclose(gram_sum("aaaa") - 2 * normals(gram_seed("aaa"), 32), gram_sum("aa"))


def test_numbers_that_javascript_must_reach():
    assert_allclose(spelled("attention")[:4], [-0.451588, 0.384684, -1.344088, 1.083315], atol=1e-6)


@pytest.mark.parametrize("word", WORDS)
def test_every_word_has_the_same_length(word):
    assert spelled(word).shape == (32,)
    assert (spelled(word) ** 2).mean() == pytest.approx(1)
    assert_allclose(spelled(word) / np.abs(spelled(word)).max(), gram_sum(word) / np.abs(gram_sum(word)).max())


def test_the_empty_word_is_nothing_and_stays_finite():
    assert_array_equal(spelled(""), np.zeros(32))
    assert_array_equal(gram_sum(""), np.zeros(32))


def test_words_are_alike_as_far_as_they_are_spelt_alike():
    march, marching, may = (spelled(word)[None] for word in ("march", "marching", "may"))
    assert scores.cosine(march, marching)[0, 0] > 0.5
    assert abs(scores.cosine(march, may)[0, 0]) < 0.4


def test_words_without_a_gram_in_common_are_as_far_apart_as_chance_has_it():
    words = [f"{a}{b}{c}" for a in "abcdefgh" for b in "ijklmn" for c in "opqrst"]
    vectors = np.array([spelled(word) for word in words])
    shared = np.array([[bool(set(grams(a)) & set(grams(b))) for a in words] for b in words])
    cosines = scores.cosine(vectors, vectors)[~shared]
    assert abs(cosines.mean()) < 0.01
    assert cosines.std() == pytest.approx(32**-0.5, rel=0.05)


def test_a_sum_may_match_a_longer_word_better_than_itself_and_equal_lengths_never():
    ana, anana = gram_sum("ana"), gram_sum("anana")
    assert ana @ anana > ana @ ana
    assert spelled("ana") @ spelled("anana") < spelled("ana") @ spelled("ana")
