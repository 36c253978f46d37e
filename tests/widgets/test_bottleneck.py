"""The bottleneck in Python and JavaScript: the record's numbers, one picture, one sentence, and what both refuse."""

import json
import re
from itertools import product

import numpy as np
import pytest
import traitlets
from numpy.testing import assert_allclose, assert_array_equal

from attn_core import results
from attn_core.widgets import Bottleneck
from attn_core.widgets.base import fixed
from attn_core.widgets.memories import (
    FINE,
    LONGEST,
    PRACTISED,
    SHORTEST,
    STEPS,
    STEPS_OUT,
    SYMBOLS,
    WIDTHS,
    line,
    memories,
    needed,
    packed,
)
from attn_core.widgets.modules import STATIC
from attn_core.widgets.recall import across, band, bars, path, up

LENGTHS = range(SHORTEST, LONGEST + 1)
EVERY = [Bottleneck(length=n, memory=memory) for n, memory in product(LENGTHS, WIDTHS)]


def whole(widget):
    return bool(widget.right.all())


# ---- what is shown is what was recorded ----


def test_sizes_are_those_of_the_experiment():
    config = results.load("bottleneck").config
    assert (config["symbols"], config["tested"]) == (len(SYMBOLS), [SHORTEST, LONGEST])
    assert (config["trained"][1], config["steps"], config["steps_out"]) == (PRACTISED, STEPS, STEPS_OUT)
    assert [WIDTHS[str(width)] for width in config["widths"]] == config["widths"]
    assert {WIDTHS[name] for name in ("turned", "attention", "fixed_out")} == {config["width"]}


@pytest.mark.parametrize("memory", WIDTHS)
def test_numbers_are_those_of_the_record_to_the_digits_that_are_kept(memory):
    record, arrays = results.load("bottleneck"), results.weights("bottleneck")
    name, at = ("fixed", (0, list(WIDTHS).index(memory))) if memory.isdigit() else (memory, ...)
    for rows, number, most, step in (
        (memories()[memory].shares, name, np.ones(59), 5.1e-4),
        (memories()[memory].bits, f"{name}_bits", np.array([needed(n) for n in LENGTHS]), 0.051),
    ):
        wanted = [record.mean(number)[at], *(end[at] for end in record.interval(number))]
        assert_allclose(np.array(rows).T, np.clip(wanted, 0, most), atol=step)
    assert_allclose(memories()[memory].states / FINE, arrays[f"state.{memory}"], atol=0.5 / FINE + 1e-3)
    assert_array_equal(memories()[memory].written, arrays[f"written.{memory}"])


def test_line_is_the_recorded_one_and_turned_round_it_is_written_from_its_other_end():
    assert "".join(SYMBOLS[code - 1] for code in Bottleneck(length=5).line) == "LGDJH"
    assert_array_equal(Bottleneck(length=5, memory="turned").line, line()[:5][::-1])


def test_bits_needed_are_those_of_a_pencil():
    assert needed(1) == pytest.approx(np.log2(12))
    assert needed(30) == pytest.approx(107.549, abs=1e-3)


def test_vectors_held_are_one_or_one_for_each_symbol():
    one, many = Bottleneck(length=20, memory="128"), Bottleneck(length=20, memory="attention")
    assert (one.held, one.strips.shape) == (128, (1, 128))
    assert (many.held, many.strips.shape) == (20 * 64, (19, 64))  # that after one symbol alone was not recorded


# ---- the sentence ----


@pytest.mark.parametrize(
    ("length", "memory", "said"),
    [
        (7, "64", "All 7 symbols come back. In other lines this long, 0.77 of them do on average."),
        (14, "64", "5 of 14 symbols come back. On average at least 10.4 of 50.2 bits are kept; of a line of 5, at "
         "least 15.3. There is room: 64 numbers are 2,048 bits of memory."),
        (14, "turned", "Read from its end, none of 14 symbols comes back."),
        (9, "fixed_out", "Trained longer, all 9 symbols come back."),
        (30, "attention", "With attention all 30 symbols come back: the writer may look at 30 vectors, one for each "
         "symbol, instead of one."),
        (31, "attention", "instead of one. No line in training had more than 30 symbols."),
    ],
)  # fmt: skip
def test_sentence_says_what_the_situation_shows(length, memory, said):
    assert said in Bottleneck(length=length, memory=memory).caption()


@pytest.mark.parametrize("memory", WIDTHS)
def test_sentence_is_true_at_every_length(memory):
    for widget in (each for each in EVERY if each.memory == memory):
        said, bits = widget.caption(), [told.mean for told in memories()[memory].bits]
        count = re.search(r"(all|none of|\d+ of) (\d+) symbols?", said, re.I)
        right = {"all": widget.length, "none of": 0}.get(count[1].lower(), count[1].split()[0])
        assert (int(right), int(count[2])) == (widget.right.sum(), widget.length)
        if other := re.search(r"of a line of (\d+), at least ([\d.]+)\.", said):
            shorter = int(other[1])
            assert shorter < widget.length and bits[shorter - SHORTEST] > bits[widget.length - SHORTEST]
            assert other[2] == fixed(bits[shorter - SHORTEST], 1) == fixed(max(bits), 1)
        if "There is room" in said:
            assert 32 * WIDTHS[memory] > 2 * needed(widget.length)
        assert ("No line in training" in said) == (memory == "attention" and widget.length > PRACTISED)


# ---- the still form ----


def test_html_form_holds_state_picture_table_and_sentence():
    widget = Bottleneck()
    html = widget.html()
    assert html.startswith('<figure class="attn-widget" data-widget="bottleneck"><script')
    assert json.loads(re.search(r'<script type="application/json">(.*?)</script>', html)[1]) == widget.state()
    assert re.findall(r"<td>([^<]*)</td>", html) == [
        "L G D J H K E B C C F L F J", "L G D J H C B K E F E J L F", "6, 7, 8, 9, 10, 11, 12, 13, 14", "5 of 14",
        "0.40 [0.38, 0.41]", "10.4 [9.7, 11.1]", "50.2", "64",
    ]  # fmt: skip
    assert widget.caption() in html and "Recorded runs of trained models" in html
    assert len(html) < 20_000


def test_still_picture_marks_what_is_wrong_and_nothing_else():
    assert re.search(r'class="attn-miss" d="([^"]*)"', Bottleneck().html())[1].count("M") == 9
    assert "attn-miss" not in Bottleneck(length=7).html()


@pytest.mark.parametrize(("length", "memory"), [(2, "16"), (60, "128"), (60, "attention"), (40, "turned")])
def test_numbers_of_the_picture_have_few_decimals_and_none_is_lost(length, memory):
    svg = re.search(r"<svg.*?</svg>", Bottleneck(length=length, memory=memory).html())[0]
    assert not re.search(r"nan|\binf|\d\.\d{3}|-0\b(?!\.)", svg)


def test_plain_form_names_the_traits():
    assert repr(Bottleneck()) == "Bottleneck(length=14, memory='64')"


BAD = [
    ("length", 1, "length needs a whole number from 2 to 60, got 1"),
    ("length", 61, "length needs a whole number"),
    ("length", 7.5, "length needs a whole number .* got 7.5"),
    ("length", True, "length needs a whole number .* got True"),
    ("length", "7", "length needs a whole number .* got '7'"),
    ("memory", "48", "'memory' trait .* expected any of"),
    ("memory", "constructor", "'memory' trait .* expected any of"),
    ("memory", ["64"], "'memory' trait .* expected any of"),
    ("memory", None, "'memory' trait .* expected any of"),
]


@pytest.mark.parametrize(("name", "value", "text"), BAD, ids=[f"{name} {value}" for name, value, _ in BAD])
def test_bad_trait_is_refused_and_the_widget_stays_as_it_was(name, value, text):
    widget = Bottleneck(length=9)
    state = widget.state()
    with pytest.raises(traitlets.TraitError, match=text):
        setattr(widget, name, value)
    assert widget.state() == state


# ---- the same in JavaScript ----


def test_page_has_what_the_record_has():
    again = "the record is a new one: run python tools/recorded.py"
    assert (STATIC / "bottleneck/recorded.bin").read_bytes() == packed(), again


@pytest.fixture(scope="module")
def by_javascript(kit):
    script = """(states) => states.map((state) => {
      const { bottleneck } = window, now = bottleneck.solve(state);
      return { ...now, valid: bottleneck.valid(state), caption: bottleneck.caption(now), words: bottleneck.words(now) };
    })"""
    return kit.evaluate(script, [each.state() for each in EVERY])


@pytest.mark.browser
def test_javascript_shows_and_says_what_python_does_in_every_situation(by_javascript):
    for widget, got in zip(EVERY, by_javascript, strict=True):
        assert got["valid"] is True
        for name in ("line", "written", "right", "strips"):
            assert_array_equal(got["wrote" if name == "written" else name], getattr(widget, name))
        assert [got["share"][end] for end in ("mean", "low", "high")] == list(widget.share)
        assert [got["kept"][end] for end in ("mean", "low", "high")] == list(widget.kept)
        assert got["held"] == widget.held
        assert got["caption"] == widget.caption()
        count = f"length {widget.length} · {widget.right.sum()} of {widget.length} right"
        assert got["words"].startswith(count) and ("wrong at" in got["words"]) == (not whole(widget))


@pytest.mark.browser
def test_live_picture_is_the_still_picture(kit):
    pixels = lambda path: [float(x) for x in re.findall(r"-?[\d.]+", path)]  # noqa: E731
    for widget in EVERY[::23]:
        script = "(state) => { const now = window.bottleneck.solve(state); return { bars: window.bottleneck.bars(now.strips), ...window.bottleneck.plan(now, 'narrow') }; }"  # noqa: E501
        got, shares = kit.evaluate(script, widget.state()), memories()[widget.memory].shares
        assert_allclose(pixels(got["bars"]), pixels(bars(widget.strips)), atol=0.011)
        assert_allclose(pixels(got["own"]), pixels(path([told.mean for told in shares])), atol=0.011)
        assert_allclose(pixels(got["band"]), pixels(band(shares)), atol=0.011)
        assert [got["x"], got["y"]] == pytest.approx([across(widget.length), up(widget.share.mean)], abs=0.011)
        assert len(got["others"]) == len(WIDTHS) - 1


@pytest.mark.browser
def test_both_refuse_the_same(kit):
    good = Bottleneck().state()
    bad = [{**good, name: value} for name, value, _ in BAD]
    bad += [{"length": 14}, {"memory": "64"}, {**good, "more": 1}, {**good, "memory": "toString"}, None, [], "x", 1]
    assert kit.evaluate("(states) => states.map((state) => window.bottleneck.valid(state))", bad) == [False] * len(bad)


@pytest.mark.browser
def test_first_picture_and_situations_are_what_they_are_called(kit):
    base, presets = kit.evaluate("() => [window.bottleneck.BASE, window.bottleneck.PRESETS]")
    assert base == Bottleneck().state()
    seen = {name: Bottleneck(**{**base, **patch}) for name, patch in presets.items()}
    words = {"seven": 7, "nine": 9, "eleven": 11, "sixty": 60}
    for name, widget in seen.items():
        if name == "fourteen do not":
            assert widget.length == 2 * seen["seven fit"].length and not whole(widget)
            continue
        assert widget.length == words[name.removesuffix(" fit").split()[-1]] and whole(widget)
        if widget.memory != "attention":  # and it is the longest that comes back
            assert not whole(Bottleneck(length=widget.length + 1, memory=widget.memory))
    assert [widget.memory for widget in seen.values()] == ["64", "64", "128", "turned", "fixed_out", "attention"]
