"""Several accesses on one line of a log: each has a place of its own, and the lines still add up."""

import csv
import datetime
import functools
import json
import tempfile
from pathlib import Path
from typing import Any

import pytest

from habilitation import Authorizer
from habilitation.audit import run
from habilitation.audit.asked import Asked
from tests.small_policies import axis, fact, opened, rule, world
from tests.test_audit_fhir import changed

WHO, WHOSE = "810000000017", "p-1"
RULES = (
    rule("permit", "team", "care_team", "for consult")
    + rule("forbid", "masked_document", "masked")
    + rule("forbid", "closed", "blocked")
)
VOCABULARY = world(axis("action", "consult", "deposit"), *(fact(name) for name in ("care_team", "masked", "blocked")))
FACTS = "patient_id,actor_kind,actor_id,fact,value,valid_from,valid_to\n"
TEAM = f"{WHOSE},professional,{WHO},care_team,true,2026-03-02T14:10:00+01:00,\n"
DOCUMENTS = """document_id,patient_id,masked,valid_from,valid_to
d1,p-1,false,2026-01-01T00:00:00+01:00,
d2,p-1,false,2026-01-01T00:00:00+01:00,2026-02-01T00:00:00+01:00
d2,p-1,true,2026-02-01T00:00:00+01:00,
d3,p-1,false,2026-01-01T00:00:00+01:00,2026-03-02T14:30:00+01:00
d3,p-1,true,2026-03-02T14:30:00+01:00,
"""


@functools.cache
def policy() -> Authorizer:
    return opened(Path(tempfile.mkdtemp()), RULES, VOCABULARY)


def event(*documents: str, name: str = "e", when: str = "2026-03-02T14:05:00+01:00") -> dict[str, Any]:
    """A consultation of these documents by the person of the team."""
    found = changed(id=name, period={"start": when})
    patient, document, *others = found["entity"]
    patient["what"] = {"identifier": {"value": WHOSE}}
    found["entity"] = [
        patient,
        *({**document, "what": {"reference": f"DocumentReference/{one}"}} for one in documents or ("d1",)),
        *others,
    ]
    return found


def bundle(*resources: Any) -> dict[str, Any]:
    return {"resourceType": "Bundle", "entry": [{"resource": one} for one in resources]}


def asked(folder: Path, **more: Any) -> Asked:
    return Asked(
        (str(folder / "log.ndjson"),),
        facts=(str(folder / "facts.csv"),),
        documents=(str(folder / "documents.csv"),),
        complete=frozenset({"care_team", "blocked"}),
        zone="Europe/Paris",
        **more,
    )


def audited(folder: Path, *lines: Any, **more: Any) -> tuple[dict[str, Any], list[dict[str, str]]]:
    """The counts of the manifest and the findings."""
    log = folder / "log.ndjson"
    log.write_text("".join(f"{json.dumps(one)}\n" for one in lines), "utf-8")
    for name, text in (("facts.csv", FACTS + TEAM), ("documents.csv", DOCUMENTS)):
        (folder / name).write_text(text, "utf-8")
    run.audit(asked(folder, out=folder / "report", **more), policy())
    counts: dict[str, Any] = json.loads((folder / "report" / "manifest.json").read_text("utf-8"))["counts"]
    with (folder / "report" / "findings.csv").open(encoding="utf-8-sig", newline="") as content:
        return counts, list(csv.DictReader(content))


def sums(counts: dict[str, Any]) -> tuple[int, ...]:
    """Lines read, which are judged, rejected, duplicates or outside; accesses judged, lines rejected in part."""
    parts = tuple(counts[name] for name in ("judged", "rejected", "duplicates", "outside"))
    assert counts["lines_read"] == sum(parts)
    accesses = sum(sum(outcomes.values()) for outcomes in counts["rule_by_system"].values())
    assert accesses == counts["accesses"] == sum(one["accesses"] for one in counts["by_file"])
    return (counts["lines_read"], *parts, accesses, counts["partly_rejected"])


@pytest.mark.parametrize("how", ["", "request_id", "gesture"])
def test_each_document_of_an_event_is_judged_on_its_own_facts(tmp_path: Path, how: str) -> None:
    more = {"granularity": datetime.timedelta(hours=1), "deduplicate": how}
    counts, findings = audited(tmp_path, event("d1", "d2", "d3"), **more)
    assert sums(counts) == (1, 1, 0, 0, 0, 3, 0)
    # d3 is masked from 14:30, and the team begins at 14:10: somewhere in the hour it was permitted.
    ((place, part, name, document, facts),) = [
        (one["place"], one["part"], one["event_id"], one["document_id"], one["facts"]) for one in findings
    ]
    assert (place, part, name, document) == (f"{tmp_path}/log.ndjson:1", "1", "e#2", "d2")
    assert "documents.csv:4" in facts


def test_what_is_permitted_at_one_instant_only_is_told_with_its_own_rows(tmp_path: Path) -> None:
    hour = datetime.timedelta(hours=1)
    audited(tmp_path, event("d1", "d2", "d3"))
    found = list(run.accesses(asked(tmp_path, granularity=hour, patient=WHOSE), policy()))
    assert [(one["part"], one["document_id"], one["effect"]) for one in found] == [
        (0, "d1", "PERMIT"),
        (1, "d2", "DENY"),
        (2, "d3", "PERMIT"),
    ]


def test_a_line_is_a_duplicate_only_when_all_its_accesses_are(tmp_path: Path) -> None:
    first, again = event("d1", "d2"), event("d2", "d3", name="f")
    counts, findings = audited(tmp_path, first, again, event("d1", name="g"), deduplicate="gesture")
    assert sums(counts) == (3, 2, 0, 1, 0, 3, 0)
    assert [(one["place"][-1], one["document_id"], one["rule"]) for one in findings] == [
        ("1", "d1", "no_rule"),
        ("1", "d2", "masked_document"),
        ("2", "d3", "no_rule"),
    ]


def test_a_line_of_which_something_is_read_is_no_rejected_line(tmp_path: Path) -> None:
    bad = event("d1", when="yesterday")
    lines = [
        bundle(event("d2", name="x"), bad, {"resourceType": "Patient"}, event("d1", name="y")),
        bundle({"resourceType": "Patient"}, bad),
        bundle(bad, bad),
        event("d1"),
    ]
    counts, findings = audited(tmp_path, *lines)
    assert sums(counts) == (4, 2, 2, 0, 0, 3, 1)
    assert counts["rejects_by_code"] == {"bad_time": 4, "wrong_resource": 2}
    places = [(one["place"][-1], one["part"], one["document_id"]) for one in findings]
    assert places == [("1", "0", "d2"), ("1", "2", "d1"), ("4", "0", "d1")]


def test_a_question_leaves_out_lines_and_not_accesses(tmp_path: Path) -> None:
    other = changed(id="z")
    lines = [bundle(event("d1"), other), bundle(other, {"resourceType": "Patient"}), other, {"resourceType": "Patient"}]
    log = tmp_path / "log.ndjson"
    log.write_text("".join(f"{json.dumps(one)}\n" for one in lines), "utf-8")
    counts, _ = audited(tmp_path, *lines, patient=WHOSE)
    assert sums(counts) == (4, 1, 1, 0, 2, 1, 1)


def test_a_log_of_which_nothing_could_be_read_ends_with_3_and_its_report(tmp_path: Path) -> None:
    lines = [{"resourceType": "Patient"}, event("d1", when="yesterday")]
    counts, findings = audited(tmp_path, *lines)
    assert (sums(counts), findings) == ((2, 0, 2, 0, 0, 0, 0), [])
    summary = run.audit(asked(tmp_path, out=tmp_path / "report"), policy())
    assert summary.exit_code == 3
    (told,) = counts["rejects_by_file"]
    assert (told["rejected"], told["lines"], told["large"]) == (2, 2, True)
    page = (tmp_path / "report" / "index.html").read_text("utf-8")
    assert "No line of the logs could be read" in page
    assert "Not readable: 2 lines of 2 of " in page


def test_what_could_not_be_read_of_a_log_is_out_of_the_lines_read(tmp_path: Path) -> None:
    log = tmp_path / "log.csv"
    log.write_text("time,professional_id,patient_id\n\nbad,1,2\n2025-03-01T14:20:00Z,1,2\n", "utf-8")
    folder = tmp_path / "report"
    run.audit(Asked(logs=(str(log),), out=folder), policy())
    counts = json.loads((folder / "manifest.json").read_text("utf-8"))["counts"]
    (told,) = counts["rejects_by_file"]
    assert (counts["lines_read"], told["rejected"], told["lines"]) == (2, 1, 2)
    assert "Not readable: 1 lines of 2 of " in (folder / "index.html").read_text("utf-8")


def test_the_axes_that_a_table_tells_are_those_with_a_row(tmp_path: Path) -> None:
    counts, _ = audited(tmp_path, event("d1"))
    assert counts["axes_told"] == ["care_team", "masked"]
    assert counts["rejects_by_file"] == []


def test_that_nothing_could_be_assessed_is_said_on_the_page(tmp_path: Path) -> None:
    audited(tmp_path, event("d1"))
    alone = Asked((str(tmp_path / "log.ndjson"),), out=tmp_path / "alone")
    summary = run.audit(alone, policy())
    assert (summary.exit_code, summary.counts.by_kind["not_assessable"]) == (0, 1)
    assert "Nothing could be assessed" in (tmp_path / "alone" / "index.html").read_text("utf-8")
    assert json.loads((tmp_path / "alone" / "manifest.json").read_text("utf-8"))["counts"]["axes_told"] == []
