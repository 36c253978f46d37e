"""axe-core on every page, light and dark, the theme included. A file of its own: each worker takes whole files."""

from pathlib import Path

import axe_playwright_python
import pytest
from pages.built import names
from pages.scrolling import scrolled

pytestmark = pytest.mark.browser

AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text()


@pytest.mark.parametrize("name", [*names(), "search.html", "404.html"])
@pytest.mark.parametrize("mode", ["light", "dark"])
def test_axe_finds_nothing(visit, name, mode):
    page = visit(name, mode=mode, bypass_csp=True)
    assert page.evaluate("document.documentElement.dataset.theme ?? 'the system'") in (mode, "the system")
    scrolled(page)
    page.evaluate(AXE)
    found = page.evaluate("axe.run(document, { resultTypes: ['violations'] })")
    told = [f"{v['id']}: {node['html'][:120]}" for v in found["violations"] for node in v["nodes"]]
    assert not told, "\n".join(told)
