"""Signatures of the operator table, `(m,n), (p,q) -> (m*p,n*q)`, read once and matched against shapes."""

from __future__ import annotations

from functools import lru_cache

from shapecheck.core.dimension import ONE, Dimension, integer
from shapecheck.core.record import dataclass
from shapecheck.core.regex import regex
from shapecheck.core.shape import Shape
from shapecheck.elaborate.scope import Frame

Pattern = tuple[str, ...] | None  # sizes by letter or number; None: any shape
_PART = regex(r"\(([^()]*)\)|any|same")


@dataclass(frozen=True, slots=True)
class Signature:
    """What each argument must look like, and the result; a `same` result has the shape of the first argument."""

    args: tuple[Pattern, ...]
    alike: bool  # all arguments have one shape
    result: Pattern


@lru_cache(maxsize=512)
def read(text: str) -> Signature:
    """The signature that a row's text writes."""
    left, _, right = text.partition("->")
    words = [match.group(0) for match in _PART.finditer(left)]
    return Signature(tuple(map(_pattern, words)), "same" in words, _pattern(right.strip()))


def _pattern(word: str) -> Pattern:
    if not word.startswith("("):
        return None
    inside = word[1:-1].strip().rstrip(",")
    return tuple(part.strip() for part in inside.split(",")) if inside else ()


@dataclass(frozen=True, slots=True)
class Misfit:
    """Which argument does not fit, and what was expected: "square", or the pattern as text."""

    argument: int
    expected: str


def match(signature: Signature, shapes: list[Shape], frame: Frame) -> Shape | Misfit:
    """The result's shape, open sizes being solved; leading axes of a single argument are kept as batch axes."""
    sizes: dict[str, Dimension] = {}
    batch: tuple[Dimension, ...] = ()
    for place, (pattern, shape) in enumerate(zip(signature.args, shapes, strict=True)):
        if pattern is None:
            if signature.alike and place and frame.solver.same(shapes[0], shape) is False:
                return Misfit(place, str(shapes[0]))
            continue
        dims = shape.dims
        if len(dims) > len(pattern) >= 2 and len(shapes) == 1:
            batch, dims = dims[: -len(pattern)], dims[-len(pattern) :]
        if len(dims) > len(pattern) and dims[-1] == ONE:
            dims = dims[: len(pattern)]
        dims = (*dims, ONE)[: len(pattern)] if len(dims) < len(pattern) and len(dims) == 1 else dims
        if len(dims) != len(pattern):
            return Misfit(place, f"({', '.join(pattern)})")
        for letter, dim in zip(pattern, dims, strict=True):
            known = integer(int(letter)) if letter.isdigit() else sizes.setdefault(letter, dim)
            if frame.solver.unify(known, dim) is False:
                return Misfit(place, "square" if len(set(pattern)) < len(pattern) else f"({', '.join(pattern)})")
    if signature.result is None:
        return shapes[0]
    result = tuple(_size(text, sizes) for text in signature.result)
    return Shape((*batch, *result))


def _size(text: str, sizes: dict[str, Dimension]) -> Dimension:
    product = ONE
    for factor in text.split("*"):
        factor = factor.strip()
        product = product * (integer(int(factor)) if factor.isdigit() else sizes[factor])
    return product
