"""Random shape expressions agree with NumPy: what it accepts has that shape, what it rejects is flagged at the operator that fails.

By default a few hundred are drawn; `--hypothesis-profile=thorough` (or SHAPECHECK_EXAMPLES=10000) draws as many as asked.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import HealthCheck, assume, example, given, settings
from hypothesis import strategies as st

from shapecheck.core.dimension import named
from shapecheck.core.expression import variable
from shapecheck.core.shape import Shape
from shapecheck.core.span import Span
from shapecheck.elaborate.expression import elaborate_expression
from shapecheck.elaborate.scope import Frame, Scope
from shapecheck.elaborate.sheet import Binding
from shapecheck.syntax.tree import Apply, Block, Call, Name, Node, Number, Paren
from tests.property.drawing import examples

EXAMPLES = examples(400)
CHECKS = settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))
SIZES = {"N": 2, "D": 3, "K": 5, "B": 7}
OTHER_SIZES = {"N": 5, "D": 11, "K": 3, "B": 9}  # what fits for one choice only, fits by accident: N is not 2
SHAPES = {
    "s": (), "t": (), "x": ("N",), "y": ("D",), "z": ("K",), "u": ("N",),
    "A": ("N", "D"), "C": ("D", "K"), "E": ("D", "N"), "F": ("N", "D"),
    "P": ("N", "N"), "Q": ("D", "D"), "R": ("N", "N"), "X": ("B", "N", "D"), "Y": ("B", "D", "K"), "Z": ("B", "N", "D"),
}  # fmt: skip
Array = np.ndarray
SCOPE = Scope(
    bindings={
        name: Binding(name, 0, "declared", variable(name, Shape(tuple(map(named, dims)))), Span(0, 0)) for name, dims in SHAPES.items()
    },
    dimensions=frozenset(SIZES),
)


@dataclass
class Reference:
    """Evaluates a tree with NumPy; columns are (n, 1), rows (1, n), scalars 0-d. `failed` holds the nodes that NumPy rejects."""

    arrays: dict[str, Array]
    numpy_reading: bool = False
    failed: list[Node] = field(default_factory=list)

    def value(self, node: Node) -> Array | None:
        match node:
            case Name():
                return self.arrays[node.key]
            case Number():
                return np.float64(node.value)
            case Paren():
                return self.value(node.body)
            case Block():
                rows = [[self.value(cell) for cell in row] for row in node.rows]
                return self.attempt(node, lambda *_: block(rows), [cell for row in rows for cell in row])
            case Call():
                return self.attempt(node, FUNCTIONS[node.function.key], [self.value(arg) for arg in node.args])
            case Apply():
                table = NUMPY_OPERATORS if self.numpy_reading else OPERATORS
                return self.attempt(node, table[node.op], [self.value(arg) for arg in node.args])
        raise TypeError(node)

    def attempt(self, node: Node, compute: Callable[..., Array], args: list[Array | None]) -> Array | None:
        if any(arg is None for arg in args):
            return None
        try:
            with np.errstate(all="ignore"):
                return scalar(np.asarray(compute(*args)))
        except (ValueError, np.linalg.LinAlgError):
            self.failed.append(node)
            return None


def scalar(array: Array) -> Array:
    return array.reshape(()) if array.shape in ((1, 1), (1,)) else array


def flat(array: Array) -> Array:
    """A column as a 1-d array, as it stands beside tensors."""
    return array[:, 0] if array.ndim == 2 and array.shape[1] == 1 else array


def entrywise(ufunc: Callable[..., Array]) -> Callable[[Array, Array], Array]:
    def compute(a: Array, b: Array) -> Array:
        if max(a.ndim, b.ndim) > 2:
            return ufunc(flat(a), flat(b))
        result = np.broadcast_shapes(a.shape, b.shape)
        if result not in (a.shape, b.shape):
            raise ValueError("an outer sum is no sum")
        return ufunc(a, b)

    return compute


def product(a: Array, b: Array) -> Array:
    if not a.ndim or not b.ndim:
        return a * b
    if a.ndim > 2 and flat(b).ndim == 1:
        return a @ flat(b)
    if b.ndim > 2 and flat(a).ndim == 1:
        raise ValueError("a column has one column")
    return a @ b


def star(a: Array, b: Array) -> Array:
    """The matrix product, or entry by entry where only that fits tensors."""
    try:
        return product(a, b)
    except ValueError:
        if max(a.ndim, b.ndim) < 3:
            raise
        return entrywise(np.multiply)(a, b)


def numpy_sum(ufunc: Callable[..., Array]) -> Callable[[Array, Array], Array]:
    def compute(a: Array, b: Array) -> Array:
        if (a.ndim, b.ndim) == (2, 1) and a.shape[1] != b.shape[0]:
            b = b[:, None]
        elif (a.ndim, b.ndim) == (1, 2) and b.shape[1] != a.shape[0]:
            a = a[:, None]
        return ufunc(a, b)

    return compute


def transpose(a: Array) -> Array:
    return np.swapaxes(a, -1, -2) if a.ndim > 1 else a


def square(a: Array) -> Array:
    if a.ndim and (a.ndim < 2 or a.shape[-1] != a.shape[-2]):
        raise ValueError("not square")
    return a


def matrix(a: Array) -> Array:
    if a.ndim > 2:
        raise ValueError("a tensor")
    return a if a.ndim else a.reshape(1, 1)


def diagonal(a: Array) -> Array:
    if a.ndim > 2:
        return np.diagonal(square(a), axis1=-1, axis2=-2)
    if a.ndim < 2:
        return a
    if 1 in a.shape:
        return np.diag(a.ravel())
    return np.diag(square(a))[:, None]


def frobenius(a: Array, b: Array) -> Array:
    if a.shape != b.shape:
        raise ValueError("different shapes")
    return np.sum(a * b)


def power(a: Array) -> Array:
    return a * a if not a.ndim else square(a) @ a


def block(rows: list[list[Array]]) -> Array:
    assume(all(cell.ndim <= 2 for row in rows for cell in row))  # how tensors are joined is not said
    columns = all(cell.ndim == 0 or cell.shape[1:] == (1,) for row in rows for cell in row)
    if len(rows) == 1 and columns and len({matrix(cell).shape[0] for cell in rows[0]}) > 1:
        rows = [[cell] for cell in rows[0]]  # a list: one below the other
    return np.vstack([np.hstack([matrix(cell) for cell in row]) for row in rows])


FUNCTIONS: dict[str, Callable[..., Array]] = {
    "exp": np.exp,
    "tr": lambda a: np.trace(square(a)) if a.ndim == 2 else np.trace(square(a), axis1=-1, axis2=-2) if a.ndim else a,
    "inv": lambda a: square(a),
    "det": lambda a: np.zeros(square(a).shape[:-2]) if a.ndim else a,
    "norm": lambda a: np.sqrt(np.sum(a * a)),
    "sum": np.sum,
    "vec": lambda a: matrix(a).reshape(-1, 1) if a.ndim < 3 else a.reshape(*a.shape[:-2], -1),
    "diag": diagonal,
}
OPERATORS: dict[str, Callable[..., Array]] = {
    "add": entrywise(np.add),
    "subtract": entrywise(np.subtract),
    "dotstar": entrywise(np.multiply),
    "dotslash": entrywise(np.divide),
    "hadamard": entrywise(np.multiply),
    "juxtapose": product,
    "star": star,
    "negate": np.negative,
    "transpose": transpose,
    "kron": lambda a, b: np.kron(matrix(a), matrix(b)) if a.ndim and b.ndim else a * b,
    "frobenius": frobenius,
    "power": lambda a, _: power(a),
    "dotpower": lambda a, b: a * a,
}
NUMPY_OPERATORS: dict[str, Callable[..., Array]] = {
    "add": numpy_sum(np.add),
    "subtract": numpy_sum(np.subtract),
    "star": numpy_sum(np.multiply),
    "slash": numpy_sum(np.divide),
    "at": lambda a, b: a @ b if a.ndim and b.ndim else a * b,
    "negate": np.negative,
    "transpose": transpose,
}


@st.composite
def trees(draw: st.DrawFn, leaves: tuple[str, ...], binary: tuple[str, ...], unary: tuple[str, ...], functions: tuple[str, ...]) -> Node:
    """A tree in which every node has a span of its own."""
    count = 0

    def span() -> Span:
        nonlocal count
        count += 3  # a gap of one would be a blank, which may multiply
        return Span(count, count + 1)

    def grow(depth: int) -> Node:
        kind = draw(st.integers(0, 9)) if depth else 0
        if kind <= 1:
            return Name(draw(st.sampled_from(leaves)), span())
        if kind == 2 and functions:
            name = draw(st.sampled_from((*functions, "block")))
            if name == "block":
                rows, columns = draw(st.sampled_from([(1, 2), (2, 1), (2, 2)]))
                return Block(tuple(tuple(grow(depth - 1) for _ in range(columns)) for _ in range(rows)), span())
            return Call(Name(name, span()), (grow(depth - 1),), (), "call", span())
        if kind in (3, 4):
            op = draw(st.sampled_from(unary))
            exponent = (Number(Fraction(2), span()),) if op in ("power", "dotpower") else ()
            return Apply(op, (grow(depth - 1), *exponent), span(), span())
        left, right = grow(depth - 1), grow(depth - 1)
        return Apply(draw(st.sampled_from(binary)), (left, right), span(), span())

    return grow(draw(st.integers(1, 4)))


def agree(tree: Node, reference: Reference) -> None:
    value = reference.value(tree)
    other = Reference({name: column(name, OTHER_SIZES) for name in ALL})
    other.value(tree)
    assume(len(other.failed) == len(reference.failed))
    frame = Frame(SCOPE)
    frame.begin(tree)
    found = elaborate_expression(tree, frame)
    assert sorted(problem.span.start for problem in frame.problems) == sorted(node.span.start for node in reference.failed)
    assert (found is None) == (value is None)
    if found is not None and value is not None:
        sizes = tuple(dim.evaluate(SIZES) for dim in frame.solver.resolve(found.shape).dims)
        expected = value.shape
        if not reference.numpy_reading and len(sizes) == 1 and len(expected) == 2:
            sizes = (*sizes, 1)
        assert sizes == expected


def column(name: str, chosen: dict[str, int] = SIZES) -> Array:
    sizes = tuple(chosen[dim] for dim in SHAPES[name])
    return np.ones((*sizes, 1) if len(sizes) == 1 else sizes)


ALL = tuple(SHAPES)


@CHECKS
@given(
    trees(
        ALL,
        ("add", "subtract", "juxtapose", "juxtapose", "juxtapose", "star", "dotstar", "dotslash", "hadamard", "kron", "frobenius"),
        ("negate", "transpose", "transpose", "transpose", "power", "dotpower"),
        tuple(FUNCTIONS),
    )
)
def test_agrees_with_numpy_on_columns(tree: Node) -> None:
    agree(tree, Reference({name: column(name) for name in ALL}))


X_Y_AND_X = Apply(
    "add",
    (Apply("at", (Name("X", Span(0, 1)), Name("y", Span(4, 5))), Span(2, 3), Span(0, 5)), Name("X", Span(8, 9))),
    Span(6, 7),
    Span(0, 9),
)


@CHECKS
@example(X_Y_AND_X)
@given(trees(ALL, ("at", "at", "at", "add", "subtract", "star", "slash"), ("negate",), ()))
def test_agrees_with_numpy_where_at_is_used(tree: Node) -> None:
    whole = Apply("at", (Name("P", Span(1000, 1001)), Name("A", Span(1002, 1003))), Span(1004, 1005), Span(1006, 1007))
    reference = Reference({name: np.ones(tuple(SIZES[dim] for dim in SHAPES[name])) for name in ALL}, numpy_reading=True)
    frame = Frame(SCOPE)
    frame.begin(tree, whole)
    value = reference.value(tree)
    found = elaborate_expression(tree, frame)
    assert sorted(problem.span.start for problem in frame.problems) == sorted(node.span.start for node in reference.failed)
    if value is not None:
        assert found is not None
        assert tuple(dim.evaluate(SIZES) for dim in found.shape.dims) == value.shape


def test_a_wrong_reference_would_be_noticed() -> None:
    tree = Apply("juxtapose", (Name("A", Span(0, 1)), Name("C", Span(2, 3))), Span(1, 1), Span(0, 3))
    agree(tree, Reference({name: column(name) for name in ALL}))
    with pytest.raises(AssertionError):
        agree(tree, Reference({name: column("E" if name == "C" else name) for name in ALL}))
