"""The widget *layers* in Python: the trained Transformer with heads on and off, what is said of it, what is refused."""

import re

import numpy as np
import pytest
import torch
import traitlets
from numpy.testing import assert_allclose, assert_array_equal
from widgets.test_alignment import Table, unseen_days

from attn_core import nn, results, tasks
from attn_core.widgets import Layers, mosaic, opened, telling
from attn_core.widgets.examples import EXAMPLES
from attn_core.widgets.modules import STATIC
from attn_core.widgets.opened import KINDS, measured

ALL = np.ones((3, 2, 4), dtype=bool)
ARRAYS, RECORD = results.weights("transformer_dates"), results.load("transformer_dates")


def transformer():
    """The model from the file of the record, in single precision: independent of how the widget loads it."""
    alphabets = [tasks.Alphabet(ARRAYS[kind].item()) for kind in ("inputs", "outputs")]
    model = nn.Transformer(nn.TransformerSizes(*(alphabet.size for alphabet in alphabets)))
    model.load_state_dict({name: torch.from_numpy(ARRAYS[name]).float() for name in model.state_dict()})
    return model.eval(), *alphabets


def without(*places):
    """All heads on, but those at these places: kind, layer, head, from 0."""
    on = ALL.copy()
    for kind, layer, head in places:
        on[KINDS.index(kind), layer, head] = False
    return on


def head_of(numbers):
    """Kind, layer and head, counted as the widget counts them, where a number is largest."""
    kind, layer, head = np.unravel_index(numbers.argmax(), numbers.shape)
    return KINDS[kind], int(layer) + 1, int(head) + 1


# ---- the trained model ----


@pytest.mark.parametrize(
    "off", [(), (("decoder", 0, 0),), tuple(("cross", layer, j) for layer in (0, 1) for j in range(4))]
)
def test_dates_are_read_as_the_recorded_model_reads_them_whatever_heads_are_off(off):
    model, inputs, outputs = transformer()
    for text in ("3. März 2021", "hello", "1940年4月5日星期五", "3. Mẅrz 2021"):
        codes = torch.from_numpy(inputs.encode(text))[None]
        symbols, weights = model.generate(codes, lengths=torch.tensor([len(text)]), most=10, off=off)
        got = opened.read(text, without(*off))
        assert got.symbols == outputs.decode(symbols[0])
        for kind in KINDS:
            assert_allclose(got.weights[kind], getattr(weights, kind)[0], atol=1e-4)


def test_most_examples_are_read_without_a_mistake():
    read = [opened.read(example.text, ALL).symbols == example.iso for example in EXAMPLES]
    assert len(EXAMPLES) == 13 and sum(read) >= 12 and read[0]


def test_measured_numbers_are_those_of_the_model_that_is_shown():
    model, *_ = transformer()
    batch = tasks.dates(np.random.default_rng(3), 300, days=unseen_days())
    inputs, lengths = torch.from_numpy(batch.inputs), torch.from_numpy(batch.lengths)

    def right(off):
        symbols, _ = model.generate(inputs, lengths=lengths, most=10, off=off)
        return (symbols.numpy() == batch.targets).all(axis=1).mean()

    seen = measured()
    assert seen.tested == 300 and seen.without.shape == (3, 2, 4) and seen.mass.shape == (2, 4, 3)
    assert_allclose(right([]), seen.whole, atol=0.04)
    for kind, layer, head in (head_of(seen.without), head_of(-seen.without)):
        place = KINDS.index(kind), layer - 1, head - 1
        assert_allclose(right([(kind, *place[1:])]), seen.without[place], atol=0.1)


def test_page_has_what_the_record_has():
    again = "the record is a new one: run python tools/recorded.py"
    assert (STATIC / "layers/measured.js").read_text() == opened.module(), again


# ---- the widget ----


def test_first_picture_is_the_head_with_the_most_weight_on_the_month():
    widget = Layers()
    kind, layer, head = widget.kind, widget.layer, widget.head
    assert kind == "cross" and (layer - 1, head - 1) == divmod(int(measured().mass[..., 1].argmax()), 4)
    assert widget.output == widget.whole == "2021-03-03" and widget.on.all()
    assert widget.weights.shape == (10, 12) and widget.text[widget.given.argmax()] in "März"
    assert_allclose(widget.weights.sum(axis=1), 1)


def test_head_that_is_off_gives_zeros_and_the_other_way_round_is_what_is_written_with_it():
    kind, layer, head = head_of(-measured().without)
    on, off = Layers(kind=kind, layer=layer, head=head), Layers(kind=kind, layer=layer, head=head)
    off.on = without((kind, layer - 1, head - 1))
    assert on.is_on and not off.is_on and not off.weights.any()
    assert on.other == off.output != on.output == off.other == off.whole
    assert off.caption().startswith("This head is off: it looks nowhere, and adds nothing.")
    assert off.caption().endswith(f"with this head it would be {on.output}.")


def test_row_of_the_encoder_is_where_the_decoder_looks_most():
    widget = Layers(kind="encoder", layer=1, head=1, step=10)
    looked = widget.read.weights["cross"][:, :, 9].mean(axis=(0, 1))
    assert widget.row == looked.argmax() and widget.row_of("decoder") == widget.row_of("cross") == 9
    assert (
        f"the decoder looks most at “{widget.text[widget.row]}” ({widget.row + 1}); there, this head"
        in widget.caption()
    )


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({}, "The model writes 2021-03-03, which is right; without this head it would be "),
        ({"kind": "decoder", "step": 1}, "“2”, the first character, there is only the start to look back to."),
        ({"kind": "decoder", "layer": 1, "step": 2}, "this head looks most at the start, with "),
        ({"kind": "encoder", "on": without(*(("cross", layer, j) for layer in (0, 1) for j in range(4)))},
            "No head of the decoder looks at the text. At “3” (1), this head looks most at "),
        ({"text": "hello"}, "; without this head it would be "),
        ({"text": "3. Mẅrz 2021"}, "It has never seen “ẅ”."),
        ({"text": "ÀÈÌÒÙ 2021"}, "It has never seen “À”, “È”, “Ì” and others."),
        ({"text": "quinta-feira, o dia 25 de fevereiro de 2021"},
            "No text that it learnt from had more than 38 characters."),
    ],
)  # fmt: skip
def test_caption_says_where_the_head_looks_and_what_the_model_does_not_know(changes, words):
    assert words in Layers(**changes).caption()


def test_what_chapter_10_asks_to_foretell_is_what_the_widget_shows():
    cross = [("cross", layer, head) for layer in (0, 1) for head in range(4)]
    for text in ("3. März 2021", "hello", "14 mai 1918"):
        assert opened.read(text, without(*cross)).symbols == "1903-01-03"
    assert head_of(-measured().without) == ("decoder", 1, 1)  # "most missed"
    assert opened.read("3. März 2021", without(("decoder", 0, 0))).symbols == "202112-030"
    assert opened.read("30. Februar 2021", ALL).symbols == "2021-02-30"
    assert opened.read("2021 März 3.", ALL).symbols == "2033-03-20"


def test_wrong_output_is_told_beside_the_right_one():
    kind, layer, head = head_of(-measured().without)
    widget = Layers(kind=kind, layer=layer, head=head, on=without((kind, layer - 1, head - 1)))
    assert f"The model writes {widget.output}, and 2021-03-03 is right; " in widget.caption()


def test_numbers_of_a_head_are_those_of_the_record():
    widget = Layers(kind="decoder", layer=1, head=4)
    assert telling.missed(widget).endswith(f"{telling.plain(measured().without[1, 0, 3])} with only this one off")
    assert telling.found(widget) == "only cross-attention looks from what is written to the text"
    year, month, day = map(telling.plain, measured().mass[1, 2])
    assert telling.found(Layers(head=3)).endswith(f"year {year} · month {month} · day {day}")


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"text": ""}, "text needs 1 to 48 characters, got 0"),
        ({"text": "3.\tMärz"}, r"text needs printable characters, got '3.\tMärz'"),
        ({"text": 3}, "'text' trait of a Layers instance expected a unicode string"),
        ({"step": 11}, "step needs a whole number from 1 to 10, got 11"),
        ({"kind": "both"}, "'kind' trait"),
        ({"layer": 3}, "layer needs a whole number from 1 to 2, got 3"),
        ({"head": 0}, "head needs a whole number from 1 to 4, got 0"),
        ({"on": [True] * 24}, "on needs shape (3, 2, 4), got (24,)"),
        ({"on": np.ones((3, 2, 4))}, "on needs bool entries, got float64"),
        ({"off": []}, "Layers has no trait 'off': there are text, step, kind, layer, head, on"),
    ],
)
def test_what_does_not_fit_is_refused_in_words(changes, words):
    with pytest.raises(traitlets.TraitError, match=re.escape(words)):
        Layers(**changes)


def test_widget_stays_as_it_was_when_it_refuses():
    widget = Layers()
    with pytest.raises(traitlets.TraitError):
        widget.text = ""
    assert widget.text == "3. März 2021" and widget.output == "2021-03-03"


# ---- the drawings ----


def test_shades_are_squares_by_tenths_of_weight():
    assert mosaic.shades([[0.04, 0.06, 0.9], [1.0, 0.0, 0.0]]) == {
        1: "M1 0h1v1h-1z", 9: "M2 0h1v1h-1z", 10: "M0 1h1v1h-1z",
    }  # fmt: skip


def test_what_answers_a_decoder_is_what_it_wrote_before():
    widget = Layers(kind="decoder")
    assert mosaic.labels(widget) == (list("2021-03-03"), list("▸2021-03-0"))
    assert mosaic.labels(Layers(kind="encoder")) == (list("3. März 2021"),) * 2


def test_still_form_has_a_grid_and_a_number_for_each_head_and_the_sentence():
    widget = Layers()
    rows = Table(re.sub(r"<svg.*?</svg>", "", widget.fallback())).rows
    assert rows[0] == ["", "head 1", "head 2", "head 3", "head 4"]
    assert [row[0] for row in rows[1:]] == [f"{kind} {layer}" for kind in KINDS for layer in (1, 2)]
    assert_array_equal([row[1:] for row in rows[1:]], np.vectorize(telling.plain)(measured().without).reshape(6, 4))
    assert widget.fallback().count('class="attn-small"') == 24 and widget.fallback().count("attn-chosen") == 1
    assert widget.fallback().count("attn-off") == 0 and Layers(on=~ALL).fallback().count("attn-off") == 24
    assert f'aria-label="cross-attention, layer 2, head {widget.head}: {widget.caption()}"' in widget.fallback()


def test_state_is_what_the_page_gets():
    state = Layers(text=" 3. März 2021").state()
    assert state == {
        "text": "3. März 2021", "step": 7, "kind": "cross", "layer": 2, "head": state["head"], "on": ALL.tolist(),
    }  # fmt: skip
