"""Where two curves of costs meet, whether they were counted or timed."""

from typing import Any

import numpy as np


def meetings(x: Any, first: Any, second: Any) -> list[float]:
    """Find every size at which two costs are the same, on straight lines between the points of a log–log drawing.

    Parameters
    ----------
    x : array (n,)
        Sizes at which both are known, above zero and growing.
    first, second : array (n,)
        What each costs there, above zero.

    Returns
    -------
    list of float
        From small to large, to twelve digits; empty if one is cheaper all along.

    Raises
    ------
    ValueError
        If the arrays are not of one length, not finite, or not above zero, or if x does not grow.

    Notes
    -----
    Where log(first / second) changes its sign between two sizes, the meeting lies between their logarithms, as near
    to either as the gap there is small.

    Examples
    --------
    >>> meetings([1, 100, 200], [1, 100, 5], [10, 10, 5])
    [10.0, 200.0]
    >>> meetings([1, 100], [1, 100], [2, 200])
    []
    """
    x, first, second = _above_zero(x=x, first=first, second=second)
    if (np.diff(x) <= 0).any():
        raise ValueError(f"x must grow, got {x.tolist()}")
    at, gap, found = np.log(x), np.log(first / second), []
    for i, here in enumerate(gap):
        if here == 0:
            found.append(x[i].item())
        elif i + 1 < len(gap) and here * gap[i + 1] < 0:
            share = here / (here - gap[i + 1])
            found.append(float(f"{np.exp(at[i] + share * (at[i + 1] - at[i])):.12g}"))
    return found


def _above_zero(**arrays: Any) -> list[np.ndarray]:
    """The arrays as rows of one length, every number finite and above zero."""
    rows = []
    for name, array in arrays.items():
        row = np.asarray(array)
        if row.ndim != 1 or row.size == 0 or row.dtype.kind not in "fiu":
            raise ValueError(f"wanted {name} (n,) of numbers, got {row.dtype} of shape {row.shape}")
        if not (np.isfinite(row).all() and row.min() > 0):
            raise ValueError(f"{name} must be finite and above zero, got {row.tolist()}")
        if rows and len(row) != len(rows[0]):
            raise ValueError(f"n must be one size: x (n,) has {len(rows[0])}, {name} (n,) has {len(row)}")
        rows.append(row.astype(float))
    return rows
