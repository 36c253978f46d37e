"""C21, beware of overfitting with attention: how much more do readers know of texts they learnt than of unseen ones?

Four readers learn from few and from many texts, for as long as it takes to know them by heart and with nothing to stop
them: an LSTM whose states become one vector by their mean, by their maximum or by attention, and a layer of a
Transformer without any recurrence. Two tasks: to find the keyword, and to say which symbol is the most frequent.
"""

from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from attn_core import measure, tasks
from attn_core.nn import AttentionPool, max_pool, mean_pool, sinusoids
from attn_core.train import fit

SEEDS = 5
BAND = {"known": 0.4, "unseen": 0.4, "surprise": 3.0}
CLASSES, SYMBOLS = 4, 30
READERS = ("LSTM, mean", "LSTM, maximum", "LSTM, attention", "Transformer")
TASKS = ("keyword", "majority")


@dataclass(frozen=True)
class Config:
    """How long texts are and how many there are to learn from, sizes of readers, and how they are trained."""

    length: int = 20
    told: tuple[int, ...] = (30, 100, 300, 1000)
    embedding_dim: int = 16
    state_dim: int = 32
    heads: int = 4
    batch: int = 32
    steps: int = 300
    rate: float = 0.005
    tested: int = 1000

    def short(self) -> "Config":
        return replace(self, length=6, told=(30, 100), steps=50, tested=200)


class Reader(nn.Module):
    """Symbols into states, by an LSTM or a Transformer's layer; the states into a vector, and that into an answer."""

    def __init__(self, config: Config, name: str):
        super().__init__()
        width = config.state_dim
        self.recurrent, self.transformer = None, None
        if name == "Transformer":
            self.embedding = nn.Embedding(SYMBOLS + 1, width)
            self.transformer = nn.TransformerEncoderLayer(
                width, config.heads, dim_feedforward=2 * width, dropout=0.0, batch_first=True, norm_first=True
            )
        else:
            self.embedding = nn.Embedding(SYMBOLS + 1, config.embedding_dim)
            self.recurrent = nn.LSTM(config.embedding_dim, width, batch_first=True)
        pools = {"LSTM, attention": AttentionPool(width), "LSTM, maximum": max_pool}
        self.pool = pools.get(name, mean_pool)
        self.readout = nn.Linear(width, CLASSES)

    def forward(self, inputs: Tensor) -> Tensor:
        x = self.embedding(inputs)
        if self.transformer is None:
            states, _ = self.recurrent(x)
        else:
            states = self.transformer(x + sinusoids(*x.shape[1:], like=x))
        return self.readout(self.pool(states, inputs > 0)[0])


def draw(rng: np.random.Generator, n: int, task: str, length: int) -> tuple[Tensor, Tensor]:
    batch = getattr(tasks, task)(rng, n, length=length)
    return torch.from_numpy(batch.inputs), torch.from_numpy(batch.targets - 1)


def train(seed: int, config: Config, task: str, told: int, name: str) -> tuple[float, float, float]:
    """Accuracy on the texts it has learnt, on unseen ones, and the loss on these, in nats."""
    rng = np.random.default_rng([seed, 99])
    test = draw(rng, config.tested, task, config.length)
    known = draw(rng, told, task, config.length)
    torch.manual_seed(seed)
    reader = Reader(config, name)

    def loss(reader: Reader, rows: Tensor) -> Tensor:
        return nn.functional.cross_entropy(reader(known[0][rows]), known[1][rows])

    fit(
        reader, loss, lambda rng: torch.from_numpy(rng.integers(told, size=config.batch)), steps=config.steps,
        seed=seed, optimizer=partial(torch.optim.Adam, lr=config.rate),
    )  # fmt: skip
    with torch.no_grad():
        logits = reader.eval()(test[0])
    return right(reader, known), right(reader, test), nn.functional.cross_entropy(logits, test[1]).item()


@torch.no_grad()
def right(reader: Reader, batch: tuple[Tensor, Tensor]) -> float:
    return (reader(batch[0]).argmax(-1) == batch[1]).double().mean().item()


def run(seed: int, config: Config) -> dict[str, Any]:
    """For each task, reader and number of texts: accuracy on ``known`` and on ``unseen`` ones, and ``surprise``, the
    mean loss on these; ``parameters`` of the readers."""
    with torch.random.fork_rng(devices=[]):
        found = np.array(
            [[[train(seed, config, task, told, name) for told in config.told] for name in READERS] for task in TASKS]
        )
        parameters = [measure.parameters(Reader(config, name)) for name in READERS]
    return {"known": found[..., 0], "unseen": found[..., 1], "surprise": found[..., 2], "parameters": parameters}
