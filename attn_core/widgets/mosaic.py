"""The widget *layers* as drawings: a small grid for each head, and one enlarged. As static/layers/tiles.js."""

import html

import numpy as np

from .base import share
from .opened import HEADS, KINDS, LAYERS, measured
from .plane import number
from .telling import START, caption, found, missed, name

WIDTH, HEIGHT = 360, 264
LEFT, TOP, CELL = 26, 24, 30  # room for labels; a cell at most


def shades(rows):
    """Paths of unit squares by strength, in tenths: a weight below 0.05 is left out.

    >>> shades([[0.04, 0.96], [0.5, 0.5]])
    {10: 'M1 0h1v1h-1z', 5: 'M0 1h1v1h-1zM1 1h1v1h-1z'}
    """
    paths = {}
    for i, row in enumerate(np.asarray(rows).tolist()):
        for j, weight in enumerate(row):
            if level := int(10 * weight + 0.5):
                paths[level] = paths.get(level, "") + f"M{j} {i}h1v1h-1z"
    return paths


def _filled(rows):
    return "".join(f'<path style="fill-opacity:{level / 10:g}" d="{d}"/>' for level, d in sorted(shades(rows).items()))


def small(rows, lit):
    """One head's grid, stretched to a tile, its lit row framed."""
    n, m = rows.shape
    frame = f'<rect class="attn-asked" x="0" y="{lit}" width="{m}" height="1"/>'
    box = f'viewBox="0 0 {m} {n}" preserveAspectRatio="none"'
    return f'<svg class="attn-small" {box} aria-hidden="true">{_filled(rows)}{frame}</svg>'


def labels(now):
    """What asks and what answers in the chosen head's grid."""
    text, written = now.read.characters, list(now.read.symbols)
    asks = text if now.kind == "encoder" else written
    return asks, [START, *written[:-1]] if now.kind == "decoder" else text


def large(now):
    """The chosen head's grid, with what asks at its left and what answers above it."""
    asks, answers = labels(now)
    wide, tall = min(CELL, (WIDTH - LEFT) / len(answers)), min(CELL, (HEIGHT - TOP) / len(asks))
    best = int(now.given.argmax()) if now.is_on else -1
    across, down = number(wide * len(answers)), number(tall * len(asks))
    parts = [f'<rect class="attn-none" x="{LEFT}" y="{TOP}" width="{across}" height="{down}"/>']
    parts.append(
        f'<g transform="translate({LEFT} {TOP}) scale({number(wide)} {number(tall)})">{_filled(now.weights)}</g>'
    )
    parts.append(
        f'<rect class="attn-asked" x="{LEFT}" y="{number(TOP + now.row * tall)}" '
        f'width="{across}" height="{number(tall)}"/>'
    )
    for i, each in enumerate(asks):
        kind = "attn-asks attn-most" if i == now.row else "attn-asks"
        parts.append(_label(kind, 12, TOP + (i + 0.5) * tall, min(16, 1.2 * tall), each))
    for j, each in enumerate(answers):
        kind = "attn-answers attn-most" if j == best else "attn-answers"
        parts.append(_label(kind, LEFT + (j + 0.5) * wide, 13, min(16, 1.35 * wide), each))
    words = html.escape(f"{name(now.kind, now.layer, now.head)}: {caption(now)}")
    return f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{words}">{"".join(parts)}</svg>'


def _label(kind, x, y, size, said):
    size = number(size)
    at = f'x="{number(x)}" y="{number(y)}"'
    return f'<text class="{kind}" {at} dy="0.35em" style="font-size:{size}px">{html.escape(said)}</text>'


def still(now):
    """The small grids as a table, one enlarged, what is written, and a sentence."""
    head = "".join(f'<th scope="col">head {g + 1}</th>' for g in range(HEADS))
    rows = "".join(_row(now, kind, layer) for kind in KINDS for layer in range(LAYERS))
    title = name(now.kind, now.layer, now.head)
    lines = "".join(f'<p class="attn-total">{html.escape(line)}</p>' for line in (missed(now), found(now)))
    return (
        f'<div class="attn-opened"><table><caption>Where each head looks in “{html.escape(now.text)}”; below it, the '
        f"share of {measured().tested} unseen dates that come out right without it.</caption>"
        f"<thead><tr><td></td>{head}</tr></thead><tbody>{rows}</tbody></table>"
        f'<div><p class="attn-title">{title}</p><div class="attn-large">{large(now)}</div></div></div>{lines}'
        f'<p class="attn-caption">{html.escape(caption(now))}</p>'
    )


def _row(now, kind, layer):
    k, lit, cells = KINDS.index(kind), now.row_of(kind), []
    for head in range(HEADS):
        marks = ["attn-chosen"] * ((kind, layer + 1, head + 1) == (now.kind, now.layer, now.head))
        marks += ["attn-off"] * (not now.on[k, layer, head])
        cells.append(
            f'<td class="{" ".join(marks)}">{small(now.read.weights[kind][layer, head], lit)}'
            f"{share(measured().without[k, layer, head])}</td>"
        )
    return f'<tr><th scope="row">{kind} {layer + 1}</th>{"".join(cells)}</tr>'
