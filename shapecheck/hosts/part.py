"""A part of a document, read as it would be within the whole: behind the words and brackets that are open where it begins."""

from __future__ import annotations

from shapecheck.core.record import dataclass
from shapecheck.core.regex import regex
from shapecheck.core.span import Span
from shapecheck.hosts.annotation import Annotation, Extract, Scope, Suppression
from shapecheck.hosts.cuts import Behind, Cut
from shapecheck.hosts.language import Language
from shapecheck.hosts.markdown import fences, without_fences
from shapecheck.hosts.reading import extract_markdown, extract_source
from shapecheck.hosts.scan import newlines_only, scan
from shapecheck.hosts.source import Source
from shapecheck.hosts.targets import FARTHEST_BRACKET

_BRACKET = regex(r"[(\[{]|[)\]}]")


@dataclass(frozen=True, slots=True)
class Around:
    """What a part stands in: `opened` makes it again, `scopes` of it are scopes. A first part stands in nothing."""

    opened: tuple[str, ...] = ()
    scopes: int = 0
    is_first: bool = True

    @property
    def text(self) -> str:
        return "" if self.is_first else "\n" + "".join(self.opened)


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """A stretch of a document, read; places count from its start. The first scopes of `extract` are the file and those around the part.

    `is_closed`: nothing of it reaches over its end. `left` is what the next part stands in, None where that cannot be told;
    `still_open` are the scopes of that.
    """

    text: str
    around: Around
    behind: Behind
    extract: Extract
    is_closed: bool
    left: Around | None
    still_open: tuple[int, ...]


def read_part(text: str, start: int, cut: Cut, around: Around, language: Language) -> Part:
    content = text[start : cut.place]
    if language.name == "markdown":
        return Part(content, around, cut.behind, extract_markdown(content, language), _is_whole_markdown(content, language), Around(), ())
    before = around.text
    source = Source(before + content, language, cut.behind.column)
    scoped = source.scoped
    extract = shifted(extract_source(source, language), -len(before))
    left = Around(scoped.left, len(scoped.still_open), is_first=False) if scoped.left is not None else None
    return Part(content, around, cut.behind, extract, left is not None and _is_closed(source, cut.behind), left, scoped.still_open)


def _is_closed(source: Source, behind: Behind) -> bool:
    text, end = source.text, len(source.text)
    free = text.rfind("\n", 0, end - 1) + 1 if behind.may_be_comment else end  # of comments, up to the end
    reached = [source.literals[-1][1] - end if source.literals else -1, source.comments[-1].end - free if source.comments else -1]
    if source.is_in_template or max(reached) >= 0:
        return False
    scopes = source.language.scopes
    if scopes != "indentation":
        return not _unclosed(source.code(), end - FARTHEST_BRACKET, "{" if scopes == "braces" else "")
    return behind.begins_anew or (
        source.balance_at_end == 0 and not _unclosed(source.code(), max(source.scopes[-1].span.start, end - FARTHEST_BRACKET), "")
    )


def _unclosed(code: str, start: int, besides: str) -> bool:
    """Whether a bracket is open at the end of the code, besides those of one kind."""
    around: list[str] = []
    for match in _BRACKET.finditer(code, max(start, 0)):
        if match[0] in "([{":
            around.append(match[0])
        elif around:
            around.pop()
    return any(bracket != besides for bracket in around)


def _is_whole_markdown(content: str, language: Language) -> bool:
    plain = newlines_only(content)
    found = list(fences(plain))
    if found and not found[-1].is_closed:
        return False
    if "<!--" not in plain:
        return True
    comments = scan(without_fences(plain, found), language).comments
    return not comments or comments[-1].end < len(plain)


def shifted(extract: Extract, offset: int) -> Extract:
    """Every place moved."""
    if not offset:
        return extract
    scopes = [Scope(scope.parent, scope.span.shift(offset), scope.name, scope.object) for scope in extract.scopes]
    annotations = [shifted_annotation(one, offset, one.scope) for one in extract.annotations]
    silenced = [shifted_suppression(one, offset) for one in extract.suppressions]
    return Extract(tuple(scopes), tuple(annotations), tuple(silenced))


def shifted_annotation(one: Annotation, offset: int, scope: int) -> Annotation:
    pieces = tuple([piece.shift(offset) for piece in one.pieces])
    targets = tuple([target.shift(offset) for target in one.targets])
    return Annotation(one.kind, one.word.shift(offset), pieces, scope, targets)


def shifted_suppression(one: Suppression, offset: int) -> Suppression:
    return Suppression(one.kind, one.rules, one.span.shift(offset), Span(one.covers.start + offset, one.covers.end + offset))
