"""Exercises on where the question comes from: another text, or the text itself."""

import numpy as np

import attn_core as ac

from .table import Case, Exercise
from .three_steps import tenths

ROWS = "A row is one who asks, and its weights sum to one: the weights are not symmetric, though the scores are."
WIDTH = "The scaled dot product divides by √D."
ASKS = "The passage asks, and the question is looked at: one vector for each word of the passage."
FIRST = "The first place has none before it: its row is all zeros."


def own_share(x):
    _, weights = ac.attend(x, x, x)
    return np.diagonal(weights).copy()


def own_shares(rng):
    return [
        Case((np.array([[2.0]]),), "a single vector", "Who is alone gives all the weight to himself."),
        *(Case((tenths(rng, n, 1),)) for n in (2, 3)),
        Case((np.array([[1.0], [3.0]]),), "one vector longer than the other", ROWS),
        Case((np.zeros((3, 1)),), "vectors of length 0", "Equal scores, equal shares: here a third each."),
        *(Case((tenths(rng, n, d),), "D is not 1", WIDTH) for n, d in ((2, 2), (3, 4), (30, 9))),
    ]


def question_vectors(passage, question):
    output, _ = ac.attend(passage, question, question, score=ac.scores.dot)
    return output


def question_pairs(rng):
    return [
        *(Case((tenths(rng, n, d), tenths(rng, m, d))) for n, m, d in ((1, 2, 1), (2, 2, 1), (2, 2, 2))),
        Case((tenths(rng, 3, 2), tenths(rng, 2, 2)), "more words in the passage", ASKS),
        Case((tenths(rng, 2, 2), tenths(rng, 3, 2)), "more words in the question", ASKS),
        Case((tenths(rng, 2, 2), tenths(rng, 1, 2)), "a question of one word", "One key takes all."),
        Case(
            (tenths(rng, 40, 4), tenths(rng, 15, 4)),
        ),
    ]


def stairs(n):
    turned = 16 * (1 + 1j) ** np.arange(n) / 4.0 ** np.arange(n)
    return np.stack([turned.real, turned.imag], axis=1)


def looks_back(n):
    return np.eye(n, k=-1)


EXERCISES = {
    "own_share": Exercise(
        takes=("x",),
        gives=("shares",),
        task=(
            "Take vectors x (n, D), let them attend to each other literally (query = key = x, scaled dot product, "
            "softmax), and return the weight (n,) that each gives to itself."
        ),
        reference=own_share,
        cases=own_shares,
    ),
    "question_vectors": Exercise(
        takes=("passage", "question"),
        gives=("vectors",),
        task=(
            "Take the vectors of a passage (n, D) and of a question (m, D), and return (n, D): for each word of the "
            "passage the question as this word sees it, by dot product and softmax."
        ),
        reference=question_vectors,
        cases=question_pairs,
    ),
    "stairs": Exercise(
        takes=("n",),
        gives=("x",),
        task=(
            "Return n vectors (n, 2), n at least 1: the first is (16, 0), and each (a, b) is followed by "
            "((a - b) / 4, (a + b) / 4), turned by 45 degrees and shorter."
        ),
        reference=stairs,
        cases=lambda rng: [Case((n,)) for n in (1, 2, 3, 4, 5, 8, 12)],
    ),
    "looks_back": Exercise(
        takes=("n",),
        gives=("weight",),
        task=(
            "Return the matrix W (n, n) for which x W xᵀ, with x the identity, scores 1 where the key stands right "
            "before the query, and 0 elsewhere."
        ),
        reference=looks_back,
        cases=lambda rng: [
            Case((n,), "the first place" if n < 2 else "", FIRST if n < 2 else "") for n in (1, 2, 3, 4, 5, 8, 12)
        ],
    ),
}
