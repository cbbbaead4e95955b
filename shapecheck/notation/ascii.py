"""Plain text as typed on any keyboard; what it writes, the parser reads back as the same expression."""

from __future__ import annotations

from shapecheck.notation.form import (
    ATOM,
    ELEMENTWISE,
    FRACTION,
    FROBENIUS,
    HADAMARD,
    KRON,
    OPEN,
    POSTFIX,
    POWER,
    PRODUCT,
    SIGN,
    SUM,
    Form,
    Notation,
)
from shapecheck.notation.spelling import typed

TIGHTER = PRODUCT + 1  # right of a sign that is read from left to right

FORMS = {
    "add": Form("{a} + {b}", SUM, (SUM, SUM)),
    "subtract": Form("{a} - {b}", SUM, (SUM, SUM + 1)),
    "negate": Form("-{a}", SIGN, (HADAMARD,), loose=True),
    "scale": Form("{a} {b}", PRODUCT, (FRACTION, HADAMARD), loose=True),
    "matmul": Form("{a} {b}", PRODUCT, (PRODUCT, PRODUCT)),
    "hadamard": Form("{a} .* {b}", ELEMENTWISE, (ELEMENTWISE, TIGHTER)),
    "ratio": Form("{a} ./ {b}", ELEMENTWISE, (ELEMENTWISE, TIGHTER)),
    "quotient": Form("{a} / {b}", ELEMENTWISE, (ELEMENTWISE, TIGHTER)),
    "quotient_tight": Form("{a}/{b}", ELEMENTWISE, (ELEMENTWISE, TIGHTER)),
    "times_number": Form("{a} * {b}", PRODUCT, (PRODUCT, PRODUCT)),
    "fraction": Form("{a}/{b}", FRACTION, (KRON, TIGHTER)),
    "transpose": Form("{a}'", POSTFIX, (POSTFIX,)),
    "inv": Form("inv({a})"),
    "inverse_transpose": Form("inv({a})'", POSTFIX),
    "power": Form("{a}{exponent}", POWER, (ATOM, OPEN)),
    "epower": Form("{a}.{exponent}", POWER, (ATOM, OPEN)),
    "inner": Form("{a} : {b}", FROBENIUS, (HADAMARD, HADAMARD)),
    "inner_sign": Form("{a} : {b}", FROBENIUS, (HADAMARD, HADAMARD)),
    "inner_call": Form("inner({a}, {b})"),
    "kron": Form("kron({a}, {b})"),
    "block": Form("[{cells}]"),
    "group": Form("({a})"),
    "I": Form("I"),
    "identity": Form("I_{n}"),
    "identity_call": Form("eye({n})"),
    "ones": Form("ones({n})"),
    "zeros": Form("zeros({n})"),
    "nothing": Form("0"),
    "basis": Form("e_{n}"),
    "pi": Form("pi"),
    "e": Form("exp(1)"),
    "entry": Form("{a}[{indices}]", ATOM, (POSTFIX,)),
    "sigma": Form("sum_{indices} {a}", HADAMARD, (PRODUCT,)),
    "tensor": Form("{a} -> [{indices}]", OPEN, (OPEN,)),
}


def exponent(text: str, bare: bool) -> str:
    return f"^{text}" if bare else f"^({text})"


ASCII = Notation(
    name="ascii",
    forms=FORMS,
    bracket="({})",
    spell=typed,
    number=lambda above, below: f"{above}/{below}" if below else above,
    exponent=exponent,
    call="{f}({args})",
    rows=("ascii",),
)
