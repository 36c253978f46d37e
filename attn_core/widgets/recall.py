"""The still picture of a ``Bottleneck``: the line, the vector as a bar code, what came back, and how much on average.

Vector and curves are drawn as in static/bottleneck/picture.js.
"""

from .base import fixed
from .memories import FINE, LONGEST, PRACTISED, SHORTEST, SYMBOLS, memories
from .plane import number

WIDE, TALL = 340, 48  # of the bar code, pixels
HEIGHT, LEFT, RIGHT, TOP, LOW = 96, 26, 12, 12, 18  # of the curves
ROW, CELL, HIGH = 20, 17, 19  # symbols in a row, and the room of each
CHANCE = 1 / len(SYMBOLS)
TICKS = (2, 10, 20, 30, 40, 50, 60)


def bars(strips):
    """Vectors as bar codes, one below the other: a bar for each number, up where it is above zero.

    >>> bars([[31, -31]])
    'M85 24v-22.08M255 24v22.08'
    """
    tall = TALL / len(strips)
    path = ""
    for j, strip in enumerate(strips):
        middle = number((j + 0.5) * tall)
        for i, x in enumerate(strip):
            if x:
                path += f"M{number((i + 0.5) * WIDE / len(strip))} {middle}v{number(-0.46 * tall * x / FINE)}"
    return path


def across(n):
    return LEFT + (n - SHORTEST) / (LONGEST - SHORTEST) * (WIDE - LEFT - RIGHT)


def up(share):
    return TOP + (1 - share) * (HEIGHT - TOP - LOW)


def path(shares):
    """A curve over the lengths."""
    return "M" + "L".join(f"{number(across(n))} {number(up(y))}" for n, y in enumerate(shares, SHORTEST))


def band(shares):
    """The interval around a curve."""
    low = [f"{number(across(n))} {number(up(told.low))}" for n, told in enumerate(shares, SHORTEST)]
    return path([told.high for told in shares]) + "L" + "L".join(reversed(low)) + "Z"


def words(text, x, y, kind="attn-tick", anchor="start"):
    """Letters of a picture. The blank keeps them apart where a viewer strips the drawing."""
    return (
        f'<text class="{kind}" x="{number(x)}" y="{number(y)}" font-size="11" text-anchor="{anchor}" '
        f'fill="currentColor">{text} </text>'
    )


def symbols(codes, right, top):
    """Rows of symbols; what is wrong stands in a box and is struck through. Gives the drawing and where it ends."""
    parts, misses = [], ""
    for i, (code, ok) in enumerate(zip(codes, right, strict=True)):
        x, y = (i % ROW + 0.5) * CELL, top + i // ROW * HIGH
        if not ok:
            misses += f"M{number(x - 7)} {y + 1}h14v{HIGH - 3}h-14zl14 {HIGH - 3}"
        parts.append(words(SYMBOLS[code - 1], x, y + 13.5, "attn-middle", "middle"))
    wrong = f'<path class="attn-miss" d="{misses}" fill="none" stroke="#888"/>' if misses else ""
    return wrong + "".join(parts), top + -(-len(codes) // ROW) * HIGH


def stroke(kind, d, colour="#888", wide=1, more=""):
    return f'<path class="attn-{kind}" d="{d}" fill="none" stroke="{colour}" stroke-width="{wide}"{more}/>'


def curves(widget):
    """The share that comes back on average, against the length: this memory, and thin, the others."""
    told, base = widget.share, HEIGHT - LOW
    x, y, late = across(widget.length), up(told.mean), widget.length > 40
    own, *others = sorted(memories(), key=lambda name: name != widget.memory)
    means = {name: path([told.mean for told in memories()[name].shares]) for name in memories()}
    return "".join(
        [
            stroke("level", "".join(f"M{LEFT} {number(up(level))}H{WIDE - RIGHT}" for level in (0.5, 1)), "#8884"),
            *(
                words(text, LEFT - 4, up(level) + 4, "attn-tick attn-named", "end")
                for level, text in ((0, "0"), (0.5, "½"), (1, "1"))
            ),
            stroke("axis", f"M{LEFT} {base}H{WIDE - RIGHT}"),
            *(words(n, across(n), HEIGHT - 5, "attn-tick attn-middle", "middle") for n in TICKS),
            stroke("practised", f"M{number(across(PRACTISED))} {TOP}V{base}", more=' stroke-dasharray="3 3"'),
            *(stroke("curve", means[name], wide=0.7) for name in others),
            f'<path class="attn-saved" d="{band(memories()[own].shares)}" fill="#711c98" fill-opacity=".15"/>',
            stroke("curve attn-own", means[own], "#711c98", 2.5),
            stroke("here", f"M{number(x)} {TOP - 4}V{base}"),
            f'<path class="attn-spot attn-own" d="M0 -6L5 0L0 6L-5 0Z" fill="#711c98" '
            f'transform="translate({number(x)} {number(y)})"/>',
            words(
                fixed(told.mean),
                x + (-9 if late else 9),
                y - 5 if told.mean < 0.9 else y + 14,
                f"attn-met{' attn-named' if late else ''}",
                "end" if late else "start",
            ),
        ]
    )


def picture(widget):
    """All of it as SVG. Its numbers are in the table beside it."""
    read, low = symbols(widget.line, [True] * widget.length, 0)
    back, end = symbols(widget.written, widget.right, low + TALL + 16)
    strips, tall = widget.strips, end + 8 + HEIGHT
    code = stroke("code", bars(strips), "#00523d", number(0.7 * WIDE / len(strips[0])))
    return (
        f'<svg viewBox="0 0 {WIDE} {tall}" width="{WIDE}" height="{tall}" role="img" aria-label="A line of symbols, '
        "what is kept of it, what came back, and the share that comes back on average against the length; the table "
        f'gives the numbers.">{read}<g transform="translate(0 {low + 6})">{code}</g>'
        f'{back}<g transform="translate(0 {end + 8})">{curves(widget)}</g></svg>'
    )
