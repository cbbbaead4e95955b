"""Names of differentials and cotangents: `dX`, `dL_dX`, `grad_X`, `X.grad`, `X̄`, `δ2`, each with the variable it belongs to.

A name means this only where its variable is known and it is not itself bound; the caller asks in that order. A name that is only
declared may be one all the same, as the `dY` that a backward pass is given (`declared`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from unicodedata import normalize

from shapecheck.core.record import dataclass, replace
from shapecheck.core.regex import regex
from shapecheck.core.shape import Shape
from shapecheck.elaborate.sheet import Binding

MACRONS = "\u0304\u0305"

CLEAR = (
    ("d", regex(r"^[d∂]_?(?P<x>.+)$")),
    ("quotient", regex(r"^[d∂](?P<of>[^\W\d_].*?)_?[d∂]_?(?P<x>.+)$")),
    ("quotient", regex(r"^[d∂](?P<of>.+?)/[d∂](?P<x>.+)$")),
    ("quotient", regex(r"^grad_(?P<of>.+?)_(?P<x>.+)$")),
    ("grad", regex(r"^(?:[gG]rad|∇|nabla)[_.]?(?P<x>.+)$")),
    ("grad", regex(r"^(?P<x>.+)\.grad$")),
    ("grad", regex(r"^(?P<x>.+)_grad$")),
)
CONVENTIONS = (
    ("bar", regex(rf"^(?P<head>\w)[{MACRONS}](?P<tail>.*)$")),
    ("bar", regex(r"^(?P<x>.+?)_?bar$")),
    ("bar", regex(r"^bar_?(?P<x>.+)$")),
    ("δ", regex(r"^(?:δ|delta)_?(?P<layer>\d+|[a-z])$")),
    ("δ", regex(r"^(?:δ|delta_)_?(?P<x>.+)$")),
    ("v", regex(r"^v_(?P<x>.+)$")),
    ("g", regex(r"^g_(?P<x>.+)$")),
    ("adj", regex(r"^adj_?(?P<x>.+)$")),
)
"""Patterns that are also ordinary names: they count only where a statement uses them on both sides, or for `bar` and `δ`
where nothing else explains the name."""

LAYER_NAMES = ("z_{}", "z{}", "Z_{}", "Z{}", "a_{}", "a{}")


@dataclass(frozen=True, slots=True)
class Cotangent:
    """The name `key` stands for the differential or cotangent of `variable`; `of` is the loss where the name says it."""

    key: str
    variable: str
    family: str
    of: str | None = None


def read(key: str, known: Callable[[str], bool]) -> Cotangent | None:
    """What a name is the cotangent of by a clear pattern."""
    return next((found for found in _matches(key, CLEAR) if known(found.variable)), None)


def read_convention(key: str, known: Callable[[str], bool]) -> Cotangent | None:
    """What a name is the cotangent of by a pattern that may mean something else too."""
    plain = key if key.isascii() else normalize("NFD", key)
    return next((replace(found, key=key) for found in _matches(plain, CONVENTIONS) if known(found.variable)), None)


def declared(
    binding: Binding, lookup: Callable[[str], Binding | None], same: Callable[[Shape, Shape], bool]
) -> tuple[Cotangent, Binding] | None:
    """The variable that a declared name without a value may be the differential or cotangent of: one of the same shape."""
    if binding.kind != "declared" or binding.value is not None:
        return None
    found = read(binding.name, lambda key: lookup(key) is not None)
    of = lookup(found.variable) if found is not None else None
    return (found, of) if found is not None and of is not None and same(binding.shape, of.shape) else None


def _matches(key: str, patterns: tuple[tuple[str, re.Pattern[str]], ...]) -> Iterator[Cotangent]:
    for family, pattern in patterns:
        match = pattern.match(key)
        if match is None:
            continue
        parts = match.groupdict()
        if "layer" in parts:
            yield from (Cotangent(key, name.format(parts["layer"]), family) for name in LAYER_NAMES)
        elif "head" in parts:
            yield Cotangent(key, parts["head"] + parts["tail"], family)
        else:
            yield Cotangent(key, parts["x"], family, parts.get("of"))
