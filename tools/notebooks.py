"""Run the chapters and keep them in normal form.

    python tools/notebooks.py [notebook ...]            run, then write in normal form
    python tools/notebooks.py --check [notebook ...]    run nothing; fail where the form is not normal

Without names: every chapter. The normal form keeps what a reader sees and nothing of the run that made it,
so two runs give the same bytes, and a difference in git is a difference in the book.
"""

import argparse
import hashlib
import json
import os
import re
import shutil
import sys
import tempfile
import time
from itertools import groupby
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError

ROOT = Path(__file__).resolve().parent.parent
CELL_SECONDS = 120

KERNEL = {"display_name": "Python 3", "language": "python", "name": "python3"}
LANGUAGE = {
    "file_extension": ".py",
    "mimetype": "text/x-python",
    "name": "python",
    "pygments_lexer": "ipython3",
}
# What editors leave behind. Everything else in the metadata was written by an author and stays.
NOTEBOOK_NOISE = {"colab", "orig_nbformat", "signature", "varInspector", "vscode", "widgets"}
CELL_NOISE = {"ExecuteTime", "collapsed", "colab", "execution", "id", "jupyter", "outputId", "scrolled"}
CELL_NOISE |= {"trusted", "vscode"}
# Without its kernel a live view is "model not found"; the HTML form beside it is what a reader sees.
LIVE_VIEW = "application/vnd.jupyter.widget-view+json"

SHORT_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,15}")
ADDRESS = re.compile(r"\bat 0x[0-9a-fA-F]{6,}")


class ChapterError(Exception):
    """One line that says what is wrong with a notebook, and where."""


def read(path: Path):
    """Return the notebook in a file, whatever form it is in."""
    try:
        notebook = nbformat.v4.reads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise ChapterError(f"is no notebook ({error})") from None
    if notebook.get("nbformat") != 4:
        raise ChapterError("is no notebook of format 4: open it in JupyterLab and save it")
    return notebook


def normal_form(notebook) -> str:
    """Return a notebook as the text of its file in normal form. The notebook stays as it is."""
    notebook = nbformat.from_dict(notebook)
    notebook.nbformat, notebook.nbformat_minor = 4, 5
    for name in NOTEBOOK_NOISE & notebook.metadata.keys():
        del notebook.metadata[name]
    notebook.metadata.update(kernelspec=KERNEL, language_info=LANGUAGE)
    count, ids = 0, set()
    for number, cell in enumerate(notebook.cells, start=1):
        for name in [name for name, value in cell.metadata.items() if name in CELL_NOISE or value == []]:
            del cell.metadata[name]
        if "remove-input" in cell.metadata.get("tags", []):
            cell.metadata["jupyter"] = {"source_hidden": True}  # what a page leaves out, JupyterLab folds
        cell.id = cell_id(cell, ids)
        ids.add(cell.id)
        if cell.cell_type == "code":
            runs = cell.source.strip() and "skip-execution" not in cell.metadata.get("tags", [])
            count += bool(runs)
            cell.execution_count = count if runs else None
            cell.outputs = normal_outputs(cell.outputs, cell.execution_count)
            refuse_traces_of_the_machine(cell.outputs, number)
    try:
        nbformat.validate(notebook)
    except nbformat.ValidationError as error:
        raise ChapterError(f"is no valid notebook: {str(error).splitlines()[0]}") from None
    return nbformat.v4.writes(notebook) + "\n"


def cell_id(cell, taken: set[str]) -> str:
    """Return the id a cell has, if it is short and its own; else one made from what the cell says.

    A short id stays when the cell is edited or moved. JupyterLab's random ones (36 characters) do not get in.
    """
    given = cell.get("id", "")
    if SHORT_ID.fullmatch(given) and given not in taken:
        return given
    made = hashlib.sha256(f"{cell.cell_type}\n{cell.source}".encode()).hexdigest()[:8]
    copies = (f"{made}-{number}" for number in range(2, len(taken) + 3))
    return made if made not in taken else next(copy for copy in copies if copy not in taken)


def normal_outputs(outputs, count: int | None) -> list:
    """Return a cell's outputs without what differs from run to run."""
    kept = []
    # A kernel sends printed text in pieces that differ from run to run, and its two streams in either order.
    for is_stream, run in groupby(outputs, key=lambda output: output.output_type == "stream"):
        run = list(run)
        if is_stream:
            for name in sorted({output.name for output in run}, reverse=True):
                text = "".join(output.text for output in run if output.name == name)
                kept.append(nbformat.v4.new_output("stream", name=name, text=text))
            continue
        for output in run:
            if output.output_type == "error":
                # The frames name files and lines of this machine.
                output.traceback = [f"{output.ename}: {output.evalue}"]
            else:
                output.data.pop(LIVE_VIEW, None)
                if not output.data:
                    continue
            if output.output_type == "execute_result":
                output.execution_count = count
            kept.append(output)
    return kept


def refuse_traces_of_the_machine(outputs, number: int) -> None:
    text = json.dumps(outputs, ensure_ascii=False)
    if address := ADDRESS.search(text):
        raise ChapterError(f"cell {number} shows a memory address ({address[0]}), another one each time")
    if str(ROOT) in text:
        raise ChapterError(f"cell {number} shows a path of this machine ({ROOT})")


def run(notebook, folder: Path) -> None:
    """Run every cell in one kernel that starts in `folder`, filling in the outputs."""
    at = 0

    def note(cell, cell_index):
        nonlocal at
        at = cell_index

    client = NotebookClient(
        notebook,
        timeout=CELL_SECONDS,
        kernel_name="python3",
        record_timing=False,
        store_widget_state=False,
        on_cell_start=note,
        extra_arguments=["--log-level=ERROR"],  # its notices would stand between our lines
        resources={"metadata": {"path": str(folder)}},
    )
    try:
        # A progress bar would be committed as a dead one.
        client.execute(env={**os.environ, "ATTN_CORE_PROGRESS": "0"})
    except CellExecutionError as error:
        what = f"{error.ename}: {error.evalue}".strip()
    except CellTimeoutError:
        what = f"took longer than {CELL_SECONDS} s"
    except DeadKernelError:
        what = "its kernel died"
    else:
        return
    cell = notebook.cells[at]
    first_line = next(iter(cell.source.strip().splitlines()), "")
    raise ChapterError(f"cell {at + 1} ({first_line}): {' '.join(what.split())}") from None


def replace(path: Path, text: str) -> None:
    """Write a file as a whole or not at all."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".tmp")
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        shutil.copymode(path, name)
        os.replace(name, path)
    except BaseException:
        os.unlink(name)
        raise


def refresh(path: Path) -> bool:
    """Run one notebook and write it back; tell whether the file changed. An error leaves the file alone."""
    before = path.read_text(encoding="utf-8")
    notebook = read(path)
    run(notebook, path.parent)
    after = normal_form(notebook)
    if after != before:
        replace(path, after)
    return after != before


def is_normal(path: Path) -> bool:
    return path.read_text(encoding="utf-8") == normal_form(read(path))


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="run nothing; fail where the form is not normal")
    parser.add_argument("notebooks", nargs="*", type=Path)
    options = parser.parse_args(arguments)
    paths = options.notebooks or sorted(ROOT.glob("chapters/*.ipynb"))
    failed = False
    for path in paths:
        name = os.path.relpath(path)
        try:
            if options.check:
                if not is_normal(path):
                    raise ChapterError("is not in normal form: make notebooks puts it there")
                continue
            print(f"{name} … ", end="", flush=True)
            start = time.perf_counter()
            changed = refresh(path)
            print(f"{'written' if changed else 'unchanged'}, {time.perf_counter() - start:.1f} s", flush=True)
        except (ChapterError, OSError) as error:
            failed = True
            if not options.check:
                print("left as it was", flush=True)
            print(f"{name}: {error}", file=sys.stderr, flush=True)
    return int(failed)


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit("\nstopped; no notebook is half written")
