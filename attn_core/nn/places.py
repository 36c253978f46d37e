"""Attention that chooses where to look: at one key, or near one place."""

from collections.abc import Callable

import torch
from torch import Tensor, nn

from attn_core.attention import attend
from attn_core.estimators import straight_through
from attn_core.local import predict_centre, predictive
from attn_core.normalizers import hardmax, softmax

from ._inputs import check_inputs, check_positive, mask_per_head, without_masked
from .attention import _drawn


class HardAttention(nn.Module):
    """Look at one key: a drawn one in training, the best one in evaluation.

    Parameters
    ----------
    scorer : torch.nn.Module
        A layer with one head, whose score it takes, such as `GeneralAttention`.
    draw : callable
        ``draw(scores, mask=mask)`` gives the weights in training, as `sample`, `straight_through` and
        `gumbel_softmax` of `attn_core.estimators` do.

    Notes
    -----
    Xu et al. (2015), arXiv:1502.03044. With `attn_core.estimators.sample` no gradient reaches the scores on its own:
    give the loss one by `reinforce`, from ``layer.scores(query, key)`` and the weights that were drawn.

    Examples
    --------
    >>> from attn_core.nn import DotAttention
    >>> layer = HardAttention(DotAttention(1, 1)).eval()
    >>> query, key = torch.ones(1, 1, 1), torch.tensor([[[0.0], [2.0], [1.0]]])
    >>> layer(query, key, 10 * key)
    (tensor([[[20.]]]), tensor([[[[0., 1., 0.]]]]))
    >>> layer.probabilities(query, key).round(decimals=2)
    tensor([[[[0.0900, 0.6700, 0.2400]]]])
    """

    def __init__(self, scorer: nn.Module, *, draw: Callable[..., Tensor] = straight_through):
        super().__init__()
        self.scorer, self.draw = scorer, draw

    def scores(self, query: Tensor, key: Tensor, *, mask: Tensor | None = None) -> Tensor:
        """Score each pair, (B, 1, Lq, Lk), in nats; −inf behind the mask."""
        return self._attend(query, key, key, _masked, mask)[1]

    def probabilities(self, query: Tensor, key: Tensor, *, mask: Tensor | None = None) -> Tensor:
        """Say how likely each key is to be drawn, (B, 1, Lq, Lk); zeros where there is nothing to attend to."""
        return self._attend(query, key, key, softmax, mask)[1]

    def forward(
        self, query: Tensor, key: Tensor, value: Tensor, *, mask: Tensor | None = None
    ) -> tuple[Tensor, Tensor]:
        """Give each query the value of its one key.

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
            As `draw` gives them; in evaluation 0 or 1.

        Raises
        ------
        TypeError, ValueError
            If the tensors do not fit each other or the layer; the text says where.
        """
        return self._attend(query, key, value, self.draw if self.training else hardmax, mask)

    def output(self, query: Tensor, key: Tensor, value: Tensor, *, mask: Tensor | None = None) -> Tensor:
        """Give the output alone, (B, Lq, Dv), for those who need no weights; see `forward`."""
        return self(query, key, value, mask=mask)[0]

    def _attend(
        self, query: Tensor, key: Tensor, value: Tensor, normalize: Callable[..., Tensor], mask: Tensor | None
    ) -> tuple[Tensor, Tensor]:
        scorer = self.scorer
        check_inputs(self, query, key, value, query_dim=scorer.query_dim, key_dim=scorer.key_dim)
        mask = mask_per_head(mask, query, key, 1)
        query, key, value = query[:, None], key[:, None], value[:, None]  # (B, 1, L, D)
        output, weights = attend(query, key, value, score=scorer.score, normalize=normalize, mask=mask)
        return output[:, 0], weights


class LocalAttention(nn.Module):
    """Predict a place for each query, and attend near it: Luong's local-p.

    Parameters
    ----------
    scorer : torch.nn.Module
        A layer with one head, whose score it takes, such as `GeneralAttention`.
    window : int
        D: how many positions it looks to either side of the centre.
    hidden_dim : int
        H, the width of the layer that predicts the centre.

    Raises
    ------
    TypeError, ValueError
        If a size is no positive integer.

    Notes
    -----
    `attn_core.local.predictive` around `attn_core.local.predict_centre`, with query_weight (query_dim, H) and v (H,)
    to learn: Luong, Pham and Manning (2015), arXiv:1508.04025. The length of a sentence is the last position that
    any of its queries may attend to, and one. For local-m, which learns nothing, `attn_core.local.monotonic`.

    Examples
    --------
    >>> from attn_core.nn import DotAttention
    >>> layer = LocalAttention(DotAttention(2, 2), window=2, hidden_dim=4)
    >>> query, key = torch.zeros(1, 3, 2), torch.zeros(1, 8, 2)
    >>> layer.centre(query, key)  # a query of zeros asks for the middle
    tensor([[[4., 4., 4.]]], grad_fn=<DivBackward0>)
    >>> output, weights = layer(query, key, key)
    >>> weights.shape, weights[0, 0, 0, :2]  # nothing before 4 − 2
    (torch.Size([1, 1, 3, 8]), tensor([0., 0.], grad_fn=<SliceBackward0>))
    """

    def __init__(self, scorer: nn.Module, *, window: int, hidden_dim: int):
        super().__init__()
        check_positive(window=window, hidden_dim=hidden_dim)
        self.scorer, self.window = scorer, window
        self.query_weight = _drawn(scorer.query_dim, hidden_dim)
        self.v = _drawn(hidden_dim)

    def centre(self, query: Tensor, key: Tensor, *, mask: Tensor | None = None) -> Tensor:
        """Predict where each query looks, (B, 1, Lq), in positions."""
        mask = self._mask(query, key, key, mask)
        query, *_ = without_masked(query, key, key, mask)
        return self._centre(query, key, mask)

    def forward(
        self, query: Tensor, key: Tensor, value: Tensor, *, mask: Tensor | None = None
    ) -> tuple[Tensor, Tensor]:
        """Give each query the weighted sum of the values near its centre.

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
            Zero for a query that may attend to nothing in its window.
        weights : tensor (B, 1, Lq, Lk)
            Their sum is at most one, as in the paper.

        Raises
        ------
        TypeError, ValueError
            If the tensors do not fit each other or the layer; the text says where.
        """
        mask = self._mask(query, key, value, mask)
        query, key, value, _ = without_masked(query, key, value, mask)
        centre = self._centre(query, key, mask)
        query, key, value = query[:, None], key[:, None], value[:, None]  # (B, 1, L, D)
        output, weights = predictive(query, key, value, centre, window=self.window, score=self.scorer.score, mask=mask)
        return output[:, 0], weights

    def output(self, query: Tensor, key: Tensor, value: Tensor, *, mask: Tensor | None = None) -> Tensor:
        """Give the output alone, (B, Lq, Dv), for those who need no weights; see `forward`."""
        return self(query, key, value, mask=mask)[0]

    def _mask(self, query: Tensor, key: Tensor, value: Tensor, mask: Tensor | None) -> Tensor | None:
        check_inputs(self, query, key, value, query_dim=self.scorer.query_dim, key_dim=self.scorer.key_dim)
        return mask_per_head(mask, query, key, 1)

    def _centre(self, query: Tensor, key: Tensor, mask: Tensor | None) -> Tensor:
        length = torch.full((1, 1), key.shape[1], device=query.device)
        if mask is not None:
            ends = torch.arange(1, key.shape[1] + 1, device=query.device) * mask.any(dim=-2)  # (B, 1, Lk)
            length = ends.amax(dim=-1) if key.shape[1] else length
        return predict_centre(query[:, None], self.query_weight, self.v, length=length)


def _masked(scores: Tensor, *, mask: Tensor | None) -> Tensor:
    return scores if mask is None else torch.where(mask, scores, -torch.inf)
