"""Attention in pictures: weights as a grid or as bars, a query and keys as arrows."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import to_rgba
from matplotlib.patches import Rectangle

from attn_core.palette import GROUND, INK, MARKS, ON_GROUND, ROLES

from ._canvas import WIDEST, axes, finite, ramp
from ._marks import arrow, legend, mark, named, number_line

SHADE = 0.45  # of the output's colour at weight 1: ink on it stays at 4.5:1 by day and by night
CELL, LEAST_CELL = 0.56, 0.4  # inches; numbers do not fit into less


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
    query = finite(query, "query (2,)")
    key = finite(key, "key (Lk, 2)")
    if query.shape != (2,) or key.ndim != 2 or key.shape[1] != 2:
        raise ValueError(f"wanted query (2,) and key (Lk, 2), got shapes {query.shape} and {key.shape}")
    count = len(key)
    if weights is not None:
        weights = _weights(weights, "weights (Lk,)", 1)
        if len(weights) != count:
            raise ValueError(f"Lk must be one size: key (Lk, 2) has {count}, weights (Lk,) has {len(weights)}")
    if value is not None:
        value = finite(value, "value (Lk, 2) or (Lk,)")
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


def _weights(weights: Any, wanted: str, ndim: int) -> np.ndarray:
    weights = finite(weights, wanted)
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
