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
    above = cells(len(read.inputs) * (STATES if is_strip else 1), 2 * INK if is_strip else CELL)
    below = cells(len(read.symbols), WORD if is_strip else SYMBOL)
    parts = through_vector(above, below, at) if model == "fixed" else looking(read.weights, above, below, at)
    if is_strip:
        parts.append(strip(read.inputs, above))
    if model != "fixed" and read.symbols:
        parts += shades(read.weights[at], above, is_strip)
    if not is_strip:
        size = min(20, 1.35 * above[1])
        parts += [
            text("attn-letter", x + above[1] / 2, 47, size, c) for x, c in zip(above[0], read.inputs, strict=True)
        ]
    if read.symbols:
        x, wide = number(below[0][at]), number(below[1])
        parts.append(f'<rect class="attn-asks" x="{x}" y="{WRITTEN}" width="{wide}" height="32"/>')
    for t, (x, symbol) in enumerate(zip(below[0], read.symbols, strict=True)):
        kind = "attn-symbol" if t <= at else "attn-symbol attn-later"
        parts.append(text(kind, x + below[1] / 2, 151, 14 if is_strip else 20, symbol))
    about = f'viewBox="0 0 {WIDTH} {HEIGHT}" fill="currentColor" role="img" aria-label="{words}"'
    return f"<svg {about}>{''.join(parts)}</svg>"


def looking(weights, above, below, at):
    """The ribbons of all steps, pale, and of the one that is lit."""
    (places, wide), (starts, cell) = above, below
    pale, lit = [], []
    for t, row in enumerate(weights):
        for weight, path in ribbons(row, places, wide, starts[t], cell):
            if t == at and weight >= 0.005:
                strong = number(0.3 + 0.7 * weight)
                lit.append(f'<path class="attn-ribbon" style="fill-opacity:{strong}" d="{path}"/>')
            elif t != at and weight >= FAINT:
                pale.append(f'<path class="attn-faint" d="{path}"/>')
    return pale + lit


def through_vector(above, below, at):
    """Lines into one vector, and one out of it."""
    (places, wide), (starts, cell) = above, below
    left, middle = WIDTH / 2 - 72, WIDTH / 2
    ends = [left + 144 * (j + 0.5) / len(places) for j in range(len(places))]
    lines = [f"M{number(x + wide / 2)} {READ}L{number(end)} 84" for x, end in zip(places, ends, strict=True)]
    out = f"M{number(middle - 4)} 100H{number(middle + 4)}L{number(starts[at] + cell / 2 + 4)} {WRITTEN}h-8Z"
    return [
        *(f'<path class="attn-line" d="{line}"/>' for line in lines),
        f'<rect class="attn-vector" x="{number(left)}" y="84" width="144" height="16"/>',
        f'<path class="attn-ribbon" d="{out}"/>',
    ]


def strip(wanted, above):
    """The digits, in ink."""
    paths = ink([int(digit) for digit in wanted]) if wanted else []
    drawn = "".join(f'<path style="fill-opacity:{number(level / 16)}" d="{path}"/>' for level, path in paths)
    left = number(above[0][0]) if wanted else 0
    return f'<g class="attn-ink" transform="translate({left} 0)">{drawn}</g>'


def shades(row, above, is_strip):
    """The weights of one step: bars above the characters, or shades over the ink."""
    places, wide = above
    parts = []
    for weight, x in zip(row, places, strict=True):
        tall = READ - 1 if is_strip else (BARS - 2) * weight
        shade = f' style="fill-opacity:{number(0.6 * weight)}"' if is_strip else ""
        box = (x, 1 if is_strip else BARS - tall, wide, tall)
        sides = " ".join(
            f'{name}="{number(side)}"' for name, side in zip(("x", "y", "width", "height"), box, strict=True)
        )
        parts.append(f'<rect class="attn-share"{shade} {sides}/>')
    return parts


def text(kind, x, y, size, said):
    return f'<text class="{kind}" x="{number(x)}" y="{y}" style="font-size:{number(size)}px">{html.escape(said)}</text>'
