"""Answers to the exercises on what layers cost."""

import math

import numpy as np

from .three_steps import stable


def layers_needed(n, k):
    layers, seen = 0, 1
    while seen < n:
        layers, seen = layers + 1, seen + k - 1
    return layers


def one_by_one(query, key, value):
    """As a text is written: what comes later is not there yet."""
    output = []
    for t, q in enumerate(query):
        seen = slice(t + 1)
        output.append(stable(key[seen] @ q / math.sqrt(len(q))) @ value[seen])
    return np.array(output)


RIGHT = {
    "attention_cost": lambda n, d: sum(4 * d * d + 2 * n * d for _ in range(n)),
    "meeting": lambda matrices, d: 0 if matrices <= 4 else d * (matrices / 2 - 2),
    "layers_needed": layers_needed,
    "half_life": lambda keep: 1 / -math.log2(keep),
    "one_by_one": one_by_one,
}

MISTAKES = [
    ("attention_cost", lambda n, d: 4 * n * d**2, "Every position meets every position twice"),
    ("attention_cost", lambda n, d: 4 * n * d**2 + n**2 * d, "n = 1"),
    ("attention_cost", lambda n, d: 2 * n**2 * d, "wanted"),
    ("meeting", lambda matrices, d: (matrices - 4) * d / 2, "Less than attention's own four matrices"),
    ("meeting", lambda matrices, d: max(0, (matrices - 4) * d), "wanted"),
    ("layers_needed", lambda n, k: (n - 1) // (k - 1), "There is no half layer"),
    ("layers_needed", lambda n, k: math.ceil(n / k), "Both ends are the same position"),
    ("half_life", lambda keep: 0.5 / keep, "wanted"),
    ("half_life", lambda keep: np.log(keep) / np.log(0.5), "wanted"),
    ("one_by_one", lambda query, key, value: stable(query @ key.T / len(query.T) ** 0.5) @ value, "nothing behind it"),
    (
        "one_by_one",
        lambda query, key, value: np.tril(stable(query @ key.T / len(query.T) ** 0.5)) @ value,
        "Position t attends",
    ),
]
