"""Answers to the exercises on what is left at the end."""

import numpy as np


def unrolled_weights(let_in, keep):
    kept = [np.prod(keep[step + 1 :]) for step in range(len(keep))]
    return let_in * kept


def bias_for(steps):
    return -np.log(np.expm1(np.log(2) / steps))


def max_shares(states):
    shares = np.zeros(len(states))
    for column in states.T:
        shares[list(column).index(max(column))] += 1 / states.shape[1]
    return shares


def last_state(states, mask):
    places = np.flatnonzero(mask)
    return states[places[-1]] if places.size else np.zeros(states.shape[1])


RIGHT = {
    "unrolled_weights": unrolled_weights,
    "bias_for": bias_for,
    "max_shares": max_shares,
    "last_state": last_state,
}

MISTAKES = [
    ("unrolled_weights", lambda let_in, keep: let_in * np.cumprod(keep[::-1])[::-1], "wanted"),
    ("unrolled_weights", lambda let_in, keep: let_in * np.cumprod(keep), "wanted"),
    ("unrolled_weights", lambda let_in, keep: let_in / let_in.sum(), "wanted"),
    ("bias_for", lambda steps: np.log(steps), "wanted"),
    ("bias_for", lambda steps: np.log(max(steps - 1, 1e-9)), "wanted"),
    ("max_shares", lambda states: (states == states.max(axis=0)).mean(axis=1), "the first is chosen"),
    ("max_shares", lambda states: np.eye(len(states))[states.sum(axis=1).argmax()], "wanted"),
    ("last_state", lambda states, mask: states[-1], "does not count"),
    ("last_state", lambda states, mask: (states * mask[:, None])[max(mask.sum() - 1, 0)], "wanted"),
    (
        "last_state",
        lambda states, mask: states[mask.sum() - 1] if mask.any() else np.zeros(states.shape[1]),
        "last place",
    ),
]
