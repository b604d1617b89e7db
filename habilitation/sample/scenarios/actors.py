"""Accesses in a capacity, for a purpose or by a door that the law closes, or does not speak of."""

from __future__ import annotations

import numpy as np

from habilitation.sample.codes import (
    AIR,
    COORDINATING,
    EMPLOYER,
    EMPLOYMENT,
    INDIRECT,
    INSURANCE,
    INSURER,
    NORMAL,
    OCCUPATIONAL,
    OTHER,
    PROFESSIONAL,
    REFUSED,
    RESEARCH,
    STAFF,
)
from habilitation.sample.lines import Lines
from habilitation.sample.patients import ORDINARY, STILL_HERE
from habilitation.sample.relations import EXAMINED, UNRELATED
from habilitation.sample.scenarios.case import DENY, INDETERMINATE, NOT_APPLICABLE, Case, scenario
from habilitation.sample.scenarios.justified import AIR_EDITION


def _as(case: Case, found: Lines, **said: int) -> Lines:
    return found | {name: np.full(case.n, value) for name, value in said.items()}


@scenario(DENY, "indirect_never_consults", share=60)
def structure_certificate(case: Case) -> Lines:
    """A structure's certificate may deposit, never consult (PDT-INF-526 v1.8, TD3.2)."""
    return _as(case, case.paper(case.team()), channel=INDIRECT)


@scenario(DENY, "staff_never_consults", share=40)
def secretary(case: Case) -> Lines:
    """Staff without a professional quality do not consult documents (PDT-INF-526 v1.8, TD3.2)."""
    found = case.anywhere((ORDINARY,), "secretaries", case.staff.offices)
    # No column either: the types of doctors, so that nothing else closes.
    return _as(case, case.paper(found, of_type=_any_read_by_doctors(case)), capacity=STAFF)


def _any_read_by_doctors(case: Case) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    return case.draw.below(_ROWS, case.n)  # doctors have an X on every row


_ROWS = 108


@scenario(DENY, "insurance", share=20)
def insurer(case: Case) -> Lines:
    """No access for an insurer, nor for the motive of one (CSP, art. L. 1111-18)."""
    found = case.paper(case.anywhere((ORDINARY,), "advisers", case.staff.offices))
    by_capacity = np.arange(case.n) % 2 == 0
    return found | {
        "capacity": np.where(by_capacity, INSURER, PROFESSIONAL),
        "motive": np.where(by_capacity, NORMAL, INSURANCE),
    }


@scenario(DENY, "employment", share=20)
def employer(case: Case) -> Lines:
    """No case of the law is an employer's (CSP, art. L. 1111-18, our reading)."""
    found = case.paper(case.anywhere((ORDINARY,), "recruiters", case.staff.offices))
    by_capacity = np.arange(case.n) % 2 == 0
    return found | {
        "capacity": np.where(by_capacity, EMPLOYER, PROFESSIONAL),
        "motive": np.where(by_capacity, NORMAL, EMPLOYMENT),
    }


@scenario(DENY, "occupational_physician_without_consent", share=20)
def occupational_physician(case: Case) -> Lines:
    """The occupational physician needs the worker's express consent (CSP, art. L. 1111-17 IV)."""
    found = case.anywhere((ORDINARY,), "occupational", case.staff.offices)
    return _as(case, case.paper(found), capacity=OCCUPATIONAL)


@scenario(INDETERMINATE, "occupational_physician_conflict", share=20)
def occupational_physician_with_consent(case: Case) -> Lines:
    """With it the law opens, and the functional rights close (PDT-INF-526 v1.8, TD3.2): not settled."""
    ties = case.relations.town[EXAMINED]
    return _as(case, case.paper(case.tied(ties, ties.start, ties.stop)), capacity=OCCUPATIONAL)


@scenario(DENY, "no_resident_agreement", share=20)
def coordinating_physician_without_agreement(case: Case) -> Lines:
    """The coordinating physician needs the resident's agreement (CSP, art. L. 1111-16)."""
    found = case.anywhere((ORDINARY,), f"town {UNRELATED}", case.staff.town)
    return _as(case, case.paper(found), capacity=COORDINATING)


@scenario(DENY, "capacity_of_a_doctor no_resident_agreement", share=10)
def nurse_as_coordinating_physician(case: Case) -> Lines:
    """Only a doctor can act in this capacity (CSP, art. L. 1111-16), and no agreement is recorded."""
    return _as(case, case.paper(case.team("nurses")), capacity=COORDINATING)


@scenario(DENY, "no_care_relationship not_a_professional", share=20)
def program(case: Case) -> Lines:
    """A code that names a producer of documents, not a professional (TRE_A00); no ground either."""
    found = case.anywhere((ORDINARY,), "programs", case.staff.offices)
    return case.paper(found, of_type=_any_read_by_doctors(case))


@scenario(NOT_APPLICABLE, "no_rule", share=40)
def research(case: Case) -> Lines:
    """No source gives research, or another motive, a case of access: no rule speaks, and silence opens nothing."""
    motive = np.where(np.arange(case.n) % 2 == 0, RESEARCH, OTHER)
    return case.paper(case.team(kinds=(ORDINARY, STILL_HERE))) | {"motive": motive}


@scenario(NOT_APPLICABLE, "no_rule", share=20)
def research_refused(case: Case) -> Lines:
    """The same, and the system closed."""
    return _as(case, case.paper(case.team()), motive=RESEARCH, outcome=REFUSED)


@scenario(INDETERMINATE, "air_not_yet_defined operation_not_covered", share=40)
def air_before_its_matrix(case: Case) -> Lines:
    """Before 8 July 2025 no rights of AIR are known, and no cell covers it (PDT-INF-606 v1.3)."""
    return _as(case, case.paper(case.team(before=AIR_EDITION - 1)), channel=AIR)


SCENARIOS = (
    structure_certificate, secretary, insurer, employer, occupational_physician, occupational_physician_with_consent,
    coordinating_physician_without_agreement, nurse_as_coordinating_physician, program, research, research_refused,
    air_before_its_matrix,
)  # fmt: skip
