"""Drawings of attention: weights as a grid, weights as bars, queries and keys as arrows in the plane.

Each takes ``ax=None``, draws and returns the Axes; ``page.show(axes.figure, alt=…)`` puts it on a page. A role has
its colour and a mark of its own: query ● solid, key ○ hollow, value ■, output ◆.
"""

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from cycler import cycler
from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.colors import ListedColormap, to_rgba
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import FancyArrowPatch

from attn_core.palette import GROUND, INK, ON_GROUND, ROLES

MARKS = {"query": "●", "key": "○", "value": "■", "output": "◆"}
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
    if not (0 < width <= WIDEST and 0 < height):
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
    side = 0.35 + 0.1 * max(map(len, queries))
    cell = min(CELL, (WIDEST - side) / columns)
    if ax is None:
        ax = axes(side + cell * columns, 0.6 + min(cell, 0.42) * rows)
    # The number is printed on the cell, so the cells bring a ground of their own.
    ax.pcolormesh(np.ones_like(weights), cmap=ListedColormap([GROUND]), linewidth=0)
    ax.pcolormesh(
        weights, cmap=ramp(ROLES["output"], SHADE), vmin=0, vmax=1, edgecolors=to_rgba(INK, 0.4), linewidth=0.5
    )
    if cell >= LEAST_CELL:
        for (i, j), weight in np.ndenumerate(weights):
            ax.text(j + 0.5, i + 0.5, f"{weight:.2f}" if weight else "0", color=ON_GROUND, ha="center", va="center")
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
        ax.text(weight + 0.025, line, f"{weight:.2f}" if weight else "0", va="center", color=INK)
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

    points = [query, *key] + ([] if value is None or on_a_line else [*value])
    reach = 1.18 * max(1.0, *(math.hypot(*point) for point in points))
    ax.set(xlim=(-reach, reach), ylim=(-reach, reach), aspect="equal")
    ax.axhline(0, color=to_rgba(INK, 0.3), linewidth=0.8)
    ax.axvline(0, color=to_rgba(INK, 0.3), linewidth=0.8)
    ax.set_axis_off()
    for j, point in enumerate(key):
        _arrow(ax, point, "key", 1.5 if weights is None else 1 + 3.5 * weights[j])
    _arrow(ax, query, "query", 2.5)
    for j, point in enumerate(key):
        _mark(ax, point, "key", 13)
        ax.annotate(str(j + 1), point, color=ROLES["key"], ha="center", va="center_baseline", size=8, weight="bold")
    _mark(ax, query, "query", 13)
    ax.annotate("q", query, color=GROUND, ha="center", va="center_baseline", size=8, weight="bold")
    if on_a_line:
        _number_line(ax.inset_axes([0.04, -0.13, 0.92, 0.1]), value, output)
    elif value is not None:
        for j, point in enumerate(value):
            _named(ax, point, "value", str(j + 1))
        if output is not None:
            _mark(ax, output, "output", 9)
    _legend(ax, ["query", "key", *["value"] * (value is not None), *["output"] * (output is not None)])
    return ax


def _arrow(ax: Axes, tip: np.ndarray, role: str, width: float) -> None:
    """A line from the origin with a head, solid or hollow, that ends at the edge of the mark on its tip."""
    filled = role == "query"
    ax.add_patch(
        FancyArrowPatch(
            (0, 0),
            tuple(tip),
            arrowstyle="-|>,head_length=0.55,head_width=0.3",
            mutation_scale=12,
            shrinkA=0,
            shrinkB=7.5,
            linewidth=width,
            edgecolor=ROLES[role],
            facecolor=ROLES[role] if filled else "none",
            joinstyle="miter",
            capstyle="butt",
        )
    )


def _mark(ax: Axes, point: Any, role: str, size: float) -> None:
    hollow = role == "key"
    ax.plot(
        *point,
        linestyle="none",
        marker={"query": "o", "key": "o", "value": "s", "output": "D"}[role],
        markersize=size,
        markerfacecolor="none" if hollow else ROLES[role],
        markeredgecolor=ROLES[role],
        markeredgewidth=1.8 if hollow else 0,
        clip_on=False,
        zorder=3,
    )


def _named(ax: Axes, point: Any, role: str, name: str) -> None:
    _mark(ax, point, role, 8)
    ax.annotate(name, point, (0, 7), textcoords="offset points", color=ROLES[role], ha="center", size=8, weight="bold")


def _number_line(ax: Axes, value: np.ndarray, output: float | None) -> None:
    """Values that are numbers, on a line from the least to the greatest, and the output among them."""
    low, high = min(0.0, *value), max(0.0, *value)
    margin = 0.06 * (high - low or 1)
    ax.set(xlim=(low - margin, high + margin), ylim=(-1, 1), facecolor="none")
    ax.axhline(0, color=to_rgba(INK, 0.6), linewidth=0.8)
    for j, number in enumerate(value):
        _named(ax, (number, 0), "value", str(j + 1))
    if output is not None:
        _mark(ax, (output, 0), "output", 9)
    ticks = sorted({low, 0.0, high})
    ax.set_xticks(ticks, [f"{tick:g}".replace("-", "\u2212") for tick in ticks], color=INK, size=9)
    ax.set_yticks([])
    ax.tick_params(length=0)
    ax.spines[:].set_visible(False)


def _legend(ax: Axes, roles: list[str]) -> None:
    handles = []
    for role in roles:
        marker = {"query": "o", "key": "o", "value": "s", "output": "D"}[role]
        face = "none" if role == "key" else ROLES[role]
        line = Line2D([], [], linestyle="none", marker=marker, markerfacecolor=face, markeredgecolor=ROLES[role])
        line.set(markersize=7, label=role)
        handles.append(line)
    ax.legend(
        handles=handles, labelcolor=[ROLES[role] for role in roles], loc="lower center", bbox_to_anchor=(0.5, 1),
        ncols=len(roles), frameon=False, handletextpad=0.1, columnspacing=1.1, borderaxespad=0.2,
    )  # fmt: skip


def _finite(array: Any, wanted: str) -> np.ndarray:
    if hasattr(array, "detach"):
        array = array.detach().cpu()
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
