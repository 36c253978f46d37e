"""The still picture of the regions: scores from a zero line, then a strip of bars for each row of weights."""

import numpy as np

from .plane import number

LEFT, CELL, TALL, ROW, GIVEN = 50, 21, 32, 43, 54  # pixels: the names, a position, a weight of 1, a strip, the scores
STRIPS = ("soft", "sparse", "hard", "drawn", "local-m", "local-p")


def picture(now):
    """The bars of a ``Regions`` as SVG. Their numbers are in the table beside it."""
    n, zero = len(now.scores), GIVEN / 2
    parts = [_words("scores", 0, zero + 4), _line(zero, n)]
    for j, score in enumerate(now.scores.tolist()):
        top, low = (zero - zero * max(score, 0) / 3, zero - zero * min(score, 0) / 3)
        parts.append(_bar(j, top, low, "attn-signed", "#888"))
    for i, name in enumerate(STRIPS):
        base = GIVEN + (i + 1) * ROW
        parts += [_words(name, 0, base - 3), _line(base, n)]
        for j in np.flatnonzero(now.inside[i]).tolist():
            parts.append(_bar(j, base - TALL, base, "attn-seen", "#8883"))
            parts.append(_bar(j, base - TALL * now.weights[i, j], base, "attn-share", "#711c98"))
    wide, high = LEFT + n * CELL, GIVEN + len(STRIPS) * ROW
    parts += [_words(str(j + 1), LEFT + (j + 0.5) * CELL, high + 13, "middle") for j in range(n)]
    return (
        f'<svg viewBox="0 0 {wide} {high + 16}" width="{wide}" height="{high + 16}" role="img" aria-label="Scores of '
        f'{n} positions, and the weights that six kinds of attention give them; the table has the numbers.">'
        f"{_curve(now, high)}{''.join(parts)}</svg>"
    )


def _curve(now, base):
    """The Gaussian of local-p, over its strip."""
    if now.window == 0:
        return ""
    n, centre = len(now.scores), now.centre - 0.5  # half a position lies before the first
    places = np.linspace(max(0, centre - now.window), min(n, centre + now.window), 25)
    factors = np.exp(-2 * ((places - centre) / now.window) ** 2)
    points = "L".join(
        f"{number(LEFT + x * CELL)} {number(base - TALL * y)}" for x, y in zip(places, factors, strict=True)
    )
    return f'<path class="attn-factor" d="M{points}" fill="none" stroke="#767676" stroke-dasharray="4 3"/>'


def _line(y, n):
    return f'<path class="attn-axis" d="M{LEFT} {number(y)}H{LEFT + n * CELL}" stroke="#888"/>'


def _bar(j, top, low, kind, colour):
    return (
        f'<rect class="{kind}" x="{LEFT + j * CELL + 3}" y="{number(top)}" width="{CELL - 6}" '
        f'height="{number(low - top)}" fill="{colour}"/>'
    )


def _words(text, x, y, anchor="start"):
    return f'<text x="{number(x)}" y="{number(y)}" font-size="11" text-anchor="{anchor}">{text} </text>'
