"""Differentials of functions of matrices: inverses, determinants, powers."""

from __future__ import annotations

from fractions import Fraction

from shapecheck.core.expression import Expression, make
from shapecheck.core.shape import Shape
from shapecheck.explain.question import CannotExplain, flip, times
from shapecheck.explain.rulebook import Rules, Terms, negative


def trace(left: Expression, term: Expression) -> Expression:
    return make("tr", (times(left, term),))


def inverse(node: Expression, moving: list[Terms], rules: Rules) -> Terms:
    rules.say("Differential of an inverse: from M inv(M) = I follows d inv(M) = -inv(M) dM inv(M).")
    return [negative(times(node, times(term, node))) for term in moving[0]]


def pseudoinverse(node: Expression, moving: list[Terms], rules: Rules) -> Terms:
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


def determinant(node: Expression, moving: list[Terms], rules: Rules) -> Terms:
    rules.say("Jacobi's formula: det M has the differential det(M) tr(inv(M) dM).")
    inner = node.args[0]
    return [make("scale", (node, trace(make("inv", (inner,), inner.shape), term))) for term in moving[0]]


def logdet(node: Expression, moving: list[Terms], rules: Rules) -> Terms:
    rules.say("Jacobi's formula: log det M has the differential tr(inv(M) dM).")
    inner = node.args[0]
    return [trace(make("inv", (inner,), inner.shape), term) for term in moving[0]]


def power(node: Expression, moving: list[Terms], rules: Rules) -> Terms:
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
