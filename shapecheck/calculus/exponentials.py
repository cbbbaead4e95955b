"""Exponentials over their sums are softmax, and exp(x) / (1 + exp(x)) is sigmoid: shorter to write and to derive."""

from __future__ import annotations

from fractions import Fraction

from shapecheck.calculus.canonical import Factor
from shapecheck.calculus.leaves import made
from shapecheck.calculus.network import Network
from shapecheck.core.term import Term


def logistic_of(term: Term) -> Term | None:
    """x where the term is 1 + exp(x)."""
    if term.kind != "add" or len(term.args) != 2 or term.coefficient != (1, 1):
        return None
    for one, other in (term.args, term.args[::-1]):
        plain = one.kind == "einsum" and not one.args and len(set(one.indices[-1])) == term.order
        if plain and other.kind == "map" and other.name == "exp":
            return other.args[0]
    return None


def merge_exponentials(network: Network) -> bool:
    """exp(x)[i] over sum(exp(x)) becomes softmax(x)[i], one power of the sum at a time; exp(x) sigmoid(-x) becomes sigmoid(x)."""
    for place, (term, indices) in enumerate(network.factors):
        if term.kind != "map" or term.name != "exp":
            continue
        for other, (second, axes) in enumerate(network.factors):
            fresh = _merged(term, indices, second, axes)
            if fresh is not None:
                network.drop(place, other)
                network.factors += fresh
                return True
    return False


QUOTIENTS = {("sinh", "cosh"): "tanh", ("sin", "cos"): "tan"}
MASKED = {("step", "relu"): "relu", ("sign", "abs"): ""}
"""What stays of two factors with one argument: relu(x) is step(x) relu(x), and x is sign(x) abs(x)."""


def merge_functions(network: Network) -> bool:
    """Two functions of one argument over the same indices whose product is another."""
    for place, (term, indices) in enumerate(network.factors):
        if term.kind != "map" or len(term.args) != 1:
            continue
        for other, (second, axes) in enumerate(network.factors):
            if axes == indices and other != place and (fresh := _product(term, second)) is not None:
                network.drop(place, other)
                network.factors.append((fresh, indices))
                return True
    return False


def _product(first: Term, second: Term) -> Term | None:
    if second.kind != "map":
        return None
    if second.name == "pow" and second.data[0] == -1 and second.args[0].kind == "map" and second.args[0].args == first.args:
        name = QUOTIENTS.get((first.name, second.args[0].name))
        return None if name is None else made("map", first.dims, name=name, args=first.args)
    if second.args != first.args or (first.name, second.name) not in MASKED:
        return None
    name = MASKED[first.name, second.name]
    return made("map", first.dims, name=name, args=first.args) if name else first.args[0]


def _merged(term: Term, indices: tuple[int, ...], second: Term, axes: tuple[int, ...]) -> list[Factor] | None:
    if second.kind != "map":
        return None
    if second.name == "sigmoid" and axes == indices and _is_negative(second.args[0], term.args[0]):
        return [(made("map", term.dims, name="sigmoid", args=term.args), indices)]
    if second.name != "pow" or not _is_sum_of(second.args[0], term) or axes != indices[:-1]:
        return None
    exponent = second.data[0]
    if not isinstance(exponent, Fraction) or exponent.denominator != 1 or exponent >= 0:
        return None
    factors: list[Factor] = [(made("primitive", term.dims, name="softmax", args=term.args), indices)]
    if exponent != -1:
        factors.append((made("map", second.dims, name="pow", args=second.args, data=(exponent + 1,)), axes))
    return factors


def _is_sum_of(total: Term, term: Term) -> bool:
    """Whether the first is the second, summed over its last axis."""
    if total.kind != "einsum" or total.args != (term,) or total.coefficient[0] != 1:
        return False
    inner, out = total.indices
    return out == inner[:-1] and len(set(inner)) == len(inner)


def _is_negative(first: Term, second: Term) -> bool:
    if first.kind == "add" and second.kind == "add":
        return first.args == second.args and all(a == -b for a, b in zip(first.coefficient, second.coefficient, strict=True))
    one, other = (_split(first), _split(second))
    return one[0] == -other[0] and one[1] == other[1]


def _split(term: Term) -> tuple[Fraction | float, tuple[object, ...]]:
    if term.kind == "einsum":
        if len(term.args) == 1 and term.indices[0] == term.indices[1]:
            return term.coefficient[0], (term.args[0],)
        return term.coefficient[0], (*term.args, term.indices)
    return Fraction(1), (term,)
