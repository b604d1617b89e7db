"""What ties one professional, or one unit, to one patient, beside the stays."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from habilitation.sample.clock import DAY, END, HOUR, NEVER, START
from habilitation.sample.draw import Draw, Ints
from habilitation.sample.patients import (
    BLOCKS,
    LONG_AGO,
    LONG_STAYING,
    ORDINARY,
    SENDS_AWAY,
    SHARED,
    Patients,
)
from habilitation.sample.people import STRUCTURES, Staff

# One kind of town doctor for each relation, so that a pair has one relation at most.
CALLED, ASKED, AUTHORISED, EXPIRED, TREATING, RESIDENT, EXAMINED, UNRELATED = range(8)
_EARLY = 0.5  # of the patients agreed before their first stay here


@dataclass(frozen=True, slots=True)
class Ties:
    """Patients and actors (professionals, or units) tied from `start` to `stop`; a patient is there once at most."""

    patient: Ints
    actor: Ints
    start: Ints
    stop: Ints


@dataclass(frozen=True, slots=True)
class Relations:
    """`town` by kind, from CALLED to EXAMINED; whom patients block or send away; admissions cancelled after all.

    `agreed` is when each patient first consented, by patient.
    """

    town: tuple[Ties, ...]
    blocked: Ties
    sent_away: Ties
    cancelled: Ties
    agreed: Ints


def related(draw: Draw, staff: Staff, patients: Patients) -> Relations:
    ordinary = patients.of_kind(ORDINARY)
    count = max(2, len(patients.kind) // 50)
    town = tuple(_tied(draw, staff, ordinary, count, kind) for kind in range(UNRELATED))
    away, blocking = patients.of_kind(SENDS_AWAY), patients.of_kind(BLOCKS)
    agreed = np.where(draw.uniform(len(patients.kind)) < _EARLY, LONG_AGO, patients.admitted)
    agreed[np.isin(patients.kind, (SHARED, LONG_STAYING))] = LONG_AGO
    for kind in (CALLED, TREATING):  # they rely on a consent given before
        agreed[town[kind].patient] = LONG_AGO
    return Relations(
        town=town,
        blocked=Ties(
            blocking,
            staff.benches["shunned"].one(draw, patients.unit[patients.last[blocking]]),
            patients.start[patients.last[blocking]],
            patients.discharged[blocking] + 3 * DAY,
        ),
        sent_away=Ties(
            away,
            staff.benches["shunned"].one(draw, patients.unit[patients.last[away]]),
            patients.start[patients.last[away]],
            np.full(len(away), NEVER),
        ),
        cancelled=_cancelled(draw, staff, patients, ordinary[draw.distinct(count, len(ordinary))]),
        agreed=agreed,
    )


def _tied(draw: Draw, staff: Staff, ordinary: Ints, count: int, kind: int) -> Ties:
    patient = ordinary[draw.distinct(count, len(ordinary))]
    n = len(patient)
    doctor = staff.benches[f"town {kind}"].one(draw, np.full(n, staff.town))
    start = draw.between(START, END - 90 * DAY, n)
    start -= start % HOUR
    if kind in (TREATING, RESIDENT, EXAMINED):
        return Ties(patient, doctor, np.full(n, LONG_AGO), np.full(n, NEVER))
    return Ties(patient, doctor, start, start + _LASTS[kind])


_LASTS = {CALLED: 30 * DAY, ASKED: HOUR, AUTHORISED: 60 * DAY, EXPIRED: 40 * DAY}


def _cancelled(draw: Draw, staff: Staff, patients: Patients, chosen: Ints) -> Ties:
    """Admissions to the emergency unit of a structure where the patient never stays."""
    unit = staff.emergency((patients.structure[chosen] + 1) % STRUCTURES)
    start = draw.between(START + DAY, END - 10 * DAY, len(chosen))
    start -= start % HOUR
    return Ties(chosen, unit, start, start + 2 * DAY)
