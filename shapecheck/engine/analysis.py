"""What is known of a document: its blocks, findings, and what stands at each place."""

from __future__ import annotations

from collections.abc import Iterator

from shapecheck.core.diagnostic import Diagnostic
from shapecheck.core.record import dataclass, field
from shapecheck.core.settings import Settings
from shapecheck.core.span import Span
from shapecheck.elaborate.sheet import Binding, Checked, Claim, Typed
from shapecheck.engine.document import PlacedBlock, declared_at, place
from shapecheck.engine.memo import Memo
from shapecheck.engine.verification import Judged
from shapecheck.hosts.annotation import Extract
from shapecheck.hosts.parts import Joined


@dataclass(frozen=True, slots=True)
class Here:
    """What stands at a place: the innermost typed part, and the statement, name and claim around it. Places of what is
    inside count from `block.start`; `span` is in the document."""

    block: PlacedBlock
    span: Span
    checked: Checked
    typed: Typed | None = None
    binding: Binding | None = None
    claim: Claim | None = None
    judged: Judged | None = None


@dataclass(frozen=True, slots=True)
class Symbol:
    """A name that a document binds."""

    binding: Binding
    span: Span
    scope: int


@dataclass(frozen=True, slots=True)
class Analysis:
    """Findings are in the order of the document. `judged` says of each claim whether it is right, once that was asked for."""

    text: str
    language: str
    settings: Settings
    extract: Extract | Joined
    blocks: tuple[PlacedBlock, ...]
    diagnostics: tuple[Diagnostic, ...]
    memo: Memo = field(compare=False, repr=False)
    judged: tuple[tuple[PlacedBlock, Judged], ...] = ()
    verified: bool = False

    def at(self, offset: int) -> Here | None:
        """What stands at an offset of the document; None outside annotations."""
        for block in self.blocks:
            if block.start <= offset <= block.start + len(block.result.block.text):
                found = self._within(block, offset - block.start)
                if found is not None:
                    return found
        return None

    def symbols(self) -> Iterator[Symbol]:
        """Every name that is bound, version by version, in the order of the document."""
        for block in self.blocks:
            elaborated = block.result.elaborated
            own = [binding for checked in elaborated.statements for binding in checked.bindings]
            for binding in dict.fromkeys((*own, *elaborated.inferred)):
                if binding.span.start >= 0:
                    yield Symbol(binding, binding.span.shift(block.start), block.scope)

    def declaration(self, block: PlacedBlock, binding: Binding) -> Span | None:
        """Where the binding that a block uses was made."""
        parents = self.extract.parents
        versions = block.result.elaborated.scope.versions
        known = versions.get(binding.variable, binding)
        return place(known.span, block, parents, lambda: declared_at(self.blocks, self.memo))

    def _within(self, block: PlacedBlock, offset: int) -> Here | None:
        for checked in block.result.statements:
            if checked.statement.span.start <= offset <= checked.statement.span.end:
                typed = _innermost(checked, offset)
                binding = next((item for item in checked.bindings if item.span.start <= offset <= item.span.end), None)
                claim = next((item for item in checked.claims if _covers(item, offset)), None)
                claim = claim or next((item for item in checked.claims if _spans(item, offset)), None)
                judged = next((item for owner, item in self.judged if owner == block and item.claim is claim), None)
                span = typed.span if typed is not None else binding.span if binding is not None else checked.statement.span
                return Here(block, span.shift(block.start), checked, typed, binding, claim, judged)
        return None


def _innermost(checked: Checked, offset: int) -> Typed | None:
    """The smallest part that the place is in: on a mark behind a name, what is marked; behind a part only where nothing else is."""
    around = [typed for typed in checked.typed if typed.span.start <= offset <= typed.span.end]
    inside = [typed for typed in around if offset < typed.span.end]
    return min(inside or around, key=lambda typed: typed.span.end - typed.span.start, default=None)


def _covers(claim: Claim, offset: int) -> bool:
    return any(node.span.start <= offset <= node.span.end for node in (claim.left_node, claim.right_node))


def _spans(claim: Claim, offset: int) -> bool:
    """Whether the place is on a sign between the sides."""
    return claim.left_node.span.start <= offset <= claim.right_node.span.end
