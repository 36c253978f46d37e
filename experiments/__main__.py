"""Run the experiments whose record is missing, damaged or stale.

    python -m experiments [name ...] [--jobs 2] [--scheduler tcp://host:8786]

Ctrl-C loses the seeds in work and no other: the same command goes on from there.
"""

import argparse
import os
import sys

from tqdm import tqdm

from . import _runs, _subject


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m experiments", description=__doc__.splitlines()[0])
    parser.add_argument("names", nargs="*", metavar="name", help="without one: all")
    parser.add_argument("--jobs", type=int, default=2, help="seeds at a time on this machine (2)")
    parser.add_argument("--scheduler", help="the address of a Dask cluster that runs the seeds, but for timings")
    options = parser.parse_args(arguments)
    there = _subject.find()
    if unknown := [name for name in options.names if name not in there]:
        parser.error(f"no experiment {unknown[0]!r}: there are {', '.join(there)}")
    if options.jobs < 1:
        parser.error(f"jobs must be 1 or more, got {options.jobs}")
    os.environ.setdefault("OMP_NUM_THREADS", "1")  # for the processes to come: a job is a thread
    wanted = [there[name] for name in options.names or there]
    try:
        well = _runs.run(wanted, jobs=options.jobs, scheduler=options.scheduler, say=tqdm.write)
    except KeyboardInterrupt:
        print("\nstopped; finished seeds are kept, and the same command goes on from there", file=sys.stderr)
        return 130
    return 0 if well else 1


if __name__ == "__main__":
    sys.exit(main())
