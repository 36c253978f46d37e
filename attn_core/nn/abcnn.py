"""Two sentences read side by side by one convolution, each with a view of the other."""

from collections.abc import Callable

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from attn_core._checks import Shape, check_alike, check_arrays, check_integer

from ._inputs import check_positive
from .matches import PairWeights, match, row_sums
from .pooling import counted

_PAIR = tuple(map(Shape.read, ("first (B, L1, D)", "second (B, L2, D)")))


class ABCNN(nn.Module):
    """Convolve two sentences and pool them again to their lengths, with a look at each other before, behind, or both.

    Parameters
    ----------
    input_dim : int
        D, the width of the inputs.
    state_dim : int
        How many filters there are: the width of the states.
    form : int
        0, no attention: the BCNN. 1, before the convolution. 2, behind it. 3, both.
    length : int, optional
        The most positions a sentence has; the forms 1 and 3 need it, for they learn a vector for each.
    kernel_size : int
        w, how many positions a filter and a pooling window span.
    score : callable
        ``score(first, second)`` gives (B, L1, L2).
    weigh : callable
        ``weigh(matches, mask)`` gives the weights of the first, (B, K1), as `row_sums` does; called once more for the
        second with both turned over.

    Raises
    ------
    TypeError, ValueError
        If a size is no positive integer, there is no such form, or it needs a length and has none.

    Notes
    -----
    After Yin, Schütze, Xiang and Zhou (2016), arXiv:1512.05193. Before: matches A = score(first, second), and
    ``A first_map`` and ``Aᵀ second_map`` beside the inputs as a second channel. Filters are as high as a vector, so
    two channels are vectors of twice the width. One wide convolution with tanh for both sentences. Behind: matches of
    its outputs, whose row and column sums are the weights a_k. Pooling: ``states_j = Σ_{k = j … j + w − 1} a_k x_k``;
    without attention behind, a_k = 1 / w. Blocks can be stacked, and `mean_pool` of the states is their *all-ap*.

    The masks are ours: the paper pads all sentences to one length.

    Examples
    --------
    >>> block = ABCNN(4, 6, form=3, length=5)
    >>> first, second = torch.rand(1, 5, 4), torch.rand(1, 3, 4)
    >>> real = torch.ones(1, 5, dtype=torch.bool)
    >>> states, weights = block(first, second, real, real[:, :3])
    >>> [each.shape for each in states]
    [torch.Size([1, 5, 6]), torch.Size([1, 3, 6])]
    >>> weights.before.shape, weights.behind.shape
    (torch.Size([1, 5, 3]), torch.Size([1, 7, 5]))
    """

    def __init__(
        self,
        input_dim: int,
        state_dim: int,
        *,
        form: int,
        length: int | None = None,
        kernel_size: int = 3,
        score: Callable[[Tensor, Tensor], Tensor] = match,
        weigh: Callable[[Tensor, Tensor], Tensor] = row_sums,
    ):
        super().__init__()
        check_positive(input_dim=input_dim, state_dim=state_dim, kernel_size=kernel_size)
        if check_integer("form", form) not in (0, 1, 2, 3):
            raise ValueError(f"form must be 0, 1, 2 or 3, got {form}")
        self.input_dim, self.form, self.kernel_size = input_dim, form, kernel_size
        self.score, self.weigh = score, weigh
        self.looks_before, self.looks_behind = form in (1, 3), form in (2, 3)
        if self.looks_before:
            if length is None:
                raise ValueError(f"form {form} learns a vector for each position: say the length")
            check_positive(length=length)
            self.first_map, self.second_map = (
                nn.Parameter(torch.empty(length, input_dim).uniform_(-(length**-0.5), length**-0.5)) for _ in range(2)
            )
        channels = 1 + self.looks_before
        self.conv = nn.Conv1d(channels * input_dim, state_dim, kernel_size, padding=kernel_size - 1)

    def forward(
        self, first: Tensor, second: Tensor, first_mask: Tensor, second_mask: Tensor
    ) -> tuple[tuple[Tensor, Tensor], PairWeights]:
        """Give a state for each position of both sentences.

        Parameters
        ----------
        first, second : tensor (B, L1, D) and (B, L2, D)
        first_mask, second_mask : bool tensor (B, L1) and (B, L2)
            True where there is no padding.

        Returns
        -------
        states : two tensors, (B, L1, state_dim) and (B, L2, state_dim)
            Zero on padding.
        weights : PairWeights

        Raises
        ------
        TypeError, ValueError
            If the tensors do not fit each other or the layer; the text says where.
        """
        check_arrays({"first": first, "second": second}, _PAIR)
        check_alike({"the layer": self.conv.weight, "first": first})
        x, y = counted(first, first_mask, name="first"), counted(second, second_mask, name="second")
        if x.shape[-1] != self.input_dim or 0 in (x.shape[1], y.shape[1]):
            raise ValueError(
                f"the layer wants (B, L, {self.input_dim}) with at least one position, "
                f"got first {tuple(x.shape)} and second {tuple(y.shape)}"
            )
        before = behind = None
        if self.looks_before:
            before = self._matches(x, y, first_mask, second_mask)
            x = torch.cat([x, before @ self._map("first_map", y.shape[1])], dim=-1)
            y = torch.cat([y, before.mT @ self._map("second_map", x.shape[1])], dim=-1)
        (x, x_mask), (y, y_mask) = self._convolved(x, first_mask), self._convolved(y, second_mask)
        if self.looks_behind:
            behind, pairs = self._matches(x, y, x_mask, y_mask), x_mask[:, :, None] & y_mask[:, None]
            a, b = self.weigh(behind, pairs), self.weigh(behind.mT, pairs.mT)
        else:
            a, b = (mask.to(x.dtype) / self.kernel_size for mask in (x_mask, y_mask))
        states = self._pooled(x, a, first_mask), self._pooled(y, b, second_mask)
        return states, PairWeights(before, behind, a, b)

    def _matches(self, x: Tensor, y: Tensor, x_mask: Tensor, y_mask: Tensor) -> Tensor:
        return torch.where(x_mask[:, :, None] & y_mask[:, None], self.score(x, y), 0.0)

    def _map(self, name: str, length: int) -> Tensor:
        """What is learned for the first so many positions of the other sentence."""
        learned = getattr(self, name)
        if length > len(learned):
            raise ValueError(f"the layer has learned {len(learned)} positions, got a sentence of {length}")
        return learned[:length]

    def _convolved(self, x: Tensor, mask: Tensor) -> tuple[Tensor, Tensor]:
        """Features (B, K, state_dim), zero where a filter sees padding alone, and where it sees more (B, K)."""
        w = self.kernel_size
        near = F.pad(mask, (w - 1, w - 1)).unfold(1, w, 1).any(dim=-1)
        return torch.where(near[..., None], torch.tanh(self.conv(x.mT).mT), 0.0), near

    def _pooled(self, x: Tensor, weights: Tensor, mask: Tensor) -> Tensor:
        sums = (weights[..., None] * x).unfold(1, self.kernel_size, 1).sum(dim=-1)  # (B, L, state_dim)
        return torch.where(mask[..., None], sums, 0.0)
