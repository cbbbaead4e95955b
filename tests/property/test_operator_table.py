"""The operator table against itself: every row's value, first and second derivative, every pair composed; mutants are caught."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest

from shapecheck.calculus import CannotDerive, Context, derivative, differentiate, formula, indexlanguage
from shapecheck.calculus import evaluate_order as graph
from shapecheck.calculus.evaluate import value_of
from shapecheck.calculus.lower import Lowering
from shapecheck.calculus.sample import assignments
from shapecheck.calculus.verify import close, squeezed, term_value
from shapecheck.core.dimension import integer, named
from shapecheck.core.expression import Expression, make, variable
from shapecheck.core.shape import Shape
from shapecheck.ops import ROWS
from shapecheck.ops.row import Row

N, M, P, Q = named("N"), named("M"), named("P"), named("Q")
VECTOR, SQUARE, SCALAR = Shape((N,)), Shape((N, N)), Shape()
ARGUMENTS = {
    "(n,n)": SQUARE,
    "(n)": VECTOR,
    "(m,n)": Shape((M, N)),
    "(p,q)": Shape((P, Q)),
    "(m)": Shape((M,)),
    "(3)": Shape((integer(3),)),
    "any": SQUARE,
    "same": SQUARE,
}
RESULTS = {
    "()": SCALAR,
    "(n)": VECTOR,
    "(n,n)": SQUARE,
    "(n,m)": Shape((N, M)),
    "(m,n)": Shape((M, N)),
    "(m*n)": Shape((M * N,)),
    "(m*p,n*q)": Shape((M * P, N * Q)),
    "(3)": Shape((integer(3),)),
    "(3,3)": Shape((integer(3), integer(3))),
    "same": SQUARE,
}
CONTEXT = Context()


def call(row: Row) -> tuple[Expression, tuple[Expression, ...]]:
    """The row's function of plain variables."""
    left, _, right = row.signature.partition("->")
    shapes = [part.strip() for part in left.replace("), (", ")|(").replace("any, same", "any|same").split("|")]
    shapes *= len(row.parameters) if row.kind == "elementwise" else 1
    names = tuple(variable(name, ARGUMENTS[part]) for name, part in zip(row.parameters, shapes, strict=True))
    return make(row.key, names, RESULTS[right.strip()]), names


def cases() -> Iterator[tuple[str, Expression, Expression]]:
    for key, row in ROWS.items():
        expression, names = call(row)
        for name in names:
            yield f"{key} by {name.data[0]}", expression, name
        if row.axis:
            for axis, shape in ((0, Shape((integer(1), N))), (1, Shape((M,)))):
                matrix = variable("x", Shape((M, N)))
                yield f"{key} over axis {axis}", make(key, (matrix,), shape, (axis,)), matrix


CASES = list(cases())


@pytest.mark.parametrize(("expression", "name"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_a_row_has_one_meaning(expression: Expression, name: Expression) -> None:
    """Its NumPy function, its index form, its first and its second derivative agree."""
    term = Lowering(CONTEXT)(expression)
    for assignment in assignments([expression], CONTEXT, 2):
        value = squeezed(value_of(expression, assignment, {}), expression.shape)
        assert close(value, term_value(graph.schedule(term), assignment), 1e-9)
    first = derivative(expression, (name,), CONTEXT)
    assert first.expression.shape.rank <= first.shape.rank
    derivative(expression, (name, name), CONTEXT)


SQUARES = [
    row.key
    for row in ROWS.values()
    if row.kind in ("elementwise", "primitive") and call(row)[0].shape == SQUARE and len(row.parameters) == 1
]
ENDS = [*SQUARES, "tr", "det", "logdet", "vec", "diagonal", *(row.key for row in ROWS.values() if row.kind == "reduction")]


@pytest.mark.parametrize("outer", ENDS)
def test_every_pair_composed(outer: str) -> None:
    """f(g(X)) for every function g of matrices under f, by X."""
    X = variable("X", SQUARE)
    result = {"vec": Shape((N * N,)), "diagonal": VECTOR}.get(outer, SQUARE if outer in SQUARES else SCALAR)
    refused = []
    for inner in SQUARES:
        try:
            derivative(make(outer, (make(inner, (X,), SQUARE),), result), (X,), CONTEXT)
        except CannotDerive as reason:
            refused.append((inner, str(reason)))
    wrong = [(inner, reason) for inner, reason in refused if "no values were found" not in reason]
    assert not wrong
    assert len(refused) <= (20 if ROWS[outer].domain in ("above one", "unit") else 2), refused


def mutants(row: Row) -> Iterator[Row]:
    """A sign lost, a factor 2 lost or gained, two indices exchanged."""
    for text in {row.derivative} - {""}:
        if row.kind == "primitive":
            head, _, body = text.partition("=")
            yield replace(row, derivative=f"{head}= 2 {body.lstrip(' -')}" if "+" not in body else f"{head}= {body.replace('+', '-', 1)}")
            for old, new in (("[i,k]", "[k,i]"), ("[l,j]", "[j,l]"), ("[l,k]", "[k,l]")):
                if old in body:
                    yield replace(row, derivative=f"{head}={body.replace(old, new, 1)}")
        else:
            parts = text.split(";")
            yield replace(row, derivative=";".join(f"2 ({part})" for part in parts))
            yield replace(row, derivative=";".join(f"-({part})" for part in parts))
            if "2 " in text:
                yield replace(row, derivative=text.replace("2 ", "", 1))
    if row.definition:
        yield replace(row, definition=f"2 ({row.definition})")
    if row.index and "[i,k] B[j,l]" in row.index:
        yield replace(row, index=row.index.replace("(i,j)", "(j,i)"))
    if row.index == "e[i,j,k] x[j] y[k] -> [i]":
        yield replace(row, index="e[i,k,j] x[j] y[k] -> [i]")


MUTANTS = [mutant for row in ROWS.values() for mutant in mutants(row) if row.derivative != "0"]


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda row: f"{row.key}: {row.derivative or row.definition or row.index}")
def test_mutants_of_the_table_are_caught(mutant: Row, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(ROWS, mutant.key, mutant)
    differentiate._locals.clear()
    formula.parse.cache_clear()
    indexlanguage.parse.cache_clear()
    expression, names = call(mutant)
    caught = False
    for name in names:
        try:
            test_a_row_has_one_meaning(expression, name)
        except (CannotDerive, AssertionError, formula.BadFormula, indexlanguage.BadIndexForm, np.linalg.LinAlgError):
            caught = True
    differentiate._locals.clear()
    assert caught
