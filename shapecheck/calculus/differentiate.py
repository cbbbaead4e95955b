"""The derivative of a term by a variable, as a term: the axes of the value, then those of the variable.

Backwards where the value has no more axes than the variable: each node's adjoint is the sum over its uses, a sum
of node size, so that chains stay factored and the work is linear in the graph. Forwards else, with tangents.
What is linear needs no rule; functions have theirs in the operator table.
Source: Laue, Mitterreiter, Giesen: A Simple and Efficient Tensor Calculus, AAAI 2020.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from shapecheck.calculus.canonical import Factor
from shapecheck.calculus.context import CannotDerive
from shapecheck.calculus.formula import interpret
from shapecheck.calculus.functions import primitive
from shapecheck.calculus.indexlanguage import Numbering, build, parse
from shapecheck.calculus.leaves import flat, is_zero, made, zero
from shapecheck.calculus.powers import power
from shapecheck.calculus.product import ONE, add, einsum, identity, plus
from shapecheck.core.record import dataclass
from shapecheck.core.term import Number, Term
from shapecheck.ops import ROWS


@dataclass(frozen=True, slots=True)
class Local:
    """The derivative of a node by one argument; its axes: `shared` common ones, the node's others, the argument's others."""

    term: Term
    shared: int


def differentiate(value: Term, variable: Term) -> Term:
    """d value / d variable; zero only where the value really does not contain the variable."""
    nodes = dependent(value, variable)
    if not nodes:
        return zero((*value.dims, *variable.dims))
    if value.order <= variable.order:
        return _backward(value, variable, nodes)
    return _forward(value, variable, nodes)


def dependent(value: Term, variable: Term) -> list[Term]:
    """The nodes that contain the variable, arguments before the nodes that use them."""
    done: dict[Term, bool] = {}
    nodes: list[Term] = []
    stack = [value]
    while stack:
        node = stack[-1]
        if node in done:
            stack.pop()
            continue
        waiting = [arg for arg in node.args if arg not in done]
        if waiting:
            stack.extend(waiting)
            continue
        stack.pop()
        done[node] = node is variable or any(done[arg] for arg in node.args)
        if done[node]:
            nodes.append(node)
    return nodes


# backwards


def _backward(value: Term, variable: Term, nodes: list[Term]) -> Term:
    reached = set(nodes)
    lead = value.order
    adjoints: dict[Term, list[tuple[Number, Term]]] = {value: [(ONE, _unit(value))]}
    for node in reversed(nodes):
        dims = (*value.dims, *node.dims)
        adjoint = add(adjoints.pop(node, ()), dims)
        if node is variable:
            return adjoint
        if is_zero(adjoint):
            continue
        for position, weight, part in _contributions(node, adjoint, lead, reached):
            adjoints.setdefault(node.args[position], []).append((weight, part))
    return zero((*value.dims, *variable.dims))


def _unit(value: Term) -> Term:
    axes = tuple(range(value.order))
    return einsum(ONE, (), (*axes, *axes), dict(enumerate(value.dims)))


def _contributions(node: Term, adjoint: Term, lead: int, reached: set[Term]) -> list[tuple[int, Number, Term]]:
    if node.kind == "add":
        pairs = enumerate(zip(node.coefficient, node.args, strict=True))
        return [(place, weight, adjoint) for place, (weight, arg) in pairs if arg in reached]
    if node.kind == "einsum":
        return [(place, ONE, _through_product(node, place, adjoint, lead)) for place, arg in enumerate(node.args) if arg in reached]
    found: list[tuple[int, Number, Term]] = []
    for place, arg in enumerate(node.args):
        if arg in reached:
            local = local_derivative(node, place)
            if not is_zero(local.term):
                found.append((place, ONE, _pulled(local, node, arg, adjoint, lead)))
    return found


def _through_product(node: Term, place: int, adjoint: Term, lead: int) -> Term:
    count = len(node.data)
    values = tuple(range(count, count + lead))
    dims = {**dict(enumerate(node.data)), **{count + k: adjoint.dims[k] for k in range(lead)}}
    rest: list[Factor] = [
        (arg, indices) for other, (arg, indices) in enumerate(zip(node.args, node.indices, strict=False)) if other != place
    ]
    factors = [(adjoint, (*values, *node.indices[-1])), *rest]
    return einsum(node.coefficient[0], factors, (*values, *node.indices[place]), dims)


def _pulled(local: Local, node: Term, arg: Term, adjoint: Term, lead: int) -> Term:
    shared = tuple(range(local.shared))
    out = tuple(range(local.shared, node.order))
    by = tuple(range(node.order, node.order + arg.order - local.shared))
    values = tuple(range(1000, 1000 + lead))
    factors: list[Factor] = [(adjoint, (*values, *shared, *out)), (local.term, (*shared, *out, *by))]
    return einsum(ONE, factors, (*values, *shared, *by))


# forwards


def _forward(value: Term, variable: Term, nodes: list[Term]) -> Term:
    tangents: dict[Term, Term] = {}
    for node in nodes:
        tangents[node] = _unit(variable) if node is variable else _tangent(node, variable, tangents)
    return tangents[value]


def _tangent(node: Term, variable: Term, tangents: dict[Term, Term]) -> Term:
    dims = (*node.dims, *variable.dims)
    parts: list[tuple[Number, Term]] = []
    if node.kind == "add":
        for weight, arg in zip(node.coefficient, node.args, strict=True):
            if arg in tangents:
                parts.append((weight, tangents[arg]))
        return add(parts, dims)
    for place, arg in enumerate(node.args):
        tangent = tangents.get(arg)
        if tangent is None or is_zero(tangent):
            continue
        if node.kind == "einsum":
            count = len(node.data)
            by = tuple(range(count, count + variable.order))
            known = dict(enumerate(node.data))
            factors: list[Factor] = list(zip(node.args, node.indices, strict=False))
            factors[place] = (tangent, (*node.indices[place], *by))
            parts.append((ONE, einsum(node.coefficient[0], factors, (*node.indices[-1], *by), known)))
            continue
        local = local_derivative(node, place)
        if not is_zero(local.term):
            parts.append((ONE, _pushed(local, node, arg, tangent, variable.order)))
    return add(parts, dims)


def _pushed(local: Local, node: Term, arg: Term, tangent: Term, count: int) -> Term:
    shared = tuple(range(local.shared))
    out = tuple(range(local.shared, node.order))
    inner = tuple(range(node.order, node.order + arg.order - local.shared))
    by = tuple(range(1000, 1000 + count))
    factors: list[Factor] = [(local.term, (*shared, *out, *inner)), (tangent, (*shared, *inner, *by))]
    return einsum(ONE, factors, (*shared, *out, *by))


# functions

_locals: dict[tuple[Term, int], Local] = {}


def local_derivative(node: Term, place: int) -> Local:
    """The derivative of a function node by one of its arguments, from the operator table."""
    found = _locals.get((node, place))
    if found is None:
        if len(_locals) > 20_000:
            _locals.clear()
        found = _locals[node, place] = _map_derivative(node, place) if node.kind == "map" else _primitive_derivative(node)
    return found


def _map_derivative(node: Term, place: int) -> Local:
    axes = tuple(range(node.order))
    if node.name == "pow":
        exponent = node.data[0]
        factor = power(node.args[0], exponent - 1)
        return Local(einsum(exponent, [(factor, axes)], axes), node.order)
    if node.name == "epower":
        formula = ("y .* x.^(y - 1)", "log(x) .* x.^y")[place]
        return Local(_spread(interpret(formula, {"x": node.args[0], "y": node.args[1]}), node), node.order)
    row = ROWS.get(node.name)
    if row is None or row.kind != "elementwise":
        raise CannotDerive(f"no derivative of `{node.name}` is known")
    formula = row.derivative.split(";")[place]
    return Local(_spread(interpret(formula, dict(zip(row.parameters, node.args, strict=True))), node), node.order)


def _spread(term: Term, node: Term) -> Term:
    """A constant derivative goes to every entry."""
    if term.order == node.order:
        return term
    return einsum(ONE, [(term, ())], tuple(range(node.order)), dict(enumerate(node.dims)))


def _primitive_derivative(node: Term) -> Local:
    if node.name == "root":
        return _root_derivative(node)
    if node.name == "root trace":
        return _root_trace_derivative(node)
    if node.name == "opaque":
        raise CannotDerive(f"nothing is known of `{node.data[0]}` but its shape")
    row = ROWS.get(node.name)
    if row is None or not row.derivative:
        raise CannotDerive(f"no derivative of `{node.name}` is known")
    arg = node.args[0]
    if row.kind == "reduction":
        reduced = tuple(range(node.order, arg.order))
        term = interpret(row.derivative, {row.parameters[0]: arg}, reduced)
        if term.order < arg.order:
            term = einsum(ONE, [(term, tuple(range(term.order)))], tuple(range(arg.order)), dict(enumerate(arg.dims)))
        return Local(term, node.order)
    form = parse(row.derivative)
    batch = arg.order - len(form.by)
    numbering = Numbering()
    leading = tuple(numbering.fresh(dimension) for dimension in arg.dims[:batch])
    for name, dimension in zip(form.by, arg.dims[batch:], strict=True):
        numbering.bind(name, dimension)
    for index, dimension in zip(form.out, node.dims[batch:], strict=True):
        numbering.bind(str(index), dimension)
    values = {}
    for _, product in form.terms:
        for part in product:
            if part.name not in row.parameters:
                continue
            term = arg if not part.function else node if part.function == node.name else primitive(part.function, (arg,))
            for name, dimension in zip(part.indices, term.dims[batch:], strict=True):
                numbering.bind(name, dimension)
            values[part.function, part.name] = (term, leading)
    return Local(build(form, values, leading, numbering), batch)


def _root_derivative(node: Term) -> Local:
    """X = R^q makes dX = sum of R^k dR R^(q-1-k), a linear system for dR with Kronecker products as its matrix."""
    if node.order != 2:
        raise CannotDerive("roots of batches of matrices")
    count = node.data[0] if node.data else 2
    dimension = node.dims[0]
    powers = [identity(dimension)]
    for _ in range(count - 1):
        powers.append(einsum(ONE, [(powers[-1], (0, 1)), (node, (1, 2))], (0, 2)))
    pair = flat(dimension, dimension)
    # the row-stacking vec: axes (a, b) with a = (i, j), b = (k, l): (R^m)[i,k] (R^n)[l,j]
    terms = [
        einsum(ONE, [(pair, (0, 2, 3)), (pair, (1, 4, 5)), (powers[k], (2, 4)), (powers[count - 1 - k], (5, 3))], (0, 1))
        for k in range(count)
    ]
    inverse = primitive("inv", (plus(*terms),))
    return Local(einsum(ONE, [(pair, (0, 2, 3)), (pair, (1, 4, 5)), (inverse, (0, 1))], (2, 3, 4, 5)), 0)


def _root_trace_derivative(node: Term) -> Local:
    """tr(X^p) by X is p (X^(p-1))', for every power."""
    arg, count = node.args[0], node.data[0] if node.data else 2
    root = made("primitive", arg.dims, name="root", args=node.args, data=node.data)
    inverse = primitive("inv", (root,))
    factors: list[Factor] = [(inverse, (k, k + 1)) for k in range(count - 1)]
    return Local(einsum(Fraction(1, count), factors, (count - 1, 0)), 0)


def gradient(value: Term, variables: Sequence[Term]) -> Term:
    """The derivative by each variable in turn."""
    for variable in variables:
        value = differentiate(value, variable)
    return value
