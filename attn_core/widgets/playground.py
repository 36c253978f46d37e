"""Playground: one query, up to six keys as arrows in the plane, and the three steps from similarity to output."""

import math

import traitlets

from .attending import Attending
from .base import fixed, share, short, vector
from .plane import picture
from .traits import Array

SCORES = ("dot", "scaled_dot", "general", "cosine", "linear", "additive")
MOST_KEYS = 6


def polar(degrees, length):
    """The vector of a given angle and length, to four decimals."""
    t = math.radians(degrees)
    return [round(length * math.cos(t), 4), round(length * math.sin(t), 4)]


def listed(keys):
    """Keys by their numbers, in words.

    >>> listed([0, 1, 3])
    '1, 2 and 4'
    """
    *some, last = [str(j + 1) for j in keys]
    return f"{', '.join(some)} and {last}" if some else last


class Playground(Attending):
    """A query among keys in the plane: set a similarity, and watch weights and output change.

    Parameters
    ----------
    query : array_like, shape (2,)
        The query, an arrow in the plane.
    key : array_like, shape (n, 2)
        One to six keys. Change ``key``, ``value`` and ``mask`` together, inside ``hold_trait_notifications()``, where
        their number changes.
    value : array_like, shape (n, 1) or (n, 2)
        What each key stands for: a number or a vector of two.
    mask : array_like of bool, shape (n,)
        True = may attend.
    score : {"dot", "scaled_dot", "general", "cosine", "linear", "additive"}
        The scoring function, by its name in ``attn_core.scores``.
    normalize : {"softmax", "sparsemax", "hardmax"}
        What makes weights of scores.
    temperature : float
        0.01 to 100; scores are divided by it (``hardmax`` has none).
    general_weight : array_like, shape (2, 2)
        The matrix of the general score; the first picture has a quarter turn.
    linear_weight, query_weight, key_weight, v : array_like
        The parameters of the linear (4,) and additive (2, H), (2, H), (H,) scores.

    Attributes
    ----------
    scores, weights : numpy.ndarray, shape (n,)
        Computed by ``attn_core``; read only.
    output : numpy.ndarray, shape (1,) or (2,)
        The weighted sum of the values; read only.

    Raises
    ------
    traitlets.TraitError
        If a trait does not fit; the widget stays as it was.

    Examples
    --------
    >>> playground = Playground(query=[1, 0], key=[[1, 0], [0, 1]], value=[[1], [0]], mask=[True, True], score="dot")
    >>> playground.weights.round(3)
    array([0.731, 0.269])
    """

    stem = "playground"
    STATE = ("query", "key", "value", "mask", "score", "normalize", "temperature")
    STATE += ("general_weight", "linear_weight", "query_weight", "key_weight", "v")

    query = Array(2, default_value=polar(38, 1.5))
    key = Array(
        tuple(range(1, MOST_KEYS + 1)),
        2,
        default_value=[polar(20, 1.5), polar(72, 1.2), polar(150, 1.4), polar(255, 1)],
    )
    value = Array("n", (1, 2), default_value=[[3.0], [-1.0], [2.0], [0.5]])
    mask = Array("n", dtype=bool, default_value=[True] * 4)
    score = traitlets.Enum(SCORES, default_value="scaled_dot").tag(sync=True)
    general_weight = Array(2, 2, default_value=[[0.0, 1.0], [-1.0, 0.0]])
    linear_weight = Array(4, default_value=[0.8, -0.3, 0.6, 0.9])
    query_weight = Array(2, "H", default_value=[[1.0, -0.5, 0.3], [0.4, 1.0, -0.8]])
    key_weight = Array(2, "H", default_value=[[0.9, 0.2, -0.6], [-0.3, 1.1, 0.5]])
    v = Array("H", default_value=[1.2, 1.0, -0.9])

    @traitlets.validate("key", "value", "mask")
    def _as_many(self, proposal):
        counts = {"key": len(self.key), "value": len(self.value), "mask": len(self.mask)}
        counts[proposal.trait.name] = len(proposal.value)
        if len(set(counts.values())) > 1:
            text = ", ".join(f"{name} has {n}" for name, n in counts.items())
            raise traitlets.TraitError(f"as many keys as values and mask entries are needed: {text}")
        return proposal.value

    @traitlets.validate("query_weight", "key_weight", "v")
    def _as_wide(self, proposal):
        widths = {"query_weight": self.query_weight.shape[1], "key_weight": self.key_weight.shape[1], "v": len(self.v)}
        widths[proposal.trait.name] = proposal.value.shape[-1]
        if len(set(widths.values())) > 1:
            text = ", ".join(f"{name} has {n}" for name, n in widths.items())
            raise traitlets.TraitError(f"query_weight, key_weight and v need one hidden size H: {text}")
        return proposal.value

    def score_parameters(self):
        return {
            "general": (self.general_weight,),
            "linear": (self.linear_weight,),
            "additive": (self.query_weight, self.key_weight, self.v),
        }.get(self.score, ())

    def caption(self):
        """One sentence on what the situation shows. The same sentence as ``caption`` in playground.js."""
        weights, similar, n = self.weights, self.similarity, len(self.key)
        may = [j for j in range(n) if self.mask[j]]
        if not may:
            return "No key may be attended: all weights are 0, and so is the output."
        if len(may) == 1:
            return f"Only key {may[0] + 1} may be attended, so it gets all the weight, whatever its score."
        top = max(may, key=lambda j: weights[j])
        w, its = fixed(weights[top]), vector(self.value[top], short)
        equal = [j for j in may if abs(weights[j] - weights[top]) < 0.005]
        if len(equal) == len(may):
            return f"All {len(may)} keys get the same weight, {w} each: the output is the plain mean of their values."
        if self.score == "linear":
            return f"This score does not hear the query: turn it, and no weight moves; key {top + 1} keeps {w}."
        if len(equal) > 1:
            return f"Keys {listed(equal)} share the largest weight: {w} each."
        if weights[top] >= 0.995 and self.normalize == "softmax":
            return (
                f"Key {top + 1} takes almost all the weight: the output is close to its value, {its}, "
                "but softmax leaves a trace to every key."
            )
        if weights[top] >= 0.995:
            return f"Key {top + 1} takes all the weight: the output is its value, {its}."
        if all(self.scores[j] < 0 for j in may):
            return (
                "Every score is negative, and still the weights sum to 1: only differences count, "
                f"and key {top + 1} gets {w}."
            )
        if none := sum(weights[j] == 0 for j in may):
            return (
                f"Key {top + 1} gets {w} of the weight, and {none} of {len(may)} keys exactly none: "
                f"{self.normalize} cuts them off."
            )
        near = max(may, key=lambda j: similar[j])
        alike = [j for j in may if abs(similar[j] - similar[top]) < 0.005]
        if len(alike) > 1 and similar[near] - similar[top] < 0.005 and self.score.endswith("dot"):
            return (
                f"Keys {listed(alike)} are equally similar to the query, but key {top + 1} is longer "
                f"and gets more weight: {w}."
            )
        if near != top and self.score.endswith("dot"):
            return f"Key {near + 1} points closer to the query, but key {top + 1} is longer and gets more weight: {w}."
        if near != top:
            return (
                f"Key {near + 1} points closest to the query, but the {self.score.replace('_', ' ')} score "
                f"asks for something else: key {top + 1} gets {w}."
            )
        return (
            f"Key {top + 1} points closest to the query and gets {w} of the weight; "
            f"its value is {its}, the output {vector(self.output)}."
        )

    def fallback(self):
        """The present situation as a picture, a labelled table and a sentence."""
        head = "".join(f'<th scope="col">{t}</th>' for t in ("key", "angle", "similarity", "score", "weight", "value"))
        rows = "".join(
            f'<tr><th scope="row">{j + 1}{"" if self.mask[j] else " (masked)"}</th>'
            f"<td>{fixed(math.degrees(math.atan2(y, x)) % 360, 0)}°</td><td>{fixed(self.similarity[j])}</td>"
            f"<td>{fixed(self.scores[j])}</td><td>{share(self.weights[j])}</td>"
            f"<td>{vector(self.value[j], short)}</td></tr>"
            for j, (x, y) in enumerate(self.key)
        )
        foot = (
            f'<tr><th scope="row" colspan="4">output</th><td>{fixed(self.weights.sum())}</td>'
            f"<td>{vector(self.output)}</td></tr>"
        )
        x, y = self.query
        return (
            f'<div class="attn-columns"><div class="attn-picture">{picture(self)}</div>'
            f'<div class="attn-right"><table><caption>Query: angle {fixed(math.degrees(math.atan2(y, x)) % 360, 0)}°, '
            f"length {fixed(math.hypot(x, y))}. {self.settings()}.</caption><thead><tr>{head}</tr></thead>"
            f"<tbody>{rows}</tbody><tfoot>{foot}</tfoot></table></div></div>"
            f'<p class="attn-caption">{self.caption()}</p>'
        )
