"""The baseline, by those who ask on the side of care with a motive that is none of care."""

from __future__ import annotations

from benchmarks.if_chain_matrices import (
    ACTORS,
    DOCTORS,
    MANAGEMENT,
    OFF_RECORD,
    PATIENTS_TYPES,
    RIGHTS,
    Answer,
    Request,
    answer,
    kind,
    unqualified,
)


def outside_care(request: Request, capacity: str, motive: str) -> Answer:
    """A motive that is none of care: nothing opens, whatever is asked."""
    action, profession = request["action"], request["profession"]
    practitioner = kind(request, profession)
    actor = ACTORS[capacity][request["channel"]][practitioner]
    forbids = []
    if action not in OFF_RECORD and request["record_status"] != "active":
        forbids.append("record_not_active")
    if profession not in DOCTORS:
        unqualified(request, capacity, profession, forbids)
    if motive in ("insurance", "employment"):
        forbids.append(motive)
    if action == "consult":
        if capacity == "structure_staff":
            forbids.append("staff_never_consults")
        if request["channel"] == "indirect":
            forbids.append("indirect_never_consults")
    else:
        _refused_outside_care(request, action, actor, motive, practitioner, forbids)
    if forbids:
        return answer("DENY", forbids)
    if action == "deposit" and request["masked"] and request["hidden_from_patient"]:
        return "INDETERMINATE", ("masked_and_hidden_together",)
    return "NOT_APPLICABLE", ()


def _refused_outside_care(
    request: Request, action: str, actor: str | None, motive: str, practitioner: str, found: list[str]
) -> None:
    right = RIGHTS[action][actor][motive]
    if right == "no":
        found.append("operation_refused")
    elif right == "own" and not request.get("author"):
        treating = practitioner == "treating_physician"
        if not (action in MANAGEMENT and treating and request["document_type"] in PATIENTS_TYPES):
            found.append("not_ones_own_document")
    if action == "deposit" and request["secret_connection"] and not request["hidden_from_representatives"]:
        found.append("secret_connection_deposit")
