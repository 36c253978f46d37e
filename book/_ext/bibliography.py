"""Sources are cited by author and year, and listed as a list that screen readers know."""

from dataclasses import dataclass, field

from docutils import nodes
from sphinxcontrib.bibtex.plugin import register_plugin
from sphinxcontrib.bibtex.style.referencing import BracketStyle
from sphinxcontrib.bibtex.style.referencing.author_year import AuthorYearReferenceStyle


def parentheses():
    return BracketStyle(left="(", right=")")


@dataclass
class AuthorYearInParentheses(AuthorYearReferenceStyle):
    """(Bahdanau et al., 2015), and Bahdanau et al. (2015) with the role `cite:t`."""

    bracket_parenthetical: BracketStyle = field(default_factory=parentheses)
    bracket_textual: BracketStyle = field(default_factory=parentheses)
    bracket_author: BracketStyle = field(default_factory=parentheses)
    bracket_label: BracketStyle = field(default_factory=parentheses)
    bracket_year: BracketStyle = field(default_factory=parentheses)


def visit_citation(self, node):
    # docutils' roles for a bibliography are deprecated, and not allowed in the list it puts around them
    if not isinstance(node.previous_sibling(), nodes.citation):
        self.body.append('<div role="list" class="citation-list">\n')
    self.body.append(self.starttag(node, "div", classes=["citation"], role="listitem"))


def depart_citation(self, node):
    self.body.append("</div>\n")
    if not isinstance(node.next_node(descend=False, siblings=True), nodes.citation):
        self.body.append("</div>\n")


def setup(app):
    group = "sphinxcontrib.bibtex.style.referencing"
    register_plugin(group, "author_year_parentheses", AuthorYearInParentheses)
    app.add_node(nodes.citation, override=True, html=(visit_citation, depart_citation))
    return {"parallel_read_safe": True, "parallel_write_safe": True}
