"""The value of an expression, computed on its own graph in NumPy: independent of the index form that it is compared with.

A value inside an index form has leading axes for its free index names, so Σ and A_ij are computed for all indices at once.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from shapecheck.calculus.arrays import Array, np
from shapecheck.calculus.assignment import FACTORING, Assignment, Factored, Value, aligned, factored
from shapecheck.calculus.context import CannotDerive
from shapecheck.calculus.evaluate_forms import INDEXED
from shapecheck.calculus.evaluate_nodes import LEAVES, STRUCTURE, function, shaped
from shapecheck.core.expression import Expression
from shapecheck.ops import ROWS

__all__ = ["Array", "Assignment", "Factored", "Value", "evaluate", "evaluate_all", "parts", "schedule", "value_of"]


def schedule(outputs: Sequence[Expression], definitions: Mapping[Expression, Expression]) -> list[Expression]:
    """The nodes of the expressions, what they need before them; definitions are looked through."""
    ordered: list[Expression] = []
    done: set[Expression] = set()
    stack = list(reversed(outputs))
    while stack:
        node = stack[-1]
        if node in done:
            stack.pop()
            continue
        waiting = [part for part in parts(node, definitions) if part not in done]
        if waiting:
            if len(stack) > 20_000:
                raise CannotDerive("definitions are nested too deeply, or in a circle")
            stack.extend(waiting)
            continue
        done.add(stack.pop())
        ordered.append(node)
    return ordered


def parts(node: Expression, definitions: Mapping[Expression, Expression]) -> tuple[Expression, ...]:
    if node.op == "variable":
        return (definitions[node],) if node in definitions else ()
    return node.args


def evaluate(nodes: Sequence[Expression], assignment: Assignment, definitions: Mapping[Expression, Expression]) -> Array:
    """The value of the last of the scheduled nodes; arrays given for a name go before its definition."""
    result = evaluate_all(nodes, assignment, definitions)[nodes[-1]]
    if result.free:
        raise CannotDerive(f"the index {result.free[0]} is free here")
    return result.array


def evaluate_all(
    nodes: Sequence[Expression], assignment: Assignment, definitions: Mapping[Expression, Expression]
) -> dict[Expression, Value | Factored]:
    known: dict[Expression, Value | Factored] = {}
    with np.errstate(all="ignore"):
        for node in nodes:
            known[node] = _value(node, assignment, definitions, known)
    return known


def value_of(expression: Expression, assignment: Assignment, definitions: Mapping[Expression, Expression]) -> Array:
    return evaluate(schedule([expression], definitions), assignment, definitions)


def _value(
    node: Expression, assignment: Assignment, definitions: Mapping[Expression, Expression], known: Mapping[Expression, Value | Factored]
) -> Value | Factored:
    op = node.op
    if op in ("variable", "opaque"):
        array = assignment.arrays.get(node)
        if array is not None:
            return Value(array, ())
        if node not in definitions:
            raise CannotDerive(f"{node.data[0]} has no value")
        return Value(shaped(known[definitions[node]].array, 0, assignment.shape(node.shape)), ())
    if op in INDEXED:
        return INDEXED[op](node, assignment, [known[part] for part in node.args])
    if op in LEAVES:
        return Value(LEAVES[op](node, assignment), ())
    given = [known[part] for part in node.args]
    if op in FACTORING and not any(part.shape.dims for part in (node, *node.args)) and any(value.free for value in given):
        return factored(op, given)
    free, arrays = aligned(given)
    lead = len(free)
    sizes = assignment.shape(node.shape)
    rule = STRUCTURE.get(op)
    if rule is not None:
        result = rule(node, arrays, lead, sizes)
    elif op in ROWS:
        result = function(node, arrays, lead, sizes)
    else:
        raise CannotDerive(f"{op} has no value")
    return Value(shaped(result, lead, sizes), free)
