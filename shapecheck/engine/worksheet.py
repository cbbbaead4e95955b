"""Statements in memory, and questions about them: the Python interface without a document around it."""

from __future__ import annotations

from collections.abc import Sequence

from shapecheck import elaborate, syntax
from shapecheck.core.diagnostic import Diagnostic
from shapecheck.core.expression import Expression
from shapecheck.core.record import replace
from shapecheck.core.settings import Settings
from shapecheck.core.shape import Shape
from shapecheck.core.span import Span
from shapecheck.elaborate import dependence
from shapecheck.elaborate.scope import Scope
from shapecheck.elaborate.sheet import Binding, Elaborated
from shapecheck.engine.errors import ShapeError, cannot_derive, shape_error
from shapecheck.engine.formula import Formula
from shapecheck.engine.places import placed
from shapecheck.engine.selection import selected
from shapecheck.engine.telling import Written, findings
from shapecheck.engine.verification import claims, judge
from shapecheck.syntax.tree import Bare, Name, Statement

ELSEWHERE = Span(-2, -1)
QUIET = frozenset({"info", "hint"})


class Sheet:
    """Declarations, definitions and facts; formulas are understood in their light.

    >>> sheet = Sheet("A: (N, D); B: (D, N); w_a, w_b: (N)")
    >>> str(sheet.shape("w_a' A B w_b"))
    '()'
    """

    def __init__(self, text: str = "", *, settings: Settings | None = None) -> None:
        self._settings = settings or Settings()
        self._scope = Scope()
        self._text = ""
        if text:
            self.add(text)

    @classmethod
    def within(cls, scope: Scope, settings: Settings) -> Sheet:
        """The sheet that knows what a scope knows."""
        sheet = cls(settings=settings)
        sheet._scope = _elsewhere(scope)
        return sheet

    def add(self, text: str) -> Sheet:
        """Also these statements. Raises ShapeError at the first that does not parse or does not fit, and then adds none."""
        statements = syntax.parse_statements(text)
        elaborated = self._read(statements)
        _raise_first(text, elaborated, self._settings)
        self._scope = _elsewhere(elaborated.scope)
        self._text = f"{self._text}{text}\n"
        return self

    def check(self, statements: str) -> list[Diagnostic]:
        """What is to be said about these statements; they are not added. Offsets count from their first character."""
        elaborated = self._read(syntax.parse_statements(statements))
        written = Written(statements, before=self._text)
        found = list(findings(written, elaborated, self._scope.bindings, self._settings))
        for checked, claim in claims(elaborated):
            judged = judge(written, elaborated, checked, claim, self._settings)
            found += judged.diagnostics if judged is not None else ()
        found = [placed(diagnostic, _in_text) for diagnostic in found]
        found.sort(key=lambda diagnostic: (diagnostic.span, diagnostic.rule))
        return list(selected(found, self._settings))

    def shape(self, expression: str) -> Shape:
        """The shape of an expression. Raises ShapeError, with the diagnostic, where it does not fit."""
        return self._expression(expression)[0].shape

    def gradient(self, expression: str, wrt: str | Sequence[str], order: int = 1) -> Formula:
        """The derivative of an expression, or of a defined name, by a variable; of second order by one variable or by two.

        Raises ShapeError where the expression does not fit or a variable is not known, CannotDerive where no derivative that
        agrees with its numeric check is found. What does not contain the variable has the derivative zero.
        """
        from shapecheck import calculus

        value, elaborated = self._expression(expression)
        names = (wrt,) if isinstance(wrt, str) else tuple(wrt)
        if len(names) == 1:
            names *= order
        by = tuple(self._variable(name, elaborated) for name in names)
        context = calculus.Context(
            elaborated.definitions, elaborated.properties, elaborated.facts, self._settings.layout, elaborated.numbered
        )
        try:
            found = calculus.derivative(value, by, context)
        except calculus.CannotDerive as error:
            from shapecheck.engine.reproduction import report

            keys = [str(variable.data[0]) for variable in by]
            raise cannot_derive(f"cannot derive: {error}", expression, report(value, keys, elaborated, expression)) from error
        return Formula(found.expression, value, by, elaborated, (*found.kinks, *_updated(found.expression, elaborated)), found.stacked)

    def _read(self, statements: Sequence[Statement]) -> Elaborated:
        return elaborate.elaborate(statements, self._scope, self._settings)

    def _expression(self, text: str) -> tuple[Expression, Elaborated]:
        try:
            node = syntax.parse_expression(text)
        except syntax.NotAFormula as error:
            raise ShapeError(Diagnostic("syntax-error", "error", error.broken.message, error.broken.at)) from error
        elaborated = self._read((Bare(node, Span(0, len(text))),))
        _raise_first(text, elaborated, self._settings)
        expressions = elaborated.statements[0].expressions
        if not expressions:
            raise shape_error("this is no expression", text, "syntax-error")
        return expressions[0], elaborated

    def _variable(self, name: str, elaborated: Elaborated) -> Expression:
        from shapecheck.rules import resemblance

        try:
            node = syntax.parse_expression(name)
        except syntax.NotAFormula:
            node = None
        key = node.key if isinstance(node, Name) else name
        binding: Binding | None = elaborated.scope.bindings.get(key)
        if binding is None:
            close = resemblance.close(key, elaborated.scope.bindings)
            raise shape_error(f"`{name}` is not known{f'; is `{close[0]}` meant?' if close else ''}", name)
        return binding.variable


def _updated(expression: Expression, elaborated: Elaborated) -> list[str]:
    """Names that mean what they meant before an update."""
    old = dependence.variables(expression) - {binding.variable for binding in elaborated.scope.bindings.values()}
    names = sorted(str(variable.data[0]) for variable in old if variable in elaborated.scope.versions)
    return [f"`{name}` is its value before the update" for name in names]


def _raise_first(text: str, elaborated: Elaborated, settings: Settings) -> None:
    for diagnostic in findings(Written(text), elaborated, elaborated.scope.bindings, settings):
        if diagnostic.severity not in QUIET:
            raise ShapeError(placed(diagnostic, _in_text))


def _elsewhere(scope: Scope) -> Scope:
    """The scope for another text: places in this one mean nothing there."""
    moved = {variable: replace(binding, span=ELSEWHERE) for variable, binding in scope.versions.items()}
    return replace(scope, versions=moved, bindings={name: moved[binding.variable] for name, binding in scope.bindings.items()})


def _in_text(span: Span) -> Span | None:
    return span if span.start >= 0 else None
