"""Stacks of matrices as if there were one of each: the leading axes that all of them share are taken away.

A term of three or more axes whose parts carry the same leading axes, or none of them, is folded as the matrices that stand
behind those axes; `lifting.py` puts the axes back. What mixes batches has no such form.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from shapecheck.calculus import leaves
from shapecheck.calculus.fold.context import Context, Irreducible
from shapecheck.calculus.product import add, einsum
from shapecheck.core.dimension import ONE as UNIT
from shapecheck.core.expression import Expression, variable
from shapecheck.core.record import dataclass, field, replace
from shapecheck.core.shape import Shape
from shapecheck.core.term import Dims, Term

OWN_AXES = {"softmax": 1, "logsoftmax": 1, "inv": 2, "pinv": 2, "root": 2}  # at the end, which a function takes as a whole
Factors = list[tuple[Term, tuple[int, ...]]]


@dataclass(slots=True)
class Unbatching:
    """The terms without `batch` in front, and the variables that stand for one matrix of a stack each, by the stack."""

    batch: Dims
    context: Context
    terms: dict[Term, Term] = field(default_factory=dict)
    stacks: dict[Expression, Expression] = field(default_factory=dict)
    shapes: dict[tuple[str, int], Shape] = field(default_factory=dict)

    def __call__(self, term: Term) -> Term:
        found = self.terms.get(term)
        if found is None:
            if term.dims[: len(self.batch)] != self.batch:
                raise Irreducible("a part without the leading axes")
            found = self.terms[term] = self._without(term)
        return found

    def _without(self, term: Term) -> Term:
        rest = term.dims[len(self.batch) :]
        match term.kind:
            case "leaf":
                return self._leaf(term)
            case "einsum":
                return self._product(term)
            case "add":
                return add(list(zip(term.coefficient, map(self, term.args), strict=True)), rest)
            case _:
                if any(part.order != term.args[0].order for part in term.args) or term.name == "opaque":
                    raise Irreducible("a function of stacks and others")
                if len(rest) < OWN_AXES.get(term.name, 0):
                    raise Irreducible("a function of the leading axes")
                args = tuple(map(self, term.args))
                return leaves.made(term.kind, rest, name=term.name, args=args, coefficient=term.coefficient, data=term.data)

    def _leaf(self, term: Term) -> Term:
        if term.name != "variable":
            raise Irreducible("a constant with leading axes")
        name, version = term.data[0], term.data[1]
        shape = self.context.shapes.get((name, version), Shape(term.dims))
        if shape.dims[: len(self.batch)] != self.batch:
            raise Irreducible("leading axes among axes of size one")
        one = f"{name}\N{COMBINING ENCLOSING CIRCLE}"
        inner = Shape(shape.dims[len(self.batch) :])
        self.stacks[variable(one, inner, version)] = variable(name, shape, version)
        self.shapes[one, version] = inner
        return leaves.variable(one, version, term.dims[len(self.batch) :], frozenset(term.data[2:]))

    def _product(self, term: Term) -> Term:
        out = term.indices[-1]
        lead = out[: len(self.batch)]
        if len(set(lead)) < len(lead) or set(lead) & set(out[len(lead) :]):
            raise Irreducible("a diagonal of leading axes")
        factors: Factors = []
        for part, indices in zip(term.args, term.indices, strict=False):
            if not set(indices) & set(lead):
                factors.append((part, indices))
            elif indices[: len(lead)] == lead and not set(indices[len(lead) :]) & set(lead):
                factors.append((self(part), indices[len(lead) :]))
            else:
                raise Irreducible("leading axes that stand elsewhere")
        dims = {number: dimension for number, dimension in enumerate(term.data) if number not in lead}
        return einsum(term.coefficient[0], factors, out[len(lead) :], dims)

    def named(self, definitions: Mapping[Expression, Term]) -> dict[Expression, Term]:
        """The definitions of names, those of stacks as the definition of one matrix."""
        found = dict(definitions)
        for name, term in definitions.items():
            if name.shape.dims[: len(self.batch)] == self.batch and UNIT not in name.shape.dims:
                try:
                    one = self(leaves.variable(name.data[0], name.data[1], name.shape.dims))
                    found[variable(one.data[0], Shape(one.dims), one.data[1])] = self(term)
                except Irreducible:
                    continue
        return found


def unbatched(term: Term, count: int, context: Context) -> tuple[Term, Unbatching, Context]:
    """The term without its first `count` axes, and what folding it needs to know. Raises Irreducible."""
    unbatching = Unbatching(term.dims[:count], context)
    inner = unbatching(term)
    definitions = unbatching.named(context.definitions)
    return inner, unbatching, replace(context, definitions=definitions, shapes={**context.shapes, **unbatching.shapes})


def opened(term: Term, context: Context) -> Iterator[tuple[Term, int]]:
    """The term before a sum over the leading axes of the stacks that it is made of, and how many these are."""
    if term.kind != "einsum":
        return
    factors, out = list(zip(term.args, term.indices, strict=False)), term.indices[-1]
    own = 1 if any(shape.rank > 2 and UNIT in shape.dims for shape in context.shapes.values()) else 2
    wide = sorted((part.order, indices) for part, indices in factors if part.order > own)
    for lead in dict.fromkeys(indices[:count] for order, indices in wide for count in range(order - own, 0, -1)):
        if not set(lead) & set(out) and len(set(lead)) == len(lead):
            yield einsum(term.coefficient[0], factors, (*lead, *out), dict(enumerate(term.data))), len(lead)
