"""Regions: one row of scores, and where soft, hard and local attention look."""

import functools

import numpy as np
import traitlets

from attn_core import hardmax, local, softmax, sparsemax

from .base import BookWidget
from .drawn import uniform
from .looking import LOCAL_M, NAMES, POSITIONS, caption, still
from .traits import Array, Whole

HIGHEST = 3  # the largest score, and less zero the smallest


class Regions(BookWidget):
    """Look everywhere, somewhere, or at one place? One row of scores by hand, and six ways to look at it.

    Positions are numbered from 1, as they are on the page.

    Parameters
    ----------
    scores : array_like, shape (9,)
        The score of each position, -3 to 3.
    chosen : int
        Which position is under the hand, 1 to 9.
    centre : float
        Where the windows of local attention stand, 1 to 9. Local-p stands there, local-m on the nearest position.
    window : int
        D, how far a window reaches to each side, in positions: 0 to 8.
    temperature : float
        0.01 to 100; scores are divided by it. Hard attention by the largest score has none.
    seed : int
        Which draws, 0 to 9999: the same number gives the same draws on every machine.
    draws : int
        How often hard attention draws a position, 0 to 1000; each with the probability that is its soft weight.

    Attributes
    ----------
    weights : numpy.ndarray, shape (6, 9)
        One row each, in the order of ``names``: softmax, sparsemax, all to the largest score, the share of the draws,
        Luong's local-m and local-p. Read only, as are all below.
    counts : numpy.ndarray of int, shape (9,)
        How often each position was drawn.
    total, entropy : numpy.ndarray, shape (6,)
        What each row sums to, and its entropy in nats (0 to ln 9 = 2.197), as shares of that sum; 0 if it is 0.
    looked, read : numpy.ndarray of int, shape (6,)
        How many scores must be computed, and how many values have a weight and must be read.

    Raises
    ------
    traitlets.TraitError
        If a trait does not fit; the widget stays as it was.

    Examples
    --------
    >>> widget = Regions(centre=7, window=1)
    >>> for name, row in zip(widget.names, widget.weights):
    ...     print(f"{name:8}", row[5:8].round(2), "sum", row.sum().round(2))
    soft     [0.17 0.34 0.08] sum 1.0
    sparse   [0.03 0.73 0.  ] sum 1.0
    hard     [0. 1. 0.] sum 1.0
    drawn    [0.2  0.35 0.1 ] sum 1.0
    local-m  [0.28 0.57 0.14] sum 1.0
    local-p  [0.04 0.57 0.02] sum 0.63
    """

    stem = "regions"
    STATE = ("scores", "chosen", "centre", "window", "temperature", "seed", "draws")
    READ = ("weights", "counts", "total", "entropy", "looked", "read")
    names = NAMES

    scores = Array(POSITIONS, default_value=[-0.8, 0.3, 1.5, 0.2, -0.5, 1.3, 2.0, 0.6, -0.4])
    chosen = Whole(range(1, POSITIONS + 1), default_value=7)
    centre = traitlets.Float(6.6).tag(sync=True)
    window = Whole(range(POSITIONS), default_value=2)
    temperature = traitlets.Float(1.0).tag(sync=True)
    seed = Whole(range(10_000), default_value=4)
    draws = Whole(range(1001), default_value=20)

    weights = traitlets.Instance(np.ndarray, read_only=True)
    counts = traitlets.Instance(np.ndarray, read_only=True)
    total = traitlets.Instance(np.ndarray, read_only=True)
    entropy = traitlets.Instance(np.ndarray, read_only=True)
    looked = traitlets.Instance(np.ndarray, read_only=True)
    read = traitlets.Instance(np.ndarray, read_only=True)

    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self._look()
        self.observe(self._look, self.STATE)

    @traitlets.validate("scores")
    def _low(self, proposal):
        if np.abs(proposal.value).max() > HIGHEST:
            raise traitlets.TraitError(
                f"scores needs numbers from -{HIGHEST} to {HIGHEST}, got {proposal.value.tolist()}"
            )
        return proposal.value

    @traitlets.validate("centre", "temperature")
    def _within(self, proposal):
        name, value = proposal.trait.name, proposal.value
        low, high = (1, POSITIONS) if name == "centre" else (0.01, 100)
        if isinstance(value, bool) or not low <= value <= high:  # NaN is in no range
            raise traitlets.TraitError(f"{name} needs a number from {low} to {high}, got {value}")
        return value

    @property
    def step(self):
        """The position on which local-m stands: the nearest to the centre, the later of two."""
        return int(np.floor(self.centre + 0.5))

    @property
    def inside(self):
        """Where each row looks, bool of shape (6, 9): everywhere, or where its window is."""
        centres = np.array([float(self.step), self.centre]) - 1
        near = local.near(centres, POSITIONS, window=self.window)
        return np.concatenate([np.ones((LOCAL_M, POSITIONS), bool), near])

    def _look(self, change=None):
        nothing, place = np.zeros((1, 1)), np.zeros((POSITIONS, 1))  # the scores are given: no query, no keys
        given = {
            "window": self.window,
            "score": lambda query, key: self.scores[None],
            "normalize": functools.partial(softmax, temperature=self.temperature),
        }
        soft = softmax(self.scores, temperature=self.temperature)
        counts = self._drawn(soft)
        weights = np.stack(
            [
                soft,
                sparsemax(self.scores, temperature=self.temperature),
                hardmax(self.scores),
                counts / max(self.draws, 1),
                local.monotonic(nothing, place, place, offset=self.step - 1, **given)[1][0],
                local.predictive(nothing, place, place, np.array([self.centre - 1]), **given)[1][0],
            ]
        )
        total = weights.sum(axis=1)
        shares = weights / np.where(total > 0, total, 1)[:, None]
        with self.hold_trait_notifications():
            self.set_trait("weights", weights)
            self.set_trait("counts", counts)
            self.set_trait("total", total)
            self.set_trait("entropy", -(shares * np.log(np.where(shares > 0, shares, 1))).sum(axis=1) + 0.0)
            self.set_trait("looked", self.inside.sum(axis=1))
            self.set_trait("read", (weights > 0).sum(axis=1))

    def _drawn(self, soft):
        """How often each position is drawn: the first one up to which the weights sum to more than a number."""
        found = np.searchsorted(np.cumsum(soft), uniform(self.seed, self.draws), side="right")
        return np.bincount(np.minimum(found, np.flatnonzero(soft)[-1]), minlength=POSITIONS)

    @property
    def before(self):
        """The weights of local-p before its Gaussian, shape (9,): they sum to one."""
        return softmax(self.scores, mask=self.inside[-1], temperature=self.temperature)

    def caption(self):
        """One sentence or two on what the situation shows. The same as ``caption`` in static/regions/looking.js."""
        return caption(self)

    def fallback(self):
        """The present situation as a table and a sentence."""
        return still(self)
