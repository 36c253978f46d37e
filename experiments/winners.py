"""C13, max pooling is like hard attention: how many places win a maximum that is taken feature by feature?

Random features first: of n places each is as likely to win a feature, so n (1 − (1 − 1/n)^D) different ones are
expected among D features. Then trained ones: a convolution reads a short text with one word of judgement among fillers,
its features are pooled by their maximum, and which places win is counted. Last, the pooled vector is compared with hard
attention, which takes one place for all features.
"""

from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy

from attn_core import tasks
from attn_core.nn import ConvEncoder, Sizes, max_pool
from attn_core.train import fit

SEEDS = 5
BAND = {"trained": 3.0, "right": 0.3, "key_features": 0.3}
CLASSES, FILLERS = 4, 40


@dataclass(frozen=True)
class Config:
    """How many places and features, and how the readers are trained."""

    places: int = 20
    features: tuple[int, ...] = (1, 2, 4, 8, 16, 32, 64)
    draws: int = 4000
    trained_features: tuple[int, ...] = (1, 8, 64)
    embedding_dim: int = 16
    batch: int = 32
    steps: int = 500
    rate: float = 0.005
    tested: int = 500

    def short(self) -> "Config":
        return replace(self, features=(1, 8), draws=50, trained_features=(8,), steps=20, tested=50)


class Reader(nn.Module):
    """One layer of convolution, the maximum of each feature, and an answer."""

    def __init__(self, config: Config, features: int):
        super().__init__()
        self.encoder = ConvEncoder(Sizes(CLASSES + 2 + FILLERS, CLASSES, config.embedding_dim, features), num_layers=1)
        self.readout = nn.Linear(features, CLASSES)

    def forward(self, inputs: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        states, mask = self.encoder(inputs, torch.full((len(inputs),), inputs.shape[1]))
        pooled, weights = max_pool(states, mask)
        return self.readout(pooled), states, weights


def draw(rng: np.random.Generator, n: int, config: Config) -> tuple[Tensor, Tensor, Tensor]:
    """Texts (n, places), answers from 0, and where the word of judgement stands."""
    batch = tasks.documents(rng, n, sentences=1, words=config.places, classes=CLASSES, fillers=FILLERS)
    return tuple(map(torch.from_numpy, (batch.inputs[:, 0], batch.targets - 1, batch.alignment[:, 0])))


def distinct(states: np.ndarray) -> float:
    """How many different places win one of the features, on average: states (n, L, D)."""
    return float(np.mean([len(set(row)) for row in states.argmax(axis=1)]))


def run(seed: int, config: Config) -> dict[str, Any]:
    """``random``: different winners among random features, a number a count of features. For trained features, a number
    a width: ``trained``, different winners; ``right``, right answers; ``key_features``, the share of features that the
    word of judgement wins. ``one``: whether, with one feature, the maximum is what hard attention takes."""
    rng = np.random.default_rng([seed, 1])
    drawn = rng.normal(size=(config.draws, config.places, max(config.features)))
    found: dict[str, Any] = {"random": [distinct(drawn[..., :d]) for d in config.features]}
    one = torch.from_numpy(drawn[..., :1])
    taken = one.gather(1, one.argmax(dim=1, keepdim=True))[:, 0]
    found["one"] = int(torch.equal(taken, max_pool(one, torch.ones(one.shape[:2], dtype=torch.bool))[0]))
    found |= {"trained": [], "right": [], "key_features": []}
    test = draw(np.random.default_rng([seed, 98]), config.tested, config)
    with torch.random.fork_rng(devices=[]):
        for features in config.trained_features:
            torch.manual_seed(seed)
            reader = Reader(config, features)
            fit(
                reader, lambda reader, batch: cross_entropy(reader(batch[0])[0], batch[1]),
                partial(draw, n=config.batch, config=config), steps=config.steps, seed=seed,
                optimizer=partial(torch.optim.Adam, lr=config.rate),
            )  # fmt: skip
            with torch.no_grad():
                answers, states, weights = reader(test[0])
            found["trained"].append(distinct(states.numpy()))
            found["right"].append((answers.argmax(-1) == test[1]).double().mean().item())
            found["key_features"].append(weights[test[2]].double().mean().item())
    return found
