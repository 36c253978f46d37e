"""Exercises on how attention is built: levels of it, and several heads."""

import numpy as np

import attn_core as ac

from .table import Case, Exercise
from .three_steps import tenths

LEVELS = "Each sentence has a softmax of its own, over its words; the sentences have another."
ALONE = "A word alone has all of its sentence."
FIRST = "Of states with equal numbers, the first is taken."
HEADS = "Head h has the columns h·D to (h + 1)·D of all three, and divides by the root of its own width."


def word_shares(sentences, words):
    return ac.softmax(sentences)[:, None] * ac.softmax(words)


def both_levels(rng):
    return [
        *(Case((tenths(rng, s), tenths(rng, s, w))) for s, w in ((1, 2), (2, 2), (2, 3), (3, 4), (20, 12))),
        Case((np.array([0.0, 1.0]), np.zeros((2, 1))), "sentences of one word", ALONE),
        Case((np.zeros(2), np.array([[0.0, 0.0], [3.0, 3.0]])), "a sentence of high scores", LEVELS),
    ]


def taken(states):
    n, features = states.shape
    return np.bincount(states.argmax(axis=0), minlength=n) / features


def many_states(rng):
    return [
        Case((np.array([[1.0, 2.0]]),), "a single state", "Who is alone is taken for every feature."),
        *(Case((tenths(rng, n, d),)) for n, d in ((2, 2), (3, 2), (3, 4), (10, 32))),
        Case((np.array([[2.0, 1.0], [2.0, 0.0]]),), "equal numbers", FIRST),
        Case((-1 - np.abs(tenths(rng, 3, 3)),), "numbers below zero", "The largest may be below zero."),
    ]


def several_heads(query, key, value, num_heads):
    pieces = [ac.heads.split(each, num_heads) for each in (query, key, value)]
    return ac.heads.merge(ac.attend(*pieces)[0])


def texts_and_heads(rng):
    def case(m, n, d, dv, num_heads, *rest):
        return Case((tenths(rng, m, d), tenths(rng, n, d), tenths(rng, n, dv), num_heads), *rest)

    return [
        case(1, 2, 1, 1, 1, "one head", "One head is `attend` itself."),
        case(1, 2, 4, 2, 2, "", HEADS),
        case(2, 2, 2, 2, 2, "", HEADS),
        case(2, 3, 4, 4, 4, "a head of width 1", HEADS),
        case(2, 3, 4, 6, 2, "wider values", HEADS),
        case(3, 4, 6, 3, 3),
        case(7, 12, 32, 32, 8),
    ]


def two_numbers(weight, output):
    apart = np.log(weight / (1 - weight))
    return output + (1 - weight) * apart, output - weight * apart


def mixed_pairs(rng):
    pairs = [(1.0, 1.0), (0.0, 1.0), (2.0, -1.0), *map(tuple, tenths(rng, 4, 2))]
    weights = [1 / (1 + np.exp(b - a)) for a, b in pairs]
    return [
        Case((w, w * a + (1 - w) * b), "equal numbers" if a == b else "")
        for w, (a, b) in zip(weights, pairs, strict=True)
    ]


EXERCISES = {
    "word_shares": Exercise(
        takes=("sentences", "words"),
        gives=("shares",),
        task=(
            "Take the scores of S sentences (S,) and of the words in each (S, W), and return the share (S, W) of each "
            "word in the document: its softmax weight among the words of its sentence, times the softmax weight of the "
            "sentence."
        ),
        reference=word_shares,
        cases=both_levels,
    ),
    "taken": Exercise(
        takes=("states",),
        gives=("shares",),
        task=(
            "Take states (n, D) and return for each (n,) the share of the D features for which the maximum over the "
            "states is taken from it, the first of equal ones."
        ),
        reference=taken,
        cases=many_states,
    ),
    "several_heads": Exercise(
        takes=("query", "key", "value", "num_heads"),
        gives=("output",),
        task=(
            "Take query (m, d), key (n, d), value (n, dv) and num_heads, which divides d and dv. Give each head its "
            "columns, let it attend by scaled dot product, and return the outputs side by side (m, dv)."
        ),
        reference=several_heads,
        cases=texts_and_heads,
    ),
    "two_numbers": Exercise(
        takes=("weight", "output"),
        gives=("a", "b"),
        task=(
            "Of two numbers a and b, take the softmax weight of a, e^a / (e^a + e^b), and the output, weight * a + "
            "(1 - weight) * b. Return a and b."
        ),
        reference=two_numbers,
        cases=mixed_pairs,
    ),
}
