"""Text files in chunks of whole physical lines, each knowing the number of its first."""

from __future__ import annotations

import codecs
import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import IO, Protocol, cast

import numpy as np

from habilitation.audit.intake.opening import DAMAGES, UTF_16_MARKS, Input, pieces
from habilitation.audit.intake.sentences import say
from habilitation.audit.refusals import UsageError

CHUNK = 16 << 20  # bytes: few enough to be flat, enough for the readers to be fast
LINE_AT_MOST = 1 << 20  # bytes of a line worth reading


class Reject(Protocol):
    """Where what cannot be read goes."""

    def __call__(self, line: int | None, code: str, sentence: str, *, again: bool = False) -> None:
        """Keep it. `again`: its line is counted already, as rejected or as read."""


ENCODINGS = {"utf-8": "", "utf8": "", "": "", "latin-1": "cp1252", "utf-16": "utf-16"}
_NOT_A_LETTER = "�".encode()


@dataclass(frozen=True, slots=True)
class Chunk:
    """Whole lines in UTF-8, the last one ended: `lines` of them, the first of which is number `first` (from 1)."""

    first: int
    data: bytes
    lines: int
    last: bool = False  # nothing follows


class _Digested:
    """A file whose bytes are digested as they are read: no second pass over a long log."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file, self._hash, self.size = file, hashlib.sha256(), 0

    def read(self, size: int = -1) -> bytes:
        data = self._file.read(size)
        self._hash.update(data)
        self.size += len(data)
        return data

    def digest(self) -> str:
        """SHA-256 of the whole file, what was not asked for included."""
        while self.read(1 << 20):
            pass
        return self._hash.hexdigest()

    def close(self) -> None:
        self._file.close()


class Lines:
    """The lines of a text file, in order; `give_back` returns what ends a chunk to the start of the next."""

    def __init__(self, file: Input, encoding: str, reject: Reject) -> None:
        if encoding not in ENCODINGS:
            known = ", ".join(name for name in ENCODINGS if name)
            raise UsageError("unknown_encoding", f"unknown encoding `{encoding}`", f"the encodings are {known}")
        self._raw = _Digested(file.path.open("rb"))
        self._size = max(file.path.stat().st_size, 1)
        self._pieces = pieces(cast("IO[bytes]", self._raw), file.compression)
        self._reject, self._decode = reject, None if not ENCODINGS[encoding] else _decoder(ENCODINGS[encoding])
        self._kept, self._next, self._ended, self._damage = b"", 1, False, ""
        self._begin()

    @property
    def fraction(self) -> float:
        """How much of the file has been read, from 0 to 1."""
        return min(self._raw.size / self._size, 1.0)

    @property
    def read(self) -> int:
        """Lines given so far."""
        return self._next - 1

    def finish(self) -> tuple[str, int]:
        """SHA-256 and size in bytes of the file as it stands; closes it."""
        digest = self._raw.digest()
        self.close()
        return digest, self._raw.size

    def close(self) -> None:
        """Let go of the file."""
        self._pieces.close()
        self._raw.close()

    def take(self, at_least: int = CHUNK) -> Chunk | None:
        """The next lines, or None after the last."""
        data = self._cut(self._gathered(at_least))
        if self._damage and self._ended:
            data = data[: data.rfind(b"\n") + 1]
            sentence = say("damaged_file", detail=self._damage)
            self._reject(self._next + data.count(b"\n"), "damaged_file", sentence)
            self._damage = ""
        if not data:
            return None
        if not data.endswith(b"\n"):
            data += b"\n"
        first, count = self._next, ends_of_line(data)
        self._next += count
        return Chunk(first, data, count, self._ended)

    def give_back(self, data: bytes) -> None:
        """Whole lines that end the last chunk taken, for the next one to start with."""
        self._kept = data + self._kept
        self._next -= data.count(b"\n")

    def _cut(self, parts: list[bytes]) -> bytes:
        """The whole lines of these parts, copied once; the line that ends them is kept, unless the file has ended."""
        self._kept = b""
        if self._ended:
            return b"".join(parts)
        last = next(place for place in reversed(range(len(parts))) if b"\n" in parts[place])
        end = parts[last].rfind(b"\n") + 1
        self._kept = b"".join([parts[last][end:], *parts[last + 1 :]])
        return b"".join([*parts[:last], memoryview(parts[last])[:end]])

    def _gathered(self, at_least: int) -> list[bytes]:
        """What was kept and what follows, with the end of a line in it unless the file has ended."""
        parts, size = [self._kept], len(self._kept)
        at_least += size
        while not self._ended:
            while size < at_least and not self._ended:
                parts.append(self._more())
                size += len(parts[-1])
            if any(b"\n" in part for part in parts):
                return parts
            data = self._shortened(b"".join(parts))
            if b"\n" in data:
                return [data]
            parts, size, at_least = [data], len(data), len(data) + (1 << 16)
        return parts

    def _begin(self) -> None:
        head = self._more()
        if head.startswith(UTF_16_MARKS) and self._decode is None:
            self._decode = _decoder("utf-16")
            head = self._decode(head, False)
        self._kept = head.removeprefix(codecs.BOM_UTF8)

    def _more(self) -> bytes:
        try:
            data = next(self._pieces, b"")
        except DAMAGES as error:
            self._damage, data = str(error), b""
        self._ended = self._ended or not data
        return self._decode(data, self._ended) if self._decode else data

    def _shortened(self, data: bytes) -> bytes:
        """A line without end, past what is worth reading, is rejected and passed over to its end."""
        if len(data) <= LINE_AT_MOST or b"\n" in data or self._ended:
            return data
        self._reject(self._next, "line_too_long", say("line_too_long", most=LINE_AT_MOST))
        while b"\n" not in data and not self._ended:
            data = self._more()
        self._next += 1
        return data[data.find(b"\n") + 1 :] if b"\n" in data else b""


def ends_of_line(data: bytes) -> int:
    """How many there are; numpy lets the other threads run meanwhile."""
    return int(np.count_nonzero(np.frombuffer(data, dtype=np.uint8) == ord("\n")))


def _decoder(encoding: str) -> Callable[[bytes, bool], bytes]:
    """Bytes to UTF-8; what has no letter becomes a byte that UTF-8 refuses, for the line to be rejected."""
    decoder = codecs.getincrementaldecoder(encoding)("replace")

    def decoded(data: bytes, final: bool) -> bytes:  # the shape of codecs' own decoders
        return decoder.decode(data, final).encode("utf-8", "replace").replace(_NOT_A_LETTER, b"\xff")

    return decoded
