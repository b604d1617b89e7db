"""What names a file for good: its SHA-256, found while it is read by others."""

from __future__ import annotations

import hashlib
import threading
from pathlib import Path


class Digest:
    """SHA-256, bytes and (unless it has no `lines`) ends of line of a file, found while it is being read."""

    def __init__(self, path: Path, *, lines: bool = True) -> None:
        self._path, self._lines, self._found, self._given_up = path, lines, ("", 0, 0), False
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Begin, in the background."""
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self) -> None:
        digest, size, ends, last = hashlib.sha256(), 0, 0, b"\n"
        with self._path.open("rb") as file:
            while not self._given_up and (piece := file.read(1 << 20)):
                digest.update(piece)
                size, last = size + len(piece), piece[-1:]
                ends += piece.count(b"\n") if self._lines else 0
        self._found = digest.hexdigest(), size, ends + (last != b"\n")

    def give_up(self) -> None:
        """Nobody will ask for the result."""
        self._given_up = True
        if self._thread is not None:
            self._thread.join()

    def result(self) -> tuple[str, int, int]:
        """What was found, once it is."""
        if self._thread is None:
            self._run()
        else:
            self._thread.join()
        return self._found
