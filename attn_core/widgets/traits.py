"""Traits that hold arrays and names: checked, copied, never changed behind the widget's back."""

import re

import numpy as np
import traitlets

from .reading import LONGEST, tidy

# A letter of Chinese or Japanese is a word; other words end where a space stands, or such a letter.
_LETTERS = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_WORD = re.compile(f"[{_LETTERS}]|[^ {_LETTERS}]+")


def words(text):
    """The words of a sentence, as the same function of static/grid/sentences.js finds them.

    >>> words("Attention, 注意力!")
    ['Attention,', '注', '意', '力', '!']
    """
    return _WORD.findall(text)


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


class Names(traitlets.TraitType):
    """Up to ``most`` names that a page shows as they are: printable text, none empty, none longer than ``longest``.

    Control characters, line separators and lone surrogates are not printable: they are refused, so a name is one
    line, and can be written to a file.
    """

    def __init__(self, most, longest, **kwargs):
        self.most, self.longest = most, longest
        super().__init__(**kwargs)
        self.tag(sync=True, to_json=lambda names, widget: list(names))

    def validate(self, obj, value):
        if not isinstance(value, list | tuple) or not all(isinstance(name, str) for name in value):
            raise traitlets.TraitError(f"{self.name} needs a list of strings, got {type(value).__name__}")
        if not 1 <= len(value) <= self.most:
            raise traitlets.TraitError(f"{self.name} needs 1 to {self.most} names, got {len(value)}")
        for name in value:
            if not 1 <= len(name) <= self.longest:
                raise traitlets.TraitError(
                    f"{self.name} needs names of 1 to {self.longest} characters, got one of {len(name)}"
                )
            if not (name.strip() and name.isprintable()):
                raise traitlets.TraitError(f"{self.name} needs printable names, got {name!r}")
        return tuple(value)


class Sentence(traitlets.TraitType):
    """One printable line of 1 to ``most`` words, none longer than ``longest`` characters; or, if it may be, nothing."""

    def __init__(self, most, longest, *, empty=False, **kwargs):
        self.most, self.longest, self.empty = most, longest, empty
        super().__init__(**kwargs)
        self.tag(sync=True)

    def validate(self, obj, value):
        if not isinstance(value, str):
            raise traitlets.TraitError(f"{self.name} needs a string, got {type(value).__name__}")
        if not value.isprintable() or len(value) > 2 * self.most * self.longest:
            raise traitlets.TraitError(f"{self.name} needs one line of printable text, got {value!r:.60}")
        found = words(value)
        if not int(not self.empty) <= len(found) <= self.most:
            raise traitlets.TraitError(f"{self.name} needs {self._wanted()}, got {len(found)}")
        for word in found:
            if len(word) > self.longest:
                raise traitlets.TraitError(
                    f"{self.name} needs words of up to {self.longest} characters, got one of {len(word)}"
                )
        return value

    def _wanted(self):
        return f"up to {self.most} words" if self.empty else f"1 to {self.most} words"


class Whole(traitlets.TraitType):
    """A whole number out of those ``allowed``: a range, or a few numbers. A boolean is none."""

    def __init__(self, allowed, **kwargs):
        self.allowed = allowed
        super().__init__(**kwargs)
        self.tag(sync=True)

    def validate(self, obj, value):
        if type(value) is not int or value not in self.allowed:
            raise traitlets.TraitError(f"{self.name} needs {self._wanted()}, got {value!r:.60}")
        return value

    def _wanted(self):
        if not isinstance(self.allowed, range):
            return f"one of {', '.join(map(str, self.allowed))}"
        numbers = "a whole number" if self.allowed.step == 1 else f"a multiple of {self.allowed.step}"
        return f"{numbers} from {self.allowed[0]} to {self.allowed[-1]}"


class Typed(traitlets.Unicode):
    """A date as a reader types it: 1 to 48 printable characters, kept as ``reading.tidy`` leaves them."""

    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.tag(sync=True)

    def validate(self, obj, value):
        text = tidy(super().validate(obj, value))
        if not 1 <= len(text) <= LONGEST:
            raise traitlets.TraitError(f"{self.name} needs 1 to {LONGEST} characters, got {len(text)}")
        if not text.isprintable():
            raise traitlets.TraitError(f"{self.name} needs printable characters, got {text!r}")
        return text
