"""The reading of an annotation that uses words of NumPy's: the language's own, and where something does not fit, NumPy's, if more fits so.

There `*` and `**` go entry by entry, and a vector lines up with the columns of a matrix.
"""

from __future__ import annotations

from collections.abc import Sequence

from shapecheck.elaborate import search
from shapecheck.elaborate.outcome import DOUBT
from shapecheck.elaborate.scope import Frame
from shapecheck.elaborate.sheet import Checked
from shapecheck.syntax.tree import Statement


def read_all(statements: Sequence[Statement], frame: Frame, read: search.Read, budget: int) -> list[Checked]:
    """Every statement in the order given: each, then all of them, as NumPy has it, where that mends something."""
    if not frame.marked or frame.elementwise:
        return search.read_all(statements, frame, read, budget)
    start, chosen = search.Start.of(frame), frame.ranks

    def either(statement: Statement) -> Checked:
        return _either(statement, frame, read)

    checked = search.read_all(statements, frame, either, budget)
    failing = _failing(checked)
    if not failing:
        return checked
    start.restore(frame, chosen)
    frame.numpy = True
    other = search.read_all(statements, frame, read, budget)
    if _failing(other) < failing:
        return other
    start.restore(frame, chosen)
    frame.numpy = False
    return search.read_all(statements, frame, either, budget)


def _failing(checked: Sequence[Checked]) -> int:
    return sum(bool(_problems(item)[0]) for item in checked)


def _problems(checked: Checked) -> tuple[int, int]:
    """How many are told, and how many there are with those that are only doubts."""
    found = [problem.rule for problem in checked.problems if problem.rule not in search.HINTS]
    return len(found) - found.count(DOUBT), len(found)


def _either(statement: Statement, frame: Frame, read: search.Read) -> Checked:
    start, chosen = search.Start.of(frame), frame.ranks
    first = read(statement)
    if not search.fails(first) or frame.numpy:
        return first
    start.restore(frame, chosen)
    frame.numpy = True
    second = read(statement)
    frame.numpy = False
    if _problems(second) < _problems(first):
        return second
    start.restore(frame, chosen)
    return read(statement)
