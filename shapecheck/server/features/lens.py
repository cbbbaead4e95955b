"""A line above the definition of a scalar that offers its gradients."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsprotocol import types as lsp

from shapecheck.engine import questions
from shapecheck.server.wire import JSON

if TYPE_CHECKING:
    from shapecheck.server.server import Server

INSERT = "shapecheck.insertGradient"


def lenses(server: Server, params: lsp.CodeLensParams) -> list[JSON] | None:
    uri = params.text_document.uri
    known = server.analysis(uri)
    if known is None or not server.configuration.options.code_lens:
        return None
    source, analysis = known
    part = source.part_of(uri)
    found = []
    for definition in questions.definitions(analysis):
        names = [str(by.data[0]) for by in questions.variables(definition)]
        if definition.binding.shape.rank or not names or part is None or not part.start <= definition.span.start <= part.end:
            continue
        data = {"uri": uri, "at": definition.span.start, "by": names}
        title = f"insert gradients of {definition.binding.name} by {', '.join(names[:4])}{' …' if len(names) > 4 else ''}"
        command = {"title": title, "command": INSERT, "arguments": [data]}
        found.append({"range": source.range(definition.span), "command": command})
    return found
