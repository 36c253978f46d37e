"""Self-attention: one sequence asks, is asked, and answers."""

from collections.abc import Callable

from torch import Tensor, nn

from attn_core.attention import attend

from ._inputs import check_positive, check_sequence, mask_per_head, without_masked


class SelfAttention(nn.Module):
    """Let every position of a sequence attend to every position of the same sequence.

    Parameters
    ----------
    model_dim : int
        D, the width of the input and of the output.
    projection : callable
        Called three times as ``projection(model_dim, model_dim)``; each module that it returns makes queries, keys or
        values of the input, in the same width. With ``torch.nn.Identity`` query, key and value are the input itself.

    Raises
    ------
    TypeError, ValueError
        If the width is no positive integer.

    Notes
    -----
    ``output = attend(x W_Q, x W_K, x W_V)`` with the scaled dot product: Vaswani et al. (2017), arXiv:1706.03762,
    sections 3.2.1 and 3.2.3. One head, and no projection after it: `MultiHeadAttention` has both.

    Taken literally, query = key = value = x, the scores ``x xᵀ / √D`` are symmetric: i scores j as j scores i. If all
    vectors have one length, no score in a row is larger than the one on the diagonal.

    Examples
    --------
    >>> import torch
    >>> x = torch.tensor([[[0.0, 100.0], [100.0, 0.0]]])
    >>> literal = SelfAttention(2, projection=nn.Identity)
    >>> literal.output(x)  # each finds itself
    tensor([[[  0., 100.],
             [100.,   0.]]])
    >>> from attn_core import masks
    >>> literal.output(x, mask=~torch.eye(2, dtype=torch.bool))  # nobody may look at himself
    tensor([[[100.,   0.],
             [  0., 100.]]])
    >>> output, weights = SelfAttention(2)(x, mask=masks.causal(2, 2, like=x))
    >>> output.shape, weights.shape
    (torch.Size([1, 2, 2]), torch.Size([1, 1, 2, 2]))
    """

    def __init__(self, model_dim: int, *, projection: Callable[[int, int], nn.Module] = nn.Linear):
        super().__init__()
        check_positive(model_dim=model_dim)
        self.model_dim = model_dim
        self.query_proj = projection(model_dim, model_dim)
        self.key_proj = projection(model_dim, model_dim)
        self.value_proj = projection(model_dim, model_dim)

    def forward(
        self,
        x: Tensor,
        *,
        mask: Tensor | None = None,
    ) -> tuple[Tensor, Tensor]:
        """Give each position the weighted sum of the values of all.

        Parameters
        ----------
        x : tensor (B, L, model_dim)
        mask : bool tensor, optional
            True = may attend; broadcasts against (B, L, L), or, with four axes, against (B, 1, L, L). The first L are
            those that ask.

        Returns
        -------
        output : tensor (B, L, model_dim)
            Zero for a position with nothing to attend to.
        weights : tensor (B, 1, L, L)

        Raises
        ------
        TypeError, ValueError
            If the tensors do not fit each other or the layer; the text says where.
        """
        check_sequence(self, x, self.model_dim)
        mask = mask_per_head(mask, x, x, 1)
        query, key, value, _ = without_masked(x, x, x, mask)
        output, weights = attend(
            self.query_proj(query)[:, None],  # (B, 1, L, D)
            self.key_proj(key)[:, None],
            self.value_proj(value)[:, None],
            mask=mask,
        )
        return output[:, 0], weights

    def output(self, x: Tensor, *, mask: Tensor | None = None) -> Tensor:
        """Give the output alone, (B, L, model_dim), for those who need no weights; see `forward`."""
        return self(x, mask=mask)[0]
