"""The façade over everything that is pure: document text in, findings and what is known at each place out; no I/O.

`analyse` reads a document (shapes, names, what is claimed), `verdicts` judges its claims, `check` does both and gives the
findings alone. The same text, language and settings give the same values; a `Memo` keeps the results of blocks by
content, so that an edit costs what it changes. Begin with `document.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from enum import Enum
from functools import cache, partial
from itertools import islice
from types import MappingProxyType

from shapecheck import rules
from shapecheck.core.diagnostic import Diagnostic
from shapecheck.core.record import replace
from shapecheck.core.settings import Settings
from shapecheck.core.span import Span
from shapecheck.engine.analysis import Analysis, Here, Symbol
from shapecheck.engine.document import PlacedBlock, declared_at, place, read
from shapecheck.engine.explaining import explanation, remarks
from shapecheck.engine.language import is_ours, is_whole
from shapecheck.engine.memo import Memo
from shapecheck.engine.places import placed
from shapecheck.engine.result import Mended, Result, mended
from shapecheck.engine.selection import selected, suppressed
from shapecheck.engine.verification import Judged, claims, judge
from shapecheck.hosts.parts import extract_in_parts
from shapecheck.rules.context import Context


class NotYet(Enum):
    """A verdict that was not asked for yet."""

    NOT_YET = 0


NOT_YET = NotYet.NOT_YET
NOTHING: Mapping[int, tuple[Diagnostic, ...]] = MappingProxyType({})
Outcome = Judged | Mended | None
Key = tuple[str, Result, int, str]

__all__ = [
    "Analysis",
    "Here",
    "Judged",
    "Memo",
    "PlacedBlock",
    "Symbol",
    "analyse",
    "analyse_again",
    "check",
    "explanation",
    "judged_so_far",
    "remarks",
    "unjudged",
    "unjudged_claims",
    "unjudged_in",
    "verdicts",
    "would_lose",
]


def check(text: str, language: str, settings: Settings | None = None) -> list[Diagnostic]:
    """All findings of a document, in its order."""
    return list(verdicts(analyse(text, language, settings)).diagnostics)


def analyse(text: str, language: str, settings: Settings | None = None, memo: Memo | None = None) -> Analysis:
    """What a document says, with every finding that needs no verification."""
    analysis = _read(text, language, settings, memo)
    return replace(analysis, diagnostics=_findings(analysis))


def analyse_again(text: str, language: str, settings: Settings, memo: Memo, last: Analysis | None = None) -> Analysis:
    """The same with the verdicts that are known already; `last` is what an earlier text of the document said, which saves time."""
    analysis = _read(text, language, settings, memo, last)
    known = judged_so_far(analysis)
    return known if known is not analysis else replace(analysis, diagnostics=_findings(analysis))


def _read(text: str, language: str, settings: Settings | None, memo: Memo | None, last: Analysis | None = None) -> Analysis:
    settings = settings or Settings()
    memo = memo if memo is not None else Memo()
    extract = extract_in_parts(text, language, memo.get, last.extract if last is not None and last.language == language else None)
    return Analysis(text, language, settings, extract, read(text, extract, settings, memo), (), memo)


def verdicts(analysis: Analysis) -> Analysis:
    """The same with every claim judged, and every fix."""
    return _judged(analysis, lambda block, key: analysis.memo.get(key, _step(analysis, block.result, key)))


def judged_so_far(analysis: Analysis) -> Analysis:
    """The same with the verdicts that are known already; `verified` where those are all."""
    known = analysis.memo.known
    return _judged(analysis, lambda _, key: known(key, NOT_YET))


def unjudged(analysis: Analysis) -> Iterator[Callable[[], object]]:
    """One step for each claim that is not judged yet, and for fixes that need it, in the order of the document; remembered."""
    return _steps(analysis, analysis.blocks, ("mend", "judge"))


def unjudged_in(analysis: Analysis, where: Span) -> Iterator[Callable[[], object]]:
    """The same in annotations that touch a place."""
    around = [one for one in analysis.blocks if one.start <= where.end and where.start <= one.start + len(one.result.block.text)]
    return _steps(analysis, around, ("mend", "judge"))


def unjudged_claims(analysis: Analysis) -> Iterator[Callable[[], object]]:
    """The same without fixes."""
    return _steps(analysis, analysis.blocks, ("judge",))


def _steps(analysis: Analysis, blocks: Iterable[PlacedBlock], kinds: Container[str]) -> Iterator[Callable[[], object]]:
    for block in blocks:
        for key in _keys(analysis, block.result):
            if key[0] in kinds and key not in analysis.memo:
                yield partial(analysis.memo.get, key, _step(analysis, block.result, key))


def would_lose(analysis: Analysis, last: Analysis | None) -> bool:
    """Whether an earlier text had claims that were found wrong, in annotations that are others now."""
    told = [block.result for block, judged in last.judged if judged.diagnostics] if last is not None else []
    if not told:
        return False
    here = {id(block.result) for block in analysis.blocks}
    return any(id(result) not in here for result in told)


def _judged(analysis: Analysis, look: Callable[[PlacedBlock, Key], Outcome | NotYet]) -> Analysis:
    judged: list[tuple[PlacedBlock, Judged]] = []
    fixed: dict[int, tuple[Diagnostic, ...]] = {}
    complete = True
    for block in analysis.blocks:
        for item in _outcomes(analysis, block, look):
            if isinstance(item, Judged):
                judged.append((block, item))
            elif isinstance(item, Mended):
                fixed[block.number] = item.diagnostics
            elif item is NOT_YET:
                complete = False
    if not judged and not fixed and not complete:
        return analysis
    verified = replace(analysis, judged=tuple(judged), verified=complete)
    return replace(verified, diagnostics=_findings(verified, fixed))


def _outcomes(analysis: Analysis, block: PlacedBlock, look: Callable[[PlacedBlock, Key], Outcome | NotYet]) -> tuple[Outcome | NotYet, ...]:
    """What came of a block's claims and fixes; once all is known it is remembered as a whole."""
    key = ("outcomes", block.result, analysis.settings.layout)
    kept: tuple[Outcome | NotYet, ...] | None = analysis.memo.known(key)
    if kept is None:
        found = tuple([look(block, key) for key in _keys(analysis, block.result)])
        kept = found if NOT_YET in found else analysis.memo.get(key, lambda: found)
    return kept


def _keys(analysis: Analysis, result: Result) -> tuple[Key, ...]:
    """What the verdicts of a block are remembered by, and before them its fixes where those need verdicts."""
    layout = analysis.settings.layout
    return analysis.memo.get(("keys", result, layout), lambda: tuple(_make_keys(result, layout)))


def _make_keys(result: Result, layout: str) -> Iterator[Key]:
    if result.is_unmended:
        yield "mend", result, 0, layout
    for number, _ in enumerate(claims(result.elaborated)):
        yield "judge", result, number, layout


def _step(analysis: Analysis, result: Result, key: Key) -> Callable[[], Outcome]:
    """How the verdict that belongs to a key is found."""
    kind, _, number, _ = key
    if kind == "mend":
        return partial(mended, result, analysis.settings)
    checked, claim = next(islice(claims(result.elaborated), number, None))
    return partial(judge, result.written, result.elaborated, checked, claim, analysis.settings)


def _findings(analysis: Analysis, fixed: Mapping[int, tuple[Diagnostic, ...]] = NOTHING) -> tuple[Diagnostic, ...]:
    told = list(_told(analysis, fixed))
    extract, settings = analysis.extract, analysis.settings
    told.sort(key=lambda diagnostic: (diagnostic.span, diagnostic.rule))
    kept, unused = suppressed(told, extract.suppressions)
    if analysis.verified:
        where = Context(analysis.text, None, settings=settings)
        kept += [rules.diagnose(problem, where) for problem in unused]
    wanted = list(selected(kept, settings))
    wanted.sort(key=lambda diagnostic: (diagnostic.span, diagnostic.rule))
    return tuple(wanted)


def _told(analysis: Analysis, fixed: Mapping[int, tuple[Diagnostic, ...]]) -> Iterator[Diagnostic]:
    """Every finding at its place in the document, before any is silenced."""
    parents = analysis.extract.parents
    ours = is_ours(block.result for block in analysis.blocks)
    used = _used(analysis.blocks, parents)
    by_block: dict[int, list[Diagnostic]] = {}
    for owner, judged in analysis.judged:
        if judged.diagnostics:
            by_block.setdefault(owner.number, []).extend(judged.diagnostics)
    table = cache(lambda: declared_at(analysis.blocks, analysis.memo))
    for block in analysis.blocks:
        own = fixed.get(block.number, block.result.diagnostics)
        here = [*own, *by_block.get(block.number, ())]
        if block.result.unused:
            here += _idle(block.result, used[block.scope], analysis)
        if here and (ours or (block.result.block.kind != "block" and is_whole(block.result))):
            for diagnostic in here:
                yield placed(diagnostic, partial(place, block=block, parents=parents, table=table))


def _idle(result: Result, used: set[str], analysis: Analysis) -> Sequence[Diagnostic]:
    """Declarations that no formula of the scope uses."""
    idle = analysis.memo.get(("idle", result), lambda: _told_idle(result, analysis.settings))
    return [diagnostic for name, diagnostic in idle if name not in used]


def _told_idle(result: Result, settings: Settings) -> tuple[tuple[str, Diagnostic], ...]:
    where = Context(result.block.text, None, settings=settings, pieces=result.block.pieces)
    return tuple((str(problem.facts["name"]), rules.diagnose(problem, where)) for problem in result.unused)


def _used(blocks: Iterable[PlacedBlock], parents: Sequence[int | None]) -> list[set[str]]:
    """The names that the formulas of each scope use, those inside it included."""
    used: list[set[str]] = [set() for _ in parents]
    for block in blocks:
        scope: int | None = block.scope
        while scope is not None:
            used[scope] |= block.result.used
            scope = parents[scope]
    return used
