"""Dates as people write them, to be read character by character and written as ISO 8601."""

from collections.abc import Sequence
from datetime import date
from functools import cache
from unicodedata import category

import numpy as np

from ._alphabet import UNKNOWN, Alphabet
from ._batch import Batch
from ._drawing import check_least, check_rng, within
from ._patterns import FORMS, ambiguity, pattern, pieces

LOCALES = ("de", "en_GB", "en_US", "es", "fr", "it", "ja", "nl", "pl", "pt", "ru", "sv", "zh")
DAYS = np.arange("1900-01-01", "2100-01-01", dtype="datetime64[D]")
DAYS.flags.writeable = False
ISO = Alphabet("-0123456789")  # what the targets are written in
TOLD = {"year": slice(0, 4), "month": slice(5, 7), "day": slice(8, 10)}  # where ISO 8601 says it: YYYY-MM-DD


def dates(
    rng: np.random.Generator,
    n: int,
    *,
    locales: Sequence[str] = LOCALES,
    days: np.ndarray = DAYS,
    alphabet: Alphabet | None = None,
) -> Batch:
    """Draw dates as people write them, to be written as ISO 8601: from "3. März 2021" to "2021-03-03".

    Parameters
    ----------
    rng : numpy.random.Generator
    n : int
        How many dates.
    locales : sequence of str
        Languages and countries, by CLDR's names. Each form of each of them (`date_forms`) is as likely.
    days : array (m,) of datetime64[D]
        The days to draw from, each as likely: all of 1900 to 2099, or one of the two parts of `hold_out`.
    alphabet : Alphabet, optional
        Of the inputs. None: `date_alphabet` of ``LOCALES`` and of what is beyond them here, so that the codes stay
        when some of the locales are left out.

    Returns
    -------
    Batch
        inputs (n, L) where L is the longest text, targets (n, 10) in the alphabet ``ISO``, alignment (n, 10, L) as
        in `write_date`.

    Raises
    ------
    TypeError, ValueError
        If ``rng`` is no Generator, CLDR has no such locale, or there is no locale or no day.
    ImportError
        If Babel is missing.

    Notes
    -----
    The patterns are those of CLDR, Unicode's Common Locale Data Repository, in the version that Babel brings: the same
    rng and the same Babel give the same bytes, whatever the machine's own language and time zone. Keep
    ``date_alphabet().characters`` beside the weights of a trained model.

    Examples
    --------
    >>> batch = dates(np.random.default_rng(5), 3, locales=["en_GB", "fr", "ja"])
    >>> for read, say in zip(batch.inputs, batch.targets):
    ...     print(date_alphabet().decode(read), "→", ISO.decode(say))
    2034/02/27 → 2034-02-27
    31 décembre 2060 → 2060-12-31
    13 juil. 1904 → 1904-07-13
    """
    check_rng(rng)
    _check_days(days)
    n, locales = check_least("n", n, 0), _listed(locales)
    styles = [(locale, form) for locale in locales for form in date_forms(locale)]
    if not len(days) or not styles:
        raise ValueError(f"dates need a day and a form to draw from, got {len(days)} days and {len(styles)} forms")
    alphabet = alphabet or date_alphabet(LOCALES + tuple(sorted(set(locales) - set(LOCALES))))
    drawn = days[rng.integers(len(days), size=n)].astype("datetime64[D]").astype(object)
    written = [write_date(day, *styles[at]) for day, at in zip(drawn, rng.integers(len(styles), size=n), strict=True)]

    lengths = np.array([len(text) for text, _ in written], dtype=np.int64)
    real = within(lengths, lengths.max(initial=0))
    inputs = np.zeros(real.shape, dtype=np.int64)
    inputs[real] = alphabet.encode("".join(text for text, _ in written))
    alignment = np.zeros((n, 10, real.shape[1]), dtype=bool)
    alignment.swapaxes(1, 2)[real] = np.concatenate([each.T for _, each in written] or [np.zeros((0, 10))])
    targets = ISO.encode("".join(day.isoformat() for day in drawn)).reshape(n, 10)
    return Batch(inputs, targets, lengths, alignment)


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
    return _alphabet(tuple(sorted(set(_listed(locales)))))


def hold_out(rng: np.random.Generator, *, share: float = 0.1, days: np.ndarray = DAYS) -> tuple[np.ndarray, np.ndarray]:
    """Part days at random into those to learn from and those to be tested on.

    Parameters
    ----------
    rng : numpy.random.Generator
    share : float
        Of the days, to be tested on.
    days : array (m,) of datetime64[D]

    Returns
    -------
    learn, test : arrays of datetime64[D]
        In order, no day in both: a tested date was never seen, in any language.

    Raises
    ------
    TypeError, ValueError
        If ``rng`` is no Generator, or the share is not between 0 and 1.

    Examples
    --------
    >>> learn, test = hold_out(np.random.default_rng(0))
    >>> len(learn), len(test)
    (65744, 7305)
    """
    check_rng(rng)
    _check_days(days)
    if not 0 < share < 1:
        raise ValueError(f"share must be between 0 and 1, got {share!r}")
    tested = np.zeros(len(days), dtype=bool)
    tested[rng.permutation(len(days))[: round(share * len(days))]] = True
    return days[~tested], days[tested]


def _check_days(days: np.ndarray) -> None:
    if not isinstance(days, np.ndarray) or days.dtype.kind != "M" or days.ndim != 1:
        got = f"{days.dtype} {days.shape}" if isinstance(days, np.ndarray) else type(days).__name__
        raise TypeError(f"days must be an array (m,) of datetime64[D], got {got}")


def _listed(locales: Sequence[str]) -> tuple[str, ...]:
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
