"""Bris de glace and the regulation centre: the two doors that open without consent, and what closes them."""

from __future__ import annotations

import numpy as np

from habilitation.sample.codes import BRIS_DE_GLACE, CENTRE_15, JUSTIFICATIONS, SOCIAL, TECHNICIAN, cells
from habilitation.sample.lines import NOTHING, Lines
from habilitation.sample.patients import (
    LAG,
    OPENS_MASKED,
    OPPOSES_BRIS_DE_GLACE,
    OPPOSES_CENTRE_15,
    ORDINARY,
)
from habilitation.sample.people import STRUCTURES
from habilitation.sample.scenarios.case import (
    DENY,
    INDETERMINATE,
    MASKED_NOW,
    PERMIT,
    Case,
    scenario,
)


def _breaking_the_glass(case: Case, found: Lines) -> Lines:
    """The patient is unable to express a will and in immediate danger, as the line says."""
    texts = np.where(case.draw.uniform(case.n) < 0.9, case.draw.below(len(JUSTIFICATIONS), case.n), NOTHING)  # noqa: PLR2004  # nine in ten
    said = {"motive": BRIS_DE_GLACE, "unable_to_express": 1, "immediate_danger": 1}
    return found | {name: np.full(case.n, value) for name, value in said.items()} | {"justification": texts}


def _rescue(case: Case, *kinds: int, title: str = "doctors") -> Lines:
    """The emergency unit of a third structure: neither the patient's, nor that of `Case.elsewhere`."""
    patient = case.draw.among(case.patients.of_kind(*kinds), case.n)
    unit = case.staff.emergency((case.patients.structure[patient] + 2) % STRUCTURES)
    return _breaking_the_glass(case, case.of_unit(patient, title, unit))


def _regulation(case: Case, *kinds: int, title: str = "doctors") -> Lines:
    found = case.anywhere(kinds, title, case.staff.samu)
    return found | {"motive": np.full(case.n, CENTRE_15)}


@scenario(PERMIT, "bris_de_glace_consultation", share=150)
def bris_de_glace(case: Case) -> Lines:
    """Unable to express a will, immediate risk, no opposition (CSP, art. L. 1111-17 I)."""
    return case.paper(_rescue(case, ORDINARY))


@scenario(PERMIT, "bris_de_glace_consultation masked_opened_in_emergency", share=30)
def masked_opened_to_emergencies(case: Case) -> Lines:
    """The patient allowed masked documents to open in emergencies (PDT-INF-526, note 7)."""
    return case.paper(_rescue(case, OPENS_MASKED), state=MASKED_NOW)


@scenario(PERMIT, "regulation_consultation", share=100)
def regulation(case: Case) -> Lines:
    """The regulating doctor, no opposition (CSP, art. L. 1111-17 I)."""
    return case.paper(_regulation(case, ORDINARY, OPPOSES_BRIS_DE_GLACE))


@scenario(DENY, "opposition_to_bris_de_glace", share=40)
def opposed_to_bris_de_glace(case: Case) -> Lines:
    """The patient objected beforehand (CSP, art. L. 1111-17 I, R. 1111-48)."""
    return case.paper(_rescue(case, OPPOSES_BRIS_DE_GLACE))


@scenario(DENY, "bris_de_glace_without_its_conditions", share=60)
def bris_de_glace_without_danger(case: Case) -> Lines:
    """One of the two conditions is said to be absent, or both (CSP, art. L. 1111-17 I)."""
    found = case.paper(_rescue(case, ORDINARY, title="nurses"))
    said = 1 + case.draw.below(3, case.n)
    return found | {"unable_to_express": (said == 1) * 1, "immediate_danger": (said == 2) * 1}  # noqa: PLR2004  # the other


@scenario(INDETERMINATE, "missing_fact", share=40)
def bris_de_glace_conditions_not_said(case: Case) -> Lines:
    """The log does not carry the two conditions: the rule cannot be applied, and nothing is guessed."""
    silent = {name: np.full(case.n, NOTHING) for name in ("unable_to_express", "immediate_danger")}
    return case.paper(_rescue(case, ORDINARY)) | silent


@scenario(DENY, "bris_de_glace_by_other_professional", share=20)
def bris_de_glace_by_a_social_worker(case: Case) -> Lines:
    """The exception names health professionals (CSP, art. L. 1111-17 I); we do not widen it (our reading)."""
    return case.paper(_breaking_the_glass(case, case.team(f"mobile {SOCIAL}", (ORDINARY,))))


@scenario(INDETERMINATE, "bris_de_glace_by_role_code", share=20)
def bris_de_glace_by_a_technician(case: Case) -> Lines:
    """Health profession until December 2024, a role since: the sources do not say whether it still may."""
    return case.paper(_breaking_the_glass(case, case.team(f"mobile {TECHNICIAN}", (ORDINARY,))))


@scenario(DENY, "masked_in_emergency", share=40)
def masked_in_an_emergency(case: Case) -> Lines:
    """Masked, and the patient did not allow it to open in emergencies (note 7)."""
    return case.paper(_rescue(case, ORDINARY), state=MASKED_NOW)


@scenario(INDETERMINATE, "masked_own_document_in_emergency", share=20)
def masked_by_own_structure_in_an_emergency(case: Case) -> Lines:
    """R. 1111-49 sets no limit of motive, note 7 makes no exception for the author: not settled."""
    found = _rescue(case, ORDINARY)
    third = case.staff.benches["doctors"].one(case.draw, (case.patients.ward[found["patient"]] + 2) % case.staff.wards)
    return case.paper(found, author=third, state=MASKED_NOW)


@scenario(INDETERMINATE, "matrix_in_emergency", share=30)
def closed_type_in_an_emergency(case: Case) -> Lines:
    """The column of nurses refuses the type; nothing says whether the matrix filters in an emergency."""
    found = _rescue(case, ORDINARY, title="nurses")
    return case.paper(found, of_type=cells().closed_to(case.draw, found["profile"]))


@scenario(INDETERMINATE, "blocked_in_emergency", share=20)
def blocked_in_an_emergency(case: Case) -> Lines:
    """The guide says that a blocked professional never has access, the law closes by an objection only."""
    ties = case.relations.blocked
    found = case.tied(ties, ties.start + 60, case.patients.discharged[ties.patient] + LAG // 4)
    return case.paper(_breaking_the_glass(case, found))


@scenario(DENY, "opposition_to_regulation", share=40)
def opposed_to_regulation(case: Case) -> Lines:
    """The patient objected beforehand to the regulation centre, a choice of its own (KIT, TD1.3a)."""
    return case.paper(_regulation(case, OPPOSES_CENTRE_15))


@scenario(INDETERMINATE, "regulation_by_non_doctor", share=30)
def regulation_by_a_nurse(case: Case) -> Lines:
    """The law names the regulating doctor, the system opens regulation to others: not settled."""
    return case.paper(_regulation(case, ORDINARY, title="nurses"))


SCENARIOS = (
    bris_de_glace, masked_opened_to_emergencies, regulation, opposed_to_bris_de_glace, bris_de_glace_without_danger,
    bris_de_glace_conditions_not_said, bris_de_glace_by_a_social_worker, bris_de_glace_by_a_technician,
    masked_in_an_emergency, masked_by_own_structure_in_an_emergency, closed_type_in_an_emergency,
    blocked_in_an_emergency, opposed_to_regulation, regulation_by_a_nurse,
)  # fmt: skip
