"""Fonts cut down to what the book's pages show: STIX Two Math for formulas, one icon font for the theme."""

import re
from hashlib import sha256
from html import unescape
from importlib.util import find_spec
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont

MATH = "fonts/stix-two-math.woff2"
ICONS = "vendor/fontawesome/webfonts/fa-solid-900.woff2"

# <msqrt> draws the root without naming it: it is in no page's text and must be in the font.
ALWAYS = {0x221A, 0x20}


def math_characters(html):
    """Every character that the formulas of a page draw, as a set of code points.

    A lone letter in <mi> is drawn in mathematical italics, so both are needed.

    >>> sorted(map(chr, math_characters("<p>no</p><math><mi>x</mi><mo>&lt;</mo><mn>2</mn></math>")))
    ['2', '<', 'x', '𝑥']
    """
    found = set()
    for formula in re.findall(r"<math.*?</math>", html, re.S):
        text = unescape(re.sub(r"<[^>]+>", "", formula))
        found |= set(map(ord, text))
        for letter in re.findall(r"<mi>([^<]+)</mi>", formula):
            found |= {italic(unescape(letter))} - {None}
    return found - set(map(ord, "\n"))


def italic(letter):
    """The code point of a letter in mathematical italics, as browsers map it."""
    if letter == "h":
        return 0x210E
    if len(letter) != 1:
        return None
    for first, last, start in (("A", "Z", 0x1D434), ("a", "z", 0x1D44E), ("Α", "Ω", 0x1D6E2), ("α", "ω", 0x1D6FC)):
        if first <= letter <= last:
            return start + ord(letter) - ord(first)
    return {"∂": 0x1D715, "ϵ": 0x1D716, "ϑ": 0x1D717, "ϰ": 0x1D718, "ϕ": 0x1D719, "ϱ": 0x1D71A, "ϖ": 0x1D71B}.get(letter)


def icon_characters(html, css):
    """The code points of the icons that a page names, `fa-list` and the like."""
    named = set(re.findall(r"\bfa-[a-z0-9-]+", html))
    found = set()
    for selectors, code in re.findall(r'([^{}]*)\{[^{}]*content:"\\([0-9a-f]+)', css):
        if named & set(re.findall(r"\.(fa-[a-z0-9-]+):", selectors)):
            found.add(int(code, 16))
    return found


def cut(source, target, characters):
    """Write the font with these characters alone; the same characters give the same bytes."""
    options = subset.Options(flavor="woff2", layout_features=["*"], notdef_outline=True, recalc_timestamp=False)
    font = TTFont(source, recalcTimestamp=False)
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=characters)
    subsetter.subset(font)
    font.flavor = "woff2"
    target.parent.mkdir(parents=True, exist_ok=True)
    font.save(target)


def preload(app, pagename, templatename, context, doctree):
    if "<math" in context.get("body", ""):
        context["preload_fonts"].append(context["pathto"](f"_static/{MATH}", 1))


def write_fonts(app, error):
    if error or app.builder.format != "html":
        return
    out = Path(app.outdir)
    pages = [page.read_text() for page in sorted(out.rglob("*.html"))]
    css = "".join(path.read_text() for path in sorted((out / "_static/styles").glob("*.css")))
    theme = Path(find_spec("pydata_sphinx_theme").origin).parent / "theme/pydata_sphinx_theme/static"
    stix = Path(find_spec("ziamath").origin).parent / "fonts/STIXTwoMath-Regular.ttf"
    for source, target, characters in (
        (stix, MATH, ALWAYS.union(*map(math_characters, pages))),
        (theme / ICONS, ICONS, set().union(*(icon_characters(page, css) for page in pages))),
    ):
        # Sphinx may just have copied the whole font there again: only a cut one matches its own note.
        target = out / "_static" / target
        note = Path(app.doctreedir, target.name + ".cut")
        if not (note.exists() and target.exists() and note.read_text() == state(target, characters)):
            cut(source, target, characters)
            note.write_text(state(target, characters))


def state(font, characters):
    return f"{sha256(font.read_bytes()).hexdigest()} {' '.join(f'{c:x}' for c in sorted(characters))}"


def setup(app):
    app.connect("html-page-context", preload, priority=955)   # theme.py has made the list
    app.connect("build-finished", write_fonts)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
