"""The baseline, by those who ask on the side of care: consulting a document, and searching."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from benchmarks.if_chain_matrices import (
    ACTORS,
    BY_ROLE,
    CARE,
    CODED_BY_ROLE,
    COLUMNS,
    CONSULTATION,
    DOCTORS,
    GENERAL_RULE,
    HEALTH_PROFESSIONALS,
    HIDDEN,
    MANAGEMENT,
    MASKED,
    OF_DOCTORS_ONLY,
    OFF_RECORD,
    PATIENTS_TYPES,
    RIGHTS,
    STATES,
    TECHNICIANS,
    TREATING,
)

Request = Mapping[str, Any]
Answer = tuple[str, tuple[str, ...]]


def answer(effect: str, rules: list[str]) -> Answer:
    """An effect and its rules; silence when there are none."""
    if len(rules) == 1:
        return effect, (rules[0],)
    return (effect, tuple(sorted(rules))) if rules else ("NOT_APPLICABLE", ())


def kind(request: Request, doctor: bool) -> str:
    """How the functional rights see a professional."""
    if not doctor:
        return "other_professional"
    return "treating_physician" if request.get("treating_physician") else "doctor"


def consult(request: Request, capacity: str) -> Answer:
    motive, profession = request["motive"], request["profession"]
    if motive not in CARE:
        return outside_care(request, capacity, motive)
    doctor = profession in DOCTORS
    practitioner = kind(request, doctor)
    actor = ACTORS[capacity][request["channel"]][practitioner]
    column = COLUMNS[profession][request.get("activity_genre", "none")][request.get("specialty", "none")]
    cell = CONSULTATION[column][request["document_type"]]
    treating = practitioner == "treating_physician"
    forbids = _closed(request, capacity, motive, profession, doctor)
    _closed_document(request, capacity, motive, actor, treating, forbids)
    if cell == "refused" and motive == "normal" and capacity != "structure_staff" and not request.get("author"):
        forbids.append("refused_by_matrix")
    if forbids:
        return answer("DENY", forbids)

    abstains = _unsettled(request, capacity, motive, profession, doctor)
    _unsettled_document(request, capacity, motive, treating, cell, abstains)
    if column is None:
        abstains.append("profession_without_column")
    elif cell is None:
        abstains.append("type_without_row")
    elif cell == "permitted" and column in BY_ROLE:
        abstains.append("column_not_switched_on")
    right = RIGHTS["consult"][actor][motive]
    regulating = motive == "centre_15" and actor in TREATING
    if right is None and not regulating:
        abstains.append("operation_not_covered")
    if abstains:
        return answer("INDETERMINATE", abstains)

    if capacity == "occupational_physician" or cell != "permitted":
        return "NOT_APPLICABLE", ()
    permits = _grounds(request, capacity, motive, profession, right, regulating)
    if right == "yes" or regulating:
        _open_document(request, motive, actor, permits)
        if column == "ASSISTANT_SOCIAL" or profession in TECHNICIANS:
            permits.append("column_of_unsettled_start")
    return answer("PERMIT", permits)


def search(request: Request, capacity: str) -> Answer:
    motive, profession = request["motive"], request["profession"]
    if motive not in CARE:
        return outside_care(request, capacity, motive)
    doctor = profession in DOCTORS
    actor = ACTORS[capacity][request["channel"]][kind(request, doctor)]
    right = RIGHTS["search"][actor][motive]
    forbids = _closed(request, capacity, motive, profession, doctor)
    if right == "no":
        forbids.append("operation_refused")
    if forbids:
        return answer("DENY", forbids)

    abstains = _unsettled(request, capacity, motive, profession, doctor)
    regulating = motive == "centre_15" and actor in TREATING
    if right is None and not regulating:
        abstains.append("operation_not_covered")
    if abstains:
        return answer("INDETERMINATE", abstains)

    if capacity == "structure_staff":
        return "NOT_APPLICABLE", ()
    if capacity == "occupational_physician":
        return "PERMIT", ("occupational_physician_operation",)
    return answer("PERMIT", _grounds(request, capacity, motive, profession, right, regulating))


# --- forbidden ---------------------------------------------------------------------------------------


def _closed(request: Request, capacity: str, motive: str, profession: str, doctor: bool) -> list[str]:
    found = []
    if request["record_status"] != "active":
        found.append("record_not_active")
    if capacity in OF_DOCTORS_ONLY and not doctor:
        found.append("capacity_of_a_doctor")
    if motive == "normal":
        if capacity != "structure_staff" and request["blocked"]:
            found.append("blocked_by_patient")
        if capacity in GENERAL_RULE:
            _without_consent(request, found)
        elif capacity == "coordinating_physician" and not request.get("resident_agreement"):
            found.append("no_resident_agreement")
        elif capacity == "occupational_physician" and not request.get("express_consent"):
            found.append("occupational_physician_without_consent")
    else:
        emergency_closed(request, capacity, motive, profession, found)
    if capacity == "fire_service_doctor" and not request.get("express_consent") and not request.get("unable_to_express"):
        found.append("fire_service_without_consent")
    return found


def _without_consent(request: Request, found: list[str]) -> None:
    authorization = request.get("authorization")
    if authorization == "valid" or request.get("consent_this_time"):
        return
    if not request.get("care_team"):
        found.append("no_care_relationship")
    elif not request.get("initial_consent"):
        found.append("no_initial_consent")
    else:
        return
    if authorization == "expired":
        found.append("expired_authorization")


def emergency_closed(request: Request, capacity: str, motive: str, profession: str, found: list[str]) -> None:
    """What closes bris de glace and regulation."""
    if motive == "centre_15":
        if request["opposes_centre_15"]:
            found.append("opposition_to_regulation")
        return
    if request["opposes_bris_de_glace"]:
        found.append("opposition_to_bris_de_glace")
    if not (request.get("unable_to_express") and request.get("immediate_danger")):
        found.append("bris_de_glace_without_its_conditions")
    if profession not in HEALTH_PROFESSIONALS and capacity != "structure_staff" and profession not in CODED_BY_ROLE:
        found.append("bris_de_glace_by_other_professional")


def _closed_document(
    request: Request, capacity: str, motive: str, actor: str | None, treating: bool, found: list[str]
) -> None:
    if capacity == "structure_staff":
        found.append("staff_never_consults")
    if request["channel"] == "indirect":
        found.append("indirect_never_consults")
    masked = request["masked"]
    if capacity != "occupational_physician" and (
        STATES[request.get("document_state", "current")][actor][motive] == "no"
        or (masked and MASKED[actor][motive] == "no")
        or (
            HIDDEN[actor][motive] == "no"
            and (request["hidden_from_patient"] or request["hidden_from_representatives"])
        )
    ):
        found.append("document_state_refused")
    if not masked or treating or capacity == "structure_staff" or request.get("author") or request.get("own_structure"):
        return
    if motive == "normal":
        found.append("masked_document")
    elif not request.get("masked_open_in_emergency"):
        found.append("masked_in_emergency")


def outside_care(request: Request, capacity: str, motive: str) -> Answer:
    """A motive that is none of care: nothing opens, whatever is asked."""
    action, doctor = request["action"], request["profession"] in DOCTORS
    actor = ACTORS[capacity][request["channel"]][kind(request, doctor)]
    forbids = []
    if action not in OFF_RECORD and request["record_status"] != "active":
        forbids.append("record_not_active")
    if capacity in OF_DOCTORS_ONLY and not doctor:
        forbids.append("capacity_of_a_doctor")
    if motive in ("insurance", "employment"):
        forbids.append(motive)
    if action == "consult":
        if capacity == "structure_staff":
            forbids.append("staff_never_consults")
        if request["channel"] == "indirect":
            forbids.append("indirect_never_consults")
    else:
        _refused_outside_care(request, action, actor, motive, doctor, forbids)
    if forbids:
        return answer("DENY", forbids)
    if action == "deposit" and request["masked"] and request["hidden_from_patient"]:
        return "INDETERMINATE", ("masked_and_hidden_together",)
    return "NOT_APPLICABLE", ()


def _refused_outside_care(
    request: Request, action: str, actor: str | None, motive: str, doctor: bool, found: list[str]
) -> None:
    right = RIGHTS[action][actor][motive]
    if right == "no":
        found.append("operation_refused")
    elif right == "own" and not request.get("author"):
        treating = doctor and request.get("treating_physician")
        if not (action in MANAGEMENT and treating and request["document_type"] in PATIENTS_TYPES):
            found.append("not_ones_own_document")
    if action == "deposit" and request["secret_connection"] and not request["hidden_from_representatives"]:
        found.append("secret_connection_deposit")


# --- left open by the sources --------------------------------------------------------------------------


def _unsettled(request: Request, capacity: str, motive: str, profession: str, doctor: bool) -> list[str]:
    found = []
    if motive != "normal" and capacity != "structure_staff":
        if request["blocked"]:
            found.append("blocked_in_emergency")
        if motive == "centre_15":
            if not doctor:
                found.append("regulation_by_non_doctor")
        elif profession in CODED_BY_ROLE:
            found.append("bris_de_glace_by_role_code")
        if capacity == "occupational_physician":
            found.append("occupational_physician_in_emergency")
    if capacity == "fire_service_doctor" and request.get("unable_to_express") and not request.get("express_consent"):
        found.append("fire_service_consent_impossible")
    return found


def _unsettled_document(
    request: Request, capacity: str, motive: str, treating: bool, cell: str | None, found: list[str]
) -> None:
    if motive == "normal":
        if cell == "refused" and request.get("author"):
            found.append("author_of_refused_type")
        if request["masked"] and not treating and request.get("own_structure") and not request.get("author"):
            found.append("masked_by_own_structure")
        if capacity == "occupational_physician" and request.get("express_consent"):
            found.append("occupational_physician_conflict")
        return
    if cell == "refused":
        found.append("matrix_in_emergency")
    if request["masked"] and not request.get("masked_open_in_emergency"):
        if request.get("author") or request.get("own_structure"):
            found.append("masked_own_document_in_emergency")
        if treating:
            found.append("masked_for_treating_physician_in_emergency")


# --- permitted, nothing standing against it ------------------------------------------------------------


def _grounds(
    request: Request, capacity: str, motive: str, profession: str, right: str | None, regulating: bool
) -> list[str]:
    found = []
    if motive == "centre_15":
        if profession in DOCTORS and (right == "yes" or regulating):
            found.append("regulation_consultation")
        if regulating:
            found.append("regulation_by_treating_physician")
    elif right != "yes":
        pass
    elif motive == "bris_de_glace":
        if profession in HEALTH_PROFESSIONALS:
            found.append("bris_de_glace_consultation")
    elif capacity in GENERAL_RULE:
        if request.get("care_team") and request.get("initial_consent"):
            found.append("care_team_consultation")
        if request.get("consent_this_time"):
            found.append("outside_team_consultation")
        if request.get("authorization") == "valid":
            found.append("authorized_consultation")
    elif capacity == "coordinating_physician":
        found.append("coordinating_physician_consultation")
    elif request.get("express_consent"):
        found.append("fire_service_consultation")
    return found


def _open_document(request: Request, motive: str, actor: str | None, found: list[str]) -> None:
    if request["masked"]:
        right = MASKED[actor][motive]
        if right == "yes":
            found.append("masked_for_treating_physician")
        elif right == "own" and request.get("author"):
            found.append("masked_own_document")
        elif right == "if_opened" and request.get("masked_open_in_emergency"):
            found.append("masked_opened_in_emergency")
    if request["hidden_from_patient"] and HIDDEN[actor][motive] == "yes":
        found.append("hidden_from_patient_with_warning")
