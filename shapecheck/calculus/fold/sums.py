"""Sums of products: equal ones merged, common factors taken out where that is shorter, in the order one writes them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from math import gcd, lcm

from shapecheck.calculus.fold.blocks import gathered
from shapecheck.calculus.fold.context import Context
from shapecheck.calculus.fold.expanding import multiplied_out
from shapecheck.calculus.fold.fractions import divided, over_common
from shapecheck.calculus.fold.length import length
from shapecheck.calculus.fold.product import ONCE, Product, assemble, constant, factor, flattened, negated, scalar, turned
from shapecheck.calculus.fold.sharing import sharings
from shapecheck.calculus.fold.transposing import transposed
from shapecheck.calculus.fold.unpacking import products, unpacked
from shapecheck.core.dimension import ONE as UNIT
from shapecheck.core.dimension import Dimension
from shapecheck.core.expression import Expression, make
from shapecheck.core.record import replace
from shapecheck.core.shape import Shape
from shapecheck.core.term import Number

MAX_FACTORED = 12
MAX_FRACTIONS = 6
WAYS = (8, 4, 2, 2, 1)
"""How many common factors are tried, in the sum, in what is left of it, and so on: this bounds the search."""
MAX_DEPTH = len(WAYS) - 1
SLACK = 2
"""`(A + A') x` is one character longer than `A x + A' x`, and nicer."""
ZERO = Fraction(0)
NOTHING = make("number", data=(ZERO,))


def total(parts: Sequence[Product], coefficients: Sequence[Number], dims: tuple[Dimension, ...], context: Context) -> Product:
    """The sum of the parts, each with its coefficient."""
    terms = [part.times(coefficient) for part, coefficient in zip(parts, coefficients, strict=True)]
    return summed(terms, dims, context)


def summed(terms: list[Product], dims: tuple[Dimension, ...], context: Context, depth: int = 0) -> Product:
    terms = _unstacked(_diagonals(gathered(collected(_flattened(terms)), dims), dims, context), context)
    if not terms:
        return factor(make("zeros", (), Shape(dims))) if dims else constant(ZERO)
    if len(terms) == 1:
        return terms[0]
    special = _complement(terms)
    if special is not None:
        return special
    outer, inner = common(terms)
    opened = collected(_flattened(inner))
    if opened != inner and depth <= MAX_DEPTH:
        return outer_times(outer, summed(opened, dims, context, depth + 1))
    together = _gathered_totals(inner, context) if not dims else None
    if together is not None:
        return outer_times(outer, together)
    best = outer_times(outer, plain(inner, dims, context))
    if len(inner) > MAX_FACTORED or depth > MAX_DEPTH:
        return best
    cost = length(assemble(best)) + SLACK
    others = (*_other_way_round(inner, dims, context, depth), *_one_fraction(inner, dims, context, depth))
    for candidate, halfway in (*factored(inner, dims, context, depth + 1), *others):
        found = outer_times(outer, candidate)
        price = length(assemble(found)) + (2 * SLACK if halfway else 0)
        if price < cost:
            best, cost = found, price
    return best


def _other_way_round(terms: list[Product], dims: tuple[Dimension, ...], context: Context, depth: int) -> list[tuple[Product, bool]]:
    """The transpose of the sum of the transposes, where there are transposed products entry by entry."""
    if depth > 1 or len(dims) != 2 or UNIT in dims or len(terms) > 4 or not any(_is_turned(term) for term in terms):
        return []
    whole = summed([transposed(term, context) for term in terms], dims[::-1], context, depth + 2)
    return [(transposed(whole, context), False)]


def _one_fraction(terms: list[Product], dims: tuple[Dimension, ...], context: Context, depth: int) -> list[tuple[Product, bool]]:
    """The sum over one denominator, where less stands above than before."""
    found = over_common(terms, dims, context) if depth <= 1 and len(terms) <= MAX_FRACTIONS else None
    if found is None or len(found[0]) > len(terms) - (len(dims) == 2):
        return []
    return [(divided(summed(found[0], dims, context, depth + 2), found[1], context), False)]


def _is_turned(term: Product) -> bool:
    return len(term.chain) == 1 and term.chain[0].op == "transpose" and term.chain[0].args[0].op in ("hadamard", "ratio")


def _flattened(terms: list[Product]) -> list[Product]:
    """Sums inside the sum opened up."""
    if len(terms) < 2:
        return terms
    found: list[Product] = []
    for term in terms:
        inner = products(_only(term)) if _only(term).op in ("add", "subtract") else None
        found += [term] if inner is None else [part.times(term.coefficient) for part in inner]
    return found if len(found) <= MAX_FACTORED else terms


def _only(term: Product) -> Expression:
    if term.scalars and not term.dims:
        return term.scalars[0][0] if len(term.scalars) == 1 and term.scalars[0][1] == 1 else NOTHING
    return term.chain[0] if len(term.chain) == 1 and not term.scalars else NOTHING


def _diagonals(terms: list[Product], dims: tuple[Dimension, ...], context: Context) -> list[Product]:
    """`I - diag(t)` is `diag(1 - t)`."""
    if len(dims) != 2 or not any(len(term.chain) == 1 and term.chain[0].op == "diag" for term in terms):
        return terms
    inside = [term for term in terms if len(term.chain) == 1 and term.chain[0].op in ("diag", "identity")]
    if len(inside) < 2:
        return terms
    ones = make("ones", (), Shape(dims[:1]))
    vectors = [replace(term, chain=(term.chain[0].args[0] if term.chain[0].op == "diag" else ones,), dims=dims[:1]) for term in inside]
    vector = sum_of_entries(vectors, dims[:1], context)
    if not vector.coefficient:
        return [term for term in terms if term not in inside]
    whole = replace(vector, chain=(make("diag", (assemble(vector.bare),), Shape(dims)),), dims=dims)
    return [whole, *(term for term in terms if term not in inside)]


def _unstacked(terms: list[Product], context: Context) -> list[Product]:
    """`unvec(a, N, M) + unvec(b, N, M)` is `unvec(a + b, N, M)`."""
    inside = [term for term in terms if len(term.chain) == 1 and term.chain[0].op == "unvec"]
    if len(inside) < 2:
        return terms
    vectors = [replace(term, chain=flattened(term.chain[0].args[0]), dims=term.chain[0].args[0].shape.dims) for term in inside]
    vector = summed(vectors, vectors[0].dims, context)
    whole = make("unvec", (assemble(vector.bare),), inside[0].chain[0].shape)
    return [replace(vector, chain=(whole,), dims=inside[0].dims), *(term for term in terms if term not in inside)]


def sum_of_entries(terms: list[Product], dims: tuple[Dimension, ...], context: Context) -> Product:
    """A sum of vectors, multiplied out entry by entry where that cancels divisions."""
    plain_sum = summed(terms, dims, context)
    multiplied = multiplied_out(terms, dims, context)
    if multiplied is None:
        return plain_sum
    other = summed(multiplied, dims, context)
    return min((plain_sum, other), key=lambda found: length(assemble(found)))


def _gathered_totals(terms: list[Product], context: Context) -> Product | None:
    """`sum(a) - sum(b) + N c` is `sum(a - b + c)`."""
    vectors: list[Product] = []
    sums = [inner for term in terms for inner, power in term.scalars if inner.op == "sum" and power == 1 and not inner.data]
    shapes = {inner.args[0].shape for inner in sums}
    if len(terms) < 2 or len(shapes) != 1 or len(next(iter(shapes)).dims) != 1:
        return None
    shape = shapes.pop()
    count = make("size", (), Shape(), shape.dims)
    for term in terms:
        powers = dict(term.scalars)
        inner = next((found for found in powers if found in sums and powers[found] == 1), count)
        if powers.get(inner) != 1:
            return None
        rest = tuple(item for item in term.scalars if item[0] is not inner)
        head = unpacked(inner.args[0]) if inner is not count else factor(make("ones", (), shape))
        vectors.append(head.times(term.coefficient, rest))
    whole = summed(vectors, shape.dims, context, MAX_DEPTH)
    return Product(whole.coefficient, (*whole.scalars, (make("sum", (assemble(whole.bare),)), ONCE)), (), ())


def _complement(terms: list[Product]) -> Product | None:
    """`1 - step(u)` is `step(-u)`, but for u = 0."""
    if len(terms) != 2 or any(term.scalars or len(term.chain) > 1 for term in terms):
        return None
    first, second = sorted(terms, key=lambda term: bool(term.chain) and term.chain[0].op == "step")
    if not second.chain or second.chain[0].op != "step" or not _is_ones(first.chain[:1]) or first.coefficient != -second.coefficient:
        return None
    if _mentions(second.chain[0].args[0], ("max", "min")):  # there u = 0 is the point that counts
        return None
    inner = unpacked(second.chain[0].args[0])
    flipped = assemble(inner.times(Fraction(-1)))
    return replace(first, chain=(make("step", (flipped,), second.chain[0].shape),))


def _mentions(expression: Expression, names: tuple[str, ...]) -> bool:
    pending, seen = [expression], 0
    while pending and seen < 200:
        node = pending.pop()
        seen += 1
        if node.op in names:
            return True
        pending.extend(node.args)
    return bool(pending)


def outer_times(outer: Product, inner: Product) -> Product:
    return inner.times(outer.coefficient, outer.scalars)


def collected(terms: Iterable[Product]) -> list[Product]:
    """Equal products added up."""
    sums: dict[object, Product] = {}
    for term in terms:
        key = (frozenset(term.scalars), term.chain, term.dims)
        known = sums.get(key)
        sums[key] = term if known is None else replace(term, coefficient=known.coefficient + term.coefficient)
    return [term for term in sums.values() if term.coefficient != 0 and not any(part.op == "zeros" for part in term.chain)]


def common(terms: list[Product]) -> tuple[Product, list[Product]]:
    """Number and scalars that all terms share, and what is left of each."""
    number = _common_number([term.coefficient for term in terms])
    shared: list[tuple[Expression, Fraction]] = []
    for inner, _ in terms[0].scalars:
        powers = [dict(term.scalars).get(inner, ZERO) for term in terms]
        if all(found > 0 for found in powers):
            shared.append((inner, min(powers)))
        elif all(found < 0 for found in powers):
            shared.append((inner, max(powers)))
    inverse = tuple((inner, -power) for inner, power in shared)
    rest = [term.times(1 / number, inverse) for term in terms]
    return Product(number, tuple(shared), (), ()), rest


def _common_number(numbers: list[Number]) -> Number:
    exact = [value for value in numbers if isinstance(value, Fraction)]
    if len(exact) != len(numbers):
        sizes: set[Number] = {_size(value) for value in numbers}
        only: Number = sizes.pop() if len(sizes) == 1 else ONCE
        return -only if all(value < 0 for value in numbers) else only
    above = gcd(*(value.numerator for value in exact))
    below = lcm(*(value.denominator for value in exact))
    if len({value.denominator for value in exact}) > 1:
        below = gcd(*(value.denominator for value in exact))
    shared = Fraction(above, below) if above else ONCE
    return -shared if all(value < 0 for value in exact) else shared


def _size(number: Number) -> Number:
    return -number if number < 0 else number


def plain(terms: list[Product], dims: tuple[Dimension, ...], context: Context) -> Product:
    """The terms one behind the other, positive ones first, `I` and ones last."""
    terms = [turned(term) if term.coefficient < 0 else term for term in terms] if len(terms) < 5 else terms
    terms = sorted(terms, key=lambda term: _place(term, context))
    written = [_written(term, terms) for term in terms]
    shapes = {expression.shape for _, expression in written}
    shape = shapes.pop() if len(shapes) == 1 and dims else Shape(dims)
    result = written[0][1] if written[0][0] else negated(written[0][1])
    for positive, expression in written[1:]:
        result = make("add" if positive else "subtract", (result, expression), shape)
    if all(not positive for positive, _ in written):
        return plain([term.times(Fraction(-1)) for term in terms], dims, context).times(Fraction(-1))
    return factor(result) if dims else scalar(result)


def _place(term: Product, context: Context) -> tuple[bool, int, bool, int]:
    """Positive terms first, then as in the source formula, `I` last."""
    diagonal = bool(term.chain) and all(part.op == "identity" for part in term.chain)
    rank = context.order.get(assemble(replace(term, coefficient=ONCE)), -1) if context.order else -1
    marks = sum(part.op == "transpose" for part in term.chain) if len(term.chain) == 1 else 0
    return term.coefficient < 0, rank if rank >= 0 else len(context.order), diagonal, marks


def _written(term: Product, beside: list[Product]) -> tuple[bool, Expression]:
    """Sign and expression of a term; equal entries beside others are a scalar, equal rows one row."""
    size = replace(term, coefficient=_size(term.coefficient))
    if UNIT in term.dims:
        return term.coefficient > 0, assemble(size)
    full = _full if len(term.dims) == 2 else lambda other: not _is_ones(other.chain[:1])
    if term.chain and _is_ones(term.chain[:1]) and any(full(other) for other in beside if other is not term):
        rest = term.chain[1:]
        if not rest or (len(rest) == 1 and _is_ones(rest)):
            size = replace(size, chain=(), dims=())
        elif len(term.dims) == 2 and all(len(part.shape.dims) == 2 for part in rest) and rest[0].shape.dims[0] == UNIT:
            size = replace(size, chain=rest, dims=(UNIT, term.dims[1]))
    elif len(term.dims) == 2 and len(term.chain) > 1 and _is_ones(term.chain[-1:]) and any(_full(other) for other in beside):
        size = replace(size, chain=term.chain[:-1], dims=term.dims[:1])
    return term.coefficient > 0, assemble(size)


def _full(term: Product) -> bool:
    """A matrix that is neither diagonal nor made by repeating a row or a column: beside it broadcasting is plain to see."""
    if len(term.chain) == 1 and term.chain[0].op in ("identity", "diag"):
        return False
    return len(term.chain) > 0 and not _is_ones(term.chain[:1]) and not _is_ones(term.chain[-1:])


def _is_ones(chain: tuple[Expression, ...]) -> bool:
    return bool(chain) and (chain[0].op == "ones" or (chain[0].op == "transpose" and chain[0].args[0].op == "ones"))


def factored(terms: list[Product], dims: tuple[Dimension, ...], context: Context, depth: int) -> list[tuple[Product, bool]]:
    """The sum with a factor taken out that some terms share, on the left, on the right, or entry by entry.

    The flag says that a term was nothing but this factor, so that an `I` stays inside.
    """
    found: list[tuple[Product, bool]] = []
    tried = sorted(sharings(terms, dims, context), key=lambda sharing: -len(sharing.rests))
    for sharing in tried[: WAYS[depth - 1]]:
        whole = sharing.build(summed(sharing.rests, sharing.dims, context, depth))
        halfway = any(len(part.chain) == 1 and part.chain[0].op == "identity" for part in sharing.rests)
        found.append((summed([whole, *sharing.others], dims, context, depth) if sharing.others else whole, halfway))
    return found
