"""Attention: score every pair, normalise over the keys, take the weighted sum of the values."""

from collections.abc import Callable
from typing import Any

from attn_core._arrays import Array, shielded, takes
from attn_core._checks import Shape, check_alike, check_arrays, check_leading, check_mask
from attn_core.normalizers import softmax
from attn_core.scores import scaled_dot

_SHAPES = tuple(map(Shape.read, ("query (..., Lq, Dq)", "key (..., Lk, Dk)", "value (..., Lk, Dv)")))


def attend(
    query: Array,
    key: Array,
    value: Array,
    *,
    score: Callable[[Array, Array], Array] = scaled_dot,
    normalize: Callable[..., Array] = softmax,
    mask: Array | None = None,
) -> tuple[Array, Array]:
    """Give each query the weighted sum of the values, by how well it matches their keys.

    Parameters
    ----------
    query : array (..., Lq, Dq)
    key : array (..., Lk, Dk)
    value : array (..., Lk, Dv)
        Leading axes broadcast.
    score : callable
        Called once as ``score(query, key)``, on whole arrays; returns scores (..., Lq, Lk).
    normalize : callable
        Called once as ``normalize(scores, mask=mask)``; returns weights (..., Lq, Lk).
    mask : bool array, optional
        True = may attend; broadcasts against (..., Lq, Lk).

    Returns
    -------
    output : array (..., Lq, Dv)
        In the unit of the values; zero for a query with nothing to attend to.
    weights : array (..., Lq, Lk)
        Shares of one, or all zero for a query with nothing to attend to.

    Raises
    ------
    TypeError, ValueError
        If the arrays do not fit each other, or what `score` or `normalize` returned does not.

    Notes
    -----
    ``output[i] = Σ_j weights[i, j] value[j]``, with ``weights = normalize(score(query, key))``:
    Bahdanau, Cho and Bengio (2015), arXiv:1409.0473; in these words Vaswani et al. (2017),
    arXiv:1706.03762.

    Queries that may attend to nothing, and keys and values that nothing may attend to, are replaced by
    zeros before scoring: not even NaN behind a mask finds its way into a result or a gradient.

    Examples
    --------
    >>> import numpy as np
    >>> query, key = np.array([[0.0]]), np.array([[1.0], [2.0], [3.0]])
    >>> output, weights = attend(query, key, 10 * key, mask=np.array([True, True, False]))
    >>> output, weights
    (array([[15.]]), array([[0.5, 0.5, 0. ]]))
    """
    check_arrays({"query": query, "key": key, "value": value}, _SHAPES)
    pairs = (query.shape[-2], key.shape[-2])  # (Lq, Lk)
    if mask is not None:
        leading = check_leading({"query": query.shape[:-2], "key": key.shape[:-2], "value": value.shape[:-2]})
        check_mask(mask, "query", query, (*leading, *pairs))
    if mask is not None or 0 in pairs:
        query, key, value = shielded(query, key, value, mask)
    scores = score(query, key)
    leading = check_leading({"query": query.shape[:-2], "key": key.shape[:-2]})
    _check_returned("score", scores, query, (*leading, *pairs))
    weights = normalize(scores, mask=mask)
    _check_returned("normalize", weights, query, tuple(scores.shape))
    return _weighted_sum(weights, value), weights


@takes("weights (..., Lq, Lk)", "value (..., Lk, Dv)")
def _weighted_sum(weights: Array, value: Array) -> Array:
    return weights @ value


def _check_returned(name: str, got: Any, query: Array, wanted: tuple[int, ...]) -> None:
    """Raise unless what the function returned is alike and of the shape wanted, or has more leading axes."""
    check_alike({"query": query, f"what {name} returned": got})
    shape = tuple(got.shape)
    try:
        fits = shape[-2:] == wanted[-2:] and check_leading({"got": shape, "wanted": wanted}) == shape
    except ValueError:
        fits = False
    if not fits:
        raise ValueError(f"{name} must return (..., Lq, Lk) = {wanted}, got {shape}")
