"""Sequences to be said again in another order: how far does each word stray from its place?"""

import numpy as np

from ._batch import Batch
from ._drawing import Span, check_least, check_rng, check_span, draw_sizes, within


def aligned(
    rng: np.random.Generator, n: int, *, length: Span, stray: int | None = 0, cues: int = 32, symbols: int = 12
) -> Batch:
    """Draw sequences of cues with symbols: each step of the answer names a cue, and asks for the symbol beside it.

    Parameters
    ----------
    rng : numpy.random.Generator
    n : int
        How many sequences.
    length : int or (int, int)
        Of every sequence; or the shortest and the longest, L, each length between them as likely.
    stray : int or None
        How many places at most lie between a symbol's place and the step that asks for it: 0 keeps the order, and
        None lets any order be as likely as any other.
    cues, symbols : int
        How many different ones there are, with codes from 1. A cue may come twice, beside another symbol.

    Returns
    -------
    Batch
        inputs (n, L, 3): at each place a cue, its symbol, and the cue that the step of this number asks for; targets
        (n, L): the symbols asked for, alignment (n, L, L).

    Raises
    ------
    TypeError, ValueError
        If ``rng`` is no Generator, a length is below 1, stray is negative, or there is no cue, or one symbol only.

    Notes
    -----
    A translator's task without its words: most languages keep a rough order, some do not. Place i is sorted by
    ``i + (stray + 1) u`` with u uniform from 0 to 1, so none is overtaken by more than ``stray`` others. Where a cue
    comes twice, only the place tells which one is meant.

    Examples
    --------
    >>> batch = aligned(np.random.default_rng(2), 1, length=4, stray=1, cues=9, symbols=5)
    >>> batch.inputs[0].T  # cues, their symbols, and what is asked: cue 3 comes twice
    array([[8, 3, 1, 3],
           [3, 5, 3, 1],
           [8, 1, 3, 3]])
    >>> batch.targets[0], batch.alignment[0].argmax(axis=1)
    (array([3, 3, 5, 1]), array([0, 2, 1, 3]))
    """
    check_rng(rng)
    n, cues, symbols = check_least("n", n, 0), check_least("cues", cues, 1), check_least("symbols", symbols, 2)
    shortest, longest = check_span("length", length, 1)
    lengths = draw_sizes(rng, n, shortest, longest)
    real = within(lengths, longest)
    cue, symbol = (rng.integers(1, most + 1, size=real.shape) * real for most in (cues, symbols))
    key = rng.random(real.shape)
    if stray is not None:
        key = np.arange(longest) + (check_least("stray", stray, 0) + 1) * key
    source = np.where(real, key, np.inf).argsort(axis=1, kind="stable")  # padding stays last, in order
    asked, targets = (np.take_along_axis(x, source, axis=1) for x in (cue, symbol))
    alignment = (source[..., None] == np.arange(longest)) & real[..., None]
    return Batch(np.stack([cue, symbol, asked], axis=2), targets, lengths, alignment)
