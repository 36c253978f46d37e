"""The alignment in Python: what is read and where the answer stands, the trained models, what is refused."""

import re
from datetime import date
from html.parser import HTMLParser

import numpy as np
import pytest
import torch
import traitlets
from numpy.testing import assert_allclose, assert_array_equal

from attn_core import nn, results, tasks
from attn_core.tasks import digits as handwriting
from attn_core.widgets import Alignment, reading
from attn_core.widgets.examples import EXAMPLES
from attn_core.widgets.reading import LEARNT, LONGEST, Reading, digits, pixels, read, tidy

LOCALES = {
    "German": "de", "Chinese": "zh", "Dutch": "nl", "English, UK": "en_GB", "English, US": "en_US", "French": "fr",
    "Italian": "it", "Japanese": "ja", "Polish": "pl", "Portuguese": "pt", "Russian": "ru", "Spanish": "es",
    "Swedish": "sv",
}  # fmt: skip
every_example = pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.language)


def model_of(subject, prefix, encoder, decoder):
    """A model from the file of a record, in single precision: independent of how the widget loads it."""
    model = nn.EncoderDecoder(encoder, decoder)
    mine = {
        key.removeprefix(prefix): array for key, array in results.weights(subject).items() if key.startswith(prefix)
    }
    model.load_state_dict({name: torch.from_numpy(mine[name]).float() for name in model.state_dict()})
    return model.eval()


def date_model(name):
    alphabets = [tasks.Alphabet(results.weights("dates")[kind].item()) for kind in ("inputs", "outputs")]
    config = results.load("dates").config
    sizes = nn.Sizes(alphabets[0].size, alphabets[1].size, config["embedding_dim"], config["state_dim"])
    decoder = {"attention": nn.LuongDecoder, "fixed": nn.FixedVectorDecoder}[name](sizes)
    return model_of("dates", f"{name}.", nn.RecurrentEncoder(sizes, bidirectional=True), decoder), *alphabets


def strip_model():
    config = results.load("strips").config
    sizes = nn.Sizes(8, len(tasks.WORDS), config["embedding_dim"], config["state_dim"])
    encoder = nn.PixelEncoder(8, config["state_dim"], channels=config["channels"])
    return model_of("strips", "", encoder, nn.LuongDecoder(sizes))


def unseen_days():
    """The days that the kept models of dates were tested on: as `experiments/dates.py` parts them."""
    rng = np.random.default_rng(0)
    _, rest = tasks.hold_out(rng, share=0.2)
    return tasks.hold_out(rng, share=0.5, days=rest)[1]


# ---- what is read ----


def test_text_is_composed_and_its_spaces_are_plain():
    assert tidy("  3.\u00a0Ma\u0308rz\u202f2021 ") == "3. März 2021"
    assert tidy("\t3") == "\t3"  # no space, and not printable: refused later


def test_strip_has_the_first_six_digits_of_a_text():
    assert digits("2021-03-04") == [2, 0, 2, 1, 0, 3]
    assert digits("März") == digits("²٣") == []


def test_same_digit_comes_in_another_hand_until_the_hands_begin_again():
    strip = pixels([7, 1, 7, 7, 7]).reshape(5, 8, 8)
    assert not (strip[0] == strip[2]).all() and not (strip[2] == strip[3]).all()
    assert_array_equal(strip[0], strip[4])


def test_digits_to_show_are_of_the_unseen_part_and_ten_to_a_hand():
    ink, names = handwriting._digits()
    unseen = {
        (int(name), (16 * each).astype(np.uint8).T.tobytes())
        for each, name in zip(ink[1200:], names[1200:], strict=True)
    }
    shown = results.weights("strips")["hands"]
    assert shown.shape == (3, 10, 8, 8)
    assert {(digit, hand[digit].tobytes()) for hand in shown for digit in range(10)} <= unseen


@every_example
def test_example_is_what_cldr_writes_and_where_its_answer_stands(example):
    day, locale = date.fromisoformat(example.iso), LOCALES[example.language]
    written = dict(tasks.write_date(day, locale, form) for form in tasks.date_forms(locale))
    assert_array_equal(read(example.text, "attention").told, written[example.text])


def test_examples_are_of_days_that_the_models_never_saw_but_the_first():
    days = np.array([each.iso for each in EXAMPLES], "datetime64[D]")
    assert np.isin(days, unseen_days()).tolist() == [False] + [True] * 12


def test_longest_text_that_was_learnt_from_is_as_long_as_is_said():
    days = [date(2023, month, day) for month in range(1, 13) for day in range(20, 27)]  # every weekday
    texts = (
        tasks.write_date(day, each, form)[0]
        for each in tasks.LOCALES
        for form in tasks.date_forms(each)
        for day in days
    )
    assert max(map(len, texts)) == LEARNT < LONGEST


# ---- the trained models ----


@pytest.mark.parametrize("name", ["attention", "fixed"])
def test_dates_are_read_as_the_recorded_model_reads_them(name):
    model, inputs, outputs = date_model(name)
    for text in ("3. März 2021", "hello", "1940年4月5日星期五", "3. Mẅrz 2021"):
        symbols, weights = model.generate(
            torch.from_numpy(inputs.encode(text))[None], lengths=torch.tensor([len(text)]), most=10
        )
        got = read(text, name)
        assert "".join(got.symbols) == outputs.decode(symbols[0])
        assert_allclose(got.weights, weights[0], atol=1e-4)


def test_strips_are_read_as_the_recorded_model_reads_them():
    model = strip_model()
    for text in ("7", "31415", "909090"):
        ink = torch.from_numpy(pixels(digits(text)) / np.float32(16))[None]
        symbols, weights = model.generate(ink, lengths=torch.tensor([8 * len(text)]), most=6, stop=0)
        got = read(text, "strip")
        assert got.symbols == [tasks.WORDS[code] for code in symbols[0] if code]
        assert_allclose(got.weights, weights[0, : len(got.symbols)], atol=1e-4)


@every_example
def test_every_example_is_read_without_a_mistake_and_mostly_where_it_stands(example):
    for model in ("attention", "fixed"):
        assert "".join(read(example.text, model).symbols) == example.iso
    _, (mean, even) = Alignment(text=example.text).agreement()
    assert mean > 0.6 > 3 * even


def test_reading_knows_no_answer_to_a_text_of_ones_own_and_names_what_it_never_saw():
    got = read("3. Mẅrz 2021 ẅ€", "attention")
    assert got.told is None and got.right is None and got.unknown == ["ẅ", "€"]


# ---- the widget ----


def test_first_picture_writes_the_date_and_looks_at_the_month():
    widget = Alignment()
    assert widget.output == "2021-03-03" and widget.step == 7
    assert widget.weights.shape == (12,) and widget.text[widget.weights.argmax()] == "M"
    assert_allclose(widget.read.weights.sum(axis=1), 1)


def test_agreement_by_hand():
    widget = Alignment()
    told = np.array([[True, False, False, True], [False] * 4, [False, True, False, False]])
    weights = np.array([[0.5, 0.25, 0.0, 0.25], [0.25] * 4, [0.5, 0.5, 0.0, 0.0]])
    widget.read = Reading(list("abcd"), list("x-y"), weights, told, list("x-y"), [])
    widget.step = 1
    assert widget.agreement() == ((0.75, 0.5), (0.625, 0.375))
    widget.read = Reading(list("abcd"), list("x-y"), weights, told, list("x-y"), [])
    widget.set_trait("step", 2)
    assert widget.agreement()[0] is None


def test_without_attention_there_is_one_thing_to_look_at():
    widget = Alignment(model="fixed")
    assert widget.output == "2021-03-03" and widget.weights.tolist() == [1.0]
    assert widget.agreement() is None and "nothing to look at" in widget.caption()


def test_model_of_strips_reads_the_digits_of_a_text_and_nothing_else():
    widget = Alignment(model="strip")
    assert widget.output == "three two zero two one" and widget.weights.shape == (20,)
    widget.text = "März"
    assert widget.output == "" and widget.weights.shape == (0,)
    assert widget.caption() == "There is no digit to write by hand: this model reads nothing else."
    assert "<table>" in widget.html()


def test_step_behind_the_end_shows_the_last_symbol():
    widget = Alignment(model="strip", text="314", step=10)
    assert widget.at == 2 and "“four”" in widget.caption()


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({}, "To write “3”, the model looks most at “M” (4), with 0.95 of its weight; >0.99 lies on what tells it. "
             "In the end it has written 2021-03-03, which is right."),
        ({"step": 5}, "Nothing in the text tells a hyphen; the largest weight, 0.39, lies on “.” (2). "
                      "In the end it has written 2021-03-03, which is right."),
        ({"text": "hello", "step": 1}, "has written 1917-07-07, right or wrong: "
                                       "it writes ten characters whatever it reads."),
        ({"text": "3. Mẅrz 2021"}, "It has never seen “ẅ”."),
        ({"text": "ÀÈÌÒÙ 2021"}, "It has never seen “À”, “È”, “Ì” and others."),
        ({"text": "quinta-feira, o dia 25 de fevereiro de 2021"},
            "43 characters: no text that it learnt from had more than 38."),
        ({"text": "2021", "model": "strip", "step": 2}, "In the end it has written two zero two one, which is right."),
    ],
)  # fmt: skip
def test_caption_says_what_the_situation_shows_and_what_the_model_does_not_know(changes, words):
    assert words in Alignment(**changes).caption()


def test_caption_of_a_mistake_says_what_is_right():
    widget = Alignment()
    widget.read = Reading(
        widget.read.inputs, list("2021-03-04"), widget.read.weights, widget.read.told, widget.read.right, []
    )
    widget.set_trait("output", "2021-03-04")
    assert widget.caption().endswith("In the end it has written 2021-03-04, and 2021-03-03 is right.")


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"text": ""}, "text needs 1 to 48 characters, got 0"),
        ({"text": "  "}, "text needs 1 to 48 characters, got 0"),
        ({"text": "1" * 49}, "text needs 1 to 48 characters, got 49"),
        ({"text": "3.\tMärz"}, r"text needs printable characters, got '3.\tMärz'"),
        ({"text": 3}, "'text' trait of an Alignment instance expected a unicode string"),
        ({"model": "both"}, "'model' trait"),
        ({"step": 0}, "step needs a whole number from 1 to 10, got 0"),
        ({"weights": [1]}, "cannot|read"),
        ({"place": 1}, "Alignment has no trait 'place': there are text, model, step"),
    ],
)
def test_what_does_not_fit_is_refused_in_words(changes, words):
    with pytest.raises(traitlets.TraitError, match=words if "|" in words else re.escape(words)):
        Alignment(**changes)


def test_widget_stays_as_it_was_when_it_refuses():
    widget = Alignment()
    with pytest.raises(traitlets.TraitError):
        widget.text = ""
    assert widget.text == "3. März 2021" and widget.output == "2021-03-03"


class Table(HTMLParser):
    def __init__(self, text):
        super().__init__()
        self.rows, self.inside = [], False
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        if tag == "tr":
            self.rows.append([])
        if tag in ("th", "td"):
            self.rows[-1].append("")
        self.inside = tag in ("th", "td")

    def handle_data(self, data):
        if self.inside:
            self.rows[-1][-1] += data

    def handle_endtag(self, tag):
        self.inside = False


def test_still_form_is_a_table_of_every_step_and_a_picture_with_its_sentence():
    widget = Alignment()
    rows = Table(widget.fallback()).rows
    assert rows[0] == ["writes", "looks most at", "weight", "on what tells it"]
    assert [row[0] for row in rows[1:]] == list("2021-03-03")
    assert rows[7] == ["3", "“M” (4)", "0.95", ">0.99"] and rows[5] == ["-", "“.” (2)", "0.39", ""]
    assert f'aria-label="{widget.caption().replace(">", "&gt;")}"' in widget.fallback()
    assert reading.read("3. März 2021", "fixed").weights.shape == (10, 1)
    assert Table(Alignment(model="fixed").fallback()).rows[1] == ["2", "the one vector", "1.00", ""]


def test_state_is_what_the_page_gets():
    assert Alignment(text=" 3. März 2021").state() == {"text": "3. März 2021", "model": "attention", "step": 7}
