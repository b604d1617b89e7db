"""The dates of a rule or of an edition of a matrix: each a day earlier, a day later, or gone."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from dataclasses import dataclass

from habilitation.authoring.mutation.mutant import Operator
from habilitation.checked.policy import Period
from habilitation.source import Span, Word
from habilitation.vocabulary import DISTANT_FUTURE, DISTANT_PAST

_DAY = datetime.timedelta(1)


@dataclass(frozen=True, slots=True)
class Dates:
    """The days as they are written; one that is not written cannot move."""

    start: Word | None
    end: Word | None
    known: Word | None


@dataclass(frozen=True, slots=True)
class Redating:
    """Other days for the same thing."""

    operator: Operator
    before: str
    after: str
    span: Span
    applicable: Period
    known: datetime.date


def redatings(dates: Dates, applicable: Period, known: datetime.date) -> Iterator[Redating]:
    """Every date moved by a day both ways, then dropped; a period that would hold no day is left out."""
    for clause, word, day, unbound in (
        ("applicable from", dates.start, applicable.start, DISTANT_PAST),
        ("applicable until", dates.end, applicable.end, DISTANT_FUTURE),
        ("known from", dates.known, known, DISTANT_PAST),
    ):
        if word is None:
            continue
        for moved in (day - _DAY, day + _DAY, unbound):
            period, learnt = applicable, known
            if clause == "applicable from":
                period = Period(moved, applicable.end)
            elif clause == "applicable until":
                period = Period(applicable.start, moved)
            else:
                learnt = moved
            if period.start < period.end:
                operator = Operator.DATE_DROPPED if moved == unbound else Operator.DATE_SHIFTED
                after = "" if moved == unbound else f"{clause} {moved}"
                yield Redating(operator, f"{clause} {day}", after, word.span, period, learnt)
