"""C34, attention is a weighted sum in three steps: `attend` against loops over single numbers.

Six scores and three normalisers, each written a second time in plain Python, from its formula and without arrays.
A case agrees if no entry of the output differs by more than 1e-12.
"""

import math
from dataclasses import dataclass, replace
from itertools import product

import numpy as np

import attn_core as ac

SEEDS = 10
TOLERANCE = 1e-12


@dataclass(frozen=True)
class Config:
    """How many cases are drawn for each score and normaliser, and their sizes."""

    draws: int = 20
    queries: int = 3
    keys: int = 6
    dim: int = 4
    hidden_dim: int = 5

    def short(self) -> "Config":
        return replace(self, draws=2)


def dot(q, k):
    return sum(a * b for a, b in zip(q, k, strict=True))


def scaled_dot(q, k):
    return dot(q, k) / math.sqrt(len(q))


def cosine(q, k):
    return dot(q, k) / math.sqrt(dot(q, q) * dot(k, k))


def general(q, k, weight):
    return sum(a * dot(row, k) for a, row in zip(q, weight, strict=True))


def linear(q, k, weight):
    return dot([*q, *k], weight)


def additive(q, k, query_weight, key_weight, v):
    columns = zip(zip(*query_weight, strict=True), zip(*key_weight, strict=True), v, strict=True)
    return sum(height * math.tanh(dot(q, a) + dot(k, b)) for a, b, height in columns)


def softmax(scores):
    raised = [math.exp(score) for score in scores]
    return [power / sum(raised) for power in raised]


def sparsemax(scores):
    """What stands above a water level, which is halved in on until it leaves 1."""
    low, high = max(scores) - 1, max(scores)
    for _ in range(100):
        level = (low + high) / 2
        low, high = (level, high) if sum(max(score - level, 0) for score in scores) > 1 else (low, level)
    return [max(score - low, 0) for score in scores]


def hardmax(scores):
    return [float(j == scores.index(max(scores))) for j in range(len(scores))]


def by_loops(query, key, value, score, normalize):
    """The three steps for one query after the other."""
    output = []
    for q in query:
        weights = normalize([score(q, k) for k in key])
        output.append([dot(weights, column) for column in zip(*value, strict=True)])
    return output


def run(seed: int, config: Config) -> dict[str, float]:
    """``cases``, how many of them ``agree``, their ``share``, and the largest ``gap`` between two entries."""
    rng = np.random.default_rng(seed)
    dim, hidden_dim = config.dim, config.hidden_dim
    sizes = {
        dot: [], scaled_dot: [], cosine: [], general: [(dim, dim)], linear: [(2 * dim,)],
        additive: [(dim, hidden_dim), (dim, hidden_dim), (hidden_dim,)],
    }  # fmt: skip
    gaps = []
    for (score, shapes), normalize, _ in product(sizes.items(), (softmax, sparsemax, hardmax), range(config.draws)):
        query, key, value = (rng.normal(size=(n, dim)) for n in (config.queries, config.keys, config.keys))
        more = [rng.normal(size=shape) for shape in shapes]
        output, _ = ac.attend(
            query, key, value,
            score=lambda q, k, name=score.__name__, more=more: getattr(ac.scores, name)(q, k, *more),
            normalize=getattr(ac, normalize.__name__),
        )  # fmt: skip
        plain = [array.tolist() for array in more]
        slow = by_loops(
            query.tolist(), key.tolist(), value.tolist(),
            lambda q, k, score=score, plain=plain: score(q, k, *plain), normalize,
        )  # fmt: skip
        gaps.append(float(abs(output - slow).max()))
    agree = sum(gap <= TOLERANCE for gap in gaps)
    return {"cases": len(gaps), "agree": agree, "share": agree / len(gaps), "gap": max(gaps)}
