"""Incremental builds see what Sphinx does not watch: style, templates, widgets, extensions, attn_core.

Sphinx compares sources and configuration only. So the digest of everything else is a configuration
value: when it changes, Sphinx reads (`book_code`) or writes (`book_sources`) every page again.
"""

from hashlib import sha256
from pathlib import Path

ROOT = Path(__file__).parents[2]


def digest(*patterns):
    """One hash for the contents and names of all files that match.

    >>> digest("no/such/file")
    'e3b0c44298fc'
    """
    total = sha256()
    for path in sorted({path for pattern in patterns for path in ROOT.glob(pattern) if path.is_file()}):
        if "__pycache__" not in path.parts:
            total.update(path.relative_to(ROOT).as_posix().encode() + b"\0" + path.read_bytes())
    return total.hexdigest()[:12]


def forget(app, error):
    """After a build with warnings the next one reads everything again, and so warns again."""
    if (app.warningiserror or app.keep_going) and app._warncount:
        Path(app.doctreedir, "environment.pickle").unlink(missing_ok=True)


def setup(app):
    app.connect("build-finished", forget)
    code = digest("book/_ext/*.py", "attn_core/**/*")
    app.add_config_value("book_code", code, "env")
    app.add_config_value("book_sources", digest("book/_static/**/*", "book/_templates/**/*"), "html")
    return {"parallel_read_safe": True, "parallel_write_safe": True}
