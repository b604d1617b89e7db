"""Columns in and columns out: Arrow tables and streams, frames through the Arrow interface, dicts of numpy columns."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from habilitation.compiled.tables import AxisTable
from habilitation.decided.many import EFFECT_NAMES, Batch, Codes, Ledger, axis_columns
from habilitation.decided.one import Answers
from habilitation.diagnostic import RequestError
from habilitation.vocabulary import DISTANT_FUTURE, as_date

AT = "at"  # a column of instants: each row is judged by the edition in force then
_UNKNOWN = -1
# Which edition judges on a day.
InForce = Callable[[datetime.date], tuple[Answers, datetime.date]]


@dataclass(frozen=True, slots=True)
class DecidedTable:
    """The answers to a table, a row each.

    `effect` and `edition` are indices (uint8, int32) in `effect_names` and `edition_names`; `reason` (int32) in
    `reason_names`, where several rules are joined with `+`. An empty edition name is before the first edition.
    """

    effect: NDArray[np.uint8]
    reason: NDArray[np.int32]
    edition: NDArray[np.int32]
    reason_names: tuple[str, ...]
    edition_names: tuple[str, ...]
    effect_names: tuple[str, ...] = EFFECT_NAMES

    def __len__(self) -> int:
        return len(self.effect)

    def to_arrow(self) -> Any:
        """A pyarrow Table of three dictionary-encoded string columns: effect, reason, edition."""
        import pyarrow as pa  # noqa: PLC0415  # the `arrow` extra, only when Arrow is asked for

        def column(codes: Codes, names: tuple[str, ...]) -> Any:
            return pa.DictionaryArray.from_arrays(pa.array(codes, pa.int32()), pa.array(names, pa.string()))

        return pa.table(
            {
                "effect": column(self.effect.astype(np.int32), self.effect_names),
                "reason": column(self.reason, self.reason_names),
                "edition": column(self.edition, self.edition_names),
            }
        )


def decide_table(
    in_force: InForce, start: Answers, stated: Mapping[int, int], table: Any, ignore: Collection[str]
) -> Any:
    """See `Authorizer.decide_table`. `start` is the edition of a table without a column `at`."""
    desk = _Decider(in_force, start, stated, frozenset(ignore))
    if isinstance(table, Mapping):
        return desk.numpy(table)
    import pyarrow as pa  # noqa: PLC0415  # the `arrow` extra, only when Arrow is given

    if isinstance(table, pa.RecordBatch):
        return desk.arrow(pa.Table.from_batches([table])).to_arrow().combine_chunks().to_batches()[0]
    if isinstance(table, pa.Table):
        return desk.arrow(table).to_arrow()
    if hasattr(table, "__arrow_c_stream__"):
        reader = pa.RecordBatchReader.from_stream(table)
        tables = [desk.arrow(pa.Table.from_batches([batch])).to_arrow() for batch in reader]
        return pa.concat_tables(tables) if tables else DecidedTable(*_nothing()).to_arrow()
    message = f"a table is an Arrow table or stream, a frame, or a dict of numpy columns, not {type(table).__name__}"
    raise TypeError(message)


def _nothing() -> tuple[Any, ...]:
    return np.empty(0, np.uint8), np.empty(0, np.int32), np.empty(0, np.int32), (), ()


class _Decider:
    def __init__(self, in_force: InForce, start: Answers, stated: Mapping[int, int], ignore: Collection[str]) -> None:
        self._in_force, self._start, self._stated, self._ignore = in_force, start, stated, ignore
        self._ledger = Ledger()
        self._batches: dict[int, Batch] = {}

    def numpy(self, table: Mapping[str, Any]) -> DecidedTable:
        columns = {name: np.asarray(column) for name, column in table.items() if name not in self._ignore}
        lengths = {column.shape for column in columns.values()}
        if len(lengths) > 1 or any(len(shape) != 1 for shape in lengths):
            raise RequestError("wrong_shape", f"columns of different shapes: {sorted(lengths)}")
        rows = next(iter(lengths))[0] if lengths else 0
        instants = columns.pop(AT, None)
        coded = {self._axis(name): self._numpy_codes(name, column) for name, column in columns.items()}
        return self._decided(coded, rows, None if instants is None else instants.astype("datetime64[D]"))

    def arrow(self, table: Any) -> DecidedTable:
        names = [name for name in table.column_names if name not in self._ignore]
        repeated = {name for name in names if names.count(name) > 1}
        if repeated:
            raise RequestError("wrong_shape", f"the column `{min(repeated)}` is given twice", min(repeated))
        coded, instants = {}, None
        for name in names:
            if name == AT:
                instants = _days(table.column(name))
            else:
                coded[self._axis(name)] = self._arrow_codes(name, table.column(name))
        return self._decided(coded, table.num_rows, instants)

    def _axis(self, name: str) -> int:
        asked = self._start.asked
        if name not in asked.index:
            refusal = asked.unknown_axis(name)
            help_ = refusal.help or "name it in `ignore` if it is not a fact of the request"
            raise RequestError("unknown_axis", f"unknown axis `{name}` (a column)", name, help_)
        if asked.index[name] in self._stated:
            raise RequestError("already_given", f"`{name}` is already given and cannot be a column", name)
        return asked.index[name]

    # --- columns to ordinals; -1 is an unknown code, the number of values is missing ------------------

    def _numpy_codes(self, name: str, column: Codes) -> Codes:
        axis = self._start.tables.axes[self._start.asked.index[name]]
        if column.dtype == bool and axis.fact:
            return column.view(np.uint8)
        if column.dtype.kind in "iu":
            return self._ordinals(axis, column)
        if column.dtype.kind in "UOS":
            objects = column.astype(object) if column.dtype.kind != "O" else column
            different = list(dict.fromkeys(None if one != one else one for one in objects.tolist()))  # noqa: PLR0124  # NaN
            numbers = {one: index for index, one in enumerate(different)}
            indices = np.fromiter((numbers[None if one != one else one] for one in objects.tolist()), np.int32, len(column))  # noqa: PLR0124
            return self._translation(axis, different)[indices]
        raise RequestError("wrong_type", f"`{name}` takes strings, booleans or ordinals, not {column.dtype}", name)

    def _arrow_codes(self, name: str, column: Any) -> Codes:
        import pyarrow as pa  # noqa: PLC0415  # Arrow was given

        axis = self._start.tables.axes[self._start.asked.index[name]]
        kind = column.type
        if pa.types.is_null(kind):
            return np.full(len(column), self._missing(axis), np.int32)
        if pa.types.is_string(kind) or pa.types.is_large_string(kind) or _is_view(kind):
            column = (column.cast(pa.string()) if _is_view(kind) else column).dictionary_encode()
        parts = [self._arrow_part(axis, name, chunk) for chunk in column.chunks]
        return np.concatenate(parts) if len(parts) != 1 else parts[0]

    def _arrow_part(self, axis: AxisTable, name: str, chunk: Any) -> Codes:
        import pyarrow as pa  # noqa: PLC0415  # Arrow was given

        if pa.types.is_dictionary(chunk.type):
            translation = self._translation(axis, chunk.dictionary.to_pylist())
            indices = chunk.indices
            if not indices.null_count:
                return translation.take(indices.to_numpy(zero_copy_only=False))
            return translation.take(indices.fill_null(len(translation) - 1).to_numpy(zero_copy_only=False))
        missing = self._missing(axis)
        if pa.types.is_boolean(chunk.type) and axis.fact:
            codes = chunk.fill_null(False).cast(pa.uint8()).to_numpy(zero_copy_only=False)
        elif pa.types.is_integer(chunk.type):
            codes = self._ordinals(axis, chunk.fill_null(0).to_numpy(zero_copy_only=False))
        else:
            raise RequestError("wrong_type", f"`{name}` takes strings, booleans or ordinals, not {chunk.type}", name)
        if chunk.null_count:
            codes = np.where(chunk.is_null().to_numpy(zero_copy_only=False), np.int32(missing), codes)
        return codes

    def _missing(self, axis: AxisTable) -> int:
        return axis.default if axis.default >= 0 else len(axis.values)

    def _ordinals(self, axis: AxisTable, column: Codes) -> Codes:
        if len(column) and (int(column.min()) < 0 or int(column.max()) >= len(axis.values)):
            known = (column >= 0) & (column < len(axis.values))
            return np.where(known, column, _UNKNOWN).astype(np.int32)
        return column

    def _translation(self, axis: AxisTable, different: list[Any]) -> Codes:
        """The ordinal of each different value; the last entry, one more, is for nulls."""
        encoder = self._start.asked.encoders[self._start.asked.index[axis.name]]
        found = [self._missing(axis) if one is None else _known(encoder.known, axis, one) for one in different]
        return np.array([*found, self._missing(axis)], np.int16 if len(axis.values) < 30_000 else np.int32)  # noqa: PLR2004  # fits

    # --- deciding -------------------------------------------------------------------------------------

    def _decided(self, coded: dict[int, Codes], rows: int, instants: NDArray[np.datetime64] | None) -> DecidedTable:
        unknown = np.zeros(rows, bool)
        for axis, column in coded.items():
            if column.dtype.kind == "i" and len(column) and int(column.min()) < 0:
                unknown |= column < 0
                coded[axis] = np.where(column < 0, 0, column)
        numbers, editions = self._editions(rows, instants)
        reason = np.empty(rows, np.int32)
        for number, answers in enumerate(editions):
            where = None if len(editions) == 1 else np.flatnonzero(numbers == number)
            self._judge(answers, coded, rows, where, reason)
        if unknown.any():
            reason[unknown] = self._batch(self._start).unknown
        effects = np.array(self._ledger.effects, np.uint8)
        return DecidedTable(
            effects[reason] if rows else np.empty(0, np.uint8),
            reason,
            numbers,
            tuple(self._ledger.names),
            tuple(answers.edition for answers in editions),
        )

    def _judge(
        self, answers: Answers, coded: Mapping[int, Codes], rows: int, where: Codes | None, reason: NDArray[np.int32]
    ) -> None:
        if where is None:
            reason[:] = self._batch(answers).decide(axis_columns(answers, self._stated, coded), rows)
        else:
            kept = {axis: column[where] for axis, column in coded.items()}
            reason[where] = self._batch(answers).decide(axis_columns(answers, self._stated, kept), len(where))

    def _batch(self, answers: Answers) -> Batch:
        if answers.number not in self._batches:
            self._batches[answers.number] = Batch(answers, self._ledger)
        return self._batches[answers.number]

    def _editions(
        self, rows: int, instants: NDArray[np.datetime64] | None
    ) -> tuple[NDArray[np.int32], list[Answers]]:
        """The edition of each row, as an index in a list of editions. A row without an instant has none."""
        if instants is None:
            return np.zeros(rows, np.int32), [self._start]
        editions: dict[int, Answers] = {}
        numbers = np.zeros(rows, np.int32)
        for day_start, day_end, answers in self._stretches(instants):
            editions.setdefault(answers.number, answers)
            numbers[(instants >= day_start) & (instants < day_end)] = list(editions).index(answers.number)
        if np.isnat(instants).any():
            nowhere = Answers(self._start.tables, -1)
            editions.setdefault(-1, nowhere)
            numbers[np.isnat(instants)] = list(editions).index(-1)
        return numbers, list(editions.values())

    def _stretches(self, instants: NDArray[np.datetime64]) -> Iterator[tuple[Any, Any, Answers]]:
        stated = instants[~np.isnat(instants)]
        if not len(stated):
            return
        day: datetime.date = stated.min().astype(datetime.date)
        last: datetime.date = stated.max().astype(datetime.date)
        while day <= last:
            answers, end = self._in_force(day)
            yield np.datetime64(day), np.datetime64(end), answers
            if end >= DISTANT_FUTURE:
                return
            day = end


def _known(known: Mapping[Any, int], axis: AxisTable, value: Any) -> int:
    if axis.fact and isinstance(value, str):
        value = {"true": True, "false": False}.get(value, value)
    try:
        return known.get(value, _UNKNOWN)
    except TypeError:
        return _UNKNOWN


def _is_view(kind: Any) -> bool:
    return str(kind) in ("string_view",)


def _days(column: Any) -> NDArray[np.datetime64]:
    """Days of a column of dates, timestamps or ISO 8601 texts; null where there is none."""
    import pyarrow as pa  # noqa: PLC0415  # Arrow was given

    if pa.types.is_string(column.type) or pa.types.is_large_string(column.type):
        days = [None if one is None else as_date(one) for one in column.to_pylist()]
        return np.array(days, "datetime64[D]")
    found: NDArray[np.datetime64] = column.to_numpy().astype("datetime64[D]")
    return found
