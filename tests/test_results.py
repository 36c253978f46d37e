"""Records: what is read is what was written, or it is refused in words."""

import json
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest

from attn_core import results

RECORD = results.Record(
    subject="one",
    claims=["C1"],
    made_from="abc",
    config={"size": 4, "sizes": [1, 2]},
    seeds=[0, 1],
    numbers={"share": [0.25, 0.75], "curve": [[0.0, 1.0], [0.5, 1.0]]},
    low={"share": 0.1, "curve": [0.0, 1.0]},
    high={"share": 0.9, "curve": [0.5, 1.0]},
    interval_is="95 % t-interval over seeds",
    short={"share": 1 / 3},
    made_on=[{"machine": "Linux, 2 cores", "versions": {"numpy": "2.0"}}],
)


ARRAYS = {"layer.weight": np.array([[0.5, -2.0]], np.float16), "inputs": np.array("aü�"), "written": np.arange(3)}


@pytest.fixture
def folder(tmp_path):
    results.save(RECORD, folder=tmp_path)
    return tmp_path


@pytest.fixture
def with_weights(tmp_path):
    results.save(RECORD, weights=ARRAYS, folder=tmp_path)
    return tmp_path


def test_what_is_loaded_is_what_was_saved_to_the_last_digit(folder):
    assert results.load("one", folder=folder) == RECORD


def test_the_same_record_gives_the_same_bytes(folder):
    first = (folder / "one.json").read_bytes()
    results.save(results.load("one", folder=folder), folder=folder)
    assert (folder / "one.json").read_bytes() == first


def test_numbers_are_averaged_over_seeds_one_or_many(folder):
    record = results.load("one", folder=folder)
    assert record.mean("share") == 0.5 and type(record.mean("share")) is float
    assert record.interval("share") == (0.1, 0.9)
    np.testing.assert_array_equal(record["curve"], [[0, 1], [0.5, 1]])
    np.testing.assert_array_equal(record.mean("curve"), [0.25, 1])
    np.testing.assert_array_equal(record.interval("curve"), [[0, 1], [0.5, 1]])


def test_a_number_that_is_not_there_is_named_with_those_that_are():
    for call in (RECORD.mean, RECORD.interval, RECORD.__getitem__):
        with pytest.raises(KeyError, match="record 'one' has no number 'shares': there are share, curve"):
            call("shares")


@pytest.mark.parametrize("name", ["two", "../one", ""])
def test_a_record_that_is_not_there_is_named_with_those_that_are(folder, name):
    (folder / "other.json").write_text("{}")
    with pytest.raises(FileNotFoundError) as error:
        results.load(name, folder=folder)
    assert str(error.value) == f"no record {name!r}: there are one, other: run make experiments ONLY={name}"


def test_no_records_at_all_are_said_so(tmp_path):
    with pytest.raises(FileNotFoundError, match="no record 'one': there are none: run make experiments ONLY=one"):
        results.load("one", folder=tmp_path)


def test_half_a_record_is_refused_wherever_it_ends(folder):
    path = folder / "one.json"
    whole = path.read_bytes()
    for end in range(0, len(whole) - 2, 7):
        path.write_bytes(whole[:end])
        with pytest.raises(ValueError, match=r"record 'one' is damaged \(.*run make experiments ONLY=one"):
            results.load("one", folder=folder)


@pytest.mark.parametrize(
    ("old", "new"),
    [('"share": [0.25', '"share": [0.26'), ('"size": 4', '"size": 5'), ('"low"', '"lower"'), ('"digest"', '"dig"'),
     ("0.75", "NaN"), ("C1", "C2"), ("0.9", "0.8")],
)  # fmt: skip
def test_a_record_that_was_changed_by_hand_is_refused(folder, old, new):
    path = folder / "one.json"
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")
    with pytest.raises(ValueError, match="record 'one' is damaged"):
        results.load("one", folder=folder)


@pytest.mark.parametrize("text", ["[]", "1", "null", "{}", '"text"', '{"digest": ""}'])
def test_other_json_is_no_record(folder, text):
    (folder / "one.json").write_text(text)
    with pytest.raises(ValueError, match="record 'one' is damaged"):
        results.load("one", folder=folder)


def test_bytes_that_are_no_text_are_no_record(folder):
    (folder / "one.json").write_bytes(b"\xff\xfe{}")
    with pytest.raises(ValueError, match="record 'one' is damaged"):
        results.load("one", folder=folder)


@pytest.mark.parametrize("fails", ["os.fsync", "os.replace"])
def test_a_write_that_fails_leaves_the_record_that_was_there(folder, monkeypatch, fails):
    def full(*_):
        raise OSError("No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(fails, full)
        with pytest.raises(OSError, match="No space"):
            results.save(replace(RECORD, claims=["C2"]), folder=folder)
    assert results.load("one", folder=folder) == RECORD
    assert [path.name for path in folder.iterdir()] == ["one.json"]


def test_a_number_that_is_not_finite_is_not_written(tmp_path):
    with pytest.raises(ValueError, match="JSON"):
        results.save(replace(RECORD, short={"share": float("nan")}), folder=tmp_path)
    assert not list(tmp_path.iterdir())


# ---- what stands beside a record ----


def test_weights_come_back_with_their_types_and_bytes(with_weights):
    found = results.weights("one", folder=with_weights)
    assert list(found) == list(ARRAYS)
    for name, array in ARRAYS.items():
        assert found[name].dtype == array.dtype
        np.testing.assert_array_equal(found[name], array)
    assert found["inputs"].item() == "aü�"


def test_the_same_weights_give_the_same_bytes(with_weights):
    first = (with_weights / "one.npz").read_bytes()
    results.save(results.load("one", folder=with_weights), weights=ARRAYS, folder=with_weights)
    assert (with_weights / "one.npz").read_bytes() == first
    assert results.load("one", folder=with_weights).numbers == RECORD.numbers


def test_a_record_without_weights_says_so(folder):
    with pytest.raises(FileNotFoundError, match="record 'one' has no weights beside it"):
        results.weights("one", folder=folder)
    with pytest.raises(FileNotFoundError, match="no record 'two': there are one"):
        results.weights("two", folder=folder)


def test_weights_that_are_missing_are_to_be_made_again(with_weights):
    (with_weights / "one.npz").unlink()
    with pytest.raises(FileNotFoundError, match="weights of record 'one' are missing: run make experiments ONLY=one"):
        results.weights("one", folder=with_weights)
    assert results.load("one", folder=with_weights).mean("share") == 0.5  # the numbers are there


def test_damaged_weights_are_refused_wherever_they_end(with_weights):
    path = with_weights / "one.npz"
    whole = path.read_bytes()
    for end in range(0, len(whole), 97):
        path.write_bytes(whole[:end])
        with pytest.raises(ValueError, match=r"weights of record 'one' are damaged, or of another run: run make exp"):
            results.weights("one", folder=with_weights)


def test_weights_of_another_run_are_refused(with_weights, tmp_path_factory):
    other = tmp_path_factory.mktemp("other")
    results.save(RECORD, weights={"layer.weight": np.zeros((1, 2), np.float16)}, folder=other)
    (with_weights / "one.npz").write_bytes((other / "one.npz").read_bytes())
    with pytest.raises(ValueError, match="are damaged, or of another run"):
        results.weights("one", folder=with_weights)


def test_arrays_of_python_objects_are_not_written(tmp_path):
    with pytest.raises(TypeError, match="must be numbers or text, got Python objects in 'words'"):
        results.save(RECORD, weights={"words": np.array(["a", None])}, folder=tmp_path)
    assert not list(tmp_path.iterdir())


def test_a_number_that_is_not_finite_leaves_the_weights_as_they_were(with_weights):
    first = (with_weights / "one.npz").read_bytes()
    bad = replace(RECORD, short={"share": float("nan")})
    with pytest.raises(ValueError, match="JSON"):
        results.save(bad, weights={"layer.weight": np.zeros(2)}, folder=with_weights)
    assert (with_weights / "one.npz").read_bytes() == first


def test_a_record_is_loaded_with_numpy_alone():
    code = "import sys; from attn_core import results; print(results.load('lookup').config['entries']); "
    code += "print({'torch', 'tqdm', 'scipy', 'matplotlib'} & set(sys.modules))"
    run = subprocess.run([sys.executable, "-W", "error", "-c", code], capture_output=True, text=True)
    assert (run.stdout, run.stderr) == ("500\nset()\n", "")


def test_the_records_of_the_package_can_be_read_from_json_alone():
    for path in results.FOLDER.glob("*.json"):
        assert json.loads(path.read_text("utf-8"))["subject"] == path.stem
        assert path.stat().st_size < 400 * 1024


def test_weights_are_small_enough_to_be_fetched():
    paths = list(results.FOLDER.glob("*.npz"))
    assert paths
    for path in paths:
        assert path.stat().st_size < 200 * 1024
        assert results.weights(path.stem)
