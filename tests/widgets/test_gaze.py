"""The gaze in Python: how a budget is spent, what can be made out, what is refused, and what a page gets."""

import json
import re

import numpy as np
import pytest
import traitlets
from numpy.testing import assert_allclose, assert_array_equal

from attn_core.widgets import Gaze, glimpse
from attn_core.widgets.glimpse import HEIGHT, THINGS, WIDTH, enough, even, gazing, means, pixels, widest
from attn_core.widgets.modules import STATIC

EVERY_THING = [thing for things in THINGS.values() for thing in things]
every_thing = pytest.mark.parametrize("thing", EVERY_THING, ids=lambda thing: thing.name)


def cover(blocks):
    """How often each pixel of the picture lies in a block."""
    count = np.zeros((HEIGHT, WIDTH), int)
    for x, y, width, height in blocks:
        count[y : y + height, x : x + width] += 1
    return count


# ---- blocks ----


def test_smallest_even_budget_makes_54_blocks_of_64():
    assert even(54) == gazing(54, (0, 0)) == [(x, y, 64, 64) for y in range(0, 384, 64) for x in range(0, 576, 64)]


def test_three_more_pixels_quarter_the_block_at_the_gaze():
    blocks = gazing(57, (70, 10))
    assert (64, 0, 32, 32) in blocks and (96, 32, 32, 32) in blocks and (64, 0, 64, 64) not in blocks
    assert sorted(side for _, _, side, _ in blocks) == [32] * 4 + [64] * 53


@pytest.mark.parametrize("budget", [54, 55, 1000, 1997, 20_000, 60_000])
@pytest.mark.parametrize("gaze", [(0, 0), (254, 146), (576, 384), (12.5, 300.25)])
def test_blocks_cover_every_pixel_once_within_the_budget(budget, gaze):
    for blocks in (even(budget), gazing(budget, gaze)):
        assert (cover(blocks) == 1).all()
        assert len(blocks) <= budget
    assert len(gazing(budget, gaze)) > budget - 3


def test_even_blocks_are_alike_to_a_pixel():
    for budget in (1000, 2000, 4321, 60_000):
        sides = {side for block in even(budget) for side in block[2:]}
        assert max(sides) - min(sides) <= 1


def test_blocks_grow_with_the_distance_from_the_gaze():
    blocks = np.array(gazing(2000, (288, 192)))
    x, y, side, _ = blocks.T
    distance = np.hypot(x + side / 2 - 288, y + side / 2 - 192)
    near, far = side[distance < 30], side[distance > 200]
    assert near.max() <= 4 and far.min() >= 8


def test_more_pixels_only_quarter_further():
    few, many = gazing(2000, (100, 100)), gazing(2600, (100, 100))
    coarse = np.zeros((HEIGHT, WIDTH), int)
    for i, (x, y, side, _) in enumerate(few):
        coarse[y : y + side, x : x + side] = i
    for x, y, side, _ in many:
        assert len(np.unique(coarse[y : y + side, x : x + side])) == 1


def test_whole_picture_is_one_block_a_pixel():
    assert len(gazing(WIDTH * HEIGHT, (5, 5))) == WIDTH * HEIGHT


def test_means_by_hand_and_against_numpy():
    picture = np.zeros((HEIGHT, WIDTH, 3), np.uint8)
    picture[:2, :2, 0] = [[1, 2], [3, 4]]  # mean 2.5, rounded up
    assert means(picture, [(0, 0, 2, 2), (0, 0, 1, 1)]).tolist() == [[3, 0, 0], [1, 0, 0]]
    street, blocks = pixels("street"), gazing(500, (254, 146))
    wanted = [street[y : y + h, x : x + w].reshape(-1, 3).mean(axis=0) for x, y, w, h in blocks]
    assert_allclose(means(street, blocks), wanted, atol=0.5)


@pytest.mark.parametrize("name", THINGS)
def test_pictures_have_their_size_and_are_light_to_carry(name):
    assert pixels(name).shape == (HEIGHT, WIDTH, 3) and pixels(name).dtype == np.uint8
    assert (STATIC / "gaze" / f"{name}.webp").stat().st_size < 30 * 1024
    with pytest.raises(ValueError, match="read-only"):
        pixels(name)[0, 0] = 0


# ---- things ----


@every_thing
def test_thing_lies_in_the_picture_and_differs_from_what_is_around_it(thing):
    left, top, right, bottom = thing.box
    assert 0 <= left < right <= WIDTH and 0 <= top < bottom <= HEIGHT
    picture = next(name for name, things in THINGS.items() if thing in things)
    assert pixels(picture)[top:bottom, left:right].reshape(-1, 3).std(axis=0).max() > 5


@every_thing
def test_enough_at_a_gaze_is_enough_and_less_is_not_and_evenly_it_takes_more(thing):
    n = enough(thing, thing.middle)
    assert n < enough(thing)
    assert widest(gazing(n, thing.middle), thing) <= thing.fine < widest(gazing(n - 1, thing.middle), thing)


@every_thing
def test_enough_evenly_is_enough_wherever_it_lies_and_less_is_not(thing):
    n = enough(thing)
    whole = glimpse.Thing("all", (0, 0, WIDTH, HEIGHT), thing.fine, "")
    assert widest(even(n), whole) <= thing.fine < widest(even(n - 1), whole)


def test_widest_block_counts_what_touches_and_not_what_is_beside():
    thing = glimpse.Thing("a dot", (64, 64, 66, 66), 1, "2 px wide")
    assert widest([(0, 0, 64, 64), (64, 64, 2, 2)], thing) == 2
    assert widest([(0, 0, 65, 65), (64, 64, 2, 2)], thing) == 65


# ---- the widget ----


def test_first_picture_reads_the_hotel_with_less_than_a_hundredth_of_the_picture():
    gaze = Gaze()
    assert gaze.seen == ("the hotel's sign",)
    assert gaze.spent == 1998 and gaze.spent < WIDTH * HEIGHT / 100
    assert Gaze(spread="even").seen == ()
    assert gaze.caption().endswith("Spread evenly, it would take 3,456.")


def test_weights_are_shares_that_follow_the_gaze():
    gaze = Gaze()
    assert gaze.weights.sum() == pytest.approx(1) and gaze.weights.argmax() in (0, 4)
    before = gaze.weights
    gaze.gaze = [314, 235]
    assert gaze.weights[0] < before[0] and gaze.weights[3] > before[3]
    assert gaze.seen == ("the cat",)
    gaze.spread = "even"
    areas = [(right - left) * (low - top) / (WIDTH * HEIGHT) for left, top, right, low in (t.box for t in gaze.things)]
    assert_allclose(gaze.weights[:-1], areas, atol=0.01)
    gaze.set_state({"picture": "pagoda", "spread": "gaze", "gaze": [185, 38]})
    assert gaze.seen == ("the knob on the roof",)


def test_reading_follows_the_budget():
    gaze = Gaze(spread="even", budget=3455)
    assert gaze.seen == ()
    gaze.budget = 3456
    assert gaze.seen == ("the hotel's sign",) and gaze.spent == 3456


CAPTIONS = [
    ({"spread": "even"}, "Spread evenly, 1,944 pixels make blocks 11 px wide, and nothing on the list"),
    ({"gaze": [0, 383]}, "With the gaze here, 1,998 pixels are too few for anything on the list."),
    ({"spread": "even", "budget": 3456}, "3,456 pixels are enough for the hotel's sign, but not for the rest"),
    ({"spread": "even", "budget": 55_296}, "Spread evenly, 55,296 pixels are enough for everything on the list."),
    ({"gaze": [254, 76], "budget": 6300}, "enough for the hotel's sign and the telephone number. Spread evenly"),
]


@pytest.mark.parametrize(("state", "words"), CAPTIONS, ids=[words[:40] for _, words in CAPTIONS])
def test_sentence_says_what_the_situation_shows(state, words):
    assert words in Gaze(**state).caption()


BAD = [
    ("picture", "china", "'picture' trait .* expected any of"),
    ("spread", "uniform", "'spread' trait .* expected any of"),
    ("gaze", [1.0], r"gaze needs shape \(2\), got \(1,\)"),
    ("gaze", [577.0, 0.0], r"gaze needs a place in the picture, 0 to 576 and 0 to 384, got \[577.0, 0.0\]"),
    ("gaze", [0.0, -1.0], "gaze needs a place in the picture"),
    ("gaze", [float("nan"), 0.0], "gaze needs finite numbers"),
    ("budget", 53.0, "budget needs 54 to 60,000 pixels, got 53.0"),
    ("budget", float("nan"), "budget needs 54 to 60,000 pixels, got nan"),
    ("budget", float("inf"), "budget needs 54 to 60,000 pixels, got inf"),
]


@pytest.mark.parametrize(("name", "value", "text"), BAD, ids=[f"{name} {value}" for name, value, _ in BAD])
def test_bad_trait_is_refused_and_the_widget_stays_as_it_was(name, value, text):
    gaze = Gaze(budget=1000)
    state, weights = gaze.state(), gaze.weights
    with pytest.raises(traitlets.TraitError, match=text):
        setattr(gaze, name, value)
    assert gaze.state() == state
    assert_array_equal(gaze.weights, weights)


def test_html_form_holds_state_picture_table_and_sentence():
    gaze = Gaze()
    html = gaze.html()
    assert html.startswith('<figure class="attn-widget" data-widget="gaze">')
    assert json.loads(re.search(r'<script type="application/json">(.*?)</script>', html)[1]) == gaze.state()
    assert re.findall(r"<td>([^<]*)</td>", html)[:4] == ["0.42", "8 px", "8 px", "yes"]
    assert gaze.caption().replace("'", "&#x27;") in html
    assert "1,998 pixels processed, 0.90 % of the picture; gaze at 254, 146." in html


def test_still_picture_is_the_blocks_and_their_colours():
    gaze = Gaze(budget=300)
    svg = gaze.drawing()
    painted = np.zeros((HEIGHT, WIDTH, 3), int)
    for colour, path in re.findall(r'<path fill="#(\w{3})" d="([^"]*)"', svg):
        for x, y, w, h in re.findall(r"M(\d+) (\d+)h(\d+)v(\d+)h-\d+z", path):
            x, y, w, h = map(int, (x, y, w, h))
            painted[y : y + h, x : x + w] = [17 * int(part, 16) for part in colour]
    wanted = np.zeros_like(painted)
    for (x, y, w, h), mean in zip(gaze.blocks, means(pixels("street"), gaze.blocks), strict=True):
        wanted[y : y + h, x : x + w] = mean
    assert abs(painted - wanted).max() <= 8
    assert len(Gaze().html()) < 30_000


def test_photograph_names_its_maker_and_licence():
    assert "danielbuechele, CC BY 2.0, made smaller" in Gaze(picture="pagoda").html()


def test_plain_form_names_the_traits_and_no_address():
    text = repr(Gaze())
    assert text.startswith("Gaze(picture='street', spread='gaze', gaze=[254.0, 146.0], budget=2000.0, spent=1998")
    assert "0x" not in text
