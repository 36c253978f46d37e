"""C8, local attention is a compromise that chooses a place the hard way: how far do symbols stray from their places?

Each step of an answer names a cue and wants the symbol that stands beside it; a cue may come twice, and then only the
place tells which is meant. Three readers look with the same queries (the cue, sinusoids of the step, the share of the
answer that is written) and the same keys (the cue, sinusoids of the place): ``global`` attention, ``local-m`` around
the step's own number, ``local-p`` around a centre that it predicts (Luong et al. 2015). Trained on sentences of 8 to
24, with symbols that keep their order, stray a little or far, or come in any order; tested there and on longer ones.
What misses 99 of 100 at the first rate is tried at a second; the better one is picked on sentences of its own.
"""

from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

import attn_core as ac
from attn_core import local, tasks
from attn_core.nn import GeneralAttention, LocalAttention, sinusoids
from attn_core.train import fit

SEEDS = 5
BAND = {"found": 0.9, "longer": 0.9, "off": 20.0}
READERS = ("global", "local-m", "local-p")
ANY = 1000  # strays so far that any order is as likely as any other


@dataclass(frozen=True)
class Config:
    """The task, the sizes, and how the readers are trained."""

    strays: tuple[int, ...] = (0, 4, 8, ANY)
    window: int = 4
    length: tuple[int, int] = (8, 24)
    longer: tuple[int, ...] = (48, 96)
    cues: int = 32
    symbols: int = 12
    dim: int = 32
    batch: int = 32
    steps: int = 300
    rates: tuple[float, ...] = (0.01, 0.03)
    tested_on: int = 100

    def short(self) -> "Config":
        return replace(self, strays=(0, 2), length=(3, 6), longer=(9,), steps=20, tested_on=50)


class Reader(nn.Module):
    """Cues, places and symbols embedded, one attention, and a read-out of its output."""

    def __init__(self, config: Config, kind: str):
        super().__init__()
        self.kind, self.window, dim = kind, config.window, config.dim
        self.cue, self.symbol = nn.Embedding(config.cues + 1, dim), nn.Embedding(config.symbols + 1, dim)
        scorer = GeneralAttention(2 * dim + 1, 2 * dim)
        self.scorer = LocalAttention(scorer, window=self.window, hidden_dim=dim) if kind == "local-p" else scorer
        self.read = nn.Linear(dim, config.symbols + 1)

    def forward(self, inputs: Tensor, mask: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """What it says (B, L, symbols + 1), its weights (B, L, L), and the query (B, L, 2 dim + 1) and key."""
        cue, symbol, asked = inputs.unbind(-1)
        length = inputs.shape[1]
        where = sinusoids(length, self.cue.embedding_dim).expand(len(inputs), -1, -1)
        share = torch.arange(length)[:, None] / mask.sum(-1)[..., None]  # (B, L, 1)
        query = torch.cat([self.cue(asked), where, share], dim=-1)
        key, value = torch.cat([self.cue(cue), where], dim=-1), self.symbol(symbol)
        if self.kind == "local-m":
            output, weights = local.monotonic(query, key, value, window=self.window, score=self.scorer.score, mask=mask)
        else:
            output, weights = self.scorer(query, key, value, mask=mask)
            weights = weights[:, 0]
        return self.read(output), weights, query


Drawn = tuple[Tensor, Tensor, Tensor, Tensor]  # inputs, targets, mask, how far each symbol strayed


def drawn(rng: np.random.Generator, n: int, config: Config, stray: int, length: Any) -> Drawn:
    stray = None if stray == ANY else stray
    batch = tasks.aligned(rng, n, length=length, stray=stray, cues=config.cues, symbols=config.symbols)
    mask = ac.masks.padding(batch.lengths, batch.inputs.shape[1])
    strayed = abs(batch.alignment.argmax(axis=2) - np.arange(batch.inputs.shape[1]))
    return tuple(map(torch.from_numpy, (batch.inputs, batch.targets, mask, strayed)))


def loss(reader: Reader, batch: Drawn) -> Tensor:
    said = reader(batch[0], batch[2])[0]
    return nn.functional.cross_entropy(said.flatten(0, 1), batch[1].flatten(), ignore_index=0)


@torch.no_grad()
def right(reader: Reader, batch: Drawn) -> float:
    real = batch[1] > 0
    return (reader(batch[0], batch[2])[0].argmax(-1) == batch[1])[real].double().mean().item()


def within(batch: Drawn, window: int) -> float:
    return (batch[3] <= window)[batch[1] > 0].double().mean().item()


def wrong(reader: Reader, batch: Drawn) -> float:
    return 1 - right(reader, batch)


@torch.no_grad()
def off(reader: Reader, batch: Drawn) -> float:
    """How far the centres of local-p lie from the steps' own places, in positions, on average."""
    inputs, targets, mask, _ = batch
    query = reader(inputs, mask)[2]
    centre = reader.scorer.centre(query, query[..., :-1], mask=mask)[:, 0]  # (B, L)
    return abs(centre - torch.arange(inputs.shape[1]))[targets > 0].double().mean().item()


def run(seed: int, config: Config) -> dict[str, Any]:
    """``found``: the share of symbols found, readers × strays, at the better rate; ``longer``: of longer sentences,
    readers × strays × lengths. Strays × lengths, the trained ones first: ``reach``, the share of symbols that stand
    within the window of their step; ``off``, how far local-p's centres lie from the steps' places."""
    lengths = (config.length, *config.longer)
    found, longer, reach, distances = [], [], [], []
    for kind in READERS:
        for stray in config.strays:
            tests = [drawn(np.random.default_rng([seed, 99]), config.tested_on, config, stray, n) for n in lengths]
            unseen = drawn(np.random.default_rng([seed, 98]), config.tested_on, config, stray, config.length)
            tried = []
            for at, lr in enumerate(config.rates):
                torch.manual_seed(seed)
                reader = Reader(config, kind)
                draw = partial(drawn, n=config.batch, config=config, stray=stray, length=config.length)
                adam = partial(torch.optim.Adam, lr=lr)
                history = fit(
                    reader, loss, draw, steps=config.steps, seed=seed, optimizer=adam, every=50, goal=0.01,
                    validate=partial(wrong, batch=unseen),
                )  # fmt: skip
                tried.append((right(reader, unseen), -at, reader))
                if history.ended == "goal":
                    break
            *_, reader = max(tried, key=lambda each: each[:2])
            found.append(right(reader, tests[0]))
            longer.append([right(reader, test) for test in tests[1:]])
            reach += [[within(test, config.window) for test in tests]] if kind == "local-m" else []
            distances += [[off(reader, test) for test in tests]] if kind == "local-p" else []
    shape = (len(READERS), len(config.strays))
    return {
        "found": np.reshape(found, shape),
        "reach": reach,
        "longer": np.reshape(longer, (*shape, -1)),
        "off": distances,
    }
