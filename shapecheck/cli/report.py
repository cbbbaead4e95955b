"""From the files that may hold annotations to what the user sees: check, fix, write, sum up."""

from __future__ import annotations

import os
import sys
from collections import Counter
from collections.abc import Sequence

from shapecheck.cli import formats
from shapecheck.cli.arguments import Arguments, Misuse
from shapecheck.cli.check import Wishes
from shapecheck.cli.checking import Outcome, check_all
from shapecheck.cli.findings import Findings
from shapecheck.cli.lint import Search, nothing
from shapecheck.cli.terminal import COLOR_OF, Paint, is_colored
from shapecheck.core.diagnostic import Severity

FAILING: tuple[Severity, ...] = ("error", "warning")
MOST_REMARKS = 20
PEOPLE = ("full", "concise")


def report(arguments: Arguments, search: Search, jobs: int) -> int:
    """Checks, writes findings and summary, and returns the exit code."""
    from_input = "--stdin-filename" in arguments.values or "-" in arguments.words
    wishes = Wishes(
        select=arguments.many("--select"),
        ignore=arguments.many("--ignore"),
        fix=arguments.flag("--fix") or arguments.flag("--diff"),
        cache=not arguments.flag("--no-cache") and not from_input,
    )
    outcome = check_all(search.targets, wishes, jobs)
    files = [checked.findings for checked in outcome.files]
    failing = any(one.severity in FAILING for one_file in files for one in one_file.diagnostics)
    if arguments.flag("--diff"):
        from shapecheck.cli.diff import write_diff

        failing = write_diff(outcome.files, Paint(_colored(arguments)))
    else:
        if arguments.flag("--fix"):
            files = _fix(outcome, from_input, search)
            failing = any(one.severity in FAILING for one_file in files for one in one_file.diagnostics)
        _write(arguments, files, search, quiet=from_input and arguments.flag("--fix"))
    told = outcome.remarks + outcome.failures
    for sentence in told[:MOST_REMARKS]:
        print(f"shapecheck: {sentence}", file=sys.stderr)
    if len(told) > MOST_REMARKS:
        print(f"shapecheck: and {len(told) - MOST_REMARKS:,} more of this kind", file=sys.stderr)
    if outcome.failures:
        return 2
    return int(failing and not arguments.flag("--exit-zero"))


def _fix(outcome: Outcome, from_input: bool, search: Search) -> list[Findings]:
    """Writes the mended files, and returns what is left in each; standard input is answered on standard output."""
    from shapecheck.project.replace import replace

    files = []
    for checked in outcome.files:
        left = checked.mended or checked.findings
        if checked.mended is not None and not from_input:
            try:
                replace(left.path, checked.output())
            except OSError as error:
                outcome.failures.append(f"{left.path}: cannot be written: {error.strerror}")
                left = checked.findings
        files.append(left)
    if from_input:
        raw = outcome.files[0].output() if outcome.files and outcome.files[0].mended else search.targets[0].raw if search.targets else b""
        sys.stdout.flush()
        sys.stdout.buffer.write(raw)
        sys.stdout.buffer.flush()
    return files


def _write(arguments: Arguments, files: list[Findings], search: Search, quiet: bool) -> None:
    """The findings where they are wanted: standard output, a file, or (when that holds the mended text) standard error."""
    name = arguments.text("--output-format", "full")
    stream = sys.stderr if quiet else sys.stdout
    style = formats.Style(Paint(_colored(arguments) and "--output-file" not in arguments.values), _root())
    text = statistics(files, name, style.paint) if arguments.flag("--statistics") else formats.write(name, files, style)
    if "--output-file" in arguments.values:
        path = arguments.text("--output-file")
        try:
            with open(path, "w", encoding="utf-8", errors="replace") as file:
                file.write(text)
        except OSError as error:
            raise Misuse(f"`--output-file {path}`: {error.strerror}") from None
        text = ""
    if name in PEOPLE and not arguments.flag("--quiet"):
        text += summary(files, search, style.paint, arguments.flag("--fix"))
    if hasattr(stream, "reconfigure"):
        stream.reconfigure(errors="backslashreplace")
    stream.write(text)
    stream.flush()


def summary(files: Sequence[Findings], search: Search, paint: Paint, fixing: bool) -> str:
    """The last lines: how many findings of which kind, and what can be mended."""
    if not files:
        return nothing(search)
    found = [one for one_file in files for one in one_file.diagnostics]
    fixed = sum(one_file.fixed for one_file in files)
    mended = f", {fixed:,} fixed" if fixed else ""
    if not found:
        where = f"{len(files):,} {'file' if len(files) == 1 else 'files'} with annotations{mended}"
        return f"{paint('All formulas fit', 'green', 'bold')} ({where}).\n"
    counts = Counter(one.severity for one in found)
    parts = [
        paint(f"{counts[level]:,} {level}{'s' if counts[level] > 1 and level != 'info' else ''}", COLOR_OF[level], "bold")
        for level in ("error", "warning", "info", "hint")
        if counts[level]
    ]
    listed = parts[0] if len(parts) == 1 else ", ".join(parts[:-1]) + " and " + parts[-1]
    hit = sum(bool(one_file.diagnostics) for one_file in files)
    where = "1 file" if len(files) == 1 else f"{hit:,} of {len(files):,} files with annotations"
    text = f"Found {listed} in {where}{mended}.\n"
    fixable = sum(formats.is_fixable(one) for one in found)
    if fixable and not fixing:
        text += f"{paint('[*]', 'cyan', 'bold')} {fixable:,} fixable with `--fix`.\n"
    return text


def statistics(files: Sequence[Findings], name: str, paint: Paint) -> str:
    """Findings by rule, the most frequent first; JSON when that is the format."""
    counts = Counter(one.rule for one_file in files for one in one_file.diagnostics)
    fixable = Counter(one.rule for one_file in files for one in one_file.diagnostics if formats.is_fixable(one))
    ranked = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    if name == "json":
        import json

        return json.dumps([{"rule": rule, "count": count, "fixable": fixable[rule]} for rule, count in ranked]) + "\n"
    width = len(f"{ranked[0][1]:,}") if ranked else 0
    star = "  " + paint("[*]", "cyan")
    return "".join(f"{count:>{width},}  {paint(rule, 'bold')}{star if fixable[rule] == count else ''}\n" for rule, count in ranked)


def _colored(arguments: Arguments) -> bool:
    return is_colored(sys.stdout, arguments.text("--color", "auto"))


def _root() -> str:
    """The folder that machine formats give paths from: the repository's, else the working folder."""
    here = at = os.getcwd()
    while not os.path.exists(os.path.join(at, ".git")):
        parent = os.path.dirname(at)
        if parent == at:
            return here
        at = parent
    return at
