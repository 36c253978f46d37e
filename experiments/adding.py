"""C4, attention finds the key points and loses nothing important: where it does, and where it does not.

The adding problem (Hochreiter and Schmidhuber 1997): a row of numbers, two of them marked, what is their sum? Attention
alone, with one learned query over what a small network makes of each number (after Raffel and Ellis 2015), against the
last state of a GRU and of an LSTM. Then two symbols in a crowd: which came first? There attention reads once without
positions and once with. A reader that fails at the first learning rate is tried at a second.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy, mse_loss

import attn_core as ac
from attn_core import tasks
from attn_core.train import fit

SEEDS = 5
BAND = {"error": 0.3, "steps": 10_000, "ordered": 0.6}


@dataclass(frozen=True)
class Config:
    """Lengths, sizes, and how small an error is small enough: a mean square, or a share of wrong answers."""

    adders: tuple[str, ...] = ("attention", "GRU", "LSTM")
    lengths: tuple[int, ...] = (25, 50, 100, 200)
    orderers: tuple[str, ...] = ("attention", "attention with positions", "LSTM")
    ordered_lengths: tuple[int, ...] = (10, 20, 40)
    hidden_dim: int = 32
    batch: int = 32
    steps: int = 1500
    rates: tuple[float, ...] = (0.01, 0.003)
    goal: float = 0.002
    tested_on: int = 1000

    def short(self) -> "Config":
        return replace(self, adders=("attention",), lengths=(5,), ordered_lengths=(4,), steps=50, tested_on=100)


class Reader(nn.Module):
    """A vector for each place, by a network of its own or by a recurrent layer; one vector of them; the answer."""

    def __init__(self, embed: nn.Module, dim: int, name: str, length: int, answers: int):
        super().__init__()
        self.embed, self.readout = embed, nn.Sequential(nn.Linear(dim, dim), nn.ReLU(), nn.Linear(dim, answers))
        self.positions = nn.Embedding(length, dim) if name == "attention with positions" else None
        self.query = nn.Parameter(torch.zeros(1, dim)) if name.startswith("attention") else None
        self.layer = nn.Sequential(nn.ReLU(), nn.Linear(dim, dim), nn.ReLU())
        if self.query is None:
            self.layer = getattr(nn, name)(dim, dim, batch_first=True)

    def forward(self, x: Tensor) -> Tensor:
        x = self.embed(x)
        if self.query is None:
            return self.readout(self.layer(x)[0][:, -1])
        x = self.layer(x if self.positions is None else x + self.positions.weight)
        return self.readout(ac.attend(self.query, x, x)[0][:, 0])


def squared(reader: Reader, batch: tasks.Batch) -> Tensor:
    inputs, targets = torch.from_numpy(batch.inputs), torch.from_numpy(batch.targets)
    return mse_loss(reader(inputs.float())[:, 0], targets.float())


def entropy(reader: Reader, batch: tasks.Batch) -> Tensor:
    return cross_entropy(reader(torch.from_numpy(batch.inputs)), torch.from_numpy(batch.targets - 1))


def misjudged(reader: Reader, batch: tasks.Batch) -> Tensor:
    return (reader(torch.from_numpy(batch.inputs)).argmax(-1) != torch.from_numpy(batch.targets - 1)).double().mean()


def train(seed: int, config: Config, make: Callable, draw: Callable, loss: Callable, wrong: Callable) -> list[float]:
    """How wrong the better try is on a fresh set, and the steps that it took."""
    unseen, tested = (draw(np.random.default_rng([seed, 99, i]), config.tested_on) for i in range(2))
    tried = []
    for rate in config.rates:
        torch.manual_seed(seed)
        reader = make()
        history = fit(
            reader, loss, partial(draw, n=config.batch), steps=config.steps, seed=seed, every=50, goal=config.goal,
            optimizer=partial(torch.optim.Adam, lr=rate), validate=lambda reader: wrong(reader, unseen).item(),
        )  # fmt: skip
        with torch.no_grad():
            tried.append([wrong(reader, tested).item(), len(history.losses)])
        if history.ended == "goal":
            break
    return min(tried)


def run(seed: int, config: Config) -> dict[str, list]:
    """``error`` and ``steps`` of adding, a row a reader, a column a length; ``ordered``: share of right answers."""
    dim = config.hidden_dim

    def add(name: str, length: int) -> list[float]:
        draw = partial(tasks.adding, length=length)
        return train(seed, config, lambda: Reader(nn.Linear(2, dim), dim, name, length, 1), draw, squared, squared)

    def order(name: str, length: int) -> float:
        draw = partial(tasks.ordering, length=length)
        wrong, _ = train(
            seed, config, lambda: Reader(nn.Embedding(9, dim), dim, name, length, 2), draw, entropy, misjudged
        )
        return 1 - wrong

    with torch.random.fork_rng(devices=[]):
        torch.set_flush_denormal(True)  # vanished gradients are full of subnormal numbers, which are slow
        try:
            added = np.array([[add(name, length) for length in config.lengths] for name in config.adders])
            ordered = [[order(name, length) for length in config.ordered_lengths] for name in config.orderers]
        finally:
            torch.set_flush_denormal(False)
    return {"error": added[..., 0], "steps": added[..., 1], "ordered": ordered}
