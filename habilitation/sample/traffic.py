"""The ordinary accesses of a hospital, a stretch of days at a time, each permitted because of how it is made."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from habilitation.sample.clock import DAYS, END, HOUR, MIDNIGHTS, MONTH_OF_DAY, START, WEEKEND
from habilitation.sample.codes import (
    AIR,
    CONSULT,
    DEPOSIT,
    DIRECT,
    DONE,
    EXACT,
    FAILED,
    INDIRECT,
    SEARCH,
    TO_TEN_MINUTES,
    TO_THE_HOUR,
    TO_THE_MINUTE,
    cells,
)
from habilitation.sample.draw import Draw, Floats, Ints, cumulative, shared_out
from habilitation.sample.lines import NOTHING, Lines, joined, lines
from habilitation.sample.papers import NOBODY, Papers
from habilitation.sample.patients import LONG_STAYING, NEVER_ASKED, STILL_HERE, Patients
from habilitation.sample.people import STRUCTURES, Staff
from habilitation.sample.scenarios.justified import AIR_EDITION
from habilitation.sample.scenarios.usual import CONSULTATION, DEPOSITING, SEARCHING

_DEPOSITS, _SEARCHES, _IN_AIR, _FAILED = 0.04, 0.06, 0.15, 0.01
_TENS, _HOURLY, _MINUTES = 0.5, 0.2, 0.4  # of the lines of a structure, stamped no finer than that
_TRIES = 7  # at a document that may be opened, before searching instead
# By shift (day, night, office hours, weekend), how busy each hour of the day is.
_DAYTIME = (0,) * 6 + (2, 6, 10, 12, 11, 8, 5, 7, 10, 10, 9, 7, 5, 3, 2, 1, 0, 0)
_NIGHT = (6, 5, 4, 4, 5, 7, 8, 2) + (0,) * 12 + (2, 9, 9, 7)
_OFFICE = (0,) * 8 + (5, 10, 11, 8, 2, 5, 10, 10, 8, 4) + (0,) * 6
_HOURS: Floats = np.stack([cumulative(weights) for weights in (_DAYTIME, _NIGHT, _OFFICE, _DAYTIME)])


@dataclass(frozen=True, slots=True)
class Presence:
    """Which stay is open on which day, by day; `start` bounds the pairs of each day."""

    stay: Ints
    day: Ints
    start: Ints


def present(patients: Patients) -> Presence:
    """Less is opened at weekends, and less of those who stay long: only some of their days count."""
    every = np.flatnonzero(patients.kind[patients.patient] != NEVER_ASKED)
    kind = patients.kind[patients.patient[every]]
    first = np.searchsorted(MIDNIGHTS, np.maximum(patients.start[every], START), side="right") - 1
    last = np.searchsorted(MIDNIGHTS, np.minimum(patients.stop[every], END) - 1, side="right")
    days = np.maximum(last - first, 0)
    stay, kind = np.repeat(every, days), np.repeat(kind, days)
    day = np.repeat(first, days) + np.arange(len(stay)) - np.repeat(np.cumsum(days) - days, days)
    step = np.select([kind == LONG_STAYING, kind == STILL_HERE], [12, 4], 1) * np.where(WEEKEND[day], 2, 1)
    kept = (day + stay) % step == 0
    stay, day = stay[kept], day[kept]
    order = np.argsort(day, kind="stable")
    return Presence(stay[order], day[order], np.searchsorted(day[order], np.arange(DAYS + 1)).astype(np.int64))


def at_work(staff: Staff, patients: Patients, papers: Papers) -> Traffic:
    """The hospital, with what every stretch of days looks up."""
    here = papers.start >= patients.admitted[papers.patient]
    fresh = np.flatnonzero(here & (papers.author != NOBODY) & (np.arange(len(papers)) < papers.own))
    fresh = fresh[np.argsort(papers.start[fresh], kind="stable")]
    return Traffic(staff, patients, papers, present(patients), fresh, papers.start[fresh])


@dataclass(frozen=True, slots=True)
class Traffic:
    """A hospital at work."""

    staff: Staff
    patients: Patients
    papers: Papers
    presence: Presence
    fresh: Ints  # documents that professionals deposit during a stay, by date
    begun: Ints  # when each of them begins

    def stretches(self, seed: int, wanted: int, at_once: int) -> Iterator[tuple[int, Lines]]:
        """`wanted` lines in about `wanted / at_once` stretches of days: the instant each ends, and its lines."""
        count = min(max(-(-wanted // at_once), 1), DAYS)
        edges = np.linspace(0, DAYS, count + 1).astype(np.int64)
        shares = shared_out(wanted, np.diff(self.presence.start[edges]))
        for number in range(count):
            first, last = int(edges[number]), int(edges[number + 1])
            draw = Draw(seed, 5, number)
            deposits = self._deposits(
                draw, int(MIDNIGHTS[first]), int(MIDNIGHTS[last]), int(shares[number] * _DEPOSITS)
            )
            readings = self._readings(draw, first, last, int(shares[number]) - len(deposits["t"]))
            yield int(MIDNIGHTS[last]), self._coloured(draw, joined([deposits, readings]))

    def _deposits(self, draw: Draw, first: int, last: int, most: int) -> Lines:
        """Documents of these days, put in the record by their author the minute they begin."""
        fresh = self.fresh[np.searchsorted(self.begun, first) : np.searchsorted(self.begun, last)]
        paper = fresh[draw.distinct(min(most, len(fresh)), len(fresh))]
        author = self.papers.author[paper]
        n = len(paper)
        return lines(
            self.papers.start[paper] + draw.below(60, n),
            professional=author,
            profile=self.staff.profile[author],
            unit=self.staff.unit[author],
            patient=self.papers.patient[paper],
            document=paper,
            action=DEPOSIT,
            channel=np.where(draw.uniform(n) < 0.3, INDIRECT, DIRECT),  # noqa: PLR2004  # by the structure's certificate
            scenario=DEPOSITING,
        )

    def _readings(self, draw: Draw, first: int, last: int, n: int) -> Lines:
        pairs = self.presence.start[first], self.presence.start[last]
        pair = draw.between(int(pairs[0]), int(pairs[1]), n) if pairs[1] > pairs[0] else np.empty(0, dtype=np.int64)
        stay, day = self.presence.stay[pair], self.presence.day[pair]
        patient, unit = self.patients.patient[stay], self.patients.unit[stay]
        professional = self._on_duty(draw, unit, day)
        opening = np.maximum(self.patients.start[stay], MIDNIGHTS[day])
        closing = np.minimum(self.patients.stop[stay], MIDNIGHTS[day + 1])
        t = self._instants(draw, self.staff.shift[professional], day, opening, closing)
        profile = self.staff.profile[professional]
        document = self._document(draw, patient, profile, t)
        searching = (document == NOTHING) | (draw.uniform(n) < _SEARCHES)
        air = (t >= AIR_EDITION) & (draw.uniform(n) < _IN_AIR)
        return lines(
            t,
            professional=professional,
            profile=profile,
            unit=unit,
            patient=patient,
            document=np.where(searching, NOTHING, document),
            action=np.where(searching, SEARCH, CONSULT),
            channel=np.where(air, AIR, DIRECT),
            scenario=np.where(searching, SEARCHING, CONSULTATION),
        )

    def _on_duty(self, draw: Draw, unit: Ints, day: Ints) -> Ints:
        return self.staff.on_duty(draw, unit, MONTH_OF_DAY[day], WEEKEND[day].astype(np.int64))

    def _instants(self, draw: Draw, shift: Ints, day: Ints, opening: Ints, closing: Ints) -> Ints:
        """Instants of the shift on that day; any instant of the stay on that day when the shift offers none."""
        n = len(day)
        hour = (draw.uniform(n)[:, None] >= _HOURS[shift]).sum(axis=1)
        t = MIDNIGHTS[day] + hour * HOUR + draw.below(HOUR, n)
        # Two seconds are left for the server's own line of the same gesture.
        fits = (opening <= t) & (t < closing - 2)
        return np.where(fits, t, draw.between(opening, closing - 2, n))

    def _document(self, draw: Draw, patient: Ints, profile: Ints, t: Ints) -> Ints:
        """A document that each may open at that instant, or NOTHING when a few tries found none."""
        papers, open_to = self.papers, cells().permitted
        first = papers.first[patient]
        many = papers.next[patient] - first
        found = np.full(len(t), NOTHING)
        for _ in range(_TRIES):
            paper = first + draw.below(many)
            fits = (papers.start[paper] <= t) & open_to[profile, papers.type[paper]] & ~papers.masked(paper, t)
            found = np.where((found == NOTHING) & fits, paper, found)
        return found

    def _coloured(self, draw: Draw, found: Lines) -> Lines:
        """The stamps of each structure's system, and the accesses that broke down."""
        n = len(found["t"])
        structure = self.staff.structure[found["unit"]]
        drawn = draw.uniform(n)
        second, third = structure == 1, structure == STRUCTURES - 1
        stamped = [second & (drawn < _TENS), second & (drawn < _TENS + _HOURLY), third & (drawn < _MINUTES)]
        grain = np.select(stamped, [TO_TEN_MINUTES, TO_THE_HOUR, TO_THE_MINUTE], EXACT)
        outcome = np.where(draw.uniform(n) < _FAILED, FAILED, DONE)
        return found | {"grain": grain, "outcome": outcome}
