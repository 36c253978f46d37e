"""Answers to the exercises on one vector, what is squeezed into it, and what a decoder does with it."""

import numpy as np

from .three_steps import stable


def turned(inputs, lengths):
    rows = [[*row[:length][::-1], *row[length:]] for row, length in zip(inputs, lengths, strict=True)]
    return np.array(rows)


def last_states(states, lengths):
    vector = np.zeros((len(states), states.shape[2]))
    for row, length in enumerate(lengths):
        if length:
            vector[row] = states[row, length - 1]
    return vector


def written(table, begin, stop, most):
    symbols = []
    while len(symbols) < most:
        begin = np.argmax(table[begin]) if begin != stop or not symbols else stop
        symbols.append(begin)
    return np.array(symbols)


def on_and_on(table, begin, stop, most):
    symbols = []
    for _ in range(most):
        begin = np.argmax(table[begin])
        symbols.append(begin)
    return np.array(symbols)


def contexts(decoder, states, length):
    seen = states[:length]
    if not length:
        return np.zeros_like(decoder)
    return np.array([stable(seen @ state) @ seen for state in decoder])


RIGHT = {
    "bits_per_pixel": lambda size, width, height: size / width / height * 8,
    "turned": turned,
    "last_states": last_states,
    "written": written,
    "contexts": contexts,
}

MISTAKES = [
    ("bits_per_pixel", lambda size, width, height: size / (width * height), "wanted"),
    ("bits_per_pixel", lambda size, width, height: 8 * size / width**2, "width times height"),
    ("turned", lambda inputs, lengths: inputs[:, ::-1], "The padding stays behind the end"),
    ("last_states", lambda states, lengths: states[:, -1], "Behind the end of a line there is padding"),
    ("last_states", lambda states, lengths: states[np.arange(len(states)), lengths - 1], "Nothing was read"),
    ("last_states", lambda states, lengths: states.mean(axis=1), "wanted"),
    ("written", on_and_on, "Once the stop has been written"),
    ("written", lambda table, begin, stop, most: np.resize(table[begin].argsort()[::-1], most), "wanted"),
    ("contexts", lambda decoder, states, length: stable(decoder @ states.T) @ states, "get weight 0"),
    ("contexts", lambda decoder, states, length: stable(decoder @ states.T)[:, :length] @ states[:length], "wanted"),
]
