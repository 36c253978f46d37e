"""C11, attention on two levels for documents: is it better there than a mean or a maximum, and does it find the place?

Every sentence of a document holds one word of judgement, and one sentence a sign that its judgement counts. The same
two pairs of GRUs read words and sentences; states become one vector by their mean, by their maximum, or by attention.
There are few, some and many documents to learn from, and some longer ones. Each reader learns until it gets no better,
and one that fails is tried at a second learning rate. Where does the true sentence come by its weight, and where, in
it, the true word? Kept is a reader with attention, for a page to run.
"""

from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy

from attn_core import tasks
from attn_core.nn import HierarchicalAttention, Sizes, max_pool, mean_pool
from attn_core.train import fit

SEEDS = 10
BAND = {"right": 0.3, "sentence_found": 0.3, "word_found": 0.3, "sentence_rank": 0.5, "word_rank": 0.5}
CLASSES, FILLERS = 4, 40
POOLS = {"mean": mean_pool, "maximum": max_pool, "attention": None}
Size = tuple[int, int, int]  # the most sentences, the most words in one, how many documents to learn from


@dataclass(frozen=True)
class Config:
    """Kinds of documents, sizes of readers, and how they are trained."""

    documents: tuple[Size, ...] = ((12, 8, 100), (12, 8, 300), (12, 8, 1000), (20, 12, 300))
    kept: Size = (12, 8, 1000)
    embedding_dim: int = 16
    state_dim: int = 32
    batch: int = 32
    steps: int = 400
    patience: int = 3
    rates: tuple[float, ...] = (0.005, 0.002)
    enough: float = 0.97
    checked: int = 200
    tested: int = 500

    def short(self) -> "Config":
        small = (3, 3, 50)
        return replace(self, documents=(small,), kept=small, steps=30, checked=20, tested=50)


class Reader(nn.Module):
    """A document into a vector, and that into an answer."""

    def __init__(self, config: Config, pool: str):
        super().__init__()
        sizes = Sizes(CLASSES + 2 + FILLERS, CLASSES, config.embedding_dim, config.state_dim)
        self.document = HierarchicalAttention(sizes, word_pool=POOLS[pool], sentence_pool=POOLS[pool])
        self.readout = nn.Linear(config.state_dim, CLASSES)

    def forward(self, inputs: Tensor) -> tuple[Tensor, tuple[Tensor, Tensor]]:
        output, weights = self.document(inputs, (inputs > 0).sum(dim=-1))
        return self.readout(output), weights


def draw(rng: np.random.Generator, n: int, size: Size) -> tuple[Tensor, ...]:
    """Documents (n, S, W), answers (n,) from 0, and where the key words stand (n, S, W)."""
    batch = tasks.documents(
        rng, n, sentences=(size[0] // 2, size[0]), words=((size[1] + 1) // 2, size[1]),
        classes=CLASSES, fillers=FILLERS,
    )  # fmt: skip
    return torch.from_numpy(batch.inputs), torch.from_numpy(batch.targets - 1), torch.from_numpy(batch.alignment)


def train(seed: int, config: Config, size: Size, pool: str) -> Reader:
    """The better of a reader at the first rate and, where that is not enough, at the second."""
    rng = np.random.default_rng([seed, 99])
    told, unseen = draw(rng, size[2], size), draw(rng, config.checked, size)
    tried: list[tuple[float, Reader]] = []
    for rate in config.rates:
        torch.manual_seed(seed)
        reader = Reader(config, pool)
        fit(
            reader, lambda reader, rows: cross_entropy(reader(told[0][rows])[0], told[1][rows]),
            lambda rng: torch.from_numpy(rng.integers(size[2], size=config.batch)), steps=config.steps, seed=seed,
            optimizer=partial(torch.optim.Adam, lr=rate), validate=lambda reader: 1 - right(reader, unseen),
            every=50, patience=config.patience, goal=0.0,
        )  # fmt: skip
        tried.append((right(reader, unseen), reader))
        if tried[-1][0] > config.enough:
            break
    return max(tried, key=lambda each: each[0])[1]


@torch.no_grad()
def right(reader: Reader, batch: tuple[Tensor, ...]) -> float:
    return (reader(batch[0])[0].argmax(-1) == batch[1]).double().mean().item()


def place(weights: Tensor, key: Tensor) -> list[float]:
    """The mean rank of the true one by its weight, 1 the first, and how often it is the first; equal weights by chance.

    weights and key (N, L), True once a row."""
    own = weights[key][:, None]
    before, beside = (weights > own).sum(1).double(), (weights == own).sum(1).double()
    return [(before + (beside + 1) / 2).mean().item(), ((before == 0) / beside).mean().item()]


def run(seed: int, config: Config) -> tuple[dict[str, Any], dict[str, np.ndarray]]:
    """A row a kind of documents, a column each for mean, maximum, attention: ``right``, the share of right answers;
    ``sentence_rank`` and ``sentence_found``; ``word_rank`` and ``word_found``, in the key sentence. Arrays: a reader in
    float16."""
    found: dict[str, Any] = {"right": [], "sentence_rank": [], "sentence_found": [], "word_rank": [], "word_found": []}
    with torch.random.fork_rng(devices=[]):
        for size in config.documents:
            test = draw(np.random.default_rng([seed, 98]), config.tested, size)
            readers = [train(seed, config, size, name) for name in POOLS]
            sentence = test[2].any(dim=-1)  # (n, S)
            with torch.no_grad():
                weights = [reader(test[0])[1] for reader in readers]
            real = test[0] > 0
            rows = [
                [right(reader, test) for reader in readers],
                *zip(*(place(w.sentences.where(real.any(-1), -1.0), sentence) for w in weights), strict=True),
                *zip(*(place(w.words.where(real, -1.0)[sentence], test[2][sentence]) for w in weights), strict=True),
            ]
            for name, row in zip(found, rows, strict=True):
                found[name].append(list(row))
            if size == config.kept:
                arrays = {name: weight.half().numpy() for name, weight in readers[-1].state_dict().items()}
    return found, arrays
