"""The server as editors' clients meet it: pytest-lsp with the capabilities that Visual Studio Code, Neovim and Emacs send."""

from __future__ import annotations

import asyncio
import os
import sys

import pytest
from lsprotocol import types as lsp

from tests.end_to_end.client import ROOT, TIMEOUT, edited

pytest_lsp = pytest.importorskip("pytest_lsp")

URI = "file:///somewhere/page.py"
TEXT = """\
def score(𝔼, A, B, w_a, w_b):
    # shape:
    #   A: (N, D)    𝐁: (D, N)    w_a, w_b: (N)    unused: (N)
    #   q = w_a' A 𝐁 w_b
    #   dq/d𝐁 = w_a' A w_b
"""
CLIENTS = {
    "visual-studio-code": ("utf-16", lambda letter: 1 + (letter > "\uffff")),
    "neovim": ("utf-8", lambda letter: len(letter.encode())),
    "emacs": ("utf-32", lambda letter: 1),
}


def place(name: str, needle: str, shift: int = 0) -> lsp.Position:
    offset = TEXT.index(needle) + shift
    start = TEXT.rfind("\n", 0, offset) + 1
    return lsp.Position(TEXT.count("\n", 0, offset), sum(map(CLIENTS[name][1], TEXT[start:offset])))


async def session(name: str) -> None:
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    client = pytest_lsp.make_test_lsp_client()
    await client.start_io(sys.executable, "-m", "shapecheck", "server", cwd=str(ROOT), env=environment)
    capabilities = pytest_lsp.client_capabilities(name)
    result = await client.initialize_session(lsp.InitializeParams(capabilities=capabilities, process_id=os.getpid()))
    assert (result.capabilities.position_encoding or "utf-16") == CLIENTS[name][0]
    document = lsp.TextDocumentIdentifier(URI)
    client.text_document_did_open(lsp.DidOpenTextDocumentParams(lsp.TextDocumentItem(URI, "python", 1, TEXT)))
    if capabilities.text_document and capabilities.text_document.diagnostic:
        report = await client.text_document_diagnostic_async(lsp.DocumentDiagnosticParams(document))
        found = report.items
    else:
        while "shape-mismatch" not in {item.code for item in client.diagnostics.get(URI, ())}:
            await client.wait_for_notification(lsp.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS)
        found = client.diagnostics[URI]
    wrong = next(item for item in found if item.code == "shape-mismatch")
    assert wrong.range == lsp.Range(place(name, "w_a' A w_b\n"), place(name, "w_a' A w_b\n", 10))
    unused = next(item for item in found if item.code == "unused-declaration")
    assert list(unused.tags or ()) == [lsp.DiagnosticTag.Unnecessary]
    hover = await client.text_document_hover_async(lsp.HoverParams(document, place(name, "𝐁 w_b\n", 2)))
    assert "w_a' A 𝐁 w_b: scalar" in hover.contents.value or "w_b: (N)" in hover.contents.value
    actions = await client.text_document_code_action_async(
        lsp.CodeActionParams(document, wrong.range, lsp.CodeActionContext([wrong], only=[lsp.CodeActionKind.QuickFix]))
    )
    fix = next(action for action in actions if action.is_preferred)
    if fix.edit is None:
        fix = await client.code_action_resolve_async(fix)
    edit = client.protocol._converter.unstructure(fix.edit)
    assert edited(TEXT, edit, URI, CLIENTS[name][0]) == TEXT.replace("= w_a' A w_b", "= A' w_a w_b'")
    items = await client.text_document_completion_async(lsp.CompletionParams(document, place(name, "dq/d𝐁", 4)))
    assert "dq/dB = A' w_a w_b'" in {item.label for item in items.items}
    symbols = await client.text_document_document_symbol_async(lsp.DocumentSymbolParams(document))
    assert symbols
    renamed = await client.text_document_rename_async(lsp.RenameParams(document, place(name, "𝐁: "), "C"))
    assert "d(" not in edited(TEXT, client.protocol._converter.unstructure(renamed), URI, CLIENTS[name][0])
    await client.shutdown_session()
    assert not [message for message in client.log_messages if message.type == lsp.MessageType.Error]


@pytest.mark.parametrize("name", list(CLIENTS))
def test_a_session_with_an_editors_client(name: str) -> None:
    asyncio.run(asyncio.wait_for(session(name), 3 * TIMEOUT))
