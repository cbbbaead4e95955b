"""One annotation cut out of its document: the same text is the same value, wherever it stands."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache, lru_cache
from typing import Any

from shapecheck import syntax
from shapecheck.core.record import dataclass, fields, is_dataclass
from shapecheck.core.span import Span
from shapecheck.engine.memo import Memo
from shapecheck.hosts.annotation import Annotation
from shapecheck.syntax.tree import Assertion, Bare, Broken, Declaration, DimensionDeclaration, Fact, Name, Relation, ShapeLiteral, Statement

LARGEST = 200_000
"""Code points of an annotation that are read; nobody writes a longer one by hand."""

MOST = 2000
"""Statements of an annotation that are read."""

PLACES = frozenset({"span", "operator"})


@dataclass(frozen=True, slots=True, eq=False)
class Block:
    """All offsets are relative to the first character, which is where the word `shape:` or the code's first target begins.

    Compared by identity: with one memo, one object stands for one content.
    """

    kind: str
    text: str
    pieces: tuple[Span, ...]
    targets: tuple[Span, ...]


def cut(text: str, annotation: Annotation, memo: Memo) -> tuple[Block, int]:
    """The annotation's block, and where it begins in the document."""
    start = annotation.word.start
    if annotation.targets:
        start = min(start, annotation.targets[0].start)
    limit = start + LARGEST
    pieces = [piece for piece in annotation.pieces if piece.end <= limit]
    end = pieces[-1].end if pieces else annotation.word.end
    offsets = tuple([piece.start - start for piece in pieces] + [piece.end - start for piece in pieces])
    goals = tuple([target.start - start for target in annotation.targets] + [target.end - start for target in annotation.targets])
    key = ("block", annotation.kind, text[start:end], offsets, goals)
    return memo.get(key, lambda: Block(annotation.kind, text[start:end], _spans(offsets), _spans(goals))), start


def _spans(offsets: tuple[int, ...]) -> tuple[Span, ...]:
    """Of all starts, and then all ends."""
    half = len(offsets) // 2
    return tuple(Span(*pair) for pair in zip(offsets[:half], offsets[half:], strict=True))


@lru_cache(maxsize=4096)
def statements(block: Block) -> tuple[Statement, ...]:
    """What the block says."""
    if block.kind == "trailing":
        return syntax.parse_trailing(block.text, block.pieces, block.targets)[:MOST]
    return syntax.parse(block.text, block.pieces)[:MOST]


@lru_cache(maxsize=1024)
def targets(block: Block) -> tuple[Name, ...]:
    """The names that the code assigns on the block's line."""
    return tuple(name for name in syntax.names_at(block.text, block.targets) if name is not None)


def is_formula(statement: Statement) -> bool:
    """Whether a statement uses names, and does not only say what they are."""
    if isinstance(statement, Bare):
        return not isinstance(statement.expression, ShapeLiteral)
    return isinstance(statement, Relation | Assertion)


def declares(statement: Statement) -> bool:
    return isinstance(statement, Declaration | DimensionDeclaration | Fact)


def defined_first(block: Block) -> set[str]:
    """The names that the block defines before it uses them."""
    used: set[str] = set()
    found: set[str] = set()
    for statement in statements(block):
        if isinstance(statement, Relation) and isinstance(statement.sides[0], Name) and statement.relations[0] == "=":
            used.update(name.key for name in names_in(statement.sides[1:]))
            found |= {statement.sides[0].key} - used
        used.update(name.key for name in names_in(statement))
    return found


@lru_cache(maxsize=4096)
def mentioned(block: Block) -> str:
    """All names that occur in the block, each between blanks: a name that it may use is part of this text."""
    found: dict[str, None] = dict.fromkeys(name.key for statement in statements(block) for name in names_in(statement))
    found |= dict.fromkeys(name.key for name in targets(block))
    return " ".join(found)


def names_in(value: Any) -> Iterator[Name]:
    """Every name in a statement, those in shapes and those of functions included."""
    waiting = [value]
    while waiting:
        item = waiting.pop()
        kind: Any = type(item)
        if kind is tuple:
            waiting += item
        elif kind is Name:
            yield item
        else:
            waiting += [getattr(item, part) for part in _parts(kind)]


@cache
def _parts(kind: type) -> tuple[str, ...]:
    """The fields of a kind of node that may hold names."""
    if kind in (Span, Broken) or not is_dataclass(kind):
        return ()
    return tuple(one.name for one in fields(kind) if one.name not in PLACES)
