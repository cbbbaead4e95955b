"""A terminal with the output of a command, as SVG that reads in light and dark surroundings."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from xml.sax.saxutils import escape

from shapecheck.cli.terminal import width

ROOT = Path(__file__).parents[2]
FILE = Path(__file__).parent / "terminal.svg"
COMMAND = "shapecheck lint --exit-zero tests/examples/bilinear.py"
CELL, LINE, MARGIN, HEAD = 8.43, 20, 20, 38
UNBROKEN = "\u00a0"  # drawn like a blank, but a run of them is not drawn as one
COLORS = {"31": "#ff7b72", "32": "#7ee787", "33": "#e3b341", "34": "#79c0ff", "36": "#56d4dd"}
_ESCAPE = re.compile("\x1b\\[([0-9;]*)m")


def output() -> str:
    """What the command prints, in colour."""
    command = [sys.executable, "-m", "shapecheck", *COMMAND.split()[1:], "--color", "always", "--no-cache"]
    environment = {key: value for key, value in os.environ.items() if key != "SHAPECHECK_TRACEBACK"}
    return subprocess.run(command, cwd=ROOT, capture_output=True, encoding="utf-8", env=environment, check=False).stdout


def draw(text: str) -> str:
    """The picture of a terminal in which the command printed this."""
    lines = [f"\x1b[32m$\x1b[0m {COMMAND}", *text.rstrip("\n").split("\n")]
    columns = max(sum(map(width, _ESCAPE.sub("", line))) for line in lines)
    wide, high = round(columns * CELL + 2 * MARGIN), HEAD + len(lines) * LINE + MARGIN
    rows = "\n".join(_line(line, HEAD + 14 + number * LINE) for number, line in enumerate(lines) if line)
    dots = "".join(
        f'<circle cx="{20 + 18 * n}" cy="18" r="5.5" fill="{fill}"/>' for n, fill in enumerate(("#ff5f57", "#febc2e", "#28c840"))
    )
    spoken = escape(_ESCAPE.sub("", text)[:200].split("\n")[0], {'"': "&quot;"})
    return f"""<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {wide} {high}" width="{wide}" height="{high}" role="img" \
aria-label="A terminal: {COMMAND} says {spoken}">
<rect width="{wide}" height="{high}" rx="9" fill="#0d1117" stroke="#30363d"/>
{dots}
<g font-family="ui-monospace,SFMono-Regular,Menlo,Consolas,'DejaVu Sans Mono',monospace" font-size="14" fill="#e6edf3">
{rows}
</g>
</svg>
"""


def _line(line: str, y: int) -> str:
    parts, column, at, style = [], 0, 0, ""
    for code in [*_ESCAPE.finditer(line), None]:
        piece = line[at : code.start()] if code else line[at:]
        if piece.strip():
            start = column + len(piece) - len(piece.lstrip())
            size = sum(map(width, piece.strip()))
            parts.append(
                f'<text x="{MARGIN + start * CELL:.1f}" y="{y}" textLength="{size * CELL:.1f}" lengthAdjust="spacingAndGlyphs"{style}>'
                f"{escape(piece.strip()).replace(' ', UNBROKEN)}</text>"
            )
        column += sum(map(width, piece))
        if code:
            at, style = code.end(), _style(code.group(1))
    return "".join(parts)


def _style(codes: str) -> str:
    names = codes.split(";")
    fill = next((f' fill="{COLORS[name]}"' for name in names if name in COLORS), "")
    return fill + (' font-weight="600"' if "1" in names else "") + (' opacity="0.65"' if "2" in names else "")
