"""Where formulas are defined, and differentiable: what is infinite, singular, or at a kink is drawn again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from shapecheck.calculus.arrays import Array, np
from shapecheck.calculus.evaluate import Factored, Value, schedule
from shapecheck.core.expression import Expression
from shapecheck.ops import ROWS

LARGEST = 1e7
WORST_CONDITION = 1e5


def failed(nodes: Sequence[Expression], known: Mapping[Expression, Value | Factored]) -> Expression | None:
    """The first node that is not finite, or badly conditioned."""
    for node in nodes:
        if node.op in LINEAR or isinstance(known[node], Factored):
            continue
        array = known[node].array
        with np.errstate(all="ignore"):
            top = np.abs(array).max() if array.size else 0.0
            if not top < LARGEST:
                return node
            if node.op in INVERTING and _inverts(node) and _is_singular(known[node.args[0]].array):
                return node
            if node.op in DOMAINS and _outside(DOMAINS[node.op], known[node.args[0]].array, array):
                return node
            if node.op == "ratio" and np.abs(known[node.args[1]].array).min() < 1e-4:
                return node
    return None


def _inverts(node: Expression) -> bool:
    """Whether a derivative through this node needs an inverse: not of whole powers, nor where nothing varies."""
    if node.op == "power" and node.data[0] > 0 and node.data[0] == int(node.data[0]):
        return False
    return node.op != "det" or any(part.op == "variable" for part in schedule([node], {}))


def _is_singular(array: Array) -> bool:
    if array.ndim < 2:
        return bool(np.abs(array).min() < 1.0 / WORST_CONDITION)
    return bool(np.max(np.linalg.cond(array)) > WORST_CONDITION)


def _outside(domain: str, arg: Array, value: Array) -> bool:
    """Whether a reduction is evaluated where it has no derivative: an entry of zero, or two largest ones."""
    if domain == "nonzero":
        return bool(np.abs(value).min() < 1e-12)
    close = np.abs(arg[..., None] - value.reshape(-1)) < 1e-9 * (1 + np.abs(value).max()) if value.size < 50 else None
    return close is not None and value.size == 1 and bool(np.count_nonzero(close) > 1)


DOMAINS = {key: row.domain for key, row in ROWS.items() if row.kind == "reduction" and row.domain in ("nonzero", "distinct")}
INVERTING = {"inv", "pinv", "det", "logdet", "power"}
LINEAR = {"variable", "number", "constant", "size", "identity", "ones", "zeros", "basis", "transpose", "negate", "entry", "tensor"}
