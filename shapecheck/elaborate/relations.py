"""What a relation is: definition, update, identity, equation, or a claim about a derivative."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from shapecheck import ops
from shapecheck.core.expression import Expression
from shapecheck.core.record import replace
from shapecheck.core.span import Span
from shapecheck.elaborate import build, cotangent_claims, definitions, dependence, derivative_form, gradient_claims, indexform, indexing
from shapecheck.elaborate.derivative_form import Form
from shapecheck.elaborate.expression import elaborate_expression
from shapecheck.elaborate.outcome import MISFIT, NOTHING, Outcome
from shapecheck.elaborate.problems import side
from shapecheck.elaborate.right_side import elaborate_right, with_differentials
from shapecheck.elaborate.scope import Frame
from shapecheck.elaborate.sheet import Claim, IdentityClaim, Problem
from shapecheck.syntax.tree import Apply, Call, Name, Node, Number, Relation


def relation(statement: Relation, frame: Frame) -> Outcome:
    """What the statement binds and claims."""
    left, rights = statement.sides[0], statement.sides[1:]
    first = statement.relations[0]
    form = derivative_form.read(left) or (None if frame.knows(_called(left)) else derivative_form.read_convention(left, frame.defines))
    if "≈" in statement.relations:
        return _identity(replace(statement, sides=rights) if form is not None else statement, frame)
    if form is not None and not (isinstance(left, Name) and frame.knows(left.key)):
        return _derivative(form, statement, frame)
    if isinstance(left, Name) and first != "==":
        read = cotangent_claims.left_side(left, rights, frame)
        if read is not None:
            outcome = _cotangent(left, statement, frame)
            if outcome is not None:
                return outcome
    composite = _differential(left, rights, frame)
    if composite is not None:
        return composite
    if isinstance(left, Name):
        return with_differentials(rights, frame, partial(_plain, statement, frame))
    return with_differentials(statement.sides, frame, lambda sides: _plain(replace(statement, sides=sides), frame, sides[1:]))


def _called(node: Node) -> str:
    return node.function.key if isinstance(node, Call) else ""


def _plain(statement: Relation, frame: Frame, rights: tuple[Node, ...]) -> Outcome:
    """A relation that is no claim about a derivative."""
    statement = replace(statement, sides=(statement.sides[0], *rights))
    if statement.relations[0] in ("+=", "-="):
        return _update(statement, frame)
    outcome = _definition(statement, frame) if statement.relations[0] == "=" else None
    return outcome if outcome is not None else _identity(statement, frame)


def _derivative(form: Form, statement: Relation, frame: Frame) -> Outcome:
    left, rights = statement.sides[0], statement.sides[1:]
    if isinstance(form.of, Name) and form.of.key in frame.scope.failed:
        return NOTHING
    mark = frame.mark()
    derived = gradient_claims.left_side(form, rights, frame)
    if derived is not None:
        return Outcome(claims=gradient_claims.gradient(left, form, derived, rights, frame))
    if len(frame.problems) > mark[0]:
        return NOTHING
    name = _cotangent_name(form, frame)
    if name is not None:
        outcome = _cotangent(name, statement, frame)
        if outcome is not None:
            return outcome
    for node in rights:
        elaborate_right(node, frame, None)
    return NOTHING


def _cotangent_name(form: Form, frame: Frame) -> Name | None:
    """`dL/dW` and `∇_W` with a loss that is not defined, as the name of a cotangent."""
    if form.order != 1 or len(form.by) != 1 or not isinstance(form.by[0].node, Name) or not frame.knows(form.by[0].node.key):
        return None
    by = form.by[0].node.key
    if form.of is None:
        return Name(f"grad_{by}", form.span)
    return Name(f"∂{form.of.key}/∂{by}", form.span) if isinstance(form.of, Name) else None


def _cotangent(name: Name, statement: Relation, frame: Frame) -> Outcome | None:
    rights = statement.sides[1:]
    read = cotangent_claims.left_side(name, rights, frame)
    if read is None:
        return None
    if read.of is not None:
        loss = frame.lookup(read.of)
        if loss is not None and loss.value is not None:
            form = derivative_form.quotient(read.of, read.variable, name.span)
            derived = gradient_claims.left_side(form, rights, frame)
            if derived is not None:
                return Outcome(claims=gradient_claims.gradient(statement.sides[0], form, derived, rights, frame))
    mark, scope = frame.mark(), frame.scope
    found = cotangent_claims.cotangent(name, read, rights, statement.operators[0], frame, accumulate=statement.relations[0] in ("+=", "-="))
    if found is None:
        frame.rollback(mark)
        frame.scope = scope
        frame.special.clear()
        return None
    return Outcome(bindings=found[1], claims=found[0])


def _differential(left: Node, rights: Sequence[Node], frame: Frame) -> Outcome | None:
    """`d(X Y) = ...`, `d tr(A X) = ...`, `∂(X^-1) = ...`, `dvec(F) = ...`."""
    operand: Node | None = None
    if isinstance(left, Call) and left.function.key in derivative_form.MARKS and len(left.args) == 1 and not frame.knows(left.function.key):
        operand = left.args[0]
    elif isinstance(left, Call) and derivative_form.is_vec(left, 1) and not frame.knows(left.function.key):
        operand = replace(left, function=Name("vec", left.function.span))
    elif isinstance(left, Apply):
        items = derivative_form.flatten(left)
        mark = items[0][1]
        if (
            isinstance(mark, Name)
            and mark.key in derivative_form.MARKS
            and not frame.knows(mark.key)
            and len(items) > 1
            and items[1][0] == "juxtapose"
        ):
            operand = derivative_form.product([("", items[1][1]), *items[2:]])
    if operand is None:
        return None
    of = elaborate_expression(operand, frame)
    return NOTHING if of is None else Outcome(claims=cotangent_claims.composite(of, left, rights, frame))


def _update(statement: Relation, frame: Frame) -> Outcome:
    """`x += K y`: the sum as a new version."""
    left, right = statement.sides[0], statement.sides[1]
    if not isinstance(left, Name):
        elaborate_expression(right, frame)
        return NOTHING
    if not frame.knows(left.key) and left.key not in frame.special:
        return _define(left, statement, frame)
    op = "add" if statement.relations[0] == "+=" else "subtract"
    total = Apply(op, (left, right), statement.operators[0], statement.span)
    value = elaborate_expression(total, frame)
    if value is None:
        return NOTHING
    binding = definitions.define(left, value, total, statement.operators[0], frame)
    return Outcome(bindings=(binding,) if binding is not None else (), expressions=(value,))


def _definition(statement: Relation, frame: Frame) -> Outcome | None:
    left = statement.sides[0]
    if isinstance(left, Name):
        if not frame.knows(left.key):
            split = indexing.left_side(left, statement.sides[1:], frame)
            if split is not None:
                return _define(split.base, statement, frame, indices=split.indices)
        return _define(left, statement, frame)
    primed = _primed(left, statement, frame)
    if primed is not None:
        return _define(primed, statement, frame)
    if isinstance(left, Call) and left.style == "call" and not left.keywords and all(isinstance(arg, Name) for arg in left.args):
        name = left.function
        parameters = tuple(arg for arg in left.args if isinstance(arg, Name))
        if not ops.named(name.key) and (not frame.knows(name.key) or _is_other_function(left, parameters, frame)):
            return _define(name, statement, frame, parameters)
    return None


def _is_other_function(left: Call, parameters: tuple[Name, ...], frame: Frame) -> bool:
    """Whether `f(X) = …` defines a function anew: the one so far does not take this, or nothing is known of what it is given."""
    known = frame.lookup(left.function.key)
    if known is None or not known.parameters:
        return False
    if len(known.parameters) != len(parameters) or not all(frame.knows(name.key) for name in parameters):
        return True
    mark = frame.mark()
    taken = elaborate_expression(left, frame)
    frame.rollback(mark)
    return taken is None


def _primed(left: Node, statement: Relation, frame: Frame) -> Name | None:
    """The new name `p'` of `p' = R p + t`: where its value contains `p`, or has not the shape of a transpose."""
    if not (isinstance(left, Apply) and left.op == "transpose" and isinstance(left.args[0], Name) and len(statement.sides) == 2):
        return None
    base, right = left.args[0], statement.sides[1]
    if left.span.end - base.span.end != 1:
        return None
    current = frame.lookup(base.key)
    mark = frame.mark()
    value = elaborate_expression(right, frame)
    frame.rollback(mark)
    if value is None or value.op in {"variable", "negate", "transpose", "inv"}:
        return None
    if current is None:
        is_new = len(value.shape.dims) == 1
    elif value.shape.rank != 2 or frame.solver.resolve(current.shape).rank != 2:
        is_new = frame.solver.resolve(current.shape).rank == value.shape.rank
    else:
        is_new = current.variable in dependence.variables(value)
    return Name(f"{base.key}'", left.span) if is_new else None


def _define(name: Name, statement: Relation, frame: Frame, parameters: tuple[Name, ...] = (), indices: tuple[str, ...] = ()) -> Outcome:
    rights = statement.sides[1:]
    current = frame.lookup(name.key)
    expected = current.shape if current is not None and not indices else None
    elaborated = [elaborate_expression(node, frame, expected=expected) for node in rights]
    values = [None if value is None else indexing.defined(value, indices, frame) for value in elaborated]
    first = next((place for place, value in enumerate(values) if value is not None), None)
    if first is None:
        if current is None or current.value is not None:
            for key in (name.key, *(base for base, _ in indexform.read_name(name.key) if not frame.knows(base))):
                frame.scope = frame.scope.fail(key)
        elif current.kind == "declared":
            unknown = build.opaque(MISFIT, (), current.shape)
            frame.scope = frame.scope.bind(replace(current, value=unknown))
        return NOTHING
    value = values[first]
    assert value is not None
    found = tuple(binding.variable for key in parameters if (binding := frame.lookup(key.key)) is not None)
    binding = definitions.define(name, value, rights[first], statement.operators[first], frame, found)
    claims = _chain(values, rights, statement.operators[1:], frame)
    kept = tuple(value for value in values if value is not None)
    return Outcome(bindings=(binding,) if binding is not None else (), claims=claims, expressions=kept)


def _chain(values: Sequence[Expression | None], nodes: Sequence[Node], operators: Sequence[Span], frame: Frame) -> tuple[Claim, ...]:
    """Each pair of neighbours that both fit is equal."""
    claims: list[Claim] = []
    for place, operator in enumerate(operators):
        left, right = values[place], values[place + 1]
        if left is not None and right is not None and _equal_shapes(left, right, nodes[place], nodes[place + 1], operator, frame):
            claims.append(IdentityClaim(left, right, nodes[place], nodes[place + 1]))
    return tuple(claims)


def _equal_shapes(left: Expression, right: Expression, left_node: Node, right_node: Node, operator: Span, frame: Frame) -> bool:
    if frame.solver.same(left.shape, right.shape) is not False:
        return True
    sides = (side(left_node, left.shape, frame), side(right_node, right.shape, frame))
    frame.problems.append(Problem("shape-mismatch", "identity", right_node.span, right_node, operator, sides))
    return False


def _identity(statement: Relation, frame: Frame) -> Outcome:
    nodes = statement.sides
    typed: dict[int, Expression | None] = {}
    expected = None
    for place in sorted(range(len(nodes)), key=lambda place: _vague(nodes[place])):
        typed[place] = value = elaborate_expression(nodes[place], frame, expected=expected)
        if value is not None and expected is None:
            expected = value.shape
    values = [typed[place] for place in range(len(nodes))]
    fitting = indexing.matched([value for value in values if value is not None], frame)
    if len(fitting) == len(values):
        values = list(fitting)
    claims = _chain(values, nodes, statement.operators, frame)
    if "≈" in statement.relations:
        claims = ()
    elif "==" not in statement.relations:
        claims = tuple(claim for claim in claims if isinstance(claim, IdentityClaim) and _is_identity(claim, frame))
    return Outcome(claims=claims, expressions=tuple(value for value in values if value is not None))


def _vague(node: Node) -> bool:
    """Whether a side has its shape from the other side: `0`, `I`."""
    return isinstance(node, Number) or (isinstance(node, Name) and node.key == "I")


def _is_identity(claim: IdentityClaim, frame: Frame) -> bool:
    """`(A B)' = B' A'` holds for all values; `A x = b` and `Q' Q = I` say something of theirs, and are no claim."""
    known = frame.scope.made_of()
    left, right = dependence.leaves(claim.left, known), dependence.leaves(claim.right, known)
    if left != right:
        return False
    return len(left) > 1 or not any(_simple(side) for side in (claim.left, claim.right))


def _simple(expression: Expression) -> bool:
    """A name, perhaps transposed, negated or inverted, as in `A' = A`, `P P = P`, `inv(Q) = Q'`."""
    while expression.op in {"transpose", "negate", "inv"}:
        expression = expression.args[0]
    return expression.op in {"variable", "number", "identity", "zeros", "ones"}
