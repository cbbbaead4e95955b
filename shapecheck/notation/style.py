"""The user's own hand: signs and spellings that an answer should keep."""

from __future__ import annotations

from collections.abc import Mapping

from shapecheck.core.record import dataclass, field


@dataclass(frozen=True, slots=True)
class Style:
    """Signs as typed, blanks around them included; None leaves the notation's own.

    `product` is " ", "*", " * ", " @ " or the like; `transpose` one of "'", ".T", "ᵀ", "^T", "^⊤"; `hadamard` one of
    " .* ", " ⊙ ", " ∘ ", " * "; `inverse` "inv", "^-1", "^{-1}" or "⁻¹"; `names` maps a name's key to the spelling typed.
    """

    product: str | None = None
    transpose: str | None = None
    hadamard: str | None = None
    inverse: str | None = None
    names: Mapping[str, str] = field(default_factory=dict)


PLAIN = Style()
