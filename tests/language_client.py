"""An editor's side of the language server: its messages, framed, over the two streams of a server."""

import json
import os
import queue
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from habilitation.editor.serving import serve

PATIENCE = 30.0  # seconds: a loaded machine is slow, a server that hangs is found all the same


class Editor:
    """Speaks to a server as an editor does: requests are answered, notifications are kept until asked for."""

    def __init__(self, to_server: IO[bytes], from_server: IO[bytes]) -> None:
        self._to, self._from = to_server, from_server
        self._answers: dict[int, Any] = {}
        self._told: queue.Queue[dict[str, Any]] = queue.Queue()
        self._number = 0
        self._arrived = threading.Condition()
        self.texts: dict[str, str] = {}
        self.versions: dict[str, int] = {}
        self.problems: dict[str, list[Any]] = {}
        self.said: list[str] = []
        threading.Thread(target=self._listen, daemon=True).start()

    # --- messages -------------------------------------------------------------------------------

    def raw(self, body: bytes) -> None:
        self._to.write(b"Content-Length: %d\r\n\r\n" % len(body) + body)
        self._to.flush()

    def tell(self, method: str, params: Any) -> None:
        self.raw(json.dumps({"jsonrpc": "2.0", "method": method, "params": params}).encode())

    def answer(self, method: str, params: Any) -> dict[str, Any]:
        """The whole answer, an error or a result."""
        self._number += 1
        number = self._number
        self.raw(json.dumps({"jsonrpc": "2.0", "id": number, "method": method, "params": params}).encode())
        with self._arrived:
            assert self._arrived.wait_for(lambda: number in self._answers, PATIENCE), f"no answer to {method}"
        found: dict[str, Any] = self._answers.pop(number)
        return found

    def ask(self, method: str, params: Any) -> Any:
        answer = self.answer(method, params)
        assert "error" not in answer, answer["error"]
        return answer["result"]

    def _listen(self) -> None:
        while (message := self._next()) is not None:
            if "method" in message:
                self._told.put(message)
            else:
                with self._arrived:
                    self._answers[message["id"]] = message
                    self._arrived.notify_all()

    def _next(self) -> dict[str, Any] | None:
        length = 0
        while line := self._from.readline().strip():
            name, _, value = line.partition(b":")
            length = int(value) if name == b"Content-Length" else length
        body = self._from.read(length) if length else b""
        return json.loads(body) if body else None

    def until(self, wanted: Any) -> None:
        """Take what the server tells until something is so."""
        limit = time.monotonic() + PATIENCE
        while not wanted():
            message = self._told.get(timeout=max(0.01, limit - time.monotonic()))
            params = message["params"]
            if message["method"] == "textDocument/publishDiagnostics":
                self.problems[params["uri"]] = params["diagnostics"]
            else:
                self.said.append(params["message"])

    # --- what an editor does --------------------------------------------------------------------

    def start(self, **more: Any) -> Any:
        """Say hello; what the server can do."""
        found = self.ask("initialize", {"processId": None, "rootUri": None, "capabilities": {}, **more})
        self.tell("initialized", {})
        return found["capabilities"]

    def end(self) -> None:
        self.ask("shutdown", None)
        self.tell("exit", None)

    def open(self, path: Path, text: str | None = None) -> str:
        uri = path.as_uri()
        self.texts[uri] = path.read_text(encoding="utf-8") if text is None else text
        self.versions[uri] = 1
        document = {"uri": uri, "languageId": "habilitation", "version": 1, "text": self.texts[uri]}
        self.tell("textDocument/didOpen", {"textDocument": document})
        return uri

    def type(self, uri: str, text: str) -> None:
        """The whole text is now this."""
        self.texts[uri] = text
        self.versions[uri] += 1
        document = {"uri": uri, "version": self.versions[uri]}
        self.tell("textDocument/didChange", {"textDocument": document, "contentChanges": [{"text": text}]})

    def replace(self, uri: str, old: str, new: str) -> None:
        assert old in self.texts[uri]
        self.type(uri, self.texts[uri].replace(old, new, 1))

    def close(self, uri: str) -> None:
        self.tell("textDocument/didClose", {"textDocument": {"uri": uri}})

    def at(self, uri: str, words: str, inside: int = 0) -> dict[str, Any]:
        """The place of some words, `inside` characters further."""
        return {"textDocument": {"uri": uri}, "position": position(self.texts[uri], words, inside)}

    def hovered(self, uri: str, words: str, inside: int = 0) -> str:
        """The card of what stands at a place; nothing where there is none."""
        found = self.ask("textDocument/hover", self.at(uri, words, inside))
        return found["contents"]["value"] if found else ""

    def proposed(self, uri: str, words: str, inside: int = 0) -> dict[str, Any]:
        """What is proposed at a place, by its label."""
        return {one["label"]: one for one in self.ask("textDocument/completion", self.at(uri, words, inside))}

    def proposes(self, uri: str, words: str, among: list[str], absent: list[str]) -> None:
        """Among what is proposed at a place are some words, and not others."""
        found = self.proposed(uri, words)
        assert [word for word in among if word not in found] == []
        assert [word for word in absent if word in found] == []

    def renamed(self, uri: str, words: str, inside: int, name: str) -> dict[str, Any]:
        """The edits that rename what stands at a place, by file."""
        changed = self.ask("textDocument/rename", {**self.at(uri, words, inside), "newName": name})
        return dict(changed["changes"])

    def kept(self, uri: str, words: str, inside: int) -> str:
        """Why what stands at a place is not renamed at all."""
        return str(self.answer("textDocument/prepareRename", self.at(uri, words, inside))["error"]["message"])

    def refused(self, uri: str, words: str, inside: int, name: str) -> str:
        """Why what stands at a place is not renamed so."""
        answer = self.answer("textDocument/rename", {**self.at(uri, words, inside), "newName": name})
        return str(answer["error"]["message"])

    def codes(self, uri: str) -> list[str]:
        return [one["code"] for one in self.problems.get(uri, [])]

    def wait_for(self, uri: str, *codes: str) -> list[Any]:
        """The diagnostics of a file, once they have these codes."""
        self.until(lambda: uri in self.problems and self.codes(uri) == list(codes))
        return self.problems[uri]


def position(text: str, words: str, inside: int = 0) -> dict[str, int]:
    """Where words stand, in the protocol's units; an independent count, by encoding."""
    before = text[: text.index(words) + inside]
    line = before.rsplit("\n", 1)[-1]
    return {"line": before.count("\n"), "character": len(line.encode("utf-16-le")) // 2}


def under(text: str, place: dict[str, Any]) -> str:
    """The words of a range."""
    lines = text.splitlines(keepends=True)
    start, end = place["start"], place["end"]
    assert start["line"] == end["line"]
    units: bytes = lines[start["line"]].encode("utf-16-le")
    first, last = int(start["character"]), int(end["character"])
    return units[2 * first : 2 * last].decode("utf-16-le")


def applied(text: str, edits: list[Any]) -> str:
    """A text after edits of it."""
    lines = text.split("\n")
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line) + 1)

    def offset(place: dict[str, int]) -> int:
        line = lines[place["line"]] if place["line"] < len(lines) else ""
        units = line.encode("utf-16-le")[: 2 * place["character"]]
        return min(len(text), starts[place["line"]] + len(units.decode("utf-16-le")))

    for edit in sorted(edits, key=lambda one: -offset(one["range"]["start"])):
        place = edit["range"]
        text = text[: offset(place["start"])] + edit["newText"] + text[offset(place["end"]) :]
    return text


def save(changes: dict[str, Any]) -> None:
    """Apply the edits of a workspace to the files on disk."""
    for uri, edits in changes.items():
        path = Path(uri.removeprefix("file://"))
        path.write_text(applied(path.read_text("utf-8"), edits), encoding="utf-8")


@contextmanager
def server_here(lang: str = "en") -> Iterator[Editor]:
    """A server in a thread of this process, on two pipes."""
    (server_in, to_server), (from_server, server_out) = os.pipe(), os.pipe()
    with (
        os.fdopen(server_in, "rb") as stdin,
        os.fdopen(to_server, "wb") as to,
        os.fdopen(from_server, "rb") as back,
        os.fdopen(server_out, "wb") as stdout,
    ):
        thread = threading.Thread(target=serve, args=(lang, "0", stdin, stdout))
        thread.start()
        editor = Editor(to, back)
        try:
            yield editor
        finally:
            editor.end()
            thread.join(PATIENCE)
        assert not thread.is_alive()


@contextmanager
def subprocess_server(*words: str) -> Iterator[Editor]:
    """`habilitation lsp` as an editor starts it."""
    command = [sys.executable, "-m", "habilitation", "lsp", *words]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            editor = Editor(process.stdin, process.stdout)
            yield editor
            editor.end()
            assert process.wait(PATIENCE) == 0
        finally:
            process.kill()
