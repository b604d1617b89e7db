"""A report appears whole or not at all: written beside, then renamed."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from habilitation.audit.refusals import UsageError

MAKER = "habilitation audit"  # `made_by` in the manifest: what may be replaced
COMPARISON = "habilitation diff"  # the same, of a log under two policies
_MADE = {MAKER: "the report of an audit", COMPARISON: "a comparison of two policies"}
MANIFEST = "manifest.json"
_ABANDONED = 24 * 3600.0  # seconds; a number of process is given again, to one that lives


def claimed(out: Path | None, maker: str = MAKER) -> Path:
    """The folder to write, links followed, the one that holds it made.

    UsageError if what is there was not written by the maker, wholly, or if nothing can be written there.
    """
    if out is None:
        raise UsageError("no_folder", "a report needs a folder", "name it with `--out`")
    folder = out.resolve()
    if folder.exists():
        _must_be_made_by(maker, folder, out)
    with _writing(out):
        if not folder.parent.exists():
            folder.parent.mkdir(parents=True)
        with tempfile.TemporaryDirectory(dir=folder.parent, prefix=".habilitation-"):
            pass
    return folder


@contextlib.contextmanager
def _writing(out: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise UsageError("unwritable_file", f"`{out}` cannot be written: {error.strerror}") from None


def _must_be_made_by(maker: str, folder: Path, out: Path) -> None:
    way_out = "name a folder that does not exist, or an earlier report"
    if not folder.is_dir() or not folder.name:
        raise UsageError("not_a_report", f"`{out}` is not a folder that a report may replace", way_out)
    inside = {path.name for path in folder.iterdir()}
    written = _written_by(maker, folder)
    if inside and not written:
        raise UsageError("not_a_report", f"`{out}` is not {_MADE[maker]}", way_out)
    if others := sorted(inside - written):
        sentence = f"`{out}` also holds `{others[0]}`, which `{maker}` did not write"
        raise UsageError("not_only_a_report", sentence, "move it elsewhere: a report is replaced as a whole")


def _written_by(maker: str, folder: Path) -> set[str]:
    try:
        manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return set()
    if not isinstance(manifest, dict) or manifest.get("made_by") != maker:
        return set()
    files = manifest.get("files")
    return {MANIFEST, *(files if isinstance(files, dict) else ())}


@contextlib.contextmanager
def replaced(folder: Path) -> Iterator[Path]:
    """An empty folder beside `folder`, which takes its place in the end; it is gone if the end is not reached.

    Raises UsageError when it cannot be written.
    """
    partial, old = _beside(folder, "partial"), _beside(folder, "old")
    with _writing(folder):
        _clean(folder)
        partial.mkdir(parents=True)
        try:
            yield partial
            for file in sorted(partial.iterdir()):
                _to_disk(file)
            _to_disk(partial)
            _swap(partial, folder, old)
        except BaseException:  # an interruption too
            shutil.rmtree(partial, ignore_errors=True)
            raise
        _to_disk(folder.parent)
    shutil.rmtree(old, ignore_errors=True)


def _beside(folder: Path, state: str) -> Path:
    return folder.with_name(f".{folder.name}.{state}-{os.getpid()}")


def _swap(partial: Path, folder: Path, old: Path) -> None:
    if folder.exists():
        folder.rename(old)
    try:
        partial.rename(folder)
    except BaseException:
        if old.exists():
            old.rename(folder)
        raise


def _to_disk(path: Path) -> None:
    if path.is_dir() and os.name != "posix":  # only there can a folder be opened
        return
    number = os.open(path, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)


def _clean(folder: Path) -> None:
    """Remove what runs that died left beside; a report that one of them had only set aside comes back."""
    for state in ("old", "partial"):
        start = f".{folder.name}.{state}-"
        for path in sorted(folder.parent.iterdir()):
            number = path.name.removeprefix(start)
            if not path.name.startswith(start) or not number.isdecimal() or not _abandoned(path, int(number)):
                continue
            if state == "old" and not folder.exists():
                path.rename(folder)
            else:
                shutil.rmtree(path)


def _abandoned(path: Path, process: int) -> bool:
    if process == os.getpid() or time.time() - path.stat().st_mtime > _ABANDONED:
        return True
    if os.name != "posix":  # elsewhere, signal 0 is not harmless
        return False
    try:
        with contextlib.suppress(PermissionError):  # it lives, and is another user's
            os.kill(process, 0)
    except (ProcessLookupError, OverflowError):
        return True
    return False
