"""Answers to the exercises on where the question comes from."""

import numpy as np


def softmax(scores):
    powers = np.exp(scores - scores.max(axis=-1, keepdims=True))
    return powers / powers.sum(axis=-1, keepdims=True)


def own_share(x):
    scores = x @ x.T / np.sqrt(x.shape[1])
    return np.array([softmax(row)[i] for i, row in enumerate(scores)])


def question_vectors(passage, question):
    return np.array([softmax(question @ word) @ question for word in passage])


def stairs(n):
    rows = [(16.0, 0.0)]
    while len(rows) < n:
        a, b = rows[-1]
        rows.append(((a - b) / 4, (a + b) / 4))
    return np.array(rows)


def looks_back(n):
    weight = np.zeros((n, n))
    for i in range(1, n):
        weight[i, i - 1] = 1
    return weight


RIGHT = {"own_share": own_share, "question_vectors": question_vectors, "stairs": stairs, "looks_back": looks_back}


MISTAKES = [
    ("own_share", lambda x: np.diag(softmax(x @ x.T)), "divides by √D"),
    ("own_share", lambda x: np.full(len(x), 1 / len(x)), "x = [[2.1]"),
    (
        "question_vectors",
        lambda passage, question: softmax(question @ passage.T).T @ question,
        "question = [[0.8], [0.1]]",
    ),
    ("question_vectors", lambda passage, question: np.tile(question.mean(axis=0), (len(passage), 1)), "got [[0.45]]"),
    ("stairs", lambda n: np.array([(16 / 4**i, 0.0) for i in range(n)]), "n = 2"),
    ("looks_back", lambda n: np.eye(n, k=1), "n = 2"),
    ("looks_back", lambda n: np.roll(np.eye(n), -1, axis=1), "The first place has none before it"),
]
