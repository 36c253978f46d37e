"""What all tasks keep to: the same bytes for the same seed on every machine, no other chance, documented names."""

import hashlib
import inspect
import os
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from attn_core import tasks

ROOT = Path(__file__).parents[2]
DRAWN = {
    "adding": {"length": (2, 9)},
    "aligned": {"length": (1, 9), "stray": 2},
    "associative_recall": {"pairs": (1, 4)},
    "copy": {"length": (1, 9)},
    "counting": {"length": (1, 9)},
    "dates": {},
    "digit_glimpses": {},
    "digit_strips": {},
    "digits_field": {"factor": 3},
    "documents": {"sentences": (1, 4), "words": (2, 5)},
    "keyword": {"length": (1, 9)},
    "latest": {"length": (6, 9)},
    "majority": {"length": (1, 9)},
    "marked_symbols": {"length": (2, 9)},
    "marked_vectors": {"length": (2, 9)},
    "ordering": {"length": (2, 9)},
    "previous": {"length": (1, 9)},
    "question_and_passage": {"question": 3, "passage": 5},
    "recall": {"length": (1, 9)},
    "reverse": {"length": (1, 9)},
    "sentence_pairs": {"length": (3, 9)},
}
# Of 50 sequences for seed 0. The dates are those of CLDR 47, which Babel 2.18 brings: a newer Babel may change them,
# and with them the codes that a recorded model reads.
BYTES = {
    "adding": "f574dfd3c254075a",
    "aligned": "a3880aad2a658270",
    "associative_recall": "5a305a57026297f7",
    "copy": "b1e976401c5ab204",
    "counting": "3c0bb578c3b478b3",
    "dates": "02f234583fc74155",
    "digit_glimpses": "700ae07d3e528cb8",
    "digit_strips": "0aa09fba076c1aac",
    "digits_field": "ae3917dec10f4e77",
    "documents": "cefd31eb557c30e7",
    "keyword": "ecd31a71a47ae8b8",
    "latest": "29191e6c83bf2e49",
    "majority": "88e46125934bcbb6",
    "marked_symbols": "93c60f57f5242eb4",
    "marked_vectors": "0720ac227887a856",
    "ordering": "ab8110115780950b",
    "previous": "91c56dcab347eeed",
    "question_and_passage": "56caf2e14bb00f18",
    "recall": "6ff3c818ed435d07",
    "reverse": "08f3ddfc292d4ec6",
    "sentence_pairs": "7ed35eb7d6fdf14c",
}
SIGNATURES = {
    "adding": "rng, n, *, length",
    "aligned": "rng, n, *, length, stray=0, cues=32, symbols=12",
    "associative_recall": "rng, n, *, pairs, keys=16, values=10",
    "copy": "rng, n, *, length, symbols=12",
    "counting": "rng, n, *, length, symbols=4",
    "date_alphabet": "locales=LOCALES",
    "date_forms": "locale",
    "dates": "rng, n, *, locales=LOCALES, days=DAYS, alphabet=None",
    "digit_glimpses": "rng, n, *, places=32, unseen=False",
    "digit_strips": "rng, n, *, shortest=1, longest=6, unseen=False",
    "digits_field": "rng, n, *, factor, marks=4, unseen=False",
    "documents": "rng, n, *, sentences, words, classes=4, fillers=40",
    "hold_out": "rng, *, share=0.1, days=DAYS",
    "keyword": "rng, n, *, length, classes=4, fillers=26, first=None",
    "latest": "rng, n, *, length, keywords=(2, 6), classes=4, fillers=26",
    "majority": "rng, n, *, length, classes=4",
    "marked_symbols": "rng, n, *, length, symbols=10",
    "marked_vectors": "rng, n, *, length, width=4",
    "ordering": "rng, n, *, length, symbols=8",
    "previous": "rng, n, *, length, symbols=12",
    "question_and_passage": "rng, n, *, question, passage, symbols=64",
    "recall": "rng, n, *, length, symbols=12, distance=None",
    "reverse": "rng, n, *, length, symbols=12",
    "sentence_pairs": "rng, n, *, length, phrase=3, symbols=32",
    "write_date": "day, locale, form",
}
# All others: codes.
INPUTS = {
    "adding": np.float64,
    "digit_glimpses": np.float32,
    "digit_strips": np.float32,
    "digits_field": np.float32,
    "marked_vectors": np.float64,
}
TARGETS = {"adding": np.float64, "marked_vectors": np.float64}
every_task = pytest.mark.parametrize("name", DRAWN)


def draw(name, seed, n=50):
    return getattr(tasks, name)(np.random.default_rng(seed), n, **DRAWN[name])


def digest(batch):
    """A short hash of everything in a batch, in the order of bytes of any machine."""
    arrays = (batch.inputs, batch.targets, batch.lengths, batch.alignment)
    parts = [str(a.shape).encode() + a.astype(a.dtype.newbyteorder("<")).tobytes() for a in arrays]
    return hashlib.sha256(b"".join(parts)).hexdigest()[:16]


@every_task
def test_a_seed_gives_the_bytes_written_down_here(name):
    assert digest(draw(name, 0)) == BYTES[name]


def test_dates_do_not_depend_on_the_language_the_time_zone_or_the_hashes_of_the_machine():
    code = "import tests.tasks.test_tasks as t; print(t.digest(t.draw('dates', 0)))"
    for number, (language, zone) in enumerate([("de_DE.UTF-8", "Pacific/Kiritimati"), ("zh_CN.GB18030", "no zone")]):
        machine = {"LANG": language, "LC_ALL": language, "TZ": zone, "PYTHONHASHSEED": str(number)}
        run = subprocess.run(
            [sys.executable, "-c", code], cwd=ROOT, env=os.environ | machine, capture_output=True, text=True
        )
        assert run.stdout.strip() == BYTES["dates"], run.stderr


@every_task
def test_all_chance_comes_from_the_generator(name):
    np.random.seed(0)  # noqa: NPY002
    before = np.random.get_state()[1].copy()  # noqa: NPY002
    first = draw(name, 3)
    assert (np.random.get_state()[1] == before).all()  # noqa: NPY002
    np.random.seed(1)  # noqa: NPY002
    assert digest(draw(name, 3)) == digest(first) != digest(draw(name, 4))
    rng = np.random.default_rng(3)
    task = getattr(tasks, name)
    assert digest(task(rng, 50, **DRAWN[name])) != digest(task(rng, 50, **DRAWN[name]))


@every_task
def test_a_batch_has_integers_or_floats_and_an_alignment_within_the_lengths(name):
    batch = draw(name, 0)
    assert len(batch) == 50
    assert batch.inputs.dtype == INPUTS.get(name, np.int64)
    assert batch.targets.dtype == TARGETS.get(name, np.int64)
    assert batch.lengths.dtype == np.int64 and batch.alignment.dtype == bool
    for inputs, length, alignment in zip(batch.inputs, batch.lengths, batch.alignment, strict=True):
        behind = alignment[length:] if name == "documents" else alignment[..., length:]
        assert not inputs[length:].any() and not behind.any()
    assert not np.shares_memory(batch.inputs, batch.targets)


@pytest.mark.parametrize("name", SIGNATURES)
def test_every_function_is_annotated_and_documented_with_an_example(name):
    function = getattr(tasks, name)
    signature = inspect.signature(function)
    assert signature.return_annotation is not signature.empty
    assert all(parameter.annotation is not parameter.empty for parameter in signature.parameters.values())
    text = inspect.getdoc(function)
    assert text.splitlines()[0].endswith((".", "?", '".'))
    places = [text.find(f"{section}\n---") for section in ("Parameters", "Returns", "Raises")] + [text.find(">>> ")]
    assert -1 not in places and places == sorted(places)
    assert all(name in text for name in signature.parameters)


@pytest.mark.parametrize("name", SIGNATURES)
def test_the_names_and_defaults_that_others_call_stay(name):
    constants = {id(tasks.LOCALES): "LOCALES", id(tasks.DAYS): "DAYS"}
    words = []
    for parameter in inspect.signature(getattr(tasks, name)).parameters.values():
        if parameter.kind is parameter.KEYWORD_ONLY and "*" not in words:
            words.append("*")
        default = constants.get(id(parameter.default), repr(parameter.default))
        words.append(parameter.name if parameter.default is parameter.empty else f"{parameter.name}={default}")
    assert ", ".join(words) == SIGNATURES[name]


def test_every_public_name_stands_on_the_page_of_the_api():
    page = (ROOT / "book/api/tasks.md").read_text("utf-8")
    assert "automodule:: attn_core.tasks" in page
    data = {name for name in tasks.__all__ if not callable(getattr(tasks, name))}
    assert all(re.search(rf"`{name}`", page) for name in data | {"Alphabet", "Batch"})
