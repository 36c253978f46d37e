"""C14, C15 and C16, sentence pairs read by a BCNN and by ABCNN-1, -2 and -3: what does the attention do for them?

Two sentences share a phrase, or all of it but one word. A BCNN reads both; the forms of ABCNN add their attention as
published, or with a softmax over the sums that weigh the pooling; and one reader takes the sentence on ABCNN-1 at its
word: each word's three-step attention over the other sentence beside its vector. The answer is logistic regression on
two cosines, of the inputs and of the states. One that fails is tried at a second rate, and two are given three times
the steps. Where do weights and matches lie, on pairs that share the whole phrase? Kept are the first four and ABCNN-2
with the softmax, and some pairs, for a page to run.
"""

from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn.functional import cosine_similarity, cross_entropy

from attn_core import attend, softmax, tasks
from attn_core.nn import ABCNN, mean_pool, row_sums
from attn_core.train import fit

SEEDS = 5
BAND = {"right": 0.3, "longer": 0.3, "share": 0.3, "found": 0.5, "partner": 0.3}


def softened(matches: Tensor, mask: Tensor) -> Tensor:
    """The missing second step: a softmax over the sums."""
    return softmax(row_sums(matches, mask), mask=mask.any(dim=-1))


READERS = {
    "BCNN": (0, row_sums), "ABCNN-1": (1, row_sums), "ABCNN-2": (2, row_sums), "ABCNN-3": (3, row_sums),
    "ABCNN-2, softmax": (2, softened), "ABCNN-3, softmax": (3, softened), "three steps": (0, row_sums),
}  # fmt: skip
LONGER = ("BCNN", "ABCNN-2")
KEPT = tuple(READERS)[:5]


@dataclass(frozen=True)
class Config:
    """Kinds of pairs, sizes of readers, and how they are trained."""

    length: tuple[int, int] = (5, 8)
    phrase: int = 3
    symbols: int = 24
    embedding_dim: int = 16
    state_dim: int = 32
    batch: int = 64
    steps: int = 800
    rates: tuple[float, ...] = (0.005, 0.01)
    enough: float = 0.97
    more: int = 3
    checked: int = 300
    tested: int = 1000
    shown: int = 8

    def short(self) -> "Config":
        return replace(self, steps=20, more=1, checked=20, tested=100)


class Reader(nn.Module):
    """Embeddings, one block, and an answer from the cosines of the two sentences before and behind it."""

    def __init__(self, config: Config, name: str):
        super().__init__()
        form, weigh = READERS[name]
        self.embedding = nn.Embedding(config.symbols + 1, config.embedding_dim)
        self.three_steps = name == "three steps"
        self.block = ABCNN(
            config.embedding_dim * (1 + self.three_steps), config.state_dim,
            form=form, length=config.length[1], weigh=weigh,
        )  # fmt: skip
        self.readout = nn.Linear(2, 2)

    def forward(self, inputs: Tensor) -> tuple[Tensor, Any]:
        mask = inputs[..., 0] > 0  # both sentences have one length
        x, y = self.embedding(inputs).unbind(dim=2)  # (B, L, D)
        levels, looked = [(x, y)], None
        if self.three_steps:
            seen, looked = attend(x, y, y, mask=mask[:, None])
            x, y = torch.cat([x, seen], -1), torch.cat([y, attend(y, x, x, mask=mask[:, None])[0]], -1)
        states, weights = self.block(x, y, mask, mask)
        pooled = [[mean_pool(each, mask)[0] for each in pair] for pair in (*levels, states)]
        features = torch.stack([cosine_similarity(a, b, dim=-1) for a, b in pooled], dim=-1)
        return self.readout(features), weights._replace(before=looked) if self.three_steps else weights


def draw(rng: np.random.Generator, n: int, config: Config) -> tuple[Tensor, Tensor, Tensor]:
    """Pairs (n, L, 2), answers (n,) from 0, and the alignment (n, L, L)."""
    batch = tasks.sentence_pairs(rng, n, length=config.length, phrase=config.phrase, symbols=config.symbols)
    return torch.from_numpy(batch.inputs), torch.from_numpy(batch.targets - 1), torch.from_numpy(batch.alignment)


def train(seed: int, config: Config, name: str, steps: int) -> Reader:
    """The better of a reader at the first rate and, where that is not enough, at the second."""
    unseen = draw(np.random.default_rng([seed, 99]), config.checked, config)
    tried: list[tuple[float, Reader]] = []
    for rate in config.rates:
        torch.manual_seed(seed)
        reader = Reader(config, name)
        fit(
            reader, lambda reader, batch: cross_entropy(reader(batch[0])[0], batch[1]),
            partial(draw, n=config.batch, config=config), steps=steps, seed=seed,
            optimizer=partial(torch.optim.Adam, lr=rate), validate=lambda reader: 1 - right(reader, unseen),
            every=200, goal=0.003,
        )  # fmt: skip
        tried.append((right(reader, unseen), reader))
        if tried[-1][0] > config.enough:
            break
    return max(tried, key=lambda each: each[0])[1]


@torch.no_grad()
def right(reader: Reader, batch: tuple[Tensor, ...]) -> float:
    return (reader(batch[0])[0].argmax(-1) == batch[1]).double().mean().item()


@torch.no_grad()
def looks(reader: Reader, batch: tuple[Tensor, ...], config: Config) -> tuple[float, float, float]:
    """On pairs with the whole phrase: the share of the weight where the filter sees all of it; how often that is the
    largest weight; and the share of a word's matches, before the convolution, that its partner has."""
    inputs, _, alignment = (each[batch[1] == 1] for each in batch)
    weights = reader(inputs)[1]
    shares = weights.first / weights.first.sum(-1, keepdim=True)
    whole = alignment.any(-1).int().argmax(-1)[:, None] + config.phrase - 1  # (n, 1): the last word of the phrase
    own = shares.gather(1, whole)
    first = ((shares >= own).sum(-1) == 1).double().mean().item()
    partner = 0.0
    if weights.before is not None:
        rows = weights.before / weights.before.sum(-1, keepdim=True).clamp(min=1e-12)
        partner = rows[alignment].mean().item()
    return own.mean().item(), first, partner


def run(seed: int, config: Config) -> tuple[dict[str, Any], dict[str, np.ndarray]]:
    """A number a reader: ``right``; ``share``, ``found`` and ``partner``, see `looks`, with 0 where it does not look;
    ``even``: the share if all weights were the same; ``longer``: right after more steps, for two. Arrays: five readers
    in float16, and pairs."""
    test = draw(np.random.default_rng([seed, 98]), config.tested, config)
    with torch.random.fork_rng(devices=[]):
        readers = {name: train(seed, config, name, config.steps) for name in READERS}
        longer = [right(train(seed, config, name, config.more * config.steps), test) for name in LONGER]
    share, found, partner = zip(*(looks(reader, test, config) for reader in readers.values()), strict=True)
    lengths = (test[0][test[1] == 1][..., 0] > 0).sum(-1).double()
    arrays = {
        f"{name}.{key}": weight.half().numpy() for name in KEPT for key, weight in readers[name].state_dict().items()
    }
    arrays |= {"pairs": test[0][: config.shown].numpy(), "answers": test[1][: config.shown].numpy() + 1}
    return {
        "right": [right(reader, test) for reader in readers.values()], "longer": longer,
        "share": share, "found": found, "partner": partner, "even": (1 / (lengths + 2)).mean().item(),
    }, arrays  # fmt: skip
