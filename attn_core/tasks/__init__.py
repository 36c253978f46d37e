"""Data with known answers: what to read, what to say, and where in the text the answer stands.

Every task takes a numpy Generator and a number of sequences, and gives a `Batch` of numpy arrays. The same generator
in the same state gives the same bytes.
"""

from ._batch import Batch
from .digits import digit_strips, digits_field

__all__ = ["Batch", "digit_strips", "digits_field"]
