"""Answers to the exercises on score, normalise, sum."""

import numpy as np


def stable(scores):
    positive = np.exp(scores - scores.max(axis=-1, keepdims=True))
    return positive / positive.sum(axis=-1, keepdims=True)


def masked(scores, mask):
    return np.nan_to_num(stable(np.where(mask, scores, -np.inf)))


def smooth_loop(at, x, y, width):
    return np.array([stable(-((a - x) ** 2) / (2 * width**2)) @ y for a in at])


RIGHT = {
    "weighted_sum": lambda weights, value: (weights[:, None] * value).sum(axis=0),
    "softmax": stable,
    "masked_softmax": masked,
    "temperature": lambda gap, share: gap / np.log(share / (1 - share)),
    "smooth": smooth_loop,
}


def overflowing(scores):
    positive = np.exp(scores)
    return positive / positive.sum(axis=-1, keepdims=True)


def one_row(scores):
    return np.exp(scores - scores.max()) / np.exp(scores - scores.max()).sum()


MISTAKES = [
    ("weighted_sum", lambda weights, value: (weights[:, None] * value).mean(axis=0), "weights = ["),
    ("weighted_sum", lambda weights, value: (weights @ value) / weights.sum(), "the output is zero"),
    ("softmax", overflowing, "The exponential of 1000 is infinite."),
    ("softmax", one_row, "each one sums to one"),
    ("softmax", lambda scores: scores / scores.sum(axis=-1, keepdims=True), "scores = [ 0.1, -1.4]"),
    ("masked_softmax", lambda scores, mask: np.where(mask, stable(scores), 0.0), "One key left takes all."),
    ("masked_softmax", lambda scores, mask: stable(np.where(mask, scores, -np.inf)), "0 / 0"),
    ("masked_softmax", lambda scores, mask: stable(np.where(mask, scores, -1e9)), "a query with nothing"),
    (
        "masked_softmax",
        lambda scores, mask: np.nan_to_num(
            (e := np.exp(scores - scores.max(-1, keepdims=True)) * mask) / e.sum(-1, keepdims=True)
        ),
        "when the largest score is taken off",
    ),
    ("temperature", lambda gap, share: gap / np.log(share), "wanted  "),
    (
        "smooth",
        lambda at, x, y, width: (e := np.exp(-((at[:, None] - x) ** 2) / (2 * width**2))) @ y / e.sum(axis=1),
        "Far from every point",
    ),
]
