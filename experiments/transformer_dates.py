"""C23 and C3: a Transformer, two layers of four heads, on the dates of `dates`, and what its parts and heads do there.

The same dates from the same seeds, the same batches, steps between checks and measure as for the GRUs of `dates`: how
many steps until 95 % of unseen days are written without a mistake, and how many are in the end? The first learning
rate, and if it does not get there, the second. Then the trained model is opened: heads are switched off, one after the
other and a whole kind at once, and the weight of each on the characters that tell year, month and day is measured.
"""

from copy import deepcopy
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from attn_core import measure, nn, tasks, train

SEEDS = 5
BAND = dict.fromkeys(("final", "rounded", "without", "without_kind", "mass"), 0.2) | {"steps": 100, "reached": 1}
BAND |= {"left": 0.2, "tried": 1}
KINDS = nn.TransformerWeights._fields
PARTS = {"year": slice(0, 4), "month": slice(5, 7), "day": slice(8, 10)}  # of YYYY-MM-DD


@dataclass(frozen=True)
class Config:
    """Which dates, how large the model is, how fast and how long it learns, and on how many dates it is opened."""

    locales: tuple[str, ...] = tasks.LOCALES
    learnt: int = 20_000
    checked: int = 500
    tested: int = 2000
    opened: int = 300
    enough: float = 0.95
    goal: float = 0.995
    model_dim: int = 32
    num_heads: int = 4
    hidden_dim: int = 64
    num_layers: int = 2
    batch: int = 64
    steps: int = 1400
    every: int = 25
    rates: tuple[float, ...] = (5e-3, 2.5e-3)

    def short(self) -> "Config":
        small = {"learnt": 200, "checked": 50, "tested": 50, "opened": 20, "steps": 100, "model_dim": 16}
        return replace(self, locales=("sv",), num_heads=2, num_layers=1, rates=(0.02,), **small)


def sizes(config: Config) -> nn.TransformerSizes:
    shape = (config.model_dim, config.num_heads, config.hidden_dim, config.num_layers)
    return nn.TransformerSizes(tasks.date_alphabet().size, tasks.ISO.size, *shape)


def logits(model: nn.Transformer, batch: tasks.Batch, **off: Any) -> tuple[Tensor, nn.TransformerWeights]:
    inputs, targets, lengths = map(torch.from_numpy, (batch.inputs, batch.targets, batch.lengths))
    return model(inputs[:, : max(int(lengths.max()), 1)], targets, lengths=lengths, **off)


@torch.no_grad()
def right(model: nn.Transformer, batch: tasks.Batch, **off: Any) -> float:
    """The share of dates written without a mistake: each symbol is the likeliest after the right ones before it."""
    said = logits(model, batch, **off)[0].argmax(dim=-1).numpy()
    return float((said == batch.targets).all(axis=1).mean())


def loss(model: nn.Transformer, batch: tasks.Batch) -> Tensor:
    """Cross-entropy, the short dates and the long ones apart: the same sum with less padding."""
    halves = [batch[rows] for rows in np.array_split(batch.lengths.argsort(kind="stable"), 2)]
    sums = [
        F.cross_entropy(logits(model, half)[0].flatten(0, 1), torch.from_numpy(half.targets).flatten(), reduction="sum")
        for half in halves
    ]
    return sum(sums) / batch.targets.size


def learn(dates: tasks.Batch, check: tasks.Batch, rate: float, seed: int, config: Config):
    """Train a model; tell after how many steps enough was right, or that it never was."""
    torch.manual_seed(seed)
    model = nn.Transformer(sizes(config))
    history = train.fit(
        model, loss, lambda rng: dates[rng.integers(len(dates), size=config.batch)], seed=seed, steps=config.steps,
        every=config.every, optimizer=partial(torch.optim.Adam, lr=rate),
        validate=lambda model: 1 - right(model, check),
        goal=1 - config.goal, patience=config.steps,  # so that the best weights are kept
    )  # fmt: skip
    enough = [done for done, missed in history.checks if 1 - missed > config.enough - 1e-9]
    return model.eval(), min(enough, default=config.steps), int(len(enough) > 0)


@torch.no_grad()
def states(model: nn.Transformer, batch: tasks.Batch) -> np.ndarray:
    """The distance of the states of a date from their mean, as a share of their length, before and after each layer."""
    seen: list[Tensor] = []
    hooks = [model.encoder[0].register_forward_pre_hook(lambda _, given: seen.append(given[0]))]
    hooks += [block.register_forward_hook(lambda _, __, made: seen.append(made[0])) for block in model.encoder]
    shares = []
    for row in range(len(batch)):
        seen.clear()
        logits(model, batch[row : row + 1])
        shares.append([((x - x.mean(1, keepdim=True)).norm() / x.norm()).item() for x in seen])
    for hook in hooks:
        hook.remove()
    return np.mean(shares, axis=0)


def run(seed: int, config: Config) -> tuple[dict[str, Any], dict[str, np.ndarray]]:
    """``steps`` to enough, whether ``reached``, ``final`` share right, and at how many rates it was ``tried``; in
    float16, ``rounded``. ``parameters``, and ``multiply_adds`` for a date of 20 characters. ``without``:
    the share right with a head off (kind, layer, head), ``whole`` with none and ``without_kind`` with a whole kind off.
    ``mass``: weight of the heads between the two on the characters of year, month, day (layer, head, part).
    ``left``: distance of the states from their mean. Arrays: the weights in float16, and the characters."""
    rng, draw = np.random.default_rng(seed), partial(tasks.dates, locales=config.locales)
    days, rest = tasks.hold_out(rng, share=0.2)
    to_check, to_test = tasks.hold_out(rng, share=0.5, days=rest)
    dates = draw(rng, config.learnt, days=days)
    check, test = draw(rng, config.checked, days=to_check), draw(rng, config.tested, days=to_test)
    tried = 0
    for rate in config.rates:
        model, steps, reached = learn(dates, check, rate, seed, config)
        tried += 1
        if reached:
            break
    opened = test[: config.opened]
    heads = [[[(kind, i, j) for j in range(config.num_heads)] for i in range(config.num_layers)] for kind in KINDS]
    cross = logits(model, opened)[1].cross.detach().numpy()  # (n, layer, head, 10, L)
    on = cross * opened.alignment[:, None, None, :, : cross.shape[-1]]
    one = [torch.ones((1, n), dtype=torch.long) for n in (20, 10)]
    found = {
        "steps": steps, "reached": reached, "tried": tried, "final": right(model, test),
        "rounded": right(deepcopy(model).half().float(), test[: config.tested // 2]),
        "parameters": measure.parameters(model),
        "multiply_adds": measure.multiply_adds(lambda: model(*one, lengths=torch.tensor([20]))),
        "whole": right(model, opened),
        "without": [[[right(model, opened, off=[head]) for head in row] for row in kind] for kind in heads],
        "without_kind": [right(model, opened, off=[head for row in kind for head in row]) for kind in heads],
        "mass": np.stack([on.sum(-1)[..., part].mean((0, 3)) for part in PARTS.values()], axis=-1),
        "left": states(model, opened[:50]),
    }  # fmt: skip
    arrays = {name: weight.half().numpy() for name, weight in model.state_dict().items()}
    arrays |= {"inputs": np.array(tasks.date_alphabet().characters), "outputs": np.array(tasks.ISO.characters)}
    return found, arrays
