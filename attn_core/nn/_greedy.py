"""Writing greedily: the likeliest symbol, then the likeliest after it, and so on."""

from collections.abc import Callable

import torch
from torch import Tensor

from ._inputs import check_positive


def greedy(
    step: Callable[[Tensor], Tensor], nothing: Tensor, *, most: int, stop: int | None, num_outputs: int
) -> tuple[Tensor, Tensor]:
    """The symbols (B, T), and until which of them, the first ``stop`` included, each sequence goes on (B, T).

    ``step`` takes the symbols written last, (B, 1), at first ``nothing``, and gives logits (B, num_outputs) for the
    next ones. After ``stop`` there is only ``stop``; T is less than ``most`` where all have ended before.
    """
    check_positive(most=most)
    if stop is not None and not 0 <= stop < num_outputs:
        raise ValueError(f"stop must lie from 0 to {num_outputs - 1}, got {stop}")
    last, goes_on = nothing, torch.ones_like(nothing, dtype=torch.bool)  # (B, 1)
    symbols, going = [], []
    while len(symbols) < most and goes_on.any():
        last = step(last).argmax(dim=-1, keepdim=True)
        going.append(goes_on)
        if stop is not None:
            last = torch.where(goes_on, last, stop)
            goes_on = goes_on & (last != stop)
        symbols.append(last)
    return torch.cat(symbols, dim=1), torch.cat(going, dim=1)
