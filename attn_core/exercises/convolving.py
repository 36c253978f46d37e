"""Exercises on convolutions: how far they see, who wins a maximum, and what ABCNN makes of a match."""

import numpy as np

from .table import Case, Exercise
from .three_steps import tenths

GAPS = "A layer with gaps of d adds d times as much as one without."
NO_LAYER = "Without a layer each place sees itself."
FIRST = "Of equal numbers the first place wins."
DISTANCE = "The distance is the root of the sum of squares: 1 / (1 + distance)."
ROWS = "The weight of a feature of the first sentence is the sum of its row: all its matches together."
WINDOW = "Each output adds up w neighbours, each times its weight; nothing is divided."


def field(kernel_size, gaps):
    return 1 + (kernel_size - 1) * int(sum(gaps))


def places_taken(features):
    return len(set(np.argmax(features, axis=0).tolist()))


def matches(first, second):
    return 1 / (1 + np.sqrt(((first[:, None] - second) ** 2).sum(axis=-1)))


def pooled(features, other, w):
    weighed = matches(features, other).sum(axis=1)[:, None] * features
    return np.stack([weighed[j : j + w].sum(axis=0) for j in range(len(features) - w + 1)])


EXERCISES = {
    "field": Exercise(
        takes=("kernel_size", "gaps"),
        gives=("places",),
        task=(
            "Return how many places one output sees through a pile of convolutions of kernel_size: gaps has a number "
            "a layer, 1 for neighbours side by side, 2 for every second, and so on."
        ),
        reference=field,
        cases=lambda rng: [
            Case((3, [1])),
            Case((3, []), "no layer", NO_LAYER),
            Case((1, [1, 1]), "a kernel of 1"),
            Case((3, [1, 1])),
            Case((5, [1, 1, 1])),
            Case((3, [2]), "a gap of 2", GAPS),
            Case((3, [1, 2, 4, 8]), "gaps that double", GAPS),
            Case((2, [3, 1]), "an even kernel"),
        ],
    ),
    "places_taken": Exercise(
        takes=("features",),
        gives=("places",),
        task=(
            "Take features (L, D), one row a place, and return how many different places have the largest number of at "
            "least one feature; of equal numbers the first counts."
        ),
        reference=places_taken,
        cases=lambda rng: [
            Case((np.array([[0.5, 0.1]]),), "a single place"),
            Case((np.array([[0.5], [0.7]]),), "one feature", "One feature has one winner."),
            Case((np.array([[0.2, 0.9], [0.4, 0.3]]),)),
            Case((np.zeros((3, 2)),), "equal numbers", FIRST),
            *(Case((tenths(rng, n, d),)) for n, d in ((3, 2), (3, 4), (20, 8), (20, 64))),
        ],
    ),
    "matches": Exercise(
        takes=("first", "second"),
        gives=("scores",),
        task=(
            "Take the vectors of a first sentence (L1, D) and of a second (L2, D), and return the matches (L1, L2): "
            "one over one plus the Euclidean distance."
        ),
        reference=matches,
        cases=lambda rng: [
            Case((np.array([[2.0]]), np.array([[2.0]])), "the same word", "A distance of 0 is a match of 1."),
            *(Case((tenths(rng, n, d), tenths(rng, m, d))) for n, m, d in ((1, 2, 1), (2, 1, 1), (2, 2, 1))),
            *(
                Case((tenths(rng, n, d), tenths(rng, m, d)), "D is not 1", DISTANCE)
                for n, m, d in ((1, 2, 2), (3, 2, 4), (20, 15, 8))
            ),
        ],
    ),
    "pooled": Exercise(
        takes=("features", "other", "w"),
        gives=("output",),
        task=(
            "Take what a convolution gave for two sentences, features (K1, D) and other (K2, D), and return the first "
            "as ABCNN-2 pools it, (K1 - w + 1, D): sums over w neighbours, each times the sum of its matches."
        ),
        reference=pooled,
        cases=lambda rng: [
            Case((np.array([[2.0]]), np.array([[2.0]]), 1), "one feature vector on each side"),
            Case((np.array([[2.0]]), np.array([[2.0], [3.0]]), 1), "two to match with", ROWS),
            Case((np.array([[2.0], [1.0]]), np.array([[2.0]]), 2), "a window of 2", WINDOW),
            *(
                Case((tenths(rng, n, d), tenths(rng, m, d), w), "several matches", ROWS)
                for n, m, d, w in ((2, 2, 1, 1), (4, 3, 1, 2), (6, 8, 3, 3), (20, 15, 4, 3))
            ),
        ],
    ),
}
