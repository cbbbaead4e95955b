"""From a differential with its terms as the rules leave them to one factor before each differential: traces, turned and read off."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from shapecheck.core.dimension import ONE as UNIT
from shapecheck.core.expression import Expression, make
from shapecheck.core.record import dataclass
from shapecheck.core.shape import Shape
from shapecheck.core.term import Term
from shapecheck.explain.question import CannotExplain, Question, is_matrix, is_scalar, is_vector, times, total, transposed, turned

CHAIN = frozenset({"matmul", "transpose", "scale", "negate", "tr", "ratio", "dot", "add", "subtract"})


@dataclass(frozen=True, slots=True)
class Piece:
    """A term, the differential in it, and what that is multiplied by."""

    term: Expression
    mark: Expression
    coefficient: Term


def pieces(terms: Iterable[Expression], question: Question) -> list[Piece]:
    """Each term with its own differential."""
    found = []
    marks = set(question.marks.values())
    for term in terms:
        inside = [node for node in _nodes(term) if node in marks]
        if len(inside) != 1:
            raise CannotExplain("a term has more than one differential")
        found.append(Piece(term, inside[0], question.coefficient(term, inside[0])))
    return found


def _nodes(expression: Expression) -> Iterable[Expression]:
    seen: dict[Expression, None] = {}
    waiting = [expression]
    while waiting:
        node = waiting.pop()
        if node not in seen:
            seen[node] = None
            waiting += node.args
    return seen


def form(coefficient: Term, mark: Expression, value: Shape, question: Question) -> Expression | None:
    """`G : dX`, `g' dx`, `g ds`, or `J dx` for a vector value; None where there is no such form."""
    scalar = all(dimension == UNIT for dimension in value.dims)
    if is_scalar(mark):
        found = question.folded(coefficient, value)
        return found and make("scale", (mark, found) if not scalar else (found, mark), value)
    if scalar and is_vector(mark):
        found = question.folded(coefficient, turned(mark.shape))
        return found and times(found, mark)
    if scalar:
        found = question.folded(coefficient, mark.shape)
        return found and make("inner", (found, mark))
    if is_vector(mark) and value.rank == 1:
        found = question.folded(coefficient, Shape((*value.dims, *mark.shape.dims)))
        return found and times(found, mark)
    return None


def traced(pieces_: Sequence[Piece], question: Question) -> list[tuple[list[Expression], str]]:
    """The steps by traces of scalar terms that are chains of products around the differential of a matrix; empty where they are not."""
    if not all(is_matrix(piece.mark) and is_scalar(piece.term) and _is_chain(piece.term, piece.mark) for piece in pieces_):
        return []
    steps: list[tuple[list[Expression], str]] = []
    opened = [piece.term if _has_trace(piece.term, piece.mark) else _scaled_trace_of(piece.term) for piece in pieces_]
    if any(term is not piece.term for term, piece in zip(opened, pieces_, strict=True)):
        steps.append((opened, "A scalar is its own trace."))
    closed = []
    for piece in pieces_:
        before = question.folded(transposed(piece.coefficient), turned(piece.mark.shape))
        if before is None:
            return []
        closed.append(_scaled_trace(before, piece.mark))
    name = str(pieces_[0].mark.data[0])
    reason = f"Cyclic property of the trace: tr(M N) = tr(N M), so the factors behind {name} may go to the front."
    if any(_is_turned(piece.term, piece.mark) for piece in pieces_):
        reason = f"A matrix and its transpose have one trace, and the trace is cyclic: tr(M N) = tr(N M). So {name} can stand last."
    steps.append((closed, reason))
    return steps


def _scaled_trace_of(term: Expression) -> Expression:
    """tr(c M) as c tr(M)."""
    if term.op == "negate":
        return make("negate", (_scaled_trace_of(term.args[0]),))
    if term.op == "scale":
        return make("scale", (term.args[0], _scaled_trace_of(term.args[1])))
    return make("tr", (term,))


def _scaled_trace(before: Expression, mark: Expression) -> Expression:
    """tr(c M dX) as c tr(M dX)."""
    if before.op == "negate":
        return make("negate", (_scaled_trace(before.args[0], mark),))
    if before.op == "scale":
        return make("scale", (before.args[0], _scaled_trace(before.args[1], mark)))
    if before.op == "identity":
        return make("tr", (mark,))
    return make("tr", (times(before, mark),))


def _path(term: Expression, mark: Expression) -> list[Expression]:
    """The operators from the term down to the differential in it."""
    path = []
    node = term
    while node is not mark:
        path.append(node)
        node = next(arg for arg in node.args if arg is mark or mark in _nodes(arg))
    return path


def _is_chain(term: Expression, mark: Expression) -> bool:
    return all(node.op in CHAIN for node in _path(term, mark))


def _has_trace(term: Expression, mark: Expression) -> bool:
    return any(node.op == "tr" for node in _path(term, mark))


def _is_turned(term: Expression, mark: Expression) -> bool:
    return sum(node.op == "transpose" for node in _path(term, mark)) % 2 == 1


def has_entrywise(pieces_: Sequence[Piece]) -> bool:
    """Whether a differential stands in a product entry by entry."""
    return any(node.op in ("hadamard", "sum", "diag", "diagonal") for piece in pieces_ for node in _path(piece.term, piece.mark))


def moves_back(pieces_: Sequence[Piece]) -> bool:
    """Whether a differential stands transposed in some term."""
    return any(_is_turned(piece.term, piece.mark) for piece in pieces_)


def gathered(pieces_: Sequence[Piece], value: Shape, question: Question) -> dict[Expression, Expression]:
    """For each differential the whole factor before it, as a form; CannotExplain where one has none."""
    found: dict[Expression, Expression] = {}
    for mark in dict.fromkeys(piece.mark for piece in pieces_):
        own = total(piece.term for piece in pieces_ if piece.mark is mark)
        whole = form(question.coefficient(own, mark), mark, value, question)
        if whole is None:
            raise CannotExplain("what stands before a differential has no matrix form")
        found[mark] = whole
    return found
