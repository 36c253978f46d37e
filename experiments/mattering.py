"""C22, the weights let one see which steps matter: places of a text taken away, where the place that tells is known.

Attention with one learned query makes symbols into one vector. First it looks at the symbols themselves; then at the
states of an LSTM that has read them: to find the keyword, and to say which of several keywords came last. One place is
deleted: from what attention sees, so that the others share its weight (Serrano and Smith 2019), or from the text, which
is then read anew. It is the place with the most weight, that whose symbol has the largest gradient, one at random, or
the one that tells. How often does the answer change? And if the weights are permuted (Jain and Wallace 2019), or all
made equal?
"""

from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from attn_core import tasks
from attn_core.nn import AttentionPool
from attn_core.train import fit

SEEDS = 5
BAND = dict.fromkeys(("right", "unseen", "unread", "permuted", "equal", "on", "after", "found"), 0.6)
CLASSES, SYMBOLS = 4, 30
READERS = (("keyword", False), ("keyword", True), ("latest", True))  # the task, and whether an LSTM reads


@dataclass(frozen=True)
class Config:
    """How long texts are, sizes of readers, and how they are trained."""

    length: int = 20
    embedding_dim: int = 32
    state_dim: int = 32
    batch: int = 32
    steps: int = 600
    rate: float = 0.01
    tested: int = 1000

    def short(self) -> "Config":
        return replace(self, length=8, steps=40, tested=200)


class Reader(nn.Module):
    """Symbols, or the states of an LSTM that reads them, under attention; and a read-out."""

    def __init__(self, config: Config, recurrent: bool):
        super().__init__()
        width = config.state_dim if recurrent else config.embedding_dim
        self.embedding = nn.Embedding(SYMBOLS + 1, config.embedding_dim)
        self.layer = nn.LSTM(config.embedding_dim, width, batch_first=True) if recurrent else None
        self.pool = AttentionPool(width)
        self.readout = nn.Linear(width, CLASSES)

    def states(self, embedded: Tensor) -> Tensor:
        return embedded if self.layer is None else self.layer(embedded)[0]

    def forward(self, inputs: Tensor) -> tuple[Tensor, Tensor]:
        output, weights = self.pool(self.states(self.embedding(inputs)), torch.ones_like(inputs, dtype=torch.bool))
        return self.readout(output), weights


def learn(seed: int, config: Config, task: str, recurrent: bool) -> Reader:
    def draw(rng: np.random.Generator) -> tuple[Tensor, Tensor]:
        batch = getattr(tasks, task)(rng, config.batch, length=config.length)
        return torch.from_numpy(batch.inputs), torch.from_numpy(batch.targets - 1)

    torch.manual_seed(seed)
    reader = Reader(config, recurrent)
    fit(
        reader, lambda reader, batch: nn.functional.cross_entropy(reader(batch[0])[0], batch[1]), draw,
        steps=config.steps, seed=seed, optimizer=partial(torch.optim.Adam, lr=config.rate),
    )  # fmt: skip
    return reader.eval()


def share(x: Tensor) -> float:
    return round(x.double().mean().item(), 4)


def asked(reader: Reader, batch: tasks.Batch, rng: np.random.Generator) -> dict[str, Any]:
    """What a reader says of texts, whole, and with something taken away."""
    inputs, tells = torch.from_numpy(batch.inputs), torch.from_numpy(batch.alignment)
    places = torch.arange(inputs.shape[1])
    embedded = reader.embedding(inputs).detach().requires_grad_()
    states = reader.states(embedded)
    output, weights = reader.pool(states, torch.ones_like(tells))
    said = reader.readout(output)
    answer = said.argmax(-1)
    said.log_softmax(-1).gather(1, answer[:, None]).sum().backward()
    with torch.no_grad():
        chance = torch.from_numpy(rng.random(inputs.shape))
        gone = [x.argmax(-1) for x in (weights, embedded.grad.norm(dim=-1), chance, tells.int())]

        def changed(output: Tensor) -> float:
            return share(reader.readout(output).argmax(-1) != answer)

        unread = [inputs[places != at[:, None]].reshape(len(inputs), -1) for at in gone]
        order = chance.argsort(-1)
        return {
            "right": share(answer + 1 == torch.from_numpy(batch.targets)),
            "unseen": [changed(reader.pool(states, places != at[:, None])[0]) for at in gone],
            "unread": [share(reader(rest)[0].argmax(-1) != answer) for rest in unread],
            "permuted": changed((weights.gather(1, order)[:, None] @ states)[:, 0]),
            "equal": changed(states.mean(1)),
            "on": share(weights[tells]),
            "after": share((weights * (tells.int().cumsum(1) > 0) * ~tells).sum(1)),
            "found": share(tells.gather(1, gone[0][:, None])),
        }


def run(seed: int, config: Config) -> dict[str, Any]:
    """A row a reader. ``right``: accuracy; ``unseen`` and ``unread``: share of answers that change, a column a kind of
    place; ``permuted`` and ``equal`` weights; the weight ``on`` the place that tells and ``after`` it; how often the
    heaviest place is the one that tells, ``found``."""
    rows = []
    with torch.random.fork_rng(devices=[]):
        for task, recurrent in READERS:
            rng = np.random.default_rng([seed, 99])
            batch = getattr(tasks, task)(rng, config.tested, length=config.length)
            rows.append(asked(learn(seed, config, task, recurrent), batch, rng))
    return {name: [row[name] for row in rows] for name in rows[0]}
