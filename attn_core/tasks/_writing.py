"""One date as people write it, and which of its characters tell which part of ISO 8601."""

from collections.abc import Sequence
from datetime import date
from functools import cache
from unicodedata import category

import numpy as np

from ._alphabet import UNKNOWN, Alphabet
from ._patterns import FORMS, ambiguity, pattern, pieces

LOCALES = ("de", "en_GB", "en_US", "es", "fr", "it", "ja", "nl", "pl", "pt", "ru", "sv", "zh")
ISO = Alphabet("-0123456789")  # what the targets are written in
TOLD = {"year": slice(0, 4), "month": slice(5, 7), "day": slice(8, 10)}  # where ISO 8601 says it: YYYY-MM-DD


def write_date(day: date, locale: str, form: str) -> tuple[str, np.ndarray]:
    """Write one date as people do, and say from which characters ISO 8601 takes each of its own.

    Parameters
    ----------
    day : datetime.date
        From the year 1000 on.
    locale : str
        CLDR's name, such as ``"de"`` or ``"en_GB"``.
    form : str
        One of ``date_forms(locale)``.

    Returns
    -------
    text : str
        L characters; spaces of every width are the plain one.
    alignment : array (10, L)
        True where a character tells a character of YYYY-MM-DD: a digit tells the same digit, a month's word tells
        both digits, with all its letters, and a single digit tells also the zero in front of it. Weekdays and hyphens
        have nothing.

    Raises
    ------
    TypeError, ValueError
        If that is no date, CLDR has no such locale, or the form is unknown or ambiguous.
    ImportError
        If Babel is missing.

    Examples
    --------
    >>> text, alignment = write_date(date(2021, 3, 4), "en_US", "medium")
    >>> print(text)
    Mar 4, 2021
    >>> for character, row in zip("2021-03-04", alignment):
    ...     print(character, "".join("·^"[told] for told in row.astype(int)))
    2 ·······^···
    0 ········^··
    2 ·········^·
    1 ··········^
    - ···········
    0 ^^^········
    3 ^^^········
    - ···········
    0 ····^······
    4 ····^······
    """
    if not isinstance(day, date):
        raise TypeError(f"day must be a datetime.date, got {day!r}")
    if day.year < 1000:
        raise ValueError(f"day must be of the year 1000 or later, got {day.isoformat()}")
    doubt = ambiguity(locale, form)
    if doubt:
        raise ValueError(f"{locale} {form}, {pattern(locale, form)}, is ambiguous: {doubt}")
    parts = [(piece.tells, piece.text(day)) for piece in pieces(locale, form)]
    text = "".join(part for _, part in parts)
    alignment = np.zeros((10, len(text)), dtype=bool)
    start = 0
    for tells, part in parts:
        if tells in TOLD:
            alignment[TOLD[tells], start : start + len(part)] = _told(part, 4 if tells == "year" else 2)
        start += len(part)
    return text, alignment


def date_forms(locale: str) -> tuple[str, ...]:
    """Name the forms in which a locale writes a date that nobody can misread.

    Parameters
    ----------
    locale : str
        CLDR's name, such as ``"de"`` or ``"en_GB"``.

    Returns
    -------
    tuple of str
        Some of "full", "long", "medium", "short". Left out: two digits for a year, and numbers alone with the day
        first, unless dots stand between them. So 04/03/2021 is not there, which is 4 March in London and April 3 in
        New York; 04.03.2021 is.

    Raises
    ------
    ValueError
        If CLDR has no such locale.
    ImportError
        If Babel is missing.

    Examples
    --------
    >>> date_forms("en_GB"), date_forms("sv")
    (('full', 'long', 'medium'), ('full', 'long', 'medium', 'short'))
    """
    return tuple(form for form in FORMS if not ambiguity(locale, form))


def date_alphabet(locales: Sequence[str] = LOCALES) -> Alphabet:
    """Collect the characters in which these locales write dates.

    Parameters
    ----------
    locales : sequence of str

    Returns
    -------
    Alphabet
        In Unicode's order, whatever the order of the locales, and with a code for unknown characters.

    Raises
    ------
    TypeError, ValueError
        If the locales are one string, or CLDR has no such locale.
    ImportError
        If Babel is missing.

    Examples
    --------
    >>> date_alphabet(["sv"]).characters
    ' -.0123456789abcdefgijklmnoprstuvåö�'
    """
    return _alphabet(tuple(sorted(set(listed(locales)))))


def listed(locales: Sequence[str]) -> tuple[str, ...]:
    """Raise unless these are names in a sequence; return them as a tuple."""
    if isinstance(locales, str):
        raise TypeError(f"locales must be a sequence of names, got {locales!r}: write [{locales!r}]")
    return tuple(locales)


@cache
def _alphabet(locales: tuple[str, ...]) -> Alphabet:
    every = (piece for locale in locales for form in date_forms(locale) for piece in pieces(locale, form))
    return Alphabet("".join(sorted({UNKNOWN}.union(*(text for piece in every for text in piece.texts.values())))))


@cache
def _told(part: str, width: int) -> np.ndarray:
    """Which of a part's characters tells each of so many digits: (width, characters)."""
    if part.isdigit():
        sources = np.arange(width) - width + len(part)  # the last digit tells the last, and the first the zeros
        return sources.clip(0)[:, None] == np.arange(len(part))
    return np.tile([category(character)[0] in "LMN" for character in part], (width, 1))  # letters, marks, numbers
