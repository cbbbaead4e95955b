"""One block, checked: a pure function of its text and of what it is given."""

from __future__ import annotations

from collections.abc import Container, Iterator, Sequence

from shapecheck import elaborate
from shapecheck.core.diagnostic import Diagnostic
from shapecheck.core.expression import Expression
from shapecheck.core.record import dataclass
from shapecheck.core.settings import Settings
from shapecheck.elaborate import dependence
from shapecheck.elaborate.sheet import Checked, Elaborated, Problem
from shapecheck.engine.block import Block, is_formula, names_in, statements, targets
from shapecheck.engine.environment import Import
from shapecheck.engine.exports import Evidence, Exports, exports
from shapecheck.engine.telling import Written, findings, first_findings
from shapecheck.syntax.tree import Declaration, Statement


@dataclass(frozen=True, slots=True, eq=False)
class Result:
    """Places are relative to the block; negative ones stand for places in other blocks (`sources`)."""

    block: Block
    elaborated: Elaborated
    diagnostics: tuple[Diagnostic, ...]
    exports: Exports
    used: frozenset[str]  # names that formulas use
    sources: tuple[Expression | Evidence, ...]
    known: frozenset[str]  # names that were bound before
    is_unmended: bool  # some fixes are left out, because they have to be judged first
    unused: tuple[Problem, ...]  # declarations that none of its formulas uses

    @property
    def written(self) -> Written:
        return Written(self.block.text, self.block.pieces)

    @property
    def statements(self) -> tuple[Checked, ...]:
        return self.elaborated.statements


@dataclass(frozen=True, slots=True, eq=False)
class Mended:
    """Findings with all their fixes."""

    diagnostics: tuple[Diagnostic, ...]


def check_block(block: Block, given: Import, settings: Settings) -> Result:
    """Shapes, names and claims of a block; claims are not verified here."""
    elaborated = elaborate.elaborate(statements(block), given.scope, settings, targets=targets(block), evidence=given.evidence)
    known = frozenset(given.scope.bindings)
    diagnostics, is_unmended = first_findings(Written(block.text, block.pieces), elaborated, known, settings)
    exported = exports(block, elaborated, given.scope)
    used = _used(elaborated)
    unused = tuple(_unused(elaborated.statements, used)) if block.kind == "block" else ()
    return Result(block, elaborated, diagnostics, exported, used, given.sources, known, is_unmended, unused)


def mended(result: Result, settings: Settings) -> Mended:
    """The block's findings with all their fixes."""
    return Mended(tuple(findings(result.written, result.elaborated, result.known, settings)))


def _unused(statements: Sequence[Checked], used: Container[str]) -> Iterator[Problem]:
    """Declared among formulas, and used by none of the block's."""
    if not any(is_formula(checked.statement) for checked in statements):
        return
    for checked in statements:
        statement = checked.statement
        if isinstance(statement, Declaration) and statement.shape is not None and not checked.problems:
            for name in statement.names:
                if name.key not in used:
                    yield Problem("unused-declaration", "", name.span, name, facts={"name": name.key})


def _used(elaborated: Elaborated) -> frozenset[str]:
    """The names in formulas and in sizes."""
    found: set[str] = set()
    for checked in elaborated.statements:
        found |= _mentions(checked.statement)
        roots = [typed.expression for typed in checked.typed] + list(checked.expressions)
        for claim in checked.claims:
            roots.append(claim.right)
            roots += getattr(claim, "wrt", ())
            roots += [part for part in (getattr(claim, "of", None), getattr(claim, "left", None)) if part is not None]
            pairs = getattr(claim, "differentials", ()) or getattr(claim, "cotangents", ())
            roots += [known for _, known in pairs]
        found |= {str(node.data[0]) for node in dependence.nodes(roots) if node.op == "variable"}
    return frozenset(found)


def _mentions(statement: Statement) -> set[str]:
    if isinstance(statement, Declaration):
        return {name.key for name in names_in(statement.shape)} if statement.shape is not None else set()
    return {name.key for name in names_in(statement)}
