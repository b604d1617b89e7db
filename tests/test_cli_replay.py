"""`diff --log`: past accesses judged by two policies, on the command line."""

import json
import sys
from pathlib import Path

import pytest

from tests.command_line import Ran, run
from tests.small_policies import axis, fact, policy_folder, rule, world

VOCABULARY = world(axis("action", "consult", "deposit"), axis("profession", "nurse", "doctor"), fact("care_team"))
OLD = rule("permit", "team", "care_team", "for consult")
NEW = rule("permit", "doctors", "care_team and profession is doctor", "for consult")
LOG = """time,patient_id,professional_id,profession
2026-03-01T10:00:00Z,p-1,pro-1,nurse
2026-03-01T10:01:00Z,p-2,pro-2,doctor
2026-03-01T10:02:00Z,p-3,pro-2,doctor
"""
FACTS = "patient_id,fact,recorded_at\np-1,care_team,2026-01-01T00:00:00Z\np-2,care_team,2026-01-01T00:00:00Z\n"
_HEADING = 3  # lines that say what is compared


@pytest.fixture
def ground(tmp_path: Path) -> Path:
    """Two policies, a log, its facts, and the audit.yaml of an audit of its own."""
    policy_folder(tmp_path / "old", OLD, VOCABULARY)
    policy_folder(tmp_path / "new", NEW, VOCABULARY)
    (tmp_path / "log.csv").write_text(LOG, "utf-8")
    (tmp_path / "facts.csv").write_text(FACTS, "utf-8")
    audit = "log: log.csv\nfacts: facts.csv\ncomplete: [care_team]\npolicy: nowhere\nout: report\nlang: fr\n"
    (tmp_path / "audit.yaml").write_text(audit, "utf-8")
    return tmp_path


def compared(ground: Path, old: str, new: str, *words: str) -> Ran:
    return run("diff", str(ground / old), str(ground / new), *words, "--lang", "en")


def given(ground: Path) -> list[str]:
    return ["--log", str(ground / "log.csv"), "--facts", str(ground / "facts.csv"), "--complete", "care_team"]


def test_what_closes_is_told_and_is_no_finding(ground: Path) -> None:
    ran = compared(ground, "old", "new", *given(ground))
    assert (ran.code, ran.err) == (0, "")
    first, second, *_ = ran.out.splitlines()[_HEADING:]
    assert first == "Accesses compared: 3 (lines read: 3; not readable: 0 before, 0 after)"
    counts = "opened: 0, closed: 1, permitted neither before nor after: 0 (records: 1; professionals: 1)"
    assert second == f"Judged otherwise: 1 – {counts}"
    assert "▼ Closed: 1 (took place: 1; records: 1; professionals: 1)" in ran.out


def test_in_french_a_number_agrees_with_nothing_and_every_count_says_what_it_is_of(ground: Path) -> None:
    ran = run("diff", str(ground / "new"), str(ground / "old"), *given(ground))
    counts = "ouverts : 1, fermés : 0, permis ni avant ni après : 0 (dossiers : 1 ; professionnels : 1)"
    assert ran.out.splitlines()[_HEADING + 1] == f"Jugés autrement : 1 – {counts}"


def test_what_opens_is_a_finding(ground: Path) -> None:
    ran = compared(ground, "new", "old", *given(ground), "--examples", "0")
    assert ran.code == 1
    assert "⚠ Opened: 1 (" in ran.out
    assert "log.csv:2" not in ran.out


def test_an_audit_file_says_the_logs_and_the_declarations_not_the_policy_nor_the_report(ground: Path) -> None:
    ran = compared(ground, "old", "new", "--log", str(ground / "audit.yaml"), "--json")
    data = json.loads(ran.out)
    assert (ran.code, data["changed"], data["closed"]) == (0, 1, 1)
    assert data["groups"][0]["examples"][0]["place"].endswith("log.csv:2")
    assert not (ground / "report").exists()


def test_every_changed_access_goes_to_a_folder(ground: Path) -> None:
    ran = compared(ground, "old", "new", *given(ground), "--out", str(ground / "changed"))
    assert ran.out.endswith(f"\n\nEvery access judged otherwise: {ground / 'changed'}\n")
    assert sorted(path.name for path in (ground / "changed").iterdir()) == [
        "changed.csv",
        "changed.parquet",
        "manifest.json",
        "rejects.csv",
    ]


def test_a_comparison_of_a_log_goes_to_a_pull_request(ground: Path) -> None:
    ran = compared(ground, "old", "new", *given(ground), "--markdown")
    assert ran.out.startswith("### Past accesses, judged again\n")
    assert "<details><summary>examples</summary>" in ran.out


def test_a_comparison_of_a_log_may_be_summed_up(ground: Path) -> None:
    ran = compared(ground, "old", "new", *given(ground), "--summary")
    assert len(ran.out.splitlines()) == _HEADING + 4
    assert ran.out.splitlines()[_HEADING + 1].startswith("Judged otherwise: 1 ")
    data = json.loads(compared(ground, "old", "new", *given(ground), "--summary", "--json").out)
    assert (data["compared"], data["closed"], "groups" in data) == (3, 1, False)


def test_accesses_may_be_judged_as_known_on_a_day(ground: Path) -> None:
    ran = compared(ground, "old", "new", *given(ground), "--known-on", "2025-12-31", "--json")
    assert json.loads(ran.out)["compared"] == 3
    assert json.loads(ran.out)["changed"] == 0  # later than all that was known


def test_the_day_of_knowledge_of_an_audit_file_is_that_of_the_rules_of_a_side_that_gives_a_day_too(
    ground: Path,
) -> None:
    late = rule("forbid", "late", "care_team", "for consult", "applicable from 2026-01-01", "known from 2026-06-01")
    policy_folder(ground / "late", OLD + late, VOCABULARY)
    audit = ground / "audit.yaml"
    words = ("late@2026-03-01", "--log", str(audit), "--json")
    assert json.loads(compared(ground, "old", *words).out)["closed"] == 2
    audit.write_text(f"{audit.read_text('utf-8')}known_on: 2026-04-01\n", "utf-8")
    data = json.loads(compared(ground, "old", *words).out)
    assert (data["changed"], data["new"]["at"], data["new"]["known_on"]) == (0, "2026-03-01", "2026-04-01")


def test_a_day_on_one_side_is_its_edition_for_every_access() -> None:
    hospital = str(Path(__file__).parent / "data" / "hospital" / "audit.yaml")
    ran = run("diff", "dmp", "@2025-09-01", "--log", hospital, "--json")
    assert ran.code == 1
    assert json.loads(ran.out)["opened"] == 6


def test_a_report_says_which_policies_it_compared_and_their_days(ground: Path) -> None:
    day = ["--at", "2026-01-01"]
    ran = compared(
        ground,
        "old",
        "new@2026-02-01@2026-03-01",
        *given(ground),
        *day,
        "--log-format",
        "csv",
        "--out",
        str(ground / "changed"),
    )
    heading, before, after, *_ = ran.out.splitlines()
    assert heading == f"{ground / 'old'} → {ground / 'new'}@2026-02-01@2026-03-01"
    assert before.startswith("  before: small, the edition in force on 2026-01-01 for every access, digest ")
    assert ", the edition in force on 2026-02-01 for every access, as known on 2026-03-01, digest " in after
    manifest = json.loads((ground / "changed" / "manifest.json").read_text("utf-8"))
    assert manifest["options"]["new"]["format"] == "csv"
    policies = manifest["policies"]
    data = json.loads(compared(ground, "old", "new", *day, "--json").out)
    assert policies["old"] == data["old"]
    assert policies["new"] == {
        **data["new"],
        "asked": f"{ground / 'new'}@2026-02-01@2026-03-01",
        "at": "2026-02-01",
        "known_on": "2026-03-01",
    }


def test_a_log_of_which_nothing_can_be_read_concludes_nothing(ground: Path) -> None:
    (ground / "log.csv").write_text("time,patient_id,professional_id\nnever,p-1,pro-1\n", "utf-8")
    assert compared(ground, "old", "new", *given(ground)).code == 3


def undated(ground: Path, *patients: str) -> None:
    """The facts, where those of these patients are dated without an offset, and no zone is declared."""
    lines = [f"{who},care_team,2026-01-01T00:00:00{'' if who in patients else 'Z'}" for who in ("p-1", "p-2", "p-3")]
    (ground / "facts.csv").write_text("patient_id,fact,recorded_at\n" + "\n".join(lines) + "\n", "utf-8")


def test_facts_that_cannot_be_dated_leave_nothing_to_conclude(ground: Path) -> None:
    undated(ground, "p-1", "p-2", "p-3")
    (ground / "log.csv").write_text("".join(LOG.splitlines(keepends=True)[i] for i in (0, 2, 3)), "utf-8")
    ran = compared(ground, "old", "new", *given(ground), "--out", str(ground / "changed"))
    facts = ground / "facts.csv"
    assert ran.code == 3
    assert ran.out.splitlines()[_HEADING : _HEADING + 6] == [
        "Nothing could be assessed: each access lacks a fact, or the texts do not settle it.",
        "So nothing is concluded, neither that these accesses were justified nor that they were not.",
        f"Not readable: {facts}, 3 before, 3 after (of 4). To be looked at before concluding.",
        "Accesses compared: 2 (lines read: 2; not readable: 0 before, 0 after)",
        "Rows of the other tables not readable: 3 before, 3 after",
        "Settled neither before nor after: 2; what becomes of them is not known",
    ]
    assert f"  no_zone: 3 before, 3 after; first {facts}:2 – a time without an offset" in ran.out
    assert "Lines that cannot be read:" in ran.out
    assert "judged otherwise." not in ran.out
    (head, *rows) = (ground / "changed" / "rejects.csv").read_text("utf-8").splitlines()
    assert head == "policy,file,line,code,error"
    assert [row.split(",")[0:4] for row in rows] == [["both", str(facts), str(line), "no_zone"] for line in (2, 3, 4)]


def test_what_could_not_be_read_is_data(ground: Path) -> None:
    undated(ground, "p-2")
    data = json.loads(compared(ground, "old", "old", *given(ground), "--summary", "--json").out)
    assert (data["undecided"], data["nothing_read"], data["nothing_assessed"]) == (1, False, False)
    for side in ("old", "new"):
        (one,) = data[side]["rejects"]
        assert (one["code"], one["lines"], one["first"]) == ("no_zone", 1, f"{ground / 'facts.csv'}:3")
        assert data[side]["rejects_by_code"] == {"no_zone": 1}
        assert data[side]["rejected_rows"] == {"facts": 1}
        assert data[side]["rejects_by_file"][0]["large"]


def test_an_access_of_which_a_fact_could_not_be_read_is_not_said_to_be_unchanged(ground: Path) -> None:
    undated(ground, "p-2")
    ran = compared(ground, "old", "old", *given(ground))
    assert ran.code == 0  # as an audit that assessed some accesses, and tells those that it did not
    assert ran.out.splitlines()[_HEADING + 3 : _HEADING + 5] == [
        "Settled neither before nor after: 1; what becomes of them is not known",
        "Of the other accesses, none is judged otherwise.",
    ]


@pytest.mark.parametrize(
    "words",
    [
        ["new", "DIR"],
        ["schema", "cases", "--out", "DIR"],
        ["sample-hospital", "DIR", "--patients", "20", "--accesses", "516"],
        ["check", "old", "--certificate", "DIR"],
        ["test", "old", "--junit", "DIR"],
        ["compile", "old", "-o", "DIR"],
        ["audit", "log.csv", "--policy", "old", "--out", "DIR"],
        ["diff", "old", "new", "--log", "log.csv", "--out", "DIR"],
    ],
)
def test_a_place_that_cannot_be_written_is_told_alike_by_every_verb_under_the_name_typed(
    ground: Path, monkeypatch: pytest.MonkeyPatch, words: list[str]
) -> None:
    monkeypatch.chdir(ground)
    before = sorted(path.name for path in ground.iterdir())
    ran = run(*("log.csv/there" if word == "DIR" else word for word in words), "--lang", "en")
    assert (ran.code, ran.out) == (2, "")
    assert ran.err == "`log.csv/there` cannot be written: Not a directory\n  code: unwritable_file\n"
    assert sorted(path.name for path in ground.iterdir()) == before


def test_a_report_that_cannot_be_written_to_its_end_names_no_temporary_folder(
    ground: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device", ".changed.partial-1/changed.csv")

    monkeypatch.setattr("habilitation.audit.report.folder._to_disk", full)
    ran = compared(ground, "old", "new", *given(ground), "--out", str(ground / "changed"))
    told = f"`{ground / 'changed'}` cannot be written: No space left on device\n  code: unwritable_file\n"
    assert (ran.code, ran.err) == (2, told)


def test_what_a_reject_quotes_is_withheld_under_pseudonyms(ground: Path) -> None:
    (ground / "facts.csv").write_text("patient_id,fact,recorded_at\np-1,care_team,Dr Jean Secret\n", "utf-8")
    (ground / "key").write_text("k" * 32, "utf-8")
    ran = compared(ground, "old", "new", *given(ground), "--pseudonymise", str(ground / "key"))
    assert "bad_time" in ran.out
    assert "Secret" in compared(ground, "old", "new", *given(ground)).out
    assert "Secret" not in ran.out


@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        (["--facts", "facts.csv"], 2, "--facts is about a log: give --log LOG..."),
        (["--log-format", "csv"], 2, "--log-format is about a log"),
        (["--examples", "3"], 2, "--examples is about a log"),
        (["--examples", "5"], 2, "--examples is about a log"),
        (["--log", "log.csv", "--format", "sarif"], 2, "--format sarif is about rules"),
        (["--log", "log.csv", "--where", "care_team"], 2, "--where is about situations"),
        (["--log", "log.csv", "--complete", "care_taem"], 2, "unknown axis `care_taem`"),
        (["--log", "nowhere.csv"], 3, "there is no file `nowhere.csv`"),
        (["--log", "empty.yaml"], 2, "no log to judge"),
    ],
)
def test_what_cannot_be_asked_of_a_log_is_refused(
    ground: Path, words: list[str], code: int, message: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ground)
    (ground / "empty.yaml").write_text("zone: Europe/Paris\n", "utf-8")
    ran = compared(ground, "old", "new", *words)
    assert (ran.code, message in ran.err) == (code, True), ran.err


def test_a_log_needs_the_parts_of_the_audit(ground: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("habilitation.cli.extra.find_spec", lambda part: None if part == "duckdb" else sys)
    ran = compared(ground, "old", "new", *given(ground))
    assert (ran.code, "this verb needs duckdb" in ran.err) == (2, True)
