"""The widgets' modules as the book serves them."""

import json
import re

import pytest

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
