"""`explain`: the sections of a derivation in the styles asked for, and remarks behind them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from shapecheck.calculus import Context, Derivative, derivative
from shapecheck.core.expression import Expression
from shapecheck.core.expression import variable as core_variable
from shapecheck.explain import components, differential, stages
from shapecheck.explain.explanation import Explanation, Left, Line, Section
from shapecheck.explain.matrices import in_matrices
from shapecheck.explain.question import FAILURES, CannotExplain, Question
from shapecheck.explain.remarks import noticed

STYLES = ("differential", "components")


def explain(
    of: Expression, wrt: Sequence[Expression], context: Context, styles: Iterable[str] = STYLES, taken: Iterable[str] = ()
) -> Explanation:
    """How the derivative of `of` by `wrt` comes about; `taken` are names that no new name may have.

    Raises CannotDerive where there is no derivative, ValueError for a style that is not known.
    """
    wanted = tuple(styles)
    for style in wanted:
        if style not in STYLES:
            raise ValueError(f"no style {style!r}; there are {', '.join(STYLES)}")
    names = {*taken}
    sections: list[Section] = []
    value = of
    for place, variable in enumerate(wrt):
        found = derivative(value, (variable,), context)
        part = _sections(value, variable, found, context, wanted, names)
        sections += part if not place else [replace(section, title=f"{section.title}: the derivative again") for section in part]
        if place + 1 < len(wrt):
            value = found.expression
            names |= {"q", "f", "L", "y", "Y", "F"}  # the gradient is called g
    return Explanation(tuple(sections), noticed(of, wrt, context))


def _sections(
    value: Expression, variable: Expression, found: Derivative, context: Context, styles: tuple[str, ...], taken: set[str]
) -> list[Section]:
    try:
        question = stages.question(value, variable, context, taken)
    except (CannotExplain, *FAILURES) as error:
        name = value if value.op == "variable" else core_variable("q", value.shape)
        line = Line(Left(name, "derivative", (variable,)), found.expression, "The derivative, checked by value.")
        return [Section(styles[0], "The result", (line,), f"Its steps are not written out here: {error}.")]
    sections: list[Section] = []
    if "differential" in styles:
        sections.append(_by_differentials(question, value, variable, found, context, taken))
    if "components" in styles:
        sections += components.derivations(question, found.expression)
    return sections


def _by_differentials(
    question: Question, value: Expression, variable: Expression, found: Derivative, context: Context, taken: set[str]
) -> Section:
    """A formula of entries is put into matrices first."""
    formula = context.definitions.get(value, value)
    plain = in_matrices(formula, variable, context)
    if plain is None:
        return differential.derivation(question, found.expression, found.stacked)
    if value is formula:
        other = stages.question(plain, variable, context, taken)
    else:
        other = stages.question(value, variable, replace(context, definitions={**context.definitions, value: plain}), taken)
    section = differential.derivation(other, found.expression, found.stacked)
    first = Line(Left(other.value), formula, "The formula.")
    rest = (replace(section.lines[0], reason="In matrices."), *section.lines[1:])
    return replace(section, lines=(first, *rest))
