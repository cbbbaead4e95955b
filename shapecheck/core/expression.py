"""A formula once its names and shapes are known: a graph of typed nodes, equal nodes being one object.

`elaborate` makes expressions from what was typed, `calculus` lowers them to tensor terms and folds
results back into them, `notation` writes them. The structural operators are listed in `STRUCTURAL`;
every other `op` is the key of a row of the operator table (`shapecheck.ops`).

Conventions: a column vector has rank 1, `(N)`; a row is `(1, N)`; a scalar is `()`. `matmul` joins
vectors as columns (`(M, N) (N) -> (M)`, `(1, N) (N) -> ()`, `(N) (1, M) -> (N, M)`); a product of
shape (1, 1) has shape `()`, and an axis of size 1 carries no index in the tensor term.

Broadcasting (add, subtract, hadamard, ratio, epower, elementwise rows with two arguments) goes to the
node's own shape. A scalar goes to every entry. To a matrix (m, n), a vector (m) or (m, 1) goes as a column, a row (1, n)
as a row, also where m = n. To more than two axes everything aligns from the right, as in NumPy.

A reduction row (`sum`, `max`, ...) has data () for all entries, or (axis,), 0-based: of a matrix it leaves a row (1, n) for
axis 0 and a vector (m) for axis 1, of a vector a scalar; of more axes the axis is removed.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any
from weakref import WeakValueDictionary

from shapecheck.core.dimension import Dimension
from shapecheck.core.shape import Shape

STRUCTURAL = {
    # leaves
    "variable": "data (name, version): a declared, inferred or opaque name",
    "number": "data (Fraction | float,): a scalar",
    "constant": "data (name,): pi or e",
    "size": "data (Dimension,): a dimension as a scalar",
    "identity": "shape (n, n)",
    "ones": "any shape",
    "zeros": "any shape",
    "basis": "data (index,): the unit vector e_i of shape (n); index is an int (1-based) or a name",
    # arithmetic
    "add": "two arguments, shapes broadcast",
    "subtract": "two arguments, shapes broadcast",
    "negate": "one argument",
    "scale": "(scalar, tensor): the scalar times every entry",
    "hadamard": "two arguments, entry by entry, shapes broadcast",
    "ratio": "two arguments, entry by entry, shapes broadcast; the second may be a scalar",
    "matmul": "(A, B): matrix product, batched over leading axes, vectors as columns",
    "transpose": "swaps the last two axes; (N) becomes (1, N)",
    "power": "data (Fraction,): a power of a square matrix other than -1 (that is `inv`)",
    "epower": "(base, exponent): entry by entry; of scalars the ordinary power",
    "unvec": "(vector): the matrix of this shape whose columns, one below the other, are the vector",
    "block": "data (rows, columns): a matrix of blocks, row by row",
    # index form
    "entry": "(tensor), data (index, ...): one entry, indices are names or 1-based ints; shape ()",
    "sigma": "(body), data ((index, Dimension), ...): the sum of a scalar body over these indices",
    "tensor": "(body), data (index, ...): binds the free indices of a scalar body as the axes of the shape",
    # what no derivative looks into
    "opaque": "any arguments, data (text,): a value that depends on them in a way that is not known",
}


NEW_AXIS = "y"
"""Among the letters of a tensor, for an axis of size one that is written `None`: `x[:, None]`."""


class Expression:
    """A typed node. Build with `make`; compare with `is`."""

    __slots__ = ("__weakref__", "args", "data", "op", "open", "shape")

    op: str
    args: tuple[Expression, ...]
    shape: Shape
    data: tuple[Any, ...]
    open: bool  # a size somewhere in it is still to be solved for

    def __repr__(self) -> str:
        inside = ", ".join([*map(repr, self.args), *map(str, self.data)])
        return f"{self.op}({inside}):{self.shape}"


_known: WeakValueDictionary[tuple[Any, ...], Expression] = WeakValueDictionary()


def make(op: str, args: tuple[Expression, ...] = (), shape: Shape | None = None, data: tuple[Any, ...] = ()) -> Expression:
    """The one node with this operator, these arguments, this shape and this data."""
    shape = shape if shape is not None else Shape()
    typed = tuple((type(item), item) for item in data)
    key = (op, tuple(map(id, args)), shape, typed)
    found = _known.get(key)
    if found is None:
        found = object.__new__(Expression)
        found.op, found.args, found.shape, found.data = op, args, shape, data
        found.open = any(arg.open for arg in args) or any(dim.is_open for dim in shape.dims) or any(map(_is_open, data))
        _known[key] = found
    return found


def _is_open(item: object) -> bool:
    if isinstance(item, Dimension):
        return item.is_open
    return isinstance(item, tuple) and any(map(_is_open, item))


def number(value: int | float | Fraction) -> Expression:
    """A numeric scalar; integers become exact fractions."""
    return make("number", data=(Fraction(value) if isinstance(value, int) else value,))


def variable(name: str, shape: Shape, version: int = 0) -> Expression:
    return make("variable", shape=shape, data=(name, version))


def with_args(node: Expression, args: tuple[Expression, ...]) -> Expression:
    """The same operator on other arguments of the same shapes."""
    return node if args == node.args else make(node.op, args, node.shape, node.data)


def rewritten(root: Expression, change: Callable[[Expression, tuple[Expression, ...]], Expression]) -> Expression:
    """The graph with every node changed, parts before wholes: `change` is given a node, and its arguments as they have become."""
    done: dict[Expression, Expression] = {}
    waiting = [root]
    while waiting:
        node = waiting[-1]
        missing = [part for part in node.args if part not in done]
        waiting += missing
        if missing:
            continue
        waiting.pop()
        if node not in done:
            done[node] = change(node, tuple([done[part] for part in node.args]))
    return done[root]
