"""The book's fonts, cut down to the characters that it shows: the text fonts, and STIX Two Math for formulas."""

import re
from html import unescape
from importlib.util import find_spec
from io import BytesIO
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont

from attn_core.widgets.modules import STEMS, joined

MATH = "fonts/stix-two-math.woff2"
TYPED = set(range(0x20, 0x7F))  # what a widget may come to show

# What browsers apply by themselves, and the figures of one width that the style sheets ask for. The other features
# would bring glyphs that no page shows: fractions, other styles of a letter.
FEATURES = (
    "ccmp", "locl", "mark", "mkmk", "kern", "liga", "clig", "calt", "rlig", "tnum",   # text
    "ssty", "dtls", "flac",                                                           # formulas
)

# <msqrt> draws the root without naming it: it is in no page's text and must be in the font.
ALWAYS = {0x221A, 0x20}


# first and last letter, and the code point of the first in mathematical italics
ITALICS = (
    ("h", "h", 0x210E), ("A", "Z", 0x1D434), ("a", "z", 0x1D44E), ("Α", "Ω", 0x1D6E2), ("α", "ω", 0x1D6FC),
    ("∂", "∂", 0x1D715), ("ϵ", "ϵ", 0x1D716), ("ϑ", "ϑ", 0x1D717), ("ϕ", "ϕ", 0x1D719), ("ϱ", "ϱ", 0x1D71A),
)


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
    for first, last, start in ITALICS:
        if len(letter) == 1 and first <= letter <= last:
            return start + ord(letter) - ord(first)
    return None


def text_characters(html):
    """Every character of a page outside of its scripts, as a set of code points.

    >>> sorted(map(chr, text_characters("<p title='no'>5 &gt; 3</p><script>no</script>")))
    [' ', '3', '5', '>']
    """
    return set(map(ord, unescape(re.sub(r"<script.*?</script>|<[^>]+>", "", html, flags=re.S))))


def cut(source, characters):
    """The font with these characters alone; the same characters give the same bytes."""
    options = subset.Options(flavor="woff2", layout_features=list(FEATURES), notdef_outline=True)
    font = TTFont(source, recalcTimestamp=False)
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=characters)
    subsetter.subset(font)
    if "MATH" in font:
        narrow_roots(font)
    font.flavor = "woff2"
    data = BytesIO()
    font.save(data)
    return data.getvalue()


def narrow_roots(font):
    """Give the taller roots the width of the small one.

    Chromium reserves the width of the widest for each of them: 0.4 em of nothing after every √D.
    """
    widths, shapes = font["hmtx"].metrics, font["glyf"]
    root = font.getBestCmap()[0x221A]
    variants = font["MATH"].table.MathVariants
    taller = variants.VertGlyphConstruction[variants.VertGlyphCoverage.glyphs.index(root)]
    names = {record.VariantGlyph for record in taller.MathGlyphVariantRecord}
    names |= {record.glyph for record in taller.GlyphAssembly.PartRecords}
    for name in sorted(names - {root}):
        factor = widths[root][0] / widths[name][0]
        shapes[name].coordinates.scale((factor, 1))
        shapes[name].coordinates.toInt()
        shapes[name].recalcBounds(shapes)
        widths[name] = widths[root][0], shapes[name].xMin


def preload(app, pagename, templatename, context, doctree):
    if "<math" in context.get("body", ""):
        context["preload_fonts"].append(context["pathto"](f"_static/{MATH}", 1))


def write_fonts(app, error):
    if error or app.builder.format != "html":
        return
    static = Path(app.outdir, "_static")
    pages = [page.read_text() for page in Path(app.outdir).rglob("*.html")]
    text = TYPED.union(*map(text_characters, pages), *(set(map(ord, joined(stem))) for stem in STEMS))
    formulas = ALWAYS.union(*map(math_characters, pages))
    wanted = dict.fromkeys(sorted(Path(app.confdir, "book/_static/fonts").glob("*.woff2")), text)
    wanted[Path(find_spec("ziamath").origin).parent / "fonts/STIXTwoMath-Regular.ttf"] = formulas
    for source, characters in wanted.items():
        target = static / (MATH if characters is formulas else f"fonts/{source.name}")
        # A note beside the doctrees tells the next build that nothing has to be cut.
        note = Path(app.doctreedir, f"{target.stem}.txt")
        told = f"{app.config.book_code} {' '.join(f'{character:x}' for character in sorted(characters))}"
        copied = target.exists() and target.read_bytes() == source.read_bytes()
        if copied or not (target.exists() and note.exists() and note.read_text() == told):
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(cut(source, characters))
            note.write_text(told)


def setup(app):
    app.connect("html-page-context", preload, priority=955)   # theme.py has made the list
    app.connect("build-finished", write_fonts)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
