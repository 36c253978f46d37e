"""Traits that hold arrays: checked, copied, never changed behind the widget's back."""

import numpy as np
import traitlets


class Array(traitlets.TraitType):
    """A finite array of a given shape, kept as a read-only numpy array.

    Parameters
    ----------
    *shape : int or tuple of int or str
        One entry an axis: its size, the sizes it may have, or a name where any size from 1 on is right.
    dtype : {float, bool}
        What it holds. Integers are read as float; booleans must be booleans.

    Raises
    ------
    traitlets.TraitError
        With the name of the trait, what was wanted and what came; the old value stays.
    """

    def __init__(self, *shape, dtype=float, **kwargs):
        self.shape, self.dtype = shape, dtype
        super().__init__(**kwargs)
        self.tag(sync=True, to_json=lambda array, widget: array.tolist())

    def validate(self, obj, value):
        wanted = f"{self.name} needs shape ({', '.join(map(self._axis, self.shape))})"
        try:
            array = np.array(value)  # a copy: later changes to what was passed change nothing here
        except ValueError:
            raise traitlets.TraitError(f"{wanted}, got rows of different lengths") from None
        if array.ndim != len(self.shape) or not all(map(self._fits, self.shape, array.shape)):
            raise traitlets.TraitError(f"{wanted}, got {array.shape}")
        if array.dtype.kind not in ("b" if self.dtype is bool else "iuf"):
            raise traitlets.TraitError(f"{self.name} needs {self.dtype.__name__} entries, got {array.dtype}")
        array = array.astype(self.dtype)
        if not np.isfinite(array).all():
            raise traitlets.TraitError(f"{self.name} needs finite numbers, got {array.tolist()}")
        array.setflags(write=False)
        return array

    @staticmethod
    def _axis(size):
        return " or ".join(map(str, size)) if isinstance(size, tuple) else str(size)

    @staticmethod
    def _fits(size, got):
        if isinstance(size, str):
            return got > 0
        return got in size if isinstance(size, tuple) else got == size
