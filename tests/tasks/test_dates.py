"""Dates: by hand in seven locales, against Babel, what every date keeps to, and what is refused."""

import datetime
import re
import sys
from itertools import product

import babel
import babel.dates
import numpy as np
import pytest
from arrays import law
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_array_equal

from attn_core import tasks
from attn_core.tasks import _patterns

STYLES = [(locale, form) for locale in tasks.LOCALES for form in tasks.date_forms(locale)]
FORMS = ("full", "long", "medium", "short")
DAY = datetime.date(2021, 3, 4)
RNG = np.random.default_rng(0)
some_day = st.dates(datetime.date(1900, 1, 1), datetime.date(2099, 12, 31))
some_style = st.sampled_from(STYLES)

# Below each character, which of the ten of YYYY-MM-DD it tells: a number for one, M for both of the month, D for both
# of the day.
BY_HAND = [
    ("2021-03-04", "en_US", "full", "Thursday, March 4, 2021", "          MMMMM D  0123"),
    ("2021-03-04", "de", "long", "4. März 2021", "D  MMMM 0123"),
    ("2021-03-04", "de", "medium", "04.03.2021", "89.56.0123"),
    ("1999-12-31", "fr", "medium", "31 déc. 1999", "89 MMM  0123"),
    ("1999-12-31", "es", "long", "31 de diciembre de 1999", "89    MMMMMMMMM    0123"),
    ("2021-03-04", "ru", "medium", "4 мар. 2021 г.", "D MMM  0123   "),
    ("2021-03-04", "zh", "full", "2021年3月4日星期四", "0123 M D    "),
    ("1999-12-31", "ja", "full", "1999年12月31日金曜日", "0123 56 89    "),
    ("1999-12-31", "ja", "medium", "1999/12/31", "0123 56 89"),
    ("2021-03-04", "pt", "full", "quinta-feira, 4 de março de 2021", "              D    MMMMM    0123"),
]


def from_drawing(drawing):
    """The alignment (10, L) that a line of numbers and letters draws."""
    alignment = np.zeros((10, len(drawing)), dtype=bool)
    for at, mark in enumerate(drawing):
        told = {"M": (5, 6), "D": (8, 9)}.get(mark, (int(mark),) if mark.isdigit() else ())
        alignment[list(told), at] = True
    return alignment


def plain(text):
    """Babel's text with the space of a keyboard."""
    return re.sub(r"\s", " ", text)


@pytest.mark.parametrize(("iso", "locale", "form", "text", "drawing"), BY_HAND)
def test_a_date_by_hand_and_which_character_tells_what(iso, locale, form, text, drawing):
    written, alignment = tasks.write_date(datetime.date.fromisoformat(iso), locale, form)
    assert written == text
    assert alignment.dtype == bool
    assert_array_equal(alignment, from_drawing(drawing.replace(".", " ")))


def test_the_forms_that_nobody_can_misread():
    assert (
        {locale: tasks.date_forms(locale) for locale in tasks.LOCALES}
        == {
            "de": FORMS[:3],  # 04.03.21
            "en_GB": FORMS[:3],  # 04/03/2021
            "en_US": FORMS[:3],  # 3/4/21
            "es": FORMS[:3],
            "fr": FORMS[:3],
            "it": FORMS[:3],
            "ja": FORMS,  # 2021/03/04
            "nl": FORMS[:3],  # 04-03-2021
            "pl": FORMS,  # 4.03.2021
            "pt": FORMS[:3],
            "ru": FORMS,  # 04.03.2021
            "sv": FORMS,  # 2021-03-04
            "zh": FORMS,  # 2021/3/4
        }
    )


# Against Babel


def test_thousands_of_dates_are_what_babel_writes():
    days = np.random.default_rng(0).choice(tasks.DAYS, 100, replace=False).astype(object)
    for (locale, form), day in product(STYLES, days):
        assert tasks.write_date(day, locale, form)[0] == plain(babel.dates.format_date(day, form, locale))


def test_months_weekdays_and_days_of_a_whole_year_are_what_babel_writes():
    year = np.arange("2000-01-01", "2001-01-01", dtype="datetime64[D]").astype(object)
    for locale, day in product(tasks.LOCALES, year[::3]):
        assert tasks.write_date(day, locale, "full")[0] == plain(babel.dates.format_date(day, "full", locale))


def test_other_locales_of_cldr_are_written_as_babel_does_or_refused_where_they_name_an_era():
    told = np.array([symbol != "-" for symbol in "YYYY-MM-DD"])
    for locale in {"th", *babel.localedata.locale_identifiers()[::5]}:
        for form in tasks.date_forms(locale):
            if "G" in _patterns.pattern(locale, form):
                with pytest.raises(ValueError, match=f"locale '{locale}' writes dates with 'G', of which nothing"):
                    tasks.write_date(DAY, locale, form)
                continue
            text, alignment = tasks.write_date(DAY, locale, form)
            assert text == plain(babel.dates.format_date(DAY, form, locale))
            assert_array_equal(alignment.any(axis=1), told)


def test_nowhere_in_cldr_do_dots_follow_a_month_or_a_year_a_day():
    orders = set()
    for locale in babel.localedata.locale_identifiers():
        for form in FORMS:
            tokens = _patterns.tokens(locale, form)
            order = "".join(value[0] for kind, value in tokens if kind == "field")
            numbers = all(value[1] < 3 or value[0] in "yd" for kind, value in tokens if kind == "field")
            if numbers and ("field", ("y", 1)) in tokens:
                dots = any("." in value for kind, value in tokens if kind == "chars")
                orders.add((order, dots))
    assert ("Mdy", False) in orders and (
        "dMy",
        False,
    ) in orders  # so without dots, one has to know where it was written
    assert {order for order, dots in orders if dots} == {"dMy", "yMd"}
    assert {order for order, dots in orders if order.startswith("y")} == {"yMd"}


# What every date keeps to


@law
@given(some_day, some_style)
def test_digits_tell_the_same_digit_or_the_zero_in_front(day, style):
    text, alignment = tasks.write_date(day, *style)
    iso = day.isoformat()
    for row, symbol in enumerate(iso):
        told = [text[at] for at in np.flatnonzero(alignment[row])]
        digits = [character for character in told if character.isdigit()]
        if symbol == "-":
            assert not told
        elif digits:
            assert told == [symbol] or (symbol == "0" and row in (5, 8) and told == [iso[row + 1]])
        else:
            assert row in (5, 6) and all(character.isalpha() for character in told) and len(told) >= 3


@law
@given(some_day, some_style)
def test_a_character_tells_one_part_and_every_digit_tells_something(day, style):
    text, alignment = tasks.write_date(day, *style)
    parts = np.stack([alignment[rows].any(axis=0) for rows in (slice(0, 4), slice(5, 7), slice(8, 10))])
    assert parts.sum(axis=0).max() == 1
    digits = np.array([character.isdigit() for character in text])
    assert parts.any(axis=0)[digits].all()


def test_no_text_has_two_meanings_in_any_of_the_locales():
    for first in ("2000-01-01", "2033-01-01"):
        meaning = {}
        for day in (np.datetime64(first) + np.arange(365)).astype(object):
            for style in STYLES:
                text, _ = tasks.write_date(day, *style)
                assert meaning.setdefault(text, day) == day, text


def test_a_batch_holds_what_write_date_writes():
    batch = tasks.dates(np.random.default_rng(7), 400)
    assert batch.inputs.shape[1] == batch.lengths.max()
    forms = set()
    for read, target, length, alignment in zip(
        batch.inputs, batch.targets, batch.lengths, batch.alignment, strict=True
    ):
        text, day = tasks.date_alphabet().decode(read), datetime.date.fromisoformat(tasks.ISO.decode(target))
        assert len(text) == length and not read[length:].any() and read[:length].all()
        fitting = [style for style in STYLES if tasks.write_date(day, *style)[0] == text]
        assert_array_equal(alignment[:, :length], tasks.write_date(day, *fitting[0])[1])
        assert not alignment[:, length:].any()
        forms.update(fitting)
    assert forms == set(STYLES)


def test_every_digit_of_a_target_has_its_characters_and_no_hyphen_has():
    batch = tasks.dates(np.random.default_rng(1), 1000)
    hyphens = batch.targets == tasks.ISO.encode("-")
    assert_array_equal(batch.alignment.any(axis=2), ~hyphens)
    assert_array_equal(hyphens.sum(axis=0), [0, 0, 0, 0, 1000, 0, 0, 1000, 0, 0])


def test_days_are_drawn_from_the_whole_range_or_from_those_given():
    targets = tasks.dates(np.random.default_rng(0), 20_000, locales=["sv"]).targets
    years = np.array([int(tasks.ISO.decode(row[:4])) for row in targets])
    assert (years.min(), years.max()) == (1900, 2099)
    assert abs(years.mean() - 1999.5) < 2  # five standard errors
    few = np.array(["1969-07-20", "1989-11-09"], dtype="datetime64[D]")
    drawn = {tasks.ISO.decode(row) for row in tasks.dates(np.random.default_rng(0), 50, days=few).targets}
    assert drawn == {"1969-07-20", "1989-11-09"}


def test_held_out_days_are_never_drawn_with_the_others():
    learn, test = tasks.hold_out(np.random.default_rng(0), share=0.2)
    assert_array_equal(np.sort(np.concatenate([learn, test])), tasks.DAYS)
    assert (np.diff(learn) > np.timedelta64(0)).all() and (np.diff(test) > np.timedelta64(0)).all()
    assert len(test) == round(0.2 * len(tasks.DAYS))
    assert abs(test.astype(int).mean() - tasks.DAYS.astype(int).mean()) < 1000  # from everywhere, not from one end
    seen = {bytes(row) for row in tasks.dates(np.random.default_rng(1), 2000, days=learn).targets}
    unseen = {bytes(row) for row in tasks.dates(np.random.default_rng(1), 2000, days=test).targets}
    assert seen and unseen and not seen & unseen


def test_the_alphabet_covers_every_date_and_does_not_depend_on_the_order_of_locales():
    letters = tasks.date_alphabet()
    assert letters == tasks.date_alphabet(tasks.LOCALES[::-1]) == tasks.date_alphabet([*tasks.LOCALES, "de"])
    assert letters.characters == "".join(sorted(letters.characters))
    assert tasks.date_alphabet(["zh"]).characters == "/0123456789一三二五六四年日星月期\ufffd"
    assert letters.encode("δ") == letters.encode("\ufffd")
    for locale, form in STYLES:
        assert "\ufffd" not in letters.decode(letters.encode(tasks.write_date(DAY, locale, form)[0]))


def test_codes_stay_when_locales_are_left_out_and_grow_when_others_come():
    batch = tasks.dates(np.random.default_rng(0), 5, locales=["zh"])
    assert "年" in tasks.date_alphabet().decode(batch.inputs.ravel())
    greek = tasks.dates(np.random.default_rng(0), 50, locales=["el"])
    letters = tasks.date_alphabet([*tasks.LOCALES, "el"])
    assert "\ufffd" not in letters.decode(greek.inputs.ravel())
    own = tasks.date_alphabet(["zh"])
    assert tasks.dates(np.random.default_rng(0), 50, locales=["zh"], alphabet=own).inputs.max() < own.size


def test_no_dates_is_an_empty_batch():
    batch = tasks.dates(np.random.default_rng(0), 0)
    assert batch.inputs.shape == (0, 0) and batch.targets.shape == (0, 10) and batch.alignment.shape == (0, 10, 0)


def test_the_range_of_days_cannot_be_changed_by_accident():
    with pytest.raises(ValueError, match="read-only"):
        tasks.DAYS[0] = tasks.DAYS[1]


# What is refused, in words


@pytest.mark.parametrize(
    ("error", "text", "call"),
    [
        (TypeError, "rng must be a numpy Generator, got 0", lambda: tasks.dates(0, 1)),
        (ValueError, "n must be 0 or more, got -1", lambda: tasks.dates(RNG, -1)),
        (ValueError, "CLDR has no locale 'xx': write one such as 'de' or 'en_GB'",
         lambda: tasks.dates(RNG, 1, locales=["xx"])),
        (ValueError, "CLDR has no locale 'en-GB'", lambda: tasks.date_forms("en-GB")),
        (ValueError, "CLDR has no locale None", lambda: tasks.date_alphabet([None])),
        (TypeError, "locales must be a sequence of names, got 'de': write ['de']",
         lambda: tasks.dates(RNG, 1, locales="de")),
        (ValueError, "dates need a day and a form to draw from, got 73049 days and 0 forms",
         lambda: tasks.dates(RNG, 1, locales=[])),
        (ValueError, "dates need a day and a form to draw from, got 0 days and 3 forms",
         lambda: tasks.dates(RNG, 1, locales=["de"], days=tasks.DAYS[:0])),
        (TypeError, "days must be an array (m,) of datetime64[D], got list", lambda: tasks.dates(RNG, 1, days=[DAY])),
        (TypeError, "days must be an array (m,) of datetime64[D], got int64 (3,)",
         lambda: tasks.hold_out(RNG, days=np.arange(3))),
        (ValueError, "share must be between 0 and 1, got 1.5", lambda: tasks.hold_out(RNG, share=1.5)),
        (TypeError, "rng must be a numpy Generator, got 3", lambda: tasks.hold_out(3)),
        (ValueError, "form must be one of full, long, medium, short, got 'tiny'",
         lambda: tasks.write_date(DAY, "de", "tiny")),
        (ValueError, "en_GB short, dd/MM/y, is ambiguous: elsewhere the same numbers have the month first",
         lambda: tasks.write_date(DAY, "en_GB", "short")),
        (ValueError, "en_US short, M/d/yy, is ambiguous: it gives two digits of the year",
         lambda: tasks.write_date(DAY, "en_US", "short")),
        (ValueError, "locale 'th' writes dates with 'G', of which nothing is known here",
         lambda: tasks.dates(RNG, 1, locales=["th"])),
        (TypeError, "day must be a datetime.date, got '2021-03-04'",
         lambda: tasks.write_date("2021-03-04", "de", "full")),
        (ValueError, "day must be of the year 1000 or later, got 0800-12-25",
         lambda: tasks.write_date(datetime.date(800, 12, 25), "de", "full")),
        (ValueError, "'年' is not in the alphabet '/0123456789月日'",
         lambda: tasks.dates(RNG, 99, locales=["zh"], alphabet=tasks.Alphabet("/0123456789月日"))),
    ],
)  # fmt: skip
def test_what_is_refused_is_said(error, text, call):
    with pytest.raises(error, match=re.escape(text)):
        call()


def test_where_babel_is_missing_the_error_says_what_to_install(monkeypatch):
    _patterns.ambiguity.cache_clear()
    monkeypatch.setitem(sys.modules, "babel.dates", None)
    with pytest.raises(ImportError, match="patterns that Babel brings: pip install babel"):
        tasks.dates(np.random.default_rng(0), 1, locales=["de"])
    assert len(tasks.copy(np.random.default_rng(0), 1, length=3)) == 1
