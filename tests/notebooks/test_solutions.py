"""The worked solutions of the chapters: each is found, run and judged as a reader's answer would be.

A solution is fenced Python inside `<details>` in a Markdown cell, and its last line names the exercise:
`check("softmax", softmax)`. Solutions of one chapter may use those before them.
"""

import re
from pathlib import Path

import nbformat
import numpy as np
import pytest

import attn_core as ac
from attn_core.exercises.checking import EXERCISES, judge

ROOT = Path(__file__).parents[2]
CHAPTERS = sorted(ROOT.glob("chapters/*.ipynb"))
every_chapter = pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem)

DETAILS = re.compile(r"<details\b.*?</details>", re.DOTALL)
FENCE = re.compile(r"^```python\n(.*?)^```$", re.DOTALL | re.MULTILINE)
CHECK = re.compile(r'check\("(\w+)", (\w+)\)')


def sources(path, kind):
    return [cell.source for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == kind]


def exercises(path):
    """Names of the exercises that a notebook asks the reader to write."""
    return [name for source in sources(path, "code") for name, given in CHECK.findall(source) if given == "None"]


def solutions(path):
    """Each worked solution: its code, the exercise, the name of the function."""
    for source in sources(path, "markdown"):
        for folded in DETAILS.findall(source):
            for code in FENCE.findall(folded):
                if last := CHECK.fullmatch(code.strip().splitlines()[-1]):
                    yield code, *last.groups()


def faults(path):
    """What is wrong with the solutions of a notebook; nothing if they are right."""
    found, wrong = list(solutions(path)), []
    names = {"np": np, "ac": ac, "check": lambda name, answer: None}
    for code, exercise, function in found:
        try:
            exec(compile(code, f"{path.name}: {exercise}", "exec"), names)
            verdict = judge(exercise, names[function])
        except Exception as error:
            wrong.append(f"{exercise}: {type(error).__name__}: {error}")
        else:
            wrong += [] if verdict.right else [f"{exercise}: {verdict.text}"]
    asked, solved = exercises(path), [exercise for _, exercise, _ in found]
    wrong += [f"{name}: no solution" for name in asked if name not in solved]
    wrong += [f"{name}: nobody asked for it" for name in solved if name not in asked]
    return wrong


@every_chapter
def test_worked_solutions_are_right_and_every_exercise_has_one(path):
    assert faults(path) == []


def test_every_exercise_is_asked_in_one_chapter():
    assert sorted(name for path in CHAPTERS for name in exercises(path)) == sorted(EXERCISES)


# ---- the finder itself ----

SOFTMAX = """def softmax(scores):
    positive = np.exp(scores - scores.max(axis=-1, keepdims=True))
    return positive / positive.sum(axis=-1, keepdims=True)
"""


@pytest.fixture
def notebook(tmp_path):
    def write(code, name="softmax", function="softmax"):
        new = nbformat.v4.new_notebook()
        folded = f'<summary>A solution</summary>\n\n```python\n{code}\ncheck("{name}", {function})\n```\n\n</details>'
        new.cells = [
            nbformat.v4.new_code_cell('check("softmax", None)'),
            nbformat.v4.new_markdown_cell(f"**Softmax.** Write it.\n\n<details>\n{folded}\n\nAnd so on."),
        ]
        nbformat.write(new, tmp_path / "some.ipynb")
        return tmp_path / "some.ipynb"

    return write


def test_right_solution_is_found_and_passes(notebook):
    [(code, name, function)] = solutions(notebook(SOFTMAX))
    assert SOFTMAX in code and (name, function) == ("softmax", "softmax")
    assert faults(notebook(SOFTMAX)) == []


def test_broken_solution_is_caught_with_its_counter_example(notebook):
    [fault] = faults(notebook(SOFTMAX.replace(" - scores.max(axis=-1, keepdims=True)", "")))
    assert fault.startswith("softmax: ✗ softmax is not right yet.") and "1000." in fault


@pytest.mark.parametrize(
    ("code", "name", "function", "told"),
    [
        ("def softmax(:", "softmax", "softmax", "softmax: SyntaxError"),
        ("1 / 0", "softmax", "softmax", "softmax: ZeroDivisionError"),
        (SOFTMAX, "softmax", "other", "softmax: NameError: name 'other'"),
        (SOFTMAX, "nothing", "softmax", "nothing: ValueError: no exercise 'nothing'"),
        (SOFTMAX, "softmax", "None", "softmax: KeyError"),
    ],
)
def test_solution_that_does_not_run_is_caught(notebook, code, name, function, told):
    assert faults(notebook(code, name, function))[0].startswith(told)


def test_exercise_without_a_solution_and_solution_without_an_exercise_are_caught(notebook):
    code = "def weighted_sum(weights, value):\n    return weights @ value\n"
    found = faults(notebook(code, "weighted_sum", "weighted_sum"))
    assert found == ["softmax: no solution", "weighted_sum: nobody asked for it"]
