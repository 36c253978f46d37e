"""Scores: how well each query matches each key, (..., Lq, D) and (..., Lk, D) to (..., Lq, Lk)."""

import math

from array_api_compat import array_namespace

from attn_core._arrays import Array, constant, is_finite_number, takes


@takes("query (..., Lq, D)", "key (..., Lk, D)")
def dot(query: Array, key: Array) -> Array:
    return query @ key.mT


@takes("query (..., Lq, D)", "key (..., Lk, D)")
def scaled_dot(query: Array, key: Array, *, scale: float | None = None) -> Array:
    if scale is None:
        scale = 1 / math.sqrt(max(query.shape[-1], 1))
    elif not is_finite_number(scale):
        raise ValueError(f"scale must be a finite number, got {scale!r}")
    # The side on which neither factor nor product overflows while the score itself is finite.
    if abs(scale) > 1:
        return dot(query, key) * float(scale)
    return dot(query * float(scale), key)


@takes("query (..., Lq, Dq)", "key (..., Lk, Dk)", "weight (Dq, Dk)")
def general(query: Array, key: Array, weight: Array) -> Array:
    return query @ weight @ key.mT


@takes("query (..., Lq, D)", "key (..., Lk, D)")
def cosine(query: Array, key: Array) -> Array:
    return dot(_unit(query), _unit(key))


@takes("query (..., Lq, Dq)", "key (..., Lk, Dk)", "weight (Dq + Dk,)")
def linear(query: Array, key: Array, weight: Array) -> Array:
    query_dim = query.shape[-1]
    from_query = query @ weight[:query_dim]  # (..., Lq)
    from_key = key @ weight[query_dim:]  # (..., Lk)
    return from_query[..., :, None] + from_key[..., None, :]


@takes("query (..., Lq, Dq)", "key (..., Lk, Dk)", "query_weight (Dq, H)", "key_weight (Dk, H)", "v (H,)")
def additive(query: Array, key: Array, query_weight: Array, key_weight: Array, v: Array) -> Array:
    xp = array_namespace(query)
    from_query = (query @ query_weight)[..., :, None, :]  # (..., Lq, 1, H)
    from_key = (key @ key_weight)[..., None, :, :]  # (..., 1, Lk, H)
    return xp.tanh(from_query + from_key) @ v


def _unit(x: Array) -> Array:
    """Vectors of length 1 in the same directions; a zero vector stays zero and carries no gradient."""
    xp = array_namespace(x)
    if x.shape[-1] == 0:
        return x
    largest = xp.max(xp.abs(constant(x)), axis=-1, keepdims=True)
    zero = largest == 0
    # Dividing by the largest entry first: squares of 1e20 overflow float32, squares of 1e-30 vanish in it.
    x = xp.where(zero, 0.0, x / xp.where(zero, 1.0, largest))
    squares = xp.sum(x * x, axis=-1, keepdims=True)
    # Two steps, for the slope of the square root at 0 is infinite, and 0 · inf is NaN in a backward pass.
    return x / xp.sqrt(xp.where(zero, 1.0, squares))
