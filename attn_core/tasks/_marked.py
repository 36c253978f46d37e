"""Sequences with two marks, A and B: what stands at each? One query is asked for two things at once."""

import numpy as np

from ._batch import Batch
from ._drawing import Span, check_least, check_rng, check_span, draw_sizes, shuffled, within


def marked_symbols(rng: np.random.Generator, n: int, *, length: Span, symbols: int = 10) -> Batch:
    """Draw sequences of symbols, one with mark A and another with mark B: which symbol has which mark?

    Parameters
    ----------
    rng : numpy.random.Generator
    n : int
        How many sequences.
    length : int or (int, int)
        Of every sequence; or the shortest and the longest, L, each length between them as likely.
    symbols : int
        How many different ones there are, with codes from 1.

    Returns
    -------
    Batch
        inputs (n, L): a symbol's code; ``symbols`` more with mark A, twice ``symbols`` more with mark B.
        targets (n, 2): the symbol at A and the symbol at B, codes from 1. alignment (n, 2, L).

    Raises
    ------
    TypeError, ValueError
        If ``rng`` is no Generator, a length is below 2, or there are fewer than two symbols.

    Notes
    -----
    The two may be the same symbol. There are symbols² answers, so that one vector can have a place for each.

    Examples
    --------
    >>> batch = marked_symbols(np.random.default_rng(0), 1, length=4)
    >>> batch.inputs, batch.targets  # 27 is 7 with mark B, 20 is 10 with mark A
    (array([[ 2,  9, 27, 20]]), array([[10,  7]]))
    """
    symbols = check_least("symbols", symbols, 2)
    real, lengths, alignment = _marks(rng, n, length)
    drawn = rng.integers(1, symbols + 1, size=real.shape)
    inputs = (drawn + symbols * (alignment * [[[1], [2]]]).sum(axis=1)) * real
    return Batch(inputs, (drawn[:, None] * alignment).sum(axis=2), lengths, alignment)


def marked_vectors(rng: np.random.Generator, n: int, *, length: Span, width: int = 4) -> Batch:
    """Draw sequences of vectors, one with mark A and another with mark B: which numbers have which mark?

    Parameters
    ----------
    rng : numpy.random.Generator
    n : int
        How many sequences.
    length : int or (int, int)
        Of every sequence; or the shortest and the longest, L, each length between them as likely.
    width : int
        How many numbers a vector has, each from a normal distribution of mean 0 and variance 1.

    Returns
    -------
    Batch
        inputs (n, L, width + 2) of floats: the numbers, 1 at mark A, 1 at mark B; zeros behind the end. targets
        (n, 2 · width): the numbers at A, then those at B. alignment (n, 2 · width, L).

    Raises
    ------
    TypeError, ValueError
        If ``rng`` is no Generator, a length is below 2, or there is no number in a vector.

    Notes
    -----
    Weights that do not depend on the numbers give ``a · (numbers at A) + b · (numbers at B)``, whatever is projected
    from it: ``width`` numbers to tell ``2 · width``. The best linear guess from them explains half of the variance.
    Two sets of weights give both.

    Examples
    --------
    >>> batch = marked_vectors(np.random.default_rng(1), 1, length=3, width=1)
    >>> batch.inputs.round(2).tolist(), batch.targets.round(2).tolist()
    ([[[-1.3, 0.0, 1.0], [0.91, 0.0, 0.0], [0.45, 1.0, 0.0]]], [[0.45, -1.3]])
    """
    width = check_least("width", width, 1)
    real, lengths, alignment = _marks(rng, n, length)
    numbers = rng.normal(size=(*real.shape, width)) * real[..., None]
    targets = (alignment.astype(float) @ numbers).reshape(n, 2 * width)
    inputs = np.concatenate([numbers, alignment.swapaxes(1, 2)], axis=2)
    return Batch(inputs, targets, lengths, alignment.repeat(width, axis=1))


def _marks(rng: np.random.Generator, n: int, length: Span) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Which positions (n, L) are no padding, the lengths (n,), and where A and B stand (n, 2, L)."""
    check_rng(rng)
    shortest, longest = check_span("length", length, 2)
    lengths = draw_sizes(rng, check_least("n", n, 0), shortest, longest)
    real = within(lengths, longest)
    return real, lengths, shuffled(rng, real)[:, :2, None] == np.arange(longest)
