"""The libraries and dtypes that array tests run on, and the laws' settings."""

from typing import Any, NamedTuple

import array_api_strict
import numpy as np
import pytest
import torch
from hypothesis import settings


class Kind(NamedTuple):
    """Arrays of one library in one dtype: ``kind([1.0, 2.0])``."""

    library: str
    dtype: str

    def __call__(self, numbers: Any) -> Any:
        numbers = np.asarray(numbers)
        if self.library == "torch":
            return torch.from_numpy(numbers.astype(numbers.dtype)).to(self.native)
        return {"numpy": np, "strict": array_api_strict}[self.library].asarray(numbers.astype(self.native_numpy))

    def mask(self, booleans: Any) -> Any:
        booleans = np.asarray(booleans, dtype=bool)
        return Kind(self.library, "bool")(booleans)

    @property
    def native_numpy(self) -> Any:
        return np.dtype(self.dtype)

    @property
    def native(self) -> Any:
        return getattr(torch, self.dtype)

    @property
    def limits(self) -> Any:
        """Where the dtype ends: ``max``, ``tiny`` (the smallest normal number), ``eps``."""
        return torch.finfo(self.native)

    def __str__(self) -> str:
        return f"{self.library}-{self.dtype}"


LIBRARIES = [Kind("numpy", "float64"), Kind("torch", "float64"), Kind("strict", "float64")]
TORCH_KINDS = [Kind("torch", dtype) for dtype in ("float16", "bfloat16", "float32", "float64")]
KINDS = [
    *(Kind("numpy", dtype) for dtype in ("float16", "float32", "float64")),
    *TORCH_KINDS,
    *(Kind("strict", dtype) for dtype in ("float32", "float64")),
]

on_every_library = pytest.mark.parametrize("kind", LIBRARIES, ids=str)
in_every_dtype = pytest.mark.parametrize("kind", KINDS, ids=str)
in_every_torch_dtype = pytest.mark.parametrize("kind", TORCH_KINDS, ids=str)

law = settings(derandomize=True, deadline=None, max_examples=100)


def numbers(array: Any) -> np.ndarray:
    """The numbers of any array in float64, to compare."""
    if isinstance(array, torch.Tensor):
        return array.detach().to(torch.float64).numpy()
    return np.asarray(array).astype(np.float64)


def assert_kind(array: Any, kind: Kind) -> None:
    """Same library and dtype as the kind."""
    like = kind([1.0])
    assert type(array) is type(like)
    assert array.dtype == like.dtype


def leaf(kind: Kind, values: Any) -> torch.Tensor:
    """A tensor that collects a gradient."""
    return kind(values).requires_grad_()


def gradients(result: torch.Tensor, *leaves: torch.Tensor, seed: int = 0) -> list[np.ndarray]:
    """The gradients of a random weighted sum of the result."""
    upstream = torch.rand(result.shape, generator=torch.Generator().manual_seed(seed)).to(result.dtype) + 0.5
    return [numbers(g) for g in torch.autograd.grad(result, leaves, upstream)]
