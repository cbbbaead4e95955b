"""The right side of a claim: `X' dL/dY`, `tr(A dX)`, typed, with its differentials and derivatives told apart."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import partial

from shapecheck.core.expression import Expression, variable
from shapecheck.core.record import dataclass, replace
from shapecheck.core.shape import Shape
from shapecheck.elaborate import build, cotangents, dependence, rewriting
from shapecheck.elaborate.cotangents import Cotangent
from shapecheck.elaborate.derivative_form import PRODUCTS, By, Form
from shapecheck.elaborate.expression import elaborate_expression
from shapecheck.elaborate.names import rank_candidates
from shapecheck.elaborate.outcome import NOTHING, Outcome
from shapecheck.elaborate.rewriting import Rewritten
from shapecheck.elaborate.scope import Frame
from shapecheck.elaborate.sheet import Binding
from shapecheck.elaborate.walk import walk
from shapecheck.syntax.tree import Apply, Call, Name, Node, Paren

CUSTOMARY = ("x", "θ", "theta", "w", "W", "β", "beta", "z", "Z", "u", "p", "X", "y", "A")
"""The variables that `∇f` is by, where several could be meant."""
Pairs = tuple[tuple[Expression, Expression], ...]


@dataclass(frozen=True, slots=True)
class Right:
    """`marks` pairs each free differential or cotangent with its variable, those in definitions included;
    `derivatives` are the variables of which the derivative of a known value stands here; `otherwise` is the expression with
    `*` entry by entry, where it was read as a matrix product and both fit."""

    node: Node
    expression: Expression
    marks: Pairs
    derivatives: tuple[Expression, ...]
    otherwise: Expression | None = None


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


@dataclass(frozen=True, slots=True)
class _Bound:
    """What the marks of a tree were bound to: the variables that known values are derived by, and whether some stand for nothing known."""

    derived: tuple[Expression, ...]
    opaque: bool


def elaborate_right(
    node: Node, frame: Frame, expected: Shape | None, loss: Binding | None = None, families: frozenset[str] = frozenset()
) -> Right | None:
    """None where it does not fit; the reason is then in the frame. Where the left side names the loss, cotangents are its gradients."""
    rewritten = rewriting.rewrite(node, partial(_is_taken, frame), partial(_is_value, frame))
    bound = _bind_all(rewritten, frame, loss, families)
    problems = len(frame.problems)
    expression = elaborate_expression(rewritten.node, frame, expected=expected)
    if expression is None:
        if bound.opaque or (rewritten.marks and _chain_rule(rewritten.node)):
            del frame.problems[problems:]
        return None
    return Right(node, expression, free_marks(expression, frame), bound.derived, _entrywise(rewritten.node, expression, frame))


def _entrywise(node: Node, read: Expression, frame: Frame) -> Expression | None:
    """`P * (dP - D)` is a matrix product here, and an elementwise one in the kernels that it stands in."""
    if frame.elementwise or not any(isinstance(part, Apply) and part.op in rewriting.STARS for part in walk(node)):
        return None
    mark = frame.mark()
    other = elaborate_expression(rewriting.entrywise(node), frame)
    frame.rollback(mark)
    return other if other is not read else None


def with_differentials(nodes: Sequence[Node], frame: Frame, read: Callable[[tuple[Node, ...]], Outcome]) -> Outcome:
    """A statement that is no claim: its `dX` has the shape of `X`, unless it only fits as a name of its own."""
    mark, scope = frame.mark(), frame.scope
    rewritten = [rewriting.rewrite(node, partial(_is_taken, frame), partial(_is_value, frame)) for node in nodes]
    sides = tuple(item.node for item in rewritten)
    opaque = [_bind_all(item, frame, None, frozenset()).opaque for item in rewritten]
    outcome = read(sides)
    if len(frame.problems) == mark[0] or not frame.special:
        return outcome
    frame.rollback(mark)
    if any(opaque):
        return NOTHING
    frame.scope = scope
    marks = {key for item in rewritten for key in item.marks}
    frame.special = {key: binding for key, binding in frame.special.items() if key in marks}
    return read(sides)


def _is_taken(frame: Frame, key: str) -> bool:
    return frame.knows(key) or key in frame.scope.dimensions


def _is_value(frame: Frame, key: str) -> bool:
    """A scalar, or a name of which nothing is known."""
    binding = frame.lookup(key)
    return binding is None or not frame.solver.resolve(binding.shape).rank


def _bind_all(rewritten: Rewritten, frame: Frame, loss: Binding | None, families: frozenset[str]) -> _Bound:
    """Binds every mark of the tree for this statement."""
    derived: list[Expression] = []
    opaque = False
    for name in rewriting.names(rewritten.node):
        if name.key in frame.special:
            continue
        form = rewritten.marks.get(name.key)
        if form is not None:
            by, known = _bind_form(name, form, frame)
            opaque = opaque or not known
        else:
            read = special(name.key, frame, families)
            by = _bind(name, read, frame, loss) if read is not None else None
        if by is not None:
            derived.append(by)
    return _Bound(tuple(derived), opaque)


def _bind_form(name: Name, form: Form, frame: Frame) -> tuple[Expression | None, bool]:
    """Binds the name of a derivative; gives the variable it is by where its value is known, and whether anything is."""
    of = _derived(form, frame)
    said = form.by or (_surely_unsaid(form, of, frame) if of is not None and of.value is not None else ())
    by = [frame.lookup(item.node.key) for item in said if isinstance(item.node, Name)]
    variables = [item.variable for item in by if item is not None]
    if of is not None and not by and len(of.parameters) == 1:
        variables = [*of.parameters] * form.order
        by = [of] * form.order
    if form.order == 1 and len(by) == 1 and by[0] is not None and isinstance(form.of, Name) and (of is None or of.value is None):
        return _bind(name, Cotangent(name.key, by[0].name, "quotient", form.of.key), frame, None), True
    if of is not None and of.value is not None and variables and len(variables) == len(by):
        shape = derivative_shape(of.shape, [variable.shape for variable in variables])
        if shape is not None:
            stands = variable(name.key, shape, by[0].version if by[0] is not None else 0)
            frame.scope = replace(frame.scope, derivatives={**frame.scope.derivatives, stands: (of.variable, tuple(variables))})
            frame.special[name.key] = Binding(name.key, 0, "differential", stands, name.span)
            return variables[0], True
    shape = variables[0].shape if variables else of.shape if of is not None else _guessed(form, frame)
    frame.special[name.key] = Binding(name.key, 0, "parameter", build.opaque(name.key, (), shape), name.span)
    return None, False


def unsaid(form: Form, of: Expression, frame: Frame, shape: Shape | None = None) -> tuple[By, ...]:
    """The variable of `∇f`: the parameter, or the only variable, or of those that are customary the one of this shape, or the first."""
    binding = frame.scope.versions.get(of)
    names = [str(binding.parameters[0].data[0])] if binding is not None and len(binding.parameters) == 1 else candidates(of, frame)
    fitting = [name for name in names if shape is not None and (known := frame.lookup(name)) is not None and known.shape == shape] or names
    return tuple(By(Name(name, form.span)) for name in fitting[:1]) * form.order


def candidates(of: Expression, frame: Frame) -> list[str]:
    """The names that a value may be meant to be derived by."""
    leaves = dependence.leaves(of, frame.scope.made_of())
    found = {str(leaf.data[0]) for leaf in leaves if frame.knows(str(leaf.data[0]))}
    return sorted(found) if len(found) == 1 else [name for name in CUSTOMARY if name in found]


def _surely_unsaid(form: Form, of: Binding, frame: Frame) -> tuple[By, ...]:
    """The same where it is no guess: one vector that is customary, `y` being data where there is another."""
    names = [name for name in candidates(of.variable, frame) if (known := frame.lookup(name)) is not None and known.shape.rank == 1]
    names = [name for name in names if name != "y"] or names
    return unsaid(form, of.variable, frame) if of.parameters or len(names) == 1 else ()


def _derived(form: Form, frame: Frame) -> Binding | None:
    """The name that is derived: `f`, or that of `f(x)` applied to its own parameters."""
    if isinstance(form.of, Name):
        return frame.lookup(form.of.key)
    if isinstance(form.of, Call):
        function = frame.lookup(form.of.function.key)
        if function is not None and function.parameters:
            given = [arg.key for arg in form.of.args if isinstance(arg, Name)]
            return function if given == [str(parameter.data[0]) for parameter in function.parameters] else None
    return None


def _guessed(form: Form, frame: Frame) -> Shape:
    node = form.by[0].node if form.by else form.of
    rank = rank_candidates(node.key)[0] if isinstance(node, Name) else 1
    return Shape(tuple(frame.solver.fresh() for _ in range(rank)))


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


def declared_marks(expression: Expression, frame: Frame) -> Pairs:
    """The names in an expression, and in its definitions, that are declared and may be differentials or cotangents."""
    found = []
    for item in dependence.ancestors(expression, frame.scope.definitions()):
        binding = frame.scope.versions.get(item)
        read = cotangents.declared(binding, frame.lookup, frame.is_same) if binding is not None else None
        if read is not None:
            found.append((item, read[1].variable))
    return tuple(sorted(found, key=lambda pair: str(pair[0].data)))


def _bind(name: Name, read: Cotangent, frame: Frame, loss: Binding | None) -> Expression | None:
    """Binds a special name for this statement; gives the variable that it is a derivative by, where the value derived is known."""
    by = frame.lookup(read.variable)
    assert by is not None
    of = frame.lookup(read.of) if read.of is not None else loss
    if of is not None and of.value is not None:
        shape = derivative_shape(of.shape, (by.shape,)) or by.shape
        stands = variable(f"∂{of.name}/∂{by.name}", shape, by.version)
        frame.scope = replace(frame.scope, derivatives={**frame.scope.derivatives, stands: (of.variable, (by.variable,))})
        frame.special[name.key] = Binding(name.key, by.version, "differential", stands, name.span)
        return by.variable
    stands = variable(name.key, by.shape, by.version)
    binding = Binding(name.key, by.version, "differential", stands, name.span, parameters=(by.variable,))
    frame.scope = replace(frame.scope, versions={**frame.scope.versions, stands: binding})
    frame.special[name.key] = binding
    return None


def _chain_rule(node: Node) -> bool:
    """`∂L/∂y ∂y/∂x`: nothing but derivatives, multiplied; written so in either layout."""
    while isinstance(node, Paren):
        node = node.body
    if isinstance(node, Apply) and (node.op in PRODUCTS or node.op == "transpose"):
        return all(map(_chain_rule, node.args))
    return isinstance(node, Name) and "/" in node.key
