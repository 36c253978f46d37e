"""Answers to the exercises on the Transformer."""

import math

import numpy as np


def layer_norm(x):
    rows = []
    for row in x:
        apart = row - sum(row) / len(row)
        spread = math.sqrt(sum(apart**2) / len(row))
        rows.append(apart / spread if spread else apart)
    return np.array(rows)


def sines(length, dim):
    table = np.zeros((length, dim))
    for t in range(length):
        for i in range(dim // 2):
            angle = t / 10_000 ** (2 * i / dim)
            table[t, 2 * i], table[t, 2 * i + 1] = math.sin(angle), math.cos(angle)
    return table


def told_apart(x):
    mean = np.ones(len(x)) @ x / len(x)
    return math.sqrt(sum(sum((row - mean) ** 2) for row in x) / (x**2).sum())


def attention(x, query_w, key_w, value_w):
    scores = (x @ query_w) @ (x @ key_w).T / math.sqrt(x.shape[1])
    powers = np.exp(scores - scores.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True) @ x @ value_w


def block(x, query_w, key_w, value_w, widen, narrow):
    x = layer_norm(x + attention(x, query_w, key_w, value_w))
    hidden = x @ widen
    return layer_norm(x + (hidden * (hidden > 0)) @ narrow)


RIGHT = {"layer_norm": layer_norm, "sines": sines, "told_apart": told_apart, "block": block}


def by_columns(x):
    apart = x - x.mean(axis=0)
    return apart / np.maximum(apart.std(axis=0), 1e-9)


def one_less(x):
    apart = x - x.mean(axis=1, keepdims=True)
    return apart / np.maximum(apart.std(axis=1, ddof=1, keepdims=True), 1e-9)


def side_by_side(length, dim):
    table = sines(length, dim)
    return np.hstack([table[:, ::2], table[:, 1::2]])


def without_skips(x, query_w, key_w, value_w, widen, narrow):
    x = layer_norm(attention(x, query_w, key_w, value_w))
    return layer_norm(np.maximum(x @ widen, 0) @ narrow)


def norm_before(x, query_w, key_w, value_w, widen, narrow):
    x = x + attention(layer_norm(x), query_w, key_w, value_w)
    return x + np.maximum(layer_norm(x) @ widen, 0) @ narrow


MISTAKES = [
    ("layer_norm", by_columns, "wanted"),
    ("layer_norm", one_less, "wanted"),
    ("sines", lambda length, dim: sines(length + 1, dim)[1:], "count from 0"),
    ("sines", side_by_side, "Columns come in pairs"),
    ("told_apart", lambda x: told_apart(x) ** 2, "wanted"),
    ("told_apart", lambda x: np.linalg.norm(x - x.mean()) / np.linalg.norm(x), "the mean"),
    ("block", without_skips, "Add first"),
    ("block", norm_before, "Add first"),
]
