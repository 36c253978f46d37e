"""A question and a passage, with one answer for every word of the passage."""

import numpy as np

from ._batch import Batch
from ._drawing import check_least, check_rng


def question_and_passage(rng: np.random.Generator, n: int, *, question: int, passage: int, symbols: int = 64) -> Batch:
    """Draw questions and passages: which words of a passage does its question ask for?

    Parameters
    ----------
    rng : numpy.random.Generator
    n : int
        How many questions, each with a passage.
    question : int
        Words in every question, no two of them the same.
    passage : int
        Words in every passage.
    symbols : int
        How many different words there are, with codes from 1.

    Returns
    -------
    Batch
        inputs (n, L) with L = question + passage: first the question, then the passage. targets (n, passage): 2 for a
        word that stands in the question, 1 for another, each as likely. alignment (n, passage, L): the question's
        word that the passage's word is, or none.

    Raises
    ------
    TypeError, ValueError
        If ``rng`` is no Generator, question or passage is below 1, or the question has all symbols there are.

    Notes
    -----
    One vector for the question has to tell ``symbols`` words apart by yes and no. A reader that may look at the
    question again at every word looks for that word alone. It is the *exact match* that Chen, Fisch, Weston and Bordes
    (2017), arXiv:1704.00051, hand to their reader as a feature; here it has to be found.

    Examples
    --------
    >>> batch = question_and_passage(np.random.default_rng(3), 1, question=2, passage=4, symbols=9)
    >>> batch.inputs[:, :2], batch.inputs[:, 2:], batch.targets
    (array([[1, 5]]), array([[5, 5, 9, 5]]), array([[2, 2, 1, 2]]))
    """
    check_rng(rng)
    n, question = check_least("n", n, 0), check_least("question", question, 1)
    passage, symbols = check_least("passage", passage, 1), check_least("symbols", symbols, 2)
    if symbols <= question:
        raise ValueError(f"symbols must be more than the {question} words of a question, got {symbols}")
    shuffled = rng.random((n, symbols)).argsort(axis=1, kind="stable")  # the first of them make the question
    asked = rng.random((n, passage)) < 0.5
    place = np.where(asked, rng.integers(question, size=asked.shape), rng.integers(question, symbols, size=asked.shape))
    inputs = 1 + np.concatenate([shuffled[:, :question], np.take_along_axis(shuffled, place, axis=1)], axis=1)
    alignment = place[..., None] == np.arange(question + passage)
    alignment[..., question:] = False
    return Batch(inputs, np.where(asked, 2, 1), np.full(n, question + passage), alignment)
