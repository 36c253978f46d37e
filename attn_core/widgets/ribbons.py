"""The picture of an alignment: what is read above, what is written below, and ribbons as wide as the weights.

The same drawing as static/alignment/ribbons.js makes.
"""

import html

from .plane import number
from .reading import STATES, pixels

WIDTH, HEIGHT = 640, 164
BARS, READ, WRITTEN = 28, 56, 128  # pixels from the top: where bars of weight stand, where ribbons begin and end
CELL, SYMBOL, WORD, INK = 30, 34, 92, 6.75  # widths at most: of a character read, written, a word; of a pixel of ink
FAINT = 0.1  # the ribbons of other steps are drawn from this weight on


def cells(n, most, width=WIDTH):
    """Where n cells begin, side by side in the middle, and how wide each is.

    >>> cells(2, 30, width=100)
    ([20.0, 50.0], 30)
    """
    wide = min(most, width / max(n, 1))
    return [(width - n * wide) / 2 + j * wide for j in range(n)], wide


def ribbon(left, above, start, below):
    """A band from above, so wide there, to below."""
    middle = (READ + WRITTEN) / 2
    a, b, c, d = (number(x) for x in (left, left + above, start, start + below))
    return f"M{a} {READ}C{a} {middle} {c} {middle} {c} {WRITTEN}H{d}C{d} {middle} {b} {middle} {b} {READ}Z"


def ribbons(row, places, wide, start, below):
    """The bands of one step: pairs of weight and path; below they fill the symbol's cell."""
    bands = []
    for weight, x in zip(row, places, strict=True):
        bands.append((float(weight), ribbon(x + wide * (1 - weight) / 2, wide * weight, start, below * weight)))
        start += below * weight
    return bands


def ink(wanted):
    """A strip of digits: strength of the ink, 1 to 16, and the path of its pixels, from the left at 0."""
    paths = {}
    for x, column in enumerate(pixels(wanted).tolist()):
        for y, level in enumerate(column):
            if level:
                paths[level] = paths.get(level, "") + f"M{number(x * INK)} {number(y * INK + 1)}h{INK}v{INK}h-{INK}z"
    return sorted(paths.items())


def picture(read, at, model, words):
    """The alignment as SVG.

    Parameters
    ----------
    read : attn_core.widgets.reading.Reading
    at : int
        The step that is lit, from 0.
    model : str
    words : str
        What a screen reader says, escaped.

    Returns
    -------
    str
    """
    is_strip = model == "strip"
    parts = []
    places, wide = cells(len(read.inputs) * (STATES if is_strip else 1), 2 * INK if is_strip else CELL)
    starts, below = cells(len(read.symbols), WORD if is_strip else SYMBOL)
    if model == "fixed":
        left, right = WIDTH / 2 - 72, WIDTH / 2 + 72
        for j, x in enumerate(places):
            to = left + (j + 0.5) / len(places) * (right - left)
            parts.append(f'<path class="attn-line" d="M{number(x + wide / 2)} {READ}L{number(to)} 84"/>')
        parts.append(f'<rect class="attn-vector" x="{number(left)}" y="84" width="144" height="16"/>')
        parts.append(f'<path class="attn-ribbon" d="M{number(WIDTH / 2 - 4)} 100H{number(WIDTH / 2 + 4)}')
        parts.append(f'L{number(starts[at] + below / 2 + 4)} {WRITTEN}h-8Z"/>')
    else:
        for t, row in enumerate(read.weights):
            for weight, path in ribbons(row, places, wide, starts[t], below) if t != at else ():
                if weight >= FAINT:
                    parts.append(f'<path class="attn-faint" d="{path}"/>')
        if read.symbols:
            for weight, path in ribbons(read.weights[at], places, wide, starts[at], below):
                if weight >= 0.005:
                    strong = f' style="fill-opacity:{number(0.3 + 0.7 * weight)}"'
                    parts.append(f'<path class="attn-ribbon"{strong} d="{path}"/>')
    if is_strip:
        drawn = "".join(f'<path style="fill-opacity:{number(level / 16)}" d="{d}"/>' for level, d in ink_of(read))
        parts.append(f'<g class="attn-ink" transform="translate({number(places[0]) if places else 0} 0)">{drawn}</g>')
    for j, x in enumerate(places if model != "fixed" and read.symbols else ()):
        tall = READ - 1 if is_strip else (BARS - 2) * read.weights[at][j]
        shade = f' style="fill-opacity:{number(0.6 * read.weights[at][j])}"' if is_strip else ""
        top = 1 if is_strip else BARS - tall
        parts.append(
            f'<rect class="attn-share"{shade} x="{number(x)}" y="{number(top)}" width="{number(wide)}" '
            f'height="{number(tall)}"/>'
        )
    for x, character in zip(places, read.inputs if not is_strip else (), strict=False):
        parts.append(text("attn-letter", x + wide / 2, 47, min(20, 1.35 * wide), character))
    parts.append(
        f'<rect class="attn-asks" x="{number(starts[at])}" y="{WRITTEN}" width="{number(below)}" height="32"/>'
        if starts
        else ""
    )
    for t, (x, symbol) in enumerate(zip(starts, read.symbols, strict=True)):
        kind = "attn-symbol" if t <= at else "attn-symbol attn-later"
        parts.append(text(kind, x + below / 2, 151, 14 if is_strip else 20, symbol))
    about = f'viewBox="0 0 {WIDTH} {HEIGHT}" fill="currentColor" role="img" aria-label="{words}"'
    return f"<svg {about}>{''.join(parts)}</svg>"


def ink_of(read):
    """The ink of the strip that was read."""
    return ink([int(digit) for digit in read.inputs]) if read.inputs else []


def text(kind, x, y, size, said):
    return f'<text class="{kind}" x="{number(x)}" y="{y}" style="font-size:{number(size)}px">{html.escape(said)}</text>'
