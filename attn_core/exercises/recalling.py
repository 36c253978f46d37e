"""Exercises on what is left at the end: gates unrolled, how long they keep, and one state out of many."""

import numpy as np

from .table import Case, Exercise
from .three_steps import tenths

LATER = "Only the gates of later steps count: the first forget gate has nothing to keep, and the last weight has none."
OWN = "A gate's own step is kept by no gate: begin the product at the step after it."
EACH = "Ask each feature which state has its largest number, and count."
OPPOSITE = "Begin with keep = 0.5 ** (1 / steps), and ask which bias has that sigmoid."
BEHIND = "What stands where the mask is False does not count, whatever it is: look for the last place that does."


def unrolled_weights(let_in, keep):
    weights = let_in.astype(float)
    for step in range(1, len(keep)):
        weights[:step] *= keep[step]
    return weights


def gates(rng):
    def case(n, *edge):
        return Case((rng.integers(1, 11, n) / 10, rng.integers(1, 11, n) / 10), *edge)

    closed = Case((np.array([1.0, 0.5, 0.5, 0.5]), np.array([0.9, 0.5, 0.0, 0.8])), "a gate that keeps nothing",
                  "What stood before a gate of 0 is gone: weights of 0, and no division by it.")  # fmt: skip
    return [
        case(1, "a single step", LATER),
        case(2, "", LATER),
        case(3, "", OWN),
        case(3, "", OWN),
        case(5, "", OWN),
        case(40),
        closed,
    ]


def max_shares(states):
    first = states.argmax(axis=0)
    return np.bincount(first, minlength=len(states)) / states.shape[1]


def pooled(rng):
    equal = np.array([[1.0, 2.0], [1.0, 3.0]])
    below = np.array([[-3.0, -1.0], [-2.0, -4.0]])
    return [
        Case((np.array([[0.5]]),), "a single state", EACH),
        Case((equal,), "equal numbers", "Of equal numbers the first is chosen, and it alone."),
        Case((below,), "numbers below zero", EACH),
        *(Case((tenths(rng, n, d),), "", EACH) for n, d in ((2, 1), (3, 2), (2, 4), (30, 16))),
    ]


def bias_for(steps):
    keep = 0.5 ** (1 / steps)
    return float(np.log(keep) - np.log(-np.expm1(-np.log(2) / steps)))


def lives(rng):
    far = "1 - keep loses its digits where keep is nearly 1: use np.expm1."
    return [
        Case((1.0,), "a half-life of one step", OPPOSITE),
        *(Case((float(n),), "", OPPOSITE) for n in (2, 3, 10, 0.5, 200)),
        Case((1e12,), "a half-life of a million million steps", far),
    ]


def last_state(states, mask):
    return states[mask][-1] if mask.any() else np.zeros(states.shape[1])


def sequences(rng):
    def case(n, d, real, *edge):
        mask = np.arange(n) < real
        return Case((tenths(rng, n, d), mask), *edge)

    dirty = np.array([[1.0], [2.0], [99.0]])
    gap = np.array([True, False, True, False])
    return [
        case(1, 1, 1, "a single state"),
        case(2, 1, 1, "", BEHIND),
        case(3, 2, 2, "", BEHIND),
        case(3, 1, 0, "a sequence of length 0", "With no state at all the answer is zeros, as wide as a state."),
        Case((dirty, np.array([True, True, False])), "padding that is not zero", BEHIND),
        Case((tenths(rng, 4, 1), gap), "a gap in the middle", "The last place that is True: count them not, find it."),
        case(30, 8, 17),
    ]


EXERCISES = {
    "unrolled_weights": Exercise(
        takes=("let_in", "keep"),
        gives=("weights",),
        task=(
            "Take let_in and keep, the input gates (n,) and the forget gates (n,) of one feature, and return the "
            "weights (n,) with which the steps stand in the last cell state of an LSTM."
        ),
        reference=unrolled_weights,
        cases=gates,
    ),
    "bias_for": Exercise(
        takes=("steps",),
        gives=("bias",),
        task=(
            "Take a number of steps, and return the bias with which a forget gate that nothing else moves has half "
            "left after so many."
        ),
        reference=bias_for,
        cases=lives,
    ),
    "max_shares": Exercise(
        takes=("states",),
        gives=("shares",),
        task=(
            "Take states (n, D), and return the shares (n,) of their D features that each state gives to the maximum; "
            "of equal numbers the first is taken."
        ),
        reference=max_shares,
        cases=pooled,
    ),
    "last_state": Exercise(
        takes=("states", "mask"),
        gives=("state",),
        task=(
            "Take the states (n, D) of a padded sequence and a mask (n,), True where a state counts, and return the "
            "last state (D,) that does; zeros if there is none."
        ),
        reference=last_state,
        cases=sequences,
    ),
}
