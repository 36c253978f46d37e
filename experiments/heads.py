"""C10, several heads: when is a second one needed, when not, and what does each do once there are enough?

In a sequence two things are marked, A and B, and one learned query is to fetch both: two symbols of ten, or two
vectors of four numbers. The attention has one, two, four or eight heads, in one width and with one number of
parameters; the read-out is linear. As they come, values have their marks; changed, values of symbols have none, and
tokens with vectors go through a feed-forward layer before. What fails is tried at a second learning rate, longer.
After the training each head is switched off, and then all but it, by a mask that lets it attend to nothing. And how
does one head tell two symbols apart: is it right still with the weights that it gives A and B on average?
"""

from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy, mse_loss

from attn_core import masks, tasks
from attn_core.measure import parameters
from attn_core.nn import MultiHeadAttention
from attn_core.train import fit

SEEDS = 5
ABLATED = [f"{what}_{kind}_2" for what in ("off", "alone") for kind in ("symbols", "vectors")]
BAND = dict.fromkeys(("symbols", "vectors", "steady", "weight_at_a", *ABLATED), 0.3)
SYMBOLS, WIDTH = 10, 4
KINDS = {"symbols": ({}, {"marked": False}), "vectors": ({}, {"hidden": True})}  # as it comes, and changed


@dataclass(frozen=True)
class Config:
    """Sizes of sequences and models, and how they are trained."""

    heads: tuple[int, ...] = (1, 2, 4, 8)
    length: tuple[int, int] = (4, 10)
    model_dim: int = 16
    hidden_dim: int = 64
    batch: int = 128
    steps: int = 1000
    longer: int = 2
    rates: tuple[float, ...] = (0.01, 0.003)
    enough: float = 0.97
    tested: int = 2000

    def short(self) -> "Config":
        return replace(self, heads=(1, 2), steps=40, longer=1, tested=200)


class Fetcher(nn.Module):
    """One learned query over the tokens, what its heads bring, and a linear read-out."""

    def __init__(self, config: Config, kind: str, num_heads: int, *, marked: bool = True, hidden: bool = False):
        super().__init__()
        dim, self.of_symbols, self.marked = config.model_dim, kind == "symbols", marked
        self.content = nn.Embedding(SYMBOLS, dim) if self.of_symbols else nn.Linear(WIDTH, dim)
        self.mark = nn.Embedding(3, dim)
        layers = [nn.Linear(dim, config.hidden_dim), nn.ReLU(), nn.Linear(config.hidden_dim, dim)]
        self.mix = nn.Sequential(*layers) if hidden else None
        self.query = nn.Parameter(torch.randn(1, dim))
        self.attention = MultiHeadAttention(dim, num_heads)
        self.readout = nn.Linear(dim, 2 * (SYMBOLS if self.of_symbols else WIDTH))

    def tokens(self, inputs: Tensor) -> tuple[Tensor, Tensor]:
        """Keys and values (B, L, model_dim)."""
        if self.of_symbols:
            code = (inputs - 1).clamp(min=0)
            content, mark = self.content(code % SYMBOLS), self.mark(code // SYMBOLS)
        else:
            content, mark = self.content(inputs[..., :WIDTH]), self.mark((inputs[..., -2] + 2 * inputs[..., -1]).long())
        key = content + mark
        key = key if self.mix is None else key + self.mix(key)
        return key, key if self.marked else content

    def forward(self, inputs: Tensor, mask: Tensor) -> tuple[Tensor, Tensor]:
        """Answers (B, 2, symbols or width), at A and at B, and weights (B, H, L), under a mask (B, H or 1, 1, L)."""
        key, value = self.tokens(inputs)
        output, weights = self.attention(self.query.expand(len(key), 1, -1), key, value, mask=mask)
        return self.readout(output[:, 0]).unflatten(1, (2, -1)), weights[:, :, 0]

    def steady(self, inputs: Tensor, weights: Tensor) -> Tensor:
        """Answers of one head with these weights (B, L) in place of its own."""
        output = weights[:, None] @ self.attention.value_proj(self.tokens(inputs)[1])
        return self.readout(self.attention.output_proj(output)[:, 0]).unflatten(1, (2, -1))


def draw(rng: np.random.Generator, n: int, config: Config, kind: str) -> tuple[Tensor, ...]:
    """Tokens (n, L, …), the mask (n, 1, 1, L), the answers at A and at B (n, 2) or (n, 2, width), A and B (n, 2, L)."""
    task = tasks.marked_symbols if kind == "symbols" else tasks.marked_vectors
    batch = task(rng, n, length=config.length)
    inputs, targets = torch.from_numpy(batch.inputs), torch.from_numpy(batch.targets)
    mask = masks.padding(torch.from_numpy(batch.lengths), config.length[1])[:, None]
    if kind == "symbols":
        return inputs, mask, targets - 1, torch.from_numpy(batch.alignment)
    places = torch.from_numpy(batch.alignment[:, ::WIDTH])
    return inputs.float(), mask, targets.float().unflatten(1, (2, WIDTH)), places


def loss(model: Fetcher, batch: tuple[Tensor, ...]) -> Tensor:
    answers, targets = model(*batch[:2])[0], batch[2]
    return cross_entropy(answers.flatten(0, 1), targets.flatten()) if model.of_symbols else mse_loss(answers, targets)


def scored(answers: Tensor, targets: Tensor) -> list[float]:
    """At A, at B, and at both: the share of symbols that are right, or of the variance that is explained."""
    if targets.ndim == 2:
        hits = answers.argmax(-1) == targets
        return [*hits.double().mean(0).tolist(), hits.all(-1).double().mean().item()]
    left = (answers - targets).double().square().mean((0, 2)) / targets.double().square().mean((0, 2))
    return [*(1 - left).tolist(), 1 - left.mean().item()]


@torch.no_grad()
def right(model: Fetcher, batch: tuple[Tensor, ...], heads: Tensor | bool = True) -> list[float]:
    """The same of a model, of whose heads (H, 1, 1) those that are False are off."""
    return scored(model(batch[0], batch[1] & heads)[0], batch[2])


def train(seed: int, config: Config, kind: str, num_heads: int, changes: dict[str, bool]) -> Fetcher:
    """The better of the model at the first rate and, if that is not near all, at the second, longer."""
    unseen = draw(np.random.default_rng([seed, 99]), config.tested, config, kind)
    tried: list[tuple[float, Fetcher]] = []
    for rate, times in zip(config.rates, (1, config.longer), strict=True):
        torch.manual_seed(seed)
        model = Fetcher(config, kind, num_heads, **changes)
        fit(
            model, loss, lambda rng: draw(rng, config.batch, config, kind), seed=seed, steps=times * config.steps,
            optimizer=partial(torch.optim.Adam, lr=rate), validate=lambda m: 1 - right(m, unseen)[2], goal=0.002,
        )  # fmt: skip
        tried.append((right(model, unseen)[2], model))
        if tried[-1][0] > config.enough:
            break
    return max(tried, key=lambda each: each[0])[1]


@torch.no_grad()
def leak(model: Fetcher, batch: tuple[Tensor, ...]) -> tuple[list[float], list[list[float]]]:
    """Both right by its own weights, and by the mean ones at A and B; its weight at A where there are A and B alone, a
    row a symbol at A, a column a symbol at B."""
    inputs, mask, targets, places = batch
    answers, weights = model(inputs, mask)
    mean = (weights * places).sum(2).mean(0)  # (2,)
    steady = model.steady(inputs, (mean[:, None] * places).sum(1))
    a, b = torch.cartesian_prod(torch.arange(SYMBOLS), torch.arange(SYMBOLS)).T
    pairs = torch.stack([a + SYMBOLS, b + 2 * SYMBOLS], dim=1) + 1  # (100, 2)
    at_a = model(pairs, torch.ones(1, dtype=torch.bool))[1][:, 0, 0].view(SYMBOLS, SYMBOLS)
    return [scored(answers, targets)[2], scored(steady, targets)[2]], at_a.double().numpy().round(3).tolist()


def run(seed: int, config: Config) -> dict[str, Any]:
    """``symbols`` both right, ``vectors`` explained: a row for tokens as they come and one for tokens changed, a column
    a number of heads; ``parameters`` the same, symbols first. ``off_<kind>_<heads>``: at A and at B with one head off;
    ``alone_…``: with one head on. ``steady`` and ``weight_at_a`` of one head on symbols, as in `leak`."""
    found: dict[str, Any] = {"symbols": [], "vectors": [], "parameters": []}
    with torch.random.fork_rng(devices=[]):
        for kind, rows in KINDS.items():
            test = draw(np.random.default_rng([seed, 98]), config.tested, config, kind)
            for changes in rows:
                models = [train(seed, config, kind, heads, changes) for heads in config.heads]
                found[kind].append([right(model, test)[2] for model in models])
                found["parameters"].append([parameters(model) for model in models])
                for heads, model in () if changes else list(zip(config.heads, models, strict=True))[1:]:
                    one = torch.eye(heads, dtype=torch.bool)[..., None, None]
                    found[f"off_{kind}_{heads}"] = [right(model, test, ~on)[:2] for on in one]
                    found[f"alone_{kind}_{heads}"] = [right(model, test, on)[:2] for on in one]
                if kind == "symbols" and not changes:
                    found["steady"], found["weight_at_a"] = leak(models[0], test)
    return found
