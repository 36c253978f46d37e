"""Library: a question, up to six books with cards, and one evening shared among them."""

import html

import numpy as np
import traitlets

from .attending import Attending
from .base import fixed, share
from .flow import picture
from .traits import Array, Names

SCORES = ("dot", "scaled_dot", "cosine")  # those without parameters
SUBJECTS = ("heroes", "cinema", "history", "cooking", "gardens")
BOOKS = ("Heroes in Ink", "A History of Cinema", "The Second World War", "Bread and Butter", "Dinner at the Movies")
MOST = 6


def interest(x):
    """An interest as the reader set it: no decimal where none is needed.

    >>> interest(9.0), interest(0.5)
    ('9', '0.5')
    """
    return fixed(x, 0 if float(x).is_integer() else 1)


def whole(minutes):
    """Minutes, where a glance is not nothing. The sign is escaped, for HTML.

    >>> whole(125.6), whole(0.3), whole(0.0)
    ('126', '&lt;1', '0')
    """
    return "&lt;1" if 0 < minutes < 0.5 else fixed(minutes, 0)


def quoted(books):
    """Titles in words.

    >>> quoted(["A", "B", "C"])
    '“A”, “B” and “C”'
    """
    *some, last = [f"“{book}”" for book in books]
    return f"{', '.join(some)} and {last}" if some else last


class Library(Attending):
    """One evening in a library: how much of each book will you read, and what will you know in the end?

    The question is a query over named subjects. Each book has a card, its key over the same subjects, and a content,
    its value: a mix of subjects that sums to one. So the output, what one knows in the end, is a mix as well.

    Parameters
    ----------
    query : array_like, shape (D,)
        The interest in each subject, 0 to 10.
    key : array_like, shape (n, D)
        What the card of each book says of each subject, -10 to 10: below zero it speaks against the subject.
    value : array_like, shape (n, D)
        What is in each book: its share of each subject. A row sums to 1.
    mask : array_like of bool, shape (n,)
        True = on the shelf, False = lent out.
    books, subjects : sequence of str
        Titles (1 to 6, up to 60 characters) and subjects (1 to 6, up to 16 characters). What belongs together changes
        together, inside ``hold_trait_notifications()``.
    hours : float
        How long the evening is: 0.5 to 24.
    score : {"dot", "scaled_dot", "cosine"}
        The scoring function, by its name in ``attn_core.scores``.
    normalize : {"softmax", "sparsemax", "hardmax"}
        What makes weights of scores.
    temperature : float
        0.01 to 100; scores are divided by it (``hardmax`` has none).

    Attributes
    ----------
    scores, weights : numpy.ndarray, shape (n,)
        Computed by ``attn_core``; read only. The weight of a book is its share of the evening.
    output : numpy.ndarray, shape (D,)
        What one knows in the end: the contents of the books, weighted; read only.

    Raises
    ------
    traitlets.TraitError
        If a trait does not fit; the widget stays as it was.

    Examples
    --------
    >>> library = Library()
    >>> library.minutes.round()
    array([126., 107.,   3.,   0.,   4.])
    """

    stem = "library"
    STATE = ("query", "key", "value", "mask", "score", "normalize", "temperature", "books", "subjects", "hours")

    query = Array("D", default_value=[9.0, 8.0, 0.0, 0.0, 0.0])
    key = Array(
        tuple(range(1, MOST + 1)),
        "D",
        default_value=[
            [1.15, 0.3, 0.1, 0.0, 0.0],
            [0.4, 1.1, 0.25, 0.0, 0.0],
            [0.5, 0.0, 1.0, 0.0, 0.0],
            [0.0, 0.0, 0.0, 1.15, 0.0],
            [0.0, 0.6, 0.0, 0.7, 0.0],
        ],
    )
    value = Array(
        "n",
        "D",
        default_value=[
            [0.8, 0.15, 0.05, 0.0, 0.0],
            [0.1, 0.75, 0.15, 0.0, 0.0],
            [0.05, 0.05, 0.9, 0.0, 0.0],
            [0.0, 0.0, 0.1, 0.9, 0.0],
            [0.0, 0.15, 0.0, 0.85, 0.0],
        ],
    )
    mask = Array("n", dtype=bool, default_value=[True] * 5)
    score = traitlets.Enum(SCORES, default_value="scaled_dot").tag(sync=True)
    books = Names(MOST, 60, default_value=BOOKS)
    subjects = Names(MOST, 16, default_value=SUBJECTS)
    hours = traitlets.Float(4.0).tag(sync=True)

    @traitlets.validate("query", "key", "value", "mask", "books", "subjects")
    def _fits(self, proposal):
        now = {name: getattr(self, name) for name in ("query", "key", "value", "mask", "books", "subjects")}
        now[proposal.trait.name] = proposal.value
        many = {name: len(now[name]) for name in ("books", "key", "value", "mask")}
        wide = {"subjects": len(now["subjects"]), "query": len(now["query"])}
        wide |= {name: now[name].shape[1] for name in ("key", "value")}
        for what, sizes in (("books, keys, values and mask entries", many), ("subjects in query, key and value", wide)):
            if len(set(sizes.values())) > 1:
                text = ", ".join(f"{name} has {n}" for name, n in sizes.items())
                raise traitlets.TraitError(f"as many {what} are needed: {text}")
        if np.min(now["query"]) < 0 or np.max(now["query"]) > 10:
            raise traitlets.TraitError(f"query needs interests from 0 to 10, got {now['query'].tolist()}")
        if np.abs(now["key"]).max() > 10:
            raise traitlets.TraitError(f"key needs numbers from -10 to 10, got {now['key'].tolist()}")
        if np.min(now["value"]) < 0 or np.abs(now["value"].sum(axis=1) - 1).max() > 1e-3:
            raise traitlets.TraitError(f"each row of value needs shares that sum to 1, got {now['value'].tolist()}")
        return proposal.value

    @traitlets.validate("hours")
    def _long(self, proposal):
        if not 0.5 <= proposal.value <= 24:  # NaN is in no range
            raise traitlets.TraitError(f"hours needs a number from 0.5 to 24, got {proposal.value}")
        return proposal.value

    @property
    def minutes(self):
        """The time that each book gets, shape (n,)."""
        return 60 * self.hours * self.weights

    def mix(self, shares):
        """A mix of subjects in words, without those that would be written as zero."""
        some = [f"{name} {fixed(x)}" for name, x in zip(self.subjects, shares, strict=True) if x >= 0.005]
        return ", ".join(some) or "nothing"

    def caption(self):
        """One sentence on what the situation shows. The same sentence as ``caption`` in library.js."""
        weights, similar, n = self.weights, self.similarity, len(self.books)
        may = [j for j in range(n) if self.mask[j]]
        if not may:
            return "Every book is lent out: all weights are 0, and you learn nothing."
        top = max(may, key=lambda j: weights[j])
        w, title = fixed(weights[top]), quoted([self.books[top]])
        if len(may) == 1:
            return f"Only {title} is on the shelf, so it gets the whole evening, whatever its card says."
        equal = [j for j in may if abs(weights[j] - weights[top]) < 0.005]
        if len(equal) == len(may) and all(abs(self.scores[j]) < 0.005 for j in may):
            return (
                f"No card answers the question, and still the evening is spent: each of the {len(may)} books "
                f"gets {w} of it."
            )
        if len(equal) == len(may):
            return f"All {len(may)} books get the same time, {w} each: you learn the plain mean of what they say."
        if len(equal) > 1:
            return f"{quoted([self.books[j] for j in equal])} share the largest part of the evening: {w} each."
        subject = int(self.value[top].argmax())
        if self.query[subject] < self.query.max() / 2:
            return (
                f"The card of {title} answers best and gets {w} of the evening, but the book is mostly about "
                f"{self.subjects[subject]}: that is what you learn."
            )
        if weights[top] >= 0.995 and self.normalize == "softmax":
            return f"{title} takes almost the whole evening, but softmax leaves a glance for every book."
        if weights[top] >= 0.995:
            return f"{title} takes the whole evening: you know what it says, and nothing else."
        if none := sum(weights[j] == 0 for j in may):
            return (
                f"{title} gets {w} of the evening, and {none} of {len(may)} books exactly nothing: "
                f"{self.normalize} cuts them off."
            )
        near = max(may, key=lambda j: similar[j])
        if similar[near] - similar[top] >= 0.005:
            return (
                f"The card of {quoted([self.books[near]])} is closer to the question, but that of {title} is longer "
                f"and gets more time: {w}."
            )
        return (
            f"The card of {title} answers best and gets {w} of the evening, {fixed(self.minutes[top], 0)} minutes. "
            f"In the end you know most about {self.subjects[int(self.output.argmax())]}: {fixed(self.output.max())}."
        )

    def fallback(self):
        """The present situation as a picture, a labelled table and a sentence."""
        head = "".join(f'<th scope="col">{t}</th>' for t in ("book", "similarity", "score", "weight", "minutes"))
        rows = "".join(
            f'<tr><th scope="row">{j + 1} {html.escape(book)}{"" if self.mask[j] else " (lent out)"}'
            f"<br><small>{html.escape(self.mix(self.value[j]))}</small></th>"
            f"<td>{fixed(self.similarity[j])}</td><td>{fixed(self.scores[j])}</td>"
            f"<td>{share(self.weights[j])}</td><td>{whole(self.minutes[j])}</td></tr>"
            for j, book in enumerate(self.books)
        )
        foot = (
            f'<tr><th scope="row" colspan="3">together</th><td>{fixed(self.weights.sum())}</td>'
            f"<td>{fixed(self.minutes.sum(), 0)}</td></tr>"
            f'<tr><th scope="row">you know</th><td colspan="4">{html.escape(self.mix(self.output))}</td></tr>'
        )
        asked = ", ".join(f"{name} {interest(x)}" for name, x in zip(self.subjects, self.query, strict=True) if x)
        return (
            f'<div class="attn-columns"><div class="attn-picture">{picture(self)}</div>'
            f'<div class="attn-right"><table><caption>Question: {html.escape(asked) or "nothing"}. '
            f"{interest(self.hours)} hours. {self.settings()}.</caption><thead><tr>{head}</tr></thead>"
            f"<tbody>{rows}</tbody><tfoot>{foot}</tfoot></table></div></div>"
            f'<p class="attn-caption">{html.escape(self.caption())}</p>'
        )
