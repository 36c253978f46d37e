"""The costs of layers on the published page: alive with no kernel, under mouse, finger and keys, and safe when not."""

from functools import partial

import pytest
from widgets import onpage
from widgets.onpage import announced, caption, go, heard, resized, said
from widgets.test_cost import MEASURED

from attn_core.widgets import Cost
from attn_core.widgets.amounts import big, lasting

pytestmark = pytest.mark.browser

CHAPTER = "chapters/03-advantages.html"
FIGURE = "figure[data-widget=cost]"
LAYERS = ["self-attention", "RNN", "GRU", "LSTM", "convolution", "Transformer block"]
STATE = {name: value for name, value in Cost().state().items() if name != "measured"}

alive = partial(onpage.alive, stem="cost")
situation = partial(onpage.situation, "cost")


def numbers(figure):
    """Every row of the table as it stands on the page."""
    rows = figure.locator(".attn-view .attn-layer:not(.attn-titles)").all()
    return [row.get_by_role("cell").all_inner_texts() for row in rows]


def wanted(cost):
    parts = ("parameters", "multiply_adds", "steps", "activations")
    rows = cost.rows().items()
    return [[*(big(row[part]) for part in parts), cost.verdict(name, row, None)] for name, row in rows]


@pytest.fixture
def chapter(visit):
    return visit(CHAPTER)


def test_first_control_is_the_length_and_answers_the_arrow_keys(chapter):
    figure = alive(chapter)
    first = figure.locator("input, select, button").first
    assert first.get_attribute("aria-label") == "length n"
    first.focus()
    for _ in range(8):
        chapter.keyboard.press("ArrowRight")
    assert first.get_attribute("aria-valuetext") == "1,024 symbols"
    assert numbers(figure) == wanted(Cost(length=1024))
    said(figure, "need the same multiply-adds, 2.15 G")
    chapter.keyboard.press("ArrowRight")
    said(figure, "it is cheaper only below n")
    assert numbers(figure) == wanted(Cost(length=1280))


SIZES = [
    ("width d", "ArrowLeft", {"model_dim": 384}),
    ("width d", "Home", {"model_dim": 16}),
    ("width d", "End", {"model_dim": 4096}),
    ("length n", "Home", {"length": 16}),
    ("length n", "End", {"length": 65536}),
    ("kernel k", "ArrowRight", {"kernel_size": 4}),
    ("kernel k", "End", {"kernel_size": 15}),
    ("layers", "End", {"num_layers": 96}),
    ("heads", "ArrowLeft", {"num_heads": 4}),
]


def test_every_size_changes_the_numbers_that_it_should(chapter):
    figure = alive(chapter)
    for label, press, changes in SIZES:
        go(chapter, situation(STATE))
        assert numbers(figure) == wanted(Cost())
        figure.get_by_label(label, exact=True).focus()
        chapter.keyboard.press(press)
        assert numbers(figure) == wanted(Cost(**changes)) != wanted(Cost()), (label, press)
        chapter.evaluate("history.replaceState(null, '', location.pathname)")


def test_every_layer_can_be_compared_by_its_name(chapter):
    figure = alive(chapter)
    for rival in LAYERS[1:]:
        button = figure.get_by_role("button", name=rival, exact=True)
        button.focus()
        chapter.keyboard.press("Enter")
        assert caption(figure) == Cost(rival=rival).caption()
        pressed = figure.locator(".attn-layer button[aria-pressed=true]").all_inner_texts()
        assert pressed == [rival]
        rings = figure.locator(".attn-view .attn-ring + .attn-met").all_text_contents()
        assert rings == {"GRU": ["512"], "LSTM": ["1,024"]}.get(rival, [])


def test_presets_reset_and_their_sentences(chapter):
    figure = alive(chapter)
    for name, words in {
        "n = 2d: as dear as an LSTM": "need the same multiply-adds",
        "a long text": "needs 4.50 times the multiply-adds of the LSTM",
        "short text, wide model": "needs 0.51 of the multiply-adds of the LSTM",
        "a kernel of 9": "needs 0.56 of the multiply-adds of the convolution",
    }.items():
        figure.get_by_role("button", name=name, exact=True).click()
        said(figure, words)
    figure.get_by_label("layers").fill("5")
    figure.get_by_role("button", name="reset").click()
    said(figure, "needs 0.63 of the multiply-adds of the LSTM")
    assert numbers(figure) == wanted(Cost())


def test_picture_can_be_taken_by_hand_and_by_finger(visit):
    page = visit(CHAPTER, width=360, height=780, has_touch=True, is_mobile=True)
    figure = alive(page)
    box = figure.locator(".attn-view .attn-graph svg").bounding_box()
    middle = box["x"] + (118 + (340 - 118 - 40) / 2) / 340 * box["width"], box["y"] + box["height"] / 2
    page.touchscreen.tap(*middle)
    assert figure.get_by_label("length n").get_attribute("aria-valuetext") == "1,024 symbols"  # six octaves of twelve
    page.mouse.move(*middle)
    page.mouse.down()
    page.mouse.move(box["x"] + 2 * box["width"], middle[1])
    page.mouse.up()
    assert figure.get_by_label("length n").get_attribute("aria-valuetext") == "65,536 symbols"
    page.mouse.move(*middle)
    assert figure.get_by_label("length n").get_attribute("aria-valuetext") == "65,536 symbols"


def test_measured_times_take_the_place_of_multiply_adds_and_say_where_they_are_from(visit):
    page = visit(CHAPTER + situation({**STATE, "measured": MEASURED, "rival": "RNN"}))
    figure = alive(page)
    choice = figure.get_by_label("what the curves show")
    choice.select_option("measured time")
    cost = Cost(measured=MEASURED, view="time", rival="RNN")
    said(figure, "Measured on one machine")
    assert caption(figure) == cost.caption()
    seconds = cost.timed().seconds
    assert [row[1] for row in numbers(figure)] == [lasting(seconds.get(name)) for name in LAYERS]
    assert [row[4] for row in numbers(figure)] == ["", "alike", "not measured", "yes", "no", "not measured"]
    assert figure.locator(".attn-titles").inner_text().replace("\n", " ").endswith("attention faster?")
    assert "at d = 256" in figure.locator(".attn-above").inner_text()
    figure.get_by_role("button", name="a long text").click()
    assert choice.input_value() == "time"  # a situation leaves the view
    choice.select_option("multiply-adds")
    assert [row[:4] for row in numbers(figure)] == [row[:4] for row in wanted(Cost(length=8192))]


def test_without_times_there_is_no_choice(visit):
    figure = alive(visit(CHAPTER + situation({**STATE, "measured": {}})))
    assert not figure.get_by_label("what the curves show").is_visible()


def test_change_is_announced_in_words_at_most_twice_a_second(chapter):
    figure = alive(chapter)
    figure.get_by_label("length n").focus()
    spoken = announced(chapter, figure, 12)
    assert 2 <= len(spoken) <= 5
    assert spoken[-1][1].startswith(
        "length n 2,048 · self-attention · 1.05 M parameters · 6.44 G multiply-adds · 1 step"
    )
    assert "LSTM · 2.10 M parameters · 4.29 G multiply-adds · 2,048 steps · 6.29 M numbers held" in spoken[-1][1]
    assert spoken[-1][1].endswith("attention cheaper: no, beyond 1,024")
    figure.get_by_role("button", name="RNN", exact=True).click()
    chapter.wait_for_timeout(700)
    assert "RNN · 0.52 M parameters" in heard(chapter)[-1][1]


def test_formulas_unfold_with_the_way_between_the_ends(chapter):
    figure = alive(chapter)
    figure.get_by_text("the formulas, and what is counted").click()
    text = figure.locator(".attn-steps").inner_text()
    for part in (
        "LSTM: parameters 8d² · multiply-adds 8nd² · steps n · numbers held 6nd",
        "self-attention: parameters 4d² · multiply-adds 4nd² + 2n²d · steps 1 · numbers held 5nd + n² a head",
        "convolution: parameters kd² · multiply-adds knd² · steps 1 · numbers held nd",
        "self-attention 1 layer, RNN 256 steps, GRU 256 steps, LSTM 256 steps, convolution 128 layers",
    ):
        assert part in text
    figure.get_by_label("kernel k").fill("0")
    assert "convolution never" in figure.locator(".attn-steps").inner_text()


def test_situation_in_the_address_is_shown_and_needs_not_bring_the_times(visit):
    state = {**STATE, "length": 700, "model_dim": 72, "rival": "GRU", "num_layers": 5}
    figure = alive(visit(CHAPTER + situation(state)))
    assert numbers(figure) == wanted(Cost(**state))
    assert caption(figure) == Cost(**state).caption()


def test_address_that_is_no_situation_is_ignored(visit):
    page = visit(CHAPTER + "#cost=AAAA")
    figure = alive(page)
    for state in (
        {}, [], None, {**STATE, "more": 1}, {**STATE, "length": 256.5}, {**STATE, "length": 1e9},
        {**STATE, "model_dim": 100}, {**STATE, "rival": "constructor"}, {**STATE, "view": ["time"]},
        {**STATE, "num_heads": "8"}, {**STATE, "measured": {"n": [16], "d": [16], "layers": {"__proto__": [[1]]}}},
    ):  # fmt: skip
        go(page, situation(state))
        assert numbers(figure) == wanted(Cost()), state
    go(page, situation({**STATE, "length": 300}))
    assert numbers(figure) == wanted(Cost(length=300))  # one that is a situation is shown


@pytest.mark.parametrize("width", [360, 1280])
def test_without_javascript_the_page_shows_picture_table_and_sentence(visit, width):
    page = visit(CHAPTER, java_script_enabled=False, width=width)
    figure = page.locator(FIGURE)
    assert figure.locator("svg[role=img]").is_visible()
    row = figure.get_by_role("row", name="LSTM")
    assert row.get_by_role("cell", name="yes, below 1,024").is_visible()
    right = [cell.bounding_box()["x"] + cell.bounding_box()["width"] for cell in row.get_by_role("cell").all()]
    assert max(right) <= figure.bounding_box()["x"] + figure.bounding_box()["width"] + 1
    assert figure.get_by_text(Cost().caption()).is_visible()


@pytest.mark.parametrize("width", [320, 360, 640, 768, 1280])
def test_nothing_jumps_whatever_is_compared(opened, width):
    figure = resized(opened, "cost", width)
    tall = figure.bounding_box()["height"]
    for name in ("RNN", "Transformer block"):
        figure.get_by_role("button", name=name, exact=True).click()
        assert figure.bounding_box()["height"] == tall, name
    figure.get_by_label("layers").focus()
    opened.keyboard.press("End")
    assert figure.bounding_box()["height"] == tall
    assert opened.evaluate("document.documentElement.scrollWidth") == width


def test_what_moves_and_what_answers_are_on_one_small_screen(visit):
    page = visit(CHAPTER, width=360, height=780)
    figure = alive(page)
    top = figure.get_by_label("length n").bounding_box()["y"]
    last = figure.locator(".attn-view .attn-layer").last.bounding_box()
    assert last["y"] + last["height"] - top <= 780 - 60
