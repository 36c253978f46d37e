"""How a locale writes dates: CLDR's patterns, read through Babel, as pieces of text."""

from collections.abc import Mapping
from datetime import date
from functools import cache
from types import ModuleType
from typing import Any, NamedTuple

FORMS = ("full", "long", "medium", "short")  # as CLDR calls them
WIDTHS = {3: "abbreviated", 4: "wide", 5: "narrow", 6: "short"}
YEARS = {year: str(year) for year in range(1000, 10_000)}

Token = tuple[str, Any]  # ("chars", text) or ("field", (letter, how often it stands there))


class Piece(NamedTuple):
    """A part of a written date: what it tells, and its text for each number that may stand there."""

    tells: str
    texts: Mapping[int, str]

    def text(self, day: date) -> str:
        return self.texts[day.weekday() if self.tells == "weekday" else getattr(day, self.tells, 0)]


@cache
def pieces(locale: str, form: str) -> tuple[Piece, ...]:
    """The pieces of a date in a locale's form, in the order in which they are written."""
    return tuple(
        Piece("nothing", {0: _plain(value)}) if kind == "chars" else _field(locale, *value)
        for kind, value in tokens(locale, form)
    )


@cache
def ambiguity(locale: str, form: str) -> str | None:
    """What a reader of this form cannot know, in words; None where all is clear."""
    found = tokens(locale, form)
    fields = [value for kind, value in found if kind == "field"]
    if ("y", 2) in fields:
        return "it gives two digits of the year"
    in_numbers = all(letter in "yd" or (letter in "ML" and count < 3) for letter, count in fields)
    # In all of CLDR nobody writes the month first with dots between, or the day in the middle after a year.
    dots = any("." in value for kind, value in found if kind == "chars")
    if in_numbers and fields[0][0] != "y" and not dots:
        return "elsewhere the same numbers have the month first"
    return None


def tokens(locale: str, form: str) -> list[Token]:
    """CLDR's pattern in its parts."""
    return _babel().dates.tokenize_pattern(pattern(locale, form))


def pattern(locale: str, form: str) -> str:
    """CLDR's pattern, such as ``d. MMMM y``."""
    if form not in FORMS:
        raise ValueError(f"form must be one of {', '.join(FORMS)}, got {form!r}")
    return _locale(locale).date_formats[form].pattern


def _field(locale: str, letter: str, count: int) -> Piece:
    context = "stand-alone" if letter in "Lc" else "format"
    match letter:
        case "y" if count != 2:
            return Piece("year", YEARS)
        case "d" if count < 3:
            return Piece("day", _padded(31, count))
        case "M" | "L" if count < 3:
            return Piece("month", _padded(12, count))
        case "M" | "L":
            return Piece("month", _words(_locale(locale).months[context][WIDTHS[count]]))
        case "E" | "c" if count >= 3:
            return Piece("weekday", _words(_locale(locale).days[context][WIDTHS[count]]))
    raise ValueError(f"locale {locale!r} writes dates with {letter * count!r}, of which nothing is known here")


def _padded(last: int, width: int) -> dict[int, str]:
    return {number: f"{number:0{width}}" for number in range(1, last + 1)}


def _words(names: Mapping[int, str]) -> dict[int, str]:
    return {number: _plain(names[number]) for number in sorted(names)}


def _plain(text: str) -> str:
    """The text with the space of a keyboard for spaces of every width."""
    return "".join(" " if character.isspace() else character for character in text)


def _locale(name: str) -> Any:
    babel = _babel()
    try:
        return babel.Locale.parse(name)
    except (babel.UnknownLocaleError, ValueError, TypeError):
        raise ValueError(f"CLDR has no locale {name!r}: write one such as 'de' or 'en_GB'") from None


def _babel() -> ModuleType:
    try:
        import babel.dates
    except ImportError as error:
        raise ImportError("dates are written with the patterns that Babel brings: pip install babel") from error
    return babel
