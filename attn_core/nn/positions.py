"""Positions, told by numbers that can be added to a vector."""

import torch
from torch import Tensor, nn

from attn_core._checks import check_size

from ._inputs import check_positive


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


class LearnedPositions(nn.Module):
    """Give each position a vector that is learned, as far as the table goes.

    Called as `sinusoids` is, and in its place.

    Parameters
    ----------
    longest : int
        How many positions there are.
    dim : int
        D, the width of a vector.

    Raises
    ------
    TypeError, ValueError
        If a size is no positive integer.

    Notes
    -----
    Drawn from a normal distribution of mean 0 and variance 1, as the vectors of symbols are. Gehring et al. (2017),
    arXiv:1705.03122, learn them; Vaswani et al. (2017), arXiv:1706.03762, Table 3 (E), find no difference.

    Examples
    --------
    >>> LearnedPositions(10, 4)(3, 4).shape
    torch.Size([3, 4])
    """

    def __init__(self, longest: int, dim: int):
        super().__init__()
        check_positive(longest=longest, dim=dim)
        self.table = nn.Parameter(torch.randn(longest, dim))

    def forward(self, length: int, dim: int, *, like: Tensor | None = None) -> Tensor:
        """Give the vectors of the first positions.

        Parameters
        ----------
        length : int
            L, in positions, at most ``longest``.
        dim : int
            D, the width of the table.
        like : tensor, optional
            The result has its dtype and device; without it, the table's.

        Returns
        -------
        tensor (L, D)

        Raises
        ------
        TypeError, ValueError
            If the table has not so many positions, or another width.
        """
        longest, width = self.table.shape
        if check_size("length", length) > longest:
            raise ValueError(f"the table has {longest} positions, got length = {length}")
        if dim != width:
            raise ValueError(f"the table has dim = {width}, got {dim}")
        return self.table[:length] if like is None else self.table[:length].to(like)
