"""Answers to the exercises on seeing: right ones by loops, and mistakes with a word of what must be told."""

import math

import numpy as np

from answers.three_steps import stable


def coarse_loop(picture, side):
    down, across = (range(0, size, side) for size in picture.shape)
    return np.array([[picture[r : r + side, c : c + side].mean() for c in across] for r in down])


def patch_loop(picture, row, column, half):
    cut = np.zeros((2 * half + 1, 2 * half + 1))
    for (r, c), ink in np.ndenumerate(picture):
        if abs(r - row) <= half and abs(c - column) <= half:
            cut[r - row + half, c - column + half] = ink
    return cut


def edge_again(picture, row, column, half):
    return np.pad(picture, half, mode="edge")[row:, column:][: 2 * half + 1, : 2 * half + 1]


def find_loop(view, temperature):
    weights = stable(view.reshape(-1) / temperature).reshape(view.shape)
    rows, columns = view.shape
    return weights.sum(axis=1) @ np.arange(rows), weights.sum(axis=0) @ np.arange(columns)


RIGHT = {
    "blocks": lambda width, height, side: math.ceil(width / side) * math.ceil(height / side),
    "coarse_view": coarse_loop,
    "patch": patch_loop,
    "find": find_loop,
}

MISTAKES = [
    ("blocks", lambda width, height, side: (width // side) * (height // side), "sticks out over the edge"),
    ("blocks", lambda width, height, side: math.ceil(width * height / side**2), "sticks out over the edge"),
    ("coarse_view", lambda picture, side: picture[::side, ::side], "picture = [["),
    ("coarse_view", lambda picture, side: coarse_loop(picture.T, side), "wanted"),
    ("patch", lambda picture, row, column, half: patch_loop(picture, column, row, half), "wanted"),
    ("patch", edge_again, "is 0"),
    ("find", lambda view, temperature: tuple(np.argwhere(view == view.max())[0].astype(float)), "wanted"),
    ("find", lambda view, temperature: find_loop(view, 1.0), "divided by the temperature"),
]
