"""The few parts of FHIR data types that an audit reads, in the shapes of R4, R5 and R6 alike."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from msgspec import Struct

from habilitation.audit.intake.sentences import say

PEOPLE = frozenset({"Practitioner", "PractitionerRole", "Patient", "RelatedPerson"})


class Shape(Struct, gc=False, rename="camel"):
    """A part of a resource: elements that are not named here are skipped. Parts never refer back to what holds them."""


class Coding(Shape):
    """A code and its system."""

    system: str | None = None
    code: str | None = None


class Concept(Shape):
    """A Coding or a CodeableConcept: where R4 writes `{"code": …}`, R5 may write `{"coding": [{"code": …}]}`."""

    system: str | None = None
    code: str | None = None
    coding: list[Coding] | None = None
    text: str | None = None

    def codings(self) -> Iterable[Coding | Concept]:
        """The codings of a CodeableConcept, or the Coding itself; none when only a text is given."""
        if self.coding:
            return self.coding
        return (self,) if self.code else ()

    def codes(self) -> list[str]:
        return [coding.code for coding in self.codings() if coding.code]


class Identifier(Shape):
    """An identifier, within a system."""

    system: str | None = None
    value: str | None = None


class Reference(Shape):
    """A reference to a resource, by address or by identifier."""

    reference: str | None = None
    type: str | None = None
    identifier: Identifier | None = None

    @property
    def id(self) -> str | None:
        """`identifier.value`, else the id within `reference`; None when only a name is displayed."""
        if self.identifier is not None and self.identifier.value:
            return self.identifier.value
        return id_in(self.reference) if self.reference else None

    @property
    def kind(self) -> str:
        """The type of the resource (`Patient`), or nothing when neither the address nor `type` tells."""
        path, query, _ = (self.reference or "").partition("?")
        steps = path.partition("/_history/")[0].split("/") + ([""] if query else [])
        return steps[-2] if len(steps) > 1 and steps[-2].isalpha() else (self.type or "").rpartition("/")[2]


class Period(Shape):
    """FHIR instants or dates, as written; the end is included."""

    start: str | None = None
    end: str | None = None


def id_in(address: str) -> str | None:
    """`123` in `Patient/123`, `https://…/Patient/123/_history/2` and `Patient?identifier=system|123`.

    An address within the resource (`#123`) has no meaning outside it: None. A URN is kept whole.
    """
    kind, _, name = address.partition("/")
    if name and kind.isalpha() and "/" not in name and "?" not in name:
        return name  # nearly all of them
    if address.startswith("#"):
        return None
    if address.startswith("urn:"):
        return address
    path, _, query = address.partition("?")
    if query:
        name, _, value = query.partition("=")
        return value.rpartition("|")[2] or None if name in ("identifier", "_id") else None
    return path.partition("/_history/")[0].rstrip("/").rpartition("/")[2] or None


class Fact(NamedTuple):
    """A row of facts, all texts; `actor_id` is empty for `any`, ends are open when null."""

    patient_id: str
    actor_kind: str
    actor_id: str
    fact: str
    value: str = "true"
    valid_from: str | None = None
    valid_to: str | None = None
    recorded_at: str | None = None
    doubtful: bool = False  # what was refused may have said it, or its contrary


class Meta(Shape):
    """When a resource last changed."""

    last_updated: str | None = None


def doubts(patient: str | None, facts: Iterable[str], during: tuple[str | None, str | None] | None) -> list[Fact]:
    """These facts of a patient in doubt, whoever asks, as long as what was refused may have held (None: never)."""
    if patient is None or during is None:
        return []
    return [Fact(patient, "any", "", fact, "true", *during, doubtful=True) for fact in facts]


# Facts, and what is not expressed by them: a stable code and a sentence each.
Facts = tuple[list[Fact], list[tuple[str, str]]]

_ACTORS = {"Practitioner": "professional", "PractitionerRole": "professional", "Organization": "structure"}


def actor(who: Reference | None) -> tuple[str, str] | str:
    """Kind and identifier of who a fact is about; else why there is none, as the end of a sentence."""
    if who is None or not who.id:
        return say("actor.nobody")
    if who.kind not in _ACTORS:
        return say("actor.other", kind=who.kind) if who.kind else say("actor.untold")
    return _ACTORS[who.kind], who.id
