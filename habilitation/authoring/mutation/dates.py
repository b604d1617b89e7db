"""The dates of a rule or of an edition of a matrix: each a day earlier, a day later, or gone."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from dataclasses import dataclass

from habilitation.authoring.mutation.mutant import Operator
from habilitation.checked.policy import Period
from habilitation.source import Span, Word
from habilitation.vocabulary import DISTANT_FUTURE, DISTANT_PAST
from habilitation.written.syntax import Keywords

_DAY = datetime.timedelta(1)


@dataclass(frozen=True, slots=True)
class Said:
    """How each day is written where it stands; `%s` is the day."""

    start: str
    end: str
    known: str


IN_A_MATRIX = Said("applicable: {from: %s}", "applicable: {until: %s}", "known: {from: %s}")


def in_a_rule(words: Keywords) -> Said:
    """The clauses of a rule, with the keywords of its file."""
    applicable = words["applicable"]
    return Said(
        f"{applicable} {words['from']} %s", f"{applicable} {words['until']} %s", f"{words['known']} {words['from']} %s"
    )


@dataclass(frozen=True, slots=True)
class Dates:
    """The days as they are written; one that is not written cannot move."""

    start: Word | None
    end: Word | None
    known: Word | None
    said: Said


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
    said = dates.said
    for clause, word, day, unbound in (
        (said.start, dates.start, applicable.start, DISTANT_PAST),
        (said.end, dates.end, applicable.end, DISTANT_FUTURE),
        (said.known, dates.known, known, DISTANT_PAST),
    ):
        if word is None:
            continue
        for moved in (day - _DAY, day + _DAY, unbound):
            period, learnt = applicable, known
            if clause == said.start:
                period = Period(moved, applicable.end)
            elif clause == said.end:
                period = Period(applicable.start, moved)
            else:
                learnt = moved
            if period.start < period.end:
                operator = Operator.DATE_DROPPED if moved == unbound else Operator.DATE_SHIFTED
                after = "" if moved == unbound else clause % moved
                yield Redating(operator, clause % day, after, word.span, period, learnt)
