"""Cost: layers as boxes. When is attention cheaper than a recurrent layer or a convolution?"""

import traitlets

from attn_core import costs

from .amounts import about, big, grouped, lasting, listed, size, steps, times
from .base import BookWidget
from .curves import picture
from .timings import Timings, nearest
from .traits import Whole

RIVALS = ("RNN", "GRU", "LSTM", "convolution", "Transformer block")


class Cost(BookWidget):
    r"""Layers of one width beside each other: parameters, multiply-adds, steps, numbers held, and who is cheaper.

    Every layer takes and gives ``length`` vectors of ``model_dim`` numbers. What it costs stands in
    ``attn_core.costs``.

    Parameters
    ----------
    length : int
        Symbols in the sequence, n: 16 to 65,536.
    model_dim : int
        Width of a layer, d: a multiple of 8 from 16 to 4,096.
    kernel_size : int
        Positions that one output of the convolution sees, k: 1 to 15.
    num_layers : int
        1 to 96 layers, one on the other.
    num_heads : {1, 2, 4, 8}
        Heads of attention: each keeps weights of its own.
    rival : {"RNN", "GRU", "LSTM", "convolution", "Transformer block"}
        What attention is compared with.
    view : {"multiply-adds", "time"}
        What the curves show. Without measured times they show multiply-adds.
    measured : dict
        Seconds of one layer: ``{"n": lengths, "d": widths, "layers": {name: a row for each d, a number for each n}}``,
        or nothing. Names are "self-attention" (always there), "RNN", "GRU", "LSTM", "Transformer block" and
        "convolution 3" for a kernel of 3. Up to 16 lengths, 4 widths and 20 layers; kept to three digits.

    Raises
    ------
    traitlets.TraitError
        If a trait does not fit; the widget stays as it was.

    Examples
    --------
    >>> cost = Cost(length=1024)
    >>> cost.caption()[:60]
    'At n\xa0=\xa01,024 attention and the LSTM need the same multiply-a'
    >>> cost.rows()["LSTM"]["crossing"]
    1024.0
    """

    stem = "cost"
    STATE = ("length", "model_dim", "kernel_size", "num_layers", "num_heads", "rival", "view", "measured")
    READ = ()

    length = Whole(range(16, 65537), default_value=256)
    model_dim = Whole(range(16, 4097, 8), default_value=512)
    kernel_size = Whole(range(1, 16), default_value=3)
    num_layers = Whole(range(1, 97), default_value=1)
    num_heads = Whole((1, 2, 4, 8), default_value=8)
    rival = traitlets.Enum(RIVALS, default_value="LSTM").tag(sync=True)
    view = traitlets.Enum(("multiply-adds", "time"), default_value="multiply-adds").tag(sync=True)
    measured = Timings()

    def layers(self):
        """The layers in the order of the table."""
        convolution = costs.convolution(self.kernel_size)
        return [costs.ATTENTION, costs.RNN, costs.GRU, costs.LSTM, convolution, costs.BLOCK]

    def rows(self):
        """What every layer costs.

        Returns
        -------
        dict of str to dict
            By the layer's name: ``parameters``, ``multiply_adds``, ``steps`` and ``activations`` of all layers
            together, and the ``crossing`` with attention, a length, or None.
        """
        n, d, many = self.length, self.model_dim, self.num_layers
        return {
            layer.name: {
                "parameters": many * layer.parameters(d),
                "multiply_adds": many * layer.multiply_adds(n, d),
                "steps": layer.steps(n, num_layers=many),
                "activations": many * layer.activations(n, d, num_heads=self.num_heads if layer.pairs else 1),
                "crossing": costs.crossing(costs.ATTENTION, layer, d),
            }
            for layer in self.layers()
        }

    def timed(self):
        """The measured times next to the situation, or None where the curves show multiply-adds."""
        return nearest(self) if self.measured and self.view == "time" else None

    def caption(self):
        """One sentence on what the situation shows. The same sentence as ``caption`` in static/cost/layers.js."""
        rows, name = self.rows(), self.rival
        own, other, the, n = rows["self-attention"], rows[name], f"the {name}", size("n", self.length)
        if timed := self.timed():
            return self._measured(timed)
        ratio, waits = own["multiply_adds"] / other["multiply_adds"], ""
        if name in ("RNN", "GRU", "LSTM"):
            waits = f", in {steps(own['steps'])} instead of {grouped(other['steps'])}"
        if name == "Transformer block":
            return (
                "The Transformer block is attention and a feed-forward layer with twice the parameters: "
                f"at {n} it needs {times(1 / ratio)} times the multiply-adds of attention alone."
            )
        at = other["crossing"]
        if at is None:
            return (
                f"Attention is never cheaper than {the}: at {n} it needs {times(ratio)} times the multiply-adds{waits}."
            )
        if self.length == at:
            return (
                f"At {n} attention and {the} need the same multiply-adds, {big(own['multiply_adds'])}{waits}; "
                f"a longer text is cheaper with {the}."
            )
        if self.length < at:
            return (
                f"At {n} attention needs {times(ratio)} of the multiply-adds of {the}{waits}; "
                f"they meet at {size('n', at)}."
            )
        return (
            f"At {n} attention needs {times(ratio)} times the multiply-adds of {the}{waits}; "
            f"it is cheaper only below {size('n', at)}."
        )

    def _measured(self, timed):
        own, other, the = timed.seconds["self-attention"], timed.seconds.get(self.rival), f"the {self.rival}"
        kernel = f", {size('k', timed.k)}" if self.rival == "convolution" and timed.k else ""
        both = (
            f"Measured on one machine, one layer, {size('d', timed.d)}, {size('n', timed.n)}{kernel}: "
            f"attention took {lasting(own)}"
        )
        if other is None:
            return f"{both}, and {the} was not measured."
        meets = timed.meets[self.rival]
        if meets:
            meet = f"they meet near n\u00a0=\u00a0{listed(list(map(about, meets)))}"
        else:
            meet = f"attention is {'faster' if own < other else 'slower'} at every length measured"
        return f"{both}, {the} {lasting(other)}; {meet}."

    def verdict(self, name, row, timed):
        """Whether attention is cheaper than a layer, and from where to where."""
        if name == "self-attention":
            return ""
        if timed and name not in timed.seconds:
            return "not measured"
        if timed:
            own, other = timed.seconds["self-attention"], timed.seconds[name]
            return "yes" if own < other else "no" if own > other else "alike"
        if row["crossing"] is None:
            return "always" if row["parameters"] > self.rows()["self-attention"]["parameters"] else "never"
        where = "yes, below" if self.length < row["crossing"] else "no, beyond"
        return f"{'alike at' if self.length == row['crossing'] else where} {grouped(row['crossing'])}"

    def fallback(self):
        """The present situation as a picture, a labelled table and a sentence."""
        timed, n = self.timed(), grouped(self.length)
        spent = f"time, n = {grouped(timed.n)}" if timed else "multiply-adds in all"
        asked = f"attention {'faster' if timed else 'cheaper'}?"
        head = "".join(
            f'<th scope="col">{text}</th>' for text in ("layer", "parameters", spent, "steps", "numbers held", asked)
        )
        rows = "".join(
            f'<tr><th scope="row">{name}</th>'
            f"<td>{big(row['parameters'])}</td>"
            f"<td>{lasting(timed.seconds.get(name)) if timed else big(row['multiply_adds'])}</td>"
            f"<td>{big(row['steps'])}</td><td>{big(row['activations'])}</td>"
            f"<td>{self.verdict(name, row, timed)}</td></tr>"
            for name, row in self.rows().items()
        )
        sizes = (
            f"length n = {n} · width d = {grouped(self.model_dim)} · kernel k = {self.kernel_size} · "
            f"layers {self.num_layers} · heads {self.num_heads}"
        )
        return (
            f'<div class="attn-graph">{picture(self)}</div><table><caption>{sizes}</caption>'
            f"<thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"
            f'<p class="attn-caption">{self.caption()}</p>'
        )
