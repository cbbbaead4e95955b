"""What an expression is made of: its variables, and through definitions the variables of those."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from shapecheck.core.expression import Expression, rewritten, with_args


def variables(expression: Expression) -> frozenset[Expression]:
    """The variable nodes in an expression; definitions are not looked through."""
    return frozenset(node for node in nodes((expression,)) if node.op == "variable")


def nodes(roots: Iterable[Expression]) -> set[Expression]:
    """Every node of a graph once."""
    seen: set[Expression] = set()
    waiting = list(roots)
    while waiting:
        node = waiting.pop()
        if node not in seen:
            seen.add(node)
            waiting += node.args
    return seen


def ancestors(expression: Expression, definitions: Mapping[Expression, Expression]) -> frozenset[Expression]:
    """All variables that the value depends on, defined names and what they are defined from."""
    found: set[Expression] = set()
    waiting = list(variables(expression))
    while waiting:
        variable = waiting.pop()
        if variable not in found:
            found.add(variable)
            value = definitions.get(variable)
            if value is not None:
                waiting += variables(value)
    return frozenset(found)


def leaves(expression: Expression, definitions: Mapping[Expression, Expression]) -> frozenset[Expression]:
    """The variables without a definition that the value depends on."""
    return frozenset(variable for variable in ancestors(expression, definitions) if variable not in definitions)


def is_opaque(expression: Expression) -> bool:
    """Whether a part of it is only known by its shape."""
    return any(node.op == "opaque" for node in nodes((expression,)))


def substitute(expression: Expression, values: Mapping[Expression, Expression]) -> Expression:
    """The same expression with these variables replaced by values of their shapes."""
    return rewritten(expression, lambda node, args: values.get(node) or with_args(node, args))
