"""Masks: which query may attend to which key. A mask is boolean, True = may attend.

Masks combine with ``&``. The offset of `causal` and `window` is the position of the first query among
the keys: 0 where both begin together, the number of earlier keys where queries go on after them.
"""

from typing import Any

import numpy as np
from array_api_compat import array_namespace, device

from attn_core._arrays import Array
from attn_core._checks import check_array, check_integer, check_size, dtype_name


def causal(query_len: int, key_len: int, *, offset: int = 0, like: Any = None) -> Any:
    """Let each query attend to the keys up to its own position.

    Parameters
    ----------
    query_len, key_len : int
        Lq and Lk, in positions.
    offset : int
        The position of the first query.
    like : array, optional
        The mask comes in its library and on its device; without it, in numpy.

    Returns
    -------
    bool array (Lq, Lk)

    Raises
    ------
    TypeError, ValueError
        If a length or the offset is no integer, a length is negative, or `like` is no array.

    Notes
    -----
    ``mask[i, j] = j <= i + offset``, Vaswani et al. (2017), arXiv:1706.03762, section 3.2.3.

    Examples
    --------
    >>> causal(2, 3)
    array([[ True, False, False],
           [ True,  True, False]])
    """
    return _steps(query_len, key_len, offset, like) <= 0


def window(query_len: int, key_len: int, *, left: int, right: int, offset: int = 0, like: Any = None) -> Any:
    """Let each query attend to the keys near its own position.

    Parameters
    ----------
    query_len, key_len : int
        Lq and Lk, in positions.
    left, right : int
        How many positions before and after its own a query may look.
    offset : int
        The position of the first query.
    like : array, optional
        The mask comes in its library and on its device; without it, in numpy.

    Returns
    -------
    bool array (Lq, Lk)

    Raises
    ------
    TypeError, ValueError
        If a number is no integer, a length is negative, or `like` is no array.

    Notes
    -----
    ``mask[i, j] = -left <= j - (i + offset) <= right``, the restricted self-attention of Vaswani et
    al. (2017), arXiv:1706.03762, section 4.

    Examples
    --------
    >>> window(3, 3, left=1, right=0)
    array([[ True, False, False],
           [ True,  True, False],
           [False,  True,  True]])
    """
    left, right = check_integer("left", left), check_integer("right", right)
    steps = _steps(query_len, key_len, offset, like)
    return (steps >= -left) & (steps <= right)


def padding(lengths: Array, key_len: int) -> Array:
    """Let every query of a sequence attend to its true keys and to none of its padding.

    Parameters
    ----------
    lengths : int array (...,)
        The length of each sequence, in positions, from 0 to Lk.
    key_len : int
        Lk, the length to which the sequences are padded.

    Returns
    -------
    bool array (..., 1, Lk)
        In the library and on the device of the lengths.

    Raises
    ------
    TypeError, ValueError
        If the lengths are no array of integers, or one lies outside 0 to Lk.

    Notes
    -----
    ``mask[..., 0, j] = j < lengths[...]``

    Examples
    --------
    >>> padding(np.array([1, 3]), 3)
    array([[[ True, False, False]],
    <BLANKLINE>
           [[ True,  True,  True]]])
    """
    check_array("lengths", lengths)
    xp = array_namespace(lengths)
    if not xp.isdtype(lengths.dtype, "integral"):
        raise TypeError(f"lengths must be integers, got {dtype_name(lengths)}")
    positions = xp.arange(check_size("key_len", key_len), device=device(lengths))
    lengths = xp.astype(lengths, positions.dtype)  # in int8, position 128 would be −128
    if 0 not in lengths.shape:
        for length in (int(xp.min(lengths)), int(xp.max(lengths))):
            if not 0 <= length <= key_len:
                raise ValueError(f"lengths must lie between 0 and key_len = {key_len}, got {length}")
    return positions < lengths[..., None, None]


def _steps(query_len: int, key_len: int, offset: int, like: Any) -> Any:
    """How many positions each key lies after each query, (Lq, Lk)."""
    if like is None:
        like = np.empty(0)
    check_array("like", like)
    xp = array_namespace(like)
    i = xp.arange(check_size("query_len", query_len), device=device(like)) + check_integer("offset", offset)
    j = xp.arange(check_size("key_len", key_len), device=device(like))
    return j - i[:, None]
