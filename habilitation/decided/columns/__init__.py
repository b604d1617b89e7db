"""Columns in and columns out: Arrow tables and streams, frames through the Arrow interface, dicts of numpy columns."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from habilitation.decided.columns import instants
from habilitation.decided.columns.instants import AT, Days
from habilitation.decided.columns.reading import ColumnReader
from habilitation.decided.many import EFFECT_NAMES, Batch, Codes, Ledger, axis_columns
from habilitation.decided.one import Answers
from habilitation.diagnostic import RequestError
from habilitation.vocabulary import DISTANT_FUTURE

# Which edition judges on a day, and until when.
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
        from habilitation.decided.columns import arrow  # noqa: PLC0415  # the `arrow` extra, only when asked for

        return arrow.table(
            {
                "effect": (self.effect.astype(np.int32), self.effect_names),
                "reason": (self.reason, self.reason_names),
                "edition": (self.edition, self.edition_names),
            }
        )


def decide_table(
    in_force: InForce, start: Answers, stated: Mapping[int, int], table: Any, ignore: Collection[str]
) -> Any:
    """See `Authorizer.decide_table`. `start` is the edition of a table without a column `at`."""
    decider = _Decider(in_force, start, stated, frozenset([ignore] if isinstance(ignore, str) else ignore))
    if isinstance(table, Mapping):
        return decider.numpy(table)
    from habilitation.decided.columns import arrow  # noqa: PLC0415  # the `arrow` extra, only when Arrow is given

    parts = arrow.tables(table)
    if parts is None:
        kinds = "an Arrow table or stream, a frame, or a dict of numpy columns"
        raise TypeError(f"a table is {kinds}, not {type(table).__name__}")
    return arrow.like(table, [decider.arrow(part).to_arrow() for part in parts])


class _Decider:
    def __init__(self, in_force: InForce, start: Answers, stated: Mapping[int, int], ignore: Collection[str]) -> None:
        self._in_force, self._start, self._stated, self._ignore = in_force, start, stated, ignore
        self._ledger = Ledger()
        self._batches: dict[int, Batch] = {}

    def numpy(self, table: Mapping[str, Any]) -> DecidedTable:
        columns = {name: np.asanyarray(column) for name, column in table.items() if name not in self._ignore}
        lengths = {column.shape for column in columns.values()}
        if len(lengths) > 1 or any(len(shape) != 1 for shape in lengths):
            raise RequestError("wrong_shape", f"columns of different shapes: {sorted(lengths)}")
        rows = next(iter(lengths))[0] if lengths else max(map(len, table.values()), default=0)
        at = columns.pop(AT, None)
        coded = {axis: self._reader(axis).array(column) for axis, column in self._by_axis(columns.items())}
        return self._decided(coded, rows, None if at is None else instants.from_array(at))

    def arrow(self, table: Any) -> DecidedTable:
        from habilitation.decided.columns import arrow  # noqa: PLC0415  # Arrow was given

        names = [name for name in table.column_names if name not in self._ignore and not arrow.is_index(name)]
        repeated = {name for name in names if names.count(name) > 1}
        if repeated:
            raise RequestError("wrong_shape", f"the column `{min(repeated)}` is given twice", min(repeated))
        columns = {name: table.column(name) for name in names}
        at = columns.pop(AT, None)
        coded = {axis: arrow.ordinals(self._reader(axis), column) for axis, column in self._by_axis(columns.items())}
        return self._decided(coded, table.num_rows, None if at is None else arrow.days(at))

    def _reader(self, axis: int) -> ColumnReader:
        return ColumnReader(self._start.asked.encoders[axis])

    def _by_axis(self, columns: Iterable[tuple[str, Any]]) -> Iterator[tuple[int, Any]]:
        asked = self._start.asked
        for name, column in columns:
            axis = asked.index.get(name)
            if axis is None:
                way_out = asked.unknown_axis(name).help or "name it in `ignore` if it is no fact of the request"
                raise RequestError("unknown_axis", f"unknown axis `{name}` (a column)", name, way_out)
            if axis in self._stated:
                raise RequestError("already_given", f"`{name}` is already given and cannot be a column", name)
            yield axis, column

    # --- deciding -------------------------------------------------------------------------------------

    def _decided(self, coded: dict[int, Codes], rows: int, days: Days | None) -> DecidedTable:
        unknown = np.zeros(rows, bool)
        for axis, column in coded.items():
            if column.dtype.kind == "i" and len(column) and int(column.min()) < 0:
                unknown |= column < 0
                coded[axis] = np.where(column < 0, 0, column)
        numbers, editions = self._editions(rows, days)
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

    def _editions(self, rows: int, days: Days | None) -> tuple[NDArray[np.int32], list[Answers]]:
        """The edition of each row, as an index in a list of editions. A row without a day has none."""
        if days is None:
            return np.zeros(rows, np.int32), [self._start]
        editions: dict[int, Answers] = {}
        numbers = np.zeros(rows, np.int32)
        for start, end, answers in self._stretches(days):
            editions.setdefault(answers.number, answers)
            numbers[(days >= start) & (days < end)] = list(editions).index(answers.number)
        if np.isnat(days).any():
            editions.setdefault(-1, Answers(self._start.tables, -1))
            numbers[np.isnat(days)] = list(editions).index(-1)
        return numbers, list(editions.values())

    def _stretches(self, days: Days) -> Iterator[tuple[Any, Any, Answers]]:
        stated = days[~np.isnat(days)]
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
