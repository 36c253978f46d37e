"""C23, the Transformer is, at bottom, a pile of attention: what becomes of tokens in a pile of fresh layers?

Random tokens go through blocks whose weights are drawn with variance 1 / width and whose biases are zero. Which share
of the tokens' length is left that tells one from the other: the distance from their mean, as a part of the whole
(Dong, Cordonnier and Loukas 2021)? 1 is all, 0 is rank one: every token the same. Attention alone, with a feed-forward
part, normalisation or skips around it, and with all of them. Then attention alone with queries so many times as long,
which look more sharply. All in float64, in which a share below about 1e-15 is rounding.
"""

from dataclasses import dataclass, replace
from typing import Any

import torch
from torch import Tensor, nn

from attn_core.nn import TransformerBlock

SEEDS = 10

FORMS = {
    "attention alone": {},
    "and feed-forward": {"feed_forward": True},
    "and norm": {"norm": True},
    "and both": {"feed_forward": True, "norm": True},
    "and skips": {"skip": True},
    "skips, feed-forward": {"skip": True, "feed_forward": True},
    "skips, norm": {"skip": True, "norm": True},
    "all, norm after": {"skip": True, "feed_forward": True, "norm": True},
    "all, norm before": {"skip": True, "feed_forward": True, "norm": True, "norm_first": True},
}


@dataclass(frozen=True)
class Config:
    """Tokens, sizes of the blocks, how many there are, and how many times as long queries are."""

    tokens: int = 16
    model_dim: int = 64
    num_heads: int = 4
    hidden_dim: int = 256
    depth: int = 12
    sharper: tuple[float, ...] = (1.0, 2.0, 4.0, 8.0)

    def short(self) -> "Config":
        return replace(self, tokens=4, model_dim=8, num_heads=2, hidden_dim=16, depth=3)


def block(config: Config, *, skip=False, feed_forward=False, norm=False, norm_first=False) -> TransformerBlock:
    """A fresh block with these parts."""
    made = TransformerBlock(
        config.model_dim, config.num_heads, hidden_dim=config.hidden_dim if feed_forward else 0, skip=skip,
        norm=nn.LayerNorm if norm else nn.Identity, norm_first=norm_first,
    ).double()  # fmt: skip
    with torch.no_grad():
        for layer in made.modules():
            if isinstance(layer, nn.Linear):
                layer.weight.normal_(std=layer.in_features**-0.5)
                layer.bias.zero_()
    return made


def left(x: Tensor) -> float:
    """The distance of tokens (1, L, D) from their mean, as a share of their length."""
    return ((x - x.mean(dim=1, keepdim=True)).norm() / x.norm()).item()


@torch.no_grad()
def through(x: Tensor, config: Config, form: dict[str, bool], *, sharper: float = 1.0) -> list[float]:
    """What is left at the start and after each block."""
    found = [left(x)]
    for _ in range(config.depth):
        layer = block(config, **form)
        layer.attention.query_proj.weight.mul_(sharper)
        x, _ = layer(x)
        found.append(left(x))
    return found


def run(seed: int, config: Config) -> dict[str, Any]:
    """``left``: a row a form, a column a depth, from 0; ``decades``: its logarithm to base 10, not below −16;
    ``sharper``: what is left by attention alone, a row a length of the queries; ``power``: that logarithm after a block
    over the one before it, for the second block and the third, in a row for attention alone and one with the norm."""
    torch.manual_seed(seed)
    x = torch.randn(1, config.tokens, config.model_dim, dtype=torch.float64)
    found = torch.tensor([through(x, config, form) for form in FORMS.values()], dtype=torch.float64)
    decades = found.clamp(min=1e-16).log10()
    return {
        "left": found.numpy(),
        "decades": decades.numpy(),
        "power": (decades[[0, 2], 2:4] / decades[[0, 2], 1:3]).numpy(),
        "sharper": [through(x, config, {}, sharper=times) for times in config.sharper],
    }
