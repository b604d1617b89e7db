"""Legal time in Paris: seconds since 1970 (UTC) to what a clock on the wall shows, and the year of the sample."""

from __future__ import annotations

import datetime
from functools import cache
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from habilitation.sample.draw import Ints

MINUTE, HOUR, DAY = 60, 3600, 86_400
NEVER = 2**40  # an end that is not known; its opposite, a beginning that is not
_YEARS = range(2009, 2031)
_EPOCH = datetime.date(1970, 1, 1).toordinal()
_FIRST_DAY = datetime.date(_YEARS[0], 1, 1).toordinal() - _EPOCH
_LAST_DAY = datetime.date(_YEARS[-1], 12, 31).toordinal() - _EPOCH
_SUMMER, _WINTER = 2 * HOUR, HOUR


def _last_sunday(year: int, month: int) -> int:
    """Seconds at 01:00 UTC of the last Sunday of a month of 31 days, when Europe moves its clocks."""
    last = datetime.date(year, month, 31)
    return (last.toordinal() - (last.weekday() + 1) % 7 - _EPOCH) * DAY + HOUR


# Summer begins at the even ones. Without a time zone database: some machines have none.
_CHANGES: Ints = np.array([_last_sunday(year, month) for year in _YEARS for month in (3, 10)], dtype=np.int64)


def offsets(instants: Ints) -> Ints:
    """By how many seconds the clock in Paris is ahead of UTC."""
    summer = np.searchsorted(_CHANGES, instants, side="right") % 2 == 1
    return np.where(summer, _SUMMER, _WINTER)


def paris(year: int, month: int, day: int, hour: int = 0, minute: int = 0) -> int:
    """The instant of a date and time in Paris (the first, when clocks show it twice)."""
    days = datetime.date(year, month, day).toordinal() - _EPOCH
    shown = days * DAY + hour * HOUR + minute * MINUTE
    return shown - int(offsets(np.array([shown - _SUMMER]))[0])


def midnights(first: datetime.date, count: int) -> Ints:
    """The first instants of days that follow each other."""
    days = [first + datetime.timedelta(number) for number in range(count)]
    return np.array([paris(day.year, day.month, day.day) for day in days], dtype=np.int64)


FIRST_DAY = datetime.date(2024, 10, 1)
DAYS = 365
MIDNIGHTS = midnights(FIRST_DAY, DAYS + 1)
START, END = int(MIDNIGHTS[0]), int(MIDNIGHTS[-1])  # of the year of the log
_CALENDAR = [FIRST_DAY + datetime.timedelta(number) for number in range(DAYS)]
MONTH_OF_DAY = np.array([(day.year - 2024) * 12 + day.month - 10 for day in _CALENDAR], dtype=np.int64)
WEEKEND = np.array([day.weekday() >= 5 for day in _CALENDAR])  # noqa: PLR2004  # Saturday and Sunday
MONTHS = 12
MONTH_STARTS = MIDNIGHTS[np.searchsorted(MONTH_OF_DAY, np.arange(MONTHS + 1))]


@cache
def _dates() -> Any:
    texts = [datetime.date.fromordinal(day + _EPOCH).isoformat() + "T" for day in range(_FIRST_DAY, _LAST_DAY + 1)]
    return pa.array(texts)


@cache
def _clocks() -> Any:
    seconds = range(DAY)
    return pa.array([f"{at // HOUR:02}:{at // MINUTE % 60:02}:{at % 60:02}" for at in seconds])


def written(instants: Ints, *, with_offset: bool = True) -> Any:
    """RFC 3339 texts in Paris time, or date-times without their offset; null where nothing is known."""
    known = np.abs(instants) < NEVER
    ahead = offsets(instants)
    shown = np.where(known, instants + ahead, _FIRST_DAY * DAY)
    parts = [
        _dates().take(pa.array(shown // DAY - _FIRST_DAY)),
        _clocks().take(pa.array(shown % DAY)),
        *([_OFFSETS.take(pa.array(ahead // HOUR - 1))] if with_offset else []),
    ]
    return pc.if_else(pa.array(known), pc.binary_join_element_wise(*parts, ""), pa.scalar(None, pa.string()))


_OFFSETS = pa.array(["+01:00", "+02:00"])
