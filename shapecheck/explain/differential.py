"""The derivation by differentials: from outside to inside, each named stage put in, until one factor stands before dX."""

from __future__ import annotations

from shapecheck.core.dimension import ONE as UNIT
from shapecheck.core.expression import Expression, make, number
from shapecheck.core.record import dataclass, field, replace
from shapecheck.core.term import Term
from shapecheck.elaborate import dependence
from shapecheck.explain import collecting
from shapecheck.explain.explanation import Left, Line, Section
from shapecheck.explain.question import FAILURES, CannotExplain, Question, is_matrix, is_scalar, is_vector, total
from shapecheck.explain.rulebook import Rules, Terms
from shapecheck.explain.rules import differential
from shapecheck.explain.signed import signed_total
from shapecheck.explain.writing import write

STYLE = "differential"
LONGEST = 500
NAMED = "A name for what stands inside a function."
TITLE = "By differentials"


@dataclass(slots=True)
class Writing:
    """The lines so far; a line that does not hold by value is not written, and ends the derivation."""

    question: Question
    lines: list[Line] = field(default_factory=list)

    def line(self, left: Left, right: Expression, reason: str) -> None:
        meant = left.of if left.kind == "value" else self.question.marks[left.of]
        if not self.question.holds(meant, right):
            raise CannotExplain("a step did not hold on samples")
        last = self.lines[-1] if self.lines else None
        text = write(right, "ascii")
        if len(text) > LONGEST:
            raise CannotExplain("the next one would be too long to be read")
        if last is None or last.left != left or write(last.right, "ascii") != text:
            self.lines.append(Line(left, right, reason))


def derivation(question: Question, answer: Expression, stacked: Expression | None = None) -> Section:
    """The section; where the rules told here do not reach, it ends early and says so."""
    writing = Writing(question)
    note = ""
    try:
        _formula(writing)
        writing_of(question, writing)
    except (CannotExplain, *FAILURES) as error:
        note = f"Further steps are not written out here: {error}." if isinstance(error, CannotExplain) else NO_STEPS
    _conclusion(writing, answer, stacked, bool(note))
    return Section(STYLE, TITLE, tuple(writing.lines), note)


NO_STEPS = "Further steps have no short form in matrix notation; the components show them."


def _formula(writing: Writing) -> None:
    question = writing.question
    for stage in question.stages:
        first = stage is question.value
        reason = "The formula." if first else NAMED if stage in question.introduced else "As defined."
        writing.line(Left(stage), question.meaning(stage), reason)


def writing_of(question: Question, writing: Writing) -> None:
    """From the differential of the value to one factor before dX."""
    value = question.value
    left = Left(value, "differential")
    own = question.marks[question.wrt]
    terms = _expanded(value, writing)
    if not terms:
        return
    current = _collected(left, terms, writing)
    for stage in question.stages[1:]:
        mark = question.marks[stage]
        if mark not in dependence.variables(total(current)):
            continue
        inner = _expanded(stage, writing)
        if not inner:
            current = [term for term in current if mark not in dependence.variables(term)]
            writing.line(left, signed_total(current) if current else zero(value), f"{mark.data[0]} is zero.")
            if not current:
                return
            continue
        if len(inner) > 1:
            inner = _joined(Left(stage, "differential"), inner, writing)
        kept = [term for term in current if mark not in dependence.variables(term)]
        moved = [term for term in current if mark in dependence.variables(term)]
        put = [dependence.substitute(term, {mark: signed_total(inner)}) for term in moved]
        writing.line(left, signed_total([*put, *kept]), f"Put in what {mark.data[0]} is.")
        split = [dependence.substitute(term, {mark: part}) for term in moved for part in inner]
        current = _collected(left, [*split, *kept], writing)
    if {own} < dependence.variables(total(current)) & set(question.marks.values()):
        raise CannotExplain("a differential is left over")


def _expanded(stage: Expression, writing: Writing) -> Terms:
    question = writing.question
    rules = Rules(question)
    terms = differential(question.meaning(stage), rules)
    if not terms:
        still = not dependence.variables(question.meaning(stage)) & question.marks.keys()
        reason = f"{question.wrt.data[0]} does not stand in it." if still else "Flat: the derivative is zero wherever there is one."
        writing.line(Left(stage, "differential"), zero(stage), reason)
        return terms
    marks = [mark for mark in question.marks.values() if any(mark in dependence.variables(term) for term in terms)]
    reasons = [*rules.reasons] or [_product_rule(question, terms, marks)]
    writing.line(Left(stage, "differential"), signed_total(terms), " ".join(reasons))
    return terms


def zero(like: Expression) -> Expression:
    return make("zeros", (), like.shape) if like.shape.dims else number(0)


def _product_rule(question: Question, terms: Terms, marks: list[Expression]) -> str:
    names = " and ".join(str(mark.data[0])[1:] for mark in marks)
    plural = len(marks) > 1
    if len(terms) == 1:
        return f"Product rule: only {names} changes; everything else is constant."
    if plural:
        return f"Product rule: {names} change in turn, everything else is constant."
    return f"Product rule: {names} stands in {len(terms)} places, and each changes once while the others stay."


def _joined(left: Left, terms: Terms, writing: Writing) -> Terms:
    """Terms with one differential, in one where that is shorter: a Jacobian before it."""
    question = writing.question
    if not is_vector(left.of):
        return terms
    found = collecting.pieces(terms, question)
    try:
        gathered = collecting.gathered(found, left.of.shape, question)
    except (CannotExplain, *FAILURES):
        return terms
    writing.line(left, signed_total([*gathered.values()]), "One matrix before each differential.")
    return [*gathered.values()]


def _collected(left: Left, terms: Terms, writing: Writing) -> Terms:
    """The same with one factor before each differential, by steps that are told; as it is where that has no form."""
    question = writing.question
    value = left.of.shape
    if not (is_scalar(left.of) or (is_vector(left.of) and all(is_vector(mark) or is_scalar(mark) for mark in _marks(terms, question)))):
        return terms
    found = collecting.pieces(terms, question)
    gathered = collecting.gathered(found, value, question)
    if not is_scalar(left.of):
        if len(gathered) < len(found) or any(form is not piece.term for form, piece in zip(gathered.values(), found, strict=False)):
            writing.line(left, signed_total([*gathered.values()]), "One matrix stands before each differential.")
        return [*gathered.values()]
    matrices = [piece for piece in found if is_matrix(piece.mark)]
    traces = collecting.traced(found, question) if matrices else []
    for parts, reason in traces:
        writing.line(left, signed_total(parts), reason)
    alone = [collecting.form(piece.coefficient, piece.mark, value, question) for piece in found]
    single = [part for part in alone if part is not None]
    if len(single) == len(alone):
        writing.line(left, signed_total(single), _reading(found, bool(traces)))
    if len(gathered) < len(found):
        writing.line(left, signed_total([*gathered.values()]), "Terms with the same differential are collected.")
    return [*gathered.values()]


def _reading(found: list[collecting.Piece], traces: bool) -> str:
    if traces:
        return "Frobenius product: tr(G' M) = G : M, the sum of the products of equal entries."
    if any(is_matrix(piece.mark) for piece in found):
        entrywise = ", and G : (M .* N) = (G .* M) : N" if collecting.has_entrywise(found) else ""
        return f"Factors cross the Frobenius product: G : (M N) = (M' G) : N = (G N') : M{entrywise}."
    if collecting.moves_back(found):
        return "A scalar equals its own transpose, so the differential can stand last in every term."
    if not any(is_vector(piece.mark) for piece in found):
        return "What stands before it, in short."
    if collecting.has_entrywise(found):
        return "Factors cross the inner product: a' (b .* c) = (a .* b)' c."
    return "What stands before the differential is one row."


def _marks(terms: Terms, question: Question) -> list[Expression]:
    return [mark for mark in question.marks.values() if any(mark in dependence.variables(term) for term in terms)]


def _conclusion(writing: Writing, answer: Expression, stacked: Expression | None, early: bool) -> None:
    question = writing.question
    left = of_derivative(question, answer)
    if early:
        writing.lines.append(Line(left, answer, "The derivative, checked by value."))
        return
    own = question.marks[question.wrt]
    last = next((line.right for line in reversed(writing.lines) if line.left == Left(question.value, "differential")), None)
    term: Term | None = question.coefficient(last, own) if last is not None else None
    found = question.folded(term, answer.shape) if term is not None and answer.op != "tensor" else None
    reason = _reading_off(question, own)
    if found is not None and found is not answer and found.shape == answer.shape and question.holds(found, answer):
        writing.lines.append(Line(left, found, reason))
        reason = "With the names put in." if question.introduced else "The same, in short."
    writing.lines.append(Line(left, answer, reason))
    if stacked is not None:
        names = "the columns of both, one below the other; kron(B', A) vec(X) = vec(A X B)"
        writing.lines.append(Line(replace(left, kind="stacked", indices=()), stacked, f"As one matrix: {names}."))


def of_derivative(question: Question, answer: Expression) -> Left:
    """What the answer is called: with its letters where it has an index form only."""
    if answer.op != "tensor":
        return Left(question.value, "derivative", (question.wrt,))
    letters = iter(answer.data)
    indices = tuple(tuple("1" if d == UNIT else next(letters) for d in node.shape.dims) for node in (question.value, question.wrt))
    return Left(question.value, "derivative", (question.wrt,), indices)


def _reading_off(question: Question, mark: Expression) -> str:
    name = mark.data[0]
    if is_scalar(question.value) and is_matrix(mark):
        return f"The gradient is what {name} is paired with, since d{question.value.data[0]} = G : {name} for every {name}."
    if is_scalar(question.value) and is_vector(mark):
        return f"The gradient is the row before {name}, as a column."
    if is_scalar(mark):
        return f"The derivative is what {name} is multiplied by."
    if is_vector(question.value) and is_vector(mark):
        return f"The Jacobian is the matrix before {name}."
    return f"Read off entry by entry: how each entry of {question.value.data[0]} changes with each entry of {question.wrt.data[0]}."
