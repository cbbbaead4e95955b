"""A derivative that could not be given, as a command line that asks for it again: what a user reports.

The statements are made anew from what is known of the names that the formula reaches, so that they stand alone
wherever it stood.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterable, Iterator, Sequence

from shapecheck import notation
from shapecheck.core.dimension import Floor, integer, named
from shapecheck.core.expression import Expression
from shapecheck.core.facts import Facts
from shapecheck.core.version import VERSION
from shapecheck.elaborate import dependence, properties
from shapecheck.elaborate.sheet import Binding, Elaborated


def report(value: Expression, names: Sequence[str], sheet: Elaborated, text: str = "") -> str:
    """What to do about it: the command line, and the version that it is about. `text` is the formula as typed."""
    return f"to report it: {command(value, names, sheet, text)}  (shapecheck {VERSION})"


def command(value: Expression, names: Sequence[str], sheet: Elaborated, text: str = "") -> str:
    """`shapecheck grad …` for a POSIX shell."""
    called = any(binding.parameters and re.search(rf"\b{re.escape(name)}\b", text) for name, binding in sheet.scope.bindings.items())
    formula = " ".join(text.split()) if text and not called else notation.write(value, "ascii")
    same = len(set(names)) == 1
    words = ["shapecheck", "grad", formula, "--wrt", names[0] if same else ",".join(dict.fromkeys(names))]
    words += ["--order", f"{len(names)}"] if len(names) > 1 else []
    known = "; ".join(statements(value, names, sheet))
    words += ["--where", known] if known else []
    return " ".join(map(_quoted, words))


def statements(value: Expression, names: Iterable[str], sheet: Elaborated) -> Iterator[str]:
    """Facts, declarations and definitions that the formula needs, each ahead of its use."""
    reached = dependence.ancestors(value, sheet.definitions)
    asked = {sheet.scope.bindings[name].variable for name in names if name in sheet.scope.bindings}
    yield from _facts(sheet.facts)
    needed = [binding for variable, binding in sheet.scope.versions.items() if variable in reached or variable in asked]
    for binding in sorted(needed, key=lambda binding: binding.value is not None):
        yield from _statement(binding, sheet)


def _statement(binding: Binding, sheet: Elaborated) -> Iterator[str]:
    shape = binding.shape
    if binding.value is not None:
        yield f"{binding.name} = {notation.write(binding.value, 'ascii')}"
    elif not any(dimension.is_open for dimension in shape.dims):
        given = sheet.properties.get(binding.variable, binding.properties)
        implied = {other for word in given for other in properties.meaning(word) or () if other != word}
        yield " ".join([f"{binding.name}: {shape if shape.rank else 'scalar'}", *sorted(given - implied)])


def _facts(facts: Facts) -> Iterator[str]:
    for atom, dimension in facts.values.items():
        if isinstance(atom, Floor):
            yield f"where {atom.denominator} | {atom.numerator}"
        elif not any(isinstance(other, Floor) for other in dimension.atoms()):
            yield f"where {named(atom)} = {dimension}"
    for zero in facts.zeros:
        if any(isinstance(atom, Floor) for atom in zero.atoms()):
            continue  # said by a divisibility
        positive = integer(0)
        for term in zero.terms:
            positive = positive + type(zero)((term,)) if term[1] > 0 else positive
        yield f"where {positive} = {positive - zero}"


def _quoted(word: str) -> str:
    """For a shell; double quotes where primes would make single ones unreadable."""
    if "'" in word and not re.search(r'["$`\\!]', word):
        return f'"{word}"'
    return shlex.quote(word)
