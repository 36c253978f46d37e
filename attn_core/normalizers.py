"""Normalizers: from scores to weights along the last axis, which are not negative and sum to one or zero."""

from math import inf, nan

from array_api_compat import array_namespace, device

from attn_core._arrays import Array, check_mask, constant, is_finite_number, takes


@takes("scores (..., Lk)")
def softmax(scores: Array, *, mask: Array | None = None, temperature: float = 1.0) -> Array:
    xp = array_namespace(scores)
    powers = xp.exp(_gaps(scores, mask, temperature))
    total = xp.sum(powers, axis=-1, keepdims=True)
    return powers / xp.where(total == 0, 1.0, total)


@takes("scores (..., Lk)")
def sparsemax(scores: Array, *, mask: Array | None = None, temperature: float = 1.0) -> Array:
    xp = array_namespace(scores)
    gaps = _gaps(scores, mask, temperature)
    # A score 1 below the best has weight 0, so 2 below stands for all that lies deeper, −inf included.
    near = xp.where(gaps < -2, -2.0, gaps)
    ordered = xp.sort(near, axis=-1, descending=True)
    ranks = xp.arange(1, gaps.shape[-1] + 1, dtype=gaps.dtype, device=device(gaps))
    support = 1 + ranks * ordered > xp.cumulative_sum(ordered, axis=-1)
    size = xp.sum(xp.astype(support, gaps.dtype), axis=-1, keepdims=True)
    threshold = (xp.sum(xp.where(support, ordered, 0.0), axis=-1, keepdims=True) - 1) / size
    weights = near - threshold
    return xp.where((weights <= 0) | (gaps == -inf), 0.0, weights)


@takes("scores (..., Lk)")
def hardmax(scores: Array, *, mask: Array | None = None) -> Array:
    xp = array_namespace(scores)
    gaps = _gaps(constant(scores), mask, 1.0)
    if gaps.shape[-1] == 0:
        return gaps
    positions = xp.arange(gaps.shape[-1], device=device(gaps))
    first = xp.argmax(gaps, axis=-1, keepdims=True)
    chosen = (positions == first) & (gaps == 0)
    return xp.where(xp.isnan(gaps), nan, xp.astype(chosen, gaps.dtype))


def _gaps(scores: Array, mask: Array | None, temperature: float) -> Array:
    """(scores − the largest of their row) / temperature: 0 at the best, −inf where nothing may attend."""
    if not (is_finite_number(temperature) and temperature > 0):
        raise ValueError(f"temperature must be a positive finite number, got {temperature!r}")
    xp = array_namespace(scores)
    if mask is not None:
        check_mask(mask, scores, "scores", scores.shape)
        scores = xp.where(mask, scores, -inf)
    if scores.shape[-1] == 0:
        return scores
    temperature = float(temperature)
    top = xp.max(constant(scores), axis=-1, keepdims=True)
    top = xp.where(top == -inf, 0.0, xp.where(top == inf, nan, top))
    if temperature > 1:
        # The gap between two finite scores may be infinite where the gap over the temperature is not.
        scores, top, temperature = scores / 2, top / 2, temperature / 2
    gaps = scores - top
    limits = xp.finfo(gaps.dtype)
    # In steps, where the dtype of the scores would round the temperature to 0 or to infinity.
    for step in (limits.smallest_normal, limits.max):
        step = float(step)
        while (temperature < step < 1) or (1 < step < temperature):
            gaps, temperature = gaps / step, temperature / step
    return gaps if temperature == 1 else gaps / temperature
