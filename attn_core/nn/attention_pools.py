"""Pooling by attention, as it was published: several sums at once, a score without a query, a query from outside.

As in `attn_core.nn.pooling` states come with a mask, (N, L, D) and (N, L), and become ``(output, weights)``.
"""

from functools import partial

import torch
from torch import Tensor, nn

from attn_core import scores
from attn_core._checks import Shape, check_alike, check_arrays, is_finite_number
from attn_core.attention import attend
from attn_core.normalizers import softmax

from ._inputs import check_positive
from .pooling import counted

_QUERY = (Shape.read("query (N, D)"),)
_WEIGHTS = (Shape.read("weights (..., R, L)"),)


class StructuredPool(nn.Module):
    """Weigh the states for several learned queries: a row of weights, and a sum, for each.

    Parameters
    ----------
    state_dim : int
        D, the width of a state.
    hidden_dim : int
        H, the width in which they are compared.
    rows : int
        R, how many queries there are.

    Raises
    ------
    TypeError, ValueError
        If a size is no positive integer.

    Notes
    -----
    ``weights = softmax(W_2 tanh(W_1 statesᵀ))`` and ``output = weights states``, with W_1 (H, D) and W_2 (R, H) and no
    biases: Lin et al. (2017), arXiv:1703.03130. In this book's words, keys ``tanh(states W_1ᵀ)`` under the dot product
    with R queries. Nothing keeps the rows apart but `redundancy`, added to the loss.

    Examples
    --------
    >>> pool = StructuredPool(4, hidden_dim=3, rows=2)
    >>> output, weights = pool(torch.ones(1, 5, 4), torch.tensor([[True, True, False, False, False]]))
    >>> output.shape, weights * 2
    (torch.Size([1, 2, 4]), tensor([[[1., 1., 0., 0., 0.],
             [1., 1., 0., 0., 0.]]], grad_fn=<MulBackward0>))
    """

    def __init__(self, state_dim: int, *, hidden_dim: int, rows: int):
        super().__init__()
        check_positive(state_dim=state_dim, hidden_dim=hidden_dim, rows=rows)
        self.key_proj = nn.Linear(state_dim, hidden_dim, bias=False)
        self.query = nn.Parameter(torch.empty(rows, hidden_dim).uniform_(-(hidden_dim**-0.5), hidden_dim**-0.5))

    def forward(self, states: Tensor, mask: Tensor) -> tuple[Tensor, Tensor]:
        """Give one vector a sequence and row, and the share that each state has in it.

        Parameters
        ----------
        states : tensor (N, L, D)
        mask : bool tensor (N, L)
            True where a state counts.

        Returns
        -------
        output : tensor (N, R, D)
            Zero where no state counts.
        weights : tensor (N, R, L)
        """
        states = _of_width(self.key_proj, states, mask)
        key = torch.tanh(self.key_proj(states))  # (N, L, H)
        return attend(self.query, key, states, score=scores.dot, mask=mask[:, None])


class FeedForwardPool(nn.Module):
    """Weigh each state by a score that it gives itself: one number from a layer that sees this state alone.

    Parameters
    ----------
    state_dim : int
        D, the width of a state.

    Raises
    ------
    TypeError, ValueError
        If the width is no positive integer.

    Notes
    -----
    ``scores_t = tanh(w · states_t + b)``, then softmax and weighted sum: Raffel and Ellis (2015), arXiv:1512.08756.
    There is no query, or one that is part of w. A score lies between −1 and 1, so no weight is more than e² times
    another.

    Examples
    --------
    >>> pool = FeedForwardPool(1)
    >>> _ = nn.init.zeros_(pool.key_proj.bias), nn.init.ones_(pool.key_proj.weight)
    >>> _, weights = pool(torch.tensor([[[-100.0], [100.0]]]), torch.tensor([[True, True]]))
    >>> weights[0, 1] / weights[0, 0]  # e²
    tensor(7.3891, grad_fn=<DivBackward0>)
    """

    def __init__(self, state_dim: int):
        super().__init__()
        check_positive(state_dim=state_dim)
        self.key_proj = nn.Linear(state_dim, 1)

    def forward(self, states: Tensor, mask: Tensor) -> tuple[Tensor, Tensor]:
        """Give one vector a sequence, (N, D), and the share of each state, (N, L), as `AttentionPool` does."""
        states = _of_width(self.key_proj, states, mask)
        key = torch.tanh(self.key_proj(states))  # (N, L, 1)
        output, weights = attend(key.new_ones(1, 1), key, states, score=scores.dot, mask=mask[:, None])
        return output[:, 0], weights[:, 0]


class QueryPool(nn.Module):
    """Weigh the states by their cosine with a query that comes with each sequence, such as another reader's summary.

    Parameters
    ----------
    state_dim, query_dim : int
        The widths of a state and of a query.
    hidden_dim : int
        H, the width in which the two are compared.
    temperature : float
        By which the cosine is divided; a positive Python number.

    Raises
    ------
    TypeError, ValueError
        If a width is no positive integer, or the temperature no positive number.

    Notes
    -----
    ``weights = softmax(cos(W_k states_t, W_q query) / temperature)``, ``output = Σ_t weights_t states_t``: the
    attention pooling of Er, Zhang, Wang and Pratama (2016), doi:10.1016/j.ins.2016.08.084, whose query is what a
    bidirectional LSTM made of the sentence. Theirs is a temperature of 1, with which no weight is more than e² times
    another. Two matrices without biases are our reading of the one space in which they compare.

    Examples
    --------
    >>> pool = QueryPool(4, 6, hidden_dim=3)
    >>> output, weights = pool(torch.ones(1, 2, 4), torch.tensor([[True, True]]), torch.ones(1, 6))
    >>> output.shape, weights
    (torch.Size([1, 4]), tensor([[0.5000, 0.5000]], grad_fn=<SelectBackward0>))
    """

    def __init__(self, state_dim: int, query_dim: int, *, hidden_dim: int, temperature: float = 1.0):
        super().__init__()
        check_positive(state_dim=state_dim, query_dim=query_dim, hidden_dim=hidden_dim)
        if not is_finite_number(temperature) or temperature <= 0:
            raise ValueError(f"temperature must be a positive number, got {temperature!r}")
        self.temperature = temperature
        self.key_proj = nn.Linear(state_dim, hidden_dim, bias=False)
        self.query_proj = nn.Linear(query_dim, hidden_dim, bias=False)

    def forward(self, states: Tensor, mask: Tensor, query: Tensor) -> tuple[Tensor, Tensor]:
        """Give one vector a sequence, and the share that each state has in it.

        Parameters
        ----------
        states : tensor (N, L, state_dim)
        mask : bool tensor (N, L)
            True where a state counts.
        query : tensor (N, query_dim)

        Returns
        -------
        output : tensor (N, state_dim)
            Zero where no state counts.
        weights : tensor (N, L)

        Raises
        ------
        TypeError, ValueError
            If the tensors do not fit each other or the layer; the text says where.
        """
        states = _of_width(self.key_proj, states, mask)
        check_arrays({"query": query}, _QUERY)
        check_alike({"states": states, "query": query})
        if query.shape != (len(states), self.query_proj.in_features):
            due = (len(states), self.query_proj.in_features)
            raise ValueError(f"query must be (N, query_dim) = {due}, got {tuple(query.shape)}")
        output, weights = attend(
            self.query_proj(query)[:, None],  # (N, 1, H)
            self.key_proj(states),
            states,
            score=scores.cosine,
            normalize=partial(softmax, temperature=self.temperature),
            mask=mask[:, None],
        )
        return output[:, 0], weights[:, 0]


def redundancy(weights: Tensor) -> Tensor:
    """Measure how far rows of weights are from one state each, and a different one for each row.

    Parameters
    ----------
    weights : tensor (..., R, L)

    Returns
    -------
    tensor (...)
        Zero where every row has all its weight at a place of its own.

    Raises
    ------
    TypeError, ValueError
        If this is no tensor of floating point, or has less than two axes.

    Notes
    -----
    ``‖A Aᵀ − I‖²``, the squares of all entries added up: the penalty of Lin et al. (2017), arXiv:1703.03130.

    Examples
    --------
    >>> redundancy(torch.tensor([[1.0, 0.0], [1.0, 0.0]])), redundancy(torch.eye(2))
    (tensor(2.), tensor(0.))
    """
    check_arrays({"weights": weights}, _WEIGHTS)
    alike = weights @ weights.mT - torch.eye(weights.shape[-2], dtype=weights.dtype, device=weights.device)
    return alike.square().sum(dim=(-2, -1))


def _of_width(layer: nn.Linear, states: Tensor, mask: Tensor) -> Tensor:
    """The states that count, zeros for the others; raise unless they fit the mask and the layer that reads them."""
    states = counted(states, mask)
    check_alike({"the layer": layer.weight, "states": states})
    if states.shape[-1] != layer.in_features:
        raise ValueError(f"the layer has state_dim = {layer.in_features}, got states {tuple(states.shape)}")
    return states
