"""A row of the operator table: everything the project knows about one function, as data.

Strings are written in the project's own languages and interpreted where they are needed, never at import:
`signature` gives shapes, `index` the meaning as a product of indexed factors, `derivative` the chain rule.
"""

from __future__ import annotations

from typing import Literal

from shapecheck.core.record import dataclass, field

Kind = Literal["index", "elementwise", "reduction", "primitive"]


@dataclass(frozen=True, slots=True)
class Row:
    """One function.

    kind "index": multilinear; `index` defines it (`A[i,k] B[j,l] -> [(i,j),(k,l)]`; `I[i,j]` is the identity, `1` a one,
    `e[i,j,k]` the permutation symbol, `[...]` all axes, `(i,j)` a pair of axes made one with the last running fastest; what the
    right side lacks is summed).
    kind "elementwise": acts entry by entry; `derivative` is an elementwise formula of the parameters in the
    annotation language, one a parameter, separated by `;`; or `definition` defines it by other rows.
    kind "reduction": all entries (or those along an axis) to one number; `derivative` is a formula of the shape of x, or
    `definition` defines it by other rows, and no derivative is needed. `sum` needs neither: it is a product with nothing.
    kind "primitive": acts on the last axes, as `signature` says; `derivative` is in index form,
    `[out indices] / [parameter's indices] = sum of products`, with calls such as `inv(A)[i,k]`.

    `domain` says where draws for numeric checks must lie: "" any, "positive", "unit" (in (-1, 1)), "above one",
    "posdef", "invertible", "nonzero", "distinct". `value` names the function of `calculus.values` that computes it in NumPy
    (default: the row's key). `notations` holds templates by notation name with `{A}` for the parameters;
    a missing one is inherited (torch and jax from numpy, ascii from `name(arguments)`, unicode from ascii).
    """

    key: str
    name: str
    parameters: tuple[str, ...]
    kind: Kind
    signature: str
    about: str
    aliases: tuple[str, ...] = ()
    index: str = ""
    definition: str = ""
    derivative: str = ""
    domain: str = ""
    value: str = ""
    kink: str = ""
    prefix: bool = False
    axis: bool = False
    notations: dict[str, str] = field(default_factory=dict)
