"""Figures stand in the page itself and take its colours: ink, ground and the roles', by day and by night.

`attn_core.page.show` writes them into notebooks as SVG in colours that any ground can carry. Photographs, of
`attn_core.page.show_photograph`, stay files of their own. They come when a reader comes near, their size is known
before, and they say in words what they show.
"""

import posixpath
import re
from html import escape
from pathlib import Path
from urllib.parse import quote

from docutils import nodes
from PIL import Image
from sphinx.transforms.post_transforms import SphinxPostTransform

from attn_core.palette import ON_PAGE

FONT = re.compile(r"(<svg [^>]*?); font-family: [^\"]*")


def in_page(svg, number=1):
    """A figure with the page's colours and font; the second of two that are the same gets ids of its own.

    >>> in_page('<svg style="a: b; font-family: X"><text style="fill: #767676">x</text></svg>')
    '<svg style="a: b"><text style="fill: currentColor">x</text></svg>'
    """
    if number > 1:
        svg = re.sub(r'(id="|url\(#|href="#)(attn-\w+)', rf"\1\2-{number}", svg)
    # a colour in a text or a name stays
    return re.sub(
        r'style="[^"]*"',
        lambda style: re.sub(r"#\w{6}\b", lambda colour: ON_PAGE.get(colour[0], colour[0]), style[0]),
        FONT.sub(r"\1", svg, count=1),
    )


class photograph(nodes.image):
    """A photograph, with its size, (width, height), and what it shows."""


def visit_photograph(writer, node):
    address = quote(posixpath.join(writer.builder.imgpath, writer.builder.images[node["uri"]]))
    width, height = node["size"]
    size = f'width="{width}" height="{height}" loading="lazy"'
    writer.body.append(f'<img class="attn-photograph" src="{address}" {size} alt="{escape(node["alt"])}">\n')
    raise nodes.SkipNode


class FiguresInPage(SphinxPostTransform):
    default_priority = 10   # after MyST-NB has chosen one form of each output
    formats = ("html",)

    def run(self, **kwargs):
        seen = []
        for image in list(self.document.findall(nodes.image)):
            file = Path(self.app.srcdir, image["uri"].lstrip("/"))
            if file.suffix in (".jpg", ".jpeg"):
                with Image.open(file) as picture:
                    alt = picture.info.get("comment", b"").decode() or image.get("alt", "")
                    told = {"alt": alt, "size": picture.size}
                image.replace_self(photograph("", **image.attributes | told))
            elif file.suffix == ".svg":
                svg = file.read_text("utf-8")
                if ' class="attn-figure" ' in svg:
                    seen.append(svg)
                    image.replace_self(nodes.raw("", in_page(svg, seen.count(svg)), format="html"))


def setup(app):
    app.add_node(photograph, html=(visit_photograph, None))
    app.add_post_transform(FiguresInPage)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
