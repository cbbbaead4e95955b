"""A derivative explained: as a virtual document, and as values for an editor's own panel."""

from __future__ import annotations

import json
import os
import tempfile
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, unquote

from shapecheck.engine import questions
from shapecheck.engine.questions import Definition
from shapecheck.server.features import writing
from shapecheck.server.protocol import INVALID_PARAMS, SCHEME, Refused

if TYPE_CHECKING:
    from shapecheck.server.server import Server


def command(server: Server, params: Any) -> dict[str, Any] | None:
    """`shapecheck.explain`: shows the document where the client can, and gives back its text."""
    data = _arguments(params)
    found = explained(server, data)
    if found is None:
        return None
    title, text = found
    uri = f"{SCHEME}:{quote(title)}.md?{quote(json.dumps(data))}"
    if server.client.virtual_documents:
        server.protocol.ask("window/showDocument", {"uri": uri, "takeFocus": True})
    elif server.client.show_document:
        server.protocol.ask("window/showDocument", {"uri": _written(title, text), "takeFocus": True})
    return {"title": title, "uri": uri, "text": text}


def content(server: Server, params: Any) -> dict[str, str]:
    """`workspace/textDocumentContent` of such a document; of another it is empty."""
    uri = params["uri"] if isinstance(params, dict) else params.uri
    head, _, query = str(uri).partition("?")
    try:
        asked = json.loads(unquote(query)) if head.startswith(f"{SCHEME}:") else None
    except ValueError:
        asked = None
    found = explained(server, asked) if isinstance(asked, dict) else None
    return {"text": found[1] if found is not None else ""}


def explained(server: Server, data: dict[str, Any]) -> tuple[str, str] | None:
    definition, by = _asked(server, data)
    known = server.analysis(str(data.get("uri")))
    if definition is None or known is None:
        return None
    variable = next((item for item in questions.variables(definition) if str(item.data[0]) == by), None)
    if variable is None:
        return None
    return f"∂{definition.binding.name}/∂{by}", questions.explanation(known[1], definition, variable)


def derivation(server: Server, params: Any) -> dict[str, Any] | None:
    """`shapecheck/derivation`: all that is known of the definition at a position, in every notation."""
    document = params.get("textDocument") if isinstance(params, dict) else None
    if not isinstance(document, dict) or not isinstance(params.get("position"), dict):
        raise Refused("a text document and a position are needed", INVALID_PARAMS)
    definition, _ = _asked(server, {"uri": document.get("uri"), "position": params["position"]})
    known = server.analysis(str(document.get("uri")))
    if definition is None or known is None:
        return None
    source, analysis = known
    return {
        "name": definition.binding.name,
        "shape": str(definition.binding.shape),
        "range": source.range(definition.span),
        "value": questions.notations(definition.value),
        "gradients": [
            {
                "by": str(by.data[0]),
                "shape": str(found.shape) if found.shape is not None else None,
                "reason": found.reason,
                "formula": questions.notations(found.expression) if found.expression is not None else None,
                "code": questions.programs(definition, found),
                "explanation": questions.explanation(analysis, definition, by),
            }
            for by in questions.variables(definition)
            for found in [questions.gradient(analysis, definition, by)]
        ],
    }


def insert(server: Server, params: Any) -> None:
    """`shapecheck.insertGradient`: by the variables named, or by all."""
    data = _arguments(params)
    definition, _ = _asked(server, data)
    known = server.analysis(str(data.get("uri")))
    if definition is None or known is None:
        return
    names = data.get("by")
    wanted = names if isinstance(names, list) else [names] if names else [str(by.data[0]) for by in questions.variables(definition)]
    source, analysis = known
    library = data.get("to")
    at = definition.span.start
    edits = writing.code(analysis, at, wanted, library) if library else writing.gradient(analysis, at, wanted)
    if edits:
        server.protocol.ask("workspace/applyEdit", {"label": "Insert gradient", "edit": server.edit(source, edits)})


def fix_all(server: Server, params: Any) -> None:
    """`shapecheck.fixAll`: every safe fix of a document."""
    from shapecheck.server.features import actions

    data = _arguments(params)
    known = server.analysis(str(data.get("uri")))
    if known is not None:
        source = known[0]
        analysis = server.settle(source, None, 5.0)
        edits = list(actions.all_fixes(analysis, source.part_of(str(data.get("uri"))))) if analysis is not None else []
        if edits:
            server.protocol.ask("workspace/applyEdit", {"label": "Fix all", "edit": server.edit(source, edits)})


def _arguments(arguments: Any) -> dict[str, Any]:
    """A command's one argument: a table, or the uri alone."""
    first = arguments[0] if isinstance(arguments, (list, tuple)) and arguments else arguments
    if isinstance(first, str):
        return {"uri": first}
    if not isinstance(first, dict):
        raise Refused("a table with a uri is needed", INVALID_PARAMS)
    return first


def _asked(server: Server, data: dict[str, Any]) -> tuple[Definition | None, str]:
    """The definition that is meant: by its offset, or by a client's position."""
    known = server.analysis(str(data.get("uri")))
    if known is None:
        return None, ""
    source, analysis = known
    at, position = data.get("at"), data.get("position")
    if isinstance(position, dict):
        line, character = position.get("line"), position.get("character")
        if not isinstance(line, int) or not isinstance(character, int):
            raise Refused("a position is a line and a character", INVALID_PARAMS)
        at = source.offset(str(data.get("uri")), line, character)
    definition = questions.definition_at(analysis, at) if isinstance(at, int) else None
    by = data.get("by")
    return definition, str(by[0] if isinstance(by, list) and by else by)


def _written(title: str, text: str) -> str:
    """The document as a file, for clients that show no others; its uri."""
    folder = os.path.join(tempfile.gettempdir(), f"shapecheck-{os.getuid() if hasattr(os, 'getuid') else 'user'}")
    os.makedirs(folder, mode=0o700, exist_ok=True)
    path = os.path.join(folder, "".join(letter if letter.isalnum() else "-" for letter in title) + ".md")
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)
    return "file://" + quote(path)
