"""What a chapter puts on its page: a figure, a photograph, the source of a function, the verdict on a claim.

Each reads well in the book, in JupyterLab, in Colab and as plain text in a terminal.
"""

import ast
import inspect
import io
import math
import numbers
import re
import sys
import textwrap
from base64 import b64encode
from collections.abc import Callable
from html import escape
from typing import Any

from IPython.core.interactiveshell import InteractiveShell
from IPython.display import display
from matplotlib.figure import Figure
from matplotlib.image import imsave
from pygments import lex
from pygments.lexers import PythonLexer
from pygments.token import Comment, Keyword, Number, Operator, String, _TokenType

from attn_core._svg import png, recolour, svg

VERDICTS = ("holds when", "holds", "does not hold", "mixed", "analogy", "wording", "citation")
WITHOUT_NUMBER = ("analogy", "wording", "citation")

# The book's colours for code; JupyterLab's; and a colour that can be read on both grounds.
HIGHLIGHT = (
    (Comment, "--code-note", "comment", "#767676"),
    (String.Doc, "--code-note", "comment", "#767676"),
    (String, "--code-text", "string", "#4f8028"),
    (Number, "--code-number", "number", "#ad620c"),
    (Keyword, "--code-word", "keyword", "#9a5cb4"),
    (Operator.Word, "--code-word", "keyword", "#9a5cb4"),
)


def show(figure: Figure, *, alt: str) -> None:
    """Put a figure on the page, in colours that follow the page's own.

    Greys and black become the page's ink, white its ground, and the colours of the roles those of the page. The
    figure is closed, so that a notebook does not show it a second time.

    Parameters
    ----------
    figure : matplotlib.figure.Figure
        At most 4.8 inches wide, so that a phone can show its text.
    alt : str
        What the figure shows, with the number that matters, for readers who do not see it.

    Raises
    ------
    TypeError
        If this is no figure.
    ValueError
        If there is no alt text, if a colour is neither grey nor a role's, or if there is a picture of pixels.

    Notes
    -----
    SVG for pages and for notebooks that are trusted, PNG for those that are not, ``Figure: <alt>`` as plain text.
    The same figure gives the same bytes in every run.

    Examples
    --------
    >>> from attn_core.plots import weight_bars
    >>> show(weight_bars([0.7, 0.3]).figure, alt="Two keys; the first takes 0.70 of the weight.")
    Figure: Two keys; the first takes 0.70 of the weight.
    """
    if not isinstance(figure, Figure):
        raise TypeError(f"show needs a matplotlib Figure, got {type(figure).__name__}: write axes.figure")
    alt = _alt(alt)
    recolour(figure)
    data = {"image/svg+xml": svg(figure, alt), "image/png": png(figure), "text/plain": f"Figure: {alt}"}
    if "matplotlib.pyplot" in sys.modules:
        sys.modules["matplotlib.pyplot"].close(figure)
    width, height = re.search(r' width="(\d+)[\d.]*" height="(\d+)', data["image/svg+xml"]).groups()
    _display(data, {"image/png": {"width": int(width), "height": int(height)}})


def show_photograph(pixels: Any, *, alt: str) -> None:
    """Put a photograph on the page, as large as it is.

    Parameters
    ----------
    pixels : array (height, width, 3)
        Red, green and blue from 0 to 255, of type uint8.
    alt : str
        What the photograph shows, for readers who do not see it.

    Raises
    ------
    ValueError
        If these are no such pixels, or if there is no alt text.

    Notes
    -----
    A JPEG in which the alt text stands as a comment: there the book finds it. ``Photograph: <alt>`` as plain text.

    Examples
    --------
    >>> import numpy as np
    >>> show_photograph(np.full((2, 3, 3), 127, dtype=np.uint8), alt="A grey wall.")
    Photograph: A grey wall.
    """
    found = f"{getattr(pixels, 'dtype', type(pixels).__name__)} of shape {getattr(pixels, 'shape', None)}"
    if getattr(pixels, "ndim", 0) != 3 or pixels.shape[2] != 3 or str(pixels.dtype) != "uint8":
        raise ValueError(f"pixels must be uint8 (height, width, 3), got {found}")
    alt = _alt(alt)
    file = io.BytesIO()
    imsave(file, pixels, format="jpeg", pil_kwargs={"quality": 85, "comment": alt})
    _display({"image/jpeg": b64encode(file.getvalue()).decode() + "\n", "text/plain": f"Photograph: {alt}"})


def show_source(function: Callable[..., Any]) -> None:
    """Show the source of a function, highlighted, its docstring cut to the first line.

    Parameters
    ----------
    function : callable
        A function, method or class written in Python, decorated or not.

    Raises
    ------
    TypeError
        If Python does not have the source, as for what is built in.

    Notes
    -----
    Above it stands the file that it is in, such as ``attn_core/scores.py``.

    Examples
    --------
    >>> from attn_core.scores import dot
    >>> show_source(dot)
    # attn_core/scores.py
    @takes("query (..., Lq, D)", "key (..., Lk, D)")
    def dot(query: Array, key: Array) -> Array:
        \"\"\"Score a pair by its dot product.\"\"\"
        return query @ key.mT
    """
    try:
        source = inspect.getsource(function)
    except (TypeError, OSError):
        name = getattr(function, "__qualname__", type(function).__name__)
        raise TypeError(f"show_source needs a function with a source in Python, got {name}") from None
    source = _with_one_line_of_docstring(textwrap.dedent(source))
    place = _place(function)
    caption = f"<figcaption><code>{place}</code></figcaption>" if place else ""
    page = f'<pre style="overflow-x: auto; white-space: pre">{_highlighted(source)}</pre>'
    _display(
        {
            "text/html": f'<figure class="attn-source" style="margin-inline: 0">{caption}{page}</figure>',
            "text/plain": (f"# {place}\n" if place else "") + source,
        }
    )


def verdict(claim: str, words: str, value: float | None = None, interval: tuple[float, float] | None = None) -> None:
    """Say what came of a claim: ``C3: holds when … (value [low, high])``.

    Parameters
    ----------
    claim : str
        Its number in the list of claims, such as ``C3`` or ``C1b``.
    words : str
        Begins with *holds*, *holds when*, *does not hold*, *mixed*, *analogy*, *wording* or *citation*.
    value : float, optional
        The measured number; none for an analogy, a wording or a citation.
    interval : (float, float), optional
        Low and high end around the value.

    Raises
    ------
    TypeError, ValueError
        If an argument is not of this form; the text says what was wanted.

    Notes
    -----
    The metadata of the output holds the parts under ``attn_core``: claim, verdict, words, value, interval.
    An interval is written to two significant digits of its width, and the value with as many decimals.

    Examples
    --------
    >>> verdict("C1b", "holds when n < 2d", 0.93456, (0.9123, 0.9571))
    C1b: holds when n < 2d (0.935 [0.912, 0.957])
    """
    if not isinstance(claim, str) or not re.fullmatch(r"C[1-9]\d?[a-z]?", claim):
        raise ValueError(f"claim must look like C3 or C1b, got {claim!r}")
    if not isinstance(words, str):
        raise TypeError(f"words must be text, got {type(words).__name__}")
    words = " ".join(words.split())
    begin = next((begin for begin in VERDICTS if re.match(rf"{begin}\b", words)), None)
    if begin is None or words == "holds when":
        wanted = ", ".join(sorted(VERDICTS[:-1])) + f" or {VERDICTS[-1]}"
        raise ValueError(f"words must begin with {wanted} (holds when: and the condition), got {words!r}")
    if begin in WITHOUT_NUMBER and value is not None:
        raise ValueError(f"{begin} goes without a number, got value {value!r}")
    if interval is not None and value is None:
        raise ValueError(f"interval needs a value, got interval {interval!r} alone")
    numbers_text, value, interval = _measured(value, interval)
    text = f"{claim}: {words}{numbers_text}"
    html = f"<strong>{claim}</strong>: {escape(words, quote=False)}"
    html += f'<span class="attn-number">{numbers_text}</span>' if numbers_text else ""
    parts = {"claim": claim, "verdict": begin, "words": words, "value": value, "interval": interval}
    _display(
        {"text/html": f'<p class="attn-verdict">{html}</p>', "text/plain": text},
        {"attn_core": {**parts, "text": text}},
    )


def _alt(alt: Any) -> str:
    """The alt text on one line, unless there is none: then raise."""
    if not isinstance(alt, str) or not alt.strip():
        raise ValueError(f"alt must say in words what the figure shows, got {alt!r}")
    return " ".join(alt.split())


def _display(data: dict[str, Any], metadata: dict[str, Any] | None = None) -> None:
    if InteractiveShell.initialized():
        display(data, raw=True, metadata=metadata or {})
    else:
        print(data["text/plain"].rstrip())


def _with_one_line_of_docstring(source: str) -> str:
    try:
        body = getattr(ast.parse(source).body[0], "body", None)
    except SyntaxError:  # a lambda in the middle of a call
        return source
    text = body[0].value if isinstance(body, list) and isinstance(body[0], ast.Expr) else None
    if not isinstance(text, ast.Constant) or not isinstance(text.value, str) or text.lineno == text.end_lineno:
        return source
    lines = source.splitlines(keepends=True)
    opening, quotes, *said = re.match(
        r"""(\s*\w*(\"{3}|'{3}))\s*(.*)""", "".join(lines[text.lineno - 1 : text.end_lineno])
    ).groups()
    lines[text.lineno - 1 : text.end_lineno] = [f"{opening}{said[0].rstrip()}{quotes}\n"]
    return "".join(lines)


def _place(function: Callable[..., Any]) -> str:
    """The file of a module, from the package on; none for what was written in a notebook."""
    module = sys.modules.get(function.__module__)
    if function.__module__ == "__main__" or module is None:
        return ""
    path = function.__module__.replace(".", "/")
    return f"{path}/__init__.py" if hasattr(module, "__path__") else f"{path}.py"


def _highlighted(source: str) -> str:
    return "".join(_span(kind, text) for kind, text in lex(source, PythonLexer()))


def _span(kind: _TokenType, text: str) -> str:
    for of, book, lab, both in HIGHLIGHT:
        if kind in of:
            colour = f"var({book}, var(--jp-mirror-editor-{lab}-color, {both}))"
            return f'<span style="color: {colour}">{escape(text, quote=False)}</span>'
    return escape(text, quote=False)


def _measured(value: Any, interval: Any) -> tuple[str, float | None, list[float] | None]:
    """The numbers of a verdict as text, and rounded to what a notebook should store."""
    if value is None:
        return "", None, None
    value = _number("value", value)
    if interval is None:
        return f" ({_written(value, None)})", value, None
    try:
        low, high = interval
    except (TypeError, ValueError):
        raise ValueError(f"interval must be two numbers, low and high, got {interval!r}") from None
    low, high = _number("interval", low), _number("interval", high)
    if not low <= value <= high:
        raise ValueError(f"value must lie in its interval, got {value} and [{low}, {high}]")
    decimals = max(0, 1 - math.floor(math.log10((high - low) / 2))) if high > low else None
    written = [_written(number, decimals) for number in (value, low, high)]
    return f" ({written[0]} [{written[1]}, {written[2]}])", value, [low, high]


def _number(name: str, value: Any) -> float:
    if not isinstance(value, numbers.Real) or isinstance(value, bool) or not math.isfinite(value):
        raise ValueError(f"{name} must be a finite number, got {value!r}")
    if isinstance(value, numbers.Integral):
        return int(value)
    return float(f"{value:.6g}") + 0.0


def _written(value: float, decimals: int | None) -> str:
    """As the book writes numbers: with the minus sign U+2212 and never a negative zero."""
    text = (
        f"{value:,.{decimals}f}" if decimals is not None else f"{value:,}" if isinstance(value, int) else f"{value:g}"
    )
    if not float(text.replace(",", "")):
        text = text.lstrip("-")
    return text.replace("-", "\u2212")
