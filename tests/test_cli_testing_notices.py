"""What `test` finds, where a change is reviewed: failing cases, mistakes, and what is unseen when too little is."""

import json
from pathlib import Path
from typing import Any

import pytest

from habilitation.authoring.cases import findings, run_suite
from habilitation.authoring.check import opened
from tests.command_line import LIBRARY, Ran, run, written
from tests.sarif_logs import read_log
from tests.test_cli_testing import CASES, library

WRONG = CASES.replace("reasons: [reading]", "reasons: [lending]")
UNASKED = CASES.replace("shelf: rare", "shelf: raer")


def results(ran: Ran) -> list[Any]:
    (only,) = read_log(ran.out)["runs"]
    found: list[Any] = only["results"]
    return found


def test_cases_that_pass_are_no_command_of_github_and_an_empty_run_of_sarif(tmp_path: Path) -> None:
    folder = library(tmp_path)
    assert run("test", folder, "--format", "github") == Ran(0, "", "")
    assert results(run("test", folder, "--format", "sarif")) == []


def test_a_case_that_fails_is_a_command_of_github_on_the_word_that_is_not_answered(tmp_path: Path) -> None:
    folder = library(tmp_path, WRONG)
    ran = run("test", folder, "--format", "github")
    assert (ran.code, ran.err) == (1, "")
    assert ran.out == (
        f"::error file={folder}/tests/reading.yaml,line=9,endLine=9,col=15,endColumn=22,title=case_fails"
        "::a reader takes a book of the open shelf: expected reasons lending, got reading"
        "%0A  situation   action=read, role=reader, desk=front, shelf=open"
        "%0A  day         at 2025-03-01"
        "%0A- reasons     lending"
        "%0A+ reasons     reading"
        "%0A  decided by  reading (rules/library.hab:4)"
        "%0A                access 2025-01-01 [public × open]: may read (permitted), matrices/access.yaml:30\n"
    )


def test_a_case_that_fails_is_a_result_of_sarif_with_its_difference_under_its_sentence(tmp_path: Path) -> None:
    (result,) = results(run("test", library(tmp_path, WRONG), "--format", "sarif"))
    assert (result["ruleId"], result["level"]) == ("case_fails", "error")
    sentence, situation, *_ = result["message"]["text"].split("\n")
    assert sentence == "a reader takes a book of the open shelf: expected reasons lending, got reading"
    assert situation == "  situation   action=read, role=reader, desk=front, shelf=open"
    place = result["locations"][0]["physicalLocation"]
    assert place["artifactLocation"]["uri"].endswith("/tests/reading.yaml")
    assert place["region"] == {"startLine": 9, "startColumn": 15, "endLine": 9, "endColumn": 22}


def test_a_case_with_several_differences_is_one_finding_that_tells_them_all(tmp_path: Path) -> None:
    cases = WRONG.replace("expect: permit\n", "expect: forbid\n", 1)
    (result,) = results(run("test", library(tmp_path, cases), "--format", "sarif"))
    sentence = result["message"]["text"].partition("\n")[0]
    assert sentence.endswith("expected DENY, got PERMIT (reading); expected reasons lending, got reading")
    assert result["locations"][0]["physicalLocation"]["region"]["startLine"] == 8


def test_a_failing_case_keeps_its_fingerprint_when_lines_move(tmp_path: Path) -> None:
    before, after = (
        results(run("test", written(tmp_path, {**LIBRARY, **files}), "--format", "sarif"))
        for files in (
            {"tests/reading.yaml": WRONG},
            {"tests/reading.yaml": f"# moved\n{WRONG}", "rules/library.hab": f"\n\n{LIBRARY['rules/library.hab']}"},
        )
    )
    assert before[0]["message"] != after[0]["message"]
    assert before[0]["partialFingerprints"] == after[0]["partialFingerprints"]


def test_every_cell_of_a_table_that_fails_is_a_finding_at_its_mark(tmp_path: Path) -> None:
    cases = CASES.replace("N: {expect: silent}", "N: {expect: forbid}")
    ran = run("test", library(tmp_path, cases), "--format", "github")
    told = [line.partition(",title=")[0].rpartition("tests/")[2] for line in ran.out.splitlines()]
    assert told == [
        "reading.yaml,line=26,endLine=26,col=21,endColumn=22",
        "reading.yaml,line=27,endLine=27,col=21,endColumn=22",
    ]


def test_a_case_that_cannot_be_asked_is_a_finding_at_the_word_that_is_unknown(tmp_path: Path) -> None:
    ran = run("test", library(tmp_path, UNASKED), "--format", "github")
    assert ran.code == 1
    (told,) = ran.out.splitlines()
    assert "tests/reading.yaml,line=13,endLine=13,col=19,endColumn=23,title=case_refused::unknown `shelf`" in told


def test_what_a_whole_table_lacks_is_one_finding_and_not_one_a_cell(tmp_path: Path) -> None:
    cases = CASES.replace("name: who reads what\n    given: [reader]", "name: who reads what\n    given: [readr]")
    tested = run_suite(opened(library(tmp_path, cases)))
    assert len(tested.failed) == 4
    assert [one.code for one in findings(tested)] == ["unknown_facts"]


def test_mistakes_of_the_test_files_come_first(tmp_path: Path) -> None:
    folder = library(tmp_path, WRONG)
    (tmp_path / "tests" / "broken.yaml").write_text("cases: [{name: x}]\n", encoding="utf-8")
    ran = run("test", folder, "--format", "sarif")
    assert [one["ruleId"] for one in results(ran)] == ["missing_key", "case_fails"]


def test_a_case_that_expects_a_rule_nobody_wrote_is_a_mistake_once_and_fails_of_what_else_it_expects(
    tmp_path: Path,
) -> None:
    cases = WRONG.replace("[lending]", "[lendings]").replace("N: {expect: silent}", "N: {expect: forbid, reasons: [x]}")
    told = results(run("test", library(tmp_path, cases), "--format", "sarif"))
    assert [one["ruleId"] for one in told] == ["unknown_rule", "unknown_rule", "case_fails", "case_fails"]
    sentences = [one["message"]["text"].partition("\n")[0] for one in told]
    assert sentences[:2] == ["unknown rule `lendings` (did you mean `lending`?)", "unknown rule `x`"]
    assert all(one.endswith(": expected DENY, got NOT_APPLICABLE (none)") for one in sentences[2:])


def test_a_coverage_under_what_is_asked_tells_what_is_unseen_at_its_places(tmp_path: Path) -> None:
    folder = library(tmp_path)
    unseen = json.loads(run("test", folder, "--coverage", "--json", "--lang", "en").out)["coverage"]["unseen"]
    ran = run("test", folder, "--fail-under", "90", "--format", "sarif")
    short, *found = results(ran)
    assert (ran.code, short["ruleId"], short["level"], short["locations"]) == (1, "too_little_seen", "error", [])
    assert short["message"]["text"].endswith("% of the policy, less than 90 %")
    assert {(one["ruleId"], one["level"]) for one in found} == {("unseen", "warning")}
    assert [one["message"]["text"] for one in found] == [one["message"] for one in unseen]
    places = [one["locations"][0]["physicalLocation"] for one in found]
    assert [place["region"]["startLine"] for place in places] == [one["line"] for one in unseen]
    ways = {one["message"].partition("`")[0] for one in unseen}
    assert {"no case reads the row ", "no case reads the column ", ""} <= ways


def test_what_is_unseen_is_no_finding_while_enough_is_seen(tmp_path: Path) -> None:
    folder = library(tmp_path)
    assert run("test", folder, "--fail-under", "10", "--format", "github") == Ran(0, "", "")
    assert run("test", folder, "--coverage", "--format", "github") == Ran(0, "", "")


@pytest.mark.parametrize("broken", [{"rules/library.hab": "permit x\n"}, {"vocabulary.yaml": "policy: [\n"}])
def test_a_policy_that_cannot_be_used_has_its_mistakes_told_and_ends_with_2(
    tmp_path: Path, broken: dict[str, str]
) -> None:
    folder = written(tmp_path, {**LIBRARY, **broken})
    ran = run("test", folder, "--format", "github")
    assert (ran.code, ran.err) == (2, "")
    assert f"::error file={folder}/{next(iter(broken))},line=" in ran.out


def test_junit_may_be_written_beside_the_notices(tmp_path: Path) -> None:
    file = tmp_path / "junit.xml"
    ran = run("test", library(tmp_path, WRONG), "--junit", str(file), "--format", "github")
    assert ran.out.startswith("::error ")
    assert '<testsuites name="library"' in file.read_text("utf-8")


@pytest.mark.parametrize(("verb", "flag"), [("test", "--junit"), ("check", "--certificate")])
@pytest.mark.parametrize(
    ("ask", "form"),
    [(("--json",), "json"), (("--format", "json"), "json"), (("--format", "sarif"), "sarif")],
)
def test_two_things_on_the_standard_output_are_refused_before_anything_is_written(
    tmp_path: Path, verb: str, flag: str, ask: tuple[str, ...], form: str
) -> None:
    ran = run(verb, library(tmp_path, WRONG), flag, "-", *ask)
    assert (ran.code, ran.out) == (2, "")
    told = " ".join(ran.err.replace("│", " ").split())
    assert f"{flag} - and the findings as {form} go to the same standard output: give {flag} FILE" in told


def test_names_of_the_shipped_policy_are_those_of_the_repository() -> None:
    ran = run("test", "-k", "the holder masks a document", "--fail-under", "100", "--format", "github")
    assert "::warning file=rules/dmp/masking.hab,line=" in ran.out
