"""Sequences to be put into a class: by the one symbol that tells, by the last that does, by the most frequent."""

import numpy as np

from ._batch import Batch
from ._drawing import Span, check_least, check_rng, check_span, draw_sizes, shuffled, within


def keyword(
    rng: np.random.Generator, n: int, *, length: Span, classes: int = 4, fillers: int = 26, first: int | None = None
) -> Batch:
    """Draw sequences in which one symbol tells the class and all others tell nothing: which one is it?

    Parameters
    ----------
    rng : numpy.random.Generator
    n : int
        How many sequences.
    length : int or (int, int)
        Of every sequence; or the shortest and the longest, L, each length between them as likely.
    classes : int
        How many different keywords there are, with codes from 1.
    fillers : int
        How many different other symbols there are, with codes from classes + 1.
    first : int, optional
        The keyword stands among the first so many positions. Without it, anywhere.

    Returns
    -------
    Batch
        inputs (n, L), targets (n,) from 1 to classes, alignment (n, L): the keyword.

    Raises
    ------
    TypeError, ValueError
        If ``rng`` is no Generator, a length or ``first`` is below 1, ``first`` is above the shortest length, there are
        fewer than two classes or no filler.

    Notes
    -----
    Attention can give the keyword all its weight, whatever the length; in a mean it has one part of L.

    Examples
    --------
    >>> batch = keyword(np.random.default_rng(0), 1, length=5)
    >>> batch.inputs, batch.targets
    (array([[21, 28, 18,  3, 30]]), array([3]))
    """
    return _keywords(rng, n, length, (1, 1), classes, fillers, first)


def latest(
    rng: np.random.Generator, n: int, *, length: Span, keywords: Span = (2, 6), classes: int = 4, fillers: int = 26
) -> Batch:
    """Draw sequences with several keywords, of which the last one counts: which class has it?

    Parameters
    ----------
    rng : numpy.random.Generator
    n : int
        How many sequences.
    length : int or (int, int)
        Of every sequence; or the shortest and the longest, L, each length between them as likely.
    keywords : int or (int, int)
        In every sequence; or the fewest and the most, each number between them as likely.
    classes : int
        How many different keywords there are, with codes from 1. One may come again.
    fillers : int
        How many different other symbols there are, with codes from classes + 1.

    Returns
    -------
    Batch
        inputs (n, L), targets (n,) from 1 to classes, alignment (n, L): the last keyword.

    Raises
    ------
    TypeError, ValueError
        If ``rng`` is no Generator, a length or ``keywords`` is below 1, there are more keywords than the shortest
        length, fewer than two classes or no filler.

    Notes
    -----
    Who reads in order overwrites one answer by the next. Pooling of what does not know the order cannot tell the last
    keyword from the others.

    Examples
    --------
    >>> batch = latest(np.random.default_rng(1), 1, length=5, keywords=2)
    >>> batch.inputs, batch.targets
    (array([[27, 16,  3, 26,  1]]), array([1]))
    """
    return _keywords(rng, n, length, keywords, classes, fillers, None)


def majority(rng: np.random.Generator, n: int, *, length: Span, classes: int = 4) -> Batch:
    """Draw sequences of symbols: which of them is the most frequent?

    Parameters
    ----------
    rng : numpy.random.Generator
    n : int
        How many sequences.
    length : int or (int, int)
        Of every sequence; or the shortest and the longest, L, each length between them as likely.
    classes : int
        How many different symbols there are, with codes from 1.

    Returns
    -------
    Batch
        inputs (n, L), targets (n,) from 1 to classes, each as likely; alignment (n, L): every one of that symbol.

    Raises
    ------
    TypeError, ValueError
        If ``rng`` is no Generator, a length is below 1, or there are fewer than two classes.

    Notes
    -----
    Equal weights on all symbols tell the shares of all, and so the largest. No single symbol tells anything for sure.
    The symbols are drawn evenly, and a sequence with two most frequent ones is drawn anew.

    Examples
    --------
    >>> batch = majority(np.random.default_rng(0), 1, length=6, classes=3)
    >>> batch.inputs, batch.targets
    (array([[3, 2, 2, 1, 1, 1]]), array([1]))
    """
    check_rng(rng)
    n, classes = check_least("n", n, 0), check_least("classes", classes, 2)
    shortest, longest = check_span("length", length, 1)
    lengths = draw_sizes(rng, n, shortest, longest)
    inputs, counts, tied = np.zeros((n, longest), dtype=np.int64), np.zeros((n, classes)), np.ones(n, dtype=bool)
    while tied.any():
        inputs[tied] = rng.integers(1, classes + 1, size=(tied.sum(), longest)) * within(lengths[tied], longest)
        counts = np.stack([(inputs == code).sum(axis=1) for code in range(1, classes + 1)], axis=1)
        two = np.sort(counts, axis=1)[:, -2:]  # (n, 2), the largest last
        tied = two[:, 0] == two[:, 1]
    targets = counts.argmax(axis=1) + 1
    return Batch(inputs, targets, lengths, inputs == targets[:, None])


def _keywords(
    rng: np.random.Generator, n: int, length: Span, keywords: Span, classes: int, fillers: int, first: int | None
) -> Batch:
    """Fillers with so many keywords among them, each in any place or among the first; the last of them tells."""
    check_rng(rng)
    n, classes, fillers = check_least("n", n, 0), check_least("classes", classes, 2), check_least("fillers", fillers, 1)
    fewest, most = check_span("keywords", keywords, 1)
    shortest, longest = check_span("length", length, 1)
    if most > shortest:
        raise ValueError(f"keywords must fit into the shortest sequence, {shortest}, got {most}")
    lengths = draw_sizes(rng, n, shortest, longest)
    count = draw_sizes(rng, n, fewest, most)
    real = within(lengths, longest)
    if first is None:
        open_to = real
    elif check_least("first", first, 1) > shortest:
        raise ValueError(f"first must stay within the shortest sequence, {shortest}, got {first}")
    else:
        open_to = within(np.full(n, first), longest)
    tells = shuffled(rng, open_to).argsort(axis=1) < count[:, None]
    inputs = rng.integers(classes + 1, classes + fillers + 1, size=real.shape)
    inputs = np.where(tells, rng.integers(1, classes + 1, size=real.shape), inputs) * real
    at = longest - 1 - tells[:, ::-1].argmax(axis=1)
    return Batch(inputs, inputs[np.arange(n), at], lengths, at[:, None] == np.arange(longest))
