"""Sequences that are answered with one number, or one choice: how much, how many, which came first."""

import numpy as np

from ._batch import Batch
from ._drawing import Span, check_least, check_rng, check_span, draw_sizes, shuffled, within


def adding(rng: np.random.Generator, n: int, *, length: Span) -> Batch:
    """Draw sequences of numbers, two of them marked: what is the sum of the two?

    Parameters
    ----------
    rng : numpy.random.Generator
    n : int
        How many sequences.
    length : int or (int, int)
        Of every sequence; or the shortest and the longest, L, each length between them as likely.

    Returns
    -------
    Batch
        inputs (n, L, 2) of floats: a value from 0 to 1, and 1 where it is marked; zeros behind the end. targets (n,)
        of floats from 0 to 2, alignment (n, L): the two marked positions, anywhere in the sequence.

    Raises
    ------
    TypeError, ValueError
        If ``rng`` is no Generator, or a length is below 2.

    Notes
    -----
    Attention needs no positions here: half the weight on each marked value gives half the sum. Who always answers 1
    has a mean squared error of 1/6. After the adding problem of Hochreiter and Schmidhuber (1997), where values go
    from −1 to 1, one mark stands among the first ten and both in the first half. Raffel and Ellis (2015),
    arXiv:1512.08756, solve theirs by attention without recurrence.

    Examples
    --------
    >>> batch = adding(np.random.default_rng(1), 1, length=3)
    >>> batch.inputs.round(2).tolist(), batch.targets.round(2)
    ([[[0.95, 1.0], [0.31, 0.0], [0.42, 1.0]]], array([1.37]))
    """
    real, lengths = _places(rng, n, length, 2)
    marked = _among_first(shuffled(rng, real), 2)
    values = rng.random(real.shape) * real
    inputs = np.stack([values, marked.astype(float)], axis=2)
    return Batch(inputs, (values * marked).sum(axis=1), lengths, marked)


def counting(rng: np.random.Generator, n: int, *, length: Span, symbols: int = 4) -> Batch:
    """Draw sequences of symbols: how many of them are the first symbol?

    Parameters
    ----------
    rng : numpy.random.Generator
    n : int
        How many sequences.
    length : int or (int, int)
        Of every sequence; or the shortest and the longest, L, each length between them as likely.
    symbols : int
        How many different ones there are, with codes from 1. Code 1 is counted.

    Returns
    -------
    Batch
        inputs (n, L), targets (n,) from 0 to L, each number up to a sequence's length as likely; alignment (n, L):
        all that are counted.

    Raises
    ------
    TypeError, ValueError
        If ``rng`` is no Generator, a length is below 1, or there are fewer than two symbols.

    Notes
    -----
    Weights that sum to one know a share: 2 of 4 look like 5 of 10. Where every sequence has one length, the share
    gives the number away; where lengths differ, a model has to learn the length beside it, or to sum.

    Examples
    --------
    >>> batch = counting(np.random.default_rng(0), 2, length=(3, 6))
    >>> batch.inputs, batch.targets
    (array([[1, 1, 4, 2, 1, 4],
           [2, 3, 2, 1, 3, 0]]), array([3, 1]))
    """
    symbols = check_least("symbols", symbols, 2)
    real, lengths = _places(rng, n, length, 1)
    count = rng.integers(lengths + 1)
    counted = _among_first(shuffled(rng, real), count[:, None])
    inputs = np.where(counted, 1, rng.integers(2, symbols + 1, size=real.shape)) * real
    return Batch(inputs, count, lengths, counted)


def ordering(rng: np.random.Generator, n: int, *, length: Span, symbols: int = 8) -> Batch:
    """Draw sequences in which symbols 1 and 2 stand once each: which of them comes first?

    Parameters
    ----------
    rng : numpy.random.Generator
    n : int
        How many sequences.
    length : int or (int, int)
        Of every sequence; or the shortest and the longest, L, each length between them as likely.
    symbols : int
        How many different ones there are, with codes from 1. Those from 3 fill the other places.

    Returns
    -------
    Batch
        inputs (n, L), targets (n,) of 1 or 2, each as likely; alignment (n, L): both places, for neither alone tells.

    Raises
    ------
    TypeError, ValueError
        If ``rng`` is no Generator, a length is below 2, or there are fewer than three symbols.

    Notes
    -----
    Attention without positions gives the same output for both orders: it is right half the time. What is needed is
    a model that knows positions, or reads one symbol after the other. A smaller form of the temporal order task of
    Hochreiter and Schmidhuber (1997).

    Examples
    --------
    >>> batch = ordering(np.random.default_rng(1), 2, length=5)
    >>> batch.inputs, batch.targets
    (array([[8, 7, 1, 6, 2],
           [4, 5, 2, 3, 1]]), array([1, 2]))
    """
    symbols = check_least("symbols", symbols, 3)
    real, lengths = _places(rng, n, length, 2)
    order = shuffled(rng, real)
    inputs = rng.integers(3, symbols + 1, size=real.shape) * real
    np.put_along_axis(inputs, order[:, :2], np.array([1, 2]), axis=1)
    return Batch(inputs, np.where(order[:, 0] < order[:, 1], 1, 2), lengths, _among_first(order, 2))


def _places(rng: np.random.Generator, n: int, length: Span, least: int) -> tuple[np.ndarray, np.ndarray]:
    """Which positions (n, L) are no padding, and the lengths (n,)."""
    check_rng(rng)
    n = check_least("n", n, 0)
    shortest, longest = check_span("length", length, least)
    lengths = draw_sizes(rng, n, shortest, longest)
    return within(lengths, longest), lengths


def _among_first(order: np.ndarray, count: np.ndarray | int) -> np.ndarray:
    """Which positions stand among the first so many of an order: (n, L) -> (n, L)."""
    return order.argsort(axis=1) < count
