"""C22, the weights let one see which steps matter: characters of a date taken away, and what is then written.

A bidirectional GRU reads a date, a GRU with attention (Luong's dot) writes it as ISO 8601. For each digit that is
written, one character is deleted: from what attention sees, so that the others share its weight (Serrano and Smith
2019), or from the date itself, which is then read anew. Does the digit change? And if the weights are permuted among
the characters (Jain and Wallace 2019), or all made equal?
"""

from dataclasses import dataclass, replace
from functools import partial

import numpy as np
import torch
from torch.nn import functional as F

from attn_core import nn, tasks, train

SEEDS = 5
DIGITS = [0, 1, 2, 3, 5, 6, 8, 9]  # of YYYY-MM-DD
BAND = dict.fromkeys(("right", "seen", "read", "carried", "permuted", "equal", "largest"), 0.15)


@dataclass(frozen=True)
class Config:
    """Which dates, how many are learnt and tested, how large the model is, how fast and how long it learns."""

    locales: tuple[str, ...] = tasks.LOCALES
    learnt: int = 10_000
    tested: int = 500
    embedding_dim: int = 16
    state_dim: int = 48
    batch: int = 64
    steps: int = 400
    rate: float = 5e-3

    def short(self) -> "Config":
        return replace(self, locales=("sv",), learnt=500, tested=100, state_dim=32, steps=125)


def learn(dates: tasks.Batch, seed: int, config: Config) -> nn.EncoderDecoder:
    """Train a model to write dates."""

    def draw(rng):
        return dates[rng.integers(len(dates), size=config.batch)]

    def loss(model, batch):
        inputs, targets, lengths = map(torch.from_numpy, (batch.inputs, batch.targets, batch.lengths))
        logits, _ = model(inputs[:, : lengths.max()], targets, lengths=lengths)
        return F.cross_entropy(logits.flatten(0, 1), targets.flatten())

    torch.manual_seed(seed)
    sizes = nn.Sizes(tasks.date_alphabet().size, tasks.ISO.size, config.embedding_dim, config.state_dim)
    model = nn.EncoderDecoder(nn.RecurrentEncoder(sizes, bidirectional=True), nn.LuongDecoder(sizes))
    train.fit(model, loss, draw, steps=config.steps, seed=seed, optimizer=partial(torch.optim.Adam, lr=config.rate))
    return model.eval()


def asked(model: nn.EncoderDecoder, batch: tasks.Batch, written: torch.Tensor) -> tuple[torch.Tensor, ...]:
    """What meets at each step: the encoder's states (n, L, D), the decoder's (n, T, D), and their scores (n, T, L)."""
    inputs, lengths, decoder = torch.from_numpy(batch.inputs), torch.from_numpy(batch.lengths), model.decoder
    states, mask = model.encoder(inputs, lengths)
    start = torch.tanh(decoder.begin(model.encoder.summary(states, mask)))
    before = F.pad(written[:, :-1], (1, 0), value=decoder.sizes.num_outputs)  # nothing is written before the first
    queries, _ = decoder.recurrent(decoder.embedding(before), start[None])
    return states, queries, (queries @ states.mT).masked_fill(~mask[:, None], -torch.inf)


def write(decoder: nn.LuongDecoder, states, queries, weights) -> torch.Tensor:
    """The third step, and what follows it: logits (n, T, symbols)."""
    return decoder.read_out(torch.tanh(decoder.mix(torch.cat([weights @ states, queries], dim=-1))))


def share(x: torch.Tensor) -> float:
    return round(x.float().mean().item(), 4)


def run(seed: int, config: Config) -> dict[str, list]:
    """How often a digit changes when a character is deleted: not ``seen`` by attention, or not ``read`` at all.

    Four each, for the character with the most weight, with the largest gradient (of the digit's log-probability, to
    its score), for one at random, and for that with the least weight. ``carried``: of the digits that stay when
    attention does not see the character with the most weight, the share that changes when it is not read. Then
    ``permuted`` and ``equal`` weights; the share of digits that is ``right`` without all this; the ``largest`` weight.
    """
    rng = np.random.default_rng(seed)
    days, rest = tasks.hold_out(rng, share=0.2)
    model = learn(tasks.dates(rng, config.learnt, locales=config.locales, days=days), seed, config)
    test = tasks.dates(rng, config.tested, locales=config.locales, days=rest)
    inputs, lengths, targets = map(torch.from_numpy, (test.inputs, test.lengths, test.targets))
    written, looked = model.generate(inputs, lengths=lengths, most=10)
    with torch.no_grad():
        states, queries, scores = asked(model, test, written)
    weights = scores.softmax(dim=-1)
    torch.testing.assert_close(weights, looked)

    def changed(weights):
        return (write(model.decoder, states, queries, weights).argmax(dim=-1) != written)[:, DIGITS]

    slopes = scores.clone().requires_grad_()
    told = write(model.decoder, states, queries, slopes.softmax(dim=-1)).log_softmax(dim=-1)
    told.gather(2, written[..., None]).sum().backward()
    real = scores > -torch.inf
    chance, every = torch.from_numpy(rng.random(scores.shape)), torch.arange(inputs.shape[1])

    @torch.no_grad()
    def unread(t, at):
        kept = (every != at[:, None]).nonzero()[:, 1].reshape(len(inputs), -1)
        logits, _ = model(inputs.gather(1, kept), written, lengths=lengths - 1)
        return logits[:, t].argmax(dim=-1) != written[:, t]

    gone = [x.masked_fill(~real, -torch.inf).argmax(dim=-1) for x in (weights, slopes.grad, chance, -weights)]  # (n, T)
    seen = [changed(scores.scatter(2, at[..., None], -torch.inf).softmax(dim=-1)) for at in gone]
    read = [torch.stack([unread(t, at[:, t]) for t in DIGITS], dim=1) for at in gone]
    order = torch.where(real, chance, torch.inf).argsort(dim=-1)  # the characters in any order, then the padding
    return {
        "seen": [share(x) for x in seen],
        "read": [share(x) for x in read],
        "carried": share(read[0][~seen[0]]),
        "permuted": share(changed(weights.gather(2, order))),
        "equal": share(changed(real / real.sum(dim=-1, keepdim=True))),
        "right": share((written == targets)[:, DIGITS]),
        "largest": share(weights.amax(dim=-1)[:, DIGITS]),
    }
