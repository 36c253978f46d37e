"""Running the seeds of an experiment: several at a time, each kept as soon as it is there."""

import base64
import json
import multiprocessing
import operator
import pickle
import shutil
from collections import deque
from collections.abc import Callable, Iterator
from functools import partial
from multiprocessing.connection import wait
from pathlib import Path
from typing import Any

from attn_core._files import replace, unpacked
from attn_core._progress import progress
from attn_core.results import FOLDER, save

from . import _seed
from ._record import record
from ._subject import Subject

KEPT = Path(__file__).parents[1] / ".experiments"

Task = tuple[str, str, int, bool]  # name, source, seed, short: the arguments of _seed.run
Answers = Iterator[tuple[Task, Any]]  # a task and its numbers, or the exception that it met


class ExperimentError(Exception):
    """What went wrong in an experiment, and where."""


def make(subject: Subject, each: Callable[[list[Task]], Answers], *, folder: Path = FOLDER, kept: Path = KEPT) -> None:
    """Run the seeds that are not kept yet, and write the record."""
    at = kept / subject.name / subject.hash[:16]
    tasks = [
        (subject.name, subject.source, seed, short) for short, seed in [(True, 0), *((False, s) for s in subject.seeds)]
    ]
    done = {task: run for task in tasks if (run := _kept(at, task))}
    errors = []
    with progress(total=len(tasks), initial=len(done), desc=subject.name, unit="seed", leave=False) as bar:
        for task, answer in each([task for task in tasks if task not in done]):
            if isinstance(answer, Exception):
                errors.append(f"{_said(task)}: {answer}")
            else:
                replace(_file(at, task), json.dumps(answer).encode())
                done[task] = answer
            bar.update()
    if errors:
        raise ExperimentError("\n".join(errors))
    short, *seeds = (done[task] for task in tasks)
    arrays = unpacked(base64.b64decode(seeds[0]["weights"])) if seeds[0]["weights"] else None
    save(record(subject, short, seeds), weights=arrays, folder=folder)
    shutil.rmtree(kept / subject.name)


def _file(at: Path, task: Task) -> Path:
    _, _, seed, short = task
    return at / ("short.json" if short else f"{seed}.json")


def _kept(at: Path, task: Task) -> dict[str, Any] | None:
    try:
        return json.loads(_file(at, task).read_text("utf-8"))
    except (FileNotFoundError, ValueError):
        return None


def _said(task: Task) -> str:
    name, _, seed, short = task
    return f"{name}, {'the short run' if short else f'seed {seed}'}"


def in_processes(tasks: list[Task], *, jobs: int) -> Answers:
    """Run tasks on this machine, so many at a time, each in a process of its own."""
    context = multiprocessing.get_context("spawn")
    waiting, at_work = deque(tasks), {}
    try:
        while waiting or at_work:
            while waiting and len(at_work) < jobs:
                task = waiting.popleft()
                ours, theirs = context.Pipe(duplex=False)
                process = context.Process(target=_seed.answer, args=(theirs, task), daemon=True)
                process.start()
                theirs.close()  # so that the death of the process ends the pipe
                at_work[ours] = process, task
            for ours in wait(list(at_work)):
                process, task = at_work[ours]
                try:
                    answer, trouble = ours.recv()
                    answer = answer if trouble is None else ExperimentError(trouble)
                except EOFError:
                    process.join()
                    answer = ExperimentError(f"its process died (exit code {process.exitcode})")
                del at_work[ours]
                ours.close()
                process.join()
                process.close()
                yield task, answer
    finally:
        for process, _ in at_work.values():
            process.terminate()
            process.join()


def on_cluster(tasks: list[Task], *, address: str) -> Answers:
    """Run tasks on a Dask cluster, whose workers need `attn_core` installed and nothing else of ours.

    A task whose worker dies is given to another by the scheduler.
    """
    try:
        import cloudpickle
        from distributed import Client, as_completed
    except ImportError as error:
        raise ExperimentError(f"a cluster needs Dask ({error}): pip install attn-core[cluster]") from None

    cloudpickle.register_pickle_by_value(_seed)
    run = _Carried(cloudpickle.dumps(_seed.run))
    with Client(address) as client:
        futures = {client.submit(operator.call, run, *task, pure=False): task for task in tasks}
        for future in as_completed(futures):
            error = future.exception()
            answer = future.result() if error is None else ExperimentError(f"{type(error).__name__}: {error}")
            yield futures[future], answer


class _Carried:
    """A function that arrives as itself where its module is not: Dask alone would send its name."""

    def __init__(self, packed: bytes):
        self.packed = packed

    def __reduce__(self):
        return pickle.loads, (self.packed,)


def run(
    subjects: list[Subject],
    *,
    jobs: int = 2,
    scheduler: str | None = None,
    folder: Path = FOLDER,
    kept: Path = KEPT,
    say: Callable[[str], None] = print,
) -> bool:
    """Make the records that are missing, damaged or stale; tell whether all went well.

    What measures time comes last, one seed at a time and on this machine, whatever the jobs and the cluster.
    """
    well, todo = True, []
    for subject in subjects:
        state = subject.state(folder)
        say(f"{subject.name}: {state}{'' if state == 'current' else ', to be made'}")
        todo += [] if state == "current" else [subject]
    for subject in progress(sorted(todo, key=lambda subject: subject.timing), desc="experiments", leave=False):
        if subject.timing:
            each = partial(in_processes, jobs=1)
        else:
            each = partial(on_cluster, address=scheduler) if scheduler else partial(in_processes, jobs=jobs)
        try:
            make(subject, each, folder=folder, kept=kept)
        except (ExperimentError, ValueError, OSError) as error:
            well = False
            say(f"{subject.name}: not made\n{error}")
        else:
            say(f"{subject.name}: written, {len(subject.seeds)} seeds")
    return well
