"""The still picture of arrows in the plane: what a page shows before a widget is alive, and where it never is."""

import math

SIZE, UNIT, REACH = 260, 60, 2  # pixels, pixels per 1, longest arrow drawn: as in static/kit/plane.js

# Marks as strokes, not text: a viewer that strips the drawing would leave loose text behind. On a grid of 4 by 6.
GLYPHS = {
    "1": "M1 1L2.4 0V6",
    "2": "M.2 1.2Q.6 0 2 0Q3.8 0 3.8 1.6Q3.8 2.8 0 6H4",
    "3": "M0 0H3.8L1.8 2.4Q4 2.5 4 4.2Q3.8 6 2 6Q.4 6 0 4.8",
    "4": "M3 6V0L0 4.2H4",
    "5": "M3.8 0H.6L.3 2.7Q3.9 1.8 3.9 4.2Q3.7 6 1.8 6Q.5 6 0 5.2",
    "6": "M3.4 .2Q0 1 .1 4Q.3 6 2 6Q3.8 6 3.9 4.2Q3.8 2.6 2 2.6Q.6 2.7 .2 4",
    "q": "M3.8 2.4V7.6M3.8 3.8Q3.6 2.2 2 2.2Q.1 2.3 .1 4.1Q.2 6 2 6Q3.6 6 3.8 4.4",
}


def number(x):
    return f"{round(float(x), 2) + 0:g}"


def arrow(x, y, gap):
    """Line and head of an arrow from the middle to (x, y) pixels, short of a mark of ``gap`` pixels at its tip."""
    c, n = SIZE / 2, math.hypot(x - SIZE / 2, y - SIZE / 2)
    if n <= gap + 1:
        return f"M{number(c)} {number(c)}", ""
    ux, uy = (x - c) / n, (y - c) / n

    def at(along, across):
        return f"{number(c + ux * along - uy * across)} {number(c + uy * along + ux * across)}"

    tip, head = n - gap, min(9, n - gap)
    return (
        f"M{number(c)} {number(c)}L{at(tip - head * 0.6, 0)}",
        f"M{at(tip, 0)}L{at(tip - head, 4.5)}L{at(tip - head, -4.5)}Z",
    )


def mark(name, x, y, ink):
    left, top = (2.0, 3.0) if name != "q" else (1.9, 4.6)
    return (
        f'<path transform="translate({number(x - left * 1.4)} {number(y - top * 1.4)}) scale(1.4)" d="{GLYPHS[name]}" '
        f'class="attn-glyph" fill="none" stroke="{ink}" stroke-width=".8"/>'
    )


def picture(widget):
    """Query, keys, values and output of a playground as SVG. The numbers are in the table beside it."""
    half, (qx, qy) = SIZE / 2, _pixels(widget.query)
    parts = [
        f'<path class="attn-grid" d="M8 {number(half)}H{SIZE - 8}M{number(half)} 8V{SIZE - 8}" stroke="#8884"/>',
        *(
            f'<circle class="attn-grid" cx="{number(half)}" cy="{number(half)}" r="{r * UNIT}" fill="none" '
            'stroke="#8884"/>'
            for r in (1, 2)
        ),
    ]
    marks = []
    for j, k in enumerate(widget.key):
        x, y = _pixels(k)
        line, head = arrow(x, y, 9)
        masked = "" if widget.mask[j] else ' stroke-dasharray="3 4"'
        parts.append(
            f'<path class="attn-key-line" d="{line}" stroke="#5f66e6" '
            f'stroke-width="{number(1.5 + 3.5 * widget.weights[j])}"{masked}/>'
            f'<path class="attn-key-head" d="{head}" fill="none" stroke="#5f66e6"/>'
        )
        marks.append(
            f'<circle class="attn-key-disc" cx="{number(x)}" cy="{number(y)}" r="9" fill="#fff" stroke="#5f66e6" '
            'stroke-width="2"/>' + mark(str(j + 1), x, y, "#5f66e6")
        )
    line, head = arrow(qx, qy, 10)
    parts += [
        f'<path class="attn-query-line" d="{line}" stroke="#ad620c" stroke-width="4.5"/>',
        f'<path class="attn-query-head" d="{head}" fill="#ad620c"/>',
        *marks,
        f'<circle class="attn-query-disc" cx="{number(qx)}" cy="{number(qy)}" r="10" fill="#ad620c"/>'
        + mark("q", qx, qy, "#fff"),
    ]
    return (
        f'<svg viewBox="0 0 {SIZE} {SIZE}" width="{SIZE}" height="{SIZE}" role="img" '
        'aria-label="The query and the keys as arrows in the plane; the table gives their numbers.">'
        f"{''.join(parts)}</svg>"
    )


def _pixels(v):
    """A vector in the drawing's pixels, its arrow no longer than the picture."""
    n = math.hypot(*v)
    x, y = v if n <= REACH else (v[0] * REACH / n, v[1] * REACH / n)
    return SIZE / 2 + x * UNIT, SIZE / 2 - y * UNIT
