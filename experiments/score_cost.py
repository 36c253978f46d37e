"""C25, the usual ways to score: what each costs in `attend`, as the sequence gets longer.

As many queries as keys, 64 wide, in float32 and on one thread; ``additive`` is 64 wide inside. Forward alone. A seed is
a process of its own, in which all functions of a length take turns; the interval is over seeds.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

import torch

import attn_core as ac
from attn_core import measure

SEEDS = 10
TIMING = True
SCORES = ("dot", "scaled_dot", "general", "cosine", "linear", "additive")


@dataclass(frozen=True)
class Config:
    """Lengths and widths; how many rounds a seed times, and how many seconds a turn lasts at least."""

    lengths: tuple[int, ...] = (16, 32, 64, 128, 256, 512, 1024, 2048)
    dim: int = 64
    hidden_dim: int = 64
    rounds: int = 3
    least: float = 0.005

    def short(self) -> "Config":
        return replace(self, lengths=(16, 32), rounds=1, least=0.001)


def calls(length: int, config: Config, generator: torch.Generator) -> dict[str, Callable[[], tuple]]:
    """A call of `attend` with each score."""

    def normal(*shape: int) -> torch.Tensor:
        return torch.randn(shape, generator=generator)

    dim, hidden_dim = config.dim, config.hidden_dim
    query, key, value = normal(length, dim), normal(length, dim), normal(length, dim)
    learnt = {
        "general": [normal(dim, dim)],
        "linear": [normal(2 * dim)],
        "additive": [normal(dim, hidden_dim), normal(dim, hidden_dim), normal(hidden_dim)],
    }

    def score(query: torch.Tensor, key: torch.Tensor, *, name: str) -> torch.Tensor:
        return getattr(ac.scores, name)(query, key, *learnt.get(name, []))

    return {name: partial(ac.attend, query, key, value, score=partial(score, name=name)) for name in SCORES}


def run(seed: int, config: Config) -> dict[str, list]:
    """For scores × lengths: ``seconds`` of a call, its ``multiply_adds``, and the most ``bytes`` that it holds."""
    generator = torch.Generator().manual_seed(seed)
    found = {"seconds": [], "multiply_adds": [], "bytes": []}
    for length in config.lengths:
        each = calls(length, config, generator)
        timings = measure.time(each, rounds=config.rounds, least=config.least)
        found["seconds"].append([timings[name].median for name in SCORES])
        found["multiply_adds"].append([measure.multiply_adds(each[name]) for name in SCORES])
        found["bytes"].append([measure.peak_memory(each[name]) for name in SCORES])
    return {name: list(zip(*table, strict=True)) for name, table in found.items()}  # the scores first
