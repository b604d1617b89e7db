"""Accesses that look odd and are justified."""

from __future__ import annotations

import numpy as np

from habilitation.sample.clock import HOUR, MINUTE, paris
from habilitation.sample.codes import AIR, COORDINATING, REFUSED, SOCIAL, TECHNICIAN
from habilitation.sample.lines import Lines
from habilitation.sample.patients import LAG, LONG_STAYING, ORDINARY, SHARED
from habilitation.sample.people import LEFT
from habilitation.sample.relations import ASKED, AUTHORISED, CALLED, RESIDENT, TREATING
from habilitation.sample.scenarios.case import (
    MASKED_BEFORE,
    MASKED_NOW,
    NOT_MASKED_YET,
    PERMIT,
    Case,
    scenario,
)

FIRST_EDITION, AIR_EDITION = paris(2024, 9, 25), paris(2025, 7, 8)


@scenario(PERMIT, "care_team_consultation", share=300)
def within_the_lag(case: Case) -> Lines:
    """A discharge does not end the care at once: the ward still opens the record for the days declared (`lag`)."""
    return case.paper(case.after_discharge((ORDINARY,), HOUR, LAG - HOUR))


@scenario(PERMIT, "care_team_consultation masked_own_document", share=60)
def own_masked_document(case: Case) -> Lines:
    """Who deposited a document keeps sight of it once masked (CSP, art. R. 1111-49; PDT-INF-526, note 6)."""
    found = case.team()
    return case.paper(found, author=found["professional"], state=MASKED_NOW)


@scenario(PERMIT, "care_team_consultation", share=60)
def masked_then_opened(case: Case) -> Lines:
    """Masked on Tuesday, opened on Friday, read on Sunday: what counts is the state at the instant (R. 1111-49)."""
    return case.paper(case.team("nurses"), state=MASKED_BEFORE)


@scenario(PERMIT, "care_team_consultation", share=60)
def masked_afterwards(case: Case) -> Lines:
    """Read before the patient masked it: the masking does not reach back (R. 1111-49)."""
    return case.paper(case.team("nurses"), state=NOT_MASKED_YET)


@scenario(PERMIT, "care_team_consultation masked_for_treating_physician", share=60)
def masked_for_the_treating_physician(case: Case) -> Lines:
    """The treating physician reads what is masked to the others (CSP, art. L. 1111-16)."""
    ties = case.relations.town[TREATING]
    return case.paper(case.tied(ties, ties.start, ties.stop), state=MASKED_NOW)


@scenario(PERMIT, "care_team_consultation", share=100)
def specialist_called(case: Case) -> Lines:
    """A doctor of no unit of the stay, named in the care team for a month (CSP, art. L. 1110-12)."""
    ties = case.relations.town[CALLED]
    return case.paper(case.tied(ties, ties.start, ties.stop))


@scenario(PERMIT, "outside_team_consultation", share=60)
def consent_this_time(case: Case) -> Lines:
    """Outside the team, the patient consents to this consultation (CSP, art. L. 1110-4 III)."""
    ties = case.relations.town[ASKED]
    return case.paper(case.tied(ties, ties.start, ties.stop))


@scenario(PERMIT, "authorized_consultation", share=60)
def authorisation_recorded(case: Case) -> Lines:
    """A valid authorisation is on record for this professional (IG PDSM4DMP, TD0.2)."""
    ties = case.relations.town[AUTHORISED]
    return case.paper(case.tied(ties, ties.start, ties.stop))


@scenario(PERMIT, "coordinating_physician_consultation", share=30)
def coordinating_physician(case: Case) -> Lines:
    """The coordinating physician of a home, with the resident's agreement (CSP, art. L. 1111-16)."""
    ties = case.relations.town[RESIDENT]
    return case.paper(case.tied(ties, ties.start, ties.stop)) | {"capacity": np.full(case.n, COORDINATING)}


@scenario(PERMIT, "care_team_consultation", share=30)
def followed_by_the_structure(case: Case) -> Lines:
    """The care team is the whole structure: a fact about a structure is one about its members."""
    patient = case.draw.among(case.patients.of_kind(SHARED), case.n)
    return case.paper(case.of_unit(patient, "doctors", case.another_ward(patient)))


@scenario(PERMIT, "care_team_consultation", share=200)
def night_pool(case: Case) -> Lines:
    """A nurse of the night pool belongs to two wards at once; the patient is in one of them."""
    return case.paper(case.team("pool"))


@scenario(PERMIT, "care_team_consultation", share=30)
def before_leaving(case: Case) -> Lines:
    """A nurse who has since left the hospital, while still a member of the ward."""
    return case.paper(case.team("leavers", before=LEFT))


@scenario(PERMIT, "care_team_consultation column_of_unsettled_start", share=60)
def social_worker(case: Case) -> Lines:
    """The column of social workers opens this type; whether it is in service is not attested (advice, not refusal)."""
    return case.paper(case.team(f"mobile {SOCIAL}"))


@scenario(PERMIT, "care_team_consultation column_of_unsettled_start", share=60)
def pharmacy_technician(case: Case) -> Lines:
    """A pharmacy technician reads the column of pharmacists, with the same advice (column.yaml, role 316)."""
    return case.paper(case.team(f"mobile {TECHNICIAN}"))


@scenario(PERMIT, "care_team_consultation", share=30)
def unblocked(case: Case) -> Lines:
    """The patient has lifted the block; the ward still has its days after the discharge (IG PDSM4DMP, TD0.2)."""
    blocked = case.relations.blocked
    found = case.tied(blocked, blocked.stop + HOUR, case.patients.discharged[blocked.patient] + LAG - HOUR)
    return case.paper(found)


@scenario(PERMIT, "care_team_consultation", share=30)
def first_hour_of_the_first_edition(case: Case) -> Lines:
    """Half past midnight in Paris, on the day of the first edition, is the day before in UTC; the legal day counts."""
    return case.paper(_at_night(case, FIRST_EDITION))


@scenario(PERMIT, "care_team_consultation reading_in_air", share=30)
def first_hour_of_air(case: Case) -> Lines:
    """The same, on the day the rights of AIR begin (PDT-INF-606 v1.3, 8 July 2025)."""
    return case.paper(_at_night(case, AIR_EDITION)) | {"channel": np.full(case.n, AIR)}


def _at_night(case: Case, midnight: int) -> Lines:
    found = case.team(kinds=(LONG_STAYING,))
    found["t"] = case.draw.between(midnight, midnight + 58 * MINUTE, case.n)
    return found


@scenario(PERMIT, "care_team_consultation", share=100)
def refused_though_permitted(case: Case) -> Lines:
    """The rules open the document and the system closed it: over-restriction, which costs care."""
    return case.paper(case.team("nurses")) | {"outcome": np.full(case.n, REFUSED)}


@scenario(PERMIT, "care_team_consultation", share=30)
def admission_entered_late(case: Case) -> Lines:
    """Entered late by the admissions office: what was true at the instant counts, not when it was written down."""
    patient = case.draw.among(case.patients.of_kind(ORDINARY), case.n)
    stay = case.patients.first[patient]
    unit = case.patients.unit[stay]
    professional = case.staff.benches["doctors"].one(case.draw, unit)
    t = case.patients.start[stay] + case.draw.between(MINUTE, 3 * HOUR, case.n)
    return case.paper(case.seen(patient, professional, t, unit=unit))


SCENARIOS = (
    within_the_lag, own_masked_document, masked_then_opened, masked_afterwards, masked_for_the_treating_physician,
    specialist_called, consent_this_time, authorisation_recorded, coordinating_physician, followed_by_the_structure,
    night_pool, before_leaving, social_worker, pharmacy_technician, unblocked, first_hour_of_the_first_edition,
    first_hour_of_air, refused_though_permitted, admission_entered_late,
)  # fmt: skip
