"""A matplotlib figure as SVG and PNG that a page can hold: its colours, its ids, the same text from every run."""

import io
import re
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from xml.etree import ElementTree

from matplotlib import rc_context
from matplotlib.artist import Artist
from matplotlib.collections import Collection
from matplotlib.colors import to_hex, to_rgba
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.text import Text

from attn_core import palette

# Ticks may be made as late as in the last drawing.
INK_EVERYWHERE = dict.fromkeys(("xtick.color", "ytick.color", "xtick.labelcolor", "ytick.labelcolor"), palette.INK)
DETERMINISTIC = {"svg.fonttype": "none", "svg.hashsalt": "attn_core", "svg.id": None}
NOTHING_ELSE = dict.fromkeys(("Creator", "Date", "Format", "Type"))

ROLE_OF = {colour: role for of in (palette.ROLES, palette.LIGHT, palette.DARK) for role, colour in of.items()}
XLINK = "{http://www.w3.org/1999/xlink}href"


def recolour(figure: Figure) -> None:
    """Give a figure colours that can be read on any ground; what is neither role nor grey stays."""
    with _quiet():
        figure.draw_without_rendering()  # ticks and legends are made in drawing
    for artist in figure.findobj():
        _recolour(artist)
        if isinstance(artist, Text):
            for part in (artist.get_bbox_patch(), getattr(artist, "arrow_patch", None)):
                if part is not None:
                    _recolour(part)


def _recolour(artist: Artist) -> None:
    if isinstance(artist, Text):
        colour = to_rgba(artist.get_color(), artist.get_alpha())
        artist.set_alpha(None)
        artist.set_color(_readable(colour, grey_is_faint=False))
    elif isinstance(artist, Line2D):
        alpha = artist.get_alpha()
        colours = artist.get_color(), artist.get_markerfacecolor(), artist.get_markeredgecolor()
        line, face, edge = (_readable(to_rgba(colour, alpha)) for colour in colours)
        artist.set(alpha=None, color=line, markerfacecolor=face, markeredgecolor=edge)
    elif isinstance(artist, Patch):
        face, edge = artist.get_facecolor(), artist.get_edgecolor()
        artist.set_alpha(None)
        artist.set(facecolor=_readable(face), edgecolor=_readable(edge))
        if artist.get_hatch() and hasattr(artist, "set_hatchcolor"):
            artist.set_hatchcolor(_readable(to_rgba(artist.get_hatchcolor())))
    elif isinstance(artist, Collection) and artist.get_array() is None:
        faces, edges = artist.get_facecolor(), artist.get_edgecolor()
        artist.set_alpha(None)
        artist.set(facecolor=[*map(_readable, faces)], edgecolor=[*map(_readable, edges)])


def _readable(rgba, *, grey_is_faint: bool = True):
    """The colour in place of one: a grey is so much ink on the ground, and white is the ground itself."""
    red, green, blue, alpha = map(float, rgba)
    colour = to_hex((red, green, blue))
    if colour in ROLE_OF:
        return to_rgba(palette.ROLES[ROLE_OF[colour]], alpha)
    if colour in palette.ON_PAGE or max(red, green, blue) - min(red, green, blue) > 0.06:
        return red, green, blue, alpha
    darkness = 1 - (red + green + blue) / 3
    return to_rgba(palette.INK, alpha * darkness if grey_is_faint else alpha)


def svg(figure: Figure, alt: str) -> str:
    """The figure as one ``<svg>`` element that fits into any page.

    Raises
    ------
    ValueError
        If a colour would stay as it is when the page's ground changes, or if there is a picture of pixels.
    """
    root = ElementTree.fromstring(_saved(figure, "svg", metadata=NOTHING_ELSE))
    for parent in list(root.iter()):
        for child in list(parent):
            if child.tag.endswith("}style"):
                parent.remove(child)  # its rule for * would rule the whole page
    for element in root.iter():
        element.tag = element.tag.rpartition("}")[2]
        if XLINK in element.attrib:
            element.attrib["href"] = element.attrib.pop(XLINK)
        for name, value in element.attrib.items():
            element.attrib[name] = _rounded(value)
        if element.attrib.get("transform", "").startswith("rotate(0 "):
            del element.attrib["transform"]
        if "style" in element.attrib:
            element.attrib["style"] = re.sub(r"font-family: [^;]*(; )?", "", element.attrib["style"]).rstrip("; ")
    _refuse_what_does_not_follow_the_page(root)
    _name_parts(root, sha256((alt + ElementTree.tostring(root, "unicode")).encode()).hexdigest()[:8])
    _, _, width, height = root.attrib["viewBox"].split()
    root.attrib = {
        "xmlns": "http://www.w3.org/2000/svg",
        "class": "attn-figure",
        "role": "img",
        "aria-label": alt,
        "viewBox": root.attrib["viewBox"],
        "width": _rounded(f"{float(width) * 4 / 3:.6f}"),  # a point is 4/3 of a pixel
        "height": _rounded(f"{float(height) * 4 / 3:.6f}"),
        "style": "stroke-linejoin: round; stroke-linecap: butt; font-family: 'DejaVu Sans', Verdana, sans-serif",
    }
    return ElementTree.tostring(root, "unicode")


def png(figure: Figure) -> bytes:
    """The figure as pixels, two for one of the page, on no ground."""
    return _saved(figure, "png", dpi=2 * 96, metadata={"Software": None})


def _saved(figure, kind, **options):
    file = io.BytesIO()
    with rc_context(DETERMINISTIC | INK_EVERYWHERE), _quiet():
        figure.savefig(file, format=kind, bbox_inches="tight", pad_inches=0.03, **options)
    return file.getvalue()


@contextmanager
def _quiet() -> Iterator[None]:
    """No word of missing letters: the page writes the text, in a font that may well have them."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", r"Glyph \d+ .*missing from font")
        yield


def _rounded(text: str) -> str:
    """Numbers in an attribute, to two decimals: another processor may compute other last digits.

    >>> _rounded("M 0.333333 -0.001 L 10.0 2.675001 rotate(-0 3 4)")
    'M 0.33 0 L 10 2.68 rotate(0 3 4)'
    """
    text = re.sub(r"-?\d+\.\d+(e[-+]?\d+)?", lambda match: f"{round(float(match[0]), 2) + 0:g}", " ".join(text.split()))
    return re.sub(r"(?<![\w.#-])-0(?![\w.])", "0", text)


def _name_parts(root, prefix: str) -> None:
    """Keep the ids that something refers to, under names that no other figure of the page has."""
    values = [value for element in root.iter() for value in element.attrib.values()]
    used = dict.fromkeys(re.findall(r"url\(#([^)]+)\)|^#(.+)$", "\n".join(values), re.M))
    names = {first or second: f"attn-{prefix}-{number}" for number, (first, second) in enumerate(used, start=1)}
    for element in root.iter():
        if "id" in element.attrib and element.attrib["id"] not in names:
            del element.attrib["id"]
        for name, value in element.attrib.items():
            if name == "id":
                element.attrib[name] = names[value]
            elif "#" in value:
                element.attrib[name] = re.sub(
                    r"(url\(#|^#)([^)]+)", lambda match: match[1] + names.get(match[2], match[2]), value
                )


def _refuse_what_does_not_follow_the_page(root) -> None:
    if root.find(".//image") is not None:
        raise ValueError("a figure is made of shapes, and this one holds a picture of pixels: pcolormesh, not imshow")
    text = " ".join(element.attrib.get("style", "") for element in root.iter())
    foreign = sorted(set(re.findall(r"(?:fill|stroke|stop-color): (#\w+)", text)) - set(palette.ON_PAGE))
    if foreign:
        raise ValueError(
            f"colours that follow no page, by day and by night: {', '.join(foreign)}; draw in ink (black, grey), "
            "in a role's colour (attn_core.palette), with plots.ramp, and tell lines apart by dashes and marks"
        )
