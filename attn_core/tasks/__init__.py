"""Data with known answers: what to read, what to say, and where in the text the answer stands.

Every task takes a numpy Generator and a number of sequences, and gives a `Batch` of numpy arrays. The same generator
in the same state gives the same bytes.
"""

from ._aligned import aligned
from ._alphabet import Alphabet
from ._batch import Batch
from ._classified import keyword, latest, majority
from ._dates import DAYS, dates, hold_out
from ._documents import documents
from ._glimpses import digit_glimpses
from ._marked import marked_symbols, marked_vectors
from ._numbers import adding, counting, ordering
from ._pairs import sentence_pairs
from ._questions import question_and_passage
from ._symbols import associative_recall, copy, previous, recall, reverse
from ._writing import ISO, LOCALES, date_alphabet, date_forms, write_date
from .digits import WORDS, digit_strips, digits_field

__all__ = [
    "DAYS",
    "ISO",
    "LOCALES",
    "WORDS",
    "Alphabet",
    "Batch",
    "adding",
    "aligned",
    "associative_recall",
    "copy",
    "counting",
    "date_alphabet",
    "date_forms",
    "dates",
    "digit_glimpses",
    "digit_strips",
    "digits_field",
    "documents",
    "hold_out",
    "keyword",
    "latest",
    "majority",
    "marked_symbols",
    "marked_vectors",
    "ordering",
    "previous",
    "question_and_passage",
    "recall",
    "reverse",
    "sentence_pairs",
    "write_date",
]
