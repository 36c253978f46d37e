"""Heads: one wide vector as several narrow ones, heads before time, and back."""

from attn_core._arrays import Array, Shape, check
from attn_core.masks import _integer


def split(x: Array, num_heads: int) -> Array:
    xp = check({"x": x}, [Shape.read("x (..., L, H·D)")])
    num_heads = _integer("num_heads", num_heads)
    *leading, length, model_dim = x.shape
    if num_heads < 1 or model_dim % num_heads:
        raise ValueError(
            f"num_heads must divide the last axis of x: got num_heads = {num_heads}, axis {model_dim}"
        )
    return xp.moveaxis(xp.reshape(x, (*leading, length, num_heads, model_dim // num_heads)), -2, -3)


def merge(x: Array) -> Array:
    xp = check({"x": x}, [Shape.read("x (..., H, L, D)")])
    *leading, num_heads, length, head_dim = x.shape
    return xp.reshape(xp.moveaxis(x, -3, -2), (*leading, length, num_heads * head_dim))
