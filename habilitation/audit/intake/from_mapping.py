"""The mapping file to what it says of each table, every mistake told with its place and held to the policy."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any, ClassVar

from habilitation.audit.asked import Asked
from habilitation.audit.intake.chunks import ENCODINGS
from habilitation.audit.intake.layout import KNOWN_ROLES, known_columns
from habilitation.audit.intake.mapped_values import Held
from habilitation.audit.intake.mapping import (
    DELIMITERS,
    GRANULARITY,
    NAMED_DELIMITERS,
    TableMapping,
    delimiter,
    granularity,
)
from habilitation.audit.intake.zones import zone
from habilitation.audit.refusals import InputError, MappingError, UsageError
from habilitation.authorizer import Authorizer
from habilitation.diagnostic import Diagnostic, did_you_mean
from habilitation.source import Source, Word
from habilitation.written.from_yaml import read_yaml
from habilitation.written.shapes import OneOrMore, Says, editor_schema, one_of, spelt

Encoding = Annotated[Word, one_of(*(name for name in ENCODINGS if name))]
Delimiter = Annotated[Word, one_of(*DELIMITERS, *NAMED_DELIMITERS)]
Granularity = Annotated[Word, spelt(GRANULARITY)]


@dataclass(frozen=True, slots=True)
class _WrittenTable:
    """One table of the file."""

    # Any: a source column, or a list of them.
    columns: Annotated[
        dict[Word, OneOrMore],
        Says("by column of ours: the source column it is read from; of a list, the first that is not empty"),
    ] = field(default_factory=dict)
    values: Annotated[dict[Word, dict[Word, Word]], Says("by column of ours: their values, and what each is here")] = (
        field(default_factory=dict)
    )
    system: Annotated[dict[Word, Word], Says("by column of ours: the code system of its values")] = field(
        default_factory=dict
    )
    constants: Annotated[dict[Word, Word], Says("by column of ours: one value for every line")] = field(
        default_factory=dict
    )
    otherwise: Annotated[dict[Word, Word], Says("by column of ours: what any other value is")] = field(
        default_factory=dict
    )
    ignore: Annotated[list[Word], Says("source columns that are not read")] = field(default_factory=list)
    encoding: Annotated[Encoding | None, Says("the encoding of the file")] = None
    delimiter: Annotated[Delimiter | None, Says("what stands between columns")] = None
    zone: Annotated[Word | None, Says("the time zone of date-times without an offset, in this table")] = None
    granularity: Annotated[Granularity | None, Says("what its times are rounded down to: `1h`")] = None
    __pydantic_config__: ClassVar[Any] = {"extra": "forbid", "arbitrary_types_allowed": True}


@dataclass(frozen=True, slots=True)
class _WrittenMapping:
    """The whole file: a table by role, and what holds of them all."""

    zone: Annotated[Word | None, Says("the time zone of date-times without an offset")] = None
    log: Annotated[_WrittenTable, Says("the access log")] = field(default_factory=_WrittenTable)
    facts: Annotated[_WrittenTable, Says("the table of facts")] = field(default_factory=_WrittenTable)
    memberships: Annotated[_WrittenTable, Says("the table of memberships")] = field(default_factory=_WrittenTable)
    documents: Annotated[_WrittenTable, Says("the table of documents")] = field(default_factory=_WrittenTable)
    __pydantic_config__: ClassVar[Any] = {"extra": "forbid", "arbitrary_types_allowed": True}


@dataclass(frozen=True, slots=True)
class MappingFile:
    """What the file says of the table of each role. `zone`: that of an audit that declares none."""

    tables: Mapping[str, TableMapping]
    zone: str = ""

    def completing(self, asked: Asked) -> Asked:
        """What is asked, in the zone of the file unless it has its own."""
        return dataclasses.replace(asked, zone=asked.zone or self.zone)


def schema() -> dict[str, Any]:
    """JSON Schema of a mapping file, for editors."""
    return editor_schema(_WrittenMapping, "habilitation: a mapping of tables")


def read_mapping(path: Path | None, policy: Authorizer) -> MappingFile:
    """The file as it is meant; without one, nothing is said. Raises MappingError, InputError."""
    if path is None:
        return MappingFile({role: TableMapping() for role in KNOWN_ROLES})
    try:
        source = Source(str(path), path.read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it is not UTF-8"
        raise InputError("unreadable", f"`{path}` cannot be read: {reason}") from None
    written, found = read_yaml(source, _WrittenMapping)
    if written is None:
        raise MappingError(found)
    found = [*_unmeant(written.zone, zone), *(one for role in KNOWN_ROLES for one in _mistakes(written, role, policy))]
    if found:
        raise MappingError(found)
    return MappingFile({role: _meant(getattr(written, role)) for role in KNOWN_ROLES}, str(written.zone or ""))


def _mistakes(written: _WrittenMapping, role: str, policy: Authorizer) -> Iterator[Diagnostic]:
    table: _WrittenTable = getattr(written, role)
    known = known_columns(role, policy)
    for section in (table.columns, table.values, table.system, table.constants, table.otherwise):
        for name in section:
            if name not in known:
                yield Diagnostic("unknown_column", f"unknown column `{name}`", name.span, did_you_mean(name, known))
    yield from _misshapen(table)
    yield from _unheld(table, role, policy)
    yield from _manners(table)


def _unheld(table: _WrittenTable, role: str, policy: Authorizer) -> Iterator[Diagnostic]:
    """Values that the policy does not read."""
    held = Held(role, policy, TableMapping(**_values(table)))
    yield from held.constants(table.constants)
    yield from held.values(table.values)
    yield from held.otherwise(table.otherwise)
    yield from held.systems(table.system)


def _misshapen(table: _WrittenTable) -> Iterator[Diagnostic]:
    for name, said in table.columns.items():
        words = said if isinstance(said, list) else [said]
        if not words or not all(isinstance(word, Word) and word for word in words):
            yield Diagnostic("wrong_shape", f"`{name}` should be a source column or a list of them", name.span)
    for name in table.constants:
        if name in table.columns:
            yield Diagnostic("duplicate_key", f"`{name}` is both a column and a constant", name.span, "keep one")
    read = {
        str(word).strip() for said in table.columns.values() for word in (said if isinstance(said, list) else [said])
    }
    for word in table.ignore:
        if word.strip() in read:
            yield Diagnostic("duplicate_key", f"`{word}` is both read and ignored", word.span, "keep one")


def _manners(table: _WrittenTable) -> Iterator[Diagnostic]:
    """Mistakes in how the file is said to be written."""
    if table.encoding is not None and table.encoding not in ENCODINGS:
        known = ", ".join(f"`{name}`" for name in ENCODINGS if name)
        yield Diagnostic(
            "unknown_encoding", f"unknown encoding `{table.encoding}`", table.encoding.span, f"give {known}"
        )
    if table.delimiter is not None and delimiter(table.delimiter) not in DELIMITERS:
        way_out = "give `,`, `;`, `tab` or `|`"
        yield Diagnostic("unknown_delimiter", f"unknown delimiter `{table.delimiter}`", table.delimiter.span, way_out)
    yield from _unmeant(table.zone, zone)
    yield from _unmeant(table.granularity, granularity)


def _unmeant(word: Word | None, read: Callable[[str], object]) -> Iterator[Diagnostic]:
    """The refusal of a word that does not say what it should."""
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
        **_values(table),
        ignore=frozenset(str(name).strip() for name in table.ignore),
        encoding=str(table.encoding or ""),
        delimiter=delimiter(table.delimiter or ""),
        zone=str(table.zone or ""),
        granularity=granularity(table.granularity) if table.granularity else 0,
    )


def _values(table: _WrittenTable) -> dict[str, Any]:
    """What is said of the values of a table."""
    return {
        "values": {str(name): {str(a).strip(): str(b) for a, b in said.items()} for name, said in table.values.items()},
        "system": {str(name): str(system) for name, system in table.system.items()},
        "constants": {str(name): str(value) for name, value in table.constants.items()},
        "otherwise": {str(name): str(value) for name, value in table.otherwise.items()},
    }
