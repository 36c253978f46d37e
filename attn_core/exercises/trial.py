"""A reader's function at work: whatever it does, it ends in words.

It runs in a thread, since only that works in every notebook on every system, and one that does not come to an
end is stopped between two of its steps.
"""

import contextlib
import ctypes
import io
import threading
import warnings
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np


class Trial(NamedTuple):
    """What came of one call: a result or an error, or neither if it did not end; and what was printed."""

    ended: bool
    result: Any
    error: BaseException | None
    printed: str


def run(function: Callable[..., Any], arguments: tuple[Any, ...], seconds: float) -> Trial:
    """Call the function and wait for it, so many seconds at most.

    >>> run(lambda x: print("hm") or 2 * x, (4,), seconds=1.0)
    Trial(ended=True, result=8, error=None, printed='hm\\n')
    """
    result, error = None, None

    def call() -> None:
        nonlocal result, error
        try:
            with np.errstate(all="ignore"):  # each thread has numpy's settings anew
                result = function(*arguments)
        except BaseException as raised:  # SystemExit too: exit() in a function must not end the notebook
            error = raised

    printed = io.StringIO()
    with (
        warnings.catch_warnings(),
        contextlib.redirect_stdout(printed),
        contextlib.redirect_stderr(io.StringIO()),
    ):
        warnings.simplefilter("ignore")
        thread = threading.Thread(target=call, daemon=True)
        try:
            thread.start()
        except RuntimeError:  # Python in a browser has no threads, and so no time limit
            call()
            return Trial(True, result, error, printed.getvalue())
        if not _ends(thread, seconds):
            return Trial(False, None, None, printed.getvalue())
    return Trial(True, result, error, printed.getvalue())


def _ends(thread: threading.Thread, seconds: float) -> bool:
    """Whether the thread ends in time. If not, or if the reader interrupts the cell, it is stopped."""
    try:
        thread.join(seconds)
        return not thread.is_alive()
    finally:
        if thread.is_alive():
            identity = ctypes.c_ulong(thread.ident)
            ctypes.pythonapi.PyThreadState_SetAsyncExc(identity, ctypes.py_object(SystemExit))
            thread.join(1.0)
