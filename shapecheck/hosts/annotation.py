"""What `hosts` finds in a document: where statements stand, and in which scope."""

from __future__ import annotations

from typing import Literal

from shapecheck.core.record import dataclass
from shapecheck.core.span import Span


@dataclass(frozen=True, slots=True)
class Scope:
    """A function, class, brace block or the file (parent None). `name` is what the code calls it.

    `object` stands before the names of a class where its functions use them: `self.` or `this.`; empty where it is no class.
    """

    parent: int | None
    span: Span
    name: str = ""
    object: str = ""


@dataclass(frozen=True, slots=True)
class Annotation:
    """Statements of one `shape:` comment.

    `pieces` are the parts of the document that hold them, one a comment line, signs and margins left out.
    kind "block": the word stood alone and an indented block follows; "line": statements behind the word on the same line;
    "trailing": the same, behind code (`targets` are the names that the code assigns, with what is no name in a list of them).
    """

    kind: Literal["block", "line", "trailing"]
    word: Span  # the `shape:` itself
    pieces: tuple[Span, ...]
    scope: int
    targets: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True)
class Suppression:
    """`shape: ignore[rules]` covers its line (and the statement on it); `off` ... `on` a region. Empty rules: all."""

    kind: Literal["ignore", "region"]
    rules: tuple[str, ...]
    span: Span  # the comment that says so
    covers: Span


@dataclass(frozen=True, slots=True)
class Extract:
    scopes: tuple[Scope, ...]  # scopes[0] is the file
    annotations: tuple[Annotation, ...]  # in document order
    suppressions: tuple[Suppression, ...]

    @property
    def parents(self) -> list[int | None]:
        """Of each scope the one around it."""
        return [scope.parent for scope in self.scopes]

    @property
    def objects(self) -> dict[int, str]:
        """Of each scope that is a class what stands before its names in its functions."""
        return {number: scope.object for number, scope in enumerate(self.scopes) if scope.object}
