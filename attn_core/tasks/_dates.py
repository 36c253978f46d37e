"""Dates as people write them, to be read character by character and written as ISO 8601."""

from collections.abc import Sequence

import numpy as np

from ._alphabet import Alphabet
from ._batch import Batch
from ._drawing import check_least, check_rng, within
from ._writing import ISO, LOCALES, date_alphabet, date_forms, listed, write_date

DAYS = np.arange("1900-01-01", "2100-01-01", dtype="datetime64[D]")
DAYS.flags.writeable = False


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
    n, locales = check_least("n", n, 0), listed(locales)
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
