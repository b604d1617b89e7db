"""Parquet to columns, row group by row group; what is damaged costs its rows, not the file."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from habilitation.audit.intake.chunks import Reject
from habilitation.audit.intake.sentences import say
from habilitation.audit.intake.texts import is_ascii
from habilitation.audit.refusals import InputError

ROWS = 128 * 1024  # of a batch
SOURCE = "source "  # before the name of a column of the file, which may be `line` too
_DAMAGES = (pa.ArrowException, OSError)


class ParquetRows:
    """The rows of a Parquet file. `no_columns`: the names of what is in it and holds no text, number or time."""

    def __init__(self, name: str, path: Path) -> None:
        self._name, self._path = name, path
        try:
            with pq.ParquetFile(path) as file:
                self.header: tuple[str, ...] = tuple(file.schema_arrow.names)
                self._schema, self._groups = file.schema_arrow, file.num_row_groups
                self.rows: int = file.metadata.num_rows
                self._sizes = [file.metadata.row_group(i).num_rows for i in range(self._groups)]
        except _DAMAGES as error:
            raise InputError("unreadable", f"`{name}` is not a whole Parquet file: {_first_line(error)}") from None
        kinds = (pa.types.is_nested, pa.types.is_binary)
        self.no_columns = tuple(one.name for one in self._schema if any(is_one(one.type) for is_one in kinds))
        self.header = tuple(name for name in self.header if name not in self.no_columns)
        self.read = self.passed_over = 0

    @property
    def fraction(self) -> float:
        """How much of the file has been read, from 0 to 1."""
        return self.read / max(self.rows, 1)

    def tables(self, wanted: Sequence[str], coded: Sequence[str], only: Any, reject: Reject) -> Iterator[Any]:
        """Tables of `line` (row number from 1) and the wanted columns (SOURCE and name), in the order of the file.

        `only`: None, or a column, a text, and whether rows without any are to be seen too: row groups that have none
        are skipped.
        """
        texts = [name for name in coded if pa.types.is_string(self._schema.field(name).type)]
        with pq.ParquetFile(self._path, read_dictionary=texts, pre_buffer=False) as file:
            for group, size in enumerate(self._sizes):
                first, done = self.read + 1, 0
                try:
                    if only is not None and not _holds(file, group, *only):
                        self.passed_over += size
                    else:
                        for batch in file.iter_batches(ROWS, [group], list(wanted)):
                            places = pa.array(np.arange(first + done, first + done + len(batch), dtype=np.int64))
                            done += len(batch)
                            self.read += len(batch)
                            names = ["line", *(SOURCE + name for name in batch.schema.names)]
                            yield self._decoded(pa.table([places, *batch.columns], names), reject)
                except _DAMAGES as error:
                    self._lost(first + done, size - done, error, reject)
                self.read = first - 1 + size

    def _decoded(self, table: Any, reject: Reject) -> Any:
        """The table without the rows whose texts are not UTF-8: neither Parquet nor pyarrow looks at them."""
        wrong = np.zeros(table.num_rows, dtype=bool)
        for name in table.schema.names[1:]:
            wrong |= _not_text(table.column(name).chunk(0))
        if not wrong.any():
            return table
        for line in table.column("line").filter(pa.array(wrong)).to_pylist():
            reject(line, "bad_encoding", say("bad_encoding.text"))
        return table.filter(pa.array(~wrong))

    def _lost(self, first: int, count: int, error: Exception, reject: Reject) -> None:
        """Every row that cannot be read is a reject of its own: totals are of rows."""
        sentence = say("damaged_rows", first=first, last=first + count - 1, detail=_first_line(error))
        for line in range(first, first + count):
            reject(line, "damaged_rows", sentence)


def _holds(file: Any, group: int, column: str, text: str, or_none: bool) -> bool:
    values = file.read_row_group(group, [column]).column(0).cast(pa.string())
    # A part of the value is enough: what stands around it may be blanks.
    if pc.any(pc.match_substring(values, text)).as_py():
        return True
    return or_none and bool(values.null_count or pc.any(pc.equal(pc.utf8_trim_whitespace(values), "")).as_py())


def _not_text(column: Any) -> Any:
    """The rows whose text is not UTF-8, as a boolean mask (or False)."""
    if pa.types.is_dictionary(column.type):
        wrong = _not_text(column.dictionary)
        return False if wrong is False else np.append(wrong, False)[np.asarray(column.indices.fill_null(-1))]
    if not pa.types.is_string(column.type) or is_ascii(column):
        return False
    texts = column.cast(pa.binary())
    try:
        texts.cast(pa.string())
    except pa.ArrowInvalid:
        return np.array([not _decodes(text) for text in texts.to_pylist()], dtype=bool)
    return False


def _decodes(text: bytes | None) -> bool:
    try:
        return (text or b"").decode("utf-8") is not None
    except UnicodeDecodeError:
        return False


def _first_line(error: Exception) -> str:
    return str(error).partition("\n")[0][:200]
