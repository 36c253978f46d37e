"""C12, a convolution sees its neighbourhood alone, and must be stacked to see further: the field of one output.

Convolutions of three places, one to ten of them on each other, side by side or with gaps that double; and one layer of
self-attention. The gradient of the middle output tells which inputs it hears, and how loudly. Counted are the places
with a gradient, which is a matter of wiring; and measured, how far from the middle the loudness lies.
"""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from attn_core.nn import SelfAttention

SEEDS = 10


@dataclass(frozen=True)
class Config:
    """How long the text is, how wide a place, and how deep the piles."""

    length: int = 255
    width: int = 32
    kernel_size: int = 3
    depths: tuple[int, ...] = (1, 2, 4, 6, 8, 10)
    dilated_depths: tuple[int, ...] = (1, 2, 4, 6)
    shown_depths: tuple[int, ...] = (1, 4, 10)
    shown: int = 12
    draws: int = 20

    def short(self) -> "Config":
        return replace(self, length=31, width=8, depths=(1, 2), dilated_depths=(1, 2), shown_depths=(1, 2), draws=2)


class Pile(nn.Module):
    """Convolutions with tanh, the i-th with gaps of ``dilations[i]``."""

    def __init__(self, config: Config, dilations: list[int]):
        super().__init__()
        self.layers = nn.ModuleList(
            nn.Conv1d(
                config.width, config.width, config.kernel_size,
                padding=d * (config.kernel_size // 2), dilation=d, dtype=torch.float64,
            )
            for d in dilations
        )  # fmt: skip

    def forward(self, x: Tensor) -> Tensor:
        x = x.mT
        for layer in self.layers:
            x = torch.tanh(layer(x))
        return x.mT


def heard(model: nn.Module, config: Config, seed: int) -> np.ndarray:
    """The share of the gradient that comes to each place, on average over features of the output and texts: (L,)."""
    generator = torch.Generator().manual_seed(seed)
    x = torch.randn(config.draws, config.length, config.width, dtype=torch.float64, generator=generator)
    x.requires_grad_()
    output = model(x)
    middle = (output[0] if isinstance(output, tuple) else output)[:, config.length // 2]  # (draws, width)
    direction = torch.randn(middle.shape, dtype=torch.float64, generator=generator)
    (gradient,) = torch.autograd.grad((middle * direction).sum(), x)
    loudness = gradient.norm(dim=-1).mean(0).numpy()
    return loudness / loudness.sum()


def spread(shares: np.ndarray) -> float:
    """The standard deviation of the place that is heard, in places from the middle."""
    away = np.arange(len(shares)) - len(shares) // 2
    return float(np.sqrt((shares * away**2).sum()))


def run(seed: int, config: Config) -> dict[str, Any]:
    """``field``, ``dilated``: places with a gradient, a number a depth; ``attention``: the same for self-attention;
    ``spread``, ``dilated_spread``: how far the gradient lies from the middle; ``loud``: for the depths shown, the share
    of each place up to so far from the middle, of the loudest."""
    found: dict[str, Any] = {"field": [], "spread": [], "dilated": [], "dilated_spread": [], "loud": []}
    with torch.random.fork_rng(devices=[]):
        for count, width, depths, gaps in (
            ("field", "spread", config.depths, lambda i: 1),
            ("dilated", "dilated_spread", config.dilated_depths, lambda i: 2**i),
        ):
            for depth in depths:
                torch.manual_seed(seed)
                shares = heard(Pile(config, [gaps(i) for i in range(depth)]), config, seed)
                found[count].append(int((shares > 0).sum()))
                found[width].append(spread(shares))
                if count == "field" and depth in config.shown_depths:
                    middle = config.length // 2
                    near = shares[middle - config.shown : middle + config.shown + 1]
                    found["loud"].append((near / shares.max()).round(6))
        torch.manual_seed(seed)
        shares = heard(SelfAttention(config.width).double(), config, seed)
    return found | {"attention": int((shares > 0).sum())}
