"""Bottleneck: a line of symbols, read into one vector and written from memory. Recorded runs of trained models."""

import traitlets

from .amounts import grouped
from .base import BookWidget, fixed
from .memories import LONGEST, PRACTISED, SHORTEST, STEPS_OUT, SYMBOLS, WIDTHS, line, memories, needed
from .recall import picture
from .traits import Whole

HOW = {
    "turned": "read from its end",
    "attention": "with attention",
    "fixed_out": f"trained for {grouped(STEPS_OUT)} steps",
}


class Bottleneck(BookWidget):
    """What does one vector forget? A line is read into the last state of a GRU, and another GRU writes it from there.

    What is shown was recorded: the line as the models of one seed wrote it, and averages over lines and five seeds.
    Symbols are drawn at random, so that each must be remembered.

    Parameters
    ----------
    length : int
        Symbols in the line, 2 to 60. In training no line had more than 30.
    memory : {"16", "32", "64", "128", "turned", "attention", "fixed_out"}
        The model: one vector of so many numbers; or 64 numbers and the line read from its last symbol to its first,
        64 for each symbol and attention to them, or one vector of 64 trained nearly four times as long.

    Raises
    ------
    traitlets.TraitError
        If a trait does not fit; the widget stays as it was.

    Notes
    -----
    Bits that are kept at least follow from the share of lines that are right at each place (Fano's inequality), as
    ``experiments/bottleneck.py`` computes them.

    Examples
    --------
    >>> Bottleneck(length=7).right.all(), Bottleneck(length=14).right.sum()
    (np.True_, np.int64(5))
    """

    stem = "bottleneck"
    STATE = ("length", "memory")
    READ = ()

    length = Whole(range(SHORTEST, LONGEST + 1), default_value=14)
    memory = traitlets.Enum(tuple(WIDTHS), default_value="64").tag(sync=True)

    @property
    def line(self):
        """The line that is to be written, shape (length,): symbols from 1 to 12."""
        read = line()[: self.length]
        return read[::-1] if self.memory == "turned" else read

    @property
    def written(self):
        """What the model wrote, shape (length,)."""
        return memories()[self.memory].written[self.length - SHORTEST, : self.length]

    @property
    def right(self):
        """Whether each symbol came back, shape (length,)."""
        return self.written == self.line

    @property
    def strips(self):
        """The vectors that the writer has, in steps of 1/31: with attention one for each symbol but the first."""
        states, last = memories()[self.memory].states, self.length - SHORTEST
        return states[: last + 1] if self.memory == "attention" else states[last : last + 1]

    @property
    def share(self):
        """The share of symbols that come back: mean over lines of this length and seeds, with its interval."""
        return memories()[self.memory].shares[self.length - SHORTEST]

    @property
    def kept(self):
        """How many bits of a line of this length are kept at least: mean and interval."""
        return memories()[self.memory].bits[self.length - SHORTEST]

    @property
    def held(self):
        """How many numbers the writer can look at."""
        return WIDTHS[self.memory] * (self.length if self.memory == "attention" else 1)

    def caption(self):
        """Two or three sentences on what the situation shows, as ``caption`` in static/bottleneck/recorded.js."""
        n, right = self.length, int(self.right.sum())
        back = f"{right or 'none'} of {n} symbols come{'s' if right < 2 else ''} back"
        if right == n:
            back = f"all {n} symbols come back"
        if self.memory == "attention":
            beyond = f" No line in training had more than {PRACTISED} symbols." if n > PRACTISED else ""
            looks = f"the writer may look at {n} vectors, one for each symbol, instead of one"
            return f"With attention {back}: {looks}.{beyond}"
        said = {"turned": "Read from its end, ", "fixed_out": "Trained longer, "}.get(self.memory, "") + back
        said = said[0].upper() + said[1:]
        if right == n:
            return f"{said}. In other lines this long, {fixed(self.share.mean)} of them do on average."
        bits = [told.mean for told in memories()[self.memory].bits]
        best, shorter = bits.index(max(bits)) + SHORTEST, ""
        if best < n and max(bits) > self.kept.mean:
            shorter = f"; of a line of {best}, at least {fixed(max(bits), 1)}"
        width = WIDTHS[self.memory]
        return (
            f"{said}. On average at least {fixed(self.kept.mean, 1)} of {fixed(needed(n), 1)} bits are kept{shorter}. "
            f"There is room: {width} numbers are {grouped(32 * width)} bits of memory."
        )

    def fallback(self):
        """The present situation as a picture, a labelled table and a sentence."""
        letters = lambda codes: " ".join(SYMBOLS[code - 1] for code in codes)  # noqa: E731
        ends = lambda told, digits: f"[{fixed(told.low, digits)}, {fixed(told.high, digits)}]"  # noqa: E731
        wrong = [str(i) for i, ok in enumerate(self.right, 1) if not ok]
        rows = {
            "the line": letters(self.line),
            "what came back": letters(self.written),
            "wrong at": ", ".join(wrong) or "no place",
            "right in this line": f"{self.right.sum()} of {self.length}",
            "right on average": f"{fixed(self.share.mean)} {ends(self.share, 2)}",
            "bits kept, at least": f"{fixed(self.kept.mean, 1)} {ends(self.kept, 1)}",
            "bits needed": fixed(needed(self.length), 1),
            "numbers held": grouped(self.held),
        }
        body = "".join(f'<tr><th scope="row">{name}</th><td>{text}</td></tr>' for name, text in rows.items())
        how = HOW.get(self.memory, "one vector")
        return (
            f'<div class="attn-graph">{picture(self)}</div><table><caption>'
            f"{self.length} symbols of twelve kinds, {WIDTHS[self.memory]} numbers a vector, {how}. Recorded runs of "
            f"trained models.</caption><tbody>{body}</tbody></table>"
            f'<p class="attn-caption">{self.caption()}</p>'
        )
