"""C3 and C26, one vector holds less of a sequence the longer that is: random symbols read, and written from memory.

A GRU reads, a GRU writes: from the last state alone, which is the vector, of several widths; from that, but the last
symbol first, which is the source turned round (Sutskever, Vinyals and Le 2014); or with attention to all states
(Luong's dot). No symbol follows from another, so all of them must be remembered.
"""

from dataclasses import dataclass, replace
from functools import partial

import numpy as np
import torch
from torch.nn import functional as F

from attn_core import nn, tasks, train

SEEDS = 5
BAND = dict.fromkeys(("fixed", "turned", "attention", "fixed_out", "places"), 0.2)
BAND |= dict.fromkeys(("fixed_bits", "turned_bits", "attention_bits", "fixed_out_bits"), 2.0)


@dataclass(frozen=True)
class Config:
    """What is to be remembered, in what, how fast and how long; ``width`` is for ``steps_out``, turned, attention."""

    symbols: int = 12
    trained: tuple[int, int] = (1, 30)
    tested: tuple[int, int] = (2, 60)
    rows: int = 64
    widths: tuple[int, ...] = (16, 32, 64, 128)
    width: int = 64
    embedding_dim: int = 16
    batch: int = 32
    steps: int = 800
    rates: tuple[float, ...] = (5e-3, 1e-2)
    steps_out: int = 3000

    def short(self) -> "Config":
        sizes = {"symbols": 4, "trained": (1, 4), "tested": (2, 6), "rows": 200, "widths": (16,)}
        return replace(self, **sizes, width=16, steps=60, steps_out=60)


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


def places(model: nn.EncoderDecoder, task, length: int, seed: int, config: Config) -> np.ndarray:
    """How often each place of a sequence is written rightly by a model that reads what it wrote itself: (length,)."""
    batch = task(np.random.default_rng([seed, 1, length]), config.rows, length=length, symbols=config.symbols)
    inputs, lengths = torch.from_numpy(batch.inputs), torch.from_numpy(batch.lengths)
    written, _ = model.generate(inputs, lengths=lengths, most=length)
    return (written.numpy() == batch.targets).mean(axis=0)


def bits(right: np.ndarray, symbols: int) -> float:
    """At least so many bits of a sequence are known, told how often each place is right (Fano's inequality)."""
    right = right.clip(1 / symbols, 1 - 1e-12)
    doubt = -right * np.log2(right) - (1 - right) * np.log2((1 - right) / (symbols - 1))
    return float((np.log2(symbols) - doubt).sum())


@torch.no_grad()
def example(models: dict[str, nn.EncoderDecoder], seed: int, config: Config) -> dict[str, np.ndarray]:
    """A sequence, ``inputs``; of its beginnings, a row a length, what the models wrote, and their last states."""
    batch = tasks.copy(np.random.default_rng([seed, 2, 1]), 1, length=config.tested[1], symbols=config.symbols)
    lengths = torch.arange(config.tested[0], config.tested[1] + 1)
    inputs = torch.where(torch.arange(config.tested[1]) < lengths[:, None], torch.from_numpy(batch.inputs), 0)
    arrays = {"inputs": batch.inputs[0].astype(np.uint8)}
    for name, model in models.items():
        written, _ = model.generate(inputs, lengths=lengths, most=config.tested[1])
        arrays[f"written.{name}"] = (written * (inputs > 0)).numpy().astype(np.uint8)
        arrays[f"state.{name}"] = model.encoder.summary(*model.encoder(inputs, lengths)).numpy().astype(np.float16)
    return arrays


def run(seed: int, config: Config) -> tuple[dict[str, list], dict[str, np.ndarray]]:
    """Share right by length: ``fixed`` (rates, widths, lengths), ``turned``, ``attention``, ``fixed_out``; ``_bits``.

    At the longest length trained on, the share right at each of the ``places``, for the models of `example`, in order.
    """
    rates, widths, width = config.rates, config.widths, config.width
    lengths = range(config.tested[0], config.tested[1] + 1)
    fixed = {(w, rate): (tasks.copy, w, False, config.steps, rate) for rate in rates for w in widths}
    first = config.steps, rates[0]
    others = {"turned": (tasks.reverse, width, False, *first), "attention": (tasks.copy, width, True, *first)}
    others["fixed_out"] = tasks.copy, width, False, config.steps_out, rates[0]
    plans, found = fixed | others, {}
    models = {name: learn(*plan, seed, config) for name, plan in plans.items()}
    told = {n: [places(models[n], plan[0], length, seed, config) for length in lengths] for n, plan in plans.items()}
    for kind, count in ("", np.mean), ("_bits", partial(bits, symbols=config.symbols)):
        each = {name: [round(float(count(right)), 4) for right in rows] for name, rows in told.items()}
        found[f"fixed{kind}"] = [[each[w, rate] for w in widths] for rate in rates]
        found |= {f"{name}{kind}": each[name] for name in others}
    shown = {f"{w}": (w, rates[0]) for w in widths} | {name: name for name in others}
    found["places"] = [told[name][lengths.index(config.trained[1])].round(4) for name in shown.values()]
    return found, example({name: models[n] for name, n in shown.items()}, seed, config)
