"""Seeds on a Dask cluster: the same record, and a worker that dies costs its seed a retry and nothing else."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from attn_core.results import load
from experiments import _runs
from experiments._subject import Subject

ROOT = Path(__file__).parents[2]

SCRIPT = '''"""C1 on trial."""
import os
import sys
from dataclasses import dataclass
from pathlib import Path

SEEDS = 3
MET = Path({met!r})

@dataclass(frozen=True)
class Config:
    size: int = 4
    def short(self):
        return Config(2)

def run(seed, config):
    if seed == 1 and not MET.exists():
        MET.write_text(str(os.getpid()))
        os._exit(1)
    ours = [name for name in sys.modules if name.startswith("experiments._")]
    return {{"share": seed / config.size, "process": os.getpid(), "ours": len(ours)}}
'''

# A process of its own: Dask starts threads and loops that other tests need not meet.
CLUSTER = """
if __name__ == "__main__":  # the workers come by here, and need nothing of this
    import sys
    from pathlib import Path
    from distributed import LocalCluster
    from experiments import _runs
    from experiments._subject import Subject, find

    folder = Path(sys.argv[1])
    subjects = [Subject("one", (folder / "one.py").read_text()), find()["three_steps"]]
    with LocalCluster(n_workers=2, threads_per_worker=1, processes=True, host="127.0.0.1", dashboard_address=None,
                      silence_logs=50) as cluster:
        well = _runs.run(subjects, scheduler=cluster.scheduler_address, folder=folder / "results", kept=folder / "kept")
    sys.exit(not well)
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """What two workers made of an experiment whose second seed kills its worker once, and of one of the book's."""
    folder = tmp_path_factory.mktemp("cluster")
    (folder / "one.py").write_text(SCRIPT.format(met=str(folder / "met")))
    (folder / "cluster.py").write_text(CLUSTER)
    run = subprocess.run(
        [sys.executable, folder / "cluster.py", folder],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT), "ATTN_CORE_PROGRESS": "0"},
        capture_output=True,
        text=True,
        timeout=100,
    )
    assert run.returncode == 0, run.stdout + run.stderr
    return folder


def test_a_cluster_makes_the_same_record(folder):
    found, ours = load("three_steps", folder=folder / "results"), load("three_steps")
    assert found.numbers == ours.numbers and found.short == ours.short and found.made_from == ours.made_from
    assert (found.low, found.high) == (ours.low, ours.high)


def test_a_worker_that_dies_costs_its_seed_a_retry(folder):
    found = load("one", folder=folder / "results")
    dead = int((folder / "met").read_text())
    assert found["share"].tolist() == [0, 0.25, 0.5]
    assert found.made_from == Subject("one", SCRIPT.format(met=str(folder / "met"))).hash
    assert found["process"][1] != dead


def test_seeds_run_in_the_workers_which_import_nothing_of_this_folder(folder):
    assert os.getpid() not in load("one", folder=folder / "results")["process"]
    assert load("one", folder=folder / "results")["ours"].tolist() == [0, 0, 0]


def test_without_dask_the_way_to_get_it_is_said(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    monkeypatch.setenv("ATTN_CORE_PROGRESS", "0")
    said = []
    subject = Subject("one", SCRIPT.format(met=""))
    options = {"scheduler": "tcp://127.0.0.1:1", "folder": tmp_path, "kept": tmp_path / "kept", "say": said.append}
    assert not _runs.run([subject], **options)
    assert "pip install attn-core[cluster]" in said[-1]
