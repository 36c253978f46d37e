"""Exercises on the Transformer: what stands around attention in a block, and what blocks in a stack do to tokens."""

import numpy as np

import attn_core as ac

from .table import Case, Exercise
from .three_steps import tenths

ROWS = "Each row has a mean and a standard deviation of its own."
PAIRS = "Columns come in pairs, sine and cosine, and each pair has one rate. Positions count from 0."
MEAN = "The mean is that of the tokens, one vector, and is taken from every token."
ORDER = "Add first, normalise the sum, and do both again with the feed-forward part."


def layer_norm(x):
    apart = x - x.mean(axis=1, keepdims=True)
    spread = apart.std(axis=1, keepdims=True)
    return apart / np.where(spread > 0, spread, 1.0)


def rows_to_normalise(rng):
    return [
        *(Case((tenths(rng, n, d),)) for n, d in ((1, 2), (3, 4), (5, 8), (10, 32))),
        *(Case((tenths(rng, 2, d),), "", ROWS) for d in (3, 4)),
        Case((np.full((1, 2), 2.0),), "a row of equal numbers", "Where nothing spreads, there is nothing to divide."),
    ]


def sines(length, dim):
    at = np.arange(length)[:, None]
    rates = 10_000.0 ** (-np.arange(0, dim, 2) / dim)
    return np.stack([np.sin(at * rates), np.cos(at * rates)], axis=-1).reshape(length, dim)


def tables_of_sines(rng):
    sizes = ((1, 2), (2, 2), (3, 2), (3, 4), (5, 6), (7, 8), (20, 32))
    return [Case(size, "a single position" if size[0] == 1 else "", PAIRS) for size in sizes]


def told_apart(x):
    return np.linalg.norm(x - x.mean(axis=0)) / np.linalg.norm(x)


def sets_of_tokens(rng):
    return [
        Case((np.array([[1.0, 2.0]]),), "a single token", "Who is alone is the mean."),
        Case((np.array([[1.0, 2.0], [1.0, 2.0]]),), "equal tokens", MEAN),
        Case((np.array([[3.0, -1.0], [-3.0, 1.0]]),), "opposite tokens", "Their mean is zero."),
        *(Case((tenths(rng, n, d),), "", MEAN) for n, d in ((2, 3), (3, 2), (5, 4), (16, 64))),
    ]


def block(x, query_w, key_w, value_w, widen, narrow):
    output, _ = ac.attend(x @ query_w, x @ key_w, x @ value_w)
    x = layer_norm(x + output)
    return layer_norm(x + np.maximum(x @ widen, 0.0) @ narrow)


def blocks_to_build(rng):
    def case(n, d, hidden, *rest):
        square = [tenths(rng, d, d) for _ in range(3)]
        return Case((tenths(rng, n, d), *square, tenths(rng, d, hidden), tenths(rng, hidden, d)), *rest)

    return [
        case(1, 3, 1, "a single token", ORDER),
        case(2, 3, 2, "", ORDER),
        case(2, 3, 3, "", ORDER),
        case(2, 4, 4, "", ORDER),
        case(3, 4, 8, "", ORDER),
        case(5, 8, 16),
        case(10, 16, 32),
    ]


EXERCISES = {
    "layer_norm": Exercise(
        takes=("x",),
        gives=("normalised",),
        task=(
            "Take x (n, D). From each row take its mean, and divide what is left by its standard deviation, the root "
            "of the mean square. A row of equal numbers becomes zeros."
        ),
        reference=layer_norm,
        cases=rows_to_normalise,
    ),
    "sines": Exercise(
        takes=("length", "dim"),
        gives=("table",),
        task=(
            "Return the vectors (length, dim) of the positions 0 to length - 1, dim even: at position t, entry 2i is "
            "sin(t r) and entry 2i + 1 is cos(t r), with r = 10000 ** (-2i / dim)."
        ),
        reference=sines,
        cases=tables_of_sines,
    ),
    "told_apart": Exercise(
        takes=("x",),
        gives=("share",),
        task=(
            "Take tokens x (n, D), not all zero. Return the length of what is left when their mean is taken from each, "
            "as a share of the length of x; a length is the root of the sum of all squares."
        ),
        reference=told_apart,
        cases=sets_of_tokens,
    ),
    "block": Exercise(
        takes=("x", "query_w", "key_w", "value_w", "widen", "narrow"),
        gives=("output",),
        task=(
            "Take x (n, D), the matrices query_w, key_w and value_w (D, D), widen (D, E) and narrow (E, D). One "
            "head attends by scaled dot product; add it to x and normalise as in layer_norm. Then widen, max with 0, "
            "narrow; add, and normalise again."
        ),
        reference=block,
        cases=blocks_to_build,
    ),
}
