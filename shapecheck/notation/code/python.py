"""The text of a function for Python's libraries: heading, docstring, conversion and checks of the inputs, steps, result."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

from shapecheck.core.record import dataclass
from shapecheck.notation.code.language import Language
from shapecheck.notation.code.sizing import Bind, names_of
from shapecheck.notation.code.writer import size_code

if TYPE_CHECKING:
    from shapecheck.notation.code.function import Function, Parameter

CONVERT = {"numpy": "np.asarray({0}, dtype=float)", "jax": "1.0 * jnp.asarray({0})", "torch": "{0}"}


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the body; one that binds names is left out where no later line reads them."""

    text: str
    reads: str
    binds: tuple[str, ...] = ()


def python(function: Function, language: Language, imports: str) -> str:
    keywords = [f"*, {', '.join(function.keywords)}"] if function.keywords else []
    heading = f"def {function.name}({', '.join([*(parameter.written for parameter in function.parameters), *keywords])}):"
    lines: list[Line] = []
    known = set(function.keyword_sizes)
    late: list[Line] = []
    for parameter in function.parameters:
        if language.name != "torch" or parameter.shape.rank:
            lines += _checked(parameter, function, language, known, late)
    lines += late
    lines += _like(function, language)
    lines += [_plain(f"{name} = {name}.reshape({form})") for name, form in map(_stored, function.parameters) if form]
    lines += [_plain(f"{name} = {text}") for name, text in function.steps]
    lines.append(_plain(f"return {', '.join(function.results)}"))
    body = "\n".join([heading, *_docstring(function), *(f"    {line.text}" for line in _needed(lines))])
    helpers = "\n\n".join(function.helpers)
    if re.search(r"\bmath\.", helpers + body):
        imports = f"import math\n\n{imports}"
    if language.name == "jax" and not re.search(r"\bjax\.", helpers + body):
        imports = "import jax.numpy as jnp"
    return "\n\n\n".join(part.strip("\n") for part in (imports, helpers, body) if part) + "\n"


def _plain(text: str) -> Line:
    return Line(text, text)


def _needed(lines: list[Line]) -> list[Line]:
    kept: list[Line] = []
    read = ""
    for line in reversed(lines):
        if not line.binds or any(re.search(rf"(?<![\w.]){re.escape(name)}(?!\w)", read) for name in line.binds):
            kept.append(line)
            read += f"\n{line.reads}"
    return kept[::-1]


def _like(function: Function, language: Language) -> list[Line]:
    """What arrays made inside the function look like; numbers become tensors of the same kind."""
    arrays = [parameter.written for parameter in function.parameters if parameter.shape.rank]
    scalars = [parameter.written for parameter in function.parameters if not parameter.shape.rank]
    first = next(iter((*arrays, *scalars)), "")
    if language.name == "jax":
        text = f"_dtype = {first}.dtype" if first else "_dtype = float"
        return [Line(text, text, ("_dtype",))]
    if language.name != "torch":
        return []
    lines = [] if arrays else [_plain(f"{name} = 1.0 * torch.as_tensor({name})") for name in scalars]
    like = first or "torch.ones(())"
    text = f'_like = {{"dtype": {like}.dtype, "device": {like}.device}}'
    lines.append(Line(text, text, ("_like",)))
    lines += [_plain(f"{name} = torch.as_tensor({name}, **_like)") for name in scalars if arrays]
    for name in scalars:
        lines.append(_raise(f"{name}.ndim != 0", f"{name} must have no axes, not {{{_given(name, language)}}}"))
    return lines


def _docstring(function: Function) -> list[str]:
    shapes = [f"{parameter.written}: {parameter.shape}" for parameter in function.parameters]
    about = [line.replace("\\", "\\\\").replace('"""', "'''") for line in function.about] or ["Value of the formula."]
    if len(about) == 1 and not shapes:
        return [f'    """{about[0]}"""']
    return [f'    """{about[0]}', *(f"    {line}" for line in about[1:]), "", f"    Shapes: {'; '.join(shapes)}.", '    """']


def _checked(parameter: Parameter, function: Function, language: Language, known: set[str], late: list[Line]) -> list[Line]:
    """Conversion, check and sizes of one input; what only later inputs tell goes to `late`."""
    name, dims = parameter.written, parameter.shape.dims
    converted = CONVERT[language.name].format(name)
    lines = [_plain(f"{name} = {converted}")] if converted != name else []
    if not dims:
        return [*lines, _raise(f"{name}.ndim != 0", f"{name} must have no axes, not {{{_given(name, language)}}}")]
    told = {bind.axis: bind for bind in function.binds if bind.parameter == name}
    before = [dimension for dimension in dims if names_of(dimension) <= known]
    exact = {bind.name: f"{name}.shape[{axis}]" for axis, bind in told.items() if bind.is_exact and not bind.late}
    now = [axis for axis, dimension in enumerate(dims) if axis not in told and names_of(dimension) <= known | exact.keys()]
    if len(before) == len(dims):
        sizes = [size_code(dimension, language, function.written_sizes) for dimension in dims]
        expected = f"({', '.join(sizes)}{',' if len(sizes) == 1 else ''})"
        shown = f"shape {parameter.shape} = {{{expected}}}"
        return [*lines, _raise(f"{name}.shape != {expected}", f"{name} must have {shown}, not {{{_given(name, language)}}}", expected)]
    inside = {**function.written_sizes, **exact}
    wrong = [f"{name}.ndim != {len(dims)}"]
    wrong += [f"{name}.shape[{axis}] != {size_code(dims[axis], language, inside, 60)}" for axis in now]
    already = sorted({one for axis in now for one in names_of(dims[axis]) & known})
    lines.append(_raise(" or ".join(wrong), _message(parameter, function, already, language)))
    lines += _bound([bind for bind in told.values() if not bind.late], name, len(dims), language, function)
    known.update(bind.name for bind in told.values() if not bind.late)
    for axis, dimension in enumerate(dims):
        if axis in told and not told[axis].late:
            if told[axis].divisor.constant != 1:
                lines.append(_compared(parameter, axis, function, language))
        elif axis not in now:
            late += _bound([told[axis]] if axis in told else [], name, len(dims), language, function)
            if names_of(dimension) <= {bind.name for bind in function.binds} | set(function.keyword_sizes):
                late.append(_compared(parameter, axis, function, language))
    return lines


def _message(parameter: Parameter, function: Function, names: Iterable[str], language: Language) -> str:
    written = [function.written_sizes[name] for name in names]
    shown = " and ".join(f"{name} = {{{one}}}" for name, one in zip(names, written, strict=True))
    wanted = f"shape {parameter.shape}{f' with {shown}' if shown else ''}"
    return f"{parameter.written} must have {wanted}, not {{{_given(parameter.written, language)}}}"


def _given(name: str, language: Language) -> str:
    return f"tuple({name}.shape)" if language.name == "torch" else f"{name}.shape"


def _compared(parameter: Parameter, axis: int, function: Function, language: Language) -> Line:
    """One axis whose size follows from others."""
    dimension = parameter.shape.dims[axis]
    code = size_code(dimension, language, function.written_sizes, 60)
    return _raise(f"{parameter.written}.shape[{axis}] != {code}", _message(parameter, function, sorted(names_of(dimension)), language))


def _bound(found: list[Bind], name: str, rank: int, language: Language, function: Function) -> list[Line]:
    """Assignments of sizes."""
    lines = []
    for bind in found:
        size = f"{name}.shape[{bind.axis}]"
        if bind.rest.terms:
            size = f"({size} - {size_code(bind.rest, language, function.written_sizes, 61)})"
        if bind.divisor.constant != 1:
            size = f"{size} // {size_code(bind.divisor, language, function.written_sizes, 71)}"
        text = size[1:-1] if size.startswith("(") and size.endswith(")") and bind.divisor.constant == 1 else size
        lines.append(Line(f"{bind.written} = {text}", text, (bind.written,)))
    return lines


def _raise(condition: str, message: str, reads: str = "") -> Line:
    inside = " ".join(re.findall(r"\{(.*?)\}", message))
    return Line(f'if {condition}:\n        raise ValueError(f"{message}")', f"{condition} {inside} {reads}")


def _stored(parameter: Parameter) -> tuple[str, str]:
    """The form in which a row or a column of a matrix is stored: with one axis."""
    stored = [axis for axis, dimension in enumerate(parameter.shape.dims) if dimension.constant != 1]
    if parameter.shape.rank != 2 or len(stored) == 2:
        return parameter.written, ""
    return parameter.written, "-1" if stored else "()"
