r"""LaTeX for a formula: `A^{\top} \left(A x - b\right)`."""

from __future__ import annotations

import re

from shapecheck.notation import spelling
from shapecheck.notation.ascii import ASCII
from shapecheck.notation.form import ATOM, HADAMARD, KRON, OPEN, POWER, PRODUCT, SUM, Form, extend

_KNOWN = {"exp", "log", "sin", "cos", "tan", "sinh", "cosh", "tanh", "det", "max", "min", "arcsin", "arccos", "arctan"}
_RENAMED = {"asin": "arcsin", "acos": "arccos", "atan": "arctan"}


def _function(name: str) -> str:
    name = _RENAMED.get(name, name)
    return "\\" + name if name in _KNOWN else r"\operatorname{" + name.replace("_", r"\_") + "}"


def _size(text: str) -> str:
    spelled = re.sub(r"[^\W\d][\w']*", lambda found: spelling.latex(found.group()), text)
    return spelled.replace("*", " ")


def _tidied(text: str) -> str:
    r"""Brackets around nothing tall are plain ones: \left and \right set them off from the function in front."""
    plain = re.compile(r"\\left\(((?:(?!\\left|\\right|\\[dt]?frac|\\begin|\\sum|\\sqrt).)*)\\right\)")
    before = ""
    while before != text:
        before, text = text, plain.sub(r"(\1)", text)
    return text


LATEX = extend(
    ASCII,
    "latex",
    {
        "hadamard": Form(r"{a} \odot {b}", HADAMARD, (HADAMARD, HADAMARD + 1)),
        "ratio": Form(r"{a} \oslash {b}", HADAMARD, (HADAMARD, HADAMARD + 1)),
        "quotient": Form(r"\frac{{a}}{{b}}", PRODUCT, (OPEN, OPEN)),
        "quotient_tight": Form(r"\frac{{a}}{{b}}", PRODUCT, (OPEN, OPEN)),
        "fraction": Form(r"\frac{{a}}{{b}}", PRODUCT, (OPEN, OPEN)),
        "times_number": Form(r"{a} \cdot {b}", PRODUCT, (PRODUCT, PRODUCT)),
        "kron": Form(r"{a} \otimes {b}", KRON, (KRON, KRON + 1)),
        "transpose": Form(r"{a}^{\top}", POWER, (ATOM,)),
        "inv": Form("{a}^{-1}", POWER, (ATOM,)),
        "inverse_transpose": Form(r"{a}^{-\top}", POWER, (ATOM,)),
        "pinv": Form("{a}^{+}", POWER, (ATOM,)),
        "epower": Form(r"{a}^{\circ {exponent}}", POWER, (ATOM, OPEN)),
        "inner": Form(r"\left\langle {a}, {b}\right\rangle"),
        "inner_call": Form(r"\left\langle {a}, {b}\right\rangle"),
        "sqrt": Form(r"\sqrt{{a}}"),
        "abs": Form(r"\left|{a}\right|"),
        "block": Form(r"\begin{bmatrix} {cells} \end{bmatrix}"),
        "group": Form(r"\left({a}\right)"),
        "identity": Form("I_{{n}}"),
        "identity_call": Form("I_{{n}}"),
        "ones": Form(r"\mathbf{1}_{{n}}"),
        "zeros": Form(r"\mathbf{0}_{{n}}"),
        "basis": Form("e_{{n}}"),
        "pi": Form(r"\pi"),
        "e": Form("e"),
        "entry": Form("{a}_{{indices}}", POWER, (ATOM,)),
        "sigma": Form(r"\sum_{{indices}} {a}", HADAMARD, (PRODUCT,)),
        "tensor": Form(r"\left[{a}\right]_{{indices}}", SUM, (OPEN,)),
    },
    bracket=r"\left({}\right)",
    spell=spelling.latex,
    number=lambda above, below: rf"\frac{{{above}}}{{{below}}}" if below else above,
    exponent=lambda text, _: f"^{{{text}}}",
    call=r"{f}\left({args}\right)",
    next_row=r" \\ ",
    next_cell=" & ",
    rows=("latex",),
    function=_function,
    size=_size,
    document=_tidied,
)
