"""C17, attention in place of max pooling: a sentence vector from an LSTM asks the features of a convolution.

Pairs of a key and a value, and at the end one of the keys: which value stood behind it? A convolution of three places
joins neighbours, an LSTM reads to the end, and an answer is made of the LSTM's last state and one vector of the
features: their mean, their maximum, a weighted sum for one learned query, or one for the LSTM's state as query, by the
cosine as published or with a temperature of a tenth. One that fails is tried at a second rate. Counted are right
answers, and how much weight lies on the value and its two neighbours, whose features hold it.
"""

from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy, max_pool1d

from attn_core import tasks
from attn_core.nn import AttentionPool, ConvEncoder, QueryPool, RecurrentEncoder, Sizes, max_pool, mean_pool
from attn_core.train import fit

SEEDS = 5
BAND = {"right": 0.3, "near": 0.5, "at": 0.5}
POOLS = ("mean", "maximum", "learned query", "LSTM query", "LSTM query, sharp")


@dataclass(frozen=True)
class Config:
    """How many pairs, sizes of readers, and how they are trained."""

    pairs: int = 5
    keys: int = 16
    values: int = 8
    embedding_dim: int = 16
    state_dim: int = 32
    temperature: float = 0.1
    batch: int = 48
    steps: int = 800
    rates: tuple[float, ...] = (0.005, 0.01)
    enough: float = 0.9
    tested: int = 500

    def short(self) -> "Config":
        return replace(self, pairs=2, steps=20, tested=50)


class Reader(nn.Module):
    """A convolution and an LSTM over one text, a pool, and an answer."""

    def __init__(self, config: Config, pool: str):
        super().__init__()
        sizes = Sizes(config.keys + config.values + 1, config.values, config.embedding_dim, config.state_dim)
        dim = sizes.state_dim
        self.conv = ConvEncoder(sizes, kernel_size=3, num_layers=1)
        self.lstm = RecurrentEncoder(sizes, layer=nn.LSTM)
        self.asks = pool.startswith("LSTM")
        if self.asks:
            temperature = config.temperature if pool.endswith("sharp") else 1.0
            self.pool = QueryPool(dim, dim, hidden_dim=dim, temperature=temperature)
        else:
            self.pool = {"mean": mean_pool, "maximum": max_pool, "learned query": AttentionPool(dim)}[pool]
        self.readout = nn.Sequential(nn.Linear(2 * dim, 2 * dim), nn.Tanh(), nn.Linear(2 * dim, config.values))

    def forward(self, inputs: Tensor) -> tuple[Tensor, Tensor]:
        lengths = (inputs > 0).sum(dim=-1)
        states, mask = self.conv(inputs, lengths)
        query = self.lstm.summary(*self.lstm(inputs, lengths))
        pooled, weights = self.pool(states, mask, query) if self.asks else self.pool(states, mask)
        return self.readout(torch.cat([pooled, query], dim=-1)), weights


def draw(rng: np.random.Generator, n: int, config: Config) -> tuple[Tensor, Tensor, Tensor]:
    """Texts (n, L), answers (n,) from 0, and where the value stands (n, L)."""
    batch = tasks.associative_recall(rng, n, pairs=config.pairs, keys=config.keys, values=config.values)
    answers = batch.targets - config.keys - 1
    return torch.from_numpy(batch.inputs), torch.from_numpy(answers), torch.from_numpy(batch.alignment)


def train(seed: int, config: Config, pool: str) -> Reader:
    """The better of a reader at the first rate and, where that is not enough, at the second."""
    unseen = draw(np.random.default_rng([seed, 99]), config.tested, config)
    tried: list[tuple[float, Reader]] = []
    for rate in config.rates:
        torch.manual_seed(seed)
        reader = Reader(config, pool)
        fit(
            reader, lambda reader, batch: cross_entropy(reader(batch[0])[0], batch[1]),
            partial(draw, n=config.batch, config=config), steps=config.steps, seed=seed,
            optimizer=partial(torch.optim.Adam, lr=rate), validate=lambda reader: 1 - right(reader, unseen),
            every=200, goal=0.003,
        )  # fmt: skip
        tried.append((right(reader, unseen), reader))
        if tried[-1][0] > config.enough:
            break
    return max(tried, key=lambda each: each[0])[1]


@torch.no_grad()
def right(reader: Reader, batch: tuple[Tensor, ...]) -> float:
    return (reader(batch[0])[0].argmax(-1) == batch[1]).double().mean().item()


def run(seed: int, config: Config) -> dict[str, Any]:
    """A number a pool: ``right``, right answers; ``at`` and ``near``, the weight on the value, and on it and its two
    neighbours, whose features hold it too; ``even``: ``near`` if all weights were the same."""
    test = draw(np.random.default_rng([seed, 98]), config.tested, config)
    near = max_pool1d(test[2].double(), 3, stride=1, padding=1)
    found: dict[str, Any] = {"right": [], "at": [], "near": [], "even": near.mean().item()}
    with torch.random.fork_rng(devices=[]):
        for pool in POOLS:
            reader = train(seed, config, pool)
            with torch.no_grad():
                weights = reader(test[0])[1].double()
            found["right"].append(right(reader, test))
            found["at"].append((weights * test[2]).sum(-1).mean().item())
            found["near"].append((weights * near).sum(-1).mean().item())
    return found
