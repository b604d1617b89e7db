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
    AWARE_TO_MINUTE,
    FIRST_YEAR,
    LAST_YEAR,
    NAIVE,
    NAIVE_TO_MINUTE,
    TOO_EARLY,
    TOO_LATE,
    UNREADABLE,
    from_timestamps,
    is_instant,
    written_instants,
)
from habilitation.audit.intake.mapping import TableMapping
from habilitation.audit.intake.rejecting import Faults
from habilitation.audit.intake.sentences import any_of, say
from habilitation.audit.intake.texts import plain, tidy
from habilitation.audit.intake.zones import DAY, SECOND, Zone, zone
from habilitation.audit.schema import OPEN_START, OPEN_STOP

_SHAPES = any_of(["`2025-06-27T18:03:04+02:00`", "`2025-06-27 18:03`", "`27/06/2025 18:03`"])
# A year that no calendar of ours reaches, as systems write an end that never comes or a start that always was.
_OPEN = {"valid_from": (TOO_EARLY, OPEN_START), "valid_to": (TOO_LATE, OPEN_STOP)}


class Clock:
    """Reads the times of one table. `granularity` in microseconds, of lines that state none; 0 when exact."""

    def __init__(self, asked: Asked, mapping: TableMapping) -> None:
        name = mapping.zone or asked.zone
        self._zone = zone(name) if name else None
        self._calendar = asked.calendar
        stated = (asked.granularity or datetime.timedelta()) // datetime.timedelta(microseconds=1)
        self.granularity = mapping.granularity or stated

    def intervals(self, column: Any, granularity: Any, faults: Faults) -> tuple[Any, Any]:
        """First instant and end (excluded) of each stamp; `granularity` is one number, or one a row.

        A stamp without seconds lasts its minute, unless it is rounded to more.
        """
        first, last, how = self._read(column, faults)
        faults.add(how == ABSENT, "missing_time", say("missing", name="time"))
        faults.add(how == A_DAY, "bad_time", say("bad_time.day", shapes=_SHAPES))
        rounded = np.broadcast_to(np.maximum(granularity, 1), first.shape)
        to_minute = (how == AWARE_TO_MINUTE) | (how == NAIVE_TO_MINUTE)
        if to_minute.any():
            rounded = np.maximum(rounded, np.where(to_minute, 60 * SECOND, 1))
        end = last + rounded
        days = (rounded % DAY == 0) & (how != ABSENT)
        if days.any():
            first, end = first.copy(), end.copy()
            first[days], end[days] = self._whole_days(first[days], last[days], rounded[days])
        return first, end

    def instants(self, column: Any, name: str, nothing: int, faults: Faults) -> Any:
        """An instant a row; a day alone is its midnight, what is absent is `nothing`.

        An hour that comes twice is read where it makes a period the longest: the end of one, late; all else, early.
        An end in a year too late is open, as is a start in a year too early.
        """
        if column is None:
            return np.full(faults.rows, nothing, dtype=np.int64)
        far, opened = _OPEN.get(name, (ABSENT, nothing))
        first, last, how = self._read(column, faults, far)
        found = last if name == "valid_to" else first
        found[how == ABSENT] = nothing
        found[how == far] = opened
        return found

    def _read(self, column: Any, faults: Faults, far: int = ABSENT) -> tuple[Any, Any, Any]:
        """First and last instants, and how each is written; `far` is the kind of year out of range that is no fault."""
        typed = is_instant(column.type)
        texts = column if typed else tidy(plain(column))
        first, how = from_timestamps(column) if typed else written_instants(texts)
        _tell(texts, how == UNREADABLE, faults)
        sentence = say("year_out_of_range", first=FIRST_YEAR, last=LAST_YEAR)
        faults.add(((how == TOO_EARLY) | (how == TOO_LATE)) & (how != far), "year_out_of_range", sentence)
        last = first.copy()
        local = np.flatnonzero((how == NAIVE) | (how == NAIVE_TO_MINUTE) | (how == A_DAY))
        if len(local):
            self._place(local, first, last, how, faults)
        return first, last, how

    def _place(self, local: Any, first: Any, last: Any, how: Any, faults: Faults) -> None:
        """Local times in the zone of the table."""
        naive = np.zeros(len(how), dtype=bool)
        naive[local] = True
        if self._zone is None:
            faults.add(naive, "no_zone", say("no_zone"))
            return
        earliest, latest, never = self._zone.instants(first[local])
        first[local], last[local] = earliest, latest
        skipped = np.zeros(len(how), dtype=bool)
        skipped[local] = never & (how[local] != A_DAY)  # midnight of a day that begins at one o'clock is its beginning
        faults.add(skipped, "missing_hour", say("missing_hour", zone=self._zone.name))

    def _whole_days(self, first: Any, last: Any, length: Any) -> tuple[Any, Any]:
        """Days are those of the calendar, 23 or 25 hours long twice a year.

        What is midnight in UTC alone stands for that day of UTC too: a log kept in UTC rounds to its days.
        """
        calendar: Zone = self._zone or zone(self._calendar)
        start, end = calendar.local(first) // DAY * DAY, calendar.local(last) // DAY * DAY + length
        starts, ends = calendar.instants(start)[0], calendar.instants(end)[0]
        of_utc = (first % DAY == 0) & (starts != first)
        return np.where(of_utc, np.minimum(starts, first), starts), np.where(
            of_utc, np.maximum(ends, last + length), ends
        )


def _tell(texts: Any, wrong: Any, faults: Faults) -> None:
    """The rows that cannot be read, each with what it says."""
    places = np.flatnonzero(wrong)
    if not len(places):
        return
    coded = texts.take(pa.array(places)).dictionary_encode()
    kinds = np.zeros(len(wrong), dtype=np.int32)
    kinds[places] = np.asarray(coded.indices) + 1
    faults.add_each(
        kinds, [("bad_time", say("bad_time", text=text[:80], shapes=_SHAPES)) for text in coded.dictionary.to_pylist()]
    )
