"""Abcnn: two sentences, the matrix of their matches, and what three forms of a convolution do with it."""

import numpy as np
import traitlets

from . import matching, matrix
from .base import BookWidget
from .spelling import spelled
from .traits import Sentence, Whole, words
from .windows import MOST, WIDEST, read

LONGEST = 16


class Abcnn(BookWidget):
    """Attention without the three steps? Two sentences matched with each other, before a convolution or behind it.

    A word's vector is drawn from its spelling, three letters at a time: words that are spelt alike are near each
    other, and nothing is known of what they mean. Filters and maps are drawn, too; nothing is trained.

    Parameters
    ----------
    first, second : str
        Two sentences of 1 to 6 words of up to 16 characters. A letter of Chinese or Japanese is a word.
    form : {1, 2, 3}
        Where the sentences look at each other: 1, before the convolution; 2, behind it; 3, both.
    kernel_size : {1, 2, 3}
        How many words a window spans.
    normalized : bool
        Whether a softmax is put in, which none of the forms has.
    row : int
        Which word of the first sentence is followed, 0 to 5; past the end, the last.

    Attributes
    ----------
    matches : numpy.ndarray, shape (n, m)
        1 / (1 + distance): of words in form 1, of windows in the forms 2 and 3. Read only, as are the next.
    weights : numpy.ndarray, shape (L + kernel_size - 1,)
        With which the windows of the first sentence are added up.
    states : numpy.ndarray, shape (L, 8)
        What is made of each of its words.

    Raises
    ------
    traitlets.TraitError
        If a trait does not fit; the widget stays as it was.

    Examples
    --------
    >>> abcnn = Abcnn(first="cat sat", second="sat", form=1, kernel_size=1)
    >>> abcnn.matches.round(2)
    array([[0.14],
           [1.  ]])
    >>> two = Abcnn(first="cat sat", second="sat", form=2, kernel_size=1)
    >>> two.weights.round(2), Abcnn(**{**two.state(), "normalized": True}).weights.round(2)
    (array([0.37, 1.  ]), array([0.35, 0.65]))
    """

    stem = "abcnn"
    STATE = ("first", "second", "form", "kernel_size", "normalized", "row")
    READ = ("matches", "weights", "states")

    first = Sentence(MOST, LONGEST, default_value="the cat sat on the mat")
    second = Sentence(MOST, LONGEST, default_value="a cat sits on the mat")
    form = Whole((1, 2, 3), default_value=1)
    kernel_size = Whole(range(1, WIDEST + 1), default_value=3)
    normalized = traitlets.Bool(False).tag(sync=True)
    row = Whole(range(MOST), default_value=1)

    matches = traitlets.Instance(np.ndarray, read_only=True)
    weights = traitlets.Instance(np.ndarray, read_only=True)
    states = traitlets.Instance(np.ndarray, read_only=True)

    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self._read()
        self.observe(self._read, ("first", "second", "form", "kernel_size", "normalized"))

    @property
    def words(self):
        """The words of both sentences."""
        return words(self.first), words(self.second)

    @property
    def at(self):
        """The word of the first sentence that is followed."""
        return min(self.row, len(self.words[0]) - 1)

    @property
    def span(self):
        """Which windows that word stands in: they are added up."""
        return range(self.at, self.at + self.kernel_size)

    @property
    def axes(self):
        """What stands along the two sides of the matrix: words in form 1, windows in the forms 2 and 3."""
        return self.words if self.form == 1 else tuple(self.windows(side) for side in (0, 1))

    @property
    def lit(self):
        """Which rows of the matrix are lit: that of the word, or those of its windows."""
        return range(self.at, self.at + 1) if self.form == 1 else self.span

    @property
    def before(self):
        """The matches of words, shape (L1, L2); None in form 2."""
        return self._before

    @property
    def behind(self):
        """The matches of windows, shape (K1, K2); None in form 1."""
        return self._behind

    @property
    def readings(self):
        """What is made of the first sentence, and of the second."""
        return self._readings

    @property
    def total(self):
        """What the weights of the word's windows make together."""
        return float(self.weights[list(self.span)].sum())

    @property
    def alike(self):
        """The cosine between the mean states of the two sentences."""
        first, second = (reading.states.mean(axis=0) for reading in self._readings)
        sizes = np.linalg.norm(first) * np.linalg.norm(second)
        return float(first @ second / sizes) if sizes > 0 else 0.0

    def windows(self, side):
        """The windows of the first sentence, 0, or of the second, 1, with a dot for what is past an end.

        >>> Abcnn(first="a b", kernel_size=2).windows(0)
        ['· a', 'a b', 'b ·']
        """
        edge = ["·"] * (self.kernel_size - 1)
        line = [*edge, *self.words[side], *edge]
        return [" ".join(line[k : k + self.kernel_size]) for k in range(len(line) - self.kernel_size + 1)]

    def _read(self, change=None):
        first, second = (np.stack([spelled(word) for word in each]) for each in self.words)
        self._before, self._behind, self._readings = read(
            first, second, form=self.form, kernel_size=self.kernel_size, normalized=self.normalized
        )
        with self.hold_trait_notifications():
            self.set_trait("matches", self._before if self.form == 1 else self._behind)
            self.set_trait("weights", self._readings[0].weights)
            self.set_trait("states", self._readings[0].states)

    def caption(self):
        """Two sentences or three on what becomes of the word. The same as in static/abcnn/matching.js."""
        return matching.caption(self)

    def fallback(self):
        """The matrix with its sums, the windows of the word with their weights, the three steps, and the caption."""
        return matrix.still(self)
