"""What happened in an AuditEvent, and how it ended, by the codes of all editions."""

from __future__ import annotations

from typing import Any

import msgspec
from msgspec import Struct

from habilitation.audit.intake.fhir_agents import Purpose, motive, placed
from habilitation.audit.intake.fhir_codes import (
    ACT_REASON,
    ACTIONS,
    DECISIONS,
    INTERACTIONS,
    OUTCOMES,
    OVERRIDE_STARTED,
    REFUSALS,
)
from habilitation.audit.intake.fhir_shapes import Concept, Shape


class Outcome(Shape):
    """R5: a code, and details of why."""

    code: Concept | None = None
    detail: list[Concept] | None = None


class Happening(Struct, gc=False, frozen=True):
    """The action by the policy's name, the outcome, the purpose of the event, and a remark on a success."""

    action: str | None
    outcome: str | None
    purpose: Purpose
    remark: str | None


# The parts of an event that tell it, in the order of `happening`.
PARTS = ("type", "subtype", "category", "code", "purposeOfEvent", "authorization", "outcome")
_CONCEPTS = list[Concept] | Concept | None  # one in an edition, several in another
_DECODERS: dict[str, Any] = {name: msgspec.json.Decoder(_CONCEPTS).decode for name in PARTS[:-1]}
_DECODERS["outcome"] = msgspec.json.Decoder(str | Outcome | None).decode


def happening(action: str | None, *parts: bytes) -> Happening:
    """What happened, from the action and the JSON of PARTS (empty: absent).

    Raises Unclear for several purposes, and msgspec.ValidationError with the place within the event.
    """
    told = {name: _part(name, raw) for name, raw in zip(PARTS, parts, strict=True)}
    kinds = [code for name in ("subtype", "code", "category", "type") for one in told[name] for code in one.codes()]
    outcome, remark = _ending(told["outcome"], kinds)
    purpose = motive([*told["purposeOfEvent"], *told["authorization"]])
    if purpose[0] is None and OVERRIDE_STARTED in kinds:
        purpose = f"BTG^{ACT_REASON}", None
    return Happening(_action(action, kinds), outcome, purpose, remark)


def _part(name: str, raw: bytes) -> Any:
    try:
        found = _DECODERS[name](raw) if raw else None
    except msgspec.ValidationError as error:
        raise placed(error, name) from None
    return found if name == "outcome" or isinstance(found, list) else [found] if found else []


def _action(action: str | None, kinds: list[str]) -> str | None:
    """The policy's name of what was done; else what was written (`E/110127`), for a mapping to name."""
    for kind in kinds:
        if kind in INTERACTIONS:
            return INTERACTIONS[kind]
    if action in ACTIONS:
        return ACTIONS[action]
    return "/".join([*([action] if action else ()), *kinds[:1]]) or None


def _ending(stated: str | Outcome | None, kinds: list[str]) -> tuple[str | None, str | None]:
    """`done`, `refused` or `failed`, else the code written, else None; and the text of a detail."""
    if not isinstance(stated, Outcome):
        return _outcome(stated or None, kinds), None
    details = stated.detail or []
    remark = next((detail.text for detail in details if detail.text), None)
    if any(not REFUSALS.isdisjoint(detail.codes()) for detail in details):
        return "refused", remark
    return _outcome(next(iter(stated.code.codes()), None) if stated.code else None, kinds), remark


def _outcome(code: str | None, kinds: list[str]) -> str | None:
    if code == "8" and not DECISIONS.isdisjoint(kinds):
        return "refused"
    return OUTCOMES.get(code, code) if code else None
