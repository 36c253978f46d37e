"""Heads: one wide vector as several narrow ones, with heads before time, and back."""

from attn_core._arrays import Array
from attn_core._checks import Shape, check_arrays, check_integer

_WIDE = (Shape.read("x (..., L, H·D)"),)
_NARROW = (Shape.read("x (..., H, L, D)"),)


def split(x: Array, num_heads: int) -> Array:
    """Cut each vector into as many pieces as there are heads.

    Parameters
    ----------
    x : array (..., L, H·D)
    num_heads : int
        H, which divides the last axis.

    Returns
    -------
    array (..., H, L, D)
        Head h has the entries h·D to (h + 1)·D of every vector.

    Raises
    ------
    TypeError, ValueError
        If x is no floating-point array with two axes, or the heads do not divide its last one.

    Notes
    -----
    ``split(x, H)[h, t, d] = x[t, h·D + d]``: the heads of Vaswani et al. (2017), arXiv:1706.03762,
    section 3.2.2.

    Examples
    --------
    >>> import numpy as np
    >>> split(np.array([[1.0, 2.0, 3.0, 4.0]]), 2)
    array([[[1., 2.]],
    <BLANKLINE>
           [[3., 4.]]])
    """
    xp = check_arrays({"x": x}, _WIDE)
    *leading, length, model_dim = x.shape
    num_heads = check_integer("num_heads", num_heads)
    if num_heads < 1 or model_dim % num_heads:
        raise ValueError(f"num_heads must divide the last axis of x, {model_dim}, got {num_heads}")
    x = xp.reshape(x, (*leading, length, num_heads, model_dim // num_heads))
    return xp.moveaxis(x, -2, -3)


def merge(x: Array) -> Array:
    """Put the pieces of all heads side by side again, which undoes `split`.

    Parameters
    ----------
    x : array (..., H, L, D)

    Returns
    -------
    array (..., L, H·D)

    Raises
    ------
    TypeError, ValueError
        If x is no floating-point array with three axes.

    Notes
    -----
    ``merge(x)[t, h·D + d] = x[h, t, d]``: Concat in Vaswani et al. (2017), arXiv:1706.03762,
    section 3.2.2.

    Examples
    --------
    >>> import numpy as np
    >>> merge(np.array([[[1.0, 2.0]], [[3.0, 4.0]]]))
    array([[1., 2., 3., 4.]])
    """
    xp = check_arrays({"x": x}, _NARROW)
    *leading, num_heads, length, head_dim = x.shape
    return xp.reshape(xp.moveaxis(x, -3, -2), (*leading, length, num_heads * head_dim))
