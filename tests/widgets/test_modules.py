"""One artefact: the module that Python joins is what notebook, book and tests load."""

import gzip
import re

import pytest

from attn_core import widgets
from attn_core.widgets.modules import STATIC, joined


@pytest.mark.parametrize("stem", widgets.STEMS)
def test_joined_module_has_no_import_and_one_default_export(stem):
    text = joined(stem)
    assert not re.search(r"^\s*import\b|\bimport\(|\bfrom\s+[\"']", text, re.MULTILINE)
    assert len(re.findall(r"^export default", text, re.MULTILINE)) == 1
    assert re.search(r"^export function valid\(", text, re.MULTILINE)


@pytest.mark.parametrize("stem", widgets.STEMS)
def test_joined_module_carries_no_comment_lines_to_a_reader(stem):
    assert not re.search(r"^ *//|^  ", joined(stem), re.MULTILINE)
    assert "http://www.w3.org/2000/svg" in joined(stem)  # no comment


@pytest.mark.parametrize("stem", widgets.STEMS)
def test_joined_module_defines_no_name_twice(stem):
    names = re.findall(r"^(?:export )?(?:const|let|function|async function|class) (\w+)", joined(stem), re.MULTILINE)
    assert len(names) == len(set(names)) > 20


@pytest.mark.parametrize("stem", widgets.STEMS)
def test_module_asks_nothing_of_another_host_and_sets_no_id(stem):
    text = joined(stem)
    addresses = set(re.findall(r"https?://[^\s\"'`]+", text))
    assert addresses <= {"http://www.w3.org/2000/svg"}
    assert not re.search(r"\bid:|\.id\b|innerHTML|\beval\b", text)


def test_bytes_beside_a_module_travel_in_it(tmp_path, monkeypatch):
    (tmp_path / "weights.bin").write_bytes(bytes([0, 255, 7]))
    (tmp_path / "one.js").write_text(
        'import weights from "./weights.bin" with { type: "bytes" };\nexport default { weights };\n'
    )
    monkeypatch.setattr("attn_core.widgets.modules.STATIC", tmp_path)
    monkeypatch.setattr("attn_core.widgets.modules.STEMS", ("one",))
    assert joined("one") == (
        'const weights = Uint8Array.from(atob("AP8H"), (c) => c.charCodeAt(0));\nexport default { weights };\n'
    )


def test_every_part_of_the_kit_is_used():
    used = "".join(path.read_text("utf-8") for path in STATIC.rglob("*.js"))
    for part in (STATIC / "kit").glob("*.js"):
        assert re.search(rf'from "\.\.?/(?:kit/)?{part.stem}\.js"', used), part.name


def test_kit_stays_small():
    kit = "".join(path.read_text("utf-8") for path in sorted((STATIC / "kit").glob("*.js")))
    assert len(gzip.compress(kit.encode())) <= 15 * 1024


def test_unknown_stem_is_refused_with_the_names_there_are():
    there_are = f"no widget 'play': there are {', '.join(widgets.STEMS)}$"
    with pytest.raises(ValueError, match=there_are):
        joined("play")
    with pytest.raises(ValueError, match=there_are):
        widgets.by_stem("play")


@pytest.mark.parametrize("stem", widgets.STEMS)
def test_every_module_has_a_class_of_its_name(stem):
    assert widgets.by_stem(stem).stem == stem
    assert widgets.by_stem(stem)._esm == joined(stem)
