"""From a FHIR Consent to facts: R4 and R5 told apart by shape. What facts cannot say is refused, not rounded.

How a Consent becomes facts of the DMP is our reading, which no text gives:

- the patient's agreement to treatment is `initial_consent`; the refusal of it is `initial_consent` false;
- refusing a named professional, or an organisation, is `blocked`;
- refusing the purpose BTG is `opposes_bris_de_glace`, and ETREAT `opposes_centre_15`; a purpose is the one written, not
  those that HL7's hierarchy puts under it, as when a purpose is read in a log;
- an exception prevails over its base, and a named actor over everybody.
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec
from msgspec import Raw

from habilitation.audit.intake.fhir_codes import BREAK_GLASS, REGULATION
from habilitation.audit.intake.fhir_periods import begins, common, half_open, until_changed
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

CONSENT_FACTS = ("initial_consent", "blocked", "opposes_bris_de_glace", "opposes_centre_15")
_RECIPIENT = "IRCP"
_STANCES = {"permit": True, "OPTIN": True, "deny": False, "OPTOUT": False}
_CARE = ("TREAT", "normal")


class Party(Shape):
    """Who a provision is about, and as what."""

    role: Concept | None = None
    reference: Reference | None = None


class Provision(Shape):
    """A rule of a consent. What follows `purpose` is only looked for: facts cannot say it."""

    type: str | None = None
    period: Period | None = None
    actor: list[Party] | None = None
    purpose: list[Concept] | None = None
    action: list[Raw] | None = None
    security_label: list[Raw] | None = None
    classes: list[Raw] | None = msgspec.field(default=None, name="class")
    resource_type: list[Raw] | None = None
    document_type: list[Raw] | None = None
    code: list[Raw] | None = None
    data_period: Period | None = None
    data: list[Raw] | None = None
    expression: Raw = Raw()
    provision: list[Provision] | None = None
    modifier_extension: list[Raw] | None = None


class Consent(Shape):
    """A patient's consent or dissent."""

    meta: Meta | None = None
    status: str | None = None
    scope: Concept | None = None  # R4
    patient: Reference | None = None  # R4
    subject: Reference | None = None  # R5
    date_time: str | None = None  # R4
    date: str | None = None  # R5
    period: Period | None = None  # R5
    policy_rule: Concept | None = None  # R4
    decision: str | None = None  # R5
    provision: Provision | list[Provision] | None = None  # R4: the base; R5: the exceptions
    modifier_extension: list[Raw] | None = None


Interval = tuple[str | None, str | None]
Statement = tuple[str, str, str, str]  # actor_kind, actor_id, fact, value
_BEYOND = (
    "action",
    "security_label",
    "classes",
    "resource_type",
    "document_type",
    "code",
    "data_period",
    "data",
    "expression",
    "provision",
    "modifier_extension",
)


class Inexpressible(ValueError):
    """What facts cannot say: the end of a sentence."""

    def __init__(self, key: str, **words: str | int) -> None:
        self.sentence = say(key, **words)
        super().__init__(self.sentence)


class NoFact(Inexpressible):
    """No fact carries this scope or these purposes: what the others say is not changed by them."""


def consent_facts(consent: Consent) -> Facts:
    """The facts of a consent in force, and what of it is not expressed.

    A permission with an exception that cannot be expressed gives no fact, lest it open what the patient closed; a
    refusal with such an exception gives its facts. A consent that gives no fact leaves in doubt what it may have said:
    one that is no more in force was, until it last changed at the latest.
    """
    patient = (consent.patient or consent.subject or Reference()).id
    if consent.status != "active":
        changed = consent.meta.last_updated if consent.meta else None
        told = "not_in_force", say("not_in_force.consent", status=consent.status or "")
        return doubts(patient, _may_say(consent), until_changed(_span(consent), changed)), [told]
    if patient is None:
        return [], [("missing_patient", say("missing_patient.consent"))]
    try:
        return _expressed(consent, patient)
    except Inexpressible as error:
        told = "consent_not_expressible", say("consent", told=error.sentence)
        return doubts(patient, _may_say(consent), _span(consent)), [told]


def _may_say(consent: Consent) -> tuple[str, ...]:
    """The facts on which a consent that cannot be expressed may bear: one that only permits opposes nothing."""
    try:
        base, exceptions = _parts(consent)
        if exceptions:
            return CONSENT_FACTS
        _purposes(base)
        return CONSENT_FACTS[:1] if _stance(consent, base) else CONSENT_FACTS
    except Inexpressible as error:
        return () if isinstance(error, NoFact) else CONSENT_FACTS


def _span(consent: Consent) -> Interval:
    """When a consent holds: its period, else from the day it was given."""
    base = consent.provision if isinstance(consent.provision, Provision) and not consent.decision else Provision()
    start, stop = common(half_open(base.period), half_open(consent.period))
    return start or begins(consent.date_time or consent.date), stop


def _expressed(consent: Consent, patient: str) -> Facts:
    base, exceptions = _parts(consent)
    permits = _stance(consent, base)
    span = _span(consent)
    facts: dict[Statement, Interval] = dict.fromkeys(_stated(base, permits, exception=False), span)
    problems: list[tuple[str, str]] = []
    for number, one in enumerate(exceptions, start=1):
        says = _STANCES.get(one.type or "", not permits)
        try:
            _override(facts, list(_stated(one, says, exception=True)), common(half_open(one.period), span), span)
        except Inexpressible as error:
            if permits and not says and not isinstance(error, NoFact):
                raise Inexpressible("consent.save", number=number, told=error.sentence) from None
            problems.append(("consent_not_expressible", say("exception", number=number, told=error.sentence)))
    rows = [Fact(patient, kind, one, fact, value, *interval) for (kind, one, fact, value), interval in facts.items()]
    return rows, problems


def _parts(consent: Consent) -> tuple[Provision, list[Provision]]:
    """The base and its exceptions. R5 writes exceptions where R4 writes the base."""
    if consent.modifier_extension:
        raise Inexpressible("beyond.modifier_extension")
    scopes = consent.scope.codes() if consent.scope else []
    if scopes and "patient-privacy" not in scopes:
        raise NoFact("consent.scope", scope=scopes[0])
    if isinstance(consent.provision, list):
        return Provision(), consent.provision
    base = consent.provision or Provision()
    return (Provision(), [base]) if consent.decision else (base, base.provision or [])


def _stance(consent: Consent, base: Provision) -> bool:
    """Whether the base permits. Raises Inexpressible when nothing says, or two things say otherwise."""
    words = [word for word in (consent.decision, base.type) if word]
    words += consent.policy_rule.codes() if consent.policy_rule else []
    stances = {_STANCES[word] for word in words if word in _STANCES}
    if len(stances) != 1:
        raise Inexpressible("consent.both" if stances else "consent.neither")
    return stances.pop()


def _stated(one: Provision, permits: bool, *, exception: bool) -> Iterator[Statement]:
    """What a provision says, for each of its actors. Raises Inexpressible."""
    for name in _BEYOND:
        if getattr(one, name) and (exception or name != "provision"):
            raise Inexpressible(f"beyond.{name}")
    codes = _purposes(one)
    care = not codes or not codes.isdisjoint(_CARE)
    break_glass = not codes.isdisjoint(BREAK_GLASS)
    regulation = not codes.isdisjoint(REGULATION)
    actors = [_party(party) for party in one.actor or ()] or [("any", "")]
    for kind, name in actors:
        everything = not codes and (exception or not permits) and (permits or kind == "any")
        if care:
            yield (
                (kind, name, "blocked", "true")
                if not permits and kind != "any"
                else (
                    kind,
                    name,
                    "initial_consent",
                    "true" if permits else "false",
                )
            )
        opposed = "false" if permits else "true"
        if break_glass or everything:
            yield kind, name, "opposes_bris_de_glace", opposed
        if regulation or everything:
            yield kind, name, "opposes_centre_15", opposed


def _purposes(one: Provision) -> set[str]:
    """The purposes of a provision. Raises NoFact when it has some, and no fact carries any of them."""
    codes = [code for purpose in one.purpose or () for code in purpose.codes()]
    if codes and set(codes).isdisjoint({*_CARE, *BREAK_GLASS, *REGULATION}):
        raise NoFact("consent.purposes", codes=", ".join(f"`{code}`" for code in codes))
    return set(codes)


def _party(party: Party) -> tuple[str, str]:
    roles = party.role.codes() if party.role else []
    if roles and _RECIPIENT not in roles:
        raise Inexpressible("consent.role", role=roles[0], wanted=_RECIPIENT)
    who = actor(party.reference)
    if isinstance(who, str):
        raise Inexpressible("consent.actor", told=who)
    return who


def _override(facts: dict[Statement, Interval], said: list[Statement], interval: Interval, span: Interval) -> None:
    """Let an exception prevail over what its base says of the same actor, all the time. Raises Inexpressible."""
    opposite = {"true": "false", "false": "true"}
    contrary = [(kind, name, fact, opposite[value]) for kind, name, fact, value in said]
    if interval != span and any(one in facts for one in contrary):
        raise Inexpressible("consent.part")
    for one in contrary:
        facts.pop(one, None)
    facts |= dict.fromkeys(said, interval)
