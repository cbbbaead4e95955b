"""The reading of undeclared names under which as many statements as possible fit.

Statements are read in order. One that fails is read again with its lists `[h, x]` and its names `p_c` as they may be meant too, with
other ranks for the names that it is the first to use, then, with everything before it, for the others; what fits under no reading is
told as read by the conventions, and nothing that it says of names is kept.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from shapecheck.core.record import dataclass
from shapecheck.elaborate import blocks, indexform, ranks
from shapecheck.elaborate.resolution import Resolution
from shapecheck.elaborate.scope import Frame, Mark, Scope
from shapecheck.elaborate.sheet import Checked
from shapecheck.elaborate.walk import walk
from shapecheck.syntax.tree import Assertion, Bare, Name, Node, Relation, Statement

HINTS = frozenset({"ambiguous-name", "ambiguous-product"})
"""Rules whose problems say how something was read, not that it does not fit."""

BUDGET = 1500
"""Nodes that may be read again for one annotation: whoever needs more must declare a name."""

Read = Callable[[Statement], Checked]


@dataclass(frozen=True, slots=True)
class Start:
    """Where a frame can be taken back to."""

    mark: Mark
    scope: Scope
    known: frozenset[str]

    @staticmethod
    def of(frame: Frame) -> Start:
        return Start(frame.mark(), frame.scope, frozenset(frame.inferred))

    def restore(self, frame: Frame, chosen: dict[str, int]) -> None:
        frame.rollback(self.mark)
        frame.scope = self.scope
        frame.special.clear()
        frame.ranks = chosen


@dataclass(slots=True)
class _Purse:
    left: int

    def pays(self, cost: int) -> bool:
        self.left -= cost
        return self.left >= 0


def read_all(statements: Sequence[Statement], frame: Frame, read: Read, budget: int) -> list[Checked]:
    """Every statement in the order given."""
    purse = _Purse(budget)
    first = Start.of(frame)
    checked: list[Checked] = []
    for place, statement in enumerate(statements):
        start, chosen = Start.of(frame), frame.ranks
        item = read(statement)
        if fails(item):
            item = _meant_otherwise(statement, start, frame, read, purse) or item
        if fails(item) and frame.inferred:
            current = {name: frame.inferred[name].shape.rank for name in _undeclared(statements[: place + 1], frame)}
            mended = _mended_here(statement, current, start, frame, read, purse)
            if mended is not None:
                item = mended
            else:
                start.restore(frame, chosen)
                found = frame.found()
                again = _mended_before(statements[: place + 1], current, checked, first, frame, read, purse) if purse.left > 0 else None
                if again is not None:
                    checked, item = again[:-1], again[-1]
                else:
                    frame.find(found)
                    item = _forgotten(statement, frame, read)
        checked.append(item)
    return checked


def fails(checked: Checked) -> bool:
    return any(problem.rule not in HINTS for problem in checked.problems)


def sides(statement: Statement) -> tuple[Node, ...]:
    """The expressions of a statement."""
    match statement:
        case Relation():
            return statement.sides
        case Bare() | Assertion():
            return (statement.expression,)
        case _:
            return ()


def _meant_otherwise(statement: Statement, start: Start, frame: Frame, read: Read, purse: _Purse) -> Checked | None:
    """`[h, x]` of vectors as one below the other or as a row, `p_c` as a name of its own where it was read as an entry of `p`."""
    chosen, cost = frame.ranks, _cost((statement,))
    ways: list[tuple[str, str | bool]] = [
        ("lists", way) for way in blocks.LISTS if any(blocks.is_list(part) for node in sides(statement) for part in walk(node))
    ]
    ways += [("entries", False)] if _has_labels(statement) else []
    for setting, way in ways:
        if not purse.pays(cost):
            break
        usual = getattr(frame, setting)
        start.restore(frame, chosen)
        setattr(frame, setting, way)
        item = read(statement)
        setattr(frame, setting, usual)
        if not fails(item):
            return item
    if ways:
        start.restore(frame, chosen)
        read(statement)
    return None


def _has_labels(statement: Statement) -> bool:
    """Whether names have one letter below, and none two: `p_c` beside `A_ij` is an entry too."""
    counts = {len(indices) for name in _names(statement) for _, indices in indexform.read_name(name)}
    return counts == {1}


def _mended_here(statement: Statement, current: dict[str, int], start: Start, frame: Frame, read: Read, purse: _Purse) -> Checked | None:
    """With other ranks of the names that the statement is the first to use."""
    own = {name: rank for name, rank in current.items() if name in _names(statement) and name not in start.known}
    chosen, cost = frame.ranks, _cost((statement,))
    for reading in ranks.readings(own):
        if not purse.pays(cost):
            break
        start.restore(frame, {**chosen, **reading})
        item = read(statement)
        if not fails(item):
            return item
    return None


def _mended_before(
    statements: Sequence[Statement],
    current: dict[str, int],
    checked: Sequence[Checked],
    first: Start,
    frame: Frame,
    read: Read,
    purse: _Purse,
) -> list[Checked] | None:
    """With other ranks of names that statements before it use too, none of which newly fails."""
    if len(statements) == 1:
        return None
    chosen, cost = frame.ranks, _cost(statements)
    for reading in ranks.readings(current):
        if not purse.pays(cost):
            break
        first.restore(frame, {**chosen, **reading})
        again: list[Checked] = []
        for place, statement in enumerate(statements):
            mark = frame.mark()
            item = read(statement)
            if fails(item):
                if place == len(checked) or not fails(checked[place]):
                    break
                item = Resolution(frame.solver).checked(item)
                frame.rollback(mark)
            again.append(item)
        else:
            return again
    return None


def _forgotten(statement: Statement, frame: Frame, read: Read) -> Checked:
    """A statement that does not fit, with the sizes that it found put in; what it says of names is not kept."""
    mark = frame.mark()
    item = Resolution(frame.solver).checked(read(statement))
    frame.rollback(mark)
    return item


def _undeclared(statements: Sequence[Statement], frame: Frame) -> list[str]:
    """Undeclared names: those of the last statement first, then those of the statements before it, the nearest first."""
    found: dict[str, None] = {}
    for statement in reversed(statements):
        found |= dict.fromkeys(key for key in _names(statement) if key in frame.inferred)
    return list(found)


def _names(statement: Statement) -> list[str]:
    return [part.key for node in sides(statement) for part in walk(node) if isinstance(part, Name)]


def _cost(statements: Sequence[Statement]) -> int:
    return sum(1 for statement in statements for node in sides(statement) for _ in walk(node))
