"""Documents of sentences of words, in which one word of one sentence tells the answer."""

import numpy as np

from ._batch import Batch
from ._drawing import Span, check_least, check_rng, check_span, draw_sizes, shuffled, within


def documents(
    rng: np.random.Generator, n: int, *, sentences: Span, words: Span, classes: int = 4, fillers: int = 40
) -> Batch:
    """Draw documents in which every sentence has a word of judgement, and one sentence a sign that its word counts.

    Parameters
    ----------
    rng : numpy.random.Generator
    n : int
        How many documents.
    sentences : int or (int, int)
        In every document; or the fewest and the most, S, each number between them as likely.
    words : int or (int, int)
        In every sentence; or the fewest and the most, W, each number between them as likely.
    classes : int
        How many words of judgement there are, with codes from 1: the answers. The sign has the code classes + 1.
    fillers : int
        How many other words there are, with codes from classes + 2.

    Returns
    -------
    Batch
        inputs (n, S, W), 0 behind the end of a sentence and of a document; targets (n,) from 1 to classes; lengths
        (n,) in sentences; alignment (n, S, W): the key word, in the key sentence.

    Raises
    ------
    TypeError, ValueError
        If ``rng`` is no Generator, a document is without sentences or a sentence shorter than two words, or there are
        fewer than two classes, or no fillers.

    Notes
    -----
    As in a review that praises and blames, and says in one place what it comes to, all in all. All judgements are as
    likely, so the one that comes most often is of little help, the less the longer the document. The key sentence has
    two words that matter, every other sentence one that does not.

    Examples
    --------
    >>> batch = documents(np.random.default_rng(0), 1, sentences=3, words=(2, 4), classes=2)
    >>> batch.inputs, batch.targets  # 3 is the sign
    (array([[[ 3,  1, 37, 11],
            [ 7, 38,  1,  0],
            [ 7,  1, 23,  0]]]), array([1]))
    """
    check_rng(rng)
    n, classes = check_least("n", n, 0), check_least("classes", classes, 2)
    fillers = check_least("fillers", fillers, 1)
    fewest, most = check_span("sentences", sentences, 1)
    shortest, longest = check_span("words", words, 2)
    lengths = draw_sizes(rng, n, fewest, most)
    word_counts = rng.integers(shortest, longest + 1, size=(n, most)) * within(lengths, most)
    real = within(word_counts.reshape(-1), longest)
    order = shuffled(rng, real).reshape(n, most, longest)
    judgement, sign = order[..., :1] == np.arange(longest), order[..., 1:2] == np.arange(longest)  # (n, S, W)
    is_key = (rng.integers(lengths)[:, None] == np.arange(most))[..., None]  # (n, S, 1)
    inputs = rng.integers(classes + 2, classes + 2 + fillers, size=(n, most, longest))
    inputs = np.where(judgement, rng.integers(1, classes + 1, size=(n, most, 1)), inputs)
    inputs = np.where(sign & is_key, classes + 1, inputs) * real.reshape(inputs.shape)
    alignment = judgement & is_key
    return Batch(inputs, (inputs * alignment).sum(axis=(1, 2)), lengths, alignment)
