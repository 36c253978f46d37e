"""The floors of the package: what may import what, and what `import attn_core` needs and gives."""

import ast
import inspect
import pathlib
import subprocess
import sys

import numpy as np
import pytest

import attn_core
from attn_core import attention, costs, estimators, heads, local, masks, measure, normalizers, results, scores, train

ROOT = pathlib.Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "attn_core"

FLOORS = {
    0: {"_arrays", "_checks", "scores", "normalizers", "masks"},
    1: {"attention", "local", "heads"},
    2: {"nn", "estimators", "fused", "tasks", "train", "measure", "costs", "results", "_files", "_progress"},
    3: {"palette", "_svg", "plots", "page"},
    4: {"widgets", "exercises"},
}
FLOOR_OF = {module: floor for floor, modules in FLOORS.items() for module in modules}
# What a floor brings in, besides the standard library; the floors above it have it too.
LIBRARIES = {
    0: {"numpy", "array_api_compat"},
    1: set(),
    2: {"torch", "tqdm"},
    3: {"matplotlib", "cycler", "IPython", "pygments"},
    4: {"anywidget", "ipywidgets", "traitlets"},
}
INSIDE_FUNCTIONS = {"tasks": {"babel", "sklearn"}}

SOURCES = sorted(path for path in PACKAGE.rglob("*.py") if path != PACKAGE / "__init__.py")


def module_of(path):
    """The name under attn_core that a file belongs to: nn for attn_core/nn/layers.py."""
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imports(path):
    """Every import of a file, as (dotted name, whether inside a function)."""
    tree = ast.parse(path.read_text("utf-8"))
    inside = {
        node
        for function in ast.walk(tree)
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef)
        for node in ast.walk(function)
    }
    package = ("attn_core", *path.relative_to(PACKAGE).parts[:-1])
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            above = package[: len(package) - node.level + 1] if node.level else ()
            base = ".".join([*above, *([node.module] if node.module else [])])
            names = [f"{base}.{alias.name}" for alias in node.names] if base == "attn_core" else [base]
        else:
            continue
        for name in names:
            yield name, node in inside


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_a_module_stands_on_a_floor_and_imports_none_above_it(path):
    module = module_of(path)
    assert module in FLOOR_OF, f"{module} stands on no floor"
    floor = FLOOR_OF[module]
    allowed = set.union(*(LIBRARIES[below] for below in range(floor + 1)))
    for name, inside in imports(path):
        top, _, rest = name.partition(".")
        if top == "attn_core":
            other = rest.partition(".")[0]
            assert FLOOR_OF.get(other, 0) <= floor, f"{module} (floor {floor}) imports {name}"
        elif top not in sys.stdlib_module_names:
            late = INSIDE_FUNCTIONS.get(module, set()) if inside else set()
            assert top in allowed | late, f"{module} (floor {floor}) imports {name}"


def test_the_reader_of_imports_sees_every_form(tmp_path, monkeypatch):
    monkeypatch.setattr(sys.modules[__name__], "PACKAGE", tmp_path)
    source = tmp_path / "nn" / "layers.py"
    source.parent.mkdir()
    source.write_text(
        "import torch.nn\nfrom attn_core import page\nfrom attn_core.plots import line\n"
        "from .. import widgets\nfrom ..page import show\nfrom . import other\n"
        "def f():\n    import babel\n"
    )
    assert list(imports(source)) == [
        ("torch.nn", False),
        ("attn_core.page", False),
        ("attn_core.plots", False),
        ("attn_core.widgets", False),
        ("attn_core.page", False),
        ("attn_core.nn", False),
        ("babel", True),
    ]


ALONE = """
import importlib.machinery, sys


class NumpyAndArrayApiCompat:
    def find_spec(self, name, path=None, target=None):
        if name in ("numpy", "array_api_compat"):
            return importlib.machinery.PathFinder.find_spec(name, [{packages!r}])


sys.meta_path.append(NumpyAndArrayApiCompat())
sys.path.append({root!r})
import attn_core

query = sys.modules["numpy"].eye(2)
output, weights = attn_core.attend(query, query, query, mask=attn_core.masks.causal(2, 2))
assert (weights.sum(axis=-1) == 1).all(), weights
print(attn_core.__file__)
print(*{{name.partition(".")[0] for name in sys.modules}})
"""


def test_the_checkout_imports_with_numpy_and_array_api_compat_alone(tmp_path):
    packages = str(pathlib.Path(np.__file__).parents[1])
    # -I and -S: no environment, no current directory, no site-packages, no editable install.
    run = subprocess.run(
        [sys.executable, "-I", "-S", "-W", "error", "-c", ALONE.format(root=str(ROOT), packages=packages)],
        capture_output=True,
        text=True,
        cwd=tmp_path,
    )
    assert run.returncode == 0, run.stderr
    file, loaded = run.stdout.splitlines()
    assert file == str(PACKAGE / "__init__.py")
    assert {"attn_core", "numpy"} <= set(loaded.split())
    assert not {"torch", "matplotlib", "anywidget"} & set(loaded.split())


def test_import_gives_floors_0_and_1_and_their_functions():
    assert attn_core.__version__ == "0.1.0"
    modules = {"heads", "local", "masks", "normalizers", "scores"}
    functions = {"attend", "hardmax", "softmax", "sparsemax"}
    assert modules | functions <= set(attn_core.__all__)
    for name in attn_core.__all__:
        thing = getattr(attn_core, name)
        assert inspect.isfunction(thing) or FLOOR_OF[name] <= 1
    assert (PACKAGE / "py.typed").exists()


SIGNATURES = {
    scores.dot: "query, key",
    scores.scaled_dot: "query, key, *, scale=None",
    scores.general: "query, key, weight",
    scores.cosine: "query, key",
    scores.linear: "query, key, weight",
    scores.additive: "query, key, query_weight, key_weight, v",
    normalizers.softmax: "scores, *, mask=None, temperature=1.0",
    normalizers.sparsemax: "scores, *, mask=None, temperature=1.0",
    normalizers.hardmax: "scores, *, mask=None",
    masks.causal: "query_len, key_len, *, offset=0, like=None",
    masks.window: "query_len, key_len, *, left, right, offset=0, like=None",
    masks.padding: "lengths, key_len",
    heads.split: "x, num_heads",
    heads.merge: "x",
    attention.attend: "query, key, value, *, score=scaled_dot, normalize=softmax, mask=None",
    local.predict_centre: "query, query_weight, v, *, length",
    local.near: "centre, key_len, *, window",
    local.gaussian: "centre, key_len, *, window",
    local.monotonic: "query, key, value, *, window, offset=0, score=scaled_dot, normalize=softmax, mask=None",
    local.predictive: "query, key, value, centre, *, window, score=scaled_dot, normalize=softmax, mask=None",
}
ABOVE = {
    estimators.sample: "scores, *, mask=None, generator=None",
    estimators.straight_through: "scores, *, mask=None, generator=None",
    estimators.gumbel_softmax: "scores, *, mask=None, temperature=1.0, generator=None",
    estimators.reinforce: "scores, weights, loss, *, baseline=0.0, mask=None",
    estimators.marginal: "scores, loss, *, mask=None",
    estimators.expected: "scores, loss, *, mask=None",
    results.load: "subject, *, folder=None",
    results.weights: "subject, *, folder=None",
    results.save: "record, *, weights=None, folder=None",
    results.Record.mean: "self, name",
    results.Record.interval: "self, name",
    train.fit: "module, loss, draw, *, steps, seed, optimizer=Adam, clip=1.0, validate=None, every=100, goal=None, "
    "patience=None, checkpoint=None",
    measure.parameters: "module",
    measure.multiply_adds: "function, *args",
    measure.time: "functions, *, rounds=15, least=0.01",
    measure.peak_memory: "function",
    costs.Layer.parameters: "self, model_dim",
    costs.Layer.multiply_adds: "self, length, model_dim",
    costs.Layer.steps: "self, length, *, num_layers=1",
    costs.Layer.activations: "self, length, model_dim, *, num_heads=1",
    costs.Layer.path: "self, length",
    costs.convolution: "kernel_size",
    costs.crossing: "first, second, model_dim",
    costs.meetings: "x, first, second",
}
every_function = pytest.mark.parametrize("function", SIGNATURES, ids=lambda function: function.__name__)


def public(module):
    """The functions that a module, or the files of a package, define for others."""
    for name, thing in vars(module).items():
        if inspect.isfunction(thing) and home(thing) == module.__name__ and not name.startswith("_"):
            yield thing


def home(thing):
    """The public module that a thing belongs to: attn_core.costs for what attn_core/costs/_layers.py defines."""
    return thing.__module__.partition("._")[0]


@pytest.mark.parametrize("module", [scores, normalizers, masks, heads, attention, local], ids=lambda m: m.__name__)
def test_no_public_function_is_missing_here(module):
    assert set(public(module)) == {function for function in SIGNATURES if function.__module__ == module.__name__}


@pytest.mark.parametrize("module", [results, train, measure, costs, estimators], ids=lambda m: m.__name__)
def test_no_public_function_of_floor_2_is_missing_here(module):
    assert set(public(module)) == {f for f in ABOVE if home(f) == module.__name__ and "." not in f.__qualname__}


@pytest.mark.parametrize("function", ABOVE, ids=lambda function: function.__qualname__)
def test_every_function_of_floor_2_is_annotated_and_says_what_it_takes_and_an_example(function):
    signature = inspect.signature(function)
    assert signature.return_annotation is not signature.empty
    assert all(p.annotation is not p.empty for name, p in signature.parameters.items() if name != "self")
    text = inspect.getdoc(function)
    assert text.splitlines()[0].endswith(".")
    places = [text.find(section) for section in ("Parameters\n---", "Examples\n---", ">>> ")]
    assert -1 not in places and places == sorted(places)
    assert all(name in text for name in signature.parameters if name != "self")


@pytest.mark.parametrize("function", {**SIGNATURES, **ABOVE}, ids=lambda function: function.__qualname__)
def test_the_names_and_defaults_that_others_call_stay(function):
    words, starred = [], False
    for name, parameter in inspect.signature(function).parameters.items():
        if parameter.kind is parameter.KEYWORD_ONLY and not starred:
            words.append("*")
            starred = True
        default = getattr(parameter.default, "__name__", repr(parameter.default))
        name = f"*{name}" if parameter.kind is parameter.VAR_POSITIONAL else name
        words.append(name if parameter.default is parameter.empty else f"{name}={default}")
    assert ", ".join(words) == {**SIGNATURES, **ABOVE}[function]


@every_function
def test_every_public_function_is_annotated_and_says_shapes_formula_and_an_example(function):
    signature = inspect.signature(function)
    assert signature.return_annotation is not signature.empty
    assert all(p.annotation is not p.empty for p in signature.parameters.values())
    text = inspect.getdoc(function)
    assert text.splitlines()[0].endswith(".")
    sections = ["Parameters\n---", "Returns\n---", "Raises\n---", "Notes\n---", "Examples\n---", ">>> "]
    places = [text.find(section) for section in sections]
    assert -1 not in places
    assert places == sorted(places)
    assert all(name in text for name in signature.parameters)
