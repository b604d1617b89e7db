"""Written date-times to microseconds, column by column: RFC 3339 and French, to the minute or finer."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import pyarrow as pa

from habilitation.audit.intake.texts import bounds
from habilitation.audit.intake.zones import DAY, SECOND

# How a date-time was written. INVARIANT (nothing guessed): only those before ABSENT come with a number.
AWARE, NAIVE, AWARE_TO_MINUTE, NAIVE_TO_MINUTE, A_DAY, ABSENT, UNREADABLE, TOO_EARLY, TOO_LATE = range(9)
_TO_MINUTE = AWARE_TO_MINUTE - AWARE  # and of NAIVE too: what is added when no second is written

FIRST_YEAR, LAST_YEAR = 1900, 2200
_MONTHS = np.arange(f"{FIRST_YEAR}-01", f"{LAST_YEAR + 1}-02", dtype="datetime64[M]")
_MONTHS = _MONTHS.astype("datetime64[D]").astype(np.int64)
_DAYS = np.diff(_MONTHS)
_YEARS = int(_MONTHS[12] * DAY), int(_MONTHS[-14] * DAY)  # within which no offset leads out of the range
_NINE = np.uint8(9)
_CLOCK_MARKS = {10: "T t", 13: ":"}
_TAIL_MARKS = {"Z": "Zz", "+": "+-", ":": ":"}
_LONGEST = len("2025-06-27T18:03:04.123456789+02:00")
_AFTER_HOURS, _MINUTES_END, _SECONDS_END = 13, 16, 19
_TAILS = ("", "Z", "+00:00", "+0000", "+00")
_FRACTION_AT_MOST = 9


@dataclass(frozen=True, slots=True)
class _Style:
    """Where the parts of a date stand."""

    year: int
    month: int
    day: int
    marks: dict[int, str]


_STYLES = (_Style(0, 5, 8, {4: "-", 7: "-"}), _Style(6, 3, 0, {2: "/", 5: "/"}))


def written_instants(texts: Any) -> tuple[Any, Any]:
    """Microseconds (UTC, or local when NAIVE or A_DAY) and how each text was written, for a string array."""
    starts, lengths, data = bounds(texts)
    found = _at_once(texts, starts, lengths, data)
    return found if found is not None else _one_by_one(starts, lengths, data)


def _at_once(texts: Any, starts: Any, lengths: Any, data: Any) -> tuple[Any, Any] | None:
    """What `_one_by_one` finds, when all texts are to the minute or finer, and all with an offset or all without.

    Read by pyarrow, eight times as fast. It refuses all that we refuse, and more, but for an hour alone; None then.
    """
    some = lengths > 0
    there = starts if some.all() else starts[some]
    if not len(there) or lengths[some].min() < _MINUTES_END or (data[there + _AFTER_HOURS] != ord(":")).any():
        return None
    for kind, zone in ((AWARE, "UTC"), (NAIVE, None)):
        try:
            read = texts.cast(pa.timestamp("us", zone)).cast(pa.int64())
        except pa.ArrowInvalid:
            continue
        instants = np.array(read.fill_null(0))
        how = np.full(len(texts), kind, dtype=np.uint8)
        how[some] += _TO_MINUTE * _without_seconds(there, lengths[some], data)
        how[~some] = ABSENT
        # A written year may be out of range where the instant is not: near the ends, years are looked at.
        return (instants, how) if _YEARS[0] < instants.min() and instants.max() < _YEARS[1] else None
    return None


def _without_seconds(starts: Any, lengths: Any, data: Any) -> Any:
    """Which texts write no second, as 0 or 1: what follows their minutes is their end or their offset."""
    found = np.ones(len(starts), dtype=np.uint8)
    longer = lengths > _MINUTES_END
    found[longer] = data[starts[longer] + _MINUTES_END] != ord(":")
    return found


def _one_by_one(starts: Any, lengths: Any, data: Any) -> tuple[Any, Any]:
    """Texts of every shape, those of one length together."""
    instants = np.zeros(len(starts), dtype=np.int64)
    how = np.full(len(starts), UNREADABLE, dtype=np.uint8)
    how[lengths == 0] = ABSENT
    for length in np.flatnonzero(np.bincount(np.minimum(lengths, _LONGEST + 1))).tolist():
        if not _STYLES[0].day < length <= _LONGEST:
            continue
        rows = np.flatnonzero(lengths == length)
        _read_rows(_letters(starts, rows, length, data), rows, instants, how)
    return instants, how


def _letters(starts: Any, rows: Any, length: int, data: Any) -> Any:
    """The letters of texts of one length, an array a position."""
    first = int(starts[rows[0]])
    if int(starts[rows[-1]]) - first == (len(rows) - 1) * length:  # side by side: nothing to gather
        return np.ascontiguousarray(data[first : first + len(rows) * length].reshape(-1, length).T)
    return np.stack([data[starts[rows] + place] for place in range(length)])


def _read_rows(letters: Any, rows: Any, instants: Any, how: Any) -> None:
    ways = [(style, layout) for style in _STYLES for layout in _layouts(len(letters))]
    # A column is written in one way, or nearly: the way of its first row is tried first.
    ways.sort(key=lambda way: bool(_parsed(letters[:, :1], *way)[1][0] == UNREADABLE))
    for way in ways:
        value, kind = _parsed(letters, *way)
        read = kind != UNREADABLE
        if read.all():
            instants[rows], how[rows] = value, kind
            return
        instants[rows[read]], how[rows[read]] = value[read], kind[read]
        letters, rows = letters[:, ~read], rows[~read]


@cache
def _layouts(length: int) -> tuple[tuple[int, int, str], ...]:
    """The ways (end of the clock, digits of a fraction, tail) a date-time may have that many letters."""
    return tuple(_possible(length))


def _possible(length: int) -> Iterator[tuple[int, int, str]]:
    if length == len("2025-06-27"):
        yield 0, 0, ""
    for tail in _TAILS:
        if length == _MINUTES_END + len(tail):
            yield _MINUTES_END, 0, tail
        digits = length - _SECONDS_END - len(tail) - 1
        if digits == -1 or 1 <= digits <= _FRACTION_AT_MOST:
            yield _SECONDS_END, max(digits, 0), tail


def _parsed(letters: Any, style: _Style, layout: tuple[int, int, str]) -> tuple[Any, Any]:
    """Microseconds and kind of texts of one length, read as if all were written that way."""
    clock_end, digits, tail = layout
    marks = {**style.marks, **(_CLOCK_MARKS if clock_end else {}), **({16: ":"} if clock_end == _SECONDS_END else {})}
    marks |= {clock_end: ".,"} if digits else {}
    start = len(letters) - len(tail)
    marks |= {start + place: _TAIL_MARKS[mark] for place, mark in enumerate(tail) if mark in _TAIL_MARKS}
    figures = letters - np.uint8(ord("0"))  # wraps: what is no digit is past 9
    numeric = [place for place in range(len(letters)) if place not in marks]
    wrong = np.bitwise_or.reduce(figures[numeric] > _NINE, axis=0)
    for place, allowed in marks.items():
        wrong |= ~_among(letters[place], allowed)
    value, early, late = _date(figures, style, wrong)
    kind = np.full(len(wrong), _written(clock_end, tail), dtype=np.uint8)
    if clock_end:
        value += _clock(figures, clock_end, wrong).astype(np.int64) * SECOND
        value += _fraction(figures[clock_end + 1 : clock_end + 1 + digits])
    if len(tail) > 1:
        value -= _ahead(letters[start], figures[start + 1 :], wrong)
    kind[early], kind[late] = TOO_EARLY, TOO_LATE
    kind[wrong] = UNREADABLE
    return value, kind


def _written(clock_end: int, tail: str) -> int:
    """The kind of what is written so."""
    if not clock_end:
        return A_DAY
    return (AWARE if tail else NAIVE) + (_TO_MINUTE if clock_end == _MINUTES_END else 0)


def _among(letters: Any, allowed: str) -> Any:
    found = letters == ord(allowed[0])
    for other in allowed[1:]:
        found |= letters == ord(other)
    return found


def _two(figures: Any, place: int) -> Any:
    return figures[place] * np.uint8(10) + figures[place + 1]


def _date(figures: Any, style: _Style, wrong: Any) -> tuple[Any, Any, Any]:
    """Microseconds of midnight, and which years are too early, and too late."""
    year = _two(figures, style.year).astype(np.int32) * 100 + _two(figures, style.year + 2)
    month, day = _two(figures, style.month), _two(figures, style.day)
    early, late = year < FIRST_YEAR, year > LAST_YEAR
    off = early | late
    wrong |= (month < 1) | (month > 12) | (day < 1) | (day > 31)  # noqa: PLR2004  # of a year, of a month
    index = (year - FIRST_YEAR) * 12 + month - 1
    index[off | wrong] = 0
    first = _MONTHS[index]
    wrong |= ~off & (day > _DAYS[index])
    return (first + day - 1) * DAY, early, late


def _clock(figures: Any, end: int, wrong: Any) -> Any:
    """Seconds since midnight; a leap second is the first of the next minute."""
    hours, minutes = _two(figures, 11), _two(figures, 14)
    wrong |= (hours > 23) | (minutes > 59)  # noqa: PLR2004  # hours of a day
    total = (hours.astype(np.int32) * 60 + minutes) * 60
    if end == _SECONDS_END:
        seconds = _two(figures, 17)
        wrong |= seconds > 60  # noqa: PLR2004  # seconds of a minute
        total += seconds
    return total


def _fraction(figures: Any) -> Any:
    """Microseconds of the digits after the point; what is finer is cut."""
    value = np.zeros(figures.shape[1], dtype=np.int64)
    for figure in figures[:6]:
        value = value * 10 + figure
    return value * 10 ** max(6 - len(figures), 0)


def _ahead(sign: Any, figures: Any, wrong: Any) -> Any:
    """Microseconds by which local time is ahead of UTC, of `+00:00`, `+0000` or `+00`."""
    seconds = _two(figures, 0).astype(np.int32) * 3600
    wrong |= seconds > 23 * 3600
    if len(figures) > 2:  # noqa: PLR2004  # digits of the hours
        minutes = _two(figures, len(figures) - 2)
        wrong |= minutes > 59  # noqa: PLR2004  # minutes of an hour
        seconds += minutes.astype(np.int32) * 60
    return np.where(sign == ord("-"), -seconds, seconds).astype(np.int64) * SECOND


def is_instant(kind: Any) -> bool:
    """Whether an Arrow type is of timestamps or of dates: an hour of no day is a text, and is told to be no time."""
    return bool(pa.types.is_timestamp(kind) or pa.types.is_date(kind))


def from_timestamps(column: Any) -> tuple[Any, Any]:
    """The same of an Arrow column of timestamps or dates; without a zone of its own, it is local."""
    kind = A_DAY if pa.types.is_date(column.type) else NAIVE if column.type.tz is None else AWARE
    micros = column.cast(pa.timestamp("us", tz=getattr(column.type, "tz", None)), safe=False).cast(pa.int64())
    absent = np.asarray(column.is_null())
    instants = np.array(micros.fill_null(0))
    how = np.full(len(instants), kind, dtype=np.uint8)
    how[instants < _MONTHS[0] * DAY] = TOO_EARLY
    how[instants >= _MONTHS[-1] * DAY] = TOO_LATE
    how[absent] = ABSENT
    return instants, how
