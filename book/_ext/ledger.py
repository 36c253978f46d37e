"""The ledger: every claim, and the verdict on it, read from the outputs that the chapters have committed.

`book/claims.yml` holds the claims and the chapters that try them; `attn_core.page.verdict` leaves the parts of
a verdict in the metadata of its output. Claim and verdict are linked both ways.
"""

import json
import re
from pathlib import Path

import yaml
from docutils import nodes
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective

from book._ext.chapters import number

PAGE = "book/claims"
log = logging.getLogger(__name__)


def verdicts(text):
    """Every verdict in the text of a notebook, each with the line that names its claim.

    >>> list(verdicts('''{"cells": [{"outputs": [{"metadata": {"attn_core": {
    ... "claim": "C3", "verdict": "holds"}}}]}]}'''))
    [(2, {'claim': 'C3', 'verdict': 'holds'})]
    """
    end = 0
    for cell in json.loads(text)["cells"]:
        for output in cell.get("outputs", ()):
            parts = output.get("metadata", {}).get("attn_core", {})
            if "claim" in parts:
                end = re.compile(rf'"claim":\s*"{parts["claim"]}"').search(text, end).end()
                yield text.count("\n", 0, end) + 1, parts


def title(text):
    """The title of a chapter: the first heading of its notebook."""
    sources = ("".join(cell["source"]) for cell in json.loads(text)["cells"] if cell["cell_type"] == "markdown")
    return re.search(r"^# (.+)", "\n".join(sources), re.M)[1]


def order(claim):
    """C1, C1b, C2 … C10.

    >>> sorted(["C10", "C2", "C1b", "C1"], key=order)
    ['C1', 'C1b', 'C2', 'C10']
    """
    digits, letter = re.fullmatch(r"C(\d+)([a-z]?)", claim).groups()
    return int(digits), letter


class Ledger(SphinxDirective):
    required_arguments = 1  # the file of claims

    def run(self):
        self.file, path = self.env.relfn2path(self.arguments[0])
        self.written = {number(doc): doc for doc in sorted(self.env.found_docs) if number(doc)}
        self.env.note_dependency(self.file)
        self.env.note_dependency("_toc.yml")  # a chapter may have come
        try:
            data = yaml.safe_load(Path(path).read_text("utf-8"))
            self.claims = {claim: (entry["chapters"], entry["says"]) for claim, entry in data["claims"].items()}
        except (OSError, yaml.YAMLError, KeyError, TypeError, AttributeError) as error:
            raise self.error(f"{self.file} is not a file of claims: {type(error).__name__}: {error}") from error
        self.found, titles = {}, {}
        for chapter, doc in self.written.items():
            titles[chapter] = self.read(chapter, Path(self.env.doc2path(doc)))
        if untitled := {n for chapters, _ in self.claims.values() for n in chapters} - set(titles):
            raise self.error(f"{self.file}: chapter {min(untitled)} is not written")
        tried = len({claim for claim, _ in self.found})
        said = f"{len(self.claims)} claims: {tried} tried, {len(self.claims) - tried} open."
        sections = [self.section(chapter, titles[chapter]) for chapter in sorted(titles)]
        return [nodes.paragraph("", said, classes=["ledger-count"]), *filter(None, sections)]

    def read(self, chapter, file):
        """Collect the verdicts of a chapter; its title."""
        self.env.note_dependency(file.relative_to(self.env.srcdir).as_posix())
        text = file.read_text("utf-8")
        for line, parts in verdicts(text):
            claim, where = parts["claim"], f"{file}:{line}"
            if chapter not in self.claims.get(claim, ((),))[0]:
                log.warning("%s is no claim of chapter %d in %s", claim, chapter, self.file, location=where)
            elif (claim, chapter) in self.found:
                log.warning("a second verdict on %s in one chapter", claim, location=where)
            else:
                self.found[claim, chapter] = parts
        return title(text)

    def section(self, chapter, title):
        claims = sorted((claim for claim, (chapters, _) in self.claims.items() if chapter in chapters), key=order)
        if claims:
            items = nodes.definition_list("", *(self.item(claim, chapter) for claim in claims), classes=["ledger"])
            heading = nodes.title("", f"{chapter}\u2002{title}")
            return nodes.section("", heading, items, ids=[f"chapter-{chapter}"])

    def item(self, claim, chapter):
        chapters, says = self.claims[claim]
        says, _ = self.state.inline_text(says, self.lineno)
        ids = [f"claim-{claim}"] if chapter == chapters[0] else []
        term = nodes.term("", "", nodes.strong("", claim), nodes.inline("", "", *says), ids=ids)
        if (parts := self.found.get((claim, chapter))) is None:
            return nodes.definition_list_item("", term, came_of_it("open", nodes.Text("open")))
        verdict = parts["verdict"]
        rest = parts["text"].removeprefix(f"{claim}: {verdict}")
        place = self.env.app.builder.get_relative_uri(self.env.docname, self.written[chapter])
        trial = nodes.reference("", f"The trial of {claim}", refuri=f"{place}#verdict-{claim}", internal=True)
        what = came_of_it(verdict, nodes.strong("", verdict), nodes.Text(f"{rest}. "), trial)
        return nodes.definition_list_item("", term, what)


def came_of_it(verdict, *parts):
    return nodes.definition("", nodes.paragraph("", "", *parts), classes=[f"is-{verdict.replace(' ', '-')}"])


class Places(SphinxPostTransform):
    """A verdict in a chapter gets an id, and its claim a link to the ledger."""

    default_priority = 10  # after MyST-NB has chosen one form of each output
    formats = ("html",)

    def run(self, **kwargs):
        if number(self.env.docname) is None or PAGE not in self.env.found_docs:
            return
        ledger = self.app.builder.get_relative_uri(self.env.docname, PAGE)
        for raw in list(self.document.findall(nodes.raw)):
            html = re.sub(
                r'<p class="attn-verdict"><strong>(\w+)</strong>',
                rf'<p class="attn-verdict" id="verdict-\1"><a href="{ledger}#claim-\1"><strong>\1</strong></a>',
                raw.astext(),
            )
            if html != raw.astext():
                raw.replace_self(nodes.raw("", html, format="html"))


def setup(app):
    app.add_directive("ledger", Ledger)
    app.add_post_transform(Places)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
