"""Grid: every word of a sentence asks every word of another, or of the same one."""

import functools
import html

import numpy as np
import traitlets

from attn_core import attend
from attn_core import scores as functions

from . import asking
from .base import BookWidget, fixed, share
from .drawn import normals
from .spelling import DIM, spelled
from .traits import Sentence, Whole, words

MOST, LONGEST = 10, 16
SEED, SURE = 15, 6.0  # of what is drawn; the score of the place before, where the projections are set by hand
FORMS = {
    "literal": "key = value = query: the words' own vectors",
    "drawn": "query and key through two matrices, drawn at random",
    "previous": "query and key through two matrices, set to find the place before",
}


@functools.lru_cache(maxsize=1)
def _projections():
    """Two matrices that keep the spread of what they multiply, (2, 32, 32)."""
    both = normals(SEED, 2 * DIM * DIM).reshape(2, DIM, DIM) / np.sqrt(DIM)
    both.setflags(write=False)
    return both


class Grid(BookWidget):
    """Who asks whom? Every word of one sentence is a query, every word of another, or of the same one, a key.

    A word's vector is drawn from its spelling, three letters at a time: words that are spelt alike have similar
    vectors, and nothing is known of what they mean. All vectors have the same length.

    Parameters
    ----------
    asks : str
        The sentence whose words are the queries: 1 to 10 words of up to 16 characters. A letter of Chinese or
        Japanese is a word.
    answers : str
        The sentence whose words are keys and values; empty: the asking one itself.
    form : {"literal", "drawn", "previous"}
        ``literal``: the vectors are query, key and value as they are. ``drawn``: queries and keys have each gone
        through a matrix drawn at random, the same in each session. ``previous``: matrices set by hand read the place
        of a word instead of its spelling, and each word asks for the place before its own.
    row : int
        Which word's row is lit, 0 to 9; past the end, the last.

    Attributes
    ----------
    scores, weights : numpy.ndarray, shape (n, m)
        Scaled dot products and their softmax: rows ask, columns answer; read only.

    Raises
    ------
    traitlets.TraitError
        If a trait does not fit; the widget stays as it was.

    Examples
    --------
    >>> grid = Grid(asks="cat cats dog")
    >>> grid.weights.round(2)
    array([[0.88, 0.12, 0.  ],
           [0.12, 0.88, 0.  ],
           [0.  , 0.  , 0.99]])
    >>> grid.asymmetry < 1e-9, round(grid.diagonal, 2)
    (True, 0.92)
    """

    stem = "grid"
    STATE = ("asks", "answers", "form", "row")
    READ = ("scores", "weights")

    asks = Sentence(MOST, LONGEST, default_value="the old cat saw the older cats sleep")
    answers = Sentence(MOST, LONGEST, empty=True, default_value="")
    form = traitlets.Enum(tuple(FORMS), default_value="literal").tag(sync=True)
    row = Whole(range(MOST), default_value=2)

    scores = traitlets.Instance(np.ndarray, read_only=True)
    weights = traitlets.Instance(np.ndarray, read_only=True)

    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self._ask()
        self.observe(self._ask, ("asks", "answers", "form"))

    @property
    def asking(self):
        """The words of the sentence that asks."""
        return words(self.asks)

    @property
    def answering(self):
        """The words of the sentence that answers."""
        return words(self.answers) or self.asking

    @property
    def itself(self):
        """Whether a sentence asks itself."""
        return self.answering == self.asking

    @property
    def at(self):
        """The row that is lit."""
        return min(self.row, len(self.asking) - 1)

    @property
    def query(self):
        """What each word asks with, shape (n, D)."""
        if self.form == "previous":
            before = np.eye(MOST, k=-1)[: len(self.asking)]  # of the first word: nothing
            return SURE * np.sqrt(MOST) * before
        own = np.stack([spelled(word) for word in self.asking])
        return own @ _projections()[0] if self.form == "drawn" else own

    @property
    def key(self):
        """What each word offers, shape (m, D)."""
        if self.form == "previous":
            return np.eye(MOST)[: len(self.answering)]
        own = np.stack([spelled(word) for word in self.answering])
        return own @ _projections()[1] if self.form == "drawn" else own

    @property
    def asymmetry(self):
        """By how much the scores of two words, each asking the other, differ at most; None for two sentences."""
        return float(np.abs(self.scores - self.scores.T).max()) if self.itself else None

    @property
    def diagonal(self):
        """The weight that a word gives to itself, the mean over all words; None for two sentences."""
        return float(np.diag(self.weights).mean()) if self.itself else None

    def _ask(self, change=None):
        query, key = self.query, self.key
        with self.hold_trait_notifications():
            self.set_trait("scores", functions.scaled_dot(query, key))
            self.set_trait("weights", attend(query, key, key)[1])

    def caption(self):
        """One sentence or two on what the lit row shows."""
        return asking.caption(self)

    def balance(self):
        """Whether the scores are symmetric, and what stays on the diagonal, in words."""
        if not self.itself:
            return "two sentences: there is no diagonal"
        even = "are symmetric" if self.asymmetry < 0.005 else f"differ by {fixed(self.asymmetry)}"
        return f"scores {even} · mean of the diagonal: {fixed(self.diagonal)}"

    def fallback(self):
        """The grid as a table, what it says as a whole, and a sentence on the lit row."""
        head = "".join(f'<th scope="col">{html.escape(word)}</th>' for word in self.answering)
        rows = "".join(
            f'<tr{" class=attn-lit" if i == self.at else ""}><th scope="row">{html.escape(word)}</th>'
            + "".join(f'<td style="--attn-share:{round(w, 4)}">{share(w)}</td>' for w in weights)
            + "</tr>"
            for i, (word, weights) in enumerate(zip(self.asking, self.weights.tolist(), strict=True))
        )
        return (
            f"<table><caption>Weights: each row asks, each column answers. {FORMS[self.form]}.</caption>"
            f"<thead><tr><td></td>{head}</tr></thead><tbody>{rows}</tbody></table>"
            f'<p class="attn-total">{html.escape(self.balance())}</p>'
            f'<p class="attn-caption">{html.escape(self.caption())}</p>'
        )
