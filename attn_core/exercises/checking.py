"""Judging a reader's function: on hidden cases, from the smallest on, in words and without a traceback."""

import copy
import inspect
import numbers
import textwrap
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from . import (
    advantages,
    building,
    choosing,
    convolving,
    encoding,
    information,
    recalling,
    scoring,
    seeing,
    stacking,
    three_steps,
)
from .table import Case, Exercise
from .trial import Trial, run

CHAPTERS = (
    seeing, encoding, advantages, three_steps, choosing, information, building, convolving, recalling, stacking,
    scoring,
)  # fmt: skip
EXERCISES: dict[str, Exercise] = {
    name: exercise for chapter in CHAPTERS for name, exercise in chapter.EXERCISES.items()
}
SECONDS = 5.0  # for one case; the largest takes attn_core a millisecond
LINES = 5  # of what a function printed
WIDTH = 60  # characters a line, as in the code of the chapters


def check(name: str, answer: Callable[..., Any] | None) -> None:
    """Try a function on hidden cases, and print whether it is right or where it first goes wrong.

    Parameters
    ----------
    name : str
        Which exercise.
    answer : callable or None
        The reader's function, which takes and returns numpy arrays. None prints the task.

    Raises
    ------
    ValueError
        If there is no exercise of this name. What the reader's function does is never an error here.

    Notes
    -----
    The cases are the same each time, and tried from the smallest on: the one shown is the smallest that goes wrong.
    A call has five seconds.

    Examples
    --------
    >>> check("softmax", None)
    softmax(scores) is yours to write.
    Take scores (..., n), and return weights of the same shape
    that sum to one along the last axis.

    >>> check("softmax", lambda scores: scores / scores.sum())
    ✗ softmax is not right yet.
      scores = [ 0.1, -1.4]
      wanted   [0.8176, 0.1824]
      got      [-0.0769,  1.0769]
    """
    print(judge(name, answer).text)


class Verdict(NamedTuple):
    """Whether the function is right (None: there is none yet), and what to tell the reader."""

    right: bool | None
    text: str


def judge(name: str, answer: Any) -> Verdict:
    """What `check` prints, and whether the answer is right."""
    if name not in EXERCISES:
        raise ValueError(f"no exercise {name!r}: there are {', '.join(EXERCISES)}")
    exercise = EXERCISES[name]
    call = f"{name}({', '.join(exercise.takes)})"
    if answer is None:
        return Verdict(None, f"{call} is yours to write.\n{_wrapped(exercise.task)}")
    if not callable(answer):
        text = f'✗ {name}: give the function itself, check("{name}", {name}), and not {_kind(answer)}.'
        return Verdict(False, _wrapped(text))
    try:
        inspect.signature(answer).bind(*exercise.takes)
    except TypeError:
        return Verdict(False, _wrapped(f"✗ {name} must take its arguments as {call} does."))
    except ValueError:  # a function written in C may have no signature
        pass

    lines_printed = 0
    cases = exercise.hidden()
    for case in cases:
        given = copy.deepcopy(case.arguments)
        trial = run(answer, given, SECONDS)
        if fault := _fault(exercise, case, given, trial):
            sentence, *numbers_and_hint = fault
            lines = [_wrapped(f"✗ {name} {sentence}"), *numbers_and_hint, *_printed(trial.printed)]
            return Verdict(False, "\n".join(lines))
        lines_printed += len(trial.printed.splitlines())
    text = f"✓ {name} is right on all {len(cases)} cases{_among(cases)}. Well done."
    if lines_printed:
        text += f" It also printed {lines_printed} line{'s' * (lines_printed > 1)}, not shown here."
    return Verdict(True, _wrapped(text))


def _fault(exercise: Exercise, case: Case, given: tuple[Any, ...], trial: Trial) -> list[str]:
    """What went wrong on this case: a sentence, then the numbers; nothing if nothing did."""
    arguments = {f"{name} =": value for name, value in zip(exercise.takes, case.arguments, strict=True)}
    if not trial.ended:
        return [f"did not come to an end within {SECONDS:g} seconds.", *_table(arguments)]
    if trial.error is not None:
        what = " ".join(str(trial.error).split())[:200]
        return [f"raised {type(trial.error).__name__}{': ' if what else '.'}{what}", *_table(arguments)]
    wanted, got = exercise.reference(*copy.deepcopy(case.arguments)), trial.result
    if len(exercise.gives) == 1:
        wanted, got = (wanted,), (got,)
    elif not isinstance(got, tuple | list) or len(got) != len(exercise.gives):
        return [f"must return {' and '.join(exercise.gives)}, and returned {_kind(got)}.", *_table(arguments)]
    results = list(zip(exercise.gives, wanted, got, strict=True))
    for name, due, came in results:
        if mistyped := _mistyped(name, due, came):
            return [mistyped, *_table(arguments)]
    for name, due, came in reversed(results):  # the weights before the output, which follows from them
        if not np.allclose(came, due, rtol=exercise.tolerance, atol=exercise.tolerance):
            about = f" {name}" if len(results) > 1 else ""
            shown = arguments | _compared(due, came, about)
            return ["is not right yet.", *_table(shown), *([_wrapped(case.hint)] if case.hint else [])]
    for name, before, after in zip(exercise.takes, case.arguments, given, strict=True):
        if not np.array_equal(before, after):
            return [f"changes {name}, which belongs to the caller: work on a copy.", *_table(arguments)]
    return []


def _mistyped(name: str, due: Any, got: Any) -> str | None:
    """In which way a result is not even of the kind wanted; None if it is."""
    due = np.asarray(due)
    wanted = f"a numpy array of shape {due.shape}" if due.ndim else "a number"
    if got is None:
        return f"returned None instead of {name}, {wanted}: is there a `return`?"
    if not isinstance(got, np.ndarray | np.number) and not (due.ndim == 0 and isinstance(got, numbers.Real)):
        return f"must return {name} as {wanted}, and returned {_kind(got)}."
    got = np.asarray(got)
    if got.dtype.kind not in "iuf":
        return f"must return {name} as real numbers, and returned {got.dtype}."
    if got.shape != due.shape:
        return f"must return {name} of shape {due.shape}, and returned shape {got.shape}."
    return None


def _kind(thing: Any) -> str:
    if thing is None:
        return "None"
    name = type(thing).__name__
    article = "an" if name[0] in "aeiouAEIOU" or name == "ndarray" else "a"
    return f"{article} {name}" + (f" of {len(thing)}" if isinstance(thing, tuple | list) else "")


def _table(rows: dict[str, Any]) -> list[str]:
    """Labels and numbers, a row each; arrays of several rows stand below each other."""
    width = max(map(len, rows))
    lines = []
    for label, value in rows.items():
        first, *more = (value if isinstance(value, str) else _numbers(value)).splitlines()
        label = f"{label[:-2]:{width - 2}} =" if label.endswith(" =") else f"{label:{width}}"
        lines += [f"  {label} {first}", *(" " * (width + 3) + line for line in more)]
    return lines


def _compared(due: Any, got: Any, about: str) -> dict[str, str]:
    """Both in four decimals, or in as many more as it takes to tell them apart."""
    for decimals in (4, 7, 10):
        texts = {f"wanted{about}": _numbers(due, decimals), f"got{about}": _numbers(got, decimals)}
        if len(set(texts.values())) > 1:
            break
    return texts


def _numbers(value: Any, decimals: int = 4) -> str:
    """An array or number as text, whatever numpy's print options are; without a negative zero."""
    array = np.asarray(value)
    if array.dtype.kind == "f":
        array = array.round(decimals) + 0.0
    if not array.ndim:
        return f"{array}"
    form = {"precision": decimals, "suppress": True, "threshold": 60, "edgeitems": 3, "linewidth": WIDTH}
    with np.printoptions(**form, sign="-", legacy=False, formatter=None):
        return np.array2string(array, separator=", ", floatmode="maxprec")


def _among(cases: list[Case]) -> str:
    edges = list(dict.fromkeys(case.edge for case in cases if case.edge))
    return f", {' and '.join(filter(None, [', '.join(edges[:-1]), edges[-1]]))} among them" if edges else ""


def _wrapped(text: str) -> str:
    return textwrap.fill(text, WIDTH, break_long_words=False, break_on_hyphens=False)


def _printed(text: str) -> list[str]:
    lines = text.splitlines()
    if not lines:
        return []
    more = [f"  … and {len(lines) - LINES} lines more"] if len(lines) > LINES else []
    return ["It printed:", *(f"  {line[:75]}" for line in lines[:LINES]), *more]
