"""The widget *layers* on the page: a trained Transformer with no kernel, the same as torch's, head by head."""

from functools import partial

import numpy as np
import pytest
import torch
from numpy.testing import assert_allclose
from widgets import onpage
from widgets.onpage import announced, caption, go, page_with, said, weights
from widgets.packed import PACK, unpacked
from widgets.test_alignment import unseen_days
from widgets.test_layers import ALL, head_of, transformer, without

from attn_core import tasks
from attn_core.widgets import Layers, mosaic, telling
from attn_core.widgets.examples import EXAMPLES
from attn_core.widgets.opened import KINDS, measured
from attn_core.widgets.reading import LEARNT, LONGEST

pytestmark = pytest.mark.browser

PRESETS = [
    "finds the month",
    "copies the day",
    "most missed",
    "most missed, off",
    "least missed, off",
    "cross-attention off",
]
CROSS = tuple(("cross", layer, head) for layer in (0, 1) for head in range(4))
MISSED = head_of(-measured().without)
MISSED_AT = MISSED[0], MISSED[1] - 1, MISSED[2] - 1

alive = partial(onpage.alive, stem="layers")
situation = partial(onpage.situation, "layers")

HEADS = [{"kind": kind, "layer": layer, "head": head} for kind in KINDS for layer in (1, 2) for head in (1, 2, 3, 4)]
SITUATIONS = [
    *({**each, "step": step} for each, step in zip(HEADS, [7, 10, 6, 1] * 6, strict=True)),
    *({"text": example.text, "step": 6, "head": 3} for example in EXAMPLES),
    *({"text": "3. Mẅrz 2021 ẅ€", "on": without(CROSS[2], MISSED_AT), **each} for each in HEADS[::5]),
    *({"on": without(*CROSS), **each} for each in HEADS[::7]), {"text": "hello", "on": ~ALL}, {"text": "1" * LONGEST},
    {"text": "ÀÈÌÒÙ", "step": 1}, {"text": "x", "kind": "encoder"},
    {"text": "quinta-feira, o dia 25 de fevereiro de 2021", "kind": "encoder"},
]  # fmt: skip


@pytest.fixture
def chapter(visit):
    return visit(page_with("layers"))


def writes(figure, line=0):
    return "".join(figure.locator(".attn-line").nth(line).locator("span:not(:first-child)").all_text_contents())


def chosen(figure):
    return figure.locator(".attn-tile[aria-checked=true]")


# ---- the same model ----


@pytest.mark.parametrize(
    ("off", "n"), [((), 1000), ((("encoder", 0, 2), MISSED_AT, CROSS[1], CROSS[6]), 1000), (CROSS, 100)], ids=str
)
def test_every_character_of_a_thousand_unseen_dates_is_the_one_that_torch_writes(kit, off, n):
    model, *_ = transformer()
    batch = tasks.dates(np.random.default_rng(7), n, days=unseen_days())
    inputs, lengths = torch.from_numpy(batch.inputs), torch.from_numpy(batch.lengths)
    symbols, looked = model.double().generate(inputs, lengths=lengths, most=10, off=off)
    with torch.no_grad():
        logits, _ = model(inputs, symbols, lengths=lengths, off=off)
    codes = [row[:length].tolist() for row, length in zip(batch.inputs, batch.lengths, strict=True)]
    script = f"""([all, on]) => {{
      const {{ readText, writeDate }} = window.layers, numbers = [];
      const symbols = all.map((codes) => {{
        const read = readText(codes, on), steps = writeDate(read, on);
        for (const {{ logits, cross }} of steps) numbers.push(...logits, ...cross.flat(2).flatMap((row) => [...row]));
        for (const row of read.weights.flat(2)) numbers.push(...row);
        return steps.map(({{ symbol }}) => symbol);
      }});
      return [symbols, ({PACK})(Float32Array.from(numbers))];
    }}"""
    written, packed = kit.evaluate(script, [codes, without(*off).tolist()])
    assert written == symbols.tolist()
    wanted = []
    for i, length in enumerate(batch.lengths):
        for t in range(10):
            wanted += [logits[i, t], looked.cross[i, :, :, t, :length].flatten()]
        wanted.append(looked.encoder[i, :, :, :length, :length].flatten())
    assert_allclose(unpacked(packed, np.float32, -1), torch.cat(wanted), atol=1e-5)
    right = (symbols.numpy() == batch.targets).all(axis=1).mean()
    assert right > 0.95 if not off else right < 0.9


def test_javascript_reads_and_says_what_python_does_in_every_situation(kit):
    widgets = [Layers(**change) for change in SITUATIONS]
    script = """(states) => states.map((state) => {
      const { layers } = window, seen = layers.solve(state), full = seen.kind === "decoder" ? 10 : 0;
      const padded = (row) => [...row, ...Array(Math.max(full - row.length, 0)).fill(0)];
      return { ...seen, all: null, weights: seen.weights.map(padded),
        given: [...seen.given], caption: layers.caption(seen), missed: layers.missed(seen), found: layers.found(seen),
        labels: layers.labels(seen), shades: layers.shades(seen.weights), valid: layers.valid(state) };
    })"""
    for widget, got in zip(widgets, kit.evaluate(script, [each.state() for each in widgets]), strict=True):
        assert got["valid"] is True
        assert [got["output"], got["other"], got["whole"]] == [widget.output, widget.other, widget.whole]
        assert got["row"] == widget.row and got["isOn"] is widget.is_on
        assert_allclose(got["weights"], widget.weights, atol=1e-9)
        assert got["caption"] == widget.caption()
        assert [got["missed"], got["found"]] == [telling.missed(widget), telling.found(widget)]
        assert tuple(got["labels"]) == mosaic.labels(widget)
        assert {level: d for level, d in enumerate(got["shades"]) if d} == mosaic.shades(widget.weights)


def test_javascript_and_python_share_first_picture_names_and_limits(kit):
    assert kit.evaluate("window.layers.BASE") == Layers().state()
    assert kit.evaluate("[window.layers.LONGEST, window.layers.LEARNT]") == [LONGEST, LEARNT]
    assert kit.evaluate("window.layers.name('cross', 2, 1)") == telling.name("cross", 2, 1)


def test_presets_say_what_their_buttons_promise(kit):
    script = """() => Object.fromEntries(Object.entries(window.layers.PRESETS).map(([name, patch]) =>
        [name, { ...window.layers.solve({ ...window.layers.BASE, ...patch }), all: null, weights: null }]))"""
    got = kit.evaluate(script)
    assert list(got) == PRESETS

    def place(name):
        return got[name]["kind"], got[name]["layer"], got[name]["head"]

    mass, missed = measured().mass, got["most missed, off"]
    assert measured().mass[place("finds the month")[1] - 1, place("finds the month")[2] - 1, 1] == mass[..., 1].max()
    assert measured().mass[place("copies the day")[1] - 1, place("copies the day")[2] - 1, 2] == mass[..., 2].max()
    day = got["copies the day"]
    assert day["output"] == day["right"] == "1918-05-14" and day["characters"][np.argmax(day["given"])] == "4"
    assert place("most missed") == place("most missed, off") == MISSED
    assert missed["output"] != missed["right"] == missed["other"] == missed["whole"]
    assert place("least missed, off") == head_of(measured().without)
    least = got["least missed, off"]
    assert measured().without.max() > measured().whole - 0.01 and least["output"] == least["whole"]
    assert got["cross-attention off"]["output"] != got["cross-attention off"]["right"]


# ---- the page ----


def test_small_grid_is_chosen_by_arrow_keys_and_shown_enlarged_with_its_numbers(chapter):
    figure = alive(chapter)
    chosen(figure).focus()
    for key, kind, layer, head in (
        ("ArrowRight", "cross", 2, 2), ("ArrowUp", "cross", 1, 2), ("ArrowUp", "decoder", 2, 2),
        ("ArrowLeft", "decoder", 2, 1), ("ArrowLeft", "decoder", 2, 4), ("ArrowDown", "cross", 1, 4),
    ):  # fmt: skip
        chapter.keyboard.press(key)
        wanted = Layers(kind=kind, layer=layer, head=head)
        assert chosen(figure).count() == 1 and chosen(figure).evaluate("(e) => e === document.activeElement")
        assert chosen(figure).get_attribute("aria-label").startswith(telling.name(kind, layer, head))
        assert figure.locator(".attn-view .attn-title").inner_text() == telling.name(kind, layer, head)
        assert caption(figure) == wanted.caption()
        assert_allclose(weights(figure), np.sort(wanted.given)[::-1][:3], atol=0.0051)
    assert figure.locator(".attn-tile").evaluate_all("(all) => all.filter((e) => e.tabIndex === 0).length") == 1


def test_enlarged_grid_and_small_ones_are_those_of_the_still_form(visit, chapter):
    still = visit(page_with("layers"), java_script_enabled=False).locator("figure[data-widget=layers]")
    figure = alive(chapter)
    read = "(all) => all.map((e) => e.getAttribute('d')).filter(Boolean)"
    for form, live in ((".attn-small path", ".attn-tile path"), (".attn-large path", ".attn-view .attn-large path")):
        drawn = still.locator(form).evaluate_all(read)
        assert len(drawn) >= 5 and figure.locator(live).evaluate_all(read) == drawn


def test_head_is_switched_off_and_on_and_what_changes_is_marked(chapter):
    figure = alive(chapter)
    figure.get_by_role("button", name="most missed", exact=True).click()
    assert writes(figure) == "2021-03-03" and figure.get_by_role("button", name="all on").is_disabled()
    before, button = writes(figure, 1), figure.get_by_role("button", name="head off", exact=True)
    wanted = Layers(kind=MISSED[0], layer=MISSED[1], head=MISSED[2], on=without(MISSED_AT))
    differs = [t for t in range(10) if wanted.output[t] != "2021-03-03"[t]]
    marked = "(all) => all.flatMap((e, t) => (e.classList.contains('attn-differs') ? [t] : []))"
    cells = figure.locator(".attn-line").nth(1).locator("span:not(:first-child)")
    assert differs and cells.evaluate_all(marked) == differs
    button.focus()
    chapter.keyboard.press("Enter")
    assert button.get_attribute("aria-pressed") == "true" and writes(figure) == before == wanted.output
    assert caption(figure) == wanted.caption() and ", off;" in chosen(figure).get_attribute("aria-label")
    assert cells.evaluate_all(marked) == differs and writes(figure, 1) == writes(figure, 2) == "2021-03-03"
    figure.get_by_role("button", name="all on").click()
    assert writes(figure) == "2021-03-03" and button.get_attribute("aria-pressed") == "false"


def test_typed_date_and_examples_are_read_at_each_key(chapter):
    figure = alive(chapter)
    field = figure.get_by_label("a date, as you would write it")
    field.fill("4 July 2076")
    assert writes(figure) == Layers(text="4 July 2076").output
    field.press("End")
    field.type("?")
    assert caption(figure) == Layers(text="4 July 2076?").caption()
    field.fill("  ")
    assert caption(figure) == Layers(text="4 July 2076?").caption()
    field.blur()
    assert field.input_value() == "4 July 2076?"
    figure.get_by_label("an example").select_option("Japanese")
    assert (
        field.input_value() == "1953年8月2日日曜日" and caption(figure) == Layers(text="1953年8月2日日曜日").caption()
    )


def test_step_is_chosen_by_slider_by_a_row_and_by_what_is_written(chapter):
    figure = alive(chapter)
    count = figure.locator(".attn-walked .attn-number")
    figure.locator("input").first.focus()
    spoken = announced(chapter, figure, 3, "ArrowLeft")
    assert count.inner_text() == "4 of 10" and spoken[-1][1].startswith(
        "step 4 of 10 · cross-attention, layer 2, head "
    )
    figure.locator(".attn-line").first.locator("span").nth(9).click()
    assert count.inner_text() == "9 of 10" and caption(figure) == Layers(step=9).caption()
    box = figure.locator(".attn-press").bounding_box()
    chapter.mouse.click(box["x"] + 40, box["y"] + 0.15 * box["height"])
    assert count.inner_text() == "2 of 10"


STATE = {"text": "14 mai 1918", "step": 2, "kind": "encoder", "layer": 1, "head": 3, "on": ALL.tolist()}
NO_SITUATIONS = [
    "#layers=", "#layers=%%%", situation({}), situation([]), situation({**STATE, "extra": 1}),
    situation({**STATE, "text": ""}), situation({**STATE, "text": "1" * 49}), situation({**STATE, "step": 0}),
    situation({**STATE, "kind": "constructor"}), situation({**STATE, "layer": 3}), situation({**STATE, "head": 1.5}),
    situation({**STATE, "on": [True] * 24}), situation({**STATE, "on": ALL.astype(int).tolist()}),
]  # fmt: skip


def test_situation_in_the_address_is_shown_and_what_is_none_is_ignored(visit):
    page = visit(page_with("layers") + NO_SITUATIONS[0])
    figure = alive(page)
    for hash in NO_SITUATIONS[1:]:
        go(page, hash)
        assert caption(figure) == Layers().caption(), hash
    go(page, situation(STATE))
    said(figure, Layers(**STATE).caption())
    go(page, situation({**STATE, "text": "</script><img src=x onerror=alert(1)>"}))
    assert figure.locator(".attn-view .attn-answers").all_text_contents()[:9] == list("</script>")


TALL = [
    {**STATE, "text": "W" * 10 + "ẅ€Ωﬃ quinta-feira, 25 de fevereiro", "step": 1},
    {**STATE, "text": "ẅ€Ωﬃ" * 12, "kind": "cross", "on": without(CROSS[1]).tolist()},
    {**STATE, "text": "x", "kind": "decoder", "on": (~ALL).tolist()},
]


@pytest.mark.parametrize("width", [320, 360, 768, 1280])
def test_it_is_as_tall_in_every_situation_and_nothing_sticks_out(visit, width):
    page = visit(page_with("layers"), width=width, height=780)
    figure = alive(page)
    tall = figure.bounding_box()["height"]
    for state in TALL:
        go(page, situation(state))
        assert figure.bounding_box()["height"] == tall, state
        assert page.evaluate("document.documentElement.scrollWidth") == width
    if width == 360:
        top = figure.get_by_label("step of the decoder").bounding_box()["y"]
        last = figure.locator(".attn-written").bounding_box()
        assert last["y"] + last["height"] - top <= 780 - 60


def test_module_is_small(html, modules):
    assert (html / modules["layers"]).stat().st_size <= 200 * 1024
