"""The recorded models of the widget *bottleneck*: a line, what each wrote of its beginnings, and its last states.

A page gets them as ``static/bottleneck/recorded.bin``, which ``python tools/recorded.py`` writes from the record.
"""

import functools
import math
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from attn_core import results

SYMBOLS = "ABCDEFGHIJKL"
SHORTEST, LONGEST, PRACTISED = 2, 60, 30  # lengths: the models practised on 1 to 30
WIDTHS = {"16": 16, "32": 32, "64": 64, "128": 128, "turned": 64, "attention": 64, "fixed_out": 64}  # by memory
STEPS, STEPS_OUT = 800, 3000  # of training; the second for fixed_out
FINE = 31  # an entry of a state, from -1 to 1, is kept in steps of 1/31


class Told(NamedTuple):
    """What the record tells of one length: the mean over lines and seeds, and the ends of its interval."""

    mean: float
    low: float
    high: float


@dataclass(frozen=True)
class Memory:
    """A recorded model.

    Parameters
    ----------
    width : int
        Numbers in one of its states.
    shares, bits : list of Told
        For each length from 2 on, over all seeds: the share of symbols written rightly, to three decimals, and how
        many bits are kept at least, to one.
    written : array of int, shape (59, 60)
        What the model of the first seed wrote after reading the first 2, 3, … symbols of the line; then 0.
    states : array of int, shape (59, width)
        Its last state, in steps of 1/31.
    """

    width: int
    shares: list[Told]
    bits: list[Told]
    written: np.ndarray
    states: np.ndarray


def needed(length: int) -> float:
    """How many bits tell a line of this length: each symbol is one of twelve.

    >>> round(needed(30), 1)
    107.5
    """
    return length * math.log2(len(SYMBOLS))


@functools.cache
def line() -> np.ndarray:
    """The line that the models read the beginnings of, shape (60,): symbols from 1 to 12."""
    return results.weights("bottleneck")["inputs"].astype(int)


@functools.cache
def memories() -> dict[str, Memory]:
    """The recorded models by name, with the numbers that a page has."""
    record, arrays = results.load("bottleneck"), results.weights("bottleneck")

    def told(number, at, digits, most):
        parts = (np.clip(part[at], 0, most) for part in (record.mean(number), *record.interval(number)))
        return [Told(*row) for row in (np.rint(digits * np.stack(list(parts), axis=1)) / digits).tolist()]

    found, most = {}, np.array([needed(n) for n in range(SHORTEST, LONGEST + 1)])
    for name, width in WIDTHS.items():
        plain = name.isdigit()
        number, at = ("fixed", (0, record.config["widths"].index(width))) if plain else (name, ...)
        shares, bits = told(number, at, 1000, 1.0), told(f"{number}_bits", at, 10, most)
        states = np.rint(FINE * arrays[f"state.{name}"].astype(float)).astype(int)
        found[name] = Memory(width, shares, bits, arrays[f"written.{name}"].astype(int), states)
    return found


def packed() -> bytes:
    """What a page needs of all this, as bytes: codes of six bits, four of them in three bytes.

    So each code is one character of base64, which compresses well. In this order: the line; for each memory what it
    wrote, its states, and mean, low and high end of shares and bits, of which each takes two codes.

    >>> len(packed()) < 40 * 1024
    True
    """
    codes = line().tolist()
    for memory in memories().values():
        for n, row in enumerate(memory.written.tolist(), SHORTEST):
            codes += row[:n]
        codes += (memory.states + FINE + 1).ravel().tolist()
        for rows, digits in ((memory.shares, 1000), (memory.bits, 10)):
            codes += [code for row in rows for x in row for code in divmod(round(digits * x), 64)]
    codes += [0] * (-len(codes) % 4)
    a, b, c, d = np.array(codes).reshape(-1, 4).T
    return np.stack([a << 2 | b >> 4, b << 4 & 0xF0 | c >> 2, c << 6 & 0xC0 | d], axis=1).astype(np.uint8).tobytes()
