"""Stamps rounded down: a line is permitted if any instant of its interval is, and accuses nobody falsely."""

from __future__ import annotations

import numpy as np

from habilitation.sample.clock import DAY, HOUR, START
from habilitation.sample.codes import TO_TEN_MINUTES, TO_THE_HOUR
from habilitation.sample.draw import Ints
from habilitation.sample.lines import Lines
from habilitation.sample.patients import LAG, ORDINARY
from habilitation.sample.scenarios.case import DENY, PERMIT, Case, scenario


def _of_the_first_stay(case: Case) -> tuple[Ints, Ints, Ints]:
    """Patients, the unit of their first stay, and when it began."""
    patient = case.draw.among(case.patients.of_kind(ORDINARY), case.n)
    stay = case.patients.first[patient]
    return patient, case.patients.unit[stay], case.patients.start[stay]


def _by_a_doctor(case: Case, patient: Ints, unit: Ints, t: Ints, grain: Ints | int) -> Lines:
    found = case.seen(patient, case.staff.benches["doctors"].one(case.draw, unit), t, unit=unit)
    return case.paper(found) | {"grain": np.broadcast_to(np.asarray(grain), (case.n,)).copy()}


@scenario(PERMIT, "care_team_consultation", share=60)
def rounded_over_an_admission(case: Case) -> Lines:
    """Admitted at 14:20, read at 14:40, stamped 14:00: some instants of the hour are permitted."""
    patient, unit, start = _of_the_first_stay(case)
    t = start + case.draw.below(HOUR - start % HOUR)
    return _by_a_doctor(case, patient, unit, t, TO_THE_HOUR)


@scenario(PERMIT, "care_team_consultation", share=60)
def rounded_over_the_end_of_the_lag(case: Case) -> Lines:
    """Read some minutes after the last instant at which the ward still could, in the same hour as stamped."""
    patient = case.draw.among(case.patients.of_kind(ORDINARY), case.n)
    end = case.patients.discharged[patient] + LAG
    t = end + case.draw.below(HOUR - end % HOUR)
    return _by_a_doctor(case, patient, case.patients.unit[case.patients.last[patient]], t, TO_THE_HOUR)


@scenario(DENY, "no_care_relationship", share=40)
def rounded_before_an_admission(case: Case) -> Lines:
    """The whole interval of the stamp is before the admission: no instant of it is permitted."""
    patient, unit, start = _of_the_first_stay(case)
    t = case.draw.between(np.maximum(start - 2 * DAY, START), start - start % HOUR, case.n)
    grain = np.where(np.arange(case.n) % 2 == 0, TO_THE_HOUR, TO_TEN_MINUTES)
    return _by_a_doctor(case, patient, unit, t, grain)


@scenario(DENY, "no_care_relationship", share=40)
def rounded_after_the_lag(case: Case) -> Lines:
    """The whole interval is after the days that follow the discharge."""
    patient = case.draw.among(case.patients.of_kind(ORDINARY), case.n)
    end = case.patients.discharged[patient] + LAG
    t = case.draw.between(end + HOUR - end % HOUR, end + 3 * DAY, case.n)
    return _by_a_doctor(case, patient, case.patients.unit[case.patients.last[patient]], t, TO_THE_HOUR)


SCENARIOS = (
    rounded_over_an_admission, rounded_over_the_end_of_the_lag, rounded_before_an_admission, rounded_after_the_lag,
)  # fmt: skip
