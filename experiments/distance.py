"""C3, what lay far back grows faint, and C4, attention finds the key point: one capital among small letters.

A text is random small letters and one capital of eight; read it, then say which. Four readers: the last state of a
GRU, of an LSTM, of an LSTM whose forget gates begin open (Tallec and Ollivier 2018), and all states of the LSTM under
attention with one learned query. First the capital always opens the text; then it stands anywhere. Each is tried at a
first learning rate and, if it fails, at a second. The gradient says how far back a reader hears: which share of it
comes to a letter so many places before the end. Subnormal numbers count as zero: vanished gradients are full of them,
and slow a processor down many times.
"""

from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

import attn_core as ac
from attn_core.train import fit

SEEDS = 5
BAND = {"found": 0.9, "anywhere": 0.9, "reach_trained": 0.5, "within": 0.9, "weights": 1.0}
CAPITALS, SMALL = 8, 26
READERS = ("GRU", "LSTM", "LSTM, open gates", "LSTM, attention")


@dataclass(frozen=True)
class Config:
    """Lengths of texts, sizes of readers, and how they are trained."""

    distances: tuple[int, ...] = (10, 20, 50, 100, 200)
    lengths: tuple[int, ...] = (50, 200)
    back: tuple[int, ...] = (1, 2, 5, 10, 20, 50, 100, 200)
    after: tuple[int, ...] = (0, 5, 10, 20, 50)
    embedding_dim: int = 16
    hidden_dim: int = 32
    batch: int = 32
    steps: int = 600
    steps_anywhere: int = 1500
    rates: tuple[float, ...] = (0.01, 0.003)
    tested_on: int = 500

    def short(self) -> "Config":
        return replace(self, distances=(5,), lengths=(10,), back=(1, 10), steps=50, steps_anywhere=50, tested_on=100)


class Reader(nn.Module):
    """A recurrent layer, and what it hands to the read-out: its last state, or a weighted sum of all."""

    def __init__(self, config: Config, name: str, longest: int):
        super().__init__()
        self.embedding = nn.Embedding(CAPITALS + SMALL, config.embedding_dim)
        layer = nn.GRU if name == "GRU" else nn.LSTM
        self.layer = layer(config.embedding_dim, config.hidden_dim, batch_first=True)
        self.query = nn.Parameter(torch.zeros(1, config.hidden_dim)) if name == "LSTM, attention" else None
        self.readout = nn.Linear(config.hidden_dim, CAPITALS)
        if name == "LSTM, open gates":
            open_gates(self.layer, longest)

    def forward(self, embedded: Tensor) -> tuple[Tensor, Tensor | None]:
        states, _ = self.layer(embedded)  # (B, L, D)
        if self.query is None:
            return self.readout(states[:, -1]), None
        output, weights = ac.attend(self.query, states, states)  # (B, 1, D), (B, 1, L)
        return self.readout(output[:, 0]), weights[:, 0]


@torch.no_grad()
def open_gates(lstm: nn.LSTM, longest: int) -> None:
    """Forget gates that keep for 1 to ``longest`` steps, and input gates that let in as little as is let go."""
    keep = torch.log(1 + torch.rand(lstm.hidden_size) * (longest - 2))
    for bias, one in ((lstm.bias_ih_l0, 1.0), (lstm.bias_hh_l0, 0.0)):
        bias.copy_(torch.cat([-keep * one, keep * one, torch.zeros(2 * lstm.hidden_size)]))


def texts(rng: np.random.Generator, n: int, length: int, *, anywhere: bool) -> tuple[Tensor, Tensor, Tensor]:
    """Texts (n, length), their capitals (n,), and where these stand (n,)."""
    letters = rng.integers(CAPITALS, CAPITALS + SMALL, size=(n, length))
    capital, place = rng.integers(CAPITALS, size=n), rng.integers(length if anywhere else 1, size=n)
    letters[np.arange(n), place] = capital
    return torch.from_numpy(letters), torch.from_numpy(capital), torch.from_numpy(place)


def train(seed: int, config: Config, name: str, length: int, *, anywhere: bool) -> tuple[Reader, float]:
    """The better of a reader at the first rate and at the second, and its accuracy on unseen texts."""
    draw = partial(texts, length=length, anywhere=anywhere)
    unseen, tested = (draw(np.random.default_rng([seed, 99, i]), config.tested_on) for i in range(2))

    def loss(reader: Reader, batch: tuple[Tensor, ...]) -> Tensor:
        return nn.functional.cross_entropy(reader(reader.embedding(batch[0]))[0], batch[1])

    tried: list[tuple[float, Reader]] = []
    for rate in config.rates:
        torch.manual_seed(seed)
        reader = Reader(config, name, length)
        history = fit(
            reader, loss, partial(draw, n=config.batch), seed=seed, every=50, goal=0.005,
            steps=config.steps_anywhere if anywhere else config.steps,
            optimizer=partial(torch.optim.Adam, lr=rate), validate=lambda reader: 1 - accuracy(reader, unseen),
        )  # fmt: skip
        tried.append((accuracy(reader, tested), reader))
        if history.ended == "goal":
            break
    found, best = max(tried, key=lambda each: each[0])
    return best, found


@torch.no_grad()
def accuracy(reader: Reader, batch: tuple[Tensor, ...]) -> float:
    return (reader(reader.embedding(batch[0]))[0].argmax(-1) == batch[1]).double().mean().item()


def reach(reader: Reader, config: Config, seed: int) -> list[float]:
    """Which share of the gradient of the right capital's score comes to a letter so many places from the end."""
    letters, capital, _ = texts(np.random.default_rng([seed, 98]), 100, max(config.back), anywhere=False)
    reader = reader.double()
    embedded = reader.embedding(letters).detach().requires_grad_()
    reader(embedded)[0].gather(1, capital[:, None]).sum().backward()
    heard = embedded.grad.norm(dim=-1).mean(0).flip(0)  # (L,), the last letter first
    return [(heard[back - 1] / heard.sum()).item() for back in config.back]


def run(seed: int, config: Config) -> dict[str, Any]:
    """``found``: accuracy, a row a reader, a column a distance; ``anywhere``: LSTM without and with attention, a column
    a length; ``reach``: shares of the gradient at first, a row a reader; ``reach_trained``: of the two, trained on the
    longest texts with the capital anywhere; ``within``: weight on the capital and so many letters after it; ``text``
    and ``weights`` of one text."""
    with torch.random.fork_rng(devices=[]):
        torch.set_flush_denormal(True)
        try:
            return measured(seed, config)
        finally:
            torch.set_flush_denormal(False)


def measured(seed: int, config: Config) -> dict[str, Any]:
    found = [[train(seed, config, name, d, anywhere=False)[1] for d in config.distances] for name in READERS]
    untrained = []
    for name in READERS:
        torch.manual_seed(seed)
        untrained.append(Reader(config, name, max(config.back)))
    pairs = [[train(seed, config, name, length, anywhere=True) for length in config.lengths] for name in READERS[1::2]]
    letters, _, place = texts(np.random.default_rng([seed, 97]), config.tested_on, max(config.lengths), anywhere=True)
    attentive = pairs[1][-1][0]
    with torch.no_grad():
        weights = attentive(attentive.embedding(letters))[1].double()
    behind = torch.arange(max(config.lengths)) - place[:, None]
    shown = int((place - max(config.lengths) // 3).abs().argmin())
    return {
        "found": found,
        "anywhere": [[accuracy for _, accuracy in row] for row in pairs],
        "reach": [reach(reader, config, seed) for reader in untrained],
        "reach_trained": [reach(row[-1][0], config, seed) for row in pairs],
        "within": [(weights * ((behind >= 0) & (behind <= k))).sum(1).mean().item() for k in config.after],
        "text": letters[shown].numpy(),
        "weights": weights[shown].numpy().round(6),
    }
