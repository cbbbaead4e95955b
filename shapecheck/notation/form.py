"""What a notation is made of: one form an operator, with brackets told by levels.

A level says how tightly a written formula holds together; an operand whose level lies under its form's
`sides` gets brackets. The numbers follow the table of the language reference, section "expressions".
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from shapecheck.core.record import dataclass, replace

OPEN, SUM, FROBENIUS, HADAMARD, ELEMENTWISE, FRACTION, PRODUCT, KRON, SIGN, POWER, POSTFIX, ATOM = range(0, 120, 10)


@dataclass(frozen=True, slots=True)
class Form:
    """How one operator is written: `{a}`, `{b}`, ... stand for the arguments, other fields for its data.

    `sides` are the least levels of the arguments that need no brackets (the last one holds for the rest).
    `loose`: the result holds no tighter than its loosest bare argument (`2 x .* y`).
    """

    template: str
    level: int = ATOM
    sides: tuple[int, ...] = (OPEN,)
    loose: bool = False


@dataclass(frozen=True, slots=True)
class Notation:
    """One way to write formulas; what it lacks it inherits, `extend` makes the heir."""

    name: str
    forms: Mapping[str, Form]
    bracket: str
    spell: Callable[[str, str], str]  # a name, and the indices of its entry ("" for none)
    number: Callable[[str, str], str]  # numerator and denominator ("" for none) as digits
    exponent: Callable[[str, bool], str]  # a written exponent, and whether it is a bare integer -> what follows the base
    call: str  # {f} and {args}
    comma: str = ", "
    next_row: str = "; "
    next_cell: str = ", "
    rows: tuple[str, ...] = ()  # names of `Row.notations` to look into, first match wins
    function: Callable[[str], str] = str
    document: Callable[[str], str] = str
    size: Callable[[str], str] = str
    parents: tuple[str, ...] = ()


def extend(parent: Notation, name: str, forms: Mapping[str, Form], **changes: object) -> Notation:
    """A notation that differs from its parent in these forms and fields."""
    return replace(parent, name=name, forms={**parent.forms, **forms}, parents=(parent.name, *parent.parents), **changes)  # type: ignore[arg-type]
