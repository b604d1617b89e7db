"""Files that look like a part of a policy and lie where none is read: told, since what they say decides nothing."""

from __future__ import annotations

import itertools
import os
import re
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath

from habilitation.diagnostic import Diagnostic, Severity
from habilitation.source import Source, Span
from habilitation.written import limits
from habilitation.written.disk import VOCABULARY

_AHEAD = 65_536  # bytes of a file looked at: what it holds is said at its top
_PARTS = ("matrices", "rules", "tests")
_YAML = (".yaml", ".yml")
_SAYS = re.compile(r"^(matrix|cases):", re.MULTILINE)
_PART_OF = {"matrix": "matrices", "cases": "tests"}


def beside(folder: Path) -> dict[str, Path]:
    """The files of a policy folder and of the folders in it, by name, outside its parts and outside other policies."""
    files, folders = _inside(folder, "")
    for name, inner in folders.items():
        if name not in _PARTS and not os.path.lexists(inner / VOCABULARY):
            files |= _inside(inner, f"{name}/")[0]
    files.pop(VOCABULARY, None)
    return files


def _inside(folder: Path, prefix: str) -> tuple[dict[str, Path], dict[str, Path]]:
    """The files and the folders of a folder, by name; what is hidden and what is a link are left alone."""
    files: dict[str, Path] = {}
    folders: dict[str, Path] = {}
    try:
        with os.scandir(folder) as inside:
            entries = list(itertools.islice(inside, limits.FILES))
    except OSError:  # no part of the policy: nothing to say of it
        return files, folders
    for entry in entries:
        if not entry.name.startswith("."):
            if entry.is_file(follow_symlinks=False):
                files[f"{prefix}{entry.name}"] = Path(entry.path)
            elif entry.is_dir(follow_symlinks=False):
                folders[entry.name] = Path(entry.path)
    return files, folders


def strays(named: Mapping[str, Path]) -> Iterator[Source]:
    """Of files that are not read, the beginning of those that look like rules, matrices or tests."""
    for name, path in sorted(named.items()):
        suffix = PurePosixPath(name).suffix.lower()
        if suffix == ".hab" or suffix in _YAML:
            source = _beginning(name, path)
            if source is not None and (suffix == ".hab" or _SAYS.search(source.text)):
                yield source


def _beginning(name: str, path: Path) -> Source | None:
    try:
        if path.is_symlink() or not path.is_file():
            return None
        with path.open("rb") as file:
            return Source(name, file.read(_AHEAD).decode("utf-8-sig", "replace").replace("\r\n", "\n"))
    except OSError:
        return None


def not_read(stray: Source) -> Diagnostic:
    """The warning, on the line that tells what the file holds."""
    says = _SAYS.search(stray.text)
    part = _PART_OF[says.group(1)] if says and not stray.name.lower().endswith(".hab") else "rules"
    start = says.start() if says and part != "rules" else 0
    end = stray.text.find("\n", start)
    place = Span(stray, start, len(stray.text) if end < 0 else end)
    sentence = f"`{stray.name}` is not read: it lies outside `{part}/`"
    return Diagnostic("file_not_read", sentence, place, f"move it to `{part}/`", Severity.WARNING)
