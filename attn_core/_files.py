"""Files that are written as a whole or not at all, and arrays as the bytes of one."""

import io
import os
from pathlib import Path

import numpy as np


def replace(path: Path, data: bytes) -> None:
    """Write a file. What stood there stays until the new bytes are on the disk, and stays if they do not get there."""
    path.parent.mkdir(parents=True, exist_ok=True)
    new = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        with new.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.replace(new, path)
    except BaseException:
        new.unlink(missing_ok=True)
        raise


def packed(arrays: dict[str, np.ndarray]) -> bytes:
    """The arrays as the bytes of a numpy archive (npz); the same arrays give the same bytes.

    >>> unpacked(packed({"a": np.arange(3)}))
    {'a': array([0, 1, 2])}
    """
    if objects := [name for name, array in arrays.items() if array.dtype.hasobject]:
        raise TypeError(f"arrays must be numbers or text, got Python objects in {objects[0]!r}")
    data = io.BytesIO()
    np.savez(data, **arrays)
    return data.getvalue()


def unpacked(data: bytes) -> dict[str, np.ndarray]:
    """The arrays that were packed."""
    with np.load(io.BytesIO(data)) as arrays:
        return dict(arrays)
