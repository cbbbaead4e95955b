"""One block, checked: a pure function of its text and of what it is given."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from shapecheck import elaborate, rules
from shapecheck.core.diagnostic import Diagnostic
from shapecheck.core.dimension import Unknown
from shapecheck.core.expression import Expression
from shapecheck.core.settings import Settings
from shapecheck.core.shape import Shape
from shapecheck.elaborate import dependence
from shapecheck.elaborate.sheet import Binding, Checked, Claim, Elaborated, Problem
from shapecheck.engine.block import Block, is_formula, names_in, statements, target
from shapecheck.engine.environment import Import
from shapecheck.engine.exports import Evidence, Exports, exports
from shapecheck.rules.context import Context
from shapecheck.syntax.tree import Bare, Broken, Declaration, Statement

if TYPE_CHECKING:
    from shapecheck.calculus.verdict import Verdict

log = logging.getLogger("shapecheck")


@dataclass(frozen=True, slots=True, eq=False)
class Result:
    """Places are relative to the block; negative ones stand for places in other blocks (`sources`)."""

    block: Block
    elaborated: Elaborated
    diagnostics: tuple[Diagnostic, ...]
    exports: Exports
    used: frozenset[str]  # names that formulas use
    sources: tuple[Expression | Evidence, ...]

    @property
    def statements(self) -> tuple[Checked, ...]:
        return self.elaborated.statements


def check_block(block: Block, given: Import, settings: Settings) -> Result:
    """Shapes, names and claims of a block; claims are not verified here."""
    own = statements(block)
    elaborated = elaborate.elaborate(own, given.scope, settings, target=target(block), evidence=given.evidence)
    diagnostics = tuple(_diagnostics(block, elaborated, given, settings))
    return Result(block, elaborated, diagnostics, exports(block, elaborated, given.scope), _used(elaborated), given.sources)


def context(block: Block, checked: Checked, elaborated: Elaborated, settings: Settings) -> Context:
    scope = checked.before if checked.before is not None else elaborated.scope
    return Context(block.text, checked.statement, scope, settings, block.pieces, elaborated, partial(_judge, settings))


def _judge(settings: Settings, claim: Claim, elaborated: Elaborated) -> Verdict:
    """For fixes: whether what they would write is right. NumPy is loaded only when a claim has to be mended."""
    from shapecheck.engine.verification import verdict_of

    return verdict_of(claim, elaborated, settings)


def _diagnostics(block: Block, elaborated: Elaborated, given: Import, settings: Settings) -> Iterator[Diagnostic]:
    undeclared = {id(checked): problems for checked, problems in _undeclared(elaborated, given)}
    for checked in elaborated.statements:
        for problem in (*checked.problems, *undeclared.get(id(checked), ())):
            told = _told(problem, context(block, checked, elaborated, settings))
            if told is not None:
                yield told
        if not checked.problems:
            yield from rules.remarks(checked, context(block, checked, elaborated, settings))


def _told(problem: Problem, where: Context) -> Diagnostic | None:
    """A rule that breaks costs its own message, and no other."""
    try:
        return rules.diagnose(problem, where)
    except Exception:
        log.exception("rule %s failed on %r", problem.rule, where.source)
        return None


def _undeclared(elaborated: Elaborated, given: Import) -> Iterator[tuple[Checked, list[Problem]]]:
    """Names without a declaration, in a scope where names are declared; said where they first occur."""
    declared = any(binding.kind == "declared" for binding in elaborated.scope.bindings.values())
    if not declared:
        return
    known = given.scope.bindings.keys()
    waiting = [binding for binding in elaborated.inferred if binding.span.start >= 0 and binding.name not in known]
    for checked in elaborated.statements:
        if isinstance(checked.statement, Bare | Broken) or checked.problems:
            continue
        span = checked.statement.span
        here = [binding for binding in waiting if span.start <= binding.span.start < span.end]
        if here:
            yield checked, [undeclared_name(binding) for binding in here]


def undeclared_name(binding: Binding) -> Problem:
    facts: dict[str, object] = {"name": binding.name}
    if not _is_open(binding.shape):
        facts |= {"shape": binding.shape, "declaration": f"{binding.name}: {binding.shape if binding.shape.rank else 'scalar'}"}
    return Problem("undeclared-name", "", binding.span, facts=facts)


def unused_declarations(result: Result, used: frozenset[str] | set[str]) -> Iterator[Problem]:
    """Declared among formulas, and used by none of the scope's."""
    if not any(is_formula(checked.statement) for checked in result.statements):
        return
    for checked in result.statements:
        statement = checked.statement
        if isinstance(statement, Declaration) and statement.shape is not None and not checked.problems:
            for name in statement.names:
                if name.key not in used:
                    yield Problem("unused-declaration", "", name.span, name, facts={"name": name.key})


def _is_open(shape: Shape) -> bool:
    return any(isinstance(atom, Unknown) for dim in shape.dims for atom in dim.atoms())


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
