"""As printed on paper, in plain text: `Aᵀ (A x − b)`, `2 ‖x‖²`; the parser reads it back too."""

from __future__ import annotations

from shapecheck.notation.ascii import ASCII
from shapecheck.notation.form import ATOM, HADAMARD, KRON, POSTFIX, POWER, PRODUCT, SUM, Form, extend

_RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def exponent(text: str, bare: bool) -> str:
    return text.translate(_RAISED) if bare and text.lstrip("-").isdigit() else f"^{text}" if bare else f"^({text})"


UNICODE = extend(
    ASCII,
    "unicode",
    {
        "subtract": Form("{a} − {b}", SUM, (SUM, SUM + 1)),
        "negate": Form("−{a}", ASCII.forms["negate"].level, ASCII.forms["negate"].sides, loose=True),
        "hadamard": Form("{a} ⊙ {b}", HADAMARD, (HADAMARD, HADAMARD + 1)),
        "ratio": Form("{a} ⊘ {b}", HADAMARD, (HADAMARD, HADAMARD + 1)),
        "kron": Form("{a} ⊗ {b}", KRON, (KRON, KRON + 1)),
        "transpose": Form("{a}ᵀ", POSTFIX, (ATOM,)),
        "inv": Form("{a}⁻¹", POWER, (ATOM,)),
        "inverse_transpose": Form("{a}⁻ᵀ", POWER, (ATOM,)),
        "inner": Form("⟨{a}, {b}⟩"),
        "inner_call": Form("⟨{a}, {b}⟩"),
        "pi": Form("π"),
        "epower": Form("{a}.{exponent}", POWER, (ATOM,)),
        "sigma": Form("Σ_{indices} {a}", HADAMARD, (PRODUCT,)),
    },
    rows=("unicode", "ascii"),
    exponent=exponent,
)
