"""Every page of the book in a browser: quiet and light, sound for axe-core by day and by night, fit for a phone.

Each page is opened once. The tests of one page follow each other on it, and each sets what it looks at.
"""

from pathlib import Path

import axe_playwright_python
import pytest
from conftest import Visits
from pages.built import names
from pages.inked import FOREIGN, SIZES
from pages.scrolling import scrolled
from pages.weighing import Weighed

pytestmark = pytest.mark.browser

AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text()
KIB, MOST_KIB = 1024, 200
PAPER, NIGHT = "rgb(255, 255, 255)", "rgb(18, 18, 18)"
IS_GROUND = "(ground) => getComputedStyle(document.documentElement).backgroundColor === ground"
GROUNDS = """() => [...document.querySelectorAll(
  '.bd-article :is(figure, .cell, .output, .cell_input, pre, table, .equation, .admonition, details),' +
  '.bd-sidebar-primary, .bd-header-article'
)].map((e) => [e.className || e.tagName, getComputedStyle(e).backgroundColor])
  .filter(([, colour]) => colour !== 'rgba(0, 0, 0, 0)')"""
# an icon is hidden from those who do not see it
UNNAMED = """() => [...document.querySelectorAll('.bd-article :is(svg, img)')]
  .filter((e) => !e.closest('[aria-hidden="true"]') && !(e.getAttribute('aria-label') || e.alt || '').trim())
  .map((e) => e.outerHTML.slice(0, 100))"""
OUTSIDE = """() => [...document.querySelectorAll('.bd-article *')]
  .filter((e) => e.getBoundingClientRect().right > 361
    && !e.closest('pre, .formula, math, svg, .attn-presets, .pst-scrollable-table-container'))
  .map((e) => e.outerHTML.slice(0, 100))"""


@pytest.fixture(scope="module", params=[*names(), "search.html", "404.html"])
def opened(request, browser, site):
    """A page, opened from nothing and weighed: what came before scrolling, and what came until its end."""
    visits = Visits(browser, site)
    weighed = Weighed(visits.open, request.param)
    weighed.first = weighed.parts()
    scrolled(weighed.page)
    weighed.whole = weighed.parts()
    weighed.name = request.param
    yield weighed
    visits.close()


def seen(page, mode="light", width=1280, height=900):
    page.emulate_media(color_scheme=mode)
    page.set_viewport_size({"width": width, "height": height})
    page.wait_for_function(IS_GROUND, arg=PAPER if mode == "light" else NIGHT)
    return page


def faults(page, **options):
    """What axe-core finds."""
    page.evaluate(AXE)
    found = page.evaluate("(options) => axe.run(document, options)", {"resultTypes": ["violations"], **options})
    return [f"{v['id']}: {node['html'][:120]}" for v in found["violations"] for node in v["nodes"]]


def test_page_is_light_before_scrolling(opened, record_property):
    first, whole = sum(opened.first.values()) / KIB, sum(opened.whole.values()) / KIB
    record_property("weight", [opened.name, len(opened.first), first, whole])
    assert first <= MOST_KIB
    assert first > 0  # or nothing was measured


def test_axe_finds_nothing_and_every_picture_has_a_name(opened):
    page = seen(opened.page)
    assert not faults(page)
    assert page.evaluate(UNNAMED) == []


def test_dark_ground_is_one_ground_and_axe_finds_enough_contrast_on_it(opened):
    page = seen(opened.page, mode="dark")
    assert [(kind, colour) for kind, colour in page.evaluate(GROUNDS) if colour != NIGHT] == []
    assert not faults(page, runOnly=["color-contrast"])  # the one rule that knows colours


@pytest.mark.parametrize("mode", ["dark", "light"])
def test_figures_follow_the_theme(opened, mode):
    assert seen(opened.page, mode=mode).evaluate(FOREIGN) == []


def test_page_fits_a_phone_and_its_figures_can_be_read_there(opened):
    page = seen(opened.page, width=360, height=780)
    scrolled(page)
    assert page.evaluate("document.documentElement.scrollWidth") == 360
    # and nothing that cannot be scrolled to sticks out of the column
    assert not page.evaluate(OUTSIDE)
    sizes = page.evaluate(SIZES)
    assert min(sizes, default=8) >= 8, "draw it at most 4.8 inches wide, with text of 10 points"
