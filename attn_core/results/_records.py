"""Records: the numbers of an experiment, written as a whole or not at all, and read only as they were written."""

import json
from dataclasses import asdict, dataclass, replace
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np

from attn_core import _files

FOLDER = Path(__file__).parent


@dataclass(frozen=True)
class Record:
    """The numbers of one experiment, over several seeds.

    A number may be one number or an array of them, such as a curve; ``record["name"]`` gives those of every seed.

    Parameters
    ----------
    subject : str
        The experiment: ``experiments/<subject>.py``.
    claims : list of str
        What it answers, such as ``C33``.
    made_from : str
        A hash of the script and its sizes: another one now means that the record is stale.
    config : dict
        The sizes.
    seeds : list of int
    numbers : dict of str to list
        For each name, what every seed found.
    low, high : dict
        For each name, the ends of the interval around the mean.
    interval_is : str
        Which interval that is.
    short : dict
        What seed 0 finds with small sizes, in seconds: tests run it again and compare.
    made_on : list of dict
        The machines, in words, and the versions of what ran there.
    weights : str
        A hash of the arrays that stand beside the record; empty where there are none.

    Examples
    --------
    >>> record = load("lookup")
    >>> record["found"].shape  # seeds, misspellings, temperatures
    (10, 3, 7)
    """

    subject: str
    claims: list[str]
    made_from: str
    config: dict[str, Any]
    seeds: list[int]
    numbers: dict[str, list]
    low: dict[str, Any]
    high: dict[str, Any]
    interval_is: str
    short: dict[str, Any]
    made_on: list[dict[str, Any]]
    weights: str = ""

    def __getitem__(self, name: str) -> np.ndarray:
        if name not in self.numbers:
            raise KeyError(f"record {self.subject!r} has no number {name!r}: there are {', '.join(self.numbers)}")
        return np.asarray(self.numbers[name])

    def mean(self, name: str) -> Any:
        """Average a number over the seeds.

        Parameters
        ----------
        name : str

        Returns
        -------
        float, or array of what one seed has

        Raises
        ------
        KeyError
            If the record has no such number; the text says which there are.

        Examples
        --------
        >>> load("three_steps").mean("share")
        1.0
        """
        return _plain(self[name].mean(axis=0))

    def interval(self, name: str) -> tuple[Any, Any]:
        """Give the low and the high end of the interval around the mean of a number.

        Parameters
        ----------
        name : str

        Returns
        -------
        low, high : float, or array of what one seed has

        Raises
        ------
        KeyError
            If the record has no such number; the text says which there are.

        Notes
        -----
        ``mean ± t s / √n`` with n seeds, their standard deviation s, and Student's t for 95 % and n − 1 degrees of
        freedom; for timings, the 95 % between the percentiles of the mean under resampling of the seeds.

        Examples
        --------
        >>> load("three_steps").interval("share")
        (1.0, 1.0)
        """
        self[name]
        return _plain(np.asarray(self.low[name])), _plain(np.asarray(self.high[name]))


def load(subject: str, *, folder: Path | None = None) -> Record:
    """Load the record of an experiment.

    Parameters
    ----------
    subject : str
        Its name, such as ``lookup``.
    folder : Path, optional
        Where the records are; else those of the package.

    Returns
    -------
    Record

    Raises
    ------
    FileNotFoundError
        If there is no such record; the text says which there are.
    ValueError
        If the file is damaged: half written, or changed by hand.

    Examples
    --------
    >>> load("lookup").config["entries"]
    500
    """
    there = {path.stem: path for path in sorted(Path(folder or FOLDER).glob("*.json"))}
    again = f"run make experiments ONLY={subject}"
    if subject not in there:
        raise FileNotFoundError(f"no record {subject!r}: there are {', '.join(there) or 'none'}: {again}")
    try:
        parts = json.loads(there[subject].read_text("utf-8"))
        digest = parts.pop("digest")
        record, right = Record(**parts), digest == _digest(parts)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"record {subject!r} is damaged ({type(error).__name__}: {error}): {again}") from None
    if not right:
        raise ValueError(f"record {subject!r} is damaged (its numbers are not those that were written): {again}")
    return record


def save(record: Record, *, weights: dict[str, np.ndarray] | None = None, folder: Path | None = None) -> None:
    """Write a record, as a whole or not at all, and what is to stand beside it.

    Parameters
    ----------
    record : Record
    weights : dict of str to array, optional
        Written first, and found by their hash, which the record gets.
    folder : Path, optional
        Where the records are; else those of the package.

    Raises
    ------
    TypeError
        If an array is of Python objects.
    ValueError
        If a number is not finite.

    Notes
    -----
    The same record gives the same bytes. A digest of all parts stands in the file, so that ``load`` sees a change.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     save(load("lookup"), folder=folder)
    ...     load("lookup", folder=folder) == load("lookup")
    True
    """
    folder, data = Path(folder or FOLDER), b""
    if weights:
        data = _files.packed(weights)
        record = replace(record, weights=sha256(data).hexdigest())
    parts = asdict(record)
    parts["digest"] = _digest(parts)
    lines = (f"{json.dumps(name)}: {_written(part)}" for name, part in parts.items())
    text = "{\n" + ",\n".join(lines) + "\n}\n"
    if data:
        _files.replace(folder / f"{record.subject}.npz", data)
    _files.replace(folder / f"{record.subject}.json", text.encode())


def _written(part: Any) -> str:
    """As JSON, each list or number of a dict on a line of its own."""
    if not isinstance(part, dict):
        return json.dumps(part, ensure_ascii=False)
    return "{\n" + ",\n".join(f" {json.dumps(name)}: {json.dumps(value)}" for name, value in part.items()) + "\n}"


def _digest(parts: dict[str, Any]) -> str:
    return sha256(json.dumps(parts, sort_keys=True, allow_nan=False).encode()).hexdigest()


def _plain(array: np.ndarray) -> Any:
    return array if array.ndim else array.item()
