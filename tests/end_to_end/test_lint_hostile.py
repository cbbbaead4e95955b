"""Files that nobody would write, and files that nobody wrote for us: a message or silence, never a traceback."""

from __future__ import annotations

import sysconfig
import time
from pathlib import Path

import pytest

from shapecheck import engine
from shapecheck.core.settings import Settings
from tests.bounds import processor_time

EXAMPLES = sorted((Path(__file__).parents[1] / "examples").glob("*.*"))
LIMIT = 5.0
"""Seconds, far above what any of these takes: this guards against explosions, not against slow machines."""

HEAD = "# shape: A: (N, N); x: (N)\n# shape: "
FORMULAS = {
    "brackets": "(" * 100_000 + "x" + ")" * 100_000,
    "open brackets": "(" * 100_000,
    "closing brackets": ")" * 100_000,
    "square brackets": "[" * 100_000,
    "bars": "|" * 10_000,
    "double bars": "‖" * 10_000,
    "minus signs": "-" * 100_000 + "x",
    "transposes": "A" + "'" * 100_000,
    "powers": "A" + "^2" * 50_000,
    "tower": "2^" * 50_000 + "2",
    "factors": "A " * 10_000 + "x",
    "terms": " + ".join(["A x"] * 10_000),
    "chain": " = ".join(["x"] * 10_000),
    "calls": "exp(" * 50_000 + "x" + ")" * 50_000,
    "statements": "; ".join(["A x"] * 20_000),
    "declarations": "; ".join(f"x{n}: (N{n})" for n in range(20_000)),
    "a long line": "x" * 10_000_000,
    "a long line of blanks": " " * 10_000_000 + "x",
    "a huge number": "9" * 100_000 + " x",
    "a huge power": "A^1000000000 x",
    "a huge size": "B: (2^(10^9), N)",
    "sizes that explode": "B: ((N+M)^999, N)",
    "products that explode": "B: (" + "*".join(f"(a{n}+b{n})" for n in range(40)) + ", N)",
    "many axes": "B: (" + ", ".join("N" for _ in range(5_000)) + ")",
    "kron": "⊗".join(["A"] * 500),
    "block": "[" + "; ".join(["A, A"] * 2_000) + "]",
    "indices": "Σ_" + "i" * 5_000 + " A_ij",
    "derivatives": "d" * 50_000 + "/dx",
    "nul": "A \0 x",
    "controls": "".join(map(chr, range(32))) + "A x",
    "combining marks": "x" + "\u0302" * 50_000,
    "surrogates": "\udc80\udcff x",
    "direction marks": "\u202eA x\u202c",
    "unicode": "".join(map(chr, range(0x2000, 0x2C00))),
    "ignored": "ignore[" + "a," * 50_000 + "]",
}


@pytest.mark.parametrize("kind", FORMULAS)
def test_hostile_formulas(kind):
    text = HEAD + FORMULAS[kind] + "\n# shape: A x\n"
    assert processor_time(lambda: engine.check(text, "python", Settings()), enough=LIMIT) < LIMIT
    found = engine.check(text, "python", Settings())
    assert all(0 <= one.span.start <= one.span.end <= len(text) for one in found)


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.name)
def test_prefixes_of_every_example(path):
    """Cut at every tenth character, as a file is while it is typed."""
    from shapecheck.hosts import language_of

    text = path.read_text(encoding="utf-8")
    language = language_of(path.name) or "python"
    for end in range(0, len(text), max(len(text) // 60, 1)):
        engine.check(text[:end], language, Settings())


HOSTILE_FILES = {
    "invalid UTF-8": b"# shape: A: (N, D); x\xff\xfe: (D)\n# shape: A x\xff\n",
    "NUL": b"\0\0# shape: A: (N, D)\0\n# shape: A A\n",
    "binary": bytes(range(256)) * 50 + b"# shape: A: (N, D)\n",
    "only the word": b"shape:",
    "UTF-16 cut short": b"\xff\xfes\0h\0a\0p\0e\0:\0x",
    "a lone mark": b"\xef\xbb\xbf# shape: A A",
    "coding that is none": b"# coding: undefined\n# shape: A: (N, D); A A\n",
    "an unfinished string": b'"""shape:\n' + b"    A: (N, D)\n" * 3,
    "deep indentation": b"\n".join(b" " * n + b"if x:" for n in range(2_000)) + b"  # shape: A: (N)",
    "carriage returns": b"# shape: A: (N, D)\r# shape: A A\r" * 3,
}


@pytest.mark.parametrize("kind", HOSTILE_FILES)
@pytest.mark.parametrize("ending", ["py", "c", "ipynb", "m", "md"])
def test_hostile_files(lint, tmp_path, kind, ending):
    (tmp_path / f"a.{ending}").write_bytes(HOSTILE_FILES[kind])
    before = time.process_time()
    code, _, err = lint(".")
    assert time.process_time() - before < LIMIT
    assert code in (0, 1)
    assert err == ""
    lint("--fix", ".")


@pytest.mark.parametrize(
    "content",
    [b"", b"{}", b"[]", b"null", b'{"cells": 3} shape:', b'{"cells": [{"source": 5}]} shape:', b"[" * 100_000 + b"shape:"],
)
def test_notebooks_that_are_none(lint, tmp_path, content):
    (tmp_path / "n.ipynb").write_bytes(content)
    code, _, err = lint("--fix", ".")
    assert (code, err) == (0, "")
    assert (tmp_path / "n.ipynb").read_bytes() == content


@pytest.mark.slow
def test_nothing_is_found_in_installed_packages(lint):
    """They never heard of shapecheck; some say `shape:` in prose."""
    packages = sysconfig.get_path("purelib")
    code, out, err = lint("--exclude", "__pycache__,shapecheck*", "--no-cache", "--output-format", "concise", packages)
    assert err == ""
    assert (code, [line for line in out.splitlines() if ": error[" in line or ": warning[" in line]) == (0, [])
