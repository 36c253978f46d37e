"""Heads: what several heads add, over a short sentence, with projections set by hand."""

import numpy as np
import traitlets

from attn_core import attend
from attn_core import heads as pieces

from . import adding, tiles
from .base import BookWidget
from .roles import BLOCKS, ROOMS, WIDTH, projections, words_in
from .traits import Array, Sentence, Whole, words

MOST, LONGEST = 8, 16
COUNTS = (1, 2, 4, 8)


class Heads(BookWidget):
    """What do several heads add? Up to eight heads of multi-head attention over one sentence, on and off.

    A word has 64 numbers: half tell how it is spelt, half where it stands. The four matrices, 64 × 64 each, are set by
    hand, and cut into one, two, four or eight heads: only the number of heads changes, no parameter does. No word
    looks at itself.

    Parameters
    ----------
    sentence : str
        1 to 8 words of up to 16 characters. A letter of Chinese or Japanese is a word.
    form : {"two", "four", "same"}
        What the matrices look for. ``two`` roles: the word before, and words of like spelling. ``four``: the word
        after and all words alike, too. ``same``: like spelling everywhere, each 16 numbers by others of the word.
    num_heads : {1, 2, 4, 8}
        How many heads share the 64 numbers.
    on : array_like of bool, shape (8,)
        Which heads are on. Those past ``num_heads`` do not count.
    row : int
        Which word's row is lit, 0 to 7; past the end, the last.

    Attributes
    ----------
    weights : numpy.ndarray, shape (H, n, n)
        Of each head, rows ask and columns answer; zeros of a head that is off. Read only, as is the next.
    changed : numpy.ndarray, shape (n,)
        How far each word's output is from that with all heads on, as a share of that one's length; 0 if that is 0.

    Raises
    ------
    traitlets.TraitError
        If a trait does not fit; the widget stays as it was.

    Examples
    --------
    >>> one, two = Heads(form="two", num_heads=1), Heads(form="two", num_heads=2)  # of "cats" in "older cats"
    >>> one.weights[0, 6].round(2)
    array([0.02, 0.01, 0.61, 0.01, 0.02, 0.31, 0.  , 0.01])
    >>> two.weights[:, 6].round(2)
    array([[0.  , 0.  , 0.  , 0.  , 0.  , 1.  , 0.  , 0.  ],
           [0.01, 0.  , 0.97, 0.  , 0.01, 0.  , 0.  , 0.  ]])
    >>> one.parameters, two.parameters
    (16384, 16384)
    """

    stem = "heads"
    STATE = ("sentence", "form", "num_heads", "on", "row")
    READ = ("weights", "changed")
    parameters = 4 * WIDTH**2  # without biases

    sentence = Sentence(MOST, LONGEST, default_value="the old cat saw the older cats sleep")
    form = traitlets.Enum(tuple(BLOCKS), default_value="four").tag(sync=True)
    num_heads = Whole(COUNTS, default_value=4)
    on = Array(COUNTS[-1], dtype=bool, default_value=[True] * COUNTS[-1])
    row = Whole(range(MOST), default_value=6)

    weights = traitlets.Instance(np.ndarray, read_only=True)
    changed = traitlets.Instance(np.ndarray, read_only=True)

    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self._attend()
        self.observe(self._attend, ("sentence", "form", "num_heads", "on"))

    @property
    def words(self):
        """The words of the sentence."""
        return words(self.sentence)

    @property
    def at(self):
        """The row that is lit."""
        return min(self.row, len(self.words) - 1)

    @property
    def lit(self):
        """Which of the heads are on, shape (H,)."""
        return self.on[: self.num_heads]

    @property
    def whole(self):
        """The weights with all heads on, shape (H, n, n)."""
        return self._all_weights

    @property
    def mean(self):
        """The mean of the weights of the heads that are on, shape (n, n)."""
        return self.weights.sum(axis=0) / max(self.lit.sum(), 1)

    @property
    def parts(self):
        """What each head adds to the output, shape (H, n, 64); zeros of a head that is off."""
        return self._all_parts * self.lit[:, None, None]

    @property
    def output(self):
        """The sum of the parts, shape (n, 64)."""
        return self.parts.sum(axis=0)

    @property
    def turned(self):
        """The angle between the lit word's output and that with all heads on, in degrees; None if there is none."""
        now, whole = self.output[self.at], self._all_parts.sum(axis=0)[self.at]
        sizes = np.linalg.norm(now) * np.linalg.norm(whole)
        return float(np.degrees(np.arccos(min(now @ whole / sizes, 1.0)))) if sizes > 0 else None

    @property
    def rooms(self):
        """Of each part of the lit word's output: the word that it is most similar to, and the cosine; or None.

        A word's own is what the output would be if every head gave it all the weight.
        """
        count = ROOMS[self.form]
        own = (words_in(self.words) @ self._matrices[2] @ self._matrices[3]).reshape(len(self.words), count, -1)
        found = []
        for room, held in enumerate(self.output[self.at].reshape(count, -1)):
            sizes = np.linalg.norm(held) * np.linalg.norm(own[:, room], axis=1)
            alike = own[:, room] @ held / np.where(sizes > 0, sizes, 1)
            best = adding.top(alike)
            found.append((best, float(alike[best])) if np.linalg.norm(held) > 0 else None)
        return found

    @property
    def _matrices(self):
        return projections(self.form)

    def _attend(self, change=None):
        query, key, value = (pieces.split(words_in(self.words) @ each, self.num_heads) for each in self._matrices[:3])
        output, self._all_weights = attend(query, key, value, mask=~np.eye(len(self.words), dtype=bool))  # (H, n, D)
        self._all_parts = output @ self._matrices[3].reshape(self.num_heads, -1, WIDTH)  # (H, n, 64)
        size = np.linalg.norm(self._all_parts.sum(axis=0), axis=1)
        missing = np.linalg.norm(self._all_parts[~self.lit].sum(axis=0), axis=1)
        with self.hold_trait_notifications():
            self.set_trait("weights", self._all_weights * self.lit[:, None, None])
            self.set_trait("changed", missing / np.where(size > 0, size, 1))

    def caption(self):
        """One sentence or two on what the heads do for the lit word. The same as in static/heads/adding.js."""
        return adding.caption(self)

    def fallback(self):
        """The small grids, the lit row of each as a table, what becomes of the output, and a sentence."""
        return tiles.still(self)
