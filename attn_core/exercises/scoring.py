"""Exercises on scoring functions."""

from itertools import product

import numpy as np

from attn_core import scores

from .table import Case, Exercise
from .three_steps import tenths

PAIRS = "Every query meets every key: (m, 1, H) and (1, n, H) broadcast to (m, n, H)."
ORDER = "Rows are queries, columns are keys."


def cosines(rng):
    nothing = "A vector of length 0 has no direction: its cosine with anything counts as 0."
    return [
        *(Case((tenths(rng, m, d), tenths(rng, n, d))) for m, n, d in ((1, 2, 2), (2, 3, 2), (2, 2, 4), (30, 40, 8))),
        Case((tenths(rng, 1, 2), np.array([[0.0, 0.0], [1.0, 1.0]])), "a key of length 0", nothing),
        Case((np.array([[0.0, 0.0]]), np.array([[3.0, 4.0]])), "a query of length 0", nothing),
        Case((np.array([[300.0, 400.0]]), np.array([[0.3, 0.4]])), "long and short, one direction"),
    ]


def additives(rng):
    def case(m, n, d, hidden, *edge):
        drawn = (tenths(rng, *shape) for shape in ((m, d), (n, d), (d, hidden), (d, hidden), (hidden,)))
        return Case(tuple(drawn), *edge)

    return [
        case(1, 1, 1, 1),
        case(1, 2, 1, 1),
        case(2, 3, 2, 2, "more keys than queries", ORDER),
        case(2, 2, 2, 3, "as many queries as keys", PAIRS),
        case(3, 3, 2, 3, "as many queries as hidden units", PAIRS),
        case(3, 4, 2, 5),
        case(20, 30, 4, 5),
    ]


def cold_enough(n, share):
    return 2 / float(np.log(share * (n - 1) / (1 - share)))


def one_matrix(query_proj, key_proj):
    return query_proj @ key_proj.T / np.sqrt(query_proj.shape[1])


def projections(rng):
    sizes = ((1, 1, 1), (2, 2, 1), (1, 1, 4), (2, 2, 2), (2, 3, 4), (3, 2, 4), (8, 6, 3))
    hint = "The scaled dot product divides by √H: the vectors that meet are H wide."
    return [
        Case((tenths(rng, wide, h), tenths(rng, other, h)), *(("H is not 1", hint) if h > 1 else ()))
        for wide, other, h in sizes
    ]


def nearby(query, key, slope):
    apart = np.abs(np.arange(len(query))[:, None] - np.arange(len(key)))
    return scores.scaled_dot(query, key) - slope * apart


def distances(rng):
    sizes = ((1, 2, 1, 1.0), (2, 2, 1, 0.5), (3, 3, 2, 1.0), (2, 4, 4, 0.1), (4, 2, 3, 0.3), (30, 30, 8, 0.2))
    return [
        *(Case((tenths(rng, m, d), tenths(rng, n, d), slope)) for m, n, d, slope in sizes),
        Case((tenths(rng, 2, 2), tenths(rng, 2, 2), 0.0), "a slope of 0", "Then it is the scaled dot product."),
    ]


EXERCISES = {
    "cosine": Exercise(
        takes=("query", "key"),
        gives=("scores",),
        task=(
            "Take query (m, D) and key (n, D), and return scores (m, n): the cosine of the angle between each query "
            "and each key, and 0 where one of the two has length 0."
        ),
        reference=scores.cosine,
        cases=cosines,
    ),
    "additive": Exercise(
        takes=("query", "key", "query_weight", "key_weight", "v"),
        gives=("scores",),
        task=(
            "Take query (m, D), key (n, D), query_weight and key_weight (D, H) and v (H,), and return the additive "
            "scores (m, n), without a loop."
        ),
        reference=scores.additive,
        cases=additives,
    ),
    "cold_enough": Exercise(
        takes=("n", "share"),
        gives=("temperature",),
        task=(
            "One of n keys is parallel to the query, all others are opposite to it: return the temperature at which "
            "the softmax of the cosines gives the parallel one the weight `share`, which is above 1 / n."
        ),
        reference=cold_enough,
        cases=lambda rng: [Case((n, share)) for n, share in product((2, 5, 50, 1000), (0.6, 0.9, 0.99))],
    ),
    "one_matrix": Exercise(
        takes=("query_proj", "key_proj"),
        gives=("weight",),
        task=(
            "Queries are multiplied by query_proj (Dq, H), keys by key_proj (Dk, H), and then scored by the scaled "
            "dot product: return the matrix (Dq, Dk) with which the general score gives the same scores."
        ),
        reference=one_matrix,
        cases=projections,
    ),
    "nearby": Exercise(
        takes=("query", "key", "slope"),
        gives=("scores",),
        task=(
            "Take query (m, D) and key (n, D), and return scores (m, n): the scaled dot product, less slope times "
            "the distance |i - j| between the places of query i and key j."
        ),
        reference=nearby,
        cases=distances,
    ),
}
