"""C23, the Transformer is, at bottom, a pile of attention: what breaks when a part is taken away?

Read a few random symbols and, at the end, a question: which one stood so many places back? A stack of blocks must carry
the answer to its last position. Once whole, then each time without one part: positions, the scale of the scores, heads
but one, skips, normalisation, the feed-forward part. Each at a first learning rate and, if it fails, at a second.
"""

from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from attn_core import tasks
from attn_core.nn import TransformerBlock, sinusoids
from attn_core.train import fit

SEEDS = 5
BAND = {"found": 0.9, "steps": 200, "reached": 1, "left": 1.0}


@dataclass(frozen=True)
class Config:
    """Lengths of sequences, sizes of the stack, and how it is trained."""

    length: int = 8
    symbols: int = 8
    model_dim: int = 32
    num_heads: int = 4
    hidden_dim: int = 64
    depth: int = 4
    batch: int = 64
    steps: int = 1000
    every: int = 25
    rates: tuple[float, ...] = (0.003, 0.001)
    enough: float = 0.95
    goal: float = 0.99
    tested_on: int = 500

    def short(self) -> "Config":
        return replace(self, length=3, symbols=3, depth=1, steps=50, tested_on=100)


@dataclass(frozen=True)
class Form:
    """Which parts a stack has."""

    positions: bool = True
    scale: bool = True
    one_head: bool = False
    skip: bool = True
    norm: bool = True
    feed_forward: bool = True


FORMS = {
    "whole": Form(),
    "no positions": Form(positions=False),
    "no scale": Form(scale=False),
    "one head": Form(one_head=True),
    "no skips": Form(skip=False),
    "no norm": Form(norm=False),
    "no feed-forward": Form(feed_forward=False),
}


class Stack(nn.Module):
    """Vectors of symbols and places, blocks, and a read-out of the last position."""

    def __init__(self, config: Config, form: Form):
        super().__init__()
        dim, self.positions = config.model_dim, form.positions
        heads = 1 if form.one_head else config.num_heads
        self.embedding = nn.Embedding(config.symbols + config.length + 1, dim)
        block = partial(
            TransformerBlock, dim, heads, hidden_dim=config.hidden_dim if form.feed_forward else 0, skip=form.skip,
            norm=nn.LayerNorm if form.norm else nn.Identity,
        )  # fmt: skip
        self.blocks = nn.ModuleList(block() for _ in range(config.depth))
        self.readout = nn.Linear(dim, config.symbols + 1)
        if not form.scale:  # queries as many times as long as scores would be divided by
            for each in self.blocks:
                each.attention.query_proj.register_forward_hook(lambda _, __, query: query * (dim // heads) ** 0.5)

    def states(self, codes: Tensor) -> list[Tensor]:
        x = self.embedding(codes)
        x = x + sinusoids(x.shape[1], x.shape[2], like=x) if self.positions else x
        found = [x]
        for block in self.blocks:
            found.append(block(found[-1])[0])
        return found

    def forward(self, codes: Tensor) -> Tensor:
        return self.readout(self.states(codes)[-1][:, -1])


def train(seed: int, config: Config, form: Form) -> tuple[float, int, int, list[float]]:
    """Of the better of the first rate and the second: accuracy on unseen sequences, steps to enough, whether it got
    there, and how far its states are from their mean, as a share of their length."""

    def draw(rng: np.random.Generator, n: int = config.batch) -> tuple[Tensor, Tensor]:
        batch = tasks.recall(rng, n, length=config.length, symbols=config.symbols)
        return torch.from_numpy(batch.inputs), torch.from_numpy(batch.targets)

    def loss(stack: Stack, batch: tuple[Tensor, Tensor]) -> Tensor:
        return nn.functional.cross_entropy(stack(batch[0]), batch[1])

    @torch.no_grad()
    def accuracy(stack: Stack, batch: tuple[Tensor, Tensor]) -> float:
        return (stack(batch[0]).argmax(-1) == batch[1]).double().mean().item()

    unseen, tested = (draw(np.random.default_rng([seed, 99, i]), config.tested_on) for i in range(2))
    tried = []
    for rate in config.rates:
        torch.manual_seed(seed)
        stack = Stack(config, form)
        history = fit(
            stack, loss, draw, seed=seed, steps=config.steps, every=config.every, goal=1 - config.goal,
            optimizer=partial(torch.optim.Adam, lr=rate), validate=lambda stack: 1 - accuracy(stack, unseen),
        )  # fmt: skip
        enough = [done for done, missed in history.checks if missed <= 1 - config.enough + 1e-9]
        with torch.no_grad():
            left = [((x - x.mean(1, keepdim=True)).norm() / x.norm()).item() for x in stack.states(tested[0])]
        tried.append((accuracy(stack, tested), min(enough, default=config.steps), int(len(enough) > 0), left))
        if enough:
            break
    return max(tried, key=lambda each: each[0])


def run(seed: int, config: Config) -> dict[str, Any]:
    """``found``: accuracy, ``steps`` to enough, whether it was ``reached``, a number a form; ``left``: how far apart
    the states are, a row a form, a column a depth from 0."""
    columns = zip(*(train(seed, config, form) for form in FORMS.values()), strict=True)
    return dict(zip(("found", "steps", "reached", "left"), map(list, columns), strict=True))
