"""The function around a program: parameters, checks of their shapes, sizes, named intermediate values, the result."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from importlib import import_module

from shapecheck.core.dimension import Dimension
from shapecheck.core.expression import Expression
from shapecheck.core.record import dataclass
from shapecheck.core.shape import Shape
from shapecheck.notation.code import frames
from shapecheck.notation.code.gather import gathered
from shapecheck.notation.code.language import Language
from shapecheck.notation.code.program import Program
from shapecheck.notation.code.realise import Realiser
from shapecheck.notation.code.sizing import Bind, binds, names_of
from shapecheck.notation.code.writer import Writer

LANGUAGES = ("numpy", "torch", "jax", "julia", "matlab")
TRIVIAL = {"input", "number", "constant", "size", "transpose", "as_column", "as_row", "row_matrix", "column_matrix", "negate", "entry"}
LONGEST = 88
WORDS = {"'": "_prime", "^*": "_star", "{": "", "}": "", "(": "", ")": "", "|": "_given_", "+": "_plus_", "-": "_minus_"}


@dataclass(frozen=True, slots=True)
class Parameter:
    """A variable of the formula, with the name that it has in code."""

    name: str
    written: str
    shape: Shape


@dataclass(frozen=True, slots=True)
class Function:
    """Everything a frame needs to write the text."""

    name: str
    parameters: tuple[Parameter, ...]
    binds: tuple[Bind, ...]  # the sizes that axes tell
    keyword_sizes: tuple[str, ...]  # those that the formula needs and no axis tells
    steps: tuple[tuple[str, str], ...]
    results: tuple[str, ...]
    helpers: tuple[str, ...]
    about: tuple[str, ...]  # lines of the comment
    written_sizes: Mapping[str, str]
    needed: frozenset[str]  # names in code of the sizes that the steps or the checks of other axes read

    @property
    def keywords(self) -> tuple[str, ...]:
        return tuple(self.written_sizes[name] for name in self.keyword_sizes)


def emit(
    outputs: Sequence[Expression],
    language: str,
    *,
    name: str = "derivative",
    about: Sequence[str] = (),
    parameters: Sequence[Expression] = (),
    definitions: Mapping[Expression, Expression] | None = None,
    shapes: Sequence[Shape] = (),
) -> str:
    """Source of a self-contained function that returns `outputs` (one, or several as a tuple).

    `shapes` says of outputs in which of two shapes of the same entries they are wanted: a vector as a row, or as a column.
    Its parameters are the variables in `parameters` and those that the outputs need, vectors one-dimensional.
    A size that the formula uses as a number is read from the inputs' shapes, or is a keyword parameter.
    Raises `CannotWrite` where the language has no form for the expression.
    """
    spoken = import_module(f"shapecheck.notation.code.{language}")
    realiser = Realiser(definitions or {}, outputs)
    wanted = shapes or [node.shape for node in outputs]
    results = tuple(realiser.output(node, shape) for node, shape in zip(outputs, wanted, strict=True))
    function = _function(realiser.program, results, spoken.LANGUAGE, name, tuple(about), tuple(parameters))
    text: str = frames.FRAMES[language](function, spoken.LANGUAGE, spoken.IMPORT)
    return text


def statements(
    outputs: Mapping[str, Expression], language: str, *, definitions: Mapping[Expression, Expression] | None = None
) -> tuple[str, ...] | None:
    """Assignments to these names, for code of Python's libraries that has the variables already.

    None where they would need functions of their own. Raises `CannotWrite` where the language has no form for an expression.
    """
    spoken = import_module(f"shapecheck.notation.code.{language}")
    realiser = Realiser(definitions or {}, tuple(outputs.values()))
    results = tuple(realiser.output(node, node.shape) for node in outputs.values())
    first = next(iter(outputs))
    function = _function(realiser.program, results, spoken.LANGUAGE, first, (), ())
    steps = (*function.steps, *zip(outputs, function.results, strict=True))
    body = "\n".join(text for _, text in steps)
    used = [bind for bind in function.binds if re.search(rf"(?<![\w.]){re.escape(bind.written)}(?!\w)", body)]
    own = "_like" in body or "_dtype" in body
    if function.helpers or function.keywords or own or not all(bind.is_exact for bind in used):
        return None
    inner = {made: f"{first}_{made}" for made, _ in function.steps}
    lines = [f"{made} = {text}" for made, text in steps]
    for made, unique in inner.items():
        lines = [re.sub(rf"(?<![\w.]){re.escape(made)}(?!\w)", unique, line) for line in lines]
    return (*(f"{bind.written} = {bind.parameter}.shape[{bind.axis}]" for bind in used), *lines)


def _function(
    program: Program, results: tuple[int, ...], language: Language, name: str, about: tuple[str, ...], given: tuple[Expression, ...]
) -> Function:
    program, results = gathered(program, results, language.expansions)
    uses = program.uses(results, TRIVIAL)
    if language.indexes_names:
        for number in list(uses):
            value = program[number]
            if value.op == "entry" or value.data[:1] == ("skew",):
                uses[value.args[0]] += 1
    taken = {name, "np", "jnp", "jax", "torch", "math", "_like", "_dtype", *language.reserved, *language.helper_names()}
    parameters = _parameters(program, uses, given, taken, language)
    written = {parameter.name: parameter.written for parameter in parameters}
    sizes = _sizes(program, uses, parameters, taken, language)
    names = {number: written[value.data[0]] for number, value in enumerate(program.values) if value.op == "input" and number in uses}
    writer = Writer(program, language, names, sizes, frozenset(program.fixed()) if language.lift else frozenset())
    steps = _steps(program, uses, results, writer, taken)
    texts = tuple(unwrapped(writer.result(number)) for number in results)
    body = "\n".join([*(text for _, text in steps), *texts])
    told = binds(parameters, sizes)
    read = {key for key, one in sizes.items() if re.search(rf"(?<![\w.]){re.escape(one)}(?!\w)", body)}
    keywords = tuple(key for key in sizes if key in read and key not in {bind.name for bind in told})
    needed = read.union(*(_names_to_check(parameter, told) for parameter in parameters))
    for bind in reversed(told):
        needed |= names_of(bind.divisor) | names_of(bind.rest) if bind.name in needed else set()
    in_code = frozenset(sizes[name] for name in needed)
    return Function(name, parameters, told, keywords, steps, texts, _helpers(language, body), about, sizes, in_code)


def _names_to_check(parameter: Parameter, told: tuple[Bind, ...]) -> set[str]:
    """The sizes that the axes of a parameter are compared with."""
    exact = {bind.axis for bind in told if bind.parameter == parameter.written and bind.divisor.constant == 1}
    return set().union(*(names_of(dimension) for axis, dimension in enumerate(parameter.shape.dims) if axis not in exact))


def _parameters(
    program: Program, uses: dict[int, int], given: tuple[Expression, ...], taken: set[str], language: Language
) -> tuple[Parameter, ...]:
    shapes = {node.data[0]: node.shape for node in given}
    for number in sorted(uses):
        value = program[number]
        if value.op == "input":
            shapes.setdefault(value.data[0], value.data[1])
    return tuple(Parameter(name, _identifier(name, taken, language), shape) for name, shape in shapes.items())


def _identifier(name: str, taken: set[str], language: Language) -> str:
    """The name as code may write it, and as nothing else is called."""
    text = unicodedata.normalize("NFKC", name)
    for sign, word in WORDS.items():
        text = text.replace(sign, word)
    if language.ascii:
        text = "".join(map(_spelled, unicodedata.normalize("NFD", text)))
    text = re.sub(r"\W+", "_", text).strip("_") if not text.isidentifier() else text
    if not text or text[0].isdigit() or (language.ascii and text[0] == "_"):
        text = f"v{text}"
    while text in taken:
        text += "_"
    taken.add(text)
    return text


def _spelled(sign: str) -> str:
    """A letter or an accent in ASCII: `λ` is lambda, a circumflex is _hat."""
    if sign.isascii():
        return sign
    words = unicodedata.name(sign, "sign").lower().split()
    if words[0] == "combining":
        return {"circumflex": "_hat", "macron": "_bar", "overline": "_bar", "tilde": "_tilde", "dot": "_dot"}.get(words[1], "_")
    return {"lamda": "lambda"}.get(words[-1], words[-1]) if words[-1].isalpha() else "_"


def _sizes(
    program: Program, uses: dict[int, int], parameters: tuple[Parameter, ...], taken: set[str], language: Language
) -> dict[str, str]:
    """Every dimension name that may be needed, as code writes it; a variable of the same name keeps its own."""
    dims: list[Dimension] = [dimension for parameter in parameters for dimension in parameter.shape.dims]
    for number in uses:
        value = program[number]
        dims += [*value.dims, *(part for part in value.data if isinstance(part, Dimension))]
    names = sorted({str(atom) for dimension in dims for atom in dimension.atoms() if not hasattr(atom, "numerator")})
    return {name: _identifier(name if name.isidentifier() else f"n{name}", taken, language) for name in names}


def _steps(
    program: Program, uses: dict[int, int], results: tuple[int, ...], writer: Writer, taken: set[str]
) -> tuple[tuple[str, str], ...]:
    """Assignments for what is used more than once, what the formula names, and what would make a line too long."""
    steps: list[tuple[str, str]] = []
    varying = program.varying()
    for number in sorted(uses.keys() - varying):
        value = program[number]
        label = program.labels.get(number)
        if value.op == "input" or (value.op in TRIVIAL and not label):
            continue
        text = writer.write(number)
        if label or uses[number] > 1 or (len(text) > LONGEST and number not in results):
            name = _identifier(label or f"t{len(steps) + 1}", taken, writer.language)
            steps.append((name, unwrapped(text)))
            writer.names[number] = name
    return tuple(steps)


def unwrapped(text: str) -> str:
    """The text without a pair of brackets that surrounds all of it."""
    depth = 0
    for place, sign in enumerate(text):
        depth += (sign == "(") - (sign == ")")
        if depth == 0 and place < len(text) - 1:
            return text
    return text[1:-1] if text.startswith("(") and text.endswith(")") else text


def _helpers(language: Language, body: str) -> tuple[str, ...]:
    """The helpers that the body calls, and those that these call."""
    found: dict[str, str] = {}
    waiting = [body]
    while waiting:
        text = waiting.pop()
        for name in sorted(language.helper_names() - found.keys()):
            source = language.helper(name) if re.search(rf"(?<![\w.]){name}\.?\(", text) else None
            if source:
                found[name] = source
                waiting.append(source)
    return tuple(found[name] for name in sorted(found))
