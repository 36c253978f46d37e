"""Matches: how like each word of one sentence is to each of another, and what that weighs."""

from typing import NamedTuple

import torch
from torch import Tensor

from attn_core._arrays import takes


class PairWeights(NamedTuple):
    """What a pair made of each other: K = L + kernel_size − 1 is what a wide convolution gives for L positions.

    Parameters
    ----------
    before : tensor (B, L1, L2) or None
        The matches of the inputs, zero on padding; None in the forms 0 and 2.
    behind : tensor (B, K1, K2) or None
        The matches of what the convolution gave; None in the forms 0 and 1.
    first, second : tensor (B, K1) and (B, K2)
        The weights with which the outputs of the convolution are added up, in windows; zero on padding.

    Examples
    --------
    >>> behind = torch.tensor([[[1.0, 0.25], [0.5, 0.25]]])
    >>> PairWeights(None, behind, behind.sum(dim=2), behind.sum(dim=1)).first
    tensor([[1.2500, 0.7500]])
    """

    before: Tensor | None
    behind: Tensor | None
    first: Tensor
    second: Tensor


@takes("first (..., L1, D)", "second (..., L2, D)")
def match(first: Tensor, second: Tensor) -> Tensor:
    """Score a pair by its distance: 1 for two that are the same, towards 0 the farther they are apart.

    Parameters
    ----------
    first : tensor (..., L1, D)
    second : tensor (..., L2, D)

    Returns
    -------
    tensor (..., L1, L2)
        From 0 to 1.

    Raises
    ------
    TypeError, ValueError
        If the tensors do not fit each other; the text says where.

    Notes
    -----
    ``1 / (1 + ‖first[i] − second[j]‖)`` with the Euclidean distance: the match-score of Yin et al. (2016),
    arXiv:1512.05193. Two that are the same pass no gradient on.

    Examples
    --------
    >>> match(torch.tensor([[0.0, 0.0]]), torch.tensor([[0.0, 0.0], [3.0, 4.0]]))
    tensor([[1.0000, 0.1667]])
    """
    return 1 / (1 + torch.cdist(first, second, compute_mode="donot_use_mm_for_euclid_dist"))


def row_sums(matches: Tensor, mask: Tensor) -> Tensor:
    """Weigh each of the first by all its matches together: (B, K1, K2), zero where there are none, give (B, K1).

    Parameters
    ----------
    matches : tensor (B, K1, K2)
    mask : bool tensor (B, K1, K2)
        True where both are no padding. A sum needs no mask; who normalises does.

    Returns
    -------
    tensor (B, K1)

    Examples
    --------
    >>> row_sums(torch.tensor([[[1.0, 0.5], [0.25, 0.25]]]), torch.ones(1, 2, 2, dtype=torch.bool))
    tensor([[1.5000, 0.5000]])
    """
    return matches.sum(dim=-1)
