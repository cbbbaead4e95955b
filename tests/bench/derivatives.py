"""Derivatives from text to text beside SymPy's of the same formulas: `python -m tests.bench.derivatives`."""

from __future__ import annotations

import time
from collections.abc import Callable
from statistics import median
from typing import Any

import sympy
from sympy import Determinant, HadamardProduct, MatrixSymbol, Trace, symbols

from shapecheck import Sheet

m, n, p = symbols("m n p", integer=True, positive=True)
A, B, S, X = MatrixSymbol("A", n, n), MatrixSymbol("B", n, n), MatrixSymbol("S", n, n), MatrixSymbol("X", n, n)
C, Z, F = MatrixSymbol("C", m, n), MatrixSymbol("Z", n, p), MatrixSymbol("F", m, p)
x, a, b, y = MatrixSymbol("x", n, 1), MatrixSymbol("a", n, 1), MatrixSymbol("b", n, 1), MatrixSymbol("y", m, 1)
DECLARED = "A, B, S, X: (n, n); C: (m, n); Z: (n, p); F: (m, p); x, a, b: (n); y: (m)"
FORMULAS: tuple[tuple[str, str, Callable[[], Any], Any], ...] = (
    ("tr(A X)", "X", lambda: Trace(A * X), X),
    ("tr(A X B)", "X", lambda: Trace(A * X * B), X),
    ("tr(A X' B)", "X", lambda: Trace(A * X.T * B), X),
    ("tr(X' A X)", "X", lambda: Trace(X.T * A * X), X),
    ("tr(A X B X)", "X", lambda: Trace(A * X * B * X), X),
    ("tr(A X B X' S)", "X", lambda: Trace(A * X * B * X.T * S), X),
    ("tr(inv(X) A)", "X", lambda: Trace(X.I * A), X),
    ("tr(inv(X + A))", "X", lambda: Trace((X + A).I), X),
    ("det(X)", "X", lambda: Determinant(X), X),
    ("log(det(X))", "X", lambda: sympy.log(Determinant(X)), X),
    ("a' X b", "X", lambda: a.T * X * b, X),
    ("a' X' X b", "X", lambda: a.T * X.T * X * b, X),
    ("a' inv(X) b", "X", lambda: a.T * X.I * b, X),
    ("(X a)' S (X b)", "X", lambda: (X * a).T * S * (X * b), X),
    ("x' A x", "x", lambda: x.T * A * x, x),
    ("(A x - b)' (A x - b)", "x", lambda: (A * x - b).T * (A * x - b), x),
    ("(C x - y)' (C x - y)", "x", lambda: (C * x - y).T * (C * x - y), x),
    ("(x - a)' S (x - a)", "x", lambda: (x - a).T * S * (x - a), x),
    ("a' x x' b", "x", lambda: a.T * x * x.T * b, x),
    ("tr((C Z - F)' (C Z - F))", "Z", lambda: Trace((C * Z - F).T * (C * Z - F)), Z),
    ("tr((C Z - F)' (C Z - F))", "C", lambda: Trace((C * Z - F).T * (C * Z - F)), C),
    ("tr((X .* A) B)", "X", lambda: Trace(HadamardProduct(X, A) * B), X),
    ("tr(X .* A .* B)", "X", lambda: Trace(HadamardProduct(X, A, B)), X),
    ("A x", "x", lambda: A * x, x),
)


def once(work: Callable[[], object]) -> float:
    """Milliseconds of one run: what a person waits for who types a formula."""
    start = time.perf_counter()
    work()
    return (time.perf_counter() - start) * 1000


def main() -> None:
    """Prints each formula and both medians. Goals: 10 times faster than SymPy, and 5 ms."""
    Sheet("v: (n)").gradient("v' v", "v")
    sheet = Sheet(DECLARED)  # declared beforehand, as SymPy's symbols are
    sympy.diff(x.T * x, x)
    mine, theirs = [], []
    for text, by, made, symbol in FORMULAS:
        ours = once(lambda text=text, by=by: str(sheet.gradient(text, by)))  # type: ignore[misc]
        try:
            peer: float | None = once(lambda made=made, symbol=symbol: str(made().diff(symbol).doit()))  # type: ignore[misc]
        except Exception:
            peer = None
        mine.append(ours)
        theirs += [peer] if peer is not None else []
        print(f"  {text:<28} {ours:8.2f} ms   SymPy {f'{peer:8.2f} ms' if peer is not None else '  (fails)'}")
    ratio = median(theirs) / median(mine)
    print(f"  median of {len(FORMULAS)}: {median(mine):.2f} ms (goal: 5), SymPy {median(theirs):.2f} ms: {ratio:.1f} times (goal: 10)")
    again = [once(lambda text=text, by=by: str(sheet.gradient(text, by))) for text, by, _, _ in FORMULAS]  # type: ignore[misc]
    print(f"  median a second time: {median(again):.2f} ms")


if __name__ == "__main__":
    main()
