"""What is done first, everywhere: inputs checked, a mask brought to four axes, what is behind it shut out."""

from itertools import islice

import torch
from torch import Tensor, nn

from attn_core._arrays import shielded
from attn_core._checks import (
    Shape,
    check_alike,
    check_array,
    check_arrays,
    check_integer,
    check_leading,
    check_mask,
    dtype_name,
)

_SHAPES = tuple(map(Shape.read, ("query (B, Lq, Dq)", "key (B, Lk, Dk)", "value (B, Lk, Dv)")))
_SEQUENCE = Shape.read("x (B, L, D)")


def check_positive(**sizes: int) -> None:
    """Raise unless these sizes are integers from 1."""
    for name, size in sizes.items():
        if check_integer(name, size) < 1:
            raise ValueError(f"{name} must be 1 or more, got {size}")


def check_inputs(layer: nn.Module, query: Tensor, key: Tensor, value: Tensor, **widths: int) -> None:
    """Raise unless query, key and value fit each other, the layer's parameters and its ``query_dim`` and so on."""
    inputs = {"query": query, "key": key, "value": value}
    check_arrays(inputs, _SHAPES)
    check_at_home(layer, "query", query)
    for width, due in widths.items():
        name = width.removesuffix("_dim")
        if inputs[name].shape[-1] != due:
            raise ValueError(f"the layer has {width} = {due}, got {name} {tuple(inputs[name].shape)}")


def check_sequence(layer: nn.Module, x: Tensor, model_dim: int) -> None:
    """Raise unless this is a sequence as wide as the layer, and alike to its parameters."""
    check_arrays({"x": x}, (_SEQUENCE,))
    check_at_home(layer, "x", x)
    if x.shape[-1] != model_dim:
        raise ValueError(f"the layer has model_dim = {model_dim}, got x {tuple(x.shape)}")


def check_at_home(layer: nn.Module, name: str, tensor: Tensor) -> None:
    """Raise unless the tensor is alike to the layer's parameters, where there are any."""
    for parameter in islice(layer.parameters(), 1):
        check_alike({"the layer": parameter, name: tensor})


def mask_per_head(mask: Tensor | None, query: Tensor, key: Tensor, num_heads: int) -> Tensor | None:
    """The mask as (B, H, Lq, Lk), each axis that size or 1; None where every query may attend to every key."""
    batch, query_len, key_len = len(query), query.shape[1], key.shape[1]
    if mask is None:
        return None if key_len else query.new_ones((1, 1, query_len, 0), dtype=torch.bool)
    check_array("mask", mask)
    leading = (batch,) if mask.ndim < 4 else (batch, num_heads)
    check_mask(mask, "query", query, (*leading, query_len, key_len))
    if check_leading({"scores": leading, "mask": mask.shape[:-2]}) != leading:
        raise ValueError(f"mask must broadcast against {(*leading, query_len, key_len)}, got {tuple(mask.shape)}")
    if mask.ndim == 3:
        return mask.unsqueeze(1)
    return mask.reshape((1,) * (4 - mask.ndim) + mask.shape)


def without_masked(
    query: Tensor, key: Tensor, value: Tensor, mask: Tensor | None
) -> tuple[Tensor, Tensor, Tensor, Tensor | None]:
    """Zeros for what no head has to do with, before a projection mixes it with a gradient; and who attends at all.

    The last is (B, Lq, 1), True where a query has something to attend to; None where all have.
    """
    if mask is None:
        return query, key, value, None
    in_any_head = mask.any(dim=1)  # (B, Lq, Lk)
    return *shielded(query, key, value, in_any_head), in_any_head.any(dim=-1)[..., None]


def check_codes(name: str, codes: Tensor, count: int) -> Tensor:
    """The codes as an embedding takes them, unless they are not (B, at least one), from 0 to count − 1: then raise."""
    if not isinstance(codes, Tensor):
        raise TypeError(f"{name} must be a torch tensor, got {type(codes).__name__}")
    if codes.is_floating_point() or codes.is_complex() or codes.dtype == torch.bool:
        raise TypeError(f"{name} must be integers, got {dtype_name(codes)}")
    if codes.ndim != 2 or codes.shape[1] == 0:
        raise ValueError(f"{name} must be (B, L) with at least one position, got {tuple(codes.shape)}")
    if codes.numel() and not (codes.min() >= 0 and codes.max() < count):
        raise ValueError(f"{name} must lie from 0 to {count - 1}, got {codes.min()} to {codes.max()}")
    return codes.long()
