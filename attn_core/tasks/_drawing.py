"""What the tasks share: how their arguments are checked, and what they draw."""

from typing import Any

import numpy as np

from attn_core._checks import check_integer

Span = int | tuple[int, int]  # one size, or the smallest and the largest


def check_rng(rng: Any) -> None:
    """Raise unless this is a numpy Generator."""
    if not isinstance(rng, np.random.Generator):
        raise TypeError(f"rng must be a numpy Generator, got {rng!r}: write numpy.random.default_rng(0)")


def check_least(name: str, value: Any, least: int) -> int:
    """Raise unless the value is an integer that is large enough."""
    if check_integer(name, value) < least:
        raise ValueError(f"{name} must be {least} or more, got {value}")
    return int(value)


def check_span(name: str, value: Any, least: int) -> tuple[int, int]:
    """Raise unless this is one size, or two in order; return the smallest and the largest."""
    if not isinstance(value, tuple):
        value = (value, value)
    if len(value) != 2:
        raise ValueError(f"{name} must be one integer or two, got {value}")
    low, high = (check_least(name, end, least) for end in value)
    if low > high:
        raise ValueError(f"{name} must go from the smaller to the larger, got {value}")
    return low, high


def draw_sizes(rng: np.random.Generator, n: int, low: int, high: int) -> np.ndarray:
    """So many sizes, each of the span as likely."""
    return rng.integers(low, high + 1, size=n)


def within(lengths: np.ndarray, width: int) -> np.ndarray:
    """Which positions are no padding: lengths (n,) -> (n, L)."""
    return np.arange(width) < lengths[:, None]


def shuffled(rng: np.random.Generator, real: np.ndarray) -> np.ndarray:
    """The positions of each row in random order, and its padding last: (n, L) -> (n, L)."""
    return np.where(real, rng.random(real.shape), 2.0).argsort(axis=1, kind="stable")
