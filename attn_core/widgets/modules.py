"""The JavaScript of a widget as one module: its own file, joined with the parts of the kit that it imports.

What is a widget's own, yet too long for one file, stands in a folder of its stem beside it.

A notebook loads a widget from a Blob address, where a relative import cannot resolve. So Python joins the files, in
the order of their imports, and drops the import lines, and whole-line comments and deep indentation, a sixth of what
a reader would download. The exports stay: tests import the mathematics from the very text that a reader's browser
runs.
"""

import re
from pathlib import Path

STATIC = Path(__file__).parent / "static"
STEMS = tuple(sorted(path.stem for path in STATIC.glob("*.js")))

_COMMENT = re.compile(r"^ *//.*\n", re.MULTILINE)
_IMPORT = re.compile(r'^import \{[^}]*\} from "(\.\.?/[^"]+)";\n', re.MULTILINE)


def joined(stem):
    """The module text of a widget, with no import left in it.

    Parameters
    ----------
    stem : str
        Name of the widget's file in ``static/``, without ``.js``: one of ``STEMS``.

    Returns
    -------
    str
        An ES module whose default export is ``{ render }``, the front-end module contract of anywidget.

    Raises
    ------
    ValueError
        If there is no such widget.

    Examples
    --------
    >>> "export default { render }" in joined("playground")
    True
    """
    if stem not in STEMS:
        raise ValueError(f"no widget {stem!r}: there are {', '.join(STEMS)}")
    parts = {}

    def add(path):
        if path in parts:
            return
        text = path.read_text("utf-8")
        for name in _IMPORT.findall(text):
            add((path.parent / name).resolve())
        text = re.sub(r"^ +", " ", _COMMENT.sub("", _IMPORT.sub("", text)), flags=re.MULTILINE)
        parts[path] = text.strip()  # after its imports: dict order is the order of joining

    add((STATIC / f"{stem}.js").resolve())
    return "\n\n".join(parts.values()) + "\n"


def look():
    """The style sheet that all widgets share: the roles' colours, in light and dark, and the layout.

    >>> "--attn-query" in look()
    True
    """
    return (STATIC / "look.css").read_text("utf-8")
