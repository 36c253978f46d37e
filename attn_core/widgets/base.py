"""What every widget of the book shares: three forms of display, of which one needs neither kernel nor JavaScript."""

import html
import json
from decimal import ROUND_HALF_UP, Context, Decimal

import anywidget
import numpy as np
import traitlets

from .modules import joined, look

MINUS = "\u2212"


def fixed(x, decimals=2):
    """A number as the book writes it: fixed decimals, the minus sign U+2212, never a negative zero.

    >>> fixed(-0.375), fixed(-0.001)
    ('−0.38', '0.00')
    """
    exact = Decimal(float(x)).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP, Context(prec=400))
    text = str(exact)
    return text.replace("-", MINUS if float(text) else "")


def share(weight):
    """A weight: what is not quite 0 or 1 does not look as if it were. The signs are escaped, for HTML.

    >>> share(0.004), share(0.0), share(0.9999)
    ('&lt;0.01', '0.00', '&gt;0.99')
    """
    return "&lt;0.01" if 0 < weight < 0.005 else "&gt;0.99" if 0.995 <= weight < 1 else fixed(weight)


def short(x):
    """A number typed by a reader: one decimal where one is enough.

    >>> short(3), short(0.25)
    ('3.0', '0.25')
    """
    return fixed(x, 1 if abs(x * 10 - round(x * 10)) < 1e-9 else 2)


def vector(v, form=fixed):
    """A vector in words; a single number stands without brackets.

    >>> vector([3.0], short), vector([1, -0.5])
    ('3.0', '(1.00, −0.50)')
    """
    return form(v[0]) if len(v) == 1 else f"({', '.join(map(form, v))})"


def plain(value):
    """Arrays as nested lists, numbers rounded to six decimals, no negative zero: what a page or notebook stores."""
    if isinstance(value, np.ndarray):
        return plain(value.tolist())
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    return round(value, 6) + 0.0 if isinstance(value, float) else value


def escaped_json(state):
    """JSON that no string in it can turn into markup or the end of its script block."""
    text = json.dumps(state, ensure_ascii=True, separators=(",", ":"))
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


class BookWidget(anywidget.AnyWidget):
    """An ``anywidget.AnyWidget`` that is alive on a published page too.

    A subclass gives ``stem`` (its JavaScript module), ``STATE`` (the traits that the page gets), ``READ`` (the traits
    computed from them) and ``fallback()`` (HTML right with no JavaScript, from ``attn_core``'s own numbers).
    """

    stem: str
    STATE: tuple[str, ...]
    READ: tuple[str, ...]

    def __init_subclass__(cls, **kwargs):
        super().__init_subclass__(**kwargs)
        if "stem" in vars(cls):  # anywidget subclasses once more, for each instance
            cls._esm, cls._css = joined(cls.stem), look() + look(cls.stem)

    def __init__(self, **kwargs):
        if unknown := sorted(set(kwargs) - set(self.STATE) - set(self.READ) - {"layout"}):
            raise traitlets.TraitError(
                f"{type(self).__name__} has no trait {unknown[0]!r}: there are {', '.join(self.STATE)}"
            )
        super().__init__(**kwargs)

    def state(self):
        """The traits that make up the present situation, as JSON holds them."""
        return {name: plain(getattr(self, name)) for name in self.STATE}

    def html(self):
        """The widget as a figure for a published page: the state as JSON, and what to show before it is alive."""
        keys = f' style="--attn-keys:{len(self.key)}"' if hasattr(self, "key") else ""
        return (
            f'<figure class="attn-widget" data-widget="{html.escape(self.stem)}"{keys}>'
            f'<script type="application/json">{escaped_json(self.state())}</script>'
            f'<div class="attn-fallback attn-{self.stem}">{self.fallback()}</div></figure>'
        )

    def _repr_mimebundle_(self, **kwargs):
        bundle = super()._repr_mimebundle_(**kwargs)
        data, *metadata = bundle if isinstance(bundle, tuple) else (bundle,)
        data = {**(data or {}), "text/html": self.html(), "text/plain": repr(self)}
        return (data, *metadata) if metadata else data

    def __repr__(self):
        traits = {**self.state(), **{name: plain(getattr(self, name)) for name in self.READ}}
        return f"{type(self).__name__}({', '.join(f'{name}={value!r}' for name, value in traits.items())})"
