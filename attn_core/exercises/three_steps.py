"""Exercises on score, normalise, sum."""

from itertools import product

import numpy as np

import attn_core as ac

from .table import Case, Exercise

SHIFT = "Softmax sees differences only: what may be taken off all scores first?"
HUGE = f"The exponential of 1000 is infinite. {SHIFT}"
TINY = f"The exponential of −1000 is 0, and 0 / 0 is not a number. {SHIFT}"
NOTHING = "A query with nothing to attend gets zero weights: 0 / 0 must not happen."


def tenths(rng, *shape):
    """Numbers from −3 to 3 with one decimal, which a reader can follow with a pencil."""
    return rng.integers(-30, 31, shape) / 10


def weighted_sum(weights, value):
    return weights @ value


def weighted_sums(rng):
    shares = [ac.softmax(tenths(rng, n)).round(2) for n in (2, 2, 3, 4, 6, 50)]
    return [
        *(Case((w, tenths(rng, len(w), dim))) for w, dim in zip(shares, (1, 2, 2, 3, 3, 20), strict=True)),
        Case((np.array([1.0]), np.array([[2.0, -1.0]])), "a single value", "With weight 1 it is the output itself."),
        Case((np.zeros(2), tenths(rng, 2, 2)), "weights of zero", "Nothing was attended to: the output is zero."),
    ]


def softmaxes(rng):
    one_row = "With several rows, each one sums to one: sum along the last axis, and keep it."
    return [
        *(Case((tenths(rng, n),)) for n in (2, 2, 3, 4, 5, 200)),
        Case((np.array([-0.7]),), "a single score", "A single key takes all: its weight is 1."),
        Case((np.array([0.0, 1000.0]),), "scores of 1000", HUGE),
        Case((np.array([-1000.0, -1001.0]),), "scores of −1000", TINY),
        *(Case((tenths(rng, *shape),), "several rows", one_row) for shape in ((2, 2), (2, 3), (2, 2, 3))),
    ]


def masked_softmaxes(rng):
    cases = [Case((tenths(rng, *shape), rng.integers(0, 3, shape) > 0)) for shape in ((2, 2), (2, 3), (3, 4), (30, 40))]
    hint = "What is masked must not count when the largest score is taken off."
    return [
        *cases,
        Case((tenths(rng, 1, 2), np.array([[True, True]])), "a mask that lets all through"),
        Case((tenths(rng, 1, 2), np.array([[False, True]])), "a single key left", "One key left takes all."),
        Case((tenths(rng, 1, 2), np.array([[False, False]])), "a row with nothing to attend", NOTHING),
        Case((tenths(rng, 2, 2), np.array([[True, True], [False, False]])), "a row with nothing to attend", NOTHING),
        Case((np.array([[1000.0, 1.0, 2.0]]), np.array([[False, True, True]])), "a masked score of 1000", hint),
        Case((np.array([[1000.0, 0.0]]), np.array([[True, True]])), "a score of 1000", HUGE),
    ]


def temperature(gap, share):
    return gap / float(np.log(share / (1 - share)))


def temperatures(rng):
    return [Case((gap, share)) for gap, share in product((0.5, 1.0, 2.0, 10.0), (0.6, 0.75, 0.9, 0.99))]


def smooth(at, x, y, width):
    def closeness(query, key):
        return -((query - key.mT) ** 2) / (2 * width**2)

    output, _ = ac.attend(at[:, None], x[:, None], y[:, None], score=closeness)
    return output[:, 0]


def smooths(rng):
    far = "Far from every point all exponentials are 0, and 0 / 0 is not a number. Softmax of the scores has a way out."
    return [
        *(
            Case((tenths(rng, m), tenths(rng, n), tenths(rng, n), width))
            for m, n, width in ((1, 2, 1.0), (1, 2, 0.5), (2, 3, 1.0), (3, 4, 2.0), (40, 60, 0.5))
        ),
        Case((np.array([1.5]), np.array([0.5]), np.array([2.0]), 1.0), "a single point"),
        Case((np.array([60.0]), np.array([0.0, 1.0]), np.array([2.0, 3.0]), 1.0), "a place far from every point", far),
    ]


EXERCISES = {
    "weighted_sum": Exercise(
        takes=("weights", "value"),
        gives=("output",),
        task="Take weights (n,) and values (n, D), and return the output (D,): each value times its weight, added up.",
        reference=weighted_sum,
        cases=weighted_sums,
    ),
    "softmax": Exercise(
        takes=("scores",),
        gives=("weights",),
        task="Take scores (..., n), and return weights of the same shape that sum to one along the last axis.",
        reference=ac.softmax,
        cases=softmaxes,
    ),
    "masked_softmax": Exercise(
        takes=("scores", "mask"),
        gives=("weights",),
        task=(
            "Take scores and a boolean mask (m, n), and return weights (m, n): zero where the mask is False, "
            "each row summing to one, or all zero where a row may attend to nothing."
        ),
        reference=lambda scores, mask: ac.softmax(scores, mask=mask),
        cases=masked_softmaxes,
    ),
    "temperature": Exercise(
        takes=("gap", "share"),
        gives=("temperature",),
        task=(
            "Two keys, one with a score that is `gap` higher: return the temperature at which softmax gives it "
            "the weight `share`, a number between 0.5 and 1."
        ),
        reference=temperature,
        cases=temperatures,
    ),
    "smooth": Exercise(
        takes=("at", "x", "y", "width"),
        gives=("y_at",),
        task=(
            "Draw a smooth curve through points by attention: query `at` (m,), keys x (n,), values y (n,), "
            "score -(at - x)² / (2 width²), softmax; return the curve at `at` (m,)."
        ),
        reference=smooth,
        cases=smooths,
    ),
}
