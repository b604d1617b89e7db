"""Columns of numbers to files: CSV for people, Parquet for millions of rows."""

from __future__ import annotations

import os
from abc import ABC, abstractmethod
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from habilitation.sample.clock import NEVER, written
from habilitation.sample.draw import Ints

_SPECIAL = ('"', ",", "\n")
_STAMP = pa.timestamp("us", tz="UTC")


def named(prefix: str, width: int, numbers: Ints) -> Any:
    """Ids such as `PAT-000001`, of the number 0; null where the number is negative."""
    digits = pc.utf8_lpad(pa.array(np.maximum(numbers, 0) + 1).cast(pa.string()), width, "0")
    ids = pc.binary_join_element_wise(pa.scalar(prefix), digits, "")
    return pc.if_else(pa.array(numbers >= 0), ids, pa.scalar(None, pa.string()))


def worded(words: Sequence[str], numbers: Ints) -> Any:
    """The word of each number; null where the number is negative, or the word empty."""
    return pa.array([*(word or None for word in words), None], pa.string()).take(
        pa.array(np.where(numbers < 0, len(words), numbers))
    )


class File(ABC):
    """A table being written, a batch of columns at a time; closed at the end of a `with`."""

    suffix: str

    @abstractmethod
    def instant(self, seconds: Ints, *, with_offset: bool = True) -> Any:
        """Instants as this file has them; null where nothing is known."""

    @abstractmethod
    def truth(self, numbers: Ints) -> Any:
        """1 is true, 0 false; null where the number is negative."""

    @abstractmethod
    def write(self, columns: dict[str, Any], cut: Ints | None = None) -> None:
        """Add rows; those in `cut` stop in their middle, where a row can."""

    @abstractmethod
    def close(self) -> None:
        """Nothing is added after that."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        self.close()


class CsvFile(File):
    """A CSV file written a batch at a time, the same bytes everywhere. Instants are RFC 3339 in Paris time."""

    suffix = "csv"

    def __init__(self, path: Path) -> None:
        self._file = path.open("wb")
        self._begun = self._cut = False

    def instant(self, seconds: Ints, *, with_offset: bool = True) -> Any:
        return written(seconds, with_offset=with_offset)

    def truth(self, numbers: Ints) -> Any:
        return worded(("false", "true"), numbers)

    def write(self, columns: dict[str, Any], cut: Ints | None = None) -> None:
        if not self._begun:
            self._file.write((",".join(columns) + "\n").encode())
            self._begun = True
        self._cut = False
        quoted = [_quoted(column) for column in columns.values()]
        rows = pc.binary_join_element_wise(*quoted, ",", null_handling="replace", null_replacement="")
        if cut is not None and len(cut):
            halves = pc.utf8_slice_codeunits(rows, 0, _KEPT)
            which = np.zeros(len(rows), dtype=bool)
            which[cut] = True
            self._cut = bool(which[-1])
            rows = pc.if_else(pa.array(which), halves, rows)
        self._file.write(_letters(pc.binary_join_element_wise(rows, "\n", "")))

    def close(self) -> None:
        if self._cut:  # the whole file stops there, without the end of its line
            self._file.seek(-1, os.SEEK_END)
            self._file.truncate()
        self._file.close()


_KEPT = 41  # letters of a line cut short: an id and most of the time


def _quoted(column: Any) -> Any:
    """Texts as CSV has them. Only free texts hold what needs quotes."""
    special = pc.match_substring_regex(column, "[" + "".join(_SPECIAL) + "]")
    if not pc.any(special).as_py():
        return column
    doubled = pc.replace_substring(column, '"', '""')
    return pc.if_else(special, pc.binary_join_element_wise(pa.scalar('"'), doubled, pa.scalar('"'), ""), column)


def _letters(texts: Any) -> memoryview:
    """The bytes of all the texts, one after the other; none of them is null."""
    _, offsets, data = texts.buffers()
    ends = np.frombuffer(offsets, dtype=np.int32)[texts.offset : texts.offset + len(texts) + 1]
    return memoryview(data)[int(ends[0]) : int(ends[-1])]


class ParquetFile(File):
    """A Parquet file written a batch at a time. Instants are timestamps in UTC, truths are booleans."""

    suffix = "parquet"

    def __init__(self, path: Path) -> None:
        self._path = path
        self._writer: Any = None

    def instant(self, seconds: Ints, *, with_offset: bool = True) -> Any:  # noqa: ARG002  # a text alone may leave it out
        known = np.abs(seconds) < NEVER
        stamps = pa.array(np.where(known, seconds, 0) * 1_000_000).cast(_STAMP)
        return pc.if_else(pa.array(known), stamps, pa.scalar(None, _STAMP))

    def truth(self, numbers: Ints) -> Any:
        return pc.if_else(pa.array(numbers >= 0), pa.array(numbers == 1), pa.scalar(None, pa.bool_()))

    def write(self, columns: dict[str, Any], cut: Ints | None = None) -> None:  # noqa: ARG002  # a row cannot be cut
        table = pa.table(columns)
        if self._writer is None:
            self._writer = pq.ParquetWriter(self._path, table.schema, compression="zstd")
        self._writer.write_table(table)

    def close(self) -> None:
        if self._writer is not None:
            self._writer.close()
