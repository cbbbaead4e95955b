"""Values with names of their own: π, the identity, ones, zeros, unit vectors, alone or with their sizes."""

from __future__ import annotations

from math import inf

from shapecheck.core.dimension import Dimension, DimensionTooLarge, integer, named
from shapecheck.core.expression import Expression, make, number
from shapecheck.core.regex import regex
from shapecheck.core.shape import Shape
from shapecheck.elaborate import indexform
from shapecheck.elaborate.literals import NotADimension, read_dimension
from shapecheck.elaborate.scope import Frame
from shapecheck.syntax.tree import Call, Name, Node, ShapeLiteral

PI = make("constant", data=("pi",))
E = make("constant", data=("e",))
IDENTITIES = frozenset({"I", "𝐈", "𝕀", "eye", "Id"})
ONES = frozenset({"𝟏", "𝟙", "ones", "vec1"})
ZEROS = frozenset({"𝟎", "zeros", "O"})
SIZED = regex(r"^(I|Id|𝐈|𝕀|1|𝟏|𝟙|0|𝟎)_(\w+)$")
BASIS = regex(r"^(?:e|𝐞)_?(\d+|[ijkl]|[a-z])$")


def constant(node: Name, frame: Frame) -> Expression | None:
    """The value of a name that is the language's own; None where it is none."""
    key = node.key
    if key in ("π", "pi", "np.pi", "math.pi", "torch.pi", "jnp.pi"):
        return PI
    if key in ("∞", "inf", "np.inf"):
        return number(inf)
    if key in IDENTITIES and key != "eye":
        return identity(frame.solver.fresh())
    if key in ONES and key not in ("ones", "vec1"):
        return ones(frame)
    if key == "𝟎":
        return make("zeros", shape=Shape((frame.solver.fresh(),)))
    sized = SIZED.match(key)
    if sized:
        return _sized(sized[1], sized[2], frame)
    basis = BASIS.match(key)
    if basis and "_" in key:
        index = basis[1]
        if index in indexform.letters(frame):
            return _column(index, frame)
        if not index.isdigit() and index not in "ijkl":
            return None
        return make("basis", shape=Shape((frame.solver.fresh(),)), data=(int(index) if index.isdigit() else index,))
    return None


def _column(index: str, frame: Frame) -> Expression:
    """`e_k` under an index that the statement uses: a column of the identity."""
    size = frame.indices.setdefault(index, frame.solver.fresh())
    axis = f"{indexform.KEPT}0"
    frame.indices[axis] = size
    return indexform.bind(make("entry", (identity(size),), Shape(), (axis, index)), (axis,), frame)


def ones(frame: Frame) -> Expression:
    """A vector of ones of open size."""
    return make("ones", shape=Shape((frame.solver.fresh(),)))


def identity(size: Dimension) -> Expression:
    return make("identity", shape=Shape((size, size)))


def _sized(base: str, size: str, frame: Frame) -> Expression | None:
    """`I_N`, `I_3`, `1_N`, `0_N`; an unknown size is taken as a new name of one, an index as any."""
    dimension = integer(int(size)) if size.isdigit() and len(size) < 10 else named(size)
    if not size.isdigit() and size not in frame.scope.dimensions:
        if base == "I" and len(size) > 1 and not size[0].isupper():
            return None
        dimension = frame.solver.fresh(size)
    if base in IDENTITIES:
        return identity(dimension)
    return make("ones" if base in ONES or base == "1" else "zeros", shape=Shape((dimension,)))


def filled(node: Call, frame: Frame) -> Expression | None:
    """`eye(N)`, `I(N)`, `ones(N, M)`, `zeros((N, M))`; None where an argument is no size."""
    args: tuple[Node, ...] = node.args
    if len(args) == 1 and isinstance(args[0], ShapeLiteral):
        args = args[0].dims
    try:
        dims = tuple(map(read_dimension, args))
    except (NotADimension, DimensionTooLarge, ZeroDivisionError):
        return None
    name = node.function.key.rpartition(".")[2]
    if name in IDENTITIES:
        if len(dims) == 2 and dims[0] != dims[1]:
            return make("opaque", shape=Shape(dims), data=("eye",))
        return identity(dims[0]) if dims else None
    if len(dims) == 2 and dims[1] == integer(1):
        dims = dims[:1]
    if dims and all(dim == integer(1) for dim in dims):
        dims = ()
    return make("ones" if name in ONES else "zeros", shape=Shape(dims))
