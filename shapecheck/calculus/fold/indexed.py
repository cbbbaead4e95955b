"""Any term with its indices written out: what has no matrix form is still a formula."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from shapecheck.calculus.fold.blocks import selector
from shapecheck.calculus.fold.chaining import Factor, chained, distributed
from shapecheck.calculus.fold.context import PLAIN, Context, Irreducible
from shapecheck.calculus.fold.length import length
from shapecheck.calculus.fold.product import assemble, times
from shapecheck.calculus.fold.terms import Folded, fold_all
from shapecheck.core.dimension import ONE as UNIT
from shapecheck.core.dimension import Dimension
from shapecheck.core.expression import Expression, make, number, variable
from shapecheck.core.record import dataclass, field
from shapecheck.core.shape import Shape
from shapecheck.core.term import Term

LETTERS = "ijklmnpqrstuvwabcdefgh"
MAX_PARTS = 2000


@dataclass(slots=True)
class _Writer:
    context: Context
    chains: bool = False
    done: Folded = field(default_factory=dict)
    fresh: int = 0
    parts: int = 0
    taken: set[str] = field(default_factory=set)

    def letter(self) -> str:
        while self.fresh < len(LETTERS) and LETTERS[self.fresh] in self.taken:
            self.fresh += 1
        self.fresh += 1
        number_ = self.fresh - 1
        return LETTERS[number_] if number_ < len(LETTERS) else f"i{number_}"


def chain_form(term: Term, context: Context = PLAIN) -> Expression | None:
    """The index form in which matrices in a row are one matrix: `(A B)[i,k]` for `sum_j A_ij B_jk`."""
    forms = [_form(each, _Writer(context, chains=True), ()) for each in dict.fromkeys((term, distributed(term)))]
    return min((form for form in forms if form is not None), key=length, default=None)


def index_form(term: Term, context: Context = PLAIN, names: tuple[str, ...] = ()) -> Expression | None:
    """The term with a name an axis (`names`, or i, j, k, ...): products of entries, summed where an index repeats."""
    return _form(term, _Writer(context, taken=set(names)), names)


def _form(term: Term, writer: _Writer, names: tuple[str, ...]) -> Expression | None:
    letters = tuple(names) or tuple(writer.letter() for _ in term.dims)
    try:
        body = _body(term, letters, writer)
    except Irreducible:
        return None
    body = _covering(_sized(body), letters, term.dims)
    return make("tensor", (body,), Shape(term.dims), letters) if letters else body


def _sized(body: Expression) -> Expression:
    """With the size of an identity shown where nothing else in the formula tells what its indices run over."""
    entries = [node for node in _nodes(body) if node.op == "entry"]
    deltas = [node for node in entries if node.args[0].op == "identity"]
    told = {index for node in entries if node.args[0].op not in ("identity", "kron", "cross", "basis") for index in node.data}
    shown: dict[Expression, Expression] = {}
    for _ in deltas:
        told.update(index for node in deltas if told & set(node.data) for index in node.data)
        open_ = next((node for node in deltas if not told & set(node.data)), None)
        if open_ is None:
            break
        told.update(open_.data)
        shown[open_] = make("entry", (make("identity", (), open_.args[0].shape),), Shape(), open_.data)
    return _replaced(body, shown) if shown else body


def _covering(body: Expression, letters: tuple[str, ...], dims: tuple[Dimension, ...]) -> Expression:
    """With a one for each axis along which the value is the same, for an index that stands nowhere has no range."""
    told = {index for node in _nodes(body) if node.op in ("entry", "basis") for index in node.data}
    open_ = [(letter, size) for letter, size in zip(letters, dims, strict=True) if letter not in told]
    if not open_:
        return body
    ones = make("ones", (), Shape(tuple(size for _, size in open_)))
    return times([make("entry", (ones,), Shape(), tuple(letter for letter, _ in open_)), body])


def _nodes(body: Expression) -> list[Expression]:
    found = {body: None}
    for node in (waiting := [body]):
        fresh = [part for part in node.args if part not in found]
        found |= dict.fromkeys(fresh)
        waiting += fresh
    return list(found)


def _replaced(node: Expression, by: dict[Expression, Expression]) -> Expression:
    """Index forms are shallow: `MAX_PARTS` bounds them."""
    memo = dict(by)
    for part in reversed(_nodes(node)):
        if part not in memo:
            args = tuple(memo.get(arg, arg) for arg in part.args)
            memo[part] = part if args == part.args else make(part.op, args, part.shape, part.data)
    return memo[node]


def _body(term: Term, letters: tuple[str, ...], writer: _Writer) -> Expression:
    """The entry of the term at these indices, as a scalar."""
    writer.parts += 1
    if writer.parts > MAX_PARTS:
        raise Irreducible("too long")
    handler = _KINDS[term.kind]
    return handler(term, letters, writer)


def _leaf(term: Term, letters: tuple[str, ...], writer: _Writer) -> Expression:
    if term.name == "variable":
        shape = writer.context.shapes.get(term.data[:2], Shape(term.dims))
        base = variable(term.data[0], shape, term.data[1])
        if len(shape.dims) != len(term.dims):
            given = iter(letters)
            places = tuple(1 if dimension == UNIT else next(given) for dimension in shape.dims)
            return make("entry", (base,), Shape(), places)
    elif term.name == "basis":
        base = make("basis", (), Shape(term.dims), term.data)
    elif term.name in ("size", "constant"):
        return make(term.name, (), Shape(), term.data)
    else:
        return _constant(term, letters)
    return make("entry", (base,), Shape(), letters) if letters else base


def _constant(term: Term, letters: tuple[str, ...]) -> Expression:
    """The tensors of the language itself, by unit vectors: pairs of axes are kron(I_M e_i, I_N e_j), the symbol cross(e_i, e_j)."""
    if term.name == "embed":
        whole, part = term.dims
        if part == UNIT:
            raise Irreducible("a single entry under an index")
        return make("entry", (selector(whole, part, term.data[0]),), Shape(), letters)
    place, first, second = (0, 1, 2) if term.name == "flat" else (2, 0, 1)
    units = tuple(_unit(letters[axis], term.dims[axis], told=term.name != "flat") for axis in (first, second))
    joined = make("kron" if term.name == "flat" else "cross", units, Shape((term.dims[place],)))
    return make("entry", (joined,), Shape(), (letters[place],))


def _unit(letter: str, size: Dimension, *, told: bool) -> Expression:
    """A unit vector; with the identity in front where nothing else tells its size."""
    unit = make("basis", (), Shape((size,)), (letter,))
    return unit if told else make("matmul", (make("identity", (), Shape((size, size))), unit), Shape((size,)))


def _einsum(term: Term, letters: tuple[str, ...], writer: _Writer) -> Expression:
    out = term.indices[-1]
    names: dict[int, str] = {}
    deltas: list[Expression] = []
    for index, letter in zip(out, letters, strict=True):
        if index in names:
            size = term.data[index]
            deltas.append(make("entry", (make("identity", (), Shape((size, size)), ("short",)),), Shape(), (names[index], letter)))
        names.setdefault(index, letter)
    bound: list[tuple[str, Dimension]] = []
    given: tuple[list[Factor], dict[int, Dimension], frozenset[Term]]
    given = chained(term) if writer.chains else (list(zip(term.args, term.indices, strict=False)), dict(enumerate(term.data)), frozenset())
    for _, axes in given[0]:
        for index in axes:
            if index not in names:
                names[index] = writer.letter()
                bound.append((names[index], given[1][index]))
    factors: list[Expression] = []
    under: list[Expression] = []
    for part, axes in given[0]:
        inner = tuple(names[index] for index in axes)
        if part.kind == "map" and part.name == "pow" and isinstance(part.data[0], Fraction) and part.data[0] < 0:
            body = _body(part.args[0], inner, writer)
            under.append(body if part.data[0] == -1 else make("epower", (body, number(-part.data[0]))))
        else:
            factors.append((_primitive if part in given[2] else _body)(part, inner, writer))
    product = _quotient([*factors, *deltas], under)
    if bound:
        product = make("sigma", (product,), Shape(), tuple(bound))
    return _scaled(term.coefficient[0], product)


def _quotient(over: list[Expression], under: list[Expression]) -> Expression:
    top = times(over)
    return make("ratio", (top, times(under))) if under else top


def _scaled(coefficient: Fraction | float, body: Expression) -> Expression:
    if coefficient == 1:
        return body
    if coefficient == -1:
        return make("negate", (body,))
    if body.op == "number":
        return number(coefficient * body.data[0])
    if coefficient < 0:
        return make("negate", (_scaled(-coefficient, body),))
    return make("scale", (number(coefficient), body))


def _add(term: Term, letters: tuple[str, ...], writer: _Writer) -> Expression:
    if not term.args:
        return number(0)
    result: Expression | None = None
    pairs = sorted(zip(term.coefficient, term.args, strict=True), key=lambda pair: pair[0] < 0)
    start, last = writer.fresh, writer.fresh
    for coefficient, part in pairs:
        writer.fresh = start
        body = _body(part, letters, writer)
        last = max(last, writer.fresh)
        if result is None:
            result = _scaled(coefficient, body)
        elif coefficient < 0:
            result = make("subtract", (result, _scaled(-coefficient, body)))
        else:
            result = make("add", (result, _scaled(coefficient, body)))
    writer.fresh = last
    assert result is not None
    return result


def _map(term: Term, letters: tuple[str, ...], writer: _Writer) -> Expression:
    args = [_body(part, letters, writer) for part in term.args]
    if term.name == "pow":
        exponent = term.data[0]
        if exponent == Fraction(1, 2):
            return make("sqrt", (args[0],))
        if exponent == -1:
            return make("ratio", (number(1), args[0]))
        return make("epower", (args[0], number(exponent)))
    if term.name == "epower":
        return make("epower", tuple(args))
    return make(term.name, tuple(args), Shape(), term.data)


def _primitive(term: Term, letters: tuple[str, ...], writer: _Writer) -> Expression:
    product = fold_all(term, writer.context, writer.done)
    whole = assemble(product)
    return make("entry", (whole,), Shape(), letters) if letters else whole


_KINDS: dict[str, Callable[[Term, tuple[str, ...], _Writer], Expression]] = {
    "leaf": _leaf,
    "einsum": _einsum,
    "add": _add,
    "map": _map,
    "primitive": _primitive,
}
