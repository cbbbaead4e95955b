"""Runs the LALR tables over tokens: a stack of states, a stack of values, one loop."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
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
    rows, reductions, steps = data.states, _reductions(), _steps
    state, last = data.starts[start]
    states, depths = [state], [0]
    values: list[Any] = []
    for position in range(len(tokens) + 1):
        token = tokens[position] if position < len(tokens) else None
        kind = token.kind if token is not None else "$END"
        while (step := rows[state].get(kind)) is not None and step < 0:
            origin, length, action, flat = reductions[-1 - step]
            if action is None:
                below = states[-2]
                found = steps.get((below, state, kind))
                state = states[-1] = _passed_on(below, state, kind) if found is None else found
            else:
                if length:
                    value = action(*values[-length:])
                    depth = max(depths[-length:]) + 1
                    del values[-length:], depths[-length:], states[-length:]
                else:
                    value, depth = action(), 0
                if depth > DEEPEST and not flat:
                    raise TooDeep(token)
                values.append(value)
                depths.append(depth - flat)
                state = rows[states[-1]][origin]
                states.append(state)
            if token is None and state == last:
                return values[0]
        if step is None:
            before = tokens[position - 1] if position else None
            at = tokens[position + 1] if token is not None and not token.text and position + 1 < len(tokens) else token
            raise Unexpected(at, before, frozenset(name for name in rows[state] if name.isupper() and _accepts(states, name)))
        state = step
        states.append(state)
        values.append(token)
        depths.append(0)
    raise AssertionError("the end of the tokens is always expected or not")


_steps: dict[tuple[int, int, str], int] = {}


def _passed_on(below: int, state: int, kind: str) -> int:
    """The state behind all rules in a row that only pass their one part on: a name is a factor, is a product, is a sum."""
    data, reductions, first = tables(), _reductions(), state
    ends = {last for _, last in data.starts.values()} if kind == "$END" else set()
    while state not in ends:
        step = data.states[state].get(kind)
        if step is None or step >= 0:
            break
        origin, _, action, _ = reductions[-1 - step]
        if action is not None:
            break
        state = data.states[below][origin]
    _steps[below, first, kind] = state
    return state


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


@cache
def _reductions() -> tuple[tuple[str, int, Any, bool], ...]:
    """One a rule: what it makes, of how many parts, by which function (None where it passes its one part on), adding no level."""
    found = []
    for origin, length, alias in tables().rules:
        if not alias and length != 1:
            raise AssertionError(f"rule {origin} needs an alias")
        action = _action(alias) if alias else None
        found.append((origin, length, action, action in build.FLAT))
    return tuple(found)


def _action(alias: str) -> Any:
    return next(getattr(module, alias) for module in (build, build_statements, comparisons) if hasattr(module, alias))
