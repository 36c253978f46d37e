"""C25, the usual ways to score: what sets the six apart before anything is trained.

Entries of queries and keys are drawn from the normal distribution with variance 1. What a score learns is drawn evenly
from ±1/√n, n its number of rows, as `nn.Linear` starts; ``additive`` is D wide inside.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

import numpy as np

import attn_core as ac

SEEDS = 10
SCORES = ("dot", "scaled_dot", "general", "cosine", "linear", "additive")
CHANGES = ("query swapped", "key doubled", "key turned")
MATRICES = ("identity", "diagonal", "rank one", "antisymmetric", "free")


@dataclass(frozen=True)
class Config:
    """How many draws, how many keys, how wide; and the weight that the cosine is to reach."""

    draws: int = 500
    keys: int = 10
    queries: int = 100
    dim: int = 16
    dims: tuple[int, ...] = (4, 8, 16, 32, 64, 128, 256, 512)
    counts: tuple[int, ...] = (5, 10, 50, 500)
    wanted: float = 0.9

    def short(self) -> "Config":
        return replace(self, draws=50, dims=(4, 16), counts=(5, 10))


def scores(dim: int, rng: np.random.Generator) -> list[Callable[[np.ndarray, np.ndarray], np.ndarray]]:
    """The six functions of query and key, with weights as they start."""

    def even(*shape: int) -> np.ndarray:
        return rng.uniform(-1, 1, shape) / np.sqrt(shape[0])

    learnt = {
        "general": [even(dim, dim)],
        "linear": [even(2 * dim)],
        "additive": [even(dim, dim), even(dim, dim), even(dim)],
    }
    return [lambda q, k, name=name: getattr(ac.scores, name)(q, k, *learnt.get(name, [])) for name in SCORES]


def moved(config: Config, rng: np.random.Generator) -> dict[str, list]:
    """``moved``: the weight that changes its key (total variation) when one thing changes, scores × `CHANGES`."""
    query, other = rng.normal(size=(2, config.draws, 1, config.dim))
    key = rng.normal(size=(config.draws, config.keys, config.dim))
    doubled, turned, direction = key.copy(), key.copy(), rng.normal(size=(config.draws, config.dim))
    doubled[:, 0] *= 2
    turned[:, 0] = direction * np.linalg.norm(key[:, :1], axis=-1) / np.linalg.norm(direction[:, None], axis=-1)

    def change(score: Callable, query_now: np.ndarray, key_now: np.ndarray) -> float:
        gap = ac.softmax(score(query_now, key_now)) - ac.softmax(score(query, key))
        return abs(gap).sum(axis=-1).mean() / 2

    now = ((other, key), (query, doubled), (query, turned))  # as in CHANGES
    return {"moved": [[change(score, *pair) for pair in now] for score in scores(config.dim, rng)]}


def sharpness_of_cosine(config: Config, rng: np.random.Generator) -> dict[str, list]:
    """The weight of one key parallel to the query, among random ones, for each number of keys.

    ``cosine_weight``, at temperature 1; ``cosine_temperature``, that at which it is as `wanted`.
    """
    found = {"cosine_weight": [], "cosine_temperature": []}
    for count in config.counts:
        key = rng.normal(size=(config.draws, count, config.dim))
        similarity = ac.scores.cosine(key[:, :1], key)[:, 0]  # (draws, count), 1 first
        low, high = np.full((2, config.draws, 1), [[[1e-3]], [[10.0]]])
        for _ in range(50):
            middle = (low + high) / 2
            enough = ac.softmax(similarity / middle)[:, :1] > config.wanted
            low, high = np.where(enough, middle, low), np.where(enough, high, middle)
        found["cosine_weight"].append(ac.softmax(similarity)[:, 0].mean())
        found["cosine_temperature"].append(low.mean())
    return found


def entropy(w: np.ndarray) -> np.ndarray:
    return -(w * np.log(np.where(w > 0, w, 1))).sum(axis=-1)


def slope(w: np.ndarray) -> np.ndarray:
    """How much of a gradient the softmax lets through: the length ‖diag(w) − wwᵀ‖ of its matrix of derivatives."""
    return np.linalg.norm(np.eye(w.shape[-1]) * w[..., None] - w[..., None] * w[..., None, :], axis=(-2, -1))


def by_width(config: Config, rng: np.random.Generator) -> dict[str, list]:
    """For scores × dims and random keys: the ``entropy`` of the weights in nats, the ``largest``, their ``slope``."""
    found = []  # dims × scores × 3
    for dim in config.dims:
        query, key = rng.normal(size=(config.draws, 1, dim)), rng.normal(size=(config.draws, config.keys, dim))
        for score in scores(dim, rng):
            w = ac.softmax(score(query, key))[:, 0]  # (draws, keys)
            found.append([entropy(w).mean(), w.max(axis=-1).mean(), slope(w).mean()])
    table = np.reshape(found, (len(config.dims), len(SCORES), 3)).transpose(2, 1, 0)
    return dict(zip(("entropy", "largest", "slope"), table, strict=True))


def matrices(config: Config, rng: np.random.Generator) -> dict[str, list]:
    """Scores ``general`` with each of `MATRICES`, each of such a size that the scores of random keys have variance 1.

    ``rank`` of the scores, how many keys have the most weight for any query (``favourites``), and the weight on
    oneself of keys that attend to one another (``self_weight``).
    """
    found, dim = [], config.dim
    for _ in range(config.draws):
        free, other = rng.normal(size=(2, dim, dim))
        matrix = {
            "identity": np.eye(dim) / np.sqrt(dim),
            "diagonal": np.diag(free[0]) / np.sqrt(dim),
            "rank one": np.outer(free[0], other[0]) / dim,
            "antisymmetric": (free - free.T) / (np.sqrt(2) * dim),
            "free": free / dim,
        }
        query, key = rng.normal(size=(config.queries, dim)), rng.normal(size=(config.keys, dim))
        for name in MATRICES:
            score = partial(ac.scores.general, weight=matrix[name])
            asked, themselves = score(query, key), ac.softmax(score(key, key))
            favourites = len(set(asked.argmax(axis=-1).tolist()))
            found.append([np.linalg.matrix_rank(asked), favourites, np.trace(themselves) / config.keys])
    table = np.reshape(found, (config.draws, len(MATRICES), 3)).mean(axis=0).T
    return dict(zip(("rank", "favourites", "self_weight"), table, strict=True))


def run(seed: int, config: Config) -> dict[str, list]:
    """The numbers of all four."""
    rng = np.random.default_rng(seed)
    return {k: v for part in (moved, sharpness_of_cosine, by_width, matrices) for k, v in part(config, rng).items()}
