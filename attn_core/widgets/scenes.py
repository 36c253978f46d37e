"""The pictures of the gaze, and what there is to look for in them. The same list as static/gaze/scenes.js.

A picture has 576 by 384 pixels. The street is a drawing of our own, kept as shapes (street.svg) and as pixels; its
letters have the outlines of DejaVu Sans. The pagoda is china.jpg of scikit-learn, made smaller: a photograph by
danielbuechele, under CC BY 2.0.
"""

import functools
from dataclasses import dataclass

import numpy as np

from .modules import STATIC

WIDTH, HEIGHT = 576, 384


@dataclass(frozen=True)
class Thing:
    """Something to look for in a picture.

    Parameters
    ----------
    name : str
        What it is called.
    box : tuple of int
        Where it is: left, top, right, bottom, in pixels of the picture.
    fine : int
        The widest block with which it can be made out: five stand in the height of a letter, as on an eye chart, and
        four in the width of anything else.
    size : str
        How large that makes it, in words.
    """

    name: str
    box: tuple[int, int, int, int]
    fine: int
    size: str

    @property
    def middle(self) -> tuple[float, float]:
        """The middle of its box, (x, y)."""
        left, top, right, bottom = self.box
        return (left + right) / 2, (top + bottom) / 2


THINGS = {
    "street": (
        Thing("the hotel's sign", (155, 98, 353, 191), 8, "letters 40 px tall"),
        Thing("the restaurant's sign", (420, 221, 552, 236), 3, "letters 15 px tall"),
        Thing("the telephone number", (207, 70, 301, 82), 2, "digits 12 px tall"),
        Thing("the cat", (306, 224, 323, 246), 4, "17 px wide"),
    ),
    "pagoda": (
        Thing("the knob on the roof", (176, 27, 194, 48), 4, "18 px wide"),
        Thing("the windows under the roof", (127, 123, 260, 139), 3, "each 12 px wide"),
        Thing("the island", (382, 204, 450, 218), 3, "14 px tall"),
        Thing("the boats", (342, 232, 462, 262), 1, "each 5 px wide"),
    ),
}


@functools.cache
def pixels(name: str) -> np.ndarray:
    """Read a picture that ships with the widget.

    Parameters
    ----------
    name : str
        One of ``THINGS``: "street" or "pagoda".

    Returns
    -------
    numpy.ndarray, shape (384, 576, 3)
        Red, green and blue, 0 to 255; it cannot be written to.

    Examples
    --------
    >>> pixels("street").shape
    (384, 576, 3)
    """
    from matplotlib.image import imread

    found = imread(STATIC / "gaze" / f"{name}.webp")[..., :3].copy()
    found.setflags(write=False)
    return found
