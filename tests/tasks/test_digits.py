"""Digits in a field and in a strip: where they are, what they are, and that nothing else looks like one."""

import sys
from hashlib import sha256

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from attn_core.tasks import digits
from attn_core.tasks.digits import SEEN, SIDE, WORDS, digit_strips, digits_field


@pytest.fixture(scope="module")
def images():
    """The set itself, straight from scikit-learn."""
    from sklearn.datasets import load_digits

    found = load_digits()
    return (found.images / 16).astype(np.float32), found.target


def fields(factor=4, n=50, **options):
    batch = digits_field(np.random.default_rng(1), n, factor=factor, **options)
    return batch, batch.inputs.reshape(n, SIDE * factor, SIDE * factor)


def known(images, picture, name):
    """Whether a picture is one of the set's, with that name."""
    ink, names = images
    return any(np.array_equal(picture, each) for each in ink[names == name])


def test_first_digit_of_the_set_is_a_zero_with_ink_from_0_to_1():
    ink, names = digits._digits()
    assert ink.shape == (1797, 8, 8) and names[0] == 0
    assert_array_equal(ink[0, 0] * 16, [0, 0, 5, 13, 9, 1, 0, 0])  # as scikit-learn's own example prints it
    assert ink.min() == 0 and ink.max() == 1


def test_aligned_pixels_are_the_digit_that_the_target_names(images):
    batch, field = fields()
    assert batch.targets.min() >= 0 and batch.targets.max() <= 9
    for picture, place, name in zip(field, batch.alignment.reshape(field.shape), batch.targets, strict=True):
        assert place.sum() == SIDE * SIDE
        assert known(images, picture[place].reshape(SIDE, SIDE), name)


def test_beside_the_digit_there_are_only_marks_of_five_pixels_of_ink():
    batch, _ = fields(factor=16)
    ink = np.where(batch.alignment, 0, batch.inputs)
    assert set(np.unique(ink)) == {0, 1}
    counts = ink.sum(axis=1)
    assert counts.max() == 20 and (counts == 20).mean() > 0.8  # in a wide field two marks rarely meet


def test_without_marks_all_ink_is_the_digits():
    batch, _ = fields(marks=0)
    assert not batch.inputs[~batch.alignment].any()


def test_digit_may_stand_anywhere():
    batch, field = fields(factor=2, n=2000)
    place = batch.alignment.reshape(field.shape)
    corners = {tuple(np.argwhere(each)[0]) for each in place}
    assert corners == {(row, column) for row in range(9) for column in range(9)}


def test_seen_and_unseen_digits_have_no_picture_in_common(images):
    ink, _ = images
    parts = {False: ink[:SEEN], True: ink[SEEN:]}
    for unseen, part in parts.items():
        batch, _ = fields(unseen=unseen, n=20)
        for picture, place in zip(batch.inputs, batch.alignment, strict=True):
            assert (part.reshape(len(part), -1) == picture[place]).all(axis=1).any()


def test_strip_by_hand_reads_column_by_column(images):
    _, names = images
    batch = digit_strips(np.random.default_rng(0), 30, shortest=2, longest=4)
    assert batch.inputs.shape == (30, 32, 8) and batch.targets.shape == (30, 4)
    for strip, words, length, told in zip(batch.inputs, batch.targets, batch.lengths, batch.alignment, strict=True):
        assert length == SIDE * np.count_nonzero(words)
        assert not strip[length:].any() and not words[length // SIDE :].any()
        for t in range(length // SIDE):
            assert_array_equal(np.flatnonzero(told[t]), range(SIDE * t, SIDE * t + SIDE))
            assert known(images, strip[told[t]].T, words[t] - 1)
        assert not told[length // SIDE :].any()
    assert WORDS[1:][names[0]] == "zero" and len(WORDS) == 11


def test_strips_have_every_length_that_was_asked_for():
    lengths = digit_strips(np.random.default_rng(0), 200, shortest=2, longest=5).lengths
    assert set(lengths) == {16, 24, 32, 40}


@pytest.mark.parametrize("n", [0, 1])
def test_few_or_no_pictures_keep_their_shapes(n):
    assert digits_field(np.random.default_rng(0), n, factor=2).inputs.shape == (n, 256)
    assert digit_strips(np.random.default_rng(0), n, longest=3).alignment.shape == (n, 3, 24)


def test_same_seed_gives_the_same_bytes_and_another_seed_others():
    def bytes_of(seed):
        both = digits_field(np.random.default_rng(seed), 3, factor=4), digit_strips(np.random.default_rng(seed), 3)
        parts = (part for batch in both for part in (batch.inputs, batch.targets, batch.alignment))
        return sha256(b"".join(part.tobytes() for part in parts)).hexdigest()

    assert bytes_of(5) == bytes_of(5) != bytes_of(6)


def test_pictures_of_the_set_cannot_be_changed_through_a_batch():
    batch, _ = fields(n=2)
    batch.inputs[:] = 7
    assert digits._digits()[0].max() == 1
    with pytest.raises(ValueError, match="read-only"):
        digits._digits()[0][0] = 1


@pytest.mark.parametrize(
    ("call", "text"),
    [
        (lambda rng: digits_field(rng, -1, factor=2), "wanted n of 0 or more, got -1"),
        (lambda rng: digits_field(rng, 1, factor=1), "wanted a field of factor 2 or more, got factor 1"),
        (lambda rng: digits_field(rng, 1, factor=2, marks=-1), "wanted marks of 0 or more, got -1"),
        (lambda rng: digit_strips(rng, -1), "wanted n of 0 or more, got -1"),
        (lambda rng: digit_strips(rng, 1, shortest=0), "got shortest 0 and longest 6"),
        (lambda rng: digit_strips(rng, 1, shortest=3, longest=2), "wanted 1 <= shortest <= longest"),
    ],
)
def test_what_cannot_be_drawn_is_refused_in_words(call, text):
    with pytest.raises(ValueError, match=text):
        call(np.random.default_rng(0))


def test_missing_scikit_learn_is_said_in_one_sentence(monkeypatch):
    monkeypatch.setitem(sys.modules, "sklearn.datasets", None)
    monkeypatch.setattr(digits, "_digits", digits._digits.__wrapped__)
    with pytest.raises(ImportError, match="handwritten digits need scikit-learn: pip install scikit-learn"):
        digits_field(np.random.default_rng(0), 1, factor=2)
