"""The baseline: the DMP rules of the edition in force, written by hand as ifs over dicts, without `habilitation`.

It does what a careful engineer would do: the matrices are dicts of dicts read once, the capacity and the action choose
a short function, a kind of rule that is not needed is not looked at, and all the rules of the winning kind are named.
It takes a dict with the facts that its ifs reach (those with a default may be left out) and trusts its codes; the
engine refuses unknown ones, answers with facts missing, knows dates and has sentences: this does not.
`tests/test_if_chain.py` holds it to the answers of the engine.
"""

from __future__ import annotations

from benchmarks.if_chain_deposit import deposit
from benchmarks.if_chain_matrices import CARERS, MANAGEMENT, OFF_RECORD, Answer, Request, answer
from benchmarks.if_chain_operations import (
    administration,
    authorization,
    document_operation,
    system_operation,
    traces,
)
from benchmarks.if_chain_reading import consult, search

EDITION = "2025-07-08"

ON_THE_SIDE_OF_CARE = {
    "consult": consult,
    "search": search,
    "deposit": deposit,
    "read_all_traces": traces,
    **dict.fromkeys(OFF_RECORD, system_operation),
    **dict.fromkeys(["open_web_access", "read_admin_data", "list_professionals"], administration),
    **dict.fromkeys(["declare_authorization", "remove_authorization", "resign_as_treating_physician"], authorization),
    **dict.fromkeys(["find_reference", "mask", "unmask", "show_to_patient", *MANAGEMENT], document_operation),
}
SHOWN_TO_THE_HOLDER = frozenset({"consult", "search", "list_professionals", "read_all_traces"})
STILL_WITHHELD = frozenset({"under_two_weeks", "two_weeks_to_one_month"})
GOVERNED_BY_THE_PATIENT = frozenset({"mask", "unmask", "list_professionals", "read_all_traces"})


def decide(request: Request) -> Answer:
    """The effect, and the names of all the rules that give it, sorted."""
    capacity = request["capacity"]
    if capacity in CARERS:
        return ON_THE_SIDE_OF_CARE[request["action"]](request, capacity)
    if capacity == "patient":
        return _patient(request, request["action"])
    if capacity == "legal_representative":
        return _representative(request, request["action"])
    return _excluded(request, capacity)


def _patient(request: Request, action: str) -> Answer:  # noqa: C901  # an if-chain is what is measured
    if action in OFF_RECORD:
        return "NOT_APPLICABLE", ()
    status = request["record_status"]
    closed = status == "closed" and action in SHOWN_TO_THE_HOLDER
    forbids, permits = [], []
    if status != "active" and not closed:
        forbids.append("record_not_active")
    if action == "consult":
        permits.append("patient_consultation")
        if request["hidden_from_patient"]:
            announcement = request["announcement"]
            if announcement == "under_two_weeks":
                forbids.append("withheld_until_announcement")
            elif announcement == "two_weeks_to_one_month":
                forbids.append("withheld_after_two_weeks")
            elif announcement == "over_one_month":
                permits.append("opened_after_one_month")
    elif action == "search":
        permits += ["metadata_searched", "patient_consultation"]
    elif action in GOVERNED_BY_THE_PATIENT:
        permits.append("patient_governs_the_record")
    elif action in MANAGEMENT and request.get("author"):
        permits.append("patient_manages_own_document")
    if forbids:
        return answer("DENY", forbids)
    return ("INDETERMINATE", ("closed_record_of_the_holder",)) if closed else answer("PERMIT", permits)


def _representative(request: Request, action: str) -> Answer:
    status, forbids, abstains = request["record_status"], [], []
    if status == "closed" and action in SHOWN_TO_THE_HOLDER:
        abstains.append("closed_record_of_the_holder")
    elif action not in OFF_RECORD and status != "active":
        forbids.append("record_not_active")
    if action == "consult":
        if request["hidden_from_representatives"]:
            forbids.append("not_for_representatives")
        if request["hidden_from_patient"] and request["announcement"] in STILL_WITHHELD:
            abstains.append("representative_before_announcement")
    if forbids:
        return answer("DENY", forbids)
    if abstains:
        return answer("INDETERMINATE", abstains)
    if action == "search":
        return "PERMIT", ("metadata_searched", "representative_consultation")
    return ("PERMIT", ("representative_consultation",)) if action == "consult" else ("NOT_APPLICABLE", ())


def _excluded(request: Request, capacity: str) -> Answer:
    forbids = []
    if capacity == "insurer" or request["motive"] == "insurance":
        forbids.append("insurance")
    if capacity == "employer" or request["motive"] == "employment":
        forbids.append("employment")
    if request["action"] not in OFF_RECORD and request["record_status"] != "active":
        forbids.append("record_not_active")
    return answer("DENY", forbids)
