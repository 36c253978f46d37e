"""Hierarchy: a document as sentences and words, and the share that each of them has in what is read."""

import numpy as np
import traitlets

from attn_core import attend
from attn_core import scores as functions

from . import weighing
from .base import BookWidget
from .traits import Array, Names, Whole

MOST, LONGEST = 8, 48  # sentences, and words in one; characters in a sentence
LOWEST, HIGHEST = -8, 8  # a score
FEATURES = ("praise", "blame", "score")
QUERY = np.array([[0.0, 0.0, 1.0]])  # on both levels: it asks for the score


class Table(Array):
    """A number from ``low`` to ``high`` for each word of a document, kept with zeros where no word is."""

    def __init__(self, low, high, **kwargs):
        self.low, self.high = low, high
        super().__init__(MOST, MOST, **kwargs)

    def validate(self, obj, value):
        rows = value.tolist() if isinstance(value, np.ndarray) else value
        if isinstance(rows, list | tuple) and all(isinstance(row, list | tuple) for row in rows):
            rows = [[*row, *[0.0] * (MOST - len(row))] for row in rows]
            value = [*rows, *[[0.0] * MOST] * (MOST - len(rows))]
        array = super().validate(obj, value)
        if array.min() < self.low or array.max() > self.high:
            raise traitlets.TraitError(f"{self.name} needs numbers from {self.low} to {self.high}, got {value!r:.60}")
        return array


def weighed(vectors):
    """Attention: the sum of the vectors by their weights, and the weights."""
    output, weights = attend(QUERY, vectors, vectors, score=functions.dot)
    return output[0], weights[0]


def averaged(vectors):
    """The average, and weights that are all the same."""
    return vectors.mean(axis=0), np.full(len(vectors), 1 / len(vectors))


def largest(vectors):
    """The largest of each number, and the share of the numbers that each vector gives: the first of equal ones."""
    return vectors.max(axis=0), np.bincount(vectors.argmax(axis=0), minlength=len(vectors)) / len(FEATURES)


POOLS = {"attention": weighed, "average": averaged, "max": largest}


class Hierarchy(BookWidget):
    """Which word of which sentence? Words become a vector for each sentence, and these one for the document.

    Each word has a vector of three numbers, written by hand in place of what an encoder would give: praise, blame,
    and a score that tells how much it counts. On both levels a query reads the score, in place of a learnt one.
    Sentences and words are numbered from 1, as they are on the page.

    Parameters
    ----------
    sentences : list of str
        1 to 8, each of 1 to 8 words and at most 48 characters. A word ends where a space stands.
    scores : list of lists of float
        One number a word, -8 to 8; a word without one has 0.
    tones : list of lists of float
        One number a word, -3 to 3: above 0 it praises, below 0 it blames; a word without one has 0.
    key_sentence, key_word : int
        Where the planted key word stands, 1 to 8; past the end, the last.
    pool : {"attention", "average", "max"}
        How many vectors become one, on both levels.
    opened, chosen : int
        The sentence that is opened to its words, and the word under the hand, 1 to 8; past the end, the last.

    Attributes
    ----------
    sentence_weights : numpy.ndarray, shape (S,)
        What each sentence has of the document. Of ``max``, the share of the three numbers that come from it. Read
        only, as are all below.
    word_weights : numpy.ndarray, shape (S, 8)
        What each word has of its sentence; 0 where no word is.
    whole : numpy.ndarray, shape (S, 8)
        What each word has of the document: sentence weight × word weight. Of ``max`` the share of the three numbers
        that come from it; their product is not that.
    vectors : numpy.ndarray, shape (S, 3)
        Praise, blame and score of each sentence.
    document : numpy.ndarray, shape (3,)
        Praise, blame and score of the document.

    Raises
    ------
    traitlets.TraitError
        If a trait does not fit; the widget stays as it was.

    Examples
    --------
    >>> widget = Hierarchy(sentences=["so so", "a fine play"], scores=[[0, 0], [0, 3, 1]], key_sentence=2, key_word=2)
    >>> widget.sentence_weights.round(2), widget.word_weights[1, :3].round(2)
    (array([0.07, 0.93]), array([0.04, 0.84, 0.11]))
    >>> float(widget.whole[1, 1].round(2)), widget.rank
    (0.79, (1, 1))
    """

    stem = "hierarchy"
    STATE = ("sentences", "scores", "tones", "key_sentence", "key_word", "pool", "opened", "chosen")
    READ = ("sentence_weights", "word_weights", "whole", "vectors", "document")

    sentences = Names(MOST, LONGEST, default_value=weighing.SENTENCES)
    scores = Table(LOWEST, HIGHEST, default_value=weighing.SCORES)
    tones = Table(-3, 3, default_value=weighing.TONES)
    key_sentence = Whole(range(1, MOST + 1), default_value=5)
    key_word = Whole(range(1, MOST + 1), default_value=3)
    pool = traitlets.Enum(tuple(POOLS), default_value="attention").tag(sync=True)
    opened = Whole(range(1, MOST + 1), default_value=5)
    chosen = Whole(range(1, MOST + 1), default_value=3)

    sentence_weights = traitlets.Instance(np.ndarray, read_only=True)
    word_weights = traitlets.Instance(np.ndarray, read_only=True)
    whole = traitlets.Instance(np.ndarray, read_only=True)
    vectors = traitlets.Instance(np.ndarray, read_only=True)
    document = traitlets.Instance(np.ndarray, read_only=True)

    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self._read()
        self.observe(self._read, ("sentences", "scores", "tones", "pool"))

    @traitlets.validate("sentences")
    def _few(self, proposal):
        for sentence in proposal.value:
            if len(sentence.split()) > MOST:
                raise traitlets.TraitError(f"sentences needs at most {MOST} words in each, got {sentence!r}")
        return proposal.value

    @property
    def words(self):
        """The words of each sentence."""
        return [sentence.split() for sentence in self.sentences]

    def held(self, i):
        """The vectors of the words of sentence i, from 0; shape (n, 3)."""
        n = len(self.words[i])
        tones = self.tones[i, :n]
        return np.stack([np.maximum(tones, 0), np.maximum(-tones, 0), self.scores[i, :n]], axis=1)

    def place(self, sentence, word):
        """A sentence and a word of it, both from 0; past the end, the last."""
        i = min(sentence, len(self.sentences)) - 1
        return i, min(word, len(self.words[i])) - 1

    @property
    def hand(self):
        """The opened sentence and the chosen word of it, both from 0."""
        return self.place(self.opened, self.chosen)

    @property
    def key_place(self):
        """The sentence of the key word and the word, both from 0."""
        return self.place(self.key_sentence, self.key_word)

    @property
    def rank(self):
        """The rank of the key word by what it has of the document, 1 the first: from and to, where some are equal."""
        return weighing.rank(self.whole, self.words, self.key_place)

    def _read(self, change=None):
        pool, n = POOLS[self.pool], len(self.sentences)
        vectors, words, whole = np.zeros((n, len(FEATURES))), np.zeros((n, MOST)), np.zeros((n, MOST))
        for i, sentence in enumerate(self.words):
            vectors[i], words[i, : len(sentence)] = pool(self.held(i))
        document, sentences = pool(vectors)
        if self.pool == "max":
            for feature, i in enumerate(vectors.argmax(axis=0)):
                whole[i, self.held(i)[:, feature].argmax()] += 1 / len(FEATURES)
        else:
            whole = sentences[:, None] * words
        with self.hold_trait_notifications():
            self.set_trait("sentence_weights", sentences)
            self.set_trait("word_weights", words)
            self.set_trait("whole", whole)
            self.set_trait("vectors", vectors)
            self.set_trait("document", document)

    def caption(self):
        """One sentence or two on what the situation shows. The same as ``caption`` in static/hierarchy/weighing.js."""
        return weighing.caption(self)

    def fallback(self):
        """The document and its opened sentence as tables, what is read, and a sentence."""
        return weighing.still(self)
