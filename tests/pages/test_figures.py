"""Figures in the pages: inline, in the page's colours by day and by night, with a name, no wider than a phone."""

import html
import io
import json
import os
import re
import subprocess
import sys
from base64 import b64encode

import nbformat
import pytest
from matplotlib.figure import Figure
from pages.built import HTML, ROOT, names
from pages.inked import FOREIGN, SIZES
from PIL import Image

from attn_core import _svg, palette, plots
from attn_core.plots._canvas import WIDEST
from book._ext.figures import in_page

browser_test = pytest.mark.browser
every_page = pytest.mark.parametrize("name", names())

ALT = 'Every role & "every" mark.'


def drawn(figure, alt=ALT):
    _svg.recolour(figure)
    return _svg.svg(figure, alt)


def named(text):
    return set(re.findall(r'\bid="([^"]+)"', text))


def referred(text):
    return set(re.findall(r'(?:url\(|href=")#([^")]+)', text))


@pytest.fixture(scope="module")
def arrows():
    panel = plots.arrows([1, 0.5], [[1, 1], [0, 1]], value=[[2, 0], [0, 2]], weights=[0.7, 0.3])
    return drawn(panel.figure)


@pytest.fixture(scope="module")
def grid():
    return drawn(plots.weights_grid([[0.7, 0.3, 0.0]] * 3, keys=["who", "what", "when"]).figure, "A grid.")


# ---- the text of a figure ----


def test_colours_give_way_to_those_of_the_page(arrows, grid):
    for svg in (arrows, grid):
        assert re.search("#[0-9a-f]{6}", svg)
        assert not re.search("#[0-9a-f]{6}", in_page(svg))
        assert "currentColor" in in_page(svg)
    assert {f"var(--attn-{role})" for role in palette.ROLES} <= set(re.findall(r"var\([^)]*\)", in_page(arrows)))
    assert "var(--attn-ground)" in in_page(grid)


def test_words_that_look_like_a_colour_stay_as_they_are():
    svg = drawn(plots.weight_bars([1.0], keys=["#767676"]).figure, 'The colour #767676; style="fill: #767676".')
    found = in_page(svg)
    assert found.count("#767676") == 3
    assert 'aria-label="The colour #767676; style=&quot;fill: #767676&quot;."' in found


def test_font_is_left_to_the_page(arrows):
    assert "font-family" in arrows and "font-family" not in in_page(arrows)


def test_second_of_two_equal_figures_gets_ids_of_its_own():
    figure = Figure(figsize=(2, 2))
    figure.add_subplot().plot([1, 2], color="black")
    svg = drawn(figure)
    ids, used = zip(*((named(text), referred(text)) for text in (in_page(svg), in_page(svg, 2))), strict=True)
    assert ids == used and len(ids[0]) == len(ids[1]) >= 2
    assert not ids[0] & ids[1]


# ---- in a book ----

CONF = """
extensions = ["myst_nb", "book._ext.figures"]
nb_execution_mode = "off"
html_theme = "basic"
"""


def built(folder, notebook):
    """The page of a book with this notebook alone."""
    (folder / "conf.py").write_text(CONF)
    (folder / "index.ipynb").write_text(nbformat.writes(notebook))
    command = [sys.executable, "-m", "sphinx", "-W", "-q", "-b", "html", str(folder), str(folder / "html")]
    done = subprocess.run(command, env={**os.environ, "PYTHONPATH": str(ROOT)}, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return (folder / "html/index.html").read_text()


def test_build_puts_figures_inline_and_leaves_other_pictures_alone(tmp_path, arrows, grid):
    other = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><path style="fill: #767676"/></svg>'
    outputs = [
        nbformat.v4.new_output(
            "display_data", {"image/svg+xml": svg, "image/png": "iVBORw0KGgo=", "text/plain": "Figure"}
        )
        for svg in (arrows, grid, arrows, other)
    ]
    cells = [nbformat.v4.new_markdown_cell("# Title"), nbformat.v4.new_code_cell("show()", outputs=outputs)]
    notebook = nbformat.v4.new_notebook(
        cells=cells, metadata={"language_info": {"name": "python", "pygments_lexer": "ipython3"}}
    )
    page = built(tmp_path, notebook)
    for svg in (in_page(arrows), in_page(grid), in_page(arrows, 2)):
        assert svg in page
    assert page.count("<img ") == 1 and page.count("<svg ") == 3
    ids = re.findall(r'\bid="([^"]+)"', page)
    assert len(ids) == len(set(ids))
    published = [path.suffix for path in (tmp_path / "html/_images").iterdir()]
    assert published == [".svg"]  # the other picture alone


def test_photograph_is_a_file_of_its_own_that_comes_late_with_its_size_and_its_words(tmp_path):
    jpeg = io.BytesIO()
    Image.new("RGB", (6, 4)).save(jpeg, "JPEG", comment='Night, "from" <above>.')
    output = nbformat.v4.new_output("display_data", {"image/jpeg": b64encode(jpeg.getvalue()).decode()})
    notebook = nbformat.v4.new_notebook(
        cells=[nbformat.v4.new_markdown_cell("# Title"), nbformat.v4.new_code_cell("show()", outputs=[output])],
        metadata={"language_info": {"name": "python", "pygments_lexer": "ipython3"}},
    )
    page = built(tmp_path, notebook)
    [image] = re.findall("<img [^>]*>", page)
    [file] = (tmp_path / "html/_images").iterdir()
    assert f' src="_images/{file.name}" width="6" height="4" loading="lazy" ' in image
    assert html.unescape(re.search(' alt="([^"]*)"', image)[1]) == 'Night, "from" <above>.'
    assert file.read_bytes() == jpeg.getvalue()


@every_page
def test_every_figure_of_a_chapter_stands_inline_on_its_page(name):
    source = ROOT / name.replace(".html", ".ipynb")
    cells = json.loads(source.read_text())["cells"] if source.exists() else []
    data = [output.get("data", {}) for cell in cells for output in cell.get("outputs", [])]
    figures = ["".join(form["image/svg+xml"]) for form in data if "image/svg+xml" in form]
    page = (HTML / name).read_text()
    assert page.count('<svg xmlns="http://www.w3.org/2000/svg" class="attn-figure"') == len(figures)
    for svg in figures:
        alt = re.search(' role="img" (aria-label="[^"]+")', svg)[1]
        assert alt in page


# ---- in a browser ----

# the colours that are drawn on the screen
COLOURS = """() => [...document.querySelectorAll("svg.attn-figure :is(path, text)")].map((e) => getComputedStyle(e))
  .flatMap((s) => [s.fill, s.stroke])"""


def put(page, *svgs):
    page.evaluate(
        """(svgs) => document.querySelector("h1").insertAdjacentHTML("afterend",
          svgs.map((svg) => `<div class="cell_output"><div class="output image_svg">${svg}</div></div>`).join(""))""",
        list(svgs),
    )


@browser_test
@pytest.mark.parametrize("mode", ["light", "dark"])
def test_ink_and_roles_follow_the_theme(visit, arrows, grid, mode):
    page = visit("book/references.html", mode=mode)
    put(page, in_page(arrows), in_page(grid))
    assert page.evaluate(FOREIGN) == []
    found = set(page.evaluate(COLOURS))
    ink = page.evaluate("getComputedStyle(document.documentElement).color")
    roles = {"light": palette.LIGHT, "dark": palette.DARK}[mode]
    for colour in roles.values():
        assert f"rgb({', '.join(str(int(colour[i : i + 2], 16)) for i in (1, 3, 5))})" in found
    assert ink == {"light": "rgb(28, 33, 39)", "dark": "rgb(223, 226, 230)"}[mode]
    assert ink in found
    ground = page.evaluate("getComputedStyle(document.documentElement).backgroundColor")
    assert ground in found  # under the numbers of the grid


@browser_test
def test_figure_whose_ink_does_not_follow_the_theme_is_caught(visit):
    page = visit("book/references.html", mode="dark")
    stale = '<svg class="attn-figure" viewBox="0 0 9 9" width="9" height="9"><path d="M0 0" style="{}"/></svg>'
    for style, caught in [
        ("stroke: #000000; fill: none", 1),
        ("stroke: #767676; fill: currentColor", 1),
        ("fill: red", 1),
        ("", 1),
        ("stroke: currentColor; fill: none", 0),
        ("fill: var(--attn-key)", 0),
    ]:
        put(page, stale.format(style))
        assert len(page.evaluate(FOREIGN)) == caught, style
        page.evaluate("document.querySelector('.image_svg').remove()")


@browser_test
def test_figure_changes_with_the_theme_at_once(visit, grid):
    page = visit("book/references.html", mode="dark")
    put(page, in_page(grid))
    by_night = page.evaluate(COLOURS)
    page.get_by_role("button", name="Light, dark or as the system").click()
    by_day = page.evaluate(COLOURS)
    moved = [night for night, day in zip(by_night, by_day, strict=True) if night != day and night != "none"]
    assert len(moved) >= 12 and page.evaluate(FOREIGN) == []


@browser_test
def test_figure_is_a_picture_with_a_name(visit, arrows):
    page = visit("book/references.html")
    put(page, in_page(arrows))
    assert page.get_by_role("img", name=ALT, exact=True).is_visible()


@browser_test
def test_widest_figure_fits_a_phone_with_text_that_can_be_read(visit, arrows, grid):
    page = visit("book/references.html", width=360, height=780)
    widest = plots.weights_grid([[0.1] * 10] * 3)
    assert widest.figure.get_figwidth() == pytest.approx(WIDEST)
    put(page, in_page(arrows), in_page(grid), in_page(drawn(widest.figure)))
    assert page.evaluate("document.documentElement.scrollWidth") == 360
    boxes = [figure.bounding_box() for figure in page.locator("svg.attn-figure").all()]
    assert all(box["x"] >= 0 and box["x"] + box["width"] <= 341 for box in boxes)
    assert max(box["width"] for box in boxes) > 300
    assert len(sizes := page.evaluate(SIZES)) > 30 and min(sizes) >= 8


@browser_test
def test_figure_keeps_its_proportions_and_its_size_where_there_is_room(visit, arrows):
    width, height = map(float, re.search(r' width="([\d.]+)" height="([\d.]+)"', arrows).groups())
    for screen in (1280, 360):
        page = visit("book/references.html", width=screen)
        put(page, in_page(arrows))
        box = page.locator("svg.attn-figure").bounding_box()
        assert box["width"] == pytest.approx(min(width, 320), abs=1) or (
            screen == 1280 and box["width"] == pytest.approx(width, abs=1)
        )
        assert box["width"] / box["height"] == pytest.approx(width / height, rel=0.01)


@browser_test
def test_source_and_verdict_lie_on_the_pages_ground(visit):
    html = (
        '<figure class="attn-source" style="margin-inline: 0"><figcaption><code>a/b.py</code></figcaption>'
        '<pre style="overflow-x: auto"><span style="color: var(--code-word, #ff0000)">def</span> f</pre></figure>'
        '<p class="attn-verdict"><strong>C3</strong>: holds</p>'
    )
    page = visit("book/references.html", mode="dark")
    put(page, html)
    ink = page.evaluate("getComputedStyle(document.documentElement).color")
    for selector in (".attn-source pre", ".attn-verdict"):
        assert page.evaluate(f"getComputedStyle(document.querySelector('{selector}')).color") == ink
        assert (
            page.evaluate(f"getComputedStyle(document.querySelector('{selector}')).backgroundColor")
            == "rgba(0, 0, 0, 0)"
        )
    assert page.evaluate("getComputedStyle(document.querySelector('.attn-source span')).color") == "rgb(207, 166, 227)"
