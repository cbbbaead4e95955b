"""The derivation by components: sums over indices, the terms that contain one entry, and the matrix product that they are again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction

from shapecheck import notation
from shapecheck.calculus import fold as folding
from shapecheck.calculus.differentiate import differentiate
from shapecheck.calculus.fold.length import length
from shapecheck.calculus.fold.product import times
from shapecheck.calculus.lower import Lowering
from shapecheck.core.dimension import ONE as UNIT
from shapecheck.core.dimension import Dimension
from shapecheck.core.expression import Expression, make, number
from shapecheck.core.record import replace
from shapecheck.core.shape import Shape
from shapecheck.elaborate import dependence
from shapecheck.explain.explanation import Left, Line, Section
from shapecheck.explain.monomials import APART, POOL, STEPS, Factor, Letters, Monomial, expand, used_letters
from shapecheck.explain.question import FAILURES, CannotExplain, Question, is_matrix
from shapecheck.explain.signed import signed_total

STYLE = "components"
MOST_LETTERS = 6
SUMS = "Every product is a sum over the index that its two neighbours share."


def derivations(question: Question, answer: Expression) -> list[Section]:
    """By components; and where the variable stands once in a scalar, by picking the terms that contain one entry."""
    for way in (_multilinear, _general):
        try:
            sections = way(question, answer)
        except (CannotExplain, *FAILURES):
            continue
        if all(_is_readable(line.right) for section in sections for line in section.lines):
            return sections
    line = Line(Left(question.value, "derivative", (question.wrt,)), answer, "The derivative, checked by value.")
    return [
        Section(
            STYLE, "By components", (line,) if answer.op != "tensor" else (), "With all indices written out this is too long to be read."
        )
    ]


def _is_readable(expression: Expression) -> bool:
    """No sum over more letters than anyone follows."""
    return all(node.op != "sigma" or len(node.data) <= MOST_LETTERS for node in dependence.nodes([expression]))


# sums of products


def _multilinear(question: Question, answer: Expression) -> list[Section]:
    value, wrt = question.meaning(question.value), question.wrt
    if len(question.stages) > 1 or not wrt.shape.dims:
        raise CannotExplain("functions stand between")
    letters = Letters(used_letters([value, wrt, question.value]))
    out = letters.all(value.shape)
    free = [index for index in out if index is not None]
    parts = [_tidy(part, free, letters) for part in expand(value, out, lambda node: wrt in dependence.variables(node), letters)]
    places = [(part, place) for part in parts for place, (base, _) in enumerate(part.factors) if base is wrt]
    own = _own_letters(places, free, parts, letters, wrt)
    derived = [_derived(part, place, own, free, letters) for part, place in places]
    kept = [*free, *(letter for letter in own if letter is not None)]
    writer = _Writer(question, answer, free, own, letters.dims)
    writer.value([_summed(part, free, letters.dims) for part in parts], SUMS)
    writer.derivative([_summed(part, kept, letters.dims) for part in derived], _why(places, wrt, own))
    recognised = [_recognised(part, kept, letters.dims, question) for part in derived]
    writer.derivative(recognised, "What is left of the sums are entries of matrix products.")
    writer.entry(
        "A column times a row: u_j v_k is the entry of u v' in row j and column k." if _is_outer(recognised) else "Entries of one sum."
    )
    writer.whole(answer, "All entries at once.")
    sections = [Section(STYLE, "By components", tuple(writer.lines))]
    if len(parts) == 1 and len(places) == 1 and not free and is_matrix(wrt):
        picked = _picked(question, answer, places[0], letters)
        sections += [picked] if picked else []
    return sections


def _tidy(part: Monomial, free: list[str], letters: Letters) -> Monomial:
    """Bound letters from the beginning of the alphabet, in the order of reading: summands share theirs."""
    taken = {*free, *(letters.taken - letters.dims.keys())}
    bound = dict.fromkeys(i for _, own in part.factors for i in own if i is not None and i not in free)
    pool = (letter for letter in POOL if letter not in taken)
    names = dict(zip(bound, pool, strict=False))
    sizes = {names[old]: letters.dims[old] for old in bound}
    letters.dims |= sizes
    return part.renamed(names)


def _own_letters(
    places: list[tuple[Monomial, int]], free: list[str], parts: list[Monomial], letters: Letters, wrt: Expression
) -> tuple[str | None, ...]:
    """The letters of the entry that is derived by: its own where it stands once, else new ones."""
    if not places:
        raise CannotExplain("the variable is not in it")
    if len(places) == 1:
        part, place = places[0]
        own = part.factors[place][1]
        named = [letter for letter in own if letter is not None]
        step = len(named) == 1 and named[0] in STEPS
        if len(set(named)) == len(named) and not set(named) & set(free) and not step:
            return own
    used = {i for part in parts for _, indices in part.factors for i in indices}
    pool = (
        letter
        for letter in (APART if wrt.shape.rank == 1 else POOL)
        if letter not in used and letter not in free and letter not in letters.taken - letters.dims.keys()
    )
    found = tuple(None if dimension == UNIT else next(pool) for dimension in wrt.shape.dims)
    letters.dims |= {letter: dimension for letter, dimension in zip(found, wrt.shape.dims, strict=True) if letter is not None}
    return found


def _derived(part: Monomial, place: int, own: tuple[str | None, ...], free: list[str], letters: Letters) -> Monomial:
    """The factor at this place left out: its indices are those of the entry."""
    indices = part.factors[place][1]
    rest = replace(part, factors=part.factors[:place] + part.factors[place + 1 :])
    names: dict[str, str] = {}
    deltas: list[Factor] = []
    for old, new in zip(indices, own, strict=True):
        if old is None or new is None or old == new:
            continue
        if old in free or old in names:
            size = letters.dims[new]
            deltas.append((make("identity", (), Shape((size, size)), ("short",)), (names.get(old, old), new)))
        else:
            names[old] = new
    renamed = rest.renamed(names)
    return replace(renamed, factors=(*renamed.factors, *deltas))


def _why(places: list[tuple[Monomial, int]], wrt: Expression, own: tuple[str | None, ...]) -> str:
    name = wrt.data[0]
    letters = ", ".join(letter for letter in own if letter is not None)
    if len(places) == 1:
        return f"{notation.write(_entry(wrt, own))} has derivative 1 by itself and 0 by all others: one term of the sums stays."
    return f"Product rule: each of the {len(places)} places gives a term in which the indices of that {name} are {letters}."


class _Writer:
    """Lines of entries, each compared by value with what it stands for."""

    def __init__(
        self, question: Question, answer: Expression, free: list[str], own: tuple[str | None, ...], dims: Mapping[str, Dimension]
    ) -> None:
        self.question, self.answer, self.dims = question, answer, dims
        self.free = tuple(free)
        self.own = own
        self.lines: list[Line] = []

    def value(self, parts: list[Expression], reason: str) -> None:
        right = _tensor(signed_total(parts), self.free, self.dims)
        if not self.question.holds(self.question.value, right):
            raise CannotExplain("a step did not hold on samples")
        self.lines.append(Line(Left(self.question.value, "value", (), (self.free,)), right, reason))

    def derivative(self, parts: list[Expression | None], reason: str) -> None:
        whole = [part for part in parts if part is not None]
        if len(whole) < len(parts):
            return
        named = tuple(letter for letter in self.own if letter is not None)
        right = _tensor(signed_total(whole), (*self.free, *named), self.dims)
        if not self.question.holds(self.answer, right):
            raise CannotExplain("a step did not hold on samples")
        if self.lines and right is self.lines[-1].right:
            return
        shown = tuple("1" if letter is None else letter for letter in self.own)
        left = Left(self.question.value, "derivative", (self.question.wrt,), (self.free, shown))
        self.lines.append(Line(left, right, reason))

    def entry(self, reason: str) -> None:
        """The same as an entry of the answer."""
        named = (*self.free, *(letter for letter in self.own if letter is not None))
        if self.answer.op != "tensor" and len(self.answer.shape.dims) == len(named) and self.answer.op != "variable":
            self.derivative([_entry(self.answer, named)], reason)

    def whole(self, answer: Expression, reason: str) -> None:
        if answer.op != "tensor":
            self.lines.append(Line(Left(self.question.value, "derivative", (self.question.wrt,)), answer, reason))


def _tensor(body: Expression, letters: tuple[str, ...], dims: Mapping[str, Dimension]) -> Expression:
    return make("tensor", (body,), Shape(tuple(dims[letter] for letter in letters)), letters) if letters else body


def _entry(base: Expression, at: Iterable[str | None]) -> Expression:
    if not base.shape.dims:
        return base
    return make("entry", (base,), Shape(), tuple(1 if letter is None else letter for letter in at))


def _summed(part: Monomial, free: Iterable[str], dims: Mapping[str, Dimension]) -> Expression:
    """The monomial as an expression, sums over all letters that are not free."""
    kept = set(free)
    body = times([_entry(base, own) for base, own in part.factors])
    bound = dict.fromkeys(i for _, own in part.factors for i in own if i is not None and i not in kept)
    if bound:
        body = make("sigma", (body,), Shape(), tuple((letter, dims[letter]) for letter in bound))
    return _scaled(part.coefficient, body)


def _scaled(coefficient: Fraction, body: Expression) -> Expression:
    if coefficient < 0:
        return make("negate", (_scaled(-coefficient, body),))
    if coefficient == 1:
        return body
    return number(coefficient) if body.op == "number" else make("scale", (number(coefficient), body))


# recognising matrix products


def _recognised(part: Monomial, free: list[str], dims: Mapping[str, Dimension], question: Question) -> Expression | None:
    """Factors that share summed letters, each group as one entry of a matrix product; None where a group has none."""
    entries = [_group_entry(group, free, dims, question) for group in _groups(part.factors, free)]
    found = [entry for entry in entries if entry is not None]
    return _scaled(part.coefficient, times(found)) if len(found) == len(entries) else None


def _groups(factors: Iterable[Factor], free: list[str]) -> list[list[Factor]]:
    groups: list[tuple[set[str], list[Factor]]] = []
    for base, own in factors:
        bound = {letter for letter in own if letter is not None and letter not in free}
        joined: list[Factor] = []
        others = []
        for letters, members in groups:
            if letters & bound:
                bound |= letters
                joined += members
            else:
                others.append((letters, members))
        groups = [*others, (bound, [*joined, (base, own)])]
    return [members for _, members in groups]


def _group_entry(group: list[Factor], free: list[str], dims: Mapping[str, Dimension], question: Question) -> Expression | None:
    if len(group) == 1 and all(letter is None or letter in free for letter in group[0][1]):
        return _entry(*group[0])
    out = tuple(dict.fromkeys(letter for letter in free if any(letter in own for _, own in group)))
    if len(out) > 2:
        return None
    body = _summed(Monomial(factors=tuple(group)), out, dims)
    shape = Shape(tuple(dims[letter] for letter in out))
    folded = question.folded(question.lowering()(_tensor(body, out, dims)), shape)
    return None if folded is None else _entry(folded, out)


def _is_outer(parts: Sequence[Expression | None]) -> bool:
    return len(parts) == 1 and parts[0] is not None and parts[0].op == "scale" and len(parts[0].args[1].data) == 1


# picking terms


def _picked(question: Question, answer: Expression, where: tuple[Monomial, int], letters: Letters) -> Section | None:
    """q = Σ_xy u_x B_xy v_y: every entry stands in one term."""
    part, place = where
    wrt, own = question.wrt, part.factors[place][1]
    names = dict(zip([letter for letter in own if letter is not None], ("x", "y"), strict=False))
    if len(names) < 2 or letters.taken - letters.dims.keys() & {"x", "y"} or {"x", "y"} & {i for _, at in part.factors for i in at}:
        names = {letter: letter for letter in names}
    dims = {**letters.dims, **{new: letters.dims[old] for old, new in names.items()}}
    renamed = part.renamed(names)
    at = [letter for letter in renamed.factors[place][1] if letter is not None]
    if len(set(at)) < 2:
        return None
    around = [_group_entry(group, at, dims, question) for group in _groups((*renamed.factors[:place], *renamed.factors[place + 1 :]), at)]
    found = [entry for entry in around if entry is not None]
    if len(found) < len(around):
        return None
    before = [entry for entry in found if at[0] in entry.data]
    rest = [entry for entry in found if entry not in before]
    body = times([*before, _entry(wrt, at), *rest])
    writer = _Writer(question, answer, [], tuple(at), dims)
    name = notation.write(_entry(wrt, at))
    total = make("sigma", (body,), Shape(), tuple((letter, dims[letter]) for letter in at))
    writer.value([_scaled(part.coefficient, total)], f"The factors around {wrt.data[0]} gathered: one term for each of its entries.")
    reason = f"{name} stands in one term only, and its derivative is what it is multiplied by."
    writer.derivative([_scaled(part.coefficient, times([*before, *rest]))], reason)
    writer.whole(answer, "All entries at once: the row index comes from the first factor, the column index from the last.")
    return Section(STYLE, f"By picking the terms that contain {name}", tuple(writer.lines))


# everything else


def _general(question: Question, answer: Expression) -> list[Section]:
    """The index form of value and derivative, where functions stand between."""
    value, wrt = question.value, question.wrt
    lowering = Lowering(question.context, opaque=question.held, general=(wrt,))  # each entry for itself, also of a symmetric variable
    free = [stage for stage in question.stages if stage is not value]
    known = question.known()
    taken = used_letters([*question.stages, *(question.meaning(stage) for stage in question.stages), wrt])
    pool = [letter for letter in "ijlmpqrsuv" if letter not in taken]
    names = [*pool]
    out, own = _letters(value.shape, pool), _letters(wrt.shape, pool)
    lines: list[Line] = []
    for stage in (value, *free):
        at = out if stage is value else tuple(names[: len(lowering.leaf(stage).dims)])
        form = folding.index_form(lowering(question.meaning(stage)), known, at)
        if form is None or has_symbol(form) or not question.holds(stage, form):
            raise CannotExplain("no index form")
        reason = "Entry by entry." if stage is value else "The same for what stands inside."
        lines.append(Line(Left(stage, "value", (), (_places(stage, at),)), form, reason))
    plain = replace(question, stages=(value,))
    term = differentiate(plain.lowering()(question.meaning(value)), plain.lowering().leaf(wrt))
    terms = dict.fromkeys((term, folding.substituted(term, plain.known())))
    forms = [form for each in terms if (form := folding.index_form(each, known, (*out, *own))) is not None and not has_symbol(form)]
    form = next((form for form in sorted(forms, key=length) if question.holds(answer, form)), None)
    if form is not None:
        left = Left(value, "derivative", (wrt,), (_places(value, out), _places(wrt, own)))
        lines.append(Line(left, form, "Chain rule, entry by entry."))
    if answer.op != "tensor" and not (lines[-1].left == Left(value, "derivative", (wrt,), ((), ())) and lines[-1].right is answer):
        lines.append(Line(Left(value, "derivative", (wrt,)), answer, "In matrix notation."))
    return [Section(STYLE, "By components", tuple(lines))]


def _places(variable: Expression, letters: Sequence[str]) -> tuple[str, ...]:
    """The letters as indices of a name; of a row the first is 1."""
    given = iter(letters)
    return tuple("1" if dimension == UNIT else next(given) for dimension in variable.shape.dims)


def has_symbol(form: Expression) -> bool:
    """Whether the permutation symbol stands in it, which people do not write as a product of unit vectors."""
    return any(node.op in ("cross", "levi") for node in dependence.nodes([form]))


def _letters(shape: Shape, pool: list[str]) -> tuple[str, ...]:
    return tuple(pool.pop(0) for dimension in shape.dims if dimension != UNIT)
