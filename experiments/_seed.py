"""One seed of one experiment, run from the text of its script: in this process, another one, or on a cluster.

Nothing here may import the package around it: a cluster's workers get this module with the task and need
`attn_core` alone.
"""

import base64
import math
import os
import platform
import signal
import sys
import traceback
from contextlib import suppress
from importlib.metadata import PackageNotFoundError, version
from multiprocessing.connection import Connection
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np

from attn_core._files import packed


def module(name: str, source: str) -> ModuleType:
    """The script as a module. It is run from the very text that its record's hash is made of."""
    made = ModuleType(f"experiments.{name}")
    sys.modules[made.__name__] = made  # dataclasses look their module up
    exec(compile(source, f"experiments/{name}.py", "exec"), vars(made))
    return made


def run(name: str, source: str, seed: int, short: bool) -> dict[str, Any]:
    """The numbers of a seed, the arrays that it may keep, and what made them."""
    script = module(name, source)
    if "torch" in sys.modules:
        sys.modules["torch"].set_num_threads(1)  # sums in another order have other last digits
    config = script.Config()
    found = script.run(seed, config.short() if short else config)
    numbers, arrays = found if isinstance(found, tuple) else (found, {})
    return {
        "numbers": {key: plain(key, value) for key, value in numbers.items()},
        "weights": base64.b64encode(packed(arrays)).decode() if arrays else "",
        "made_on": here(),
    }


def answer(pipe: Connection, task: tuple[str, str, int, bool]) -> None:
    """Run a task in a process of its own: what came of it goes through the pipe, or the text of the error."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the process that waits
    try:
        pipe.send((run(*task), None))
    except Exception:
        pipe.send((None, traceback.format_exc()))
    pipe.close()


def plain(name: str, value: Any) -> Any:
    """A number or a list of them, as JSON has it.

    >>> plain("share", np.array([[0.5, 1.0]]))
    [[0.5, 1.0]]
    """
    if isinstance(value, np.ndarray | np.generic):
        value = value.tolist()
    if isinstance(value, list | tuple):
        return [plain(name, entry) for entry in value]
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise ValueError(f"run must return finite numbers, got {value!r} for {name!r}")
    return value


def here() -> dict[str, Any]:
    """This machine and the versions on it, in words, without its name or a path."""
    packages = ("attn-core", "array-api-compat", "numpy", "torch")
    versions = {"python": platform.python_version()}
    for package in packages:
        with suppress(PackageNotFoundError):  # torch is for those who need it
            versions[package] = version(package)
    words = [platform.system(), platform.machine(), f"{os.cpu_count()} cores"]
    about = Path("/proc/cpuinfo")
    if about.exists():
        words += [line.partition(": ")[2] for line in about.read_text().splitlines() if line.startswith("model name")][
            :1
        ]
    return {"machine": ", ".join(words), "versions": versions}
