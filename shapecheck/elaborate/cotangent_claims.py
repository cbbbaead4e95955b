"""`dX = dY W'`, `grad_W = X' grad_Y`, `dq = w_a' A dB w_b`: differentials forward, cotangents backward.

The left side belongs to a variable. Where that is defined from a variable whose differential stands on the right, the
statement is a differential; where a name on the right is defined from it, a vector-Jacobian product.
"""

from __future__ import annotations

from collections.abc import Sequence

from shapecheck.core.expression import Expression, variable
from shapecheck.core.record import replace
from shapecheck.core.span import Span
from shapecheck.elaborate import cotangents, dependence, rewriting
from shapecheck.elaborate.cotangents import Cotangent
from shapecheck.elaborate.outcome import DOUBT
from shapecheck.elaborate.readings import told
from shapecheck.elaborate.right_side import Pairs, Right, declared_marks, elaborate_right, special
from shapecheck.elaborate.scope import Frame
from shapecheck.elaborate.sheet import BackpropClaim, Binding, Claim, DifferentialClaim, IdentityClaim, Problem, Reason, Side
from shapecheck.syntax.tree import Name, Node

STEPS = frozenset({"inv", "pinv"})
"""Functions that stand in a step of an iteration (`dx = -inv(H) g`) and hardly in a gradient written without cotangents."""


def left_side(name: Name, rights: Sequence[Node], frame: Frame) -> Cotangent | None:
    """What the name on the left is the differential or cotangent of, if it is one."""
    own = frame.lookup(name.key)
    if own is not None:
        declared = cotangents.declared(own, frame.lookup, frame.is_same)
        return declared[0] if declared is not None else None
    clear = special(name.key, frame)
    if clear is not None:
        return clear
    loose = cotangents.read_convention(name.key, frame.knows)
    if loose is None:
        return None
    for right in rights:
        for other in rewriting.names(right):
            read = None if frame.knows(other.key) else cotangents.read_convention(other.key, frame.knows)
            if read is not None and read.family == loose.family:
                return loose
    return None


def composite(of: Expression, left: Node, rights: Sequence[Node], frame: Frame) -> tuple[Claim, ...]:
    """`d(X Y) = dX Y + X dY`: the differential of an expression."""
    claims: list[Claim] = []
    previous: tuple[Right, Node] | None = None
    for node in rights:
        right = elaborate_right(node, frame, of.shape)
        if right is None:
            continue
        above = dependence.ancestors(of, frame.scope.definitions())
        if previous is not None:
            claims.append(IdentityClaim(previous[0].expression, right.expression, previous[1], node))
        elif right.marks and all(known in above for _, known in right.marks):
            claims.append(DifferentialClaim(of, right.expression, right.marks, left, node, right.otherwise))
        previous = (right, node)
    return tuple(claims)


def cotangent(
    name: Name, read: Cotangent, rights: Sequence[Node], operator: Span, frame: Frame, *, accumulate: bool
) -> tuple[tuple[Claim, ...], tuple[Binding, ...]] | None:
    """The claims of `dX = ...`; None where nothing shows that it is about a derivative, so that it defines a name.

    A name that was declared is held for a cotangent only where the right side is made of one, and of what its variable meets.
    """
    declared = frame.lookup(name.key)
    families = frozenset({read.family}) if cotangents.read(name.key, frame.knows) is None else frozenset({"bar", "δ"})
    binding = frame.lookup(read.variable)
    assert binding is not None
    claims: list[Claim] = []
    previous: tuple[Right, Node] | None = None
    for node in rights:
        right = elaborate_right(node, frame, binding.shape, families=families)
        if right is None:
            continue
        if previous is None:
            claim = _claim(name, binding, right, node, frame, accumulate=accumulate)
            if declared is not None and (claim is None or not _is_made_of_cotangents(claim, frame.scope.definitions())):
                return None
            if claim is None and not _fits(name, binding, right, node, operator, frame):
                return None
            if claim is not None:
                claims.append(claim)
                _doubt(claim, binding, frame)
        else:
            claims.append(IdentityClaim(previous[0].expression, right.expression, previous[1], node))
        previous = (right, node)
    stands = declared or _stands(name, binding, frame)
    if previous is not None and not accumulate:
        frame.scope = replace(frame.scope, stated={**frame.scope.stated, stands.variable: previous[0].expression})
    return tuple(claims), (stands,) if declared is None else ()


def _stands(name: Name, binding: Binding, frame: Frame) -> Binding:
    """The name on the left bound to the differential of a variable."""
    own = variable(name.key, binding.shape, binding.version)
    stands = Binding(name.key, binding.version, "differential", own, name.span, parameters=(binding.variable,))
    frame.scope = replace(frame.scope, bindings={**frame.scope.bindings, name.key: stands}, versions={**frame.scope.versions, own: stands})
    return stands


def _doubt(claim: Claim, binding: Binding, frame: Frame) -> None:
    """In what may be NumPy's, a cotangent that does not have its variable's shape is read otherwise."""
    if frame.marked and isinstance(claim, BackpropClaim):
        mark = frame.mark()
        fits = frame.solver.same(binding.shape, claim.right.shape)
        frame.rollback(mark)
        if fits is False:
            frame.problems.append(Problem(DOUBT, "", claim.right_node.span, claim.right_node))


def _claim(name: Name, binding: Binding, right: Right, node: Node, frame: Frame, *, accumulate: bool) -> Claim | None:
    definitions = frame.scope.definitions()
    own = binding.variable
    above = dependence.ancestors(own, definitions) - {own}
    given = declared_marks(right.expression, frame)
    changed = (*right.marks, *(pair for pair in given if pair[1] in above))
    if changed and all(known in above for _, known in changed):
        return DifferentialClaim(own, right.expression, changed, name, node, right.otherwise)
    met = (*right.marks, *(pair for pair in given if _is_below(pair[1], own, definitions)))
    outputs = losses(own, frame)
    outputs = tuple(output for output in outputs if not met or any(_is_below(output, known, definitions) for _, known in met))
    below = tuple(pair for pair in met if _is_below(pair[1], own, definitions))
    if met:
        claim = BackpropClaim(own, right.expression, met, name, node, accumulate, outputs, right.otherwise)
        return claim if below == met else _beside(claim, below, frame)
    if outputs and _is_gradient(right.expression, binding, outputs, definitions):
        return BackpropClaim(own, right.expression, (), name, node, accumulate, outputs, right.otherwise)
    return None


def _is_below(known: Expression, own: Expression, definitions: dict[Expression, Expression]) -> bool:
    return known is not own and own in dependence.ancestors(known, definitions)


def _is_made_of_cotangents(claim: Claim, definitions: dict[Expression, Expression]) -> bool:
    """Whether a right side is made of cotangents or differentials and of what their variables are made of, as no other step is.

    `dx = K dz` of a filter is a step, and so is `dx = -inv(J) dr`, unless what is derived has an inverse itself.
    """
    if isinstance(claim, BackpropClaim):
        marks, derived = claim.cotangents, frozenset(known for _, known in claim.cotangents)
    elif isinstance(claim, DifferentialClaim):
        marks, derived = claim.differentials, frozenset({claim.of})
    else:
        return False
    known = frozenset(item for one in derived for item in dependence.ancestors(one, definitions))
    made_of = dependence.leaves(claim.right, definitions) - {mark for mark, _ in marks}
    bodies = [definitions[item] for item in known if item in definitions]
    inverts = any(node.op in STEPS for node in dependence.nodes((claim.right,)))
    return bool(marks) and made_of <= known and (not inverts or any(node.op in STEPS for node in dependence.nodes(bodies)))


def _beside(claim: BackpropClaim, below: Pairs, frame: Frame) -> BackpropClaim | None:
    """`dA = -db x'` for `x = A \\ b`, where a line before says `db = A' \\ dx`: by what that says it is, if this comes from below."""
    others = tuple(pair for pair in claim.cotangents if pair not in below)
    if not all(mark in frame.scope.stated for mark, _ in others):
        return None
    last = told(claim, frame.scope)
    if last is None or not (last.cotangents or claim.outputs):
        return None
    definitions = frame.scope.definitions()
    if not all(claim.of in dependence.ancestors(name, definitions) for _, name in last.cotangents):
        return None
    return replace(claim, cotangents=last.cotangents, beside=tuple(pair for pair in claim.cotangents if pair not in last.cotangents))


def losses(own: Expression, frame: Frame) -> tuple[Expression, ...]:
    """The defined scalars that depend on a variable."""
    definitions = frame.scope.definitions()
    scalars = [binding.variable for binding in frame.scope.bindings.values() if binding.value is not None and not binding.shape.rank]
    below = [(scalar, dependence.ancestors(scalar, definitions)) for scalar in scalars if scalar is not own]
    return tuple(scalar for scalar, above in below if own in above and not any(_is_cotangent(item, frame) for item in above))


def _is_cotangent(item: Expression, frame: Frame) -> bool:
    binding = frame.scope.versions.get(item)
    return binding is not None and binding.kind == "differential"


def _is_gradient(right: Expression, binding: Binding, outputs: tuple[Expression, ...], definitions: dict[Expression, Expression]) -> bool:
    """Whether a right side without cotangents is made of what an output is made of, as a gradient is and a step is not."""
    made_of = dependence.leaves(right, definitions)
    if not any(made_of <= dependence.leaves(output, definitions) for output in outputs):
        return False
    return binding.value is not None or not any(node.op in STEPS for node in dependence.nodes((right,)))


def _fits(name: Name, binding: Binding, right: Right, node: Node, operator: Span, frame: Frame) -> bool:
    """Whether a differential that cannot be verified has its variable's shape; where only cotangents explain the right side, it must."""
    mark = frame.mark()
    if frame.solver.same(binding.shape, right.expression.shape) is not False:
        return True
    frame.rollback(mark)
    if not right.marks:
        return False
    reason = Reason(binding.name, binding.shape, binding.kind, binding.span)
    sides = (Side(name, binding.shape, (reason,)), Side(node, right.expression.shape))
    frame.problems.append(
        Problem("shape-mismatch", "cotangent", node.span, node, operator, sides, {"name": name.key, "variable": binding.name})
    )
    return True
