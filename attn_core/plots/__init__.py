"""Drawings: weights as a grid or as bars, queries and keys as arrows in the plane, and curves of what was measured.

Each takes ``ax=None``, draws and returns the Axes; ``page.show(axes.figure, alt=…)`` puts it on a page. A role has
its colour and a mark of its own: query ● solid, key ○ hollow, value ■, output ◆.
"""

from ._canvas import axes, ramp
from ._curves import crossing, curve, loglog
from ._pictures import arrows, weight_bars, weights_grid

__all__ = ["arrows", "axes", "crossing", "curve", "loglog", "ramp", "weight_bars", "weights_grid"]
