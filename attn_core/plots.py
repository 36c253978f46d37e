"""Drawings: weights as a grid or as bars, queries and keys as arrows in the plane, and curves of what was measured.

Each takes ``ax=None``, draws and returns the Axes; ``page.show(axes.figure, alt=…)`` puts it on a page. A role has
its colour and a mark of its own: query ● solid, key ○ hollow, value ■, output ◆.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from cycler import cycler
from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.colors import ListedColormap, to_rgba
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle

from attn_core._marks import arrow, legend, mark, named, number_line
from attn_core.palette import GROUND, INK, MARKS, ON_GROUND, ROLES

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
SHADE = 0.45  # of the output's colour at weight 1: ink on it stays at 4.5:1 by day and by night
CELL, LEAST_CELL = 0.56, 0.4  # inches; numbers do not fit into less
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


def weights_grid(
    weights: Any,
    *,
    queries: Sequence[str] | None = None,
    keys: Sequence[str] | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw weights as a grid: a row a query, a column a key, each cell with its number and shaded by it.

    Parameters
    ----------
    weights : array (Lq, Lk)
        From 0 to 1, of numpy or torch. A weight of exactly 0, as behind a mask, is written ``0``.
    queries, keys : sequence of str, optional
        Labels, one a query and one a key; else they are counted from 1.
    ax : Axes, optional
        Where to draw; else on a figure of its own. More than 10 keys leave no room for the numbers there.

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    ValueError
        If the weights are no grid of numbers from 0 to 1, or the labels are not as many.

    Examples
    --------
    >>> panel = weights_grid([[0.75, 0.25], [0.0, 1.0]], queries=["who", "when"])
    >>> [text.get_text() for text in panel.texts]
    ['0.75', '0.25', '0', '1.00']
    """
    weights = _weights(weights, "weights (Lq, Lk)", 2)
    rows, columns = weights.shape
    queries, keys = _labels("queries", queries, rows), _labels("keys", keys, columns)
    side = min(0.35 + 0.1 * max(map(len, queries)), WIDEST / 2)
    cell = min(CELL, (WIDEST - side) / columns)
    if ax is None:
        ax = axes(side + cell * columns, 0.6 + min(cell, 0.42) * rows)
    edge = {"edgecolors": to_rgba(INK, 0.4), "linewidth": 0.5}
    if cell >= LEAST_CELL:
        # A number is printed on its cell, so the cells bring a ground of their own.
        ax.add_patch(Rectangle((0, 0), columns, rows, facecolor=GROUND, edgecolor="none"))
        ax.pcolormesh(weights, cmap=ramp(ROLES["output"], SHADE), vmin=0, vmax=1, **edge)
        for (i, j), weight in np.ndenumerate(weights):
            ax.text(j + 0.5, i + 0.5, _written(weight), color=ON_GROUND, ha="center", va="center")
    else:
        ax.pcolormesh(weights, cmap=ramp(ROLES["output"]), vmin=0, vmax=1, **edge)
    ax.set_xlim(0, columns)
    ax.set_ylim(rows, 0)
    ax.set_yticks(np.arange(rows) + 0.5, queries, color=ROLES["query"])
    ax.set_xticks(np.arange(columns) + 0.5, keys, color=ROLES["key"])
    ax.tick_params(length=0, top=False, labeltop=True, bottom=False, labelbottom=False)
    ax.xaxis.set_label_position("top")
    ax.set_xlabel(f"{MARKS['key']} keys", color=ROLES["key"])
    ax.set_ylabel(f"{MARKS['query']} queries", color=ROLES["query"])
    ax.spines[:].set_visible(False)
    return ax


def weight_bars(weights: Any, *, keys: Sequence[str] | None = None, ax: Axes | None = None) -> Axes:
    """Draw the weights of one query as bars, a line a key, each with its number.

    Parameters
    ----------
    weights : array (Lk,)
        From 0 to 1, of numpy or torch. A full line is weight 1.
    keys : sequence of str, optional
        Labels, one a key; else they are counted from 1.
    ax : Axes, optional
        Where to draw; else on a figure of its own.

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    ValueError
        If the weights are no row of numbers from 0 to 1, or the labels are not as many.

    Examples
    --------
    >>> panel = weight_bars([0.7, 0.3], keys=["comic", "cookbook"])
    >>> [text.get_text() for text in panel.texts]
    ['0.70', '0.30']
    """
    weights = _weights(weights, "weights (Lk,)", 1)
    keys = _labels("keys", keys, len(weights))
    if ax is None:
        ax = axes(4.2, 0.25 + 0.3 * len(weights))
    lines = np.arange(len(weights))
    ax.barh(lines, weights, height=0.62, color=to_rgba(ROLES["output"], SHADE))
    ax.vlines(weights, lines - 0.31, lines + 0.31, color=ROLES["output"], linewidth=2)
    for line, weight in enumerate(weights):
        ax.text(weight + 0.025, line, _written(weight), va="center", color=INK)
    ax.set(xlim=(0, 1.12), ylim=(len(weights) - 0.5, -0.5))
    ax.set_yticks(lines, [f"{MARKS['key']} {key}" for key in keys], color=ROLES["key"])
    ax.set_xticks([])
    ax.tick_params(length=0)
    ax.spines["bottom"].set_visible(False)
    return ax


def arrows(query: Any, key: Any, *, value: Any = None, weights: Any = None, ax: Axes | None = None) -> Axes:
    """Draw a query and keys as arrows in the plane; values as squares, and their weighted sum as a diamond.

    Parameters
    ----------
    query : array (2,)
    key : array (Lk, 2)
        The keys are counted from 1. The heavier its weight, the stronger the line of a key.
    value : array (Lk, 2) or (Lk,), optional
        Points in the plane, or numbers on a line below it.
    weights : array (Lk,), optional
        From 0 to 1. With values too, the output is drawn: ``weights @ value``.
    ax : Axes, optional
        Where to draw; else on a figure of its own.

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    ValueError
        If the arrays are not of these shapes, or not finite.

    Examples
    --------
    >>> panel = arrows([1.0, 0.5], [[1.0, 1.0], [0.0, 1.0]], value=[3.0, -1.0], weights=[0.75, 0.25])
    >>> [text.get_text() for text in panel.get_legend().get_texts()]
    ['query', 'key', 'value', 'output']
    """
    query = _finite(query, "query (2,)")
    key = _finite(key, "key (Lk, 2)")
    if query.shape != (2,) or key.ndim != 2 or key.shape[1] != 2:
        raise ValueError(f"wanted query (2,) and key (Lk, 2), got shapes {query.shape} and {key.shape}")
    count = len(key)
    if weights is not None:
        weights = _weights(weights, "weights (Lk,)", 1)
        if len(weights) != count:
            raise ValueError(f"Lk must be one size: key (Lk, 2) has {count}, weights (Lk,) has {len(weights)}")
    if value is not None:
        value = _finite(value, "value (Lk, 2) or (Lk,)")
        if value.shape not in ((count, 2), (count,)):
            raise ValueError(f"wanted value (Lk, 2) or (Lk,) with Lk = {count}, got shape {value.shape}")
    on_a_line = value is not None and value.ndim == 1
    if ax is None:
        ax = axes(3.6, 3.9 + 0.5 * on_a_line)
    output = None if value is None or weights is None else weights @ value

    points = np.array([(0, 0), query, *key] + ([] if value is None or on_a_line else [*value]))
    middle, half = (points.max(axis=0) + points.min(axis=0)) / 2, (points.max(axis=0) - points.min(axis=0)) / 2
    half += 0.18 * (half.max() or 1)
    (left, bottom), (right, top) = middle - half, middle + half
    ax.set(xlim=(left, right), ylim=(bottom, top), aspect="equal")
    ax.axhline(0, color=to_rgba(INK, 0.3), linewidth=0.8)
    ax.axvline(0, color=to_rgba(INK, 0.3), linewidth=0.8)
    ax.set_axis_off()
    for j, point in enumerate(key):
        arrow(ax, point, "key", 1.5 if weights is None else 1 + 4 * weights[j])
        mark(ax, point, "key", 13, inside=str(j + 1))
    arrow(ax, query, "query", 2.5)
    mark(ax, query, "query", 13, inside="q")
    if on_a_line:
        number_line(ax.inset_axes([0.04, -0.15, 0.92, 0.1]), value, output)
    elif value is not None:
        for j, point in enumerate(value):
            named(ax, point, "value", str(j + 1))
        if output is not None:
            mark(ax, output, "output", 9)
    legend(ax, ["query", "key", *["value"] * (value is not None), *["output"] * (output is not None)])
    return ax


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

    Examples
    --------
    >>> crossing([1, 100], [1, 100], [10, 10])
    10.0
    >>> crossing([1, 100], [1, 100], [2, 200]) is None
    True
    """
    x, first, second = _row("x (n,)", x), _row("first (n,)", first), _row("second (n,)", second)
    _same_length(x, first=first, second=second)
    _above_zero(x=x, first=first, second=second)
    if (np.diff(x) <= 0).any():
        raise ValueError(f"x must grow, got {x}")
    at, gap = np.log(x), np.log(first / second)
    for i, here in enumerate(gap):
        if here == 0:
            return x[i].item()
        if i + 1 < len(gap) and here * gap[i + 1] < 0:
            share = here / (here - gap[i + 1])
            return float(f"{np.exp(at[i] + share * (at[i + 1] - at[i])):.12g}")
    return None


def _row(wanted: str, array: Any) -> np.ndarray:
    array = _finite(array, wanted)
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


def _finite(array: Any, wanted: str) -> np.ndarray:
    if hasattr(array, "detach"):
        array = array.detach().cpu().double()  # numpy has no bfloat16
    array = np.asarray(array)
    if array.dtype.kind not in "fiu" or not np.isfinite(array).all():
        raise ValueError(f"wanted {wanted} of finite numbers, got {array.tolist()}")
    return array.astype(float)


def _weights(weights: Any, wanted: str, ndim: int) -> np.ndarray:
    weights = _finite(weights, wanted)
    if weights.ndim != ndim or weights.size == 0:
        raise ValueError(f"wanted {wanted}, got shape {weights.shape}")
    if weights.min() < 0 or weights.max() > 1 + 1e-6:
        raise ValueError(f"weights lie from 0 to 1, got {weights.min():g} to {weights.max():g}")
    return weights


def _labels(name: str, labels: Sequence[str] | None, count: int) -> list[str]:
    if labels is None:
        return [str(number) for number in range(1, count + 1)]
    if isinstance(labels, str) or len(labels) != count:
        raise ValueError(f"{name} needs {count} labels, one each, got {len(labels)}: {labels!r}")
    return [str(label) for label in labels]


def _written(weight: float) -> str:
    return f"{weight:.2f}" if weight else "0"
