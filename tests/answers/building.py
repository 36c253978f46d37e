"""Answers to the exercises on how attention is built."""

import numpy as np


def softmax(scores):
    powers = np.exp(scores - scores.max(axis=-1, keepdims=True))
    return powers / powers.sum(axis=-1, keepdims=True)


def word_shares(sentences, words):
    return np.array([weight * softmax(row) for weight, row in zip(softmax(sentences), words, strict=True)])


def taken(states):
    shares = np.zeros(len(states))
    for feature in states.T:
        shares[feature.tolist().index(feature.max())] += 1 / len(states.T)
    return shares


def several_heads(query, key, value, num_heads):
    dim, value_dim = query.shape[1] // num_heads, value.shape[1] // num_heads
    outputs = []
    for h in range(num_heads):
        own = slice(h * dim, (h + 1) * dim)
        scores = query[:, own] @ key[:, own].T / np.sqrt(dim)
        outputs.append(softmax(scores) @ value[:, h * value_dim : (h + 1) * value_dim])
    return np.hstack(outputs)


def two_numbers(weight, output):
    apart = np.log(weight) - np.log(1 - weight)
    return output + (1 - weight) * apart, output - weight * apart


RIGHT = {"word_shares": word_shares, "taken": taken, "several_heads": several_heads, "two_numbers": two_numbers}


def flat(sentences, words):
    return softmax((sentences[:, None] + words).ravel()).reshape(words.shape)


def scaled_by_the_whole(query, key, value, num_heads):
    return several_heads(query / np.sqrt(num_heads), key, value, num_heads)


def cut_into_rows(query, key, value, num_heads):
    if num_heads == 1:
        return several_heads(query, key, value, 1)
    heads = [each.reshape(num_heads, len(each), -1) for each in (query, key, value)]
    outputs = [several_heads(*each, 1) for each in zip(*heads, strict=True)]
    return np.stack(outputs).reshape(len(query), -1)


MISTAKES = [
    ("word_shares", flat, "wanted"),
    ("word_shares", lambda sentences, words: softmax(words), "wanted"),
    ("taken", lambda states: (states == states.max(axis=0)).mean(axis=1), "the first is taken"),
    ("taken", lambda states: softmax(states.sum(axis=1)), "wanted"),
    ("several_heads", scaled_by_the_whole, "the root of its own width"),
    ("several_heads", cut_into_rows, "has the columns"),
    ("two_numbers", lambda weight, output: (output / weight, output / (1 - weight)), "got b"),
    ("two_numbers", lambda weight, output: (output, output), "wanted"),
]
