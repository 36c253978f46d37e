"""Widgets: live through a kernel in a notebook, and with no kernel on the published page.

A widget is one Python file and one JavaScript module of the same name (in ``static/``). Its mathematics stands in
``static/kit/`` and is tested against ``attn_core``; ``joined`` gives the one module text that notebook, book and
tests all load.
"""

from .abcnn import Abcnn
from .alignment import Alignment
from .bottleneck import Bottleneck
from .cost import Cost
from .gaze import Gaze
from .glance import glance
from .grid import Grid
from .heads import Heads
from .hierarchy import Hierarchy
from .layers import Layers
from .library import Library
from .modules import STEMS, joined, look
from .playground import Playground
from .pooling import Pooling
from .regions import Regions
from .scores import Scores

__all__ = [
    "STEMS",
    "Abcnn",
    "Alignment",
    "Bottleneck",
    "Cost",
    "Gaze",
    "Grid",
    "Heads",
    "Hierarchy",
    "Layers",
    "Library",
    "Playground",
    "Pooling",
    "Regions",
    "Scores",
    "by_stem",
    "glance",
    "joined",
    "look",
]


def by_stem(stem):
    """The widget class whose JavaScript module is ``static/<stem>.js``.

    >>> by_stem("playground").__name__
    'Playground'
    """
    found = (
        Abcnn, Alignment, Bottleneck, Cost, Gaze, Grid, Heads, Hierarchy, Layers, Library, Playground, Pooling, Regions,
        Scores,
    )  # fmt: skip
    classes = {cls.stem: cls for cls in found}
    if stem not in classes:
        raise ValueError(f"no widget {stem!r}: there are {', '.join(classes)}")
    return classes[stem]
