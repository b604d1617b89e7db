"""The mapping file: how the columns and the values of another system are named by ours."""

from __future__ import annotations

import datetime
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar

from habilitation.audit.intake.chunks import ENCODINGS
from habilitation.audit.intake.layout import KNOWN_ROLES, known_columns
from habilitation.audit.intake.zones import zone
from habilitation.audit.refusals import InputError, MappingError, UsageError
from habilitation.authorizer import Authorizer
from habilitation.diagnostic import Diagnostic, did_you_mean
from habilitation.source import Source, Word
from habilitation.written.from_yaml import read_yaml

DELIMITERS = (",", ";", "\t", "|")
_NAMED_DELIMITERS = {"tab": "\t", "comma": ",", "semicolon": ";", "pipe": "|"}
_GRANULARITY = re.compile(r"([1-9][0-9]{0,5}) ?(s|m|min|h|d|j)\Z")
_UNITS = {"s": 1, "m": 60, "min": 60, "h": 3600, "d": 86_400, "j": 86_400}
LONGEST = datetime.timedelta(days=366)


@dataclass(frozen=True, slots=True)
class _WrittenTable:
    """One table of the file. Any: a source column, or a list of them."""

    columns: dict[Word, Any] = field(default_factory=dict)
    values: dict[Word, dict[Word, Word]] = field(default_factory=dict)
    system: dict[Word, Word] = field(default_factory=dict)
    constants: dict[Word, Word] = field(default_factory=dict)
    encoding: Word | None = None
    delimiter: Word | None = None
    zone: Word | None = None
    granularity: Word | None = None
    __pydantic_config__: ClassVar[Any] = {"extra": "forbid", "arbitrary_types_allowed": True}


@dataclass(frozen=True, slots=True)
class _WrittenMapping:
    """The whole file: a table by role."""

    log: _WrittenTable = field(default_factory=_WrittenTable)
    facts: _WrittenTable = field(default_factory=_WrittenTable)
    memberships: _WrittenTable = field(default_factory=_WrittenTable)
    documents: _WrittenTable = field(default_factory=_WrittenTable)
    __pydantic_config__: ClassVar[Any] = {"extra": "forbid", "arbitrary_types_allowed": True}


@dataclass(frozen=True, slots=True)
class TableMapping:
    """What is said of one table: source columns by ours, our values by theirs, and how the file is written.

    `system`: by column, the code system of its values. `granularity` in microseconds, 0 when nothing is said.
    """

    columns: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    values: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    system: Mapping[str, str] = field(default_factory=dict)
    constants: Mapping[str, str] = field(default_factory=dict)
    encoding: str = ""
    delimiter: str = ""
    zone: str = ""
    granularity: int = 0


def read_mapping(path: Path | None, policy: Authorizer) -> Mapping[str, TableMapping]:
    """What the file says of each role; nothing without a file. Raises MappingError, InputError."""
    if path is None:
        return {role: TableMapping() for role in KNOWN_ROLES}
    try:
        source = Source(str(path), path.read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it is not UTF-8"
        raise InputError("unreadable", f"`{path}` cannot be read: {reason}") from None
    written, found = read_yaml(source, _WrittenMapping)
    if written is None:
        raise MappingError(found)
    tables = {role: getattr(written, role) for role in KNOWN_ROLES}
    found = [one for role, table in tables.items() for one in _mistakes(table, known_columns(role, policy))]
    if found:
        raise MappingError(found)
    return {role: _meant(table) for role, table in tables.items()}


def _mistakes(table: _WrittenTable, known: Collection[str]) -> Iterator[Diagnostic]:
    for section in (table.columns, table.values, table.system, table.constants):
        for name in section:
            if name not in known:
                yield Diagnostic("unknown_column", f"unknown column `{name}`", name.span, did_you_mean(name, known))
    for name, said in table.columns.items():
        words = said if isinstance(said, list) else [said]
        if not words or not all(isinstance(word, Word) and word for word in words):
            yield Diagnostic("wrong_shape", f"`{name}` should be a source column or a list of them", name.span)
    for name in table.constants:
        if name in table.columns:
            yield Diagnostic("duplicate_key", f"`{name}` is both a column and a constant", name.span, "keep one")
    yield from _manners(table)


def _manners(table: _WrittenTable) -> Iterator[Diagnostic]:
    """Mistakes in how the file is said to be written."""
    if table.encoding is not None and table.encoding not in ENCODINGS:
        known = ", ".join(f"`{name}`" for name in ENCODINGS if name)
        yield Diagnostic(
            "unknown_encoding", f"unknown encoding `{table.encoding}`", table.encoding.span, f"give {known}"
        )
    if table.delimiter is not None and _delimiter(table.delimiter) not in DELIMITERS:
        way_out = "give `,`, `;`, `tab` or `|`"
        yield Diagnostic("unknown_delimiter", f"unknown delimiter `{table.delimiter}`", table.delimiter.span, way_out)
    for word, read in ((table.zone, zone), (table.granularity, granularity)):
        if word is not None:
            try:
                read(word)
            except UsageError as error:
                yield Diagnostic(error.code, error.message, word.span, error.help)


def _meant(table: _WrittenTable) -> TableMapping:
    columns = {
        str(name): tuple(map(str, said if isinstance(said, list) else [said])) for name, said in table.columns.items()
    }
    return TableMapping(
        columns=columns,
        values={
            str(name): {str(a).strip(): str(b) for a, b in values.items()} for name, values in table.values.items()
        },
        system={str(name): str(system) for name, system in table.system.items()},
        constants={str(name): str(value) for name, value in table.constants.items()},
        encoding=str(table.encoding or ""),
        delimiter=_delimiter(table.delimiter or ""),
        zone=str(table.zone or ""),
        granularity=granularity(table.granularity) if table.granularity else 0,
    )


def _delimiter(word: str) -> str:
    return _NAMED_DELIMITERS.get(word, word)


def granularity(text: str) -> int:
    """Microseconds of `30s`, `10m`, `1h`, `1d`. Raises UsageError.

    >>> granularity("10m")
    600000000
    """
    found = _GRANULARITY.match(text.strip())
    length = datetime.timedelta(seconds=int(found[1]) * _UNITS[found[2]]) if found else LONGEST * 2
    if length > LONGEST:
        raise UsageError("bad_granularity", f"`{text}` is no granularity", "write `30s`, `1m`, `10m`, `1h` or `1d`")
    return length // datetime.timedelta(microseconds=1)
