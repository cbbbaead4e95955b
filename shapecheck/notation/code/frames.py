"""The text of a function in each language: heading, comment, checks of shapes, steps, result."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

from shapecheck.core.dimension import Dimension
from shapecheck.notation.code.language import Language, Writer
from shapecheck.notation.code.program import Program

if TYPE_CHECKING:
    from shapecheck.notation.code.function import Function, Parameter


def _code(dimension: Dimension, language: Language, sizes: dict[str, str]) -> str:
    return Writer(Program(), language, {}, sizes).dimension(dimension)[0]


def solvable(dimension: Dimension, known: set[str]) -> tuple[str, int, int] | None:
    """(name, factor, rest) where the dimension is factor * name + rest and the name is still open."""
    rest = 0
    found: tuple[str, int] | None = None
    for monomial, coefficient in dimension.terms:
        if not monomial:
            rest = coefficient
        elif len(monomial) == 1 and monomial[0][1] == 1 and isinstance(monomial[0][0], str) and found is None:
            found = (monomial[0][0], coefficient)
        else:
            return None
    return (*found, rest) if found and found[1] > 0 and found[0] not in known else None


def _python(function: Function, language: Language, imports: str) -> str:
    convert = {"numpy": "np.asarray({0}, dtype=float)", "jax": "jnp.asarray({0})", "torch": "{0}"}[language.name]
    lines: list[str] = []
    plain = [parameter.written for parameter in function.parameters]
    heading = ", ".join([*plain, *(["*", *function.keywords] if function.keywords else [])])
    lines.append(f"def {function.name}({heading}):")
    lines += _docstring(function)
    checked: set[str] = set(function.keywords)
    bound: set[str] = set()
    for parameter in function.parameters:
        if language.name != "torch" or parameter.shape.rank:
            lines += _python_check(parameter, function, language, convert, checked, bound)
    if language.name == "torch":
        lines += _torch_scalars(function)
    lines += [f"    {name} = {text}" for name, text in function.steps]
    lines.append(f"    return {', '.join(function.results)}")
    body = "\n".join(lines) + "\n"
    helpers = "\n\n".join(function.helpers)
    if "_like" in body and body.count("_like") == 1:
        body = "\n".join(line for line in body.splitlines() if "_like" not in line) + "\n"
    if re.search(r"\bmath\.", helpers + body):
        imports = f"import math\n\n{imports}"
    return "\n\n\n".join(part.strip("\n") for part in (imports, helpers, body) if part) + "\n"


def _torch_scalars(function: Function) -> list[str]:
    """Numbers become tensors like the others, which the function may make more of."""
    tensors = [parameter.written for parameter in function.parameters if parameter.shape.rank]
    scalars = [parameter.written for parameter in function.parameters if not parameter.shape.rank]
    like = next(iter((*tensors, *scalars)), "torch.ones(())")
    lines = [] if tensors else [f"    {name} = 1.0 * torch.as_tensor({name})" for name in scalars]
    lines.append(f"    _like = {{'dtype': {like}.dtype, 'device': {like}.device}}")
    lines += [f"    {name} = torch.as_tensor({name}, **_like)" for name in scalars if tensors]
    for name in scalars:
        lines += _raise(f"{name}.ndim != 0", f"{name} must have no axes, not {{tuple({name}.shape)}}")
    return lines


def _docstring(function: Function) -> list[str]:
    shapes = [f"{parameter.written}: {parameter.shape}" for parameter in function.parameters]
    about = [line.replace("\\", "\\\\").replace('"""', "'''") for line in function.about] or ["Value of the formula."]
    if len(about) == 1 and not shapes:
        return [f'    """{about[0]}"""']
    return [f'    """{about[0]}', *(f"    {line}" for line in about[1:]), "", f"    Shapes: {'; '.join(shapes)}.", '    """']


def _python_check(
    parameter: Parameter, function: Function, language: Language, convert: str, checked: set[str], bound: set[str]
) -> list[str]:
    """Conversion, checks and sizes of one input; each dimension is read where it occurs first."""
    name, dims, sizes = parameter.written, parameter.shape.dims, dict(function.written_sizes)
    lines = [f"    {name} = {convert.format(name)}"] if convert != "{0}" else []
    known = bound | {key for key, text in sizes.items() if text in checked}
    fresh = [solvable(dimension, known) for dimension in dims]
    shown = f"shape {parameter.shape}" if dims else "no axes"
    if any(fresh):
        lines += _raise(f"{name}.ndim != {len(dims)}", f"{name} must have {shown}, not {{tuple({name}.shape)}}")
    for axis, solved in enumerate(fresh):
        if solved is not None and solved[0] not in bound:
            lines.append(f"    {sizes[solved[0]]} = {_size_from(f'{name}.shape[{axis}]', solved)}")
            bound.add(solved[0])
            known.add(solved[0])
    if all({str(atom) for atom in dimension.atoms() if isinstance(atom, str)} <= known for dimension in dims):
        expected = _tuple([_code(dimension, language, sizes) for dimension in dims])
        exact = all(solved is not None and solved[1:] == (1, 0) for solved in fresh) and len(set(dims)) == len(dims)
        if not dims or not exact:
            given = f"tuple({name}.shape)" if language.name == "torch" else f"{name}.shape"
            value = f" = {{{expected}}}" if dims else ""
            lines += _raise(f"{given} != {expected}", f"{name} must have {shown}{value}, not {{tuple({name}.shape)}}")
    stored = [axis for axis, dimension in enumerate(dims) if dimension.constant != 1]
    if len(dims) == 2 and len(stored) < 2:
        lines.append(f"    {name} = {name}.reshape({'-1' if stored else '()'})")
    return lines


def _raise(condition: str, message: str) -> list[str]:
    return [f"    if {condition}:", f'        raise ValueError(f"{message}")']


def _tuple(sizes: list[str]) -> str:
    return f"({', '.join(sizes)}{',' if len(sizes) == 1 else ''})"


def _size_from(size: str, solved: tuple[str, int, int]) -> str:
    _, factor, rest = solved
    moved = f"{size} - {rest}" if rest > 0 else f"{size} + {-rest}" if rest else size
    if factor == 1:
        return moved
    return f"({moved}) // {factor}" if rest else f"{moved} // {factor}"


def _plain_sizes(function: Function, size: Callable[[str, int], str], divide: str, end: str) -> list[str]:
    lines = [f"    {written} = {size(parameter, axis)}{end}" for written, (parameter, axis) in function.sizes.items()]
    for written, (parameter, axis, factor, rest) in function.solved.items():
        lines.append(f"    {written} = {divide.format(f'{size(parameter, axis)} - {rest}', factor)}{end}")
    return lines


def _comparisons(function: Function, language: Language, size: Callable[[str, int], str]) -> list[tuple[str, str, str, str]]:
    """(parameter, what it must be, its size in code, the size it must have) for each axis that repeats a dimension."""
    sizes = dict(function.written_sizes)
    known = {*function.sizes, *function.solved, *function.keywords}
    found = []
    for parameter in function.parameters:
        for axis, dimension in enumerate(parameter.shape.dims):
            names = {sizes[str(atom)] for atom in dimension.atoms() if str(atom) in sizes}
            home = function.sizes.get(sizes.get(str(dimension), ""))
            if home != (parameter.written, axis) and names <= known:
                expected = _code(dimension, language, sizes)
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
    lines += _plain_sizes(function, size, "div({}, {})", "")
    for _, message, found, expected in _comparisons(function, language, size):
        lines.append(f'    {found} == {expected} || throw(DimensionMismatch("{message}"))')
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
    lines += _plain_sizes(function, size, "({}) / {}", ";")
    for _, message, found, expected in _comparisons(function, language, size):
        lines.append(f"    assert({found} == {expected}, '{message} (%d), not %d', {expected}, {found});")
    lines += [f"    {parameter.written} = {parameter.written}(:);" for parameter in function.parameters if _flat(parameter)]
    lines += [f"    {name} = {text};" for name, text in function.steps]
    lines += [f"    {name} = {text};" for name, text in zip(names, function.results, strict=True)]
    lines.append("end")
    return "\n\n".join([*([imports] if imports else []), "\n".join(lines), *(helper.strip("\n") for helper in function.helpers)]) + "\n"


def _flat(parameter: Parameter) -> bool:
    dims = parameter.shape.dims
    return len(dims) == 2 and dims[0].constant == 1


FRAMES: dict[str, Callable[[Function, Language, str], str]] = {
    "numpy": _python,
    "torch": _python,
    "jax": _python,
    "julia": _julia,
    "matlab": _matlab,
}
