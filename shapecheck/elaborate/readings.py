"""What a backprop claim may mean beside the plain vector-Jacobian product: it is right if one of these is.

`dW = X' dZ + λ W` is no product of a Jacobian with `dZ`, but it is the gradient of a loss with a penalty; `dS = P .* (dP - D)` with
`D = sum(dO .* O, 2)` holds for the `dP` that a line above gave, not for every one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from operator import eq

from shapecheck.core.expression import Expression, variable
from shapecheck.core.record import replace
from shapecheck.elaborate import cotangents, dependence
from shapecheck.elaborate.scope import Derivatives, Scope
from shapecheck.elaborate.sheet import BackpropClaim, Claim, GradientClaim, IdentityClaim

MOST_OUTPUTS = 3
DEEPEST = 20


def readings(claim: Claim, scope: Scope) -> Iterator[tuple[Claim, Derivatives]]:
    """The claim itself, then its other readings; each with the derivatives that variables in it stand for."""
    yield from _plain(claim, scope)
    if not isinstance(claim, IdentityClaim) and claim.otherwise is not None:
        yield from _plain(replace(claim, right=claim.otherwise, otherwise=None), scope)


def _plain(claim: Claim, scope: Scope) -> Iterator[tuple[Claim, Derivatives]]:
    if not isinstance(claim, BackpropClaim) or not claim.beside or claim.cotangents:
        yield claim, scope.derivatives
    if not isinstance(claim, BackpropClaim) or (claim.accumulate and not claim.beside):
        return
    stated = told(claim, scope)
    if stated is not None:
        yield stated, scope.derivatives
    if claim.cotangents or claim.beside:
        for output in claim.outputs[:MOST_OUTPUTS]:
            yield _gradient(claim, output)


def told(claim: BackpropClaim, scope: Scope) -> BackpropClaim | None:
    """With every cotangent as the lines before said it is, down to those of which none was said."""
    stated = {key: value for key, value in scope.stated.items() if value is not claim.right}
    right = claim.right
    for _ in range(DEEPEST):
        present = {item: stated[item] for item in _cotangents(right, claim.of, scope) if item in stated}
        present = {item: value for item, value in present.items() if item not in dependence.variables(value)}
        if not present:
            break
        right = _inlined(right, present, scope)
    if right is claim.right:
        return None
    left = _cotangents(right, claim.of, scope)
    if not left and not claim.outputs:
        return None
    return replace(claim, right=right, cotangents=tuple(left.items()), beside=())


def _cotangents(right: Expression, of: Expression, scope: Scope) -> dict[Expression, Expression]:
    """The cotangents that a value is made of, each with its variable; of declared names those whose variable depends on `of`."""
    definitions = scope.definitions()
    found: dict[Expression, Expression] = {}
    for item in dependence.ancestors(right, definitions):
        known = scope.versions.get(item)
        if known is None:
            continue
        if known.kind == "differential" and known.parameters:
            found[item] = known.parameters[0]
        read = cotangents.declared(known, scope.lookup, eq)
        if read is not None and of in dependence.ancestors(read[1].variable, definitions):
            found[item] = read[1].variable
    return found


def _inlined(right: Expression, values: Mapping[Expression, Expression], scope: Scope) -> Expression:
    """Also where a cotangent stands in the definition of a name on the right."""
    definitions = scope.definitions()
    inside = {
        item: dependence.substitute(definitions[item], values)
        for item in dependence.variables(right)
        if item in definitions and not dependence.ancestors(item, definitions).isdisjoint(values)
    }
    return dependence.substitute(right, {**values, **inside})


def _gradient(claim: BackpropClaim, output: Expression) -> tuple[GradientClaim, Derivatives]:
    """As the gradient of an output, its cotangents being the gradients of the same."""
    named: dict[Expression, Expression] = {}
    derivatives: dict[Expression, tuple[Expression, tuple[Expression, ...]]] = {}
    for cotangent, known in (*claim.cotangents, *claim.beside):
        stands = variable(f"∂{output.data[0]}/∂{known.data[0]}", known.shape, int(known.data[1]))
        named[cotangent] = stands
        derivatives[stands] = (output, (known,))
    right = dependence.substitute(claim.right, named)
    return GradientClaim(output, (claim.of,), right, claim.left_node, claim.right_node, (False,)), derivatives
