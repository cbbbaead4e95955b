"""Runs the LALR tables over tokens: a stack of states, a stack of values, one loop."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from shapecheck.syntax import build, build_statements, comparisons
from shapecheck.syntax.scan import Token
from shapecheck.syntax.tables import tables

DEEPEST = 160
"""Levels of a tree: later stages walk it recursively, four frames a level, within Python's limit of 1,000."""


class Unexpected(Exception):
    """The token that does not fit (None: the end), and the names of the tokens that would."""

    def __init__(self, token: Token | None, before: Token | None, accepted: frozenset[str]) -> None:
        super().__init__()
        self.token, self.before, self.accepted = token, before, accepted


class TooDeep(Exception):
    """The tree has more than `DEEPEST` levels; it grew too deep before `token`."""

    def __init__(self, token: Token | None) -> None:
        super().__init__()
        self.token = token


def run(tokens: Sequence[Token], start: str) -> Any:
    """What the tokens mean by the rule `start`; raises Unexpected or TooDeep."""
    data = tables()
    rows, rules, actions = data.states, data.rules, _actions()
    first, last = data.starts[start]
    states, depths = [first], [0]
    values: list[Any] = []
    for position in range(len(tokens) + 1):
        token = tokens[position] if position < len(tokens) else None
        kind = token.kind if token is not None else "$END"
        while True:
            step = rows[states[-1]].get(kind)
            if step is None:
                before = tokens[position - 1] if position else None
                at = tokens[position + 1] if token is not None and not token.text and position + 1 < len(tokens) else token
                raise Unexpected(at, before, frozenset(name for name in rows[states[-1]] if name.isupper() and _accepts(states, name)))
            if step >= 0:
                break
            origin, length, _ = rules[-1 - step]
            action = actions[-1 - step]
            if action is not None:
                if length:
                    value = action(*values[-length:])
                    depth = max(depths[-length:]) + 1
                    del values[-length:], depths[-length:], states[-length:]
                else:
                    value, depth = action(), 0
                if depth > DEEPEST and action not in build.FLAT:
                    raise TooDeep(token)
                values.append(value)
                depths.append(depth if action not in build.FLAT else depth - 1)
            else:
                states.pop()
            states.append(rows[states[-1]][origin])
            if token is None and states[-1] == last:
                return values[0]
        states.append(step)
        values.append(token)
        depths.append(0)
    raise AssertionError("the end of the tokens is always expected or not")


def _accepts(states: Sequence[int], kind: str) -> bool:
    """Whether a token of this kind would be shifted, after the reductions that it calls for."""
    data = tables()
    stack = list(states)
    while True:
        step = data.states[stack[-1]].get(kind)
        if step is None:
            return False
        if step >= 0:
            return True
        origin, length, _ = data.rules[-1 - step]
        if length:
            del stack[-length:]
        stack.append(data.states[stack[-1]][origin])


_ACTIONS: list[Any] = []


def _actions() -> list[Any]:
    """One function a rule; None where the rule only passes its one part on."""
    if not _ACTIONS:
        for origin, length, alias in tables().rules:
            if not alias and length != 1:
                raise AssertionError(f"rule {origin} needs an alias")
            _ACTIONS.append(_action(alias) if alias else None)
    return _ACTIONS


def _action(alias: str) -> Any:
    return next(getattr(module, alias) for module in (build, build_statements, comparisons) if hasattr(module, alias))
