"""The baseline, by those who ask on the side of care: depositing, and what other operations share with it."""

from __future__ import annotations

from benchmarks.if_chain_matrices import (
    ACTORS,
    CARE,
    DOCTORS,
    GENERAL_RULE,
    HEALTH_PROFESSIONALS,
    RIGHTS,
    STAFF_DEPOSIT,
    TREATING,
    Answer,
    Request,
    answer,
    kind,
    unqualified,
)
from benchmarks.if_chain_outside import outside_care


def deposit(request: Request, capacity: str) -> Answer:  # noqa: C901, PLR0911, PLR0912  # an if-chain is what is measured
    motive, profession, channel = request["motive"], request["profession"], request["channel"]
    if motive not in CARE:
        return outside_care(request, capacity, motive)
    actor = ACTORS[capacity][channel][kind(request, profession)]
    right, by_staff = RIGHTS["deposit"][actor][motive], STAFF_DEPOSIT[actor][motive] == "yes"
    forbids = refused(request, capacity, profession, None if by_staff else right)
    if motive == "centre_15" and request["opposes_centre_15"]:
        forbids.append("opposition_to_regulation")
    elif motive == "bris_de_glace" and request["opposes_bris_de_glace"]:
        forbids.append("opposition_to_bris_de_glace")
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
    if channel != "indirect" and capacity != "structure_staff" and profession not in HEALTH_PROFESSIONALS:
        abstains.append("deposit_by_other_professional")
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
    if regulating:
        return "PERMIT", ("regulation_operation_by_treating_physician",)
    return _deposited(request, capacity, motive)


def _deposited(request: Request, capacity: str, motive: str) -> Answer:
    permits = ["professional_deposit"]
    if motive == "normal":
        if request.get("patient_objects_without_reason") and authorised(request, capacity):
            permits.append("deposit_despite_objection")
        if request["blocked"]:
            permits.append("deposit_by_a_blocked_professional")
    elif motive == "bris_de_glace":
        permits.append("bris_de_glace_operation")
    return answer("PERMIT", permits)


def authorised(request: Request, capacity: str) -> bool:
    """The agreement that the regime of a capacity asks for."""
    if capacity in GENERAL_RULE:
        return bool(
            (request.get("care_team") and request.get("initial_consent"))
            or request.get("consent_this_time")
            or request.get("authorization") == "valid"
        )
    return bool(request.get("resident_agreement" if capacity == "coordinating_physician" else "express_consent"))


def refused(request: Request, capacity: str, profession: str, right: str | None) -> list[str]:
    """What closes any operation on a record."""
    found = []
    if request["record_status"] != "active":
        found.append("record_not_active")
    if profession not in DOCTORS:
        unqualified(request, capacity, profession, found)
    if right == "no":
        found.append("operation_refused")
    return found
