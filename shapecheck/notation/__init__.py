"""Expressions as text: ascii and unicode (which parse back), LaTeX, MathML, and program code.

A notation is one declaration: a form for each operator, brackets by levels, the rest inherited (`form.py`).
`view.py` decides which form an expression takes, `writer.py` fills it in; a `Style` keeps the user's own signs.
Invariant: `write(e, "ascii")` and `write(e, "unicode")` parse back to an expression of the same value.
"""

from __future__ import annotations

from functools import lru_cache
from html import escape

from shapecheck.core.expression import Expression
from shapecheck.notation.ascii import ASCII
from shapecheck.notation.form import ELEMENTWISE, POSTFIX, POWER, PRODUCT, Form, Notation, extend
from shapecheck.notation.latex import LATEX
from shapecheck.notation.mathml import MATHML
from shapecheck.notation.style import PLAIN, Style
from shapecheck.notation.unicode import UNICODE
from shapecheck.notation.writer import TooLong, write_expression

__all__ = ["PLAIN", "TEXT", "Style", "TooLong", "write"]

TEXT: dict[str, Notation] = {notation.name: notation for notation in (ASCII, UNICODE, LATEX, MATHML)}


def write(expression: Expression, notation: str = "ascii", style: Style = PLAIN) -> str:
    """The expression in a text notation ("ascii", "unicode", "latex", "mathml"), in the user's own style where one is given."""
    chosen = _styled(notation, style.product, style.transpose, style.hadamard, style.inverse)
    text = chosen.document(write_expression(expression, chosen, style))
    if notation == "mathml":
        spoken = escape(write_expression(expression, UNICODE, style))
        text = text.replace("<math ", f'<math alttext="{spoken}" ', 1)
    return text


@lru_cache(maxsize=256)
def _styled(name: str, product: str | None, transpose: str | None, hadamard: str | None, inverse: str | None) -> Notation:
    notation = TEXT[name]
    if name not in ("ascii", "unicode"):
        return notation
    forms: dict[str, Form] = {}
    if product is not None:
        forms |= _products(product)
    if transpose is not None:
        forms["transpose"] = Form("{a}" + transpose, POSTFIX, (POSTFIX,))
    if hadamard is not None and hadamard.strip() in (".*", "*"):
        sign = hadamard if hadamard.startswith(" ") else f" {hadamard} "
        forms["hadamard"] = Form("{a}" + sign + "{b}", ELEMENTWISE, (ELEMENTWISE, PRODUCT + 1))
    elif hadamard is not None:
        forms["hadamard"] = Form(f"{{a}} {hadamard.strip()} {{b}}", UNICODE.forms["hadamard"].level, UNICODE.forms["hadamard"].sides)
    if inverse == "inv":
        forms |= {"inv": ASCII.forms["inv"], "inverse_transpose": Form("inv({a})" + (transpose or "'"), POSTFIX)}
    elif inverse is not None:
        forms |= {
            "inv": Form("{a}" + inverse, POWER, (POWER + 5,)),
            "inverse_transpose": Form("{a}" + _transposed(inverse), POWER, (POWER + 5,)),
        }
    elif transpose is not None and notation.name == "ascii":
        forms["inverse_transpose"] = Form("inv({a})" + transpose, POSTFIX)
    return extend(notation, notation.name, forms) if forms else notation


def _transposed(inverse: str) -> str:
    return {"⁻¹": "⁻ᵀ", "^{-1}": "^{-T}"}.get(inverse, "^-T")


def _products(sign: str) -> dict[str, Form]:
    """Products with the user's sign; beside `@` a scalar takes `*`, as in NumPy."""
    blank = sign != sign.strip() or sign.strip() in ("@", "")
    scalar = (" * " if blank else "*") if sign.strip() in ("@", "*") else sign
    scale, matmul = ASCII.forms["scale"], ASCII.forms["matmul"]
    joint = f" {sign.strip()} " if sign.strip() == "@" else sign
    return {
        "scale": Form("{a}" + scalar + "{b}", scale.level, scale.sides, loose=True),
        "matmul": Form("{a}" + joint + "{b}", matmul.level, matmul.sides),
    }
