"""Training: steps of an optimiser with a progress bar, the same each time, and safe to interrupt."""

import io
import math
import signal
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import nn

from attn_core._files import replace
from attn_core._progress import progress


@dataclass
class History:
    """What came of a training.

    Parameters
    ----------
    losses : list of float
        One a step.
    checks : list of (int, float)
        Steps done, and what ``validate`` said then.
    ended : str
        ``steps``: all done. ``goal``: good enough. ``patience``: no better for a while. ``interrupted``: by Ctrl-C.
        ``diverged``: the loss or its gradient was not finite, and that step was not taken.
    """

    losses: list[float] = field(default_factory=list)
    checks: list[tuple[int, float]] = field(default_factory=list)
    ended: str = "steps"


def fit(
    module: nn.Module,
    loss: Callable[[nn.Module, Any], torch.Tensor],
    draw: Callable[[np.random.Generator], Any],
    *,
    steps: int,
    seed: int,
    optimizer: Callable[[Iterable[nn.Parameter]], torch.optim.Optimizer] = torch.optim.Adam,
    clip: float = 1.0,
    validate: Callable[[nn.Module], float] | None = None,
    every: int = 100,
    goal: float | None = None,
    patience: int | None = None,
    checkpoint: str | Path | None = None,
) -> History:
    """Train a module in place, and stop at the last step, when it is good enough or gets no better, or at Ctrl-C.

    Parameters
    ----------
    module : torch.nn.Module
        Trained in place; it is left in the mode, training or not, in which it came.
    loss : callable
        ``loss(module, batch)`` gives a tensor () to make small.
    draw : callable
        ``draw(rng)`` gives the batch of a step; all its chance comes from ``rng``, a numpy Generator.
    steps : int
        At most so many.
    seed : int
        Decides every batch, and what the module draws from torch while it trains, such as dropout.
    optimizer : callable
        Takes the parameters, as ``functools.partial(torch.optim.Adam, lr=0.01)`` does.
    clip : float
        The longest gradient; a longer one is shortened to it. Infinite: never.
    validate : callable, optional
        ``validate(module)`` gives a number, lower is better. It is called in evaluation mode and without gradients.
    every : int
        Steps between two validations, and between two checkpoints.
    goal : float, optional
        Stop once ``validate`` says this or less.
    patience : int, optional
        Stop after so many validations without a new best, and take the best weights back.
    checkpoint : path, optional
        A file to go on from, where it is there, and to write to. An interrupted training that goes on ends with the
        same weights as one that was not.

    Returns
    -------
    History

    Raises
    ------
    ValueError
        If there is a goal or patience and nothing to validate, if a count is below 1, or if the checkpoint is damaged
        or was made with another seed.

    Notes
    -----
    The batch of step i is drawn from ``default_rng([seed, i])``. A first Ctrl-C ends the training after the step in
    work, a second one at once. torch's global generator is left as it was.

    Examples
    --------
    >>> line = nn.Linear(1, 1)
    >>> def draw(rng):
    ...     x = torch.tensor(rng.normal(size=(32, 1)), dtype=torch.float32)
    ...     return x, 3 * x - 1
    >>> def loss(line, batch):
    ...     return ((line(batch[0]) - batch[1]) ** 2).mean()
    >>> history = fit(line, loss, draw, steps=500, seed=0, optimizer=lambda p: torch.optim.SGD(p, lr=0.1))
    >>> round(line.weight.item(), 3), round(line.bias.item(), 3), history.ended
    (3.0, -1.0, 'steps')
    """
    for name, given in {"goal": goal, "patience": patience}.items():
        if given is not None and validate is None:
            raise ValueError(f"{name} needs validate: what is to get better?")
    for name, count in {"steps": steps, "every": every, "patience": 1 if patience is None else patience}.items():
        if count < 1:
            raise ValueError(f"{name} must be 1 or more, got {count}")
    with torch.random.fork_rng(devices=[]), _mode_kept(module), _interrupt() as interrupted:
        torch.manual_seed(seed)
        state = _State(module, optimizer(module.parameters()), seed)
        if checkpoint is not None and Path(checkpoint).exists():
            state.load(Path(checkpoint))
        history = state.history
        history.ended = "steps"
        with progress(total=steps, initial=len(history.losses), unit="step", leave=False) as bar:
            while len(history.losses) < steps and not state.reached(goal) and not state.waited_for(patience):
                step = len(history.losses)
                module.train()
                value = loss(module, draw(np.random.default_rng([seed, step])))
                if not state.step(value, clip):
                    history.ended = "diverged"
                    break
                bar.set_postfix(loss=f"{value.item():.4g}", refresh=False)
                bar.update()
                if (step + 1) % every == 0 or step + 1 == steps:
                    if validate is not None:
                        module.eval()
                        with torch.no_grad():
                            state.check(float(validate(module)))
                    state.save(checkpoint)
                if interrupted:
                    history.ended = "interrupted"
                    state.save(checkpoint)
                    break
        if state.reached(goal):
            history.ended = "goal"
        elif state.waited_for(patience):
            history.ended = "patience"
        if patience is not None and state.best:
            module.load_state_dict(state.best)
    return history


class _State:
    """All that a training needs to go on: weights, optimiser, torch's generator, history, the best weights."""

    def __init__(self, module: nn.Module, optimizer: torch.optim.Optimizer, seed: int):
        self.module, self.optimizer, self.seed = module, optimizer, seed
        self.history, self.best = History(), {}

    def step(self, loss: torch.Tensor, clip: float) -> bool:
        """Take a step, unless the loss or its gradient is not finite; tell whether it was taken."""
        self.optimizer.zero_grad()
        loss.backward()
        length = nn.utils.clip_grad_norm_(self.module.parameters(), clip)
        if not (math.isfinite(loss.item()) and math.isfinite(length.item())):
            return False
        self.optimizer.step()
        self.history.losses.append(loss.item())
        return True

    def check(self, value: float) -> None:
        if not self.history.checks or value < min(said for _, said in self.history.checks):
            self.best = deepcopy(self.module.state_dict())
        self.history.checks.append((len(self.history.losses), value))

    def reached(self, goal: float | None) -> bool:
        """Whether the last check was good enough."""
        checks = self.history.checks
        return goal is not None and bool(checks) and checks[-1][1] <= goal

    def waited_for(self, patience: int | None) -> bool:
        """Whether the best of all checks is so many checks ago."""
        values = [value for _, value in self.history.checks]
        return patience is not None and bool(values) and len(values) - 1 - values.index(min(values)) >= patience

    def save(self, path: str | Path | None) -> None:
        if path is None:
            return
        parts = {
            "seed": self.seed,
            "module": self.module.state_dict(),
            "optimizer": self.optimizer.state_dict(),
            "generator": torch.get_rng_state(),
            "history": asdict(self.history),
            "best": self.best,
        }
        data = io.BytesIO()
        torch.save(parts, data)
        replace(Path(path), data.getvalue())

    def load(self, path: Path) -> None:
        try:
            parts = torch.load(io.BytesIO(path.read_bytes()), weights_only=True)
            seed, history = parts["seed"], History(**parts["history"])
        except Exception as error:
            raise ValueError(
                f"checkpoint {path} is damaged ({type(error).__name__}): remove it to begin anew"
            ) from None
        if seed != self.seed:
            raise ValueError(f"checkpoint {path} was made with seed {seed}, not {self.seed}: remove it to begin anew")
        self.module.load_state_dict(parts["module"])
        self.optimizer.load_state_dict(parts["optimizer"])
        torch.set_rng_state(parts["generator"])
        self.history, self.best = history, parts["best"]


@contextmanager
def _mode_kept(module: nn.Module) -> Iterator[None]:
    mode = module.training
    try:
        yield
    finally:
        module.train(mode)


@contextmanager
def _interrupt() -> Iterator[list[bool]]:
    """A list that a first Ctrl-C makes true. Where Ctrl-C would not raise KeyboardInterrupt, it does what it did."""
    interrupted: list[bool] = []
    is_main = threading.current_thread() is threading.main_thread()
    if not is_main or signal.getsignal(signal.SIGINT) is not signal.default_int_handler:
        yield interrupted
        return

    def note(*_: Any) -> None:
        interrupted.append(True)
        signal.signal(signal.SIGINT, signal.default_int_handler)

    signal.signal(signal.SIGINT, note)
    try:
        yield interrupted
    finally:
        signal.signal(signal.SIGINT, signal.default_int_handler)
