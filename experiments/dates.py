"""C3, before attention what is far is weak: dates as people write them, in 13 locales, to be written as ISO 8601.

A bidirectional GRU reads the characters, another GRU writes ten: from one vector, or with attention (Luong's dot).
How many steps until 95 % of unseen days are written without a mistake, and how many are in the end? Days are parted
into those to learn from, to check on while learning, and to test on; the weights kept are the best in a check.
"""

from copy import deepcopy
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
import torch
from torch.nn import functional as F

from attn_core import nn, tasks, train

SEEDS = 5
BAND = dict.fromkeys(("final", "rounded", "mass", "near"), 0.1) | {"steps": 50, "reached": 1}
DECODERS = {"fixed": nn.FixedVectorDecoder, "attention": nn.LuongDecoder}
PARTS = {"year": slice(0, 4), "month": slice(5, 7), "day": slice(8, 10)}  # of YYYY-MM-DD


@dataclass(frozen=True)
class Config:
    """Which dates, how large the models are, how fast and how long they learn: with a fixed vector, with attention."""

    locales: tuple[str, ...] = tasks.LOCALES
    learnt: int = 20_000
    checked: int = 500
    tested: int = 2000
    enough: float = 0.95
    embedding_dim: int = 16
    state_dim: int = 48
    batch: int = 64
    steps: tuple[int, int] = (1500, 400)
    every: int = 25
    rates: tuple[float, ...] = (1e-2, 5e-3)

    def short(self) -> "Config":
        return replace(
            self, locales=("sv",), learnt=500, checked=100, tested=100, state_dim=32, steps=(50, 125), rates=(1e-2,)
        )


def written(model: nn.EncoderDecoder, batch: tasks.Batch) -> tuple[np.ndarray, np.ndarray]:
    """Whether each date is written without a mistake, (n,), and where the model looked, (n, 10, L)."""
    symbols, weights = model.generate(torch.from_numpy(batch.inputs), lengths=torch.from_numpy(batch.lengths), most=10)
    return (symbols.numpy() == batch.targets).all(axis=1), weights.numpy()


def learn(decoder, dates: tasks.Batch, check: tasks.Batch, steps: int, rate: float, seed: int, config: Config):
    """Train a model; tell after how many steps enough was right, or that it never was."""

    def draw(rng):
        return dates[rng.integers(len(dates), size=config.batch)]

    def loss(model, batch):
        inputs, targets, lengths = map(torch.from_numpy, (batch.inputs, batch.targets, batch.lengths))
        logits, _ = model(inputs[:, : lengths.max()], targets, lengths=lengths)
        return F.cross_entropy(logits.flatten(0, 1), targets.flatten())

    def wrong(model):
        return 1 - written(model, check)[0].mean()

    torch.manual_seed(seed)
    sizes = nn.Sizes(tasks.date_alphabet().size, tasks.ISO.size, config.embedding_dim, config.state_dim)
    model = nn.EncoderDecoder(nn.RecurrentEncoder(sizes, bidirectional=True), decoder(sizes))
    fit = partial(train.fit, model, loss, draw, steps=steps, seed=seed, validate=wrong, every=config.every)
    history = fit(optimizer=partial(torch.optim.Adam, lr=rate), patience=steps)  # so that the best weights are kept
    enough = [done for done, missed in history.checks if 1 - missed > config.enough - 1e-9]
    return model.eval(), min(enough, default=steps), len(enough) > 0


def share(weights: np.ndarray, where: np.ndarray) -> list[float]:
    """How much of the weight lies there, for the characters of year, month and day: two arrays (n, 10, L)."""
    on = (weights * where).sum(axis=2)
    return [float(on[:, part].mean()) for part in PARTS.values()]


def run(seed: int, config: Config) -> tuple[dict[str, list], dict[str, np.ndarray]]:
    """``steps`` to enough, whether ``reached``, ``final`` share right: (rates, models); in float16, ``rounded``.

    Of the weights, on the characters that tell year, month, day: ``mass``; on these and their neighbours ``near``;
    were they ``uniform``, or ``uniform_near``. Arrays: the models of the first rate in float16, and the characters.
    """
    rng, draw = np.random.default_rng(seed), partial(tasks.dates, locales=config.locales)
    days, rest = tasks.hold_out(rng, share=0.2)
    to_check, to_test = tasks.hold_out(rng, share=0.5, days=rest)
    dates = draw(rng, config.learnt, days=days)
    check, test = draw(rng, config.checked, days=to_check), draw(rng, config.tested, days=to_test)
    found = {"steps": [], "reached": [], "final": []}
    arrays = {"inputs": np.array(tasks.date_alphabet().characters), "outputs": np.array(tasks.ISO.characters)}
    for rate in config.rates[::-1]:
        plans = zip(DECODERS.values(), config.steps, strict=True)
        models, *told = zip(*(learn(d, dates, check, n, rate, seed, config) for d, n in plans), strict=True)
        told.append([written(model, test)[0].mean() for model in models])
        for values, value in zip(found.values(), told, strict=True):
            values.insert(0, [float(v) if isinstance(v, np.floating) else int(v) for v in value])
    found["parameters"] = [sum(p.numel() for p in model.parameters()) for model in models]

    for name, model in zip(DECODERS, models, strict=True):
        arrays |= {f"{name}.{key}": weight.half().numpy() for key, weight in model.state_dict().items()}
    found["rounded"] = [float(written(deepcopy(model).half().float(), test)[0].mean()) for model in models]
    _, weights = written(models[-1], test)
    near, length = test.alignment.copy(), test.lengths[:, None, None]
    near[..., 1:] |= test.alignment[..., :-1]
    near[..., :-1] |= test.alignment[..., 1:]
    uniform = (np.arange(near.shape[2]) < length) / length
    found |= {"mass": share(weights, test.alignment), "near": share(weights, near)}
    found |= {"uniform": share(uniform, test.alignment), "uniform_near": share(uniform, near)}
    return found, arrays
