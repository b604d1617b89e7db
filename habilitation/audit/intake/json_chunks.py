"""The bytes of a file of JSON: whole lines together, or one document, whatever their length."""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

import msgspec
import pyarrow as pa
from msgspec import Raw

from habilitation.audit.intake.opening import DAMAGES
from habilitation.audit.intake.sentences import say

LINE = 2**20  # bytes of a line, at most
DOCUMENT = 2**26  # bytes of a file that is one JSON document, at most
SPAN = 2**22  # bytes read at a time, about
_BOM = b"\xef\xbb\xbf"

Reject = Callable[[int, str, str], object]
_syntax = msgspec.json.Decoder(Raw).decode


def lowered(text: str) -> str:
    """A message of a library as we write ours: no capital but that of a name, no final period."""
    begun = text[:2].isupper()
    return (text if begun else text[:1].lower() + text[1:]).rstrip(".")


class Chunk(NamedTuple):
    """Whole lines; or, when `document`, a file that is one JSON document; or why nothing more can be read."""

    data: bytes
    document: bool = False
    broken: str = ""

    def split(self) -> list[bytes]:
        """The lines, whether they hold something or not."""
        if self.document:
            return [self.data]
        found = self.data.split(b"\n")
        return found if found[-1] else found[:-1]  # what ends a line begins none


class Span(NamedTuple):
    """Whole lines of a plain file: those between two of its bytes."""

    path: Path
    start: int
    stop: int

    def pieces(self) -> Iterator[bytes]:
        with self.path.open("rb") as source:
            source.seek(self.start)
            while (left := self.stop - source.tell()) and (piece := source.read(min(SPAN, left))):
                yield piece


def spans(path: Path) -> Iterator[Span]:
    """A plain file in spans of about SPAN bytes, without its mark of UTF-8."""
    with path.open("rb") as source:
        start = len(_BOM) if source.read(len(_BOM)) == _BOM else 0
        size = path.stat().st_size
        while start < size:
            source.seek(start + SPAN)
            while (line := source.readline(LINE)) and not line.endswith(b"\n"):
                pass
            stop = min(source.tell(), size)
            yield Span(path, start, stop)
            start = stop


def chunks(pieces: Iterator[bytes]) -> Iterator[Chunk]:
    """A whole file: one JSON document, or lines."""
    head, damage = _head(pieces)
    rest = _resumed(head, damage, pieces)
    if is_document(head):
        try:
            yield _document(rest)
        except DAMAGES as error:
            yield _broken(error)
    else:
        yield from cut(_sliced(rest))


def _resumed(head: bytes, damage: Exception | None, pieces: Iterator[bytes]) -> Iterator[bytes]:
    yield head
    if damage is not None:
        raise damage
    yield from pieces


def _sliced(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """The same bytes, no more than SPAN at a time: what was compressed may unfold to much."""
    for piece in pieces:
        for start in range(0, len(piece), SPAN):
            yield piece[start : start + SPAN]


def cut(pieces: Iterator[bytes]) -> Iterator[Chunk]:
    """Bytes cut at the ends of lines. Bytes that cannot be read end it.

    Of a line longer than LINE no more is kept than shows it to be so.
    """
    rest = b""
    try:
        for piece in pieces:
            end = piece.rfind(b"\n") + 1
            if end == len(piece) and not rest:
                yield Chunk(piece)
            elif end:
                yield Chunk(b"".join((rest, memoryview(piece)[:end])))
                rest = piece[end : end + LINE + 1]
            else:
                rest = (rest + piece)[: LINE + 1]
    except DAMAGES as error:
        yield _broken(error)
        return
    if rest:
        yield Chunk(rest)


def _broken(error: Exception) -> Chunk:
    return Chunk(b"", broken=say("broken_file", detail=lowered(str(error))))


def _head(pieces: Iterator[bytes]) -> tuple[bytes, Exception | None]:
    """Enough of a file to tell a document from lines, and the damage that was met meanwhile."""
    head = b""
    try:
        while len(head) <= LINE and (piece := next(pieces, b"")):
            head += piece
    except DAMAGES as error:
        return head.removeprefix(_BOM), error
    return head.removeprefix(_BOM), None


def is_document(head: bytes) -> bool:
    """Whether a file is one JSON document over several lines, or over one too long for a line.

    The first line of NDJSON is a whole object, or is followed by a line that begins an object.
    """
    text = head.lstrip()
    first, ended, rest = text.partition(b"\n")
    if not text.startswith(b"{"):
        return False
    if len(first) <= LINE:
        if not ended or not rest.strip():
            return False
        try:
            _syntax(first)
            return False
        except (msgspec.DecodeError, RecursionError):
            pass
    return not rest.lstrip().startswith(b"{")


def _document(pieces: Iterable[bytes]) -> Chunk:
    read = bytearray()
    for piece in pieces:
        read += piece
        if len(read) > DOCUMENT:
            return Chunk(b"", broken=say("broken_file.document", most=DOCUMENT >> 20))
    return Chunk(bytes(read), document=True)


def lines(chunk: Chunk, split: list[bytes], reject: Reject) -> Iterable[tuple[int, bytes]]:
    """The lines of a chunk that may be JSON, counted from 0; some may be blank."""
    if chunk.broken:
        reject(0, "broken_file", chunk.broken)
        return ()
    if is_utf8(chunk.data) and (chunk.document or max(map(len, split)) <= LINE):
        return enumerate(split)
    return _checked(chunk, split, reject)


def _checked(chunk: Chunk, split: list[bytes], reject: Reject) -> Iterator[tuple[int, bytes]]:
    for line, raw in enumerate(split):
        if len(raw) > LINE and not chunk.document:
            reject(line, "line_too_long", say("line_too_long.json", most=LINE >> 20))
        elif not is_utf8(raw):
            reject(line, "not_utf8", say("not_utf8"))
        else:
            yield line, raw


def is_utf8(data: bytes) -> bool:
    """Whether bytes are UTF-8, at the speed of memory: Python would make a text of them to know."""
    if data.isascii():
        return True
    ends = pa.py_buffer(struct.pack("=qq", 0, len(data)))
    try:
        pa.LargeStringArray.from_buffers(1, ends, pa.py_buffer(data)).validate(full=True)
        return True
    except pa.ArrowInvalid:
        return False


def is_blank(raw: bytes) -> bool:
    return not raw or raw.isspace()
