"""Exercises: questions to answer before one looks, and functions to write that are checked at once.

`predict` puts a question on the page; it answers back there without a kernel. `check` runs a reader's function
in the notebook on hidden cases, and shows the smallest one that goes wrong.
"""

from .checking import check
from .question import predict

__all__ = ["check", "predict"]
