"""Differentials of functions of entries: elementwise ones, those that turn many entries into one number, and softmax."""

from __future__ import annotations

from shapecheck.core.dimension import ONE as UNIT
from shapecheck.core.expression import Expression, make, number
from shapecheck.core.shape import Shape
from shapecheck.explain.matrix_rules import trace
from shapecheck.explain.question import CannotExplain, flip, is_scalar
from shapecheck.explain.rulebook import Rules, Terms, is_squared_norm, paired
from shapecheck.ops import ROWS


def epower(node: Expression, moving: list[Terms], rules: Rules) -> Terms:
    if is_squared_norm(node):
        inner = node.args[0].args[0]
        rules.say("The squared norm is the sum of the squared entries, and each square x^2 has the differential 2 x dx.")
        if inner.shape.rank > 1:
            twice = make("scale", (number(2), inner), inner.shape)
            return [make("inner", (twice, term)) for term in rules.terms[inner]]
        return [make("scale", (number(2), paired(inner, term))) for term in rules.terms[inner]]
    return elementwise(node, moving, rules, ("y .* x.^(y - 1)", "log(x) .* x.^y"), ("x", "y"))


def elementwise(node: Expression, moving: list[Terms], rules: Rules, formulas: tuple[str, ...], parameters: tuple[str, ...]) -> Terms:
    if node.op == "log" and node.args[0].op == "det":
        rules.say("Jacobi's formula: log det M has the differential tr(inv(M) dM).")
        inner = node.args[0].args[0]
        return [trace(make("inv", (inner,), inner.shape), term) for term in rules.terms[inner]]
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


def reduction(node: Expression, moving: list[Terms], rules: Rules) -> Terms:
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


def softmax(node: Expression, moving: list[Terms], rules: Rules) -> Terms:
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
