"""What a programming language needs to say to have a program written in it.

Templates hold operands as `{0:70}`: operand 0, in brackets if it binds looser than 70. A template comes with
the strength of its own outermost operator.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from shapecheck.core.record import dataclass, field
from shapecheck.core.regex import regex
from shapecheck.notation.code.gather import Expansion
from shapecheck.notation.code.parts import CannotWrite
from shapecheck.ops import ROWS

ATOM = 100
Template = tuple[str, int]
OPERAND = regex(r"\{(\w+)(?::(\d+))?\}")


@dataclass(frozen=True, slots=True)
class Language:
    """One programming language's forms; a missing one is taken from `parent`.

    `templates`: operation -> template (see `program.OPERATIONS`); `functions`: row key -> template, before the row's
    own; `helpers`: name -> source of a function that templates call; `words`: rewrites of the parent's templates.
    `reserved`: names that variables must not take; `ascii`: whether names must be ASCII.
    `aligned_left`: arrays of unequally many axes are matched from the first axis on, not from the last.
    `expansions`: functions that it composes of others. `indexes_names`: entries can be taken of named arrays only.
    Where functions take arrays only, `lift` makes one of a number, and `scalars` are the functions that take numbers.
    """

    name: str
    comment: str
    templates: Mapping[str, Template]
    functions: Mapping[str, str] = field(default_factory=dict)
    helpers: Mapping[str, str] = field(default_factory=dict)
    words: tuple[tuple[str, str], ...] = ()
    rows: str = ""  # the notation in which rows of the table are looked up
    parent: Language | None = None
    reserved: frozenset[str] = frozenset()
    ascii: bool = False
    aligned_left: bool = False
    lift: str = ""
    scalars: Mapping[str, str] = field(default_factory=dict)
    indexes_names: bool = False
    expansions: Mapping[str, Expansion] = field(default_factory=dict)

    def template(self, op: str) -> Template:
        if op in self.templates:
            return self.templates[op]
        if self.parent is None:
            raise CannotWrite(f"{self.name} has no form for {op}")
        text, strength = self.parent.template(op)
        return self._reworded(text), strength

    def knows(self, op: str) -> bool:
        """Whether there is a template for the operation."""
        return op in self.templates or (self.parent is not None and self.parent.knows(op))

    def knows_function(self, key: str) -> bool:
        return key in self.functions or (self.parent is not None and self.parent.knows_function(key))

    def function(self, key: str) -> str:
        if key in self.functions:
            return self.functions[key]
        if key not in ROWS:
            raise CannotWrite(f"{self.name} has no form for {key}")
        if self.rows in ROWS[key].notations:
            return named_operands(ROWS[key].notations[self.rows], ROWS[key].parameters)
        if self.parent is None:
            raise CannotWrite(f"{self.name} has no form for {key}")
        return self._reworded(self.parent.function(key))

    def helper(self, name: str) -> str | None:
        if name in self.helpers:
            return self.helpers[name]
        source = self.parent.helper(name) if self.parent else None
        return self._reworded(source) if source else None

    def helper_names(self) -> frozenset[str]:
        return frozenset(self.helpers) | (self.parent.helper_names() if self.parent else frozenset())

    def _reworded(self, text: str) -> str:
        for old, new in self.words:
            text = text.replace(old, new)
        return text


def named_operands(template: str, parameters: tuple[str, ...]) -> str:
    """A row's template with operands by number; one that stands between brackets or commas needs none of its own."""

    def numbered(match: re.Match[str]) -> str:
        before, after = template[: match.start()].rstrip(), template[match.end() :].lstrip()
        loose = before.endswith(("(", "[", ",")) and after.startswith((")", "]", ","))
        return f"{{{parameters.index(match.group(1))}:{0 if loose else ATOM}}}"

    return OPERAND.sub(numbered, template)
