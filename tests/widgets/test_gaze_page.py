"""The gaze on the published page: alive with no kernel, under mouse, finger and keys, the same numbers as in Python."""

import gzip
from functools import partial
from itertools import pairwise

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from widgets import onpage
from widgets.onpage import announced, caption, go, said, weights
from widgets.packed import PACK, unpacked

from attn_core.widgets import Gaze
from attn_core.widgets.glimpse import HEIGHT, THINGS, WIDTH, even, gazing, means, pixels
from attn_core.widgets.modules import STATIC

pytestmark = pytest.mark.browser

CHAPTER = "chapters/01-intuition.html"

alive = partial(onpage.alive, stem="gaze")
situation = partial(onpage.situation, "gaze")

SITUATIONS = [
    {}, {"spread": "even"}, {"budget": 54.0}, {"budget": 60_000.0}, {"spread": "even", "budget": 60_000.0},
    {"gaze": [0.0, 0.0]}, {"gaze": [576.0, 384.0]}, {"gaze": [12.25, 300.5], "budget": 777.7},
    {"gaze": [314.0, 235.0]}, {"gaze": [254.0, 76.0], "budget": 6300.0}, {"spread": "even", "budget": 3456.0},
    {"spread": "even", "budget": 55_296.0}, {"picture": "pagoda"}, {"picture": "pagoda", "gaze": [185.0, 38.0]},
    {"picture": "pagoda", "spread": "even", "budget": 13_824.0},
    {"picture": "pagoda", "gaze": [402.0, 247.0], "budget": 33_000.0},
]  # fmt: skip


@pytest.fixture
def chapter(visit):
    return visit(CHAPTER)


def made_out(figure):
    return [text == "✓ yes" for text in figure.locator(".attn-view .attn-thing .attn-made-out").all_inner_texts()]


def spent(figure):
    return figure.locator(".attn-view .attn-under strong").inner_text()


def look_at(figure):
    return [int(box.input_value()) for box in figure.get_by_label("gaze, ").all()]


# ---- the same mathematics ----


@pytest.mark.parametrize("change", SITUATIONS, ids=str)
def test_javascript_makes_the_blocks_shares_and_sentence_of_python(kit, change):
    widget = Gaze(**change)
    got = kit.evaluate(
        f"""(state) => {{ const s = window.gaze.solve(state);
          return {{ blocks: {PACK}(Int32Array.from(s.blocks.flat())), weights: s.weights, widest: s.widest,
                   seen: s.seen, caption: window.gaze.caption(s), valid: window.gaze.valid(state) }}; }}""",
        widget.state(),
    )
    assert got["valid"] is True
    ours, theirs = (np.asarray(blocks) for blocks in (widget.blocks, unpacked(got["blocks"], "<i4", -1, 4)))
    assert_array_equal(theirs[np.lexsort(theirs.T)], ours[np.lexsort(ours.T)])
    assert_allclose(got["weights"], widget.weights, atol=1e-12)
    assert got["widest"] == widget.widest
    assert [t.name for t, seen in zip(widget.things, got["seen"], strict=True) if seen] == list(widget.seen)
    assert got["caption"] == widget.caption()


def test_javascript_and_python_list_the_same_things_and_begin_alike(kit):
    listed = {
        name: [{"name": t.name, "box": list(t.box), "fine": t.fine, "size": t.size} for t in things]
        for name, things in THINGS.items()
    }
    assert kit.evaluate("window.gaze.THINGS") == listed
    assert kit.evaluate("window.gaze.BASE") == Gaze().state()


@pytest.mark.parametrize("name", THINGS)
def test_javascript_decodes_the_pixels_and_means_of_python(kit, name):
    data = kit.evaluate(f"async (name) => {PACK}(await window.gaze.pixels(name))", name)
    decoded = unpacked(data, np.uint8, HEIGHT, WIDTH, 4)
    exact = name == "street"  # stored without loss
    assert_allclose(decoded[..., :3].astype(int), pixels(name), atol=0 if exact else 4)
    blocks = [*even(1000), *gazing(1500, (254, 146))]
    got = kit.evaluate(
        f"""async ([name, blocks]) => {{ const sums = window.gaze.summed(await window.gaze.pixels(name));
          return {PACK}(Float64Array.from(blocks.flatMap((block) => window.gaze.mean(sums, block)))); }}""",
        [name, blocks],
    )
    assert_allclose(unpacked(got, "<f8", -1, 3), means(decoded[..., :3], blocks), atol=0)


def test_street_of_pixels_is_the_street_of_shapes(kit):
    """Drawn again here, so that nobody mends one and forgets the other."""
    svg = (STATIC / "gaze" / "street.svg").read_text("utf-8").replace("<svg ", '<svg width="576" height="384" ')
    data = kit.evaluate(
        f"""async (svg) => {{
          const image = new Image(), canvas = document.createElement("canvas");
          image.src = "data:image/svg+xml," + encodeURIComponent(svg);
          await image.decode();
          [canvas.width, canvas.height] = [576, 384];
          const context = canvas.getContext("2d");
          context.drawImage(image, 0, 0);
          return {PACK}(context.getImageData(0, 0, 576, 384).data);
        }}""",
        svg,
    )
    drawn = unpacked(data, np.uint8, HEIGHT, WIDTH, 4)[..., :3]
    assert abs(drawn.astype(int) - pixels("street")).mean() < 1


# ---- the page ----


def test_canvas_shows_the_mean_of_every_block(chapter):
    figure = alive(chapter)
    data = figure.locator("canvas").evaluate(
        f"(canvas) => {PACK}(canvas.getContext('2d').getImageData(0, 0, 576, 384).data)"
    )
    shown = unpacked(data, np.uint8, HEIGHT, WIDTH, 4)
    blocks = Gaze().blocks
    for (x, y, w, h), mean in zip(blocks, means(pixels("street"), blocks), strict=True):
        assert (shown[y : y + h, x : x + w, :3] == mean).all()
    assert (shown[..., 3] == 255).all()


def test_first_control_is_the_budget_and_answers_the_arrow_keys(chapter):
    figure = alive(chapter)
    first = figure.locator("input, select, button").first
    assert first.get_attribute("aria-label") == "pixels to spend"
    first.focus()
    counts = [spent(figure)]
    for _ in range(6):
        chapter.keyboard.press("ArrowLeft")
        counts.append(spent(figure))
    assert len(set(counts)) == 7
    assert made_out(figure) == [False] * 4
    said(figure, "are too few for anything on the list")


def test_every_step_of_the_slider_spends_another_number(chapter):
    steps = """async (figure) => {
      const [slider, typed] = figure.querySelectorAll("input"), seen = [];
      for (let step = 0; step <= 100; step++) {
        slider.value = step;
        slider.dispatchEvent(new Event("input"));
        await null; await null;   // one drawing a microtask
        seen.push([Number(slider.value), Number(typed.value)]);
      }
      return [slider.ariaLabel, typed.ariaLabel, seen];
    }"""
    *labels, seen = alive(chapter).locator(".attn-view").evaluate(steps)
    assert labels == ["pixels to spend", "pixels to spend, exactly"]
    places, budgets = zip(*seen, strict=True)
    assert list(places) == list(range(101))
    assert budgets[0] == 54 and budgets[-1] == 60_000
    assert all(a < b for a, b in pairwise(budgets))


def test_handle_moves_with_the_arrow_keys_and_shift_makes_large_steps(chapter):
    figure = alive(chapter)
    figure.get_by_role("slider", name="gaze").focus()
    for key, where in (
        ("ArrowRight", [262, 146]), ("ArrowDown", [262, 154]), ("Shift+ArrowLeft", [230, 154]), ("ArrowUp", [230, 146]),
    ):  # fmt: skip
        chapter.keyboard.press(key)
        assert look_at(figure) == where
        assert_allclose(weights(figure), Gaze(gaze=where).weights[:-1], atol=0.0051)
    for _ in range(20):
        chapter.keyboard.press("Shift+ArrowLeft")
    assert look_at(figure) == [0, 146]  # never outside


def test_gaze_is_dragged_clicked_and_typed(chapter):
    figure = alive(chapter)
    box = figure.locator("canvas").bounding_box()
    scale = box["width"] / WIDTH
    spot = lambda x, y: (box["x"] + x * scale, box["y"] + y * scale)  # noqa: E731
    chapter.mouse.click(*spot(314, 235))
    assert_allclose(look_at(figure), [314, 235], atol=1)
    assert made_out(figure) == [False, False, False, True]
    chapter.mouse.move(*spot(314, 235))
    chapter.mouse.down()
    chapter.mouse.move(*spot(280, 190))
    chapter.mouse.move(*spot(254, 146))
    chapter.mouse.up()
    assert_allclose(look_at(figure), [254, 146], atol=1)
    across = figure.get_by_label("gaze, across, pixels")
    for typed, kept in (("300", 300), ("", 300), ("9999", 576), ("-4", 0)):
        across.fill(typed)
        chapter.keyboard.press("Enter")
        chapter.keyboard.press("Tab")
        assert int(across.input_value()) == kept


def test_choosing_how_they_are_spread_changes_what_can_be_made_out(chapter):
    figure = alive(chapter)
    figure.get_by_label("how they are spread").select_option("even")
    assert spent(figure) == "1,944" and made_out(figure) == [False] * 4
    figure.get_by_role("button", name="the cat", exact=True).click()  # a row's name looks at it, with a gaze
    said(figure, "enough for the cat")
    assert figure.get_by_label("how they are spread").input_value() == "gaze"


def test_another_picture_brings_its_own_list_and_its_maker(chapter):
    figure = alive(chapter)
    figure.get_by_label("picture", exact=True).select_option("pagoda")
    figure.get_by_role("button", name="the knob on the roof").click()
    said(figure, "enough for the knob on the roof")
    assert "danielbuechele, CC BY 2.0" in figure.locator(".attn-view").inner_text()
    assert "pagoda" in figure.locator("canvas").get_attribute("aria-label")


def test_presets_reset_and_their_sentences(chapter):
    figure = alive(chapter)
    for name, words in {
        "the same pixels, evenly": "nothing on the list can be made out",
        "look at the cat": "enough for the cat. Spread evenly, it would take 13,824.",
        "read the number": "the telephone number. Spread evenly, it would take 55,296.",
        "all of it, evenly": "55,296 pixels are enough for everything",
        "a photograph": "enough for the knob on the roof",
        "read the hotel's sign": "enough for the hotel's sign",
    }.items():
        figure.get_by_role("button", name=name, exact=True).click()
        said(figure, words)
    figure.get_by_role("button", name="a photograph").click()
    figure.get_by_role("button", name="reset").click()
    said(figure, "enough for the hotel's sign")
    assert caption(figure) == Gaze().caption()
    assert made_out(figure) == [True, False, False, False]
    assert spent(figure) == "1,998"


def test_change_is_announced_in_words_at_most_twice_a_second(chapter):
    figure = alive(chapter)
    figure.get_by_role("slider", name="gaze").focus()
    spoken = announced(chapter, figure, 15)
    assert 2 <= len(spoken) <= 6
    assert spoken[-1][1].startswith("gaze at 374, 146 · With the gaze here, ")


STATE = {"picture": "pagoda", "spread": "gaze", "gaze": [185.0, 38.0], "budget": 500.0}
NO_SITUATIONS = [
    "#gaze=", "#gaze=%%%", "#gaze=bnVsbA", situation({}), situation([]), situation(None),
    situation({**STATE, "extra": 1}), situation({k: v for k, v in STATE.items() if k != "budget"}),
    situation({**STATE, "picture": "constructor"}), situation({**STATE, "picture": ["street"]}),
    situation({**STATE, "spread": "both"}), situation({**STATE, "gaze": [1]}), situation({**STATE, "gaze": [1, 385]}),
    situation({**STATE, "gaze": [-1, 3]}), situation({**STATE, "gaze": ["1", "3"]}),
    situation({**STATE, "gaze": {"0": 1, "1": 1, "length": 2}}), situation({**STATE, "budget": 53}),
    situation({**STATE, "budget": 1e9}), situation({**STATE, "budget": None}),
]  # fmt: skip


def test_situation_in_the_address_is_shown_and_what_is_none_is_ignored(visit):
    page = visit(CHAPTER + NO_SITUATIONS[0])
    figure = alive(page)
    for hash in NO_SITUATIONS[1:]:
        go(page, hash)
        assert caption(figure) == Gaze().caption(), hash
    go(page, situation(STATE))
    assert caption(figure) == Gaze(**STATE).caption()


def test_what_moves_and_what_answers_are_on_one_small_screen(visit):
    page = visit(CHAPTER, width=360, height=780)
    figure = alive(page)
    assert page.evaluate("document.documentElement.scrollWidth") == 360
    top = figure.get_by_label("pixels to spend", exact=True).bounding_box()["y"]
    last = figure.locator(".attn-view .attn-thing").last.bounding_box()
    assert last["y"] + last["height"] - top <= 780 - 60


def test_picture_answers_a_finger(visit):
    page = visit(CHAPTER, width=360, height=780, has_touch=True, is_mobile=True)
    figure = alive(page)
    figure.locator("canvas").scroll_into_view_if_needed()
    box = figure.locator("canvas").bounding_box()
    scale = box["width"] / WIDTH
    page.touchscreen.tap(box["x"] + 314 * scale, box["y"] + 235 * scale)
    said(figure, "enough for the cat")
    grip = figure.get_by_role("slider", name="gaze").bounding_box()
    assert min(grip["width"], grip["height"]) >= 24


def test_two_widgets_of_one_page_do_not_disturb_each_other(chapter):
    first, second = alive(chapter), alive(chapter, nth=1)
    before = caption(second)
    assert before == Gaze(picture="pagoda", gaze=[185, 38], budget=1000).caption()
    first.get_by_role("button", name="all of it, evenly").click()
    said(first, "enough for everything")
    assert caption(second) == before


def test_page_weighs_no_more_for_its_pictures_than_they_weigh(html, modules):
    module = (html / modules["gaze"]).read_bytes()
    files = sum((STATIC / "gaze" / f"{name}.webp").stat().st_size for name in THINGS)
    assert len(gzip.compress(module)) < 1.04 * files + 10 * 1024
