"""Accesses by the care team to a document that is not for them."""

from __future__ import annotations

import numpy as np

from habilitation.sample.codes import AIR, BY_ROLE, DEPOSIT, PSYCHOLOGIST, SOCIAL, WITHOUT_ROW, cells
from habilitation.sample.lines import Lines
from habilitation.sample.patients import ORDINARY
from habilitation.sample.scenarios.case import DENY, INDETERMINATE, MASKED_NOW, Case, scenario
from habilitation.sample.scenarios.justified import AIR_EDITION


@scenario(DENY, "refused_by_matrix", share=100)
def type_closed_to_the_profession(case: Case) -> Lines:
    """The cell of this type is blank in the column of nurses (matrix of the Cnam, 25 September 2024)."""
    found = case.team("nurses")
    return case.paper(found, of_type=cells().closed_to(case.draw, found["profile"]))


@scenario(DENY, "masked_document", share=80)
def masked_by_the_patient(case: Case) -> Lines:
    """Masked by the patient, and deposited by another structure (CSP, art. R. 1111-49; note 6)."""
    return case.paper(case.team(), state=MASKED_NOW)


@scenario(INDETERMINATE, "masked_by_own_structure", share=60)
def masked_and_deposited_by_the_structure(case: Case) -> Lines:
    """R. 1111-49 keeps it visible to the structure that deposited it, note 6 to its author only: not settled."""
    found = case.team("nurses")
    return case.paper(found, author=case.colleague(found["patient"]), state=MASKED_NOW)


@scenario(INDETERMINATE, "author_of_refused_type", share=20)
def own_document_of_a_closed_type(case: Case) -> Lines:
    """A nurse deposited a document of a type that the column of nurses refuses: no source settles it."""
    found = case.team("nurses")
    return case.paper(found, author=found["professional"], of_type=cells().closed_to(case.draw, found["profile"]))


@scenario(INDETERMINATE, "type_without_row", share=60)
def type_without_a_row(case: Case) -> Lines:
    """A type of the national list for which the edition has no row: not covered is not refused."""
    types = case.draw.among(cells().number(*WITHOUT_ROW), case.n)
    return case.paper(case.team(), of_type=types)


@scenario(INDETERMINATE, "profession_without_column", share=100)
def nursing_assistant(case: Case) -> Lines:
    """The matrix has no column for nursing assistants, coded by role since December 2024: not covered."""
    return _any_type(case, case.team("aides"))


@scenario(INDETERMINATE, "profession_without_column", share=30)
def psychologist(case: Case) -> Lines:
    """Nor for psychologists, whom the law lets take part in the care (CSP, art. L. 1111-17 III)."""
    return _any_type(case, case.team(f"mobile {PSYCHOLOGIST}"))


def _any_type(case: Case, found: Lines) -> Lines:
    return case.paper(found, of_type=case.draw.below(len(cells().types) - len(WITHOUT_ROW), case.n))


@scenario(INDETERMINATE, "column_not_switched_on", share=30)
def column_reported_as_not_in_effect(case: Case) -> Lines:
    """The published column "à rôle" opens the type; a regional body reports it as not in effect (secondary)."""
    return case.paper(case.team(f"mobile {BY_ROLE}"))


@scenario(INDETERMINATE, "missing_fact", share=40)
def document_not_in_the_index(case: Case) -> Lines:
    """The type is in the log, the document in no table: whether it was masked is not known, and is not guessed."""
    found = case.team()
    found["type"] = cells().open_to(case.draw, found["profile"])
    found["document"] = case.drawer.unknown(case.n)
    return found


@scenario(DENY, "operation_refused", share=20)
def deposit_in_air(case: Case) -> Lines:
    """AIR never deposits (PDT-INF-606 v1.3, TD2.1)."""
    found = _deposits(case, case.anywhere((ORDINARY,), "doctors", 0, after=AIR_EDITION))
    return found | {"channel": np.full(case.n, AIR)}


@scenario(INDETERMINATE, "deposit_by_other_professional", share=20)
def deposit_by_a_social_worker(case: Case) -> Lines:
    """The duty to deposit names health professionals (CSP, art. L. 1111-15); nothing says it of the others."""
    return _deposits(case, case.team(f"mobile {SOCIAL}"))


def _deposits(case: Case, found: Lines) -> Lines:
    return case.paper(found, author=found["professional"]) | {"action": np.full(case.n, DEPOSIT)}


SCENARIOS = (
    type_closed_to_the_profession, masked_by_the_patient, masked_and_deposited_by_the_structure,
    own_document_of_a_closed_type, type_without_a_row, nursing_assistant, psychologist,
    column_reported_as_not_in_effect, document_not_in_the_index, deposit_in_air, deposit_by_a_social_worker,
)  # fmt: skip
