"""Alignment: a date typed, or digits by hand, written out by a trained model, and where it looks at each step."""

import html

import numpy as np
import traitlets

from . import reading
from .base import BookWidget, fixed, share
from .ribbons import picture
from .traits import Typed, Whole

MOST = 10  # steps
TITLES = {
    "attention": "A model with attention reads a date",
    "fixed": "A model without attention reads a date",
    "strip": "A model with attention reads handwritten digits",
}


class Alignment(BookWidget):
    """Where does the decoder look? A trained model reads what is typed and writes it out, a symbol a step.

    Parameters
    ----------
    text : str
        A date as people write it, up to 48 characters. The model of strips reads its first six digits, written by
        hand. Spaces at the ends are left out, and letters are composed (NFC).
    model : {"attention", "fixed", "strip"}
        A GRU that reads a date in both directions, and one that writes with attention, by the dot; the same that
        writes from one vector; or a convolutional network that reads a strip of digits, with attention again.
    step : int
        Which symbol is looked at, from 1 to 10; a step behind the last symbol shows the last.

    Attributes
    ----------
    output : str
        What the model writes; read only.
    weights : numpy.ndarray, shape (L,)
        Where it looks at this step: at the L characters of the text, or at four places of each digit. Without
        attention there is one thing to look at, (1,); read only.
    read : attn_core.widgets.reading.Reading
        All steps.

    Raises
    ------
    traitlets.TraitError
        If a trait does not fit; the widget stays as it was.

    Notes
    -----
    The models are those of the records ``dates`` and ``strips``, in float16, the first seed of each.

    Examples
    --------
    >>> alignment = Alignment(text="3. März 2021", step=7)
    >>> alignment.output
    '2021-03-03'
    >>> alignment.weights.shape, round(float(alignment.weights.sum()), 6)
    ((12,), 1.0)
    """

    stem = "alignment"
    STATE = ("text", "model", "step")
    READ = ("output", "weights")

    text = Typed(default_value="3. März 2021")
    model = traitlets.Enum(reading.MODELS, default_value="attention").tag(sync=True)
    step = Whole(range(1, MOST + 1), default_value=7)

    output = traitlets.Unicode(read_only=True)
    weights = traitlets.Instance(np.ndarray, read_only=True)

    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self._look()
        self.observe(self._look, self.STATE)

    def _look(self, change=None):
        if change is None or change.name != "step":
            self.read = reading.read(self.text, self.model)
        with self.hold_trait_notifications():
            self.set_trait("output", (" " if self.model == "strip" else "").join(self.read.symbols))
            self.set_trait("weights", self.read.weights[self.at] if self.read.symbols else np.zeros(0))

    @property
    def at(self):
        """The row of the step that is shown."""
        return max(min(self.step, len(self.read.symbols)) - 1, 0)

    def agreement(self):
        """The share of the weight on what tells the right symbol, and what it were if all weights were equal.

        Returns
        -------
        tuple of 3 tuples (float, float), or None
            Of this step, or None where nothing tells its symbol, as of a hyphen; of the whole, the mean over the steps
            that have an answer. None where the answer is not known, or there is nothing to look at.
        """
        told = self.read.told
        if told is None or self.model == "fixed":
            return None
        both = np.stack([(self.read.weights * told).sum(axis=1), told.mean(axis=1)], axis=1)
        has = told.any(axis=1)
        this = tuple(both[self.at].tolist()) if len(has) and has[self.at] else None
        return this, tuple(both[has].mean(axis=0).tolist()) if has.any() else None

    def name(self, j):
        """How a place to look at is called."""
        if self.model == "fixed":
            return "the one vector"
        if self.model == "strip":
            return f"digit {j // reading.STATES + 1}, quarter {j % reading.STATES + 1}"
        return f"the space ({j + 1})" if self.text[j] == " " else f"“{self.text[j]}” ({j + 1})"

    def caption(self):
        """What the situation shows, and what the model does not know. The same words as ``caption`` in alignment.js."""
        read, at = self.read, self.at
        if not read.inputs:
            return "There is no digit to write by hand: this model reads nothing else."
        if not read.symbols:
            return "The model writes no word at all."
        if self.model == "fixed":
            said = "Each character is written from one vector of 48 numbers: there is nothing to look at."
            return f"{said} {self._end()}"
        symbol, largest = read.symbols[at], int(self.weights.argmax())
        weight = html.unescape(share(self.weights[largest]))
        if symbol == "-":
            said = f"Nothing in the text tells a hyphen; the largest weight, {weight}, lies on {self.name(largest)}."
        else:
            said = f"To write “{symbol}”, the model looks most at {self.name(largest)}, with {weight} of its weight"
            known = self.agreement()
            said += f"; {html.unescape(share(known[0][0]))} lies on what tells it." if known and known[0] else "."
        return f"{said} {self._end()}"

    def _end(self):
        """What is written in the end, what should be, and what the model does not know."""
        read, end = self.read, f"In the end it has written {self.output}"
        if read.right is None:
            end += ", right or wrong: it writes ten characters whatever it reads."
        elif read.right == read.symbols:
            end += ", which is right."
        else:
            end += f", and {(' ' if self.model == 'strip' else '').join(read.right)} is right."
        if read.unknown:
            end += f" It has never seen {', '.join(f'“{each}”' for each in read.unknown[:3])}"
            end += " and others." if len(read.unknown) > 3 else "."
        if self.model != "strip" and len(self.text) > reading.LEARNT:
            end += f" {len(self.text)} characters: no text that it learnt from had more than {reading.LEARNT}."
        return end

    def fallback(self):
        """The present situation as a picture, a labelled table and a sentence."""
        read, known = self.read, self.agreement()
        rows = []
        for t, (symbol, row) in enumerate(zip(read.symbols, read.weights, strict=True)):
            largest = int(row.argmax())
            on = read.told is not None and self.model != "fixed" and read.told[t].any()
            cells = (
                html.escape(self.name(largest)),
                share(row[largest]),
                share((row * read.told[t]).sum()) if on else "",
            )
            rows.append(
                f'<tr><th scope="row">{html.escape(symbol)}</th>{"".join(f"<td>{each}</td>" for each in cells)}</tr>'
            )
        head = "".join(
            f'<th scope="col">{each}</th>' for each in ("writes", "looks most at", "weight", "on what tells it")
        )
        said = f"{TITLES[self.model]}, “{html.escape(self.text)}”, writes {html.escape(self.output)}."
        if known and known[1]:
            mean, even = map(fixed, known[1])
            said += (
                f" On what tells the answer lies {mean} of the weight on average; if all weights were equal, {even}."
            )
        return (
            f'<div class="attn-reads">{picture(read, self.at, self.model, html.escape(self.caption()))}</div>'
            f"<table><caption>{said}</caption><thead><tr>{head}</tr></thead><tbody>{''.join(rows)}</tbody></table>"
            f'<p class="attn-caption">{html.escape(self.caption())}</p>'
        )
