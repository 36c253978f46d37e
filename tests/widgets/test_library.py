"""The library in Python: what the next cell can read, what is refused, and what a page gets."""

import json
import re

import numpy as np
import pytest
import traitlets
from numpy.testing import assert_allclose, assert_array_equal

from attn_core.widgets import Library
from attn_core.widgets.flow import TALL, TOP, flow

HOSTILE = "</script><img src=x onerror=alert(1)>&\"'"


def two_books(**changes):
    """Two books on two subjects, scores 1 and 0."""
    state = {"query": [1, 0], "key": [[1, 0], [0, 1]], "value": [[1, 0], [0.5, 0.5]], "mask": [True, True]}
    return Library(**{**state, "books": ["A", "B"], "subjects": ["x", "y"], "score": "dot", "hours": 2, **changes})


def test_two_scores_one_apart_share_the_evening_as_e_and_one():
    library = two_books()
    e = np.e / (1 + np.e)
    assert_allclose(library.weights, [e, 1 - e])
    assert_allclose(library.minutes, [120 * e, 120 * (1 - e)])
    assert_allclose(library.output, [e + (1 - e) / 2, (1 - e) / 2])


def test_first_evening_is_that_of_the_story():
    library = Library()
    assert list(library.weights.argsort()[::-1][:2]) == [0, 1]
    assert library.minutes[1] > 0.75 * library.minutes[0]  # nearly as long with the films
    assert 2 <= library.minutes[2] <= 10  # a few minutes in the war
    assert 0 < library.similarity[2] < 0.5
    assert 0 < library.minutes[3] < 0.5  # a single glance at the cookbook
    assert library.output.sum() == pytest.approx(1)


def test_weights_follow_every_trait():
    library = Library()
    for name, value in {
        "query": [1.0, 8.0, 0.0, 0.0, 0.0],
        "key": library.key[::-1],
        "mask": [True, False, True, True, True],
        "score": "cosine",
        "temperature": 0.5,
        "normalize": "sparsemax",
    }.items():
        before = library.weights
        setattr(library, name, value)
        assert not np.allclose(before, library.weights), name
    before = library.output
    library.value = library.value[::-1]
    assert not np.allclose(before, library.output)


def test_time_follows_the_hours_and_weights_do_not():
    library = Library()
    minutes, weights = library.minutes, library.weights
    library.hours = 8
    assert_allclose(library.minutes, 2 * minutes)
    assert_array_equal(library.weights, weights)


def test_nothing_on_the_shelf_gives_no_time_and_no_knowledge():
    library = two_books(mask=[False, False])
    assert_array_equal(library.weights, [0, 0])
    assert_array_equal(library.output, [0, 0])
    assert "<td>0</td>" in library.html()


BAD = [
    ("query", [1.0] * 4, "as many subjects in query, key and value are needed: subjects has 5, query has 4"),
    ("query", [11.0, 0, 0, 0, 0], "query needs interests from 0 to 10"),
    ("query", [-1.0, 0, 0, 0, 0], "query needs interests from 0 to 10"),
    ("query", [float("nan")] * 5, "query needs finite numbers"),
    ("key", [[1.0] * 5] * 4, "as many books, keys, values and mask entries are needed: books has 5, key has 4"),
    ("key", [[20.0] * 5] * 5, "key needs numbers from -10 to 10"),
    ("value", [[1.0] * 5] * 5, "each row of value needs shares that sum to 1"),
    ("value", [[2.0, -1.0, 0, 0, 0]] * 5, "each row of value needs shares that sum to 1"),
    ("mask", [1] * 5, "mask needs bool entries, got int64"),
    ("score", "general", "'score' trait .* expected any of"),
    ("hours", 0.0, "hours needs a number from 0.5 to 24, got 0.0"),
    ("hours", float("nan"), "hours needs a number from 0.5 to 24, got nan"),
    ("temperature", 0.0, "temperature needs a number from 0.01 to 100, got 0.0"),
    ("books", ["A"] * 4, "books has 4, key has 5"),
    ("books", "Title", "books needs a list of strings, got str"),
    ("books", [1, 2, 3, 4, 5], "books needs a list of strings, got list"),
    ("books", [], "books needs 1 to 6 names, got 0"),
    ("books", ["A", "B", "C", "D", ""], "books needs names of 1 to 60 characters, got one of 0"),
    ("books", ["A", "B", "C", "D", "  "], "books needs printable names, got '  '"),
    ("books", ["A", "B", "C", "D", "line\u2028end"], r"books needs printable names, got 'line\\u2028end'"),
    ("books", ["A", "B", "C", "D", "\ud800"], r"books needs printable names, got '\\ud800'"),
    ("books", ["A", "B", "C", "D", "x" * 1_000_000], "books needs names of 1 to 60 characters, got one of 1000000"),
    ("subjects", ["heroes", "cinema", "history", "cooking", "x" * 17], "subjects needs names of 1 to 16 characters"),
]


@pytest.mark.parametrize(("name", "value", "text"), BAD, ids=[f"{name} {text[:40]}" for name, _, text in BAD])
def test_bad_trait_is_refused_and_the_widget_stays_as_it_was(name, value, text):
    library = Library(temperature=0.7)
    state, weights = library.state(), library.weights
    with pytest.raises(traitlets.TraitError, match=text):
        setattr(library, name, value)
    assert library.state() == state
    assert_array_equal(library.weights, weights)


def test_what_belongs_together_changes_together():
    library = Library()
    library.set_state({**two_books().state(), "books": ["Ü", "书"]})
    assert library.books == ("Ü", "书")
    assert_allclose(library.weights, two_books().weights)


def test_html_form_holds_state_table_picture_and_sentence():
    library = Library()
    html = library.html()
    assert html.startswith('<figure class="attn-widget" data-widget="library" style="--attn-keys:5">')
    state = json.loads(re.search(r'<script type="application/json">(.*?)</script>', html)[1])
    assert state == library.state()
    assert Library(**state).html() == html
    assert library.caption() in html
    cells = re.findall(r"<td>([^<]*)</td>", html)
    assert cells[:4] == ["0.89", "5.70", "0.52", "126"]
    assert cells[-2:] == ["1.00", "240"]
    assert "heroes 0.80, cinema 0.15, history 0.05" in html  # what the first book holds


@pytest.mark.parametrize("name", ["books", "subjects"])
def test_no_name_becomes_markup(name):
    names = [HOSTILE, "B"] if name == "books" else [HOSTILE[:16], "y"]
    library = two_books(**{name: names})
    html = library.html()
    assert html.count("</script>") == 1
    assert "<img" not in html
    assert "&lt;" in html
    assert json.loads(re.search(r'<script type="application/json">(.*?)</script>', html)[1])[name] == names
    assert HOSTILE not in html


def test_lent_out_book_says_so_in_the_table():
    html = Library(mask=[False, True, True, True, True]).html()
    assert "1 Heroes in Ink (lent out)" in html


def test_bands_fill_the_bars_of_books_and_subjects():
    library = Library()
    books, subjects, bands = flow(library.weights.tolist(), library.value.tolist())
    for segments in (books, subjects):
        assert segments[0][0] == TOP
        assert sum(tall for _, tall in segments) == pytest.approx(TALL)
    assert len(bands) == np.count_nonzero(library.value)  # a band for each term of the sum


def test_numbers_on_the_page_have_few_decimals_and_no_negative_zero():
    html = two_books(key=[[-0.0, 1 / 3], [2 / 3, -1e-9]]).html()
    assert "-0.0" not in html and "−0.00" not in html
    numbers = re.findall(r"-?\d+\.\d+", re.search(r"<svg.*?</svg>", html)[0])
    assert max(len(number.split(".")[1]) for number in numbers) <= 2


def test_plain_form_names_the_traits_and_no_address():
    text = repr(Library())
    assert text.startswith("Library(query=[9.0, 8.0, 0.0, 0.0, 0.0], ")
    assert "weights=[0.523" in text
    assert "0x" not in text
