"""What is drawn at random: the same numbers in Python and JavaScript, and as normal as they claim to be."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from attn_core import scores
from attn_core.widgets.drawn import KEYS, drawn, normals, pointed, shaped, uniform

SEEDS = [0, 1, 2, 5081, 9999, 2**31 - 1, 2**32 - 1]


def by_loop(seed, n):
    """mulberry32 in Python's own integers, one number at a time."""
    numbers, a, mask = [], seed, 2**32 - 1
    for _ in range(n):
        a = (a + 0x6D2B79F5) & mask
        t = ((a ^ (a >> 15)) * (a | 1)) & mask
        t ^= (t + (((t ^ (t >> 7)) * (t | 61)) & mask)) & mask
        numbers.append((t ^ (t >> 14)) / 2**32)
    return numbers


def test_first_number_of_seed_one_is_the_published_one():
    assert uniform(1, 1)[0] == 0.6270739405881613


@pytest.mark.parametrize("seed", SEEDS)
def test_integers_wrap_around_as_counting_in_32_bits_does(seed):
    assert_array_equal(uniform(seed, 20), by_loop(seed, 20))


def test_numbers_are_normal_and_two_seeds_have_nothing_in_common():
    one, two = normals(7, 40_000), normals(8, 40_000)
    for numbers in (one, two):
        assert abs(numbers.mean()) < 0.02
        assert abs(numbers.std() - 1) < 0.02
        assert abs((numbers**4).mean() - 3) < 0.15  # neither flatter nor sharper than a normal one
        assert abs((numbers[::2] * numbers[1::2]).mean()) < 0.02  # nor do the two of a pair agree
    assert abs((one * two).mean()) < 0.02


def test_first_numbers_do_not_depend_on_how_many_are_asked_for():
    assert_array_equal(normals(3, 10)[:7], normals(3, 7))
    assert normals(3, 0).shape == (0,)


@pytest.mark.browser
def test_javascript_draws_the_same_numbers(kit):
    for seed in SEEDS:
        for n in (0, 1, 6, 1001):
            got = kit.evaluate("([seed, n]) => Array.from(window.scores.normals(seed, n))", [seed, n])
            assert_allclose(np.asarray(got, float), normals(seed, n), rtol=0, atol=1e-12)


def test_every_score_but_dot_and_cosine_has_a_spread_near_one():
    for dim in (8, 64):
        spread = {name: [] for name in ("dot", "scaled_dot", "general", "cosine", "linear", "additive")}
        for draw in range(200):
            query, _, key, parameters = drawn(draw, dim)
            for name, of in spread.items():
                of.append(getattr(scores, name)(query[None], key, *parameters.get(name, ()))[0].std(ddof=1) ** 2)
        spread = {name: np.sqrt(np.mean(of)) for name, of in spread.items()}
        for name in ("scaled_dot", "general", "linear", "additive"):
            assert 0.85 < spread[name] < 1.2, name
        assert spread["dot"] == pytest.approx(np.sqrt(dim), rel=0.15)
        assert spread["cosine"] == pytest.approx(1 / np.sqrt(dim), rel=0.15)


def test_turned_query_points_where_the_pencil_says():
    query, key = np.array([2.0, 0.0]), np.array([0.0, 3.0])
    assert_allclose(pointed(query, key, 1), [0, 2])
    assert_allclose(pointed(query, key, 0.6), [1.6, 1.2])
    assert_allclose(pointed(query, key, -0.6), [1.6, -1.2])


@pytest.mark.parametrize("dim", [2, 16, 512])
def test_turned_query_keeps_its_length_and_has_the_cosine_asked_for(dim):
    query, other, key, _ = drawn(11, dim)
    assert key.shape == (KEYS, dim)
    for asked in (query, other):
        for similarity in (-1, -0.4, 0, 0.99, 1):
            now = pointed(asked, key[2], similarity)
            assert np.linalg.norm(now) == pytest.approx(np.linalg.norm(asked))
            assert scores.cosine(now[None], key[2:3])[0, 0] == pytest.approx(similarity, abs=1e-9)
            assert np.linalg.matrix_rank(np.stack([now, asked, key[2]]), tol=1e-6) <= 2
        assert_allclose(pointed(asked, key[2], scores.cosine(asked[None], key[2:3])[0, 0]), asked)  # already there


def test_shapes_of_a_matrix_by_hand():
    four = np.array([[1.0, 2.0], [3.0, 5.0]])
    assert_array_equal(shaped(four, "drawn"), four)
    assert_array_equal(shaped(four, "identity"), [[1, 0], [0, 1]])
    assert_array_equal(shaped(four, "diagonal"), [[1, 0], [0, 0]])
    assert_array_equal(shaped(four, "rank one"), [[4, 10], [12, 30]])
    assert_allclose(shaped(four, "antisymmetric"), [[0, -(0.5**0.5)], [0.5**0.5, 0]])


@pytest.mark.parametrize("shape", ["rank one", "antisymmetric"])
def test_shaped_matrices_give_scores_as_spread_as_the_drawn_one(shape):
    found = {shape: [], "drawn": []}
    for draw in range(200):
        query, _, key, parameters = drawn(draw, 32)
        for name, of in found.items():
            of.append(scores.general(query[None], key, shaped(*parameters["general"], name)) ** 2)
    assert np.sqrt(np.mean(found[shape])) == pytest.approx(np.sqrt(np.mean(found["drawn"])), rel=0.2)
