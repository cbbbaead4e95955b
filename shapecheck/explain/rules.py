"""The differential of each operator: what moves is replaced by its differential, one place at a time.

`differential` maps an expression to its terms, each linear in one differential, and collects the sentences of the rules used.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction

from shapecheck.calculus.differentiate import differentiate
from shapecheck.calculus.formula import interpret
from shapecheck.calculus.leaves import is_zero
from shapecheck.calculus.rebuild import substitute
from shapecheck.core.dimension import ONE as UNIT
from shapecheck.core.expression import Expression, make, number, variable
from shapecheck.core.record import dataclass, field
from shapecheck.core.shape import Shape
from shapecheck.core.term import Term
from shapecheck.explain.question import FAILURES, CannotExplain, Question, flip, is_scalar, is_vector, times
from shapecheck.ops import ROWS

Terms = list[Expression]
MOST_TERMS = 60


@dataclass(slots=True)
class Rules:
    """The rules of one line; `reasons` are the sentences of those that were used, in order."""

    question: Question
    reasons: dict[str, None] = field(default_factory=dict)
    terms: dict[Expression, Terms] = field(default_factory=dict)

    def say(self, reason: str) -> None:
        self.reasons[reason] = None

    def folded(self, formula: str, values: Mapping[str, Expression], whole: bool = False) -> Expression | None:
        """A formula of the operator table at these values, reductions in it over all entries if `whole`; None where it is zero."""
        lowering = self.question.lowering()
        like = next(iter(values.values()))
        try:
            given = {name: lowering(value) for name, value in values.items()}
            term = interpret(formula, given, tuple(range(next(iter(given.values())).order)) if whole else ())
        except FAILURES as error:
            raise CannotExplain(f"{error}") from error
        return self._short(term, like)

    def slope(self, node: Expression) -> Expression | None:
        """The derivative, entry by entry, of a function that the table defines by others."""
        value = node.args[0]
        mark = variable("·", value.shape)
        lowering = self.question.lowering()
        try:
            whole = lowering(make("sum", (make(node.op, (mark,), node.shape, node.data),)))
            term = differentiate(whole, lowering.leaf(mark))
            return self._short(substitute(term, {lowering.leaf(mark): lowering(value)}), value)
        except FAILURES as error:
            raise CannotExplain(f"{error}") from error

    def _short(self, term: Term, like: Expression) -> Expression | None:
        if is_zero(term):
            return None
        found = self.question.folded(term, like.shape if term.order else Shape())
        if found is None:
            raise CannotExplain("a function's derivative has no short form")
        return found


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


def is_squared_norm(node: Expression) -> bool:
    if node.op != "epower":
        return False
    base, exponent = node.args
    return base.op == "norm" and not base.data and exponent.op == "number" and exponent.data[0] == 2


def _terms(node: Expression, rules: Rules) -> Terms:
    moving = [rules.terms.get(arg, []) for arg in node.args]
    handler = HANDLERS.get(node.op)
    if handler is not None:
        return handler(node, moving, rules)
    row = ROWS.get(node.op)
    if node.op in MULTILINEAR or (row is not None and row.kind == "index"):
        return _multilinear(node, moving)
    if row is not None and row.kind == "elementwise":
        return _elementwise(node, moving, rules, tuple(row.derivative.split(";")), row.parameters)
    if row is not None and row.kind == "reduction":
        return _reduction(node, moving, rules)
    raise CannotExplain(f"the differential of `{row.name if row else node.op}` is not one of the rules told here")


MULTILINEAR = frozenset({"negate", "scale", "hadamard", "matmul", "transpose", "entry", "sigma", "tensor", "sum", "mean"})


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


def negative(term: Expression) -> Expression:
    if term.op == "negate":
        return term.args[0]
    if term.op == "scale" and term.args[0].op == "number":
        return make("scale", (number(-term.args[0].data[0]), term.args[1]), term.shape)
    return make("negate", (term,), term.shape)


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


def _epower(node: Expression, moving: list[Terms], rules: Rules) -> Terms:
    if is_squared_norm(node):
        inner = node.args[0].args[0]
        rules.say("The squared norm is the sum of the squared entries, and each square x^2 has the differential 2 x dx.")
        if inner.shape.rank > 1:
            twice = make("scale", (number(2), inner), inner.shape)
            return [make("inner", (twice, term)) for term in rules.terms[inner]]
        return [make("scale", (number(2), paired(inner, term))) for term in rules.terms[inner]]
    return _elementwise(node, moving, rules, ("y .* x.^(y - 1)", "log(x) .* x.^y"), ("x", "y"))


def paired(left: Expression, right: Expression) -> Expression:
    """The sum of the products of equal entries, as a product of vectors where they are such."""
    if is_scalar(left):
        return make("scale", (left, right), right.shape)
    if is_vector(left) and is_vector(right):
        return make("matmul", (flip(left), right))
    return make("inner", (left, right))


def _elementwise(node: Expression, moving: list[Terms], rules: Rules, formulas: tuple[str, ...], parameters: tuple[str, ...]) -> Terms:
    if node.op == "log" and node.args[0].op == "det":
        rules.say("Jacobi's formula: log det M has the differential tr(inv(M) dM).")
        inner = node.args[0].args[0]
        return [_trace(make("inv", (inner,), inner.shape), term) for term in rules.terms[inner]]
    found: Terms = []
    values = dict(zip(parameters, node.args, strict=True))
    for formula, terms in zip(formulas, moving, strict=True):
        if not terms:
            continue
        slope = rules.folded(formula, values) if formula else rules.slope(node)
        if slope is None:
            continue
        for term in terms:
            if is_scalar(slope):
                found.append(make("scale", (slope, term), node.shape))
            elif is_scalar(term):
                found.append(make("scale", (term, slope), node.shape))
            else:
                found.append(make("hadamard", (slope, term), node.shape))
    entry = "" if is_scalar(node) else ", entry by entry"
    rules.say(f"Chain rule: f(z) has the differential f'(z) dz{entry}.")
    return found


def _reduction(node: Expression, moving: list[Terms], rules: Rules) -> Terms:
    value = node.args[0]
    if node.data:
        return _along(node, moving, rules)
    if node.op == "norm":
        rules.say("The norm changes by the part of the change along z: d‖z‖ = (z : dz) / ‖z‖.")
        return [make("ratio", (paired(value, term), node)) for term in moving[0]]
    if node.op == "norm1":
        rules.say("Each absolute value |z| changes by sign(z) dz.")
        return [paired(make("sign", (value,), value.shape), term) for term in moving[0]]
    if node.op == "logsumexp":
        rules.say("The log of a sum of exponentials changes by the mean of all changes, weighted with softmax.")
        if value.shape.rank == 1:
            return [paired(make("softmax", (value,), value.shape), term) for term in moving[0]]
        shifted = make("subtract", (value, node), value.shape)
        return [paired(make("exp", (shifted,), value.shape), term) for term in moving[0]]
    row = ROWS[node.op]
    slope = rules.folded(row.derivative, {row.parameters[0]: value}, whole=True) if row.derivative else None
    if slope is None or slope.shape != value.shape:
        raise CannotExplain(f"the differential of `{node.op}` is not one of the rules told here")
    rules.say(f"Chain rule: each entry's change counts as much as `{node.op}` changes with that entry.")
    return [paired(slope, term) for term in moving[0]]


def _along(node: Expression, moving: list[Terms], rules: Rules) -> Terms:
    """Row by row, or column by column."""
    value = node.args[0]
    if value.shape.rank != 2 or node.op not in ("logsumexp", "norm"):
        raise CannotExplain(f"the differential of `{node.op}` along an axis is not one of the rules told here")
    if node.op == "norm":
        rules.say("Each norm changes by the part of the change along its vector: d‖z‖ = (z : dz) / ‖z‖.")
        sums = [_summed(make("hadamard", (value, term), value.shape), node) for term in moving[0]]
        return [make("ratio", (part, node), node.shape) for part in sums]
    rules.say("Each log of a sum of exponentials changes by the mean of its changes, weighted with softmax.")
    shifted = make("subtract", (value, node), value.shape)
    rows = node.data[0] in (1, -1)
    weights = make("softmax", (value,), value.shape) if rows else make("exp", (shifted,), value.shape)
    return [_summed(make("hadamard", (weights, term), value.shape), node) for term in moving[0]]


def _summed(value: Expression, like: Expression) -> Expression:
    return make("sum", (value,), like.shape, like.data)


def _pseudoinverse(node: Expression, moving: list[Terms], rules: Rules) -> Terms:
    rules.say("Differential of the pseudoinverse of a matrix of full rank (Golub and Pereyra).")
    matrix = node.args[0]
    rows, columns = matrix.shape.dims[0], node.shape.dims[0]
    left, right = times(node, matrix), times(matrix, node)
    outside = make("subtract", (make("identity", (), Shape((rows, rows))), right), right.shape)
    inside = make("subtract", (make("identity", (), Shape((columns, columns))), left), left.shape)
    found = []
    for term in moving[0]:
        found.append(negative(times(times(node, term), node)))
        found.append(times(times(times(node, flip(node)), flip(term)), outside))
        found.append(times(times(inside, flip(term)), times(flip(node), node)))
    return found


def _trace(left: Expression, term: Expression) -> Expression:
    return make("tr", (times(left, term),))


def _inverse(node: Expression, moving: list[Terms], rules: Rules) -> Terms:
    rules.say("Differential of an inverse: from M inv(M) = I follows d inv(M) = -inv(M) dM inv(M).")
    return [negative(times(node, times(term, node))) for term in moving[0]]


def _determinant(node: Expression, moving: list[Terms], rules: Rules) -> Terms:
    rules.say("Jacobi's formula: det M has the differential det(M) tr(inv(M) dM).")
    inner = node.args[0]
    return [make("scale", (node, _trace(make("inv", (inner,), inner.shape), term))) for term in moving[0]]


def _logdet(node: Expression, moving: list[Terms], rules: Rules) -> Terms:
    rules.say("Jacobi's formula: log det M has the differential tr(inv(M) dM).")
    inner = node.args[0]
    return [_trace(make("inv", (inner,), inner.shape), term) for term in moving[0]]


def _softmax(node: Expression, moving: list[Terms], rules: Rules) -> Terms:
    shape = node.shape
    value = make("softmax", node.args, shape)
    if shape.rank == 1:
        if node.op == "logsoftmax":
            rules.say("Differential of log softmax: every entry loses the mean change, weighted with softmax(z).")
            ones = make("ones", (), shape)
            return [make("subtract", (term, make("scale", (paired(value, term), ones), shape)), shape) for term in moving[0]]
        rules.say("Differential of softmax: dp = (diag(p) - p p') dz with p = softmax(z).")
        square = Shape((*shape.dims, *shape.dims))
        spread = make("subtract", (make("diag", (value,), square), make("matmul", (value, flip(value)), square)), square)
        return [make("matmul", (spread, term), shape) for term in moving[0]]
    if shape.rank != 2 or UNIT in shape.dims:
        raise CannotExplain("softmax of tensors")
    return [_softmax_rows(node, value, term, rules) for term in moving[0]]


def _softmax_rows(node: Expression, value: Expression, term: Expression, rules: Rules) -> Expression:
    shape, rows = node.shape, Shape(node.shape.dims[:1])
    weighted = make("hadamard", (value, term), shape)
    centred = make("subtract", (term, make("sum", (weighted,), rows, (1,))), shape)
    if node.op == "logsoftmax":
        rules.say("Differential of log softmax, row by row: every entry loses its row's mean change, weighted with softmax.")
        return centred
    rules.say("Differential of softmax, row by row: dP = P .* (dZ - sum(P .* dZ, 2)).")
    return make("hadamard", (value, centred), shape)


def _power(node: Expression, moving: list[Terms], rules: Rules) -> Terms:
    base, exponent = node.args[0], Fraction(node.data[0])
    if exponent.denominator != 1 or not 2 <= exponent <= 5:
        raise CannotExplain("the differential of this power is not one of the rules told here")
    count = int(exponent)
    rules.say("Product rule: each factor of the power changes once.")
    found = []
    for term in moving[0]:
        for before in range(count):
            product = term
            for side, exponent_ in (("left", before), ("right", count - 1 - before)):
                factor = base if exponent_ == 1 else make("power", (base,), base.shape, (Fraction(exponent_),))
                if exponent_:
                    product = times(factor, product) if side == "left" else times(product, factor)
            found.append(product)
    return found


Handler = Callable[[Expression, list[Terms], Rules], Terms]

HANDLERS: dict[str, Handler] = {
    "add": _sum,
    "subtract": _sum,
    "block": _block,
    "ratio": _ratio,
    "epower": _epower,
    "inv": _inverse,
    "pinv": _pseudoinverse,
    "det": _determinant,
    "logdet": _logdet,
    "softmax": _softmax,
    "logsoftmax": _softmax,
    "power": _power,
}
