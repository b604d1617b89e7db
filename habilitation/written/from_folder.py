"""A policy folder to words: its files, read by the readers of rules, of YAML and of spreadsheets."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from typing import Any, TypeVar

from habilitation.diagnostic import Diagnostic, PolicyError
from habilitation.source import Source, Word
from habilitation.written.disk import VOCABULARY, files_below, kind_of, texts_of
from habilitation.written.from_csv import read_csv
from habilitation.written.from_rules import read_rules
from habilitation.written.from_yaml import read_yaml
from habilitation.written.meant import with_names
from habilitation.written.strays import beside, not_read, strays
from habilitation.written.syntax import RuleFile, WrittenCases, WrittenMatrix, WrittenPolicy, WrittenVocabulary

Shape = TypeVar("Shape")

_NOTHING: Mapping[str, str] = {}
_MATRIX = re.compile(r"^matrix:[ \t]*['\"]?([a-z][a-z0-9_]*)", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class PolicyFiles:
    """The texts of a policy, by what they hold; names are relative to the policy, with `/`.

    `strays` are the beginnings of files that look like a part of the policy and lie where none is read; `folder` is the
    path of the policy, as it was given, and empty on shelves. `untested` are the mistakes of the test files that are no
    texts: they decide nothing, and are left out.
    """

    vocabulary: tuple[Source, ...]
    matrices: tuple[Source, ...]
    spreadsheets: tuple[Source, ...]
    rules: tuple[Source, ...]
    cases: tuple[Source, ...]
    expected: tuple[Source, ...] = ()
    strays: tuple[Source, ...] = ()
    folder: str = ""
    untested: tuple[Diagnostic, ...] = ()

    def all(self) -> tuple[Source, ...]:
        """Every text that takes part in a decision."""
        return (*self.vocabulary, *self.matrices, *self.spreadsheets, *self.rules)


def policy_files(folder: Path, unsaved: Mapping[str, str] = _NOTHING) -> PolicyFiles:
    """The texts of a policy folder: `vocabulary.yaml`, `matrices/`, `rules/`, `tests/`.

    `unsaved` are texts by name, read in place of the files on disk: what an editor shows. Raises PolicyError when there
    is no such folder, or with every file that cannot be read, unless they are all of its tests.
    """
    if not folder.is_dir():
        message = f"`{folder}` is not a policy folder"
        way_out = "give the folder that holds vocabulary.yaml"
        raise PolicyError([Diagnostic("missing_file", message, help=way_out)])
    found: list[Diagnostic] = []
    untested: list[Diagnostic] = []
    named = {VOCABULARY: folder / VOCABULARY} if os.path.lexists(folder / VOCABULARY) else {}
    for part in ("matrices", "rules", "tests"):
        named |= files_below(folder / part, part, untested if part == "tests" else found)
    return replace(_sorted_files(named, unsaved, found, untested, beside(folder)), folder=folder.as_posix())


def shelf_files(shelves: Mapping[str, Path], unsaved: Mapping[str, str] = _NOTHING) -> PolicyFiles:
    """The texts of a policy kept on shelves: `rules/NAME` (with vocabulary and tests) and `matrices/NAME`."""
    found: list[Diagnostic] = []
    named: dict[str, Path] = {}
    for shelf, folder in shelves.items():
        named |= files_below(folder, f"{shelf}/{folder.name}", found)
    return _sorted_files(named, unsaved, found, [], {})


def _sorted_files(
    named: Mapping[str, Path],
    unsaved: Mapping[str, str],
    found: list[Diagnostic],
    untested: list[Diagnostic],
    others: Mapping[str, Path],
) -> PolicyFiles:
    texts = texts_of(named, unsaved, found, untested)
    if not texts["vocabulary"] and not found:
        found.append(Diagnostic("missing_file", f"no `{VOCABULARY}`", help="a policy begins with its vocabulary"))
    if len(texts["vocabulary"]) > 1:
        names = " and ".join(f"`{source.name}`" for source in texts["vocabulary"])
        found.append(Diagnostic("repeated_name", f"two vocabularies: {names}", help="keep one"))
    if found:
        raise PolicyError([*found, *untested])
    unread = {name: path for name, path in named.items() if not kind_of(name)}
    by_kind: dict[str, Any] = {kind: tuple(sources) for kind, sources in texts.items()}
    return PolicyFiles(**by_kind, strays=tuple(strays({**unread, **others})), untested=tuple(untested))


class Kept:
    """Texts are read once: what was read of one is given again until a round no longer asks for it."""

    def __init__(self) -> None:
        self._before: dict[tuple[Source, type], Any] = {}
        self._now: dict[tuple[Source, type], Any] = {}

    def start_again(self) -> None:
        """What the last round did not ask for is forgotten."""
        self._before, self._now = self._now, {}

    def rules(self, source: Source) -> tuple[RuleFile, list[Diagnostic]]:
        """As `read_rules`."""
        file, found = self._once(source, RuleFile, lambda: read_rules(source))
        return file, list(found)

    def yaml(self, source: Source, shape: type[Shape]) -> tuple[Shape | None, list[Diagnostic]]:
        """As `read_yaml`."""
        file, found = self._once(source, shape, lambda: read_yaml(source, shape))
        return file, list(found)

    def csv(self, source: Source) -> tuple[Word, tuple[tuple[Word, ...], ...]]:
        """As `read_csv`."""
        sheet: tuple[Word, tuple[tuple[Word, ...], ...]] = self._once(source, tuple, lambda: read_csv(source))
        return sheet

    def _once(self, source: Source, shape: type, read: Callable[[], Any]) -> Any:
        key = source, shape
        if key not in self._now:
            self._now[key] = self._before[key] if key in self._before else read()
        return self._now[key]


def read_policy(files: PolicyFiles, kept: Kept | None = None) -> tuple[WrittenPolicy | None, list[Diagnostic]]:
    """Every file read, and the mistakes; None only when the vocabulary cannot be.

    What cannot be read is left out and named, so that the rest is still checked without blaming its users. `kept` is
    what an earlier round read.
    """
    kept = kept or Kept()
    vocabulary, found = kept.yaml(files.vocabulary[0], WrittenVocabulary)
    read = [(source, *kept.yaml(source, WrittenMatrix)) for source in files.matrices]
    ruled = [kept.rules(source) for source in files.rules]
    found.extend(one for _, _, told in read for one in told)
    mistakes = [one for _, told in ruled for one in told]
    found.extend(with_names(mistakes, (file for file, _ in ruled), vocabulary) if vocabulary else mistakes)
    found.extend(map(not_read, files.strays))
    if vocabulary is None:
        return None, found
    written = WrittenPolicy(
        vocabulary=vocabulary,
        matrices=tuple(matrix for _, matrix, _ in read if matrix is not None),
        rules=tuple(file for file, _ in ruled),
        spreadsheets=tuple(map(kept.csv, files.spreadsheets)),
        digest=digest(files),
        unread=frozenset(name for source, matrix, _ in read if matrix is None for name in _names(source)),
        folder=files.folder,
    )
    return written, found


def _names(source: Source) -> tuple[str, ...]:
    """What a matrix that cannot be read may be called: as its file is, or as it says itself."""
    stated = _MATRIX.search(source.text)
    return (PurePosixPath(source.name).stem, *(stated.groups() if stated else ()))


def read_cases(files: PolicyFiles, kept: Kept | None = None) -> tuple[list[WrittenCases], list[Diagnostic]]:
    """The test files of a policy, and the mistakes; what cannot be read is left out and named."""
    kept = kept or Kept()
    read = [kept.yaml(source, WrittenCases) for source in files.cases]
    found = [*files.untested, *(one for _, mistakes in read for one in mistakes)]
    return [cases for cases, _ in read if cases is not None], found


def read_expected(files: PolicyFiles, kept: Kept | None = None) -> dict[str, tuple[tuple[Word, ...], ...]]:
    """The spreadsheets beside the test files, by the name of their file; one that cannot be read has no row at all."""
    kept = kept or Kept()
    unread = (one.span.source.name for one in files.untested if one.span is not None)
    return {**dict.fromkeys(unread, ()), **{source.name: kept.csv(source)[1] for source in files.expected}}


def digest(files: PolicyFiles) -> str:
    """SHA-256 of the names and texts of a policy; ends of line and a byte-order mark do not count."""
    seal = hashlib.sha256()
    for source in sorted(files.all(), key=lambda source: source.name):
        for part in (source.name, source.text):
            encoded = part.encode("utf-8")
            seal.update(len(encoded).to_bytes(8, "big") + encoded)
    return seal.hexdigest()
