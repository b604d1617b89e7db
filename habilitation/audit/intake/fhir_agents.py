"""Who is behind an AuditEvent: the person among the agents, the organisation, and the purpose they gave."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TypeVar

import msgspec
from msgspec import Raw, Struct

from habilitation.audit.intake.fhir_codes import (
    BREAK_GLASS,
    HUMANS,
    MACHINES,
    ORGANISATIONS,
    REGULATION,
    known_system,
    may_be_profession,
    written,
)
from habilitation.audit.intake.fhir_shapes import PEOPLE, Concept, Reference, Shape
from habilitation.audit.intake.sentences import say

_NO_PERSON = 9
Purpose = tuple[str | None, str | None]  # the motive, and the text beside it


class Unclear(ValueError):
    """An event that cannot be one access: `code` is stable, the text is a sentence."""

    def __init__(self, code: str, message: str) -> None:
        self.code, self.sentence = code, message
        super().__init__(message)


class WrittenAgent(Shape):
    """An agent as written."""

    type: Concept | None = None
    role: list[Concept] | None = None
    who: Reference | None = None
    alt_id: str | None = None  # R4
    requestor: bool | None = None
    location: Reference | None = None
    purpose_of_use: list[Concept] | None = None  # R4
    authorization: list[Concept] | None = None  # R5


class Agent(Struct, gc=False, frozen=True):
    """What an agent says. `rank`: how sure it is that a person asked, 0 the surest, 9 when it is no person."""

    rank: int = _NO_PERSON
    organisation: bool = False
    id: str | None = None
    is_patient: bool = False
    profession: str | None = None
    specialty: str | None = None
    unit: str | None = None
    purpose: Purpose = (None, None)
    unclear: tuple[str, str] | None = None


NOBODY = Agent()
_decode = msgspec.json.Decoder(WrittenAgent).decode
_known: dict[bytes, Agent] = {}
_agents = msgspec.json.Decoder(list[Raw] | None).decode
# One person at one place says the same all day: all agents together come back as each of them does.
_together: dict[bytes, tuple[Agent, Agent]] = {}


def actors(raw: bytes) -> tuple[Agent, Agent]:
    """The person and the organisation among the agents of an event, from their JSON; NOBODY where there is none.

    Raises Unclear, and msgspec.ValidationError with the place within the event.
    """
    return _together.get(raw) or remembered(_together, raw, _among(_apart(raw)))


def _apart(raw: bytes) -> Sequence[Raw]:
    try:
        return (_agents(raw) or ()) if raw else ()
    except msgspec.ValidationError as error:
        raise placed(error, "agent") from None


def _among(raw: Sequence[Raw]) -> tuple[Agent, Agent]:
    """The person and the organisation.

    The person is the one that requested, else the surest by type. Of two as sure, none: neither is accused of what
    the other did. Raises Unclear, and msgspec.ValidationError with the place within the event.
    """
    best = structure = NOBODY
    two = False
    for index, one in enumerate(raw):
        key = bytes(one)
        agent = _known.get(key) or _read(index, key)
        rank = agent.rank
        if rank < best.rank:
            best, two = agent, False
        elif rank == best.rank != _NO_PERSON and agent.id is not None:
            two = two or (best.id is not None and best.id != agent.id)
            best = agent if best.id is None else best
        if agent.organisation and agent.id is not None and structure is NOBODY:
            structure = agent
    if best.unclear is not None and not two:
        raise Unclear(*best.unclear)
    return NOBODY if two else best, structure


def _read(index: int, raw: bytes) -> Agent:
    try:
        return remembered(_known, raw, understood(_decode(raw)))
    except msgspec.ValidationError as error:
        raise placed(error, f"agent[{index}]") from None


def understood(agent: WrittenAgent) -> Agent:
    """What an agent says, by itself."""
    types = agent.type.codes() if agent.type else []
    kind = agent.who.kind if agent.who else ""
    problem = None
    trade: tuple[str | None, str | None] = (None, None)
    purpose: Purpose = (None, None)
    try:
        trade = _trade(agent.role or ())
        purpose = motive([*(agent.purpose_of_use or ()), *(agent.authorization or ())])
    except Unclear as error:
        problem = error.code, error.sentence
    return Agent(
        rank=_rank(kind, types, agent.requestor),
        organisation=not ORGANISATIONS.isdisjoint(types),
        id=(agent.who.id if agent.who else None) or agent.alt_id or None,
        is_patient=kind == "Patient",
        profession=trade[0],
        specialty=trade[1],
        unit=agent.location.id if agent.location else None,
        purpose=purpose,
        unclear=problem,
    )


def _rank(kind: str, types: list[str], requestor: bool | None) -> int:
    """A machine that requests is no person: DICOM writes the process that asked as the requestor."""
    if not ORGANISATIONS.isdisjoint(types) or (kind and kind not in PEOPLE):
        return _NO_PERSON
    if not kind and not MACHINES.isdisjoint(types):
        return _NO_PERSON
    return 0 if requestor else min((HUMANS[one] for one in types if one in HUMANS), default=_NO_PERSON)


Key = TypeVar("Key")
Found = TypeVar("Found")


def remembered(known: dict[Key, Found], key: Key, found: Found) -> Found:
    """What was found, kept for the next event that says the same; of too many, all are forgotten."""
    if len(known) >= _REMEMBERED:
        known.clear()
    known[key] = found
    return found


_REMEMBERED = 20_000  # parts kept of each sort, some hundred bytes each


def placed(error: msgspec.ValidationError, name: str) -> msgspec.ValidationError:
    """The same error, its place told from the event and not from the element `name`."""
    told = str(error)
    return msgspec.ValidationError(told.replace("`$", f"`$.{name}", 1) if "`$" in told else f"{told} - at `$.{name}`")


def _trade(roles: Iterable[Concept]) -> tuple[str | None, str | None]:
    """Profession and specialty, by the systems of their codes; else the first code that may be a profession."""
    told: dict[str, list[str]] = {"profession": [], "specialty": [], "": []}
    for role in roles:
        for coding in role.codings():
            column, _ = known_system(coding.system or "")
            if coding.code and (column or may_be_profession(coding.system or "")):
                told.setdefault(column, []).append(written(coding.code, coding.system))
        if role.text and not role.coding:
            told[""].append(role.text)
    for column in ("profession", "specialty"):
        if len(set(told[column])) > 1:
            several = ", ".join(f"`{code}`" for code in dict.fromkeys(told[column]))
            code = f"several_{_PLURALS[column]}"
            raise Unclear(code, say(code, several=several))
    return next(iter(told["profession"] or told[""]), None), next(iter(told["specialty"]), None)


_PLURALS = {"profession": "professions", "specialty": "specialties"}


def motive(purposes: Iterable[Concept]) -> Purpose:
    """The motive that purposes of use state and the text beside it. Breaking the glass prevails, then regulation.

    Raises Unclear for several other purposes: an access has one motive.
    """
    told: dict[str, str | None] = {}
    for purpose in purposes:
        codings = [coding for coding in purpose.codings() if coding.code]
        known = [coding for coding in codings if known_system(coding.system or "")[0] == "motive"] or codings
        word = written(known[0].code or "", known[0].system) if known else purpose.text
        if word:
            told.setdefault(word, purpose.text)
    for exceptional in (BREAK_GLASS, REGULATION):
        for word, text in told.items():
            if word.partition("^")[0] in exceptional:
                return word, text
    if len(told) > 1:
        several = ", ".join(f"`{word}`" for word in told)
        raise Unclear("several_purposes", say("several_purposes", several=several))
    return next(iter(told.items()), (None, None))
