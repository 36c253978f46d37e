"""The map of the book, held against the chapters, the disk and the table of contents."""

import json
import re

import pytest
import yaml
from pages.built import ROOT

EVERYWHERE = {"exercises", "page", "plots", "results", "widgets"}
ROW = re.compile(r"^\| \{doc\}`(\d+) </(chapters/[\w-]+)>` \| (.*?) \| (.*?) \| (.*?) \| (.*?) \|$", re.M)
ROWS = ROW.findall((ROOT / "book/map.md").read_text("utf-8"))

rows = pytest.mark.parametrize(("number", "file", "widgets", "modules", "experiments", "claims"), ROWS)


def listed(cell):
    return re.findall(r"\w+", cell)


def notebook(file):
    return json.loads((ROOT / f"{file}.ipynb").read_text("utf-8"))["cells"]


def source(file):
    return "\n".join("".join(cell["source"]) for cell in notebook(file) if cell["cell_type"] == "code")


def outputs(file):
    return [output for cell in notebook(file) for output in cell.get("outputs", [])]


def test_every_chapter_of_the_table_of_contents_and_of_the_disk_has_a_row_in_order():
    parts = yaml.safe_load((ROOT / "_toc.yml").read_text())["parts"]
    contents = [entry["file"] for part in parts for entry in part["chapters"]]
    chapters = [file for file in contents if file.startswith("chapters/")]
    assert [file for _, file, *_ in ROWS] == chapters
    assert chapters == sorted(f"chapters/{path.stem}" for path in (ROOT / "chapters").glob("*.ipynb"))


@rows
def test_number_is_that_of_the_file(number, file, widgets, modules, experiments, claims):
    assert file.startswith(f"chapters/{int(number):02}-")


@rows
def test_widgets_are_those_that_the_chapter_shows(number, file, widgets, modules, experiments, claims):
    html = ["".join(output.get("data", {}).get("text/html", "")) for output in outputs(file)]
    shown = {stem for text in html for stem in re.findall(r'data-widget="(\w+)"', text)}
    assert set(listed(widgets)) == shown
    for stem in shown:
        assert (ROOT / f"attn_core/widgets/{stem}.py").exists()
        assert (ROOT / f"attn_core/widgets/static/{stem}.js").exists()


@rows
def test_modules_are_there_and_none_that_is_imported_is_missing(number, file, widgets, modules, experiments, claims):
    for name in listed(modules):
        assert (ROOT / f"attn_core/{name}.py").exists() or (ROOT / f"attn_core/{name}/__init__.py").exists(), name
    found = re.findall(r"from attn_core(?:\.(\w+))? import ([\w, ]+)", source(file))
    imported = {name for part, names in found for name in ([part] if part else re.findall(r"\w+(?= as)|\w+", names))}
    imported &= {path.stem for path in (ROOT / "attn_core").iterdir()}
    assert imported - EVERYWHERE <= set(listed(modules))


@rows
def test_experiments_are_those_whose_records_the_chapter_loads(number, file, widgets, modules, experiments, claims):
    assert listed(experiments) == list(dict.fromkeys(re.findall(r'results\.load\("(\w+)"\)', source(file))))
    for name in listed(experiments):
        assert (ROOT / f"experiments/{name}.py").exists()
        assert (ROOT / f"attn_core/results/{name}.json").exists()


@rows
def test_claims_are_those_with_a_verdict(number, file, widgets, modules, experiments, claims):
    verdicts = [output["metadata"].get("attn_core") for output in outputs(file) if output.get("metadata")]
    assert listed(claims) == sorted((verdict["claim"] for verdict in verdicts if verdict), key=place)


def place(claim):
    return int(re.search(r"\d+", claim)[0]), claim


def test_experiments_that_no_chapter_reports_are_said_to_wait():
    text = (ROOT / "book/map.md").read_text("utf-8")
    waiting = re.search(r"experiments wait .*: (.*)\.$", text, re.M)
    used = {name for *_, experiments, _ in ROWS for name in listed(experiments)}
    there = {path.stem for path in (ROOT / "experiments").glob("[!_]*.py")}
    assert there - used == set(re.findall(r"`(\w+)`", waiting[1] if waiting else ""))
