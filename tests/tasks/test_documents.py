"""Documents with a key word: each against its rule, what chance decides, and what is refused."""

import re

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from attn_core import tasks

RNG = np.random.default_rng(0)
CLASSES, SIGN = 3, 4


def draw(n=2000, **sizes):
    sizes = {"sentences": (2, 5), "words": (2, 6), "classes": CLASSES, "fillers": 10} | sizes
    return tasks.documents(np.random.default_rng(0), n, **sizes)


def test_the_answer_is_the_judgement_in_the_sentence_with_the_sign():
    batch = tasks.documents(np.random.default_rng(0), 1, sentences=3, words=(2, 4), classes=2)
    assert_array_equal(batch.inputs, [[[3, 1, 37, 11], [7, 38, 1, 0], [7, 1, 23, 0]]])
    assert_array_equal(batch.targets, [1])
    assert_array_equal(np.argwhere(batch.alignment), [[0, 0, 1]])


def test_every_sentence_has_one_judgement_and_one_sentence_the_sign():
    batch = draw()
    for document, target, length, alignment in zip(
        batch.inputs.tolist(), batch.targets, batch.lengths, batch.alignment, strict=True
    ):
        sentences = [[word for word in sentence if word] for sentence in document]
        assert all(len(sentence) >= 2 for sentence in sentences[:length]) and not any(sentences[length:])
        assert all(sum(word <= CLASSES for word in sentence) == 1 for sentence in sentences[:length])
        (key,) = [s for s, sentence in enumerate(sentences) if SIGN in sentence]
        (place,) = [w for w, word in enumerate(document[key]) if 1 <= word <= CLASSES]
        assert document[key][place] == target and sentences[key].count(SIGN) == 1
        assert_array_equal(np.argwhere(alignment), [[key, place]])


def test_padding_stands_behind_sentences_and_documents():
    batch = draw()
    real = batch.inputs > 0
    counts = real.sum(axis=2)
    assert_array_equal(real, np.arange(6) < counts[..., None])
    assert_array_equal(counts > 0, np.arange(5) < batch.lengths[:, None])
    assert set(np.unique(counts)) == {0, 2, 3, 4, 5, 6} and set(np.unique(batch.lengths)) == {2, 3, 4, 5}


def test_every_judgement_and_every_place_is_as_likely():
    batch = draw(20_000, sentences=4, words=5)
    assert_allclose(np.bincount(batch.targets)[1:] / 20_000, 1 / 3, atol=0.015)
    assert_allclose(batch.alignment.mean(axis=0), 1 / 20, atol=0.006)
    assert_allclose((batch.inputs == SIGN).mean(axis=0), 1 / 20, atol=0.006)
    others = batch.inputs[(batch.inputs <= CLASSES) & ~batch.alignment].reshape(-1, 3)
    assert_allclose((others == batch.targets[:, None]).mean(axis=0), 1 / 3, atol=0.015)  # they know nothing
    assert_allclose(np.bincount(batch.inputs[batch.inputs > SIGN])[5:] / (batch.inputs > SIGN).sum(), 0.1, atol=0.01)


def test_two_words_are_enough_for_a_key_sentence_and_a_batch_may_be_empty():
    batch = draw(50, sentences=1, words=2)
    assert_array_equal(np.sort(batch.inputs[:, 0], axis=1), np.stack([batch.targets, np.full(50, SIGN)], axis=1))
    assert draw(0).inputs.shape == (0, 5, 6)


@pytest.mark.parametrize(
    ("error", "text", "changed"),
    [
        (ValueError, "sentences must be 1 or more, got 0", {"sentences": 0}),
        (ValueError, "words must be 2 or more, got 1", {"words": (1, 3)}),
        (ValueError, "classes must be 2 or more, got 1", {"classes": 1}),
        (ValueError, "fillers must be 1 or more, got 0", {"fillers": 0}),
        (ValueError, "n must be 0 or more, got -1", {"n": -1}),
    ],
)
def test_what_is_refused_is_said(error, text, changed):
    with pytest.raises(error, match=re.escape(text)):
        draw(**changed)
    with pytest.raises(TypeError, match="rng must be a numpy Generator, got 0"):
        tasks.documents(0, 1, sentences=2, words=2)
