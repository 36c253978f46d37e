"""Attention: score every pair, normalise over the keys, take the weighted sum of the values."""

from collections.abc import Callable
from typing import Any

from array_api_compat import array_namespace, device

from attn_core._arrays import Array, Shape, check, check_leading, check_mask, takes
from attn_core.normalizers import softmax
from attn_core.scores import scaled_dot

_WANTED = [Shape.read(text) for text in ("query (..., Lq, Dq)", "key (..., Lk, Dk)", "value (..., Lk, Dv)")]


def attend(
    query: Array,
    key: Array,
    value: Array,
    *,
    score: Callable[[Array, Array], Array] = scaled_dot,
    normalize: Callable[..., Array] = softmax,
    mask: Array | None = None,
) -> tuple[Array, Array]:
    xp = check({"query": query, "key": key, "value": value}, _WANTED)
    pairs = (query.shape[-2], key.shape[-2])  # (Lq, Lk)
    reach = mask
    if mask is not None:
        leading = check_leading({"query": query.shape[:-2], "key": key.shape[:-2], "value": value.shape[:-2]})
        check_mask(mask, query, "query", (*leading, *pairs))
    elif 0 in pairs:
        reach = xp.ones(pairs, dtype=xp.bool, device=device(query))
    if reach is not None:
        reach = xp.broadcast_to(reach, (*reach.shape[:-2], *pairs)) if 0 in pairs or reach.ndim < 2 else reach
        query = _shield(query, xp.any(reach, axis=-1))
        key, value = (_shield(x, xp.any(reach, axis=-2)) for x in (key, value))
    scores = score(query, key)
    _check_returned(
        "score", scores, query, (*check_leading({"query": query.shape[:-2], "key": key.shape[:-2]}), *pairs)
    )
    weights = normalize(scores, mask=mask)
    _check_returned("normalize", weights, query, scores.shape)
    return _weighted_sum(weights, value), weights


@takes("weights (..., Lq, Lk)", "value (..., Lk, Dv)")
def _weighted_sum(weights: Array, value: Array) -> Array:
    return weights @ value


def _shield(x: Array, reached: Array) -> Array:
    """Zeros in place of the vectors of x that no pair reaches; reached is (..., L) or broadcasts to it."""
    xp = array_namespace(x)
    surplus = reached.ndim - (x.ndim - 1)
    if surplus > 0:
        reached = xp.any(reached, axis=tuple(range(surplus)))
    shared = tuple(
        axis for axis in range(-reached.ndim, -1) if x.shape[axis - 1] == 1 and reached.shape[axis] > 1
    )
    if shared:
        reached = xp.any(reached, axis=shared, keepdims=True)
    return xp.where(reached[..., None], x, 0.0)


def _check_returned(name: str, got: Any, query: Array, shape: tuple[int, ...]) -> None:
    """Raise unless the caller's function returned scores or weights that fit; it may add leading axes."""
    check({"query": query, f"what {name} returned": got}, [])
    fits = got.shape[-2:] == shape[-2:]
    try:
        fits = fits and check_leading({"a": got.shape, "b": shape}) == tuple(got.shape)
    except ValueError:
        fits = False
    if not fits:
        raise ValueError(f"{name} must return (..., Lq, Lk) = {tuple(shape)}, got {tuple(got.shape)}")
