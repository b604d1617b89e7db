"""Instants as people write them: RFC 3339, in the zone of the audit."""

from __future__ import annotations

import datetime
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

_QUARTER = 900_000_000  # microseconds: every offset of a zone, and its every change, is a whole number of quarters


class Clock:
    """Local times of instants; the offset of each quarter of an hour is asked once."""

    def __init__(self, zone: str) -> None:
        self._zone = ZoneInfo(zone)
        self._offsets: dict[int, datetime.timedelta] = {}

    def times(self, instants: NDArray[np.int64]) -> list[str]:
        """One text an instant (microseconds, UTC); fractions of a second only where there are some."""
        quarters, where = np.unique(instants // _QUARTER, return_inverse=True)
        offsets = [self._offset(quarter) for quarter in quarters.tolist()]
        moved = np.array([offset // datetime.timedelta(microseconds=1) for offset in offsets], np.int64)
        suffixes = [_suffix(offset) for offset in offsets]
        local = instants + moved[where]
        exact = np.datetime_as_string((local // 1_000_000).astype("datetime64[s]")).tolist()
        micros = (local % 1_000_000).tolist()
        return [
            f"{text}.{part:06d}{suffixes[number]}" if part else text + suffixes[number]
            for text, part, number in zip(exact, micros, where.tolist(), strict=True)
        ]

    def time(self, instant: int) -> str:
        """The text of one instant."""
        return self.times(np.array([instant], np.int64))[0]

    def _offset(self, quarter: int) -> datetime.timedelta:
        if quarter not in self._offsets:
            moment = datetime.datetime.fromtimestamp(quarter * (_QUARTER // 1_000_000), self._zone)
            self._offsets[quarter] = moment.utcoffset() or datetime.timedelta(0)
        return self._offsets[quarter]


def _suffix(offset: datetime.timedelta) -> str:
    minutes = offset // datetime.timedelta(minutes=1)
    hours, minutes = divmod(abs(minutes), 60)
    return f"{'-' if offset < datetime.timedelta(0) else '+'}{hours:02d}:{minutes:02d}"
