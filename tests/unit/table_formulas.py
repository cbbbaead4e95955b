"""Formulas made of the rows of the operator table: each row on general arguments, and every pair of rows composed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import product
from typing import Any

from shapecheck.calculus.context import Context
from shapecheck.core.dimension import ONE, Dimension, integer, named
from shapecheck.core.expression import Expression, make, variable
from shapecheck.core.shape import Shape
from shapecheck.ops import ROWS
from shapecheck.ops.row import Row

M, N = named("M"), named("N")


@dataclass(frozen=True)
class Formula:
    """An expression of the table with the variable to derive it by."""

    name: str
    expression: Expression
    by: Expression
    context: Context = field(default_factory=Context)


def _signature(row: Row) -> tuple[tuple[str, ...], str]:
    inputs, _, output = row.signature.partition("->")
    return tuple(part.strip() for part in _parts(inputs)), output.strip()


def _parts(text: str) -> list[str]:
    parts, depth = [""], 0
    for sign in text:
        depth += (sign == "(") - (sign == ")")
        if sign == "," and not depth:
            parts.append("")
        else:
            parts[-1] += sign
    return parts


SIZES = {"m": M, "n": N, "p": named("P"), "q": named("Q"), "3": integer(3)}


def _dims(text: str) -> tuple[Dimension, ...]:
    found = []
    for part in text.strip("() ").split(","):
        if part:
            total = ONE
            for factor in part.split("*"):
                total = total * SIZES[factor.strip()]
            found.append(total)
    return tuple(found)


def arguments_of(row: Row) -> Iterator[tuple[tuple[Shape, ...], Shape, tuple[Any, ...]]]:
    """Shapes of arguments, shape of the result, and data, for each way in which the row can be applied."""
    inputs, output = _signature(row)
    if row.kind == "elementwise":
        for shape in (Shape((N,)), Shape((M, N)), Shape()):
            yield (shape,) * len(row.parameters), shape, ()
    elif row.kind == "reduction":
        yield (Shape((N,)),), Shape(), ()
        yield (Shape((M, N)),), Shape(), ()
        yield (Shape((M, N)),), Shape((M,)), (1,)
        yield (Shape((M, N)),), Shape((ONE, N)), (0,)
    elif inputs[0] == "any":
        for shape in (Shape((N,)), Shape((M, N))):
            yield (shape,) * len(inputs), Shape(), ()
    else:
        yield tuple(Shape(_dims(text)) for text in inputs), Shape(_dims(output)), ()
        if row.key in ("softmax", "logsoftmax"):
            yield (Shape((M, N)),), Shape((M, N)), ()


def of_rows() -> Iterator[Formula]:
    """Each row on variables, derived by each of its arguments; and with the same variable in all of them."""
    for row in ROWS.values():
        for number, (shapes, result, data) in enumerate(arguments_of(row)):
            names = [variable(f"{'xy'[place]}", shape) for place, shape in enumerate(shapes)]
            expression = make(row.key, tuple(names), result, data)
            for place, by in enumerate(names):
                yield Formula(f"{row.key}-{number}-{'xy'[place]}", expression, by)
            if len(names) == 2 and shapes[0] == shapes[1]:
                both = make(row.key, (names[0], names[0]), result, data)
                yield Formula(f"{row.key}-{number}-both", both, names[0])


def scalar_of(expression: Expression) -> Expression:
    """A number that depends on every entry, each in its own way."""
    if not expression.shape.rank:
        return expression
    weights = variable("weights", expression.shape)
    return make("inner" if expression.shape.rank != 1 else "dot", (expression, weights), Shape())


def pairs() -> Iterator[Formula]:
    """g(f(x)) for every two rows where some shape fits, summed with weights, derived by x."""
    for outer, inner in product(ROWS.values(), repeat=2):
        found = _composed(outer, inner)
        if found is not None:
            yield found


def _composed(outer: Row, inner: Row) -> Formula | None:
    for (shapes, result, data), (below, middle, inside) in product(arguments_of(outer), arguments_of(inner)):
        dims = _matched(shapes[0], middle)
        if dims is None:
            continue
        rename = dict(zip(middle.dims, shapes[0].dims, strict=True)) if dims else {}
        below = tuple(Shape(tuple(rename.get(dimension, dimension) for dimension in shape.dims)) for shape in below)
        made = make(inner.key, tuple(variable("xy"[place], shape) for place, shape in enumerate(below)), shapes[0], inside)
        others = tuple(variable("zw"[place], shape) for place, shape in enumerate(shapes[1:]))
        whole = scalar_of(make(outer.key, (made, *others), result, data))
        return Formula(f"{outer.key} of {inner.key}", whole, made.args[0])
    return None


def _matched(wanted: Shape, given: Shape) -> bool | None:
    """Whether a result can stand as an argument, its sizes renamed where they are names."""
    if wanted.dims == given.dims:
        return False
    simple = all(dimension.is_simple and dimension.constant is None for dimension in given.dims)
    fits = wanted.rank == given.rank and simple and len(set(given.dims)) == len(given.dims)
    return True if fits and given.rank else None
