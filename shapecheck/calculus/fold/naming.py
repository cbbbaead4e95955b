"""Results written with the names that the sheet has already given to parts of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction

from shapecheck.calculus.fold.context import Context
from shapecheck.calculus.fold.product import ONCE, Product, assemble, chained, flattened, negated
from shapecheck.calculus.fold.transposing import reversed_chain, transpose
from shapecheck.core.expression import Expression, make
from shapecheck.core.record import dataclass, replace
from shapecheck.core.term import Number

MAX_NODES = 4000


@dataclass(frozen=True, slots=True)
class Name:
    """A defined name with its value, both as products and as chains to look for."""

    variable: Expression
    value: Product
    sum: Mapping[Expression, Number]  # a value that is a sum, as its terms


def name_of(variable: Expression, value: Product) -> Name | None:
    """Only values that are longer than a name are worth looking for, and only plain ones are found."""
    core = assemble(replace(value, coefficient=ONCE))
    if core.op in ("variable", "number", "ones", "zeros", "identity", "size"):
        return None
    return Name(variable, value, _terms(core))


def _terms(expression: Expression) -> dict[Expression, Number]:
    if expression.op not in ("add", "subtract"):
        return {}
    found: dict[Expression, Number] = {}
    pending: list[tuple[Number, Expression]] = [(ONCE, expression)]
    while pending:
        weight, node = pending.pop()
        if node.op in ("add", "subtract"):
            pending += [(weight if node.op == "add" else -weight, node.args[1]), (weight, node.args[0])]
        elif node.op == "negate":
            pending.append((-weight, node.args[0]))
        elif node.op == "scale" and node.args[0].op == "number":
            pending.append((weight * node.args[0].data[0], node.args[1]))
        else:
            found[node] = found.get(node, Fraction(0)) + weight
    return found


def named(expression: Expression, names: Iterable[Name], context: Context) -> Expression:
    """The expression with every part that equals a name's value replaced, values that contain more first."""
    ordered = sorted(names, key=lambda name: -_size(name.value))
    for name in ordered:
        expression = _replace(expression, name, context)
    return expression


def _size(value: Product) -> int:
    seen, pending = 0, [assemble(value)]
    while pending and seen < MAX_NODES:
        pending.extend(pending.pop().args)
        seen += 1
    return seen


def _replace(root: Expression, name: Name, context: Context) -> Expression:
    done: dict[Expression, Expression] = {}
    pending = [root]
    while pending:
        node = pending[-1]
        if node in done:
            pending.pop()
            continue
        if len(done) > MAX_NODES:
            return root
        direct = _direct(node, name, context)
        if direct is not None:
            done[node] = direct
            pending.pop()
            continue
        missing = [argument for argument in node.args if argument not in done]
        if missing:
            pending.extend(missing)
            continue
        pending.pop()
        args = tuple(done[argument] for argument in node.args)
        done[node] = node if args == node.args else lifted(node, args, context)
    return done[root]


def lifted(node: Expression, args: tuple[Expression, ...], context: Context) -> Expression:
    """The node with new arguments; a minus inside a product comes to its front."""
    if node.op == "transpose" and args[0].op != "negate":
        return transpose(args[0], context)
    count = sum(argument.op == "negate" for argument in args)
    if not count or node.op not in ("matmul", "hadamard", "ratio", "scale", "transpose", "negate"):
        return make(node.op, args, node.shape, node.data)
    bare = tuple(argument.args[0] if argument.op == "negate" else argument for argument in args)
    plain = bare[0] if node.op == "negate" else make(node.op, bare, node.shape, node.data)
    odd = count % 2 == 1
    return negated(plain) if odd != (node.op == "negate") else plain


def _direct(node: Expression, name: Name, context: Context) -> Expression | None:
    """What the node becomes where it is the name's value, its transpose, a multiple, or a product that contains it."""
    if name.sum and node.op in ("add", "subtract"):
        return _in_sum(node, name, context)
    value = name.value
    if not value.chain:
        return name.variable if node is assemble(value) else None
    if value.scalars or value.coefficient != 1 or name.sum:
        whole = assemble(value)
        return name.variable if node is whole else None
    if node is value.chain[0] and len(value.chain) == 1:
        return name.variable
    if node.op != "matmul" or len(value.chain) < 2:
        return None
    return _in_chain(node, name, context)


def _in_sum(node: Expression, name: Name, context: Context) -> Expression | None:
    terms = _terms(node)
    first = next(iter(name.sum))
    if first not in terms or any(part not in terms for part in name.sum):
        return None
    ratio = terms[first] / name.sum[first]
    if any(terms[part] != ratio * weight for part, weight in name.sum.items()) or abs(ratio) != 1:
        return None
    coefficient = name.value.coefficient
    if coefficient != 1 or name.value.scalars:
        return None
    whole = name.variable if ratio == 1 else negated(name.variable)
    if node.shape != name.variable.shape and len(terms) == len(name.sum):
        return None
    for part, weight in terms.items():
        if part in name.sum:
            continue
        part, size = _replace(part, name, context), abs(weight)
        term = part if size == 1 else make("scale", (make("number", data=(size,)), part), part.shape)
        whole = make("add" if weight > 0 else "subtract", (whole, term), node.shape)
    return whole


def _in_chain(node: Expression, name: Name, context: Context) -> Expression | None:
    chain = list(flattened(node))
    length = len(name.value.chain)
    turned = reversed_chain(name.value.chain, context)
    changed = False
    place = 0
    while place + length <= len(chain):
        window = tuple(chain[place : place + length])
        if window == name.value.chain:
            chain[place : place + length] = [name.variable]
            changed = True
        elif window == turned:
            chain[place : place + length] = [transpose(name.variable, context)]
            changed = True
        place += 1
    if not changed:
        return None
    return chained(tuple(chain))
