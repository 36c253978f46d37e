"""The map of the taxonomy: every mechanism has a place on each axis, and what it names is there."""

import importlib
import re

import pytest
from pages.built import HTML, ROOT

TEXT = (ROOT / "book/types.md").read_text("utf-8")
ROWS = [
    [cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]]
    for line in TEXT.split("## Mixtures")[0].splitlines()
    if line.startswith("| **")
]
AXES = ("region", "information", "layers", "model", "score")
# The mechanisms that the book's source names, in its order.
SOURCE = (
    "soft", "hard", "local-m", "local-p", "general attention", "self", "single", "hierarchical", "multi-head",
    "ABCNN-1", "ABCNN-2", "attention pooling", "max pooling", "gates", "last state", "mean", "attention over states",
    "attention alone", "dot", "matrix", "cosine", "concatenation", "multilayer perceptron",
)  # fmt: skip

rows = pytest.mark.parametrize("row", ROWS, ids=lambda row: re.sub(r"\W+", "-", row[0]))


def test_every_mechanism_of_the_source_has_a_row():
    names = [re.match(r"\*\*(.+?)\*\*", row[0])[1] for row in ROWS]
    assert [name for name in SOURCE if name not in names] == []


@rows
def test_row_has_a_place_on_each_axis_a_formula_and_a_chapter(row):
    assert len(row) == len(("mechanism", "formula", *AXES, "chapter"))
    assert all(row)
    assert any(place != "·" for place in row[2:7])


@rows
def test_function_exists_or_its_chapter_is_still_to_come(row):
    named = re.findall(r"\{py:\w+\}`~?([\w.]+)`", row[0])
    assert named or re.fullmatch(r"\(\d+\)", row[7])
    for path in named:
        module, thing = path, None
        parts = path.split(".")
        for n in range(len(parts), 0, -1):
            try:
                thing = importlib.import_module(".".join(parts[:n]))
            except ModuleNotFoundError:
                continue
            for part in parts[n:]:
                thing = getattr(thing, part)
            break
        assert callable(thing), module


@rows
def test_chapter_is_linked_when_it_is_written_and_in_brackets_when_it_is_not(row):
    written = {int(path.name[:2]): path.stem for path in (ROOT / "chapters").glob("*.ipynb")}
    for number, file in re.findall(r"\{doc\}`(\d+) </chapters/([\w-]+)>`", row[7]):
        assert written[int(number)] == file
        assert (HTML / f"chapters/{file}.html").exists()
    for number in re.findall(r"\((\d+)\)", row[7]):
        assert int(number) not in written
