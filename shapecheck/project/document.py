"""A file as text, and changed text as a file: every byte that no edit touches comes back as it was."""

from __future__ import annotations

import codecs
import re

from shapecheck.core.record import dataclass
from shapecheck.core.regex import regex

_CODING = regex(rb"^[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)", re.MULTILINE)
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)


@dataclass(frozen=True, slots=True)
class Document:
    """Text with the encoding and byte order mark it came in. Line ends are part of the text."""

    text: str
    encoding: str = "utf-8"
    errors: str = "strict"
    mark: bytes = b""

    def encode(self, text: str) -> bytes:
        """The bytes of another text in this document's encoding; UnicodeEncodeError where it cannot hold it."""
        return self.mark + text.encode(self.encoding, self.errors)


def decode(raw: bytes) -> Document:
    """The text of any bytes, never failing: by byte order mark, coding line (as Python and Emacs know it), UTF-8, else Latin-1.

    Mostly valid UTF-8 stays UTF-8: its stray bytes become lone surrogates, which `encode` turns back.
    """
    for mark, encoding in _MARKS:
        if raw.startswith(mark) and (document := _lossless(raw[len(mark) :], encoding, mark)):
            return document
    if (declared := _declared(raw)) and (document := _lossless(raw, declared, b"")):
        return document
    if document := _lossless(raw, "utf-8", b""):
        return document
    text = raw.decode("utf-8", "surrogateescape")
    if any(char > "\x7f" and not "\ud800" <= char <= "\udfff" for char in text) and text.encode("utf-8", "surrogateescape") == raw:
        return Document(text, "utf-8", "surrogateescape")
    return Document(raw.decode("latin-1"), "latin-1")


def _lossless(raw: bytes, encoding: str, mark: bytes) -> Document | None:
    try:
        text = raw.decode(encoding)
        same = encoding == "utf-8" or text.encode(encoding) == raw
    except (UnicodeError, LookupError):
        return None
    return Document(text, encoding, mark=mark) if same else None


def _declared(raw: bytes) -> str | None:
    """The encoding that one of the first two lines names (PEP 263), if Python has it as a text encoding."""
    head = b"\n".join(raw[:400].splitlines()[:2])
    found = _CODING.search(head)
    if found is None:
        return None
    try:
        codec = codecs.lookup(found.group(1).decode("ascii", "replace"))
    except (LookupError, ValueError):
        return None
    return codec.name if getattr(codec, "_is_text_encoding", True) and codec.name != "utf-8" else None
