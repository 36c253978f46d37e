"""The widget *abcnn* without JavaScript: the matrix with its sums, the windows of a word, the three steps."""

import html

from .asking import quoted
from .base import fixed, vector
from .matching import NAMES, steps, together


def still(widget):
    """Two tables, three lines on the steps, a sentence on the vectors, and the caption."""
    return (
        _matrix(widget)
        + _before(widget)
        + _windows(widget)
        + "".join(
            f'<p class="attn-total"><b>{name}</b> {there}: {html.escape(how)}</p>' for name, there, how in steps(widget)
        )
        + f'<p class="attn-total">{together(widget)}</p><p class="attn-caption">{html.escape(widget.caption())}</p>'
    )


def _matrix(widget):
    """Matches, and beside them the sums of rows and columns."""
    rows, columns = widget.axes
    head = "".join(f'<th scope="col">{html.escape(name)}</th>' for name in columns)
    body = "".join(
        f'<tr{" class=attn-lit" if i in widget.lit else ""}><th scope="row">{html.escape(name)}</th>'
        + "".join(f'<td class="attn-cell" style="--attn-share:{round(x, 4)}">{fixed(x)}</td>' for x in line)
        + f"<td>{fixed(sum(line))}</td></tr>"
        for i, (name, line) in enumerate(zip(rows, widget.matches.tolist(), strict=True))
    )
    sums = "".join(f"<td>{fixed(x)}</td>" for x in widget.matches.sum(axis=0))
    what = "words" if widget.form == 1 else f"windows of {widget.kernel_size}"
    return (
        f"<table><caption>ABCNN-{widget.form}, {NAMES[widget.form]}: matches of {what}, with sums.</caption>"
        f'<thead><tr><td></td>{head}<th scope="col">sum</th></tr></thead><tbody>{body}</tbody>'
        f'<tfoot><tr><th scope="row">sum</th>{sums}<td>{fixed(widget.matches.sum())}</td></tr></tfoot></table>'
    )


def _before(widget):
    """What the word gives the places of the other sentence."""
    if widget.form == 2:
        return ""
    given = widget.readings[0].looks[widget.at]
    each = ", ".join(f"{quoted(word)} {fixed(w)}" for word, w in zip(widget.words[1], given, strict=True))
    who = quoted(widget.words[0][widget.at])
    soft = ", after a softmax" if widget.normalized else ""
    return f'<p class="attn-total">{html.escape(f"Before: {who} gives {each}; {fixed(given.sum())} in all{soft}.")}</p>'


def _windows(widget):
    """The windows that the word stands in, what weighs them, and what comes of it."""
    reading, names = widget.readings[0], widget.windows(0)
    rows = "".join(
        f'<tr><th scope="row">{html.escape(names[k])}</th><td class="attn-still">{fixed(reading.weights[k])}</td>'
        f'<td class="attn-features">{vector(reading.features[k])}</td></tr>'
        for k in widget.span
    )
    who = html.escape(quoted(widget.words[0][widget.at]))
    return (
        f"<table><caption>The windows of {who}, added up.</caption>"
        '<thead><tr><td></td><th scope="col">weight</th><th scope="col">8 features</th></tr></thead>'
        f'<tbody>{rows}</tbody><tfoot><tr><th scope="row">sum</th><td class="attn-still">{fixed(widget.total)}</td>'
        f'<td class="attn-features">{vector(reading.states[widget.at])}</td></tr></tfoot></table>'
    )
