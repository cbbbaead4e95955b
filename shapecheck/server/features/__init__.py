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


FEATURES = (
    Feature(lsp.TEXT_DOCUMENT_DIAGNOSTIC, "diagnostic", "pull", lsp.DiagnosticOptions(False, True, "shapecheck")),
    Feature(lsp.WORKSPACE_DIAGNOSTIC, "diagnostic", "pull_workspace"),
    Feature(lsp.TEXT_DOCUMENT_HOVER, "hover", "hover"),
    Feature(
        lsp.TEXT_DOCUMENT_CODE_ACTION,
        "actions",
        "actions",
        lsp.CodeActionOptions(
            code_action_kinds=["quickfix", "refactor.rewrite", "refactor", "source.fixAll.shapecheck", "source.fixAll"],
            resolve_provider=True,
        ),
    ),
    Feature(lsp.CODE_ACTION_RESOLVE, "actions", "resolve"),
)

COMMANDS: tuple[Feature, ...] = ()


def register(server: Server) -> None:
    for feature in FEATURES:
        server.feature(feature.method, feature.options)(partial(_run, server, feature))
    for command in COMMANDS:
        server.command(command.method)(partial(_run, server, command))


def _run(server: Server, feature: Feature, params: Any) -> Any:
    return function(feature)(server, params)


def function(feature: Feature) -> Callable[..., Any]:
    found: Callable[..., Any] = getattr(import_module(f"{__name__}.{feature.module}"), feature.function)
    return found
