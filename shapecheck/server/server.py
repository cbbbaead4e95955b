"""One client's server: its documents, what is known of them, and the work between its messages.

Messages are handled in their order (`loop.py`). A change only marks its document; when no message waits, `work` reads what
changed, publishes what was found, and judges claims one at a time. Who asks in between gets the document read at once.
"""

from __future__ import annotations

import gc
import logging
import os
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

from lsprotocol import types as lsp
from pygls.lsp.server import LanguageServer

from shapecheck import engine
from shapecheck.core.settings import Settings
from shapecheck.core.span import Edit, Span
from shapecheck.core.version import VERSION
from shapecheck.engine import Analysis, Memo
from shapecheck.server import client, features
from shapecheck.server.client import Client
from shapecheck.server.configuration import SECTION, WATCHED, Configuration, path_of
from shapecheck.server.documents import Documents
from shapecheck.server.files import Files
from shapecheck.server.protocol import Strict
from shapecheck.server.publishing import Publisher
from shapecheck.server.source import Source
from shapecheck.server.warming import Warming

log = logging.getLogger(__name__)

STEP = 0.004
"""Seconds of judging after which the loop looks for messages again."""
GRACE = 0.03
"""Seconds of judging ahead of a publication that would else take back what was said of an edited annotation, to say it again."""
PUBLISH = 0.3
"""Seconds between two publications of verdicts, while more are to come."""
NOTHING = engine.analyse("", "python", Settings())
"""What is known of a document that is not to be read, or cannot be."""
NOTEBOOKS = lsp.NotebookDocumentSyncOptions(
    notebook_selector=[lsp.NotebookDocumentFilterWithNotebook(notebook="*", cells=None)],
    save=False,
)


class Server(LanguageServer):
    """State that belongs to no single feature."""

    protocol: Strict

    def __init__(self) -> None:
        super().__init__("shapecheck", VERSION, notebook_document_sync=NOTEBOOKS, protocol_cls=Strict)
        self.documents = Documents()
        self.memo = Memo()
        self.client = Client()
        self.publisher = Publisher(self)
        self.configuration = Configuration(partial(self.show, lsp.MessageType.Warning))
        self.files = Files(self)
        self.roots: list[str] = []
        self.tokens: dict[str, dict[str, Any]] = {}  # the last that a client got, by document
        self._waiting: dict[str, Source] = {}  # changed, not read yet
        self._judging: dict[str, Iterator[Callable[[], object]]] = {}
        self._published: dict[str, float] = {}
        self._frozen: set[str] = set()
        self._jobs: list[Iterator[None]] = []
        self._preparing: dict[str, Iterator[None]] = {}
        self.warming = Warming(lambda: self.protocol.wake())
        self.protocol.work = self.work
        self.protocol.before_shutdown = self._finish
        self._listen()
        features.register(self)

    def show(self, kind: lsp.MessageType, message: str) -> None:
        """Shown to the user."""
        log.info("%s", message)
        self.protocol.tell("window/showMessage", {"type": kind.value, "message": message})

    # what is known of a document

    def analysis(self, uri: str) -> tuple[Source, Analysis] | None:
        """A document's source, read as it is now; None where it is not open or is not checked."""
        source = self.documents.of(uri)
        if source is None:
            return None
        found = self.read(source)
        return (source, found) if found is not None else None

    def read(self, source: Source) -> Analysis | None:
        if source.analysis is None:
            settings = self.configuration.of(source.uri)
            source.analysis = NOTHING
            if settings is not None and not source.is_too_large:
                try:
                    source.analysis = self._analyse(source, settings)
                except Exception:
                    log.exception("%s could not be read", source.uri)
        return source.analysis

    def _analyse(self, source: Source, settings: Settings) -> Analysis:
        analysis = engine.analyse_again(source.text, source.language, settings, self.memo, source.last)
        self.memo.size = max(self.memo.size, 64 * len(analysis.blocks))
        return analysis

    def settle(self, source: Source, where: Span | None, patience: float) -> Analysis | None:
        """What is known of a source, verdicts and fixes in annotations that touch a place, or in all, waited for so long."""
        analysis = self.read(source)
        if analysis is not None and not analysis.verified:
            steps = engine.unjudged_in(analysis, where) if where is not None else engine.unjudged(analysis)
            analysis = self._run(source, analysis, steps, patience)
        return analysis

    def _run(self, source: Source, analysis: Analysis, steps: Iterator[Callable[[], object]], patience: float) -> Analysis:
        """What is known of a source after some more steps; `patience` is in seconds of work."""
        self.warming.wait()
        end = time.thread_time() + patience
        for step in steps:
            step()
            if time.thread_time() > end:
                break
        source.analysis = found = engine.judged_so_far(analysis)
        return found

    def edit(self, source: Source, edits: Iterable[Edit]) -> dict[str, Any]:
        """Edits of a source as an edit of the client's workspace."""
        found = source.edits(edits)
        if self.client.document_changes:
            named = [({"uri": document.uri, "version": document.version}, own) for document, own in found]
            return {"documentChanges": [{"textDocument": identifier, "edits": own} for identifier, own in named]}
        return {"changes": {document.uri: own for document, own in found}}

    def is_settled(self, source: Source) -> bool:
        """Whether all is known that can be."""
        return source.uri not in self._waiting and source.uri not in self._judging

    # documents

    def _listen(self) -> None:
        listeners: dict[str, Callable[[Any], None]] = {
            lsp.INITIALIZE: self._initialize,
            lsp.INITIALIZED: self._initialized,
            lsp.TEXT_DOCUMENT_DID_OPEN: self._open,
            lsp.TEXT_DOCUMENT_DID_CHANGE: self._change,
            lsp.TEXT_DOCUMENT_DID_CLOSE: self._close,
            lsp.NOTEBOOK_DOCUMENT_DID_OPEN: self._open_notebook,
            lsp.NOTEBOOK_DOCUMENT_DID_CHANGE: self._change_notebook,
            lsp.NOTEBOOK_DOCUMENT_DID_CLOSE: self._close_notebook,
            lsp.WORKSPACE_DID_CHANGE_CONFIGURATION: self._configured,
            lsp.WORKSPACE_DID_CHANGE_WATCHED_FILES: self._files_changed,
            lsp.WORKSPACE_DID_CHANGE_WORKSPACE_FOLDERS: self._folders_changed,
            lsp.SET_TRACE: self._trace,
        }
        for method, listener in listeners.items():
            self.feature(method)(partial(listener))

    def _open(self, params: lsp.DidOpenTextDocumentParams) -> None:
        source = self.documents.open(params.text_document)
        if source.is_too_large:
            self.show(lsp.MessageType.Warning, f"shapecheck does not read {source.uri}: it is longer than 10 million characters.")
        self._touch(source)

    def _change(self, params: lsp.DidChangeTextDocumentParams) -> None:
        self.publisher.settle(params.text_document.uri)
        source = self.documents.change(params.text_document, params.content_changes)
        if source is not None:
            self._touch(source)

    def _close(self, params: lsp.DidCloseTextDocumentParams) -> None:
        uri = params.text_document.uri
        self.publisher.settle(uri)
        self._forget(uri)
        self.documents.close(uri)
        self.publisher.clear(uri)
        self._push_workspace()

    def _open_notebook(self, params: lsp.DidOpenNotebookDocumentParams) -> None:
        self._touch(self.documents.open_notebook(params))

    def _change_notebook(self, params: lsp.DidChangeNotebookDocumentParams) -> None:
        changed = self.documents.change_notebook(params)
        if changed is not None:
            source, gone = changed
            for uri in gone:
                self.publisher.clear(uri)
            self._touch(source)

    def _close_notebook(self, params: lsp.DidCloseNotebookDocumentParams) -> None:
        uri = params.notebook_document.uri
        self._forget(uri)
        for cell in self.documents.close_notebook(uri):
            self.publisher.clear(cell)

    def _touch(self, source: Source) -> None:
        source.changed()
        self._judging.pop(source.uri, None)
        self._preparing.pop(source.uri, None)
        self._waiting.pop(source.uri, None)
        self._waiting[source.uri] = source

    def _forget(self, uri: str) -> None:
        self._waiting.pop(uri, None)
        self._judging.pop(uri, None)
        self._preparing.pop(uri, None)
        self._published.pop(uri, None)
        self._frozen.discard(uri)
        self.tokens.pop(uri, None)

    def read_all_again(self) -> None:
        """Settings are others: every open document is read anew."""
        for source in self.documents:
            self._touch(source)
        self.publisher.refresh()
        self.refresh_views()
        self._push_workspace()

    def _push_workspace(self) -> None:
        """The findings of files that are not open, where that is set."""
        if self.configuration.options.workspace and not self.client.pull:
            from shapecheck.server.features.diagnostic import push_workspace

            self.begin(push_workspace(self))

    def refresh_views(self) -> None:
        able = self.client
        for method, can in (("inlayHint", able.inlay_refresh), ("semanticTokens", able.tokens_refresh), ("codeLens", able.lens_refresh)):
            if can:
                self.protocol.ask(f"workspace/{method}/refresh", None)

    # work between messages

    def work(self) -> bool:
        """One short step; whether more is left."""
        is_warm = not self.warming.is_under_way
        if self._waiting:
            self._read_next()
        elif self._judging and is_warm:
            self._judge_next()
        elif self._jobs and is_warm:
            if next(self._jobs[0], self) is self:
                self._jobs.pop(0)
        elif self._preparing and is_warm:
            uri, steps = next(reversed(self._preparing.items()))
            if next(steps, self) is self:
                self._preparing.pop(uri, None)
        self.publisher.settle()
        later = self._judging or self._jobs or self._preparing
        return bool(self._waiting or (later and not self.warming.is_under_way) or self.publisher.is_waiting)

    def judging(self, source: Source) -> Iterator[Callable[[], object]]:
        """Steps after which all is known of a source."""
        analysis = self.read(source)
        if analysis is not None and not analysis.verified:
            yield from engine.unjudged(analysis)
            if source.analysis is analysis:
                source.analysis = engine.judged_so_far(analysis)

    @contextmanager
    def show_progress(self, token: Any, title: str) -> Iterator[Callable[[str], None]]:
        """Work that the client shows a bar for, if it gave a token."""

        def tell(value: dict[str, Any]) -> None:
            if token is not None:
                self.protocol.tell("$/progress", {"token": token, "value": value})

        tell({"kind": "begin", "title": title, "cancellable": True})
        try:
            yield lambda message: tell({"kind": "report", "message": message})
        finally:
            tell({"kind": "end"})

    def begin(self, job: Iterator[None]) -> None:
        """Work that is done step by step when nothing else is to do."""
        self._jobs.append(job)

    def _read_next(self) -> None:
        uri, source = self._waiting.popitem()
        analysis = self.read(source)
        if analysis is not None and not analysis.verified and engine.would_lose(analysis, source.last):
            analysis = self._run(source, analysis, engine.unjudged_claims(analysis), GRACE)
        if analysis is not None and not analysis.verified:
            self._judging[uri] = engine.unjudged(analysis)
        self._publish(source)
        if analysis is not None and analysis.blocks:
            from shapecheck.server.preparing import prepared

            self.warming.begin()
            self._preparing[uri] = prepared(source, analysis)

    def _judge_next(self) -> None:
        uri, steps = next(reversed(self._judging.items()))
        source = self.documents.of(uri)
        began = time.monotonic()
        step = None
        for step in steps:
            step()
            if time.monotonic() - began > STEP:
                break
        else:
            self._judging.pop(uri)
            step = None
            if uri not in self._frozen:
                self._frozen.add(uri)
                gc.freeze()  # what is known of a document stays: it need not be looked through for garbage again
        if source is None or source.analysis is None:
            self._judging.pop(uri, None)
        elif step is None or began - self._published.get(uri, 0.0) > PUBLISH:
            source.analysis = engine.judged_so_far(source.analysis)
            self._publish(source)
            if step is None:
                self.refresh_verdicts(source)

    def refresh_verdicts(self, source: Source) -> None:
        """Hints and colours show verdicts too."""
        if source.analysis is not None and source.analysis.judged and self.client.inlay_refresh:
            self.protocol.ask("workspace/inlayHint/refresh", None)

    def _publish(self, source: Source) -> None:
        self._published[source.uri] = time.monotonic()
        self.publisher.push(source)

    def _finish(self) -> None:
        for uri in {part.uri for source in self.documents for part in source.parts}:
            self.publisher.settle(uri)
        self._jobs.clear()
        self.protocol.refuse_pending()

    # life and configuration

    def _initialize(self, params: lsp.InitializeParams) -> None:
        self.client = client.read(params.capabilities)
        self.protocol.parent = params.process_id
        self.documents.encoding = client.encoding(self.workspace.position_encoding)
        folders = [folder.uri for folder in params.workspace_folders or ()] or [params.root_uri or ""]
        self.roots = [path for path in map(path_of, folders) if path]
        self.configuration.give(params.initialization_options)
        self._log_as_told()

    def _initialized(self, _: lsp.InitializedParams) -> None:
        registrations = []
        if self.client.watch_files:
            watchers = [{"globPattern": pattern} for pattern in WATCHED]
            registrations.append({"id": "files", "method": "workspace/didChangeWatchedFiles", "registerOptions": {"watchers": watchers}})
        if self.client.configuration_changes:
            registrations.append({"id": "settings", "method": "workspace/didChangeConfiguration", "registerOptions": {"section": SECTION}})
        if registrations:
            self.protocol.ask("client/registerCapability", {"registrations": registrations})
        self._ask_for_settings()

    def _ask_for_settings(self) -> None:
        if self.client.configuration:
            scopes: list[dict[str, str]] = [{"section": SECTION}]
            scopes += [{"section": SECTION, "scopeUri": Path(root).as_uri()} for root in self.roots] if len(self.roots) > 1 else []
            self.protocol.ask("workspace/configuration", {"items": scopes}, self._take_settings)

    def _take_settings(self, result: Any) -> None:
        if not isinstance(result, list) or not result:
            return
        given = [item for item in result if isinstance(item, dict)]
        if given and isinstance(result[0], dict):
            self.configuration.give(result[0])
        for root, item in zip(self.roots, result[1:], strict=False):
            if isinstance(item, dict):
                self.configuration.give(item, root)
        if given:
            self._log_as_told()
            self.read_all_again()

    def _configured(self, params: lsp.DidChangeConfigurationParams) -> None:
        if self.client.configuration:
            self._ask_for_settings()
        elif params.settings is not None:
            self.configuration.give(params.settings)
            self._log_as_told()
            self.read_all_again()

    def _files_changed(self, params: lsp.DidChangeWatchedFilesParams) -> None:
        names = {os.path.basename(path_of(change.uri) or "") for change in params.changes}
        if any(f"**/{name}" in WATCHED for name in names):
            self.configuration.forget_files()
            self.read_all_again()

    def _folders_changed(self, params: lsp.DidChangeWorkspaceFoldersParams) -> None:
        gone = [path_of(folder.uri) for folder in params.event.removed]
        added = [path_of(folder.uri) for folder in params.event.added]
        self.roots = [root for root in self.roots if root not in gone] + [path for path in added if path]
        self._ask_for_settings()

    def _trace(self, params: lsp.SetTraceParams) -> None:
        verbose = params.value == lsp.TraceValue.Verbose
        logging.getLogger("shapecheck").setLevel(logging.DEBUG if verbose else self.configuration.options.log_level.upper())

    def _log_as_told(self) -> None:
        logging.getLogger("shapecheck").setLevel(self.configuration.options.log_level.upper())
