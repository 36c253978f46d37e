"""C7, what can stand in for the gradient that a drawn place does not have: how wrong, how noisy, early and late.

Rows of handwritten digits, one of them upright; a scorer and a reader of one place, as in ``glimpses``. The gradient of
the expected loss for the scores is known exactly, by reading every place. Beside it stand the estimates from one drawn
place: for each row every place is drawn in turn and weighted by its probability, so their mean and variance are exact
too; only ``gumbel`` is drawn many times. The mean of these draws is off by chance, too: the expected square of that,
their variance by their number, is taken out of the square of its bias. Before any training the weights are spread;
after some the right place has nearly all. Bias and standard deviation are those of the whole batch, in units of the
length of the exact gradient.
"""

from dataclasses import dataclass, replace
from functools import partial

import numpy as np
import torch
from torch import Tensor, nn

import attn_core as ac
from attn_core import estimators, tasks
from attn_core.train import fit

SEEDS = 5
BAND = {"bias": 5.0, "spread": 100.0, "sure": 0.9}
TEMPERATURES = (1.0, 0.1)
WAYS = ("reinforce", "reinforce, mean", "reinforce, own", "straight_through", *(f"gumbel, {t}" for t in TEMPERATURES))


@dataclass(frozen=True)
class Config:
    """The task, the sizes, and after how many steps the gradients are looked at."""

    places: int = 8
    hidden_dim: int = 32
    batch: int = 32
    after: tuple[int, ...] = (0, 30, 300)
    rate: float = 0.003
    rows: int = 100
    gumbel_draws: int = 4000

    def short(self) -> "Config":
        return replace(self, places=3, after=(0, 5), rows=10, gumbel_draws=50)


def drawn(rng: np.random.Generator, n: int, places: int) -> tuple[Tensor, Tensor]:
    batch = tasks.digit_glimpses(rng, n, places=places)
    return torch.from_numpy(batch.inputs), torch.from_numpy(batch.targets)


class Model(nn.Module):
    """A scorer of places and a reader of one, each with a hidden layer."""

    def __init__(self, hidden: int):
        super().__init__()
        pixels = tasks.digits.SIDE**2
        self.score = nn.Sequential(nn.Linear(pixels, hidden), nn.ReLU(), nn.Linear(hidden, 1))
        self.read = nn.Sequential(nn.Linear(pixels, hidden), nn.ReLU(), nn.Linear(hidden, 10))

    def losses(self, seen: Tensor, target: Tensor) -> Tensor:
        """Of reading something (B, n, pixels): (B, n)."""
        said = self.read(seen).mT
        return nn.functional.cross_entropy(said, target[:, None].expand(seen.shape[:2]), reduction="none")

    def expected(self, digits: Tensor, target: Tensor) -> Tensor:
        return estimators.expected(self.score(digits)[..., 0], self.losses(digits, target)).mean()


def gradients(way: str, scores: Tensor, model: Model, digits: Tensor, target: Tensor, config: Config) -> Tensor:
    """The estimate for the scores of each row (rows, draws, places): one a place, or many of a Gumbel softmax."""
    gumbel = way.startswith("gumbel")
    n = scores.shape[1]
    count = config.gumbel_draws if gumbel else n
    scores = scores.detach()[:, None].repeat(1, count, 1).requires_grad_()
    if gumbel:
        noise = torch.Generator().manual_seed(0)
        weights = estimators.gumbel_softmax(scores, temperature=float(way.split()[-1]), generator=noise)
        loss = model.losses(weights @ digits, target)
    elif way == "straight_through":  # every place in turn in place of the draw
        soft = ac.softmax(scores)
        loss = model.losses((torch.eye(n).double() + soft - soft.detach()) @ digits, target)
    else:
        loss = model.losses(digits, target).detach()
        of_row = estimators.expected(scores[:, 0], loss)[:, None].detach()
        baseline = {"reinforce": 0.0, "reinforce, mean": of_row.mean(), "reinforce, own": of_row}[way]
        loss = estimators.reinforce(scores, torch.eye(n).double().expand_as(scores), loss, baseline=baseline)
    return torch.autograd.grad(loss.sum(), scores)[0]


def compared(model: Model, digits: Tensor, target: Tensor, config: Config) -> tuple[list[float], list[float], float]:
    """Bias and standard deviation of each way, and the mean of the largest probability."""
    scores = model.score(digits)[..., 0]
    p = ac.softmax(scores.detach())
    exact = p * (model.losses(digits, target) - estimators.expected(scores, model.losses(digits, target))[:, None])
    bias, spread = [], []
    for way in WAYS:
        found = gradients(way, scores, model, digits, target, config)  # (rows, draws, places)
        sampled = way.startswith("gumbel")
        shares = torch.full(found.shape[:2], 1 / found.shape[1]).double() if sampled else p
        mean = (shares[:, None] @ found)[:, 0]  # (rows, places)
        variance = (shares * (found - mean[:, None]).square().sum(-1)).sum()
        by_chance = variance / (found.shape[1] - 1) if sampled else 0.0
        off = ((mean - exact).square().sum() - by_chance).clamp(min=0)  # below 0 when chance was kind
        bias.append((off.sqrt() / exact.norm()).item())
        spread.append((variance.sqrt() / exact.norm()).item())
    return bias, spread, p.amax(-1).mean().item()


def run(seed: int, config: Config) -> dict[str, list]:
    """``bias`` and ``spread``, moments × ways; ``sure``, the mean of the largest probability at each moment."""
    torch.manual_seed(seed)
    model = Model(config.hidden_dim)
    digits, target = drawn(np.random.default_rng([seed, 99]), config.rows, config.places)
    draw, adam = partial(drawn, n=config.batch, places=config.places), partial(torch.optim.Adam, lr=config.rate)
    found = []
    for before, steps in zip((0, *config.after), config.after, strict=False):
        if steps > before:
            fit(model, lambda model, b: model.expected(*b), draw, steps=steps - before, seed=seed, optimizer=adam)
        double = Model(config.hidden_dim).double()
        double.load_state_dict(model.state_dict())
        found.append(compared(double, digits.double(), target, config))
    bias, spread, sure = zip(*found, strict=True)
    return {"bias": list(bias), "spread": list(spread), "sure": list(sure)}
