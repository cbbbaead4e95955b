"""What a rule may look at beside its problem: the text as typed, and what would come of an edit."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from shapecheck.core import fault
from shapecheck.core.record import dataclass, field
from shapecheck.core.settings import Settings
from shapecheck.core.span import Edit, Span, apply_edits
from shapecheck.elaborate.sheet import Claim, Elaborated
from shapecheck.syntax.tree import Statement

if TYPE_CHECKING:
    from shapecheck.calculus.verdict import Verdict


class NotJudged(Exception):
    """Raised by a judge that leaves a claim for later."""


SEARCH = 200
"""An attempt searches less for readings of undeclared names than the statement itself did."""

LONGEST = 2000
"""A longer statement is not searched for repairs: nobody would read them."""

ATTEMPTS = 150
"""Attempts for all statements of an annotation: where dozens are wrong, the first have fixes."""


@dataclass(frozen=True, slots=True)
class Context:
    """One statement in its document.

    `text` is the document that all spans index; `pieces` are the parts of it that hold statements (the whole text
    where empty); `scope` is the scope before the statement; `elaborated` what the statements before and with it came to;
    `judge` decides claims of an attempt; `attempts` counts those made for all statements of an annotation;
    `before` is what was written before this text, elsewhere.
    """

    text: str
    statement: Statement | None
    scope: Any = None
    settings: Settings = field(default_factory=Settings)
    pieces: tuple[Span, ...] = ()
    elaborated: Elaborated | None = None
    judge: Callable[[Claim, Elaborated], Verdict] | None = field(default=None, compare=False)
    attempts: list[None] = field(default_factory=list, compare=False)
    before: str = ""

    def typed(self, span: Span) -> str:
        """What stands at `span`, comment signs left out, every run of blanks and line ends as one blank."""
        return " ".join(self.masked(span).split())

    def masked(self, span: Span) -> str:
        """What stands at `span`, with blanks for all that is no part of a statement: offsets stay."""
        if not self.pieces:
            return span.of(self.text).replace("\n", " ")
        kept = [" "] * (span.end - span.start)
        for piece in self.pieces:
            start, end = max(piece.start, span.start), min(piece.end, span.end)
            if start < end:
                kept[start - span.start : end - span.start] = self.text[start:end]
        return "".join(kept).replace("\n", " ")

    @property
    def source(self) -> str:
        """The statement as typed, on one line, each character at its distance from the statement's start."""
        return self.masked(self.statement.span) if self.statement is not None else ""

    def preview(self, span: Span, edits: Iterable[Edit]) -> str:
        """What will stand at `span` after these edits, on one line."""
        moved = [Edit(edit.span.shift(-span.start), edit.text) for edit in edits]
        return " ".join(apply_edits(self.masked(span), moved).split())

    def ahead(self, statement: str) -> Edit:
        """The edit that puts another statement ahead of this one: on a line of its own where this one starts its line."""
        start = self.statement.span.start if self.statement is not None else 0
        line = self.text.rfind("\n", 0, start) + 1
        margin = self.text[line:start]
        own_line = not any(sign.isalnum() for sign in margin) and not margin.strip().startswith(("/*", "(*", "{-", "--[[", "%{"))
        end = "\r\n" if self.text.find("\r\n", line) == self.text.find("\n", line) - 1 >= line else "\n"
        return Edit(Span(start, start), f"{statement}{end}{margin}" if own_line else f"{statement}; ")

    def attempt(self, edits: Iterable[Edit] = (), before: str = "") -> Elaborated | None:
        """What the statement would come to with these edits, `before` standing ahead of it; None if it would not parse."""
        from shapecheck import elaborate, syntax

        if self.statement is None or len(self.source) > LONGEST or len(self.attempts) >= ATTEMPTS:
            return None
        self.attempts.append(None)
        offset = -self.statement.span.start
        moved = [Edit(edit.span.shift(offset), edit.text) for edit in edits]
        try:
            text = apply_edits(self.source, moved)
        except ValueError:  # they cannot be made together, as where factors stand without a blank
            return None
        statements = syntax.parse_statements(f"{before}; {text}" if before else text)
        if any(type(statement).__name__ == "Broken" for statement in statements):
            return None
        return elaborate.elaborate(statements, self.scope, self.settings, budget=SEARCH)

    def verdict(self, claim: Claim, elaborated: Elaborated) -> Verdict | None:
        """Whether a claim of an attempt is right; None where that cannot be said. A fault costs the fix, not the finding."""
        if self.judge is None:
            return None
        try:
            return self.judge(claim, elaborated)
        except NotJudged:
            return None
        except Exception as error:
            fault.tell(error, "a fix could not be verified: %r", self.source)
            return None
