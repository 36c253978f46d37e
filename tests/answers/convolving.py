"""Answers to the exercises on convolutions."""

import math

import numpy as np


def field(kernel_size, gaps):
    seen = {0}
    for gap in gaps:
        seen = {place + gap * step for place in seen for step in range(kernel_size)}
    return max(seen) - min(seen) + 1


def places_taken(features):
    return len({max(range(len(column)), key=column.__getitem__) for column in features.T.tolist()})


def matches(first, second):
    return np.array([[1 / (1 + math.dist(x, y)) for y in second] for x in first])


def pooled(features, other, w):
    weights = [sum(row) for row in matches(features, other)]
    rows = [weight * row for weight, row in zip(weights, features, strict=True)]
    return np.array([sum(rows[j : j + w]) for j in range(len(rows) - w + 1)])


RIGHT = {"field": field, "places_taken": places_taken, "matches": matches, "pooled": pooled}


MISTAKES = [
    ("field", lambda kernel_size, gaps: kernel_size * len(gaps), "Without a layer"),
    ("field", lambda kernel_size, gaps: 1 + (kernel_size - 1) * len(gaps), "A layer with gaps of d"),
    ("places_taken", lambda features: features.shape[1], "features = "),
    ("places_taken", lambda features: len(np.unique(np.argmax(features, axis=1))), "wanted 6 got 8"),
    ("matches", lambda first, second: 1 / (1 + np.abs(first[:, None] - second).sum(-1)), "root of the sum of squares"),
    ("matches", lambda first, second: first @ second.T, "A distance of 0 is a match of 1"),
    (
        "pooled",
        lambda features, other, w: np.array([features[j : j + w].mean(axis=0) for j in range(len(features) - w + 1)]),
        "nothing is divided",
    ),
]
