"""`q = w_a' A B w_b`, `f(X) = det(X)`, `P = F P F' + Q`, `C_ik = A_ij B_jk`: what a name is from here on."""

from __future__ import annotations

from shapecheck.core.expression import Expression, variable
from shapecheck.core.record import replace
from shapecheck.core.shape import Shape
from shapecheck.core.span import Span
from shapecheck.elaborate import dependence
from shapecheck.elaborate.problems import side
from shapecheck.elaborate.scope import Frame
from shapecheck.elaborate.sheet import Binding, Problem, Reason, Side
from shapecheck.syntax.tree import Name, Node


def define(
    name: Name, value: Expression, right: Node, operator: Span, frame: Frame, parameters: tuple[Expression, ...] = ()
) -> Binding | None:
    """Binds the name to the value; what does not fit goes to the frame, and binds nothing."""
    current = frame.scope.bindings.get(name.key) or frame.inferred.get(name.key)
    if current is None:
        return _bind(Binding(name.key, 0, "defined", variable(name.key, value.shape), name.span, value, parameters=parameters), frame)
    uses_itself = current.variable in dependence.ancestors(value, frame.scope.definitions())
    first = current.value is None and not uses_itself
    if frame.solver.same(current.shape, value.shape) is not False:
        if first and name.key not in frame.scope.outer:
            kind = "defined" if current.kind == "inferred" else current.kind
            return _bind(replace(current, kind=kind, value=value, parameters=parameters), frame)
        return _bind(replace(_next(current, value, name, current.shape), parameters=parameters), frame)
    if current.kind == "inferred" or (current.kind == "defined" and not uses_itself):
        return _bind(replace(_next(current, value, name, value.shape), parameters=parameters), frame)
    if first and current.kind == "declared" and current.span.start > name.span.start >= 0:
        frame.problems.append(_declared_below(name, current, value, frame))
    else:
        frame.problems.append(_mismatch(name, current, value, right, operator, frame, uses_itself=uses_itself))
    frame.scope = frame.scope.fail(name.key)
    return None


def _bind(binding: Binding, frame: Frame) -> Binding:
    frame.scope = frame.scope.bind(binding)
    return binding


def _next(current: Binding, value: Expression, name: Name, shape: Shape) -> Binding:
    version = current.version + 1
    return Binding(name.key, version, "defined", variable(name.key, shape, version), name.span, value, current.properties)


def _declared_below(name: Name, current: Binding, value: Expression, frame: Frame) -> Problem:
    """`q = A x` and, further down, `q: (N, N)`: it is the declaration that says otherwise."""
    previous = Reason(name.key, frame.solver.resolve(value.shape), "defined", name.span)
    facts = {"name": name.key, "shape": current.shape, "previous": previous}
    return Problem("conflicting-declaration", "", current.span, Name(name.key, current.span), facts=facts)


def _mismatch(name: Name, current: Binding, value: Expression, right: Node, operator: Span, frame: Frame, *, uses_itself: bool) -> Problem:
    previous = Reason(name.key, current.shape, current.kind, current.span)
    sides = (Side(name, current.shape, (previous,)), side(right, value.shape, frame))
    if current.value is None and not uses_itself:
        return Problem("shape-mismatch", "definition", right.span, right, operator, sides, {"name": name.key})
    kind = "update" if uses_itself else "redefined"
    return Problem("update-shape", kind, right.span, right, operator, sides, {"name": name.key, "previous": previous})
