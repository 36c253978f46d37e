"""The normal form of a chapter: what stays, what goes, and that nothing is lost when something fails."""

import importlib.util
import json
import os
from pathlib import Path

import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output, reads, writes

ROOT = Path(__file__).resolve().parents[2]


def load_tool():
    spec = importlib.util.spec_from_file_location("tools_notebooks", ROOT / "tools" / "notebooks.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


tool = load_tool()


def notebook_of(*sources, **metadata):
    return new_notebook(cells=[new_code_cell(source) for source in sources], metadata=metadata)


def normal(notebook):
    return reads(tool.normal_form(notebook))


def ids(notebook):
    return [cell.id for cell in normal(notebook).cells]


@pytest.mark.parametrize("chapter", sorted((ROOT / "chapters").glob("*.ipynb")), ids=lambda path: path.stem)
def test_committed_chapters_are_in_normal_form(chapter):
    assert tool.is_normal(chapter), f"{chapter.name} is not in normal form: make notebooks puts it there"


def test_normal_form_of_a_normal_form_is_itself():
    once = tool.normal_form(notebook_of("1 + 1", "", "print(2)"))
    assert tool.normal_form(reads(once)) == once


def test_text_is_sorted_indented_by_one_and_ends_in_a_newline():
    text = tool.normal_form(notebook_of("query = 'π'"))
    assert text == json.dumps(json.loads(text), indent=1, sort_keys=True, ensure_ascii=False) + "\n"
    assert "π" in text


def test_the_notebook_passed_in_stays_as_it_is():
    notebook = notebook_of("1 + 1", widgets={})
    before = writes(notebook)
    tool.normal_form(notebook)
    assert writes(notebook) == before


def test_notebook_metadata_of_the_run_goes_and_of_the_author_stays():
    notebook = notebook_of(
        "1",
        kernelspec={"name": "my-kernel", "display_name": "Mine"},
        language_info={"name": "python", "version": "3.13.1", "codemirror_mode": {"version": 3}},
        widgets={"application/vnd.jupyter.widget-state+json": {}},
        title="Three steps",
    )
    assert normal(notebook).metadata == {
        "kernelspec": tool.KERNEL,
        "language_info": tool.LANGUAGE,
        "title": "Three steps",
    }


def test_cell_metadata_of_the_run_goes_and_of_the_author_stays():
    notebook = notebook_of("1")
    notebook.cells[0].metadata = {
        "execution": {"iopub.status.busy": "2026-01-01T00:00:00Z"},
        "tags": ["hide-input"],
        "scrolled": True,
    }
    assert normal(notebook).cells[0].metadata == {"tags": ["hide-input"]}
    notebook.cells[0].metadata = {"tags": []}
    assert normal(notebook).cells[0].metadata == {}


def test_source_that_the_page_leaves_out_is_folded_in_jupyterlab():
    notebook = notebook_of("1", "2")
    notebook.cells[0].metadata = {"tags": ["remove-input"]}
    folded, open_cell = normal(notebook).cells
    assert folded.metadata == {"tags": ["remove-input"], "jupyter": {"source_hidden": True}}
    assert "jupyter" not in open_cell.metadata


def test_execution_counts_are_1_to_n_and_empty_cells_have_none():
    notebook = notebook_of("1", "  \n", "2")
    for cell, count in zip(notebook.cells, (17, 3, 19), strict=True):
        cell.execution_count = count
    notebook.cells[2].outputs = [new_output("execute_result", {"text/plain": "2"}, execution_count=19)]
    cells = normal(notebook).cells
    assert [cell.execution_count for cell in cells] == [1, None, 2]
    assert cells[2].outputs[0].execution_count == 2


def test_random_ids_become_short_ones_that_only_what_the_cell_says_decides():
    one, two = notebook_of("a = 1", "b = 2"), notebook_of("b = 2")
    for cell in (*one.cells, *two.cells):
        cell.id = os.urandom(18).hex()
    assert ids(one)[1] == ids(two)[0]
    assert all(len(cell_id) == 8 for cell_id in ids(one))


def test_a_short_id_stays_when_the_cell_is_edited_or_another_is_put_before_it():
    notebook = reads(tool.normal_form(notebook_of("a = 1", "b = 2")))
    before = ids(notebook)
    notebook.cells[1].source = "b = 3"
    notebook.cells.insert(0, new_markdown_cell("# Three steps"))
    assert ids(notebook)[1:] == before


def test_cells_that_say_the_same_have_ids_of_their_own():
    notebook = notebook_of(*["print()"] * 3)
    for cell in notebook.cells:
        cell.id = "copied"
    assert len(set(ids(notebook))) == 3
    for cell in notebook.cells:
        del cell["id"]
    assert len(set(ids(notebook))) == 3


def test_live_views_go_and_what_a_reader_sees_stays():
    view = {tool.LIVE_VIEW: {"model_id": "4f1c"}}
    notebook = notebook_of("widget", "slider")
    notebook.cells[0].outputs = [new_output("display_data", {**view, "text/html": "<figure></figure>"})]
    notebook.cells[1].outputs = [new_output("display_data", dict(view))]
    first, second = normal(notebook).cells
    assert first.outputs[0].data == {"text/html": "<figure></figure>"}
    assert second.outputs == []


def test_text_printed_in_pieces_becomes_one_output_where_it_stood():
    def stream(name, text):
        return new_output("stream", name=name, text=text)

    picture = new_output("display_data", {"text/plain": "Figure: one arrow"})
    notebook = notebook_of("draw()")
    notebook.cells[0].outputs = [
        stream("stderr", "careful\n"),
        stream("stdout", "a"),
        stream("stdout", "b\n"),
        picture,
        stream("stdout", "c\n"),
    ]
    got = normal(notebook).cells[0].outputs
    assert [output.get("text", "picture") for output in got] == ["ab\n", "careful\n", "picture", "c\n"]


def test_a_wanted_error_keeps_its_name_and_loses_the_files_of_the_machine():
    notebook = notebook_of("1 / 0")
    notebook.cells[0].outputs = [
        new_output("error", ename="ZeroDivisionError", evalue="division by zero", traceback=["/home/me/x.py"])
    ]
    assert normal(notebook).cells[0].outputs[0].traceback == ["ZeroDivisionError: division by zero"]


@pytest.mark.parametrize("trace", ["<object object at 0x7f3a5c0de0d0>", str(ROOT / "attn_core")])
def test_what_differs_from_machine_to_machine_is_refused(trace):
    notebook = notebook_of("fine", "leaks")
    notebook.cells[1].outputs = [new_output("stream", name="stdout", text=trace)]
    with pytest.raises(tool.ChapterError, match=r"cell 2 shows a (memory address|path)"):
        tool.normal_form(notebook)


@pytest.fixture
def chapter(tmp_path):
    def write(*sources):
        path = tmp_path / "04-three-steps.ipynb"
        path.write_text(writes(notebook_of(*sources)), encoding="utf-8")
        return path

    return write


def test_two_runs_give_the_same_bytes_and_the_second_leaves_the_file_alone(chapter, capsys):
    path = chapter(
        "import ipywidgets\nipywidgets.IntSlider()", "import os", "os.environ['ATTN_CORE_PROGRESS'], 2 ** 10"
    )
    assert tool.main([str(path)]) == 0
    first, touched = path.read_bytes(), path.stat().st_mtime_ns
    assert b"('0', 1024)" in first
    assert tool.LIVE_VIEW.encode() not in first
    assert tool.main([str(path)]) == 0
    assert (path.read_bytes(), path.stat().st_mtime_ns) == (first, touched)
    assert tool.main(["--check", str(path)]) == 0


def test_a_failing_cell_leaves_the_file_and_is_named_in_one_line(chapter, capsys):
    path = chapter("query = [1.0, 0.0]", "query[2]", "print('never')")
    before = path.read_bytes()
    assert tool.main([str(path)]) == 1
    assert path.read_bytes() == before
    told = capsys.readouterr().err.splitlines()
    assert len(told) == 1
    assert told[0].endswith("04-three-steps.ipynb: cell 2 (query[2]): IndexError: list index out of range")


def test_a_failing_write_loses_nothing_and_leaves_nothing_behind(chapter, monkeypatch):
    path = chapter("1")
    before = path.read_bytes()

    def disk_full(handle):
        raise OSError("No space left on device")

    monkeypatch.setattr(tool.os, "fsync", disk_full)
    with pytest.raises(OSError, match="No space left"):
        tool.replace(path, "half of it")
    assert path.read_bytes() == before
    assert list(path.parent.iterdir()) == [path]


def test_check_runs_nothing_and_fails_where_the_form_is_not_normal(chapter, capsys):
    path = chapter("raise SystemExit('was run')")
    before = path.read_bytes()
    assert tool.main(["--check", str(path)]) == 1
    assert path.read_bytes() == before
    assert "is not in normal form" in capsys.readouterr().err


def test_what_is_no_notebook_is_said_to_be_none(tmp_path, capsys):
    path = tmp_path / "01-notes.ipynb"
    path.write_text("half a file {")
    assert tool.main([str(path)]) == 1
    assert "01-notes.ipynb: is no notebook" in capsys.readouterr().err
