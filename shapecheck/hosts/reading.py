"""A document's annotations and suppressions."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from shapecheck.core.record import replace
from shapecheck.core.span import Span
from shapecheck.hosts.annotation import Annotation, Extract, Suppression
from shapecheck.hosts.comments import CommentLine
from shapecheck.hosts.docstrings import docstring_lines, sections
from shapecheck.hosts.language import Language
from shapecheck.hosts.languages import language_named
from shapecheck.hosts.markdown import STATEMENT_FENCES, fences, moved, prose_sections, statement_fence, without_fences
from shapecheck.hosts.rows import Rows
from shapecheck.hosts.scan import newlines_only, scan
from shapecheck.hosts.scopes import file_scope
from shapecheck.hosts.source import Source
from shapecheck.hosts.statements import goes_on
from shapecheck.hosts.suppressions import Switch, regions, switch
from shapecheck.hosts.targets import targets_of

WORD = "shape:"


def extract(text: str, language: str) -> Extract:
    """What `text` annotates, read as `language` (a name, an alias or an extension); nothing where that is unknown.

    Offsets are code points of `text`. A notebook's JSON has nothing to say here: read it with `hosts.notebook` first.
    """
    row = language_named(language)
    if row is None or row.name == "jupyter":
        return Extract((file_scope(text),), (), ())
    return extract_markdown(text, row) if row.name == "markdown" else extract_with(text, row)


def extract_with(text: str, language: Language) -> Extract:
    if WORD not in text:
        return Extract((file_scope(text),), (), ())
    return extract_source(Source(text, language), language)


def extract_source(source: Source, language: Language) -> Extract:
    offsets = [match.start() for match in re.finditer(WORD, source.text)]
    annotations: list[Annotation] = []
    ignores: list[CommentLine] = []
    switches: list[Switch] = []
    for number in _comments_at(source, offsets):
        _read_comment(source, number, annotations, ignores, switches)
    if language.docstrings:
        for lines in docstring_lines(source, offsets):
            for head, section in sections(source.text, lines):
                annotations.append(_block(source, head, section))
                ignores += (line for line in (head, *section) if line.ignore)
    annotations.sort(key=lambda annotation: annotation.word)
    suppressions = [*_ignores(source, ignores, annotations), *regions(switches, len(source.text))]
    return Extract(tuple(source.scopes), tuple(annotations), tuple(sorted(suppressions, key=lambda found: found.span)))


def extract_markdown(text: str, language: Language) -> Extract:
    plain = newlines_only(text)
    found = list(fences(plain))
    prose = without_fences(plain, found)
    read = extract_with(prose, language)
    rows = Rows(plain)
    # Text before an HTML comment is no code.
    annotations = [replace(annotation, kind="line") if annotation.kind == "trailing" else annotation for annotation in read.annotations]
    scopes, suppressions = list(read.scopes), list(read.suppressions)
    comments = [(comment.start, comment.end) for comment in scan(prose, language).comments] if WORD in prose else []
    annotations += prose_sections(prose, rows, comments)
    for fence in found:
        row = language_named(fence.language)
        if fence.language in STATEMENT_FENCES:
            block = statement_fence(plain, rows, fence)
            annotations += [block] if block else []
        elif row is not None and row.name not in ("markdown", "jupyter") and WORD in fence.content.of(plain):
            inner = moved(extract_with(fence.content.of(plain), row), fence.content.start, len(scopes))
            scopes += inner[0]
            annotations += inner[1]
            suppressions += inner[2]
    annotations.sort(key=lambda annotation: annotation.word)
    return Extract(tuple(scopes), tuple(annotations), tuple(sorted(suppressions, key=lambda silenced: silenced.span)))


def _comments_at(source: Source, offsets: Iterable[int]) -> Iterator[int]:
    seen = -1
    for offset in offsets:
        number = source.comment_at(offset)
        if number is not None and number > seen:
            seen = number
            yield number


def _read_comment(source: Source, number: int, annotations: list[Annotation], ignores: list[CommentLine], switches: list[Switch]) -> None:
    """Read the lines of one comment; `annotations` holds those of the comments before it."""
    text = source.text
    for place, line in enumerate(source.lines(number)):
        if line.ignore:
            ignores.append(line)
        taken = annotations and annotations[-1].pieces[-1].end > line.start
        if taken or line.end - line.start < len(WORD) or not text.startswith(WORD, line.start):
            continue
        content = text[line.start : line.end]
        turned = switch(content, line.start)
        if turned is not None:
            sign = line.start if source.comments[number].block else source.comments[number].start
            switches.append(replace(turned, span=Span(sign, turned.span.end)))
        elif content == WORD:
            section = _section(source, number, place)
            if section:
                annotations.append(_block(source, line, section))
        else:
            annotations.append(_statement(source, number, place))


def _section(source: Source, number: int, place: int) -> list[CommentLine]:
    """The lines of a block whose word stands on line `place`, empty ones left out."""
    section: list[CommentLine] = []
    head = source.lines(number)[place]
    for line in source.following(number, place):
        if line.start < line.end or line.ignore:
            if line.depth <= head.opens:
                break
            section.append(line)
    return [line for line in section if line.start < line.end]


def _block(source: Source, head: CommentLine, section: list[CommentLine]) -> Annotation:
    word = Span(head.start, head.start + len(WORD))
    pieces = tuple(Span(line.start, line.end) for line in section)
    return Annotation("block", word, pieces, source.scope_index.at(word.start))


def _statement(source: Source, number: int, place: int) -> Annotation:
    """Statements behind the word, and on the lines below as long as the last goes on."""
    text = source.text
    line = source.lines(number)[place]
    word = Span(line.start, line.start + len(WORD))
    start = word.end
    while text[start] in " \t":
        start += 1
    pieces = [Span(start, line.end)]
    for below in source.following(number, place):
        content = text[below.start : below.end]
        if content.startswith(WORD) or not goes_on(pieces[-1].of(text), content):
            break
        pieces.append(Span(below.start, below.end))
    behind_code = place == 0 and not source.alone(number)
    targets = targets_of(source, number) if behind_code else ()
    return Annotation("trailing" if behind_code else "line", word, tuple(pieces), source.scope_index.at(word.start), targets)


def _ignores(source: Source, lines: list[CommentLine], annotations: list[Annotation]) -> Iterator[Suppression]:
    """Each covers its row, and the rows that the statement on it goes on over."""
    rows = source.rows
    pieces = {rows.row(piece.start): (annotation, i) for annotation in annotations for i, piece in enumerate(annotation.pieces)}
    for line in lines:
        assert line.ignore is not None
        covers = Span(rows.start(line.row), rows.end(line.row))
        annotation, place = pieces.get(line.row, (None, 0))
        if annotation is not None:
            covers = covers.cover(_joined(source.text, annotation.pieces, place))
        yield Suppression("ignore", line.ignore.rules, line.ignore.span, covers)


def _joined(text: str, pieces: tuple[Span, ...], place: int) -> Span:
    first = last = place
    while first > 0 and goes_on(pieces[first - 1].of(text), pieces[first].of(text)):
        first -= 1
    while last + 1 < len(pieces) and goes_on(pieces[last].of(text), pieces[last + 1].of(text)):
        last += 1
    return pieces[first].cover(pieces[last])
