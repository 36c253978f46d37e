"""The block of a Transformer: attention, and what stands around it."""

from collections.abc import Callable
from copy import deepcopy
from typing import NamedTuple, Self

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from ._inputs import check_integer, check_positive, check_sequence
from .multi_head import MultiHeadAttention


class BlockWeights(NamedTuple):
    """Where a block looked.

    Parameters
    ----------
    own : tensor (B, H, L, L)
        In the sequence itself.
    cross : tensor (B, H, L, S), optional
        In the states of another sequence; None in a block that has none.

    Examples
    --------
    >>> BlockWeights(torch.ones(1, 1, 1, 1)).cross is None
    True
    """

    own: Tensor
    cross: Tensor | None = None


class _FeedForward(nn.Module):
    """Two linear maps with a bend between them, for each position alone."""

    def __init__(self, model_dim: int, hidden_dim: int, activation: Callable[[Tensor], Tensor]):
        super().__init__()
        self.widen = nn.Linear(model_dim, hidden_dim)
        self.narrow = nn.Linear(hidden_dim, model_dim)
        self.activation = activation

    def forward(self, x: Tensor) -> Tensor:
        return self.narrow(self.activation(self.widen(x)))


class TransformerBlock(nn.Module):
    """Attend, then think about it at each position alone; each time add the change to what was there, and normalise.

    Each part can be taken away.

    Parameters
    ----------
    model_dim : int
        D, the width of the input and of the output.
    num_heads : int
        H, which divides model_dim.
    hidden_dim : int, optional
        Width of the hidden layer of the feed-forward part; without it, four times model_dim. 0: no such part.
    cross : bool
        Whether the block also attends to the states of another sequence, between the two other parts.
    norm_first : bool
        Whether the input of each part is normalised (pre-norm), or else the sum after it (post-norm).
    norm : callable
        ``norm(model_dim)`` makes each normalisation; with ``torch.nn.Identity`` there is none.
    skip : bool
        Whether a part adds to its input, or else puts its output in its place.
    dropout : float
        The share of the entries of each part's output that is dropped in training.
    activation : callable
        The bend in the feed-forward part.

    Raises
    ------
    TypeError, ValueError
        If a width is no positive integer, the heads do not divide model_dim, or dropout is not in 0 … 1.

    Notes
    -----
    Post-norm: ``x ← norm(x + part(x))``, Vaswani et al. (2017), arXiv:1706.03762, section 3.1. Pre-norm:
    ``x ← x + part(norm(x))``, which trains without a warm-up: Xiong et al. (2020), arXiv:2002.04745. The feed-forward
    part is ``W_2 activation(W_1 x + b_1) + b_2``.

    With hidden_dim = 4 model_dim, there are 12 model_dim² weights in the matrices, 8 of them in the feed-forward part.

    A position with nothing to attend to gets zeros from the attention: with ``skip`` it goes on as it is.

    Examples
    --------
    >>> block = TransformerBlock(8, 2)
    >>> output, weights = block(torch.ones(1, 3, 8))
    >>> output.shape, weights.own.shape
    (torch.Size([1, 3, 8]), torch.Size([1, 2, 3, 3]))
    >>> block = TransformerBlock(8, 2, cross=True)
    >>> output, weights = block(torch.ones(1, 3, 8), torch.ones(1, 5, 8))
    >>> weights.cross.shape
    torch.Size([1, 2, 3, 5])
    """

    def __init__(
        self,
        model_dim: int,
        num_heads: int,
        *,
        hidden_dim: int | None = None,
        cross: bool = False,
        norm_first: bool = False,
        norm: Callable[[int], nn.Module] = nn.LayerNorm,
        skip: bool = True,
        dropout: float = 0.0,
        activation: Callable[[Tensor], Tensor] = F.relu,
    ):
        super().__init__()
        if hidden_dim is None:
            hidden_dim = 4 * model_dim
        elif check_integer("hidden_dim", hidden_dim) != 0:
            check_positive(hidden_dim=hidden_dim)
        self.model_dim, self.norm_first, self.skip = model_dim, norm_first, skip
        self.attention = MultiHeadAttention(model_dim, num_heads)
        self.attention_norm = norm(model_dim)
        self.cross = MultiHeadAttention(model_dim, num_heads) if cross else None
        self.cross_norm = norm(model_dim) if cross else None
        self.feed_forward = _FeedForward(model_dim, hidden_dim, activation) if hidden_dim else None
        self.feed_forward_norm = norm(model_dim) if hidden_dim else None
        self.dropout = nn.Dropout(dropout)

    def forward(
        self,
        x: Tensor,
        states: Tensor | None = None,
        *,
        mask: Tensor | None = None,
        states_mask: Tensor | None = None,
    ) -> tuple[Tensor, BlockWeights]:
        """Give each position what became of it.

        Parameters
        ----------
        x : tensor (B, L, model_dim)
        states : tensor (B, S, model_dim), optional
            What a block with cross attention attends to.
        mask : bool tensor, optional
            True = may attend; broadcasts against (B, L, L), or, with four axes, against (B, H, L, L).
        states_mask : bool tensor, optional
            The same for (B, L, S) or (B, H, L, S).

        Returns
        -------
        output : tensor (B, L, model_dim)
        weights : BlockWeights
            ``own`` (B, H, L, L), and ``cross`` (B, H, L, S) or None.

        Raises
        ------
        TypeError, ValueError
            If the tensors do not fit each other or the block, or states come to a block that does not attend to any,
            or do not come to one that does; the text says where.
        """
        check_sequence(self, x, self.model_dim)
        if (states is None) != (self.cross is None):
            raise ValueError(
                "a block with cross attention needs states (B, S, model_dim), got None"
                if states is None
                else "a block without cross attention takes no states: make it with cross=True"
            )
        x, own = self._part(x, self.attention_norm, lambda x: self.attention(x, x, x, mask=mask))
        cross = None
        if self.cross is not None:
            x, cross = self._part(x, self.cross_norm, lambda x: self.cross(x, states, states, mask=states_mask))
        if self.feed_forward is not None:
            x, _ = self._part(x, self.feed_forward_norm, lambda x: (self.feed_forward(x), None))
        return x, BlockWeights(own, cross)

    def _part(
        self, x: Tensor, norm: nn.Module, part: Callable[[Tensor], tuple[Tensor, Tensor | None]]
    ) -> tuple[Tensor, Tensor | None]:
        """A part with what stands around it: its output, and where it looked."""
        output, weights = part(norm(x) if self.norm_first else x)
        output = self.dropout(output)
        if self.skip:
            output = x + output
        return output if self.norm_first else norm(output), weights

    @classmethod
    def from_torch(cls, module: nn.TransformerEncoderLayer | nn.TransformerDecoderLayer) -> Self:
        """Make the block that computes what one of torch's layers computes, from a copy of its parameters.

        Parameters
        ----------
        module : torch.nn.TransformerEncoderLayer or torch.nn.TransformerDecoderLayer
            With batch_first or without: this block is always batch first. One of a decoder has cross attention.

        Returns
        -------
        TransformerBlock
            In the dtype, on the device and in the mode, training or not, of the module.

        Raises
        ------
        TypeError, ValueError
            If it is no such module, or has dropout: torch drops attention weights too, which this block does not.

        Notes
        -----
        The two differ where a query has nothing to attend to: NaN there. And torch's boolean masks are True where a
        query may *not* attend.

        Examples
        --------
        >>> module = torch.nn.TransformerEncoderLayer(8, 2, dim_feedforward=16, dropout=0.0)
        >>> TransformerBlock.from_torch(module).feed_forward.widen
        Linear(in_features=8, out_features=16, bias=True)
        """
        if not isinstance(module, nn.TransformerEncoderLayer | nn.TransformerDecoderLayer):
            wanted = "torch.nn.TransformerEncoderLayer or TransformerDecoderLayer"
            raise TypeError(f"from_torch wants a {wanted}, got {type(module).__name__}")
        rates = {part.p for part in module.modules() if isinstance(part, nn.Dropout)}
        if any(rates):
            raise ValueError(f"from_torch wants a module with dropout=0, got dropout={max(rates)}")
        cross = isinstance(module, nn.TransformerDecoderLayer)
        attention = module.self_attn
        with torch.device("meta"):  # no numbers are drawn that nobody needs
            block = cls(
                attention.embed_dim, attention.num_heads, cross=cross, norm_first=module.norm_first,
                activation=module.activation,
            )  # fmt: skip
        block.attention = MultiHeadAttention.from_torch(attention)
        block.attention_norm = deepcopy(module.norm1)
        if cross:
            block.cross = MultiHeadAttention.from_torch(module.multihead_attn)
            block.cross_norm = deepcopy(module.norm2)
        block.feed_forward.widen, block.feed_forward.narrow = deepcopy(module.linear1), deepcopy(module.linear2)
        block.feed_forward_norm = deepcopy(module.norm3 if cross else module.norm2)
        return block.train(module.training)
