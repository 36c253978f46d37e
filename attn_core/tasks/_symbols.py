"""Random symbols to say again: whole sequences, or the one that is asked for.

Where ``batch.alignment`` is True, the input is the target: a perfect look-up solves every one of these.
"""

import numpy as np

from ._batch import Batch
from ._drawing import Span, check_least, check_rng, check_span, draw_sizes, within


def copy(rng: np.random.Generator, n: int, *, length: Span, symbols: int = 12) -> Batch:
    """Draw sequences of random symbols, to be said again.

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
        inputs (n, L), targets (n, L), alignment (n, L, L): target t is input t.

    Raises
    ------
    TypeError, ValueError
        If ``rng`` is no Generator, a length is below 1, or there are fewer than two symbols.

    Notes
    -----
    No symbol follows from another, so a model has to carry ``length · log2(symbols)`` bits. What is held in one
    vector of fixed width fills up; attention reads each symbol when it needs it. The copy task of Graves, Wayne and
    Danihelka (2014), arXiv:1410.5401, section 4.1, with symbols in place of vectors of bits, and no sign at the end.

    Examples
    --------
    >>> copy(np.random.default_rng(1), 2, length=(2, 4), symbols=9).inputs
    array([[7, 9, 1, 0],
           [8, 9, 3, 0]])
    """
    inputs, lengths = _sequences(rng, n, length, symbols)
    source = np.where(inputs > 0, np.arange(inputs.shape[1]), -1)
    return _saying(inputs, lengths, source)


def reverse(rng: np.random.Generator, n: int, *, length: Span, symbols: int = 12) -> Batch:
    """Draw sequences of random symbols, to be said again from the last to the first.

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
        inputs (n, L), targets (n, L), alignment (n, L, L): target t is input length − 1 − t.

    Raises
    ------
    TypeError, ValueError
        If ``rng`` is no Generator, a length is below 1, or there are fewer than two symbols.

    Notes
    -----
    The first answer is the symbol that was read last, so a recurrent model begins with the fresh ones: Sutskever,
    Vinyals and Le (2014), arXiv:1409.3215, section 3.3, turn the source round for that reason.

    Examples
    --------
    >>> batch = reverse(np.random.default_rng(0), 1, length=4)
    >>> batch.inputs, batch.targets
    (array([[11,  8,  7,  4]]), array([[ 4,  7,  8, 11]]))
    """
    inputs, lengths = _sequences(rng, n, length, symbols)
    return _saying(inputs, lengths, lengths[:, None] - 1 - np.arange(inputs.shape[1]))


def recall(rng: np.random.Generator, n: int, *, length: Span, symbols: int = 12, distance: Span | None = None) -> Batch:
    """Draw sequences of random symbols and, at the end, a question: which one stood so many places back?

    Parameters
    ----------
    rng : numpy.random.Generator
    n : int
        How many sequences.
    length : int or (int, int)
        Symbols in every sequence; or the fewest and the most, each number between them as likely.
    symbols : int
        How many different ones there are, with codes from 1.
    distance : int or (int, int), optional
        From the question back to its answer: 1 is the last symbol, ``length`` the first. None: any of them.

    Returns
    -------
    Batch
        inputs (n, L) where L is the most symbols and 1: the question has the code symbols + distance. targets (n,),
        alignment (n, L).

    Raises
    ------
    TypeError, ValueError
        If ``rng`` is no Generator, a length or distance is below 1, a distance is beyond the shortest sequence, or
        there are fewer than two symbols.

    Notes
    -----
    With one distance the question is always the same, and what counts is how long a symbol must be kept. With
    several, nobody knows before the end which symbol will be asked for. Looking it up needs positions.

    Examples
    --------
    >>> batch = recall(np.random.default_rng(1), 1, length=4, symbols=9, distance=3)
    >>> batch.inputs, batch.targets
    (array([[ 5,  5,  7,  9, 12]]), array([5]))
    """
    inputs, lengths = _sequences(rng, n, length, symbols)
    if distance is None:
        back = rng.integers(1, lengths + 1)
    else:
        near, far = check_span("distance", distance, 1)
        shortest, _ = check_span("length", length, 1)
        if far > shortest:
            raise ValueError(f"distance must stay within the shortest sequence, {shortest}, got {far}")
        back = draw_sizes(rng, n, near, far)
    inputs = np.pad(inputs, ((0, 0), (0, 1)))
    inputs[np.arange(n), lengths] = symbols + back
    return _saying(inputs, lengths + 1, lengths - back)


def previous(rng: np.random.Generator, n: int, *, length: Span, symbols: int = 12) -> Batch:
    """Draw sequences of random symbols: at each place, which symbol stands before it?

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
        inputs (n, L), targets (n, L), alignment (n, L, L): target t is input t − 1. The first place has none before
        it, and target 0.

    Raises
    ------
    TypeError, ValueError
        If ``rng`` is no Generator, a length is below 1, or there are fewer than two symbols.

    Notes
    -----
    A look-up by place, one step back and from everywhere at once. In trained Transformers heads that do this are the
    first half of those that copy what once stood behind the same symbol: Elhage et al. (2021), "A Mathematical
    Framework for Transformer Circuits", Transformer Circuits Thread.

    Examples
    --------
    >>> batch = previous(np.random.default_rng(0), 1, length=4)
    >>> batch.inputs, batch.targets
    (array([[11,  8,  7,  4]]), array([[ 0, 11,  8,  7]]))
    """
    inputs, lengths = _sequences(rng, n, length, symbols)
    places = np.arange(inputs.shape[1])
    return _saying(inputs, lengths, np.where(inputs > 0, places - 1, -1))


def associative_recall(rng: np.random.Generator, n: int, *, pairs: Span, keys: int = 16, values: int = 10) -> Batch:
    """Draw pairs of a key and a value and, at the end, one of the keys: which value stood behind it?

    Parameters
    ----------
    rng : numpy.random.Generator
    n : int
        How many sequences.
    pairs : int or (int, int)
        In every sequence; or the fewest and the most, each number between them as likely.
    keys : int
        How many different keys there are, with codes from 1. A sequence has none twice.
    values : int
        How many different values there are, with codes from keys + 1.

    Returns
    -------
    Batch
        inputs (n, L) with L = 2 · pairs + 1: key, value, key, value …, and the key that is asked for. targets (n,),
        alignment (n, L): the value behind that key.

    Raises
    ------
    TypeError, ValueError
        If ``rng`` is no Generator, there is no pair, there are fewer keys than pairs, or fewer than two values.

    Notes
    -----
    The answer is found by what stands before it, not by where it stands. The natural way takes two steps: to join
    each value to the key on its left, and to find the pair by its key. After the associative retrieval of Ba et al.
    (2016), arXiv:1610.06258: letters and digits in pairs, then a letter.

    Examples
    --------
    >>> batch = associative_recall(np.random.default_rng(2), 1, pairs=3, keys=4, values=5)
    >>> batch.inputs, batch.targets
    (array([[3, 6, 1, 9, 4, 8, 4]]), array([8]))
    """
    check_rng(rng)
    n, keys = check_least("n", n, 0), check_least("keys", keys, 1)
    values = check_least("values", values, 2)
    fewest, most = check_span("pairs", pairs, 1)
    if keys < most:
        raise ValueError(f"keys must be as many as pairs or more, since none comes twice, got {keys} for {most}")
    count = draw_sizes(rng, n, fewest, most)
    asked = rng.integers(count)
    each = rng.random((n, keys)).argsort(axis=1, kind="stable")[:, :most] + 1
    inputs = np.stack([each, rng.integers(keys + 1, keys + values + 1, size=(n, most))], axis=2).reshape(n, 2 * most)
    inputs = np.pad(inputs * within(2 * count, 2 * most), ((0, 0), (0, 1)))
    rows = np.arange(n)
    inputs[rows, 2 * count] = each[rows, asked]
    return _saying(inputs, 2 * count + 1, 2 * asked + 1)


def _sequences(rng: np.random.Generator, n: int, length: Span, symbols: int) -> tuple[np.ndarray, np.ndarray]:
    """Random symbols (n, L), with 0 behind the end of each row, and the lengths (n,)."""
    check_rng(rng)
    n, symbols = check_least("n", n, 0), check_least("symbols", symbols, 2)
    shortest, longest = check_span("length", length, 1)
    lengths = draw_sizes(rng, n, shortest, longest)
    inputs = rng.integers(1, symbols + 1, size=(n, longest))
    return inputs * within(lengths, longest), lengths


def _saying(inputs: np.ndarray, lengths: np.ndarray, source: np.ndarray) -> Batch:
    """The batch whose targets are the inputs at source, (n, T) or (n,); a source below 0 is padding."""
    rows = np.indices(source.shape)[0]
    targets = np.where(source < 0, 0, inputs[rows, source.clip(0)])
    alignment = source[..., None] == np.arange(inputs.shape[1])  # (n, T, L) or (n, L)
    return Batch(inputs, targets, lengths, alignment)
