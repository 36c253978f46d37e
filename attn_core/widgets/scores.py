"""Scores: six scoring functions side by side, on one query and five keys that are drawn at random."""

import numpy as np
import traitlets

from attn_core import scores as functions
from attn_core import softmax

from . import noticing
from .base import BookWidget
from .drawn import KEYS, SHAPES, drawn, pointed, shaped
from .playground import SCORES

DIMS = (2, 4, 8, 16, 32, 64, 128, 256, 512)
RANGES = {
    "draw": (0, 9999),
    "chosen": (0, KEYS - 1),
    "similarity": (-1, 1),
    "length": (0, 4),
    "temperature": (0.01, 100),
}


class Scores(BookWidget):
    """Six scoring functions on the same query and keys: what does each notice?

    Two queries, five keys and the parameters of the scores are drawn from N(0, 1). Turn the query, swap it, or stretch
    one key: a score that does not notice keeps its weights. All weights are a softmax over the five keys.

    Parameters
    ----------
    dim : {2, 4, 8, 16, 32, 64, 128, 256, 512}
        The width of query and keys, D. Another width is another draw.
    draw : int
        Which draw, 0 to 9999: the same number gives the same query, keys and parameters on every machine.
    chosen : int
        Which key is under the hand, 0 to 4.
    swapped : bool
        Whether the other of the two queries asks.
    similarity : float or None
        The query is turned, at its own length, until its cosine with the chosen key is this, -1 to 1; None leaves it
        as it was drawn.
    length : float
        How many times as long the chosen key is as it was drawn, 0 to 4.
    temperature : float
        0.01 to 100; scores are divided by it. Its inverse is the sharpness β of the Neural Turing Machine.
    matrix : {"drawn", "identity", "diagonal", "rank one", "antisymmetric"}
        What stands in the middle of the general score. The diagonal is 1 in its first half and 0 in the second.

    Attributes
    ----------
    scores, weights : numpy.ndarray, shape (6, 5)
        One row a scoring function, in the order of ``names``; read only, as are all below.
    entropy, largest : numpy.ndarray, shape (6,)
        Entropy of each row of weights, in nats (0 to ln 5 = 1.609), and its largest weight.
    moved : numpy.ndarray, shape (6,)
        How much of its weight each row has moved to other keys, 0 to 1, since nothing was swapped, turned or stretched:
        half the sum of the absolute differences.
    notices : numpy.ndarray of bool, shape (6,)
        Whether the differences between its scores have changed at all: nothing else reaches a softmax.
    query : numpy.ndarray, shape (D,)
    key : numpy.ndarray, shape (5, D)

    Raises
    ------
    traitlets.TraitError
        If a trait does not fit; the widget stays as it was.

    Examples
    --------
    >>> widget = Scores(swapped=True)
    >>> for name, moved, notices in zip(widget.names, widget.moved, widget.notices):
    ...     print(f"{name:10}  {moved:.2f}  {notices}")
    dot         0.84  True
    scaled_dot  0.45  True
    general     0.52  True
    cosine      0.12  True
    linear      0.00  False
    additive    0.17  True
    """

    stem = "scores"
    STATE = ("dim", "draw", "chosen", "swapped", "similarity", "length", "temperature", "matrix")
    READ = ("scores", "weights", "entropy", "largest", "moved", "notices")
    names = SCORES

    dim = traitlets.Int(16).tag(sync=True)
    draw = traitlets.Int(5081).tag(sync=True)
    chosen = traitlets.Int(2).tag(sync=True)
    swapped = traitlets.Bool(False).tag(sync=True)
    similarity = traitlets.Float(None, allow_none=True).tag(sync=True)
    length = traitlets.Float(1.0).tag(sync=True)
    temperature = traitlets.Float(1.0).tag(sync=True)
    matrix = traitlets.Enum(SHAPES, default_value="drawn").tag(sync=True)

    scores = traitlets.Instance(np.ndarray, read_only=True)
    weights = traitlets.Instance(np.ndarray, read_only=True)
    entropy = traitlets.Instance(np.ndarray, read_only=True)
    largest = traitlets.Instance(np.ndarray, read_only=True)
    moved = traitlets.Instance(np.ndarray, read_only=True)
    notices = traitlets.Instance(np.ndarray, read_only=True)

    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self._score()
        self.observe(self._score, self.STATE)

    @traitlets.validate("dim")
    def _power(self, proposal):
        if proposal.value not in DIMS:  # nor is True
            raise traitlets.TraitError(f"dim needs a power of two from 2 to {DIMS[-1]}, got {proposal.value}")
        return proposal.value

    @traitlets.validate(*RANGES)
    def _within(self, proposal):
        name, value = proposal.trait.name, proposal.value
        low, high = RANGES[name]
        if value is None and name == "similarity":
            return value
        if isinstance(value, bool) or not low <= value <= high:  # NaN is in no range
            raise traitlets.TraitError(f"{name} needs a number from {low} to {high}, got {value}")
        return value

    def _asked(self, swapped, similarity, length):
        """Query and keys as the reader's hand has left them."""
        *queries, key, _ = drawn(self.draw, self.dim)
        query, stretch = queries[swapped], np.ones((KEYS, 1))
        stretch[self.chosen] = length
        return query if similarity is None else pointed(query, key[self.chosen], similarity), key * stretch

    def _scored(self, swapped, similarity, length):
        """Scores and weights, each (6, 5)."""
        query, key = self._asked(swapped, similarity, length)
        parameters = dict(drawn(self.draw, self.dim)[3])
        parameters["general"] = (shaped(*parameters["general"], self.matrix),)
        scores = np.stack([getattr(functions, name)(query[None], key, *parameters.get(name, ()))[0] for name in SCORES])
        return scores, softmax(scores, temperature=self.temperature)

    def moved_by(self, *, swapped=False, similarity=None, length=1):
        """What another query, or another length of the chosen key, does: ``moved`` and ``notices``, each (6,).

        >>> Scores().moved_by(length=2)[1]
        array([ True,  True,  True, False,  True,  True])
        """
        before, weights_before = self._scored(False, None, 1)
        after, weights_after = self._scored(swapped, similarity, length)
        change = after - before
        change = change - change.mean(axis=1, keepdims=True)  # what all keys share does not reach the weights
        notices = np.abs(change).max(axis=1) > 1e-9 * (1 + np.abs(after).max(axis=1))
        return np.where(notices, np.abs(weights_after - weights_before).sum(axis=1) / 2, 0.0), notices

    def _score(self, change=None):
        scores, weights = self._scored(self.swapped, self.similarity, self.length)
        moved, notices = self.moved_by(swapped=self.swapped, similarity=self.similarity, length=self.length)
        logs = np.log(np.where(weights > 0, weights, 1))
        with self.hold_trait_notifications():
            self.set_trait("scores", scores)
            self.set_trait("weights", weights)
            self.set_trait("entropy", -(weights * logs).sum(axis=1) + 0.0)
            self.set_trait("largest", weights.max(axis=1))
            self.set_trait("moved", moved)
            self.set_trait("notices", notices)

    @property
    def query(self):
        """The query as it asks now, shape (D,)."""
        return self._asked(self.swapped, self.similarity, self.length)[0]

    @property
    def key(self):
        """The keys, the chosen one as long as it is now, shape (5, D)."""
        return self._asked(self.swapped, self.similarity, self.length)[1]

    @property
    def gate(self):
        """The one number that the query brings to a general score whose matrix has rank one."""
        (matrix,) = drawn(self.draw, self.dim)[3]["general"]
        return float(self.query @ matrix[:, 0] * np.sqrt(self.dim))

    def caption(self):
        """One sentence or two on what the situation shows."""
        return noticing.caption(self)

    def fallback(self):
        """The weights as a table, a sentence, and a second table: what each score notices."""
        return noticing.tables(self)
