"""An experiment as its script says it: sizes, seeds, claims, and the hash that its record must carry."""

import ast
import json
import re
from dataclasses import asdict, dataclass
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from types import ModuleType
from typing import Any

from attn_core.results import FOLDER, Record, load, weights

from . import _seed

SCRIPTS = Path(__file__).parent


@dataclass(frozen=True)
class Subject:
    """The script of an experiment, by name and text."""

    name: str
    source: str

    @cached_property
    def module(self) -> ModuleType:
        return _seed.module(self.name, self.source)

    @cached_property
    def config(self) -> dict[str, Any]:
        return json.loads(json.dumps(asdict(self.module.Config())))  # tuples as lists, as in the record

    @property
    def seeds(self) -> list[int]:
        return list(range(self.module.SEEDS))

    @property
    def claims(self) -> list[str]:
        return list(dict.fromkeys(re.findall(r"\bC[1-9]\d?[a-z]?\b", self.module.__doc__)))

    @property
    def timing(self) -> bool:
        return getattr(self.module, "TIMING", False)

    @cached_property
    def hash(self) -> str:
        """Changes with what the script does or its sizes; not with its docstrings, comments or layout."""
        script = ast.parse(self.source)
        for node in ast.walk(script):
            if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef) and ast.get_docstring(node) is not None:
                node.body = node.body[1:]
        return sha256(json.dumps([written(script), self.config], sort_keys=True).encode()).hexdigest()

    def state(self, folder: Path = FOLDER) -> str:
        """Its record, or what stands beside it, is missing, damaged, stale or current."""
        try:
            record = self.record(folder)
            if record.weights:
                weights(self.name, folder=folder)
            return "current" if record.made_from == self.hash else "stale"
        except FileNotFoundError:
            return "missing"
        except ValueError:
            return "damaged"

    def record(self, folder: Path = FOLDER) -> Record:
        return load(self.name, folder=folder)


def find(folder: Path = SCRIPTS) -> dict[str, Subject]:
    """The experiments in a folder, by name."""
    paths = sorted(path for path in folder.glob("*.py") if not path.name.startswith("_"))
    return {path.stem: Subject(path.stem, path.read_text("utf-8")) for path in paths}


def written(node: Any) -> str:
    """A syntax tree as text, the same in every version of Python: what is empty there is left out.

    >>> written(ast.parse("x = 1"))
    "Module(body=Assign(targets=Name(id='x' ctx=Store()) value=Constant(value=1)))"
    """
    if isinstance(node, list):
        return " ".join(written(entry) for entry in node)
    if not isinstance(node, ast.AST):
        return repr(node)
    fields = {name: getattr(node, name, None) for name in node._fields}
    said = (f"{name}={written(field)}" for name, field in fields.items() if field not in (None, []))
    return f"{type(node).__name__}({' '.join(said)})"
