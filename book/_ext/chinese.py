"""Chinese words say that they are Chinese: readers hear them in their language and see the right characters.

Without it a browser picks the forms of Han characters by the system's language, and a voice reads them as English.
"""

import re
from html import escape

from docutils import nodes
from sphinx.transforms.post_transforms import SphinxPostTransform

HAN = r"[\u3400-\u9fff\uf900-\ufaff]"
CHINESE = re.compile(rf"({HAN}+(?:[–·、，]{HAN}+)*)")


def marked(text):
    """Text as nodes, the Chinese parts in their language.

    >>> [str(node) for node in marked("or 编码器–解码器.")]
    ['or ', '<raw format="html" xml:space="preserve"><span lang="zh-Hans">编码器–解码器</span></raw>', '.']
    """
    for number, part in enumerate(CHINESE.split(text)):
        if number % 2:
            yield nodes.raw("", f'<span lang="zh-Hans">{escape(part)}</span>', format="html")
        elif part:
            yield nodes.Text(part)


class SayChinese(SphinxPostTransform):
    default_priority = 900  # after references have got their texts
    formats = ("html",)

    def run(self, **kwargs):
        for text in list(self.document.findall(nodes.Text)):
            kept_as_it_is = isinstance(text.parent, nodes.FixedTextElement | nodes.raw | nodes.math)
            if CHINESE.search(text) and not kept_as_it_is:
                text.parent.replace(text, list(marked(text)))


def setup(app):
    app.add_post_transform(SayChinese)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
