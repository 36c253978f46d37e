"""What is drawn at random, the same numbers as on the published page: static/kit/draw.js and static/scores/."""

import functools
import math

import numpy as np

KEYS, HIDDEN = 5, 8
SHAPES = ("drawn", "identity", "diagonal", "rank one", "antisymmetric")


def normals(seed, n):
    """``n`` numbers from N(0, 1); the first of them do not depend on ``n``.

    Parameters
    ----------
    seed : int
        0 to 2³² − 1. The same seed gives the same numbers, here and in a reader's browser.
    n : int

    Returns
    -------
    numpy.ndarray, shape (n,)

    Notes
    -----
    Uniform numbers come from the generator mulberry32 (Tommy Ettinger, public domain), which counts in 32 bits, so
    that both languages reach the same integers; pairs of normal ones by Box and Muller (1958).

    Examples
    --------
    >>> normals(1, 3).round(6)
    array([1.404339, 0.024142, 1.215755])
    """
    pairs = (n + 1) // 2
    flat = uniform(seed, 2 * pairs)
    radius, turn = np.sqrt(-2 * np.log(1 - flat[::2])), 2 * np.pi * flat[1::2]
    return np.stack([radius * np.cos(turn), radius * np.sin(turn)], axis=1).ravel()[:n]


def uniform(seed, n):
    """``n`` numbers from 0 to 1, 1 left out; 32-bit integers wrap around, as they do in JavaScript.

    >>> uniform(1, 2).round(6)
    array([0.627074, 0.002736])
    """
    a = (np.arange(1, n + 1, dtype=np.uint64) * 0x6D2B79F5 + seed).astype(np.uint32)
    t = (a ^ (a >> 15)) * (a | 1)
    t ^= t + (t ^ (t >> 7)) * (t | 61)
    return (t ^ (t >> 14)) / 2**32


@functools.lru_cache(maxsize=4)
def drawn(draw, dim):
    """Query, another query, five keys, and parameters by the name of their score, all from one draw.

    Entries are N(0, 1); parameters are scaled so that every score but dot and cosine has a spread near 1.
    """
    sizes = [dim, dim, KEYS * dim, 2 * dim, dim * HIDDEN, dim * HIDDEN, HIDDEN, dim * dim]
    numbers, part = normals(draw, sum(sizes)), 1 / math.sqrt(dim)
    numbers.setflags(write=False)  # the next caller gets the same arrays
    query, other, key, w, w1, w2, v, matrix = np.split(numbers, np.cumsum(sizes[:-1]))
    parameters = {
        "general": (matrix.reshape(dim, dim) * part**2,),
        "linear": (w * part,),
        "additive": (w1.reshape(dim, -1) * part, w2.reshape(dim, -1) * part, v * math.sqrt(4 / HIDDEN)),
    }
    return query, other, key.reshape(KEYS, dim), parameters


def pointed(query, key, similarity):
    """The query turned, in the plane that it spans with the key, until its cosine with the key is ``similarity``.

    >>> pointed(np.array([2.0, 0.0]), np.array([0.0, 3.0]), 1)
    array([0., 2.])
    """
    ahead = key / np.linalg.norm(key)
    side = query - (query @ ahead) * ahead
    side = side / np.linalg.norm(side)
    return np.linalg.norm(query) * (similarity * ahead + math.sqrt(1 - similarity**2) * side)


def shaped(matrix, shape):
    """A matrix for the general score, made of one that was drawn: ``shape`` is one of ``SHAPES``.

    The diagonal is 1 in its first half and 0 in the second. Rank one is the product of two columns of what was drawn.

    >>> shaped(np.array([[1.0, 2.0], [3.0, 4.0]]), "rank one")
    array([[ 4.,  8.],
           [12., 24.]])
    """
    dim = len(matrix)
    if shape == "identity":
        return np.eye(dim)
    if shape == "diagonal":
        return np.diag((np.arange(dim) < dim // 2).astype(float))
    if shape == "rank one":
        return dim * np.outer(matrix[:, 0], matrix[:, 1])  # spread as the drawn one is
    return (matrix - matrix.T) / math.sqrt(2) if shape == "antisymmetric" else matrix
