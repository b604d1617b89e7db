"""Facts, memberships and documents into the ledger: periods, actors, values, and what is rejected."""

import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from habilitation import Authorizer
from habilitation.audit.asked import Asked
from habilitation.audit.intake.explaining import explained, in_text
from habilitation.audit.refusals import InputError
from habilitation.audit.schema import CONTRADICTORY, OPEN_START, OPEN_STOP, axis_names
from tests.intake_arrangement import line, table, written
from tests.small_policies import DOOR, fact, opened

FACTS = "patient_id,actor_kind,actor_id,fact,value,valid_from,valid_to,recorded_at"
DAY = 86_400_000_000
MARCH_1 = 20_148 * DAY  # 2025-03-01, UTC


def facts(policy: Authorizer, folder: Path, *lines: str, **more: Any) -> tuple[list[Any], list[Any]]:
    rows, rejects = table(policy, folder, "facts", written(folder, *lines, header=FACTS, name="facts.csv"), **more)
    return list(rows), list(rejects)


def test_a_fact_is_true_of_its_actor_for_its_period(dmp: Authorizer, tmp_path: Path) -> None:
    (row,), rejects = facts(
        dmp, tmp_path, "p1,unit,u1,care_team,,2025-03-01,2025-03-02T00:00:00Z,2025-03-01T12:00:00Z", zone="UTC"
    )
    assert rejects == []
    assert row == {
        "file": 1,
        "line": 2,
        "patient_id": "p1",
        "actor_kind": 2,
        "actor_id": "u1",
        "axis": axis_names(dmp).index("care_team"),
        "value": 1,
        "start": MARCH_1,
        "stop": MARCH_1 + DAY,
        "recorded": MARCH_1 + DAY // 2,
    }


def test_what_is_said_of_nobody_is_said_of_anyone_and_open_ends_are_far(dmp: Authorizer, tmp_path: Path) -> None:
    (row,), _ = facts(dmp, tmp_path, "p1,,,record_status,closed,,,")
    assert (row["actor_kind"], row["actor_id"], row["recorded"]) == (0, "", None)
    assert (row["start"], row["stop"]) == (OPEN_START, OPEN_STOP)
    closed = next(one for one in dmp.answers.asked.encoders if one.axis.name == "record_status").ordinal("closed")
    assert row["value"] == closed


@pytest.mark.parametrize(
    ("bad", "code"),
    [
        (",any,,blocked,,,,", "missing_patient_id"),
        ("p1,nurse,u1,blocked,,,,", "unknown_actor_kind"),
        ("p1,,u1,blocked,,,,", "missing_actor_kind"),
        ("p1,unit,,blocked,,,,", "missing_actor_id"),
        ("p1,any,u1,blocked,,,,", "bad_actor_kind"),
        ("p1,any,,,,,,", "missing_fact"),
        ("p1,any,,friend,,,,", "unknown_fact"),
        ("p1,any,,blocked,perhaps,,,", "unknown_code"),
        ("p1,any,,record_status,,,,", "missing_value"),
        ("p1,any,,record_status,shut,,,", "unknown_code"),
        ("p1,any,,blocked,,2025-03-02,2025-03-01,", "bad_period"),
        ("p1,any,,blocked,,2025-03-01,2025-03-01,", "bad_period"),
        ("p1,any,,blocked,,soon,,", "bad_time"),
        ("p1,any,,blocked", "wrong_columns"),
    ],
)
def test_a_bad_fact_is_rejected_at_its_place(dmp: Authorizer, tmp_path: Path, bad: str, code: str) -> None:
    good = "p2,structure,s1,care_team,oui,,,"
    rows, rejects = facts(dmp, tmp_path, good, bad, good, zone="Europe/Paris")
    assert rejects == [(3, code)]
    assert [row["line"] for row in rows if row["value"] != CONTRADICTORY] == [2, 4]


def test_a_day_without_a_zone_is_rejected(dmp: Authorizer, tmp_path: Path) -> None:
    assert facts(dmp, tmp_path, "p1,any,,blocked,,2025-03-01,,")[1] == [(2, "no_zone")]


@pytest.mark.parametrize("far", ["9999-12-31", "2999-01-01", "31/12/9999", "9999-12-31 23:59:59", "2201-01-01T00:00Z"])
def test_an_end_that_never_comes_is_open(dmp: Authorizer, tmp_path: Path, far: str) -> None:
    (row,), rejects = facts(dmp, tmp_path, f"p1,any,,blocked,,2025-03-01T00:00:00Z,{far},")
    assert (rejects, row["start"], row["stop"]) == ([], MARCH_1, OPEN_STOP)


@pytest.mark.parametrize("far", ["0001-01-01", "01/01/1753", "1899-12-31T23:00:00Z"])
def test_a_start_that_always_was_is_open(dmp: Authorizer, tmp_path: Path, far: str) -> None:
    (row,), rejects = facts(dmp, tmp_path, f"p1,any,,blocked,,{far},2025-03-01T00:00:00Z,")
    assert (rejects, row["start"], row["stop"]) == ([], OPEN_START, MARCH_1)


def test_typed_ends_that_never_come_are_open(dmp: Authorizer, tmp_path: Path) -> None:
    far = pa.array(["9999-12-31", "0001-01-01"]).cast(pa.date32())
    columns = {"patient_id": ["p1", "p2"], "fact": ["blocked"] * 2, "valid_from": far.take([1, 0]), "valid_to": far}
    pq.write_table(pa.table(columns), tmp_path / "facts.parquet")
    rows, rejects = table(dmp, tmp_path, "facts", tmp_path / "facts.parquet")
    assert [(row["start"], row["stop"]) for row in rows if row["value"] == 1] == [(OPEN_START, OPEN_STOP)]
    assert rejects == [(2, "year_out_of_range")]


@pytest.mark.parametrize("bad", ["9999-12-31,,", ",0001-01-01,", ",,9999-12-31"])
def test_a_start_that_never_comes_and_an_end_before_any_are_rejected(dmp: Authorizer, tmp_path: Path, bad: str) -> None:
    assert facts(dmp, tmp_path, f"p1,any,,blocked,,{bad}", zone="UTC")[1] == [(2, "year_out_of_range")]


def test_members_are_of_units_and_structures_only(dmp: Authorizer, tmp_path: Path) -> None:
    header = "professional_id,actor_kind,actor_id,valid_from,valid_to"
    lines = ["a,unit,u1,,", "b,structure,s1,,", "c,professional,d,,", "d,any,,,", ",unit,u1,,", "e,,,,"]
    path = written(tmp_path, *lines, header=header, name="members.csv")
    rows, rejects = table(dmp, tmp_path, "memberships", path)
    assert [(row["professional_id"], row["actor_kind"], row["actor_id"]) for row in rows if row["value"] == 1] == [
        ("a", 2, "u1"),
        ("b", 1, "s1"),
    ]
    doubts = {(row["professional_id"], row["actor_kind"], row["actor_id"]) for row in rows if row["value"] != 1}
    assert doubts == {(who, kind, where) for who, where in (("c", "d"), ("d", ""), ("e", "")) for kind in (1, 2)}
    assert rejects == [
        (4, "bad_actor_kind"),
        (5, "bad_actor_kind"),
        (6, "missing_professional_id"),
        (7, "bad_actor_kind"),
    ]


def test_documents_have_a_column_for_each_axis_that_a_file_states(dmp: Authorizer, tmp_path: Path) -> None:
    moments = pa.array([MARCH_1, None], pa.timestamp("us", "UTC"))
    columns = {
        "document_id": ["d1", "d2"],
        "patient_id": ["p1", "p2"],
        "author_id": ["a", ""],
        "document_type": ["11488-4", None],
        "masked": [True, None],
        "valid_from": moments,
    }
    path = tmp_path / "documents.parquet"
    pq.write_table(pa.table(columns), path)
    rows, rejects = table(dmp, tmp_path, "documents", path)
    assert rejects == []
    assert [(row["line"], row["author_id"], row["masked"], row["start"]) for row in rows] == [
        (1, "a", 1, MARCH_1),
        (2, None, None, OPEN_START),
    ]
    assert rows[1]["document_type"] is None
    assert "document_state" not in rows[0]
    assert rows[0]["author_structure_id"] is None


def test_a_table_without_its_columns_is_refused(dmp: Authorizer, tmp_path: Path) -> None:
    path = written(tmp_path, "p1,2025", header="patient,debut", name="facts.csv")
    with pytest.raises(InputError, match="has no `fact`"):
        table(dmp, tmp_path, "facts", path)


def test_documents_in_json_are_refused(dmp: Authorizer, tmp_path: Path) -> None:
    (tmp_path / "documents.ndjson").write_text('{"resourceType": "DocumentReference"}\n')
    with pytest.raises(InputError, match="is JSON"):
        table(dmp, tmp_path, "documents", tmp_path / "documents.ndjson")


def test_a_table_that_was_not_given_is_not_there(dmp: Authorizer, tmp_path: Path) -> None:
    from tests.intake_arrangement import intake  # noqa: PLC0415  # for this test alone

    with intake(dmp, tmp_path, Asked(logs=(str(written(tmp_path, line())),))) as opened:
        opened.load_tables()
        there = {
            name for (name,) in opened.ledger.connection.execute("SELECT table_name FROM duckdb_tables()").fetchall()
        }
    assert not there & {"facts", "memberships", "documents"}


def test_the_first_lines_are_explained_as_they_are_understood(dmp: Authorizer, tmp_path: Path) -> None:
    log = written(
        tmp_path,
        f"{line()},60^G15,refusé,x",
        "bad",
        f"{line()},nurse,done,x",
        header="date_heure,rpps,ipp,profession,resultat,couleur",
    )
    told = written(tmp_path, "p1,unit,u1,care_team,,2025-03-01,,", header=FACTS, name="facts.csv")
    documents = written(tmp_path, "d1,p1,oui", header="document,ipp,masque", name="documents.csv")
    asked = Asked(logs=(str(log),), facts=(str(told),), documents=(str(documents),), zone="UTC")
    first, second, third = explained(asked, dmp)
    assert first["ignored"] == ["couleur"]
    assert first["columns"][0] == {"column": "time", "from": ["date_heure"], "found_by": "alias"}
    assert [one["line"] for one in first["lines"]] == [2, 3, 4]
    assert first["lines"][0]["understood"]["profession"] == "G15_60"
    assert first["lines"][0]["understood"]["outcome"] == "refused"
    assert [one.get("rejected") for one in first["lines"]] == [None, "wrong_columns", "unknown_code"]
    understood = second["lines"][0]["understood"]
    assert (understood["fact"], understood["value"], understood["actor_kind"]) == ("care_team", True, "unit")
    assert (understood["valid_from"], understood["valid_to"]) == ("2025-03-01T00:00:00+00:00", "")
    assert first["lines"][0]["understood"]["time"] == "2025-06-27T16:03:04+00:00"
    assert "time_end" not in first["lines"][0]["understood"]
    assert third["lines"][0]["understood"]["masked"] is True


def test_memberships_are_explained_beside_the_log(dmp: Authorizer, tmp_path: Path) -> None:
    log = written(tmp_path, line(), header="time,professional_id,patient_id")
    members = written(
        tmp_path,
        "0012,unit,u1,2025-03-01,",
        "0012,unit,u1,2025-02-30,",
        header="professional_id,actor_kind,actor_id,valid_from,valid_to",
        name="members.csv",
    )
    _, told = explained(Asked(logs=(str(log),), memberships=(str(members),), zone="UTC"), dmp)
    period = {"valid_from": "2025-03-01T00:00:00+00:00", "valid_to": ""}
    who = {"professional_id": "0012", "actor_kind": "unit", "actor_id": "u1"}
    assert told["lines"][0] == {"line": 2, "understood": who | period}
    assert [(one["line"], one["rejected"]) for one in told["lines"][1:]] == [(3, "bad_time")]


def test_a_missing_column_is_explained_and_no_line_is_read(dmp: Authorizer, tmp_path: Path) -> None:
    mapping = tmp_path / "mapping.yaml"
    mapping.write_text("log:\n  constants: {action: consult}\n")
    path = written(tmp_path, "2025,p1", header="horodatage,patient")
    told = explained(Asked(logs=(str(path),), mapping=mapping), dmp)
    assert told[0]["missing"] == ["professional_id"]
    assert in_text(told).splitlines() == [
        f"{path}: log, csv, utf-8, cut at `,`",
        "  time <- horodatage (by alias)",
        "  patient_id <- patient (by alias)",
        "  action = consult (constant)",
        "! missing: professional_id",
    ]


def test_a_misspelt_column_is_explained_and_the_lines_are_read_without_it(dmp: Authorizer, tmp_path: Path) -> None:
    path = written(tmp_path, f"{line()},1h,x", header="time,professional_id,patient_id,time_granularty,poste")
    told = explained(Asked(logs=(str(path),)), dmp)
    assert told[0]["misspelt"] == {"time_granularty": "time_granularity"}
    text = in_text(told)
    assert "\n  ignored: time_granularty, poste\n! `time_granularty` looks like `time_granularity`: rename it" in text
    assert "\n  line 2: " in text


def test_the_text_of_an_explanation_marks_what_is_refused(dmp: Authorizer, tmp_path: Path) -> None:
    path = written(tmp_path, line(), "bad", header="time,professional_id,patient_id")
    text = in_text(explained(Asked(logs=(str(path),)), dmp))
    assert "\n  line 2: professional_id=pro1, patient_id=p1, time=2025-06-27T18:03:04+02:00" in text
    assert "\n! line 3: 1 column where the header has 3 [wrong_columns]" in text


def test_audit_events_are_explained_too(dmp: Authorizer, tmp_path: Path) -> None:
    path = tmp_path / "events.ndjson"
    path.write_text('{"resourceType": "AuditEvent", "recorded": "2025-06-27T18:03:04Z"}\n')
    (told,) = explained(Asked(logs=(str(path),)), dmp)
    assert told["format"] == "ndjson"
    assert {"column": "time", "from": ["time"], "found_by": "fhir"} in told["columns"]
    assert [one["line"] for one in told["lines"]] == [1]


def test_care_teams_in_json_are_facts(dmp: Authorizer, tmp_path: Path) -> None:
    member = {"identifier": {"value": "pro1"}, "type": "Practitioner"}
    team = {
        "resourceType": "CareTeam",
        "status": "active",
        "subject": {"identifier": {"value": "p1"}},
        "participant": [{"member": member, "period": {"start": "2025-03-01T00:00:00Z"}}],
    }
    path = tmp_path / "teams.ndjson"
    path.write_text(f"{json.dumps(team)}\nbroken\n")
    rows, rejects = table(dmp, tmp_path, "facts", path)
    assert [(row["patient_id"], row["actor_id"], row["start"]) for row in rows] == [("p1", "pro1", MARCH_1)]
    assert [line for line, _ in rejects] == [2]


def test_lines_are_explained_in_the_zone_of_the_mapping_file(dmp: Authorizer, tmp_path: Path) -> None:
    mapping = tmp_path / "mapping.yaml"
    mapping.write_text("zone: Indian/Reunion\n")
    path = written(tmp_path, line(time="2025-06-27 18:03"))
    (told,) = explained(Asked(logs=(str(path),), mapping=mapping), dmp)
    understood = told["lines"][0]["understood"]
    assert understood["time"] == "2025-06-27T18:03:00+04:00"
    assert understood["time_end"] == "2025-06-27T18:04:00+04:00"


def test_a_refused_care_team_leaves_its_facts_in_doubt_while_it_may_have_held(dmp: Authorizer, tmp_path: Path) -> None:
    team = {"resourceType": "CareTeam", "status": "inactive", "subject": {"identifier": {"value": "p1"}}}
    path = tmp_path / "teams.ndjson"
    path.write_text(json.dumps({**team, "period": {"start": "2025-03-01T00:00:00Z"}}))
    rows, rejects = table(dmp, tmp_path, "facts", path)
    names = axis_names(dmp)
    assert rejects == [(1, "not_in_force")]
    assert {names[row["axis"]] for row in rows} == {"care_team", "treating_physician"}
    (row, _) = rows
    assert (row["patient_id"], row["actor_kind"], row["actor_id"], row["value"]) == ("p1", 0, "", CONTRADICTORY)
    assert (row["start"], row["stop"], row["recorded"]) == (MARCH_1, OPEN_STOP, OPEN_STOP)
    (told,) = explained(Asked(logs=(), facts=(str(path),)), dmp)
    assert "doubtful" not in {column["column"] for column in told["columns"]}
    assert [one["understood"]["value"] for one in told["lines"] if "understood" in one] == ["in doubt"] * 2


def test_a_fact_that_the_policy_has_not_is_in_no_doubt(tmp_path: Path) -> None:
    policy = opened(tmp_path / "policy", vocabulary=DOOR + fact("blocked"))
    path = tmp_path / "consents.ndjson"
    path.write_text('{"resourceType": "Consent", "status": "inactive", "patient": {"reference": "Patient/p1"}}')
    rows, rejects = table(policy, tmp_path, "facts", path)
    assert {axis_names(policy)[row["axis"]] for row in rows} == {"blocked"}
    assert rejects == [(1, "not_in_force")]
