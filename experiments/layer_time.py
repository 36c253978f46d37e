"""C1b, less computing, and C2, fast because it runs in parallel: seconds of one layer on a clock.

Recurrent layers, convolutions and self-attention, as PyTorch has them, over one sequence of n vectors of width d:
forward, and forward with backward, on one thread and on two. A seed is a round: each layer has one turn after a call
to warm up, and what is quick is called several times in a turn. Then attention to what came before, over a whole text
at once, as in training, and one vector at a time, as a text is written: keys and values are kept from step to step.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from itertools import product
from math import ceil
from time import perf_counter

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn.functional import scaled_dot_product_attention

SEEDS = 30
TIMING = True


@dataclass(frozen=True)
class Config:
    """Lengths n, widths d, and the seconds that a turn of what is quick lasts at least."""

    threads: tuple[int, ...] = (1, 2)
    layers: tuple[str, ...] = (
        "RNN", "GRU", "LSTM", "convolution 3", "convolution 5", "convolution 9", "self-attention",
    )  # fmt: skip
    widths: tuple[int, ...] = (64, 256)
    lengths: tuple[int, ...] = (16, 32, 64, 128, 256, 512, 1024, 2048)
    head_dim: int = 64
    written: int = 512
    least: float = 0.002

    def short(self) -> "Config":
        return replace(self, threads=(1,), widths=(64,), lengths=(16, 32), written=32, least=0.0)


def make(name: str, width: int, head_dim: int) -> Callable[[Tensor], Tensor]:
    """A layer that takes (1, n, width) and gives the same shape."""
    if name == "self-attention":
        attention = nn.MultiheadAttention(width, width // head_dim, batch_first=True)
        return lambda x: attention(x, x, x, need_weights=False)[0]
    if name.startswith("convolution"):
        kernel = int(name.split()[1])
        conv = nn.Conv1d(width, width, kernel, padding=kernel // 2)
        return lambda x: conv(x.mT).mT
    recurrent = getattr(nn, name)(width, width, batch_first=True)
    return lambda x: recurrent(x)[0]


def forward(layer: Callable[[Tensor], Tensor], x: Tensor) -> None:
    with torch.no_grad():
        layer(x)


def with_backward(layer: Callable[[Tensor], Tensor], x: Tensor) -> None:
    layer(x).sum().backward()


def at_once(inner: nn.Linear, outer: nn.Linear, x: Tensor) -> Tensor:
    """Attention with one head over (1, 1, n, width), each vector to itself and what came before."""
    return outer(scaled_dot_product_attention(*inner(x).chunk(3, dim=-1), is_causal=True))


def one_by_one(inner: nn.Linear, outer: nn.Linear, x: Tensor) -> Tensor:
    """The same, but vector t + 1 is not looked at before the output at t is there."""
    key, value, output = torch.empty_like(x), torch.empty_like(x), torch.empty_like(x)
    for t in range(x.shape[2]):
        query, key[:, :, t : t + 1], value[:, :, t : t + 1] = inner(x[:, :, t : t + 1]).chunk(3, dim=-1)
        seen = slice(t + 1)
        output[:, :, t : t + 1] = outer(scaled_dot_product_attention(query, key[:, :, seen], value[:, :, seen]))
    return output


def seconds(call: Callable[[], object], least: float) -> float:
    """Of one call, after one to warm up."""
    start = perf_counter()
    call()
    calls = max(1, ceil(least / (perf_counter() - start)))
    start = perf_counter()
    for _ in range(calls):
        call()
    return (perf_counter() - start) / calls


def run(seed: int, config: Config) -> dict[str, np.ndarray]:
    """``forward`` and ``with_backward``: seconds by threads, layer, width and length; ``writing``: by threads, of a
    text at once and one by one."""
    shape = len(config.threads), len(config.layers), len(config.widths), len(config.lengths)
    found = {step.__name__: np.zeros(shape) for step in (forward, with_backward)}
    writing, before = np.zeros((len(config.threads), 2)), torch.get_num_threads()
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        try:
            for i, threads in enumerate(config.threads):
                torch.set_num_threads(threads)
                for (w, width), (at, length) in product(enumerate(config.widths), enumerate(config.lengths)):
                    x = torch.randn(1, length, width)
                    for j, name in enumerate(config.layers):
                        layer = make(name, width, config.head_dim)
                        for step in (forward, with_backward):
                            found[step.__name__][i, j, w, at] = seconds(partial(step, layer, x), config.least)
                width = config.head_dim
                inner, outer, x = (
                    nn.Linear(width, 3 * width),
                    nn.Linear(width, width),
                    torch.randn(1, 1, config.written, width),
                )
                with torch.no_grad():
                    for j, write in enumerate((at_once, one_by_one)):
                        writing[i, j] = seconds(partial(write, inner, outer, x), config.least)
        finally:
            torch.set_num_threads(before)
    return {**found, "writing": writing}
