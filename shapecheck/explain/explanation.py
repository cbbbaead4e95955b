"""What a derivation is made of: lines that are equalities, each with its reason, in sections, and remarks behind them."""

from __future__ import annotations

from shapecheck.core.expression import Expression
from shapecheck.core.record import dataclass
from shapecheck.explain.remark import Remark


@dataclass(frozen=True, slots=True)
class Left:
    """What a line speaks of: a value (`q`), its differential (`dq`), or its derivative by variables (`dq/dB`), perhaps of an entry."""

    of: Expression
    kind: str = "value"  # "value", "differential", "derivative", or "stacked": d vec(Y)/d vec(X)
    wrt: tuple[Expression, ...] = ()
    indices: tuple[tuple[str, ...], ...] = ()  # of the value, then of each variable


@dataclass(frozen=True, slots=True)
class Line:
    """`left = right`, and why."""

    left: Left
    right: Expression
    reason: str


@dataclass(frozen=True, slots=True)
class Section:
    """One way to the derivative; `note` says where the way ends early."""

    style: str
    title: str
    lines: tuple[Line, ...]
    note: str = ""


@dataclass(frozen=True, slots=True)
class Explanation:
    """A derivative explained: every line of every section holds by value on samples, or it would not be here."""

    sections: tuple[Section, ...]
    remarks: tuple[Remark, ...] = ()
