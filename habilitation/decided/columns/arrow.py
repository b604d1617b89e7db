"""Arrow columns in, Arrow tables out (the `arrow` extra; the only user of pyarrow, with `decided.columns`)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from habilitation.decided.columns import instants
from habilitation.decided.columns.instants import Days
from habilitation.decided.columns.reading import ColumnReader
from habilitation.decided.many import Codes, Column

_NARROW = 32  # numpy mixes wider unsigned integers with others into floats


def ordinals(reader: ColumnReader, column: Any) -> Column:
    """Ordinals of a chunked column: dictionaries, strings, booleans or integers, nulls anywhere.

    One ordinal stands for a column of nulls.
    """
    kind = column.type
    if column.null_count == len(column):  # of any type: pandas gives a type of its own to a column of nothing
        return reader.missing
    if _is_text(kind):
        column = column.cast(pa.string()).dictionary_encode()
    parts: list[Codes] = [_chunk(reader, chunk) for chunk in column.chunks]
    return parts[0] if len(parts) == 1 else np.concatenate([np.empty(0, np.int16), *parts])


def _is_text(kind: Any) -> bool:
    return pa.types.is_string(kind) or pa.types.is_large_string(kind) or str(kind) == "string_view"


def _chunk(reader: ColumnReader, chunk: Any) -> Codes:
    if pa.types.is_dictionary(chunk.type):
        translation: Codes = reader.translation(chunk.dictionary.to_pylist())
        indices = chunk.indices
        if indices.null_count:
            indices = indices.cast(pa.int64()).fill_null(len(translation) - 1)
        found: Codes = translation.take(indices.to_numpy(zero_copy_only=False))
        return found
    codes: Codes
    if pa.types.is_boolean(chunk.type) and reader.encoder.axis.fact:
        codes = chunk.fill_null(False).cast(pa.uint8()).to_numpy(zero_copy_only=False)
    elif pa.types.is_unsigned_integer(chunk.type) or (pa.types.is_integer(chunk.type) and reader.encoder.axis.fact):
        if chunk.null_count and _fits(reader, chunk):
            filled: Codes = chunk.fill_null(reader.missing).to_numpy(zero_copy_only=False)
            return filled
        codes = reader.ordinals(chunk.fill_null(0).to_numpy(zero_copy_only=False))
    else:
        raise reader.refusal(str(chunk.type))
    if chunk.null_count:
        missing = codes.dtype.type(reader.missing) if codes.itemsize > 1 else np.int16(reader.missing)
        codes = np.where(chunk.is_null().to_numpy(zero_copy_only=False), missing, codes)
    return codes


def _fits(reader: ColumnReader, chunk: Any) -> bool:
    """Whether all that is not null is known, and a null can be written as an ordinal of the same type."""
    if chunk.type.bit_width > _NARROW or reader.missing >> chunk.type.bit_width:
        return False
    top = pc.max(chunk).as_py()
    return top is None or top < len(reader.encoder.axis.values)


def days(column: Any) -> Days:
    """Days of a column of dates, timestamps (days of their own time zone) or ISO 8601 texts; NaT where there is none.

    Raises RequestError for another type, or for a text that is not a date.
    """
    kind = column.type
    if pa.types.is_null(kind) or pa.types.is_dictionary(kind) or _is_text(kind):
        return instants.from_values(column.to_pylist())
    if pa.types.is_timestamp(kind) and kind.tz is not None:
        column = pc.local_timestamp(column)
    elif not pa.types.is_timestamp(kind) and not pa.types.is_date(kind):
        raise instants.refusal(str(kind))
    return instants.from_days(column.to_numpy().astype("datetime64[D]", copy=False))


def table(columns: dict[str, tuple[Codes, tuple[str, ...]]]) -> Any:
    """A Table of dictionary-encoded string columns, from codes and their names."""
    return pa.table(
        {
            name: pa.DictionaryArray.from_arrays(pa.array(codes, pa.int32()), pa.array(names, pa.string()))
            for name, (codes, names) in columns.items()
        }
    )


def is_index(name: str) -> bool:
    """Whether a column is the nameless index that pandas sends along."""
    return name.startswith("__index_level_")


def tables(given: Any) -> Iterable[Any] | None:
    """The Tables that whatever speaks Arrow is made of, or None; a stream is not read into memory at once."""
    table = whole(given)
    if table is not None:
        return [table]
    if hasattr(given, "__arrow_c_stream__"):
        return _streamed(pa.RecordBatchReader.from_stream(given))
    return None


def whole(given: Any) -> Any:
    """The Table of a Table or a RecordBatch, or None."""
    if isinstance(given, pa.RecordBatch):
        return pa.Table.from_batches([given])
    return given if isinstance(given, pa.Table) else None


def _streamed(reader: Any) -> Iterator[Any]:
    yield reader.schema.empty_table()  # the names of the columns are read even if no row comes
    for batch in reader:
        yield pa.Table.from_batches([batch])


def like(given: Any, answers: Sequence[Any]) -> Any:
    """The answer to a record batch is a record batch; to anything else, a Table."""
    if not isinstance(given, pa.RecordBatch):
        return pa.concat_tables(answers)
    (answer,) = answers
    return pa.RecordBatch.from_arrays([column.chunk(0) for column in answer.columns], answer.column_names)
