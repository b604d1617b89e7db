"""An audit from end to end, on the hospital that ships with its truth."""

from __future__ import annotations

import dataclasses
import filecmp
import functools
import json
import shutil
from collections import Counter
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from habilitation import Authorizer
from habilitation.audit import kept, run
from habilitation.audit.asked import Asked
from habilitation.audit.course import Progress
from habilitation.audit.from_yaml import read
from habilitation.audit.in_words import settled
from habilitation.audit.refusals import InputError

HOSPITAL = Path(__file__).parent / "data" / "hospital"
TRUTH = pq.read_table(HOSPITAL / "truth.parquet").to_pylist()


@functools.cache
def policy() -> Authorizer:
    return Authorizer.dmp()


def asked(out: Path | None = None, **more: Any) -> Asked:
    """The audit of the hospital, as its own file asks for it."""
    words, found = read("audit.yaml", (HOSPITAL / "audit.yaml").read_text("utf-8"), HOSPITAL)
    assert words is not None
    return dataclasses.replace(settled(words, policy(), found), out=out, **more)


@pytest.fixture(scope="module")
def every_line() -> dict[int, dict[str, Any]]:
    """Every line judged, and those rejected, by their place in the log."""

    class Everything(kept.Keeper):
        def __init__(self, judge: Any, every: bool = False) -> None:
            super().__init__(judge, every=True)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(kept, "Keeper", Everything)
        return {access["line"]: access for access in run.accesses(asked(), policy())}


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("audit") / "report"
    run.audit(asked(out), policy())
    return out


def rows(path: Path) -> list[dict[str, Any]]:
    """The rows of one of the tables of a report."""
    found: list[dict[str, Any]] = duckdb.read_csv(str(path), all_varchar=True).to_arrow_table().to_pylist()
    return found


# --- the truth -----------------------------------------------------------------------------------


def test_every_line_is_judged_as_the_truth_says(every_line: dict[int, dict[str, Any]]) -> None:
    wrong = [
        (truth, every_line.get(truth["line"]))
        for truth in TRUTH
        if truth["effect"] and every_line[truth["line"]]["effect"] != truth["effect"]
    ]
    assert wrong == []
    assert len(every_line) == sum(1 for truth in TRUTH if truth["effect"])


def test_every_line_rests_on_the_rules_that_the_truth_names(every_line: dict[int, dict[str, Any]]) -> None:
    named = [truth for truth in TRUTH if truth["rules"]]
    assert len(named) > 100
    for truth in named:
        assert "+".join(sorted(every_line[truth["line"]]["rules"].split("+"))) == truth["rules"], truth


def test_the_findings_are_those_of_the_truth_and_no_other(report: Path) -> None:
    expected = {(t["line"], t["kind"]) for t in TRUTH if t["kind"] in kept.FINDINGS}
    assert {(int(row["line"]), row["kind"]) for row in rows(report / "findings.csv")} == expected
    assert len(pq.read_table(report / "findings.parquet")) == len(expected)


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        ("over_restriction", "over_restrictions.csv"),
        ("not_assessable", "not_assessable.csv"),
        ("rejected", "rejects.csv"),
    ],
)
def test_what_is_no_finding_is_in_its_own_table(report: Path, kind: str, name: str) -> None:
    expected = sorted(truth["line"] for truth in TRUTH if truth["kind"] == kind)
    assert expected
    assert sorted(int(row["line"]) for row in rows(report / name)) == expected


def test_every_unjustified_scenario_is_in_the_sample() -> None:
    kinds = Counter(truth["kind"] for truth in TRUTH)
    assert all(kinds[kind] for kind in ("not_justified", "no_rule", "over_restriction", "not_assessable", "rejected"))
    assert len({truth["scenario"] for truth in TRUTH}) >= 25


def test_the_lines_add_up(report: Path) -> None:
    manifest = json.loads((report / "manifest.json").read_text("utf-8"))
    counts = manifest["counts"]
    parts = ("judged", "rejected", "duplicates", "outside")
    assert counts["lines_read"] == sum(counts[part] for part in parts) == len(TRUTH)


# --- evidence ------------------------------------------------------------------------------------


def test_a_finding_names_the_facts_looked_at_and_the_rows_they_come_from(report: Path) -> None:
    told = [row["facts"] for row in rows(report / "findings.csv")]
    assert all(told)
    assert any("facts.csv:" in one for one in told)
    assert any("documents.csv:" in one for one in told)
    assert any("aucune ligne, table déclarée complète" in one for one in told)


def test_a_care_team_that_ended_is_shown_with_its_last_row_and_the_days_after_a_discharge(report: Path) -> None:
    late = {truth["line"] for truth in TRUTH if "discharge" in truth["scenario"] and truth["kind"] == "not_justified"}
    assert late
    told = [row["facts"] for row in rows(report / "findings.csv") if int(row["line"]) in late]
    assert any("7 d" in one or "+ 7" in one for one in told), told


def test_the_facts_of_a_finding_decide_as_the_finding_says(report: Path) -> None:
    """The facts shown are enough: put to the engine alone, they give the effect of the finding."""
    strict = policy().without_defaults()
    checked = 0
    for row in pq.read_table(report / "findings.parquet").to_pylist():
        if row["kind"] != "not_justified" or row["time_end"]:
            continue
        facts = {one["axis"]: one["value"] for one in row["facts"] if one["value"] != "unknown"}
        stated = {axis: {"true": True, "false": False}.get(value, value) for axis, value in facts.items()}
        assert strict.at(row["time"][:10]).decide(stated).effect.value == row["effect"], row
        checked += 1
    assert checked > 50


# --- the same, another way -----------------------------------------------------------------------


def test_two_runs_write_the_same_bytes_whatever_the_threads(report: Path, tmp_path: Path) -> None:
    again = tmp_path / "again"
    run.audit(asked(again, jobs=2), policy())
    names = sorted(path.name for path in report.iterdir())
    assert names == sorted(path.name for path in again.iterdir())
    same, different, broken = filecmp.cmpfiles(report, again, names, shallow=False)
    assert (different, broken) == (["manifest.json"], [])  # its one clock
    assert len(same) == len(names) - 1


def test_parquet_is_judged_as_csv_is(report: Path, tmp_path: Path) -> None:
    log = duckdb.read_csv(str(HOSPITAL / "log.csv"), all_varchar=True, ignore_errors=True, header=True).to_arrow_table()
    pq.write_table(log, tmp_path / "log.parquet")
    run.audit(asked(tmp_path / "out", logs=(str(tmp_path / "log.parquet"),)), policy())
    told = [Counter(row["event_id"] for row in rows(one / "findings.csv")) for one in (report, tmp_path / "out")]
    assert told[0] == told[1]


@pytest.mark.parametrize("how", ["request_id", "gesture"])
def test_a_gesture_logged_twice_is_counted_once_when_asked(tmp_path: Path, how: str) -> None:
    summary = run.audit(asked(tmp_path / "out", deduplicate=how), policy())
    twice = sum(truth["duplicate"] for truth in TRUTH)
    assert twice
    assert summary.counts.duplicates >= twice if how == "gesture" else summary.counts.duplicates == twice
    assert summary.counts.lines_read == summary.counts.judged + summary.counts.rejected + summary.counts.duplicates


def test_a_question_gives_the_accesses_that_the_audit_judged(every_line: dict[int, dict[str, Any]]) -> None:
    patient = Counter(access["patient_id"] for access in every_line.values()).most_common(1)[0][0]
    found = list(run.accesses(asked(patient=patient), policy()))
    expected = sorted(line for line, access in every_line.items() if access["patient_id"] == patient)
    assert sorted(access["line"] for access in found) == expected
    assert [access["effect"] for access in found] == [every_line[access["line"]]["effect"] for access in found]


def test_without_its_tables_nothing_is_guessed(tmp_path: Path) -> None:
    alone = asked(tmp_path / "out", facts=(), memberships=(), documents=(), complete=frozenset())
    summary = run.audit(alone, policy())
    judged = {truth["line"]: truth for truth in TRUTH if truth["effect"]}
    # What is still refused is refused whatever the facts; no access is permitted on facts that nobody gave.
    assert summary.counts.square["PERMIT"]["done"] == 0
    assert summary.counts.by_kind["not_assessable"] > len(judged) / 2
    for row in rows(tmp_path / "out" / "findings.csv"):
        assert judged[int(row["line"])]["effect"] in ("DENY", "NOT_APPLICABLE"), row


def test_a_refused_care_team_accuses_nobody(every_line: dict[int, dict[str, Any]], tmp_path: Path) -> None:
    """Its patient was in a team, nobody knows whose: no row is no proof there, complete as the table may be."""
    nothing = '{"axis":"care_team","value":"false","origin":"no row, declared complete"'
    refused = [one for one in every_line.values() if one["rules"] == "no_care_relationship"]
    accused = next(one for one in refused if nothing in one["facts"])
    team = {
        "resourceType": "CareTeam",
        "status": "inactive",
        "subject": {"identifier": {"value": accused["patient_id"]}},
    }
    (tmp_path / "teams.ndjson").write_text(json.dumps(team))
    with_team = asked(facts=(*asked().facts, str(tmp_path / "teams.ndjson")), patient=accused["patient_id"])
    (found,) = (one for one in run.accesses(with_team, policy()) if one["line"] == accused["line"])
    assert (accused["effect"], found["effect"], found["missing"]) == ("DENY", "INDETERMINATE", "care_team")


# --- what may go wrong ---------------------------------------------------------------------------


def test_an_interrupted_run_leaves_nothing(tmp_path: Path) -> None:
    def stop(progress: Progress) -> None:
        if progress.phase == "evidence":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run.audit(asked(tmp_path / "out"), policy(), stop)
    assert list(tmp_path.iterdir()) == []


def test_what_fails_while_reading_is_told_as_it_is(tmp_path: Path) -> None:
    for name in ("facts.csv", "memberships.csv", "documents.csv"):
        shutil.copy(HOSPITAL / name, tmp_path)
    pq.write_table(pa.table({"nothing": ["x"]}), tmp_path / "log.parquet")
    with pytest.raises(InputError):
        run.audit(asked(tmp_path / "out", logs=(str(tmp_path / "log.parquet"),)), policy())
    assert not (tmp_path / "out").exists()


def test_progress_goes_through_its_phases(tmp_path: Path) -> None:
    seen: list[Progress] = []
    run.audit(asked(tmp_path / "out"), policy(), seen.append)
    assert list(dict.fromkeys(one.phase for one in seen)) == ["facts", "log", "evidence", "report"]
    last = [one for one in seen if one.phase == "log"][-1]
    assert last.lines > 0
    assert last.fraction is not None


def test_as_known_before_a_correction_the_answer_is_another(tmp_path: Path) -> None:
    """On the second clock: nothing of the policy was known before its first text."""
    import datetime  # noqa: PLC0415  # of this test alone

    summary = run.audit(asked(tmp_path / "out", known_on=datetime.date(2024, 1, 1)), policy())
    assert summary.counts.square["PERMIT"]["done"] == 0
    assert summary.counts.judged == summary.counts.by_kind["not_assessable"]


def test_the_zone_of_the_whole_mapping_file_is_that_of_the_report(tmp_path: Path) -> None:
    log, mapping = tmp_path / "log.csv", tmp_path / "mapping.yaml"
    log.write_text("time,professional_id,patient_id\n2025-06-27 18:03:04,pro1,p1\n")
    mapping.write_text("zone: Indian/Reunion\n")
    run.audit(Asked(logs=(str(log),), mapping=mapping, out=tmp_path / "report"), policy())
    manifest = json.loads((tmp_path / "report" / "manifest.json").read_text("utf-8"))
    assert (manifest["options"]["zone"], manifest["options"]["calendar"]) == ("Indian/Reunion", "Indian/Reunion")
    assert manifest["inputs"][0]["columns_not_read"] == []
    assert "2025-06-27T18:03:04+04:00" in (tmp_path / "report" / "not_assessable.csv").read_text("utf-8")
