"""The interval of instants that a stamp may stand for: rounded, in a zone, or in an hour that comes twice."""

from __future__ import annotations

import datetime
from typing import Any

import numpy as np
import pyarrow as pa

from habilitation.audit.asked import Asked
from habilitation.audit.intake.instants import (
    A_DAY,
    ABSENT,
    FIRST_YEAR,
    LAST_YEAR,
    NAIVE,
    OUT_OF_RANGE,
    UNREADABLE,
    from_timestamps,
    written_instants,
)
from habilitation.audit.intake.mapping import TableMapping
from habilitation.audit.intake.rejecting import Faults
from habilitation.audit.intake.texts import plain, tidy
from habilitation.audit.intake.zones import DAY, Zone, zone

_SHAPES = "`2025-06-27T18:03:04+02:00`, `2025-06-27 18:03` or `27/06/2025 18:03`"


class Clock:
    """Reads the times of one table. `granularity` in microseconds, of lines that state none; 0 when exact."""

    def __init__(self, asked: Asked, mapping: TableMapping) -> None:
        name = mapping.zone or asked.zone
        self._zone = zone(name) if name else None
        self._calendar = asked.calendar
        stated = (asked.granularity or datetime.timedelta()) // datetime.timedelta(microseconds=1)
        self.granularity = mapping.granularity or stated

    def intervals(self, column: Any, granularity: Any, faults: Faults) -> tuple[Any, Any]:
        """First instant and end (excluded) of each stamp; `granularity` is one number, or one a row."""
        first, last, how = self._read(column, "time", faults)
        faults.add(how == A_DAY, "bad_time", f"a day and no time: write {_SHAPES}")
        rounded = np.broadcast_to(np.maximum(granularity, 1), first.shape)
        end = last + rounded
        days = (rounded % DAY == 0) & (how != ABSENT)
        if days.any():
            first, end = first.copy(), end.copy()
            first[days], end[days] = self._whole_days(first[days], last[days], rounded[days])
        return first, end

    def instants(self, column: Any, name: str, nothing: int, faults: Faults) -> Any:
        """An instant a row; a day alone is its midnight, what is absent is `nothing`.

        An hour that comes twice is read where it makes a period the longest: the end of one, late; all else, early.
        """
        if column is None:
            return np.full(faults.rows, nothing, dtype=np.int64)
        first, last, how = self._read(column, name, faults, absent_is_wrong=False)
        found = last if name == "valid_to" else first
        found[how == ABSENT] = nothing
        return found

    def _read(self, column: Any, name: str, faults: Faults, *, absent_is_wrong: bool = True) -> tuple[Any, Any, Any]:
        typed = pa.types.is_temporal(column.type)
        texts = column if typed else tidy(plain(column))
        first, how = from_timestamps(column) if typed else written_instants(texts)
        if absent_is_wrong:
            faults.add(how == ABSENT, f"missing_{name}", f"no `{name}`")
        _tell(texts, how == UNREADABLE, faults, "bad_time", f"is no date-time: write {_SHAPES}")
        sentence = f"a year out of {FIRST_YEAR} to {LAST_YEAR}"
        faults.add(how == OUT_OF_RANGE, "year_out_of_range", sentence)
        last = first.copy()
        local = np.flatnonzero((how == NAIVE) | (how == A_DAY))
        if len(local):
            self._place(local, first, last, how, faults)
        return first, last, how

    def _place(self, local: Any, first: Any, last: Any, how: Any, faults: Faults) -> None:
        """Local times in the zone of the table."""
        naive = np.zeros(len(how), dtype=bool)
        naive[local] = True
        if self._zone is None:
            told = "a time without an offset, and no zone is declared"
            faults.add(naive, "no_zone", told)
            return
        earliest, latest, never = self._zone.instants(first[local])
        first[local], last[local] = earliest, latest
        skipped = np.zeros(len(how), dtype=bool)
        skipped[local] = never & (how[local] == NAIVE)  # midnight of a day that begins at one o'clock is its beginning
        faults.add(
            skipped, "missing_hour", f"a time that was skipped when the clocks went forward in {self._zone.name}"
        )

    def _whole_days(self, first: Any, last: Any, length: Any) -> tuple[Any, Any]:
        """Days are those of the calendar, 23 or 25 hours long twice a year."""
        calendar: Zone = self._zone or zone(self._calendar)
        start = calendar.local(first) // DAY * DAY
        end = calendar.local(last) // DAY * DAY + length
        return calendar.instants(start)[0], calendar.instants(end)[0]


def _tell(texts: Any, wrong: Any, faults: Faults, code: str, sentence: str) -> None:
    """The rows that cannot be read, each with what it says."""
    places = np.flatnonzero(wrong)
    if not len(places):
        return
    coded = texts.take(pa.array(places)).dictionary_encode()
    kinds = np.zeros(len(wrong), dtype=np.int32)
    kinds[places] = np.asarray(coded.indices) + 1
    faults.add_each(kinds, [(code, f"`{text[:80]}` {sentence}") for text in coded.dictionary.to_pylist()])
