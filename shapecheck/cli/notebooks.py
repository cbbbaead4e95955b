"""Notebooks: checked as the text of their code cells, fixed in their JSON, of which every other byte stays."""

from __future__ import annotations

from shapecheck.cli.check import Ask, Checked
from shapecheck.cli.findings import Findings
from shapecheck.cli.fixing import mend
from shapecheck.core.diagnostic import Diagnostic, Fix
from shapecheck.core.record import replace
from shapecheck.core.settings import Settings
from shapecheck.core.span import Edit
from shapecheck.hosts import notebook
from shapecheck.project.document import Document


def check_notebook(path: str, document: Document, settings: Settings, ask: Ask, fix: bool) -> Checked:
    """The findings of all code cells; what a fix changes is the text of a cell."""
    book = notebook.read(document.text)
    findings = _findings(path, document, book, ask(book.text, book.language, settings))
    if not fix:
        return Checked(findings)
    return _mend(findings, document, settings, ask)


def _mend(findings: Findings, document: Document, settings: Settings, ask: Ask) -> Checked:
    """Fixes applied to the JSON, where one that would join two cells has no place."""
    raw = document.text

    def in_json(text: str) -> tuple[Diagnostic, ...]:
        book = notebook.read(text)
        return tuple(_translated(one, book) for one in ask(book.text, book.language, settings))

    source = Findings(findings.path, document, in_json(raw))
    mended = mend(source, in_json)
    if mended is None:
        return Checked(findings)
    book = notebook.read(mended.text)
    left = _findings(findings.path, document, book, ask(book.text, book.language, settings))
    return Checked(findings, replace(left, fixed=mended.fixed), (raw, mended.text))


def _translated(one: Diagnostic, book: notebook.Notebook) -> Diagnostic:
    """The diagnostic with its safe fixes as edits of the JSON; those are all that fixing looks at."""
    fixes = []
    for fix in one.fixes:
        edits = [book.raw_edit(edit) for edit in fix.edits]
        kept: list[Edit] = [edit for edit in edits if edit is not None]
        if fix.applicability == "safe" and len(kept) == len(edits):
            fixes.append(Fix(fix.title, tuple(kept), "safe"))
    return Diagnostic(one.rule, one.severity, one.message, book.raw_span(one.span), fixes=tuple(fixes))


def _findings(path: str, document: Document, book: notebook.Notebook, diagnostics: tuple[Diagnostic, ...]) -> Findings:
    cells = tuple((cell.span.start, cell.number) for cell in book.cells)
    return Findings(path, Document(book.text, document.encoding, document.errors, document.mark), diagnostics, cells=cells)
