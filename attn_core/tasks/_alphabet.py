"""Characters as codes, and back."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

import numpy as np

UNKNOWN = "\ufffd"  # Unicode's own sign for a character that could not be read


@dataclass(frozen=True)
class Alphabet:
    r"""Number the characters of a text from 1; 0 is padding.

    Parameters
    ----------
    characters : str
        The first has code 1. ``"\ufffd"``, if it is one of them, stands for every character that is not.

    Raises
    ------
    ValueError
        If a character stands there twice.

    Examples
    --------
    >>> letters = Alphabet("abc\ufffd")
    >>> letters.encode("cabin")
    array([3, 1, 2, 4, 4])
    >>> letters.decode([3, 1, 2, 0, 0])
    'cab'
    """

    characters: str

    def __post_init__(self) -> None:
        twice = sorted({character for character in self.characters if self.characters.count(character) > 1})
        if twice:
            raise ValueError(f"an alphabet has each character once, got {''.join(twice)!r} twice")

    @property
    def size(self) -> int:
        """How many codes there are, padding included: the rows of an embedding."""
        return len(self.characters) + 1

    @cached_property
    def _codes(self) -> dict[str, int]:
        return {character: code for code, character in enumerate(self.characters, 1)}

    def encode(self, text: str) -> np.ndarray:
        r"""Give the code of each character.

        Parameters
        ----------
        text : str
            L characters.

        Returns
        -------
        array (L,)
            Integers from 1.

        Raises
        ------
        ValueError
            If a character is not in the alphabet, and ``"\ufffd"`` is not either.
        """
        unknown = self._codes.get(UNKNOWN)
        codes = [self._codes.get(character, unknown) for character in text]
        if None in codes:
            raise ValueError(f"{text[codes.index(None)]!r} is not in the alphabet {self.characters!r}")
        return np.array(codes, dtype=np.int64)

    def decode(self, codes: Iterable[int]) -> str:
        """Give the text that these codes stand for, without the padding.

        Parameters
        ----------
        codes : array (L,), or other integers

        Returns
        -------
        str

        Raises
        ------
        ValueError
            If a code is below 0, or not below ``size``.
        """
        codes = [int(code) for code in codes]
        outside = [code for code in codes if not 0 <= code < self.size]
        if outside:
            raise ValueError(f"codes go from 0 to {self.size - 1}, got {outside[0]}")
        return "".join(self.characters[code - 1] for code in codes if code)
