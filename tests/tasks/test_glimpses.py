"""Glimpses of digits: which stands upright, which are turned, and what is refused."""

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from attn_core.tasks import digit_glimpses
from attn_core.tasks.digits import SEEN


@pytest.fixture(scope="module")
def images():
    """The set itself, straight from scikit-learn, by its bytes: which digit is it, and which number of the set?"""
    from sklearn.datasets import load_digits

    found = load_digits()
    ink = (found.images / 16).astype(np.float32)
    return {
        picture.tobytes(): (name, number) for number, (picture, name) in enumerate(zip(ink, found.target, strict=True))
    }


def drawn(n=60, **options):
    batch = digit_glimpses(np.random.default_rng(0), n, **options)
    return batch, batch.inputs.reshape(n, -1, 8, 8)


@pytest.mark.parametrize("unseen", [False, True])
def test_one_digit_is_upright_and_named_and_every_other_is_turned_a_quarter(images, unseen):
    batch, pictures = drawn(places=5, unseen=unseen)
    assert_array_equal(batch.alignment.sum(axis=1), 1)
    turned = set()
    for row, upright, target in zip(pictures, batch.alignment, batch.targets, strict=True):
        for picture, is_upright in zip(row, upright, strict=True):
            back = [np.ascontiguousarray(np.rot90(picture, -quarters)).tobytes() for quarters in (0, 1, 3)]
            found = [quarters for quarters, each in zip((0, 1, 3), back, strict=True) if each in images]
            assert found == [0] if is_upright else found in ([1], [3])
            turned |= set(found)
            name, number = images[back[(0, 1, 3).index(found[0])]]
            assert (number >= SEEN) == unseen
            assert name == target or not is_upright
    assert turned == {0, 1, 3}


def test_every_place_and_every_digit_is_drawn():
    batch, _ = drawn(500, places=4)
    assert batch.alignment.any(axis=0).all() and set(batch.targets) == set(range(10))
    assert batch.inputs.dtype == np.float32 and 0 <= batch.inputs.min() <= batch.inputs.max() == 1
    assert_array_equal(batch.lengths, 4)


def test_one_place_is_the_upright_digit_and_no_row_is_none():
    batch, _ = drawn(places=1)
    assert batch.alignment.all()
    assert digit_glimpses(np.random.default_rng(0), 0, places=3).inputs.shape == (0, 3, 64)


@pytest.mark.parametrize(
    ("arguments", "error", "said"),
    [
        ((0, 5), TypeError, "rng must be a numpy Generator, got 0"),
        ((np.random.default_rng(0), -1), ValueError, "n must be 0 or more, got -1"),
        ((np.random.default_rng(0), 1, 0), ValueError, "places must be 1 or more, got 0"),
        ((np.random.default_rng(0), 1, 2.5), TypeError, "places must be an integer, got 2.5"),
    ],
)
def test_what_makes_no_sense_is_refused(arguments, error, said):
    rng, n, *places = arguments
    with pytest.raises(error, match=said):
        digit_glimpses(rng, n, **({"places": places[0]} if places else {}))
