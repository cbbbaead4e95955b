"""Every name, number and sign of a document's annotations, with what it is and which others are the same.

Whether `dB` is a differential of `B`, and `A_ij` an entry of `A`, is read off the names that are bound: parts of what was
typed are occurrences of their own. Two occurrences are the same thing where `symbol` is equal.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator
from typing import Literal

from shapecheck import ops
from shapecheck.core.record import dataclass
from shapecheck.core.regex import regex
from shapecheck.core.span import Span
from shapecheck.elaborate.walk import read_name, walk
from shapecheck.engine.analysis import Analysis
from shapecheck.engine.chains import ATTRIBUTES
from shapecheck.engine.document import PlacedBlock
from shapecheck.engine.result import Result
from shapecheck.syntax.spelling import spell
from shapecheck.syntax.tree import (
    Apply,
    Assertion,
    Assigned,
    Bare,
    Call,
    Declaration,
    DimensionDeclaration,
    Fact,
    Name,
    Node,
    Number,
    Relation,
    ShapeLiteral,
    Sigma,
    Statement,
)

Role = Literal["variable", "dimension", "function", "index", "operator", "number", "property", "keyword"]

DERIVING = regex(r"(?:\\partial\s*|\\mathrm\{d\}\s*|[dδ∂](?:\^?\{?[2²]\}?)?|[∇H](?:\^?\{?[2²]\}?)?_?\{?|grad_|hess_|v_|D)$")
"""What may stand before a variable within one name."""
BEHIND = regex(r"(?:_\{?[\w,]+\}?|[\u0304\u0305]|_bar|\.grad|\^?\{?[2²]\}?|['′]|[₀-ₜᵢᵣᵤᵥⱼ]+|\}+)$")

SIZED = regex(r"(?:I|𝟏|1|0|ones|zeros|eye)_(\w+)$")
"""The identity, ones and zeros of a size."""


@dataclass(frozen=True, slots=True)
class Mark:
    """One name or sign of a block; `span` is in the block."""

    span: Span
    role: Role
    key: str
    binds: bool = False
    whole: bool = True  # not a part of a longer name, such as `B` in `dB`


@dataclass(frozen=True, slots=True)
class Occurrence:
    """The same in the document. `home` is the scope of the host that the name belongs to; -1 for what belongs to none."""

    span: Span
    role: Role
    key: str
    binds: bool
    whole: bool
    home: int
    block: int

    @property
    def symbol(self) -> tuple[str, str, int]:
        return self.role, self.key, self.home


def occurrences(analysis: Analysis) -> tuple[Occurrence, ...]:
    """In the order of the document."""
    return _in(analysis, analysis.blocks)


def touching(analysis: Analysis, offset: int) -> list[Occurrence]:
    """Those at an offset, or right ahead of it."""
    around = [block for block in analysis.blocks if block.start <= offset <= block.start + len(block.result.block.text)]
    return [found for found in _in(analysis, around) if found.span.start <= offset <= found.span.end] if around else []


def _in(analysis: Analysis, blocks: Iterable[PlacedBlock]) -> tuple[Occurrence, ...]:
    homes = _Homes(analysis)
    found = []
    for block in blocks:
        result = block.result
        for mark in analysis.memo.get(("marks", result), lambda result=result: marks(result)):  # type: ignore[misc]
            home = homes.of(mark, block.scope)
            found.append(Occurrence(mark.span.shift(block.start), mark.role, mark.key, mark.binds, mark.whole, home, block.number))
    return tuple(found)


class _Homes:
    """Which scope a name belongs to: the innermost that binds it; a size to the outermost that speaks of it."""

    def __init__(self, analysis: Analysis) -> None:
        self._parents = analysis.extract.parents
        self._bound: list[set[str]] = [set() for _ in self._parents]
        self._sizes: list[set[str]] = [set() for _ in self._parents]
        for block in analysis.blocks:
            result = block.result
            names, sizes = analysis.memo.get(("bound", result), lambda result=result: _bound(result))  # type: ignore[misc]
            self._bound[block.scope] |= names
            self._sizes[block.scope] |= sizes

    def of(self, mark: Mark, scope: int) -> int:
        if mark.role == "dimension":
            speaking = [around for around in self._around(scope) if mark.key in self._sizes[around]]
            return speaking[-1] if speaking else scope
        if mark.role != "variable":
            return -1
        parent = self._parents[scope]
        if mark.key.startswith(ATTRIBUTES) and parent is not None:
            return parent
        return next((around for around in self._around(scope) if mark.key in self._bound[around]), scope)

    def _around(self, scope: int | None) -> Iterator[int]:
        while scope is not None:
            yield scope
            scope = self._parents[scope]


def _bound(result: Result) -> tuple[frozenset[str], frozenset[str]]:
    """The names that a block binds, and the sizes that it speaks of."""
    own = [binding for checked in result.statements for binding in checked.bindings]
    names = {binding.name for binding in (*own, *result.elaborated.inferred) if binding.kind != "differential" and binding.span.start >= 0}
    return frozenset(names), frozenset(mark.key for mark in marks(result) if mark.role == "dimension")


def marks(result: Result) -> tuple[Mark, ...]:
    """Those of one block, in the order of its text."""
    scope = result.elaborated.scope
    known = {name for name, binding in scope.bindings.items() if binding.kind != "differential"}
    known |= {binding.name for binding in result.elaborated.inferred}
    reader = _Reader(result.block.text, known, scope.dimensions)
    found: list[Mark] = []
    for checked in result.statements:
        bound = {binding.span for binding in checked.bindings if binding.kind != "differential"}
        found += reader.statement(checked.statement, bound)
    if result.block.targets:
        found += [Mark(binding.span, "variable", binding.name, True) for checked in result.statements for binding in checked.bindings]
    return tuple(sorted(dict.fromkeys(found), key=lambda mark: mark.span))


@dataclass(frozen=True, slots=True)
class _Reader:
    text: str
    known: Container[str]
    sizes: Container[str]

    def statement(self, statement: Statement, bound: Container[Span]) -> Iterator[Mark]:
        match statement:
            case Declaration():
                yield from (Mark(name.span, "variable", name.key, True) for name in statement.names)
                yield from (Mark(word.span, "property", word.word) for word in statement.properties)
                if statement.shape is not None:
                    yield from self.shape(statement.shape)
            case Assigned():
                yield from (Mark(word.span, "property", word.word) for word in statement.properties)
                yield from self.shape(statement.shape)
            case DimensionDeclaration():
                yield from self.keyword(statement.span, "dim")
                yield from (Mark(name.span, "dimension", name.key, True) for name in statement.names)
            case Fact():
                yield from self.keyword(statement.span, "where")
                yield from self.size(statement.left)
                yield from self.size(statement.right)
            case Relation():
                yield from (Mark(span, "operator", sign) for span, sign in zip(statement.operators, statement.relations, strict=True))
                for side in statement.sides:
                    yield from self.formula(side, bound)
            case Assertion():
                yield Mark(statement.operator, "operator", ":")
                yield from self.formula(statement.expression, bound)
                for shape in statement.shapes:
                    yield from self.shape(shape)
            case Bare():
                yield from self.formula(statement.expression, bound)
            case _:
                pass

    def keyword(self, span: Span, word: str) -> Iterator[Mark]:
        if self.text.startswith(word, span.start):
            yield Mark(Span(span.start, span.start + len(word)), "keyword", word)

    def shape(self, shape: ShapeLiteral) -> Iterator[Mark]:
        for node in shape.dims:
            yield from self.size(node)

    def size(self, node: Node) -> Iterator[Mark]:
        for part in walk(node):
            if isinstance(part, Name) and part.key != "...":
                yield Mark(part.span, "dimension", part.key)
            elif isinstance(part, Number):
                yield Mark(part.span, "number", str(part.value))
            elif isinstance(part, Apply) and part.operator.start < part.operator.end:
                yield Mark(part.operator, "operator", part.op)

    def formula(self, node: Node, bound: Container[Span]) -> Iterator[Mark]:
        for part in walk(node):
            if isinstance(part, ShapeLiteral):
                yield from self.shape(part)
            elif isinstance(part, Name):
                yield from self.name(part, bound)
            elif isinstance(part, Number):
                yield Mark(part.span, "number", str(part.value))
            elif isinstance(part, (Apply, Sigma)):
                if part.operator.start < part.operator.end:
                    yield Mark(part.operator, "operator", part.op if isinstance(part, Apply) else "sum")
            elif isinstance(part, Call) and part.style in ("call", "prefix") and part.function.span.start < part.function.span.end:
                name = part.function
                if name.key in self.known:
                    yield Mark(name.span, "variable", name.key, name.span in bound)
                else:
                    yield Mark(name.span, "function", name.key)

    def name(self, name: Name, bound: Container[Span]) -> Iterator[Mark]:
        if name.key in self.known:
            yield Mark(name.span, "variable", name.key, name.span in bound)
        elif (size := SIZED.match(name.key)) is not None and size[1] in self.sizes:
            end = name.span.end
            yield Mark(Span(end - len(size[1]), end), "dimension", size[1], whole=False)
        elif name.key in self.sizes:
            yield Mark(name.span, "dimension", name.key)
        elif ops.named(name.key):
            yield Mark(name.span, "function", name.key)
        else:
            inner = list(self.inside(name))
            yield from inner or [Mark(name.span, "index" if len(name.key) == 1 else "variable", name.key)]

    def inside(self, name: Name) -> Iterator[Mark]:
        """The variables within a name, and what stands before them: `d`, `B` of `dB`, `A` of `A_ij`; `F`, `P`, `F` of `FPF`."""
        typed = name.span.of(self.text)
        if len(typed) > 60 or "\n" in typed:
            return
        if len(typed) > 1 and typed.isascii() and typed.isalpha() and all(letter in self.known for letter in typed):
            for place, letter in enumerate(typed, name.span.start):
                yield Mark(Span(place, place + 1), "variable", letter, whole=False)
            return
        for length in range(len(typed), 0, -1):
            for start in range(len(typed) - length + 1):
                part = typed[start : start + length]
                if part[0].isspace() or part[-1].isspace() or spell(part) not in self.known:
                    continue
                before, behind = typed[:start], typed[start + length :]
                if (not before or DERIVING.match(before)) and (not behind or BEHIND.match(behind) or self.is_entry(name.key, spell(part))):
                    span = Span(name.span.start + start, name.span.start + start + length)
                    if before:
                        yield Mark(Span(name.span.start, span.start), "operator", "d")
                    yield Mark(span, "variable", spell(part), whole=False)
                    return

    @staticmethod
    def is_entry(key: str, base: str) -> bool:
        return any(base in (found, f"d{found}") for found, _ in read_name(key))
