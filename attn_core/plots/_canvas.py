"""What a drawing stands on: an Axes in the page's look, a ramp of one colour, and numbers that can be drawn."""

from typing import Any

import numpy as np
from cycler import cycler
from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.colors import ListedColormap, to_rgba
from matplotlib.figure import Figure

from attn_core.palette import INK

LINES = cycler(linestyle=["-", "--", ":", "-."], marker=["o", "s", "^", "D"])
LOOK = {
    "axes.prop_cycle": cycler(color=[INK]) * LINES,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.edgecolor": INK,
    "axes.facecolor": "none",
    "axes.labelcolor": INK,
    "font.size": 10,
    "legend.frameon": False,
    "lines.markersize": 4,
    "text.color": INK,
}
WIDEST = 4.8  # inches: at 360 pixels, text is then at least 8 of them high


def axes(width: float = 4.6, height: float = 2.8) -> Axes:
    """An empty Axes in the page's look, whose lines are told apart by dashes and marks.

    Parameters
    ----------
    width, height : float
        Inches of the figure; at most 4.8 wide, so that a phone can show its text.

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    ValueError
        If it is wider.

    Examples
    --------
    >>> panel = axes(4, 2)
    >>> [line.get_linestyle() for line in panel.plot([0, 1], [[0, 0], [1, 2]])]
    ['-', '--']
    """
    if not (0 < width <= WIDEST and height > 0):
        raise ValueError(f"width must be at most {WIDEST} inches, so that a phone can show it, got {width} × {height}")
    with rc_context(LOOK):
        return Figure(figsize=(width, height), layout="constrained").add_subplot()


def ramp(colour: str, most: float = 1.0) -> ListedColormap:
    """A colormap from the ground, whichever it is, towards a colour.

    Parameters
    ----------
    colour : str
        ``palette.INK`` or one of ``palette.ROLES``.
    most : float
        How much of the colour stands at the upper end, from 0 to 1.

    Returns
    -------
    matplotlib.colors.ListedColormap

    Examples
    --------
    >>> ramp("#8559a2", 0.5)([0.0, 1.0])[:, 3].tolist()
    [0.0, 0.5]
    """
    return ListedColormap([to_rgba(colour, most * step / 100) for step in range(101)])


def finite(array: Any, wanted: str) -> np.ndarray:
    if hasattr(array, "detach"):
        array = array.detach().cpu().double()  # numpy has no bfloat16
    array = np.asarray(array)
    if array.dtype.kind not in "fiu" or not np.isfinite(array).all():
        raise ValueError(f"wanted {wanted} of finite numbers, got {array.tolist()}")
    return array.astype(float)
