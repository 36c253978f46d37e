"""How a budget of pixels is spent on a picture: evenly, or finest where one looks. As static/gaze/glimpse.js has it.

What is processed of a picture are blocks, each the mean of the pixels in it.
"""

import heapq
import math
from collections.abc import Sequence
from itertools import pairwise, product

import numpy as np

from .scenes import HEIGHT, THINGS, WIDTH, Thing, pixels

CELL = 64  # the coarsest block of a gaze: 9 by 6 of them cover the picture
REACH = 24  # pixels from the gaze at which a block may be twice as wide as at the gaze
LEAST, MOST = 54, 60_000  # pixels that may be processed

__all__ = ["THINGS", "Thing", "enough", "even", "gazing", "means", "pixels", "widest"]

Block = tuple[int, int, int, int]  # x, y, width, height


def even(budget: float) -> list[Block]:
    """Spread a budget evenly: blocks of one size over the whole picture, 3n by 2n of them, as many as fit.

    Parameters
    ----------
    budget : float
        How many pixels may be processed, 54 or more.

    Returns
    -------
    list of (x, y, width, height)
        Row after row; sides differ by one pixel at most.

    Examples
    --------
    >>> even(54)[:2]
    [(0, 0, 64, 64), (64, 0, 64, 64)]
    """
    n = math.isqrt(int(budget) // 6)
    across = [(2 * WIDTH * i + 3 * n) // (6 * n) for i in range(3 * n + 1)]  # edges, rounded, halves up
    down = [(2 * HEIGHT * i + 2 * n) // (4 * n) for i in range(2 * n + 1)]
    return [
        (left, top, right - left, bottom - top) for top, bottom in pairwise(down) for left, right in pairwise(across)
    ]


def gazing(budget: float, gaze: Sequence[float]) -> list[Block]:
    """Spend a budget on square blocks, finer the nearer they are to the gaze.

    Parameters
    ----------
    budget : float
        How many pixels may be processed, 54 or more.
    gaze : (float, float)
        Where one looks: pixels from the left, and from the top.

    Returns
    -------
    list of (x, y, side, side)
        From top to bottom. There are as many as the budget has room for, or one or two fewer.

    Notes
    -----
    Begin with 9 by 6 blocks. Quarter the block that is widest for its distance, and go on while the budget lasts.
    What counts is its side over 1 + d / 24, with d the distance of its nearest point from the gaze. In people, too, the
    smallest detail that can be told apart grows about in proportion to the distance from where they look (Anstis,
    1974).

    Examples
    --------
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


def means(picture: np.ndarray, blocks: Sequence[Block]) -> np.ndarray:
    """Average the pixels of each block.

    Parameters
    ----------
    picture : numpy.ndarray, shape (384, 576, 3)
        Whole numbers, as ``pixels`` gives them.
    blocks : sequence of (x, y, width, height)
        As ``even`` and ``gazing`` give them.

    Returns
    -------
    numpy.ndarray, shape (n, 3)
        Rounded to whole numbers, halves up.

    Examples
    --------
    >>> means(np.full((384, 576, 3), 7), [(0, 0, 64, 64)])
    array([[7, 7, 7]])
    """
    sums = np.zeros((HEIGHT + 1, WIDTH + 1, 3), np.int64)
    sums[1:, 1:] = picture.astype(np.int64).cumsum(axis=0).cumsum(axis=1)
    x, y, width, height = np.array(blocks).T
    right, bottom, area = x + width, y + height, (width * height)[:, None]
    total = sums[bottom, right] - sums[bottom, x] - sums[y, right] + sums[y, x]
    return (2 * total + area) // (2 * area)


def widest(blocks: Sequence[Block], thing: Thing) -> int:
    """Find the side of the widest block that touches a thing.

    Parameters
    ----------
    blocks : sequence of (x, y, width, height)
        As ``even`` and ``gazing`` give them.
    thing : Thing
        What is looked for.

    Returns
    -------
    int

    Examples
    --------
    >>> widest(even(54), THINGS["street"][0])
    64
    """
    left, top, right, bottom = thing.box
    return max(max(w, h) for x, y, w, h in blocks if x < right and x + w > left and y < bottom and y + h > top)


def enough(thing: Thing, gaze: Sequence[float] | None = None) -> int:
    """Find the fewest pixels with which a thing can be made out.

    Parameters
    ----------
    thing : Thing
        What is looked for.
    gaze : (float, float), optional
        Where one looks. None: nowhere; the pixels are spread evenly, and must do wherever the thing lies.

    Returns
    -------
    int

    Examples
    --------
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
