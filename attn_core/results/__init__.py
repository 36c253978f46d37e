"""Recorded numbers: what the experiments found, for a chapter to load, draw and print.

A record holds the numbers of every seed, an interval around each mean, the sizes they were made with, and where.
Beside it may stand arrays: the weights of a model that a page runs, or examples that it shows. ``make experiments``
writes both; they ship with the package, so a chapter prints the same on any machine.
"""

from ._records import FOLDER, Record, load, save
from ._weights import weights

__all__ = ["FOLDER", "Record", "load", "save", "weights"]
