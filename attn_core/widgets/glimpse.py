"""How a budget of pixels is spent on a picture: evenly, or finest where the gaze rests. The same as static/gaze.js.

A picture has 576 by 384 pixels. What is processed of it are blocks, each the mean of the pixels in it.
"""

import functools
import heapq
import math
from dataclasses import dataclass
from itertools import pairwise, product

import numpy as np

from .modules import STATIC

WIDTH, HEIGHT = 576, 384
CELL = 64  # the coarsest block of a gaze: 9 by 6 of them cover the picture
REACH = 24  # pixels from the gaze at which a block may be twice as wide as at the gaze
LEAST, MOST = 54, 60_000  # pixels that may be processed


@dataclass(frozen=True)
class Thing:
    """Something to look for: its name, its box (left, top, right, bottom), and how fine one must see it.

    ``fine`` is the widest block with which it can be made out: five stand in the height of a letter, four in the
    width of anything else.
    """

    name: str
    box: tuple[int, int, int, int]
    fine: int
    size: str

    @property
    def middle(self):
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
def pixels(name):
    """A picture that ships with the widget, (384, 576, 3), 0 to 255.

    >>> pixels("street").shape
    (384, 576, 3)
    """
    from matplotlib.image import imread

    found = imread(STATIC / "gaze" / f"{name}.webp")[..., :3].copy()
    found.setflags(write=False)
    return found


def even(budget):
    """Blocks of one size over the whole picture, ``(x, y, width, height)`` each: 3n by 2n of them, as many as fit.

    >>> even(54)[:2]
    [(0, 0, 64, 64), (64, 0, 64, 64)]
    """
    n = math.isqrt(int(budget) // 6)
    across = [(2 * WIDTH * i + 3 * n) // (6 * n) for i in range(3 * n + 1)]  # edges, rounded, halves up
    down = [(2 * HEIGHT * i + 2 * n) // (4 * n) for i in range(2 * n + 1)]
    return [
        (left, top, right - left, bottom - top) for top, bottom in pairwise(down) for left, right in pairwise(across)
    ]


def gazing(budget, gaze):
    """Square blocks, finer the nearer they are to the gaze.

    Begin with 9 by 6 blocks. Quarter the block that is widest for its distance, and go on while the budget lasts.
    What counts is its side over 1 + d / 24, with d the distance of its nearest point from the gaze: in people, too, the
    smallest detail that can be told apart grows about so with the distance from where they look.

    >>> len(gazing(54, (0, 0))), min(side for _, _, side, _ in gazing(2000, (288, 192)))
    (54, 2)
    """
    blocks = []
    corners = product(range(0, WIDTH, CELL), range(0, HEIGHT, CELL))
    waiting = [_entry(gaze, x, y, CELL) for x, y in corners]
    heapq.heapify(waiting)
    for _ in range((int(budget) - len(waiting)) // 3):
        _, side, y, x = heapq.heappop(waiting)
        side //= 2
        for dx, dy in (0, 0), (side, 0), (0, side), (side, side):
            entry = _entry(gaze, x + dx, y + dy, side)
            if side > 1:
                heapq.heappush(waiting, entry)
            else:
                blocks.append(entry)
    blocks = [(x, y, side, side) for _, side, y, x in blocks + waiting]
    return sorted(blocks, key=lambda block: (block[1], block[0]))


def _entry(gaze, x, y, side):
    """A block in the heap: minus its side over 1 + d / 24, so that the smallest is the next; side, y, x."""
    dx = max(x - gaze[0], gaze[0] - x - side, 0)
    dy = max(y - gaze[1], gaze[1] - y - side, 0)
    return -side / (1 + math.sqrt(dx * dx + dy * dy) / REACH), side, y, x


def means(picture, blocks):
    """The mean colour of each block, (n, 3), rounded to whole numbers, halves up.

    >>> means(np.full((384, 576, 3), 7), [(0, 0, 64, 64)])
    array([[7, 7, 7]])
    """
    sums = np.zeros((HEIGHT + 1, WIDTH + 1, 3), np.int64)
    sums[1:, 1:] = picture.astype(np.int64).cumsum(axis=0).cumsum(axis=1)
    x, y, width, height = np.array(blocks).T
    right, bottom, area = x + width, y + height, (width * height)[:, None]
    total = sums[bottom, right] - sums[bottom, x] - sums[y, right] + sums[y, x]
    return (2 * total + area) // (2 * area)


def widest(blocks, thing):
    """The side of the widest block that touches a thing.

    >>> widest(even(54), THINGS["street"][0])
    64
    """
    left, top, right, bottom = thing.box
    return max(max(w, h) for x, y, w, h in blocks if x < right and x + w > left and y < bottom and y + h > top)


def enough(thing, gaze=None):
    """The fewest pixels with which a thing can be made out: spread evenly, wherever it lies, or with a gaze at (x, y).

    >>> hotel = THINGS["street"][0]
    >>> enough(hotel), enough(hotel, hotel.middle)
    (3456, 1551)
    """
    if gaze is None:
        return 6 * math.ceil(WIDTH / 3 / thing.fine) ** 2
    few, many = LEAST - 1, WIDTH * HEIGHT  # too few, and enough: more pixels only quarter further
    while many - few > 1:
        middle = (few + many) // 2
        if widest(gazing(middle, gaze), thing) <= thing.fine:
            many = middle
        else:
            few = middle
    return many
