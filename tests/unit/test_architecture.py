"""The invariants that ARCHITECTURE.md names, each under its name."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "shapecheck"
FLOORS = {
    "core": 0,
    "ops": 1,
    "syntax": 1,
    "hosts": 1,
    "elaborate": 2,
    "calculus": 3,
    "notation": 3,
    "explain": 4,
    "rules": 4,
    "engine": 5,
    "project": 5,
    "cli": 6,
    "server": 6,
}
EXCEPTIONS = {
    ("shapecheck/cli/serve.py", "server"),  # the command that starts the other door, late
    ("shapecheck/syntax/generate.py", "ops"),  # makes the parser's tables, not part of a run
}
MODULES = sorted(PACKAGE.rglob("*.py"))
LONGEST_FILE = 400
LONGEST_FUNCTION = 60


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


def part_of(path: Path) -> str:
    parts = path.relative_to(PACKAGE).parts
    return parts[0] if len(parts) > 1 else ""


def imports(tree: ast.AST) -> Iterator[str]:
    """Every module that is imported anywhere in a file, late imports included."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


@cache
def trees() -> tuple[tuple[Path, ast.Module], ...]:
    return tuple((path, ast.parse(path.read_text(encoding="utf-8"))) for path in MODULES)


def test_floors():
    """A module imports only lower floors and its own part."""
    wrong = []
    for path, tree in trees():
        part = part_of(path)
        if not part:
            continue
        for name in imports(tree):
            other = name.split(".")[1] if name.startswith("shapecheck.") else ""
            if other in FLOORS and other != part and FLOORS[other] >= FLOORS[part] and (name_of(path), other) not in EXCEPTIONS:
                wrong.append(f"{name_of(path)} imports {name}")
    assert not wrong


def test_every_part_has_a_floor():
    parts = {path.parent.name for path in PACKAGE.glob("*/__init__.py")} - {"grammar"}
    assert parts <= set(FLOORS)


def test_purity():
    """Between text and diagnostics nothing reads files, clocks, processes or the network."""
    pure = {"core", "ops", "elaborate", "calculus", "notation", "explain", "engine"}
    banned = {"os", "sys", "io", "pathlib", "socket", "subprocess", "tempfile", "datetime", "threading", "asyncio"}
    wrong = [
        f"{name_of(path)} imports {name}"
        for path, tree in trees()
        if part_of(path) in pure
        for name in imports(tree)
        if name.split(".")[0] in banned
    ]
    assert not wrong


def test_heavy_imports():
    """Only the part that uses a dependency imports it."""
    homes = {"lark": {"syntax", "ops"}, "pygls": {"server"}, "lsprotocol": {"server"}, "numpy": {"calculus", "notation"}}
    wrong = [
        f"{name_of(path)} imports {name}"
        for path, tree in trees()
        for name in imports(tree)
        if (top := name.split(".")[0]) in homes and part_of(path) not in homes[top]
    ]
    assert not wrong


def test_nothing_is_executed_or_unpickled():
    """No eval, no exec, no pickle: text that is checked is never run."""
    wrong = []
    for path, tree in trees():
        wrong += [
            f"{name_of(path)} imports {name}" for name in imports(tree) if name.split(".")[0] in {"pickle", "marshal", "shelve", "dill"}
        ]
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in {"eval", "exec", "compile", "__import__"}:
                wrong.append(f"{name_of(path)}:{node.lineno} calls {node.func.id}")
    assert not wrong


def test_sizes():
    """Small rooms: no file above 400 lines, no function above 60."""
    wrong = []
    for path, tree in trees():
        count = len(path.read_text(encoding="utf-8").splitlines())
        if count > LONGEST_FILE:
            wrong.append(f"{name_of(path)} has {count} lines")
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.end_lineno is not None:
                length = node.end_lineno - node.lineno + 1
                if length > LONGEST_FUNCTION:
                    wrong.append(f"{name_of(path)}: {node.name} has {length} lines")
    assert not wrong


def test_docstrings():
    """Every module says what it is for."""
    assert [name_of(path) for path, tree in trees() if not ast.get_docstring(tree)] == []


def test_names():
    """No module is named after nothing."""
    vague = {"utils", "util", "helpers", "helper", "common", "misc", "base", "manager", "lib", "stuff"}
    assert [name_of(path) for path in MODULES if path.stem in vague] == []


def test_only_the_doors_print():
    wrong = [
        f"{name_of(path)}:{node.lineno}"
        for path, tree in trees()
        if part_of(path) not in {"cli", "server"}
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "print"
    ]
    assert not wrong


def test_light_modules_stay_light():
    """What runs before anything is found imports nothing but `os` and `sys` at its top."""
    light = [
        "__init__.py",
        "cli/__init__.py",
        "cli/arguments.py",
        "cli/commands.py",
        "cli/lint.py",
        "cli/sieve.py",
        "cli/processes.py",
        "core/__init__.py",
        "core/exclusions.py",
        "hosts/__init__.py",
        "hosts/gate.py",
        "project/__init__.py",
        "project/endings.py",
        "project/patterns.py",
        "project/walk.py",
    ]
    wrong = []
    for name in light:
        tree = ast.parse((PACKAGE / name).read_text(encoding="utf-8"))
        for node in tree.body:
            if isinstance(node, ast.Import | ast.ImportFrom):
                for module in imports(node):
                    ours = module.startswith("shapecheck.") and any(
                        module.removeprefix("shapecheck.").replace(".", "/").startswith(one.removesuffix(".py").removesuffix("/__init__"))
                        for one in light
                        if one != "__init__.py"
                    )
                    if module not in {"os", "sys"} and not module.startswith("__future__.") and not ours:
                        wrong.append(f"{name} imports {module}")
    assert not wrong


def test_top_level_is_what_the_map_says():
    known = {"pyproject.toml", "README.md", "LICENSE", "CHANGELOG.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "grammar", "shapecheck"}
    text = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
    assert [name for name in sorted(known) if not (ROOT / name).exists()] == []
    assert [part for part in FLOORS if f"`{part}`" not in text and f"`{part}/`" not in text] == []


def test_every_invariant_of_the_map_has_its_test():
    text = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
    named = re.findall(r"`(tests/[\w/.]+?)(?:::(\w+))?`", text)
    assert len(named) >= 10
    for path, function in named:
        assert (ROOT / path).exists(), path
        if function:
            assert f"def {function}(" in (ROOT / path).read_text(encoding="utf-8"), f"{path}::{function}"


@pytest.mark.parametrize("document", ["ARCHITECTURE.md", "CONTRIBUTING.md", "README.md"])
def test_paths_in_the_documents_exist(document):
    text = (ROOT / document).read_text(encoding="utf-8")
    for path in re.findall(r"`((?:shapecheck|tests|grammar|\.ci)/[\w/.-]+)`", text):
        assert (ROOT / path.partition("::")[0]).exists(), path


def test_endings_are_those_of_the_languages():
    from shapecheck.hosts import LANGUAGES
    from shapecheck.project.endings import ENDINGS, FILE_NAMES

    endings = {ending.lower().removeprefix(".") for row in LANGUAGES.values() for ending in row.extensions}
    assert sorted(endings) == sorted(ENDINGS), " ".join(sorted(endings))
    assert sorted(FILE_NAMES) == sorted({name for row in LANGUAGES.values() for name in row.file_names})
