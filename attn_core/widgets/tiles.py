"""The widget *heads* without JavaScript: a small grid for each head, and its lit row in a table."""

import html

from .adding import ABOUT, NAMES, moved, roles, rooms, size
from .asking import quoted
from .base import share


def still(widget):
    """The small grids, the lit row of each as a table, what becomes of the output, and a sentence."""
    names = [" + ".join(NAMES[role] for role in each) for each in roles(widget.form, widget.num_heads)]
    titles = [
        f"head {g + 1}: {name}" if on else f"head {g + 1}: off"
        for g, (name, on) in enumerate(zip(names, widget.lit, strict=True))
    ]
    head = "".join(f'<th scope="col">{html.escape(word)}</th>' for word in widget.words)
    grids = [*widget.weights, widget.mean]
    rows = "".join(
        f'<tr><th scope="row">{small(grid, widget.at)}{title}</th>'
        + "".join(
            f'<td class="attn-still" style="--attn-share:{round(w, 4)}">{share(w)}</td>'
            for w in grid[widget.at].tolist()
        )
        + "</tr>"
        for grid, title in zip(
            grids, [*titles, f"mean of {'all heads' if widget.lit.all() else 'those on'}"], strict=True
        )
    )
    who = html.escape(quoted(widget.words[widget.at]))
    held = html.escape("; ".join(f"{name}: {what}" for name, what in rooms(widget)))
    lines = [f"output {moved(widget)}. It holds: {held}.", size(widget), ABOUT]
    return (
        f"<table><caption>{who} asks: its row in each head.</caption>"
        f"<thead><tr><td></td>{head}</tr></thead><tbody>{rows}</tbody></table>"
        + "".join(f'<p class="attn-total">{line}</p>' for line in lines)
        + f'<p class="attn-caption">{html.escape(widget.caption())}</p>'
    )


def small(weights, at):
    """One head's grid as a drawing, its lit row framed; what is below 0.05 is left out."""
    n = len(weights)
    cells = "".join(
        f'<rect x="{j}" y="{i}" width="1" height="1" fill-opacity="{round(w, 2)}"/>'
        for i, row in enumerate(weights.tolist())
        for j, w in enumerate(row)
        if w >= 0.05
    )
    frame = f'<rect class="attn-asked" x="0" y="{at}" width="{n}" height="1"/>'
    return f'<svg class="attn-small" viewBox="0 0 {n} {n}" aria-hidden="true">{cells}{frame}</svg>'
