"""What every task gives: sequences, their answers, and where in the sequence each answer stands."""

from dataclasses import dataclass
from typing import Any

import numpy as np


@dataclass(frozen=True, eq=False)
class Batch:
    """Sequences, what to answer, and which positions tell it.

    Parameters
    ----------
    inputs : array (n, L) or (n, L, …)
        Codes, integers from 1, with 0 behind a sequence's end; or floating-point numbers at every position.
    targets : array (n, T) or (n,)
        Codes with 0 behind the end, or one answer a sequence.
    lengths : array (n,)
        How many of the L positions a sequence has; the rest is padding.
    alignment : array (n, T, L) or (n, L), optional
        True where an input position tells the target's symbol: the shape of ``targets``, and L. For one answer a
        document of sentences of words, inputs (n, S, W), it may be (n, S, W): which word; for one answer a pair of
        sentences, inputs (n, L, 2), it may be (n, L, L): which word is which. None where nobody knows.

    Raises
    ------
    ValueError
        If the shapes do not fit each other, or a length is not in 0 … L.

    Notes
    -----
    ``len(batch)`` is n; ``batch[rows]`` takes some rows, as numpy does, and gives a Batch. As a mask,
    ``attn_core.masks.padding(batch.lengths, L)``.

    Examples
    --------
    >>> batch = Batch(np.array([[7, 8], [9, 0]]), np.array([7, 9]), np.array([2, 1]))
    >>> len(batch), batch[1:].inputs
    (2, array([[9, 0]]))
    """

    inputs: np.ndarray
    targets: np.ndarray
    lengths: np.ndarray
    alignment: np.ndarray | None = None

    def __post_init__(self) -> None:
        if self.inputs.ndim < 2:
            raise ValueError(f"wanted inputs (n, L) or (n, L, …), got shape {self.inputs.shape}")
        n, length = self.inputs.shape[:2]
        if self.targets.ndim not in (1, 2) or len(self.targets) != n:
            raise ValueError(f"wanted targets (n, T) or (n,) with n = {n}, got shape {self.targets.shape}")
        if self.lengths.shape != (n,):
            raise ValueError(f"wanted lengths (n,) with n = {n}, got shape {self.lengths.shape}")
        if n and (self.lengths.min() < 0 or self.lengths.max() > length):
            got = f"{self.lengths.min()} to {self.lengths.max()}"
            raise ValueError(f"lengths must be from 0 to L = {length}, got {got}")
        due = (*self.targets.shape, length)
        of_words = of_pair = due
        if self.targets.ndim == 1 and self.inputs.ndim == 3:
            of_words, of_pair = self.inputs.shape, (n, length, length) if self.inputs.shape[2] == 2 else due
        if self.alignment is not None and self.alignment.shape not in (due, of_words, of_pair):
            axes = "(n, T, L)" if self.targets.ndim == 2 else "(n, L)"
            raise ValueError(f"wanted alignment {axes} = {due}, got shape {self.alignment.shape}")

    def __len__(self) -> int:
        return len(self.inputs)

    def __getitem__(self, rows: Any) -> "Batch":
        alignment = None if self.alignment is None else self.alignment[rows]
        return Batch(self.inputs[rows], self.targets[rows], self.lengths[rows], alignment)
