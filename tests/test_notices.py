"""What `check` finds, where a change is reviewed: SARIF and the commands of GitHub."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft7Validator

from habilitation.authoring.notices import Notice, github, sarif, shown
from habilitation.diagnostic import Diagnostic, Severity
from habilitation.source import Source, Span
from tests.command_line import Ran, run
from tests.sarif_logs import read_log, standard
from tests.small_policies import ENTRY, policy_folder

TEXT = Source("rules/a b.hab", "permit x\n  when é, naïf\n")
WRONG = Diagnostic("unknown_axis", "unknown axis `naïf`", Span(TEXT, 19, 23), "did you mean `motive`?")
EVERYWHERE = Diagnostic("missing_file", "no `vocabulary.yaml`", severity=Severity.WARNING)
LEVELS = {"none", "note", "warning", "error"}


def log(*found: Notice) -> dict[str, Any]:
    read: dict[str, Any] = read_log(sarif(found))
    return read


def test_a_github_command_names_file_lines_columns_title_and_message() -> None:
    assert shown([WRONG], "github", "policies/own") == (
        "::error file=policies/own/rules/a b.hab,line=2,endLine=2,col=11,endColumn=15,title=unknown_axis"
        "::unknown axis `naïf`%0Adid you mean `motive`?"
    )


def test_a_finding_without_a_place_is_a_github_command_without_one() -> None:
    assert shown([EVERYWHERE], "github") == "::warning title=missing_file::no `vocabulary.yaml`"


@pytest.mark.parametrize(
    ("text", "in_message", "in_property"),
    [
        ("50 %", "50 %25", "50 %25"),
        ("a\nb\r\nc", "a%0Ab%0D%0Ac", "a%0Ab%0D%0Ac"),
        ("a\x1b[2Jb\u202ec", "a�[2Jb�c", "a�[2Jb�c"),
        ("a:b,c", "a:b,c", "a%3Ab%2Cc"),
        ("%0A::set-output::", "%250A::set-output::", "%250A%3A%3Aset-output%3A%3A"),
    ],
)
def test_nothing_a_policy_says_ends_or_begins_a_github_command(text: str, in_message: str, in_property: str) -> None:
    told = github([Notice(text, text, file=text)])
    assert told == f"::error file={in_property},title={in_property}::{in_message}"
    assert "\n" not in told


def test_an_end_column_is_told_on_one_line_only() -> None:
    across = Notice("c", "m", file="f", line=1, column=3, end_line=2, end_column=1)
    assert "endColumn" not in github([across])


def test_nothing_found_is_no_command_and_an_empty_run() -> None:
    assert shown([], "github") == ""
    (only,) = log()["runs"]
    assert (only["results"], only["tool"]["driver"]["rules"]) == ([], [])


def test_a_sarif_log_has_what_the_standard_requires() -> None:
    told = read_log(shown([WRONG, EVERYWHERE, WRONG], "sarif", "policies/own"))
    assert told["version"] == "2.1.0"
    assert told["$schema"].endswith("sarif-schema-2.1.0.json")
    (only,) = told["runs"]
    rules = only["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in rules] == ["unknown_axis", "missing_file"]
    assert only["columnKind"] == "unicodeCodePoints"
    for result in only["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
        assert result["level"] in LEVELS
        assert result["message"]["text"]
        for location in result["locations"]:
            place = location["physicalLocation"]
            assert re.fullmatch(r"[\w\-.~/%]+", place["artifactLocation"]["uri"], re.ASCII)
            assert all(isinstance(number, int) and number >= 1 for number in place["region"].values())


def test_the_schema_of_the_standard_is_that_of_oasis_and_refuses_what_is_no_log() -> None:
    assert standard()["$id"].endswith("oasis-tcs/sarif-spec/master/Schemata/sarif-schema-2.1.0.json")
    Draft7Validator.check_schema(standard())
    with pytest.raises(AssertionError, match="'grave' is not one of"):
        read_log(sarif([Notice("c", "m")]).replace('"error"', '"grave"'))


def test_a_sarif_place_is_a_uri_and_a_region_that_counts_characters_from_one() -> None:
    one, nowhere = read_log(shown([WRONG, EVERYWHERE], "sarif", "été"))["runs"][0]["results"]
    place = one["locations"][0]["physicalLocation"]
    assert place["artifactLocation"] == {"uri": "%C3%A9t%C3%A9/rules/a%20b.hab"}
    assert place["region"] == {"startLine": 2, "startColumn": 11, "endLine": 2, "endColumn": 15}
    assert one["message"]["text"] == "unknown axis `naïf` (did you mean `motive`?)"
    assert nowhere["locations"] == []


def test_a_finding_on_a_whole_file_has_no_region() -> None:
    (result,) = log(Notice("c", "m", file="f"))["runs"][0]["results"]
    assert result["locations"] == [{"physicalLocation": {"artifactLocation": {"uri": "f"}}}]


def fingerprints(*found: Notice) -> list[str]:
    return [one["partialFingerprints"]["finding/v1"] for one in log(*found)["runs"][0]["results"]]


def test_a_sarif_fingerprint_stays_when_lines_move() -> None:
    assert fingerprints(Notice("c", "m", file="f", line=3)) == fingerprints(Notice("c", "m", file="f", line=9))


def test_two_findings_that_say_the_same_of_a_file_have_two_sarif_fingerprints() -> None:
    here, there, elsewhere = (Notice("c", "m", file="f", line=line) for line in (3, 9, 12))
    assert len({*fingerprints(here, there, elsewhere)}) == 3
    assert fingerprints(here, there)[0] == fingerprints(here)[0]


def test_another_format_is_refused() -> None:
    with pytest.raises(ValueError, match="unknown format `xml`"):
        shown([], "xml")


# --- on the command line --------------------------------------------------------------------------


def test_check_tells_its_findings_to_github_with_names_of_the_repository(tmp_path: Path) -> None:
    folder = policy_folder(tmp_path / "door", rules=ENTRY.replace("invited", "invted"))
    told = run("check", str(folder), "--format", "github")
    assert told.code == 2
    assert told.out.startswith(f"::error file={folder}/rules/all.hab,line=2,endLine=2,col=8,endColumn=14,title=unknown")


def test_check_tells_its_findings_as_sarif(tmp_path: Path) -> None:
    folder = policy_folder(tmp_path / "door", rules=ENTRY.replace("invited", "invted"))
    told = run("check", str(folder), "--format", "sarif")
    assert read_log(told.out)["runs"][0]["results"][0]["ruleId"] == "unknown_axis"


def test_check_says_nothing_to_github_of_a_policy_in_order(tmp_path: Path) -> None:
    assert run("check", str(policy_folder(tmp_path)), "--format", "github") == Ran(0, "", "")
    assert json.loads(run("check", str(tmp_path), "--format", "json").out)["diagnostics"] == []
