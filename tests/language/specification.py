"""The executed specification: Markdown whose fences are checked and whose caret lines say what must be found.

A fence in a host language (or `shape`: plain statements) is one document. A caret line stands below a line of statements:

    q = w_a' A w_b
        ^^^^^^     (1, D)                                     this sub-expression has that shape
        ^^^^^^^^^^ error[shape-mismatch]: `w_a' A` is (1, D)   this diagnostic is reported there, with that in its message
        ^^^        note: declared here                        a note of the diagnostic above points there
        ^^^^^^^^^^ help: swap                                 the diagnostic above proposes a fix with that title

Every diagnostic must be claimed by a caret line, but for hints about undeclared and unused names, which are off in fences
that claim none; notes and help may be. Caret lines are taken out before the text is checked.
A following `diff` fence says what applying the safe fixes does to the document; with words behind it (```` ```diff transpose ````),
what the one fix does whose title contains them. Every fix of every diagnostic is applied, whether shown or not, and must make
the diagnostic go without making another. A `toml` fence holds the settings for the fences of its section that follow it.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from difflib import unified_diff
from pathlib import Path
from typing import Any

from shapecheck.core.diagnostic import Diagnostic, Fix
from shapecheck.core.span import Edit, Span, apply_edits

LANGUAGES = {"shape", "python", "cpp", "c", "cuda", "rust", "go", "java", "javascript", "typescript", "julia", "matlab", "octave", "r"}
LANGUAGES |= {"fortran", "lua", "haskell", "ocaml", "swift", "kotlin", "csharp", "shell", "bash", "yaml", "toml-host", "latex", "typst"}
SEVERITIES = ("error", "warning", "info", "hint")
UNASKED = frozenset({"undeclared-name", "unused-declaration"})
"""Hints about names that would stand everywhere: they are reported only in fences that claim one."""

CARETS = re.compile(r"^(?P<sign>\s*(?:#|//|%|--|;+|!|\*|\(\*)?\s*)(?P<claims>\^+(?:$|\s).*)$")
CLAIM = re.compile(r"(\^+)\s*(.*?)(?=\s{2,}\^+(?:\s|$)|$)")
EXPECTED = re.compile(r"(?P<severity>error|warning|info|hint)\[(?P<rule>[a-z-]+)\](?::\s*(?P<message>.*))?$")


@dataclass(frozen=True)
class Claim:
    """What a caret line expects at a place of the text without caret lines."""

    span: Span
    text: str
    line: int  # of the Markdown file


@dataclass
class Example:
    """One fence, ready to run."""

    name: str
    path: Path
    line: int
    language: str
    text: str
    claims: list[Claim]
    diffs: list[tuple[str, str, int]] = field(default_factory=list)
    settings: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Fence:
    info: str
    text: str
    line: int
    headings: tuple[str, ...]


class Unmet(AssertionError):
    """The document does not do what its fence says."""


def fences(markdown: str) -> Iterator[Fence]:
    """The fenced blocks with the headings that they stand under."""
    headings: list[str] = []
    lines = iter(enumerate(markdown.splitlines(), 1))
    for number, line in lines:
        title = re.match(r"(#+)\s+(.*)", line)
        if title:
            headings = [*headings[: len(title[1]) - 1], title[2]]
        opening = re.match(r"(\s*)(`{3,})\s*(.*)$", line)
        if opening:
            body: list[str] = []
            for _, inner in lines:
                if re.match(rf"\s*{opening[2]}`*\s*$", inner):
                    break
                body.append(inner.removeprefix(opening[1]))
            yield Fence(opening[3].strip(), "".join(part + "\n" for part in body), number, tuple(headings))


def examples(markdown: str, path: Path) -> list[Example]:
    """The examples of a Markdown text."""
    found: list[Example] = []
    settings: dict[str, Any] = {}
    section: tuple[str, ...] = ()
    for fence in fences(markdown):
        kind, _, rest = fence.info.partition(" ")
        if fence.headings != section:
            settings, section = {}, fence.headings
        if kind == "toml":
            settings = tomllib.loads(fence.text)
        elif kind == "diff" and found:
            found[-1].diffs.append((rest.strip(), fence.text, fence.line))
        elif kind in LANGUAGES and rest.strip() != "ignore":
            text, claims = take_claims(fence.text, fence.line)
            same = sum(example.name.startswith(" / ".join(section)) for example in found)
            name = " / ".join(section) + (f" ({same + 1})" if same else "")
            found.append(Example(name, path, fence.line, kind, text, claims, settings=settings))
    return found


def take_claims(text: str, first_line: int) -> tuple[str, list[Claim]]:
    """The text without its caret lines, and what they claim."""
    kept: list[str] = []
    claims: list[Claim] = []
    start = 0
    for number, line in enumerate(text.splitlines(keepends=True), first_line + 1):
        carets = CARETS.match(line.rstrip("\n")) if kept else None
        if carets is None:
            start += len(kept[-1]) if kept else 0
            kept.append(line)
            continue
        above = kept[-1].rstrip("\n")
        for claim in CLAIM.finditer(line.rstrip("\n"), carets.start("claims")):
            if claim.end(1) > column(above, len(above)):
                raise Unmet(f"line {number}: the carets reach beyond the line above them")
            span = Span(start + offset(above, claim.start(1)), start + offset(above, claim.end(1)))
            claims.append(Claim(span, claim[2].strip(), number))
    return "".join(kept), claims


def offset(line: str, column: int) -> int:
    """The code point that stands at this column: wide signs take two columns, combining marks none."""
    at = 0
    for index, sign in enumerate(line):
        if unicodedata.combining(sign):
            continue
        if at >= column:
            return index
        at += 2 if unicodedata.east_asian_width(sign) in "WF" else 1
    return len(line)


def column(line: str, index: int) -> int:
    """The column at which this code point of the line stands."""
    return sum(0 if unicodedata.combining(sign) else 2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in line[:index])


def run(example: Example, check: Callable[..., Checked]) -> None:
    """Raise `Unmet` where the document does anything else than its fence says."""
    example.settings = {"ignore": sorted(UNASKED - {word for claim in example.claims for word in named(claim.text)}), **example.settings}
    found = check(example.text, example.language, example.settings)
    faults, claimed = [], set()
    last: Diagnostic | None = None
    for claim in example.claims:
        expected = EXPECTED.match(claim.text)
        kind, _, words = claim.text.partition(":")
        if expected:
            last = next((item for item in found.diagnostics if id(item) not in claimed and meets(item, claim, expected)), None)
            if last is None:
                faults.append(f"line {claim.line}: not reported: {claim.text}")
            else:
                claimed.add(id(last))
        elif kind == "note" and last is not None:
            if not any(note.span == claim.span and contains(note.message, words) for note in last.notes):
                faults.append(f"line {claim.line}: no such note: {claim.text}")
        elif kind == "help" and last is not None:
            if not any(contains(fix.title, words) for fix in last.fixes):
                faults.append(f"line {claim.line}: no such fix: {claim.text}; there are {[fix.title for fix in last.fixes]}")
        elif kind not in ("note", "help"):
            shape = found.shape(claim.span)
            if shape != claim.text:
                faults.append(
                    f"line {claim.line}: {claim.span.of(example.text)!r} is {shape or 'nothing that has a shape'}, not {claim.text}"
                )
    faults += [f"not claimed: {describe(item)}" for item in found.diagnostics if id(item) not in claimed]
    if faults:
        raise Unmet("\n".join([f"{example.path}:{example.line}", *faults, "", "Found:", render(example.text, found.diagnostics)]))
    check_fixes(example, found, check)


def named(text: str) -> list[str]:
    """The rule that a claim is about."""
    expected = EXPECTED.match(text)
    return [expected["rule"]] if expected else []


def meets(diagnostic: Diagnostic, claim: Claim, expected: re.Match[str]) -> bool:
    same = (diagnostic.severity, diagnostic.rule, diagnostic.span) == (expected["severity"], expected["rule"], claim.span)
    return same and contains(diagnostic.message, expected["message"] or "")


def contains(message: str, words: str) -> bool:
    """Whether the words stand in the message, in order; `...` skips."""
    at = 0
    for part in words.split("..."):
        at = message.find(part.strip(), at)
        if at < 0:
            return False
    return True


def check_fixes(example: Example, found: Checked, check: Callable[..., Checked]) -> None:
    """Every fix mends its diagnostic and breaks nothing, and does what a `diff` fence says of it."""
    for diagnostic in found.diagnostics:
        for fix in diagnostic.fixes:
            mended = apply_edits(example.text, fix.edits)
            left = check(mended, example.language, example.settings).diagnostics
            before = [(item.rule, item.message) for item in found.diagnostics if item is not diagnostic]
            new = [item for item in left if (item.rule, item.message) not in before and item.severity in ("error", "warning")]
            if new or any((item.rule, item.message) == (diagnostic.rule, diagnostic.message) for item in left):
                change = "".join(diff_lines(example.text, mended))
                remains = "\n".join(map(describe, left))
                raise Unmet(f"{example.path}:{example.line}\nthe fix {fix.title!r} does not mend it:\n{change}\nleaves\n{remains}")
    for words, diff, line in example.diffs:
        fixes = [fix for diagnostic in found.diagnostics for fix in diagnostic.fixes]
        chosen = (
            [fix for fix in fixes if contains(fix.title, words)][:1] if words else [fix for fix in fixes if fix.applicability == "safe"]
        )
        if not chosen:
            raise Unmet(
                f"{example.path}:{line}\nno such fix; there are\n" + "\n".join(f"{fix.applicability}: {fix.title}" for fix in fixes)
            )
        got = [part.rstrip() for part in diff_lines(example.text, apply_edits(example.text, separate(chosen)))]
        if got != [part.rstrip() for part in diff.splitlines() if part[:1] in ("+", "-")]:
            raise Unmet(f"{example.path}:{line}\nthe fix {words or '(safe ones)'} does\n" + "\n".join(got))


def separate(fixes: list[Fix]) -> list[Edit]:
    """The edits of those fixes that do not overlap an earlier one."""
    edits: list[Edit] = []
    for fix in fixes:
        if not any(edit == other or edit.span.touches(other.span) for edit in fix.edits for other in edits):
            edits += fix.edits
    return edits


def diff_lines(before: str, after: str) -> list[str]:
    lines = unified_diff(before.splitlines(keepends=True), after.splitlines(keepends=True), n=0)
    return [line for line in lines if not line.startswith(("---", "+++", "@@"))]


def describe(diagnostic: Diagnostic) -> str:
    return f"{diagnostic.severity}[{diagnostic.rule}]: {diagnostic.message}"


def render(text: str, diagnostics: list[Diagnostic]) -> str:
    """The text with a caret line for each diagnostic, in the format that the fence would need."""
    below: dict[int, list[str]] = {}
    starts = [0]
    for line in text.splitlines(keepends=True):
        starts.append(starts[-1] + len(line))
    lines = text.splitlines()
    for item in diagnostics:
        number = max(index for index, start in enumerate(starts) if start <= item.span.start)
        line = lines[number] if number < len(lines) else ""
        left, right = (column(line, min(at - starts[number], len(line))) for at in (item.span.start, item.span.end))
        sign = re.match(r"\s*(#|//|%|--|!)?", line)
        margin = (sign[0] if sign else "").ljust(left)[: max(left, 0)]
        below.setdefault(number, []).append(f"{margin}{'^' * max(right - left, 1)} {describe(item)}")
        below[number] += [
            f"{' ' * left}  help ({fix.applicability}): {fix.title}  {[edit.text for edit in fix.edits]}" for fix in item.fixes
        ]
    return "\n".join(part for number, line in enumerate(lines) for part in (line, *below.get(number, ())))


@dataclass(frozen=True)
class Checked:
    """What the project finds in a document: its diagnostics, and the shape at a place ('' where none)."""

    diagnostics: list[Diagnostic]
    shape: Callable[[Span], str]
