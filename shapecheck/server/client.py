"""What a client can do, of all that the protocol lets it say."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from lsprotocol import types as lsp

from shapecheck.server.text import Encoding


@dataclass(frozen=True, slots=True)
class Client:
    """Until it said otherwise, a client can do little."""

    markdown: bool = False
    completion_markdown: bool = False
    signature_markdown: bool = False
    snippets: bool = False
    document_changes: bool = False
    related_information: bool = False
    version: bool = False
    pull: bool = False
    diagnostic_refresh: bool = False
    inlay_refresh: bool = False
    tokens_refresh: bool = False
    lens_refresh: bool = False
    action_resolve: bool = False
    action_preferred: bool = False
    lens_resolve: bool = False
    progress: bool = False
    configuration: bool = False
    configuration_changes: bool = False
    watch_files: bool = False
    symbol_tree: bool = False
    show_document: bool = False
    virtual_documents: bool = False


def read(capabilities: lsp.ClientCapabilities) -> Client:
    def look(path: str) -> Any:
        value: Any = capabilities
        for step in path.split("."):
            value = getattr(value, step, None)
        return value

    document, published = "text_document", "text_document.publish_diagnostics"
    return Client(
        markdown="markdown" in (look(f"{document}.hover.content_format") or ()),
        completion_markdown="markdown" in (look(f"{document}.completion.completion_item.documentation_format") or ()),
        signature_markdown="markdown" in (look(f"{document}.signature_help.signature_information.documentation_format") or ()),
        snippets=bool(look(f"{document}.completion.completion_item.snippet_support")),
        document_changes=bool(look("workspace.workspace_edit.document_changes")),
        related_information=bool(look(f"{published}.related_information") or look(f"{document}.diagnostic.related_information")),
        version=bool(look(f"{published}.version_support")),
        pull=look(f"{document}.diagnostic") is not None,
        diagnostic_refresh=bool(look("workspace.diagnostics.refresh_support")),
        inlay_refresh=bool(look("workspace.inlay_hint.refresh_support")),
        tokens_refresh=bool(look("workspace.semantic_tokens.refresh_support")),
        lens_refresh=bool(look("workspace.code_lens.refresh_support")),
        action_resolve="edit" in (look(f"{document}.code_action.resolve_support.properties") or ()),
        action_preferred=bool(look(f"{document}.code_action.is_preferred_support")),
        lens_resolve=look(f"{document}.code_lens") is not None,
        progress=bool(look("window.work_done_progress")),
        configuration=bool(look("workspace.configuration")),
        configuration_changes=bool(look("workspace.did_change_configuration.dynamic_registration")),
        watch_files=bool(look("workspace.did_change_watched_files.dynamic_registration")),
        show_document=bool(look("window.show_document.support")),
        virtual_documents=look("workspace.text_document_content") is not None,
        symbol_tree=bool(look(f"{document}.document_symbol.hierarchical_document_symbol_support")),
    )


def encoding(chosen: lsp.PositionEncodingKind | str | None) -> Encoding:
    """How positions are counted, as it was agreed on."""
    match getattr(chosen, "value", chosen):
        case "utf-8":
            return "utf-8"
        case "utf-32":
            return "utf-32"
        case _:
            return "utf-16"
