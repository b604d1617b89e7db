"""Files: a text read within bounds, a file written whole or not at all, a folder that is filled only when empty."""

from __future__ import annotations

import contextlib
import errno
import os
import stat
import sys
from collections.abc import Iterator
from pathlib import Path

from habilitation.diagnostic import RequestError

_BYTES_AT_MOST = 4 * 1024 * 1024
_STANDARD = "-"


def read_text(path: Path) -> str:
    """As `read_exactly`, without a byte-order mark, each end of line as LF."""
    return read_exactly(path).removeprefix("\ufeff").replace("\r\n", "\n")


def read_exactly(path: Path) -> str:
    """The text of a file, `-` being the standard input. Raises OSError when it is too large or not UTF-8."""
    if str(path) == _STANDARD:
        content = sys.stdin.buffer.read(_BYTES_AT_MOST + 1)
    else:
        with path.open("rb") as file:
            content = file.read(_BYTES_AT_MOST + 1)
    if len(content) > _BYTES_AT_MOST:
        raise OSError(errno.EFBIG, f"larger than {_BYTES_AT_MOST} bytes", str(path))
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        raise OSError(errno.EILSEQ, f"not UTF-8 (byte {error.start + 1}): save it as UTF-8", str(path)) from None


def must_be_empty(folder: Path) -> None:
    """Raises RequestError unless the folder is empty, or not there yet; `.git` and its like are not looked at."""
    if folder.exists() and (not folder.is_dir() or any(not file.name.startswith(".") for file in folder.iterdir())):
        raise RequestError(
            "not_empty", f"`{folder}` is not an empty folder", help="name another: nothing is overwritten"
        )


@contextlib.contextmanager
def writing(path: Path) -> Iterator[None]:
    """What stops the writing of a file or a folder is told of the name it was asked under, as a RequestError."""
    try:
        yield
    except OSError as error:
        raise RequestError("unwritable_file", f"`{path}` cannot be written: {error.strerror}") from None


def write_whole(path: Path, content: bytes) -> None:
    """Write beside, then rename: nobody ever reads half a file; `-` is the standard output.

    A file that is there keeps its mode and, where the system allows it, its owner; a link stays one, and what it leads
    to is written. Raises RequestError when it cannot be written.
    """
    if str(path) == _STANDARD:
        sys.stdout.buffer.write(content)
        sys.stdout.flush()
        return
    there = Path(os.path.realpath(path))
    beside = there.with_name(f".{there.name}.{os.getpid()}")
    with writing(path):
        _written_beside(beside, there, content)


def _written_beside(beside: Path, there: Path, content: bytes) -> None:
    try:
        before = there.stat() if there.exists() else None
        # Never open to more readers than the file it replaces, not even while it is written.
        beside.touch(0o666 if before is None else before.st_mode & 0o666 | stat.S_IRUSR | stat.S_IWUSR, exist_ok=False)
        with beside.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        if before is not None:
            _as_before(beside, before)
        beside.replace(there)
    except OSError:
        beside.unlink(missing_ok=True)
        raise


def _as_before(path: Path, before: os.stat_result) -> None:
    if hasattr(os, "chown"):
        with contextlib.suppress(PermissionError):  # only its owner, within their groups, or the administrator may
            os.chown(path, before.st_uid, before.st_gid)
    path.chmod(stat.S_IMODE(before.st_mode))
