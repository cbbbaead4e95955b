"""The meaning of a formula: tensors joined by indices (Ricci/Einstein notation), as a graph with shared nodes.

A `Term` is a tensor with ordered axes, each with a dimension. There are six kinds:

- `Leaf`: a variable, or a constant tensor of the language (see `LEAVES`).
- `Einsum`: coefficient times a product of factors, each a term with one index number an axis; indices that
  `out` lacks are summed. `out` may repeat an index (a diagonal), and may name one that no factor has
  (ones): identity is the empty product with out (0, 0), a vector of ones the empty product with out (0,).
- `Add`: a sum of terms of equal axes, each with a numeric coefficient.
- `Map`: an elementwise function of terms of equal axes (`exp`, `pow` with a constant exponent, `max`, ...).
- `Primitive`: a function that is neither multilinear nor elementwise (`inv`, `det`, `softmax`, ...), by its
  row in the operator table. Axes listed by the row; leading axes beyond them are batch axes.

Axes of the literal size 1 do not exist here: a row, a column and a vector are all order 1.
Source: Laue, Mitterreiter, Giesen: Computing Higher Order Derivatives of Matrix and Tensor Expressions,
NeurIPS 2018; A Simple and Efficient Tensor Calculus, AAAI 2020.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any
from weakref import WeakValueDictionary

from shapecheck.core.dimension import Dimension

Number = Fraction | float
Dims = tuple[Dimension, ...]

LEAVES = {
    "variable": "data (name, version, then its properties in alphabetical order)",
    "size": "order 0, data (Dimension,): the dimension as a number",
    "constant": "order 0, data (name,)",
    "basis": "order 1, data (index,): the unit vector e_i",
    "flat": "order 3, data (): axes (a, i, j), one where a = i * dim(j) + j, else zero; pairs two axes into one",
    "embed": "order 2, data (offset Dimension,): axes (a, i), one where a = offset + i, else zero; places a block",
    "levi": "order 3, all axes 3: the permutation symbol",
}


class Term:
    """A tensor-valued node; `kind` is one of the five classes' names in lower case. Equal terms are one object."""

    __slots__ = ("__weakref__", "args", "coefficient", "data", "dims", "indices", "kind", "name", "order_key")

    kind: str  # "leaf", "einsum", "add", "map", "primitive"
    name: str  # leaf kind, function or primitive name; "" else
    args: tuple[Term, ...]  # factors of an einsum, terms of an add, arguments of a function
    indices: tuple[tuple[int, ...], ...]  # einsum: per factor its index numbers; then, last, `out`
    coefficient: tuple[Number, ...]  # einsum: one number; add: one a term
    data: tuple[Any, ...]  # constant parameters; einsum: the Dimension of each index number
    dims: Dims  # the dimension of each axis
    order_key: str  # by which factors and terms are put in order; set by `calculus.leaves.made`

    @property
    def order(self) -> int:
        return len(self.dims)


_known: WeakValueDictionary[tuple[Any, ...], Term] = WeakValueDictionary()


def intern(
    kind: str,
    dims: Dims,
    *,
    name: str = "",
    args: tuple[Term, ...] = (),
    indices: tuple[tuple[int, ...], ...] = (),
    coefficient: tuple[Number, ...] = (),
    data: tuple[Any, ...] = (),
) -> Term:
    """The one term with these parts. Callers go through the normalising constructors of `calculus`."""
    typed = tuple((type(item), item) for item in data)
    key = (kind, name, tuple(map(id, args)), indices, coefficient, typed, dims)
    found = _known.get(key)
    if found is None:
        found = object.__new__(Term)
        found.kind, found.name, found.args, found.indices = kind, name, args, indices
        found.coefficient, found.data, found.dims = coefficient, data, dims
        _known[key] = found
    return found
