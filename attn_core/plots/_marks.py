"""How a drawing shows the roles: arrows, marks, names, a line of numbers, and what each mark stands for."""

import math
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import to_rgba
from matplotlib.lines import Line2D
from matplotlib.patches import FancyArrowPatch

from attn_core.palette import GROUND, INK, ROLES

SHAPES = {"query": "o", "key": "o", "value": "s", "output": "D"}
HEAD = 8.0  # points, from the tip to the base
TO_MARK = 7.5  # from the tip of a vector to the head: half of the mark that sits there


def arrow(ax: Axes, tip: np.ndarray, role: str, width: float) -> None:
    """An arrow from the origin to the mark on a vector's tip; its head is solid for a query, hollow for a key."""
    if not np.any(tip):
        return
    look = {"mutation_scale": 1, "shrinkA": 0, "color": ROLES[role], "joinstyle": "miter", "capstyle": "butt"}
    head = f"-|>,head_length={HEAD},head_width={0.55 * HEAD}"
    ends = (0, 0), tuple(tip)
    ax.add_patch(FancyArrowPatch(*ends, arrowstyle="-", shrinkB=TO_MARK + HEAD, linewidth=width, **look))
    end = FancyArrowPatch(*ends, arrowstyle=head, shrinkB=TO_MARK, linewidth=1.2, **look)
    if role == "key":
        end.set_facecolor("none")
    ax.add_patch(end)


def mark(ax: Axes, point: Any, role: str, size: float, inside: str = "") -> None:
    """The mark of a role at a point, with a letter in it."""
    ax.add_line(_mark(role, size, *point))
    if inside:
        colour = ROLES["key"] if role == "key" else GROUND
        ax.annotate(inside, point, color=colour, ha="center", va="center_baseline", size=8, weight="bold")


def named(ax: Axes, point: Any, role: str, name: str) -> None:
    """The mark of a role at a point, with its name above."""
    mark(ax, point, role, 8)
    ax.annotate(name, point, (0, 7), textcoords="offset points", color=ROLES[role], ha="center", size=8, weight="bold")


def number_line(ax: Axes, value: np.ndarray, output: float | None) -> None:
    """Values that are numbers, on a line from the least to the greatest, and the output among them."""
    low, high = min(0.0, *value), max(0.0, *value)
    margin = 0.06 * (high - low or 1)
    ax.set(xlim=(low - margin, high + margin), ylim=(-0.7, 1), facecolor="none")
    ax.axhline(0, color=to_rgba(INK, 0.6), linewidth=0.8)
    for j, number in enumerate(value):
        named(ax, (number, 0), "value", str(j + 1))
    if output is not None:
        mark(ax, (output, 0), "output", 9)
    ticks = sorted({low, 0.0, high})
    ax.set_xticks(ticks, [f"{tick:g}".replace("-", "\u2212") for tick in ticks], color=INK, size=9)
    ax.set_yticks([])
    ax.tick_params(length=0)
    ax.spines[:].set_visible(False)


def legend(ax: Axes, roles: list[str]) -> None:
    """The roles in a drawing, each beside its mark, in a line above."""
    handles = [_mark(role, 7, [], []) for role in roles]
    ax.legend(
        handles, roles, labelcolor=[ROLES[role] for role in roles], loc="lower center", bbox_to_anchor=(0.5, 1),
        ncols=len(roles), frameon=False, handletextpad=0.1, columnspacing=1.1, borderaxespad=0.2,
    )  # fmt: skip


def _mark(role: str, size: float, x: Any, y: Any) -> Line2D:
    look = {"linestyle": "none", "marker": SHAPES[role], "markersize": size, "clip_on": False, "zorder": 3}
    hollow = role == "key"
    look |= {"markerfacecolor": "none" if hollow else ROLES[role], "markeredgecolor": ROLES[role]}
    return Line2D(*np.atleast_1d(x, y), markeredgewidth=math.sqrt(size) / 2 if hollow else 0, **look)
