"""Pooling: a sequence drawn by hand, and what is left of it at the end in four ways."""

import numpy as np
import traitlets

from attn_core import attend, hardmax, scores

from .base import BookWidget
from .surviving import STEPS, WAYS, caption, still
from .traits import Array, Whole


def sigmoid(x):
    """How open a gate is.

    >>> print(sigmoid(0.0))
    0.5
    """
    return 1 / (1 + np.exp(-x))


class Pooling(BookWidget):
    """What survives to the end? One sequence by hand, and the weight of each step in four poolings of it.

    Some steps are marked: they are what counts. The gates of the last state and the query of attention see the mark,
    +1 or -1; mean and max do not. Steps are numbered from 1, as they are on the page.

    Parameters
    ----------
    values : array_like, shape (12,)
        What is pooled, -1 to 1. To the LSTM cell they are the candidates.
    marked : array_like of bool, shape (12,)
        Which steps count.
    chosen : int
        Which step is under the hand, 1 to 12.
    forget_bias : float
        b, -2 to 6. The forget gate is sigmoid(b) at every step.
    gate : float
        g, -4 to 4. The input gate is sigmoid(g · mark): half open everywhere for 0.
    query : float
        q, -4 to 4. The score of a step is q · mark.

    Attributes
    ----------
    weights : numpy.ndarray, shape (4, 12)
        One row each, in the order of ``names``: the last cell state, mean, max, attention. Read only, as are all
        below.
    output : numpy.ndarray, shape (4,)
        The values, summed by these weights.
    total : numpy.ndarray, shape (4,)
        What each row sums to: one, but for the last state.
    found : numpy.ndarray, shape (4,)
        The share of each row's sum that is on marked steps.

    Raises
    ------
    traitlets.TraitError
        If a trait does not fit; the widget stays as it was.

    Notes
    -----
    The last state is the cell of an LSTM with one feature, ``c_t = f · c_{t-1} + i_t · value_t`` from ``c_0 = 0``. Put
    into itself, it is the sum of ``f^(T-t) · i_t · value_t``.

    Examples
    --------
    >>> widget = Pooling(forget_bias=0)  # every gate is half open
    >>> for name, row, share in zip(widget.names, widget.weights, widget.found):
    ...     print(f"{name:9}", row[[0, 1, 10, 11]].round(3), "on the marked step", share.round(3))
    last      [0.   0.   0.25 0.5 ] on the marked step 0.0
    mean      [0.083 0.083 0.083 0.083] on the marked step 0.083
    max       [0. 1. 0. 0.] on the marked step 1.0
    attention [0.015 0.832 0.015 0.015] on the marked step 0.832
    """

    stem = "pooling"
    STATE = ("values", "marked", "chosen", "forget_bias", "gate", "query")
    READ = ("weights", "output", "total", "found")
    names = WAYS

    values = Array(STEPS, default_value=[0.1, 0.9, -0.2, 0.3, -0.4, 0.2, 0.0, -0.3, 0.4, -0.1, 0.2, 0.1])
    marked = Array(STEPS, dtype=bool, default_value=[step == 1 for step in range(STEPS)])
    chosen = Whole(range(1, STEPS + 1), default_value=2)
    forget_bias = traitlets.Float(1.0).tag(sync=True)
    gate = traitlets.Float(0.0).tag(sync=True)
    query = traitlets.Float(2.0).tag(sync=True)

    weights = traitlets.Instance(np.ndarray, read_only=True)
    output = traitlets.Instance(np.ndarray, read_only=True)
    total = traitlets.Instance(np.ndarray, read_only=True)
    found = traitlets.Instance(np.ndarray, read_only=True)

    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self._pool()
        self.observe(self._pool, self.STATE)

    @traitlets.validate("values")
    def _low(self, proposal):
        if np.abs(proposal.value).max() > 1:
            raise traitlets.TraitError(f"values needs numbers from -1 to 1, got {proposal.value.tolist()}")
        return proposal.value

    @traitlets.validate("forget_bias", "gate", "query")
    def _within(self, proposal):
        name, value = proposal.trait.name, proposal.value
        low, high = (-2, 6) if name == "forget_bias" else (-4, 4)
        if not low <= value <= high:  # NaN is in no range
            raise traitlets.TraitError(f"{name} needs a number from {low} to {high}, got {value}")
        return value

    @property
    def mark(self):
        """What gates and query see of each step, shape (12,): 1 if it is marked, else -1."""
        return np.where(self.marked, 1.0, -1.0)

    @property
    def kept(self):
        """The forget gate: which share of the state each step keeps."""
        return float(sigmoid(self.forget_bias))

    @property
    def let_in(self):
        """The input gates, shape (12,): which share of its value each step adds to the state."""
        return sigmoid(self.gate * self.mark)

    @property
    def half_life(self):
        """After how many steps half of what the state held is left."""
        return float(np.log(2) / np.log1p(np.exp(-self.forget_bias)))

    @property
    def wanted(self):
        """The mean of the marked values; None if no step is marked."""
        return float(self.values[self.marked].mean()) if self.marked.any() else None

    def _pool(self, change=None):
        survives = np.cumprod(np.r_[1.0, np.full(STEPS - 1, self.kept)])[::-1]  # (12,), of each step at the end
        query, key = np.array([[self.query]]), self.mark[:, None]
        weights = np.stack(
            [
                survives * self.let_in,
                np.full(STEPS, 1 / STEPS),
                hardmax(self.values),
                attend(query, key, self.values[:, None], score=scores.dot)[1][0],
            ]
        )
        total = weights.sum(axis=1)
        with self.hold_trait_notifications():
            self.set_trait("weights", weights)
            self.set_trait("output", weights @ self.values)
            self.set_trait("total", total)
            self.set_trait("found", weights[:, self.marked].sum(axis=1) / total)

    def caption(self):
        """One sentence or two on what the situation shows. The same as ``caption`` in static/pooling/surviving.js."""
        return caption(self)

    def fallback(self):
        """The present situation as a table and a sentence."""
        return still(self)
