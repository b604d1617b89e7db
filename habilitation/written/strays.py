"""Files that look like a part of a policy and are not read, for their place or their name: what they say is lost."""

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
from habilitation.written.syntax.keywords import opens_an_item

_AHEAD = 65_536  # bytes of a file looked at: what it holds is said at its top
_PARTS = ("matrices", "rules", "tests")
_RULES = (".hab",)
_YAML = (".yaml", ".yml")
_TEXTS = (".txt", "")
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
        if _ending(name) in (*_RULES, *_YAML) or _is_text(name):
            source = _beginning(name, path)
            if source is not None and _part(source):
                yield source


def _ending(name: str) -> str:
    """What a name ends in, the `.txt` that an editor of texts adds aside."""
    path = PurePosixPath(name.lower())
    return PurePosixPath(path.stem).suffix if path.suffix == ".txt" else path.suffix


def _is_text(name: str) -> bool:
    """Whether it is named as a text of no kind, where only files of the policy are kept."""
    return PurePosixPath(name).parts[0] in _PARTS and PurePosixPath(name).suffix.lower() in _TEXTS


def _part(source: Source) -> str:
    """The part that a file would be in, by its name, else by what it says; empty for none."""
    if _ending(source.name) in _RULES:
        return "rules"
    says = _SAYS.search(source.text)
    if says:
        return _PART_OF[says.group(1)]
    return "rules" if _is_text(source.name) and opens_an_item(source) else ""


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
    part = _part(stray)
    says = _SAYS.search(stray.text) if part != "rules" else None
    start = says.start() if says else 0
    end = stray.text.find("\n", start)
    place = Span(stray, start, len(stray.text) if end < 0 else end)
    sentence, way_out = _why(stray.name, part)
    return Diagnostic("file_not_read", sentence, place, way_out, Severity.WARNING)


def _why(name: str, part: str) -> tuple[str, str]:
    """The sentence and the way out, of a name that is not that of its kind, or of a place that is not its part."""
    path = PurePosixPath(name)
    kind = _RULES if part == "rules" else _YAML
    if path.suffix.lower() in kind:
        return f"`{name}` is not read: it lies outside `{part}/`", f"move it to `{part}/`"
    stem = path.with_suffix("") if path.suffix.lower() in _TEXTS else path
    renamed = stem if stem.suffix.lower() in kind else stem.with_suffix(kind[0])
    target = renamed if path.parts[0] == part else PurePosixPath(part, renamed.name)
    return f"`{name}` is not read: its name does not end in `{kind[0]}`", f"rename it `{target}`"
