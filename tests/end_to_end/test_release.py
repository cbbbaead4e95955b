"""What is released: built from the tree, its contents exactly as meant, installed into a clean environment, and used there."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tarfile
import tomllib
import venv
import zipfile
from pathlib import Path

import pytest

from shapecheck.core.version import VERSION
from tests.end_to_end.client import started
from tests.end_to_end.conftest import QUIET
from tests.generate import terminal

ROOT = Path(__file__).parents[2]
BARE = {name: value for name, value in os.environ.items() if name not in QUIET | {"PYTHONPATH", "VIRTUAL_ENV"}}
SHIPPED_GRAMMAR = {f"shapecheck/grammar/{name}" for name in ("README.md", "annotation.lark", "tables.json")}
INFORMATION = {"METADATA", "WHEEL", "RECORD", "entry_points.txt", "licenses/LICENSE"}
TOP = {"README.md", "LICENSE", "CHANGELOG.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "pyproject.toml"}


def test_versions_agree():
    assert re.fullmatch(r"\d+\.\d+\.\d+", VERSION)
    readme, changes = ((ROOT / name).read_text(encoding="utf-8") for name in ("README.md", "CHANGELOG.md"))
    assert set(re.findall(r"rev: v(\S+)", readme)) == {VERSION}
    assert re.findall(r"^## (\S+)", changes, re.MULTILINE)[0] == VERSION
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    assert project["project"]["dynamic"] == ["version"]
    assert (ROOT / project["tool"]["hatch"]["version"]["path"]).samefile(ROOT / "shapecheck" / "core" / "version.py")


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """The source distribution, and the wheel that was built from it."""
    folder = tmp_path_factory.mktemp("dist")
    run(sys.executable, "-m", "build", "--outdir", str(folder), str(ROOT))
    (source,), (wheel,) = folder.glob("*.tar.gz"), folder.glob("*.whl")
    return source, wheel


@pytest.fixture(scope="module")
def installed(built: tuple[Path, Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The programs of an environment that holds the wheel and what it needs, and no more."""
    folder = tmp_path_factory.mktemp("clean") / "venv"
    venv.create(folder, with_pip=True)
    programs = folder / ("Scripts" if os.name == "nt" else "bin")
    run(str(programs / "python"), "-m", "pip", "install", "--quiet", "--no-compile", "--disable-pip-version-check", str(built[1]))
    return programs


def run(*command: str, cwd: Path | None = None, code: int = 0) -> str:
    done = subprocess.run(command, cwd=cwd, env=BARE, capture_output=True, encoding="utf-8", timeout=300, check=False)
    assert done.returncode == code, f"`{' '.join(command)}` ended with {done.returncode}:\n{done.stdout}\n{done.stderr}"
    return done.stdout


@pytest.mark.slow
def test_the_wheel_holds_the_package_and_nothing_else(built):
    with zipfile.ZipFile(built[1]) as wheel:
        names = set(wheel.namelist())
        about = wheel.read(f"shapecheck_lsp-{VERSION}.dist-info/METADATA").decode()
    modules = {str(path.relative_to(ROOT)) for path in (ROOT / "shapecheck").rglob("*.py")}
    information = {f"shapecheck_lsp-{VERSION}.dist-info/{name}" for name in INFORMATION}
    assert names == modules | {"shapecheck/py.typed"} | SHIPPED_GRAMMAR | information
    needed = re.findall(r"^Requires-Dist: ([\w-]+)(?!.*extra)", about, re.MULTILINE)
    assert needed == ["lark", "numpy", "pygls"]


@pytest.mark.slow
def test_the_source_distribution_is_the_repository(built):
    with tarfile.open(built[0]) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    if (ROOT / ".git").exists():
        listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, encoding="utf-8", check=True).stdout
        assert names == set(listed.split("\n")) - {""} | {"PKG-INFO"}
    assert names >= TOP | {"grammar/annotation.lark", "editors/vscode/package-lock.json", "editors/nvim/plugin/shapecheck.lua", ".ci/run"}
    assert not [name for name in names if "__pycache__" in name or "node_modules" in name or name.endswith(".vsix")]


@pytest.mark.slow
def test_the_index_would_take_it(built):
    run(sys.executable, "-m", "twine", "check", "--strict", *map(str, built))


@pytest.mark.slow
def test_it_says_where_it_runs_from(installed, tmp_path):
    said = run(str(installed / "shapecheck"), "--version", cwd=tmp_path)
    assert said.startswith(f"shapecheck {VERSION} (")
    assert str(installed.parent) in said
    assert str(ROOT) not in said


@pytest.mark.slow
def test_the_readme_s_first_command_ends_in_its_picture(installed):
    words = terminal.COMMAND.split()
    shown = run(str(installed / words[0]), *words[1:], "--color", "always", "--no-cache", cwd=ROOT)
    assert terminal.draw(shown) == terminal.FILE.read_text(encoding="utf-8")


@pytest.mark.slow
def test_its_server_answers(installed, tmp_path):
    text = "# shape:\n#   A: (N, D)    x: (N)\n#   q = A x\n"
    with started(command=(str(installed / "shapecheck"), "server"), cwd=tmp_path, env={"PYTHONPATH": ""}) as client:
        client.initialize()
        client.open("untitled:a.py", text, "python")
        (found,) = client.diagnostics("untitled:a.py", len, 1)
        assert found["code"] == "shape-mismatch"


@pytest.mark.slow
def test_it_is_typed_and_its_grammar_is_found(installed, tmp_path):
    script = """
import importlib.resources, shapecheck
from shapecheck.syntax import tables
folder = importlib.resources.files(shapecheck)
assert (folder / "py.typed").is_file()
assert (folder / "grammar" / "annotation.lark").is_file()
assert tables.GRAMMAR.startswith(str(folder)), tables.GRAMMAR
print(shapecheck.Sheet("A: (N, D); B: (D, N); w_a, w_b: (N)").gradient("w_a' A B w_b", "B"))
"""
    assert run(str(installed / "python"), "-c", script, cwd=tmp_path) == "A' w_a w_b'\n"
