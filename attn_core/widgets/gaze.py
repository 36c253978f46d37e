"""Gaze: a picture, a budget of pixels, and a place to look at."""

import html

import numpy as np
import traitlets

from . import glimpse
from .base import BookWidget, fixed, share
from .traits import Array

CREDIT = {
    "street": "The street is a drawing of our own.",
    "pagoda": "Photograph: danielbuechele, CC BY 2.0, made smaller.",
}
ELSEWHERE = "everywhere else"


def thousands(n):
    """A count in words.

    >>> thousands(55296)
    '55,296'
    """
    return f"{n:,}"


def listed(names):
    """Names in words.

    >>> listed(["the sign", "the cat", "the boats"])
    'the sign, the cat and the boats'
    """
    *some, last = names
    return f"{', '.join(some)} and {last}" if some else last


class Gaze(BookWidget):
    """How much must one see to know? A budget of pixels, spent evenly over a picture or mostly where the gaze rests.

    Parameters
    ----------
    picture : {"street", "pagoda"}
        A drawing of a street in the evening, or a photograph. Both have 576 by 384 pixels.
    spread : {"gaze", "even"}
        Blocks that are small at the gaze and grow with the distance from it, or blocks of one size.
    gaze : array_like, shape (2,)
        Where one looks: pixels from the left, 0 to 576, and from the top, 0 to 384.
    budget : float
        How many pixels may be processed, 54 to 60,000. A pixel that is processed is the mean of a block.

    Attributes
    ----------
    spent : int
        How many pixels are processed: as many as the budget has room for; read only.
    weights : numpy.ndarray, shape (n + 1,)
        The share of them on each of the n things in the picture, and everywhere else: they sum to 1; read only.
    seen : tuple of str
        The things that can be made out; read only.

    Raises
    ------
    traitlets.TraitError
        If a trait does not fit; the widget stays as it was.

    Examples
    --------
    >>> gaze = Gaze()
    >>> gaze.spent, gaze.seen
    (1998, ("the hotel's sign",))
    >>> Gaze(spread="even").seen
    ()
    """

    stem = "gaze"
    STATE = ("picture", "spread", "gaze", "budget")
    READ = ("spent", "weights", "seen")

    picture = traitlets.Enum(tuple(glimpse.THINGS), default_value="street").tag(sync=True)
    spread = traitlets.Enum(("gaze", "even"), default_value="gaze").tag(sync=True)
    gaze = Array(2, default_value=[254.0, 146.0])
    budget = traitlets.Float(2000.0).tag(sync=True)

    spent = traitlets.Int(read_only=True)
    weights = traitlets.Instance(np.ndarray, read_only=True)
    seen = traitlets.Tuple(read_only=True)

    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self._look()
        self.observe(self._look, self.STATE)

    @traitlets.validate("gaze")
    def _inside(self, proposal):
        if (proposal.value < 0).any() or (proposal.value > (glimpse.WIDTH, glimpse.HEIGHT)).any():
            wanted = f"gaze needs a place in the picture, 0 to {glimpse.WIDTH} and 0 to {glimpse.HEIGHT}"
            raise traitlets.TraitError(f"{wanted}, got {proposal.value.tolist()}")
        return proposal.value

    @traitlets.validate("budget")
    def _affordable(self, proposal):
        if not glimpse.LEAST <= proposal.value <= glimpse.MOST:  # NaN is in no range
            raise traitlets.TraitError(
                f"budget needs {glimpse.LEAST} to {thousands(glimpse.MOST)} pixels, got {proposal.value}"
            )
        return proposal.value

    def _look(self, change=None):
        self.blocks = glimpse.even(self.budget) if self.spread == "even" else glimpse.gazing(self.budget, self.gaze)
        x, y, width, height = np.array(self.blocks).T
        across, down = x + width / 2, y + height / 2
        inside = []
        for thing in self.things:
            left, top, right, bottom = thing.box
            inside.append(((left < across) & (across < right) & (top < down) & (down < bottom)).mean())
        self.widest = [glimpse.widest(self.blocks, thing) for thing in self.things]
        with self.hold_trait_notifications():
            self.set_trait("spent", len(self.blocks))
            self.set_trait("weights", np.array([*inside, 1 - sum(inside)]))
            seen = (t.name for t, side in zip(self.things, self.widest, strict=True) if side <= t.fine)
            self.set_trait("seen", tuple(seen))

    @property
    def things(self):
        """What is listed of the picture."""
        return glimpse.THINGS[self.picture]

    def part(self):
        """The pixels processed as a part of all pixels, in words."""
        percent = 100 * self.spent / (glimpse.WIDTH * glimpse.HEIGHT)
        return f"{fixed(percent, 2 if percent < 1 else 1)} %"

    def caption(self):
        """One sentence on what the situation shows. The same sentence as ``caption`` in gaze.js."""
        n, seen = thousands(self.spent), list(self.seen)
        unseen = [thing.name for thing in self.things if thing.name not in seen]
        how = "Spread evenly" if self.spread == "even" else "With the gaze here"
        if not seen and self.spread == "even":
            wide = max(width for _, _, width, _ in self.blocks)
            return f"Spread evenly, {n} pixels make blocks {wide} px wide, and nothing on the list can be made out."
        if not seen:
            return f"With the gaze here, {n} pixels are too few for anything on the list."
        if not unseen:
            return f"{how}, {n} pixels are enough for everything on the list."
        if self.spread == "even":
            return f"Spread evenly, {n} pixels are enough for {listed(seen)}, but not for {listed(unseen)}."
        evenly = max(glimpse.enough(thing) for thing in self.things if thing.name in seen)
        return (
            f"With the gaze here, {n} pixels are enough for {listed(seen)}. "
            f"Spread evenly, it would take {thousands(evenly)}."
        )

    def drawing(self):
        """The picture as it is seen, as SVG: blocks of one colour in one path, with sixteen steps a channel."""
        colours = {}
        found = (glimpse.means(glimpse.pixels(self.picture), self.blocks) + 8) // 17
        for (x, y, width, height), colour in zip(self.blocks, found.tolist(), strict=True):
            row = colours.setdefault("".join(f"{part:x}" for part in colour), [])
            if row and row[-1][1] == y and row[-1][3] == height and row[-1][0] + row[-1][2] == x:
                x, width = row[-1][0], row.pop()[2] + width  # one block with its neighbour
            row.append((x, y, width, height))
        paths = "".join(
            f'<path fill="#{colour}" d="{"".join(f"M{x} {y}h{w}v{t}h-{w}z" for x, y, w, t in row)}"/>'
            for colour, row in sorted(colours.items())
        )
        ring = ""
        if self.spread == "gaze":
            x, y = (fixed(at, 0) for at in self.gaze)
            ring = "".join(
                f'<circle class="{name}" cx="{x}" cy="{y}" r="13" fill="none" stroke="{colour}" stroke-width="{wide}"/>'
                for name, colour, wide in (("attn-halo", "#fff", 6), ("attn-gaze-ring", "#ad620c", 3))
            )
        return (
            f'<svg viewBox="0 0 {glimpse.WIDTH} {glimpse.HEIGHT}" width="{glimpse.WIDTH}" height="{glimpse.HEIGHT}" '
            f'role="img" aria-label="The {self.picture}, seen through {thousands(self.spent)} blocks; the table says '
            f'what can be made out." shape-rendering="crispEdges">{paths}{ring}</svg>'
        )

    def fallback(self):
        """The present situation as a picture, a labelled table and a sentence."""
        names = ("look for", "share of the pixels", "widest block", "needs", "made out")
        head = "".join(f'<th scope="col">{name}</th>' for name in names)
        rows = "".join(
            f'<tr><th scope="row">{html.escape(thing.name)}<br><small>{thing.size}</small></th><td>{share(weight)}</td>'
            f"<td>{side} px</td><td>{thing.fine} px</td><td>{'yes' if thing.name in self.seen else 'no'}</td></tr>"
            for thing, weight, side in zip(self.things, self.weights, self.widest, strict=False)
        )
        foot = f'<tr><th scope="row">{ELSEWHERE}</th><td>{share(self.weights[-1])}</td><td colspan="3"></td></tr>'
        how = "evenly" if self.spread == "even" else f"gaze at {', '.join(fixed(at, 0) for at in self.gaze)}"
        return (
            f'<div class="attn-scene">{self.drawing()}</div>'
            f"<table><caption>{thousands(self.spent)} pixels processed, {self.part()} of the picture; {how}. "
            f"{CREDIT[self.picture]}</caption><thead><tr>{head}</tr></thead>"
            f"<tbody>{rows}</tbody><tfoot>{foot}</tfoot></table>"
            f'<p class="attn-caption">{html.escape(self.caption())}</p>'
        )
