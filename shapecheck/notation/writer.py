"""From an expression to text, by a notation's forms: arguments first, then the form, brackets where levels demand them."""

from __future__ import annotations

import re
from fractions import Fraction

from shapecheck.core.dimension import Dimension
from shapecheck.core.expression import Expression, make
from shapecheck.core.record import dataclass
from shapecheck.notation.ascii import exponent as typed_exponent
from shapecheck.notation.form import ATOM, ELEMENTWISE, KRON, OPEN, PRODUCT, SIGN, SUM, Form, Notation
from shapecheck.notation.spelling import is_marked
from shapecheck.notation.style import Style
from shapecheck.notation.view import View, is_scalar, view
from shapecheck.ops import ROWS

SIZED = ("identity", "ones", "zeros")
_BRACKETED = re.compile(r"[(\[{][^()\[\]{}]*[)\]}]")
MAX_LENGTH = 200_000
"""A graph with shared nodes can be exponentially long as text; nobody reads past this."""


class TooLong(ValueError):
    """The formula would be longer than `MAX_LENGTH` characters."""


@dataclass(frozen=True, slots=True)
class Written:
    text: str
    level: int = ATOM
    signed: bool = False  # begins with a minus


def write_expression(expression: Expression, notation: Notation, style: Style) -> str:
    """The text of an expression; the whole graph is walked without recursion."""
    done: dict[Expression, Written] = {}
    views: dict[Expression, View] = {}
    pending = [expression]
    while pending:
        node = pending[-1]
        if node in done:
            pending.pop()
            continue
        if node not in views:
            views[node] = _cells(view(node)) if node.op == "block" else view(node)
        missing = [argument for argument in views[node].args if argument not in done]
        if missing:
            pending.extend(reversed(missing))
            continue
        pending.pop()
        shown = views[node]
        done[node] = _write(shown.source or node, shown, [done[argument] for argument in shown.args], notation, style)
        if len(done[node].text) > MAX_LENGTH:
            raise TooLong(f"this formula is longer than {MAX_LENGTH} characters")
    return done[expression].text


def _write(node: Expression, shown: View, args: list[Written], notation: Notation, style: Style) -> Written:
    leaf = _LEAVES.get(shown.form)
    if leaf:
        return leaf(node, notation, style)
    if shown.form in ("power", "epower"):
        return _power(shown, args, notation)
    if shown.form in ("entry", "sigma", "tensor"):
        return _indexed(node, args, notation, style)
    if shown.form == "block":
        return _block(node, args, notation)
    form = notation.forms.get(shown.form)
    if form is None:
        return _call(node, args, notation)
    if shown.form == "quotient" and (args[0].level < form.sides[0] or args[0].level >= SIGN or " " not in args[0].text):
        form = notation.forms["quotient_tight"]
    elif shown.form in ("scale", "matmul") and re.match(r"[\d.]", args[1].text) and args[1].level >= form.sides[1]:
        form = notation.forms["times_number"]
    return _fill(form, args, notation)


def _side(written: Written, least: int, notation: Notation, first: bool) -> str:
    """The argument with brackets where it needs them; a leading minus may only stand first."""
    if written.level < least or (written.signed and not first and least > OPEN):
        return notation.bracket.replace("{}", written.text)
    return written.text


def _fill(form: Form, args: list[Written], notation: Notation, **fields: str) -> Written:
    starts = form.template.startswith("{a}")
    level, signed = form.level, form.template[:1] in "-−" or form.template.startswith("<mo>−")
    for place, written in enumerate(args):
        least = form.sides[min(place, len(form.sides) - 1)]
        text = _side(written, least, notation, first=place == 0 and starts)
        fields["abcdefgh"[place]] = text
        if text is written.text:
            level = min(level, written.level) if form.loose else level
            signed = signed or (place == 0 and starts and written.signed)
    return Written(_template(form.template, fields), level, signed)


def _template(template: str, fields: dict[str, str]) -> str:
    return re.sub(r"\{(\w+)\}", lambda found: fields.get(found[1], found[0]), template)


def _call(node: Expression, args: list[Written], notation: Notation) -> Written:
    row = ROWS.get(node.op)
    if row and not node.data:
        template = next((row.notations[name] for name in notation.rows if name in row.notations), None)
        if template is not None and len(row.parameters) == len(args):
            form = _form_of_row(template, row.parameters)
            return _fill(form, args, notation)
    texts = [written.text for written in args]
    if node.data and isinstance(node.data[0], int):
        texts.append(f"axis={node.data[0]}" if node.op in ("max", "min") or node.data[0] < 0 else str(node.data[0] + 1))
    if node.op == "opaque" and not args:
        return Written(notation.spell(str(node.data[0]), ""))
    if node.op == "unvec":
        texts += [notation.size(str(dimension)) for dimension in node.shape.dims]
    name = notation.function(row.name if row else str(node.data[0]) if node.op == "opaque" else node.op)
    return Written(_template(notation.call, {"f": name, "args": notation.comma.join(texts)}))


def _form_of_row(template: str, parameters: tuple[str, ...]) -> Form:
    """The row's template with its parameters renamed; delimited ones need no brackets, others all of them."""
    for place, parameter in enumerate(parameters):
        template = template.replace("{" + parameter + "}", "{" + "abcdefgh"[place] + "}")
    delimited = all(re.search(r"(\(|\[|‖|⟨|, |\\left\S+?|\{)\{" + letter + r"\}", template) for letter in "abcdefgh"[: len(parameters)])
    if not delimited:
        sign = re.search(r"\} [^\w\s{(]+ \{", template)  # x × y is no factor: A (x × y)
        return Form(template, ELEMENTWISE if sign else PRODUCT, (ATOM,))
    return Form(template, PRODUCT if " " in template.split("(")[0] else ATOM, (OPEN,))


def _power(shown: View, args: list[Written], notation: Notation) -> Written:
    base, exponent = args
    bare = bool(re.fullmatch(r"-?\d+|\w", exponent.text))
    form = notation.forms[shown.form]
    raised = notation.exponent(exponent.text, bare)
    if shown.form == "epower":
        raised = exponent.text if notation.name in ("latex", "mathml") else typed_exponent(exponent.text, bare)
    return _fill(form, [base], notation, exponent=raised)


def _indexed(node: Expression, args: list[Written], notation: Notation, style: Style) -> Written:
    names = [index[0] if node.op == "sigma" else index for index in node.data]
    plain = all(isinstance(name, str) and len(name) == 1 for name in names)
    joined = "".join(map(str, names)) if plain else ",".join(map(str, names))
    shown = joined
    if notation.name == "mathml":
        shown = "".join(map(notation.size, joined)) if plain else notation.size(joined)
    differential = node.op == "entry" and node.args[0].op == "variable" and node.args[0].data[1] == -1  # du[i]: du_i is another name
    if node.op == "entry" and plain and node.args[0].op == "variable" and not (differential and notation.name in ("ascii", "unicode")):
        name = node.args[0].data[0]
        if notation.name in ("latex", "mathml") and is_marked(name):  # (W_1)_ij: the entries of one, not another name
            return _fill(notation.forms["entry"], [Written(notation.bracket.replace("{}", args[0].text))], notation, indices=shown)
        return Written(notation.spell(style.names.get(name, name), shown))
    if _is_numbered(node) and notation.name in ("ascii", "unicode"):
        return Written(f"{args[0].text}_{''.join(map(str, names))}")
    if node.op == "sigma" and not plain and notation.name in ("ascii", "unicode"):
        shown = f"{{{shown}}}"
    if node.op in ("entry", "tensor") and notation.name in ("ascii", "unicode"):
        shown = ",".join(map(str, names))
    elif node.op == "entry" and node.args[0].op in SIZED and not node.args[0].data:  # one subscript stands there already
        args = [Written(notation.bracket.replace("{}", args[0].text))]
    return _fill(notation.forms[node.op], args, notation, indices=shown)


def _is_numbered(node: Expression) -> bool:
    """An entry that is written `x_3` or `A_12`, which it is whether code counts from 0 or from 1."""
    if node.op != "entry" or node.args[0].op != "variable" or not all(isinstance(place, int) and 0 < place < 10 for place in node.data):
        return False
    name, version = node.args[0].data[:2]
    return bool(version != -1 and name.isalpha())


def _block(node: Expression, args: list[Written], notation: Notation) -> Written:
    rows, columns = int(node.data[0]), int(node.data[1])
    if columns == 1 and rows > 1 and notation.name in ("ascii", "unicode") and all(map(_is_parted, args)):
        if all(map(is_scalar, node.args)):  # commas part cells, where blanks might
            return _fill(notation.forms["transpose"], [_block(make("block", node.args, node.shape, (1, rows)), args, notation)], notation)
        args = [Written(notation.bracket.replace("{}", written.text)) for written in args]
    lines = [notation.next_cell.join(written.text for written in args[row * columns : (row + 1) * columns]) for row in range(rows)]
    return Written(_template(notation.forms["block"].template, {"cells": notation.next_row.join(lines)}))


def _is_parted(written: Written) -> bool:
    """Whether it is a product with a blank in it, which would be two cells where every row has one."""
    text = written.text
    while (shorter := _BRACKETED.sub("", text)) != text:
        text = shorter
    return written.level > SUM and " " in text


def _cells(shown: View) -> View:
    """Zero blocks whose size their row and their column tell are written `0`."""
    if shown.source is None:
        return shown
    rows, columns = int(shown.source.data[0]), int(shown.source.data[1])
    cells = list(shown.args)

    def told(cells_beside: list[Expression]) -> bool:
        return any(cell.op != "zeros" for cell in cells_beside)

    for place, cell in enumerate(shown.args):
        row, column = divmod(place, columns)
        if cell.op == "zeros" and told(list(shown.args[row * columns : (row + 1) * columns])) and told(list(shown.args[column::columns])):
            cells[place] = make("zeros", (), cell.shape, ("short",))
    return View("block", tuple(cells[: rows * columns]), shown.source)


def _number(node: Expression, notation: Notation, style: Style) -> Written:
    value = node.data[0]
    if isinstance(value, float):
        text = repr(value)
        if "e" in text:
            mantissa, _, power = text.partition("e")
            return Written(f"{mantissa} * 10^{int(power)}", PRODUCT, value < 0)
        text = text.removesuffix(".0")
        return Written(notation.number(text, ""), SIGN if value < 0 else ATOM, value < 0)
    decimal = _decimal(value)
    if decimal:
        return Written(notation.number(decimal, ""), SIGN if value < 0 else ATOM, value < 0)
    below = str(value.denominator) if value.denominator != 1 else ""
    level = SIGN if value < 0 else ATOM
    return Written(notation.number(str(value.numerator), below), min(level, KRON - 5) if below else level, value < 0)


def _decimal(value: Fraction) -> str:
    """`0.001` and `1e-7` as they were typed; small denominators stay fractions."""
    rest = value.denominator
    while rest % 10 == 0:
        rest //= 10
    if value.denominator < 100 or rest not in (1, 2, 4, 5, 8, 25, 125):
        return ""
    text = f"{float(value):g}"
    return re.sub(r"e-0*", "e-", text) if Fraction(text) == value else ""


def _variable(node: Expression, notation: Notation, style: Style) -> Written:
    name = node.data[0]
    return Written(style.names[name]) if name in style.names else Written(notation.spell(name, ""))


def _identity(node: Expression, notation: Notation, style: Style) -> Written:
    if node.data:
        return Written(notation.forms["I"].template)
    size = node.shape.dims[-1]
    name = size.atom
    form = "identity" if isinstance(name, str) and re.fullmatch(r"[^\W\d_]+", name) else "identity_call"
    return Written(_template(notation.forms[form].template, {"n": notation.size(str(size))}))


def _filled(node: Expression, notation: Notation, style: Style) -> Written:
    if node.data or (node.op == "zeros" and not node.shape.dims):
        return Written(notation.forms["nothing"].template)
    if node.op == "ones" and is_scalar(node):
        return Written(notation.number("1", ""))
    sizes = notation.comma.join(notation.size(str(dimension)) for dimension in node.shape.dims)
    return Written(_template(notation.forms[node.op].template, {"n": sizes}))


def _basis(node: Expression, notation: Notation, style: Style) -> Written:
    return Written(_template(notation.forms["basis"].template, {"n": notation.size(str(node.data[0]))}))


def _size(node: Expression, notation: Notation, style: Style) -> Written:
    size: Dimension = node.data[0]
    level = ATOM if size.is_simple else PRODUCT if len(size.terms) == 1 else SUM
    return Written(notation.size(str(size)), level, str(size).startswith("-"))


def _constant(node: Expression, notation: Notation, style: Style) -> Written:
    return Written(notation.forms[node.data[0]].template)


_LEAVES = {
    "number": _number,
    "variable": _variable,
    "identity": _identity,
    "ones": _filled,
    "zeros": _filled,
    "basis": _basis,
    "size": _size,
    "constant": _constant,
}
