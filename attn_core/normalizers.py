"""Normalizers: from scores to weights, along the last axis.

Weights are not negative. Those of a query sum to one, or to zero where it has nothing to attend to.
A score that is masked, or −inf, has weight 0. A score of +inf or NaN makes its own row NaN.
"""

from math import inf, nan

from array_api_compat import array_namespace, device

from attn_core._arrays import Array, constant, takes
from attn_core._checks import check_mask, is_finite_number


@takes("scores (..., Lk)")
def softmax(
    scores: Array,
    *,
    mask: Array | None = None,
    temperature: float = 1.0,
) -> Array:
    """Weigh each key by the exponential of its score.

    Parameters
    ----------
    scores : array (..., Lq, Lk) or (Lk,)
        In nats.
    mask : bool array, optional
        True = may attend; broadcasts against the scores.
    temperature : float
        A positive Python number, in nats: towards 0 the best key takes all, far above the spread of
        the scores all keys weigh alike.

    Returns
    -------
    array (..., Lq, Lk) or (Lk,)
        Weights, as shares of one.

    Raises
    ------
    TypeError, ValueError
        If scores and mask do not fit, or the temperature is no positive finite number.

    Notes
    -----
    ``weights[j] = exp(scores[j] / temperature) / Σ_k exp(scores[k] / temperature)``, Bahdanau, Cho and
    Bengio (2015), arXiv:1409.0473; with 1 / temperature as the sharpness β, Graves, Wayne and
    Danihelka (2014), arXiv:1410.5401.

    Examples
    --------
    >>> import numpy as np
    >>> softmax(np.array([0.0, np.log(3.0)]))
    array([0.25, 0.75])
    """
    xp = array_namespace(scores)
    powers = xp.exp(_gaps(scores, mask, temperature))
    total = xp.sum(powers, axis=-1, keepdims=True)
    return powers / xp.where(total == 0, 1.0, total)


@takes("scores (..., Lk)")
def sparsemax(
    scores: Array,
    *,
    mask: Array | None = None,
    temperature: float = 1.0,
) -> Array:
    """Weigh the keys by the nearest point whose entries are not negative and sum to one.

    Weak keys have weight 0, exactly, and the others a gradient.

    Parameters
    ----------
    scores : array (..., Lq, Lk) or (Lk,)
        A key whose score lies a whole temperature below the best has weight 0.
    mask : bool array, optional
        True = may attend; broadcasts against the scores.
    temperature : float
        A positive Python number, in the unit of the scores.

    Returns
    -------
    array (..., Lq, Lk) or (Lk,)
        Weights, as shares of one.

    Raises
    ------
    TypeError, ValueError
        If scores and mask do not fit, or the temperature is no positive finite number.

    Notes
    -----
    ``weights = argmin ‖p − scores / temperature‖²`` over all p with ``p >= 0`` and ``Σ_j p[j] = 1``,
    which is ``max(scores / temperature − τ, 0)`` for the one τ that makes the sum one: Martins and
    Astudillo (2016), arXiv:1602.02068.

    Examples
    --------
    >>> import numpy as np
    >>> sparsemax(np.array([1.0, 0.5, -2.0]))
    array([0.75, 0.25, 0.  ])
    """
    xp = array_namespace(scores)
    gaps = _gaps(scores, mask, temperature)
    ordered = xp.sort(gaps, axis=-1, descending=True)
    ranks = xp.arange(1, gaps.shape[-1] + 1, dtype=gaps.dtype, device=device(gaps))
    in_support = 1 + ranks * ordered > xp.cumulative_sum(ordered, axis=-1)
    size = xp.sum(xp.astype(in_support, gaps.dtype), axis=-1, keepdims=True)
    tau = (xp.sum(xp.where(in_support, ordered, 0.0), axis=-1, keepdims=True) - 1) / size
    # Not maximum(gaps - tau, 0): where both are equal, it would pass half a gradient on.
    return xp.where(gaps <= tau, 0.0, gaps - tau)


@takes("scores (..., Lk)")
def hardmax(scores: Array, *, mask: Array | None = None) -> Array:
    """Give the whole weight to the best key, the first of several equals; no gradient passes.

    Parameters
    ----------
    scores : array (..., Lq, Lk) or (Lk,)
    mask : bool array, optional
        True = may attend; broadcasts against the scores.

    Returns
    -------
    array (..., Lq, Lk) or (Lk,)
        Weights, 0 or 1.

    Raises
    ------
    TypeError, ValueError
        If scores and mask do not fit.

    Notes
    -----
    ``weights[j] = 1`` at the first j with ``scores[j] = max_k scores[k]``, else 0: the most probable
    place of the hard attention of Xu et al. (2015), arXiv:1502.03044, which draws it.

    Examples
    --------
    >>> import numpy as np
    >>> hardmax(np.array([1.0, 3.0, 3.0]))
    array([0., 1., 0.])
    """
    xp = array_namespace(scores)
    gaps = _gaps(constant(scores), mask, 1.0)
    if gaps.shape[-1] == 0:
        return gaps
    first = xp.argmax(gaps, axis=-1, keepdims=True)
    is_first = xp.arange(gaps.shape[-1], device=device(gaps)) == first
    return xp.where(xp.isnan(gaps), nan, xp.astype(is_first & (gaps == 0), gaps.dtype))


def _gaps(scores: Array, mask: Array | None, temperature: float) -> Array:
    """(scores − the best of their row) / temperature: from 0 down to −inf, which is masked."""
    if not (is_finite_number(temperature) and temperature > 0):
        raise ValueError(f"temperature must be a positive finite number, got {temperature!r}")
    xp = array_namespace(scores)
    if mask is not None:
        check_mask(mask, "scores", scores, tuple(scores.shape))
        scores = xp.where(mask, scores, -inf)
    if scores.shape[-1] == 0:
        return scores
    best = xp.max(constant(scores), axis=-1, keepdims=True)
    best = xp.where(best == -inf, 0.0, xp.where(best == inf, nan, best))
    if temperature > 1:
        # Halved, for the gap between two finite scores may be infinite where gap / temperature is not.
        scores, best, temperature = scores / 2, best / 2, temperature / 2
    return _over(scores - best, float(temperature))


def _over(gaps: Array, temperature: float) -> Array:
    """Gaps / temperature, in steps where their dtype would round the temperature to 0 or infinity."""
    limits = array_namespace(gaps).finfo(gaps.dtype)
    tiny, huge = float(limits.smallest_normal), float(limits.max)
    while temperature < tiny:
        gaps, temperature = gaps / tiny, temperature / tiny
    while temperature > huge:
        gaps, temperature = gaps / huge, temperature / huge
    return gaps if temperature == 1 else gaps / temperature
