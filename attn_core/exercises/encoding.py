"""Exercises on one vector, what is squeezed into it, and what a decoder does with it."""

import numpy as np

import attn_core as ac

from .table import Case, Exercise
from .three_steps import tenths


def bits_per_pixel(size, width, height):
    return 8 * size / (width * height)


def pictures(rng):
    return [
        *(Case((size, width, height)) for size, width, height in ((1, 2, 2), (2, 4, 4), (6, 4, 3), (2080, 427, 427))),
        Case((2, 1, 8), "a picture that is not square", "All its pixels share the bits: width times height."),
        *(Case((102400, side, side), "100 KB") for side in (800, 3000)),
    ]


def turned(inputs, lengths):
    at = np.arange(inputs.shape[1])
    return np.take_along_axis(inputs, np.where(at < lengths[:, None], lengths[:, None] - 1 - at, at), axis=1)


def padded_lines(rng):
    stays = "The padding stays behind the end: only the symbols before it change places."
    whole = [Case((rng.integers(1, 10, (n, length)), np.full(n, length))) for n, length in ((1, 3), (2, 4), (4, 9))]
    short = []
    for lengths in ([1], [2, 3], [4, 1, 3], [5, 2, 7, 4]):
        lengths = np.array(lengths)
        inputs = rng.integers(1, 10, (len(lengths), lengths.max() + 1))
        short.append(Case((inputs * (np.arange(inputs.shape[1]) < lengths[:, None]), lengths), "padded lines", stays))
    return [*whole, *short]


def last_states(states, lengths):
    last = states[np.arange(len(states)), np.maximum(lengths - 1, 0)]
    return np.where(lengths[:, None] > 0, last, 0.0)


def readings(rng):
    padding = "Behind the end of a line there is padding, and its state says nothing: take the state at length − 1."
    nothing = "Nothing was read, so there is nothing to remember: zeros."
    return [
        *(Case((tenths(rng, 1, n, d), np.array([n]))) for n, d in ((1, 1), (2, 1), (3, 2))),
        *(
            Case((tenths(rng, len(lengths), 4, d), np.array(lengths)), "padded lines", padding)
            for lengths, d in (([2], 1), ([3, 1], 2), ([4, 2, 3], 3))
        ),
        Case((tenths(rng, 2, 2, 1), np.array([2, 0])), "a line of length 0", nothing),
    ]


def written(table, begin, stop, most):
    symbols, last = np.full(most, stop), begin
    for step in range(most):
        last = symbols[step] = int(table[last].argmax())
        if last == stop:
            break
    return symbols


def grammars(rng):
    behind = "Once the stop has been written, nothing is written any more: the rest of the row is stop."
    chain = np.eye(4)[[1, 2, 3, 0]]  # after 0 comes 1, after 1 comes 2 …
    return [
        Case((chain[:3, :3], 0, 2, 1)),
        Case((chain[:3, :3], 0, 2, 2)),
        Case((chain, 0, 3, 6), "a stop before the end", behind),
        Case((np.eye(3), 1, 2, 3), "a symbol that follows itself"),
        *(Case((tenths(rng, n, n), 0, n - 1, most)) for n, most in ((3, 4), (5, 6), (8, 12))),
    ]


def contexts(decoder, states, length):
    return ac.attend(decoder, states, states, score=ac.scores.dot, mask=(np.arange(len(states)) < length)[None])[0]


def translations(rng):
    padding = "States behind the length are padding. They get weight 0, and the others share as if they were not there."
    nothing = "There is nothing to look at: the context is zero."
    return [
        *(Case((tenths(rng, t, d), tenths(rng, n, d), n)) for t, n, d in ((1, 1, 1), (1, 2, 1), (2, 3, 2), (5, 8, 4))),
        *(
            Case((tenths(rng, t, d), tenths(rng, n, d), length), "padded states", padding)
            for t, n, d, length in ((1, 2, 1, 1), (2, 4, 2, 2), (3, 6, 4, 5))
        ),
        Case((tenths(rng, 1, 1), tenths(rng, 2, 1), 0), "a length of 0", nothing),
    ]


EXERCISES = {
    "bits_per_pixel": Exercise(
        takes=("size", "width", "height"),
        gives=("bits",),
        task="A picture, width by height pixels, is kept in a file of `size` bytes. Return the bits for each pixel.",
        reference=bits_per_pixel,
        cases=pictures,
    ),
    "turned": Exercise(
        takes=("inputs", "lengths"),
        gives=("inputs",),
        task=(
            "Take inputs (B, L), padded with 0 at the end, and their lengths (B,). Return the inputs with every line "
            "turned round, its last symbol first, and its padding still behind it."
        ),
        reference=turned,
        cases=padded_lines,
    ),
    "last_states": Exercise(
        takes=("states", "lengths"),
        gives=("vector",),
        task=(
            "An encoder has left states at every position, (B, L, D), of lines padded behind their lengths (B,). "
            "Return for each the state in which its reading ended, (B, D), and zeros for a line of length 0."
        ),
        reference=last_states,
        cases=readings,
    ),
    "written": Exercise(
        takes=("table", "begin", "stop", "most"),
        gives=("symbols",),
        task=(
            "Row s of the table (S, S) scores what may follow symbol s. Begin after `begin`, write the symbol with the "
            "best score, read it, and so on. Return `most` symbols; once stop is written, only stop follows."
        ),
        reference=written,
        cases=grammars,
    ),
    "contexts": Exercise(
        takes=("decoder", "states", "length"),
        gives=("context",),
        task=(
            "Take the states of a decoder (T, D) and those of an encoder (L, D), of which the first `length` are no "
            "padding. Return a context for each of the T, (T, D), by the dot product and softmax."
        ),
        reference=contexts,
        cases=translations,
    ),
}
