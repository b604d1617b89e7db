"""What an AuditEvent, a CareTeam and a Consent say, in every shape they are written in."""

import base64
import copy
import json
from contextlib import suppress
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from habilitation import Authorizer
from habilitation.audit.intake.fhir_agents import Unclear
from habilitation.audit.intake.fhir_events import COLUMNS, Event, accesses
from habilitation.audit.intake.fhir_facts import facts_of
from habilitation.audit.intake.fhir_shapes import Reference, id_in
from habilitation.audit.intake.from_mapping import read_mapping
from tests.intake_arrangement import read as read_log

FILES = Path(__file__).parent / "data" / "fhir"
DCM = "http://dicom.nema.org/resources/ontology/DCM"
ACT_REASON = "http://terminology.hl7.org/CodeSystem/v3-ActReason"
G15 = "https://mos.esante.gouv.fr/NOS/TRE_G15-ProfessionSante/FHIR/TRE-G15-ProfessionSante"
R38 = "https://mos.esante.gouv.fr/NOS/TRE_R38-SpecialiteOrdinale/FHIR/TRE-R38-SpecialiteOrdinale"
PLACES = {"person": ("agent", 2), "patient": ("entity", 0), "document": ("entity", 1)}

Json = dict[str, Any]


def written(name: str) -> Json:
    found: Json = json.loads((FILES / f"{name}.json").read_text("utf-8"))
    return found


def reads(event: Json) -> list[dict[str, str | None]]:
    rows = accesses(msgspec.json.decode(json.dumps(event), type=Event))
    return [dict(zip(COLUMNS, row, strict=True)) for row in rows]


def read(event: Json) -> dict[str, str | None]:
    (row,) = reads(event)
    return row


def changed(name: str = "read-r4", /, **changes: Any) -> Json:
    """The event with other elements; those of `person`, `patient` and `document` replace theirs. None removes."""
    event = written(name)
    for key, value in changes.items():
        if key in PLACES:
            element, index = PLACES[key]
            event[element][index] = _with(event[element][index], value)
        else:
            event = _with(event, {key: value})
    return event


def _with(element: Json, changes: Json) -> Json:
    return {key: value for key, value in {**element, **changes}.items() if value is not None}


def concept(code: str, system: str = "", **more: str) -> Json:
    return {"coding": [{"system": system, "code": code} if system else {"code": code}], **more}


# --- the field table ------------------------------------------------------------------------------


def test_every_field_of_an_r4_event_has_its_column() -> None:
    assert read(written("read-r4")) == {
        "event_id": "lecture-1",
        "time": "2026-03-02T14:20:05.120+01:00",
        "professional_id": "810000000017",
        "profession": "60^1.2.250.1.71.1.2.7",
        "specialty": None,
        "capacity": None,
        "structure_id": "1750000018",
        "unit_id": "unite-cardiologie",
        "patient_id": "patient-7",
        "document_id": "cr-42",
        "document_type": "11488-4",
        "action": "consult",
        "motive": f"TREAT^{ACT_REASON}",
        "outcome": "done",
        "request_id": "d3b0c442-98fc-4c14",
        "justification": None,
    }


def test_r5_is_told_by_its_shape() -> None:
    row = read(written("read-r5"))
    assert row["time"] == "2026-03-02T14:20:05+01:00"
    assert (row["professional_id"], row["patient_id"], row["document_id"]) == ("pro-9", "patient-7", "cr-42")
    assert (row["document_type"], row["action"], row["outcome"]) == ("11488-4^http://loinc.org", "consult", "done")
    assert (row["motive"], row["justification"]) == (f"BTG^{ACT_REASON}", "relevé urgent")


def test_the_r6_ballot_has_the_elements_of_both() -> None:
    row = read(written("vread-r6-ballot"))
    assert (row["professional_id"], row["patient_id"]) == ("pro-95", "patient-7")
    assert (row["time"], row["action"]) == ("2026-03-02T13:20:06Z", "consult")
    assert (row["motive"], row["outcome"]) == (f"TREAT^{ACT_REASON}", "done")


@pytest.mark.parametrize(
    ("changes", "time"),
    [
        ({}, "2026-03-02T14:20:05.120+01:00"),
        ({"period": {"end": "2026-03-02"}}, "2026-03-02T13:20:06Z"),
        ({"period": None}, "2026-03-02T13:20:06Z"),
        ({"period": None, "occurredPeriod": {"start": "2026-03"}}, "2026-03"),
        ({"period": None, "occurredDateTime": "2026-03-02T10:00"}, "2026-03-02T10:00"),
        ({"period": None, "recorded": None}, None),
    ],
)
def test_the_time_is_that_of_the_event_else_of_its_record_as_written(changes: Json, time: str | None) -> None:
    assert read(changed(**changes))["time"] == time


@pytest.mark.parametrize(
    ("reference", "found"),
    [
        ("Patient/123", "123"),
        ("https://a.example/fhir/Patient/123/_history/2", "123"),
        ("Patient?identifier=urn:oid:1.2.250.1.213.1.4.8|2750", "2750"),
        ("Patient?name=x", None),
        ("#local", None),
        ("urn:uuid:0a1b", "urn:uuid:0a1b"),
        ("123", "123"),
        ("/", None),
    ],
)
def test_an_address_gives_the_identifier_within_it(reference: str, found: str | None) -> None:
    assert id_in(reference) == found


def test_an_identifier_is_preferred_to_an_address() -> None:
    assert (
        read(changed(patient={"what": {"reference": "Patient/1", "identifier": {"value": "2"}}}))["patient_id"] == "2"
    )
    assert (
        read(changed(patient={"what": {"reference": "Patient/1", "identifier": {"system": "s"}}}))["patient_id"] == "1"
    )


@pytest.mark.parametrize(
    ("reference", "kind"),
    [
        (Reference("Patient/1"), "Patient"),
        (Reference("http://a/Patient/1/_history/2"), "Patient"),
        (Reference("Patient?identifier=1"), "Patient"),
        (Reference("1", type="Practitioner"), "Practitioner"),
        (Reference(type="http://hl7.org/fhir/StructureDefinition/Patient"), "Patient"),
        (Reference("urn:uuid:1"), ""),
    ],
)
def test_the_type_of_what_is_referred_to_is_told_by_the_address_or_by_type(reference: Reference, kind: str) -> None:
    assert reference.kind == kind


# --- the person -----------------------------------------------------------------------------------


def test_the_human_is_not_the_first_agent() -> None:
    event = written("read-r4")
    for order in ([2, 0, 1, 3], [0, 1, 3, 2]):
        assert read({**event, "agent": [event["agent"][i] for i in order]})["professional_id"] == "810000000017"


def test_an_event_without_a_user_is_read_without_a_professional() -> None:
    event = written("read-r4")
    del event["agent"][2]
    row = read(event)
    assert (row["professional_id"], row["profession"], row["motive"]) == (None, None, None)
    assert (row["patient_id"], row["structure_id"]) == ("patient-7", "1750000018")
    assert read(changed(agent=None))["professional_id"] is None


def test_a_name_alone_is_no_identifier() -> None:
    row = read(changed(person={"who": {"display": "Camille Essai"}}))
    assert (row["professional_id"], row["profession"]) == (None, "60^1.2.250.1.71.1.2.7")


def test_an_alternative_identifier_serves_when_there_is_no_other() -> None:
    assert read(changed(person={"who": {"display": "Camille"}, "altId": "cessai"}))["professional_id"] == "cessai"


@pytest.mark.parametrize("code", ["IRCP", "humanuser", "UserSamlAgent", "UserOauthAgent"])
def test_without_requestor_the_person_is_told_by_the_type(code: str) -> None:
    assert read(changed(person={"requestor": None, "type": concept(code)}))["professional_id"] == "810000000017"
    assert read(changed(person={"requestor": None, "type": concept("AUT")}))["professional_id"] is None


def test_a_recipient_is_surer_than_a_human_user() -> None:
    event = changed(person={"requestor": False})
    other = {"type": concept("humanuser"), "who": {"identifier": {"value": "autre"}}}
    assert read({**event, "agent": [other, *event["agent"]]})["professional_id"] == "810000000017"


@pytest.mark.parametrize(
    "machine",
    [
        {"type": concept("110153", DCM), "who": {"identifier": {"value": "6580"}}, "requestor": True},
        {"who": {"reference": "Device/robot"}, "requestor": True},
        {"type": concept("PROV"), "who": {"reference": "Organization/chu"}, "requestor": True},
    ],
)
def test_a_machine_or_an_organisation_that_requests_is_no_person(machine: Json) -> None:
    assert read(changed(agent=[machine]))["professional_id"] is None


def test_a_practitioner_under_the_type_of_a_machine_is_a_person() -> None:
    agent = {"type": concept("110153", DCM), "who": {"reference": "Practitioner/pro-1"}, "requestor": True}
    assert read(changed(agent=[agent]))["professional_id"] == "pro-1"


def test_of_two_people_who_asked_neither_is_named() -> None:
    event = written("read-r4")
    other = {"requestor": True, "who": {"reference": "Practitioner/pro-2"}}
    assert read({**event, "agent": [*event["agent"], other]})["professional_id"] is None
    same = {"requestor": True, "who": {"display": "Camille Essai"}}
    assert read({**event, "agent": [same, *event["agent"]]})["professional_id"] == "810000000017"


def test_the_capacity_is_stated_only_by_a_patient_who_opens_their_own_record() -> None:
    own = changed(person={"who": {"reference": "Patient/patient-7"}})
    other = changed(person={"who": {"reference": "Patient/patient-8"}})
    assert (read(own)["capacity"], read(other)["capacity"]) == ("patient", None)


# --- codes, as the policy's own encoder reads them --------------------------------------------------


def ordinal(policy: Authorizer, axis: str, word: str | None) -> str:
    """The name of the value that the policy reads."""
    assert word is not None
    encoder = next(one for one in policy.answers.asked.encoders if one.axis.name == axis)
    return encoder.axis.values[encoder.ordinal(word)].name


@pytest.mark.parametrize(
    ("code", "system", "value"),
    [
        ("60", "1.2.250.1.71.1.2.7", "G15_60"),
        ("60", "urn:oid:1.2.250.1.71.1.2.7", "G15_60"),
        ("60", G15, "G15_60"),
        ("60", "https://mos.esante.gouv.fr/NOS/TRE_G15-ProfessionSante", "G15_60"),
        ("10", "urn:oid:1.2.250.1.71.1.2.8", "G16_10"),
        ("60", "", "G15_60"),
    ],
)
def test_a_profession_is_read_by_the_policy(dmp: Authorizer, code: str, system: str, value: str) -> None:
    row = read(changed(person={"role": [concept(code, system)]}))
    assert ordinal(dmp, "profession", row["profession"]) == value


def test_a_role_is_a_profession_or_a_specialty_by_its_system() -> None:
    role = [concept("IRCP", "http://terminology.hl7.org/CodeSystem/v3-ParticipationType"), concept("SM54", R38)]
    row = read(changed(person={"role": [*role, concept("10", G15)]}))
    assert (row["profession"], row["specialty"]) == ("10^1.2.250.1.71.1.2.7", "SM54^1.2.250.1.71.4.2.5")
    assert read(changed(person={"role": role}))["profession"] is None


def test_a_role_of_an_unknown_system_is_given_for_a_mapping_to_name() -> None:
    assert read(changed(person={"role": [concept("IDE", "http://chu.example/roles")]}))["profession"] == (
        "IDE^http://chu.example/roles"
    )
    assert read(changed(person={"role": [{"text": "Infirmière"}]}))["profession"] == "Infirmière"


@pytest.mark.parametrize(
    ("purposes", "motive"),
    [
        ([concept("TREAT", ACT_REASON)], "normal"),
        ([concept("TREAT", "http://hl7.org/fhir/v3/ActReason")], "normal"),
        ([concept("BTG", "urn:oid:2.16.840.1.113883.5.8")], "bris_de_glace"),
        ([concept("centre_15", "urn:oid:1.2.250.1.213.1.1.4.248")], "centre_15"),
        ([concept("TREAT", ACT_REASON), concept("BTG", ACT_REASON)], "bris_de_glace"),
        ([concept("HRESCH", ACT_REASON), concept("ETREAT", ACT_REASON)], "centre_15"),
        ([{"coding": [{"code": "X", "system": "local"}, {"code": "TREAT", "system": ACT_REASON}]}], "normal"),
    ],
)
def test_a_purpose_is_a_motive_of_the_policy(dmp: Authorizer, purposes: list[Json], motive: str) -> None:
    assert ordinal(dmp, "motive", read(changed(person={"purposeOfUse": purposes}))["motive"]) == motive


def test_the_purpose_of_the_person_goes_before_that_of_the_event_and_of_the_organisation() -> None:
    event = changed(purposeOfEvent=[concept("HRESCH", ACT_REASON)])
    event["agent"][3]["purposeOfUse"] = [concept("HPAYMT", ACT_REASON)]
    assert read(event)["motive"] == f"TREAT^{ACT_REASON}"
    del event["agent"][2]["purposeOfUse"]
    assert read(event)["motive"] == f"HRESCH^{ACT_REASON}"
    del event["purposeOfEvent"]
    assert read(event)["motive"] == f"HPAYMT^{ACT_REASON}"


@pytest.mark.parametrize(
    ("person", "code"),
    [
        ({"purposeOfUse": [concept("TREAT", ACT_REASON), concept("HRESCH", ACT_REASON)]}, "several_purposes"),
        ({"role": [concept("10", G15), concept("60", G15)]}, "several_professions"),
        ({"role": [concept("SM54", R38), concept("SM26", R38)]}, "several_specialties"),
    ],
)
def test_an_access_has_one_motive_and_one_practice(person: Json, code: str) -> None:
    with pytest.raises(Unclear, match="one access has one") as refused:
        read(changed(person=person))
    assert refused.value.code == code


@pytest.mark.parametrize(
    ("action", "kind", "named"),
    [
        ("R", "read", "consult"),
        ("E", "search-type", "search"),
        ("R", "search", "search"),
        ("C", "create", "deposit"),
        ("D", "delete", "delete"),
        ("C", "ITI-43", "consult"),
        ("R", "ITI-41", "deposit"),
        (None, "vread", "consult"),
        ("R", "poke", "consult"),
        ("U", "update", "U/update"),
        ("E", "110127", "E/110127"),
        ("E", "AuthZ-Consent", "E/AuthZ-Consent"),
        (None, "poke", "poke"),
    ],
)
def test_what_was_done_has_the_policy_s_name_when_we_know_one(action: str | None, kind: str, named: str) -> None:
    assert read(changed(action=action, subtype=[{"code": kind}]))["action"] == named


def test_every_action_we_name_is_one_of_the_policy(dmp: Authorizer) -> None:
    for named in ("consult", "search", "deposit", "delete"):
        assert ordinal(dmp, "action", named) == named


def test_an_event_that_says_nothing_of_what_was_done_states_no_action() -> None:
    assert read(changed(action=None, subtype=None, type=None))["action"] is None


@pytest.mark.parametrize(
    ("stated", "outcome"),
    [
        ("0", "done"),
        ("4", "refused"),
        ("8", "failed"),
        ("12", "failed"),
        ("99", "99"),
        (None, None),
        ({"code": {"code": "4"}}, "refused"),
        ({"code": {"code": "success"}}, "done"),
        ({"code": {"code": "error"}}, "failed"),
        ({"code": concept("error"), "detail": [concept("forbidden")]}, "refused"),
        ({}, None),
    ],
)
def test_an_outcome_is_done_refused_or_failed_else_as_written(stated: Any, outcome: str | None) -> None:
    assert read(changed(outcome=stated))["outcome"] == outcome


def test_a_decision_of_consent_writes_its_refusal_as_a_serious_failure() -> None:
    decision = changed(type={"code": "110113"}, subtype=[{"code": "AuthZ-Consent"}], outcome="8", outcomeDesc="refusé")
    row = read(decision)
    assert (row["outcome"], row["justification"]) == ("refused", None)


def test_the_start_of_an_emergency_override_is_a_line_whose_motive_is_breaking_the_glass() -> None:
    override = changed(type={"code": "110113"}, subtype=[{"code": "110127", "system": DCM}], action="E")
    del override["agent"][2]["purposeOfUse"]
    assert read(override)["motive"] == f"BTG^{ACT_REASON}"


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"outcomeDesc": "arrêt cardiaque"}, "arrêt cardiaque"),
        ({"person": {"purposeOfUse": [concept("BTG", ACT_REASON, text="coma")]}, "outcomeDesc": "x"}, "coma"),
        (
            {"document": {"detail": [{"type": "Justification", "valueString": "urgence"}]}, "outcomeDesc": "x"},
            "urgence",
        ),
    ],
)
def test_a_justification_is_a_detail_else_the_text_of_the_purpose_else_the_remark(changes: Json, told: str) -> None:
    assert read(changed(**changes))["justification"] == told


# --- what it was about ----------------------------------------------------------------------------


def test_the_patient_is_told_by_the_role_else_by_the_type_else_by_the_address() -> None:
    for entity in ({"role": None}, {"type": None}, {"role": None, "type": None}, {"role": concept("1")}):
        assert read(changed(patient=entity))["patient_id"] == "patient-7"


def test_an_identifier_with_its_authority_is_read_without_it() -> None:
    what = {"identifier": {"value": "275000000000017^^^&1.2.250.1.213.1.4.8&ISO^NH"}}
    assert read(changed(patient={"what": what}))["patient_id"] == "275000000000017"


@pytest.mark.parametrize(
    "request_made",
    [
        "GET dpi.example.org/r4/Observation?patient=patient-7&_count=10\nAccept: json\n",
        "GET /r4/Observation?_count=1&patient=Patient%2Fpatient-7",
        "GET /r4/Observation?subject:Patient=patient-7",
        "GET /r4/Observation?patient.identifier=urn:oid:1.2%7Cpatient-7",
        "POST /r4/Observation/_search HTTP/1.1\nHost: a\n\npatient=patient-7&_count=10\n",
        "GET https://dpi.example.org/Patient/patient-7/$everything",
        "GET /Patient?_id=patient-7",
    ],
)
def test_the_patient_of_a_search_may_be_only_in_its_address(request_made: str) -> None:
    query = base64.b64encode(request_made.encode()).decode()
    entity = {"role": {"code": "24"}, "type": {"code": "2"}, "query": query}
    assert read(changed(entity=[entity]))["patient_id"] == "patient-7"


def test_a_search_that_names_no_patient_or_is_not_base64_states_none() -> None:
    for query in (base64.b64encode(b"GET /Observation?code=1").decode(), "%%%", "é"):
        assert read(changed(entity=[{"role": {"code": "24"}, "query": query}]))["patient_id"] is None


def test_an_event_about_two_patients_is_no_access() -> None:
    event = written("read-r4")
    other = copy.deepcopy(event["entity"][0])
    other["what"]["reference"] = "Patient/patient-8"
    with pytest.raises(Unclear, match="`patient-7`, `patient-8`"):
        reads({**event, "entity": [*event["entity"], other]})
    assert (
        read({**event, "patient": {"reference": "Patient/patient-7"}, "entity": [other]})["patient_id"] == "patient-7"
    )


def test_an_event_about_several_documents_is_an_access_to_each() -> None:
    event = written("read-r4")
    other = copy.deepcopy(event["entity"][1])
    other["what"] = {"identifier": {"value": "urn:oid:1.2.3"}}
    rows = reads({**event, "entity": [*event["entity"], other, other]})
    assert [(row["event_id"], row["document_id"]) for row in rows] == [
        ("lecture-1#1", "cr-42"),
        ("lecture-1#2", "urn:oid:1.2.3"),
    ]


def test_each_document_of_an_event_is_of_the_type_written_beside_it() -> None:
    event = written("read-r4")
    documents = [
        {
            "what": {"identifier": {"value": name}},
            "role": {"code": "4"},
            "detail": [{"type": "document_type", "valueString": kind}] if kind else [],
        }
        for name, kind in (("cr-1", "11488-4"), ("bio-2", "11502-2"), ("img-3", ""))
    ]
    shared = {"detail": [{"type": "document_type", "valueString": "18748-4"}]}
    types = [row["document_type"] for row in reads({**event, "entity": [event["entity"][0], *documents]})]
    assert types == ["11488-4", "11502-2", None]
    types = [row["document_type"] for row in reads({**event, "entity": [event["entity"][0], shared, *documents]})]
    assert types == ["11488-4", "11502-2", "18748-4"]


@pytest.mark.parametrize("role", ["4", "3", "20"])
def test_a_document_is_what_plays_the_part_of_a_resource_a_report_or_a_job(role: str) -> None:
    assert read(changed(document={"role": {"code": role}}))["document_id"] == "cr-42"
    assert read(changed(document={"role": {"code": "6"}}))["document_id"] is None


# --- CareTeam -------------------------------------------------------------------------------------


def facts(resource: Json) -> tuple[list[tuple[str | None, ...]], list[str]]:
    """Facts as (kind, id, fact, value, from, to), and the codes of what is refused."""
    found, problems = facts_of(json.dumps(resource).encode())
    assert all(fact.patient_id == "patient-7" for fact in found)
    return [tuple(fact[1:7]) for fact in found if not fact.doubtful], [code for code, _ in problems]


def in_doubt(resource: Json) -> dict[str, tuple[str | None, str | None]]:
    """The facts left in doubt for anybody, each with its period."""
    found = [fact for fact in facts_of(json.dumps(resource).encode())[0] if fact.doubtful]
    assert {(fact.patient_id, fact.actor_kind, fact.actor_id) for fact in found} <= {("patient-7", "any", "")}
    return {fact.fact: (fact.valid_from, fact.valid_to) for fact in found}


def test_a_care_team_says_who_was_in_it_and_when() -> None:
    found, refused = facts(written("care-team"))
    assert found == [
        ("professional", "pro-1", "care_team", "true", "2024-01-12", "2025-07-01"),
        ("professional", "pro-1", "treating_physician", "true", "2024-01-12", "2025-07-01"),
        ("professional", "pro-1", "care_team", "true", "2026-01-01", None),
        ("professional", "10000000017", "care_team", "true", "2024-01-12", "2024-03-01T12:00:01+01:00"),
        ("structure", "chu", "care_team", "true", "2024-02-01", "2024-03-01"),
    ]
    assert refused == ["care_team_not_expressible"] * 2


def test_ends_on_the_last_day_of_the_calendar_are_compared_like_others() -> None:
    last = {"end": "9999-12-31T22:00:00-02:00"}
    member = {"member": {"reference": "Practitioner/a"}, "period": {**last, "start": "0001-01-01T00:00:00+01:00"}}
    team = {
        "resourceType": "CareTeam",
        "status": "active",
        "subject": {"reference": "Patient/patient-7"},
        "period": last,
    }
    ((*_, start, stop),), refused = facts({**team, "participant": [member]})
    assert (start, stop, refused) == ("0001-01-01T00:00:00+01:00", "9999-12-31T22:00:01-02:00", [])


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"status": "entered-in-error"}, "not_in_force"),
        ({"status": "proposed"}, "not_in_force"),
        ({"status": "inactive"}, "not_in_force"),
        ({"subject": {"display": "M. Essai"}}, "missing_patient"),
        ({"subject": {"reference": "Group/g"}}, "missing_patient"),
        ({"modifierExtension": [{"url": "x"}]}, "care_team_not_expressible"),
        (
            {"participant": [{"member": {"reference": "Practitioner/1"}, "coverageTiming": {}}]},
            "care_team_not_expressible",
        ),
        ({"participant": [{"member": {"identifier": {"value": "1"}}}]}, "care_team_not_expressible"),
    ],
)
def test_a_care_team_that_is_no_fact_is_refused(changes: Json, code: str) -> None:
    assert facts({**written("care-team"), **changes}) == ([], [code])


TEAM = dict.fromkeys(("care_team", "treating_physician"), ("2024-01-12", None))


@pytest.mark.parametrize(
    ("changes", "doubted"),
    [
        ({"status": "inactive"}, TEAM),
        ({"modifierExtension": [{"url": "x"}]}, TEAM),
        ({"period": {"start": "2024-01-12"}, "status": 1}, dict.fromkeys(TEAM, (None, None))),
        ({"subject": "patient-7", "status": 1}, {}),
        ({"subject": None, "status": 1}, {}),
        ({"subject": {"reference": "Group/patient-7"}, "status": "inactive"}, {}),
        (
            {"status": "inactive", "meta": {"lastUpdated": "2024-06-30T10:00:00Z"}},
            dict.fromkeys(TEAM, ("2024-01-12", "2024-06-30T10:00:01+00:00")),
        ),
        ({"status": "proposed", "meta": {"lastUpdated": "2023-12-31T10:00:00Z"}}, {}),
        ({"participant": [{"member": {"reference": "Group/1"}}]}, {"care_team": ("2024-01-12", None)}),
        ({"participant": [{"member": {"display": "Dr Essai"}, "role": [concept("PCP")]}]}, TEAM),
        ({"participant": [{"member": {"reference": "RelatedPerson/1"}}]}, {}),
    ],
)
def test_a_refused_care_team_leaves_in_doubt_who_was_in_it(changes: Json, doubted: Json) -> None:
    assert (
        in_doubt({**written("care-team"), "period": {"start": "2024-01-12"}, "participant": [], **changes}) == doubted
    )


def test_a_member_of_r5_has_one_role_and_a_coverage() -> None:
    member = {"member": {"reference": "Practitioner/1"}, "role": concept("PCP"), "coveragePeriod": {"end": "2024"}}
    found, refused = facts({**written("care-team"), "period": None, "participant": [member]})
    assert [one[2:] for one in found] == [
        (name, "true", None, "2025-01-01") for name in ("care_team", "treating_physician")
    ]
    assert refused == []


@pytest.mark.parametrize(
    ("end", "stop"),
    [
        ("2024", "2025-01-01"),
        ("2024-12", "2025-01-01"),
        ("2024-02-28", "2024-02-29"),
        ("2024-02-28T23:59:59Z", "2024-02-29T00:00:00+00:00"),
        ("2024-02-28T12:00:00.5+01:00", "2024-02-28T12:00:00.600+01:00"),
        ("2024-02-28T12:00:00.123456+01:00", "2024-02-28T12:00:00.123457+01:00"),
        ("9999-12-31", None),
        ("2024-02-31", "2024-02-31"),
        ("hier", "hier"),
    ],
)
def test_the_end_of_a_period_is_included(end: str, stop: str | None) -> None:
    member = {"member": {"reference": "Practitioner/1"}, "period": {"end": end}}
    ((*_, found),), _ = facts({**written("care-team"), "period": None, "participant": [member]})
    assert found == stop


# --- Consent --------------------------------------------------------------------------------------


def consent(base: str | None = None, /, *exceptions: Json, **provision: Any) -> Json:
    """An R4 consent of the shape of the IHE profile."""
    rule = {"type": base, "provision": list(exceptions), **provision}
    kept = {key: value for key, value in rule.items() if value}
    return {**written("dissent-except-break-glass"), "provision": kept}


def purpose(*codes: str) -> list[Json]:
    return [{"system": ACT_REASON, "code": code} for code in codes]


def about(reference: str, role: str = "IRCP") -> list[Json]:
    return [{"role": concept(role), "reference": {"reference": reference}}]


def said(resource: Json) -> tuple[set[tuple[str, str, str]], list[str]]:
    """Facts as (who, fact, value), and the codes of what is refused."""
    found, refused = facts(resource)
    return {(f"{kind} {name}".strip(), str(fact), str(value)) for kind, name, fact, value, *_ in found}, refused


REFUSED = {
    ("any", "initial_consent", "false"),
    ("any", "opposes_bris_de_glace", "true"),
    ("any", "opposes_centre_15", "true"),
}
AGREED = {("any", "initial_consent", "true")}


def test_a_dissent_save_for_a_group_that_breaks_the_glass_closes_and_refuses_the_exception() -> None:
    found, problems = facts_of(json.dumps(written("dissent-except-break-glass")).encode())
    assert {(fact.actor_kind, fact.fact, fact.value) for fact in found} == REFUSED
    assert {(fact.valid_from, fact.valid_to) for fact in found} == {("2025-06-13", None)}
    assert problems == [("consent_not_expressible", "exception 1 has an actor that is a `Group`")]


@pytest.mark.parametrize(
    ("resource", "facts_found"),
    [
        (consent("permit"), AGREED),
        (consent("permit", purpose=purpose("TREAT", "HPAYMT", "HOPERAT")), AGREED),
        (consent("permit", purpose=purpose("BTG")), {("any", "opposes_bris_de_glace", "false")}),
        (consent("permit", actor=about("Practitioner/1")), {("professional 1", "initial_consent", "true")}),
        (consent("deny"), REFUSED),
        (consent("deny", purpose=purpose("TREAT")), {("any", "initial_consent", "false")}),
        (consent("deny", purpose=purpose("BTG")), {("any", "opposes_bris_de_glace", "true")}),
        (consent("deny", purpose=purpose("ETREAT")), {("any", "opposes_centre_15", "true")}),
        (consent("deny", actor=about("Practitioner/1")), {("professional 1", "blocked", "true")}),
        (consent("deny", actor=about("Organization/1")), {("structure 1", "blocked", "true")}),
        (consent("permit", {"actor": about("Practitioner/1")}), AGREED | {("professional 1", "blocked", "true")}),
        (consent("permit", {"purpose": purpose("BTG")}), AGREED | {("any", "opposes_bris_de_glace", "true")}),
        (
            consent("deny", {"purpose": purpose("BTG")}),
            (REFUSED - {("any", "opposes_bris_de_glace", "true")}) | {("any", "opposes_bris_de_glace", "false")},
        ),
        (
            consent("deny", {"actor": about("Practitioner/1")}),
            REFUSED
            | {
                ("professional 1", "initial_consent", "true"),
                ("professional 1", "opposes_bris_de_glace", "false"),
                ("professional 1", "opposes_centre_15", "false"),
            },
        ),
        ({**consent(), "policyRule": concept("OPTIN")}, AGREED),
        ({**consent(), "policyRule": concept("OPTOUT")}, REFUSED),
    ],
)
def test_a_consent_is_these_facts(resource: Json, facts_found: set[tuple[str, str, str]]) -> None:
    assert said(resource) == (facts_found, [])


def test_r5_decides_at_the_top_and_its_provisions_are_exceptions() -> None:
    bare = {"resourceType": "Consent", "status": "active", "subject": {"reference": "Patient/patient-7"}}
    r5 = {**bare, "date": "2025-06-13", "period": {"start": "2025-07", "end": "2025-12-31"}, "decision": "permit"}
    found, refused = facts({**r5, "provision": [{"purpose": purpose("ETREAT")}]})
    assert found == [
        ("any", "", "initial_consent", "true", "2025-07-01", "2026-01-01"),
        ("any", "", "opposes_centre_15", "true", "2025-07-01", "2026-01-01"),
    ]
    assert refused == []
    assert said({**r5, "provision": {"actor": about("Practitioner/1")}})[0] > AGREED


@pytest.mark.parametrize(
    "narrow",
    [
        {"data": [{"meaning": "instance", "reference": {"reference": "Observation/1"}}]},
        {"data": [{"meaning": "authoredby", "reference": {"reference": "Practitioner/1"}}]},
        {"dataPeriod": {"start": "2024"}},
        {"securityLabel": [{"code": "R"}]},
        {"class": [{"code": "DocumentReference"}]},
        {"documentType": [{"code": "x"}]},
        {"resourceType": [{"code": "Observation"}]},
        {"code": [concept("1")]},
        {"action": [concept("disclose")]},
        {"expression": {"language": "text/cql"}},
        {"modifierExtension": [{"url": "x"}]},
        {"provision": [{"type": "permit"}]},
        {"actor": about("Group/1")},
        {"actor": about("Practitioner/1", "CST")},
        {"actor": [{"reference": {"display": "Dr Essai"}}]},
    ],
)
def test_what_facts_cannot_say_is_never_rounded_towards_opening(narrow: Json) -> None:
    assert said(consent("permit", {"type": "deny", **narrow})) == (set(), ["consent_not_expressible"])
    assert said(consent("deny", {"type": "permit", **narrow})) == (REFUSED, ["consent_not_expressible"])
    if "provision" not in narrow:
        assert said(consent("permit", **narrow)) == (set(), ["consent_not_expressible"])
        assert said(consent("deny", **narrow)) == (set(), ["consent_not_expressible"])


@pytest.mark.parametrize(
    ("resource", "code"),
    [
        ({**consent("permit"), "status": "inactive"}, "not_in_force"),
        ({**consent("permit"), "status": None}, "not_in_force"),
        ({**consent("permit"), "patient": {"display": "M. Essai"}}, "missing_patient"),
        ({**consent("permit"), "scope": concept("research")}, "consent_not_expressible"),
        ({**consent("permit"), "modifierExtension": [{}]}, "consent_not_expressible"),
        ({**consent("permit"), "policyRule": concept("OPTOUT")}, "consent_not_expressible"),
        (consent(), "consent_not_expressible"),
        (consent("permit", purpose=purpose("HRESCH")), "consent_not_expressible"),
        (consent("deny", purpose=purpose("HRESCH")), "consent_not_expressible"),
        (consent("permit", {"type": "deny", "period": {"end": "2025-07"}}), "consent_not_expressible"),
    ],
)
def test_a_consent_that_is_no_fact_is_refused(resource: Json, code: str) -> None:
    assert said(resource) == (set(), [code])


AGREEMENT = {"initial_consent": ("2025-06-13", None)}
ALL_OF_IT = dict.fromkeys(
    ("initial_consent", "blocked", "opposes_bris_de_glace", "opposes_centre_15"), ("2025-06-13", None)
)


@pytest.mark.parametrize(
    ("resource", "doubted"),
    [
        ({**consent("permit"), "status": "inactive"}, AGREEMENT),
        ({**consent("deny"), "status": "inactive"}, ALL_OF_IT),
        (
            {**consent("deny"), "status": "inactive", "meta": {"lastUpdated": "2025-07-01T00:00:00Z"}},
            dict.fromkeys(ALL_OF_IT, ("2025-06-13", "2025-07-01T00:00:01+00:00")),
        ),
        ({**consent("deny"), "status": "draft", "meta": {"lastUpdated": "2025-06-01T00:00:00Z"}}, {}),
        ({**consent("permit"), "modifierExtension": [{}]}, ALL_OF_IT),
        ({**consent("permit"), "policyRule": concept("OPTOUT")}, ALL_OF_IT),
        ({**consent("permit"), "scope": concept("research")}, {}),
        ({**consent("permit"), "status": 1}, dict.fromkeys(ALL_OF_IT, (None, None))),
        ({**consent("permit"), "patient": 1}, {}),
        (consent("deny", purpose=purpose("HRESCH")), {}),
        (consent("permit", securityLabel=[{"code": "R"}]), AGREEMENT),
        (consent("deny", securityLabel=[{"code": "R"}]), ALL_OF_IT),
        (consent("permit", {"type": "deny", "securityLabel": [{"code": "R"}]}), ALL_OF_IT),
        (
            consent("deny", period={"start": "2025-08", "end": "2025-08"}, actor=about("Group/1")),
            dict.fromkeys(ALL_OF_IT, ("2025-08-01", "2025-09-01")),
        ),
        (consent("permit"), {}),
        (consent("permit", {"type": "deny", "purpose": purpose("HRESCH")}), {}),
    ],
)
def test_a_refused_consent_leaves_in_doubt_what_it_may_have_said(resource: Json, doubted: Json) -> None:
    assert in_doubt(resource) == doubted


def test_an_exception_for_research_leaves_the_agreement_to_care() -> None:
    assert said(consent("permit", {"type": "deny", "purpose": purpose("HRESCH")})) == (
        AGREED,
        ["consent_not_expressible"],
    )


def test_another_resource_is_refused_by_its_name() -> None:
    assert facts_of(b'{"resourceType": "Patient"}')[1] == [
        ("wrong_resource", "a resource `Patient`, where a CareTeam or a Consent is read")
    ]
    assert [code for code, _ in facts_of(b"{}")[1]] == ["wrong_resource"]
    assert facts_of(b'{"resourceType": "Consent", "status": 1}')[1] == [
        ("wrong_type", "expected `str | null`, got `int` - at `$.status`")
    ]


def test_the_mapping_of_the_page_on_fhir_is_read(dmp: Authorizer, tmp_path: Path) -> None:
    page = (Path(__file__).parent.parent / "docs" / "audit-fhir.md").read_text("utf-8")
    mapping = tmp_path / "mapping.yaml"
    mapping.write_text(page.partition("```yaml\n")[2].partition("```")[0], "utf-8")
    values = read_mapping(mapping, dmp).tables["log"].values
    assert {axis: ordinal(dmp, axis, next(iter(words.values()))) for axis, words in values.items()} == {
        "profession": "G15_60",
        "specialty": "medical_biology",
        "action": "deposit",
        "motive": "other",
    }


def test_a_specialty_that_the_policy_does_not_list_is_rejected_until_a_mapping_says_what_it_is(
    dmp: Authorizer, tmp_path: Path
) -> None:
    log, mapping = tmp_path / "log.ndjson", tmp_path / "mapping.yaml"
    log.write_text(json.dumps(changed(person={"role": [concept("60", G15), concept("SM54", R38)]})))
    mapping.write_text("log:\n  otherwise: {specialty: none}\n")
    refused = read_log(dmp, log)
    assert refused.rejects == [(1, "unknown_code")]
    assert "`otherwise: {specialty: none}`" in refused.sentences[0]
    (row,) = read_log(dmp, log, mapping=mapping).rows
    none = next(one for one in dmp.answers.asked.encoders if one.axis.name == "specialty").ordinal("none")
    assert row["specialty"] == none


def test_an_event_recorded_to_the_minute_lasts_its_minute(dmp: Authorizer, tmp_path: Path) -> None:
    log = tmp_path / "log.ndjson"
    log.write_text(json.dumps(changed(period=None, recorded="2026-03-02T10:00+01:00")))
    (row,) = read_log(dmp, log).rows
    assert row["t_end"] - row["t"] == 60_000_000


# --- anything at all ------------------------------------------------------------------------------

ELEMENTS = """resourceType id type subtype code coding system text agent who reference identifier value entity what role
query detail period start end status provision purpose actor participant member decision outcome patient subject"""
NAMES = st.sampled_from(ELEMENTS.split())
WORDS = st.sampled_from(
    ["Consent", "CareTeam", "AuditEvent", "active", "permit", "deny", "1", "4", "24", "BTG", "#", ""]
)
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | WORDS | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=5),
    max_leaves=25,
)


@settings(max_examples=150, deadline=None)
@given(st.dictionaries(NAMES, ANYTHING, max_size=8), st.sampled_from(["AuditEvent", "Consent", "CareTeam"]))
def test_any_object_is_facts_or_accesses_or_is_refused(resource: Json, kind: str) -> None:
    raw = json.dumps({**resource, "resourceType": kind}).encode()
    found, problems = facts_of(raw)
    assert all(fact.patient_id and fact.actor_kind for fact in found)
    assert all(code and told for code, told in problems)
    with suppress(msgspec.ValidationError, Unclear):
        assert all(len(row) == len(COLUMNS) for row in accesses(msgspec.json.decode(raw, type=Event)))
