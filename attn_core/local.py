"""Local attention: each query looks near one place, its centre, and nowhere else.

A centre is a position among the keys, counted from 0, and may lie between two of them. The window D is
how far from it a query looks, in positions: 2 D + 1 keys at most, whatever the length of the sentence.
"""

from collections.abc import Callable
from numbers import Integral

from array_api_compat import array_namespace, device, is_array_api_obj

from attn_core._arrays import Array, takes
from attn_core._checks import Shape, check_arrays, check_home, check_mask, check_size, dtype_name
from attn_core.attention import attend
from attn_core.masks import window as window_around
from attn_core.normalizers import softmax
from attn_core.scores import scaled_dot

_CENTRE = (Shape.read("centre (..., Lq)"),)
_SHAPES = tuple(
    map(Shape.read, ("query (..., Lq, Dq)", "key (..., Lk, Dk)", "value (..., Lk, Dv)", "centre (..., Lq)"))
)


@takes("query (..., Lq, Dq)", "query_weight (Dq, H)", "v (H,)")
def predict_centre(query: Array, query_weight: Array, v: Array, *, length: int | Array) -> Array:
    """Let each query say where in the sentence it wants to look.

    Parameters
    ----------
    query : array (..., Lq, Dq)
    query_weight : array (Dq, H)
    v : array (H,)
    length : int or int array (...,)
        S, the number of keys; an array where each sentence has its own.

    Returns
    -------
    array (..., Lq)
        Centres, in positions, from 0 to S.

    Raises
    ------
    TypeError, ValueError
        If the arrays do not fit each other, or a length is no integer from 0.

    Notes
    -----
    ``centre[i] = S · sigmoid(v · tanh(query[i] query_weight))``, with which *local-p* begins in Luong, Pham
    and Manning (2015), arXiv:1508.04025. What is learnt is a share of the length, not a place.

    Examples
    --------
    >>> import numpy as np
    >>> predict_centre(np.zeros((1, 2)), np.ones((2, 3)), np.ones(3), length=8)  # sigmoid(0) is one half
    array([4.])
    """
    xp = array_namespace(query)
    if isinstance(length, Integral) or not is_array_api_obj(length):
        length = check_size("length", length)
    else:
        check_home("length", length, "query", query)
        if not xp.isdtype(length.dtype, "integral"):
            raise TypeError(f"length must be an integer, or an array of integers, got {dtype_name(length)}")
        if xp.any(length < 0):
            raise ValueError(f"length must be 0 or more, got {int(xp.min(length))}")
        length = xp.astype(length, query.dtype)[..., None]
    # The sigmoid as a tanh: no exponential that could overflow.
    return length * (1 + xp.tanh((xp.tanh(query @ query_weight) @ v) / 2)) / 2


def near(centre: Array, key_len: int, *, window: int) -> Array:
    """Mask the keys that lie further from the centre than the window reaches.

    Parameters
    ----------
    centre : array (..., Lq)
        In positions.
    key_len : int
        Lk, in positions.
    window : int
        D, in positions.

    Returns
    -------
    bool array (..., Lq, Lk)
        True = may attend. No key is near a centre that lies further than D outside the sentence; every key
        is near a centre that is NaN, so that it shows.

    Raises
    ------
    TypeError, ValueError
        If the centre is no floating-point array, or a number is no integer from 0.

    Notes
    -----
    ``mask[i, j] = centre[i] − D <= j <= centre[i] + D``, Luong, Pham and Manning (2015), arXiv:1508.04025.

    Examples
    --------
    >>> import numpy as np
    >>> near(np.array([0.0, 2.5]), 4, window=1)
    array([[ True,  True, False, False],
           [False, False,  True,  True]])
    """
    xp = check_arrays({"centre": centre}, _CENTRE)
    # Half precision has no odd numbers above 2048.
    steps = _steps(xp.astype(centre, xp.float32) if xp.finfo(centre.dtype).bits < 32 else centre, key_len)
    return ~(xp.abs(steps) > check_size("window", window))


@takes("centre (..., Lq)")
def gaussian(centre: Array, key_len: int, *, window: int) -> Array:
    """Give each key a factor that falls from one at the centre to e⁻² = 0.135 where the window ends.

    Parameters
    ----------
    centre : array (..., Lq)
        In positions.
    key_len : int
        Lk, in positions.
    window : int
        D, in positions.

    Returns
    -------
    array (..., Lq, Lk)
        Factors, from 0 to 1. With D = 0 a key exactly at the centre has 1 and every other has 0.

    Raises
    ------
    TypeError, ValueError
        If the centre is no floating-point array, or a number is no integer from 0.

    Notes
    -----
    ``factor[i, j] = exp(−(j − centre[i])² / (2 σ²))`` with ``σ = D / 2``, Luong, Pham and Manning (2015),
    arXiv:1508.04025. It is the centre's only way to a gradient: the window has none.

    Examples
    --------
    >>> import numpy as np
    >>> gaussian(np.array([1.0]), 3, window=1).round(3)
    array([[0.135, 1.   , 0.135]])
    """
    steps = _steps(centre, key_len)
    window = check_size("window", window)
    if window == 0:
        return array_namespace(centre).astype(steps == 0, centre.dtype)
    return array_namespace(centre).exp(-2 * (steps / window) ** 2)


def monotonic(
    query: Array,
    key: Array,
    value: Array,
    *,
    window: int,
    offset: int = 0,
    score: Callable[[Array, Array], Array] = scaled_dot,
    normalize: Callable[..., Array] = softmax,
    mask: Array | None = None,
) -> tuple[Array, Array]:
    """Attend near one's own position: Luong's local-m.

    Parameters
    ----------
    query : array (..., Lq, Dq)
    key : array (..., Lk, Dk)
    value : array (..., Lk, Dv)
        Leading axes broadcast.
    window : int
        D, in positions.
    offset : int
        The position of the first query among the keys.
    score, normalize : callable
        As in `attn_core.attend`.
    mask : bool array, optional
        True = may attend; broadcasts against (..., Lq, Lk).

    Returns
    -------
    output : array (..., Lq, Dv)
    weights : array (..., Lq, Lk)
        Both zero for a query that has no key within its window.

    Raises
    ------
    TypeError, ValueError
        If the arrays do not fit each other, or a number is no integer.

    Notes
    -----
    ``attend`` with ``centre[i] = i + offset`` and all keys further away than D masked: *local-m* of Luong, Pham
    and Manning (2015), arXiv:1508.04025. The weights sum to one.

    Examples
    --------
    >>> import numpy as np
    >>> query, key = np.zeros((2, 1)), np.zeros((4, 1))
    >>> value = np.array([[1.0], [3.0], [5.0], [7.0]])
    >>> monotonic(query, key, value, window=1)[0]
    array([[2.],
           [3.]])
    """
    check_arrays({"query": query, "key": key, "value": value}, _SHAPES[:3])
    check_size("window", window)
    close = window_around(query.shape[-2], key.shape[-2], left=window, right=window, offset=offset, like=query)
    return attend(query, key, value, score=score, normalize=normalize, mask=_both(close, mask, query))


def predictive(
    query: Array,
    key: Array,
    value: Array,
    centre: Array,
    *,
    window: int,
    score: Callable[[Array, Array], Array] = scaled_dot,
    normalize: Callable[..., Array] = softmax,
    mask: Array | None = None,
) -> tuple[Array, Array]:
    """Attend near the centres given, the less the further away: Luong's local-p.

    Parameters
    ----------
    query : array (..., Lq, Dq)
    key : array (..., Lk, Dk)
    value : array (..., Lk, Dv)
        Leading axes broadcast.
    centre : array (..., Lq)
        In positions, as `predict_centre` gives them.
    window : int
        D, in positions.
    score, normalize : callable
        As in `attn_core.attend`.
    mask : bool array, optional
        True = may attend; broadcasts against (..., Lq, Lk).

    Returns
    -------
    output : array (..., Lq, Dv)
    weights : array (..., Lq, Lk)
        Their sum is at most one, and less by what the factor takes away. Both are zero for a query that has
        no key within its window.

    Raises
    ------
    TypeError, ValueError
        If the arrays do not fit each other, or the window is no integer from 0.

    Notes
    -----
    ``weights[i, j] = align[i, j] exp(−(j − centre[i])² / (2 σ²))`` with ``σ = D / 2``, where align is `attend`'s
    share among the keys from ``centre[i] − D`` to ``centre[i] + D``: *local-p* of Luong, Pham and Manning
    (2015), arXiv:1508.04025. The factor comes after normalising, as in the paper, and nothing brings the
    sum back to one.

    Examples
    --------
    >>> import numpy as np
    >>> query, key, value = np.zeros((1, 1)), np.zeros((3, 1)), np.ones((3, 1))
    >>> output, weights = predictive(query, key, value, np.array([1.0]), window=1)
    >>> weights.round(3), weights.sum(axis=-1).round(3)
    (array([[0.045, 0.333, 0.045]]), array([0.424]))
    """
    arrays = {"query": query, "key": key, "value": value, "centre": centre}
    xp = check_arrays(arrays, _SHAPES)
    mask = _both(near(centre, key.shape[-2], window=window), mask, query)
    # A query with nothing to attend to may have no centre to speak of: 0 · NaN would be NaN.
    centre = xp.where(xp.any(mask, axis=-1), centre, 0.0)
    factor = gaussian(centre, key.shape[-2], window=window)

    def fading(scores: Array, *, mask: Array) -> Array:
        return normalize(scores, mask=mask) * factor

    return attend(query, key, value, score=score, normalize=fading, mask=mask)


def _both(close: Array, mask: Array | None, query: Array) -> Array:
    """The keys within the window that may be attended to."""
    if mask is None:
        return close
    check_mask(mask, "query", query, tuple(close.shape))
    return close & mask


def _steps(centre: Array, key_len: int) -> Array:
    """How many positions each key lies after each centre, (..., Lq, Lk)."""
    xp = array_namespace(centre)
    j = xp.arange(check_size("key_len", key_len), dtype=centre.dtype, device=device(centre))
    return j - centre[..., None]
