"""Cotangents that others on the same side determine: in `dS = P .* (dP - rowsum(dO .* O))`, `dP` is what `dO` gives."""

from __future__ import annotations

from shapecheck.calculus import claimed
from shapecheck.calculus.context import CannotDerive, Context
from shapecheck.calculus.deciding import right_formula
from shapecheck.core.record import replace
from shapecheck.elaborate import dependence
from shapecheck.elaborate.sheet import BackpropClaim


def beside(claim: BackpropClaim, context: Context) -> Context:
    """With each cotangent beside as what those of the claim give: `db` as `inv(A)' dx`."""
    definitions = dict(context.definitions)
    for mark, name in claim.beside:
        given = tuple(pair for pair in claim.cotangents if name in dependence.ancestors(pair[1], context.definitions))
        found = right_formula(claimed.backprop(replace(claim, of=name, cotangents=given), context), context) if given else None
        if found is None:
            raise CannotDerive(f"it is not known what {mark.data[0]} is")
        definitions[mark] = found
    return replace(context, definitions=definitions)


def determined(claim: BackpropClaim, context: Context) -> tuple[BackpropClaim, Context] | None:
    """The claim by the cotangents of the last names alone, those between defined by them; None where none stands between."""
    below = {name: dependence.ancestors(name, context.definitions) for _, name in claim.cotangents}
    last = tuple(pair for pair in claim.cotangents if not any(pair[1] in below[name] for name in below if name is not pair[1]))
    definitions = dict(context.definitions)
    for mark, name in claim.cotangents:
        if (mark, name) in last:
            continue
        given = tuple(pair for pair in last if name in below[pair[1]])
        found = right_formula(claimed.backprop(replace(claim, of=name, cotangents=given), context), context)
        if found is None:
            return None
        definitions[mark] = found
    if len(last) == len(claim.cotangents):
        return None
    return replace(claim, cotangents=last), replace(context, definitions=definitions)
