"""Handwritten digits side by side, one of them upright: where must one look?"""

import numpy as np

from ._batch import Batch
from ._drawing import check_least, check_rng
from .digits import SIDE, _digits, _draw


def digit_glimpses(rng: np.random.Generator, n: int, *, places: int = 32, unseen: bool = False) -> Batch:
    """Lay handwritten digits side by side, all turned a quarter but one: which digit stands upright?

    Parameters
    ----------
    rng : numpy.random.Generator
    n : int
        How many rows of digits.
    places : int
        How many digits lie in a row.
    unseen : bool
        Whether the digits are of the last 597 of the set instead of the first 1,200.

    Returns
    -------
    Batch
        inputs (n, places, 64): ink from 0 to 1, float32, row after row of each digit; targets (n,): the upright
        digit, 0 to 9; alignment (n, places).

    Raises
    ------
    TypeError, ValueError
        If ``rng`` is no Generator, n is below 0, or there is no place.
    ImportError
        If scikit-learn is missing.

    Notes
    -----
    A glimpse is one place, seen whole. Who looks at one alone must find it first: among 32, chance is 1/32.

    Examples
    --------
    >>> batch = digit_glimpses(np.random.default_rng(0), 2, places=3)
    >>> batch.inputs.shape, batch.alignment.tolist()
    ((2, 3, 64), [[True, False, False], [True, False, False]])
    """
    check_rng(rng)
    n, places = check_least("n", n, 0), check_least("places", places, 1)
    chosen, upright = _draw(rng, n * places, unseen).reshape(n, places), rng.integers(places, size=n)
    quarters = rng.choice([1, 3], size=(n, places))  # to the left, to the right
    ink, names = _digits()
    seen = ink[chosen]  # (n, places, 8, 8)
    seen = np.where(quarters[..., None, None] == 1, np.rot90(seen, 1, (2, 3)), np.rot90(seen, 3, (2, 3)))
    alignment = upright[:, None] == np.arange(places)
    seen[alignment] = ink[chosen[alignment]]
    lengths = np.full(n, places)
    return Batch(seen.reshape(n, places, SIDE * SIDE), names[chosen[alignment]], lengths, alignment)
