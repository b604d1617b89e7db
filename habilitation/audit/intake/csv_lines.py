"""CSV to columns of text: pyarrow reads what is regular, line for line; what is not is read alone, strictly.

pyarrow and not DuckDB: given whole lines, it says at once which ones it refuses, where DuckDB says it once the file has
ended, and counts records instead of lines.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.csv as pa_csv

from habilitation.audit.intake.chunks import LINE_AT_MOST, Chunk, Lines, Reject
from habilitation.audit.intake.irregular import Survey, strict_record, survey
from habilitation.audit.intake.sentences import say
from habilitation.audit.intake.texts import is_utf8

_CODES = pa.dictionary(pa.int32(), pa.string())


@dataclass(frozen=True, slots=True)
class CsvShape:
    """How the lines of one file are cut: `coded` places hold few different values, and come as dictionaries."""

    width: int
    delimiter: str
    wanted: tuple[int, ...]
    coded: frozenset[int] = frozenset()


def csv_tables(lines: Lines, shape: CsvShape, reject: Reject) -> Iterator[Any]:
    """Tables in the order of the file: `line`, and the wanted places as columns named by their number.

    Texts are as written. Every line that is not blank is in a table, or rejected, or part of a record
    that is.
    """
    while (chunk := lines.take()) is not None:
        table = _quick(chunk, shape)
        if table is None:
            table = _careful(chunk, lines, shape, reject)
        if table.num_rows:
            yield table


def _quick(chunk: Chunk, shape: CsvShape) -> Any:
    """The chunk when every line is a record without a quote; else None."""
    data = chunk.data
    if b'"' in data or not _clean(data):
        return None
    table, refused = _read(data, shape, threads=True)
    # INVARIANT (physical lines): as many records as ends of line, none refused: record i stands on line i.
    if table is None or refused or table.num_rows != chunk.lines:
        return None
    return _placed(table, np.arange(chunk.first, chunk.first + table.num_rows, dtype=np.int64))


def _clean(data: bytes) -> bool:
    """Whether the bytes are UTF-8 without zeros, no line is too long, and carriage returns stand only at their ends."""
    if b"\0" in data or (b"\r" in data and data.count(b"\r") != data.count(b"\r\n")):
        return False
    # A line too long to be read covers one of these stretches whole.
    half = LINE_AT_MOST // 2
    if any(data.find(b"\n", start, start + half) < 0 for start in range(0, len(data) - half, half)):
        return False
    return is_utf8(data)


def _careful(chunk: Chunk, lines: Lines, shape: CsvShape, reject: Reject) -> Any:
    found = survey(chunk, shape.delimiter, shape.width)
    if found.given_back:
        lines.give_back(chunk.data[len(chunk.data) - found.given_back :])
    for line, code, sentence in found.rejects:
        reject(line, code, sentence)
    table, records = _regular(chunk, found, shape, reject)
    records = [*found.records, *records]
    kept = [(line, fields) for line, fields in records if _fits(line, fields, shape, reject)]
    return _merged(table, kept, shape)


def _regular(chunk: Chunk, found: Survey, shape: CsvShape, reject: Reject) -> tuple[Any, list[Any]]:
    """The lines that are records by themselves, as a table; or as records, when pyarrow reads them otherwise."""
    data = b"".join(chunk.data[start:end] for start, end in found.runs)
    # Blocks read side by side do not say which line was refused: that is known by reading again, one block alone.
    table, refused = _read(data, shape, threads=True) if data else (None, [])
    if refused or table is None:
        table, refused = _read(data, shape, threads=False) if data else (None, [])
    if table is None or table.num_rows + len(refused) != len(found.lines):
        return None, list(_strict(chunk, found, shape, reject))
    wrong = np.array([number - 1 for number, _ in refused], dtype=np.int64)
    for (_, columns), place in zip(refused, wrong.tolist(), strict=True):
        reject(int(found.lines[place]), "wrong_columns", _wrong_columns(columns, shape.width))
    return _placed(table, np.delete(found.lines, wrong)), []


def _strict(chunk: Chunk, found: Survey, shape: CsvShape, reject: Reject) -> Iterator[tuple[int, list[str]]]:
    for (start, end), line in zip(found.bounds, found.lines.tolist(), strict=True):
        record = strict_record(chunk.data[start:end], shape.delimiter)
        if isinstance(record, str):
            reject(line, "bad_quotes", record)
        else:
            yield line, record


def _read(data: bytes, shape: CsvShape, *, threads: bool) -> tuple[Any, list[tuple[int, int]]]:
    """The records of whole lines, and those refused (number from 1, columns); None when pyarrow gives up."""
    refused: list[tuple[int, int]] = []

    def skip(row: Any) -> str:
        refused.append((row.number or 0, row.actual_columns))
        return "skip"

    names = [str(place) for place in range(shape.width)]
    types = {str(place): _CODES if place in shape.coded else pa.string() for place in shape.wanted}
    # Two blocks, as large as can be: each is a batch that is encoded at once.
    block = max(len(data) // 2 + LINE_AT_MOST, 2 * LINE_AT_MOST) if threads else len(data) + 1
    try:
        table = pa_csv.read_csv(
            pa.BufferReader(data),
            pa_csv.ReadOptions(column_names=names, use_threads=threads, block_size=block),
            pa_csv.ParseOptions(delimiter=shape.delimiter, invalid_row_handler=skip),
            pa_csv.ConvertOptions(
                column_types=types,
                include_columns=[str(place) for place in shape.wanted],
                strings_can_be_null=False,  # what is empty is seen later, all values at once
            ),
        )
    except pa.ArrowInvalid:  # a line longer than a block
        return None, refused
    return table, refused


def _placed(table: Any, lines: Any) -> Any:
    return table.add_column(0, "line", pa.array(lines, pa.int64()))


def _fits(line: int, fields: Sequence[str], shape: CsvShape, reject: Reject) -> bool:
    if len(fields) != shape.width:
        reject(line, "wrong_columns", _wrong_columns(len(fields), shape.width))
    return len(fields) == shape.width


def _wrong_columns(found: int, expected: int) -> str:
    key = "wrong_columns" if found > 1 else "wrong_columns.one"
    return say(key, found=found, expected=expected)


def _merged(table: Any, records: list[tuple[int, list[str]]], shape: CsvShape) -> Any:
    """The table with the records read alone, in the order of their lines."""
    columns = {"line": pa.array([line for line, _ in records], pa.int64())}
    for place in shape.wanted:
        texts = pa.array([fields[place] for _, fields in records], pa.string())
        columns[str(place)] = texts.cast(_CODES) if place in shape.coded else texts
    alone = pa.table(columns)
    if table is None:
        return alone.sort_by("line")
    return pa.concat_tables([table, alone]).sort_by("line") if records else table
