"""Arrow columns in, Arrow tables out (the `arrow` extra; the only user of pyarrow, with `decided.columns`)."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from habilitation.decided.columns.reading import ColumnReader
from habilitation.decided.many import Codes
from habilitation.vocabulary import as_date


def ordinals(reader: ColumnReader, column: Any) -> Codes:
    """Ordinals of a chunked column: dictionaries, strings, booleans or integers, nulls anywhere."""
    kind = column.type
    if pa.types.is_null(kind):
        return np.full(len(column), reader.missing, np.int16)
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
    elif pa.types.is_integer(chunk.type):
        codes = reader.ordinals(chunk.fill_null(0).to_numpy(zero_copy_only=False))
    else:
        raise reader.refusal(str(chunk.type))
    if chunk.null_count:
        codes = np.where(chunk.is_null().to_numpy(zero_copy_only=False), np.int32(reader.missing), codes)
    return codes


def days(column: Any) -> NDArray[np.datetime64]:
    """Days of a column of dates, timestamps or ISO 8601 texts; NaT where there is none.

    Raises ValueError for a text that is not a date.
    """
    if pa.types.is_null(column.type) or _is_text(column.type):
        stated = [None if one is None else as_date(one) for one in column.to_pylist()]
        return np.array(stated, "datetime64[D]")
    found: NDArray[np.datetime64] = column.to_numpy().astype("datetime64[D]")
    return found


def table(columns: dict[str, tuple[Codes, tuple[str, ...]]]) -> Any:
    """A Table of dictionary-encoded string columns, from codes and their names."""
    return pa.table(
        {
            name: pa.DictionaryArray.from_arrays(pa.array(codes, pa.int32()), pa.array(names, pa.string()))
            for name, (codes, names) in columns.items()
        }
    )


def as_table(given: Any) -> Any:
    """A Table of whatever speaks Arrow, or None."""
    if isinstance(given, pa.Table):
        return given
    if isinstance(given, pa.RecordBatch):
        return pa.Table.from_batches([given])
    if hasattr(given, "__arrow_c_stream__"):
        return pa.table(given)
    return None


def like(given: Any, answer: Any) -> Any:
    """The answer to a record batch is a record batch; to anything else, a Table."""
    return answer.combine_chunks().to_batches()[0] if isinstance(given, pa.RecordBatch) and len(answer) else answer
