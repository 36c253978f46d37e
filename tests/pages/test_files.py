"""What the built files must be, whoever reads them: whole links, a policy, fonts with every character."""

import re
from functools import cache
from importlib import import_module

import pytest
from fontTools.ttLib import TTFont
from pages.built import HTML, ROOT, Page, names

from book._ext.fonts import TYPED, math_characters, text_characters
from book._ext.policy import policy

page = cache(Page)
every_page = pytest.mark.parametrize("name", names(generated=True))


@every_page
def test_links_and_anchors_lead_somewhere(name):
    broken = []
    for link, file, anchor in page(name).targets():
        if not file.exists():
            broken.append(f"{link}: no file")
        elif anchor and file.suffix == ".html" and anchor not in page(file.relative_to(HTML).as_posix()).ids:
            broken.append(f"{link}: no such anchor")
    assert not broken


@every_page
def test_ids_are_unique(name):
    ids = page(name).ids
    assert len(ids) == len(set(ids)), sorted({i for i in ids if ids.count(i) > 1})


def test_every_page_is_linked_from_another():
    linked = {file for name in names(generated=True) for _, file, _ in page(name).targets() if file != HTML / name}
    assert [name for name in names() if (HTML / name).resolve() not in linked] == []


@every_page
def test_nothing_is_asked_from_another_host(name):
    # what a page links for a reader to click on may lie anywhere: those are <a>, and not fetched
    fetched = [part.split('"')[0] for part in page(name).text.split('src="')[1:]]
    assert [url for url in fetched if url.startswith(("http:", "https:", "//"))] == []


@every_page
def test_policy_allows_the_inline_scripts_and_no_others(name):
    found = page(name)
    stated = [meta["content"] for meta in found.metas if meta.get("http-equiv") == "Content-Security-Policy"]
    bodies = [text for kind, text in found.scripts if kind != "application/json"]
    if name == "index.html":
        assert bodies == []  # it sends on to the front page and does nothing else
    else:
        assert stated == [policy(bodies)]
    assert " onclick=" not in found.text and " onload=" not in found.text


@every_page
def test_page_names_itself(name):
    found = page(name)
    assert '<html lang="en"' in found.text
    assert found.text.count("<title>") == 1
    if name not in ("index.html", "404.html"):
        [description] = [meta["content"] for meta in found.metas if meta.get("name") == "description"]
        assert 20 < len(description) <= 160


def test_math_font_has_every_character_of_every_formula_and_the_root():
    characters = set(TTFont(HTML / "_static/fonts/stix-two-math.woff2").getBestCmap())
    assert 0x221A in characters  # <msqrt> draws it without naming it
    # what is invisible needs no glyph: function application, variation selectors
    invisible = {0x2061, 0x2062, 0x2063, 0x2064, 0xFE00}
    for name in names():
        missing = math_characters(page(name).text) - characters - invisible
        assert not missing, (name, sorted(map(chr, missing)))


def test_text_fonts_have_every_character_of_every_page_that_they_had_before_they_were_cut():
    text = TYPED.union(*(text_characters(page(name).text) for name in names()))
    for whole in (ROOT / "book/_static/fonts").glob("*.woff2"):
        cut = set(TTFont(HTML / "_static/fonts" / whole.name).getBestCmap())
        assert cut >= text & set(TTFont(whole).getBestCmap()), whole.name
        assert (HTML / "_static/fonts" / whole.name).stat().st_size < whole.stat().st_size


def test_icons_are_drawn_in_the_page():
    for name in names():
        text = page(name).text
        assert 'class="fa-' not in text and 'class="fas ' not in text  # the theme's icon font is not there
        assert '<path d=""' not in text


def test_heavy_parts_of_the_theme_are_not_published():
    sizes = {path.relative_to(HTML).as_posix(): path.stat().st_size for path in HTML.glob("_static/**/*")}
    # but for the modules of widgets that carry a trained network or pixels, fetched when the widget comes near
    sizes = {name: size for name, size in sizes.items() if not name.startswith("_static/widgets/")}
    assert max(sizes.values()) < 100_000, max(sizes, key=sizes.get)
    assert all(path.stat().st_size < 250_000 for path in (HTML / "_static/widgets").iterdir())


def test_widgets_are_published_as_joined_once_each():
    widgets = import_module("attn_core.widgets")
    for stem in widgets.STEMS:
        [file] = (HTML / "_static/widgets").glob(f"{stem}.*.js")
        assert file.read_text() == widgets.joined(stem)
        [host] = (HTML / "_static/widgets").glob("host.*.js")
        assert f'"{stem}": "{file.name}"' in host.read_text()
        [sheet] = (HTML / "_static/widgets").glob(f"{stem}.*.css")
        assert sheet.read_text() == widgets.look(stem)
    [look] = (HTML / "_static/widgets").glob("look.*.css")
    assert look.read_text() == widgets.look()


def test_pages_load_the_host_and_the_sheets_of_their_own_widgets_alone():
    for name in set(names()) - {"404.html"}:   # which must work alone
        stems = set(re.findall(r'<figure class="attn-widget" data-widget="(\w+)"', page(name).text))
        assert ("_static/widgets/host." in page(name).text) == bool(stems)
        assert set(re.findall(r'_static/widgets/(\w+)\.\w+\.css\b', page(name).text)) == {"look", *stems}
