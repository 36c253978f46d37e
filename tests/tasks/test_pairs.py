"""Pairs of sentences: by hand, against the rule in plain Python, and what is refused."""

import re

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from attn_core.tasks import sentence_pairs

RNG = np.random.default_rng(0)


def test_the_second_sentence_says_the_phrase_elsewhere():
    batch = sentence_pairs(np.random.default_rng(1), 1, length=5, phrase=2, symbols=20)
    assert_array_equal(batch.inputs[0].T, [[10, 17, 3, 19, 20], [15, 5, 13, 10, 17]])
    assert_array_equal(batch.targets, [2])
    assert_array_equal(np.argwhere(batch.alignment[0]), [[0, 3], [1, 4]])


def test_both_sentences_share_a_phrase_or_all_of_it_but_one_word_and_nothing_else():
    batch = sentence_pairs(np.random.default_rng(0), 500, length=(4, 9), phrase=4, symbols=18)
    for inputs, target, length, alignment in zip(
        batch.inputs, batch.targets, batch.lengths, batch.alignment, strict=True
    ):
        first, second = inputs[:length].T.tolist()
        assert len(set(first)) == len(set(second)) == length and not inputs[length:].any()
        assert min(first + second) >= 1 and max(first + second) <= 18
        met = [(i, j) for i, word in enumerate(first) for j, other in enumerate(second) if word == other]
        assert_array_equal(np.argwhere(alignment), met)
        assert len(met) == (4 if target == 2 else 3)
        assert len({j - i for i, j in met}) == 1 and met[-1][0] - met[0][0] < 4  # one phrase, in order


def test_both_answers_and_every_place_of_the_phrase_are_as_likely():
    batch = sentence_pairs(np.random.default_rng(0), 8000, length=5, phrase=3)
    assert abs((batch.targets == 2).mean() - 0.5) < 0.02
    whole = batch.alignment[batch.targets == 2].any(axis=(1,))  # (n, L), in the second sentence
    starts = np.bincount(whole.argmax(axis=1), minlength=3)
    assert (abs(starts / len(whole) - 1 / 3) < 0.03).all()
    broken = batch.alignment[batch.targets == 1]
    first_word_kept = (broken.sum(axis=2).cumsum(axis=1) == 2).argmax(axis=1) - broken.any(axis=2).argmax(axis=1)
    assert abs((first_word_kept == 2).mean() - 1 / 3) < 0.03  # the middle word is the other one in a third


def test_the_phrase_may_be_the_whole_sentence_and_there_may_be_no_pair():
    batch = sentence_pairs(np.random.default_rng(0), 50, length=3, symbols=6)
    same = batch.targets == 2
    assert_array_equal(batch.inputs[same, :, 0], batch.inputs[same, :, 1])
    assert ((batch.inputs[~same, :, 0] == batch.inputs[~same, :, 1]).sum(axis=1) == 2).all()
    assert sentence_pairs(np.random.default_rng(0), 0, length=(3, 4)).alignment.shape == (0, 4, 4)


@pytest.mark.parametrize(
    ("error", "text", "call"),
    [
        (TypeError, "rng must be a numpy Generator, got 0", lambda: sentence_pairs(0, 1, length=4)),
        (ValueError, "n must be 0 or more, got -1", lambda: sentence_pairs(RNG, -1, length=4)),
        (ValueError, "length must be 3 or more, got 2", lambda: sentence_pairs(RNG, 1, length=2)),
        (ValueError, "phrase must be 2 or more, got 1", lambda: sentence_pairs(RNG, 1, length=4, phrase=1)),
        (ValueError, "symbols must be 8 or more, got 7", lambda: sentence_pairs(RNG, 1, length=4, symbols=7)),
    ],
)
def test_what_is_refused_is_said(error, text, call):
    with pytest.raises(error, match=re.escape(text)):
        call()
