"""The colours of a figure: the roles' own, and the ink and ground of a page that may be light or dark.

A figure is drawn in colours that can be read on both grounds, since an image in a notebook does not know on
which it lies. In the book each of them gives way to the page's own colour (``ON_PAGE``), by day and by night.
"""

from types import MappingProxyType

# As in widgets/static/look.css, by day and by night.
LIGHT = MappingProxyType({"query": "#ad620c", "key": "#5f66e6", "value": "#00523d", "output": "#711c98"})
DARK = MappingProxyType({"query": "#d66001", "key": "#487cf5", "value": "#6ae16d", "output": "#f8adfe"})

# Never colour alone.
MARKS = MappingProxyType({"query": "●", "key": "○", "value": "■", "output": "◆"})

# Between the two: at least 3:1 against white and against #121212.
ROLES = MappingProxyType({"query": "#ad620c", "key": "#5f66e6", "value": "#00a078", "output": "#8559a2"})
INK = "#767676"

# A figure that needs a ground of its own, to print on, lays GROUND and prints on it in ON_GROUND.
GROUND = "#fefefe"
ON_GROUND = "#1c2127"

ON_PAGE = MappingProxyType(
    {ROLES[role]: f"var(--attn-{role})" for role in ROLES}
    | {INK: "currentColor", GROUND: "var(--attn-ground)", ON_GROUND: "currentColor"}
)
