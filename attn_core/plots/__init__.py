"""Drawings: weights as a grid, as bars or under a text, queries and keys as arrows in the plane, and measured curves.

Each takes ``ax=None``, draws and returns the Axes; ``page.show(axes.figure, alt=…)`` puts it on a page. A role has
its colour and a mark of its own: query ● solid, key ○ hollow, value ■, output ◆.
"""

from ._canvas import axes, ramp
from ._curves import crossing, curve, loglog
from ._pictures import arrows, weight_bars, weights_grid
from ._text import marked_text

__all__ = ["arrows", "axes", "crossing", "curve", "loglog", "marked_text", "ramp", "weight_bars", "weights_grid"]
