"""Patients, what sets some of them apart, and their stays."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from habilitation.sample.clock import DAY, END, HOUR, MIDNIGHTS, MINUTE, NEVER, START, paris
from habilitation.sample.draw import Draw, Ints, cumulative
from habilitation.sample.people import STRUCTURES, Staff

# What is said of a patient's whole record. Everything else is said of one professional, or of one document.
(
    ORDINARY, NEVER_ASKED, WITHDREW, CLOSED, OPPOSES_BRIS_DE_GLACE, OPPOSES_CENTRE_15, OPENS_MASKED, BLOCKS, SENDS_AWAY,
    SHARED, LONG_STAYING, STILL_HERE,
) = range(12)  # fmt: skip
FEWEST = 20
LONG_AGO, ADMITTED_LONG_AGO = paris(2022, 3, 1, 9), paris(2024, 8, 15, 11, 20)
LAG = 7 * DAY  # how long a ward may still open the record after the discharge
VISITS_AT_MOST = 3
_HOURS = np.array([8, 10, 26, 30, 49, 52, 74, 78, 99, 121, 146, 171, 200])
_VISITS = cumulative((60, 28, 12))
_THROUGH_EMERGENCIES, _IN_EMERGENCIES = 0.3, 6 * HOUR


@dataclass(frozen=True, slots=True)
class Patients:
    """`kind`, `ward` (of the first visit) and `structure` by patient; stays in the order of patients, then of time.

    `first` and `last` are the first and last stay of each patient; all the stays of a patient are in one structure, at
    least twelve days apart, in `ward` and the next ward of that structure.
    """

    kind: Ints
    ward: Ints
    structure: Ints
    patient: Ints  # of each stay, and so on
    unit: Ints
    start: Ints
    stop: Ints
    first: Ints
    last: Ints

    @property
    def admitted(self) -> Ints:
        return self.start[self.first]

    @property
    def discharged(self) -> Ints:
        return self.stop[self.last]

    def of_kind(self, *kinds: int) -> Ints:
        return np.flatnonzero(np.isin(self.kind, kinds))

    def stays_of(self, *kinds: int) -> Ints:
        return np.flatnonzero(np.isin(self.kind[self.patient], kinds))


def admitted(draw: Draw, count: int, staff: Staff) -> Patients:
    """`count` patients, FEWEST or more."""
    every = FEWEST if count <= 20 * FEWEST else 5 * FEWEST
    kind = draw.distinct(count, count) % every
    kind[kind > STILL_HERE] = ORDINARY
    ward = draw.below(staff.wards, count)
    patient, visit, start, stop = _visits(draw, kind)
    unit = (ward[patient] + np.where(visit % 2 == 1, STRUCTURES, 0)) % staff.wards
    early = (draw.uniform(len(patient)) < _THROUGH_EMERGENCIES) & (kind[patient] != LONG_STAYING)
    patient = np.concatenate([patient, patient[early]])
    unit = np.concatenate([unit, staff.emergency(staff.structure[unit[early]])])
    start, stop = np.concatenate([start, start[early] - _IN_EMERGENCIES]), np.concatenate([stop, start[early]])
    order = np.lexsort((start, patient))
    patient, unit, start, stop = patient[order], unit[order], start[order], stop[order]
    first = np.searchsorted(patient, np.arange(count + 1)).astype(np.int64)
    structure = staff.structure[ward]
    return Patients(kind, ward, structure, patient, unit, start, stop, first[:-1], first[1:] - 1)


def _visits(draw: Draw, kind: Ints) -> tuple[Ints, Ints, Ints, Ints]:
    """Patient, rank, beginning and end of each visit to a ward. No beginning or end is on the hour."""
    count = len(kind)
    visits = 1 + draw.weighted(_VISITS, count)
    visits[np.isin(kind, (LONG_STAYING, STILL_HERE))] = 1
    day = 3 + draw.below(335, count)
    starts, stops = [], []
    for _ in range(VISITS_AT_MOST):
        start = _off_the_hour(draw, MIDNIGHTS[np.minimum(day, len(MIDNIGHTS) - 1)] + 7 * HOUR, 13)
        stop = _off_the_hour(draw, start + draw.among(_HOURS, count) * HOUR, 1)
        starts.append(start)
        stops.append(stop)
        day = (stop - START) // DAY + 14 + draw.below(50, count)
    start, stop = np.stack(starts, axis=1), np.stack(stops, axis=1)
    start[kind == LONG_STAYING, 0] = ADMITTED_LONG_AGO
    stop[np.isin(kind, (LONG_STAYING, STILL_HERE)), 0] = NEVER
    rank = np.arange(VISITS_AT_MOST)
    kept = (rank < visits[:, None]) & ((rank == 0) | (start < END - 20 * DAY))
    patient, visit = np.nonzero(kept)
    return patient, visit, start[kept], stop[kept]


def _off_the_hour(draw: Draw, instants: Ints, hours: int) -> Ints:
    """An instant of the hours that follow, five minutes from a full hour or more."""
    count = len(instants)
    later = instants - instants % HOUR + draw.below(hours, count) * HOUR
    return later + (5 + draw.below(50, count)) * MINUTE
