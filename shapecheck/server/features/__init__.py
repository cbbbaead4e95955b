"""What the server can do: one module a feature, found by one table and loaded when it is first asked for.

A feature takes the server and the parameters of its request, asks the engine, and gives back plain JSON values. To add one,
write its module and its row. Begin with `hover.py`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from importlib import import_module
from typing import TYPE_CHECKING, Any

from lsprotocol import types as lsp

if TYPE_CHECKING:
    from shapecheck.server.server import Server

TOKEN_TYPES = ("variable", "typeParameter", "function", "parameter", "operator", "number", "keyword", "property")
TOKEN_MODIFIERS = ("declaration", "wrong")


@dataclass(frozen=True, slots=True)
class Feature:
    """A method of the protocol and the function that answers it."""

    method: str
    module: str
    function: str
    options: Any = None
    derives: bool = False
    """Whether it needs what is loaded while the first requests are answered."""


FEATURES = (
    Feature(lsp.TEXT_DOCUMENT_DIAGNOSTIC, "diagnostic", "pull", lsp.DiagnosticOptions(False, True, "shapecheck")),
    Feature(lsp.WORKSPACE_DIAGNOSTIC, "diagnostic", "pull_workspace"),
    Feature(lsp.TEXT_DOCUMENT_HOVER, "hover", "hover", derives=True),
    Feature(
        lsp.TEXT_DOCUMENT_CODE_ACTION,
        "actions",
        "actions",
        lsp.CodeActionOptions(
            code_action_kinds=["quickfix", "refactor.rewrite", "refactor", "source.fixAll.shapecheck", "source.fixAll"],
            resolve_provider=True,
        ),
        derives=True,
    ),
    Feature(lsp.CODE_ACTION_RESOLVE, "actions", "resolve", derives=True),
    Feature(
        lsp.TEXT_DOCUMENT_COMPLETION,
        "completion",
        "completion",
        lsp.CompletionOptions(trigger_characters=["\\", "[", "/", "=", "^", "_"]),
        derives=True,
    ),
    Feature(lsp.TEXT_DOCUMENT_SIGNATURE_HELP, "signature", "signature", lsp.SignatureHelpOptions(trigger_characters=["(", ","])),
    Feature(lsp.TEXT_DOCUMENT_DEFINITION, "navigation", "definition"),
    Feature(lsp.TEXT_DOCUMENT_DECLARATION, "navigation", "definition"),
    Feature(lsp.TEXT_DOCUMENT_REFERENCES, "navigation", "references"),
    Feature(lsp.TEXT_DOCUMENT_DOCUMENT_HIGHLIGHT, "navigation", "highlight"),
    Feature(lsp.TEXT_DOCUMENT_PREPARE_RENAME, "navigation", "prepare_rename"),
    Feature(lsp.TEXT_DOCUMENT_RENAME, "navigation", "rename"),
    Feature(lsp.TEXT_DOCUMENT_DOCUMENT_SYMBOL, "symbols", "document_symbols"),
    Feature(lsp.WORKSPACE_SYMBOL, "symbols", "workspace_symbols"),
    Feature(lsp.TEXT_DOCUMENT_FOLDING_RANGE, "folding", "folding"),
    Feature(lsp.TEXT_DOCUMENT_SELECTION_RANGE, "selection", "selection"),
    Feature(lsp.TEXT_DOCUMENT_SEMANTIC_TOKENS_FULL, "tokens", "full", lsp.SemanticTokensLegend(list(TOKEN_TYPES), list(TOKEN_MODIFIERS))),
    Feature(lsp.TEXT_DOCUMENT_SEMANTIC_TOKENS_FULL_DELTA, "tokens", "delta"),
    Feature(lsp.TEXT_DOCUMENT_SEMANTIC_TOKENS_RANGE, "tokens", "within"),
    Feature(lsp.TEXT_DOCUMENT_INLAY_HINT, "inlay", "hints"),
    Feature(lsp.TEXT_DOCUMENT_CODE_LENS, "lens", "lenses"),
    Feature(lsp.TEXT_DOCUMENT_DOCUMENT_LINK, "links", "links"),
    Feature(lsp.WORKSPACE_TEXT_DOCUMENT_CONTENT, "explanation", "content", derives=True),
    Feature("shapecheck/derivation", "explanation", "derivation", derives=True),
    Feature("shapecheck/panel", "panel", "panel", derives=True),
    Feature(lsp.WORKSPACE_EXECUTE_COMMAND, "commands", "execute", derives=True),
)

COMMANDS = (
    Feature("shapecheck.explain", "explanation", "command"),
    Feature("shapecheck.insertGradient", "explanation", "insert"),
    Feature("shapecheck.fixAll", "explanation", "fix_all"),
)


def register(server: Server) -> None:
    for feature in FEATURES:
        server.feature(feature.method, feature.options)(partial(_run, server, feature))
    for command in COMMANDS:
        server.command(command.method)(partial(_run, server, command))


def _run(server: Server, feature: Feature, params: Any) -> Any:
    if feature.derives:
        server.warming.wait()
    return function(feature)(server, params)


def function(feature: Feature) -> Callable[..., Any]:
    found: Callable[..., Any] = getattr(import_module(f"{__name__}.{feature.module}"), feature.function)
    return found
