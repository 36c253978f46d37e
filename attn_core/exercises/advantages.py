"""Exercises on what layers cost, and on how far back they hear."""

import numpy as np

import attn_core as ac
from attn_core import costs

from .table import Case, Exercise
from .three_steps import tenths

PAIRS = "Every position meets every position twice, d multiply-adds each time: once to score, once to sum."


def attention_cost(n, d):
    return costs.ATTENTION.multiply_adds(n, d)


def attention_costs(rng):
    return [
        *(Case((n, d)) for n, d in ((2, 2), (3, 2), (5, 4), (100, 64), (2048, 512))),
        Case((1, 1), "n = 1 and d = 1", PAIRS),
        Case((1, 8), "a single position", "It attends to itself, and that is a pair too."),
        Case((1000, 1), "a width of 1"),
    ]


def meeting(matrices, d):
    return max(0.0, (matrices - 4) * d / 2)


def meetings(rng):
    never = "Less than attention's own four matrices: there the other layer is cheaper at every length."
    return [
        *(Case((matrices, d)) for matrices, d in ((6, 2), (8, 2), (9, 64), (12, 100), (15, 512))),
        Case((2, 4), "a layer of two matrices", never),
        Case((4, 64), "a layer of four matrices", "Equal without the pairs: then the pairs decide, at every length."),
    ]


def layers_needed(n, k):
    return -(-(n - 1) // (k - 1))


def stacks(rng):
    whole = "There is no half layer: round up."
    return [
        *(Case((n, k)) for n, k in ((3, 3), (5, 3), (9, 5), (1025, 9))),
        *(Case((n, k), "what does not divide evenly", whole) for n, k in ((4, 3), (10, 5), (1000, 9))),
        Case((2, 2), "neighbours"),
        Case((1, 3), "a single position", "Both ends are the same position: no layer is needed."),
    ]


def half_life(keep):
    return float(np.log(0.5) / np.log(keep))


def one_by_one(query, key, value):
    return ac.attend(query, key, value, mask=ac.masks.causal(len(query), len(key)))[0]


def writings(rng):
    past = "Position t attends to positions 0 to t: itself and what came before, and nothing behind it."
    return [
        Case((tenths(rng, 1, 1), tenths(rng, 1, 1), tenths(rng, 1, 1)), "a single position"),
        *(
            Case((tenths(rng, n, d), tenths(rng, n, d), tenths(rng, n, wide)), hint=past)
            for n, d, wide in ((2, 1, 1), (2, 2, 1), (3, 2, 1), (3, 2, 2), (4, 2, 3), (40, 8, 8))
        ),
    ]


EXERCISES = {
    "attention_cost": Exercise(
        takes=("n", "d"),
        gives=("count",),
        task=(
            "Return how many multiply-adds self-attention needs for n positions of width d: the four projections at "
            "every position, the scores, and the weighted sums."
        ),
        reference=attention_cost,
        cases=attention_costs,
    ),
    "meeting": Exercise(
        takes=("matrices", "d"),
        gives=("length",),
        task=(
            "A layer takes every position through so many matrices of size d × d, and does nothing else. Return the "
            "length n at which self-attention needs as many multiply-adds, or 0 if it is never cheaper."
        ),
        reference=meeting,
        cases=meetings,
    ),
    "layers_needed": Exercise(
        takes=("n", "k"),
        gives=("count",),
        task=(
            "Return how many convolutions with a kernel of k must be stacked until one output depends on both ends of "
            "n positions: the first sees k of them, and each further layer k - 1 more."
        ),
        reference=layers_needed,
        cases=stacks,
    ),
    "half_life": Exercise(
        takes=("keep",),
        gives=("steps",),
        task=(
            "At every step, the share `keep` of what came before is left, between 0 and 1. Return after how many steps "
            "half of it is left; the number need not be whole."
        ),
        reference=half_life,
        cases=lambda rng: [Case((keep,)) for keep in (0.5, 0.25, 0.9, 0.1, 0.99, 0.999, 0.75)],
    ),
    "one_by_one": Exercise(
        takes=("query", "key", "value"),
        gives=("output",),
        task=(
            "Take query and key (n, D) and value (n, Dv), and return the output (n, Dv) of attention by the scaled dot "
            "product and softmax, in which position t sees positions 0 to t alone."
        ),
        reference=one_by_one,
        cases=writings,
    ),
}
