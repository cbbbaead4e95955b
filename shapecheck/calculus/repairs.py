"""What would make a wrong claim right: symmetric arguments, two factors swapped, a term more or less."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from shapecheck.calculus import compare
from shapecheck.calculus.arrays import Array, np
from shapecheck.calculus.context import CannotDerive, Context
from shapecheck.calculus.draws import SUMS_TO_ONE
from shapecheck.calculus.evaluate import Assignment, schedule, value_of
from shapecheck.calculus.evaluate_order import schedule as order_of
from shapecheck.calculus.product import einsum
from shapecheck.calculus.sample import assignments
from shapecheck.calculus.verify import close, squeezed, term_value
from shapecheck.core.expression import Expression, make
from shapecheck.core.record import replace

if TYPE_CHECKING:
    from shapecheck.calculus.claimed import Claimed

MAX_TRIES = 12


def _squares(expressions: Sequence[Expression], context: Context) -> list[Expression]:
    """Square matrices among the variables that are not declared symmetric."""
    found = []
    for node in schedule(list(expressions), context.definitions):
        if node.op == "variable" and node not in context.definitions and node.shape.rank == 2:
            first, second = context.dims(node.shape)
            if first == second and first.constant != 1 and "symmetric" not in context.properties.get(node, frozenset()):
                found.append(node)
    return found


def _symmetric(context: Context, names: Sequence[Expression]) -> Context:
    properties = dict(context.properties)
    for name in names:
        properties[name] = properties.get(name, frozenset()) | {"symmetric"}
    return replace(context, properties=properties)


def _told(names: Sequence[Expression]) -> str:
    text = [str(name.data[0]) for name in names]
    return (
        f"right only if {text[0]} is symmetric" if len(text) == 1 else f"right only if {', '.join(text[:-1])} and {text[-1]} are symmetric"
    )


def symmetric_only(left: Expression, right: Expression, context: Context) -> str:
    """Whether two sides are equal once some square matrices are symmetric."""

    def holds(names: Sequence[Expression]) -> bool:
        given = _symmetric(context, names)
        pairs = [
            (squeezed(value_of(left, a, given.definitions), left.shape), squeezed(value_of(right, a, given.definitions), right.shape))
            for a in assignments([left, right], given, 2)
        ]
        return all(close(a, b, compare.TOLERANCE) for a, b in pairs)

    return _fewest(_squares([left, right], context), holds)


def orthogonal_only(left: Expression, right: Expression, context: Context) -> str:
    """Whether two sides are equal once one matrix is orthogonal: `R' R == I`."""
    for name in schedule([left, right], context.definitions):
        if name.op != "variable" or name in context.definitions or name.shape.rank != 2:
            continue
        given = replace(context, properties={**context.properties, name: frozenset({"orthogonal"})})
        try:
            drawn = list(assignments([left, right], given, 2))
            pairs = [
                (squeezed(value_of(left, a, given.definitions), left.shape), squeezed(value_of(right, a, given.definitions), right.shape))
                for a in drawn
            ]
        except (CannotDerive, np.linalg.LinAlgError):
            continue
        if pairs and all(close(a, b, compare.TOLERANCE) for a, b in pairs):
            return f"right only if {name.data[0]} is orthogonal"
    return ""


def symmetric_only_term(said: Claimed, right: Expression, context: Context) -> str:
    """The same for a right side against the term that it should be."""
    from shapecheck.calculus.deciding import with_values

    if said.term is None:
        return ""
    nodes = order_of(said.term)
    values = [part.value for part in said.parts] if said.of is None else [said.of]

    def holds(symmetric: Sequence[Expression]) -> bool:
        given = _symmetric(context, symmetric)
        for assignment in assignments([*values, *said.held, *said.weights, right], given, 2):
            value = squeezed(value_of(right, assignment, given.definitions), right.shape)
            if not close(value, term_value(nodes, with_values(assignment, said.held, given)), compare.TOLERANCE):
                return False
        return True

    return _fewest(_squares([*values, *said.held, right], context), holds)


ONLY_IF = "right only if "
OF_PROBABILITIES = "sums to one, as a one-hot vector does"


def sums_to_one(said: Claimed, right: Expression, context: Context) -> str:
    """The names that the claim takes for probabilities or one-hot: `softmax(z) - y` is right if y sums to one."""
    from shapecheck.calculus.deciding import samples

    values = [part.value for part in said.parts] if said.of is None else [said.of]
    nodes = schedule([*values, *said.held, right], context.definitions)
    if not any(node.op in ("softmax", "logsoftmax", "logsumexp", "exp") for node in nodes):
        return ""
    for name in nodes:
        if name.op != "variable" or name in context.definitions or name in said.held or not name.shape.dims:
            continue
        given = replace(context, properties={**context.properties, name: frozenset({SUMS_TO_ONE})})
        try:
            found = samples(said, right, given)
        except (CannotDerive, np.linalg.LinAlgError):
            continue
        if compare.agree([sample.right for sample in found], [sample.true for sample in found]):
            return f"{ONLY_IF}{name.data[0]} {OF_PROBABILITIES}"
    return ""


def is_of_probabilities(how: str) -> bool:
    return how.endswith(OF_PROBABILITIES)


def probabilities(how: str) -> str | None:
    """The name that is taken for probabilities."""
    return how.removeprefix(ONLY_IF).removesuffix(OF_PROBABILITIES).strip() if is_of_probabilities(how) else None


def _fewest(candidates: Sequence[Expression], holds: Any) -> str:
    if not candidates:
        return ""
    try:
        if not holds(candidates):
            return ""
        for candidate in candidates if len(candidates) > 1 else ():
            if holds([candidate]):
                return _told([candidate])
    except (CannotDerive, np.linalg.LinAlgError):
        return ""
    return _told(candidates)


def swapped(right: Expression, trues: Sequence[Array], used: Sequence[Assignment], context: Context) -> str:
    """Whether two neighbouring factors of a product on the right side stand in the wrong order."""
    for attempt in _swaps(right):
        try:
            values = [squeezed(value_of(attempt, assignment, context.definitions), right.shape) for assignment in used]
        except (CannotDerive, ValueError, np.linalg.LinAlgError):
            continue
        if compare.agree(values, trues):
            return "factors-swapped"
    return ""


def _chain(node: Expression) -> list[Expression]:
    return [*_chain(node.args[0]), *_chain(node.args[1])] if node.op == "matmul" else [node]


def _swaps(expression: Expression) -> Iterator[Expression]:
    """The expression with two neighbouring square factors of one shape exchanged, in one place."""
    count = 0
    for node in schedule([expression], {}):
        factors = _chain(node) if node.op == "matmul" else []
        for place in range(len(factors) - 1):
            first, second = factors[place], factors[place + 1]
            if first.shape != second.shape or first is second or first.shape.rank != 2:
                continue
            exchanged = [*factors[:place], second, first, *factors[place + 2 :]]
            count += 1
            if count > MAX_TRIES:
                return
            rebuilt = _rebuilt_chain(node, exchanged)
            if rebuilt is not None:
                yield _replaced(expression, node, rebuilt)


def _rebuilt_chain(node: Expression, factors: list[Expression]) -> Expression | None:
    """The same bracketing with other factors of the same shapes."""
    given = iter(factors)

    def build(part: Expression) -> Expression:
        if part.op != "matmul":
            return next(given)
        left = build(part.args[0])
        return make("matmul", (left, build(part.args[1])), part.shape, part.data)

    return build(node) if len(factors) < 200 else None


def _replaced(expression: Expression, old: Expression, new: Expression) -> Expression:
    known: dict[Expression, Expression] = {old: new}
    for node in schedule([expression], {}):
        if node not in known:
            args = tuple(known[arg] for arg in node.args)
            known[node] = node if args == node.args else make(node.op, args, node.shape, node.data)
    return known[expression]


def off_by_term(right: Expression, term: Any, trues: Sequence[Array], used: Sequence[Assignment], context: Context) -> str:
    """Whether one term of the right side is too many, or has the wrong sign or half or twice its size, or one is missing."""
    summands = list(_summands(right))
    for sign, summand in summands if len(summands) > 1 else ():
        if summand.shape != right.shape:
            continue
        values = [squeezed(value_of(summand, assignment, context.definitions), summand.shape) for assignment in used]
        rights = [squeezed(value_of(right, assignment, context.definitions), right.shape) for assignment in used]
        gaps = [r - t for r, t in zip(rights, trues, strict=True)]
        for factor, text in (
            (1.0, "one term too many"),
            (2.0, "a term has the wrong sign"),
            (-1.0, "a term lacks the factor 2"),
            (0.5, "a term is twice what it should be"),
        ):
            if compare.agree(gaps, [sign * factor * value for value in values]):
                return text
    return _missing(right, term, trues, used, context)


def _missing(right: Expression, term: Any, trues: Sequence[Array], used: Sequence[Assignment], context: Context) -> str:
    parts = _parts(term)
    rights = [squeezed(value_of(right, assignment, context.definitions), right.shape) for assignment in used]
    if any(r.shape != t.shape for r, t in zip(rights, trues, strict=True)):
        return ""
    gaps = [t - r for r, t in zip(rights, trues, strict=True)]
    for weight, part in parts:
        nodes = order_of(part)
        try:
            values = [float(weight) * term_value(nodes, assignment) for assignment in used]
        except KeyError:
            continue
        if compare.agree(gaps, values):
            return "a term is missing"
    return ""


def _parts(term: Any) -> list[tuple[Any, Any]]:
    """The terms of a sum, or of a product with a sum: `2 A' (A x - b)` has two."""
    if term.kind == "add":
        return list(zip(term.coefficient, term.args, strict=True))
    place = next((place for place, part in enumerate(term.args) if part.kind == "add"), None) if term.kind == "einsum" else None
    if place is None:
        return []
    whole, factors = term.args[place], list(zip(term.args, term.indices, strict=False))
    products = [[*factors[:place], (part, term.indices[place]), *factors[place + 1 :]] for part in whole.args]
    sizes = dict(enumerate(term.data))
    terms = [einsum(term.coefficient[0], product, term.indices[-1], sizes) for product in products]
    return list(zip(whole.coefficient, terms, strict=True))


def _summands(expression: Expression) -> Iterator[tuple[int, Expression]]:
    """The terms of a sum with their signs."""
    stack = [(1, expression)]
    count = 0
    while stack and count < 40:
        sign, node = stack.pop()
        count += 1
        if node.op in ("add", "subtract"):
            first, second = node.args
            stack += (sign, first), (-sign if node.op == "subtract" else sign, second)
        elif node.op == "negate":
            stack.append((-sign, node.args[0]))
        else:
            yield sign, node
