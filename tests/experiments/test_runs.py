"""Running experiments: seeds are kept, what is missing is made, and what fails is said."""

import os
import re
import signal

import pytest

from attn_core.results import load, weights
from experiments import __main__ as command
from experiments import _runs, _seed
from experiments._subject import Subject, find

SCRIPT = '''"""C1 on trial."""
import os, signal, time
from dataclasses import dataclass
from pathlib import Path

SEEDS = 3
FOLDER = Path({folder!r})

@dataclass(frozen=True)
class Config:
    size: int = 4
    def short(self):
        return Config(2)

def run(seed, config):
    with open(FOLDER / "log", "a") as log:
        log.write(f"{{seed}} of {{config.size}}\\n")
    at_seed(seed)
    return {{"share": seed / config.size, "count": seed}}

def at_seed(seed):
    {at_seed}
'''


class Trial:
    """An experiment in a folder of its own, which writes down what it runs."""

    def __init__(self, folder):
        self.folder, self.results, self.kept, self.said = folder, folder / "results", folder / "kept", []

    def subject(self, at_seed="pass", name="one", more=""):
        return Subject(name, SCRIPT.format(folder=str(self.folder), at_seed=at_seed) + more)

    def run(self, *subjects, jobs=1, **options):
        (self.folder / "log").write_text("")
        return _runs.run(
            list(subjects), jobs=jobs, folder=self.results, kept=self.kept, say=self.said.append, **options
        )

    @property
    def ran(self):
        return (self.folder / "log").read_text().splitlines()


@pytest.fixture(autouse=True)
def ctrl_c_interrupts():
    """Also where the tests run in the background, which ignores it."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.fixture
def trial(tmp_path, monkeypatch):
    """Real processes."""
    monkeypatch.setenv("ATTN_CORE_PROGRESS", "0")
    return Trial(tmp_path)


@pytest.fixture
def quick(trial, monkeypatch):
    """No processes, where the test is not about them."""
    monkeypatch.setattr(_runs, "in_processes", lambda tasks, *, jobs: ((task, _seed.run(*task)) for task in tasks))
    return trial


def once(folder, what):
    """At the first time that seed 1 is run in full."""
    return f"if seed == 1 and not (FOLDER / 'met').exists(): (FOLDER / 'met').touch(); {what}"


def test_the_short_run_and_every_seed_make_a_record(trial):
    assert trial.run(trial.subject(), jobs=2)
    found = load("one", folder=trial.results)
    assert sorted(trial.ran) == ["0 of 2", "0 of 4", "1 of 4", "2 of 4"]
    assert found.numbers == {"share": [0, 0.25, 0.5], "count": [0, 1, 2]}
    assert found.short == {"share": 0.0, "count": 0}
    assert found.made_from == trial.subject().hash
    assert trial.said == ["one: missing, to be made", "one: written, 3 seeds"]
    assert not list(trial.kept.iterdir())


def test_what_is_current_is_not_run_again(quick):
    quick.run(quick.subject())
    assert quick.run(quick.subject()) and quick.ran == []
    assert quick.said[-1] == "one: current"


def test_a_changed_script_is_run_again(quick):
    quick.run(quick.subject())
    changed = quick.subject("return")
    assert changed.state(quick.results) == "stale"
    assert quick.run(changed) and len(quick.ran) == 4
    assert changed.state(quick.results) == "current"


@pytest.mark.parametrize("damage", [lambda text: text[:100], lambda text: text.replace("0.25", "0.26")])
def test_a_damaged_record_is_made_anew(quick, damage):
    quick.run(quick.subject())
    path = quick.results / "one.json"
    right = path.read_text("utf-8")
    path.write_text(damage(right), "utf-8")
    assert quick.run(quick.subject()) and len(quick.ran) == 4
    assert "one: damaged, to be made" in quick.said
    assert path.read_text("utf-8") == right


ARRAYS = "\nplain = run\ndef run(seed, config):\n    import numpy as np\n"
ARRAYS += '    return plain(seed, config), {"weight": np.full(2, seed + config.size, np.float16)}\n'


def test_the_arrays_of_the_first_seed_stand_beside_the_record(trial):
    assert trial.run(trial.subject(more=ARRAYS))
    (name,), (array,) = zip(*weights("one", folder=trial.results).items(), strict=True)
    assert name == "weight" and array.dtype == "float16" and array.tolist() == [4, 4]  # seed 0, and not the short run
    assert load("one", folder=trial.results)["count"].tolist() == [0, 1, 2]


@pytest.mark.parametrize(
    ("damage", "state"), [(lambda path: path.unlink(), "missing"), (lambda path: path.write_bytes(b"PK"), "damaged")]
)
def test_a_record_whose_weights_are_gone_or_damaged_is_made_anew(quick, damage, state):
    subject = quick.subject(more=ARRAYS)
    quick.run(subject)
    path = quick.results / "one.npz"
    right = path.read_bytes()
    damage(path)
    assert subject.state(quick.results) == state
    assert quick.run(subject) and len(quick.ran) == 4
    assert path.read_bytes() == right and subject.state(quick.results) == "current"


def test_ctrl_c_loses_the_seed_in_work_and_no_other(trial):
    subject = trial.subject(once(trial.folder, "os.kill(os.getppid(), signal.SIGINT); time.sleep(20)"))
    with pytest.raises(KeyboardInterrupt):
        trial.run(subject)
    assert trial.ran == ["0 of 2", "0 of 4", "1 of 4"]
    assert not trial.results.exists()
    assert trial.run(subject)
    assert trial.ran == ["1 of 4", "2 of 4"]
    assert load("one", folder=trial.results)["count"].tolist() == [0, 1, 2]


def test_no_process_is_left_behind_by_ctrl_c(trial):
    write = "(FOLDER / 'process').write_text(str(os.getpid())); os.kill(os.getppid(), signal.SIGINT); time.sleep(20)"
    with pytest.raises(KeyboardInterrupt):
        trial.run(trial.subject(once(trial.folder, write)))
    with pytest.raises(ProcessLookupError):
        os.kill(int((trial.folder / "process").read_text()), 0)


def test_seeds_that_another_script_left_are_not_used(trial):
    with pytest.raises(KeyboardInterrupt):
        trial.run(trial.subject(once(trial.folder, "os.kill(os.getppid(), signal.SIGINT); time.sleep(20)")))
    assert trial.run(trial.subject()) and len(trial.ran) == 4


def test_half_a_kept_seed_is_run_again(trial):
    subject = trial.subject(once(trial.folder, "os.kill(os.getppid(), signal.SIGINT); time.sleep(20)"))
    with pytest.raises(KeyboardInterrupt):
        trial.run(subject)
    (kept,) = trial.kept.rglob("0.json")
    kept.write_text(kept.read_text()[:20])
    assert trial.run(subject) and trial.ran == ["0 of 4", "1 of 4", "2 of 4"]


def test_a_record_that_cannot_be_written_loses_no_seed(quick, monkeypatch):
    quick.run(quick.subject())
    before = (quick.results / "one.json").read_bytes()

    def full(record, **_):
        raise OSError("No space left on device")

    changed = quick.subject("return")
    with monkeypatch.context() as patch:
        patch.setattr(_runs, "save", full)
        assert not quick.run(changed)
    assert "No space left on device" in quick.said[-1]
    assert (quick.results / "one.json").read_bytes() == before
    assert quick.run(changed) and quick.ran == []
    assert load("one", folder=quick.results).made_from == changed.hash


@pytest.mark.parametrize(
    ("what", "said"),
    [
        ("raise ArithmeticError('no luck')", "ArithmeticError: no luck"),
        ("os._exit(7)", r"its process died \(exit code 7\)"),
    ],
)
def test_a_seed_that_fails_is_named_and_the_others_are_kept(trial, what, said):
    subject, other = trial.subject(once(trial.folder, what)), trial.subject(name="other")
    assert not trial.run(subject, other)
    failure = next(line for line in trial.said if line.startswith("one: not made"))
    assert failure.startswith("one: not made\none, seed 1: ")
    assert re.search(said, failure)
    assert trial.said[-1] == "other: written, 3 seeds"
    assert trial.run(subject) and trial.ran == ["1 of 4"]


def test_timings_come_last(quick):
    timing, other = quick.subject(name="a", more="\nTIMING = True\n"), quick.subject(name="b")
    assert quick.run(timing, other)
    assert quick.said[-2:] == ["b: written, 3 seeds", "a: written, 3 seeds"]
    assert "bootstrap" in load("a", folder=quick.results).interval_is


def test_timings_run_here_one_at_a_time_whatever_is_asked_for(trial, monkeypatch):
    asked = []

    def in_processes(tasks, *, jobs):
        asked.append(jobs)
        return iter(())

    monkeypatch.setattr(_runs, "in_processes", in_processes)
    with pytest.raises(KeyError):  # nothing was answered
        trial.run(trial.subject(more="\nTIMING = True\n"), jobs=8, scheduler="tcp://127.0.0.1:1")
    assert asked == [1]


def test_seeds_run_in_as_many_processes_as_asked_for(trial):
    wait = (
        "(FOLDER / str(seed)).touch(); end = time.monotonic() + 20\n"
        "    while seed == 1 and not (FOLDER / '2').exists(): assert time.monotonic() < end; time.sleep(0.01)"
    )
    assert trial.run(trial.subject(wait), jobs=2)


# ---- the command ----


def test_the_command_finds_the_scripts_and_not_what_runs_them():
    assert {"lookup", "three_steps"} <= set(find())
    assert not any(name.startswith("_") for name in find())


def test_the_command_names_the_experiments_that_there_are(capsys):
    with pytest.raises(SystemExit):
        command.main(["lookups"])
    assert f"no experiment 'lookups': there are {', '.join(find())}" in capsys.readouterr().err
    with pytest.raises(SystemExit):
        command.main(["--jobs", "0"])
    assert "jobs must be 1 or more, got 0" in capsys.readouterr().err


def test_the_command_runs_what_was_asked_for_and_says_what_came_of_it(monkeypatch, capsys):
    asked = []
    monkeypatch.setenv("OMP_NUM_THREADS", "1")

    def answers(well):
        return lambda subjects, **options: asked.append(([s.name for s in subjects], options["jobs"])) or well

    def interrupted(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr(_runs, "run", answers(True))
    assert command.main(["three_steps", "--jobs", "3"]) == 0
    monkeypatch.setattr(_runs, "run", answers(False))
    assert command.main([]) == 1
    assert asked == [(["three_steps"], 3), (sorted(find()), 2)]
    monkeypatch.setattr(_runs, "run", interrupted)
    assert command.main([]) == 130
    assert "finished seeds are kept" in capsys.readouterr().err
