"""C6, a miss costs dearly, and C7, hard attention needs reinforcement learning or a device: glimpses of digits.

Of 32 handwritten digits in a row one stands upright; say which. A scorer looks at all of them, a reader at one, drawn
by the softmax of the scores; tested, it looks at the best. Eight ways to train the two: ``soft`` reads the weighted
sum, ``sparse`` the same under sparsemax; ``marginal`` and ``expected`` read every place, one by one;
``straight_through``, ``gumbel`` and the two ``reinforce``, without and with a moving average for a baseline (0.9 of
the old, 0.1 of the new, as Xu et al. 2015), read what is drawn. A run has succeeded if more than four of five of its
looks at unseen digits are right. ``soft`` and ``sparse`` are tested a second time as they were trained, with the
weighted sum.
"""

from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

import attn_core as ac
from attn_core import estimators, tasks
from attn_core.train import fit

SEEDS = 10
BAND = {"looks": 0.9, "accuracy": 0.9, "curves": 0.9, "astray": 0.9, "mixed": 0.9}
DRAWS = {
    "soft": ac.softmax,
    "sparse": ac.sparsemax,
    "marginal": ac.softmax,
    "expected": ac.softmax,
    "straight_through": estimators.straight_through,
    "gumbel": estimators.gumbel_softmax,
    "reinforce": estimators.sample,
    "reinforce_baseline": estimators.sample,
}
WAYS = tuple(DRAWS)
MIXED = ("soft", "sparse")  # what they read is a mixture of places


@dataclass(frozen=True)
class Config:
    """The task, the sizes of scorer and reader, and how they are trained."""

    places: int = 32
    hidden_dim: int = 32
    batch: int = 16
    steps: int = 600
    every: int = 120
    rates: tuple[float, ...] = (0.003, 0.02)
    tested_on: int = 500

    def short(self) -> "Config":
        return replace(self, places=4, steps=20, every=10, tested_on=100)


class Reader(nn.Module):
    """A scorer of places and a reader of one, each with a hidden layer."""

    def __init__(self, config: Config, way: str):
        super().__init__()
        self.way, self.average = way, 0.0
        pixels, hidden = tasks.digits.SIDE**2, config.hidden_dim
        self.score = nn.Sequential(nn.Linear(pixels, hidden), nn.ReLU(), nn.Linear(hidden, 1))
        self.read = nn.Sequential(nn.Linear(pixels, hidden), nn.ReLU(), nn.Linear(hidden, 10))

    def loss(self, digits: Tensor, target: Tensor) -> Tensor:
        scores = self.score(digits)[..., 0]  # (B, places)
        if self.way in ("marginal", "expected"):
            said = self.read(digits).mT  # (B, 10, places)
            each = nn.functional.cross_entropy(said, target[:, None].expand(scores.shape), reduction="none")
            return getattr(estimators, self.way)(scores, each).mean()
        weights = DRAWS[self.way](scores)
        said = self.read((weights[:, None] @ digits)[:, 0])
        loss = nn.functional.cross_entropy(said, target, reduction="none")
        if self.way.startswith("reinforce"):
            baseline = self.average if self.way == "reinforce_baseline" else 0.0
            self.average = 0.9 * self.average + 0.1 * loss.mean().item()
            loss = estimators.reinforce(scores, weights, loss, baseline=baseline)
        return loss.mean()


def drawn(rng: np.random.Generator, n: int, config: Config, *, unseen: bool = False) -> tuple[Tensor, Tensor, Tensor]:
    batch = tasks.digit_glimpses(rng, n, places=config.places, unseen=unseen)
    return tuple(map(torch.from_numpy, (batch.inputs, batch.targets, batch.alignment)))


@torch.no_grad()
def tested(reader: Reader, batch: tuple[Tensor, ...]) -> tuple[float, float, float, float]:
    """The shares of right looks, and of right answers at the best place, at the one beside the right one, and of the
    mixture of the training, which for those that read one place is the best again."""
    digits, target, upright = batch
    scores = reader.score(digits)[..., 0]
    best = ac.hardmax(scores)
    mixture = DRAWS[reader.way](scores) if reader.way in MIXED else best
    looked_at = best, upright.roll(1, 1) * 1.0, mixture
    right = [reader.read((weights[:, None] @ digits)[:, 0]).argmax(-1) == target for weights in looked_at]
    return tuple(x.double().mean().item() for x in ((best * upright).sum(-1), *right))


def run(seed: int, config: Config) -> dict[str, Any]:
    """Rates × ways, in the end: ``looks`` and ``accuracy``, the shares of right looks and of right answers, and
    ``astray``, of right answers one place beside the upright digit; ``mixed``: rates × soft and sparse, of right
    answers from the weighted sum; ``curves``: looks, rates × ways × checks."""
    unseen = drawn(np.random.default_rng([seed, 99]), config.tested_on, config, unseen=True)
    ends, curves, kept = [], [], {}

    def draw(rng: np.random.Generator) -> tuple[Tensor, ...]:
        """All ways and rates meet the same batches: each is made once."""
        state = rng.bit_generator.state["state"]["state"]
        if state not in kept:
            kept[state] = drawn(rng, config.batch, config)
        return kept[state]

    for rate in config.rates:
        for way in WAYS:
            torch.manual_seed(seed)
            reader = Reader(config, way)
            history = fit(
                reader, lambda reader, batch: reader.loss(*batch[:2]), draw,
                steps=config.steps, seed=seed, optimizer=partial(torch.optim.Adam, lr=rate), every=config.every,
                validate=lambda reader: tested(reader, unseen)[0],
            )  # fmt: skip
            ends.append(tested(reader, unseen))
            curves.append([looks for _, looks in history.checks])
    looks, accuracy, astray, mixed = np.array(ends).T.reshape(4, len(config.rates), len(WAYS))
    curves = np.reshape(curves, (*looks.shape, -1))
    mixed = mixed[:, [WAYS.index(way) for way in MIXED]]
    return {"looks": looks, "accuracy": accuracy, "astray": astray, "mixed": mixed, "curves": curves}
