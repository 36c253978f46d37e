"""Exercises on where to look: draws and their gradients, windows, rankings."""

import numpy as np

import attn_core as ac
from attn_core import local

from .table import Case, Exercise
from .three_steps import SHIFT, tenths

MINUS = "The logarithm of softmax has the slope 1 − p at the drawn place, and −p at every other."
HUGE = f"The exponential of 1000 is infinite. {SHIFT}"
OUT = "No key lies in the window: all weights are zero, and 0 / 0 must not happen."
ROUND = "The centre may lie between two keys: keep it as it is, and compare the distances with the window."
ONE = "The Gaussian comes after normalising, and nothing brings the sum back to one."


def local_p(scores, centre, window):
    centre = np.array([centre])
    align = ac.softmax(scores[None], mask=local.near(centre, len(scores), window=window))
    return (align * local.gaussian(centre, len(scores), window=window))[0]


def windows(rng):
    return [
        *(Case((tenths(rng, n), float(c), d), hint=ONE) for n, c, d in ((2, 0, 1), (3, 1, 1), (6, 3, 2), (50, 20, 8))),
        Case((tenths(rng, 4), 1.6, 1), "a centre between two keys", ROUND),
        Case((tenths(rng, 3), -0.5, 2), "a centre before the sentence", ROUND),
        Case((tenths(rng, 3), 9.5, 2), "a window that holds no key", OUT),
        Case((np.array([0.0, 1000.0, 999.0]), 1.0, 2), "scores of 1000", HUGE),
    ]


def reinforce_gradient(scores, drawn, loss, baseline):
    weights = np.zeros(len(scores))
    weights[drawn] = 1.0
    return (loss - baseline) * (weights - ac.softmax(scores))


def draws(rng):
    def case(n, *edge):
        loss, baseline = tenths(rng, 2)
        return Case((tenths(rng, n), int(rng.integers(n)), float(loss), float(baseline)), *edge)

    same = Case((tenths(rng, 2), 0, 1.5, 1.5), "a loss that is the baseline", "No surprise, no gradient.")
    return [case(2, "", MINUS), case(2, "", MINUS), case(3), case(5), case(100), case(1, "a single place", MINUS), same]


def steadiest_baseline(probabilities, losses):
    # The squared length of the slope of log p[j], for each place j.
    lengths = 1 - 2 * probabilities + (probabilities**2).sum()
    shares = probabilities * lengths
    return float(shares @ losses / shares.sum())


def gambles(rng):
    near = "For two equally likely places it is the mean of the two losses."
    certain = "A place that is nearly sure moves the scores little when it is drawn: count how much."
    return [
        Case((np.array([0.5, 0.5]), np.array([1.0, 3.0])), "equally likely places", near),
        Case((np.array([0.9, 0.1]), np.array([0.0, 5.0])), "a place that is nearly sure", certain),
        *(Case((ac.softmax(tenths(rng, n)), tenths(rng, n)), "", certain) for n in (2, 3, 3, 4, 20)),
    ]


def marginal(scores, losses):
    together = np.log(ac.softmax(scores)) - losses
    most = together.max()
    return float(-most - np.log(np.exp(together - most).sum()))


def likelihoods(rng):
    tiny = "The exponential of −1000 is 0, and its logarithm is −∞. Take the largest term out of the sum first."
    mean = "Average the likelihoods, not the losses: the logarithm comes last."
    return [
        *(Case((tenths(rng, n), abs(tenths(rng, n))), "", mean) for n in (2, 2, 3, 5, 50)),
        Case((np.array([0.7]), np.array([2.0])), "a single place", "Then it is that place's loss."),
        Case((np.array([0.0, 1.0]), np.array([1000.0, 1001.0])), "losses of 1000", tiny),
    ]


def winners(scores):
    return len(set(scores.argmax(axis=1).tolist()))


def panels(rng):
    shifted = tenths(rng, 4, 1) + tenths(rng, 5)
    return [
        *(Case((tenths(rng, *shape),)) for shape in ((1, 2), (2, 3), (2, 5), (3, 2), (30, 6))),
        Case((np.eye(3),), "each key wins once"),
        Case((shifted,), "scores that rank alike", "Rows may differ and still have the same key on top."),
    ]


EXERCISES = {
    "local_p": Exercise(
        takes=("scores", "centre", "window"),
        gives=("weights",),
        task=(
            "Take scores (n,) of keys 0 to n - 1, a centre and a window, and return Luong's local-p weights (n,): the "
            "softmax over the keys within the window, then each times exp(-2 (j - centre)² / window²)."
        ),
        reference=local_p,
        cases=windows,
    ),
    "reinforce_gradient": Exercise(
        takes=("scores", "drawn", "loss", "baseline"),
        gives=("gradient",),
        task=(
            "Take scores (n,), the number of the place that was drawn by their softmax, the loss that followed and a "
            "baseline, and return the REINFORCE estimate (n,) of the gradient for the scores."
        ),
        reference=reinforce_gradient,
        cases=draws,
    ),
    "marginal": Exercise(
        takes=("scores", "losses"),
        gives=("loss",),
        task=(
            "Take scores (n,) and losses (n,) in nats, those of each place, and return minus the logarithm of the "
            "mean of exp(-losses), weighted by the softmax of the scores."
        ),
        reference=marginal,
        cases=likelihoods,
    ),
    "winners": Exercise(
        takes=("scores",),
        gives=("count",),
        task=(
            "Take scores (m, n) of m queries and n keys, without ties, and return how many different keys are the "
            "best of some query."
        ),
        reference=winners,
        cases=panels,
    ),
    "steadiest_baseline": Exercise(
        takes=("probabilities", "losses"),
        gives=("baseline",),
        task=(
            "Take the probabilities (n,) of the places and their losses (n,), and return the baseline with which the "
            "REINFORCE gradient varies least: the mean of the losses, each place weighted by its probability and by "
            "the squared length of the gradient of its log p."
        ),
        reference=steadiest_baseline,
        cases=gambles,
    ),
}
