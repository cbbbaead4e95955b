"""The façade over everything that is pure: document text in, findings and what is known at each place out; no I/O.

`analyse` reads a document (shapes, names, what is claimed), `verdicts` judges its claims, `check` does both and gives the
findings alone. The same text, language and settings give the same values; a `Memo` keeps the results of blocks by
content, so that an edit costs what it changes. Begin with `document.py`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import partial

from shapecheck import hosts, rules
from shapecheck.core.diagnostic import Diagnostic
from shapecheck.core.settings import Settings
from shapecheck.engine.analysis import Analysis, Here, Symbol
from shapecheck.engine.document import PlacedBlock, declared_at, place, read
from shapecheck.engine.language import is_ours, is_whole
from shapecheck.engine.memo import Memo
from shapecheck.engine.places import placed
from shapecheck.engine.result import unused_declarations
from shapecheck.engine.selection import selected, suppressed
from shapecheck.engine.verification import Judged, judge
from shapecheck.hosts.annotation import Extract
from shapecheck.rules.context import Context

__all__ = ["Analysis", "Here", "Judged", "Memo", "PlacedBlock", "Symbol", "analyse", "check", "verdicts"]


def check(text: str, language: str, settings: Settings | None = None) -> list[Diagnostic]:
    """All findings of a document, in its order."""
    return list(verdicts(analyse(text, language, settings)).diagnostics)


def analyse(text: str, language: str, settings: Settings | None = None, memo: Memo | None = None) -> Analysis:
    """What a document says, with every finding that needs no verification."""
    settings = settings or Settings()
    memo = memo if memo is not None else Memo()
    extract = hosts.extract(text, language)
    analysis = Analysis(text, language, settings, extract, read(text, extract, settings, memo), (), memo)
    return replace(analysis, diagnostics=_findings(analysis))


def verdicts(analysis: Analysis) -> Analysis:
    """The same with every claim judged."""
    judged: list[tuple[PlacedBlock, Judged]] = []
    for block in analysis.blocks:
        if any(checked.claims for checked in block.result.statements):
            key = ("judge", block.result, analysis.settings.layout)
            found = analysis.memo.get(key, lambda block=block: judge(block.result, analysis.settings))  # type: ignore[misc]
            judged += [(block, item) for item in found]
    verified = replace(analysis, judged=tuple(judged), verified=True)
    return replace(verified, diagnostics=_findings(verified))


def _findings(analysis: Analysis) -> tuple[Diagnostic, ...]:
    told = list(_told(analysis))
    extract, settings = analysis.extract, analysis.settings
    told.sort(key=lambda diagnostic: (diagnostic.span, diagnostic.rule))
    kept, unused = suppressed(told, extract.suppressions)
    if analysis.verified:
        where = Context(analysis.text, None, settings=settings)
        kept += [rules.diagnose(problem, where) for problem in unused]
    wanted = list(selected(kept, settings))
    wanted.sort(key=lambda diagnostic: (diagnostic.span, diagnostic.rule))
    return tuple(wanted)


def _told(analysis: Analysis) -> Iterator[Diagnostic]:
    """Every finding at its place in the document, before any is silenced."""
    parents = [scope.parent for scope in analysis.extract.scopes]
    ours = is_ours(block.result for block in analysis.blocks)
    used = _used(analysis.blocks, analysis.extract)
    by_block: dict[int, list[Judged]] = {}
    for owner, judged in analysis.judged:
        by_block.setdefault(owner.number, []).append(judged)
    table = None
    for block in analysis.blocks:
        if not ours and not (block.result.block.kind != "block" and is_whole(block.result)):
            continue
        here = list(_of_block(block, used[block.scope], by_block.get(block.number, ()), analysis))
        if here and table is None:
            table = declared_at(analysis.blocks)
        for diagnostic in here:
            yield placed(diagnostic, partial(place, block=block, parents=parents, table=table or {}))


def _of_block(block: PlacedBlock, used: set[str], judged_here: Iterable[Judged], analysis: Analysis) -> Iterator[Diagnostic]:
    result = block.result
    yield from result.diagnostics
    for judged in judged_here:
        yield from judged.diagnostics
    if result.block.kind == "block":
        where = Context(result.block.text, None, settings=analysis.settings, pieces=result.block.pieces)
        yield from (rules.diagnose(problem, where) for problem in unused_declarations(result, used))


def _used(blocks: Iterable[PlacedBlock], extract: Extract) -> list[set[str]]:
    """The names that the formulas of each scope use, those inside it included."""
    used: list[set[str]] = [set() for _ in extract.scopes]
    for block in blocks:
        scope: int | None = block.scope
        while scope is not None:
            used[scope] |= block.result.used
            scope = extract.scopes[scope].parent
    return used
