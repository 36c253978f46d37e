"""What the tests of torch layers share."""

from typing import Any

import torch
from arrays import numbers
from numpy.testing import assert_allclose


def tensor(values: Any) -> torch.Tensor:
    """In float64, where 12 digits can be compared."""
    return torch.tensor(values, dtype=torch.float64)


def close(got: Any, wanted: Any, atol: float = 1e-12) -> None:
    """The numbers of a tensor are these numbers."""
    assert_allclose(numbers(got), numbers(wanted), rtol=0, atol=atol)
