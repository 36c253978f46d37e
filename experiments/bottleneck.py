"""C3 and C26, one vector holds less of a sequence the longer that is: random symbols read, and written from memory.

A GRU reads, a GRU writes: from the last state alone, which is the vector, of several widths; from that, but the last
symbol first, which is the source turned round (Sutskever, Vinyals and Le 2014); or with attention to all states
(Luong's dot). No symbol follows from another, so all of them must be remembered.
"""

from dataclasses import dataclass, replace

import numpy as np
import torch
from torch.nn import functional as F

from attn_core import nn, tasks, train

SEEDS = 5
BAND = {"fixed": 0.15, "turned": 0.15, "attention": 0.15, "fixed_out": 0.15, "bits": 1.5, "bits_out": 1.5}


@dataclass(frozen=True)
class Config:
    """What is to be remembered, in what, how fast and how long; ``width`` is for ``steps_out``, turned, attention."""

    symbols: int = 12
    trained: tuple[int, int] = (1, 30)
    tested: tuple[int, int] = (2, 60)
    rows: int = 1500
    widths: tuple[int, ...] = (16, 32, 64, 128)
    width: int = 64
    embedding_dim: int = 16
    batch: int = 32
    steps: int = 800
    rates: tuple[float, ...] = (5e-3, 1e-2)
    steps_out: int = 3000

    def short(self) -> "Config":
        sizes = {"symbols": 4, "trained": (1, 4), "tested": (2, 6), "rows": 400, "widths": (16,), "width": 16}
        return replace(self, **sizes, steps=60, steps_out=60)


def learn(task, width: int, attends: bool, steps: int, rate: float, seed: int, config: Config) -> nn.EncoderDecoder:
    """Train a model on sequences of random lengths; the rate falls to zero."""

    def draw(rng):  # one length a batch: nothing is computed for padding
        length = int(rng.integers(config.trained[0], config.trained[1] + 1))
        return task(rng, config.batch, length=length, symbols=config.symbols)

    def loss(model, batch):
        inputs, targets, lengths = map(torch.from_numpy, (batch.inputs, batch.targets, batch.lengths))
        logits, _ = model(inputs, targets, lengths=lengths)
        return F.cross_entropy(logits.flatten(0, 1), targets.flatten())

    def optimizer(parameters):
        adam = torch.optim.Adam(parameters, lr=rate)
        falling = torch.optim.lr_scheduler.LambdaLR(adam, lambda step: min(1, (step + 1) / 50) * (1 - step / steps))
        adam.register_step_post_hook(lambda *_: falling.step())
        return adam

    torch.manual_seed(seed)
    sizes = nn.Sizes(config.symbols + 1, config.symbols + 1, config.embedding_dim, width)
    decoder = nn.LuongDecoder(sizes) if attends else nn.FixedVectorDecoder(sizes)
    model = nn.EncoderDecoder(nn.RecurrentEncoder(sizes), decoder)
    train.fit(model, loss, draw, steps=steps, seed=seed, optimizer=optimizer)
    return model.eval()


def right(model: nn.EncoderDecoder, task, seed: int, config: Config) -> np.ndarray:
    """Which share of the symbols a model writes rightly, reading what it wrote itself: for each length."""
    batch = task(np.random.default_rng([seed, 1]), config.rows, length=config.tested, symbols=config.symbols)
    inputs, lengths = torch.from_numpy(batch.inputs), torch.from_numpy(batch.lengths)
    written, _ = model.generate(inputs, lengths=lengths, most=config.tested[1])
    hits = ((written.numpy() == batch.targets) & (batch.targets > 0)).sum(axis=1)
    share = np.bincount(batch.lengths, hits) / np.bincount(batch.lengths, batch.lengths).clip(1)
    return share[config.tested[0] :].round(4)


def bits(accuracy: np.ndarray, config: Config) -> np.ndarray:
    """At least so many bits of a sequence are known to one who says this share of its symbols rightly (Fano)."""
    said, others = accuracy.clip(1 / config.symbols, 1 - 1e-12), config.symbols - 1
    doubt = -said * np.log2(said) - (1 - said) * np.log2((1 - said) / others)
    return (np.arange(config.tested[0], config.tested[1] + 1) * (np.log2(config.symbols) - doubt)).round(3)


def example(models: dict[str, nn.EncoderDecoder], seed: int, config: Config) -> dict[str, np.ndarray]:
    """A sequence, ``inputs``; of its beginnings, a row a length, what the models wrote, and their last states."""
    low, high = config.tested
    batch = tasks.copy(np.random.default_rng([seed, 2]), 1, length=high, symbols=config.symbols)
    lengths = torch.arange(low, high + 1)
    inputs = torch.where(torch.arange(high) < lengths[:, None], torch.from_numpy(batch.inputs), 0)
    arrays = {"inputs": batch.inputs[0].astype(np.uint8)}
    for name, model in models.items():
        written, _ = model.generate(inputs, lengths=lengths, most=high)
        with torch.no_grad():
            state = model.encoder.summary(*model.encoder(inputs, lengths))
        arrays[f"written.{name}"] = torch.where(inputs > 0, written, 0).numpy().astype(np.uint8)
        arrays[f"state.{name}"] = state.numpy().astype(np.float16)
    return arrays


def run(seed: int, config: Config) -> tuple[dict[str, np.ndarray], dict[str, np.ndarray]]:
    """Share right by length: ``fixed`` (rates, widths, lengths), ``turned``, ``attention``, ``fixed_out``; ``bits``."""
    rates, widths, width = config.rates, config.widths, config.width
    fixed = {(w, rate): (tasks.copy, w, False, config.steps, rate) for rate in rates for w in widths}
    others = {
        "turned": (tasks.reverse, width, False, config.steps, rates[0]),
        "attention": (tasks.copy, width, True, config.steps, rates[0]),
        "fixed_out": (tasks.copy, width, False, config.steps_out, rates[0]),
    }
    models = {name: learn(*plan, seed, config) for name, plan in (fixed | others).items()}
    sure = {name: right(models[name], plan[0], seed, config) for name, plan in (fixed | others).items()}
    found = {"fixed": np.array([[sure[w, rate] for w in widths] for rate in rates])} | {n: sure[n] for n in others}
    found["bits"], found["bits_out"] = (bits(found[name], config) for name in ("fixed", "fixed_out"))
    shown = {f"{w}": models[w, rates[0]] for w in widths} | {name: models[name] for name in others}
    return found, example(shown, seed, config)
