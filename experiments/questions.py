"""C35, in reading comprehension a question vector of its own for every step beats one that all steps share.

A question of 2 to 16 words, a passage of 6, and for every word of the passage: does the question ask for it? The
reader gets the passage's words, to each of them a question vector is concatenated, an LSTM reads the pairs, and a
linear read-out answers. The question vector: the mean of the question's word vectors; their sum; their weighted sum,
the question having attended to itself; or, at each word, what this word finds when it attends to the question. Each is
tried at a first learning rate and, if it fails, at a second. Then the sum gets five times as many steps for the longest
questions, once as wide as before, once wider than there are words in the world.
"""

from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

import attn_core as ac
from attn_core import tasks
from attn_core.nn import DotAttention
from attn_core.train import fit

SEEDS = 5
BAND = {"right": 0.9, "finds": 1.0, "rescued": 0.9}
READERS = ("mean", "sum", "attends to itself", "per position")


@dataclass(frozen=True)
class Config:
    """Lengths of questions and passages, sizes of readers, and how they are trained."""

    questions: tuple[int, ...] = (2, 4, 8, 16)
    passage: int = 6
    symbols: int = 64
    dim: int = 32
    wider: tuple[int, ...] = (32, 128)
    hidden_dim: int = 32
    batch: int = 64
    steps: int = 500
    steps_longer: int = 2500
    rates: tuple[float, ...] = (0.01, 0.003)
    tested_on: int = 300

    def short(self) -> "Config":
        return replace(self, questions=(1, 3), wider=(32, 64), steps=30, steps_longer=40, tested_on=50)


class Reader(nn.Module):
    """Word vectors, a question vector for every word of the passage, an LSTM and a read-out."""

    def __init__(self, config: Config, kind: str):
        super().__init__()
        self.kind, dim = kind, config.dim
        self.embedding = nn.Embedding(config.symbols + 1, dim)
        self.attention = DotAttention(dim, dim)
        self.query = nn.Parameter(torch.zeros(1, dim)) if kind == "attends to itself" else None
        self.lstm = nn.LSTM(2 * dim, config.hidden_dim, batch_first=True)
        self.readout = nn.Linear(config.hidden_dim, 3)

    def forward(self, question: Tensor, passage: Tensor) -> tuple[Tensor, Tensor | None]:
        question, passage = self.embedding(question), self.embedding(passage)  # (B, m, D), (B, L, D)
        weights = None
        match self.kind:
            case "per position":
                asked, weights = self.attention(passage, question, question)  # (B, L, D), (B, 1, L, m)
            case "attends to itself":
                asked, _ = ac.attend(self.query, question, question)  # (B, 1, D)
            case "sum":
                asked = question.sum(dim=1, keepdim=True)
            case "mean":
                asked = question.mean(dim=1, keepdim=True)
        states, _ = self.lstm(torch.cat([passage, asked.expand_as(passage)], dim=-1))
        return self.readout(states), weights


def train(seed: int, config: Config, kind: str, length: int) -> tuple[float, float]:
    """The share of answers that are right, of the better of two rates, and the weight on the word asked for."""

    def draw(rng: np.random.Generator, n: int = config.batch) -> tuple[Tensor, ...]:
        batch = tasks.question_and_passage(rng, n, question=length, passage=config.passage, symbols=config.symbols)
        question, passage = torch.from_numpy(batch.inputs).split([length, config.passage], dim=1)
        return question, passage, torch.from_numpy(batch.targets), torch.from_numpy(batch.alignment[..., :length])

    def loss(reader: Reader, batch: tuple[Tensor, ...]) -> Tensor:
        question, passage, answers, _ = batch
        return nn.functional.cross_entropy(reader(question, passage)[0].flatten(0, 1), answers.flatten())

    unseen, tested = (draw(np.random.default_rng([seed, 99, i]), config.tested_on) for i in range(2))
    tried: list[tuple[float, Reader]] = []
    for rate in config.rates:
        torch.manual_seed(seed)
        reader = Reader(config, kind)
        history = fit(
            reader, loss, draw, seed=seed, steps=config.steps, every=50, goal=0.005,
            optimizer=partial(torch.optim.Adam, lr=rate), validate=lambda reader: 1 - right(reader, *unseen),
        )  # fmt: skip
        tried.append((right(reader, *tested), reader))
        if history.ended == "goal":
            break
    best, reader = max(tried, key=lambda each: each[0])
    return best, finds(reader, *tested)


@torch.no_grad()
def right(reader: Reader, question: Tensor, passage: Tensor, answers: Tensor, _: Tensor) -> float:
    return (reader(question, passage)[0].argmax(-1) == answers).double().mean().item()


@torch.no_grad()
def finds(reader: Reader, question: Tensor, passage: Tensor, answers: Tensor, alignment: Tensor) -> float:
    """The weight of a passage's word on itself in the question, where it stands there; 0 if nobody attends."""
    _, weights = reader(question, passage)
    return 0.0 if weights is None else weights[:, 0][alignment].double().mean().item()


def run(seed: int, config: Config) -> dict[str, Any]:
    """``right``: the share of answers that are right, a row a reader, a column a length of question; ``finds``: the
    weight that a word asked for gives to itself in the question, a column a length; ``rescued``: the share that is
    right of the sum after more steps, for the longest questions, a column a width."""
    shared, own = READERS[:-1], READERS[-1]
    found = [train(seed, config, own, length) for length in config.questions]
    more = [replace(config, dim=dim, steps=config.steps_longer, rates=config.rates[:1]) for dim in config.wider]
    return {
        "right": [
            *([train(seed, config, kind, length)[0] for length in config.questions] for kind in shared),
            [right for right, _ in found],
        ],
        "finds": [weight for _, weight in found],
        "rescued": [train(seed, longer, "sum", config.questions[-1])[0] for longer in more],
    }
