"""The still picture of what layers cost: each position's cost against the length. As in static/cost/curves.js."""

import math
import re

from attn_core import costs

from .amounts import about, big, grouped, lasting
from .plane import number

WIDTH, HEIGHT, LEFT, RIGHT, TOP, LOW, ROOM = 340, 190, 118, 40, 18, 20, 12.5  # pixels
SHORTEST, LONGEST = 16, 65536
TOPMOST = 48  # d² multiply-adds: the upper end of the picture
TICKS = (16, 128, 1024, 8192, 65536)

# short name, dashes and mark of every layer
LOOK = {
    "self-attention": ("attention", "", "M0 -5L5 0L0 5L-5 0Z"),
    "RNN": ("RNN", "1.5 3", "M-4 -4L4 4M-4 4L4 -4"),
    "GRU": ("GRU", "7 3", "M0 -4.5L4.5 3.5L-4.5 3.5Z"),
    "LSTM": ("LSTM", "7 3 1.5 3", "M-4 -4H4V4H-4Z"),
    "convolution": ("conv", "3 3", "M-4 0A4 4 0 1 0 4 0A4 4 0 1 0 -4 0Z"),
    "Transformer block": ("block", "12 3", "M-5 0H5M0 -5V5"),
}
FORMULAS = {
    "self-attention": "4d² + 2nd",
    "RNN": "2d²",
    "GRU": "6d²",
    "LSTM": "8d²",
    "convolution": "{k}d²",
    "Transformer block": "12d² + 2nd",
}


def apart(middles, least, most):
    """Places for labels as close to ``middles`` as their order and the picture allow.

    >>> apart([6, 6, 100], 6, 200)
    [6, 18.5, 100]
    """
    order, places, limit = sorted(range(len(middles)), key=lambda i: middles[i]), [0] * len(middles), least
    for i in order:
        places[i] = max(middles[i], limit)
        limit = places[i] + ROOM
    limit = most
    for i in reversed(order):
        places[i] = min(places[i], limit)
        limit = places[i] - ROOM
    return places


def lengths(layer, d):
    """Lengths between which a line is straight, up to where it leaves the picture.

    >>> lengths(costs.LSTM, 512), lengths(costs.ATTENTION, 16)[-2:]
    ([16, 65536], [256.0, 352.0])
    """
    if not layer.pairs:
        return [SHORTEST, LONGEST]
    end = min(LONGEST, (TOPMOST - layer.matrices) * d / layer.pairs)
    return [n for n in (SHORTEST * 2 ** (i / 2) for i in range(25)) if n < end] + [end]


def between(n, row, x):
    """A measured curve at a length, on the straight lines of the drawing.

    >>> round(between([1, 100], [1.0, 100.0], 10), 9)
    10.0
    """
    if x in n:
        return row[n.index(x)]
    i = next(i for i, y in enumerate(n) if y > x)
    share = math.log(x / n[i - 1]) / math.log(n[i] / n[i - 1])
    return math.exp(math.log(row[i - 1]) + share * math.log(row[i] / row[i - 1]))


def plan(widget):
    """Where everything in the picture of a ``Cost`` lies, in pixels, as a dict."""
    timed, d = widget.timed(), widget.model_dim
    layers = {layer.name: layer for layer in widget.layers() if not timed or layer.name in timed.times}

    def cost(name, n):  # multiply-adds for each position
        return layers[name].matrices * d**2 + layers[name].pairs * n * d

    rival = widget.rival if widget.rival in layers else None
    if timed:
        n, at = widget.measured["n"], timed.n
        lines = {name: [(x, y / x) for x, y in zip(n, timed.times[name], strict=True)] for name in layers}
        here = {name: timed.seconds[name] / at for name in layers}
        end, meets = 0, [(x, between(n, timed.times[rival], x) / x) for x in timed.meets.get(rival, [])]
    else:
        at = widget.length
        lines = {name: [(x, cost(name, x)) for x in lengths(layers[name], d)] for name in layers}
        here = {name: cost(name, at) for name in layers}
        end = costs.crossing(costs.ATTENTION, layers[rival], d) or 0  # of where attention is cheaper
        meets = [(end, cost(rival, end))]

    every = [y for line in lines.values() for _, y in line]
    low = 0.8 * (min(every) if timed else d**2)
    high = 1.25 * max(every) if timed else TOPMOST * d**2

    def across(n):
        return LEFT + math.log2(n / SHORTEST) / 12 * (WIDTH - LEFT - RIGHT)

    def up(y):
        return TOP + math.log(high / y) / math.log(high / low) * (HEIGHT - TOP - LOW)

    def path(points):
        return "M" + "L".join(f"{number(across(n))} {number(up(y))}" for n, y in points)

    saved = ""  # between the two curves
    if end >= SHORTEST:
        end = min(end, LONGEST)
        own = [point for point in lines["self-attention"] if point[0] < end] + [(end, cost("self-attention", end))]
        saved = path([*own, (end, cost(rival, end)), (SHORTEST, cost(rival, SHORTEST))]) + "Z"
    unit = lasting if timed else big
    return {
        "x": across(at),
        "at": at,
        "saved": saved,
        "ticks": [(across(n), grouped(n)) for n in TICKS],
        "levels": [(up(10**e), re.sub(r"\.0+", "", unit(10**e))) for e in range(-9, 11) if low <= 10**e <= high],
        "labels": apart([up(line[0][1]) for line in lines.values()], TOP + 4, HEIGHT - LOW - 4),
        "lines": [(name, path(lines[name]), max(TOP - 2, up(here[name])), here[name] > high) for name in layers],
        "rings": [
            (across(n), up(y), f"≈ {about(n)}" if timed else grouped(n)) for n, y in meets if SHORTEST <= n <= LONGEST
        ],
    }


def picture(widget):
    """The curves of a ``Cost`` as SVG. Their numbers are in the table beside it."""
    seen, base, timed = plan(widget), HEIGHT - LOW, widget.timed()
    x = number(seen["x"])
    parts = [
        f'<path class="attn-level" d="M{LEFT} {number(y)}H{WIDTH - RIGHT}" stroke="#8884"/>'
        + words(text, WIDTH - RIGHT + 4, y + 4, "attn-tick")
        for y, text in seen["levels"]
    ]
    parts.append(f'<path class="attn-axis" d="M{LEFT} {base}H{WIDTH - RIGHT}" stroke="#888"/>')
    parts += [words(text, tick, HEIGHT - 4, "attn-tick attn-middle", "middle") for tick, text in seen["ticks"]]
    parts.append(words("length n", LEFT - 16, HEIGHT - 4, "attn-tick attn-named", "end"))
    if seen["saved"]:
        parts.append(f'<path class="attn-saved" d="{seen["saved"]}" fill="#711c98" fill-opacity=".15"/>')
    parts.append(f'<path class="attn-here" d="M{x} {TOP - 4}V{base}" stroke="#888"/>')
    if seen["saved"]:
        parts.append(words("shaded: attention is cheaper", LEFT + 6, base - 7, "attn-tick attn-met"))
    parts.append(words(f"n = {grouped(seen['at'])}", min(seen["x"], WIDTH - 40), 10, "attn-middle", "middle"))
    for (name, d, y, out), label in zip(seen["lines"], seen["labels"], strict=True):
        short, dash, mark = LOOK[name]
        own, kind = name == "self-attention", " attn-rival" if name == widget.rival else ""
        kind, colour, wide = (" attn-own", "#711c98", 2.5) if own else (kind, "#767676", 2 if kind else 1.2)
        if timed:
            text = f"{short}, k = {timed.k}" if name == "convolution" else short
        else:
            text = f"{short} {FORMULAS[name].format(k=widget.kernel_size)}"
        parts.append(
            f'<path class="attn-curve{kind}" d="{d}" fill="none" stroke="{colour}" stroke-width="{wide}" '
            f'stroke-dasharray="{dash}"/>'
            f'<path class="attn-spot{kind}" d="{"M-4 4L0 -3L4 4" if out else mark}" '
            f'transform="translate({x} {number(y)})" fill="none" stroke="{colour}"/>'
            + words(text, LEFT - 6, label + 4, f"attn-named{kind}", "end")
        )
    for across, up, text in seen["rings"]:
        parts.append(
            f'<circle class="attn-ring" cx="{number(across)}" cy="{number(up)}" r="8" fill="none" stroke="#767676"/>'
            + words(text, across + 9, up + 15, "attn-met")
        )
    return (
        f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}" role="img" aria-label="What each layer '
        'costs for each symbol, against the length of the sequence; the table gives the numbers.">'
        f"{''.join(parts)}</svg>"
    )


def words(text, x, y, kind, anchor="start"):
    return f'<text class="{kind}" x="{number(x)}" y="{number(y)}" font-size="11" text-anchor="{anchor}">{text} </text>'
