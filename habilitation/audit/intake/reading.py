"""One input as tables of our columns, whatever its format, with what it is to be known by: digest, size, lines."""

from __future__ import annotations

from collections.abc import Collection, Container, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, Protocol

import pyarrow as pa
import pyarrow.compute as pc

from habilitation.audit.intake.chunks import Lines, Reject
from habilitation.audit.intake.csv_header import read_header
from habilitation.audit.intake.csv_lines import CsvShape, csv_tables
from habilitation.audit.intake.digest import Digest
from habilitation.audit.intake.layout import Column, Layout, lack, laid_out
from habilitation.audit.intake.mapping import TableMapping
from habilitation.audit.intake.opening import CSV, EMPTY, PARQUET, Input
from habilitation.audit.intake.parquet import SOURCE, ParquetRows
from habilitation.audit.ledger import INPUTS, Ledger
from habilitation.audit.refusals import InputError
from habilitation.audit.schema import axis_names
from habilitation.authorizer import Authorizer


class Reading(Protocol):
    """An input being read, once."""

    layout: Layout

    @property
    def fraction(self) -> float:
        """How much of the file has been read, from 0 to 1."""

    def tables(self, coded: Collection[str], reject: Reject, only: tuple[str, str] | None = None) -> Iterator[Any]:
        """Tables of `line` and our columns; those `coded` hold few different values.

        `only`: one of our columns and a text; what cannot hold it may be left out, and is counted in `passed_over`.
        """

    @property
    def passed_over(self) -> int:
        """Rows left out because they cannot hold what `only` asks for."""

    def finish(self) -> tuple[str, int, int]:
        """SHA-256, bytes and lines (rows of a Parquet file), once the tables have been read."""

    def close(self) -> None:
        """Let go of the file, read or not."""


def reading(
    file: Input, mapping: TableMapping, policy: Authorizer, reject: Reject, jobs: int = 1, *, strict: bool = True
) -> Reading:
    """Open an input, and find its columns. Raises InputError; when `strict`, also if a required one is missing."""
    made: Reading
    if file.format == CSV:
        made = CsvReading(file, mapping, policy, reject)
    elif file.format == PARQUET:
        made = ParquetReading(file, mapping, policy)
    elif file.format == EMPTY:
        return EmptyReading(file)
    else:
        known = {*axis_names(policy), *mapping.values.get("fact", {})}
        return FhirReading(file, jobs, known)
    if strict and (lacking := lack(file.name, made.layout, file.role)):
        made.close()
        raise lacking
    return made


def record(file: Input, found: tuple[str, int, int], ledger: Ledger, not_read: Sequence[str] = ()) -> None:
    """Enter an input in the ledger: SHA-256, bytes, lines, and the columns that are not read."""
    row = (file.number, file.role, file.name, *found, list(not_read))
    ledger.add("inputs", pa.Table.from_pylist([dict(zip(INPUTS.names, row, strict=True))], INPUTS))


class CsvReading:
    """A CSV file."""

    passed_over = 0

    def __init__(self, file: Input, mapping: TableMapping, policy: Authorizer, reject: Reject) -> None:
        self._lines = Lines(file, mapping.encoding, reject)
        try:
            header = read_header(file.name, self._lines, file.role, mapping, policy)
            self.delimiter = header.delimiter
            self.layout = laid_out(file.name, header.names, file.role, mapping, policy)
        except BaseException:
            self.close()
            raise

    @property
    def fraction(self) -> float:
        return self._lines.fraction

    def tables(self, coded: Collection[str], reject: Reject, only: tuple[str, str] | None = None) -> Iterator[Any]:  # noqa: ARG002  # a place is known once every line before it is read
        columns = self.layout.columns
        wanted = tuple(sorted({place for column in columns for place in column.sources}))
        few = frozenset(place for column in columns if column.name in coded for place in column.sources)
        shape = CsvShape(len(self.layout.header), self.delimiter, wanted, few)
        names = {place: str(place) for place in wanted}
        for table in csv_tables(self._lines, shape, reject):
            yield from renamed(table, columns, names)

    def finish(self) -> tuple[str, int, int]:
        digest, size = self._lines.finish()
        return digest, size, self._lines.read

    def close(self) -> None:
        self._lines.close()


class ParquetReading:
    """A Parquet file."""

    def __init__(self, file: Input, mapping: TableMapping, policy: Authorizer) -> None:
        self._rows = ParquetRows(file.name, file.path)
        layout = laid_out(file.name, self._rows.header, file.role, mapping, policy)
        self.layout = replace(layout, ignored=(*layout.ignored, *self._rows.no_columns))
        self._digest = Digest(file.path, lines=False)

    @property
    def fraction(self) -> float:
        return self._rows.fraction

    @property
    def passed_over(self) -> int:
        return self._rows.passed_over

    def tables(self, coded: Collection[str], reject: Reject, only: tuple[str, str] | None = None) -> Iterator[Any]:
        self._digest.start()
        columns, header = self.layout.columns, self.layout.header
        wanted = {place: header[place] for column in columns for place in column.sources}
        names = {place: SOURCE + name for place, name in wanted.items()}
        few = [header[place] for column in columns if column.name in coded for place in column.sources]
        for table in self._rows.tables(list(wanted.values()), few, self._only(only), reject):
            yield from renamed(table, columns, names)

    def _only(self, only: tuple[str, str] | None) -> tuple[str, str, bool] | None:
        """The same asked of a source column, when there is just one; and whether a row without it is to be seen."""
        found = next(
            (one for one in self.layout.columns if only and one.name == only[0] and len(one.sources) == 1), None
        )
        return (self.layout.header[found.sources[0]], only[1], found.name == "patient_id") if found and only else None

    def finish(self) -> tuple[str, int, int]:
        digest, size, _ = self._digest.result()
        return digest, size, self._rows.rows

    def close(self) -> None:
        self._digest.give_up()


class FhirReading:
    """AuditEvents as a log, Consents and CareTeams as facts, in NDJSON."""

    passed_over = 0

    def __init__(self, file: Input, jobs: int, known: Container[str]) -> None:
        if file.role not in ("log", "facts"):
            raise InputError("not_a_table", f"`{file.name}` is JSON, and the {file.role} are CSV or Parquet")
        self._file, self._jobs, self._known, self.fraction = file, jobs, known, 0.0
        self._digest = Digest(file.path, lines=False)
        self._lines = 0
        self.layout = Layout((), (), (), ())

    def tables(self, coded: Collection[str], reject: Reject, only: tuple[str, str] | None = None) -> Iterator[Any]:  # noqa: ARG002  # as for CSV
        self._digest.start()
        path, compression = self._file.path, self._file.compression
        if self._file.role == "log":
            from habilitation.audit.intake.ndjson import raw_batches  # noqa: PLC0415  # msgspec only when JSON is read

            yield from raw_batches(path, compression, self._jobs, reject, self._ended)
        else:
            from habilitation.audit.intake.fhir_facts import rows  # noqa: PLC0415  # as above

            yield from rows(path, compression, reject, self._known, self._ended)
        self.fraction = 1.0

    def _ended(self, lines: int) -> None:
        self._lines = lines

    def finish(self) -> tuple[str, int, int]:
        digest, size, _ = self._digest.result()
        return digest, size, self._lines

    def close(self) -> None:
        self._digest.give_up()


class EmptyReading:
    """A log of which nothing is written."""

    passed_over, fraction, layout = 0, 1.0, Layout((), (), (), ())

    def __init__(self, file: Input) -> None:
        self._digest = Digest(file.path)

    def tables(self, coded: Collection[str], reject: Reject, only: tuple[str, str] | None = None) -> Iterator[Any]:  # noqa: ARG002  # as for CSV
        yield from ()

    def finish(self) -> tuple[str, int, int]:
        digest, size, _ = self._digest.result()
        return digest, size, 0

    def close(self) -> None:
        self._digest.give_up()


def renamed(table: Any, columns: Sequence[Column], names: Mapping[int, str]) -> Iterator[Any]:
    """The table under our names, in the batches it is made of; of several sources, the first that is not empty."""
    ours = ["line", *(column.name for column in columns)]
    for batch in table.to_batches():
        arrays = [batch.column("line")]
        for column in columns:
            sources = [batch.column(names[place]) for place in column.sources]
            arrays.append(sources[0] if len(sources) == 1 else _first_filled(sources))
        yield pa.RecordBatch.from_arrays(arrays, names=ours)


def _first_filled(sources: Sequence[Any]) -> Any:
    texts = [pc.utf8_trim_whitespace(source.cast(pa.string())) for source in sources]
    return pc.coalesce(*(pc.if_else(pc.equal(text, ""), pa.scalar(None, pa.string()), text) for text in texts))
