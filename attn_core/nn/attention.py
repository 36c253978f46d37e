"""Attention with one head, as recurrent models use it: a layer for each way to score."""

import torch
from torch import Tensor, nn

from attn_core import scores
from attn_core.attention import attend

from ._inputs import check_inputs, check_positive, mask_per_head


class _OneHead(nn.Module):
    """Attention by the layer's own ``score``, with values as they come."""

    def __init__(self, query_dim: int, key_dim: int):
        super().__init__()
        check_positive(query_dim=query_dim, key_dim=key_dim)
        self.query_dim, self.key_dim = query_dim, key_dim

    def score(self, query: Tensor, key: Tensor) -> Tensor:
        """Score each pair: (..., Lq, query_dim) and (..., Lk, key_dim) give (..., Lq, Lk), in nats."""
        raise NotImplementedError

    def forward(
        self, query: Tensor, key: Tensor, value: Tensor, *, mask: Tensor | None = None
    ) -> tuple[Tensor, Tensor]:
        """Give each query the weighted sum of the values.

        Parameters
        ----------
        query : tensor (B, Lq, query_dim)
        key : tensor (B, Lk, key_dim)
        value : tensor (B, Lk, Dv)
        mask : bool tensor, optional
            True = may attend; broadcasts against (B, Lq, Lk), or, with four axes, against (B, 1, Lq, Lk).

        Returns
        -------
        output : tensor (B, Lq, Dv)
            Zero for a query with nothing to attend to.
        weights : tensor (B, 1, Lq, Lk)

        Raises
        ------
        TypeError, ValueError
            If the tensors do not fit each other or the layer; the text says where.
        """
        check_inputs(self, query, key, value, query_dim=self.query_dim, key_dim=self.key_dim)
        mask = mask_per_head(mask, query, key, 1)
        query, key, value = query[:, None], key[:, None], value[:, None]  # (B, 1, L, D)
        output, weights = attend(query, key, value, score=self.score, mask=mask)
        return output[:, 0], weights

    def output(self, query: Tensor, key: Tensor, value: Tensor, *, mask: Tensor | None = None) -> Tensor:
        """Give the output alone, (B, Lq, Dv), for those who need no weights; see `forward`."""
        return self(query, key, value, mask=mask)[0]


class AdditiveAttention(_OneHead):
    """Attend by the score of a network with one hidden layer.

    Parameters
    ----------
    query_dim, key_dim : int
    hidden_dim : int
        H, the width of the hidden layer.

    Raises
    ------
    TypeError, ValueError
        If a width is no positive integer.

    Notes
    -----
    `attn_core.scores.additive` with query_weight (query_dim, H), key_weight (key_dim, H) and v (H,) to learn:
    Bahdanau, Cho and Bengio (2015), arXiv:1409.0473.

    Examples
    --------
    >>> layer = AdditiveAttention(2, 3, 4)
    >>> query, key = torch.ones(1, 1, 2), torch.ones(1, 5, 3)
    >>> output, weights = layer(query, key, torch.ones(1, 5, 7))
    >>> output.shape, weights.shape
    (torch.Size([1, 1, 7]), torch.Size([1, 1, 1, 5]))
    """

    def __init__(self, query_dim: int, key_dim: int, hidden_dim: int):
        super().__init__(query_dim, key_dim)
        check_positive(hidden_dim=hidden_dim)
        self.query_weight = _drawn(query_dim, hidden_dim)
        self.key_weight = _drawn(key_dim, hidden_dim)
        self.v = _drawn(hidden_dim)

    def score(self, query: Tensor, key: Tensor) -> Tensor:
        return scores.additive(query, key, self.query_weight, self.key_weight, self.v)


class DotAttention(_OneHead):
    """Attend by the dot product, with nothing to learn.

    Parameters
    ----------
    query_dim, key_dim : int
        The same width.

    Raises
    ------
    TypeError, ValueError
        If a width is no positive integer, or the two differ.

    Notes
    -----
    `attn_core.scores.dot`: *dot* in Luong, Pham and Manning (2015), arXiv:1508.04025.

    Examples
    --------
    >>> key = torch.tensor([[[1.0, 0.0], [0.0, 1.0]]])
    >>> layer = DotAttention(2, 2)
    >>> layer.output(1000 * key, key, key)  # each query finds its own key
    tensor([[[1., 0.],
             [0., 1.]]])
    """

    def __init__(self, query_dim: int, key_dim: int):
        super().__init__(query_dim, key_dim)
        if query_dim != key_dim:
            raise ValueError(
                f"a dot product needs query_dim = key_dim, got {query_dim} and {key_dim}: GeneralAttention takes any"
            )

    def score(self, query: Tensor, key: Tensor) -> Tensor:
        return scores.dot(query, key)


class GeneralAttention(_OneHead):
    """Attend by the dot product through a matrix to learn.

    Parameters
    ----------
    query_dim, key_dim : int

    Raises
    ------
    TypeError, ValueError
        If a width is no positive integer.

    Notes
    -----
    `attn_core.scores.general` with weight (query_dim, key_dim): *general* in Luong, Pham and Manning (2015),
    arXiv:1508.04025.

    Examples
    --------
    >>> GeneralAttention(2, 3).weight.shape
    torch.Size([2, 3])
    """

    def __init__(self, query_dim: int, key_dim: int):
        super().__init__(query_dim, key_dim)
        self.weight = _drawn(query_dim, key_dim)

    def score(self, query: Tensor, key: Tensor) -> Tensor:
        return scores.general(query, key, self.weight)


def _drawn(*shape: int) -> nn.Parameter:
    """Numbers to learn, drawn as torch's linear layers draw theirs: from −1/√rows to 1/√rows."""
    bound = shape[0] ** -0.5
    return nn.Parameter(torch.empty(shape).uniform_(-bound, bound))
