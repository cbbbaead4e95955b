"""Names that were given a value later than a formula uses them.

After `P = F P F' + Q`, a derivative of what came before, or went through it, may mean either `P`. After `J = x' Q x + u' R u` and then
`u = -K x`, the derivative of `J` by `x` may be told with `u` held, as the formula has it, or through it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from shapecheck.calculus.context import Context
from shapecheck.calculus.fold.prepare import reached
from shapecheck.core.expression import Expression, rewritten, with_args
from shapecheck.core.record import replace


def other_readings(right: Expression, roots: Iterable[Expression], context: Context) -> Iterator[Expression]:
    """`right` with its names as `roots` know them: in the last of their other versions, and in the first."""
    known: dict[str, list[Expression]] = {}
    for variable in sorted(reached(context, roots), key=lambda variable: variable.data[1]):
        known.setdefault(variable.data[0], []).append(variable)
    given = _variables(right)
    others = {variable: [one for one in known.get(variable.data[0], ()) if one is not variable] for variable in given}
    tried = {right}
    for place in (-1, 0):
        meant = {variable: found[place] for variable, found in others.items() if found and found[place].shape == variable.shape}
        reading = rewritten(right, lambda node, args, meant=meant: meant.get(node) or with_args(node, args))  # type: ignore[misc]
        if reading not in tried:
            tried.add(reading)
            yield reading


def as_it_was(formula: Expression, context: Context) -> Context | None:
    """Without the values that names of the formula were given after it; None where there are none."""
    told = list(context.definitions)
    if formula not in context.definitions:
        return None
    later = set(told[told.index(formula) + 1 :])
    if later.isdisjoint(reached(context, (formula,))):
        return None
    return replace(context, definitions={name: value for name, value in context.definitions.items() if name not in later})


def _variables(expression: Expression) -> set[Expression]:
    seen, waiting = {expression}, [expression]
    while waiting:
        new = set(waiting.pop().args) - seen
        seen |= new
        waiting += new
    return {node for node in seen if node.op == "variable"}
