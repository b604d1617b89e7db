"""A folder on disk to texts, within bounds; what cannot be read is a mistake, never an omission."""

from __future__ import annotations

import itertools
import os
import stat
import unicodedata
from collections.abc import Mapping
from pathlib import Path, PurePosixPath

from habilitation.diagnostic import HIDES, Diagnostic
from habilitation.source import Source, Span
from habilitation.written import limits

VOCABULARY = "vocabulary.yaml"
KINDS = ("vocabulary", "matrices", "spreadsheets", "rules", "cases", "expected")
TESTS = ("cases", "expected")  # what decides nothing: an answer does not wait for it
_YAML = (".yaml", ".yml")


def kind_of(name: str) -> str:
    """What a file of a policy holds, by its name; nothing for a file that is no part of one."""
    path = PurePosixPath(name)
    suffix = path.suffix.lower()
    if path.name == VOCABULARY:
        return "vocabulary"
    if suffix == ".hab":
        return "rules"
    if "tests" in path.parts:
        return "cases" if suffix in _YAML else "expected" if suffix == ".csv" else ""
    if path.parts[0] == "matrices":
        return "matrices" if suffix in _YAML else "spreadsheets" if suffix == ".csv" else ""
    return ""


def files_below(folder: Path, name: str, found: list[Diagnostic]) -> dict[str, Path]:
    """Everything below a folder, by name; what is hidden (`.git`, `.x.hab.swp`) is left alone.

    A link to a file is the file. A link to a folder is not entered, and refused later: loops end there.
    """
    files: dict[str, Path] = {}
    waiting = [(folder, name)] if os.path.lexists(folder) else []
    seen = 0
    while waiting:
        here, prefix = waiting.pop()
        try:
            with os.scandir(here) as inside:
                entries = list(itertools.islice(inside, limits.FILES + 1))
        except OSError as error:
            found.append(Diagnostic("unreadable_file", f"`{prefix}` cannot be read: {error.strerror}"))
            continue
        seen += len(entries)
        if seen > limits.FILES:
            found.append(Diagnostic("too_many", f"more than {limits.FILES} files in `{name}`"))
            return {}
        for entry in entries:
            path, inner = Path(entry.path), f"{prefix}/{entry.name}"
            if entry.name.startswith("."):
                continue
            if entry.is_dir(follow_symlinks=False) and not kind_of(inner):
                waiting.append((path, inner))
            else:
                files[inner] = path
    return files


def texts_of(
    named: Mapping[str, Path], unsaved: Mapping[str, str], found: list[Diagnostic], untested: list[Diagnostic]
) -> dict[str, list[Source]]:
    """The texts of a policy by kind, in the order of their names; what an editor holds unsaved hides the disk.

    What cannot be read as a text is left out and told: of its tests in `untested`, of all else in `found`.
    """
    texts: dict[str, list[Source]] = {kind: [] for kind in KINDS}
    left = limits.POLICY_CHARACTERS
    for name in sorted({*named, *unsaved}):
        kind = kind_of(name)
        wrong = untested if kind in TESTS or (not kind and name.startswith("tests/")) else found
        if name in unsaved:
            source = Source(name, unsaved[name].replace("\r\n", "\n")) if kind else None
        else:
            source = _text(name, named[name], wrong) if kind or named[name].is_dir() else None
        if source is not None:
            hidden = _hidden(source)
            wrong.extend(hidden)
            texts[kind].extend([] if hidden else [source])
            left -= len(source.text)
        if left < 0:
            message = f"the files of the policy hold more than {limits.POLICY_CHARACTERS} characters"
            found.append(Diagnostic("policy_too_large", message, help="split the policy"))
            break
    return texts


def _text(name: str, path: Path, found: list[Diagnostic]) -> Source | None:
    if not name.isprintable():
        message = f"a hidden character in the name of `{name.encode('ascii', 'backslashreplace').decode()}`"
        found.append(Diagnostic("hidden_character", message, help="rename the file"))
        return None
    # One name, one digest: some systems keep `é` in two characters, others in one.
    name = unicodedata.normalize("NFC", name)
    top = Span(Source(name, ""), 0, 0)
    if _leaves(name, path):
        found.append(Diagnostic("unreadable_file", "a link that leaves the policy", top, "copy the file"))
        return None
    if name.lower().endswith(".hab") and PurePosixPath(name).parts[0] != "rules":
        found.append(Diagnostic("unreadable_file", "a rule file outside `rules/`", top, "move it to `rules/`"))
        return None
    try:
        raw = _bytes(path)
    except OSError as error:
        found.append(Diagnostic("unreadable_file", f"cannot be read: {error.strerror}", top))
        return None
    if len(raw) > limits.FILE_BYTES:
        message = f"larger than {limits.FILE_BYTES} bytes"
        found.append(Diagnostic("file_too_large", message, top, "split the file"))
        return None
    return _decoded(name, raw, found)


def _leaves(name: str, path: Path) -> bool:
    """Whether a link leads out of the policy: a policy is untrusted, and a mistake shows the line it is on."""
    if not path.is_symlink():
        return False
    try:
        return not path.resolve().is_relative_to(path.parents[len(PurePosixPath(name).parts) - 1].resolve())
    except (OSError, RuntimeError):  # a link that leads nowhere, or round: said when it is read
        return False


def _bytes(path: Path) -> bytes:
    """The beginning of a file, enough to know that it is too large; nothing is waited for on a pipe."""
    mode = path.stat().st_mode
    if stat.S_ISDIR(mode):
        raise IsADirectoryError(0, "it is a folder")
    if not stat.S_ISREG(mode):
        raise OSError(0, "it is not a file")
    with path.open("rb") as file:
        return file.read(limits.FILE_BYTES + 1)


def _decoded(name: str, raw: bytes, found: list[Diagnostic]) -> Source | None:
    try:
        return Source(name, _lines(raw))
    except UnicodeDecodeError as error:
        wrong = len(_lines(raw[: error.start]))
        place = Span(Source(name, _lines(raw, "replace")), wrong, wrong + 1)
        found.append(Diagnostic("not_utf8", f"not UTF-8 (byte {error.start + 1})", place, "save the file as UTF-8"))
        return None


def _lines(raw: bytes, errors: str = "strict") -> str:
    return raw.decode("utf-8-sig", errors).replace("\r\n", "\n")


def _hidden(source: Source) -> list[Diagnostic]:
    """The first character that could make the text read as another, and how many there are."""
    places = [match.start() for match in HIDES.finditer(source.text)]
    if not places:
        return []
    message = f"hidden character U+{ord(source.text[places[0]]):04X}"
    message += f", the first of {len(places)}" if len(places) > 1 else ""
    return [Diagnostic("hidden_character", message, Span(source, places[0], places[0] + 1), "remove it")]
