"""`--diff`: what `--fix` would change, as a patch that `git apply` takes."""

from __future__ import annotations

import difflib
import sys
from collections.abc import Iterator, Sequence

from shapecheck.cli.check import Checked
from shapecheck.cli.terminal import Paint


def write_diff(files: Sequence[Checked], paint: Paint) -> bool:
    """Writes the changes of all files; true if there are any."""
    changed = [checked for checked in files if checked.mended is not None]
    for checked in changed:
        old, new = checked.before(), checked.after()
        if hasattr(sys.stdout, "reconfigure"):
            sys.stdout.reconfigure(errors="backslashreplace")
        sys.stdout.writelines(_paint(row, paint) for row in unified(old, new, checked.findings.path))
    total = sum(checked.mended.fixed for checked in changed if checked.mended is not None)
    sys.stdout.flush()
    where = "1 file" if len(files) == 1 else f"{len(changed):,} of {len(files):,} files"
    would = f"Would fix {total:,} {'finding' if total == 1 else 'findings'} in {where}.\n"
    sys.stderr.write(would if changed else "Nothing to fix.\n")
    return bool(changed)


def unified(old: str, new: str, path: str) -> Iterator[str]:
    """The rows of a unified diff, carriage returns kept."""
    path = path.removeprefix("./").lstrip("/")
    rows = difflib.unified_diff(_lines(old), _lines(new), f"a/{path}", f"b/{path}")
    for row in rows:
        yield row if row.endswith("\n") else row + "\n\\ No newline at end of file\n"


def _lines(text: str) -> list[str]:
    lines = text.split("\n")
    return [line + "\n" for line in lines[:-1]] + ([lines[-1]] if lines[-1] else [])


def _paint(row: str, paint: Paint) -> str:
    if not paint.colored:
        return row
    style = {"-": "red", "+": "green", "@": "cyan"}.get(row[:1])
    if row.startswith(("---", "+++")):
        style = "bold"
    return paint(row.rstrip("\n"), style) + "\n" if style else row
