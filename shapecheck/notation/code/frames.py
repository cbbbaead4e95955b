"""The text of a function in each language: heading, comment, checks of shapes, steps, result."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from shapecheck.core.dimension import ONE
from shapecheck.notation.code.language import Language
from shapecheck.notation.code.python import python
from shapecheck.notation.code.sizing import names_of
from shapecheck.notation.code.writer import size_code

if TYPE_CHECKING:
    from shapecheck.notation.code.function import Function, Parameter


def _bound(function: Function, language: Language, size: Callable[[str, int], str], divide: str) -> list[str]:
    """Assignments of the sizes that are read later."""
    lines = []
    for bind in function.binds:
        if bind.written not in function.needed:
            continue
        text = size(bind.parameter, bind.axis)
        if bind.rest.terms:
            text = f"({text} - {size_code(bind.rest, language, function.written_sizes, 61)})"
        if bind.divisor.constant != 1:
            text = divide.format(text, size_code(bind.divisor, language, function.written_sizes, 71))
        lines.append(f"{bind.written} = {text}")
    return lines


def _comparisons(function: Function, language: Language, size: Callable[[str, int], str]) -> list[tuple[str, str, str, str]]:
    """(parameter, what it must be, its size in code, the size it must have) for each axis that repeats a dimension."""
    known = {bind.name for bind in function.binds} | set(function.keyword_sizes)
    exact = {(bind.parameter, bind.axis) for bind in function.binds if bind.divisor == ONE}
    found = []
    for parameter in function.parameters:
        for axis, dimension in enumerate(parameter.shape.dims):
            if (parameter.written, axis) not in exact and names_of(dimension) <= known:
                expected = size_code(dimension, language, function.written_sizes)
                found.append(
                    (
                        parameter.written,
                        f"axis {axis + 1} of {parameter.written} must have size {dimension}",
                        size(parameter.written, axis),
                        expected,
                    )
                )
    return found


def _julia(function: Function, language: Language, imports: str) -> str:
    def size(parameter: str, axis: int) -> str:
        return f"size({parameter}, {axis + 1})"

    keywords = f"; {', '.join(function.keywords)}" if function.keywords else ""
    lines = [f"# {line}" for line in function.about]
    lines.append(f"function {function.name}({', '.join(parameter.written for parameter in function.parameters)}{keywords})")
    lines += [f"    {line}" for line in _bound(function, language, size, "div({}, {})")]
    for _, message, found, expected in _comparisons(function, language, size):
        told = f" = $({expected})" if not expected.isdigit() else ""
        lines.append(f'    {found} == {expected} || throw(DimensionMismatch("{message}{told}, not $({found})"))')
    lines += [
        _axes(parameter, '    ndims({0}) == {1} || throw(DimensionMismatch("{0} must have shape {2}"))') for parameter in _shaped(function)
    ]
    lines += [f"    {parameter.written} = vec({parameter.written})" for parameter in function.parameters if _flat(parameter)]
    lines += [f"    {name} = {text}" for name, text in function.steps]
    lines += [f"    return {', '.join(function.results)}", "end"]
    return "\n\n".join([imports, *(helper.strip("\n") for helper in function.helpers), "\n".join(lines)]) + "\n"


def _matlab(function: Function, language: Language, imports: str) -> str:
    def size(parameter: str, axis: int) -> str:
        return f"size({parameter}, {axis + 1})"

    names = [f"result{place + 1}" if place else "result" for place in range(len(function.results))]
    outputs = names[0] if len(names) == 1 else f"[{', '.join(names)}]"
    inputs = ", ".join([*(parameter.written for parameter in function.parameters), *function.keywords])
    lines = [f"function {outputs} = {function.name}({inputs})"]
    lines += [f"% {line}" for line in function.about]
    lines += [f"    {line};" for line in _bound(function, language, size, "floor({} / {})")]
    for _, message, found, expected in _comparisons(function, language, size):
        lines.append(f"    assert({found} == {expected}, '{message} (%d), not %d', {expected}, {found});")
    columns = [parameter for parameter in _shaped(function) if parameter.shape.rank == 1]
    lines += [_axes(parameter, "    assert(size({0}, 2) == 1, '{0} must be a column, {2}');") for parameter in columns]
    lines += [f"    {parameter.written} = {parameter.written}(:);" for parameter in function.parameters if _flat(parameter)]
    lines += [f"    {name} = {text};" for name, text in function.steps]
    lines += [f"    {name} = {text};" for name, text in zip(names, function.results, strict=True)]
    lines.append("end")
    return "\n\n".join([*([imports] if imports else []), "\n".join(lines), *(helper.strip("\n") for helper in function.helpers)]) + "\n"


def _flat(parameter: Parameter) -> bool:
    dims = parameter.shape.dims
    return len(dims) == 2 and any(dimension.constant == 1 for dimension in dims)


def _shaped(function: Function) -> list[Parameter]:
    return [parameter for parameter in function.parameters if parameter.shape.rank]


def _axes(parameter: Parameter, template: str) -> str:
    return template.format(parameter.written, parameter.shape.rank, parameter.shape)


FRAMES: dict[str, Callable[[Function, Language, str], str]] = {
    "numpy": python,
    "torch": python,
    "jax": python,
    "julia": _julia,
    "matlab": _matlab,
}
