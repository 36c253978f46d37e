"""A text whose letters stand above their weights."""

from collections.abc import Sequence
from typing import Any

from matplotlib.axes import Axes

from attn_core.palette import INK, ROLES

from ._canvas import WIDEST, axes, finite

SIDE = WIDEST / 42  # inches a letter, so that a line of 40 fits


def marked_text(letters: Sequence[str], weights: Any, *, per_line: int = 40, ax: Axes | None = None) -> Axes:
    """Write a text with a bar under each letter, as high as its weight.

    Parameters
    ----------
    letters : sequence of str (n,)
        One character or so each, as keys.
    weights : array (n,)
        From 0 to 1, of numpy or torch. The largest has a bar as high as a letter.
    per_line : int
        Letters a line, at most 40.
    ax : Axes, optional
        Where to draw; else on a figure of its own.

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    ValueError
        If there is no letter, if the weights are not as many or not from 0 to 1, or if a line is too long.

    Examples
    --------
    >>> panel = marked_text("hidden", [0, 0, 0.9, 0.1, 0, 0])
    >>> [text.get_text() for text in panel.texts], len(panel.patches)
    (['h', 'i', 'd', 'd', 'e', 'n'], 2)
    """
    weights = finite(weights, "weights (n,)")
    if not len(letters) or weights.shape != (len(letters),) or weights.min() < 0 or weights.max() > 1:
        raise ValueError(f"wanted a weight from 0 to 1 for each of {len(letters)} letters, got {weights.tolist()}")
    if not 1 <= per_line <= 40:
        raise ValueError(f"per_line must be from 1 to 40, got {per_line}")
    lines = -(-len(letters) // per_line)  # rounded up
    if ax is None:
        ax = axes(SIDE * (per_line + 1), 3.1 * SIDE * lines + 0.1)
    heights = weights / (weights.max() or 1)
    for at, (letter, height) in enumerate(zip(letters, heights, strict=True)):
        line, column = divmod(at, per_line)
        ax.text(column, 3.1 * line, letter, ha="center", va="center", color=INK, family="monospace")
        if height > 0:
            ax.bar(column, height, 0.8, bottom=3.1 * line + 1.6 - height, color=ROLES["output"])
    ax.set(xlim=(-0.8, per_line - 0.2), ylim=(3.1 * lines - 0.8, -0.8))
    ax.set_axis_off()
    return ax
