"""Positions, told by numbers that can be added to a vector."""

import torch
from torch import Tensor

from attn_core._checks import check_size


def sinusoids(length: int, dim: int, *, like: Tensor | None = None) -> Tensor:
    """Give each position a vector of sines and cosines, fast ones first.

    Parameters
    ----------
    length : int
        L, in positions.
    dim : int
        D, the width of a vector.
    like : tensor, optional
        The result has its dtype and device; without it, torch's default.

    Returns
    -------
    tensor (L, D)
        From −1 to 1.

    Raises
    ------
    TypeError, ValueError
        If a size is no integer from 0.

    Notes
    -----
    ``sinusoids[t, 2i] = sin(t / 10000^(2i/D))`` and ``sinusoids[t, 2i + 1] = cos(t / 10000^(2i/D))``: Vaswani et
    al. (2017), arXiv:1706.03762, section 3.5.

    Examples
    --------
    >>> sinusoids(2, 2)
    tensor([[0.0000, 1.0000],
            [0.8415, 0.5403]])
    """
    like = torch.empty(0) if like is None else like
    at = torch.arange(check_size("length", length), dtype=torch.float64)[:, None]
    rates = 10_000.0 ** (-torch.arange(0, check_size("dim", dim), 2, dtype=torch.float64) / max(dim, 1))
    pairs = torch.stack([torch.sin(at * rates), torch.cos(at * rates)], dim=-1)  # (L, D/2, 2)
    return pairs.flatten(1)[:, :dim].to(like)
