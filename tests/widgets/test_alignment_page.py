"""The alignment on the published page: trained models with no kernel, the same as torch's, under hand and keys."""

import gzip
from functools import partial

import numpy as np
import pytest
import torch
from numpy.testing import assert_allclose
from widgets import onpage
from widgets.onpage import announced, caption, focused, go, left, said, shift, weights
from widgets.test_alignment import date_model, strip_model, unseen_days

from attn_core import results, tasks
from attn_core.tasks._dates import DAYS
from attn_core.widgets import Alignment
from attn_core.widgets.examples import EXAMPLES
from attn_core.widgets.reading import LEARNT, LONGEST, tidy

pytestmark = pytest.mark.browser

CHAPTER = "chapters/02-encoder-decoder.html"
PRESETS = [
    "a month as a word", "day before month", "Chinese", "without attention", "a year it never saw", "no date at all",
    "digits by hand",
]  # fmt: skip

alive = partial(onpage.alive, stem="alignment")
situation = partial(onpage.situation, "alignment")

SITUATIONS = [
    {}, {"step": 1}, {"step": 5}, {"step": 10}, {"model": "fixed"}, {"model": "fixed", "step": 3}, {"model": "strip"},
    {"text": "hello", "step": 1}, {"text": "3. Mẅrz 2021 ẅ€"}, {"text": "ÀÈÌÒÙ"}, {"text": "x", "model": "strip"},
    {"text": "quinta-feira, o dia 25 de fevereiro de 2021"}, {"text": "271828", "model": "strip", "step": 10},
    {"text": "9", "model": "strip"}, {"text": "1234567", "model": "strip", "step": 6}, {"text": "1" * LONGEST},
    *({"text": example.text, "step": 6} for example in EXAMPLES),
]  # fmt: skip


@pytest.fixture
def chapter(visit):
    return visit(CHAPTER)


def writes(figure):
    return figure.locator(".attn-view .attn-reads .attn-symbol").all_text_contents()


# ---- the same models ----


@pytest.mark.parametrize("name", ["attention", "fixed"])
def test_every_character_of_a_thousand_unseen_dates_is_the_one_that_torch_writes(kit, name):
    model, _, outputs = date_model(name)
    batch = tasks.dates(np.random.default_rng(7), 1000, days=unseen_days())
    inputs, lengths = torch.from_numpy(batch.inputs), torch.from_numpy(batch.lengths)
    symbols, looked = model.generate(inputs, lengths=lengths, most=10)
    with torch.no_grad():
        logits, _ = model(inputs, symbols, lengths=lengths)
    codes = [row[:length].tolist() for row, length in zip(batch.inputs, batch.lengths, strict=True)]
    got = kit.evaluate("([all, name]) => all.map((codes) => window.alignment.readDate(codes, name))", [codes, name])
    assert [[step["symbol"] for step in steps] for steps in got] == symbols.tolist()
    assert_allclose([[step["logits"] for step in steps] for steps in got], logits, atol=1e-3)
    for steps, row, length in zip(got, looked, batch.lengths, strict=True):
        assert_allclose([step["weights"] for step in steps], row[:, : length if name == "attention" else 1], atol=1e-3)
    right = (symbols.numpy() == batch.targets).all(axis=1).mean()
    assert right > 0.95 and outputs.size == 12


def test_every_word_of_three_hundred_unseen_strips_is_the_one_that_torch_writes(kit):
    model = strip_model()
    batch = tasks.digit_strips(np.random.default_rng(8), 300, unseen=True)
    inputs, lengths = torch.from_numpy(batch.inputs), torch.from_numpy(batch.lengths)
    symbols, looked = model.generate(inputs, lengths=lengths, most=6, stop=0)
    with torch.no_grad():
        logits, _ = model(inputs, symbols, lengths=lengths)
    ink = [row[:length].tolist() for row, length in zip(batch.inputs.round(6), batch.lengths, strict=True)]
    got = kit.evaluate("(all) => all.map((ink) => window.alignment.readStrip(ink))", ink)
    for steps, row, numbers, where, length in zip(got, symbols, logits, looked, lengths, strict=True):
        n = len(steps)
        assert [step["symbol"] for step in steps] == row[:n].tolist() and not row[n:].any()
        assert_allclose([step["logits"] for step in steps], numbers[:n], atol=1e-3)
        assert_allclose([step["weights"] for step in steps], where[:n, : length // 2], atol=1e-3)


@pytest.mark.parametrize("change", SITUATIONS, ids=str)
def test_javascript_reads_and_says_what_python_does(kit, change):
    widget = Alignment(**change)
    got = kit.evaluate(
        """(state) => { const seen = window.alignment.solve(state);
          return { ...seen, caption: window.alignment.caption(seen), valid: window.alignment.valid(state) }; }""",
        widget.state(),
    )
    assert got["valid"] is True
    assert got["output"] == widget.output and got["caption"] == widget.caption()
    assert got["reading"]["inputs"] == widget.read.inputs and got["reading"]["unknown"] == widget.read.unknown
    if widget.output:
        assert_allclose(got["weights"], widget.weights, atol=1e-9)
    known = widget.agreement()
    assert (got["known"] is None) == (known is None)
    if known:
        assert (got["known"]["step"] is None) == (known[0] is None)
        assert_allclose(got["known"]["step"] or 0, known[0] or 0, atol=1e-9)
        assert_allclose(got["known"]["whole"], known[1], atol=1e-9)


def test_javascript_and_python_list_the_same_examples_limits_and_first_picture(kit):
    assert kit.evaluate("window.alignment.EXAMPLES") == [example._asdict() for example in EXAMPLES]
    assert kit.evaluate("[window.alignment.LONGEST, window.alignment.LEARNT]") == [LONGEST, LEARNT]
    assert kit.evaluate("window.alignment.BASE") == Alignment().state()
    texts = [" 3.\u00a0Ma\u0308rz\u202f2021 ", "\t3", "\ufeff3", "2021年3月3日", "\u2028", "  "]
    assert kit.evaluate("(texts) => texts.map((text) => window.alignment.tidy(text))", texts) == [*map(tidy, texts)]


def test_presets_say_what_their_buttons_promise(kit):
    script = """() => Object.fromEntries(Object.entries(window.alignment.PRESETS).map(([name, patch]) =>
        [name, window.alignment.solve({ ...window.alignment.BASE, ...patch })]))"""
    got = kit.evaluate(script)
    assert list(got) == PRESETS
    assert got["a month as a word"]["known"]["step"][0] > 0.95
    assert got["day before month"]["known"]["step"][0] > 0.8
    assert got["Chinese"]["reading"]["symbols"] == list("1940-04-05")
    assert got["without attention"]["weights"] == [1]
    assert got["a year it never saw"]["output"] == "1776-07-04" and DAYS.min() > np.datetime64("1776-07-04")
    assert got["no date at all"]["reading"]["right"] is None
    assert got["digits by hand"]["output"] == "two zero two one"


# ---- the page ----


def test_widget_is_alive_within_a_second_with_the_numbers_of_its_still_form(visit, chapter):
    still = visit(CHAPTER, java_script_enabled=False).locator("figure[data-widget=alignment]")
    row = still.locator("tbody tr").nth(6).locator("td").all_inner_texts()
    figure = alive(chapter, timeout=1500)
    assert not figure.locator(".attn-fallback").is_visible()
    first = figure.locator(".attn-place").first
    assert first.locator(".attn-weight .attn-number").inner_text() == row[1] == "0.95"
    assert first.inner_text().startswith(row[0]) and caption(figure) == Alignment().caption()
    assert writes(figure) == list("2021-03-03")
    read = """(all) => all.flatMap((e) => ["d", "x", "y", "width", "height"].map((name) => e.getAttribute(name) ?? "")
        .join(" ").match(/[\\d.]+/g).map(Number))"""
    for kind in (".attn-ribbon", ".attn-faint", ".attn-share", ".attn-letter", ".attn-symbol", ".attn-asks"):
        forms = [figure.locator(f"{form} {kind}").evaluate_all(read) for form in (".attn-fallback", ".attn-view")]
        assert len(forms[0]) > 3
        assert_allclose(*forms, atol=0.011)  # the live picture is the still picture


def test_first_control_is_the_step_and_answers_the_arrow_keys(chapter):
    figure = alive(chapter)
    first = figure.locator("input, select, button").first
    assert first.get_attribute("aria-label") == "step of the decoder"
    first.focus()
    for step in (6, 5, 4):
        chapter.keyboard.press("ArrowLeft")
        wanted = Alignment(step=step)
        assert figure.locator(".attn-walk .attn-number").inner_text() == f"{step} of 10"
        assert caption(figure) == wanted.caption()
        assert_allclose(weights(figure), np.sort(wanted.weights)[::-1][:4], atol=0.0051)
        assert figure.locator(".attn-sofar").inner_text() == "2021-03-03"[:step]
        assert first.get_attribute("aria-valuetext") == f"{step} of 10, writes {'2021-03-03'[step - 1]}"


def test_typed_date_is_read_at_each_key_and_what_is_nothing_is_not(chapter):
    figure = alive(chapter)
    field = figure.get_by_label("a date, as you would write it")
    field.fill("4 July 1776")
    assert "".join(writes(figure)) == Alignment(text="4 July 1776").output
    field.press("End")
    field.type(" BC")
    assert field.input_value() == "4 July 1776 BC"
    assert caption(figure) == Alignment(text="4 July 1776 BC").caption()
    assert "what tells it: known of examples only" in figure.locator(".attn-known").inner_text()
    field.fill("   ")
    assert caption(figure) == Alignment(text="4 July 1776 BC").caption()
    field.blur()
    assert field.input_value() == "4 July 1776 BC"
    field.fill("3. Mẅrz 2021")
    said(figure, "It has never seen “ẅ”.")
    assert int(field.get_attribute("maxlength")) == LONGEST


def test_examples_and_models_are_chosen_and_the_share_on_what_tells_it_is_read_out(chapter):
    figure = alive(chapter)
    examples = figure.get_by_label("an example")
    assert examples.locator("option").count() == 14
    examples.select_option("Japanese")
    wanted = Alignment(text="1953年8月2日日曜日")
    assert caption(figure) == wanted.caption()
    (this, even), (mean, _) = wanted.agreement()
    known = figure.locator(".attn-known").inner_text()
    assert f"{even:.2f}" in known and f"whole {mean:.2f}" in known and ">0.99" in known and this > 0.995
    figure.get_by_label("model", exact=True).select_option("fixed")
    said(figure, "there is nothing to look at")
    assert figure.locator(".attn-view .attn-ribbon").count() == 1
    assert figure.locator(".attn-view .attn-known").inner_text() == "nothing to look at"
    figure.get_by_label("model", exact=True).select_option("strip")
    assert writes(figure) == Alignment(text="1953年8月2日日曜日", model="strip").read.symbols
    assert figure.locator(".attn-view .attn-ink path").count() > 8
    examples.select_option("Dutch")
    assert figure.get_by_label("model", exact=True).input_value() == "attention"


def test_symbol_is_pressed_and_its_step_is_lit(chapter):
    figure = alive(chapter)
    figure.locator(".attn-press").nth(2).click()
    assert figure.locator(".attn-walk .attn-number").inner_text() == "3 of 10"


def test_presets_reset_and_their_sentences(chapter):
    figure = alive(chapter)
    for name, words in {
        "a year it never saw": "In the end it has written 1776-07-04, right or wrong",
        "a month as a word": "looks most at “M” (4)",
        "day before month": "In the end it has written 1990-11-30, which is right.",
        "Chinese": "In the end it has written 1940-04-05, which is right.",
        "without attention": "nothing to look at",
        "no date at all": "it writes ten characters whatever it reads",
        "digits by hand": "looks most at digit 2",
    }.items():
        figure.get_by_role("button", name=name, exact=True).click()
        said(figure, words)
    figure.get_by_role("button", name="reset").click()
    said(figure, "looks most at “M” (4)")


def test_change_is_announced_in_words_at_most_twice_a_second(chapter):
    figure = alive(chapter)
    figure.get_by_label("step of the decoder").focus()
    spoken = announced(chapter, figure, 9, "ArrowLeft")
    assert spoken[-1][1].startswith("step 1, so far 2 · To write “2”, the model looks most at “2” (9)")


STATE = {"text": "14 mai 1918", "model": "attention", "step": 2}
NO_SITUATIONS = [
    "#alignment=", "#alignment=%%%", "#alignment=bnVsbA", situation({}), situation([]),
    situation({**STATE, "extra": 1}),
    situation({**STATE, "text": ""}), situation({**STATE, "text": " "}), situation({**STATE, "text": "1" * 49}),
    situation({**STATE, "text": "a\tb"}), situation({**STATE, "text": "\u202e1"}), situation({**STATE, "text": ["1"]}),
    situation({**STATE, "model": "constructor"}), situation({**STATE, "step": 0}), situation({**STATE, "step": 1.5}),
    situation({**STATE, "step": 11}), situation({**STATE, "step": "1"}),
]  # fmt: skip


def test_situation_in_the_address_is_shown_and_what_is_none_is_ignored(visit):
    page = visit(CHAPTER + NO_SITUATIONS[0])
    figure = alive(page)
    for hash in NO_SITUATIONS[1:]:
        go(page, hash)
        assert caption(figure) == Alignment().caption(), hash
    go(page, situation(STATE))
    assert caption(figure) == Alignment(**STATE).caption()
    go(page, situation({**STATE, "text": "</script><img src=x onerror=alert(1)>"}))
    assert "".join(figure.locator(".attn-view .attn-letter").all_text_contents()).startswith("</script><img")


def test_without_javascript_the_page_shows_picture_table_and_sentence(visit):
    for width in (360, 1280):
        figure = visit(CHAPTER, java_script_enabled=False, width=width).locator("figure[data-widget=alignment]")
        assert figure.locator("svg[role=img]").is_visible()
        assert figure.get_by_role("rowheader", name="2", exact=True).first.is_visible()
        assert figure.get_by_text(Alignment().caption()).is_visible()


@pytest.mark.parametrize("width", [360, 768, 1280])
def test_nothing_jumps_when_the_widget_comes_alive(visit, width):
    page = visit(CHAPTER, width=width, height=780)
    figure = alive(page)
    page.wait_for_timeout(400)
    assert shift(page) <= 0.01
    tall = figure.bounding_box()["height"]
    for name in PRESETS:
        figure.get_by_role("button", name=name, exact=True).click()
        page.wait_for_timeout(60)
        assert figure.bounding_box()["height"] == tall, name


def test_what_moves_and_what_answers_are_on_one_small_screen(visit):
    page = visit(CHAPTER, width=360, height=780)
    figure = alive(page)
    for name in PRESETS:
        figure.get_by_role("button", name=name, exact=True).click()
        assert page.evaluate("document.documentElement.scrollWidth") == 360
    figure.get_by_label("a date, as you would write it").fill("quinta-feira, o dia 25 de fevereiro de 2021 W")
    assert page.evaluate("document.documentElement.scrollWidth") == 360
    top = figure.get_by_label("step of the decoder").bounding_box()["y"]
    last = figure.locator(".attn-view .attn-known").bounding_box()
    assert last["y"] + last["height"] - top <= 780 - 60


def test_focus_is_visible_on_every_control(chapter):
    figure = alive(chapter)
    figure.get_by_label("step of the decoder").focus()
    assert focused(chapter, figure) == 4 + len(PRESETS) + 2


def test_leaving_takes_listeners_and_elements_away(chapter, site, modules):
    alive(chapter)
    assert left(chapter, "alignment", site + modules["alignment"]) == [3, 0, 0]


def test_module_weighs_what_its_models_weigh(html, modules):
    module = (html / modules["alignment"]).read_bytes()
    files = b"".join((results.FOLDER / f"{name}.npz").read_bytes() for name in ("dates", "strips"))
    assert len(gzip.compress(module)) < 1.1 * len(gzip.compress(files)) + 12 * 1024  # base64 hides what repeats
