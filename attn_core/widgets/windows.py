"""Two sentences that a convolution reads in windows, each with a view of the other: the mathematics of *abcnn*.

Filters and maps are drawn, not learnt: the same in Python, in JavaScript and in every session.
"""

import functools
from typing import NamedTuple

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from attn_core import softmax

from .drawn import normals
from .spelling import DIM

MOST, FILTERS, WIDEST = 6, 8, 3  # words of a sentence; filters; words that a window spans
SEED = 21


class Reading(NamedTuple):
    """What is made of one of the two sentences: L words, K = L + kernel_size − 1 windows.

    Parameters
    ----------
    looks : numpy.ndarray (L, L of the other) or None
        What each word gives the places of the other sentence before the convolution; None in form 2.
    second : numpy.ndarray (L, 32) or None
        What comes of it, a second channel beside the words.
    features : numpy.ndarray (K, 8)
        What the filters give, window by window.
    weights : numpy.ndarray (K,)
        With which windows are added up.
    states : numpy.ndarray (L, 8)
        Of each word, the sum of its windows.
    """

    looks: np.ndarray | None
    second: np.ndarray | None
    features: np.ndarray
    weights: np.ndarray
    states: np.ndarray


@functools.lru_cache(maxsize=1)
def _drawn():
    """Filters (8, 64, 3) and maps (2, 6, 32), of N(0, 1)."""
    filters = normals(SEED, FILTERS * 2 * DIM * WIDEST).reshape(FILTERS, 2 * DIM, WIDEST)
    maps = normals(SEED + 1, 2 * MOST * DIM).reshape(2, MOST, DIM)
    for each in (filters, maps):
        each.setflags(write=False)
    return filters, maps


def filters(channels, kernel_size):
    """The filters, which keep the spread of what they read, shape (8, 32 × channels, kernel_size).

    >>> filters(2, 3).shape
    (8, 64, 3)
    """
    return _drawn()[0][:, : channels * DIM, :kernel_size] / np.sqrt(channels * DIM * kernel_size)


def place_maps():
    """For each sentence, a vector of 32 numbers for each place of the other, shape (2, 6, 32).

    >>> place_maps().shape
    (2, 6, 32)
    """
    return _drawn()[1]


def matches(first, second):
    """How near each row of one is to each row of another: 1 / (1 + distance), shape (n, m).

    >>> matches(np.zeros((1, 2)), np.array([[0.0, 0.0], [3.0, 4.0]])).round(4)
    array([[1.    , 0.1667]])
    """
    return 1 / (1 + np.linalg.norm(first[:, None] - second[None], axis=-1))


def convolved(x, kernel_size):
    """A wide convolution with tanh: windows reach over both ends, where zeros stand, shape (K, 8)."""
    reach = np.pad(x, ((kernel_size - 1, kernel_size - 1), (0, 0)))
    windows = sliding_window_view(reach, kernel_size, axis=0)  # (K, D, kernel_size)
    return np.tanh(np.einsum("kdw,fdw->kf", windows, filters(x.shape[1] // DIM, kernel_size)))


def pooled(features, weights, kernel_size):
    """For each word the weighted sum of its windows, those that it stands in, shape (L, 8).

    >>> pooled(np.array([[1.0], [2.0], [4.0]]), np.array([1.0, 1.0, 0.5]), 2)
    array([[3.],
           [4.]])
    """
    return sliding_window_view(weights[:, None] * features, kernel_size, axis=0).sum(axis=-1)


def read(first, second, *, form, kernel_size, normalized):
    """Read two sentences, as form 1, 2 or 3 of ABCNN does.

    Parameters
    ----------
    first, second : array_like, shape (L1, 32) and (L2, 32)
        1 to 6 words each.
    form : {1, 2, 3}
    kernel_size : {1, 2, 3}
    normalized : bool
        Put in a softmax: over what a word gives the other's places, over the sums of matches that weigh windows.

    Returns
    -------
    before : numpy.ndarray (L1, L2) or None
        Matches of the words; None in form 2.
    behind : numpy.ndarray (K1, K2) or None
        Matches of the windows; None in form 1.
    readings : two Reading

    Notes
    -----
    Yin, Schütze, Xiang and Zhou (2016), arXiv:1512.05193, who learn filters and maps, and who have no softmax.
    """
    pair, before, behind, looks, seconds = (first, second), None, None, (None, None), (None, None)
    if form != 2:
        before = matches(first, second)
        looks = tuple(softmax(each) if normalized else each for each in (before, before.T))
        seconds = tuple(look @ places[: look.shape[1]] for look, places in zip(looks, place_maps(), strict=True))
        pair = tuple(np.concatenate(both, axis=1) for both in zip(pair, seconds, strict=True))
    features = tuple(convolved(each, kernel_size) for each in pair)
    if form == 1:
        weights = tuple(np.full(len(each), 1 / kernel_size) for each in features)
    else:
        behind = matches(*features)
        sums = behind.sum(axis=1), behind.sum(axis=0)
        weights = tuple(softmax(each) for each in sums) if normalized else sums
    states = (pooled(each, weight, kernel_size) for each, weight in zip(features, weights, strict=True))
    return before, behind, tuple(map(Reading, looks, seconds, features, weights, states))
