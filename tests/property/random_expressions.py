"""Random typed expressions: every structural operator and every row of the table, by shape."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from random import Random

from shapecheck.core.dimension import ONE, Dimension, integer, named
from shapecheck.core.expression import Expression, make, number, variable
from shapecheck.core.shape import Shape
from shapecheck.ops import ROWS

N, M, K = named("N"), named("M"), named("K")
THREE = integer(3)


def shape(*dims: Dimension) -> Shape:
    return Shape(dims)


SCALAR, VECTOR, SHORT, ROW = shape(), shape(N), shape(M), shape(ONE, N)
SQUARE, WIDE, TALL, SPATIAL = shape(N, N), shape(M, N), shape(N, M), shape(THREE)
BATCH = shape(K, N, M)

VARIABLES: dict[Shape, tuple[Expression, ...]] = {
    SCALAR: (variable("s", SCALAR), variable("t", SCALAR)),
    VECTOR: (variable("x", VECTOR), variable("y", VECTOR)),
    SHORT: (variable("c", SHORT),),
    ROW: (variable("r", ROW),),
    SQUARE: (variable("X", SQUARE), variable("A", SQUARE), variable("S", SQUARE), variable("P", SQUARE)),
    WIDE: (variable("W", WIDE),),
    TALL: (variable("Z", TALL),),
    SPATIAL: (variable("u", SPATIAL), variable("v", SPATIAL)),
    BATCH: (variable("T", BATCH),),
}
PROPERTIES = {
    VARIABLES[SQUARE][2]: frozenset({"symmetric"}),
    VARIABLES[SQUARE][3]: frozenset({"posdef", "symmetric"}),
}
SHAPES = tuple(VARIABLES)
SMOOTH = ("exp", "sin", "cos", "tanh", "sigmoid", "softplus", "atan", "erf", "gelu", "silu", "asinh", "expm1")
PICKY = ("log", "sqrt", "log1p", "tan", "sinh", "cosh", "log2", "log10", "asin", "acos", "atanh", "acosh")
KINKED = ("abs", "relu", "sign", "step")
REDUCTIONS = tuple(key for key, row in ROWS.items() if row.kind == "reduction")


class Maker:
    """Draws expressions of a wanted shape."""

    def __init__(self, random: Random) -> None:
        self.random = random

    def __call__(self, wanted: Shape, depth: int) -> Expression:
        if depth <= 0 or self.random.random() < 0.12:
            return self.leaf(wanted)
        rules = [self.entrywise, self.entrywise, self.sum_, self.scaled, self.function]
        special = SPECIAL.get(wanted)
        if special is not None:
            rules += [lambda s, d: self.random.choice(special)(self, d)] * 5
        return self.random.choice(rules)(wanted, depth - 1)

    def leaf(self, wanted: Shape) -> Expression:
        if wanted == SCALAR and self.random.random() < 0.25:
            return self.random.choice(
                (number(2), number(Fraction(1, 2)), number(3), make("size", data=(N,)), make("constant", data=("pi",)))
            )
        if wanted in (VECTOR, SQUARE) and self.random.random() < 0.1:
            return make("ones", shape=wanted) if wanted == VECTOR or self.random.random() < 0.5 else make("identity", shape=wanted)
        known = VARIABLES.get(wanted)
        return self.random.choice(known) if known else make("ones", shape=wanted)

    def sum_(self, wanted: Shape, depth: int) -> Expression:
        right = wanted if self.random.random() < 0.8 else self.random.choice(list(BROADCASTS.get(wanted, (SCALAR,))))
        return make(self.random.choice(("add", "subtract")), (self(wanted, depth), self(right, depth)), wanted)

    def scaled(self, wanted: Shape, depth: int) -> Expression:
        if self.random.random() < 0.3:
            return make("negate", (self(wanted, depth),), wanted)
        if wanted == SCALAR or self.random.random() < 0.5:
            return make("scale", (self(SCALAR, depth), self(wanted, depth)), wanted)
        return make("ratio", (self(wanted, depth), self(SCALAR, depth)), wanted)

    def entrywise(self, wanted: Shape, depth: int) -> Expression:
        kind = self.random.random()
        if kind < 0.45:
            return make("hadamard", (self(wanted, depth), self(wanted, depth)), wanted)
        if kind < 0.6:
            return make("ratio", (self(wanted, depth), self(wanted, depth)), wanted)
        if kind < 0.7:
            return make(self.random.choice(("maximum", "minimum")), (self(wanted, depth), self(wanted, depth)), wanted)
        exponent = self.random.choice((number(2), number(3), number(Fraction(1, 2)), number(-1), self(SCALAR, 0)))
        return make("epower", (self(wanted, depth), exponent), wanted)

    def function(self, wanted: Shape, depth: int) -> Expression:
        names = SMOOTH if self.random.random() < 0.7 else PICKY if self.random.random() < 0.7 else KINKED
        return make(self.random.choice(names), (self(wanted, depth),), wanted)

    def matmul(self, left: Shape, right: Shape, wanted: Shape, depth: int) -> Expression:
        return make("matmul", (self(left, depth), self(right, depth)), wanted)


Rule = Callable[[Maker, int], Expression]


def _product(left: Shape, right: Shape, wanted: Shape) -> Rule:
    return lambda maker, depth: maker.matmul(left, right, wanted, depth)


def _call(op: str, arguments: tuple[Shape, ...], wanted: Shape, data: tuple[object, ...] = ()) -> Rule:
    return lambda maker, depth: make(op, tuple(maker(argument, depth) for argument in arguments), wanted, data)


def _reduced(maker: Maker, depth: int) -> Expression:
    return make(maker.random.choice(REDUCTIONS), (maker(maker.random.choice(SHAPES[1:]), depth),), SCALAR)


def _reduced_rows(maker: Maker, depth: int) -> Expression:
    return make(maker.random.choice(REDUCTIONS), (maker(maker.random.choice((SQUARE, TALL)), depth),), VECTOR, (1,))


def _reduced_columns(maker: Maker, depth: int) -> Expression:
    return make(maker.random.choice(REDUCTIONS), (maker(maker.random.choice((SQUARE, WIDE)), depth),), ROW, (0,))


def _quadratic(maker: Maker, depth: int) -> Expression:
    left = make("transpose", (maker(VECTOR, depth),), ROW)
    return make("matmul", (make("matmul", (left, maker(SQUARE, depth)), ROW), maker(VECTOR, depth)), SCALAR)


def _shifted_inverse(maker: Maker, depth: int) -> Expression:
    return make("inv", (make("add", (maker(SQUARE, depth), VARIABLES[SQUARE][3]), SQUARE),), SQUARE)


def _index_sum(maker: Maker, depth: int) -> Expression:
    """Σ_ij a_i A_ij b_j."""
    parts = [(maker(VECTOR, depth), ("i",)), (maker(SQUARE, depth), ("i", "j")), (maker(VECTOR, depth), ("j",))]
    entries = [make("entry", (part,), SCALAR, indices) for part, indices in parts]
    body = make("scale", (make("scale", (entries[0], entries[1])), entries[2]))
    return make("sigma", (body,), SCALAR, (("i", N), ("j", N)))


def _index_matrix(maker: Maker, depth: int) -> Expression:
    """C_ik = Σ_j A_ij B_jk."""
    first = make("entry", (maker(SQUARE, depth),), SCALAR, ("i", "j"))
    second = make("entry", (maker(SQUARE, depth),), SCALAR, ("j", "k"))
    body = make("sigma", (make("scale", (first, second)),), SCALAR, (("j", N),))
    return make("tensor", (body,), SQUARE, ("i", "k"))


def _blocks(maker: Maker, depth: int) -> Expression:
    """tr([X, x; y', s])."""
    cells = (maker(SQUARE, depth), maker(VECTOR, depth), maker(ROW, depth), maker(SCALAR, depth))
    size = N + ONE
    block = make("block", cells, Shape((size, size)), (2, 2))
    return make(maker.random.choice(("tr", "sum", "norm")), (block,), SCALAR)


def _kron(maker: Maker, depth: int) -> Expression:
    left, right = maker(TALL, depth), maker(WIDE, depth)
    return make(maker.random.choice(("tr", "norm", "sum")), (make("kron", (left, right), Shape((N * M, M * N))),), SCALAR)


def _vec(maker: Maker, depth: int) -> Expression:
    vectors = [make("vec", (maker(TALL, depth),), Shape((N * M,))) for _ in range(2)]
    return make("dot", tuple(vectors), SCALAR)


SPECIAL: dict[Shape, tuple[Rule, ...]] = {
    SCALAR: (
        _reduced,
        _reduced,
        _quadratic,
        _index_sum,
        _blocks,
        _kron,
        _vec,
        _call("tr", (SQUARE,), SCALAR),
        _call("det", (SQUARE,), SCALAR),
        _call("logdet", (SQUARE,), SCALAR),
        _call("inner", (TALL, TALL), SCALAR),
        _call("dot", (VECTOR, VECTOR), SCALAR),
        _call("dot", (SPATIAL, SPATIAL), SCALAR),
        _call("norm", (BATCH,), SCALAR),
    ),
    VECTOR: (
        _product(SQUARE, VECTOR, VECTOR),
        _product(TALL, SHORT, VECTOR),
        _call("diagonal", (SQUARE,), VECTOR),
        _call("softmax", (VECTOR,), VECTOR),
        _call("logsoftmax", (VECTOR,), VECTOR),
        _call("transpose", (ROW,), VECTOR),
        _reduced_rows,
    ),
    SHORT: (_product(WIDE, VECTOR, SHORT), _call("softmax", (SHORT,), SHORT)),
    ROW: (_product(ROW, SQUARE, ROW), _call("transpose", (VECTOR,), ROW), _reduced_columns),
    SQUARE: (
        _product(SQUARE, SQUARE, SQUARE),
        _product(TALL, WIDE, SQUARE),
        _product(VECTOR, ROW, SQUARE),
        _call("transpose", (SQUARE,), SQUARE),
        _call("inv", (SQUARE,), SQUARE),
        _shifted_inverse,
        _call("diag", (VECTOR,), SQUARE),
        _call("outer", (VECTOR, VECTOR), SQUARE),
        _call("softmax", (SQUARE,), SQUARE),
        _call("power", (SQUARE,), SQUARE, (Fraction(2),)),
        _call("power", (SQUARE,), SQUARE, (Fraction(3),)),
        _index_matrix,
    ),
    TALL: (_product(SQUARE, TALL, TALL), _call("transpose", (WIDE,), TALL), _call("pinv", (WIDE,), TALL)),
    WIDE: (_product(WIDE, SQUARE, WIDE), _call("transpose", (TALL,), WIDE)),
    SPATIAL: (_call("cross", (SPATIAL, SPATIAL), SPATIAL),),
    BATCH: (lambda maker, depth: make("matmul", (maker(SQUARE, depth), maker(BATCH, depth)), BATCH),),
}
BROADCASTS: dict[Shape, tuple[Shape, ...]] = {
    VECTOR: (SCALAR,),
    SQUARE: (SCALAR, VECTOR, ROW),
    TALL: (SCALAR, VECTOR),
    WIDE: (SCALAR, ROW, SHORT),
}


def draw(seed: int, depth: int = 5, wanted: Shape | None = None) -> tuple[Expression, Expression]:
    """An expression and a variable in it (scalar mostly, so that gradients are; else small vectors and matrices)."""
    random = Random(seed)
    maker = Maker(random)
    if wanted is None:
        wanted = random.choices((SCALAR, VECTOR, SQUARE, TALL, ROW), (12, 4, 1, 1, 1))[0]
    for _ in range(100):
        expression = maker(wanted, random.randint(1, depth))
        found = variables(expression)
        if found:
            return expression, random.choice(found)
    raise AssertionError("no variable was drawn")


def variables(expression: Expression) -> list[Expression]:
    seen: dict[Expression, None] = {}
    stack = [expression]
    while stack:
        node = stack.pop()
        if node not in seen:
            seen[node] = None
            stack.extend(node.args)
    return sorted((node for node in seen if node.op == "variable"), key=lambda node: str(node.data))
