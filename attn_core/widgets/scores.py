"""Scores: six scoring functions side by side, on one query and five keys that are drawn at random."""

import html

import numpy as np
import traitlets

from attn_core import scores as functions
from attn_core import softmax

from .base import BookWidget, fixed, plain, share
from .drawn import KEYS, drawn, turned
from .playground import SCORES, listed

DIMS = (2, 4, 8, 16, 32, 64, 128, 256, 512)
RANGES = {"draw": (0, 9999), "chosen": (0, KEYS - 1), "turn": (0, 180), "length": (0, 4), "temperature": (0.01, 100)}
DOT, SCALED_DOT, _, COSINE, LINEAR, _ = range(len(SCORES))


def part(share_of_all):
    """A part of the weight in words.

    >>> part(0.999), part(0.5), part(0)
    ('almost all', '0.50', 'almost none')
    """
    return "almost all" if share_of_all >= 0.995 else "almost none" if share_of_all < 0.005 else fixed(share_of_all)


class Scores(BookWidget):
    """Six scoring functions on the same query and keys: what does each notice?

    The query, five keys and the parameters of the scores are drawn from N(0, 1). Turn the query, or stretch one key:
    a score that does not notice keeps its weights. All weights are a softmax over the five keys.

    Parameters
    ----------
    dim : {2, 4, 8, 16, 32, 64, 128, 256, 512}
        The width of query and keys, D. Another width is another draw.
    draw : int
        Which draw, 0 to 9999: the same number gives the same query, keys and parameters on every machine.
    chosen : int
        Which key is under the hand, 0 to 4.
    turn : float
        By how many degrees the query is turned from where it was drawn, 0 to 180, at its own length.
    length : float
        How many times as long the chosen key is as it was drawn, 0 to 4.
    temperature : float
        0.01 to 100; scores are divided by it. Its inverse is the sharpness β of the Neural Turing Machine.

    Attributes
    ----------
    scores, weights : numpy.ndarray, shape (6, 5)
        One row a scoring function, in the order of ``names``; read only, as are all below.
    entropy, largest : numpy.ndarray, shape (6,)
        Entropy of each row of weights, in nats (0 to ln 5 = 1.609), and its largest weight.
    moved : numpy.ndarray, shape (6,)
        How much of its weight each row has moved to other keys, 0 to 1, since nothing was turned or stretched:
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
    >>> widget = Scores(turn=90)
    >>> for name, moved, notices in zip(widget.names, widget.moved, widget.notices):
    ...     print(f"{name:10}  {moved:.2f}  {notices}")
    dot         0.95  True
    scaled_dot  0.50  True
    general     0.54  True
    cosine      0.13  True
    linear      0.00  False
    additive    0.19  True
    """

    stem = "scores"
    STATE = ("dim", "draw", "chosen", "turn", "length", "temperature")
    READ = ("scores", "weights", "entropy", "largest", "moved", "notices")
    names = SCORES

    dim = traitlets.Int(16).tag(sync=True)
    draw = traitlets.Int(5081).tag(sync=True)
    chosen = traitlets.Int(2).tag(sync=True)
    turn = traitlets.Float(0.0).tag(sync=True)
    length = traitlets.Float(1.0).tag(sync=True)
    temperature = traitlets.Float(1.0).tag(sync=True)

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
        if isinstance(value, bool) or not low <= value <= high:  # NaN is in no range
            raise traitlets.TraitError(f"{name} needs a number from {low} to {high}, got {value}")
        return value

    def _asked(self, turn, length):
        """Query and keys as the reader's hand has left them."""
        query, other, key, _ = drawn(self.draw, self.dim)
        stretch = np.ones((KEYS, 1))
        stretch[self.chosen] = length
        return turned(query, other, turn), key * stretch

    def _scored(self, turn, length):
        """Scores and weights, each (6, 5)."""
        query, key = self._asked(turn, length)
        parameters = drawn(self.draw, self.dim)[3]
        scores = np.stack([getattr(functions, name)(query[None], key, *parameters.get(name, ()))[0] for name in SCORES])
        return scores, softmax(scores, temperature=self.temperature)

    def moved_by(self, turn, length):
        """What a turn of the query, or another length of the chosen key, does: ``moved`` and ``notices``, each (6,).

        >>> Scores().moved_by(turn=0, length=2)[1]
        array([ True,  True,  True, False,  True,  True])
        """
        (before, weights_before), (after, weights_after) = self._scored(0, 1), self._scored(turn, length)
        change = after - before
        change = change - change.mean(axis=1, keepdims=True)  # what all keys share does not reach the weights
        notices = np.abs(change).max(axis=1) > 1e-9 * (1 + np.abs(after).max(axis=1))
        return np.where(notices, np.abs(weights_after - weights_before).sum(axis=1) / 2, 0.0), notices

    def _score(self, change=None):
        scores, weights = self._scored(self.turn, self.length)
        moved, notices = self.moved_by(self.turn, self.length)
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
        """The query as it is turned now, shape (D,)."""
        return self._asked(self.turn, self.length)[0]

    @property
    def key(self):
        """The keys, the chosen one as long as it is now, shape (5, D)."""
        return self._asked(self.turn, self.length)[1]

    def caption(self):
        """One sentence or two on what the situation shows. The same as ``caption`` in scores.js."""
        key, first = self.chosen + 1, int(self.weights[DOT].argmax())
        moves = f"dot moves {part(self.moved[DOT])} of its weight"
        if self.turn and self.length != 1:
            only = "" if self.length == 0 else ", cosine only the query"
            return (
                f"The query is turned by {fixed(self.turn, 0)}° and key {key} is {fixed(self.length)} times as long: "
                f"{moves}. Linear has noticed only the key{only}."
            )
        if self.turn:
            way = "points the opposite way" if self.turn == 180 else f"is turned by {fixed(self.turn, 0)}°"
            return (
                f"The query {way}: {moves}, cosine {part(self.moved[COSINE])}. Linear does not notice: "
                "the query adds the same to each of its scores."
            )
        if self.length == 0:
            return (
                f"Key {key} is a zero vector: dot, scaled dot, general and cosine score it 0. But 0 is a score like "
                f"any other: scaled dot gives it {part(self.weights[SCALED_DOT, self.chosen])} of the weight."
            )
        if self.length != 1:
            return (
                f"Key {key} is {fixed(self.length)} times as long, and {moves}. Cosine does not notice: "
                "it divides by the length."
            )
        if self.largest.max() < 0.25:
            return f"At temperature {fixed(self.temperature)} no score decides: every weight is close to 0.20."
        if self.largest.min() >= 0.995:
            winners = sorted({int(row.argmax()) for row in self.weights})
            to = (
                f"key {listed(winners)} for all"
                if len(winners) == 1
                else f"but not the same: keys {listed(winners)} win"
            )
            return f"At temperature {fixed(self.temperature)} every score gives almost all to one key, {to}."
        if self.temperature < 1 and self.largest[COSINE] > 0.65:
            return (
                f"At temperature {fixed(self.temperature)} cosine focuses too: its largest weight is "
                f"{part(self.largest[COSINE])}. At temperature 1, with five keys, it could never pass 0.65."
            )
        scaled = part(self.weights[SCALED_DOT, first])
        if self.largest[DOT] >= 0.995 and self.weights[SCALED_DOT, first] < 0.9:
            return (
                f"In {self.dim} dimensions dot gives almost all of the weight to key {first + 1}; divided by "
                f"√{self.dim}, the same scores give it {scaled}. Cosine gives no key more than "
                f"{fixed(self.largest[COSINE])}."
            )
        return (
            f"Six scores, the same query and keys: dot gives {part(self.largest[DOT])} of the weight to key "
            f"{first + 1}, scaled dot {scaled}, cosine {part(self.weights[COSINE, first])}. "
            f"Linear prefers key {self.weights[LINEAR].argmax() + 1}, whatever the query."
        )

    def fallback(self):
        """The weights as a table, a sentence, and a second table: what each score notices."""
        touched, key = bool(self.turn) or self.length != 1, self.chosen + 1
        hand = f"query turned by {fixed(self.turn, 0)}°, key {key} {fixed(self.length)} times as long"
        weights = _table(
            f"Weights of five keys. {self.dim} dimensions; temperature {fixed(self.temperature)}; "
            f"{hand if touched else 'as drawn'}.",
            [*(f"key {j + 1}" for j in range(KEYS)), "entropy", *(["moved"] if touched else [])],
            [
                [*map(_bar, row), _cell(fixed(entropy)), *([_noticed(moved, notices)] if touched else [])]
                for row, entropy, moved, notices in zip(
                    self.weights.tolist(), self.entropy, self.moved, self.notices, strict=True
                )
            ],
        )
        queried, keyed = (zip(*self.moved_by(*hand), strict=True) for hand in ((90, 1), (0, 2)))
        notices = _table(
            "How much of its weight each score moves to other keys.",
            ["query turned by 90°", f"key {key} twice as long"],
            [[_noticed(*of) for of in both] for both in zip(queried, keyed, strict=True)],
        )
        return f'{weights}<p class="attn-caption">{html.escape(self.caption())}</p>{notices}'


def _cell(text):
    return f"<td>{text}</td>"


def _bar(weight):
    return f'<td class="attn-still" style="--attn-share:{plain(weight)}">{share(weight)}</td>'


def _noticed(moved, notices):
    return _cell(share(moved) if notices else "does not notice")


def _table(caption, heads, rows):
    head = "".join(f'<th scope="col">{text}</th>' for text in ("score", *heads))
    body = "".join(
        f'<tr><th scope="row">{name.replace("_", " ")}</th>{"".join(row)}</tr>'
        for name, row in zip(SCORES, rows, strict=True)
    )
    return f"<table><caption>{caption}</caption><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
