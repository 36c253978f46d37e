"""What the widget *layers* says: names of heads and places, its sentence, its numbers. As static/layers/telling.js."""

import html

from .base import share
from .opened import KINDS, PARTS, measured
from .reading import LEARNT

NAMES = {"encoder": "encoder", "decoder": "decoder", "cross": "cross-attention"}
START = "▸"  # where nothing is written yet


def name(kind, layer, head):
    """How a head is called.

    >>> name("cross", 2, 1)
    'cross-attention, layer 2, head 1'
    """
    return f"{NAMES[kind]}, layer {layer}, head {head}"


def place(now, column):
    """How a place is called that the chosen head looks at."""
    if now.kind == "decoder":
        return f"“{now.read.symbols[column - 1]}” ({column})" if column else "the start"
    return called(now, column)


def called(now, column):
    """How a character of the text is called."""
    character = now.read.characters[column]
    return f"the space ({column + 1})" if character == " " else f"“{character}” ({column + 1})"


def caption(now):
    """Where the chosen head looks, what it is good for here, and what the model does not know."""
    read, other = now.read, now.other
    end = f"The model writes {read.symbols}"
    if read.right is not None:
        end += ", which is right" if read.right == read.symbols else f", and {read.right} is right"
    end += f"; {'without' if now.is_on else 'with'} this head it would be "
    end += "the same." if other == read.symbols else f"{other}."
    if read.unknown:
        end += f" It has never seen {', '.join(f'“{each}”' for each in read.unknown[:3])}"
        end += " and others." if len(read.unknown) > 3 else "."
    if len(now.text) > LEARNT:
        end += f" No text that it learnt from had more than {LEARNT} characters."
    return f"{looks(now)} {end}"


def looks(now):
    """Where the chosen head looks, in the row that is lit."""
    symbol, row = now.read.symbols[now.step - 1], now.given
    if not now.is_on:
        return "This head is off: it looks nowhere, and adds nothing."
    most = f"this head looks most at {place(now, int(row.argmax()))}, with {plain(row.max())} of its weight."
    if now.kind == "encoder":
        if not now.on[KINDS.index("cross")].any():
            return f"No head of the decoder looks at the text. At {called(now, now.row)}, {most}"
        return f"To write “{symbol}”, the decoder looks most at {called(now, now.row)}; there, {most}"
    if now.kind == "decoder" and now.step == 1:
        return f"To write “{symbol}”, the first character, there is only the start to look back to."
    return f"To write “{symbol}”, {most}"


def missed(now):
    """How many unseen dates come out right without the chosen head."""
    seen, which = measured(), (KINDS.index(now.kind), now.layer - 1, now.head - 1)
    alone = plain(seen.without[which])
    return f"{seen.tested} unseen dates: {plain(seen.whole)} right with all heads, {alone} with only this one off"


def found(now):
    """How much of the chosen head's weight lies on what tells the part that is written."""
    if now.kind != "cross":
        return "only cross-attention looks from what is written to the text"
    mass = measured().mass[now.layer - 1, now.head - 1]
    told = " · ".join(f"{part} {plain(share)}" for part, share in zip(PARTS, mass, strict=True))
    return f"its weight on what tells it, writing the {told}"


def plain(weight):
    """A share as it is written, not escaped."""
    return html.unescape(share(weight))
