"""Vectors for words that a reader types: they tell how a word is spelt, and nothing of what it means.

To have the same vectors in JavaScript, letter by letter:

1. ``word.toLowerCase().normalize("NFC")``, taken apart into code points; lone surrogates stay what they are.
2. ``<`` in front, ``>`` behind; every three code points in a row are one 3-gram, repetitions included. A word of n
   code points has n of them, and the empty word has none.
3. The seed of a 3-gram: h = 2166136261, and for each of its code points c, in order,
   ``h = Math.imul(h ^ c, 16777619)``; at the end ``h >>> 0``.
4. The 3-gram's vector: ``normals(seed, 32)`` of static/kit/draw.js.
5. The word's vector: the sum over its 3-grams; `spelled` divides it by the root of its mean square.
"""

import unicodedata

import numpy as np

from .drawn import normals

DIM = 32


def grams(word):
    """Three characters in a row, each time they stand in the word, ``<`` and ``>`` being its ends.

    >>> grams("Über")
    ['<üb', 'übe', 'ber', 'er>']
    """
    text = unicodedata.normalize("NFC", word.lower())
    text = f"<{text}>"
    return [text[i : i + 3] for i in range(len(text) - 2)]


def gram_seed(gram):
    """A number for the 3-gram, 0 to 2³² − 1.

    Notes
    -----
    The hash FNV-1a of Fowler, Noll and Vo, with 32 bits, that takes in code points where theirs takes in bytes.

    >>> gram_seed("<a>")
    2359087600
    """
    seed = 2166136261
    for character in gram:
        seed = (seed ^ ord(character)) * 16777619 % 2**32
    return seed


def gram_sum(word):
    """The sum of the word's 3-grams, each one a vector drawn from N(0, 1): the more letters, the longer.

    Parameters
    ----------
    word : str

    Returns
    -------
    numpy.ndarray, shape (32,)
        Zeros for the empty word.

    Notes
    -----
    Two words are alike as far as they have 3-grams in common. After the word vectors of Bojanowski, Grave, Joulin and
    Mikolov (2017), arXiv:1607.04606, who learn theirs; here they are drawn, from a seed that the 3-gram itself gives.

    Examples
    --------
    >>> bool(np.allclose(gram_sum("ab"), normals(gram_seed("<ab"), 32) + normals(gram_seed("ab>"), 32)))
    True
    """
    return sum((normals(gram_seed(gram), DIM) for gram in grams(word)), np.zeros(DIM))


def spelled(word):
    """A vector for the word that has the length √32, whatever the word: its numbers have the mean square 1.

    Parameters
    ----------
    word : str

    Returns
    -------
    numpy.ndarray, shape (32,)
        Zeros for the empty word.

    Notes
    -----
    Between two of them the dot product over √32 is √32 = 5.66 times the cosine: words that share no 3-gram score near
    0, and each word scores 5.66 with itself.

    Examples
    --------
    >>> float((spelled("march") @ spelled("March")).round(6)), float((spelled("") @ spelled("a")).round(6))
    (32.0, 0.0)
    >>> round(float(spelled("march") @ spelled("marching") / 32), 1)
    0.7
    """
    summed = gram_sum(word)
    spread = np.sqrt((summed**2).mean())
    return summed / spread if spread > 0 else summed
