"""From the context of calculus to that of folding: the shapes, properties and defined names of one formula."""

from __future__ import annotations

from collections.abc import Container, Iterable, Sequence

from shapecheck.calculus.context import CannotDerive
from shapecheck.calculus.context import Context as Calculus
from shapecheck.calculus.fold.context import Context
from shapecheck.calculus.fold.product import ONCE, assemble
from shapecheck.calculus.fold.unpacking import addends, unpacked
from shapecheck.calculus.lower import Lowering
from shapecheck.core.dimension import ONE
from shapecheck.core.expression import Expression
from shapecheck.core.record import replace
from shapecheck.core.shape import Shape
from shapecheck.core.term import Term

MAX_NAMES = 40
MAX_NODES = 2000


def prepare(calculus: Calculus, expressions: Sequence[Expression], lowering: Lowering | None = None) -> Context:
    """What folding a derivative of these expressions may use; names that they do not reach are left out."""
    variables = reached(calculus, expressions)
    shapes: dict[tuple[str, int], Shape] = {}
    for variable in variables:
        if variable not in calculus.definitions and ONE in variable.shape.dims:
            shapes[variable.data] = variable.shape
    lowering = lowering or Lowering(calculus)
    definitions: dict[Expression, Term] = {}
    visible = newest(variables, calculus.definitions)
    for variable in variables[:MAX_NAMES]:
        if variable in visible and variable in calculus.definitions:
            try:
                definitions[variable] = lowering(calculus.definitions[variable])
            except (CannotDerive, ValueError):
                continue
    return Context(calculus.properties, definitions, shapes, source_order(calculus, expressions), calculus.taken)


def source_order(calculus: Calculus, expressions: Iterable[Expression]) -> dict[Expression, int]:
    """The terms of all sums in these expressions, by where they stand."""
    order: dict[Expression, int] = {}
    for node in _sums(calculus, expressions):
        for _, term in addends(node):
            bare = assemble(replace(unpacked(term), coefficient=ONCE))
            order.setdefault(bare, len(order))
    return order


def _sums(calculus: Calculus, expressions: Iterable[Expression]) -> list[Expression]:
    """Sums that are not part of a sum."""
    found: list[Expression] = []
    seen: set[tuple[Expression, bool]] = set()
    pending = [(expression, False) for expression in expressions]
    while pending and len(seen) < MAX_NODES:
        node, inside = pending.pop(0)
        if (node, inside) in seen:
            continue
        seen.add((node, inside))
        whole = node.op in ("add", "subtract")
        if whole and not inside:
            found.append(node)
        if node.op == "variable" and node in calculus.definitions:
            pending.append((calculus.definitions[node], False))
        pending += [(argument, whole) for argument in node.args]
    return found


def newest(variables: Iterable[Expression], defined: Container[Expression]) -> frozenset[Expression]:
    """Those that their names may stand for: of a name that was updated the last version, unless what it was at first is needed too."""
    variables = list(variables)
    declared = {variable.data[0] for variable in variables if variable not in defined}
    last: dict[str, Expression] = {}
    for variable in variables:
        name, version = variable.data
        if name not in last or last[name].data[1] < version:
            last[name] = variable
    return frozenset(variable for name, variable in last.items() if name not in declared)


def reached(calculus: Calculus, expressions: Iterable[Expression]) -> list[Expression]:
    """All variables in these expressions and in the definitions of their names, deepest definitions last."""
    found: dict[Expression, None] = {}
    seen: set[Expression] = set()
    pending = list(expressions)
    while pending:
        node = pending.pop()
        if node in seen:
            continue
        seen.add(node)
        if node.op == "variable":
            found[node] = None
            value = calculus.definitions.get(node)
            if value is not None:
                pending.append(value)
        pending.extend(node.args)
    return list(found)
