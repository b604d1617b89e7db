"""From written days to days and periods."""

from __future__ import annotations

import datetime
from collections.abc import Iterator

from habilitation.checked.policy import Period
from habilitation.diagnostic import Diagnostic, Severity
from habilitation.source import Word
from habilitation.vocabulary import DISTANT_FUTURE, DISTANT_PAST
from habilitation.written.syntax import as_day, keywords_of


def bad_day(word: Word | None) -> Iterator[Diagnostic]:
    """A date that is not one."""
    if word is not None and as_day(word) is None:
        yield Diagnostic("invalid_date", f"`{word}` is not a date", word.span, "write YYYY-MM-DD")


def period(start: Word | None, end: Word | None, found: list[Diagnostic]) -> Period:
    """A period from its written bounds; an empty one is a mistake."""
    found.extend(bad_day(start))
    found.extend(bad_day(end))
    first = (as_day(start) if start else None) or DISTANT_PAST
    last = (as_day(end) if end else None) or DISTANT_FUTURE
    if first >= last and end is not None:
        sentence = f"there is no day from `{start or first}` until `{end}`"
        found.append(
            Diagnostic(
                "empty_period",
                sentence,
                end.span,
                f"`{keywords_of(end.span.source)['until']}` is the first day outside",
            )
        )
        return Period(first, DISTANT_FUTURE)
    return Period(first, last)


def known_from(word: Word | None, found: list[Diagnostic]) -> Period:
    """The day from which something is known; always, when nothing is said."""
    return period(word, None, found)


def last_days_excluded(periods: list[tuple[Word | None, Word | None]]) -> Iterator[Diagnostic]:
    """Ends on the last day of a month, which a reader of "until 31 December" takes to be inside.

    Where another of the periods begins on that day, the end is meant.
    """
    starts = {as_day(start) for start, _ in periods if start is not None}
    for _, end in periods:
        day = as_day(end) if end is not None else None
        if end is None or day is None or day in starts or day == DISTANT_FUTURE:
            continue
        after = day + datetime.timedelta(1)
        if after.day == 1:
            sentence = f"`{keywords_of(end.span.source)['until']}` excludes `{end}`, the last day of a month"
            way_out = f"to include it, write `{after}`: an end is usually the first of a month"
            yield Diagnostic("last_day_excluded", sentence, end.span, way_out, Severity.WARNING)
