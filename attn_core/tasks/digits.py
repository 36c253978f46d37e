"""Handwritten digits with known places: one of them in a field of distractors, or several in a strip to read aloud.

The digits are the 1,797 of the UCI set, 8 by 8 pixels, that scikit-learn brings along (Alpaydin and Kaynak, 1998).
"""

import functools

import numpy as np

from ._batch import Batch

__all__ = ["SIDE", "WORDS", "digit_strips", "digits_field"]

SIDE = 8  # pixels across a digit
WORDS = ("", "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")  # by code; 0 is padding

SEEN = 1200  # the first so many digits; the rest is unseen
MARK = 3  # pixels across a distractor
TRIES = 100


@functools.cache
def _digits():
    """Every digit, ink from 0 to 1, (1797, 8, 8), and what it is, (1797,)."""
    try:
        from sklearn.datasets import load_digits
    except ImportError as error:
        raise ImportError("handwritten digits need scikit-learn: pip install scikit-learn") from error
    ink, names = load_digits(return_X_y=True)
    ink = (ink / 16).astype(np.float32).reshape(-1, SIDE, SIDE)
    names = names.astype(np.int64)
    ink.setflags(write=False)
    names.setflags(write=False)
    return ink, names


def _draw(rng, n, unseen):
    """Indices of n digits, each from the seen or the unseen part."""
    if n < 0:
        raise ValueError(f"wanted n of 0 or more, got {n}")
    low, high = (SEEN, len(_digits()[0])) if unseen else (0, SEEN)
    return rng.integers(low, high, n)


def digits_field(rng: np.random.Generator, n: int, *, factor: int, marks: int = 4, unseen: bool = False) -> Batch:
    """Put one handwritten digit somewhere into a field ``factor`` times as wide, among marks that are no digits.

    Parameters
    ----------
    rng : numpy.random.Generator
        All chance comes from it.
    n : int
        How many fields.
    factor : int
        The side of a field over the side of a digit, 2 or more: the field is ``8 * factor`` pixels wide and high.
    marks : int
        So many distractors, each 3 by 3 pixels, half of them inked at full strength. None covers the digit; two may
        cover each other.
    unseen : bool
        Whether the digit is one of the last 597 of the set instead of the first 1,200.

    Returns
    -------
    Batch
        ``inputs`` (n, L): ink from 0 to 1, float32, row after row, L = (8 * factor)²; ``targets`` (n,): the digit,
        0 to 9; ``lengths`` (n,): L; ``alignment`` (n, L): True on the 64 pixels of the digit.

    Raises
    ------
    ValueError
        If n or marks is below 0, or the factor below 2.
    ImportError
        If scikit-learn is missing.

    Notes
    -----
    Cluttered fields with one digit go back to Mnih et al. (2014, arXiv 1406.6247), who used MNIST.

    Examples
    --------
    >>> batch = digits_field(np.random.default_rng(0), 5, factor=4)
    >>> batch.inputs.reshape(5, 32, 32).shape, batch.alignment.sum(axis=1)
    ((5, 32, 32), array([64, 64, 64, 64, 64]))
    """
    if factor < 2:
        raise ValueError(f"wanted a field of factor 2 or more, got factor {factor}")
    if marks < 0:
        raise ValueError(f"wanted marks of 0 or more, got {marks}")
    chosen, wide = _draw(rng, n, unseen), SIDE * factor
    ink, names = _digits()
    field = np.zeros((n, wide, wide), np.float32)
    place = np.zeros((n, wide, wide), bool)
    corner = rng.integers(0, wide - SIDE + 1, (n, 2))  # row and column
    marked = _beside(rng, corner, marks, wide)
    strokes = _strokes(rng, n, marks)
    for i, (row, column) in enumerate(corner):
        for (r, c), stroke in zip(marked[i], strokes[i], strict=True):
            field[i, r : r + MARK, c : c + MARK] = stroke
        field[i, row : row + SIDE, column : column + SIDE] = ink[chosen[i]]
        place[i, row : row + SIDE, column : column + SIDE] = True
    length = wide * wide
    return Batch(field.reshape(n, length), names[chosen], np.full(n, length), place.reshape(n, length))


def _beside(rng, corner, marks, wide):
    """Corners of the marks, (n, marks, 2): anywhere but on the digit."""
    places = rng.integers(0, wide - MARK + 1, (len(corner), marks, 2))
    for _ in range(TRIES):
        covers = (places > corner[:, None] - MARK).all(-1) & (places < corner[:, None] + SIDE).all(-1)
        if not covers.any():
            return places
        places[covers] = rng.integers(0, wide - MARK + 1, (int(covers.sum()), 2))
    raise ValueError(f"found no room for {marks} marks beside a digit in a field of {wide} by {wide} pixels")


def _strokes(rng, n, marks):
    """Marks (n, marks, 3, 3): five of the nine pixels full of ink, four empty."""
    five = rng.permuted(np.tile(np.arange(MARK * MARK) < 5, (n, marks, 1)), axis=-1)
    return five.reshape(n, marks, MARK, MARK).astype(np.float32)


def digit_strips(
    rng: np.random.Generator, n: int, *, shortest: int = 1, longest: int = 6, unseen: bool = False
) -> Batch:
    """Write digits side by side in a strip, to be read out as words.

    Parameters
    ----------
    rng : numpy.random.Generator
        All chance comes from it.
    n : int
        How many strips.
    shortest, longest : int
        How many digits a strip has: from ``shortest``, 1 or more, to ``longest``, each number equally often.
    unseen : bool
        Whether the digits are of the last 597 of the set instead of the first 1,200.

    Returns
    -------
    Batch
        ``inputs`` (n, 8 * longest, 8): ink from 0 to 1, float32, one column of pixels after the other; ``targets``
        (n, longest): codes of words, ``WORDS[code]``, 0 behind the end; ``lengths`` (n,): columns of the strip;
        ``alignment`` (n, longest, 8 * longest): True on the eight columns of the word's digit.

    Raises
    ------
    ValueError
        If n is below 0, or not 1 <= shortest <= longest.
    ImportError
        If scikit-learn is missing.

    Examples
    --------
    >>> batch = digit_strips(np.random.default_rng(0), 2, shortest=3, longest=3)
    >>> [" ".join(WORDS[code] for code in row) for row in batch.targets]
    ['nine seven four', 'six two zero']
    """
    if not 1 <= shortest <= longest:
        raise ValueError(f"wanted 1 <= shortest <= longest, got shortest {shortest} and longest {longest}")
    counts = rng.integers(shortest, longest + 1, max(n, 0))
    chosen = _draw(rng, n * longest, unseen).reshape(n, longest) if n > 0 else _draw(rng, n, unseen).reshape(0, longest)
    ink, names = _digits()
    written = np.arange(longest) < counts[:, None]  # (n, longest)
    strips = np.where(written[..., None, None], ink[chosen], np.float32(0))  # (n, longest, 8, 8), row, column
    columns = strips.swapaxes(2, 3).reshape(n, longest * SIDE, SIDE)
    told = np.repeat(np.eye(longest, dtype=bool), SIDE, axis=1)  # (longest, 8 * longest)
    return Batch(columns, np.where(written, names[chosen] + 1, 0), counts * SIDE, written[..., None] & told)
