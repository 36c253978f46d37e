"""Widgets on the pages: the `{anywidget}` directive, and the files that its figures live and are drawn by.

The directive has MyST's form: a module as argument, the model's state as JSON. What MyST does not
have is the still form, which the widget's Python class makes from attn_core's own numbers.

    ```{anywidget} playground
    {"temperature": 0.5}
    ```
"""

import json
import re
from hashlib import sha256
from pathlib import Path, PurePosixPath

from docutils import nodes
from sphinx.util.docutils import SphinxDirective
from traitlets import TraitError

from attn_core import widgets

HOST = Path(__file__).parents[1] / "_static/host.js"


class AnyWidget(SphinxDirective):
    required_arguments = 1
    has_content = True

    def run(self):
        stem = PurePosixPath(self.arguments[0]).stem
        if stem not in widgets.STEMS:
            raise self.error(f"no widget {stem!r}: there are {', '.join(widgets.STEMS)}")
        try:
            model = json.loads("\n".join(self.content) or "{}")
            figure = widgets.by_stem(stem)(**model).html()
        except (ValueError, TypeError, TraitError) as error:
            raise self.error(f"widget {stem!r}: {error}") from error
        return [nodes.raw("", figure, format="html")]


def hashed(name, text):
    stem, suffix = name.rsplit(".", 1)
    return f"{stem}.{sha256(text.encode()).hexdigest()[:10]}.{suffix}"


def files():
    """What is published in `_static/widgets/`, as a dict of file name to text; the host's name, the sheets' by stem.

    The sheet that all widgets share has the stem `look`.
    """
    modules = {stem: widgets.joined(stem) for stem in widgets.STEMS}
    names = {stem: hashed(f"{stem}.js", text) for stem, text in modules.items()}
    published = {names[stem]: text for stem, text in modules.items()}
    empty = "const MODULES = {}"
    text = HOST.read_text()
    if text.count(empty) != 1:
        raise ValueError(f"{HOST}: want the line {empty!r} once, got it {text.count(empty)} times")
    text = text.replace(empty, f"const MODULES = {json.dumps(names)}")
    host, looks = hashed("host.js", text), {"look": widgets.look()} | {stem: widgets.look(stem) for stem in modules}
    sheets = {stem: hashed(f"{stem}.css", text) for stem, text in looks.items()}
    return published | {host: text} | {sheets[stem]: text for stem, text in looks.items()}, host, sheets


def prepare(app):
    app.attn_files, app.attn_host, app.attn_sheets = files()
    # before the book's own style, which builds on the roles' colours
    app.add_css_file(f"widgets/{app.attn_sheets['look']}", priority=450)


def add_what_widgets_need(app, pagename, templatename, context, doctree):
    stems = set(re.findall(r'<figure class="attn-widget" data-widget="(\w+)"', context.get("body", "")))
    if stems:
        app.add_js_file(f"widgets/{app.attn_host}", type="module")
    for stem in sorted(stems):
        app.add_css_file(f"widgets/{app.attn_sheets[stem]}", priority=451)


def publish(app, error):
    if error or app.builder.format != "html":
        return
    folder = Path(app.outdir, "_static/widgets")
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.iterdir():
        if old.name not in app.attn_files:
            old.unlink()
    for name, text in app.attn_files.items():
        (folder / name).write_text(text)


def setup(app):
    app.add_directive("anywidget", AnyWidget)
    app.connect("builder-inited", prepare)
    app.connect("html-page-context", add_what_widgets_need)
    app.connect("build-finished", publish)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
