"""A street, shown for two seconds."""

import re

from IPython.display import display

from .modules import STATIC

# What is folded away does not begin its animation anew. So the fold itself is what hides, and button and word are not.
STYLE = (
    ".attn-glance[open] {{ animation: attn-glance {seconds:g}s steps(1) forwards; }}"
    ".attn-glance > summary, .attn-glance text {{ visibility: visible; }}"
    "@keyframes attn-glance {{ to {{ visibility: hidden; }} }}"
)
BUTTON = "display: inline-block; cursor: pointer; border: 1px solid; border-radius: 0.35rem; padding: 0.4rem 1rem"
GONE = "Gone. To look again, close and open."
ALT = "A street in the evening, which the next questions are about."


def glance(*, seconds: float = 2.0) -> None:
    """Show the street that the widget ``Gaze`` opens with, on demand and for a short while.

    No script is involved: the picture is folded away, and a style sheet hides it again after it was unfolded. It is
    the same drawing, as shapes, so that nothing keeps the reader from seeing it but the time.

    Parameters
    ----------
    seconds : float
        How long it can be seen.

    Raises
    ------
    ValueError
        If that is no time.

    Examples
    --------
    >>> glance(seconds=2)
    A street, to be looked at for 2 seconds
    """
    if not 0 < seconds <= 3600:
        raise ValueError(f"wanted seconds above 0, an hour at most, got {seconds}")
    display(_Glance(seconds))


class _Glance:
    def __init__(self, seconds):
        self.seconds = seconds

    def __repr__(self):
        return f"A street, to be looked at for {self.seconds:g} seconds"

    def html(self):
        drawn = (STATIC / "gaze" / "street.svg").read_text("utf-8").strip()
        opening, shapes, closing = re.fullmatch(r"(<svg [^>]*)>(.*)(</svg>)", drawn, re.DOTALL).groups()
        return (
            f'<details class="attn-glance"><summary style="{BUTTON}">Look at a street for {self.seconds:g} '
            f'seconds</summary>{opening} width="576" height="384" role="img" aria-label="{ALT}" '
            f'style="display: block; max-width: 100%; height: auto">'
            f"<style>{STYLE.format(seconds=self.seconds)}</style>"
            f'<text x="288" y="192" text-anchor="middle" font-size="20" fill="currentColor">{GONE}</text>'
            f"<g>{shapes}</g>{closing}</details>"
        )

    def _repr_mimebundle_(self, **kwargs):
        return {"text/html": self.html(), "text/plain": repr(self)}
