"""How two values on the same samples differ: a factor, a sign, a transpose, or nothing that has a name."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from shapecheck.calculus.arrays import Array, np
from shapecheck.calculus.sizes import Sizes
from shapecheck.calculus.verify import close

TOLERANCE = 1e-7
FACTORS = {Fraction(2): "twice", Fraction(1, 2): "half", Fraction(-1): "sign"}


def agree(first: Sequence[Array], second: Sequence[Array]) -> bool:
    """Whether the values are equal on every sample."""
    return all(close(a, b, TOLERANCE) for a, b in zip(first, second, strict=True))


def are_square(arrays: Sequence[Array]) -> bool:
    return all(array.ndim == 2 and array.shape[0] == array.shape[1] for array in arrays)


def difference(right: Sequence[Array], true: Sequence[Array], sizes: Sequence[Sizes]) -> str:
    """A name for the difference, if it has one."""
    size = _size_factor(right, true, sizes)
    if size:
        return size
    factor = _factor(right, true)
    if factor is not None:
        return FACTORS.get(factor, f"{factor} times the right value")
    if are_square(true) and agree([a.T for a in right], true):
        return "transposed"
    if are_square(true):
        turned = _factor([a.T for a in right], true)
        if turned == -1:
            return "the negative of the right value, transposed"
    return ""


def is_average(how: str) -> bool:
    """Whether the difference is that between a sum and a mean: a size as a factor."""
    size = how.removesuffix(" times the right value").removesuffix(" of the right value").removeprefix("1/")
    return size != how and not size.lstrip("-")[:1].isdigit()


def _ratio(a: Array, b: Array) -> float | None:
    """c with a = c b."""
    norm = float(np.sum(b * b))
    if not norm or not np.isfinite(norm):
        return None
    ratio = float(np.sum(a * b)) / norm
    return ratio if abs(ratio) > 1e-6 and close(a, ratio * b, TOLERANCE) else None


def _factor(right: Sequence[Array], true: Sequence[Array]) -> Fraction | None:
    ratios = [_ratio(a, b) for a, b in zip(right, true, strict=True)]
    known = [ratio for ratio in ratios if ratio is not None]
    if len(known) < len(ratios) or max(known) - min(known) > 1e-6 * abs(known[0]):
        return None
    if all(a.size == 1 for a in true) and len(known) < 3:
        simple = Fraction(known[0]).limit_denominator(4)
        return simple if abs(simple) <= 4 and abs(float(simple) - known[0]) < 1e-6 else None
    exact = Fraction(known[0]).limit_denominator(64)
    return exact if abs(float(exact) - known[0]) <= 1e-6 * abs(known[0]) else None


def _size_factor(right: Sequence[Array], true: Sequence[Array], sizes: Sequence[Sizes]) -> str:
    ratios = [_ratio(a, b) for a, b in zip(right, true, strict=True)]
    if any(ratio is None for ratio in ratios):
        return ""
    for atom in sizes[0]:
        counts = [known.get(atom, 0) for known in sizes]
        if len(set(counts)) < 2:
            continue
        if all(ratio is not None and abs(ratio - count) < 1e-6 * count for ratio, count in zip(ratios, counts, strict=True)):
            return f"{atom} times the right value"
        if all(ratio is not None and abs(ratio * count - 1) < 1e-6 for ratio, count in zip(ratios, counts, strict=True)):
            return f"1/{atom} of the right value"
    return ""
