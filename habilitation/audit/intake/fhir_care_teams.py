"""From a FHIR CareTeam ("cercle de soins") to facts: who was in the team, and when."""

from __future__ import annotations

from msgspec import Raw

from habilitation.audit.intake.fhir_periods import common, half_open, until_changed
from habilitation.audit.intake.fhir_shapes import (
    Concept,
    Fact,
    Facts,
    Meta,
    Period,
    Reference,
    Shape,
    actor,
    doubts,
)
from habilitation.audit.intake.sentences import say

CARE_TEAM_FACTS = ("care_team", "treating_physician")
_TREATING = "PCP"  # primary care physician, in HL7's functions of a participation
_NO_PROFESSIONAL = ("Patient", "RelatedPerson")


class Participant(Shape):
    """A member, for a time; one who leaves and returns is there twice."""

    member: Reference | None = None
    role: list[Concept] | Concept | None = None  # several in R4, one in R5
    period: Period | None = None  # R4
    coverage_period: Period | None = None  # R5
    coverage_timing: Raw = Raw()  # R5


class CareTeam(Shape):
    """A team around a patient."""

    meta: Meta | None = None
    status: str | None = None
    subject: Reference | None = None
    period: Period | None = None
    participant: list[Participant] | None = None
    modifier_extension: list[Raw] | None = None


def care_team_facts(team: CareTeam) -> Facts:
    """`care_team` for each member over what its period and the team's have in common; `treating_physician` for a PCP.

    A team with another status than active is refused whole; FHIR lets the status be left out. Relatives and the
    patient are members without being professionals: no fact. Our reading: the fact of an organisation is its
    structure's, so that it holds for whoever the memberships place there. What is refused leaves in doubt what it may
    have said: a team that is no more in force was, until it last changed at the latest.
    """
    patient = team.subject.id if team.subject and team.subject.kind in ("Patient", "") else None
    span = half_open(team.period)
    if team.status not in ("active", None):
        changed = team.meta.last_updated if team.meta else None
        told = "not_in_force", say("not_in_force.team", status=team.status)
        return doubts(patient, CARE_TEAM_FACTS, until_changed(span, changed)), [told]
    if team.modifier_extension:
        told = "care_team_not_expressible", say("care_team_not_expressible")
        return doubts(patient, CARE_TEAM_FACTS, span), [told]
    if patient is None:
        return [], [("missing_patient", say("missing_patient.team"))]
    facts: list[Fact] = []
    problems: list[tuple[str, str]] = []
    for number, one in enumerate(team.participant or (), start=1):
        if one.member is not None and one.member.kind in _NO_PROFESSIONAL:
            continue
        during = common(half_open(one.period or one.coverage_period), span)
        found = _member(one, patient, during)
        if isinstance(found, str):
            problems.append(("care_team_not_expressible", say("participant", number=number, told=found)))
            facts += doubts(patient, _said_of(one), during)
        else:
            facts += found
    return facts, problems


def _member(one: Participant, patient: str, during: tuple[str | None, str | None]) -> list[Fact] | str:
    """The facts of a member, else why there is none."""
    who = actor(one.member)
    if isinstance(who, str):
        return who
    if one.coverage_timing:
        return say("member.at_times")
    names = _said_of(one) if who[0] == "professional" else CARE_TEAM_FACTS[:1]
    return [Fact(patient, *who, name, "true", *during) for name in names]


def _said_of(one: Participant) -> tuple[str, ...]:
    """The facts of a person who is this participant."""
    roles = one.role if isinstance(one.role, list) else [one.role] if one.role else []
    return CARE_TEAM_FACTS if any(_TREATING in role.codes() for role in roles) else CARE_TEAM_FACTS[:1]
