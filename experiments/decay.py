"""C18, gates are a kind of attention, and C19, an LSTM fades step by step: how much of each step is in the last cell?

An LSTM reads random vectors. Its gates, unrolled, give each step a weight in the last cell state: how large is it so
many steps back, what do the weights of all steps sum to, do they depend on what is read, and do they rebuild the
state? The same of the gradient: how much does the last cell state move with the input of a step? Four starts: forget
gates with a bias of 0, 1 and 3, and with one of its own for each feature (chrono, Tallec and Ollivier 2018). Then the
LSTM learns to say which keyword stood at the beginning, from its last state alone, at a first learning rate and, if it
fails, at a second; and its gates are opened again.
"""

from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from attn_core import tasks
from attn_core.nn import chrono_, forget_bias_, unrolled_gates
from attn_core.train import fit

SEEDS = 5
BAND = {"found": 0.9, "steps": 50, "kept": 0.9}
CLASSES, SYMBOLS = 4, 30
STARTS = ("0", "1", "3", "chrono")


@dataclass(frozen=True)
class Config:
    """How far back one looks, which lengths are learnt, sizes, and how the LSTM is trained."""

    length: int = 200
    back: tuple[int, ...] = (1, 2, 5, 10, 20, 50, 100, 200)
    texts: int = 50
    lengths: tuple[int, ...] = (10, 20, 40, 80)
    embedding_dim: int = 16
    state_dim: int = 32
    batch: int = 32
    steps: int = 300
    rates: tuple[float, ...] = (0.01, 0.003)
    tested: int = 300

    def short(self) -> "Config":
        return replace(self, length=20, back=(1, 10, 20), texts=10, lengths=(5,), steps=50, tested=100, rates=(0.01,))


def begin(lstm: nn.LSTM, start: str, longest: int) -> nn.LSTM:
    return chrono_(lstm, longest) if start == "chrono" else forget_bias_(lstm, float(start))


def opened(seed: int, config: Config, start: str) -> dict[str, Any]:
    """What a fresh LSTM does with random vectors, in float64."""
    torch.manual_seed(seed)
    lstm = nn.LSTM(config.embedding_dim, config.state_dim, batch_first=True).double()
    begin(lstm, start, config.length)
    rng = np.random.default_rng([seed, 99])
    x = torch.from_numpy(rng.normal(size=(config.texts, config.length, config.embedding_dim))).requires_grad_()
    weights, candidates = unrolled_gates(lstm, x)
    _, (_, cell) = lstm(x)
    # A random direction in the space of states, for each text: the mean square is that of the whole Jacobian.
    direction = torch.from_numpy(rng.normal(size=(config.texts, config.state_dim)))
    (cell[0] * direction).sum().backward()
    heard = x.grad.square().sum(-1).mean(0).sqrt().flip(0)  # (L,), the last step first
    weights = weights.detach()
    mean = weights.mean((0, 2)).flip(0)
    sums = weights.sum(1)  # (texts, D)
    differs = (weights.std(0) / weights.mean(0))[-1].mean()  # of the last step, from text to text
    return {
        "heard": [(heard[k - 1] / heard[0]).item() for k in config.back],
        "weight": [(mean[k - 1] / mean[0]).item() for k in config.back],
        "sums": [sums.min().item(), sums.mean().item(), sums.max().item()],
        "differs": differs.item(),
        "gap": ((weights * candidates).sum(1) - cell[0]).abs().max().item(),
    }


class Reader(nn.Module):
    """An LSTM whose last state says which keyword there was."""

    def __init__(self, config: Config, start: str, length: int):
        super().__init__()
        self.embedding = nn.Embedding(SYMBOLS + 1, config.embedding_dim)
        self.layer = begin(nn.LSTM(config.embedding_dim, config.state_dim, batch_first=True), start, length)
        self.readout = nn.Linear(config.state_dim, CLASSES)

    def forward(self, inputs: Tensor) -> Tensor:
        states, _ = self.layer(self.embedding(inputs))
        return self.readout(states[:, -1])


def draw(rng: np.random.Generator, n: int, length: int) -> tuple[Tensor, Tensor]:
    batch = tasks.keyword(rng, n, length=length, first=1)
    return torch.from_numpy(batch.inputs), torch.from_numpy(batch.targets - 1)


def learn(seed: int, config: Config, start: str, length: int) -> tuple[float, int, float]:
    """Accuracy on unseen texts, the steps it took, and the weight of the first step in the feature that keeps most."""
    rng = np.random.default_rng([seed, 98])
    unseen, test = draw(rng, config.tested, length), draw(rng, config.tested, length)
    tried = []
    for rate in config.rates:
        torch.manual_seed(seed)
        reader = Reader(config, start, length)
        history = fit(
            reader, lambda reader, batch: nn.functional.cross_entropy(reader(batch[0]), batch[1]),
            partial(draw, n=config.batch, length=length), steps=config.steps, seed=seed, every=25, goal=0.005,
            optimizer=partial(torch.optim.Adam, lr=rate), validate=lambda reader: 1 - right(reader, unseen),
        )  # fmt: skip
        with torch.no_grad():
            weights, _ = unrolled_gates(reader.layer, reader.embedding(test[0]))
        tried.append((right(reader, test), len(history.losses), weights[:, 0].mean(0).max().item()))
        if history.ended == "goal":
            break
    return max(tried)


@torch.no_grad()
def right(reader: Reader, batch: tuple[Tensor, Tensor]) -> float:
    return (reader(batch[0]).argmax(-1) == batch[1]).double().mean().item()


def run(seed: int, config: Config) -> dict[str, Any]:
    """A row a start. ``heard``: the gradient so many steps back, that of the last step being 1; ``weight``: the same of
    the unrolled weight; ``sums`` of the weights over all steps: least, mean, most; ``differs``: spread of the last
    step's weight from text to text, in units of its mean; ``gap``: how far the weighted sum is from the cell state.
    ``found``, ``steps`` and ``kept``, a column a length: accuracy, steps of training, weight of the first step."""
    with torch.random.fork_rng(devices=[]):
        torch.set_flush_denormal(True)
        try:
            rows = [opened(seed, config, start) for start in STARTS]
            learnt = [[learn(seed, config, start, length) for length in config.lengths] for start in STARTS]
        finally:
            torch.set_flush_denormal(False)
    found, steps, kept = (np.array(learnt)[..., i] for i in range(3))
    return {name: [row[name] for row in rows] for name in rows[0]} | {
        "found": found.tolist(), "steps": steps.tolist(), "kept": kept.tolist(),
    }  # fmt: skip
