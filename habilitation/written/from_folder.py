"""A policy folder to words: which files it holds, within bounds, decoded, read by the two readers."""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from habilitation.diagnostic import Diagnostic, PolicyError
from habilitation.source import Source, Span, Word
from habilitation.written import limits
from habilitation.written.from_rules import read_rules
from habilitation.written.from_yaml import read_yaml
from habilitation.written.syntax import (
    RuleFile,
    WrittenCases,
    WrittenMatrix,
    WrittenPolicy,
    WrittenVocabulary,
)

_VOCABULARY = "vocabulary.yaml"


@dataclass(frozen=True, slots=True)
class PolicyFiles:
    """The texts of a policy, by what they hold; names are relative to the policy, with `/`."""

    vocabulary: tuple[Source, ...]
    matrices: tuple[Source, ...]
    spreadsheets: tuple[Source, ...]
    rules: tuple[Source, ...]
    cases: tuple[Source, ...]

    def all(self) -> tuple[Source, ...]:
        """Every text that takes part in a decision."""
        return (*self.vocabulary, *self.matrices, *self.spreadsheets, *self.rules)


def policy_files(folder: Path) -> PolicyFiles:
    """The texts of a policy folder: `vocabulary.yaml`, `matrices/`, `rules/`, `tests/`.

    Raises PolicyError when there is no such folder or a file is too large, not UTF-8, or unreadable.
    """
    if not folder.is_dir():
        message = f"`{folder}` is not a policy folder"
        raise PolicyError(
            [Diagnostic("missing_file", message, help="give the folder that holds vocabulary.yaml")]
        )
    parts = {"rules": folder / "rules", "matrices": folder / "matrices", "tests": folder / "tests"}
    named = {path.relative_to(folder).as_posix(): path for path in _listed(parts.values())}
    named[_VOCABULARY] = folder / _VOCABULARY
    return _sorted_files(named)


def shelf_files(shelves: Mapping[str, Path]) -> PolicyFiles:
    """The texts of a policy kept on shelves: `rules/NAME` (with the vocabulary and tests) and `matrices/NAME`."""
    named = {
        str(PurePosixPath(shelf, folder.name, path.relative_to(folder).as_posix())): path
        for shelf, folder in shelves.items()
        for path in _listed([folder])
    }
    return _sorted_files(named)


def _listed(folders: Iterable[Path]) -> list[Path]:
    return [path for folder in folders for path in sorted(folder.rglob("*")) if path.is_file()]


def _sorted_files(named: Mapping[str, Path]) -> PolicyFiles:
    found: list[Diagnostic] = []
    texts: dict[str, list[Source]] = {
        kind: [] for kind in ("vocabulary", "matrices", "spreadsheets", "rules", "cases")
    }
    if len(named) > limits.FILES:
        raise PolicyError([Diagnostic("too_many", f"more than {limits.FILES} files in one policy")])
    for name in sorted(named):
        kind = _kind(PurePosixPath(name))
        if kind and named[name].exists():
            source = _read(name, named[name], found)
            if source is not None:
                texts[kind].append(source)
    if not texts["vocabulary"] and not found:
        found.append(
            Diagnostic("missing_file", f"no `{_VOCABULARY}`", help="a policy begins with its vocabulary")
        )
    if found:
        raise PolicyError(found)
    return PolicyFiles(**{kind: tuple(sources) for kind, sources in texts.items()})


def _kind(name: PurePosixPath) -> str:
    if name.name == _VOCABULARY:
        return "vocabulary"
    if name.suffix == ".hab":
        return "rules"
    if "tests" in name.parts:
        return "cases" if name.suffix in (".yaml", ".yml") else ""
    if name.parts[0] == "matrices":
        return {".yaml": "matrices", ".yml": "matrices", ".csv": "spreadsheets"}.get(name.suffix, "")
    return ""


def _read(name: str, path: Path, found: list[Diagnostic]) -> Source | None:
    try:
        if path.stat().st_size > limits.FILE_BYTES:
            message = f"`{name}` is larger than {limits.FILE_BYTES} bytes"
            found.append(Diagnostic("file_too_large", message, help="split the file"))
            return None
        return Source(name, path.read_bytes().decode("utf-8-sig").replace("\r\n", "\n"))
    except UnicodeDecodeError as error:
        message = f"`{name}` is not UTF-8 (byte {error.start})"
        found.append(Diagnostic("not_utf8", message, help="save the file as UTF-8"))
    except OSError as error:
        found.append(Diagnostic("missing_file", f"`{name}` cannot be read: {error.strerror}"))
    return None


def read_policy(files: PolicyFiles) -> tuple[WrittenPolicy | None, list[Diagnostic]]:
    """Every file read; None with the mistakes when the vocabulary or a matrix cannot be."""
    found: list[Diagnostic] = []
    vocabulary, mistakes = read_yaml(files.vocabulary[0], WrittenVocabulary)
    found.extend(mistakes)
    matrices = []
    for source in files.matrices:
        matrix, mistakes = read_yaml(source, WrittenMatrix)
        found.extend(mistakes)
        if matrix is not None:
            matrices.append(matrix)
    rules: list[RuleFile] = []
    for source in files.rules:
        file, mistakes = read_rules(source)
        found.extend(mistakes)
        rules.append(file)
    if vocabulary is None or len(matrices) < len(files.matrices):
        return None, found
    spreadsheets = tuple(_spreadsheet(source) for source in files.spreadsheets)
    return WrittenPolicy(vocabulary, tuple(matrices), tuple(rules), spreadsheets, digest(files)), found


def read_cases(files: PolicyFiles) -> tuple[list[WrittenCases], list[Diagnostic]]:
    """The test files of a policy."""
    read = [read_yaml(source, WrittenCases) for source in files.cases]
    return [cases for cases, _ in read if cases is not None], [one for _, found in read for one in found]


def digest(files: PolicyFiles) -> str:
    """SHA-256 of the names and texts of a policy; ends of line and a byte-order mark do not count."""
    seal = hashlib.sha256()
    for source in sorted(files.all(), key=lambda source: source.name):
        for part in (source.name, source.text):
            encoded = part.encode("utf-8")
            seal.update(len(encoded).to_bytes(8, "big") + encoded)
    return seal.hexdigest()


def _spreadsheet(source: Source) -> tuple[Word, tuple[tuple[Word, ...], ...]]:
    name = Word(PurePosixPath(source.name).stem, Span(source, 0, min(1, len(source.text))))
    return name, tuple(_row(source, number) for number in range(1, len(source.starts) + 1))


def _row(source: Source, number: int) -> tuple[Word, ...]:
    """The cells of one line; `;` as a French spreadsheet writes it, or `,`."""
    line = source.line(number)
    delimiter = ";" if line.count(";") > line.count(",") else ","
    offset, cells = source.starts[number - 1], []
    for cell in next(csv.reader([line], delimiter=delimiter), []):
        start = source.text.find(cell, offset)
        offset = max(start, offset) + len(cell)
        cells.append(Word(cell.strip(), Span(source, max(start, 0), offset)))
    return tuple(cells)
