"""What a model costs: parameters, multiply-adds, time, memory.

Parameters and multiply-adds are counted and the same everywhere; seconds and bytes are measured, and belong to the
machine and to the version of torch.
"""

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from time import perf_counter
from typing import Any

import numpy as np
import torch
from torch import nn
from torch.nn.attention import SDPBackend, sdpa_kernel
from torch.utils.flop_counter import FlopCounterMode


@dataclass(frozen=True)
class Timing:
    """Seconds of one call: the median of several rounds, and their quartiles.

    Parameters
    ----------
    median, low, high : float
        Half of the rounds lie from ``low`` to ``high``.
    """

    median: float
    low: float
    high: float


def parameters(module: nn.Module) -> int:
    """Count the numbers that a module learns; one that two layers share counts once.

    Parameters
    ----------
    module : torch.nn.Module

    Returns
    -------
    int

    Examples
    --------
    >>> parameters(nn.Linear(3, 2))  # 3 · 2 weights and 2 biases
    8
    """
    return sum(parameter.numel() for parameter in module.parameters() if parameter.requires_grad)


def multiply_adds(function: Callable[..., Any], *args: Any) -> int:
    """Count the multiply-adds of one call: in matrix products, convolutions, recurrent layers and attention.

    Parameters
    ----------
    function : callable
        A module or function on torch tensors. If it calls ``backward``, that counts too.
    *args : Any
        What it is called with.

    Returns
    -------
    int

    Notes
    -----
    Half of what ``torch.utils.flop_counter`` counts, which takes a multiplication and an addition for two. The count
    is of plain kernels: on a CPU, that counter sees nothing of fused attention, of ``nn.LSTM``, of the fast path of
    ``nn.MultiheadAttention``, or of a product with a vector. Sums, products entry by entry, and ``nn.Bilinear``
    are not counted.

    Examples
    --------
    >>> multiply_adds(torch.matmul, torch.ones(2, 3), torch.ones(3, 5))
    30
    """
    counter = FlopCounterMode(display=False, custom_mapping=WITH_VECTORS)
    with _plain_kernels(), counter:
        function(*args)
    return counter.get_total_flops() // 2


def time(functions: Mapping[str, Callable[[], Any]], *, rounds: int = 15, least: float = 0.01) -> dict[str, Timing]:
    """Time several functions side by side, in rounds in which each has its turn.

    Parameters
    ----------
    functions : mapping of str to callable
        Called without arguments.
    rounds : int
        How often each is timed, after one call to warm up.
    least : float
        Seconds that a turn lasts at least: what is quick is called several times in a turn.

    Returns
    -------
    dict of str to Timing
        Seconds of one call.

    Raises
    ------
    ValueError
        If there is no function, or not at least one round.

    Notes
    -----
    What slows the machine down for a while then slows all of them down, and the median leaves it out.

    Examples
    --------
    >>> found = time({"short": lambda: sum(range(100)), "long": lambda: sum(range(10_000))}, rounds=5, least=0.001)
    >>> found["short"].median < found["long"].median
    True
    """
    if not functions or rounds < 1:
        raise ValueError(f"time needs a function and a round, got {len(functions)} functions and {rounds} rounds")
    calls = {name: _calls(function, least) for name, function in functions.items()}
    seconds = {name: [] for name in functions}
    for _ in range(rounds):
        for name, function in functions.items():
            seconds[name].append(_turn(function, calls[name]) / calls[name])
    quartiles = {name: np.quantile(each, [0.5, 0.25, 0.75]).tolist() for name, each in seconds.items()}
    return {name: Timing(*three) for name, three in quartiles.items()}


def peak_memory(function: Callable[[], Any]) -> int:
    """Measure the most bytes that torch holds at any time of one call, beyond what it held before.

    Parameters
    ----------
    function : callable
        Called without arguments, on the CPU. Its result counts; what was there before does not.

    Returns
    -------
    int

    Notes
    -----
    From the allocations that torch's profiler records, so temporary tensors inside an operator count too.
    numpy's arrays do not.

    Examples
    --------
    >>> x = torch.ones(1000)  # 4,000 bytes
    >>> peak_memory(lambda: torch.exp(x) + x)  # the exponential, and the sum beside it
    8000
    """
    os.environ.setdefault("KINETO_LOG_LEVEL", "99")  # the profiler writes to the terminal, past Python
    with torch.profiler.profile(activities=[torch.profiler.ProfilerActivity.CPU], profile_memory=True) as profile:
        function()
    events = [event for event in profile.profiler.kineto_results.events() if event.name() == "[memory]"]
    changes = [event.nbytes() for event in sorted(events, key=lambda event: event.start_ns())]
    return int(max(np.cumsum([0, *changes])))


def _with_vector(matrix: tuple[int, ...], vector: tuple[int, ...], *_: Any, **__: Any) -> int:
    return 2 * int(np.prod(matrix))


def _added_to(_: Any, matrix: tuple[int, ...], vector: tuple[int, ...], *__: Any, **___: Any) -> int:
    return 2 * int(np.prod(matrix))


WITH_VECTORS = {torch.ops.aten.mv: _with_vector, torch.ops.aten.dot: _with_vector, torch.ops.aten.addmv: _added_to}


@contextmanager
def _plain_kernels() -> Iterator[None]:
    """No kernel that does in one step what the counter cannot see into."""
    fast, onednn = torch.backends.mha.get_fastpath_enabled(), torch.backends.mkldnn.enabled
    torch.backends.mha.set_fastpath_enabled(False)
    torch.backends.mkldnn.enabled = False
    try:
        with sdpa_kernel(SDPBackend.MATH):
            yield
    finally:
        torch.backends.mha.set_fastpath_enabled(fast)
        torch.backends.mkldnn.enabled = onednn


def _calls(function: Callable[[], Any], least: float) -> int:
    """How many calls make a turn long enough to be timed."""
    function()
    calls = 1
    while _turn(function, calls) < least:
        calls *= 2
    return calls


def _turn(function: Callable[[], Any], calls: int) -> float:
    start = perf_counter()
    for _ in range(calls):
        function()
    return perf_counter() - start
