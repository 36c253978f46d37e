"""The JavaScript of a widget as one module: its own file, joined with the parts of the kit that it imports.

What is a widget's own, yet too long for one file, stands in a folder of its stem beside it.

A notebook loads a widget from a Blob address, where a relative import cannot resolve. So Python joins the files, in
the order of their imports, and drops the import lines, and whole-line comments and deep indentation, a sixth of what
a reader would download. The exports stay: tests import the mathematics from the very text that a reader's browser
runs.

What a module needs beside its text, a picture or trained weights, it imports as bytes, in the form that is proposed
for JavaScript: ``import street from "./gaze/street.webp" with { type: "bytes" };``. They are joined in as base64,
which weighs hardly more than the file once the text is compressed, and so travel with the module wherever it goes.
"""

import re
from base64 import b64encode
from pathlib import Path

STATIC = Path(__file__).parent / "static"
STEMS = tuple(sorted(path.stem for path in STATIC.glob("*.js")))

_COMMENT = re.compile(r"^ *//.*\n", re.MULTILINE)
_IMPORT = re.compile(r'^import \{[^}]*\} from "(\.\.?/[^"]+)";\n', re.MULTILINE)
_BYTES = re.compile(r'^import (\w+) from "(\.\.?/[^"]+)" with \{ type: "bytes" \};$', re.MULTILINE)


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
        text = _BYTES.sub(lambda line: _constant(line[1], path.parent / line[2]), text)
        text = re.sub(r"^ +", " ", _COMMENT.sub("", _IMPORT.sub("", text)), flags=re.MULTILINE)
        parts[path] = text.strip()  # after its imports: dict order is the order of joining

    add((STATIC / f"{stem}.js").resolve())
    return "\n\n".join(parts.values()) + "\n"


def _constant(name, path):
    data = b64encode(path.read_bytes()).decode()
    return f'const {name} = Uint8Array.from(atob("{data}"), (c) => c.charCodeAt(0));'


def look(stem=None):
    """The style sheet that all widgets share, the roles' colours and the layout, or what is one widget's own.

    >>> [".attn-ribbon" in sheet for sheet in (look(), look("alignment"))]
    [False, True]
    """
    return (STATIC / f"{stem or 'look'}.css").read_text("utf-8")
