"""How elaboration says that something does not fit: as facts, with the reasons for each shape.

Of expressions, `node` being the smallest part that fails and `sides` its operands:
- shape-mismatch: "inner" (facts `divides` or `solves` where the sign is `/` or `\\`), "batch", "elementwise-meant" (`*` of equal
  shapes), "sum", "elementwise", "frobenius", "kron"; "function-argument" (facts `function`, `expected`, `argument`, `signature`),
  "arity" (`function`, `expected`, `given`), "axis" (`function`, `axis`), "bars" (`function`: what to write for `|A|`);
  "block-height", "block-width" (`sizes`); "index" (`index`, `sizes`), "index-count" (`expected`, `given`); "too-large" (`message`)
- not-square: "power", "inverse" (`exponent`), "function" (`function`, `argument`), "division"
- unknown-function: "misspelt" (`name`, `close`), "unknown"; ambiguous-name: "joined" (`parts`)
- syntax-error: "dimension", "too-deep", "operator" (`message`)
"""

from __future__ import annotations

from typing import Any

from shapecheck.core.expression import Expression
from shapecheck.core.shape import Shape
from shapecheck.core.span import Span
from shapecheck.elaborate.scope import Frame
from shapecheck.elaborate.sheet import Binding, Problem, Reason, Side
from shapecheck.elaborate.walk import read_name, walk
from shapecheck.syntax.tree import Apply, Name, Node

MOST_REASONS = 8


def fail(frame: Frame, rule: str, kind: str, node: Node, operator: Span | None = None, sides: tuple[Side, ...] = (), **facts: Any) -> None:
    """Record a problem; what contains the failed part stays silent."""
    if operator is not None and operator.start == operator.end:
        operator = None
    frame.problems.append(Problem(rule, kind, node.span, node, operator, sides, facts))


def mismatch(frame: Frame, kind: str, node: Apply, left: Expression, right: Expression, **facts: Any) -> None:
    """The two sides of a binary operator do not fit."""
    sides = (side(node.args[0], left, frame), side(node.args[1], right, frame))
    fail(frame, "shape-mismatch", kind, node, node.operator, sides, **facts)


def side(node: Node, value: Expression | Shape, frame: Frame) -> Side:
    shape = value if isinstance(value, Shape) else value.shape
    return Side(node, frame.solver.resolve(shape), reasons(node, frame))


def reasons(node: Node, frame: Frame) -> tuple[Reason, ...]:
    """Why the names in this node have their shapes, in the order of the text, each once."""
    found: dict[str, Reason] = {}
    for part in walk(node):
        binding = _behind(part, frame) if isinstance(part, Name) else None
        if binding is not None and binding.name not in found:
            found[binding.name] = Reason(binding.name, frame.solver.resolve(binding.shape), binding.kind, binding.span)
            if len(found) == MOST_REASONS:
                break
    return tuple(found.values())


def _behind(name: Name, frame: Frame) -> Binding | None:
    """What a name, or the tensor that it is an entry of, is bound to."""
    binding = visible(name.key, frame)
    if binding is None and "_" in name.key:
        return next((found for base, _ in read_name(name.key) if (found := visible(base, frame))), None)
    return binding


def visible(key: str, frame: Frame) -> Binding | None:
    """What a name is bound to, if it is."""
    return frame.special.get(key) or frame.scope.bindings.get(key) or frame.inferred.get(key)
