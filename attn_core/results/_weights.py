"""Arrays that stand beside a record: found by the hash that the record holds, or refused."""

from hashlib import sha256
from pathlib import Path

import numpy as np

from attn_core import _files

from ._records import FOLDER, load


def weights(subject: str, *, folder: Path | None = None) -> dict[str, np.ndarray]:
    """Load the arrays that stand beside a record: what the first seed trained, or wrote.

    Parameters
    ----------
    subject : str
        The experiment, such as ``dates``; the docstring of its script says what the arrays are.
    folder : Path, optional
        Where the records are; else those of the package.

    Returns
    -------
    dict of str to array

    Raises
    ------
    FileNotFoundError
        If there is no such record, or no arrays beside it.
    ValueError
        If the record or the file of arrays is damaged, or the arrays are not those of the record.

    Examples
    --------
    >>> import tempfile
    >>> from attn_core.results import save
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     save(load("lookup"), weights={"bias": np.array([0.5, 2.0])}, folder=folder)
    ...     weights("lookup", folder=folder)
    {'bias': array([0.5, 2. ])}
    """
    record = load(subject, folder=folder)
    if not record.weights:
        raise FileNotFoundError(f"record {subject!r} has no weights beside it")
    path, again = Path(folder or FOLDER, f"{subject}.npz"), f"run make experiments ONLY={subject}"
    if not path.exists():
        raise FileNotFoundError(f"the weights of record {subject!r} are missing: {again}")
    data = path.read_bytes()
    if sha256(data).hexdigest() != record.weights:
        raise ValueError(f"the weights of record {subject!r} are damaged, or of another run: {again}")
    return _files.unpacked(data)
