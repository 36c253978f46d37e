"""The cases that JavaScript, numpy and torch must agree on, edges included. A state is the widget's own."""

import itertools

import numpy as np

from attn_core.widgets import library
from attn_core.widgets.attending import NORMALIZERS
from attn_core.widgets.playground import SCORES, Playground

DEFAULTS = Playground().state()


def situation(**changes):
    return {**DEFAULTS, **changes}


def situations():
    """Name and state of every case."""
    rng = np.random.default_rng(4)
    for score, normalize in itertools.product(SCORES, NORMALIZERS):
        n, width, hidden = rng.integers(1, 7), rng.integers(1, 3), 3
        mask = rng.random(n) < 0.8
        yield (
            f"{score}, {normalize}, drawn",
            situation(
                query=rng.normal(size=2).tolist(),
                key=rng.normal(size=(n, 2)).tolist(),
                value=rng.normal(size=(n, width)).tolist(),
                mask=mask.tolist(),
                score=score,
                normalize=normalize,
                temperature=float(rng.uniform(0.1, 3)),
                general_weight=rng.normal(size=(2, 2)).tolist(),
                linear_weight=rng.normal(size=4).tolist(),
                query_weight=rng.normal(size=(2, hidden)).tolist(),
                key_weight=rng.normal(size=(2, hidden)).tolist(),
                v=rng.normal(size=hidden).tolist(),
            ),
        )
        edges = {
            "all masked": {"mask": [False] * 4},
            "one open": {"mask": [False, True, False, False]},
            "alike, one longer": {"query": [1.5, 0.0], "key": [[1.0, 0.8], [1.4, -1.12], [-1.0, 0.0], [0.0, 1.0]]},
            "equal keys": {"key": [[1.0, 1.0]] * 4},
            "zero query": {"query": [0.0, 0.0]},
            "zero key": {"key": [[0.0, 0.0], *DEFAULTS["key"][1:]]},
            "cold": {"temperature": 0.01},
            "warm": {"temperature": 100.0},
            "scores of ±1e20": {"query": [1.0, 0.0], "key": [[1e20, 1e20], [-1e20, -1e20], [1.0, 1.0], [0.0, 0.0]]},
            "tiny": {"query": [1e-30, 0.0], "key": [[1e-30, 0.0], [0.0, 1e-30], [-1e-30, 0.0], [1e-30, 1e-30]]},
        }
        for name, changes in edges.items():
            yield f"{score}, {normalize}, {name}", situation(score=score, normalize=normalize, **changes)
    yield (
        "scores one apart: pencil",
        situation(
            query=[1.0, 1.0],
            key=[[1.0, 1.0], [1.0, 0.0], [1.0, -1.0]],
            value=[[10.0], [20.0], [30.0]],
            mask=[True] * 3,
            score="dot",
        ),
    )


SITUATIONS = dict(situations())


def evenings():
    """Name and state of every case of the library."""
    rng = np.random.default_rng(5)
    first = library.Library().state()
    for score, normalize in itertools.product(library.SCORES, NORMALIZERS):
        n, d = (int(size) for size in rng.integers(1, 7, size=2))
        drawn = {
            "query": rng.uniform(0, 10, size=d).round(1).tolist(),
            "key": rng.normal(size=(n, d)).tolist(),
            "value": rng.dirichlet(np.ones(d), size=n).tolist(),
            "mask": (rng.random(n) < 0.8).tolist(),
            "temperature": float(rng.uniform(0.1, 3)),
            "books": [f"Book {j}" for j in range(n)],
            "subjects": [f"subject {c}" for c in range(d)],
            "hours": 2.5,
        }
        edges = {
            "drawn": drawn,
            "first picture": {},
            "asks for nothing": {"query": [0.0] * 5},
            "two interests": {"query": [8.0, 0.0, 0.0, 8.0, 0.0]},
            "nothing fits": {"query": [0.0, 0.0, 0.0, 0.0, 9.0]},
            "perfect card": {"key": [*first["key"][:2], [0.9, 0.8, 0.0, 0.0, 0.0], *first["key"][3:]]},
            "long card": {"key": [[0.2, 0.2, 0.0, 0.0, 0.0], [1.5, 2.5, 0.9, 0.0, 0.0], *first["key"][2:]]},
            "lent out": {"mask": [False, True, True, True, True]},
            "all lent out": {"mask": [False] * 5},
            "one left": {"mask": [False, False, True, False, False]},
            "blank cards": {"key": [[0.0] * 5] * 5},
            "cold": {"temperature": 0.01},
            "warm": {"temperature": 100.0},
        }
        for name, changes in edges.items():
            yield f"{score}, {normalize}, {name}", {**first, "score": score, "normalize": normalize, **changes}


EVENINGS = dict(evenings())
