"""C33, attention does not need the encoder–decoder: telephone numbers found by the three steps alone.

A telephone book has names for keys, vectors of random numbers, and telephone numbers for values. It is asked with
its own names, each misspelt by noise. A number is found if the output is within 0.5 of it.
"""

from dataclasses import dataclass, replace
from functools import partial

import numpy as np

import attn_core as ac

SEEDS = 10


@dataclass(frozen=True)
class Config:
    """A book, how its names are misspelt (noise over signal), and the temperatures of the softmax."""

    entries: int = 500
    dim: int = 64
    misspellings: tuple[float, ...] = (0.0, 1.0, 2.0)
    temperatures: tuple[float, ...] = (0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0)

    def short(self) -> "Config":
        return replace(self, entries=100, dim=32)


def run(seed: int, config: Config) -> dict[str, list[list[float]]]:
    """``found``: the share of numbers found, a row a misspelling, a column a temperature."""
    rng = np.random.default_rng(seed)
    names = rng.normal(size=(config.entries, config.dim))
    numbers = rng.integers(100, 1000, (config.entries, 1)).astype(float)
    noise = rng.normal(size=names.shape)

    def found(misspelling: float, temperature: float) -> float:
        normalize = partial(ac.softmax, temperature=temperature)
        answer, _ = ac.attend(names + misspelling * noise, names, numbers, normalize=normalize)
        return float((abs(answer - numbers) < 0.5).mean())

    return {"found": [[found(m, t) for t in config.temperatures] for m in config.misspellings]}
