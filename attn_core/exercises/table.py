"""The exercises of the book by name, and what an exercise is: a task, a reference, hidden cases."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np


@dataclass(frozen=True)
class Case:
    """Arguments to try; where they are special, in which way, and what to think of."""

    arguments: tuple[Any, ...]
    edge: str = ""
    hint: str = ""

    @property
    def size(self) -> tuple[int, float]:
        """How much a reader has to look at: the count of numbers, then how large they are."""
        arrays = [np.asarray(argument) for argument in self.arguments]
        return sum(array.size for array in arrays), float(sum(np.abs(array).sum() for array in arrays))


@dataclass(frozen=True)
class Exercise:
    """A function for the reader to write, and all that it takes to judge it."""

    takes: tuple[str, ...]  # names of the arguments, in order
    gives: tuple[str, ...]  # names of the results: more than one makes a tuple
    task: str  # one sentence
    reference: Callable[..., Any]
    cases: Callable[[np.random.Generator], list[Case]]
    tolerance: float = 1e-6

    def hidden(self) -> list[Case]:
        """The cases, the same each time, from the smallest on."""
        return sorted(self.cases(np.random.default_rng(0)), key=lambda case: case.size)
