"""C25, the usual ways to score: one small model trained with each, as queries and keys get wider.

A question shows pairs of a symbol and a value, and asks for the value of one of the symbols, written in another
alphabet. Both alphabets are learnt, the values and one linear layer that reads the output of `attend` out. All values
are drawn anew each time: whoever ignores the query can only guess the most frequent of them.

Entries of queries and keys start with variance 1, as `nn.Embedding` has them: ``dot`` starts with scores of variance
D, ``scaled_dot`` of 1. Matrices start evenly between ±1/√D, as `nn.Linear` has them: ``general`` starts with variance
D/3. ``small_start`` divides queries and keys by the fourth root of D, after which ``dot`` starts with variance 1, and
``general`` with 1/3. ``cosine_learned`` multiplies the cosine by e^b, and b starts at 0. ``additive`` is D wide inside.
"""

from dataclasses import dataclass, replace
from functools import partial
from itertools import product

import numpy as np
import torch
from torch import nn

import attn_core as ac
from attn_core.train import fit

SEEDS = 5
TRAINED = ("accuracy", "weight", "sharpness", "small_start", "longer", "deep_read_out", "more_pairs", "all_different")
BAND = dict.fromkeys(TRAINED, 0.1)

SCORES = ("dot", "scaled_dot", "general", "cosine", "cosine_learned", "linear", "additive")
SMALL = ("dot", "general")
LONGER = ("dot", "general", "cosine", "linear")


@dataclass(frozen=True)
class Config:
    """The task, the training, and what varies: the width D of queries and keys, and the learning rate of Adam."""

    symbols: int = 64
    values: int = 16
    value_dim: int = 32
    hidden_dim: int = 128
    pairs: int = 16
    more_pairs: tuple[int, ...] = (2, 4, 8, 16, 32, 64)
    dims: tuple[int, ...] = (8, 32, 128, 512)
    rates: tuple[float, ...] = (1e-3, 1e-2)
    batch: int = 32
    steps: int = 1000
    longer: int = 6000
    one_dim: int = 128
    questions: int = 1000

    def short(self) -> "Config":
        return replace(self, dims=(8,), one_dim=8, steps=20, longer=40, questions=200)


class LookUp(nn.Module):
    """Queries, keys and values of symbols, all learnt, with what the score learns."""

    def __init__(self, score: str, dim: int, config: Config, *, std: float = 1.0, deep: bool = False):
        super().__init__()
        self.score, square = score, (dim, dim)
        self.query, self.key = nn.Embedding(config.symbols, dim), nn.Embedding(config.symbols, dim)
        for embedding in (self.query, self.key):
            nn.init.normal_(embedding.weight, std=std)
        self.value = nn.Embedding(config.values, config.value_dim)
        widths = (config.value_dim, config.hidden_dim) if deep else (config.value_dim,)
        hidden = [nn.Linear(*widths), nn.ReLU()] if deep else []
        self.read_out = nn.Sequential(*hidden, nn.Linear(widths[-1], config.values))
        shapes = {"general": [square], "linear": [(2 * dim,)], "additive": [square, square, (dim,)]}.get(score, [])
        self.more = nn.ParameterList(torch.empty(s).uniform_(-(s[0] ** -0.5), s[0] ** -0.5) for s in shapes)
        if score == "cosine_learned":
            self.more.append(torch.zeros(()))

    def scores(self, query: torch.Tensor, key: torch.Tensor) -> torch.Tensor:
        if self.score == "cosine_learned":
            return self.more[0].exp() * ac.scores.cosine(query, key)
        return getattr(ac.scores, self.score)(query, key, *self.more)

    def forward(
        self, asked: torch.Tensor, shown: torch.Tensor, told: torch.Tensor
    ) -> tuple[torch.Tensor, torch.Tensor]:
        query = self.query(asked)[:, None]  # (B, 1, D)
        output, weights = ac.attend(query, self.key(shown), self.value(told), score=self.scores)
        return self.read_out(output[:, 0]), weights[:, 0]


def questions(rng: np.random.Generator, n: int, pairs: int, config: Config) -> tuple[torch.Tensor, ...]:
    """Symbol asked (n,), symbols shown and values told (n, pairs), the value wanted and its place (n,)."""
    shown = rng.permuted(np.tile(np.arange(config.symbols), (n, 1)), axis=1)[:, :pairs]
    told, place, row = rng.integers(config.values, size=shown.shape), rng.integers(pairs, size=n), np.arange(n)
    return tuple(map(torch.as_tensor, (shown[row, place], shown, told, told[row, place], place)))


def loss(model: LookUp, batch: tuple[torch.Tensor, ...]) -> torch.Tensor:
    return nn.functional.cross_entropy(model(*batch[:3])[0], batch[3])


@torch.no_grad()
def tried(model: LookUp, asked: tuple[torch.Tensor, ...]) -> tuple[float, float, float]:
    """Share answered right, mean weight of the right key, mean of the largest weight."""
    said, weights = model(*asked[:3])
    of_right = weights.take_along_dim(asked[4][:, None], dim=1)
    return tuple(x.double().mean().item() for x in (said.argmax(1) == asked[3], of_right, weights.amax(1)))


def run(seed: int, config: Config) -> dict[str, list]:
    """For rates × scores × dims: ``accuracy`` after each fifth of the steps, and the ``weight`` of the right key.

    Before any step: ``largest_at_start``, the largest weight, scores × dims. In the end: ``sharpness``, the e^b of
    ``cosine_learned``, rates × dims. ``small_start``: accuracy in the end, rates × `SMALL` × dims. At `one_dim` and
    the last rate: ``longer``, accuracy after each fifth of so many steps, for `LONGER`; ``deep_read_out``, the same for
    the cosine with a hidden layer in the read-out; and what the models of ``accuracy`` know of other questions:
    ``more_pairs``, other numbers of pairs, scores × numbers; ``all_different``, no value comes twice.
    """
    rng, n = np.random.default_rng([seed, 1]), config.questions
    test, *others = (questions(rng, n, pairs, config) for pairs in (config.pairs, *config.more_pairs))
    told = torch.as_tensor(rng.permuted(np.tile(np.arange(config.values), (n, 1)), axis=1)[:, : config.pairs])
    different = (*test[:2], told, told.take_along_dim(test[4][:, None], dim=1)[:, 0], test[4])
    draw = partial(questions, n=config.batch, pairs=config.pairs, config=config)

    def started(score: str, dim: int, **start: float) -> LookUp:
        torch.manual_seed(seed)
        return LookUp(score, dim, config, **start)

    def trained(model: LookUp, rate: float, steps: int = config.steps) -> list[float]:
        adam, accuracy = partial(torch.optim.Adam, lr=rate), lambda model: tried(model, test)[0]
        history = fit(model, loss, draw, steps=steps, seed=seed, optimizer=adam, validate=accuracy, every=steps // 5)
        return [checked for _, checked in history.checks]

    rates, dims, one_dim = config.rates, config.dims, config.one_dim
    models = {case: started(*case[1:]) for case in product(rates, SCORES, dims)}  # case: rate, score, dim
    at_start = [[tried(models[rates[0], score, dim], test)[2] for dim in dims] for score in SCORES]
    curves = [trained(model, case[0]) for case, model in models.items()]
    weights = [tried(model, test)[1] for model in models.values()]
    return {
        "accuracy": np.reshape(curves, (len(rates), len(SCORES), len(dims), 5)),
        "weight": np.reshape(weights, (len(rates), len(SCORES), len(dims))),
        "largest_at_start": at_start,
        "sharpness": [[models[r, "cosine_learned", dim].more[0].exp().item() for dim in dims] for r in rates],
        "small_start": [[[trained(started(s, d, std=d**-0.25), r)[-1] for d in dims] for s in SMALL] for r in rates],
        "longer": [trained(started(score, one_dim), rates[-1], config.longer) for score in LONGER],
        "deep_read_out": trained(started("cosine", one_dim, deep=True), rates[-1], config.longer),
        "more_pairs": [[tried(models[rates[-1], s, one_dim], asked)[0] for asked in others] for s in SCORES],
        "all_different": [tried(models[rates[-1], s, one_dim], different)[0] for s in SCORES],
    }
