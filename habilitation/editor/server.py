"""The language server: what the editor says, to the room; what the room finds, to the editor. Standard streams only."""

from __future__ import annotations

import asyncio
from collections.abc import Generator
from typing import Any

from lsprotocol import types
from pygls.lsp.server import LanguageServer
from pygls.protocol import LanguageServerProtocol, lsp_method

from habilitation.diagnostic import Diagnostic, sorted_once
from habilitation.editor.homes import Home
from habilitation.editor.proving import Prover, Work
from habilitation.editor.publishing import by_file, published
from habilitation.editor.readings import Desk, Reading
from habilitation.editor.session import Session
from habilitation.source import Source
from habilitation.written.from_rules import read_rules

QUIET = 0.03  # seconds without a keystroke before the names are checked
STILL = 0.4  # and before the cases are run, and the proofs made


class _Protocol(LanguageServerProtocol):
    @lsp_method(types.INITIALIZE)
    def lsp_initialize(self, params: types.InitializeParams) -> Generator[Any, Any, types.InitializeResult]:
        # UTF-16 is what every client must speak: one unit to test, whatever else is offered.
        if params.capabilities.general is not None:
            params.capabilities.general.position_encodings = None
        return (yield from super().lsp_initialize(params))


class Server(LanguageServer):
    """A session with one editor."""

    def __init__(self, lang: str, version: str) -> None:
        # Whole texts, not changes: they cannot drift from what the editor shows, and a policy file is small.
        full = types.TextDocumentSyncKind.Full
        super().__init__("habilitation", version, full, protocol_cls=_Protocol, max_workers=4)
        self.lang = lang
        self.session = Session()
        self.prover = Prover()
        self._proving = asyncio.Lock()
        self._waiting: dict[Home, asyncio.Task[None]] = {}
        self._told: dict[Home, set[str]] = {}

    # --- diagnostics ----------------------------------------------------------------------------

    def changed(self, uri: str) -> None:
        """A text is not what it was: look at its policy again, soon."""
        desk = self.session.desk(uri)
        if desk is None:
            self._tell_alone(uri)
            return
        if desk.home in self._waiting:
            self._waiting[desk.home].cancel()
        self._waiting[desk.home] = asyncio.get_running_loop().create_task(self._look(desk))

    async def _look(self, desk: Desk) -> None:
        try:
            await asyncio.sleep(QUIET)
            reading = self.session.read(desk)
            self._tell(desk.home, desk.refused if reading is None else reading.found)
            if reading is not None and reading.sound:
                await asyncio.sleep(STILL)
                await self._prove(desk.home, reading)
        except Exception as fault:  # noqa: BLE001  # a fault of ours is said once, and the next keystroke starts afresh
            self.window_log_message(types.LogMessageParams(types.MessageType.Error, f"{type(fault).__name__}: {fault}"))

    def close(self) -> None:
        """The session is over: what is waited for is given up, and the process that proves ends."""
        for task in self._waiting.values():
            task.cancel()
        self.prover.close()

    async def _prove(self, home: Home, reading: Reading) -> None:
        """Run the cases, then make the proofs, and tell what each finds as soon as it has."""
        found = reading.found
        async with self._proving:
            for work in Work:
                asked = asyncio.get_running_loop().run_in_executor(
                    self.thread_pool, self.prover.found, work, reading.files
                )
                # Whoever types meanwhile is not waited for; the line is free again only once it has answered.
                more = await _to_its_end(asked)
                if more:
                    found = sorted_once([*found, *more])
                    self._tell(home, found)

    def _tell(self, home: Home, found: tuple[Diagnostic, ...]) -> None:
        """Say what is wrong with each file, and that nothing is any more with those told before."""
        files = by_file(found, home.vocabulary)
        told = {self.session.uri_of(home, name): list(mistakes) for name, mistakes in files.items()}
        for uri in sorted({*told, *self._told.get(home, ()), *self._open_in(home)}):
            self.text_document_publish_diagnostics(types.PublishDiagnosticsParams(uri, told.get(uri, [])))
        self._told[home] = set(told)

    def _open_in(self, home: Home) -> list[str]:
        return [self.session.uri_of(home, name) for name in self.session.unsaved(home)]

    def _tell_alone(self, uri: str) -> None:
        """A rule file outside any policy: its sentences are read, its names are not; nothing is told of one closed."""
        if self.session.name_of(uri).lower().endswith(".hab"):
            text = self.session.open.get(uri, "")
            _, found = read_rules(Source(uri, text.replace("\r\n", "\n")))
            told = [published(one) for one in found]
            self.text_document_publish_diagnostics(types.PublishDiagnosticsParams(uri, told))


async def _to_its_end(asked: asyncio.Future[Any]) -> Any:
    """What was asked of a thread; cancelled or not, it is over when this returns."""
    try:
        return await asyncio.shield(asked)
    except asyncio.CancelledError:
        await asyncio.wait([asked])
        raise
