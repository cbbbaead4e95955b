"""The right side of a claim: `X' dL/dY`, `tr(A dX)`, typed, with its differentials and derivatives told apart."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from shapecheck.core.expression import Expression, variable
from shapecheck.core.shape import Shape
from shapecheck.elaborate import cotangents, dependence, rewriting
from shapecheck.elaborate.cotangents import Cotangent
from shapecheck.elaborate.derivative_form import PRODUCTS
from shapecheck.elaborate.expression import elaborate_expression
from shapecheck.elaborate.outcome import Outcome
from shapecheck.elaborate.scope import Frame
from shapecheck.elaborate.sheet import Binding
from shapecheck.syntax.tree import Apply, Name, Node, Paren

Pairs = tuple[tuple[Expression, Expression], ...]


@dataclass(frozen=True, slots=True)
class Right:
    """`marks` pairs each free differential or cotangent with its variable, those in definitions included;
    `derivatives` are the variables of which the derivative of a known value stands here."""

    node: Node
    expression: Expression
    marks: Pairs
    derivatives: tuple[Expression, ...]


def derivative_shape(of: Shape, by: Iterable[Shape]) -> Shape | None:
    """Gradient layout: a scalar by X has the shape of X, a value by a scalar its own; vectors give Jacobians and Hessians."""
    shapes = [shape for shape in by if shape.rank]
    if not shapes:
        return of
    if not of.rank:
        return Shape(tuple(dim for shape in shapes for dim in shape.dims)) if len(shapes) == 1 or all(s.rank == 1 for s in shapes) else None
    if of.rank == 1 and len(shapes) == 1 and shapes[0].rank == 1:
        return Shape((*of.dims, *shapes[0].dims))
    return None


def elaborate_right(
    node: Node, frame: Frame, expected: Shape | None, loss: Binding | None = None, families: frozenset[str] = frozenset()
) -> Right | None:
    """None where it does not fit; the reason is then in the frame. Where the left side names the loss, cotangents are its gradients."""
    rewritten = rewriting.rewrite(node, frame.knows)
    derived: dict[Expression, Expression] = {}
    for name in rewriting.names(rewritten.node):
        form = rewritten.marks.get(name.key)
        if form is not None and isinstance(form.of, Name) and isinstance(form.by[0].node, Name):
            read: Cotangent | None = Cotangent(name.key, form.by[0].node.key, "quotient", form.of.key)
        else:
            read = special(name.key, frame, families)
        if read is not None and name.key not in frame.special:
            binding, of = _bind(name, read, frame, loss)
            frame.special[name.key] = binding
            if of is not None:
                derived[binding.variable] = of
    problems = len(frame.problems)
    expression = elaborate_expression(rewritten.node, frame, expected=expected)
    if expression is None:
        if rewritten.marks and _chain_rule(rewritten.node):
            del frame.problems[problems:]
        return None
    return Right(node, expression, free_marks(expression, frame), tuple(derived.values()))


def with_differentials(nodes: Sequence[Node], frame: Frame, read: Callable[[], Outcome]) -> Outcome:
    """A statement that is no claim: its `dX` has the shape of `X`, unless it only fits as a name of its own."""
    mark, scope = frame.mark(), frame.scope
    for name in (name for node in nodes for name in rewriting.names(node)):
        found = special(name.key, frame) if name.key not in frame.special else None
        if found is not None:
            frame.special[name.key] = _bind(name, found, frame, None)[0]
    if not frame.special:
        return read()
    outcome = read()
    if len(frame.problems) > mark[0]:
        frame.rollback(mark)
        frame.scope = scope
        frame.special.clear()
        outcome = read()
    return outcome


def special(key: str, frame: Frame, families: frozenset[str] = frozenset()) -> Cotangent | None:
    """What an unbound name is the differential or cotangent of; `families` are the loose conventions of this statement."""
    if frame.knows(key):
        return None
    read = cotangents.read(key, frame.knows)
    if read is None and families:
        loose = cotangents.read_convention(key, frame.knows)
        read = loose if loose is not None and loose.family in families else None
    return read


def free_marks(expression: Expression, frame: Frame) -> Pairs:
    """The differentials and cotangents in an expression, also those that its definitions hold."""
    found = []
    for item in dependence.ancestors(expression, frame.scope.definitions()):
        binding = frame.scope.versions.get(item)
        if binding is not None and binding.kind == "differential" and item not in frame.scope.derivatives and binding.parameters:
            found.append((item, binding.parameters[0]))
    return tuple(sorted(found, key=lambda pair: str(pair[0].data)))


def _bind(name: Name, read: Cotangent, frame: Frame, loss: Binding | None) -> tuple[Binding, Expression | None]:
    """The binding of a special name, and the variable that it is a derivative by, where the value derived is known."""
    by = frame.lookup(read.variable)
    assert by is not None
    of = frame.lookup(read.of) if read.of is not None else loss
    if of is not None and (of.value is not None or of.kind == "parameter"):
        shape = derivative_shape(of.shape, (by.shape,)) or by.shape
        stands = variable(f"∂{of.name}/∂{by.name}", shape, by.version)
        frame.scope = replace(frame.scope, derivatives={**frame.scope.derivatives, stands: (of.variable, (by.variable,))})
        return Binding(name.key, by.version, "differential", stands, name.span), by.variable
    stands = variable(name.key, by.shape, by.version)
    binding = Binding(name.key, by.version, "differential", stands, name.span, parameters=(by.variable,))
    frame.scope = replace(frame.scope, versions={**frame.scope.versions, stands: binding})
    return binding, None


def _chain_rule(node: Node) -> bool:
    """`∂L/∂y ∂y/∂x`: nothing but derivatives, multiplied; written so in either layout."""
    while isinstance(node, Paren):
        node = node.body
    if isinstance(node, Apply) and (node.op in PRODUCTS or node.op == "transpose"):
        return all(map(_chain_rule, node.args))
    return isinstance(node, Name) and "/" in node.key
