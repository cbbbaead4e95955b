"""The operator table: one row a function, rows are data.

`ROWS` maps a row's key (an expression's `op`) to the row; `named` finds the rows that a typed name can mean,
one an overload. Structural operators (sum, product, transpose, blocks, entries) are those of
`core.expression`. Begin with `row.py`, then `matrices.py`.
"""

from __future__ import annotations

from shapecheck.ops import elementwise, matrices, reductions, vectors
from shapecheck.ops.row import Row

ROWS: dict[str, Row] = {row.key: row for part in (elementwise, reductions, vectors, matrices) for row in part.ROWS}

_BY_NAME: dict[str, tuple[Row, ...]] = {}
for _row in ROWS.values():
    for _name in (_row.name, *_row.aliases):
        _BY_NAME[_name] = (*_BY_NAME.get(_name, ()), _row)


def named(name: str) -> tuple[Row, ...]:
    """The rows that this name can mean; empty where it is no function of the language."""
    return _BY_NAME.get(name, ())


def names() -> frozenset[str]:
    """Every name that calls a function, aliases included."""
    return frozenset(_BY_NAME)
