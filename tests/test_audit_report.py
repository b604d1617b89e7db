"""The report of an audit: its tables and its manifest; that it is whole, harmless, repeatable, nameless on demand."""

from __future__ import annotations

import csv
import dataclasses
import datetime
import hashlib
import json
import os
import random
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from habilitation import Authorizer
from habilitation.audit import report
from habilitation.audit.asked import Asked
from habilitation.audit.ledger import INPUTS, REJECTS, REPORTED, TALLY, Ledger
from habilitation.audit.refusals import UsageError
from habilitation.audit.report import FileCounts, Run, Summary, Unbalanced, folder, page, parquet, slices

NOON = datetime.datetime(2026, 1, 5, 12, 0, 0, 654321, tzinfo=datetime.UTC)
WHOLE_PAGE = page.render
KINDS = {
    "not_justified": ("DENY", "done"),
    "no_rule": ("NOT_APPLICABLE", "done"),
    "over_restriction": ("PERMIT", "refused"),
    "not_assessable": ("INDETERMINATE", "done"),
    "permitted": ("PERMIT", "done"),
}
FILES = {
    "break_glass.csv", "by_document_type.csv", "by_patient.csv", "by_professional.csv", "by_rule.csv", "findings.csv",
    "findings.parquet", "index.html", "manifest.json", "not_assessable.csv", "over_restrictions.csv", "rejects.csv",
}  # fmt: skip

Rows = Sequence[Mapping[str, Any]]


@pytest.fixture(scope="module")
def policy() -> Authorizer:
    return Authorizer.dmp()


@pytest.fixture(autouse=True)
def _quick_page(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(page, "render", lambda *_: "<!doctype html>")


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    with Ledger(tmp_path / "ledger") as empty:
        yield empty


# --- the arrangement -----------------------------------------------------------------------------


def access(line: int, kind: str = "not_justified", **said: Any) -> dict[str, Any]:
    """A line as it is reported; `kind` permitted means that it is only counted, unless it broke the glass."""
    effect, outcome = KINDS[kind]
    words = {
        "rules": "no_care_relationship" if kind == "not_justified" else "",
        "citations": "CSP, art. L. 1110-4; CSP, art. R. 1111-46",
        "message_fr": "Aucune relation de soins.",
        "message_en": "No care relationship.",
        "changes_fr": "si équipe de soins | si consentement",
        "changes_en": "if care team | if consent",
    }
    if kind == "not_assessable":
        words["missing"] = "care_team+masked"
    row: dict[str, Any] = dict.fromkeys(REPORTED.names, "") | {
        "kind": kind,
        "effect": effect,
        "outcome": outcome,
        **words,
    }
    row |= {"break_glass": False, "file": "log.csv", "line": line, "part": 0, "event_id": f"e-{line}"}
    row |= {"time": "2025-03-01T08:00:00+01:00", "professional_id": "dr-house", "patient_id": "cuddy"}
    row |= {"document_type": "11488-4", "action": "consult", "edition": "2024-09-25", "facts": "[]"}
    return row | said


def filled(ledger: Ledger, rows: Rows, rejects: Rows = ()) -> tuple[FileCounts, ...]:
    """Report, tally and reject as a run does; what became of the lines of each file."""
    shown = [row for row in rows if row["kind"] != "permitted" or row["break_glass"]]
    ledger.add("reported", pa.Table.from_pylist(shown, REPORTED))
    keys = {"file": "file", "professional": "professional_id", "document_type": "document_type", "edition": "edition"}
    counted = [
        {"dimension": name, "key": row[column], "effect": row["effect"], "outcome": row["outcome"], "n": 1}
        for row in rows
        for name, column in keys.items()
    ]
    ledger.add("tally", pa.Table.from_pylist(counted, TALLY))
    ledger.add("rejects", pa.Table.from_pylist(list(rejects), REJECTS))
    names = sorted({row["file"] for row in rows} | {"log.csv"})
    inputs = [
        {
            "number": number,
            "role": "log",
            "name": name,
            "sha256": "ab" * 32,
            "bytes": 7,
            "lines": 9,
            "not_read": ["poste"],
        }
        for number, name in enumerate(names)
    ]
    ledger.add("inputs", pa.Table.from_pylist(inputs, INPUTS))
    return tuple(
        FileCounts(name, judged + rejected + 2, judged, judged, rejected, duplicates=1, outside=1)
        for name in names
        for judged in [sum(row["file"] == name for row in rows)]
        for rejected in [len({one["line"] for one in rejects if one["file"] == name and one["line"]})]
    )


def written(
    ledger: Ledger, policy: Authorizer, out: Path, rows: Rows, rejects: Rows = (), **asked: Any
) -> tuple[Path, Summary]:
    """The folder of the report of these lines, and its summary."""
    files = filled(ledger, rows, rejects)
    options = {"patient": asked.get("patient"), "question": [f"who opened {asked.get('patient')}", 3]}
    run = Run(policy, {"python": "3.11"}, options, files, NOON - datetime.timedelta(seconds=90), NOON)
    return out, report.write(ledger, Asked(logs=("log.csv",), out=out, **asked), run)


def table(file: Path, dialect: str = ",") -> list[dict[str, str]]:
    """The rows of a CSV file, as a reader that follows the standard sees them."""
    with file.open(encoding="utf-8-sig", newline="") as content:
        return list(csv.DictReader(content, delimiter=dialect, strict=True))


def texts(out: Path) -> dict[str, str]:
    """What people and programs can read in each file of a report."""
    found = {file.name: file.read_text("utf-8") for file in out.iterdir() if file.suffix != ".parquet"}
    return found | {"findings.parquet": str(pq.read_table(out / "findings.parquet").to_pylist())}


def fact(axis: str, value: str | None, origin: str, row: str | None = "", **period: str) -> dict[str, Any]:
    return {"axis": axis, "value": value, "origin": origin, "row": row, "from": "", "until": "", **period}


FACTS = json.dumps(
    [
        fact("care_team", "false", "no row, declared complete"),
        fact("blocked", "false", "no row, declared complete; the last ended", "facts.csv:4", until="2025-02-01"),
        fact("masked", "true", "document", "documents.csv:12", **{"from": "2025-03-01T08:00+01:00"}),
        fact("channel", "direct", "the log"),
        fact("author", None, "", None),
    ]
)
SPOKEN = {
    "en": (
        "care_team=false (no row, declared complete); "
        "blocked=false (no row, declared complete, the last ended, facts.csv:4, until 2025-02-01); "
        "masked=true (documents.csv:12, since 2025-03-01T08:00+01:00); channel=direct (stated by the log); author=?"
    ),
    "fr": (
        "care_team=false (aucune ligne, table déclarée complète); "
        "blocked=false (aucune ligne, table déclarée complète, la dernière a pris fin, facts.csv:4, "
        "jusqu’au 2025-02-01); masked=true (documents.csv:12, depuis le 2025-03-01T08:00+01:00); "
        "channel=direct (écrit dans le journal); author=?"
    ),
}


# --- one access a row ----------------------------------------------------------------------------


def test_the_first_columns_say_where_when_who_whose_record_what_and_why(
    ledger: Ledger, policy: Authorizer, tmp_path: Path
) -> None:
    out, _ = written(ledger, policy, tmp_path / "out", [access(12)])
    first, *_ = (out / "findings.csv").read_text("utf-8").splitlines()
    assert first.split(",")[:16] == [
        "place", "kind", "time", "time_end", "professional_id", "profession", "patient_id", "document_type",
        "document_id", "action", "message", "rule", "citation", "facts", "permitted_if", "justification",
    ]  # fmt: skip
    assert table(out / "findings.csv")[0]["place"] == "log.csv:12"


@pytest.mark.parametrize(("lang", "message"), [("en", "No care relationship."), ("fr", "Aucune relation de soins.")])
def test_sentences_are_in_the_language_asked_for(
    ledger: Ledger, policy: Authorizer, tmp_path: Path, lang: str, message: str
) -> None:
    out, _ = written(ledger, policy, tmp_path / "out", [access(12, facts=FACTS)], lang=lang)
    (found,) = table(out / "findings.csv")
    assert (found["facts"], found["message"]) == (SPOKEN[lang], message)


def test_each_kind_has_its_table_and_a_broken_glass_one_more(
    ledger: Ledger, policy: Authorizer, tmp_path: Path
) -> None:
    rows = [access(line, kind) for line, kind in enumerate(KINDS, 2)]
    rows += [access(90, "permitted", break_glass=True, justification="coma"), access(91, "no_rule", break_glass=True)]
    out, summary = written(ledger, policy, tmp_path / "out", rows)
    places = {name: [row["place"] for row in table(out / name)] for name in sorted(FILES) if name.endswith("s.csv")}
    assert places["findings.csv"] == ["log.csv:2", "log.csv:3", "log.csv:91"]
    assert places["over_restrictions.csv"] == ["log.csv:4"]
    assert places["break_glass.csv"] == ["log.csv:90", "log.csv:91"]
    assert table(out / "break_glass.csv")[0]["justification"] == "coma"
    assert [row["missing"] for row in table(out / "not_assessable.csv")] == ["care_team+masked"]
    assert summary.counts.by_kind == {"not_justified": 1, "no_rule": 2, "over_restriction": 1, "not_assessable": 1}
    assert summary.counts.break_glass == 2


def test_lines_are_in_the_order_of_the_logs_whatever_slices_they_are_written_in(
    ledger: Ledger, policy: Authorizer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(slices, "ROWS", 4)
    monkeypatch.setattr(parquet, "ROWS", 3)
    rows = [access(line, file=file) for line in (100, 9, 20, 3, 57) for file in ("b.csv", "a.csv")]
    out, _ = written(ledger, policy, tmp_path / "out", rows)
    expected = [f"{file}.csv:{line}" for file in "ab" for line in (3, 9, 20, 57, 100)]
    assert [row["place"] for row in table(out / "findings.csv")] == expected
    assert pq.read_table(out / "findings.parquet")["place"].to_pylist() == expected
    groups = pq.ParquetFile(out / "findings.parquet").metadata
    assert [groups.row_group(n).num_rows for n in range(groups.num_row_groups)] == [3, 3, 3, 1]


def test_programs_get_both_languages_and_facts_as_lists(ledger: Ledger, policy: Authorizer, tmp_path: Path) -> None:
    out, _ = written(ledger, policy, tmp_path / "out", [access(12, facts=FACTS), access(13, facts="")])
    one, other = pq.read_table(out / "findings.parquet").to_pylist()
    assert (one["message_fr"], one["message_en"]) == ("Aucune relation de soins.", "No care relationship.")
    assert one["facts"] == json.loads(FACTS)
    assert (other["facts"], other["unit_id"], other["line"], other["break_glass"]) == (None, None, 13, False)


def test_a_report_of_nothing_has_all_its_files_and_their_columns(
    ledger: Ledger, policy: Authorizer, tmp_path: Path
) -> None:
    out, summary = written(ledger, policy, tmp_path / "out", [])
    assert {file.name for file in out.iterdir()} == FILES
    for name in sorted(FILES):
        if name.endswith(".csv"):
            assert len((out / name).read_text("utf-8").splitlines()) == 1, name
    assert pq.read_table(out / "findings.parquet").schema.equals(parquet.SCHEMA)
    assert (summary.findings, summary.exit_code) == (0, 0)


# --- gathered ------------------------------------------------------------------------------------


def test_people_come_by_findings_then_by_name_and_nobody_seen_is_left_out(
    ledger: Ledger, policy: Authorizer, tmp_path: Path
) -> None:
    rows = [access(n, "permitted", professional_id="busy") for n in range(2, 5)]
    rows += [access(n, professional_id="busy", patient_id=f"p{n % 2}") for n in range(10, 13)]
    rows += [access(20, professional_id="b", break_glass=True), access(21, "no_rule", professional_id="a")]
    rows += [access(30, "permitted", professional_id="calm"), access(31, "not_assessable", professional_id="calm")]
    out, _ = written(ledger, policy, tmp_path / "out", rows)
    found = table(out / "by_professional.csv")
    assert [row["professional_id"] for row in found] == ["busy", "a", "b", "calm"]
    columns = ("accesses", "findings", "findings_per_1000", "patients", "not_assessable", "break_glass")
    assert [tuple(row[name] for name in columns) for row in found] == [
        ("6", "3", "500.0", "2", "0", "0"),
        ("1", "1", "1000.0", "1", "0", "0"),
        ("1", "1", "1000.0", "1", "0", "1"),
        ("2", "0", "0.0", "0", "1", "0"),
    ]
    assert found[-1]["first_finding"] == ""


def test_records_rules_and_types_are_counted(ledger: Ledger, policy: Authorizer, tmp_path: Path) -> None:
    rows = [access(2), access(3, patient_id="b"), access(4, "no_rule"), access(5, "over_restriction", patient_id="b")]
    rows += [access(6, "permitted", document_type="57133-1")]
    out, _ = written(ledger, policy, tmp_path / "out", rows, lang="en")
    records = [(row["patient_id"], row["findings"], row["over_restrictions"]) for row in table(out / "by_patient.csv")]
    assert records == [("cuddy", "2", "0"), ("b", "1", "1")]
    rules = [(row["rule"], row["kind"], row["findings"], row["patients"]) for row in table(out / "by_rule.csv")]
    assert rules == [("no_care_relationship", "not_justified", "2", "2"), ("", "no_rule", "1", "1")]
    assert table(out / "by_rule.csv")[0]["message"] == "No care relationship."
    types = [(row["document_type"], row["accesses"], row["no_rule"]) for row in table(out / "by_document_type.csv")]
    assert types == [("11488-4", "4", "1"), ("57133-1", "1", "0")]


def test_the_last_finding_is_the_last_in_time_on_the_night_that_has_two_o_clock_twice(
    ledger: Ledger, policy: Authorizer, tmp_path: Path
) -> None:
    times = ("2025-10-26T02:40:00+02:00", "2025-10-26T02:10:00+01:00")
    out, _ = written(ledger, policy, tmp_path / "out", [access(n, time=time) for n, time in enumerate(times, 2)])
    (found,) = table(out / "by_patient.csv")
    assert (found["first_finding"], found["last_finding"]) == times


# --- spreadsheets --------------------------------------------------------------------------------


def test_a_french_excel_reads_semicolons_a_mark_and_decimal_commas(
    ledger: Ledger, policy: Authorizer, tmp_path: Path
) -> None:
    rows = [access(2, professional_id="Zoé"), *(access(n, "permitted", professional_id="Zoé") for n in range(3, 10))]
    out, _ = written(ledger, policy, tmp_path / "out", rows, dialect="excel-fr")
    for name in sorted(FILES):
        if name.endswith(".csv"):
            content = (out / name).read_bytes()
            assert content.startswith(b"\xef\xbb\xbf")
            assert content.count(b"\n") == content.count(b"\r\n") > 0
    (found,) = table(out / "by_professional.csv", ";")
    assert (found["professional_id"], found["findings_per_1000"]) == ("Zoé", "125,0")


def test_other_readers_get_commas_points_and_the_line_ends_of_the_standard(
    ledger: Ledger, policy: Authorizer, tmp_path: Path
) -> None:
    out, _ = written(ledger, policy, tmp_path / "out", [access(2, justification='dit "urgent",\nsans suite')])
    content = (out / "findings.csv").read_bytes()
    assert content.startswith(b"place,kind,time,")
    assert content.endswith(b"\r\n")
    (found,) = table(out / "findings.csv")
    assert found["justification"] == 'dit "urgent",\nsans suite'
    assert table(out / "by_patient.csv")[0]["findings"] == "1"


BLANKS = ' \t\r\n"\u00a0\u3000\ufeff'
HOSTILE = {
    "=1+1": "'=1+1",
    "+33": "'+33",
    "-2": "'-2",
    "@SUM(A1)": "'@SUM(A1)",
    " \t=1": "' \t'=1",
    "\r\n=1": "'\r\n'=1",
    "\u00a0\u3000\ufeff=1": "'\u00a0\u3000\ufeff=1",
    "＝1": "'＝1",
    "＋1": "'＋1",
    "－1": "'－1",
    "＠x": "'＠x",
    '"=1': "'\"=1",
    "a;=1": "a;'=1",
    "a,-1": "a,'-1",
    "a;b=1": "a;b=1",
    "x-1@y": "x-1@y",
}


@pytest.mark.parametrize("dialect", ["rfc4180", "excel-fr"])
def test_no_cell_is_a_formula(ledger: Ledger, policy: Authorizer, tmp_path: Path, dialect: str) -> None:
    texts = [
        one.name
        for one in REPORTED
        if one.type == pa.string() and one.name not in {"kind", "effect", "outcome", "facts"}
    ]
    rows = [
        access(number, kind, **dict.fromkeys(texts, hostile), break_glass=True)
        for kind in KINDS
        for number, hostile in enumerate(HOSTILE, 2)
    ]
    rejects = [{"file": "=log", "line": None, "code": "=x", "error": hostile} for hostile in HOSTILE]
    out, _ = written(ledger, policy, tmp_path / "out", rows, rejects, dialect=dialect)
    harmless = {*HOSTILE.values(), "'=log", "'=x"}
    shown = {}
    for name in sorted(FILES):
        if name.endswith(".csv"):
            cells = {cell for row in table(out / name, ";" if dialect == "excel-fr" else ",") for cell in row.values()}
            assert not {cell for cell in cells if cell.lstrip(BLANKS)[:1] in tuple("=+-@＝＋－＠")}
            shown[name] = cells
    for name in ("findings.csv", "not_assessable.csv", "over_restrictions.csv", "break_glass.csv", "by_patient.csv"):
        assert shown[name] >= set(HOSTILE.values())
    assert shown["rejects.csv"] == {*harmless, ""}


# --- people under another name -------------------------------------------------------------------

PATIENTS = ("PAT-Émile", 'x"=1', "9", "12345", "shared")
PEOPLE = ("RPPS-81", "it's", "doc-77", "shared")


def people_everywhere() -> list[dict[str, Any]]:
    """Lines that name people wherever a log may."""
    return [
        access(
            100 + number,
            kind,
            patient_id=patient,
            professional_id=person,
            event_id=f"ev/{patient}/{person}",
            document_id=f"d{patient}-1",
            request_id=person,
            structure_id=f"4{person}-1",
            unit_id=person,
            justification=f"vu avec {person} pour {patient}",
            message_fr=f"Le dossier de {patient} par {person}." if len(patient) > 3 else "",
            facts=json.dumps([{"axis": "a", "value": f"{patient}", "origin": f"of {person}", "row": "f.csv:3"}]),
            break_glass=number % 2 == 0,
        )
        for kind in KINDS
        for number, (patient, person) in enumerate([(a, b) for a in PATIENTS for b in PEOPLE])
        if not (patient == "9" and kind == "permitted")
    ]


@pytest.fixture
def key(tmp_path: Path) -> Path:
    file = tmp_path / "key"
    file.write_bytes(b"a secret of a hospital group\n")
    return file


def test_no_id_is_left_in_any_file(
    ledger: Ledger, policy: Authorizer, tmp_path: Path, key: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(page, "render", WHOLE_PAGE)
    rejects = [
        {"file": "log.csv", "line": 7, "code": "bad_time", "error": "`PAT-Émile` is no time for `patient_id`, `it`s`"},
        {"file": "log.csv", "line": 8, "code": "bad_id", "error": "`RPPS-81, the rest"},
    ]
    asked = {"patient": "PAT-Émile", "professional": "RPPS-81", "pseudonymise": key}
    out, _ = written(ledger, policy, tmp_path / "out", people_everywhere(), rejects, **asked)
    raw = {*PATIENTS, *PEOPLE} - {"9", "12345"}
    escaped = {json.dumps(one)[1:-1] for one in raw} | {"&#39;".join(one.split("'")) for one in raw}
    for name, text in texts(out).items():
        assert not [one for one in (*raw, *escaped, "vu avec") if one in text], name
    for row in pq.read_table(out / "findings.parquet").to_pylist():
        assert "12345" not in str(row)
        assert row["justification"] == "[withheld]"
    sentences = [row["error"] for row in table(out / "rejects.csv")]
    assert sentences == ["`[withheld]`"] * 2


def test_a_person_has_one_name_in_every_table(ledger: Ledger, policy: Authorizer, tmp_path: Path, key: Path) -> None:
    out, _ = written(ledger, policy, tmp_path / "out", people_everywhere(), pseudonymise=key)
    found = pq.read_table(out / "findings.parquet").to_pylist()
    people = {row["professional_id"] for row in found}
    assert len(people) == len(PEOPLE)
    assert people == {row["professional_id"] for row in table(out / "by_professional.csv")}
    patients = {row["patient_id"] for row in found}
    assert len(patients) == len(PATIENTS)
    assert patients == {row["patient_id"] for row in table(out / "by_patient.csv")}
    assert all(name[:4] == "pat-" and len(bytes.fromhex(name[4:])) == 8 for name in patients)
    # One id for a patient and a professional does not tell that it is one id.
    assert not {name[4:] for name in patients} & {name[4:] for name in people}
    assert all(row["patient_id"] in row["event_id"] and row["patient_id"] in row["document_id"] for row in found)


def names_under(key: bytes, ground: Path, policy: Authorizer) -> list[str]:
    ground.mkdir()
    (ground / "key").write_bytes(key)
    with Ledger(ground / "ledger") as ledger:
        rows = [access(n, patient_id=f"patient-{n}") for n in (2, 3)]
        out, _ = written(ledger, policy, ground / "out", rows, pseudonymise=ground / "key")
    return [row["patient_id"] for row in table(out / "findings.csv")]


def test_the_same_key_gives_the_same_names_and_another_gives_others(policy: Authorizer, tmp_path: Path) -> None:
    names = names_under(b"k" * 16, tmp_path / "a", policy)
    assert names_under(b"k" * 16 + b"\r\n", tmp_path / "b", policy) == names
    assert not set(names_under(b"l" * 16, tmp_path / "c", policy)) & set(names)


def test_the_person_asked_about_is_named_in_the_manifest_as_everywhere(
    ledger: Ledger, policy: Authorizer, tmp_path: Path, key: Path
) -> None:
    out, _ = written(ledger, policy, tmp_path / "out", [access(2)], patient="cuddy", pseudonymise=key)
    options = json.loads((out / "manifest.json").read_text("utf-8"))["options"]
    name = table(out / "by_patient.csv")[0]["patient_id"]
    assert options == {"patient": name, "question": [f"who opened {name}", 3]}


def test_an_id_as_short_as_a_word_is_only_replaced_where_it_is_the_whole(
    ledger: Ledger, policy: Authorizer, tmp_path: Path, key: Path
) -> None:
    out, _ = written(ledger, policy, tmp_path / "out", [access(2, patient_id="who")], patient="who", pseudonymise=key)
    options = json.loads((out / "manifest.json").read_text("utf-8"))["options"]
    assert options["patient"] == table(out / "by_patient.csv")[0]["patient_id"]
    assert options["question"] == ["who opened who", 3]


def test_nobody_stays_nobody(ledger: Ledger, policy: Authorizer, tmp_path: Path, key: Path) -> None:
    rows = [access(2, professional_id=None), access(3, professional_id="", justification=None)]
    out, _ = written(ledger, policy, tmp_path / "out", rows, pseudonymise=key)
    assert [row["professional_id"] for row in table(out / "findings.csv")] == ["", ""]
    assert [row["justification"] for row in table(out / "findings.csv")] == ["", ""]


@pytest.mark.parametrize(("content", "code"), [(b"fifteen bytes..\n", "short_key"), (None, "unreadable_key")])
def test_a_key_that_keeps_no_secret_is_refused(tmp_path: Path, content: bytes | None, code: str) -> None:
    file = tmp_path / "key"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(UsageError) as refused:
        report.ready(Asked(logs=("log.csv",), out=tmp_path / "out", pseudonymise=file))
    assert (refused.value.code, refused.value.exit_code) == (code, 2)


# --- the manifest --------------------------------------------------------------------------------


def test_the_manifest_says_what_was_read_by_which_policy_and_what_was_written(
    ledger: Ledger, policy: Authorizer, tmp_path: Path
) -> None:
    rejects = [{"file": "log.csv", "line": 4, "code": "bad_time", "error": "x"}]
    rejects += [{"file": "facts.csv", "line": 9, "code": "bad_time", "error": "y"}]
    out, _ = written(ledger, policy, tmp_path / "out", [access(2), access(3, "permitted", edition="2")], rejects)
    text = (out / "manifest.json").read_text("utf-8")
    manifest = json.loads(text)
    assert text == json.dumps(manifest, ensure_ascii=False, sort_keys=True, indent=2) + "\n"
    assert manifest["policy"] == {**policy.policy, "editions": {"2024-09-25": 1, "2": 1}}
    assert manifest["inputs"] == [
        {"role": "log", "name": "log.csv", "sha256": "ab" * 32, "bytes": 7, "lines": 9, "columns_not_read": ["poste"]}
    ]
    counts = manifest["counts"]
    assert counts["lines_read"] == 5 == sum(counts[name] for name in ("judged", "rejected", "duplicates", "outside"))
    assert (counts["rejected"], counts["rejected_elsewhere"], counts["rejects_by_code"]) == (1, 1, {"bad_time": 2})
    assert counts["rule_by_system"]["DENY"] == {"done": 1, "refused": 0, "failed": 0}
    assert set(manifest["files"]) == FILES - {"manifest.json"}
    for name, told in manifest["files"].items():
        content = (out / name).read_bytes()
        assert (told["sha256"], told["bytes"]) == (hashlib.sha256(content).hexdigest(), len(content))
    assert manifest["files"]["rejects.csv"]["rows"] == 2


def test_a_clock_is_read_in_one_field_only(ledger: Ledger, policy: Authorizer, tmp_path: Path) -> None:
    out, summary = written(ledger, policy, tmp_path / "out", [access(2)])
    assert json.loads((out / "manifest.json").read_text("utf-8"))["written_at"] == "2026-01-05T12:00:00+00:00"
    told = [name for name, text in texts(out).items() if "2026" in text]
    assert told == ["manifest.json"]
    assert (out / "manifest.json").read_text("utf-8").count("2026-01-05") == 1
    assert (summary.seconds, summary.path, summary.exit_code) == (90.0, out, 1)


def test_what_the_run_is_compared_to_is_written_as_given(ledger: Ledger, policy: Authorizer, tmp_path: Path) -> None:
    run = Run(policy, {}, {}, filled(ledger, [access(2)]), NOON, NOON, baseline={"findings": 3})
    report.write(ledger, Asked(logs=("log.csv",), out=tmp_path / "out"), run)
    assert json.loads((tmp_path / "out" / "manifest.json").read_text("utf-8"))["baseline"] == {"findings": 3}


def test_versions_are_of_what_can_change_a_byte() -> None:
    assert set(report.versions()) == {"python", "habilitation", "duckdb", "pyarrow"}


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"read": 9}, "do not add up"),
        ({"accesses": 2}, "2 accesses of `log.csv` judged, 1 tallied"),
        ({"judged": 2, "read": 4}, "2 lines of `log.csv` judged, on 1 accesses"),
        ({"rejected": 1, "read": 4}, "1 lines of `log.csv` rejected, 0 kept as rejects"),
        ({"file": "other.csv"}, "accesses of `log.csv` tallied, which is no log"),
    ],
)
def test_a_lost_line_stops_the_report(
    ledger: Ledger, policy: Authorizer, tmp_path: Path, changed: dict[str, Any], said: str
) -> None:
    (counts,) = filled(ledger, [access(2)])
    run = Run(policy, {}, {}, (dataclasses.replace(counts, **changed),), NOON, NOON)
    with pytest.raises(Unbalanced, match=said):
        report.write(ledger, Asked(logs=("log.csv",), out=tmp_path / "out"), run)
    assert not (tmp_path / "out").exists()


def test_a_finding_that_is_counted_and_not_shown_stops_the_report(
    ledger: Ledger, policy: Authorizer, tmp_path: Path
) -> None:
    run = Run(policy, {}, {}, filled(ledger, [access(2)]), NOON, NOON)
    ledger.connection.execute("DELETE FROM reported")
    with pytest.raises(Unbalanced, match="1 accesses are `not_justified`, 0 reported"):
        report.write(ledger, Asked(logs=("log.csv",), out=tmp_path / "out"), run)


# --- whole or not at all -------------------------------------------------------------------------


def hidden(ground: Path) -> list[str]:
    return sorted(path.name for path in ground.iterdir() if path.name.startswith("."))


def test_an_earlier_report_is_replaced(policy: Authorizer, tmp_path: Path) -> None:
    out = tmp_path / "out"
    for line in (2, 3):
        with Ledger(tmp_path / f"ledger-{line}") as ledger:
            written(ledger, policy, out, [access(line)])
    assert [row["place"] for row in table(out / "findings.csv")] == ["log.csv:3"]
    assert hidden(tmp_path) == []


def test_an_empty_folder_becomes_the_report(ledger: Ledger, policy: Authorizer, tmp_path: Path) -> None:
    (tmp_path / "deep" / "out").mkdir(parents=True)
    out, _ = written(ledger, policy, tmp_path / "deep" / "out", [access(2)])
    assert {file.name for file in out.iterdir()} == FILES


@pytest.mark.parametrize(
    ("files", "code"),
    [
        ({"thesis.odt": "years of work"}, "not_a_report"),
        ({"manifest.json": '{"made_by": "another program"}'}, "not_a_report"),
        ({"manifest.json": "[]"}, "not_a_report"),
        ({"manifest.json": "not json"}, "not_a_report"),
        ({"manifest.json": '{"made_by": "habilitation audit", "files": {"a.csv": {}}}', "a.csv": "", "notes.txt": ""},
         "not_only_a_report"),
        ({"manifest.json": '{"made_by": "habilitation audit", "files": 5}', "notes.txt": ""}, "not_only_a_report"),
    ],
)  # fmt: skip
def test_a_folder_that_is_not_wholly_a_report_is_left_alone(tmp_path: Path, files: dict[str, str], code: str) -> None:
    for name, content in files.items():
        (tmp_path / name).write_text(content, encoding="utf-8")
    with pytest.raises(UsageError) as refused:
        report.ready(Asked(logs=("log.csv",), out=tmp_path))
    assert refused.value.code == code
    assert {path.name for path in tmp_path.iterdir()} == set(files)


@pytest.mark.parametrize("out", [Path(__file__), Path("/"), None])
def test_what_is_no_folder_to_write_in_is_refused(out: Path | None) -> None:
    with pytest.raises(UsageError):
        report.ready(Asked(logs=("log.csv",), out=out))


def test_an_interruption_leaves_the_earlier_report_and_nothing_else(
    policy: Authorizer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Ledger(tmp_path / "ledger-1") as ledger:
        out, _ = written(ledger, policy, tmp_path / "out", [access(2)])

    def interrupted(*_: Any) -> str:
        raise KeyboardInterrupt

    monkeypatch.setattr(page, "render", interrupted)
    with Ledger(tmp_path / "ledger-2") as ledger, pytest.raises(KeyboardInterrupt):
        written(ledger, policy, tmp_path / "out", [access(3)])
    assert [row["place"] for row in table(out / "findings.csv")] == ["log.csv:2"]
    assert hidden(tmp_path) == []


def test_a_report_that_cannot_take_its_place_gives_it_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "earlier").touch()
    rename = Path.rename

    def refused(self: Path, target: Path) -> Path:
        if ".partial-" in self.name:
            raise OSError(1, "no")
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", refused)
    with pytest.raises(UsageError, match="cannot be written: no"), folder.replaced(tmp_path / "out") as beside:
        (beside / "new").touch()
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["earlier"]
    assert hidden(tmp_path) == []


def dead() -> int:
    """The number of a process that has ended."""
    with subprocess.Popen([sys.executable, "-c", ""]) as process:
        process.wait()
    return process.pid


def test_a_run_that_died_leaves_nothing_after_the_next(tmp_path: Path) -> None:
    living = f".out.partial-{os.getppid()}"
    ancient = f".out.old-{os.getppid()}"
    for name in (f".out.partial-{dead()}", f".out.partial-{os.getpid()}", f".out.partial-{2**70}", living, ancient):
        (tmp_path / name / "half").mkdir(parents=True)
    os.utime(tmp_path / ancient, (0, 0))
    for name in (".out.partial-notes", "out", ".other.partial-1"):
        (tmp_path / name).mkdir()
    with folder.replaced(tmp_path / "out") as beside:
        (beside / "new").touch()
    assert hidden(tmp_path) == sorted([".other.partial-1", ".out.partial-notes", living])
    assert (tmp_path / "out" / "new").exists()


def test_a_report_set_aside_by_a_run_that_died_comes_back(tmp_path: Path) -> None:
    (tmp_path / f".out.old-{dead()}").mkdir()
    with pytest.raises(KeyboardInterrupt), folder.replaced(tmp_path / "out"):
        raise KeyboardInterrupt
    assert (tmp_path / "out").is_dir()
    assert hidden(tmp_path) == []


def test_another_user_s_living_run_is_left_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def not_ours(*_: int) -> None:
        raise PermissionError

    monkeypatch.setattr(os, "kill", not_ours)
    (tmp_path / ".out.partial-77").mkdir()
    with folder.replaced(tmp_path / "out"):
        pass
    assert hidden(tmp_path) == [".out.partial-77"]


# --- the same bytes ------------------------------------------------------------------------------


def many() -> list[dict[str, Any]]:
    kinds = tuple(KINDS)
    return [
        access(
            line,
            kinds[line % 5],
            file=f"log-{line % 3}.csv",
            professional_id=f"pro-{line % 7}",
            patient_id=f"pat-{line % 41}",
            document_type=f"t{line % 4}",
            time=f"2025-03-{1 + line % 28:02}T08:00:00+01:00",
            break_glass=line % 5 == 0,
            facts=FACTS,
        )
        for line in range(2, 3_000)
    ]


def test_the_same_lines_give_the_same_bytes_in_any_order_and_with_any_number_of_threads(
    policy: Authorizer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(page, "render", WHOLE_PAGE)
    monkeypatch.setattr(slices, "ROWS", 1_000)
    monkeypatch.setattr(parquet, "ROWS", 500)
    rejects = [{"file": "log-1.csv", "line": n, "code": f"c{n % 3}", "error": "x"} for n in range(1, 51)]
    contents = []
    for seed, threads in enumerate((1, 4, 2)):
        rows, bad = many(), list(rejects)
        draw = random.Random(seed)  # noqa: S311  # an order, not a secret
        draw.shuffle(rows)
        draw.shuffle(bad)
        with Ledger(tmp_path / f"ledger-{seed}", threads=threads) as ledger:
            out, _ = written(ledger, policy, tmp_path / f"out-{seed}", rows, bad)
        contents.append({file.name: file.read_bytes() for file in out.iterdir()})
    assert contents[0].keys() == FILES
    for name in sorted(FILES):
        assert contents[0][name] == contents[1][name] == contents[2][name], name
