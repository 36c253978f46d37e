"""The widgets as the book serves them: their modules, and for `test_name_page.py` the page of the widget *name*."""

import json
import re

import pytest
from conftest import Visits
from widgets.onpage import page_with, resized

from attn_core import widgets


@pytest.fixture(scope="session")
def modules(html):
    """Stem -> the path of its module in the built book, read from the host that the pages load."""
    (host,) = (html / "_static/widgets").glob("host.*.js")
    names = json.loads(re.search(r"const MODULES = (\{.*?\})", host.read_text("utf-8"))[1])
    assert set(names) == set(widgets.STEMS)
    return {stem: f"_static/widgets/{name}" for stem, name in names.items()}


@pytest.fixture(scope="module")
def kit(browser, site, modules):
    """A page whose `window.<stem>` is the served module of that widget: its mathematics can be called."""
    page = browser.new_page()
    page.goto(site + "search.html")
    for stem, path in modules.items():
        page.evaluate("async ([stem, path]) => { window[stem] = await import(path) }", [stem, site + path])
    yield page
    page.close()


@pytest.fixture(scope="module")
def stem(request):
    """The widget that a file of page tests is named after."""
    return request.path.stem.removeprefix("test_").removesuffix("_page")


@pytest.fixture(scope="module")
def opened(browser, site, stem):
    """A page with the widget, opened once for all tests of a file; each begins with *reset*."""
    visits = Visits(browser, site)
    yield visits.open(page_with(stem), reduced_motion="reduce")
    visits.close()


@pytest.fixture
def figure(opened, stem):
    """The widget as it is at first."""
    return resized(opened, stem, 1280)


@pytest.fixture
def start(figure):
    """The state that the page has given the widget."""
    return json.loads(figure.locator("script").text_content())
