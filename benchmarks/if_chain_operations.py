"""The baseline, by those who ask on the side of care: every operation that does not read documents."""

from __future__ import annotations

from benchmarks.if_chain_matrices import (
    ACTORS,
    CARE,
    CODED_BY_ROLE,
    DOCTORS,
    MANAGEMENT,
    OF_DOCTORS_ONLY,
    PATIENTS_TYPES,
    REGULATED,
    RIGHTS,
    STAFF_DEPOSIT,
    TREATING,
)
from benchmarks.if_chain_reading import Answer, Request, answer, emergency_closed, kind, outside_care

OPPOSABLE = frozenset({"find_reference", "archive", "unarchive"})


def system_operation(request: Request, capacity: str) -> Answer:
    motive, action = request["motive"], request["action"]
    if motive not in CARE:
        return outside_care(request, capacity, motive)
    doctor = request["profession"] in DOCTORS
    actor = ACTORS[capacity][request["channel"]][kind(request, doctor)]
    right = RIGHTS[action][actor][motive]
    forbids = []
    if capacity in OF_DOCTORS_ONLY and not doctor:
        forbids.append("capacity_of_a_doctor")
    if right == "no":
        forbids.append("operation_refused")
    if forbids:
        return answer("DENY", forbids)
    if right == "yes" or (motive == "centre_15" and actor in TREATING):
        return "PERMIT", ("system_operation",)
    return "INDETERMINATE", ("operation_not_covered",)


def administration(request: Request, capacity: str) -> Answer:
    motive, action, profession = request["motive"], request["action"], request["profession"]
    if motive not in CARE:
        return outside_care(request, capacity, motive)
    doctor, staff, web = profession in DOCTORS, capacity == "structure_staff", action == "open_web_access"
    actor = ACTORS[capacity][request["channel"]][kind(request, doctor)]
    right = RIGHTS[action][actor][motive]
    forbids = _refused(request, capacity, doctor, right)
    if motive == "normal":
        if not staff and request["blocked"]:
            forbids.append("blocked_by_patient")
    elif web:
        emergency_closed(request, capacity, motive, profession, forbids)
    if forbids:
        return answer("DENY", forbids)

    abstains = []
    if motive != "normal" and not staff:
        if action != "list_professionals" and request["blocked"]:
            abstains.append("blocked_in_emergency")
        if web and motive == "centre_15" and not doctor:
            abstains.append("regulation_by_non_doctor")
        if web and motive == "bris_de_glace" and profession in CODED_BY_ROLE:
            abstains.append("bris_de_glace_by_role_code")
    regulating = motive == "centre_15" and actor in TREATING and action in REGULATED
    if right is None and not regulating:
        abstains.append("operation_not_covered")
    if abstains:
        return answer("INDETERMINATE", abstains)
    return "PERMIT", ("record_administration",)


def authorization(request: Request, capacity: str) -> Answer:
    motive, action = request["motive"], request["action"]
    if motive not in CARE:
        return outside_care(request, capacity, motive)
    doctor, staff = request["profession"] in DOCTORS, capacity == "structure_staff"
    actor = ACTORS[capacity][request["channel"]][kind(request, doctor)]
    right = RIGHTS[action][actor][motive]
    forbids = _refused(request, capacity, doctor, right)
    if forbids:
        return answer("DENY", forbids)
    declaring, abstains = action == "declare_authorization", []
    if declaring and not staff and request["blocked"]:
        abstains.append("blocked_other_operation")
    if right is None:
        abstains.append("operation_not_covered")
    if abstains:
        return answer("INDETERMINATE", abstains)
    if not declaring:
        return "PERMIT", ("authorization_given_up",)
    return "PERMIT", ("structure_authorization_declared" if staff else "authorization_declared",)


def traces(request: Request, capacity: str) -> Answer:
    motive, doctor = request["motive"], request["profession"] in DOCTORS
    if motive not in CARE:
        return outside_care(request, capacity, motive)
    professional, treating = capacity != "structure_staff", doctor and request.get("treating_physician")
    forbids = _refused(request, capacity, doctor, None)
    if professional:
        if motive == "normal" and request["blocked"]:
            forbids.append("blocked_by_patient")
        if not treating:
            forbids.append("traces_of_others")
    if forbids:
        return answer("DENY", forbids)
    if professional and request["channel"] != "indirect":
        return "PERMIT", ("traces_for_treating_physician",)
    return "NOT_APPLICABLE", ()


def document_operation(request: Request, capacity: str) -> Answer:
    motive, action = request["motive"], request["action"]
    if motive not in CARE:
        return outside_care(request, capacity, motive)
    doctor, author = request["profession"] in DOCTORS, request.get("author")
    practitioner = kind(request, doctor)
    actor = ACTORS[capacity][request["channel"]][practitioner]
    right = RIGHTS[action][actor][motive]
    managed = action in MANAGEMENT and request["document_type"] in PATIENTS_TYPES
    by_treating = managed and practitioner == "treating_physician"
    forbids = _refused(request, capacity, doctor, right)
    if right == "own" and not author and not by_treating:
        forbids.append("not_ones_own_document")
    elif right == "structure" and not request.get("own_structure"):
        forbids.append("not_of_ones_structure")
    if managed and not author and not by_treating and not request.get("own_structure"):
        forbids.append("patient_document_of_another_hand")
    if action in OPPOSABLE:
        _opposed(request, motive, forbids)
    if forbids:
        return answer("DENY", forbids)

    abstains = []
    if capacity != "structure_staff" and request["blocked"]:
        abstains.append("blocked_other_operation")
    regulating = motive == "centre_15" and actor in TREATING and (action in REGULATED or (action == "delete" and author))
    if right is None and not regulating:
        abstains.append("operation_not_covered")
    if abstains:
        return answer("INDETERMINATE", abstains)
    met = right in ("yes", "structure") or (right == "own" and author) or regulating
    return _done(action, bool(met), right == "own" and by_treating)


def _done(action: str, met: bool, patients_document: bool) -> Answer:
    permits = []
    if action == "delete":
        if met:
            permits.append("deletion")
        if patients_document:
            permits.append("deletion_of_a_patient_document")
    elif met:
        if action == "find_reference":
            permits.append("reference_found")
        else:
            permits.append("archiving" if action in MANAGEMENT else "visibility_changed")
    return answer("PERMIT", permits)


def deposit(request: Request, capacity: str) -> Answer:
    motive = request["motive"]
    if motive not in CARE:
        return outside_care(request, capacity, motive)
    doctor, channel = request["profession"] in DOCTORS, request["channel"]
    actor = ACTORS[capacity][channel][kind(request, doctor)]
    right, by_staff = RIGHTS["deposit"][actor][motive], STAFF_DEPOSIT[actor][motive] == "yes"
    forbids = _refused(request, capacity, doctor, None if by_staff else right)
    _opposed(request, motive, forbids)
    if request["secret_connection"] and not request["hidden_from_representatives"]:
        forbids.append("secret_connection_deposit")
    expressed, unable = request.get("express_consent"), request.get("unable_to_express")
    if not expressed:
        if capacity == "fire_service_doctor" and not unable:
            forbids.append("fire_service_without_consent")
        elif capacity == "occupational_physician" and motive == "normal":
            forbids.append("occupational_physician_without_consent")
    if forbids:
        return answer("DENY", forbids)

    abstains = []
    if request["masked"] and request["hidden_from_patient"]:
        abstains.append("masked_and_hidden_together")
    if capacity == "fire_service_doctor" and unable and not expressed:
        abstains.append("fire_service_consent_impossible")
    elif capacity == "occupational_physician" and motive != "normal":
        abstains.append("occupational_physician_in_emergency")
    regulating = motive == "centre_15" and actor in TREATING and channel == "direct"
    if right is None and not regulating:
        abstains.append("operation_not_covered")
    if abstains:
        return answer("INDETERMINATE", abstains)
    if channel == "indirect" or by_staff:
        return "PERMIT", ("deposit_in_the_name_of_the_structure",)
    if capacity == "occupational_physician":
        return "PERMIT", ("occupational_physician_operation",)
    return _deposited(request, motive)


def _deposited(request: Request, motive: str) -> Answer:
    permits = ["professional_deposit"]
    if motive == "normal":
        if request.get("patient_objects_without_reason"):
            permits.append("deposit_despite_objection")
        if request["blocked"]:
            permits.append("deposit_by_a_blocked_professional")
    return answer("PERMIT", permits)


def _refused(request: Request, capacity: str, doctor: bool, right: str | None) -> list[str]:
    found = []
    if request["record_status"] != "active":
        found.append("record_not_active")
    if capacity in OF_DOCTORS_ONLY and not doctor:
        found.append("capacity_of_a_doctor")
    if right == "no":
        found.append("operation_refused")
    return found


def _opposed(request: Request, motive: str, found: list[str]) -> None:
    if motive == "centre_15":
        if request["opposes_centre_15"]:
            found.append("opposition_to_regulation")
    elif motive == "bris_de_glace" and request["opposes_bris_de_glace"]:
        found.append("opposition_to_bris_de_glace")
