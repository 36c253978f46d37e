"""A chapter carries the number of its file, `chapters/04-…`, whichever chapters are in the book so far."""

import re

from docutils import nodes


def number(docname):
    """The chapter's number, or None.

    >>> number("chapters/04-three-steps"), number("book/index")
    (4, None)
    """
    match = re.match(r"chapters/(\d\d)-", docname)
    return int(match[1]) if match else None


def assign(app, env):
    for docname in env.all_docs:
        if chapter := number(docname):
            title, *sections = env.tocs[docname].findall(nodes.reference)
            title["secnumber"] = env.titles[docname]["secnumber"] = (chapter,)
            # a section without an entry would take its title's number
            env.toc_secnumbers[docname] = {"": (chapter,)} | {s["anchorname"]: None for s in sections}
    return []


def setup(app):
    # after Sphinx has numbered what its own toctrees number
    app.connect("env-get-updated", assign, priority=900)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
