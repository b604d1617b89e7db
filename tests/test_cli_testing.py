"""The verb `test`: what passes, what fails and how it is shown, and the files it writes."""

import json
import os
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from habilitation import Authorizer
from habilitation.written import limits
from tests.command_line import LIBRARY, run, written

CASES = """facts:
  reader: {action: read, role: reader, desk: front}
cases:
  - name: a reader takes a book of the open shelf
    given: [reader]
    with: {shelf: open}
    at: 2025-03-01
    expect: permit
    reasons: [reading]
    obligations: [sign]
  - name: a reader and a rare book
    given: [reader]
    with: {shelf: rare}
    at: 2025-03-01
    expect: silent
tables:
  - name: who reads what
    given: [reader]
    at: 2025-03-01
    rows: role
    columns: shelf
    marks: {O: {expect: permit}, N: {expect: silent}}
    blocks:
      - columns: [open, rare]
        rows:
          reader: O N
          keeper: O N
"""
ENGLISH = ("--lang", "en")


def library(ground: Path, cases: str = CASES) -> str:
    return written(ground, {**LIBRARY, "tests/reading.yaml": cases})


def test_cases_that_pass_end_with_0_and_a_count(tmp_path: Path) -> None:
    ran = run("test", library(tmp_path), *ENGLISH)
    assert (ran.code, ran.out, ran.err) == (0, "library: 6 cases (4 cells of tables), 6 passed, 0 failed\n", "")


def test_the_shipped_policy_passes_its_own_tests_and_the_whole_matrix_of_the_cnam() -> None:
    ran = run("test", "--json")
    counts = json.loads(ran.out)["counts"]
    assert (ran.code, counts["failed"], counts["mistakes"]) == (0, 0, 0)
    assert counts["cells"] >= 2052


def test_a_case_that_fails_shows_the_situation_the_difference_and_what_decided(tmp_path: Path) -> None:
    cases = CASES.replace("expect: permit\n    reasons: [reading]", "expect: forbid\n    reasons: [rare_lending]")
    ran = run("test", library(tmp_path, cases), *ENGLISH)
    assert ran.code == 1
    assert ran.out.splitlines()[:9] == [
        "a reader takes a book of the open shelf (tests/reading.yaml:4:11)",
        "  situation   action=read, role=reader, desk=front, shelf=open",
        "  day         at 2025-03-01",
        "- effect      DENY",
        "+ effect      PERMIT",
        "- reasons     rare_lending",
        "+ reasons     reading",
        "  decided by  reading (rules/library.hab:4)",
        "                access 2025-01-01 [public × open]: may read (permitted), matrices/access.yaml:30",
    ]
    assert ran.out.splitlines()[-1] == "library: 6 cases (4 cells of tables), 5 passed, 1 failed"


def test_a_cell_is_told_with_its_label_in_the_language_of_the_reader(tmp_path: Path) -> None:
    cases = CASES.replace("expect: permit\n    reasons: [reading]", "expect: forbid\n    reasons: [rare_lending]")
    told = run("test", library(tmp_path, cases)).out
    assert "access 2025-01-01 [public × open] : peut lire (permitted), matrices/access.yaml:30" in told


def test_a_silence_and_a_missing_fact_are_shown_too(tmp_path: Path) -> None:
    cases = "cases:\n  - {name: x, with: {action: lend, shelf: open}, expect: abstain, missing: [member]}\n"
    ran = run("test", library(tmp_path, cases), *ENGLISH)
    assert "- missing     member\n+ missing     none\n  decided by  no_rule\n" in ran.out
    assert "day" not in ran.out


def test_the_failing_cells_of_a_table_are_shown_up_to_ten(tmp_path: Path) -> None:
    rows = "".join(f"          {role}: N\n" for role in ["reader", "keeper", "clerk"])
    block = f"      - columns: [open]\n        rows:\n{rows}"
    table = "  - name: n\n    given: [reader]\n    rows: role\n    columns: shelf\n    marks: {N: {expect: forbid}}\n"
    cases = f"facts:\n  reader: {{action: read, desk: front}}\ntables:\n{table}    blocks:\n{block * 4}"
    ran = run("test", library(tmp_path, cases), *ENGLISH)
    assert ran.out.count("n [") == 10
    assert "n: 2 more cells fail" in ran.out


def test_a_case_that_cannot_be_asked_says_why_and_the_others_are_run(tmp_path: Path) -> None:
    ran = run("test", library(tmp_path, CASES.replace("shelf: rare", "shelf: raer")), *ENGLISH)
    assert ran.code == 1
    assert ran.out.startswith("tests/reading.yaml:13:19: unknown `shelf`: `raer`\n")
    assert ran.out.endswith("5 passed, 1 failed, 1 mistake in the test files\n")


def test_a_mistake_of_a_table_is_told_once_and_not_as_the_difference_of_each_cell(tmp_path: Path) -> None:
    cases = CASES.replace("O: {expect: permit}", "O: {expect: permit, reasons: [readings]}")
    ran = run("test", library(tmp_path, cases), *ENGLISH)
    assert ran.out.count("unknown rule `readings`\n") == 1
    assert "help: did you mean `reading`?" in ran.out
    assert "- reasons" not in ran.out
    assert ran.out.endswith("4 passed, 2 failed, 1 mistake in the test files\n")


def test_a_test_file_that_cannot_be_read_is_told_and_the_others_are_run(tmp_path: Path) -> None:
    folder = library(tmp_path)
    (tmp_path / "tests" / "broken.yaml").write_text("cases: [{name: x}]\n", encoding="utf-8")
    ran = run("test", folder, *ENGLISH)
    assert ran.code == 1
    assert ran.out.startswith("tests/broken.yaml:1:9: missing key `expect`")
    assert ran.out.endswith("6 passed, 0 failed, 1 mistake in the test files\n")


def latin_1(file: Path) -> None:
    file.write_bytes("cases:\n  - {name: café, with: {action: read}, expect: permit}\n".encode("latin-1"))


def turned(file: Path) -> None:
    file.write_text("cases: [] # \u202edetcepxe\n", encoding="utf-8")


def too_large(file: Path) -> None:
    file.write_text("#" * (limits.FILE_BYTES + 1), encoding="utf-8")


def linked(file: Path) -> None:
    file.symlink_to("/etc", target_is_directory=True)


@pytest.mark.parametrize(
    ("unread", "told"),
    [
        (latin_1, "tests/a.yaml:2:15: not UTF-8 (byte 22)\n"),
        (turned, "tests/a.yaml:1:13: hidden character U+202E\n"),
        (too_large, f"tests/a.yaml:1:1: larger than {limits.FILE_BYTES} bytes\n"),
        (Path.mkdir, "tests/a.yaml:1:1: cannot be read: it is a folder\n"),
        (linked, "tests/a.yaml:1:1: a link that leaves the policy\n"),
        (os.mkfifo, "tests/a.yaml:1:1: cannot be read: it is not a file\n"),
    ],
)
def test_a_test_file_that_is_no_text_is_told_at_its_place_and_the_others_are_run_and_written(
    tmp_path: Path, unread: Callable[[Path], None], told: str
) -> None:
    folder = library(tmp_path)
    whole = run("test", folder, "--coverage", *ENGLISH).out
    unread(tmp_path / "tests" / "a.yaml")
    junit = tmp_path / "junit.xml"
    ran = run("test", folder, "--coverage", "--junit", str(junit), *ENGLISH)
    assert ran.code == 1
    assert ran.out.startswith(told)
    assert ran.out.endswith(whole.splitlines()[-1].replace("failed,", "failed, 1 mistake in the test files,") + "\n")
    root = ET.fromstring(junit.read_text("utf-8"))  # noqa: S314  # written by us just above
    assert (root.get("tests"), root.get("errors"), root[-1][0].get("classname")) == ("7", "1", "tests/a.yaml")
    assert run("test", folder, "--format", "github").out.startswith(f"::error file={folder}/tests/a.yaml,line=")
    assert run("check", folder, *ENGLISH).out.startswith(told)


def test_a_link_to_a_folder_among_the_tests_refuses_no_answer(tmp_path: Path) -> None:
    folder = library(tmp_path)
    linked(tmp_path / "tests" / "elsewhere")
    ran = run("test", folder, *ENGLISH)
    assert (ran.code, ran.out.splitlines()[0]) == (1, "tests/elsewhere:1:1: a link that leaves the policy")
    assert Authorizer.load(folder).tables.rules


def test_a_spreadsheet_of_cases_that_is_no_text_is_told_once_and_the_others_are_run(tmp_path: Path) -> None:
    table = "tables: [{name: t, rows: role, columns: shelf, marks: {O: {expect: permit}}, from: t.csv, key: post}]\n"
    folder = written(tmp_path, {**LIBRARY, "tests/reading.yaml": CASES, "tests/t.yaml": table})
    (tmp_path / "tests" / "t.csv").write_bytes("post,open\nr\xe9,O\n".encode("latin-1"))
    ran = run("test", folder, *ENGLISH)
    assert (ran.code, ran.out.split("\n")[0]) == (1, "tests/t.csv:2:2: not UTF-8 (byte 12)")
    assert ran.out.endswith("6 passed, 0 failed, 1 mistake in the test files\n")


def test_a_part_of_a_name_chooses_cases_and_one_that_chooses_none_is_refused(tmp_path: Path) -> None:
    folder = library(tmp_path)
    assert "2 cases (0 cells of tables), 2 passed" in run("test", folder, "-k", "A READER", *ENGLISH).out
    ran = run("test", folder, "-k", "nobody")
    assert (ran.code, ran.out) == (2, "")
    assert "no case has `nobody` in its name" in ran.err


@pytest.mark.parametrize("cases", [None, "{}\n", "cases: []\n"])
def test_a_policy_without_a_case_does_not_pass(tmp_path: Path, cases: str | None) -> None:
    folder = written(tmp_path, {**LIBRARY, **({} if cases is None else {"tests/reading.yaml": cases})})
    ran = run("test", folder, *ENGLISH)
    assert ran.code == 1
    assert ran.out.startswith("there is no case: nothing is tested\n  help: write cases in `tests/*.yaml`\n")
    assert ran.out.endswith("library: 0 cases (0 cells of tables), 0 passed, 0 failed, 1 mistake in the test files\n")
    data = json.loads(run("test", folder, "--json").out)
    assert (data["counts"]["cases"], [one["code"] for one in data["diagnostics"]]) == (0, ["no_case"])
    root = ET.fromstring(run("test", folder, "--junit", "-").out.encode())  # noqa: S314  # written by us just above
    assert [error.get("type") for error in root.iter("error")] == ["no_case"]


@pytest.mark.parametrize("ask", [("--json",), ("--format", "json")])
def test_the_same_is_plain_data_for_programs(tmp_path: Path, ask: tuple[str, ...]) -> None:
    cases = CASES.replace("shelf: rare", "shelf: raer").replace("reasons: [reading]", "reasons: [lending]")
    ran = run("test", library(tmp_path, cases), *ask)
    data = json.loads(ran.out)
    assert data["counts"] == {"cases": 6, "cells": 4, "passed": 4, "failed": 2, "mistakes": 1}
    wrong, unasked = data["failures"]
    assert (wrong["file"], wrong["line"], wrong["table"], wrong["at"]) == ("tests/reading.yaml", 4, None, "2025-03-01")
    assert wrong["expected"]["reasons"] == ["lending"]
    assert (wrong["expected"]["effect"], wrong["got"]["effect"]) == ("PERMIT", "PERMIT")
    assert wrong["got"]["reasons"][0]["source"] == "rules/library.hab:4"
    assert wrong["got"]["reasons"][0]["cells"][0]["value"] == "permitted"
    assert unasked["got"] is None
    assert unasked["differences"][0]["code"] == "case_refused"
    assert data["diagnostics"] == unasked["differences"]


def test_a_policy_that_cannot_be_used_ends_with_2(tmp_path: Path) -> None:
    ran = run("test", written(tmp_path, {**LIBRARY, "rules/library.hab": "permit x\n"}))
    assert ran.code == 2
    assert "code: no_citation" in ran.err


# --- JUnit ----------------------------------------------------------------------------------------


def test_junit_has_a_test_case_a_case_and_groups_the_cells_of_a_table(tmp_path: Path) -> None:
    file = tmp_path / "junit.xml"
    ran = run("test", library(tmp_path), "--junit", str(file), *ENGLISH)
    root = ET.fromstring(file.read_text("utf-8"))  # noqa: S314  # written by us just above
    assert (ran.code, root.tag, root.attrib) == (
        0,
        "testsuites",
        {"name": "library", "tests": "6", "failures": "0", "errors": "0"},
    )
    assert {suite.get("name"): len(suite.findall("testcase")) for suite in root} == {
        "tests/reading.yaml": 2,
        "tests/reading.yaml: who reads what": 4,
    }
    assert root[1][1].get("name") == "who reads what [reader × rare]"
    assert (root[1][1].get("file"), root[1][1].get("line")) == ("tests/reading.yaml", "26")


def test_junit_tells_failures_errors_and_broken_files_apart(tmp_path: Path) -> None:
    cases = CASES.replace("shelf: rare", "shelf: raer").replace("reasons: [reading]", "reasons: [lending]")
    folder = library(tmp_path, cases)
    (tmp_path / "tests" / "broken.yaml").write_text("cases: [\n", encoding="utf-8")
    ran = run("test", folder, "--junit", "-")
    root = ET.fromstring(ran.out.encode())  # noqa: S314  # as above
    assert (root.get("tests"), root.get("failures"), root.get("errors")) == ("7", "1", "2")
    (failure,) = root.iter("failure")
    assert failure.get("message") == "règles attendues : lending, obtenues : reading"
    assert failure.text is not None
    assert "+ règles      reading" in failure.text
    assert [error.get("type") for error in root.iter("error")] == ["case_refused", "yaml_syntax"]
    assert root[-1].get("name") == "test files"


@pytest.mark.parametrize("escaped", [r"\x01", r"\x1b[31m", r"\x7f", r"\0", r"\uFFFE", r"\uFFFF"])
def test_junit_can_be_read_whatever_a_case_is_named(tmp_path: Path, escaped: str) -> None:
    cases = CASES.replace("a reader and a rare book", f'"rare{escaped}\U0001f4d5"').replace(
        "shelf: rare", "shelf: open"
    )
    ran = run("test", library(tmp_path, cases), "--junit", "-")
    root = ET.fromstring(ran.out.encode())  # noqa: S314  # as above
    (failed,) = (case for case in root.iter("testcase") if case.find("failure") is not None)
    name = failed.get("name", "")
    assert (name[:4], name[-1]) == ("rare", "\U0001f4d5")


def test_junit_tells_a_mistake_that_keeps_no_case_from_being_asked(tmp_path: Path) -> None:
    cases = CASES.replace("a reader and a rare book", "a reader takes a book of the open shelf")
    ran = run("test", library(tmp_path, cases), "--junit", "-")
    root = ET.fromstring(ran.out.encode())  # noqa: S314  # as above
    assert (ran.code, root.get("tests"), root.get("failures"), root.get("errors")) == (1, "7", "0", "1")
    assert [error.get("type") for error in root.iter("error")] == ["repeated_name"]


def test_junit_is_the_same_bytes_every_time(tmp_path: Path) -> None:
    folder = library(tmp_path)
    assert run("test", folder, "--junit", "-").out == run("test", folder, "--junit", "-").out


def test_a_failure_is_drawn_in_colours_on_a_terminal(tmp_path: Path) -> None:
    cases = CASES.replace("reasons: [reading]", "reasons: [lending]")
    ran = run("test", library(tmp_path, cases), terminal=True)
    assert "\x1b[" in ran.out


def test_expected_and_got_are_in_one_vocabulary_and_a_word_that_is_no_effect_is_none(tmp_path: Path) -> None:
    cases = CASES.replace("expect: permit\n    reasons: [reading]", "expect: refuser").replace(
        "at: 2025-03-01\n    expect: silent", "at: 2025-03-01\n    expect: deny"
    )
    wrong, unasked = json.loads(run("test", library(tmp_path, cases), "--json").out)["failures"]
    assert (wrong["expected"]["effect"], wrong["got"]["effect"]) == ("DENY", "PERMIT")
    assert (unasked["expected"]["effect"], unasked["differences"][0]["help"]) == (None, "did you mean `forbid`?")
