"""Scores: how well each query matches each key.

Every function takes queries (..., Lq, D) and keys (..., Lk, D) and returns (..., Lq, Lk), one score
a pair. Leading axes broadcast. A score is in nats: under softmax, 1 more is e times the weight.
"""

import math

from array_api_compat import array_namespace

from attn_core._arrays import Array, constant, takes
from attn_core._checks import is_finite_number


@takes("query (..., Lq, D)", "key (..., Lk, D)")
def dot(query: Array, key: Array) -> Array:
    """Score a pair by its dot product.

    It grows with the length of both vectors.

    Parameters
    ----------
    query : array (..., Lq, D)
    key : array (..., Lk, D)

    Returns
    -------
    array (..., Lq, Lk)
        Scores in nats.

    Raises
    ------
    TypeError, ValueError
        If the arrays do not fit each other; the text says where.

    Notes
    -----
    ``scores[i, j] = query[i] · key[j]``, *dot* in Luong, Pham and Manning (2015), arXiv:1508.04025.

    Examples
    --------
    >>> import numpy as np
    >>> dot(np.array([[1.0, 2.0]]), np.array([[3.0, 4.0], [5.0, 0.0]]))
    array([[11.,  5.]])
    """
    return query @ key.mT


@takes("query (..., Lq, D)", "key (..., Lk, D)")
def scaled_dot(query: Array, key: Array, *, scale: float | None = None) -> Array:
    """Score a pair by its dot product over √D, so that the spread of the scores does not grow with D.

    Parameters
    ----------
    query : array (..., Lq, D)
    key : array (..., Lk, D)
    scale : float, optional
        A finite Python number in place of 1/√D.

    Returns
    -------
    array (..., Lq, Lk)
        Scores in nats.

    Raises
    ------
    TypeError, ValueError
        If the arrays do not fit each other, or the scale is no finite number.

    Notes
    -----
    ``scores[i, j] = query[i] · key[j] / √D``, Vaswani et al. (2017), arXiv:1706.03762, section 3.2.1.

    Examples
    --------
    >>> import numpy as np
    >>> scaled_dot(np.array([[1.0, 1.0, 1.0, 1.0]]), np.array([[2.0, 2.0, 2.0, 2.0]]))
    array([[4.]])
    """
    if scale is None:
        scale = 1 / math.sqrt(max(query.shape[-1], 1))
    if not is_finite_number(scale):
        raise ValueError(f"scale must be a finite number, got {scale!r}")
    # The smaller numbers are multiplied: query · key may overflow where the score does not.
    if abs(scale) > 1:
        return (query @ key.mT) * float(scale)
    return (query * float(scale)) @ key.mT


@takes("query (..., Lq, Dq)", "key (..., Lk, Dk)", "weight (Dq, Dk)")
def general(query: Array, key: Array, weight: Array) -> Array:
    """Score a pair through a matrix; also called bilinear or multiplicative.

    Parameters
    ----------
    query : array (..., Lq, Dq)
    key : array (..., Lk, Dk)
    weight : array (Dq, Dk)

    Returns
    -------
    array (..., Lq, Lk)
        Scores in nats.

    Raises
    ------
    TypeError, ValueError
        If the arrays do not fit each other; the text says where.

    Notes
    -----
    ``scores[i, j] = query[i]ᵀ weight key[j]``, *general* in Luong, Pham and Manning (2015),
    arXiv:1508.04025. The identity matrix gives ``dot``.

    Examples
    --------
    >>> import numpy as np
    >>> general(np.array([[1.0, 2.0]]), np.array([[3.0], [4.0]]), np.array([[1.0], [10.0]]))
    array([[63., 84.]])
    """
    return query @ weight @ key.mT


@takes("query (..., Lq, D)", "key (..., Lk, D)")
def cosine(query: Array, key: Array) -> Array:
    """Score a pair by the cosine of its angle; a zero vector scores 0 against everything.

    Parameters
    ----------
    query : array (..., Lq, D)
    key : array (..., Lk, D)

    Returns
    -------
    array (..., Lq, Lk)
        Scores in nats, from −1 to 1 whatever the lengths: softmax needs a temperature to focus.

    Raises
    ------
    TypeError, ValueError
        If the arrays do not fit each other; the text says where.

    Notes
    -----
    ``scores[i, j] = query[i] · key[j] / (‖query[i]‖ ‖key[j]‖)``, Graves, Wayne and Danihelka (2014),
    arXiv:1410.5401, section 3.3.1.

    Examples
    --------
    >>> import numpy as np
    >>> cosine(np.array([[2.0, 0.0]]), np.array([[3.0, 0.0], [0.0, 5.0], [-1.0, 0.0]]))
    array([[ 1.,  0., -1.]])
    """
    return _unit(query) @ _unit(key).mT


@takes("query (..., Lq, Dq)", "key (..., Lk, Dk)", "weight (Dq + Dk,)")
def linear(query: Array, key: Array, weight: Array) -> Array:
    """Score a pair by a weighted sum of the two vectors, one after the other; sometimes called concat.

    Parameters
    ----------
    query : array (..., Lq, Dq)
    key : array (..., Lk, Dk)
    weight : array (Dq + Dk,)
        The query's part, then the key's.

    Returns
    -------
    array (..., Lq, Lk)
        Scores in nats.

    Raises
    ------
    TypeError, ValueError
        If the arrays do not fit each other; the text says where.

    Notes
    -----
    ``scores[i, j] = weight · [query[i]; key[j]]``. The query adds the same to every key, so softmax
    gives weights that do not depend on it: *static* attention in Brody, Alon and Yahav (2022),
    arXiv:2105.14491.

    Examples
    --------
    >>> import numpy as np
    >>> linear(np.array([[1.0], [2.0]]), np.array([[3.0], [4.0]]), np.array([10.0, 1.0]))
    array([[13., 14.],
           [23., 24.]])
    """
    query_dim = query.shape[-1]
    from_query = query @ weight[:query_dim]  # (..., Lq)
    from_key = key @ weight[query_dim:]  # (..., Lk)
    return from_query[..., :, None] + from_key[..., None, :]


@takes("query (..., Lq, Dq)", "key (..., Lk, Dk)", "query_weight (Dq, H)", "key_weight (Dk, H)", "v (H,)")
def additive(query: Array, key: Array, query_weight: Array, key_weight: Array, v: Array) -> Array:
    """Score a pair by a network with one hidden layer: Bahdanau's MLP, which is Luong's concat.

    Parameters
    ----------
    query : array (..., Lq, Dq)
    key : array (..., Lk, Dk)
    query_weight : array (Dq, H)
    key_weight : array (Dk, H)
    v : array (H,)

    Returns
    -------
    array (..., Lq, Lk)
        Scores in nats, at most the sum of ``|v|``. An array (..., Lq, Lk, H) is made on the way.

    Raises
    ------
    TypeError, ValueError
        If the arrays do not fit each other; the text says where.

    Notes
    -----
    ``scores[i, j] = v · tanh(query[i] query_weight + key[j] key_weight)``, Bahdanau, Cho and Bengio
    (2015), arXiv:1409.0473; *concat* in Luong, Pham and Manning (2015), arXiv:1508.04025.

    Examples
    --------
    >>> import numpy as np
    >>> one = np.array([[1.0]])
    >>> additive(np.array([[5.0]]), np.array([[-5.0], [95.0]]), one, one, np.array([2.0]))
    array([[0., 2.]])
    """
    xp = array_namespace(query)
    from_query = (query @ query_weight)[..., :, None, :]  # (..., Lq, 1, H)
    from_key = (key @ key_weight)[..., None, :, :]  # (..., 1, Lk, H)
    return xp.tanh(from_query + from_key) @ v


def _unit(x: Array) -> Array:
    """The vectors at length 1; a zero vector stays zero and passes no gradient on."""
    xp = array_namespace(x)
    if x.shape[-1] == 0:
        return x
    largest = xp.max(xp.abs(constant(x)), axis=-1, keepdims=True)
    is_zero = largest == 0
    # In float32 the square of 1e20 is infinite and that of 1e-30 is zero: first the entries come to −1 … 1.
    x = xp.where(is_zero, 0.0, x / xp.where(is_zero, 1.0, largest))
    square = xp.sum(x * x, axis=-1, keepdims=True)
    # The slope of the square root at 0 is infinite, and 0 · ∞ in a backward pass is NaN.
    return x / xp.sqrt(xp.where(is_zero, 1.0, square))
