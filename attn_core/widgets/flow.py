"""The still picture of an evening: time flows from books into subjects. The same drawing as static/kit/flow.js."""

import html

from .base import fixed
from .plane import mark, number

WIDTH, HEIGHT, TALL, TOP = 260, 342, 330, 6  # pixels; TALL: the whole evening, from TOP downwards
LEFT, RIGHT, THICK = 26, 146, 12  # where the two bars stand, and how thick they are
ROOM = 14  # pixels that a label needs


def apart(middles):
    """Places for labels as close to ``middles`` as their order and the picture allow.

    >>> apart([6, 6, 100])
    [13, 27, 100]
    """
    places = []
    for y in middles:
        places.append(max(y, places[-1] + ROOM if places else TOP + ROOM / 2))
    limit = TOP + TALL - ROOM / 2
    for i in reversed(range(len(places))):
        places[i] = min(places[i], limit)
        limit = places[i] - ROOM
    return [int(y) if y == int(y) else y for y in places]


def flow(weights, value):
    """Where everything lies: segments ``(y, height)`` of books and of subjects, and bands ``(book, subject, path)``.

    >>> books, subjects, bands = flow([0.75, 0.25], [[1.0, 0.0], [0.0, 1.0]])
    >>> books
    [(6, 247.5), (253.5, 82.5)]
    """
    output = [sum(w * row[c] for w, row in zip(weights, value, strict=True)) for c in range(len(value[0]))]
    books, subjects, bands = _stacked(weights), _stacked(output), []
    arrive = [y for y, _ in subjects]
    for j, row in enumerate(value):
        leave = books[j][0]
        for c, part in enumerate(row):
            thick = weights[j] * part * TALL
            if thick > 0:
                bands.append((j, c, _band(leave, arrive[c], thick)))
            leave, arrive[c] = leave + thick, arrive[c] + thick
    return books, subjects, bands


def _stacked(shares):
    segments, y = [], TOP
    for share in shares:
        segments.append((y, share * TALL))
        y += share * TALL
    return segments


def _band(leave, arrive, thick):
    a, b, middle = LEFT + THICK, RIGHT, (LEFT + THICK + RIGHT) / 2
    return (
        f"M{a} {number(leave)}C{number(middle)} {number(leave)} {number(middle)} {number(arrive)} {b} {number(arrive)}"
        f"V{number(arrive + thick)}C{number(middle)} {number(arrive + thick)} {number(middle)} "
        f"{number(leave + thick)} {a} {number(leave + thick)}Z"
    )


def picture(widget):
    """An evening of a library as SVG. Its words are whole sentences of their own where a viewer drops the drawing."""
    books, subjects, bands = flow(widget.weights.tolist(), widget.value.tolist())
    parts = [f'<path class="attn-band" d="{d}" fill="#00523d" fill-opacity=".3"/>' for _, _, d in bands]
    for segments, x, role, opacity in ((books, LEFT, "share", ".5"), (subjects, RIGHT, "known", "1")):
        parts += [
            f'<rect class="attn-{role}" x="{x}" y="{number(y)}" width="{THICK}" height="{number(tall)}" '
            f'fill="#711c98" fill-opacity="{opacity}" stroke="#fff"/>'
            for y, tall in segments
            if tall > 0
        ]
    for j, y in enumerate(apart([y + tall / 2 for y, tall in books])):
        parts.append(
            f'<circle class="attn-key-disc" cx="12" cy="{number(y)}" r="6.5" fill="#fff" stroke="#5f66e6"/>'
            + mark(str(j + 1), 12, y, "#5f66e6")
        )
    for name, known, y in zip(
        widget.subjects, widget.output, apart([y + tall / 2 for y, tall in subjects]), strict=True
    ):
        words = f"{html.escape(name)} {fixed(known)} "
        parts.append(f'<text x="{RIGHT + THICK + 8}" y="{number(y + 4)}" font-size="11">{words}</text>')
    return (
        f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}" role="img" '
        f'aria-label="The evening, from the books on the left to what you know on the right; the table gives the '
        f'numbers.">{"".join(parts)}</svg>'
    )
