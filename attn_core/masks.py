"""Masks: which query may attend to which key, True = may attend."""

import operator
from typing import Any

import numpy as np
from array_api_compat import array_namespace, device

from attn_core._arrays import check_array, dtype_name


def causal(query_len: int, key_len: int, *, offset: int = 0, like: Any = None) -> Any:
    return _steps(query_len, key_len, offset, like) <= 0


def window(query_len: int, key_len: int, *, left: int, right: int, offset: int = 0, like: Any = None) -> Any:
    steps = _steps(query_len, key_len, offset, like)
    return (steps >= -_integer("left", left)) & (steps <= _integer("right", right))


def padding(lengths: Any, key_len: int) -> Any:
    check_array("lengths", lengths)
    xp = array_namespace(lengths)
    if not xp.isdtype(lengths.dtype, "integral"):
        raise TypeError(f"lengths must be integers, got {dtype_name(lengths)}")
    positions = xp.arange(_size("key_len", key_len), device=device(lengths))
    lengths = xp.astype(lengths, positions.dtype)
    if 0 not in lengths.shape:
        shortest, longest = int(xp.min(lengths)), int(xp.max(lengths))
        if shortest < 0 or longest > key_len:
            got = shortest if shortest < 0 else longest
            raise ValueError(f"lengths must lie between 0 and key_len = {key_len}, got {got}")
    return positions < lengths[..., None, None]


def _steps(query_len: int, key_len: int, offset: int, like: Any) -> Any:
    """How far each key lies after each query, j − (i + offset), (Lq, Lk)."""
    if like is None:
        like = np.empty(0)
    check_array("like", like)
    xp = array_namespace(like)
    i = xp.arange(_size("query_len", query_len), device=device(like)) + _integer("offset", offset)
    j = xp.arange(_size("key_len", key_len), device=device(like))
    return j - i[:, None]


def _integer(name: str, value: Any) -> int:
    try:
        if not isinstance(value, bool):
            return operator.index(value)
    except TypeError:
        pass
    raise TypeError(f"{name} must be an integer, got {value!r}")


def _size(name: str, value: Any) -> int:
    if _integer(name, value) < 0:
        raise ValueError(f"{name} must be 0 or more, got {value}")
    return operator.index(value)
