"""Answers to the exercises on where to look."""

import numpy as np


def local_p(scores, centre, window):
    places = np.arange(len(scores))
    inside = abs(places - centre) <= window
    if not inside.any():
        return np.zeros(len(scores))
    powers = np.exp(scores - scores[inside].max(), where=inside, out=np.zeros(len(scores)))
    return powers / powers.sum() * np.exp(-2 * (places - centre) ** 2 / window**2)


def softmax(scores):
    powers = np.exp(scores - scores.max())
    return powers / powers.sum()


def reinforce_gradient(scores, drawn, loss, baseline):
    return (loss - baseline) * (np.eye(len(scores))[drawn] - softmax(scores))


def marginal(scores, losses):
    return float(np.logaddexp.reduce(scores) - np.logaddexp.reduce(scores - losses))


def steadiest_baseline(probabilities, losses):
    slopes = np.eye(len(losses)) - probabilities  # of log p, a row a place
    shares = probabilities * (slopes**2).sum(axis=1)
    return float(shares @ losses / shares.sum())


def winners(scores):
    return len({max(range(len(row)), key=row.__getitem__) for row in scores.tolist()})


RIGHT = {
    "local_p": local_p,
    "reinforce_gradient": reinforce_gradient,
    "marginal": marginal,
    "winners": winners,
    "steadiest_baseline": steadiest_baseline,
}

MISTAKES = [
    ("local_p", lambda scores, centre, window: (w := local_p(scores, centre, window)) / max(w.sum(), 1e-300), "after"),
    ("local_p", lambda scores, centre, window: local_p(scores, round(centre), window), "between two keys"),
    ("local_p", lambda scores, centre, window: local_p(scores, centre, 100), "wanted"),
    (
        "reinforce_gradient",
        lambda scores, drawn, loss, baseline: (loss - baseline) * np.eye(len(scores))[drawn],
        "The logarithm of softmax",
    ),
    (
        "reinforce_gradient",
        lambda scores, drawn, loss, baseline: reinforce_gradient(scores, drawn, baseline, loss),
        "wanted",
    ),
    ("marginal", lambda scores, losses: float(softmax(scores) @ losses), "Average the likelihoods"),
    ("marginal", lambda scores, losses: marginal(scores, -losses), "wanted"),
    ("winners", lambda scores: len(np.unique(scores)), "wanted"),
    ("winners", lambda scores: len(set(scores.argmax(axis=0).tolist())), "wanted"),
    ("steadiest_baseline", lambda probabilities, losses: float(probabilities @ losses), "nearly sure"),
]
