"""Exercises on seeing with few pixels."""

import numpy as np

import attn_core as ac

from .table import Case, Exercise

COUNT = "A block that sticks out over the edge is a block too: round up, across and down, before you multiply."
EDGE = "What lies outside the picture is 0, and the patch keeps its size."
WARM = "The scores are divided by the temperature before they become weights."
HUGE = "The exponential of 1000 is infinite: take the largest score off all of them first, or let ac.softmax do it."


def blocks(width, height, side):
    return -(-width // side) * -(-height // side)


def many_blocks(rng):
    return [
        *(Case(sizes) for sizes in ((4, 4, 2), (12, 6, 3), (576, 384, 64), (576, 384, 1))),
        *(Case(sizes, "blocks that stick out", COUNT) for sizes in ((5, 4, 2), (3, 2, 5), (640, 427, 8))),
    ]


def coarse_view(picture, side):
    rows, columns = (size // side for size in picture.shape)
    return picture.reshape(rows, side, columns, side).mean(axis=(1, 3))


def coarse_views(rng):
    across = "Rows and columns may differ in number: the first axis goes down, the second across."
    return [
        *(Case((tenths(rng, n, n), side)) for n, side in ((2, 2), (4, 2), (6, 3), (40, 8))),
        Case((tenths(rng, 2, 2), 1), "blocks of one pixel", "Each is the mean of itself."),
        Case((tenths(rng, 2, 6), 2), "a picture that is wider than high", across),
        Case((tenths(rng, 4, 2), 2), "a picture that is higher than wide", across),
    ]


def patch(picture, row, column, half):
    padded = np.pad(picture, half)
    return padded[row : row + 2 * half + 1, column : column + 2 * half + 1]


def patches(rng):
    return [
        *(Case((tenths(rng, n, n), n // 2, n // 2, half)) for n, half in ((3, 1), (5, 1), (5, 2), (30, 7))),
        Case((tenths(rng, 2, 3), 0, 1, 0), "a patch of one pixel"),
        Case((tenths(rng, 3, 3), 0, 0, 1), "a gaze in the corner", EDGE),
        Case((tenths(rng, 3, 4), 2, 3, 1), "a gaze in the last corner", EDGE),
        Case((tenths(rng, 2, 2), 1, 0, 3), "a patch wider than the picture", EDGE),
    ]


def find(view, temperature):
    rows, columns = np.indices(view.shape).reshape(2, -1)
    weights = ac.softmax(view.reshape(-1), temperature=temperature)
    return weights @ rows, weights @ columns


def finds(rng):
    return [
        *(Case((tenths(rng, *shape), 1.0)) for shape in ((1, 2), (2, 2), (2, 3), (20, 30))),
        *(
            Case((tenths(rng, 2, 2), temperature), f"a temperature of {temperature}", WARM)
            for temperature in (0.1, 10.0)
        ),
        Case((np.zeros((2, 4)), 1.0), "a view without ink", "Every block weighs alike: the gaze rests in the middle."),
        Case((np.array([[0.0, 1000.0]]), 1.0), "ink of 1000", HUGE),
    ]


def tenths(rng, *shape):
    """Ink from 0 to 1 with one decimal, which a reader can follow with a pencil."""
    return rng.integers(0, 11, shape) / 10


EXERCISES = {
    "blocks": Exercise(
        takes=("width", "height", "side"),
        gives=("count",),
        task=(
            "Return how many square blocks of so many pixels a side it takes to cover a picture of that width and "
            "height."
        ),
        reference=blocks,
        cases=many_blocks,
    ),
    "coarse_view": Exercise(
        takes=("picture", "side"),
        gives=("view",),
        task=(
            "Take a picture (rows, columns), whose sizes are multiples of side, and return the mean of each block of "
            "side by side pixels."
        ),
        reference=coarse_view,
        cases=coarse_views,
    ),
    "patch": Exercise(
        takes=("picture", "row", "column", "half"),
        gives=("patch",),
        task=(
            "Cut a patch (2 half + 1, 2 half + 1) out of a picture, its middle at row and column; outside the picture "
            "there is 0."
        ),
        reference=patch,
        cases=patches,
    ),
    "find": Exercise(
        takes=("view", "temperature"),
        gives=("row", "column"),
        task=(
            "Find where to look: the ink of each block of a view is its score; make weights with a softmax at this "
            "temperature, and return the weighted mean of the rows, and that of the columns."
        ),
        reference=find,
        cases=finds,
    ),
}
