r"""Formulas become MathML when the book is built: no JavaScript, no fetching, nothing that jumps.

A colour in a formula is a role. Markdown pages name it, ``\textcolor{query}{Q}``; notebooks use the
colour that stands for it everywhere else too, ``\textcolor{orange}{Q}``. Both become a class, so that
formulas, prose and widgets take the same colour from one style sheet, in light and in dark.
"""

import re

from docutils.nodes import SkipNode
from math_core import LatexError, LatexToMathML
from sphinx.util import logging
from sphinx.util.math import get_node_equation_number

log = logging.getLogger(__name__)

ROLES = {"query": "orange", "key": "blue", "value": "teal", "output": "violet"}

_convert = LatexToMathML(fancy_error=False).convert_with_local_state
_COLOUR = re.compile(r' style="color:(#[0-9A-F]{6});"')
_CLASS = {
    _COLOUR.search(_convert(rf"\textcolor{{{colour}}}{{x}}", displaystyle=False))[1]: f"role-{role}"
    for role, colour in ROLES.items()
}


def to_mathml(tex, *, display=False):
    r"""The formula as MathML, its colours as classes.

    >>> to_mathml(r"\textcolor{query}{Q}")
    '<math><mrow class="role-query"><mi>Q</mi></mrow></math>'
    >>> to_mathml(r"\textcolor{red}{Q}")
    Traceback (most recent call last):
    ValueError: a colour in a formula is one of query, key, value, output (or orange, blue, teal, violet)
    """
    named = re.sub(r"\\textcolor\s*\{(\w+)\}", lambda m: rf"\textcolor{{{ROLES.get(m[1], m[1])}}}", tex)
    try:
        mathml = _convert(named, displaystyle=display)
    except LatexError as error:
        raise ValueError(str(error)) from None

    def role(match):
        if match[1] not in _CLASS:
            raise ValueError(
                f"a colour in a formula is one of {', '.join(ROLES)} (or {', '.join(ROLES.values())})"
            )
        return f' class="{_CLASS[match[1]]}"'

    return _COLOUR.sub(role, mathml)


def _mathml(node, *, display=False):
    tex = node.astext()
    try:
        return to_mathml(tex, display=display)
    except ValueError as error:
        log.warning("formula does not convert: %s in %r", error, tex, location=node)
        return ""


def visit_math(self, node):
    self.body.append(_mathml(node))
    raise SkipNode


def visit_displaymath(self, node):
    # The formula scrolls in a box of its own; the number stays beside it, whatever the width.
    self.body.append(self.starttag(node, "div", CLASS="math equation"))
    self.body.append(f'<div class="formula">{_mathml(node, display=True)}</div>')
    if node["number"]:
        self.body.append(f'<span class="eqno">({get_node_equation_number(self, node)})')
        self.add_permalink_ref(node, "Link to this equation")
        self.body.append("</span>")
    self.body.append("</div>\n")
    raise SkipNode




def setup(app):
    app.add_html_math_renderer(
        "mathml",
        inline_renderers=(visit_math, None),
        block_renderers=(visit_displaymath, None),
    )
    return {"parallel_read_safe": True, "parallel_write_safe": True}
