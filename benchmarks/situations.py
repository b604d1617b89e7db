"""The requests that are timed: sixteen situations of a record system, none of them a real person's.

`STATED` is what a caller says (9 to 15 facts); `SITUATIONS` says all 31, in the order of the vocabulary.
"""

from __future__ import annotations

from typing import Any

Facts = dict[str, Any]

_TEAM: Facts = {"care_team": True, "initial_consent": True, "blocked": False}
_DOCUMENT: Facts = {
    "record_status": "active",
    "document_type": "11488-4",
    "masked": False,
    "hidden_from_patient": False,
}
_CARE: Facts = {"action": "consult", "motive": "normal", "capacity": "professional", "channel": "direct"}
_NURSE: Facts = {**_CARE, "profession": "G15_60", **_DOCUMENT, **_TEAM}
_DOCTOR: Facts = {**_CARE, "profession": "G15_10", **_DOCUMENT, **_TEAM}
_STRANGER: Facts = {**_NURSE, "care_team": False, "initial_consent": False, "consent_this_time": False}
_BREAKING: Facts = {
    **_DOCTOR,
    "motive": "bris_de_glace",
    "care_team": False,
    "unable_to_express": True,
    "immediate_danger": True,
    "opposes_bris_de_glace": False,
}
_REGULATING: Facts = {**_DOCTOR, "motive": "centre_15", "care_team": False, "opposes_centre_15": False}
_DEPOSIT: Facts = {
    **_NURSE,
    "action": "deposit",
    "hidden_from_representatives": False,
    "secret_connection": False,
    "patient_objects_without_reason": False,
}

STATED: dict[str, Facts] = {
    "a nurse of the team reads a report": _NURSE,
    "a doctor of the team reads a report": _DOCTOR,
    "a nurse of the team reads a masked report": {**_NURSE, "masked": True},
    "a type closed to nurses": {**_NURSE, "document_type": "ATTEST-DROITS-AM"},
    "a nurse outside the team": _STRANGER,
    "a nurse outside the team, with consent": {**_STRANGER, "consent_this_time": True},
    "the treating physician reads a masked report": {**_DOCTOR, "treating_physician": True, "masked": True},
    "a pharmacist reads a prescription": {**_NURSE, "profession": "G15_21", "document_type": "57833-6"},
    "bris de glace": _BREAKING,
    "bris de glace, opposed": {**_BREAKING, "opposes_bris_de_glace": True},
    "regulation": _REGULATING,
    "regulation, a type without row": {**_REGULATING, "document_type": "34876-3"},
    "a nurse deposits": _DEPOSIT,
    "a secretary deposits": {**_DEPOSIT, "capacity": "structure_staff"},
    "a doctor archives the report of another": {**_DOCTOR, "action": "archive", "author": False},
    "the patient reads a report": {**_CARE, **_DOCUMENT, "capacity": "patient", "announcement": "done"},
}

# Every axis, in the order of the vocabulary: what a caller who says everything says of the rest.
_REST: Facts = {
    "action": "",
    "motive": "",
    "capacity": "",
    "channel": "",
    "profession": "G15_10",
    "document_type": "",
    "record_status": "active",
    "care_team": False,
    "initial_consent": False,
    "blocked": False,
    "masked": False,
    "consent_this_time": False,
    "authorization": "none",
    "treating_physician": False,
    "author": False,
    "own_structure": False,
    "activity_genre": "none",
    "specialty": "none",
    "express_consent": False,
    "resident_agreement": False,
    "unable_to_express": False,
    "immediate_danger": False,
    "masked_open_in_emergency": False,
    "opposes_bris_de_glace": False,
    "opposes_centre_15": False,
    "hidden_from_patient": False,
    "hidden_from_representatives": False,
    "document_state": "current",
    "announcement": "done",
    "secret_connection": False,
    "patient_objects_without_reason": False,
}
SITUATIONS = {name: _REST | stated for name, stated in STATED.items()}
