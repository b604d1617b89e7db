"""What is believed of an access where its tables are silent, partial, contradictory or damaged: small whole audits."""

import csv
import dataclasses
import datetime
import json
from pathlib import Path
from typing import Any

import pytest

from habilitation import Authorizer
from habilitation.audit import run
from habilitation.audit.asked import Asked
from habilitation.audit.intake.explaining import explained
from habilitation.audit.refusals import UsageError
from tests.small_policies import axis, fact, opened, rule, world

LOG = "time,professional_id,patient_id,document_id,unit_id,structure_id"
FACTS = "patient_id,actor_kind,actor_id,fact,value,valid_from,valid_to,recorded_at"
MEMBERS = "professional_id,actor_kind,actor_id,valid_from,valid_to"
DOCUMENTS = "document_id,patient_id,masked,hidden,author_id,author_structure_id,valid_from,valid_to"
HEADERS = {"log": LOG, "facts": FACTS, "memberships": MEMBERS, "documents": DOCUMENTS}
# What is not known of an axis shows: without it, nothing permits.
WARD = world(axis("action", "consult"), *map(fact, ("care_team", "masked", "hidden", "author", "own_structure")))
NOON = "2025-03-10T12:00:00Z"
YES, NO = "PERMIT", "NOT_APPLICABLE"


def ward(folder: Path, wanted: str) -> Authorizer:
    """A policy that permits what one fact tells."""
    (folder / "policy").mkdir()
    return opened(folder / "policy", rule("permit", "told", wanted), WARD)


def accesses(folder: Path, wanted: str, log: str, **more: Any) -> list[dict[str, Any]]:
    """The accesses to `p` of a log under tables, each the rows of a text, where one fact permits."""
    given: dict[str, Any] = {name: rows for name, rows in more.items() if name in HEADERS}
    for name, rows in {"log": log, **given}.items():
        lines = [HEADERS[name], *(row.strip() for row in rows.strip().splitlines())]
        (folder / f"{name}.csv").write_text("\n".join(lines) + "\n")
    tables: dict[str, Any] = {name: (str(folder / f"{name}.csv"),) for name in given}
    rest = {name: said for name, said in more.items() if name not in HEADERS}
    asked = Asked(logs=(str(folder / "log.csv"),), patient="p", zone="UTC", **tables, **{"complete": {wanted}, **rest})
    return list(run.accesses(asked, ward(folder, wanted)))


def effects(folder: Path, wanted: str, log: str, **more: Any) -> list[str]:
    """What is answered to each line; a missing fact, where there is one."""
    found = accesses(folder, wanted, log, **more)
    return [access["missing"] or access["effect"] for access in sorted(found, key=lambda one: one["line"])]


def told(access: dict[str, Any], name: str) -> dict[str, str]:
    (found,) = (one for one in json.loads(access["facts"]) if one["axis"] == name)
    return dict(found)


# --- memberships ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("unit", "memberships", "expected"),
    [
        ("", "other,unit,u1,,", "care_team"),  # nobody says where this person works
        ("u1", "other,unit,u1,,", YES),  # the line does
        ("u2", "other,unit,u1,,", NO),
        ("", "a,structure,s1,,", "care_team"),  # a table of structures tells nothing of units
        ("u1", "a,structure,s1,,", YES),
        ("u1", "a,unit,u2,,", NO),  # the table prevails where it speaks of units
        ("u2", "a,unit,u1,,", YES),
        ("", "a,unit,u2,,2025-01-01", "care_team"),  # it has ended there: that says nothing of u1
        ("u1", "a,unit,u1,,2025-01-01", NO),  # but is no more in u1, whatever the account still writes
        ("u1", "a,unit,u1,,2025-01-01\na,unit,u1,2025-03-01,", YES),
        ("u1", "a,unit,u2,2026-01-01,", YES),  # not yet
    ],
)
def test_who_is_not_listed_is_where_the_line_says_or_nobody_knows_where(
    tmp_path: Path, unit: str, memberships: str, expected: str
) -> None:
    log = f"{NOON},a,p,,{unit},"
    assert effects(tmp_path, "care_team", log, facts="p,unit,u1,care_team,,,,", memberships=memberships) == [expected]


def test_where_one_works_does_not_matter_to_a_record_of_which_no_unit_says_anything(tmp_path: Path) -> None:
    facts = "p,professional,b,care_team,,,,\nother,unit,u1,care_team,,,,"
    assert effects(tmp_path, "care_team", f"{NOON},a,p,,,", facts=facts, memberships="b,unit,u1,,") == [NO]


@pytest.mark.parametrize(
    ("structure", "memberships", "expected"),
    [
        ("", None, "own_structure"),
        ("s1", None, YES),
        ("s2", None, NO),
        ("", "other,structure,s1,,", "own_structure"),
        ("s1", "a,unit,u1,,", YES),
        ("s1", "a,structure,s2,,", NO),
        ("s2", "a,structure,s1,,", YES),
        ("s1", "a,structure,s1,,2025-01-01", NO),
    ],
)
def test_whose_structure_a_document_is_of_is_found_as_units_are(
    tmp_path: Path, structure: str, memberships: str | None, expected: str
) -> None:
    tables = {"documents": "d,p,,,x,s1,,"} | ({"memberships": memberships} if memberships else {})
    assert effects(tmp_path, "own_structure", f"{NOON},a,p,d,,{structure}", **tables) == [expected]


def test_the_row_shown_is_the_row_believed(tmp_path: Path) -> None:
    facts = "p,unit,u1,care_team,,,,\np,unit,u2,care_team,,,,"
    members = "a,unit,u2,,\nc,unit,u1,,"
    log = f"{NOON},a,p,,u1,\n{NOON},b,p,,u1,"
    listed, written = accesses(tmp_path, "care_team", log, facts=facts, memberships=members)
    files = {name: str(tmp_path / f"{name}.csv") for name in HEADERS}
    assert told(listed, "care_team")["row"] == f"{files['facts']}:3 ({files['memberships']}:2)"
    assert told(written, "care_team")["row"] == f"{files['facts']}:2"


# --- documents -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("wanted", "expected"), [("masked", YES), ("hidden", "hidden"), ("author", YES), ("own_structure", "own_structure")]
)
def test_rows_of_a_document_contradict_each_other_where_they_differ_and_nowhere_else(
    tmp_path: Path, wanted: str, expected: str
) -> None:
    documents = "d,p,true,false,a,s1,,\nd,p,,true,a,s2,,"
    assert effects(tmp_path, wanted, f"{NOON},a,p,d,,s1", documents=documents) == [expected]


def test_two_authors_are_none_that_is_known(tmp_path: Path) -> None:
    documents = "d,p,,,a,,,\nd,p,,,b,,,"
    assert effects(tmp_path, "author", f"{NOON},a,p,d,,", documents=documents) == ["author"]


def test_the_row_of_a_document_that_is_shown_is_one_that_says_so(tmp_path: Path) -> None:
    documents = "d,p,,false,b,,,\nd,p,true,,,,,"
    (access,) = accesses(tmp_path, "masked", f"{NOON},a,p,d,,", documents=documents)
    assert told(access, "masked")["row"] == f"{tmp_path / 'documents.csv'}:3"


# --- rejected rows -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rejected", "expected"),
    [
        ("p,unit,u1,care_team,perhaps,,,", "care_team"),
        ("p,unit,u2,care_team,perhaps,,,", NO),  # another unit's
        ("p,unit,u1,care_team,perhaps,,2025-03-01,", NO),  # before
        ("p,unit,u1,care_team,perhaps,2025-03-01,soon,", "care_team"),
        ("p,unit,u1,care_team,perhaps,soon,2025-03-01,", NO),
        ("p,unit,u1,care_team,,2025-03-02,2025-03-01,", "care_team"),  # no telling which date is wrong
        ("p,ward,u1,care_team,,,,", "care_team"),
        ("p,professional,b,care_team,perhaps,,,", NO),
        ("p,professional,a,care_team,perhaps,,,", "care_team"),
        ("p,any,,care_team,perhaps,,,", "care_team"),
        ("other,any,,care_team,perhaps,,,", NO),
        (",any,,care_team,perhaps,,,", NO),  # nobody's record: it has no place
        ("p,any,,care_taem,,,,", NO),
        ("p,any,,masked,perhaps,,,", NO),
    ],
)
def test_a_rejected_fact_is_in_doubt_for_whom_and_when_it_can_be_about(
    tmp_path: Path, rejected: str, expected: str
) -> None:
    assert effects(tmp_path, "care_team", f"{NOON},a,p,,u1,", facts=rejected) == [expected]


@pytest.mark.parametrize("better", ["p,professional,a,care_team,{},,,", "p,unit,u1,care_team,{},,,"])
@pytest.mark.parametrize("value", ["true", "false"])
def test_a_rejected_fact_of_nobody_knows_whom_prevails_over_those_of_anybody(
    tmp_path: Path, better: str, value: str
) -> None:
    facts = f"{better.format(value)}\np,ward,x,care_team,,,,"
    assert effects(tmp_path, "care_team", f"{NOON},a,p,,u1,", facts=facts) == ["care_team"]


@pytest.mark.parametrize(
    ("recorded", "later", "expected"),
    [
        ("2025-01-01", "2025-02-01", NO),  # corrected since
        ("2025-02-01", "2025-01-01", "care_team"),
        ("soon", "2025-02-01", "care_team"),
        ("", "2025-02-01", NO),
    ],
)
def test_a_row_recorded_later_corrects_a_rejected_one(tmp_path: Path, recorded: str, later: str, expected: str) -> None:
    facts = f"p,any,,care_team,perhaps,,,{recorded}\np,any,,care_team,false,,,{later}"
    assert effects(tmp_path, "care_team", f"{NOON},a,p,,,", facts=facts) == [expected]


@pytest.mark.parametrize(
    ("recorded", "expected"), [("2025-04-01", NO), ("2025-03-01", "care_team"), ("x", "care_team")]
)
def test_a_rejected_row_is_known_from_the_day_it_was_recorded(tmp_path: Path, recorded: str, expected: str) -> None:
    facts = f"p,any,,care_team,perhaps,,,{recorded}"
    known = datetime.date(2025, 3, 20)
    assert effects(tmp_path, "care_team", f"{NOON},a,p,,,", facts=facts, known_on=known) == [expected]


@pytest.mark.parametrize(
    ("rejected", "unit", "expected"),
    [
        ("a,unit,u1,soon,", "", "care_team"),
        ("a,unit,u1,soon,", "u1", YES),  # both say so
        ("a,unit,u1,soon,", "u2", "care_team"),
        ("a,unit,u2,soon,", "u1", "care_team"),
        ("a,unit,u2,soon,", "u3", NO),  # neither does
        ("a,ward,u1,,", "u2", "care_team"),
        ("a,unit,,,", "u2", "care_team"),
        ("a,structure,s1,soon,", "u2", NO),  # a structure is no unit
        ("a,unit,u1,soon,\na,unit,u2,,", "", "care_team"),
        ("a,unit,u2,soon,\na,unit,u1,,", "", YES),
        ("a,unit,u3,soon,\na,unit,u2,,", "", NO),
        ("a,unit,u1,soon,2025-03-01\na,unit,u2,,", "", NO),
        (",unit,u1,soon,", "u2", NO),
    ],
)
def test_a_rejected_membership_may_be_one_where_it_can_be(
    tmp_path: Path, rejected: str, unit: str, expected: str
) -> None:
    log = f"{NOON},a,p,,{unit},"
    assert effects(tmp_path, "care_team", log, facts="p,unit,u1,care_team,,,,", memberships=rejected) == [expected]


@pytest.mark.parametrize(
    ("rejected", "wanted", "expected"),
    [
        ("d,p,perhaps,true,a,,,", "masked", "masked"),
        ("d,p,perhaps,true,a,,,", "hidden", YES),
        ("d,p,perhaps,true,a,,,", "author", YES),
        ("d,p,perhaps,true,a,,,2025-03-01", "masked", NO),
        ("d,p,true,,a,,soon,", "masked", "masked"),
        ("d,p,true,,a,,soon,", "author", "author"),
        ("d,p,true,,a,,soon,", "hidden", NO),  # it said nothing of that
        ("d,p,true,,a,s1,soon,", "own_structure", "own_structure"),
        ("d,,true,,a,,soon,", "masked", NO),
    ],
)
def test_a_rejected_state_of_a_document_is_in_doubt(tmp_path: Path, rejected: str, wanted: str, expected: str) -> None:
    assert effects(tmp_path, wanted, f"{NOON},a,p,d,,s1", documents=rejected) == [expected]


def test_a_rejected_row_is_explained_as_rejected_alone(tmp_path: Path) -> None:
    (tmp_path / "facts.csv").write_text(f"{FACTS}\np,any,,care_team,perhaps,,,\n")
    (tmp_path / "log.csv").write_text(f"{LOG}\n{NOON},a,p,,,\n")
    asked = Asked(logs=(str(tmp_path / "log.csv"),), facts=(str(tmp_path / "facts.csv"),), zone="UTC")
    found = explained(asked, ward(tmp_path, "care_team"))
    assert [line.get("rejected") for line in found[1]["lines"]] == ["unknown_code"]


@pytest.mark.parametrize(
    ("log", "facts", "expected"),
    [
        ("0345,1\n0345,2", "345", 2),  # written otherwise
        ("p,1\nq,2", "p", 1),
        ("p,1", "p", 0),
        ("p,1", "", 0),  # an empty table says nothing of how identifiers are written
        ("p,1", None, 0),
    ],
)
def test_findings_on_records_that_the_facts_do_not_name_are_counted(
    tmp_path: Path, log: str, facts: str | None, expected: int
) -> None:
    lines = [f"{NOON},{person},{record}" for record, person in (line.split(",") for line in log.splitlines())]
    (tmp_path / "log.csv").write_text("\n".join(["time,professional_id,patient_id", *lines, ""]))
    rows = [f"{facts},any,,care_team,true,,,"] if facts else []
    (tmp_path / "facts.csv").write_text("\n".join([FACTS, *rows, ""]))
    (tmp_path / "key").write_text("a key of sixteen letters")
    asked = Asked(
        logs=(str(tmp_path / "log.csv"),),
        facts=() if facts is None else (str(tmp_path / "facts.csv"),),
        complete=frozenset({"care_team", "masked"}),
        pseudonymise=tmp_path / "key",
        out=tmp_path / "out",
    )
    run.audit(asked, ward(tmp_path, "masked"))
    counts = json.loads((tmp_path / "out" / "manifest.json").read_text("utf-8"))["counts"]
    assert (counts["findings"], counts["findings_unnamed"]) == (len(lines), expected)
    page = (tmp_path / "out" / "index.html").read_text("utf-8")
    assert ("Findings on a record of which the facts have no row" in page) is (expected > 0)


def test_rows_that_cannot_be_read_are_told_with_their_table(tmp_path: Path) -> None:
    (tmp_path / "facts.csv").write_text(f"{FACTS}\np,any,,care_team,perhaps,,,\n,any,,care_team,,,,\nshort\n")
    (tmp_path / "log.csv").write_text(f"{LOG}\n{NOON},a,p,,,\nx,a,p,,,\n")
    asked = Asked(logs=(str(tmp_path / "log.csv"),), facts=(str(tmp_path / "facts.csv"),), out=tmp_path / "out")
    run.audit(asked, ward(tmp_path, "care_team"))
    counts = json.loads((tmp_path / "out" / "manifest.json").read_text("utf-8"))["counts"]
    assert (counts["rejected"], counts["rejected_elsewhere"], counts["rejected_rows"]) == (1, 3, {"facts": 3})
    page = (tmp_path / "out" / "index.html").read_text("utf-8")
    assert "Rows of tables could not be read" in page
    assert "What they said is not known" in page


# --- known on a day ------------------------------------------------------------------------------


KNOWN_ON = datetime.date(2025, 3, 10)


def test_an_access_later_than_what_was_known_is_not_judged(tmp_path: Path) -> None:
    times = ("2025-03-10T23:59:59Z,a", "2025-03-11T00:00:00Z,a", "2025-03-11T00:00:00Z,")
    log = "\n".join(f"{time},p,,," for time in times)
    assert effects(tmp_path, "care_team", log, known_on=KNOWN_ON) == [NO, "known_on", "professional_id"]


def test_the_report_says_why_a_later_access_is_not_judged(tmp_path: Path) -> None:
    (tmp_path / "log.csv").write_text(f"{LOG}\n{NOON},a,p,,,\n")
    asked = Asked(logs=(str(tmp_path / "log.csv"),), out=tmp_path / "out", known_on=datetime.date(2025, 3, 9))
    run.audit(asked, ward(tmp_path, "care_team"))
    (row,) = csv.DictReader((tmp_path / "out" / "not_assessable.csv").read_text("utf-8-sig").splitlines())
    assert (row["missing"], row["effect"]) == ("known_on", "INDETERMINATE")
    page = (tmp_path / "out" / "index.html").read_text("utf-8")
    assert "Later than the day of the facts known" in page
    assert "none: audit as known on a later day" in page


@pytest.mark.parametrize(
    ("time", "facts", "expected"),
    [
        ("2025-03-10T23:30:00Z", "", NO),
        ("2025-03-10T23:30:00Z", "p,any,,care_team,,2025-03-10T23:45:00Z,,", YES),
        ("2025-03-10T23:30:00Z", "p,any,,care_team,,2025-03-11T00:15:00Z,,", NO),  # too late to have been known
        ("2025-03-11T00:00:00Z", "p,any,,care_team,,2025-03-11T00:15:00Z,,", "known_on"),
    ],
)
def test_of_a_rounded_stamp_only_the_instants_until_then_count(
    tmp_path: Path, time: str, facts: str, expected: str
) -> None:
    tables = {"facts": facts, "granularity": datetime.timedelta(hours=1), "known_on": KNOWN_ON}
    assert effects(tmp_path, "care_team", f"{time},a,p,,,", **tables) == [expected]


# --- axes named as columns of ours ---------------------------------------------------------------

COLUMNS_OF_OURS = (
    *("file", "t", "t_end", "place", "person", "member", "document", "anyone", "patients", "stamp", "stamp_end"),
    *(
        "kind",
        "start",
        "stop",
        "state",
        "number",
        "straddles",
        "is_author",
        "instant",
        "axis",
        "value",
        "rules",
    ),
    *("fact", "actor_kind", "recorded_at", "origins", "missing", "rank", "edition", "citations", "paper", "patient"),
)


@pytest.mark.parametrize("how", ["", "gesture"])
def test_an_axis_is_named_as_one_likes(tmp_path: Path, how: str) -> None:
    (tmp_path / "policy").mkdir()
    vocabulary = world(axis("action", "consult"), *map(fact, COLUMNS_OF_OURS))
    policy = opened(tmp_path / "policy", rule("permit", "all", " and ".join(COLUMNS_OF_OURS)), vocabulary)
    half = len(COLUMNS_OF_OURS) // 2
    stated, dated = COLUMNS_OF_OURS[:half], COLUMNS_OF_OURS[half:]
    texts = {
        "log": [f"{LOG},{','.join(stated[:5])}", f"{NOON},a,p,d,u1,{',true' * 5}"],
        "facts": [FACTS, *(f"p,unit,u1,{name},,2025-03-10T12:30:00Z,," for name in dated)],
        "documents": [f"document_id,patient_id,{','.join(stated[5:])}", f"d,p{',true' * (half - 5)}"],
    }
    for name, lines in texts.items():
        (tmp_path / f"{name}.csv").write_text("\n".join(lines) + "\n")
    log, facts, documents = ((str(tmp_path / f"{name}.csv"),) for name in texts)
    hour = datetime.timedelta(hours=1)
    asked = Asked(logs=log, facts=facts, documents=documents, granularity=hour, lag={"rank": hour}, deduplicate=how)
    asked = dataclasses.replace(asked, out=tmp_path / "out", zone="UTC")
    assert run.audit(asked, policy).counts.square["PERMIT"]["done"] == 1


@pytest.mark.parametrize("name", ["time", "outcome", "unit_id", "valid_from", "line"])
def test_an_axis_that_would_be_read_as_another_column_is_refused(tmp_path: Path, name: str) -> None:
    (tmp_path / "policy").mkdir()
    vocabulary = world(axis("action", "consult"), fact("invited"), fact(name))
    policy = opened(tmp_path / "policy", rule("permit", "guests", "invited"), vocabulary)
    asked = Asked(logs=("log.csv",), out=tmp_path / "out")
    for begin in (run.audit, explained):
        with pytest.raises(UsageError, match=f"the axis `{name}` of the policy") as refusal:
            begin(asked, policy)
        assert refusal.value.code == "ambiguous_axis"
