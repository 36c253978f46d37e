"""From the numbers of the seeds to a record: intervals, sizes, hash, machines."""

from typing import Any

import numpy as np
from scipy import stats

from attn_core.results import Record

from ._subject import Subject

T_INTERVAL = "95 % t-interval over seeds"
BOOTSTRAP = "95 % bootstrap interval of the mean over seeds"
RESAMPLES = 2000


def record(subject: Subject, short: dict[str, Any], seeds: list[dict[str, Any]]) -> Record:
    """The record of an experiment, from a short run and one run a seed."""
    runs = [run["numbers"] for run in seeds]
    if len(runs) < 2:
        raise ValueError(f"an interval needs two seeds or more, and SEEDS is {len(runs)}")
    for seed, run in zip(subject.seeds, runs, strict=True):
        if shapes(run) != shapes(runs[0]):
            raise ValueError(
                f"seed {seed} gives {shapes(run)}, seed 0 {shapes(runs[0])}: every seed must give the same"
            )
    numbers = {name: [run[name] for run in runs] for name in runs[0]}
    interval = bootstrap if subject.timing else t_interval
    ends = {name: interval(np.asarray(of_seeds)) for name, of_seeds in numbers.items()}
    machines = [run["made_on"] for run in seeds]
    return Record(
        subject=subject.name,
        claims=subject.claims,
        made_from=subject.hash,
        config=subject.config,
        seeds=subject.seeds,
        numbers=numbers,
        low={name: low.tolist() for name, (low, _) in ends.items()},
        high={name: high.tolist() for name, (_, high) in ends.items()},
        interval_is=BOOTSTRAP if subject.timing else T_INTERVAL,
        short=short["numbers"],
        made_on=[made for i, made in enumerate(machines) if made not in machines[:i]],
    )


def shapes(run: dict[str, Any]) -> dict[str, tuple[int, ...]]:
    """The shape of each number of a run.

    >>> shapes({"share": 0.5, "curve": [0.5, 0.25]})
    {'share': (), 'curve': (2,)}
    """
    return {name: np.asarray(value).shape for name, value in run.items()}


def t_interval(of_seeds: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Where the mean lies, by Student's t, for numbers (seeds, ...).

    >>> low, high = t_interval(np.array([1.0, 2.0, 3.0]))
    >>> float(low.round(3)), float(high.round(3))
    (-0.484, 4.484)
    """
    n = len(of_seeds)
    mean, half = of_seeds.mean(axis=0), stats.t.ppf(0.975, n - 1) * of_seeds.std(axis=0, ddof=1) / np.sqrt(n)
    return np.asarray(mean - half), np.asarray(mean + half)


def bootstrap(of_seeds: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Where the mean lies, by drawing the seeds again with replacement, for numbers (seeds, ...).

    >>> low, high = bootstrap(np.array([1.0, 1.0, 1.0]))
    >>> float(low), float(high)
    (1.0, 1.0)
    """
    n = len(of_seeds)
    drawn = np.random.default_rng(0).integers(n, size=(RESAMPLES, n))
    low, high = np.quantile(of_seeds[drawn].mean(axis=1), [0.025, 0.975], axis=0)
    mean = of_seeds.mean(axis=0)
    return np.minimum(low, mean), np.maximum(high, mean)
