"""Pairs of sentences: does the second say a phrase of the first again?"""

import numpy as np

from ._batch import Batch
from ._drawing import Span, check_least, check_rng, check_span, draw_sizes, within


def sentence_pairs(rng: np.random.Generator, n: int, *, length: Span, phrase: int = 3, symbols: int = 32) -> Batch:
    """Draw pairs of sentences: the second has a phrase of the first in another place, or all of it but one word.

    Parameters
    ----------
    rng : numpy.random.Generator
    n : int
        How many pairs.
    length : int or (int, int)
        Of both sentences; or the shortest and the longest, L, each length between them as likely.
    phrase : int
        How many words the phrase has, one after the other.
    symbols : int
        How many different words there are, with codes from 1. A sentence has no word twice.

    Returns
    -------
    Batch
        inputs (n, L, 2): the words of the first sentence, and those of the second. targets (n,): 2 if the whole
        phrase is there, 1 if one of its words is another, each as likely. alignment (n, L, L): which word of the
        first is which of the second.

    Raises
    ------
    TypeError, ValueError
        If ``rng`` is no Generator, a sentence is shorter than the phrase, the phrase has no two words, or there are
        fewer than two words for each place.

    Notes
    -----
    All other words stand in one sentence only. So it is enough to count the words that both have: to find them among
    the others, and to let the others not count. A paraphrase in a language says it in other words; here they are the
    same, which is what trained word vectors make of synonyms, nearly.

    Examples
    --------
    >>> batch = sentence_pairs(np.random.default_rng(1), 1, length=5, phrase=2, symbols=20)
    >>> batch.inputs[0].T, batch.targets  # 10 17
    (array([[10, 17,  3, 19, 20],
           [15,  5, 13, 10, 17]]), array([2]))
    >>> np.argwhere(batch.alignment[0])
    array([[0, 3],
           [1, 4]])
    """
    check_rng(rng)
    n, phrase = check_least("n", n, 0), check_least("phrase", phrase, 2)
    shortest, longest = check_span("length", length, phrase)
    symbols = check_least("symbols", symbols, 2 * longest)
    lengths = draw_sizes(rng, n, shortest, longest)
    real, at = within(lengths, longest), np.arange(longest)
    words = rng.random((n, symbols)).argsort(axis=1, kind="stable")  # the first L are said, the next L are not
    said, others = words[:, :longest], words[:, longest : 2 * longest]
    here, there = rng.integers(lengths[:, None] - phrase + 1, size=(n, 2)).T[..., None]  # where the phrases begin
    same, replaced = rng.random((n, 1)) < 0.5, rng.integers(phrase, size=(n, 1))
    place = at - there  # in the phrase, for each place of the second sentence
    kept = (place >= 0) & (place < phrase) & (same | (place != replaced))
    source = np.where(kept, place + here, 0)
    second = np.where(kept, np.take_along_axis(said, source, axis=1), others)
    alignment = kept[:, None] & (at[:, None] == source[:, None])
    inputs = np.stack([said + 1, second + 1], axis=2) * real[..., None]
    return Batch(inputs, np.where(same[:, 0], 2, 1), lengths, alignment)
