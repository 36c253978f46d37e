"""Layers: every head of a trained Transformer on a date, one enlarged, and what is written without it."""

import numpy as np
import traitlets

from . import mosaic, opened, telling
from .base import BookWidget
from .opened import HEADS, KINDS, LAYERS, STEPS
from .traits import Array, Typed, Whole


class Layers(BookWidget):
    """What does each head of a trained Transformer do? It reads a date, and each of its 24 heads can be switched off.

    Parameters
    ----------
    text : str
        A date as people write it, up to 48 characters. Spaces at the ends are left out, letters are composed (NFC).
    step : int
        Which of the ten characters that are written is looked at, from 1.
    kind : {"encoder", "decoder", "cross"}
        Of the head that is enlarged: from the text to itself, from what is written to itself, from there to the text.
    layer : {1, 2}
    head : {1, 2, 3, 4}
    on : array_like of bool, shape (3, 2, 4)
        Which heads are on, by kind, layer and head.

    Attributes
    ----------
    output : str
        What the model writes; read only, as is the next.
    weights : numpy.ndarray, shape (L, L), (10, 10) or (10, L)
        Where the enlarged head looks: rows ask, columns answer; zeros if it is off.
    read : attn_core.widgets.opened.Opened
        All heads.

    Raises
    ------
    traitlets.TraitError
        If a trait does not fit; the widget stays as it was.

    Notes
    -----
    The model is that of the record ``transformer_dates``, in float16, the first seed.

    Examples
    --------
    >>> layers = Layers(text="3. März 2021", step=7)
    >>> layers.output
    '2021-03-03'
    >>> layers.weights.shape, layers.on.sum()
    ((10, 12), np.int64(24))
    """

    stem = "layers"
    STATE = ("text", "step", "kind", "layer", "head", "on")
    READ = ("output", "weights")

    text = Typed(default_value="3. März 2021")
    step = Whole(range(1, STEPS + 1), default_value=7)
    kind = traitlets.Enum(KINDS, default_value="cross").tag(sync=True)
    layer = Whole(range(1, LAYERS + 1), default_value=2)
    head = Whole(range(1, HEADS + 1), default_value=1)
    on = Array(len(KINDS), LAYERS, HEADS, dtype=bool, default_value=np.ones((len(KINDS), LAYERS, HEADS), bool))

    output = traitlets.Unicode(read_only=True)
    weights = traitlets.Instance(np.ndarray, read_only=True)

    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self._look()
        self.observe(self._look, self.STATE)

    def _look(self, change=None):
        self.read = opened.read(self.text, self.on)
        with self.hold_trait_notifications():
            self.set_trait("output", self.read.symbols)
            self.set_trait("weights", self.read.weights[self.kind][self.layer - 1, self.head - 1])

    @property
    def is_on(self):
        """Whether the enlarged head is on."""
        return bool(self.on[self._chosen])

    @property
    def other(self):
        """What the model writes when the enlarged head is switched over, off or on."""
        on = self.on.copy()
        on[self._chosen] ^= True
        return opened.read(self.text, on).symbols

    @property
    def whole(self):
        """What the model writes with all heads on."""
        return opened.read(self.text, np.ones_like(self.on)).symbols

    @property
    def row(self):
        """The row that is lit in the enlarged grid, from 0."""
        return self.row_of(self.kind)

    @property
    def given(self):
        """The weights of the lit row."""
        return self.weights[self.row]

    @property
    def _chosen(self):
        return KINDS.index(self.kind), self.layer - 1, self.head - 1

    def row_of(self, kind):
        """The row that is lit in a grid: of the encoder, where the decoder looks most at this step; else the step."""
        if kind == "encoder":
            return int(self.read.weights["cross"][:, :, self.step - 1].sum(axis=(0, 1)).argmax())
        return self.step - 1

    def caption(self):
        """Where the enlarged head looks, and what is written without it. The same words as in layers/telling.js."""
        return telling.caption(self)

    def fallback(self):
        """The small grids as a table, one enlarged, what was measured, and a sentence."""
        return mosaic.still(self)
