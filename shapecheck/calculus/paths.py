"""One contribution of several: `dA += ...` claims the term of one path, or of some, from the cotangents to the variable.

A path is a use of the variable: one argument of one node. Each use is derived by itself, and the claim is right if
it is the sum of some of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

from shapecheck.calculus import compare
from shapecheck.calculus.arrays import Array, np
from shapecheck.calculus.claimed import Claimed
from shapecheck.calculus.context import CannotDerive, Context
from shapecheck.calculus.evaluate import Assignment, schedule, value_of
from shapecheck.calculus.sample import assignments
from shapecheck.calculus.verify import moved, pulled_back, squeezed
from shapecheck.core.expression import Expression, make

MAX_USES = 7


def is_partial(said: Claimed, right: Expression, context: Context) -> bool:
    """Whether the right side is the sum of some of the contributions."""
    uses = _contributions(said, context)
    if not uses or len(uses) > MAX_USES:
        return False
    names = [name for value, _, weight in uses for name in (value, weight) if name is not None]
    names += said.wrt or [part.variable for part in said.parts]
    samples = []
    for assignment in assignments([*names, right], context, 2):
        total = squeezed(value_of(right, assignment, context.definitions), right.shape)
        samples.append((total, [_contribution(use, assignment, context) for use in uses]))
    if any(total.shape != part.shape for total, parts in samples for part in parts):
        return False
    for count in range(1, len(uses) + 1):
        for chosen in combinations(range(len(uses)), count):
            sums = [np.sum([parts[place] for place in chosen], axis=0) for _, parts in samples]
            if compare.agree([total for total, _ in samples], sums):
                return True
    return False


Use = tuple[Expression, Expression, Expression | None]
"""A value in which one use of the variable is a fresh name; that name; the value's cotangent (None: a scalar's own)."""


def _contributions(said: Claimed, context: Context) -> list[Use]:
    sources = [(part.value, part.variable, part.weight, part.held) for part in said.parts]
    if said.of is not None:
        sources = [(said.of, said.wrt[0], None, said.wrt)]
    found: list[Use] = []
    for value, variable, weight, held in sources:
        definitions = {name: body for name, body in context.definitions.items() if name not in held}
        nodes = schedule([value], definitions)
        for node in nodes:
            uses = [place for place, arg in enumerate(node.args) if arg is variable]
            for place in uses:
                fresh = make("variable", shape=variable.shape, data=(f"{variable.data[0]} used once", len(found)))
                args = (*node.args[:place], fresh, *node.args[place + 1 :])
                found.append((_with(value, node, make(node.op, args, node.shape, node.data), definitions), fresh, weight))
                if len(found) > MAX_USES:
                    return found
        if value is variable:
            return []
    return found


def _with(value: Expression, old: Expression, new: Expression, definitions: dict[Expression, Expression]) -> Expression:
    """The value with one node exchanged; names on the way are written out."""
    known: dict[Expression, Expression] = {}
    for node in schedule([value], definitions):
        if node is old:
            known[node] = new
        elif node.op == "variable" and node in definitions:
            body = known[definitions[node]]
            known[node] = node if body is definitions[node] else body
        else:
            args = tuple(known[arg] for arg in node.args)
            known[node] = node if args == node.args else make(node.op, args, node.shape, node.data)
    return known[value]


def _contribution(use: Use, assignment: Assignment, context: Context) -> Array:
    value, fresh, weight = use
    original = _original(fresh, assignment, context)
    full = moved(assignment, fresh, original)
    given = None if weight is None else value_of(weight, full, context.definitions)
    return squeezed(pulled_back(value, fresh, given, full, context.definitions), fresh.shape)


def _original(fresh: Expression, assignment: Assignment, context: Context) -> Array:
    name = str(fresh.data[0]).removesuffix(" used once")
    known: Sequence[Expression] = [*assignment.arrays, *context.definitions]
    for node in known:
        if node.op == "variable" and node.data[0] == name and node.shape == fresh.shape:
            return value_of(node, assignment, context.definitions)
    raise CannotDerive(f"{name} has no value")
