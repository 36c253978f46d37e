"""A question and a passage: by hand, against the rule in plain Python, and what is refused."""

import re

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from attn_core.tasks import question_and_passage


def test_a_word_of_the_passage_is_asked_for_if_it_stands_in_the_question():
    batch = question_and_passage(np.random.default_rng(3), 1, question=2, passage=4, symbols=9)
    assert_array_equal(batch.inputs, [[1, 5, 5, 5, 9, 5]])
    assert_array_equal(batch.targets, [[2, 2, 1, 2]])
    assert_array_equal(batch.lengths, [6])
    second, none = [0, 1, 0, 0, 0, 0], [0] * 6
    assert_array_equal(batch.alignment, [[second, second, none, second]])


def test_every_answer_and_every_place_in_the_question_is_right():
    batch = question_and_passage(np.random.default_rng(0), 200, question=5, passage=7, symbols=12)
    for words, targets, alignment in zip(batch.inputs.tolist(), batch.targets, batch.alignment, strict=True):
        question, passage = words[:5], words[5:]
        assert len(set(question)) == 5 and set(words) <= set(range(1, 13))
        for word, target, row in zip(passage, targets, alignment, strict=True):
            assert target == (2 if word in question else 1)
            assert np.flatnonzero(row).tolist() == [i for i, asked in enumerate(question) if asked == word]


def test_both_answers_every_word_and_every_place_of_the_question_are_as_likely():
    batch = question_and_passage(np.random.default_rng(0), 2000, question=4, passage=5, symbols=10)
    assert abs((batch.targets == 2).mean() - 0.5) < 4 * 0.005
    for words in (batch.inputs[:, :4], batch.inputs[:, 4:]):
        counts = np.bincount(words.ravel(), minlength=11)[1:]
        expected = words.size / 10
        assert (abs(counts - expected) < 4 * np.sqrt(expected)).all()
    places = batch.alignment.sum(axis=(0, 1))[:4]
    assert (abs(places - places.mean()) < 4 * np.sqrt(places.mean())).all()


def test_a_question_of_one_word_and_two_words_in_the_world():
    batch = question_and_passage(np.random.default_rng(0), 50, question=1, passage=1, symbols=2)
    assert_array_equal(batch.targets[:, 0], np.where(batch.inputs[:, 0] == batch.inputs[:, 1], 2, 1))
    assert question_and_passage(np.random.default_rng(0), 0, question=2, passage=3).alignment.shape == (0, 3, 5)


RNG = np.random.default_rng(0)


@pytest.mark.parametrize(
    ("error", "text", "call"),
    [
        (TypeError, "rng must be a numpy Generator, got 0", lambda: question_and_passage(0, 1, question=1, passage=1)),
        (ValueError, "n must be 0 or more, got -1", lambda: question_and_passage(RNG, -1, question=1, passage=1)),
        (ValueError, "question must be 1 or more, got 0", lambda: question_and_passage(RNG, 1, question=0, passage=1)),
        (TypeError, "passage must be an integer, got 2.0",
         lambda: question_and_passage(RNG, 1, question=1, passage=2.0)),
        (ValueError, "symbols must be more than the 4 words of a question, got 4",
         lambda: question_and_passage(RNG, 1, question=4, passage=1, symbols=4)),
    ],
)  # fmt: skip
def test_what_is_refused_is_said(error, text, call):
    with pytest.raises(error, match=re.escape(text)):
        call()
