"""From paths and globs to inputs: files that exist, whose content says what they are."""

from __future__ import annotations

import glob
import gzip
import shutil
import sys
import zlib
from collections.abc import Generator, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import IO

import zstandard

from habilitation.audit.asked import STANDARD_INPUT, Asked
from habilitation.audit.refusals import InputError, UsageError

ROLES = ("log", "facts", "memberships", "documents", "mapping")
CSV, PARQUET, NDJSON = FORMATS = ("csv", "parquet", "ndjson")
EMPTY = "empty"  # the format of a log of which nothing is written: a day without accesses
UTF_16_MARKS = (b"\xff\xfe", b"\xfe\xff")

DAMAGES = (OSError, EOFError, zlib.error, zstandard.ZstdError)  # of a file that could be read up to there

PIECE = 16 << 20  # bytes
_HEAD = 1 << 16  # of the first piece: many a file is opened for its header alone
_GZIP, _ZSTD = b"\x1f\x8b", b"\x28\xb5\x2f\xfd"
_OTHERS = {
    b"PK\x03\x04": ("a spreadsheet or a zip archive", "save the sheet as CSV, or extract the archive"),
    b"%PDF": ("a PDF", ""),
    b"\xd0\xcf\x11\xe0": ("an old spreadsheet", "save the sheet as CSV"),
    b"BZh": ("compressed by bzip2", "compress it by gzip or zstd, or not at all"),
    b"\xfd7zXZ": ("compressed by xz", "compress it by gzip or zstd, or not at all"),
}


@dataclass(frozen=True, slots=True)
class Input:
    """One file to read. `name`: as given, or as the glob matched it; `compression`: empty, `gz` or `zst`."""

    number: int
    role: str
    name: str
    path: Path
    format: str
    compression: str


def inputs(asked: Asked, folder: Path) -> tuple[Input, ...]:
    """Every file of an audit, logs first, each numbered by its place; the standard input is kept in `folder`.

    Raises UsageError, and InputError for what cannot be read: an empty table too, whose export may have failed, and
    logs that are all empty.
    """
    files = tuple(Input(number, *found) for number, found in enumerate(_found(asked, folder)))
    logs = [file for file in files if file.role == "log"]
    if logs and all(file.format == EMPTY for file in logs):
        raise _empty(logs[0].name)
    return files


def _found(asked: Asked, folder: Path) -> Iterator[tuple[str, str, Path, str, str]]:
    if asked.format and asked.format not in FORMATS:
        raise UsageError("unknown_format", f"unknown format `{asked.format}`", f"the formats are {', '.join(FORMATS)}")
    given = {"log": asked.logs, "facts": asked.facts, "memberships": asked.memberships, "documents": asked.documents}
    seen: set[Path] = set()
    for role, patterns in given.items():
        for name, path in (match for pattern in patterns for match in _matches(pattern, role, folder)):
            # The same file twice would count each of its lines twice.
            if path.resolve() in seen:
                raise UsageError("given_twice", f"`{name}` is given twice", "give it once")
            seen.add(path.resolve())
            kind, compression = recognised(name, path)
            if kind == EMPTY and role != "log":
                raise _empty(name)
            if role == "log" and kind != EMPTY:
                kind = asked.format or kind
            yield role, name, path, kind, compression
    if asked.mapping:
        yield "mapping", str(asked.mapping), asked.mapping, "yaml", ""


def _matches(pattern: str, role: str, folder: Path) -> Iterator[tuple[str, Path]]:
    if pattern == STANDARD_INPUT:
        if role != "log":
            raise UsageError("no_standard_input", f"the {role} cannot come from the standard input", "name a file")
        kept = folder / "standard-input"
        if not kept.exists():
            with kept.open("wb") as file:
                shutil.copyfileobj(sys.stdin.buffer, file)
        yield pattern, kept
        return
    if Path(pattern).exists():
        names = [pattern]
    else:
        found = glob.iglob(pattern, recursive=True)  # noqa: PTH207  # the names as written, absolute or not
        names = sorted(name for name in found if not Path(name).is_dir())
    if not names:
        star = any(mark in pattern for mark in "*?[")
        raise InputError("no_such_file", f"no file matches `{pattern}`" if star else f"there is no file `{pattern}`")
    yield from ((name, Path(name)) for name in names)


def recognised(name: str, path: Path) -> tuple[str, str]:
    """Format and compression of a file, by its first bytes. Raises InputError."""
    if path.is_dir():
        raise InputError("a_folder", f"`{name}` is a folder", f"name its files: `{name.rstrip('/')}/*.csv`")
    try:
        with path.open("rb") as file:
            start = file.read(4)
            compression = "gz" if start.startswith(_GZIP) else "zst" if start == _ZSTD else ""
            file.seek(0)
            head = next((piece for piece in pieces(file, compression) if not _is_blank(piece)), b"")
    except DAMAGES as error:
        sentence = getattr(error, "strerror", None) or str(error)
        raise InputError("unreadable", f"`{name}` cannot be read: {sentence}") from None
    return _format(name, head, compression), compression


def _format(name: str, head: bytes, compression: str) -> str:
    if not head:
        return EMPTY
    if head.startswith(b"PAR1"):
        if compression:
            raise InputError("compressed_parquet", f"`{name}` is a Parquet file compressed again", "decompress it")
        return PARQUET
    for mark, (what, way_out) in _OTHERS.items():
        if head.startswith(mark):
            raise InputError("not_a_table", f"`{name}` is {what}, not a table", way_out)
    if head.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"{"):
        return NDJSON
    return CSV


def _is_blank(text: bytes) -> bool:
    """Whether nothing is written but blanks, behind the mark of an encoding or not."""
    if text.startswith(UTF_16_MARKS):
        return not text[2:].strip(b"\0 \t\r\n")
    return not text.removeprefix(b"\xef\xbb\xbf").strip()


def _empty(name: str) -> InputError:
    return InputError("empty_file", f"`{name}` is empty")


def pieces(source: IO[bytes], compression: str) -> Generator[bytes, None, None]:
    """The bytes of a file, decompressed, about PIECE at a time; several members or frames, end to end, are one.

    What precedes a damage is given before the damage is raised (see DAMAGES).
    """
    if compression == "gz":
        stream = gzip.GzipFile(fileobj=source)
        # Not `read`: it would lose what it has in hand when it meets the damage.
        yield from iter(partial(stream.read1, PIECE), b"")
    elif compression == "zst":
        yield from _frames(source)
    else:
        yield source.read(_HEAD)
        yield from iter(partial(source.read, PIECE), b"")


def _frames(source: IO[bytes]) -> Iterator[bytes]:
    """Frame by frame: a stream_reader does not say that the last one is cut short."""
    frame, begun, data = zstandard.ZstdDecompressor().decompressobj(), False, b""
    while data := data or source.read(PIECE // 8):
        piece = frame.decompress(data)
        begun, data = not frame.eof, frame.unused_data if frame.eof else b""
        if frame.eof:
            frame = zstandard.ZstdDecompressor().decompressobj()
        if piece:
            yield piece
    if begun:
        raise EOFError("its end is missing")
