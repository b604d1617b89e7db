"""From a FHIR AuditEvent to the text columns of an access: R4, R5 and the R6 ballot are told apart by shape."""

from __future__ import annotations

import binascii
import re
from collections.abc import Mapping, Sequence

import msgspec
from msgspec import Raw

from habilitation.audit.intake.fhir_agents import Agent, Purpose, Unclear, actors, placed, remembered
from habilitation.audit.intake.fhir_codes import detailed, written
from habilitation.audit.intake.fhir_happenings import Happening, happening
from habilitation.audit.intake.fhir_shapes import Concept, Period, Reference, Shape, id_in
from habilitation.audit.intake.sentences import say

COLUMNS = (
    "event_id",
    "time",
    "professional_id",
    "profession",
    "specialty",
    "capacity",
    "structure_id",
    "unit_id",
    "patient_id",
    "document_id",
    "document_type",
    "action",
    "motive",
    "outcome",
    "request_id",
    "justification",
)
Row = tuple[str | None, ...]


class Detail(Shape):
    """A named value about an entity."""

    type: str | Concept | None = None  # a text in R4, a CodeableConcept in R5
    value_string: str | None = None
    value_codeable_concept: Concept | None = None


class Entity(Shape):
    """What an event was about."""

    what: Reference | None = None
    type: Raw = Raw()
    role: Raw = Raw()
    detail: list[Detail] | None = None
    query: str | None = None


class Event(Shape):
    """An AuditEvent of any edition: only what an audit reads. Parts that come back line after line are kept raw."""

    resource_type: str = ""
    id: str | None = None
    period: Period | None = None  # R4
    occurred_period: Period | None = None  # R5
    occurred_date_time: str | None = None  # R5
    recorded: str | None = None
    type: Raw = Raw()  # R4, R6
    subtype: Raw = Raw()  # R4, R6
    category: Raw = Raw()  # R5
    code: Raw = Raw()  # R5
    action: str | None = None
    outcome: Raw = Raw()
    outcome_desc: str | None = None  # R4
    purpose_of_event: Raw = Raw()  # R4
    authorization: Raw = Raw()  # R5, R6
    patient: Reference | None = None  # R5, R6
    agent: Raw = Raw()
    entity: list[Entity] | None = None


_known: dict[tuple[str | None, bytes], Happening] = {}
_concept = msgspec.json.Decoder(Concept | None).decode
_played: dict[bytes, str] = {}
_APART = b"\0"  # begins no JSON: parts joined with it are told apart, at a third of the cost of a tuple of them


def accesses(event: Event, entry: str = "") -> list[Row]:
    """The accesses of an event, in the order of COLUMNS: one, or one a document when it names several.

    `entry` is appended to the identifier of the event. Raises Unclear, and msgspec.ValidationError for a part.
    """
    user, structure = actors(bytes(event.agent))
    what = _happening(event)
    period = event.period or event.occurred_period
    time = (period.start if period is not None else None) or event.occurred_date_time or event.recorded
    patients, documents, details, request = _about(event.entity or ())
    patient = (event.patient.id if event.patient is not None else None) or _patient(patients, event.entity or ())
    motive, why = _purpose(user, what, structure)
    # What comes with a refusal tells why it was refused, not why it was asked.
    remark = event.outcome_desc or what.remark if what.outcome in (None, "done") else None
    row = (
        f"{event.id or ''}{entry}" if entry else event.id or None,
        time,
        user.id,
        user.profession,
        user.specialty,
        "patient" if user.is_patient and user.id == patient else None,
        structure.id,
        user.unit,
        patient,
        documents[0] if documents else None,
        details.get("document_type"),
        what.action,
        motive,
        what.outcome,
        request,
        details.get("justification") or why or remark,
    )
    return [row] if len(documents) <= 1 else _of_each(row, _types(documents, event.entity or ()))


def _of_each(row: Row, documents: Mapping[str, str | None]) -> list[Row]:
    """An access a document, of its own type: the event is then named `id#1`, `id#2` and so on."""
    name, document, kind = (COLUMNS.index(column) for column in ("event_id", "document_id", "document_type"))
    return [
        (*row[:name], f"{row[name] or ''}#{number}", *row[name + 1 : document], one, told, *row[kind + 1 :])
        for number, (one, told) in enumerate(documents.items(), start=1)
    ]


def _happening(event: Event) -> Happening:
    parts = (
        event.type,
        event.subtype,
        event.category,
        event.code,
        event.purpose_of_event,
        event.authorization,
        event.outcome,
    )
    key = event.action, _APART.join(parts)
    return _known.get(key) or remembered(_known, key, happening(event.action, *map(bytes, parts)))


def _purpose(user: Agent, what: Happening, structure: Agent) -> Purpose:
    """The purpose of the person, else of the event, else of the organisation; and the text beside it."""
    if user.purpose[0] is not None:
        return user.purpose
    return what.purpose if what.purpose[0] is not None else structure.purpose


# --- what it was about ----------------------------------------------------------------------------

_DOCUMENT_ROLES = ("4", "3", "20")


def _code(concept: Concept) -> str | None:
    """The first code of a CodeableConcept."""
    return next(iter(concept.codes()), None)


def _about(entities: Sequence[Entity]) -> tuple[list[str], list[str], dict[str, str], str | None]:
    """Patients, documents or resources looked at, details by column, and the identifier of the request.

    Documents are those of the first role that names any, of 4 (resource), 3 (report) and 20 (job).
    """
    patients: list[str] = []
    named: dict[str, list[str]] = {}
    details: dict[str, str] = {}
    request = None
    for index, entity in enumerate(entities):
        parts = _APART.join((entity.role, entity.type))
        code = _played.get(parts)
        if code is None:
            code = remembered(_played, parts, _part(index, bytes(entity.role), bytes(entity.type)))
        what = entity.what
        if code and what is not None and (one := what.id):
            if code == "1":
                patients.append(one)
            elif code in _DOCUMENT_ROLES:
                named.setdefault(code, []).append(one)
            elif code == "XrequestId":
                request = request or one
        if entity.detail is not None:
            for detail in entity.detail:
                _keep(detail, details)
    documents = next((named[role] for role in _DOCUMENT_ROLES if role in named), []) if named else []
    return patients, documents if len(documents) < 2 else list(dict.fromkeys(documents)), details, request  # noqa: PLR2004


def _types(documents: Sequence[str], entities: Sequence[Entity]) -> dict[str, str | None]:
    """The type of each document: that of its own entity, else one beside no document of these, which is of them all."""
    told: dict[str, str] = {}
    for entity in entities:
        details: dict[str, str] = {}
        for detail in entity.detail or ():
            _keep(detail, details)
        if "document_type" in details:
            name = (entity.what.id if entity.what is not None else None) or ""
            told.setdefault(name if name in documents else "", details["document_type"])
    return {one: told.get(one, told.get("")) for one in documents}


def _part(index: int, role: bytes, kind: bytes) -> str:
    """The part an entity plays: its role, else its type when that tells; else nothing."""
    concepts = []
    for name, raw in (("role", role), ("type", kind)):
        try:
            concepts.append(_concept(raw) if raw else None)
        except msgspec.ValidationError as error:
            raise placed(error, f"entity[{index}].{name}") from None
    code, other = ((one.code or _code(one)) if one is not None else None for one in concepts)
    return code or (other if other in ("1", "XrequestId") else None) or ""


def _patient(named: list[str], entities: Sequence[Entity]) -> str | None:
    """The patient among those named, else in what was searched for. Raises Unclear for several."""
    if len(named) == 1:
        (one,) = named
        return one.partition("^^^")[0] if "^" in one else one  # HL7 v2 writes `id^^^authority`
    found = set(named) or {one.what.id for one in entities if one.what and one.what.kind == "Patient"} - {None}
    found = found or {patient for entity in entities if entity.query for patient in searched(entity.query)}
    if len(found) > 1:
        several = ", ".join(f"`{one}`" for one in sorted(map(str, found)))
        raise Unclear("several_patients", say("several_patients", several=several))
    return _patient([str(one) for one in found], ()) if found else None


def _keep(detail: Detail, details: dict[str, str]) -> None:
    """Keep the value of a detail by the column it fills."""
    kind, value = detail.type, detail.value_string
    if value is None and detail.value_codeable_concept is not None:
        coding = next(iter(detail.value_codeable_concept.codings()), None)
        value = written(coding.code, coding.system) if coding and coding.code else None
    if value and kind is not None:
        for name in (kind,) if isinstance(kind, str) else (*kind.codes(), kind.text or ""):
            details.setdefault(detailed(name), value)


_PARAMETER = re.compile(r"(?:[?&]|^)(?:patient|subject)(?::Patient|\.identifier|\._id)?=([^&\s]+)", re.MULTILINE)
_PATH = re.compile(r"[/\s]Patient(?:/([A-Za-z0-9.-]+)|\?(?:[^\s]*&)?(?:_id|identifier)=([^&\s]+))")
_ESCAPED = re.compile(r"%([0-9A-Fa-f]{2})")


def searched(query: str) -> list[str]:
    """The patients that a query (base64 of an HTTP request) is about, by its parameters, else by its path."""
    try:
        text = binascii.a2b_base64(query).decode("utf-8", "replace")
    except ValueError:
        return []
    values = _PARAMETER.findall(text) or [one or other for one, other in _PATH.findall(text)]
    meant = [_ESCAPED.sub(lambda escaped: chr(int(escaped.group(1), 16)), value) for value in values]
    found = [id_in(one.rpartition("|")[2]) for value in meant for one in value.split(",")]
    return [one for one in found if one]
