"""Pooling: many states made into one vector.

Each way is called with ``(states, mask)``, (N, L, D) and (N, L), and gives ``(output, weights)``, (N, D) and (N, L).
"""

import torch
from torch import Tensor, nn

from attn_core import scores
from attn_core._checks import Shape, check_alike, check_array, check_arrays, check_home, dtype_name
from attn_core.attention import attend

from ._inputs import check_positive

_STATES = (Shape.read("states (N, L, D)"),)


class AttentionPool(nn.Module):
    """Weigh the states by how well they answer one query, which is learned and the same for all sequences.

    Parameters
    ----------
    state_dim : int
        D, the width of a state.
    hidden_dim : int, optional
        H, the width in which query and keys are compared; without it, state_dim.

    Raises
    ------
    TypeError, ValueError
        If a width is no positive integer.

    Notes
    -----
    ``key_t = tanh(W states_t + b)``, ``weights = softmax(key · query)``, ``output = Σ_t weights_t states_t``: Yang et
    al. (2016), "Hierarchical Attention Networks for Document Classification", equations 5 to 7. It is the score of
    `attn_core.scores.additive` for a query that never changes: b is what is left of that query, v is called ``query``.

    Examples
    --------
    >>> pool = AttentionPool(4)
    >>> output, weights = pool(torch.ones(1, 3, 4), torch.tensor([[True, True, False]]))
    >>> output.shape, weights * 2
    (torch.Size([1, 4]), tensor([[1., 1., 0.]], grad_fn=<MulBackward0>))
    """

    def __init__(self, state_dim: int, *, hidden_dim: int | None = None):
        super().__init__()
        hidden_dim = state_dim if hidden_dim is None else hidden_dim
        check_positive(state_dim=state_dim, hidden_dim=hidden_dim)
        self.key_proj = nn.Linear(state_dim, hidden_dim)
        bound = hidden_dim**-0.5
        self.query = nn.Parameter(torch.empty(1, hidden_dim).uniform_(-bound, bound))

    def forward(self, states: Tensor, mask: Tensor) -> tuple[Tensor, Tensor]:
        """Give one vector a sequence, and the share that each state has in it.

        Parameters
        ----------
        states : tensor (N, L, D)
        mask : bool tensor (N, L)
            True where a state counts.

        Returns
        -------
        output : tensor (N, D)
            Zero where no state counts.
        weights : tensor (N, L)

        Raises
        ------
        TypeError, ValueError
            If the tensors do not fit each other or the layer; the text says where.
        """
        states = counted(states, mask)
        check_alike({"the layer": self.query, "states": states})
        if states.shape[-1] != self.key_proj.in_features:
            raise ValueError(f"the layer has state_dim = {self.key_proj.in_features}, got states {tuple(states.shape)}")
        key = torch.tanh(self.key_proj(states))  # (N, L, H)
        output, weights = attend(self.query, key, states, score=scores.dot, mask=mask[:, None])
        return output[:, 0], weights[:, 0]


def last_pool(states: Tensor, mask: Tensor) -> tuple[Tensor, Tensor]:
    """Take the last state that counts, and leave the others.

    Parameters
    ----------
    states : tensor (N, L, D)
    mask : bool tensor (N, L)
        True where a state counts.

    Returns
    -------
    output : tensor (N, D)
        Zero where no state counts.
    weights : tensor (N, L)
        1 for the last state that counts.

    Raises
    ------
    TypeError, ValueError
        If the tensors do not fit each other; the text says where.

    Examples
    --------
    >>> last_pool(torch.tensor([[[2.0], [4.0], [9.0]]]), torch.tensor([[True, True, False]]))
    (tensor([[4.]]), tensor([[0., 1., 0.]]))
    """
    states = counted(states, mask)
    behind = mask.flip(1).cumsum(1).flip(1)  # (N, L), how many count from here on
    weights = (mask & (behind == 1)).to(states.dtype)
    return (weights[:, None] @ states)[:, 0], weights


def mean_pool(states: Tensor, mask: Tensor) -> tuple[Tensor, Tensor]:
    """Give each state that counts the same weight.

    Parameters
    ----------
    states : tensor (N, L, D)
    mask : bool tensor (N, L)
        True where a state counts.

    Returns
    -------
    output : tensor (N, D)
        Zero where no state counts.
    weights : tensor (N, L)
        1 / n for n states that count.

    Raises
    ------
    TypeError, ValueError
        If the tensors do not fit each other; the text says where.

    Examples
    --------
    >>> mean_pool(torch.tensor([[[2.0], [4.0], [9.0]]]), torch.tensor([[True, True, False]]))
    (tensor([[3.]]), tensor([[0.5000, 0.5000, 0.0000]]))
    """
    states = counted(states, mask)
    weights = mask.to(states.dtype) / mask.sum(dim=1, keepdim=True).clamp(min=1)
    return (weights[:, None] @ states)[:, 0], weights


def max_pool(states: Tensor, mask: Tensor) -> tuple[Tensor, Tensor]:
    """Take the largest number of each feature, from whichever state has it.

    Parameters
    ----------
    states : tensor (N, L, D)
    mask : bool tensor (N, L)
        True where a state counts.

    Returns
    -------
    output : tensor (N, D)
        Zero where no state counts.
    weights : tensor (N, L)
        The share of the D features for which a state was chosen, the first of equal ones. The output is no sum by
        these weights.

    Raises
    ------
    TypeError, ValueError
        If the tensors do not fit each other; the text says where.

    Examples
    --------
    >>> max_pool(torch.tensor([[[2.0, 5.0], [4.0, 1.0], [9.0, 9.0]]]), torch.tensor([[True, True, False]]))
    (tensor([[4., 5.]]), tensor([[0.5000, 0.5000, 0.0000]]))
    """
    states = counted(states, mask)
    if not states.shape[1]:
        return states.sum(dim=1), states.sum(dim=2)
    output, at = states.masked_fill(~mask[..., None], -torch.inf).max(dim=1)  # (N, D)
    chosen = at[:, None] == torch.arange(states.shape[1], device=at.device)[:, None]  # (N, L, D)
    some = mask.any(dim=1, keepdim=True)
    return torch.where(some, output, 0.0), torch.where(mask, chosen.to(states.dtype).mean(dim=2), 0.0)


def counted(states: Tensor, mask: Tensor, *, name: str = "states") -> Tensor:
    """The states, with zeros for those that do not count; raise unless there is a boolean for each."""
    check_arrays({"states": states}, _STATES)
    check_array("mask", mask)
    check_home("mask", mask, name, states)
    if mask.dtype != torch.bool:
        raise TypeError(f"mask must be boolean, True = counts, got {dtype_name(mask)}")
    if mask.shape != states.shape[:2]:
        of = "" if name == "states" else f" of {name}"
        raise ValueError(f"mask{of} must be (N, L) = {tuple(states.shape[:2])}, got {tuple(mask.shape)}")
    return torch.where(mask[..., None], states, 0.0)
