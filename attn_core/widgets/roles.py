"""Projections set by hand for the widget *heads*: what the numbers of a head read, and where they write.

A word has 64 numbers: 32 tell how it is spelt (`spelled`), 32 where it stands (`standing`). The projections of queries
and keys hand them on, a block of 16 at a time, each block for a role; of how many blocks a head consists depends only
on how many heads there are. To have the same matrices in JavaScript: static/heads/roles.js.
"""

import functools

import numpy as np

from .spelling import DIM, spelled

WIDTH, BLOCK = 2 * DIM, 16
SURE = 1.5  # what queries are multiplied by: the larger, the more a head gives to what it looks for
BLOCKS = {  # for each of the four blocks of 16: its role, and which 16 numbers of 32 it reads
    "two": [("before", "first"), ("before", "second"), ("like", "first"), ("like", "second")],
    "four": [("before", "even"), ("like", "first"), ("after", "odd"), ("evenly", "first")],
    "same": [("like", "first"), ("like", "second"), ("like", "even"), ("like", "odd")],
}
ROOMS = {"two": 2, "four": 4, "same": 1}  # in how many parts of the output, side by side, what is found is written
# Pairs of numbers that say the place: those of every eight, sixteen or more in a row are spread over all frequencies.
ORDER = [4 * (f % 4) + f // 4 for f in range(DIM // 2)]
READS = {
    "first": range(16),
    "second": range(16, 32),
    "even": [i for i in range(32) if i // 8 % 2 == 0],
    "odd": [i for i in range(32) if i // 8 % 2 == 1],
}


def standing(place):
    """A vector for a place, 0 to 31, of the length √32; between two places the dot product is 0.

    Notes
    -----
    Pairs ``√2 (cos ωt, sin ωt)`` with 16 frequencies ω = π (2f + 1) / 32. To turn each pair by −ω leads one place
    back, so a matrix can ask for the place before: Vaswani et al. (2017), arXiv:1706.03762, section 3.5.

    Examples
    --------
    >>> both = standing(3) @ standing(3), standing(3) @ standing(4)
    >>> [round(float(dot), 6) + 0.0 for dot in both]
    [32.0, 0.0]
    """
    turned = np.pi * (2 * np.array(ORDER) + 1) / DIM * place
    return np.sqrt(2) * np.stack([np.cos(turned), np.sin(turned)], axis=1).ravel()


def words_in(sentence):
    """The vectors of the words of a sentence, shape (n, 64): spelling, then place."""
    return np.stack([np.concatenate([spelled(word), standing(t)]) for t, word in enumerate(sentence)])


def _turned(back):
    """A matrix that leads places ``back`` places back, (32, 32), for vectors on its left."""
    matrix = np.zeros((DIM, DIM))
    for pair, f in enumerate(ORDER):
        turn = np.pi * (2 * f + 1) / DIM * back
        matrix[2 * pair : 2 * pair + 2, 2 * pair : 2 * pair + 2] = [
            [np.cos(turn), -np.sin(turn)],
            [np.sin(turn), np.cos(turn)],
        ]
    return matrix


@functools.lru_cache(maxsize=len(BLOCKS))
def projections(form):
    """W_Q, W_K, W_V and W_O of a form, shape (4, 64, 64): they stand to the right of a vector.

    Parameters
    ----------
    form : {"two", "four", "same"}
        How many roles there are: two, of two blocks each; four; or the same one in all blocks.

    Returns
    -------
    numpy.ndarray, shape (4, 64, 64)
        Values hand on the spelling: all 32 numbers for each of two roles, the first 16 otherwise. W_O writes what a
        block found where the block stands; where all have the same role, it writes the mean, four times.

    Examples
    --------
    >>> asks, offers, *_ = projections("two")
    >>> vectors = words_in(["a", "b", "c"])
    >>> asked = (vectors @ asks)[2, :32] @ (vectors @ offers)[:, :32].T  # "c" asks for the place before its own
    >>> (asked / 32).round(2) + 0.0
    array([0. , 1.5, 0. ])
    """
    query, key, value, output = np.zeros((4, WIDTH, WIDTH))
    same = np.eye(DIM)
    for block, (role, reads) in enumerate(BLOCKS[form]):
        chosen, at = list(READS[reads]), slice(BLOCK * block, BLOCK * (block + 1))
        if role == "like":
            query[:DIM, at], key[:DIM, at] = SURE * same[:, chosen], same[:, chosen]
        elif role != "evenly":
            back = 1 if role == "before" else -1
            query[DIM:, at], key[DIM:, at] = SURE * _turned(back)[:, chosen], same[:, chosen]
        carried = READS["second" if form == "two" and block % 2 else "first"]
        value[:DIM, at] = same[:, list(carried)]
    output = np.kron(np.full((4, 4), 0.25), np.eye(BLOCK)) if form == "same" else np.eye(WIDTH)
    matrices = np.stack([query, key, value, output])
    matrices.setflags(write=False)
    return matrices
