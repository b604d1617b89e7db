"""Tables decided one after the other: what was worked out for a table serves the next."""

from __future__ import annotations

import datetime
import threading
from collections import deque
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from habilitation.decided.columns import instants
from habilitation.decided.columns.decided import COLUMNS, DecidedTable
from habilitation.decided.columns.decided import table as decided_table
from habilitation.decided.columns.instants import AT, Days
from habilitation.decided.columns.reading import ColumnReader
from habilitation.decided.many import Batch, Codes, Column, Ledger, axis_columns
from habilitation.decided.one import Answers
from habilitation.diagnostic import RequestError
from habilitation.vocabulary import DISTANT_FUTURE

# Which edition judges on a day (None: for a table without a column `at`), and until when.
InForce = Callable[[datetime.date | None], tuple[Answers, datetime.date]]
_ALL_COLUMNS = (*COLUMNS, "missing")


class Decider:
    """Decides tables, an Arrow RecordBatch after the other; see `Authorizer.decider`. Several threads may call one.

    Answers are a pure function of the table. Codes and names of `decided` are never renumbered, only added to. What is
    remembered stays behind when a Decider is pickled.
    """

    def __init__(self, in_force: InForce, stated: Mapping[int, int], ignore: Collection[str]) -> None:
        self._in_force, self._stated = in_force, dict(stated)
        self._ignore = frozenset([ignore] if isinstance(ignore, str) else ignore)
        self._ledger = Ledger()
        self._editions: list[str] = []
        self._numbers: dict[int, int] = {}
        self._lock = threading.Lock()
        # A call takes the batches of one that is over, or makes its own: as many as there were calls at once.
        self._idle: deque[dict[int, Batch]] = deque()

    def __reduce__(self) -> tuple[Any, ...]:
        return Decider, (self._in_force, self._stated, self._ignore)

    def __call__(self, table: Any) -> Any:
        """The columns effect, reason, edition and missing, of an Arrow RecordBatch (→ RecordBatch) or of any table.

        As `Authorizer.decide_table`, with the missing facts that would settle the effect, joined with `+`; an empty
        text where it is settled. Raises RequestError and TypeError, likewise.
        """
        return self.answered(table, _ALL_COLUMNS)

    def decided(self, table: Any) -> DecidedTable:
        """The same as codes, of a dict of numpy columns, a RecordBatch or a pyarrow Table."""
        if isinstance(table, Mapping):
            return self._numpy(table)
        from habilitation.decided.columns import arrow  # noqa: PLC0415  # the `arrow` extra, only when Arrow is given

        whole = arrow.whole(table)
        if whole is None:
            raise TypeError(f"a table is a RecordBatch, a Table or a dict of numpy columns, not {type(table).__name__}")
        return self._arrow(whole)

    def answered(self, table: Any, columns: Sequence[str] = COLUMNS) -> Any:
        """Some columns of the answers, of the kind of the table; codes for a dict of numpy columns."""
        if isinstance(table, Mapping):
            return self._numpy(table)
        from habilitation.decided.columns import arrow  # noqa: PLC0415  # as above

        parts = arrow.tables(table)
        if parts is None:
            kinds = "an Arrow table or stream, a frame, or a dict of numpy columns"
            raise TypeError(f"a table is {kinds}, not {type(table).__name__}")
        return arrow.like(table, [self._arrow(part).to_arrow(columns) for part in parts])

    # --- reading --------------------------------------------------------------------------------------

    def _numpy(self, table: Mapping[str, Any]) -> DecidedTable:
        columns = {name: np.asanyarray(column) for name, column in table.items() if name not in self._ignore}
        lengths = {column.shape for column in columns.values()}
        if len(lengths) > 1 or any(len(shape) != 1 for shape in lengths):
            raise RequestError("wrong_shape", f"columns of different shapes: {sorted(lengths)}")
        rows = next(iter(lengths))[0] if lengths else max(map(len, table.values()), default=0)
        at = columns.pop(AT, None)
        start = self._in_force(None)[0]
        coded: dict[int, Column] = {
            axis: reader.column(column) for axis, reader, column in self._by_axis(start, columns.items())
        }
        return self._decided(start, coded, rows, None if at is None else instants.from_array(at))

    def _arrow(self, table: Any) -> DecidedTable:
        from habilitation.decided.columns import arrow  # noqa: PLC0415  # Arrow was given

        names = [name for name in table.column_names if name not in self._ignore and not arrow.is_index(name)]
        repeated = {name for name in names if names.count(name) > 1}
        if repeated:
            raise RequestError("wrong_shape", f"the column `{min(repeated)}` is given twice", min(repeated))
        columns = {name: table.column(name) for name in names}
        at = columns.pop(AT, None)
        start = self._in_force(None)[0]
        coded = {axis: arrow.ordinals(reader, column) for axis, reader, column in self._by_axis(start, columns.items())}
        return self._decided(start, coded, table.num_rows, None if at is None else arrow.days(at))

    def _by_axis(self, start: Answers, columns: Iterable[tuple[str, Any]]) -> Iterator[tuple[int, ColumnReader, Any]]:
        asked = start.asked
        for name, column in columns:
            axis = asked.index.get(name)
            if axis is None:
                way_out = asked.unknown_axis(name).help or "name it in `ignore` if it is no fact of the request"
                raise RequestError("unknown_axis", f"unknown axis `{name}` (a column)", name, way_out)
            if axis in self._stated:
                raise RequestError("already_given", f"`{name}` is already given and cannot be a column", name)
            yield axis, ColumnReader(asked.encoders[axis]), column

    # --- deciding -------------------------------------------------------------------------------------

    def _decided(self, start: Answers, coded: dict[int, Column], rows: int, days: Days | None) -> DecidedTable:
        unknown = _without_unknown(coded, rows)
        codes = np.empty(rows, np.int32)
        edition = np.empty(rows, np.int32)
        batches = self._taken()
        for answers, where in self._parts(start, rows, days):
            batch = batches.get(answers.number)
            if batch is None:
                batch = batches[answers.number] = Batch(answers, self._ledger)
            kept = coded if where is None else {axis: _cut(column, where) for axis, column in coded.items()}
            found = batch.decide(axis_columns(answers, self._stated, kept), rows if where is None else len(where))
            codes[... if where is None else where] = found
            edition[... if where is None else where] = self._number(answers)
        self._idle.append(batches)
        if unknown is not None:
            codes[unknown] = self._ledger.unknown
        return decided_table(self._ledger, codes, edition, self._editions)

    def _taken(self) -> dict[int, Batch]:
        try:
            return self._idle.pop()
        except IndexError:
            return {}

    def _number(self, answers: Answers) -> int:
        with self._lock:
            number = self._numbers.setdefault(answers.number, len(self._editions))
            if number == len(self._editions):
                self._editions.append(answers.edition)
            return number

    def _parts(self, start: Answers, rows: int, days: Days | None) -> Iterator[tuple[Answers, Codes | None]]:
        """The editions that judge, and the rows each does (None: all of them). A row without a day has none."""
        if days is None or not rows:
            yield start, None
            return
        nowhere = np.isnat(days)
        stated = days[~nowhere] if nowhere.any() else days
        if len(stated):
            yield from self._stretches(days, stated.min(), stated.max(), whole=len(stated) == rows)
        if len(stated) < rows:
            yield Answers(start.tables, -1), np.flatnonzero(nowhere) if len(stated) else None

    def _stretches(self, days: Days, first: Any, last: Any, whole: bool) -> Iterator[tuple[Answers, Codes | None]]:
        while first <= last:
            answers, end = self._in_force(first.astype(datetime.date))
            if whole and last < np.datetime64(end):
                yield answers, None
                return
            whole = False
            where = np.flatnonzero((days >= first) & (days < np.datetime64(end)))
            if len(where):
                yield answers, where
            if end >= DISTANT_FUTURE:
                return
            first = np.datetime64(end)


def _without_unknown(coded: dict[int, Column], rows: int) -> NDArray[np.bool_] | None:
    """The rows with an unknown code (None: there is none), which is taken out of the columns."""
    found: NDArray[np.bool_] | None = None
    for axis, column in coded.items():
        if not isinstance(column, int) and column.dtype.kind == "i" and rows and int(column.min()) < 0:
            unknown = column < 0
            coded[axis] = np.where(unknown, column.dtype.type(0), column)
            found = unknown if found is None else found | unknown
    return found


def _cut(column: Column, where: Codes) -> Column:
    return column if isinstance(column, int) else column[where]
