"""The baseline, by those who ask on the side of care: consulting a document, and searching."""

from __future__ import annotations

from benchmarks.if_chain_emergency import emergency_closed, emergency_unsettled, not_for_health
from benchmarks.if_chain_matrices import (
    ACTORS,
    BY_ROLE,
    CARE,
    COLUMNS,
    CONSULTATION,
    DOCTORS,
    GENERAL_RULE,
    HEALTH_PROFESSIONALS,
    HIDDEN,
    MASKED,
    RIGHTS,
    STATES,
    TECHNICIANS,
    TREATING,
    Answer,
    Request,
    answer,
    kind,
    unqualified,
)
from benchmarks.if_chain_outside import outside_care


def consult(request: Request, capacity: str) -> Answer:  # noqa: C901  # an if-chain is what is measured
    motive, profession = request["motive"], request["profession"]
    if motive not in CARE:
        return outside_care(request, capacity, motive)
    doctor = profession in DOCTORS
    practitioner = kind(request, profession)
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

    abstains = _unsettled(request, capacity, motive, profession)
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
        if request["channel"] == "air":
            permits.append("reading_in_air")
        if column == "ASSISTANT_SOCIAL" or profession in TECHNICIANS:
            permits.append("column_of_unsettled_start")
    return answer("PERMIT", permits)


def search(request: Request, capacity: str) -> Answer:  # noqa: C901  # an if-chain is what is measured
    motive, profession = request["motive"], request["profession"]
    if motive not in CARE:
        return outside_care(request, capacity, motive)
    doctor = profession in DOCTORS
    actor = ACTORS[capacity][request["channel"]][kind(request, profession)]
    right = RIGHTS["search"][actor][motive]
    forbids = _closed(request, capacity, motive, profession, doctor)
    if right == "no":
        forbids.append("operation_refused")
    if forbids:
        return answer("DENY", forbids)

    abstains = _unsettled(request, capacity, motive, profession)
    if capacity != "structure_staff":
        column = COLUMNS[profession][request.get("activity_genre", "none")][request.get("specialty", "none")]
        if column is None:
            abstains.append("profession_without_column")
        elif column in BY_ROLE:
            abstains.append("search_by_column_not_switched_on")
    regulating = motive == "centre_15" and actor in TREATING
    if right is None and not regulating:
        abstains.append("operation_not_covered")
    if abstains:
        return answer("INDETERMINATE", abstains)

    if capacity == "structure_staff":
        return "NOT_APPLICABLE", ()
    if capacity == "occupational_physician":
        return "PERMIT", ("metadata_searched", "occupational_physician_operation")
    permits = _grounds(request, capacity, motive, profession, right, regulating)
    if right == "yes" or regulating:
        permits.append("metadata_searched")
        if request["channel"] == "air":
            permits.append("reading_in_air")
    return answer("PERMIT", permits)


# --- forbidden


def _closed(request: Request, capacity: str, motive: str, profession: str, doctor: bool) -> list[str]:
    found = []
    if request["record_status"] != "active":
        found.append("record_not_active")
    if not doctor:
        unqualified(request, capacity, profession, found)
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
        emergency_closed(request, motive, found)
        if motive == "bris_de_glace" and capacity != "structure_staff":
            not_for_health(profession, found)
    if (
        capacity == "fire_service_doctor"
        and not request.get("express_consent")
        and not request.get("unable_to_express")
    ):
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
            HIDDEN[actor][motive] == "no" and (request["hidden_from_patient"] or request["hidden_from_representatives"])
        )
    ):
        found.append("document_state_refused")
    if not masked or treating or capacity == "structure_staff" or request.get("author") or request.get("own_structure"):
        return
    if motive == "normal":
        found.append("masked_document")
    elif not request.get("masked_open_in_emergency"):
        found.append("masked_in_emergency")


# --- left open by the sources --------------------------------------------------------------------------


def _unsettled(request: Request, capacity: str, motive: str, profession: str) -> list[str]:
    found = []
    if motive != "normal" and capacity != "structure_staff":
        if request["blocked"]:
            found.append("blocked_in_emergency")
        emergency_unsettled(request, capacity, motive, profession, found)
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


def _grounds(  # noqa: C901  # an if-chain is what is measured
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
    if request["hidden_from_patient"]:
        found.append("hidden_from_patient_with_warning")
