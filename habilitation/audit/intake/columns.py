"""The columns of one batch, by name, as the mapping file says to read them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from habilitation.audit.intake.instants import is_instant
from habilitation.audit.intake.mapping import TableMapping
from habilitation.audit.intake.meanings import Meanings, Refusal
from habilitation.audit.intake.rejecting import Faults
from habilitation.audit.intake.texts import is_sound, plain, tidy
from habilitation.audit.schema import CODED


class Columns:
    """A batch by columns; a constant is a column of which every row is the same."""

    def __init__(self, raw: Any, mapping: TableMapping) -> None:
        self.rows = raw.num_rows
        self._raw, self._names, self._mapping = raw, set(raw.schema.names), mapping

    def get(self, name: str) -> Any:
        """The column, or None: texts, a dictionary of texts, or what Parquet typed (booleans, dates, timestamps)."""
        if name in self._mapping.constants:
            same = pa.array(np.zeros(self.rows, dtype=np.int32))
            return pa.DictionaryArray.from_arrays(same, pa.array([self._mapping.constants[name]]))
        if name not in self._names:
            return None
        column = self._raw.column(name)
        kept = (is_instant, pa.types.is_boolean, pa.types.is_string)
        if pa.types.is_dictionary(column.type) and pa.types.is_string(column.type.value_type):
            return column
        return column if any(is_kept(column.type) for is_kept in kept) else column.cast(pa.string())

    def text(self, name: str) -> Any:
        """The texts of a column, without blanks around; nulls when they are empty, or there is no such column."""
        column = self.get(name)
        if column is None:
            return pa.nulls(self.rows, pa.string())
        texts = tidy(plain(column))
        said, system = self._mapping.values.get(name, {}), self._mapping.system.get(name, "")
        return _renamed(texts, said, system) if said or system else texts

    def coded(self, name: str) -> Any:
        """The same as a dictionary of texts."""
        column = self.get(name)
        if column is None:
            return pa.DictionaryArray.from_arrays(pa.nulls(self.rows, pa.int32()), pa.array([], pa.string()))
        if column.type == CODED and self._is_as_written(name) and is_sound(column.dictionary):
            return column
        return self.text(name).dictionary_encode()

    def _is_as_written(self, name: str) -> bool:
        return not self._mapping.values.get(name) and not self._mapping.system.get(name)

    def numbers(self, name: str, meanings: Meanings, nothing: int, faults: Faults) -> Any:
        """A number a row, `nothing` where nothing is said; what has no meaning is a fault."""
        column = self.get(name)
        if column is None:
            return np.full(self.rows, nothing, dtype=np.int64)
        numbers, kinds, told = meanings.numbers(column, nothing)
        if kinds is not None:
            faults.add_each(kinds, told)
        return numbers

    def some(self, name: str, rows: Any, meanings: Meanings, nothing: int) -> tuple[Any, Any, list[Refusal]]:
        """Numbers, kinds of refusal and refusals of the rows of a boolean mask (see `Meanings.numbers`)."""
        column = self.get(name)
        if column is None:
            return np.full(int(np.count_nonzero(rows)), nothing, dtype=np.int64), None, []
        return meanings.numbers(column.filter(pa.array(rows)), nothing)

    def flags(self, name: str) -> Any:
        """A column that our own readers made of booleans, as a mask; false when they made none."""
        if name not in self._names:
            return np.zeros(self.rows, dtype=bool)
        return np.asarray(self._raw.column(name))

    def bears(self, name: str, text: str, *, or_none: bool) -> Any:
        """The rows whose text is this one (or which have none), as a boolean mask."""
        same = pc.equal(self.text(name), text)
        return np.asarray(same.fill_null(or_none))  # pyarrow's own signature


def _renamed(texts: Any, said: Mapping[str, str], system: str) -> Any:
    """Identifiers as the mapping file writes them."""
    coded = texts.dictionary_encode()
    words = [said.get(word, f"{word}^{system}" if system else word) for word in coded.dictionary.to_pylist()]
    return pa.DictionaryArray.from_arrays(coded.indices, pa.array(words, pa.string())).cast(pa.string())
