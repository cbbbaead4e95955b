"""The differential of each operator: what moves is replaced by its differential, one place at a time.

`differential` maps an expression to its terms, each linear in one differential, and collects the sentences of the rules used.
"""

from __future__ import annotations

from collections.abc import Callable

from shapecheck.core.dimension import ONE as UNIT
from shapecheck.core.expression import Expression, make, number
from shapecheck.core.shape import Shape
from shapecheck.explain import entry_rules, matrix_rules
from shapecheck.explain.question import CannotExplain, is_scalar
from shapecheck.explain.rulebook import Rules, Terms, is_squared_norm, negative
from shapecheck.ops import ROWS

MOST_TERMS = 60


def differential(expression: Expression, rules: Rules) -> Terms:
    """The terms of the differential; none where nothing moves."""
    stack = [expression]
    while stack:
        node = stack[-1]
        if node in rules.terms:
            stack.pop()
            continue
        mark = rules.question.marks.get(node)
        if mark is not None:
            rules.terms[node] = [mark]
            continue
        needed = _needed(node)
        missing = [arg for arg in needed if arg not in rules.terms]
        if missing:
            stack += missing
            continue
        found = _terms(node, rules) if any(rules.terms[arg] for arg in needed) else []
        if len(found) > MOST_TERMS:
            raise CannotExplain("there are too many terms")
        rules.terms[stack.pop()] = found
    return rules.terms[expression]


def _needed(node: Expression) -> tuple[Expression, ...]:
    """The arguments; of a squared norm and of log det, which have rules of their own, those one deeper."""
    if is_squared_norm(node) or (node.op == "log" and node.args[0].op == "det"):
        return node.args[0].args
    return node.args


def _terms(node: Expression, rules: Rules) -> Terms:
    moving = [rules.terms.get(arg, []) for arg in node.args]
    handler = HANDLERS.get(node.op)
    if handler is not None:
        return handler(node, moving, rules)
    row = ROWS.get(node.op)
    if node.op in MULTILINEAR or (row is not None and row.kind == "index"):
        return _multilinear(node, moving)
    if row is not None and row.kind == "elementwise":
        return entry_rules.elementwise(node, moving, rules, tuple(row.derivative.split(";")), row.parameters)
    if row is not None and row.kind == "reduction":
        return entry_rules.reduction(node, moving, rules)
    raise CannotExplain(f"the differential of `{row.name if row else node.op}` is not one of the rules told here")


MULTILINEAR = frozenset({"negate", "scale", "hadamard", "matmul", "transpose", "entry", "sigma", "tensor", "sum", "mean", "unvec"})


def _multilinear(node: Expression, moving: list[Terms]) -> Terms:
    """The product rule: each place changes once, the others stay."""
    found = []
    for place, terms in enumerate(moving):
        for term in terms:
            minus = term.op == "negate"
            args = (*node.args[:place], term.args[0] if minus else term, *node.args[place + 1 :])
            product = make(node.op, args, node.shape, node.data)
            found.append(negative(product) if minus else product)
    return found


def _sum(node: Expression, moving: list[Terms], rules: Rules) -> Terms:
    left, right = ([_spread(term, node.shape) for term in terms] for terms in moving)
    return [*left, *(negative(term) for term in right)] if node.op == "subtract" else [*left, *right]


def _spread(term: Expression, shape: Shape) -> Expression:
    """What is added to every row, every column or every entry, written as a product with ones."""
    if term.shape == shape or [d for d in term.shape.dims if d != UNIT] == [d for d in shape.dims if d != UNIT]:
        return term
    if is_scalar(term):
        return make("scale", (term, make("ones", (), shape)), shape)
    if shape.rank != 2:
        raise CannotExplain("a sum of different shapes")
    if term.shape.rank == 2 and term.shape.dims[0] == UNIT:
        return make("matmul", (make("ones", (), Shape(shape.dims[:1])), term), shape)
    row = make("ones", (), Shape((UNIT, shape.dims[1])))
    return make("matmul", (term, row), shape)


def _block(node: Expression, moving: list[Terms], rules: Rules) -> Terms:
    rules.say("A matrix of blocks changes block by block.")
    found = []
    for place, terms in enumerate(moving):
        for term in terms:
            args = [make("zeros", (), arg.shape) for arg in node.args]
            args[place] = term
            found.append(make("block", tuple(args), node.shape, node.data))
    return found


def _ratio(node: Expression, moving: list[Terms], rules: Rules) -> Terms:
    above, below = node.args
    found = [make("ratio", (term, below), node.shape) for term in moving[0]]
    if moving[1]:
        rules.say("Quotient rule: d(a / b) = da / b - a db / b^2.")
        square = make("epower", (below, number(2)), below.shape)
        for term in moving[1]:
            if is_scalar(term):
                upper = make("scale", (above, term) if is_scalar(above) else (term, above), above.shape)
            else:
                upper = make("hadamard", (above, term), node.shape)
            found.append(negative(make("ratio", (upper, square), node.shape)))
    return found


Handler = Callable[[Expression, list[Terms], Rules], Terms]


HANDLERS: dict[str, Handler] = {
    "add": _sum,
    "subtract": _sum,
    "block": _block,
    "ratio": _ratio,
    "epower": entry_rules.epower,
    "inv": matrix_rules.inverse,
    "pinv": matrix_rules.pseudoinverse,
    "det": matrix_rules.determinant,
    "logdet": matrix_rules.logdet,
    "softmax": entry_rules.softmax,
    "logsoftmax": entry_rules.softmax,
    "power": matrix_rules.power,
}
