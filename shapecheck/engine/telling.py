"""Problems, remarks and verdicts of elaborated statements as diagnostics, at places of the text that the statements stand in."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterator
from functools import partial
from typing import TYPE_CHECKING

from shapecheck import rules
from shapecheck.core import fault
from shapecheck.core.diagnostic import Diagnostic
from shapecheck.core.dimension import Unknown
from shapecheck.core.record import dataclass, replace
from shapecheck.core.settings import Settings
from shapecheck.core.shape import Shape
from shapecheck.core.span import Span
from shapecheck.elaborate.sheet import Binding, Checked, Claim, Elaborated, Problem
from shapecheck.rules.context import Context, NotJudged
from shapecheck.syntax.tree import Bare, Broken

if TYPE_CHECKING:
    from shapecheck.calculus.verdict import Verdict


Judge = Callable[[Claim, Elaborated], "Verdict"]


@dataclass(frozen=True, slots=True)
class Written:
    """A text, the parts of it that hold statements (all of it where empty), and what was written before, elsewhere."""

    text: str
    pieces: tuple[Span, ...] = ()
    before: str = ""

    def context(
        self,
        checked: Checked | None,
        elaborated: Elaborated | None,
        settings: Settings,
        judge: Judge | None = None,
        attempts: list[None] | None = None,
    ) -> Context:
        """What a rule may look at when it tells something about this statement; `judge` in place of the one that decides."""
        scope = None
        if elaborated is not None:
            scope = checked.before if checked is not None and checked.before is not None else elaborated.scope
        statement = checked.statement if checked is not None else None
        judge = judge or partial(_judge, settings)
        return Context(
            self.text, statement, scope, settings, self.pieces, elaborated, judge, [] if attempts is None else attempts, self.before
        )


def findings(
    written: Written, elaborated: Elaborated, known: Container[str], settings: Settings, judge: Judge | None = None
) -> Iterator[Diagnostic]:
    """Everything but verdicts; `known` are the names that were bound before these statements."""
    undeclared = {id(checked): problems for checked, problems in _undeclared(elaborated, known)}
    attempts: list[None] = []
    for checked in elaborated.statements:
        where = written.context(checked, elaborated, settings, judge, attempts)
        for problem in (*checked.problems, *undeclared.get(id(checked), ())):
            told = tell(problem, where)
            if told is not None:
                yield told
        if not checked.problems:
            yield from rules.remarks(checked, where)


def first_findings(
    written: Written, elaborated: Elaborated, known: Container[str], settings: Settings
) -> tuple[tuple[Diagnostic, ...], bool]:
    """The same without the fixes that have to be judged before they are shown, and whether there are any such."""
    asked = False

    def later(claim: Claim, elaborated: Elaborated) -> Verdict:
        nonlocal asked
        asked = True
        raise NotJudged

    found, any_asked = [], False
    for diagnostic in findings(written, elaborated, known, settings, later):
        found.append(replace(diagnostic, fixes=()) if asked else diagnostic)
        any_asked, asked = any_asked or asked, False
    return tuple(found), any_asked


def tell(problem: Problem, where: Context) -> Diagnostic | None:
    """A rule that breaks costs its own message, and no other."""
    try:
        return rules.diagnose(problem, where)
    except Exception as error:
        fault.tell(error, "rule %s failed on %r", problem.rule, where.source)
        return None


def undeclared_name(binding: Binding) -> Problem:
    """The problem that a name has no declaration, with the one that would do."""
    facts: dict[str, object] = {"name": binding.name}
    if not _is_open(binding.shape):
        facts |= {"shape": binding.shape, "declaration": f"{binding.name}: {binding.shape if binding.shape.rank else 'scalar'}"}
    return Problem("undeclared-name", "", binding.span, facts=facts)


def _judge(settings: Settings, claim: Claim, elaborated: Elaborated) -> Verdict:
    """For fixes: whether what they would write is right. NumPy is loaded only when a claim has to be mended."""
    from shapecheck.engine.verification import verdict_of

    return verdict_of(claim, elaborated, settings)


def _undeclared(elaborated: Elaborated, known: Container[str]) -> Iterator[tuple[Checked, list[Problem]]]:
    """Names without a declaration, in a scope where names are declared; said where they first occur."""
    if not any(binding.kind == "declared" for binding in elaborated.scope.bindings.values()):
        return
    bound = {item for checked in elaborated.statements for binding in checked.bindings for item in binding.parameters}
    named = [binding for binding in elaborated.inferred if binding.span.start >= 0 and binding.name not in known]
    waiting = [binding for binding in named if binding.variable not in bound]
    for checked in elaborated.statements:
        if isinstance(checked.statement, Bare | Broken) or checked.problems:
            continue
        span = checked.statement.span
        here = [binding for binding in waiting if span.start <= binding.span.start < span.end]
        if here:
            yield checked, [undeclared_name(binding) for binding in here]


def _is_open(shape: Shape) -> bool:
    return any(isinstance(atom, Unknown) for dim in shape.dims for atom in dim.atoms())
