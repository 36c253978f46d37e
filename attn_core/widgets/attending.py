"""What the widgets of one query have in common: the three steps, taken by ``attn_core`` whenever a trait changes."""

import functools

import numpy as np
import traitlets

from attn_core import attend, hardmax, scores, softmax, sparsemax

from .base import BookWidget, fixed

NORMALIZERS = {"softmax": softmax, "sparsemax": sparsemax, "hardmax": hardmax}


class Attending(BookWidget):
    """One query among keys with values. A subclass gives the traits ``query``, ``key``, ``value``, ``mask``, ``score``.

    It may override ``score_parameters``: what its scoring function takes beside query and key.
    """

    READ = ("scores", "weights", "output")

    normalize = traitlets.Enum(tuple(NORMALIZERS), default_value="softmax").tag(sync=True)
    temperature = traitlets.Float(1.0).tag(sync=True)

    scores = traitlets.Instance(np.ndarray, read_only=True)
    weights = traitlets.Instance(np.ndarray, read_only=True)
    output = traitlets.Instance(np.ndarray, read_only=True)

    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self._attend()
        self.observe(self._attend, self.STATE)

    @traitlets.validate("temperature")
    def _warm(self, proposal):
        if not 0.01 <= proposal.value <= 100:  # NaN is in no range
            raise traitlets.TraitError(f"temperature needs a number from 0.01 to 100, got {proposal.value}")
        return proposal.value

    def score_parameters(self):
        return ()

    def _attend(self, change=None):
        normalize = NORMALIZERS[self.normalize]
        if self.normalize != "hardmax":
            normalize = functools.partial(normalize, temperature=self.temperature)
        function, parameters = getattr(scores, self.score), self.score_parameters()

        def score(query, key):
            return function(query, key, *parameters)

        query, mask = self.query[None], self.mask[None]
        output, weights = attend(query, self.key, self.value, score=score, normalize=normalize, mask=mask)
        with self.hold_trait_notifications():
            self.set_trait("scores", score(query, self.key)[0])
            self.set_trait("weights", weights[0])
            self.set_trait("output", output[0])

    @property
    def similarity(self):
        """Cosine between the query and each key, shape (n,)."""
        return scores.cosine(self.query[None], self.key)[0]

    def settings(self):
        """Scoring function, normaliser and temperature, in words."""
        warm = "" if self.normalize == "hardmax" else f" · temperature {fixed(self.temperature)}"
        return f"{self.score.replace('_', ' ')} · {self.normalize}{warm}"
