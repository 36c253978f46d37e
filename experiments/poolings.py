"""C20, last state, mean or attention: what should be made of the states of an LSTM, if one vector is wanted?

An LSTM reads symbols. Its states become one vector by the last of them, by their mean, by their maximum, or by
attention with one learned query. Three tasks: find the keyword that stands in the first tenth of a text; say which
symbol is the most frequent; say which of several keywords came last. Texts are short or long, and there are a thousand
to learn from; or long ones that are new in every batch. Readers of a thousand texts learn until they get no better
on unseen ones; all are tried at two learning rates unless the first is enough. The LSTM begins as torch makes it.
"""

from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from attn_core import measure, tasks
from attn_core.nn import AttentionPool, last_pool, max_pool, mean_pool
from attn_core.train import fit

SEEDS = 5
BAND = {"right": 0.4}
CLASSES, SYMBOLS = 4, 30
POOLS = {"last": last_pool, "mean": mean_pool, "maximum": max_pool, "attention": None}
TASKS = ("early", "majority", "latest")


@dataclass(frozen=True)
class Config:
    """Lengths of texts and how many there are (0: new in every batch), sizes of readers, and how they are trained."""

    texts: tuple[tuple[int, int], ...] = ((20, 1000), (60, 1000), (60, 0))
    embedding_dim: int = 16
    state_dim: int = 32
    batch: int = 32
    steps: int = 300
    patience: int = 3
    rates: tuple[float, ...] = (0.01, 0.003)
    enough: float = 0.9
    checked: int = 300
    tested: int = 500

    def short(self) -> "Config":
        return replace(self, texts=((8, 200), (8, 0)), steps=50, checked=50, tested=200, rates=(0.01,))


class Reader(nn.Module):
    """An LSTM, a pool over its states, and a read-out."""

    def __init__(self, config: Config, pool: str):
        super().__init__()
        width = config.state_dim
        self.embedding = nn.Embedding(SYMBOLS + 1, config.embedding_dim)
        self.layer = nn.LSTM(config.embedding_dim, width, batch_first=True)
        self.pool = POOLS[pool] or AttentionPool(width)
        self.readout = nn.Linear(width, CLASSES)

    def forward(self, inputs: Tensor) -> Tensor:
        states, _ = self.layer(self.embedding(inputs))
        return self.readout(self.pool(states, inputs > 0)[0])


def draw(rng: np.random.Generator, n: int, task: str, length: int) -> tuple[Tensor, Tensor]:
    if task == "early":
        batch = tasks.keyword(rng, n, length=length, first=max(length // 10, 1))
    else:
        batch = getattr(tasks, task)(rng, n, length=length)
    return torch.from_numpy(batch.inputs), torch.from_numpy(batch.targets - 1)


def train(seed: int, config: Config, task: str, length: int, told: int, pool: str) -> float:
    """Accuracy on texts never seen, at the better rate; which is better is decided on others."""
    draws = partial(draw, task=task, length=length)
    rng = np.random.default_rng([seed, 99])
    unseen, test, known = draws(rng, config.checked), draws(rng, config.tested), draws(rng, told)

    def batch(rng: np.random.Generator) -> tuple[Tensor, Tensor]:
        if not told:
            return draws(rng, config.batch)
        rows = torch.from_numpy(rng.integers(told, size=config.batch))
        return known[0][rows], known[1][rows]

    tried = []
    for rate in config.rates:
        torch.manual_seed(seed)
        reader = Reader(config, pool)
        fit(
            reader, lambda reader, batch: nn.functional.cross_entropy(reader(batch[0]), batch[1]), batch,
            steps=config.steps, seed=seed, optimizer=partial(torch.optim.Adam, lr=rate), every=50, goal=0.0,
            patience=config.patience if told else None, validate=lambda reader: 1 - right(reader, unseen),
        )  # fmt: skip
        tried.append((right(reader, unseen), right(reader, test)))
        if tried[-1][0] > config.enough:
            break
    return max(tried)[1]


@torch.no_grad()
def right(reader: Reader, batch: tuple[Tensor, Tensor]) -> float:
    return (reader(batch[0]).argmax(-1) == batch[1]).double().mean().item()


def run(seed: int, config: Config) -> dict[str, Any]:
    """``right``: accuracy for each kind of texts, task and pool; ``parameters`` of the readers."""
    with torch.random.fork_rng(devices=[]):
        torch.set_flush_denormal(True)
        try:
            return {
                "right": [
                    [[train(seed, config, task, *texts, pool) for pool in POOLS] for task in TASKS]
                    for texts in config.texts
                ],
                "parameters": [measure.parameters(Reader(config, pool)) for pool in POOLS],
            }
        finally:
            torch.set_flush_denormal(False)
