"""C9, self-attention has key = value = query: each place must name the symbol before it.

A symbol and its place make a vector, one layer of self-attention mixes the vectors, and a linear read-out, which cannot
take a mixture apart, names the symbol. Eight layers. Literal, query = key = value = the vector itself: once with all
vectors of one length, which is learnt, once with lengths that are free, and each of these again with the diagonal
masked, so that no place may look at itself. Shared: one matrix for queries and keys, another for values; once as it
is, once with the diagonal masked, and once also with keys of length 1, as in the Reformer (Kitaev et al. 2020). And
projected, with three matrices. Each is tried at a first learning rate and, if it misses a symbol in 200, at a second;
the better one is picked on sequences of its own.
"""

from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from attn_core import tasks
from attn_core.nn import SelfAttention
from attn_core.train import fit

SEEDS = 5
BAND = {
    "found": 0.9,
    "looks": 1.0,
    "stairs": 9.0,
    "stairs_long": 9.0,
    "descends": 1.0,
    "descends_shared": 1.0,
    "map": 1.0,
}


@dataclass(frozen=True)
class Config:
    """Lengths of sequences, sizes of the reader, and how it is trained."""

    lengths: tuple[int, ...] = (12, 32)
    symbols: int = 12
    dim: int = 32
    spread: float = 0.25
    batch: int = 64
    steps: int = 800
    rates: tuple[float, ...] = (0.01, 0.003)
    tested_on: int = 500

    def short(self) -> "Config":
        return replace(self, lengths=(4, 5), steps=50, tested_on=100)


@dataclass(frozen=True)
class Form:
    """What a layer may do: have vectors of all lengths, look at itself, project; and what its projections share."""

    free: bool = True
    itself: bool = True
    projection: Any = nn.Identity
    shared: bool = False
    unit: bool = False


FORMS = {
    "literal, equal lengths": Form(free=False),
    "literal, free lengths": Form(),
    "literal, equal lengths, not itself": Form(free=False, itself=False),
    "literal, free lengths, not itself": Form(itself=False),
    "shared": Form(projection=nn.Linear, shared=True),
    "shared, not itself": Form(projection=nn.Linear, shared=True, itself=False),
    "shared, keys of length 1, not itself": Form(projection=nn.Linear, shared=True, unit=True, itself=False),
    "projected": Form(projection=nn.Linear),
}


class Unit(nn.Module):
    """Vectors brought to length 1."""

    def forward(self, x: Tensor) -> Tensor:
        return nn.functional.normalize(x, dim=-1)


class Reader(nn.Module):
    """Vectors of symbols at places, self-attention, and a read-out of what it brings."""

    def __init__(self, config: Config, form: Form, length: int):
        super().__init__()
        self.form = form
        self.symbol = nn.Embedding(config.symbols + 1, config.dim)
        self.place = nn.Embedding(length, config.dim)
        for embedding in (self.symbol, self.place):
            nn.init.normal_(embedding.weight, std=config.spread)
        self.length = nn.Parameter(torch.tensor(config.spread * (2 * config.dim) ** 0.5))  # as long as they come
        self.attention = SelfAttention(config.dim, projection=form.projection)
        if form.shared:
            keys = self.attention.query_proj
            self.attention.key_proj = nn.Sequential(keys, Unit()) if form.unit else keys
        self.readout = nn.Linear(config.dim, config.symbols + 1)

    def vectors(self, symbols: Tensor) -> Tensor:
        x = self.symbol(symbols) + self.place.weight  # (B, L, D)
        return x if self.form.free else nn.functional.normalize(x, dim=-1) * self.length

    def forward(self, symbols: Tensor) -> tuple[Tensor, Tensor]:
        length = symbols.shape[1]
        mask = None if self.form.itself else ~torch.eye(length, dtype=torch.bool)
        output, weights = self.attention(self.vectors(symbols), mask=mask)
        return self.readout(output), weights[:, 0]


def train(seed: int, config: Config, form: Form, length: int) -> tuple[Reader, float, Tensor]:
    """The better of a reader at the first rate and at the second, its accuracy on unseen sequences, and these."""

    def draw(rng: np.random.Generator, n: int = config.batch) -> tuple[Tensor, Tensor]:
        batch = tasks.previous(rng, n, length=length, symbols=config.symbols)
        return torch.from_numpy(batch.inputs), torch.from_numpy(batch.targets)

    def loss(reader: Reader, batch: tuple[Tensor, Tensor]) -> Tensor:
        said, _ = reader(batch[0])
        return nn.functional.cross_entropy(said.flatten(0, 1), batch[1].flatten(), ignore_index=0)

    unseen, tested = (draw(np.random.default_rng([seed, 99, i]), config.tested_on) for i in range(2))
    tried: list[tuple[float, int, Reader]] = []
    for at, rate in enumerate(config.rates):
        torch.manual_seed(seed)
        reader = Reader(config, form, length)
        history = fit(
            reader, loss, draw, seed=seed, steps=config.steps, every=50, goal=0.005,
            optimizer=partial(torch.optim.Adam, lr=rate), validate=lambda reader: 1 - accuracy(reader, *unseen),
        )  # fmt: skip
        tried.append((accuracy(reader, *unseen), -at, reader))
        if history.ended == "goal":
            break
    *_, best = max(tried, key=lambda each: each[:2])
    return best, accuracy(best, *tested), tested[0]


@torch.no_grad()
def accuracy(reader: Reader, symbols: Tensor, before: Tensor) -> float:
    return (reader(symbols)[0].argmax(-1) == before)[:, 1:].double().mean().item()


@torch.no_grad()
def looks(reader: Reader, symbols: Tensor) -> list[float]:
    """The weight on oneself, on the place before and on the place behind, the mean over all places but the first."""
    weights = reader(symbols)[1].double().mean(0)[1:]  # (L - 1, L)
    return [weights.diagonal(offset).sum().item() / len(weights) for offset in (1, 0, 2)]


@torch.no_grad()
def stairs(reader: Reader, symbols: Tensor) -> np.ndarray:
    """How long the query at each place is, the mean over sequences; in the literal form it is the vector itself."""
    return reader.attention.query_proj(reader.vectors(symbols)).norm(dim=-1).double().mean(0).numpy()


@torch.no_grad()
def map_of(reader: Reader, symbols: Tensor) -> np.ndarray:
    """The weights (L, L), the mean over sequences."""
    return reader(symbols)[1].double().mean(0).numpy().round(4)


def run(seed: int, config: Config) -> dict[str, Any]:
    """``found``: accuracy, a row a form, a column a length; ``looks``: weights at the shorter length, a row a form;
    ``stairs`` and ``stairs_long``: lengths of the vectors of the literal form whose lengths are free, a place each, in
    the shorter and the longer sequences; ``descends``: the share of the steps of these that lead down, at both lengths,
    and ``descends_shared``, of the lengths of the queries that share their matrix with the keys; ``map``: weights at
    the shorter length, (form, L, L)."""
    trained = [[train(seed, config, form, length) for length in config.lengths] for form in FORMS.values()]
    free, shared = (
        [stairs(reader, symbols) for reader, _, symbols in trained[list(FORMS).index(form)]]
        for form in ("literal, free lengths", "shared")
    )
    return {
        "found": [[found for _, found, _ in row] for row in trained],
        "looks": [looks(reader, symbols) for (reader, _, symbols), *_ in trained],
        "stairs": free[0].round(4),
        "stairs_long": free[1].round(4),
        "descends": [float((np.diff(each) < 0).mean()) for each in free],
        "descends_shared": [float((np.diff(each) < 0).mean()) for each in shared],
        "map": [map_of(reader, symbols) for (reader, _, symbols), *_ in trained],
    }
