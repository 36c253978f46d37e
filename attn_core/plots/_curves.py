"""What was measured, as curves: with an interval, or on logarithmic axes with a crossing."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import to_rgba
from matplotlib.lines import Line2D

from attn_core.costs import meetings
from attn_core.palette import INK

from ._canvas import axes, finite


def curve(
    x: Any, mean: Any, low: Any = None, high: Any = None, *, label: str | None = None, ax: Axes | None = None
) -> Axes:
    """Draw a measured curve with the interval around it as a band; several on one Axes differ in dashes and marks.

    Parameters
    ----------
    x : array (n,)
    mean : array (n,)
    low, high : array (n,), optional
        The ends of the interval at each point, both or neither.
    label : str, optional
        The curve's name in the legend, which ``ax.legend()`` draws.
    ax : Axes, optional
        Where to draw; else on a figure of its own.

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    ValueError
        If the arrays are not of one length, or not finite, or the curve leaves its band.

    Examples
    --------
    >>> panel = curve([1, 2, 4], [0.9, 0.6, 0.5], [0.8, 0.5, 0.5], [1.0, 0.7, 0.5], label="shared")
    >>> panel.lines[0].get_label(), len(panel.collections)
    ('shared', 1)
    """
    x, mean = _row("x (n,)", x), _row("mean (n,)", mean)
    _same_length(x, mean=mean)
    if (low is None) != (high is None):
        raise ValueError("a band needs both low and high")
    if low is not None:
        low, high = _row("low (n,)", low), _row("high (n,)", high)
        _same_length(x, low=low, high=high)
        if (low > mean).any() or (mean > high).any():
            raise ValueError(f"mean must lie from low to high, got {mean} and {low} to {high}")
    ax = axes() if ax is None else ax
    ax.plot(x, mean, label=label)
    if low is not None:
        ax.fill_between(x, low, high, color=to_rgba(INK, 0.25), linewidth=0)
    return ax


def loglog(x: Any, lines: Mapping[str, Any], *, cross: tuple[str, str] | None = None, ax: Axes | None = None) -> Axes:
    """Draw costs against a size, both on logarithmic axes, and mark where two of them cross.

    Parameters
    ----------
    x : array (n,)
        Above zero, growing.
    lines : mapping of str to array (n,)
        Above zero, by their names in the legend.
    cross : (str, str), optional
        The two whose crossing is marked, with the size to two digits, if they cross.
    ax : Axes, optional
        Where to draw; else on a figure of its own.

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    ValueError
        If the arrays are not of one length, or not above zero, or ``cross`` names no line.

    Examples
    --------
    >>> panel = loglog([10, 100, 1000], {"n": [10, 100, 1000], "n²": [1, 100, 10_000]}, cross=("n", "n²"))
    >>> [text.get_text() for text in panel.texts]
    ['100']
    """
    x = _row("x (n,)", x)
    lines = {name: _row(f"{name} (n,)", line) for name, line in lines.items()}
    _same_length(x, **lines)
    _above_zero(x=x, **lines)
    for name in cross or ():
        if name not in lines:
            raise ValueError(f"cross names {name!r}: there are {', '.join(lines)}")
    ax = axes() if ax is None else ax
    for name, line in lines.items():
        ax.plot(x, line, label=name)
    ax.set(xscale="log", yscale="log")
    at = None if cross is None else crossing(x, *(lines[name] for name in cross))
    if at is not None:
        height = np.exp(np.interp(np.log(at), np.log(x), np.log(lines[cross[0]])))
        ring = {"marker": "o", "markersize": 11, "markerfacecolor": "none", "markeredgecolor": INK}
        ax.add_line(Line2D([at], [height], linestyle="none", markeredgewidth=1.5, **ring))
        ax.annotate(
            f"{float(f'{at:.2g}'):,g}", (at, height), (0, -9), textcoords="offset points", ha="center", va="top"
        )
    ax.legend(frameon=False)
    return ax


def crossing(x: Any, first: Any, second: Any) -> float | None:
    """Find where two costs are the same, on straight lines between the points of a log–log drawing.

    Parameters
    ----------
    x, first, second : array (n,)
        Above zero; x growing.

    Returns
    -------
    float or None
        The smallest such x; none if one is cheaper all along.

    Raises
    ------
    ValueError
        If the arrays are not of one length, or not above zero, or x does not grow.

    See Also
    --------
    attn_core.costs.meetings : every such x.

    Examples
    --------
    >>> crossing([1, 100], [1, 100], [10, 10])
    10.0
    >>> crossing([1, 100], [1, 100], [2, 200]) is None
    True
    """
    return next(iter(meetings(x, first, second)), None)


def _row(wanted: str, array: Any) -> np.ndarray:
    array = finite(array, wanted)
    if array.ndim != 1 or array.size == 0:
        raise ValueError(f"wanted {wanted}, got shape {array.shape}")
    return array


def _same_length(x: np.ndarray, **others: np.ndarray) -> None:
    for name, other in others.items():
        if len(other) != len(x):
            raise ValueError(f"n must be one size: x (n,) has {len(x)}, {name} (n,) has {len(other)}")


def _above_zero(**arrays: np.ndarray) -> None:
    for name, array in arrays.items():
        if array.min() <= 0:
            raise ValueError(f"{name} must be above zero on a logarithmic axis, got {array.min():g}")
