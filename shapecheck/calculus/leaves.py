"""Terms without parts, and the text by which terms are put in order."""

from __future__ import annotations

import hashlib
from typing import Any

from shapecheck.core.dimension import Dimension, integer
from shapecheck.core.term import Dims, Number, Term, intern

LONGEST_KEY = 72


def made(
    kind: str,
    dims: Dims,
    *,
    name: str = "",
    args: tuple[Term, ...] = (),
    indices: tuple[tuple[int, ...], ...] = (),
    coefficient: tuple[Number, ...] = (),
    data: tuple[Any, ...] = (),
) -> Term:
    """The one term with these parts, its ordering key set."""
    term = intern(kind, dims, name=name, args=args, indices=indices, coefficient=coefficient, data=data)
    try:
        term.order_key  # noqa: B018
    except AttributeError:
        term.order_key = _key(term)
    return term


def _key(term: Term) -> str:
    if term.kind == "leaf":
        text = (
            f"{term.data[0]}.{term.data[1]}"
            if term.name == "variable"
            else f"{term.name}{','.join(map(str, term.data))}{term.dims and ','.join(map(str, term.dims))}"
        )
    elif term.kind == "einsum":
        marks = ["".join(map(chr, (97 + i % 26 for i in indices))) for indices in term.indices]
        text = (
            f"{term.coefficient[0]}"
            + "".join(f" {arg.order_key}_{mark}" for arg, mark in zip(term.args, marks, strict=False))
            + f">{marks[-1]}"
        )
        text = text.removeprefix("1 ") if term.args else f"{text}{','.join(map(str, term.dims))}"
    elif term.kind == "add":
        text = "(" + "+".join(f"{c}*{arg.order_key}" for c, arg in zip(term.coefficient, term.args, strict=True)) + ")"
    else:
        text = f"{term.name}({','.join(arg.order_key for arg in term.args)}){','.join(map(str, term.data))}"
    if len(text) > LONGEST_KEY:
        digest = hashlib.blake2b(text.encode(), digest_size=9).hexdigest()
        text = text[: LONGEST_KEY - 20] + "~" + digest
    return text


def variable(name: str, version: int, dims: Dims, properties: frozenset[str] = frozenset()) -> Term:
    """A name; its properties, sorted, stand behind name and version in `data`."""
    return made("leaf", dims, name="variable", data=(name, version, *sorted(properties)))


def constant(name: str) -> Term:
    return made("leaf", (), name="constant", data=(name,))


def atom_size(dimension: Dimension) -> Term:
    """A dimension that is not a number, as a scalar; `terms.size` takes polynomials apart."""
    return made("leaf", (), name="size", data=(dimension,))


def basis(index: int | str, dimension: Dimension) -> Term:
    return made("leaf", (dimension,), name="basis", data=(index,))


def flat(first: Dimension, second: Dimension) -> Term:
    """Pairs two axes into one, the second running fastest."""
    return made("leaf", (first * second, first, second), name="flat")


def embed(whole: Dimension, part: Dimension, offset: Dimension) -> Term:
    """Places `part` entries at `offset` among `whole`."""
    return made("leaf", (whole, part), name="embed", data=(offset,))


THREE = integer(3)


def levi() -> Term:
    return made("leaf", (THREE, THREE, THREE), name="levi")


def zero(dims: Dims) -> Term:
    return made("add", dims)


def is_zero(term: Term) -> bool:
    return term.kind == "add" and not term.args
