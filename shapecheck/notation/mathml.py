"""Presentation MathML, with the plain text as `alttext` for those who listen."""

from __future__ import annotations

import re
from html import escape

from shapecheck.notation import spelling
from shapecheck.notation.ascii import ASCII
from shapecheck.notation.form import ATOM, HADAMARD, KRON, OPEN, POWER, PRODUCT, SIGN, SUM, Form, extend

TIMES = "<mo>&#x2062;</mo>"  # invisible
APPLY = "<mo>&#x2061;</mo>"  # invisible
_TOP = "<mo>⊤</mo>"


def _binary(sign: str, level: int, sides: tuple[int, ...], loose: bool = False) -> Form:
    return Form(f"{{a}}{sign}{{b}}", level, sides, loose)


def _fenced(left: str, right: str) -> Form:
    return Form(f'<mrow><mo fence="true">{left}</mo>{{a}}<mo fence="true">{right}</mo></mrow>')


def _raised(top: str) -> Form:
    return Form(f"<msup><mrow>{{a}}</mrow>{top}</msup>", POWER, (ATOM,))


def _function(name: str) -> str:
    words = {"sigmoid": "σ", "logdet": "log det", "logsumexp": "log sum exp"}.get(name, name).split()
    return '<mspace width="0.17em"/>'.join(f"<mi>{escape(word)}</mi>" for word in words)


def _size(text: str) -> str:
    pieces = re.findall(r"[^\W\d][\w']*|\d+|\S", text)
    return "".join(
        spelling.mathml(piece, "")
        if piece[0].isalpha()
        else f"<mn>{piece}</mn>"
        if piece.isdigit()
        else TIMES
        if piece == "*"
        else f"<mo>{escape(piece, quote=False)}</mo>"
        for piece in pieces
    )


def _number(above: str, below: str) -> str:
    sign = "<mo>-</mo>" if above.startswith("-") else ""
    top = f"<mn>{above.lstrip('-')}</mn>"
    return f"{sign}<mfrac>{top}<mn>{below}</mn></mfrac>" if below else sign + top


_FRACTION = Form("<mfrac><mrow>{a}</mrow><mrow>{b}</mrow></mfrac>", PRODUCT, (OPEN, OPEN))
_INNER = Form('<mrow><mo fence="true">⟨</mo>{a}<mo separator="true">,</mo>{b}<mo fence="true">⟩</mo></mrow>')

MATHML = extend(
    ASCII,
    "mathml",
    {
        "add": _binary("<mo>+</mo>", SUM, (SUM, SUM)),
        "subtract": _binary("<mo>−</mo>", SUM, (SUM, SUM + 1)),
        "negate": Form("<mo>−</mo>{a}", SIGN, (HADAMARD,), loose=True),
        "scale": _binary(TIMES, PRODUCT, ASCII.forms["scale"].sides, loose=True),
        "matmul": _binary(TIMES, PRODUCT, (PRODUCT, PRODUCT)),
        "hadamard": _binary("<mo>⊙</mo>", HADAMARD, (HADAMARD, HADAMARD + 1)),
        "ratio": _binary("<mo>⊘</mo>", HADAMARD, (HADAMARD, HADAMARD + 1)),
        "kron": _binary("<mo>⊗</mo>", KRON, (KRON, KRON + 1)),
        "times_number": _binary("<mo>⋅</mo>", PRODUCT, (PRODUCT, PRODUCT)),
        "quotient": _FRACTION,
        "quotient_tight": _FRACTION,
        "fraction": _FRACTION,
        "transpose": _raised(_TOP),
        "inv": _raised("<mrow><mo>−</mo><mn>1</mn></mrow>"),
        "inverse_transpose": _raised(f"<mrow><mo>−</mo>{_TOP}</mrow>"),
        "pinv": _raised("<mo>+</mo>"),
        "power": Form("<msup><mrow>{a}</mrow><mrow>{exponent}</mrow></msup>", POWER, (ATOM, OPEN)),
        "epower": Form("<msup><mrow>{a}</mrow><mrow><mo>∘</mo>{exponent}</mrow></msup>", POWER, (ATOM, OPEN)),
        "inner": _INNER,
        "inner_call": _INNER,
        "sqrt": Form("<msqrt>{a}</msqrt>"),
        "abs": _fenced("|", "|"),
        "norm": _fenced("‖", "‖"),
        "norm1": Form('<msub><mrow><mo fence="true">‖</mo>{a}<mo fence="true">‖</mo></mrow><mn>1</mn></msub>'),
        "block": Form('<mrow><mo fence="true">[</mo><mtable><mtr><mtd>{cells}</mtd></mtr></mtable><mo fence="true">]</mo></mrow>'),
        "group": _fenced("(", ")"),
        "I": Form("<mi>I</mi>"),
        "identity": Form("<msub><mi>I</mi><mrow>{n}</mrow></msub>"),
        "identity_call": Form("<msub><mi>I</mi><mrow>{n}</mrow></msub>"),
        "ones": Form("<msub><mn>𝟏</mn><mrow>{n}</mrow></msub>"),
        "zeros": Form("<msub><mn>𝟎</mn><mrow>{n}</mrow></msub>"),
        "nothing": Form("<mn>0</mn>"),
        "basis": Form("<msub><mi>e</mi>{n}</msub>"),
        "pi": Form("<mi>π</mi>"),
        "e": Form("<mi>e</mi>"),
        "entry": Form("<msub><mrow>{a}</mrow><mrow>{indices}</mrow></msub>", POWER, (ATOM,)),
        "sigma": Form("<munder><mo>∑</mo><mrow>{indices}</mrow></munder>{a}", HADAMARD, (PRODUCT,)),
        "tensor": Form('<msub><mrow><mo fence="true">[</mo>{a}<mo fence="true">]</mo></mrow><mrow>{indices}</mrow></msub>', ATOM, (OPEN,)),
    },
    bracket='<mrow><mo fence="true">(</mo>{}<mo fence="true">)</mo></mrow>',
    spell=spelling.mathml,
    number=_number,
    exponent=lambda text, _: text,
    call=f'<mrow>{{f}}{APPLY}<mrow><mo fence="true">(</mo>{{args}}<mo fence="true">)</mo></mrow></mrow>',
    comma='<mo separator="true">,</mo>',
    next_row="</mtd></mtr><mtr><mtd>",
    next_cell="</mtd><mtd>",
    rows=(),
    function=_function,
    size=_size,
    document=lambda text: f'<math xmlns="http://www.w3.org/1998/Math/MathML"><mrow>{text}</mrow></math>',
)
