"""FHIR periods, whose end is included, as half-open intervals."""

from __future__ import annotations

import datetime
import re

from habilitation.audit.intake.fhir_shapes import Period

_TEXT = re.compile(r"(\d{4})(?:-(\d\d)(?:-(\d\d)(T\S+)?)?)?\Z")
_EPOCH = datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)
_FRACTION = re.compile(r"\.(\d{1,6})")


def half_open(period: Period | None) -> tuple[str | None, str | None]:
    """Where it begins and what first follows it, as texts: null where it is open; what is no date is left as it is."""
    if period is None:
        return None, None
    return begins(period.start), ends(period.end)


def begins(text: str | None) -> str | None:
    """`2013-01-01` for `2013`; a date or an instant is itself."""
    found = _TEXT.match(text) if text else None
    return text if found is None or found.group(3) else f"{found.group(1)}-{found.group(2) or '01'}-01"


def ends(text: str | None) -> str | None:
    """What follows an end that is included: the next day of a date, the next second of an instant in seconds.

    The end of the calendar is no end.
    """
    found = _TEXT.match(text) if text else None
    if text is None or found is None:
        return text
    year, month, day, time = found.groups()
    try:
        if time:
            return _after(text)
        first = datetime.date(int(year), int(month or 12), int(day or 1))
        step = datetime.timedelta(days=1 if day else 31)
        following = first + step
        return (following if day else following.replace(day=1)).isoformat()
    except OverflowError:
        return None
    except ValueError:
        return text


def _after(text: str) -> str:
    instant = datetime.datetime.fromisoformat(text)  # with its zone, if it has one
    fraction = _FRACTION.search(text)
    step = 10 ** (6 - len(fraction.group(1))) if fraction else 1_000_000
    timespec = "auto" if fraction is None else "milliseconds" if len(fraction.group(1)) <= 3 else "microseconds"  # noqa: PLR2004  # milli
    return (instant + datetime.timedelta(microseconds=step)).isoformat(timespec=timespec)


def common(one: tuple[str | None, str | None], other: tuple[str | None, str | None]) -> tuple[str | None, str | None]:
    """What two half-open intervals have in common: the later start and the earlier end."""
    starts = [text for text in (one[0], other[0]) if text]
    stops = [text for text in (one[1], other[1]) if text]
    return max(starts, key=_moment, default=None), min(stops, key=_moment, default=None)


def until_changed(one: tuple[str | None, str | None], last: str | None) -> tuple[str | None, str | None] | None:
    """As much of a half-open interval as comes before a last change, itself included; None when that is nothing."""
    end = ends(last)
    if end and one[0] and _moment(end) <= _moment(one[0]):
        return None
    return common(one, (None, end))


def _moment(text: str) -> tuple[int, datetime.timedelta, str]:
    """An order on dates and instants; what is neither comes last."""
    try:
        instant = datetime.datetime.fromisoformat(text)
    except ValueError:
        return 1, datetime.timedelta(), text
    # Not `astimezone`: on the first and the last day of the calendar, it would leave it.
    since = instant.replace(tzinfo=datetime.UTC) - _EPOCH
    return 0, since - (instant.utcoffset() or datetime.timedelta()), ""
