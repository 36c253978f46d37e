"""Multi-head attention, and its way from torch's own layer and back."""

from typing import Self

import torch
from torch import Tensor, nn

from attn_core import heads
from attn_core.attention import attend

from ._inputs import check_inputs, check_positive, mask_per_head, without_masked

_INWARD = ("query_proj", "key_proj", "value_proj")  # in the order in which torch packs them


class MultiHeadAttention(nn.Module):
    """Attend several times at once, each head with its own part of the query, key and value.

    Parameters
    ----------
    model_dim : int
        Width of the queries and of the output.
    num_heads : int
        H, which divides model_dim.
    key_dim, value_dim : int, optional
        Widths of the keys and of the values; without them, model_dim.
    bias : bool
        Whether the four projections add a bias.

    Raises
    ------
    TypeError, ValueError
        If a width is no positive integer, or the heads do not divide model_dim.

    Notes
    -----
    ``output = [head_1; …; head_H] W_O``, ``head_h = attend(query W_Q, key W_K, value W_V)`` in entries h·D to
    (h + 1)·D of the projections, D = model_dim / H: Vaswani et al. (2017), arXiv:1706.03762, section 3.2.2.
    With one width for all there are 4 model_dim² weights and 4 model_dim biases, whatever the number of heads.

    There is no dropout: the weights that come back are those that made the output, in training too.

    Examples
    --------
    >>> layer = MultiHeadAttention(8, 2)
    >>> x = torch.ones(1, 3, 8)
    >>> output, weights = layer(x, x, x)
    >>> output.shape, weights.shape
    (torch.Size([1, 3, 8]), torch.Size([1, 2, 3, 3]))
    >>> weights[0, 0, 0] * 3  # equal keys, equal weights
    tensor([1., 1., 1.], grad_fn=<MulBackward0>)
    """

    def __init__(
        self,
        model_dim: int,
        num_heads: int,
        *,
        key_dim: int | None = None,
        value_dim: int | None = None,
        bias: bool = True,
    ):
        super().__init__()
        key_dim = model_dim if key_dim is None else key_dim
        value_dim = model_dim if value_dim is None else value_dim
        check_positive(model_dim=model_dim, num_heads=num_heads, key_dim=key_dim, value_dim=value_dim)
        if model_dim % num_heads:
            raise ValueError(f"num_heads must divide model_dim = {model_dim}, got {num_heads}")
        self.model_dim, self.num_heads, self.key_dim, self.value_dim = model_dim, num_heads, key_dim, value_dim
        self.query_proj = nn.Linear(model_dim, model_dim, bias=bias)
        self.key_proj = nn.Linear(key_dim, model_dim, bias=bias)
        self.value_proj = nn.Linear(value_dim, model_dim, bias=bias)
        self.output_proj = nn.Linear(model_dim, model_dim, bias=bias)

    def forward(
        self, query: Tensor, key: Tensor, value: Tensor, *, mask: Tensor | None = None
    ) -> tuple[Tensor, Tensor]:
        """Give each query what its heads found, mixed by the last projection.

        Parameters
        ----------
        query : tensor (B, Lq, model_dim)
        key : tensor (B, Lk, key_dim)
        value : tensor (B, Lk, value_dim)
        mask : bool tensor, optional
            True = may attend; broadcasts against (B, Lq, Lk), or, with four axes, against (B, H, Lq, Lk).

        Returns
        -------
        output : tensor (B, Lq, model_dim)
            Zero, without the bias, for a query with nothing to attend to in any head.
        weights : tensor (B, H, Lq, Lk)

        Raises
        ------
        TypeError, ValueError
            If the tensors do not fit each other or the layer; the text says where.
        """
        check_inputs(self, query, key, value, query_dim=self.model_dim, key_dim=self.key_dim, value_dim=self.value_dim)
        mask = mask_per_head(mask, query, key, self.num_heads)
        query, key, value, attends = without_masked(query, key, value, mask)
        output, weights = attend(
            heads.split(self.query_proj(query), self.num_heads),  # (B, H, Lq, D)
            heads.split(self.key_proj(key), self.num_heads),  # (B, H, Lk, D)
            heads.split(self.value_proj(value), self.num_heads),
            mask=mask,
        )
        output = self.output_proj(heads.merge(output))  # (B, Lq, model_dim)
        return output if attends is None else torch.where(attends, output, 0.0), weights

    def output(self, query: Tensor, key: Tensor, value: Tensor, *, mask: Tensor | None = None) -> Tensor:
        """Give the output alone, (B, Lq, model_dim), for those who need no weights; see `forward`."""
        return self(query, key, value, mask=mask)[0]

    @classmethod
    def from_torch(cls, module: nn.MultiheadAttention) -> Self:
        """Make the layer that computes what one of torch's computes, from a copy of its parameters.

        Parameters
        ----------
        module : torch.nn.MultiheadAttention
            With batch_first or without: this layer is always batch first.

        Returns
        -------
        MultiHeadAttention
            In the dtype, on the device and in the mode, training or not, of the module.

        Raises
        ------
        TypeError, ValueError
            If it is no such module, or has dropout, add_bias_kv or add_zero_attn, which this layer does without.

        Notes
        -----
        The two differ where a query has nothing to attend to: NaN there, zeros here. And torch's boolean masks are
        True where a query may *not* attend.

        Examples
        --------
        >>> module = torch.nn.MultiheadAttention(8, 2, kdim=5)
        >>> MultiHeadAttention.from_torch(module).key_dim
        5
        """
        if not isinstance(module, nn.MultiheadAttention):
            raise TypeError(f"from_torch wants a torch.nn.MultiheadAttention, got {type(module).__name__}")
        has_bias_kv = module.bias_k is not None or module.bias_v is not None
        refused = {"dropout": module.dropout, "add_bias_kv": has_bias_kv, "add_zero_attn": module.add_zero_attn}
        for name, value in refused.items():
            if value:
                raise ValueError(f"MultiHeadAttention has no {name}, got a module with {name}={value}")
        if module.in_proj_weight is None:
            weights = (module.q_proj_weight, module.k_proj_weight, module.v_proj_weight)
        else:
            weights = module.in_proj_weight.chunk(3)
        state = {f"{name}.weight": weight for name, weight in zip(_INWARD, weights, strict=True)}
        has_bias = module.in_proj_bias is not None
        if has_bias:
            biases = module.in_proj_bias.chunk(3)
            state |= {f"{name}.bias": bias for name, bias in zip(_INWARD, biases, strict=True)}
        state |= {f"output_proj.{name}": parameter for name, parameter in module.out_proj.named_parameters()}
        with torch.device("meta"):  # no numbers are drawn that nobody needs
            layer = cls(module.embed_dim, module.num_heads, key_dim=module.kdim, value_dim=module.vdim, bias=has_bias)
        return _filled(layer, state, module)

    def to_torch(self) -> nn.MultiheadAttention:
        """Make torch's layer that computes what this one computes, from a copy of its parameters.

        Returns
        -------
        torch.nn.MultiheadAttention
            With ``batch_first=True``, in the dtype, on the device and in the mode of this layer.

        Examples
        --------
        >>> MultiHeadAttention(8, 2).to_torch().in_proj_weight.shape
        torch.Size([24, 8])
        """
        projections = [self.get_submodule(name) for name in _INWARD]
        has_bias = self.output_proj.bias is not None
        with torch.device("meta"):
            module = nn.MultiheadAttention(
                self.model_dim, self.num_heads, bias=has_bias, kdim=self.key_dim, vdim=self.value_dim, batch_first=True
            )
        state = {f"out_proj.{name}": parameter for name, parameter in self.output_proj.named_parameters()}
        if module.in_proj_weight is None:
            names = ("q_proj_weight", "k_proj_weight", "v_proj_weight")
            state |= {name: projection.weight for name, projection in zip(names, projections, strict=True)}
        else:
            state["in_proj_weight"] = torch.cat([projection.weight for projection in projections])
        if has_bias:
            state["in_proj_bias"] = torch.cat([projection.bias for projection in projections])
        return _filled(module, state, self)


def _filled(empty: nn.Module, state: dict[str, Tensor], like: nn.Module) -> nn.Module:
    """The module with a copy of these parameters, in the mode of another."""
    empty.load_state_dict({name: tensor.detach().clone() for name, tensor in state.items()}, assign=True)
    return empty.train(like.training)
