"""The four ways to write a row, from its heading `name(parameters)` as a user types it."""

from __future__ import annotations

from shapecheck.ops.row import Kind, Row


def _row(heading: str, kind: Kind, signature: str, about: str, options: dict[str, str], **extra: str | bool) -> Row:
    name, _, inside = heading.rstrip(")").partition("(")
    known = {"key", "index", "definition", "derivative", "domain", "value", "kink"}
    fields = {key: text for key, text in options.items() if key in known}
    aliases = tuple(options.get("aliases", "").split())
    notations = {key: text for key, text in options.items() if key not in known and key != "aliases"}
    parameters = tuple(part.strip() for part in inside.split(",")) if inside else ()
    key = fields.pop("key", name)
    return Row(key, name, parameters, kind, signature, about, aliases, notations=notations, **fields, **extra)  # type: ignore[arg-type]


def operator(heading: str, signature: str, *, index: str, about: str, prefix: bool = False, **options: str) -> Row:
    """A multilinear function, defined by its index form alone."""
    return _row(heading, "index", signature, about, {**options, "index": index}, prefix=prefix)


def elementwise(heading: str, *, about: str, **options: str) -> Row:
    """A function of each entry, with a derivative or a definition by other rows; several parameters broadcast."""
    return _row(heading, "elementwise", "any -> same", about, options, prefix=True)


def reduction(heading: str, *, about: str, **options: str) -> Row:
    """All entries, or those along an axis, to one number: with a derivative, or a definition by other rows."""
    return _row(heading, "reduction", "any -> ()", about, options, axis=True)


def primitive(heading: str, signature: str, *, derivative: str, about: str, prefix: bool = False, **options: str) -> Row:
    """A function with a chain rule of its own."""
    return _row(heading, "primitive", signature, about, {**options, "derivative": derivative}, prefix=prefix)
