"""Times that were measured, for the widget *cost*: checked as a trait, and read at the sizes next to a situation."""

import itertools
import math
import re
from dataclasses import dataclass

import traitlets

from attn_core.costs import meetings

NAME = re.compile(r"self-attention|RNN|GRU|LSTM|Transformer block|convolution ([1-9]|1[0-5])")
MOST = {"n": 16, "d": 4, "layers": 20}
LARGEST = {"n": 65536, "d": 4096}


class Timings(traitlets.TraitType):
    """Seconds of one layer, ``{"n": [...], "d": [...], "layers": {name: [[seconds for n] for d]}}``, or ``{}``."""

    def __init__(self, **kwargs):
        super().__init__({}, **kwargs)
        self.tag(sync=True)

    def validate(self, obj, value):
        self._need(isinstance(value, dict), "a dict", value)
        if not value:
            return {}
        self._need(set(value) == {"n", "d", "layers"}, "n, d and layers", list(value))
        for axis, largest in LARGEST.items():
            wanted = f"1 to {MOST[axis]} growing whole numbers from 1 to {largest} in {axis}"
            self._need(self._grow(value[axis], MOST[axis], largest), wanted, value[axis])
        layers, shape = value["layers"], (len(value["d"]), len(value["n"]))
        right = isinstance(layers, dict) and "self-attention" in layers and len(layers) <= MOST["layers"]
        self._need(right, "layers by name, self-attention among them", layers)
        for name, rows in layers.items():
            right = isinstance(name, str) and NAME.fullmatch(name)
            self._need(right, 'names such as "LSTM" or "convolution 3"', name)
            right = isinstance(rows, list | tuple) and all(isinstance(row, list | tuple) for row in rows)
            right = right and len(rows) == shape[0] and all(len(row) == shape[1] for row in rows)
            self._need(right, f"rows (d, n) = {shape} of {name}", rows)
            for seconds in (x for row in rows for x in row):
                right = isinstance(seconds, int | float) and not isinstance(seconds, bool) and 1e-9 <= seconds <= 1e4
                self._need(right, f"seconds from 1e-9 to 10,000 in {name}", seconds)
        kept = {name: [[float(f"{x:.3g}") for x in row] for row in rows] for name, rows in layers.items()}
        return {"n": list(value["n"]), "d": list(value["d"]), "layers": kept}

    def _need(self, right, wanted, got):
        if not right:
            raise traitlets.TraitError(f"{self.name} needs {wanted}, got {got!r:.80}")

    @staticmethod
    def _grow(sizes, most, largest):
        whole = isinstance(sizes, list | tuple) and all(type(x) is int and 1 <= x <= largest for x in sizes)
        return whole and 1 <= len(sizes) <= most and all(a < b for a, b in itertools.pairwise(sizes))


@dataclass(frozen=True)
class Nearest:
    """What was measured at the sizes next to a situation.

    n, d: those sizes; k: the kernel, or None; times: by layer, for each n; seconds: by layer, at n; meets: by layer,
    the lengths at which attention takes as long.
    """

    n: int
    d: int
    k: int | None
    times: dict[str, list[float]]
    seconds: dict[str, float]
    meets: dict[str, list[float]]


def nearest(widget):
    """The measured times at the n, d and k closest to those of a ``Cost``."""
    n, d, layers = (widget.measured[name] for name in ("n", "d", "layers"))
    i, j = _closest(n, widget.length), _closest(d, widget.model_dim)
    kernels = sorted(int(name.split()[1]) for name in layers if name.startswith("convolution "))
    k = kernels[_closest(kernels, widget.kernel_size)] if kernels else None
    times = {}
    for name, rows in layers.items():
        kind = name.rstrip("0123456789 ")
        if kind != "convolution" or name == f"convolution {k}":
            times[kind] = rows[j]
    own = times["self-attention"]
    meets = {name: meetings(n, own, row) for name, row in times.items() if name != "self-attention"}
    return Nearest(n[i], d[j], k, times, {name: row[i] for name, row in times.items()}, meets)


def _closest(sizes, x):
    return min(range(len(sizes)), key=lambda i: abs(math.log(sizes[i] / x)))
