"""Accesses without a ground: no care relationship, no consent, no open record, or a patient who said no."""

from __future__ import annotations

import numpy as np

from habilitation.sample.clock import DAY, HOUR, MINUTE, START
from habilitation.sample.codes import FAILED, READ_ALL_TRACES, REFUSED, SEARCH
from habilitation.sample.lines import Lines, joined
from habilitation.sample.patients import (
    CLOSED,
    LAG,
    LONG_STAYING,
    NEVER_ASKED,
    ORDINARY,
    STILL_HERE,
    WITHDREW,
)
from habilitation.sample.people import LEFT, ROTATIONS
from habilitation.sample.relations import ASKED, EXPIRED
from habilitation.sample.scenarios.case import DENY, Case, scenario

_SHUT = DAY  # how long after the discharge: see `facts`


@scenario(DENY, "no_care_relationship", share=150)
def another_ward(case: Case) -> Lines:
    """A ward of the same hospital where the patient never stayed (CSP, art. L. 1110-4 III, R. 1111-46)."""
    return case.paper(_intruders(case))


@scenario(DENY, "no_care_relationship", share=40)
def another_ward_refused(case: Case) -> Lines:
    """The same, and the system closed: what the rules say was done, nothing to report."""
    return case.paper(_intruders(case)) | {"outcome": np.full(case.n, REFUSED)}


@scenario(DENY, "no_care_relationship", share=20)
def another_ward_failed(case: Case) -> Lines:
    """The same, and the system broke down: nothing was opened."""
    return case.paper(_intruders(case)) | {"outcome": np.full(case.n, FAILED)}


@scenario(DENY, "no_care_relationship", share=40)
def search_from_another_ward(case: Case) -> Lines:
    """A search shows the record as a reading does: the same ground is needed (rule for consult and search)."""
    return _intruders(case) | {"action": np.full(case.n, SEARCH)}


def _intruders(case: Case) -> Lines:
    patient = case.draw.among(case.patients.of_kind(ORDINARY, STILL_HERE), case.n)
    return case.of_unit(patient, "nurses", case.another_ward(patient))


@scenario(DENY, "no_care_relationship", share=60)
def long_after_discharge(case: Case) -> Lines:
    """The ward where the patient was, once the days after the discharge are over."""
    return case.paper(case.after_discharge((ORDINARY,), LAG + HOUR, LAG + 40 * DAY))


@scenario(DENY, "no_care_relationship", share=40)
def before_admission(case: Case) -> Lines:
    """The ward where the patient will be: a bed booked is not yet a care relationship here."""
    patient = case.draw.among(case.patients.of_kind(ORDINARY), case.n)
    stay = case.patients.first[patient]
    unit, start = case.patients.unit[stay], case.patients.start[stay]
    t = case.draw.between(np.maximum(start - 30 * DAY, START), start - HOUR, case.n)
    return case.paper(case.seen(patient, case.staff.benches["doctors"].one(case.draw, unit), t, unit=unit))


@scenario(DENY, "no_care_relationship", share=40)
def ward_left_the_month_before(case: Case) -> Lines:
    """An intern who has rotated opens the records of the former ward, whose name the session still bears."""
    parts = []
    for number, rotation in enumerate(ROTATIONS):
        found = case.team(after=rotation + 3 * DAY, before=rotation + 58 * DAY)
        # Whoever was in the ward until this rotation, and is six wards further since.
        hired_in = (found["unit"] - 6 * number) % case.staff.wards
        found["professional"] = case.staff.benches["interns"].one(case.draw, hired_in)
        found["profile"] = case.staff.profile[found["professional"]]
        parts.append(found)
    either = joined(parts)
    rows = np.where(case.draw.uniform(case.n) < 0.5, 0, case.n) + np.arange(case.n)  # noqa: PLR2004  # as likely
    return case.paper({name: column[rows] for name, column in either.items()})


@scenario(DENY, "no_care_relationship", share=20)
def left_the_hospital(case: Case) -> Lines:
    """An account left open: its owner belongs to no unit any more."""
    return case.paper(case.team("leavers", after=LEFT + DAY))


@scenario(DENY, "no_care_relationship", share=20)
def cancelled_admission(case: Case) -> Lines:
    """An admission entered by mistake: a row recorded later says false, and the row recorded last is believed."""
    cancelled = case.relations.cancelled
    one = case.draw.below(len(cancelled.patient), case.n)
    unit = cancelled.actor[one]
    t = case.draw.between(cancelled.start[one] + MINUTE, cancelled.stop[one] - MINUTE, case.n)
    nurse = case.staff.benches["nurses"].one(case.draw, unit)
    return case.paper(case.seen(cancelled.patient[one], nurse, t, unit=unit))


@scenario(DENY, "no_care_relationship", share=20)
def sent_away_by_name(case: Case) -> Lines:
    """Out of the care team by name, though the ward is in it: what is said of the person prevails over the unit."""
    ties = case.relations.sent_away
    return case.paper(case.tied(ties, ties.start + MINUTE, case.patients.discharged[ties.patient]))


@scenario(DENY, "no_care_relationship", share=20)
def consent_of_that_time_is_over(case: Case) -> Lines:
    """A consent to one consultation does not cover the next (CSP, art. L. 1110-4 III; annex of 2023, secondary)."""
    ties = case.relations.town[ASKED]
    return case.paper(case.tied(ties, ties.stop + HOUR, ties.stop + 20 * DAY))


@scenario(DENY, "no_care_relationship expired_authorization", share=20)
def authorisation_expired(case: Case) -> Lines:
    """An expired authorisation is no ground (SEL-MP-037, EX_0.3-1010), and there is no other."""
    ties = case.relations.town[EXPIRED]
    return case.paper(case.tied(ties, ties.stop + HOUR, ties.stop + 40 * DAY))


@scenario(DENY, "no_initial_consent", share=60)
def never_asked(case: Case) -> Lines:
    """The care team of a patient whose consent to the opening of the record nobody collected (R. 1111-46)."""
    return case.paper(case.team(kinds=(NEVER_ASKED,)))


@scenario(DENY, "no_initial_consent", share=40)
def consent_withdrawn(case: Case) -> Lines:
    """The patient withdrew it the day after leaving; it was written down days later, and counts from its date."""
    return case.paper(case.after_discharge((WITHDREW,), _SHUT + HOUR, LAG - HOUR))


@scenario(DENY, "record_not_active", share=40)
def closed_record(case: Case) -> Lines:
    """The patient closed the record; the ward still has its days after the discharge (IG PDSM4DMP, TD0.2)."""
    return case.paper(case.after_discharge((CLOSED,), _SHUT + HOUR, LAG - HOUR))


@scenario(DENY, "blocked_by_patient", share=40)
def blocked(case: Case) -> Lines:
    """A doctor of the ward whom the patient has blocked (IG PDSM4DMP, TD0.2, NB1; Mon espace santé)."""
    ties = case.relations.blocked
    return case.paper(case.tied(ties, ties.start + MINUTE, case.patients.discharged[ties.patient] + LAG // 4))


@scenario(DENY, "traces_of_others", share=20)
def traces_of_the_others(case: Case) -> Lines:
    """Only the treating physician sees all the traces (PDT-INF-527 v1.7, §2.6)."""
    found = case.team(kinds=(ORDINARY, LONG_STAYING))
    return found | {"action": np.full(case.n, READ_ALL_TRACES)}


SCENARIOS = (
    another_ward, another_ward_refused, another_ward_failed, search_from_another_ward, long_after_discharge,
    before_admission, ward_left_the_month_before, left_the_hospital, cancelled_admission, sent_away_by_name,
    consent_of_that_time_is_over, authorisation_expired, never_asked, consent_withdrawn, closed_record, blocked,
    traces_of_the_others,
)  # fmt: skip
