"""Answers to the exercises on scoring functions."""

import numpy as np


def cosine(query, key):
    def unit(vectors):
        lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
        return vectors / np.where(lengths == 0, 1, lengths)

    return unit(query) @ unit(key).T


def additive(query, key, query_weight, key_weight, v):
    return np.array([[v @ np.tanh(q @ query_weight + k @ key_weight) for k in key] for q in query])


def nearby(query, key, slope):
    scores = query @ key.T / query.shape[1] ** 0.5
    for i, row in enumerate(scores):
        for j in range(len(row)):
            row[j] -= slope * abs(i - j)
    return scores


RIGHT = {
    "cosine": cosine,
    "additive": additive,
    "cold_enough": lambda n, share: 2 / (np.log(share) + np.log(n - 1) - np.log(1 - share)),
    "one_matrix": lambda query_proj, key_proj: (query_proj / query_proj.shape[1] ** 0.5) @ key_proj.T,
    "nearby": nearby,
}

MISTAKES = [
    ("cosine", lambda query, key: query @ key.T, "wanted"),
    (
        "cosine",
        lambda query, key: query @ key.T / np.linalg.norm(query, axis=1)[:, None] / np.linalg.norm(key, axis=1),
        "has no direction",
    ),
    (
        "additive",
        lambda query, key, query_weight, key_weight, v: (query @ query_weight) @ (key @ key_weight).T,
        "wanted",
    ),
    ("cold_enough", lambda n, share: 2 / np.log(share / (1 - share)), "n = 5"),
    ("cold_enough", lambda n, share: np.log(share * (n - 1) / (1 - share)) / 2, "wanted"),
    ("one_matrix", lambda query_proj, key_proj: query_proj @ key_proj.T, "The scaled dot product divides"),
    ("one_matrix", lambda query_proj, key_proj: query_proj @ key_proj.T / len(query_proj) ** 0.5, "wanted"),
    ("nearby", lambda query, key, slope: nearby(query, key, -slope), "wanted"),
]
