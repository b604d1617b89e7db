"""A column of instants as days: each row is judged by the edition in force on its day."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from habilitation.decided.columns.reading import is_null
from habilitation.diagnostic import RequestError
from habilitation.vocabulary import DISTANT_FUTURE, DISTANT_PAST, as_date

AT = "at"
Days = NDArray[np.datetime64]
_FIRST, _LAST = np.datetime64(DISTANT_PAST), np.datetime64(DISTANT_FUTURE - datetime.timedelta(1))


def from_array(column: Any) -> Days:
    """Days of a numpy column of dates, date-times or ISO 8601 texts; NaT where there is none. Raises RequestError."""
    if isinstance(column, np.ma.MaskedArray):
        days = from_array(column.data)
        return np.where(np.ma.getmaskarray(column), np.datetime64("NaT"), days)
    if column.dtype.kind == "M":
        return from_days(column.astype("datetime64[D]"))
    if column.dtype.kind in "UOT":
        return from_values(column.tolist())
    raise refusal(str(column.dtype))


def from_values(values: Iterable[Any]) -> Days:
    """Days of dates, date-times (of their own time zone) or ISO 8601 texts. Raises RequestError."""
    try:
        return from_days(np.array([None if is_null(one) else as_date(one) for one in values], "datetime64[D]"))
    except ValueError as error:
        raise RequestError("invalid_date", str(error), AT) from None


def from_days(days: Any) -> Days:
    """Days within the calendar: before it nothing was in force, after it nothing changes."""
    if len(days) and days.min() >= _FIRST and days.max() <= _LAST:  # false of NaT
        within: Days = days
        return within
    clipped: Days = np.clip(days, _FIRST, _LAST)
    return clipped


def refusal(kind: str) -> RequestError:
    """The refusal of a column of another type."""
    return RequestError("wrong_type", f"`{AT}` takes dates, date-times or ISO 8601 texts, not {kind}", AT)
