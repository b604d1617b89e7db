"""The baseline, by those who ask on the side of care: every operation that does not read documents."""

from __future__ import annotations

from benchmarks.if_chain_deposit import authorised, refused
from benchmarks.if_chain_emergency import emergency_closed, emergency_unsettled, not_for_health
from benchmarks.if_chain_matrices import (
    ACTORS,
    CARE,
    DOCTORS,
    HEALTH_PROFESSIONALS,
    MANAGEMENT,
    PATIENTS_TYPES,
    REGULATED,
    RIGHTS,
    TREATING,
    Answer,
    Request,
    answer,
    kind,
    unqualified,
)
from benchmarks.if_chain_outside import outside_care

OPPOSABLE = frozenset({"find_reference", "archive", "unarchive"})
DONE = {
    "find_reference": "reference_found",
    "mask": "document_masked",
    "unmask": "document_unmasked",
    "show_to_patient": "document_shown_to_patient",
    "archive": "archiving",
    "unarchive": "archiving",
    "delete": "deletion",
}


def system_operation(request: Request, capacity: str) -> Answer:
    motive, action, profession = request["motive"], request["action"], request["profession"]
    if motive not in CARE:
        return outside_care(request, capacity, motive)
    actor = ACTORS[capacity][request["channel"]][kind(request, profession)]
    right = RIGHTS[action][actor][motive]
    forbids: list[str] = []
    if profession not in DOCTORS:
        unqualified(request, capacity, profession, forbids)
    if right == "no":
        forbids.append("operation_refused")
    if forbids:
        return answer("DENY", forbids)
    if right == "yes":
        return "PERMIT", ("system_operation",)
    if motive == "centre_15" and actor in TREATING:
        return "PERMIT", ("regulation_operation_by_treating_physician",)
    return "INDETERMINATE", ("operation_not_covered",)


def administration(request: Request, capacity: str) -> Answer:  # noqa: C901  # an if-chain is what is measured
    motive, action, profession = request["motive"], request["action"], request["profession"]
    if motive not in CARE:
        return outside_care(request, capacity, motive)
    staff, web = capacity == "structure_staff", action == "open_web_access"
    actor = ACTORS[capacity][request["channel"]][kind(request, profession)]
    right = RIGHTS[action][actor][motive]
    forbids = refused(request, capacity, profession, right)
    if motive == "normal":
        if not staff and request["blocked"]:
            forbids.append("blocked_by_patient")
    elif web:
        emergency_closed(request, motive, forbids)
        if motive == "bris_de_glace" and not staff:
            not_for_health(profession, forbids)
    if forbids:
        return answer("DENY", forbids)

    abstains = [] if staff else _administration_unsettled(request, capacity, motive, action, profession)
    regulating = motive == "centre_15" and actor in TREATING and action in REGULATED
    if right is None and not regulating:
        abstains.append("operation_not_covered")
    if abstains:
        return answer("INDETERMINATE", abstains)
    if regulating:
        return "PERMIT", ("regulation_operation_by_treating_physician",)
    if web and motive == "bris_de_glace" and not staff:
        return "PERMIT", ("bris_de_glace_operation", "record_administration")
    return "PERMIT", ("record_administration",)


def _administration_unsettled(request: Request, capacity: str, motive: str, action: str, profession: str) -> list[str]:
    found = []
    if motive == "normal":
        if not authorised(request, capacity):
            found.append("access_without_ground")
        return found
    if capacity == "fire_service_doctor" and action != "list_professionals" and not authorised(request, capacity):
        found.append("fire_service_access_in_emergency")
    if capacity == "occupational_physician":
        found.append("occupational_physician_in_emergency")
    if action == "list_professionals":
        return found
    if request["blocked"]:
        found.append("blocked_in_emergency")
    if action == "open_web_access":
        emergency_unsettled(request, capacity, motive, profession, found)
    elif motive == "centre_15" and profession not in DOCTORS and request["channel"] != "indirect":
        found.append("regulation_by_non_doctor")
    return found


def authorization(request: Request, capacity: str) -> Answer:
    motive, action, profession = request["motive"], request["action"], request["profession"]
    if motive not in CARE:
        return outside_care(request, capacity, motive)
    staff = capacity == "structure_staff"
    actor = ACTORS[capacity][request["channel"]][kind(request, profession)]
    right = RIGHTS[action][actor][motive]
    forbids = refused(request, capacity, profession, right)
    if forbids:
        return answer("DENY", forbids)
    declaring, abstains = action == "declare_authorization", []
    if declaring and not staff and request["blocked"]:
        abstains.append("blocked_other_operation")
    if motive != "normal" and capacity == "occupational_physician":
        abstains.append("occupational_physician_in_emergency")
    if right is None:
        abstains.append("operation_not_covered")
    if abstains:
        return answer("INDETERMINATE", abstains)
    if not declaring:
        return "PERMIT", ("authorization_given_up",)
    return "PERMIT", ("structure_authorization_declared" if staff else "authorization_declared",)


def traces(request: Request, capacity: str) -> Answer:
    motive, profession = request["motive"], request["profession"]
    if motive not in CARE:
        return outside_care(request, capacity, motive)
    staff = capacity == "structure_staff"
    forbids = refused(request, capacity, profession, None)
    if not staff:
        if motive == "normal" and request["blocked"]:
            forbids.append("blocked_by_patient")
        if kind(request, profession) != "treating_physician":
            forbids.append("traces_of_others")
    if forbids:
        return answer("DENY", forbids)
    if capacity == "occupational_physician" and motive != "normal":
        return "INDETERMINATE", ("occupational_physician_in_emergency",)
    if not staff and motive == "normal" and not authorised(request, capacity):
        return "INDETERMINATE", ("access_without_ground",)
    if staff or capacity == "occupational_physician" or motive != "normal" or request["channel"] == "indirect":
        return "NOT_APPLICABLE", ()
    return "PERMIT", ("traces_for_treating_physician",)


def document_operation(request: Request, capacity: str) -> Answer:  # an if-chain is what is measured
    motive, action, profession = request["motive"], request["action"], request["profession"]
    if motive not in CARE:
        return outside_care(request, capacity, motive)
    author, practitioner = request.get("author"), kind(request, profession)
    actor = ACTORS[capacity][request["channel"]][practitioner]
    right = RIGHTS[action][actor][motive]
    managed = action in MANAGEMENT and request["document_type"] in PATIENTS_TYPES
    by_treating = managed and practitioner == "treating_physician"
    forbids = refused(request, capacity, profession, right)
    if right == "own" and not author and not by_treating:
        forbids.append("not_ones_own_document")
    elif right == "structure" and not request.get("own_structure"):
        forbids.append("not_of_ones_structure")
    if managed and not author and not by_treating and not request.get("own_structure"):
        forbids.append("patient_document_of_another_hand")
    if action in OPPOSABLE and motive != "normal":
        emergency_closed(request, motive, forbids)
    if forbids:
        return answer("DENY", forbids)

    abstains = _operation_unsettled(request, capacity, motive, action, profession)
    regulating = (
        motive == "centre_15" and actor in TREATING and (action in REGULATED or (action == "delete" and author))
    )
    if right is None and not regulating:
        abstains.append("operation_not_covered")
    if abstains:
        return answer("INDETERMINATE", abstains)
    return answer("PERMIT", _done(request, capacity, right, by_treating, bool(regulating)))


def _operation_unsettled(request: Request, capacity: str, motive: str, action: str, profession: str) -> list[str]:
    found: list[str] = []
    if capacity == "structure_staff":
        return found
    if request["blocked"]:
        found.append("blocked_other_operation")
    if motive == "normal":
        return found
    if capacity == "occupational_physician":
        found.append("occupational_physician_in_emergency")
    regulated = action == "find_reference" and motive == "centre_15"
    if regulated and profession not in DOCTORS and request["channel"] != "indirect":
        found.append("regulation_by_non_doctor")
    return found


def _done(request: Request, capacity: str, right: str | None, by_treating: bool, regulating: bool) -> list[str]:
    action, found = request["action"], []
    if right in ("yes", "structure") or (right == "own" and request.get("author")):
        found.append(DONE[action])
    if right == "own" and by_treating and action == "delete":
        found.append("deletion_of_a_patient_document")
    if regulating:
        found.append("regulation_operation_by_treating_physician")
    if (
        right == "yes"
        and action in OPPOSABLE
        and request["motive"] == "bris_de_glace"
        and capacity != "structure_staff"
        and request["profession"] in HEALTH_PROFESSIONALS
    ):
        found.append("bris_de_glace_operation")
    return found
