"""Signs that are typed by name, as in Julia and Lean: `\\omega` is ω, `\\t` is ᵀ."""

from __future__ import annotations

from shapecheck.syntax.spelling import GREEK

OPERATORS = {
    "t": "ᵀ",
    "top": "ᵀ",
    "inv": "⁻¹",
    "invt": "⁻ᵀ",
    "partial": "∂",
    "nabla": "∇",
    "sum": "Σ",
    "odot": "⊙",
    "oslash": "⊘",
    "otimes": "⊗",
    "cdot": "·",
    "equiv": "≡",
    "in": "∈",
    "to": "→",
    "R": "ℝ",
    "norm": "‖",
    "langle": "⟨",
    "rangle": "⟩",
    "half": "½",
    "one": "𝟏",
    "minus": "−",
    "hat": "\u0302",
    "bar": "\u0304",
    "tilde": "\u0303",
    "dot": "\u0307",
}
RAISED = {f"^{plain}": sign for plain, sign in zip("0123456789+-n", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻ⁿ", strict=True)}
LOWERED = {f"_{plain}": sign for plain, sign in zip("0123456789aeijnmkt", "₀₁₂₃₄₅₆₇₈₉ₐₑᵢⱼₙₘₖₜ", strict=True)}
SIGNS: dict[str, str] = {**GREEK, **OPERATORS, **RAISED, **LOWERED}
