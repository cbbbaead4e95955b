"""Latency and memory of the language server, beside a bare pygls server that publishes a constant and `ruff server`.

    python -m tests.bench.server [--quick]

One client, one run, the same files: a Python file with an annotated block in every 33 lines, one in ten with a wrong claim. Every
keystroke makes a text that was not there before. At the end the same as one class, as one function, and in other languages.
Exit code 1 where a limit is not kept.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
import time
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from statistics import median
from typing import Any

from tests.end_to_end.client import COMMAND, Client, started

BARE = """\
import sys
from lsprotocol import types
from pygls.lsp.server import LanguageServer

server = LanguageServer("bare", "1")
RANGE = types.Range(types.Position(0, 0), types.Position(0, 5))
FOUND = [types.Diagnostic(RANGE, "constant")]


@server.feature(types.TEXT_DOCUMENT_DID_OPEN)
def opened(ls, params):
    publish(ls, params)


@server.feature(types.TEXT_DOCUMENT_DID_CHANGE)
def changed(ls, params):
    publish(ls, params)


def publish(ls, params):
    document = ls.workspace.get_text_document(params.text_document.uri)
    ls.text_document_publish_diagnostics(types.PublishDiagnosticsParams(document.uri, FOUND, document.version))


@server.feature(types.TEXT_DOCUMENT_HOVER)
def hover(ls, params):
    return types.Hover("constant")


server.start_io()
"""
BLOCK = """\
def score{0}(A, B, w_a, w_b):
    # shape:
    #   A: (N, D)    B: (D, N)    w_a, w_b: (N)
    #   q = w_a' A B w_b
    #   dq/dB = {1}
    q = w_a @ A @ B @ w_b
"""
KINDS = {
    "one class": ("python", "class Big:\n", "    def f{0}(self, A):", "    ", "#", ""),
    "one function": ("python", "def big(A):\n", "    if A:", "    ", "#", ""),
    "C++": ("cpp", "namespace big {\n", "void f{0}() {{", "", "//", "}\n"),
    "Julia": ("julia", "module Big\n", "function f{0}(A)", "", "#", "end\n"),
    "MATLAB": ("matlab", "", "function f{0}(A)", "", "%", "end\n"),
    "Markdown": ("markdown", "", "## Part {0}\n\n```python\ndef f{0}(A):", "", "#", "```\n"),
    "LaTeX": ("latex", "", "\\section{{Part {0}}}", "", "%", "\n"),
}
"""Language, first line, head of a block, its margin, comment sign, end of a block."""
LINES_PER_BLOCK = 33
URI = "file:///bench/page.py"
VERSIONS = count(2)


def page(lines: int) -> str:
    """A file of this many lines."""
    blocks = []
    for number in range(lines // LINES_PER_BLOCK):
        claim = "w_a' A w_b" if number % 10 == 0 else "A' w_a w_b'"
        code = "".join(f"    q = compute(q, {row})  # step {row}: 'quoted' \"text\"\n" for row in range(LINES_PER_BLOCK - 8))
        blocks.append(BLOCK.format(number, claim) + code + "    return q\n\n")
    return "from somewhere import compute\n\n\n" + "".join(blocks)


def page_of(kind: str, lines: int) -> str:
    """A file in another language, or of one class."""
    _, first, head, margin, sign, end = KINDS[kind]
    blocks = []
    for number in range(lines // LINES_PER_BLOCK):
        formula = BLOCK.partition("\n")[2].format(number, "A' w_a w_b'").rpartition("    q = ")[0]
        if kind in ("one function", "LaTeX"):  # one scope: every block has names of its own
            formula = formula.replace("A", f"A_{number}").replace("q", f"q_{number}")
        code = "".join(f"    q = compute(q, {row})\n" for row in range(LINES_PER_BLOCK - 8))
        rows = "".join(f"{margin}{row}" for row in (formula + code).replace("#", sign).splitlines(keepends=True))
        blocks.append(f"{head.format(number)}\n{rows}{end}\n")
    return first + "".join(blocks) + {"C++": "}\n", "Julia": "end\n"}.get(kind, "")


@dataclass
class Figures:
    name: str
    first: float = 0.0
    change: tuple[float, float] = (0.0, 0.0)
    typing: tuple[float, float] = (0.0, 0.0)
    hover: tuple[float, float] = (0.0, 0.0)
    action: tuple[float, float] = (0.0, 0.0)
    memory: float = 0.0

    def row(self) -> str:
        pairs = (self.change, self.typing, self.hover, self.action)
        cells = "".join(f"{f'{low:.1f} / {high:.1f}':>16}" for low, high in pairs)
        return f"{self.name:<22}{self.first:>8.0f}{cells}{self.memory:>8.0f}"


HEAD = f"{'ms (p50 / p95)':<22}{'first':>8}{'in code':>16}{'in a formula':>16}{'hover':>16}{'action':>16}{'MiB':>8}"


def spread(times: list[float]) -> tuple[float, float]:
    """Median and 95th percentile, in ms."""
    ordered = sorted(times)
    return 1000 * median(ordered), 1000 * ordered[int(0.95 * (len(ordered) - 1))]


def measure_kind(kind: str, lines: int, rounds: int) -> Figures:
    """Our server, a file in another language."""
    text = page_of(kind, lines)
    figures = Figures(kind)
    with started(command=COMMAND, strict=False) as client:
        client.initialize()
        client.open(URI, text, KINDS[kind][0])
        client.diagnostics(URI)
        settle(client)
        figures.change = spread(edits(client, text, "compute(q, 7)", rounds))
        figures.typing = spread(edits(client, text, " B w_b\n", rounds))
        figures.memory = resident(client)
    return figures


def measure(name: str, command: tuple[str, ...], lines: int, rounds: int) -> Figures:
    """One server, one file."""
    text = page(lines)
    first(command)
    figures = Figures(name, first=1000 * median(first(command) for _ in range(5 if rounds > 20 else 1)))
    with started(command=command, strict=False) as client:
        client.initialize()
        client.open(URI, text)
        client.diagnostics(URI)
        if name == "shapecheck":
            settle(client)
        figures.change = spread(edits(client, text, "compute(q, 7)", rounds))
        figures.typing = spread(edits(client, text, " B w_b\n", rounds))
        if name != "ruff":
            figures.hover = spread(asked(client, text, "textDocument/hover", rounds, {}))
        if name != "bare pygls":
            figures.action = spread(asked(client, text, "textDocument/codeAction", rounds, {"context": {"diagnostics": []}}))
        figures.memory = resident(client)
    return figures


def first(command: tuple[str, ...]) -> float:
    """Seconds from the start of the process to the first findings, of a small file."""
    began = time.perf_counter()
    with started(command=command, strict=False) as client:
        client.initialize()
        client.open(URI, page(100).replace("A' w_a w_b'", "w_a' A w_b"))
        client.diagnostics(URI)
        return time.perf_counter() - began


def settle(client: Client) -> None:
    client.request("textDocument/diagnostic", {"textDocument": {"uri": URI}}, timeout=300)
    time.sleep(0.5)
    client.drain()
    client.notifications.clear()


def edits(client: Client, text: str, needle: str, rounds: int) -> list[float]:
    """Seconds from each keystroke to its findings; characters typed one after the other in the middle, behind a row or in a formula."""
    middle = text.index(needle, len(text) // 2) + (0 if needle.endswith("\n") else len(needle))
    row = text.count("\n", 0, middle)
    column = middle - text.rfind("\n", 0, middle) - 1
    times = []
    for number in range(rounds):
        version = next(VERSIONS)
        place = {"line": row, "character": column + number}
        change = {"range": {"start": place, "end": place}, "text": " " if needle.endswith("\n") else "abcdefg"[number % 7]}
        began = time.perf_counter()
        client.change(URI, version, change)
        client.diagnostics(URI, version=version)
        times.append(time.perf_counter() - began)
        time.sleep(0.02)
        client.drain()
        client.notifications.clear()
    return times


def asked(client: Client, text: str, method: str, rounds: int, more: dict[str, Any]) -> list[float]:
    """Seconds to each answer, at places all over the file."""
    times = []
    start = 0
    for _ in range(rounds):
        start = text.find("q = w_a'", start + 3000)
        start = text.index("q = w_a'") if start < 0 else start
        place = {"line": text.count("\n", 0, start), "character": start - text.rfind("\n", 0, start) - 1}
        params = {"textDocument": {"uri": URI}, "position": place, "range": {"start": place, "end": place}, **more}
        began = time.perf_counter()
        client.request(method, params)
        times.append(time.perf_counter() - began)
    return times


def resident(client: Client) -> float:
    """MiB; 0 where that cannot be told."""
    assert client.process is not None
    status = Path(f"/proc/{client.process.pid}/status")
    return int(status.read_text().partition("VmRSS:")[2].split()[0]) / 1024 if status.exists() else 0.0


def limits(ours: Figures, bare: Figures, ruff: Figures | None) -> list[tuple[str, bool]]:
    """What must hold."""
    change = max(ours.change[1], ours.typing[1])
    found = [
        (f"change to findings p95 {change:.1f} ms, at most twice the bare server's {bare.change[1]:.1f}", change <= 2 * bare.change[1]),
        (f"first findings {ours.first:.0f} ms, at most 1.3 times the bare server's {bare.first:.0f}", ours.first <= 1.3 * bare.first),
        (f"hover p95 {ours.hover[1]:.1f} ms, at most 10", ours.hover[1] <= 10),
        (f"code action p95 {ours.action[1]:.1f} ms, at most 10", ours.action[1] <= 10),
        (f"resident {ours.memory:.0f} MiB, at most 120", ours.memory <= 120),
    ]
    if ruff is not None:
        found.append((f"change to findings p95 {change:.1f} ms, at most half of ruff's {ruff.change[1]:.1f}", change <= ruff.change[1] / 2))
    return found


def main(arguments: list[str]) -> int:
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # an installed program has its bytecode
    rounds = 20 if "--quick" in arguments else 100
    with tempfile.TemporaryDirectory() as folder:
        script = Path(folder) / "bare.py"
        script.write_text(BARE)
        bare_command = (sys.executable, str(script))
        lines = 10_000
        bare = measure("bare pygls", bare_command, lines, rounds)
        ours = measure("shapecheck", COMMAND, lines, rounds)
        ruff_path = shutil.which("ruff", path=str(Path(sys.executable).parent)) or shutil.which("ruff")
        ruff = measure("ruff", (ruff_path, "server"), lines, rounds) if ruff_path else None
        print(f"{lines} lines, {lines // LINES_PER_BLOCK} blocks, {rounds} rounds")
        print(HEAD)
        for figures in (bare, ours, *([ruff] if ruff else [])):
            print(figures.row())
        print("\ngrowth")
        print(HEAD)
        for lines in (1_000, 10_000, *(() if "--quick" in arguments else (100_000,))):
            print(measure("shapecheck", COMMAND, lines, 20).row().replace("shapecheck", f"{lines} lines"))
        print("\nother documents of 10,000 lines")
        print(HEAD)
        for kind in KINDS:
            print(measure_kind(kind, 10_000, 20).row())
        kept = limits(ours, bare, ruff)
    print()
    for said, holds in kept:
        print(f"{'kept  ' if holds else 'BROKEN'}  {said}")
    return 0 if all(holds for _, holds in kept) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
