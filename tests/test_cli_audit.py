"""The verb audit: what it asks of the audit, what it prints of the answer, and how it ends."""

import io
import json
import os
import signal
import subprocess
import sys
import time
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any
from unittest import mock

import pytest

from habilitation import Authorizer, __version__
from habilitation.audit.asked import Asked
from habilitation.audit.course import Progress
from habilitation.audit.question import Heard
from habilitation.cli.extra import PARTS
from habilitation.cli.options import Lang
from habilitation.cli.watching import watched
from tests.command_line import Ran, run

ROOT = Path(__file__).parent.parent
ENGLISH = ("--lang", "en")
ESCAPE = "\x1b["

ACCESS = {
    "file": "log.csv",
    "line": 7,
    "part": 0,
    "time": "2025-03-01T14:20:00+01:00",
    "professional_id": "P1",
    "profession": "G15_60",
    "structure_id": "S1",
    "unit_id": "U1",
    "patient_id": "R1",
    "document_id": "D1",
    "document_type": "11488-4",
    "action": "consult",
    "motive": "normal",
    "outcome": "done",
    "effect": "DENY",
    "rules": "masked_document",
    "citations": "CSP, art. R. 1111-49",
    "message_fr": "Document masqué.",
    "message_en": "Masked document.",
    "missing": "",
}
COUNTS: dict[str, Any] = {
    "lines_read": 20,
    "judged": 15,
    "accesses": 15,
    "partly_rejected": 0,
    "rejected": 3,
    "duplicates": 2,
    "outside": 0,
    "rejected_elsewhere": 1,
    "rejected_rows": {"facts": 1},
    "rejects_by_code": {"bad_time": 3, "unknown_code": 1},
    "rejects_by_file": [{"file": "log.csv", "rejected": 3, "lines": 90, "large": False}],
    "axes_told": ["masked"],
    "findings": 4,
    "findings_unnamed": 0,
    "findings_by_rule": {"masked_document": 3, "no_rule": 1},
    "by_kind": {"not_justified": 3, "no_rule": 1, "over_restriction": 2, "not_assessable": 5},
    "not_assessable_by_missing": {"masked": 2, "profession": 1, "professional_id": 1, "": 1},
    "break_glass": 6,
    "rule_by_system": {
        "PERMIT": {"done": 4, "refused": 2, "failed": 0},
        "DENY": {"done": 3, "refused": 0, "failed": 0},
        "INDETERMINATE": {"done": 5, "refused": 0, "failed": 0},
        "NOT_APPLICABLE": {"done": 1, "refused": 0, "failed": 0},
    },
    "by_file": [{"file": "log.csv", "read": 20}],
}

HEARD = Heard(known=True, unread=0, unread_rows=0, nothing_read=False)


@dataclass
class Audit:
    """In place of the audit: keeps what it was asked, and answers what the test wants."""

    folder: Path
    counts: dict[str, Any] = field(default_factory=lambda: COUNTS)
    inputs: list[dict[str, Any]] = field(default_factory=list)
    found: list[dict[str, Any]] = field(default_factory=list)
    asked: list[Asked] = field(default_factory=list)
    meanwhile: Callable[[], None] = lambda: None
    watched: list[bool] = field(default_factory=list)
    heard: Heard = HEARD
    exit_code: int = 1

    def audit(self, asked: Asked, policy: Authorizer, on_progress: Any) -> Any:
        self.asked.append(asked)
        self.watched.append(on_progress is not None)
        self.meanwhile()
        (self.folder / "manifest.json").write_text(
            json.dumps({"counts": self.counts, "inputs": self.inputs}), encoding="utf-8"
        )
        return SimpleNamespace(path=self.folder, exit_code=self.exit_code)

    def accesses(
        self, asked: Asked, policy: Authorizer, on_progress: Any, on_heard: Callable[[Heard], None]
    ) -> Iterator[dict[str, Any]]:
        self.asked.append(asked)
        self.meanwhile()
        on_heard(self.heard)
        yield from self.found


@pytest.fixture
def audit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Audit:
    made = Audit(tmp_path)
    module = ModuleType("habilitation.audit.run")
    vars(module).update(audit=made.audit, accesses=made.accesses)
    monkeypatch.setitem(sys.modules, "habilitation.audit.run", module)
    monkeypatch.setattr("habilitation.audit.run", module, raising=False)
    return made


@pytest.fixture(scope="module")
def policy(tmp_path_factory: pytest.TempPathFactory) -> str:
    file = tmp_path_factory.mktemp("compiled") / "dmp.hab"
    file.write_bytes(Authorizer.dmp().compile())
    return str(file)


# --- what is asked -------------------------------------------------------------------------------


def test_flags_take_every_word_up_to_the_next_flag(audit: Audit, policy: str) -> None:
    declared = ["--complete", "masked", "blocked", "--assume", "motive=normal", "care_team", "-"]
    assert (
        run("audit", "a.csv", "b.csv", "--facts", "f.csv", "g.csv", *declared, "--out", "R", "--policy", policy).code
        == 1
    )
    (asked,) = audit.asked
    assert asked.logs == ("a.csv", "b.csv", "-")
    assert asked.facts == ("f.csv", "g.csv")
    assert asked.complete == {"masked", "blocked"}
    assert asked.assume == {"motive": "normal", "care_team": "true"}
    assert asked.out == Path("R")


def test_a_file_says_it_all_and_flags_say_more(audit: Audit, policy: str, tmp_path: Path) -> None:
    file = tmp_path / "audit.yaml"
    file.write_text("log: log.csv\nfacts: f.csv\nout: report\nlang: en\nzone: Europe/Paris\n", encoding="utf-8")
    ran = run("audit", str(file), "--facts", "g.csv", "--zone", "UTC", "--policy", policy, HABILITATION_LANG="fr")
    (asked,) = audit.asked
    assert (asked.logs, asked.facts) == ((str(tmp_path / "log.csv"),), ("g.csv",))
    assert (asked.out, asked.zone, asked.lang) == (tmp_path / "report", "UTC", "en")
    assert ran.out.startswith("Lines read: 20 = ")
    assert run("audit", str(file), "--lang", "fr", "--policy", policy).out.startswith("Lignes lues : 20 = ")


def test_a_language_of_the_environment_is_that_of_the_report_too(audit: Audit, policy: str) -> None:
    ran = run("audit", "log.csv", "--out", "R", "--policy", policy, HABILITATION_LANG="en")
    assert ran.out.startswith("Lines read: 20 = ")
    assert audit.asked[0].lang == "en"


def test_the_mistakes_of_a_file_and_of_flags_are_told_together(audit: Audit, policy: str, tmp_path: Path) -> None:
    file = tmp_path / "audit.yaml"
    file.write_text("log: log.csv\nzone: Mars\n", encoding="utf-8")
    words = ("audit", str(file), "--complete", "maksed", "--policy", policy)
    ran = run(*words)
    assert (ran.code, ran.out, audit.asked) == (2, "", [])
    assert f"{file}:2:7: unknown time zone `Mars`" in ran.err
    assert "command line:1:12: unknown axis `maksed`" in ran.err
    error = json.loads(run(*words, "--json").out)["error"]
    assert [one["code"] for one in error["diagnostics"]] == ["unknown_zone", "unknown_axis"]


def test_a_file_without_the_shape_of_an_audit_ends_with_2(audit: Audit, tmp_path: Path) -> None:
    file = tmp_path / "audit.yaml"
    file.write_text("logz: log.csv\n", encoding="utf-8")
    ran = run("audit", str(file))
    assert ran.code == 2
    assert "audit.yaml:1:1: unknown key `logz`" in ran.err


@pytest.mark.parametrize(
    ("words", "code", "way_out"),
    [
        ("--out R", "no_log", "LOG... before the options"),
        ("log.csv", "no_report", "--out REPORT/"),
        ("a.yaml b.yml --out R", "several_files", "give one"),
        ("log.csv --patient R1 --professional P1", "two_questions", "ask one"),
        ("log.csv --since 2025-01-01 --out R", "no_question", "--patient or --professional"),
        ("log.csv --assume masked masked=false --out R", "already_given", "keep one"),
    ],
)
def test_what_cannot_be_asked_ends_with_2_and_a_way_out(
    words: str, code: str, way_out: str, audit: Audit, policy: str
) -> None:
    ran = run("audit", *words.split(), "--policy", policy)
    assert (ran.code, ran.out, audit.asked) == (2, "", [])
    assert way_out in ran.err
    error = json.loads(run("audit", *words.split(), "--policy", policy, "--json").out)["error"]
    assert error["code"] == code


def test_a_file_that_is_not_there_ends_with_3(tmp_path: Path) -> None:
    ran = run("audit", str(tmp_path / "audit.yaml"))
    assert ran.code == 3
    assert "No such file" in ran.err


# --- the report ----------------------------------------------------------------------------------


def test_the_summary_adds_up_and_says_where_to_read_on(audit: Audit, policy: str) -> None:
    ran = run("audit", "log.csv", "--out", "R", "--policy", policy, *ENGLISH)
    assert (ran.code, ran.err) == (1, "")
    assert ran.out.splitlines() == [
        "Lines read: 20 = 15 judged + 3 rejected + 2 duplicates (1 file)",
        "",
        "the rule × the system               opened  refused  failed",
        "permits (PERMIT)                    4       2        0",
        "refuses (DENY)                      3       0        0",
        "does not permit (NOT_APPLICABLE)    1       0        0",
        "does not settle it (INDETERMINATE)  5       0        0",
        "",
        "Accesses not justified by the rules: 4",
        "  3  masked_document",
        "  1  (no rule permits it)",
        "Not assessable: 5",
        "  2  masked – give the rows that are missing",
        "  1  the sources do not settle it",
        "  1  profession – give the column in the log, or one value for all: --assume profession=…",
        "  1  professional_id – the log does not say who",
        "  Only if the person responsible states that the tables hold every such fact: --complete masked",
        "  (no row then means no, hence refusals, hence findings).",
        "Lines that cannot be read: 4",
        "  3  bad_time",
        "  1  unknown_code",
        "  of which 1 of the facts table: what they said is not known",
        "Bris de glace (broken glass): 6",
        "Report: R/index.html",
    ]


def test_findings_on_records_that_the_facts_do_not_name_are_told_beside_the_rules(audit: Audit, policy: str) -> None:
    audit.counts = COUNTS | {"findings_unnamed": 2}
    ran = run("audit", "log.csv", "--out", "R", "--policy", policy, *ENGLISH)
    assert (
        "  1  (no rule permits it)\n  of which 2 on a record of which the facts have no row:\n"
        "  are identifiers written there as in the log (leading zeros, `.0`)?\nNot assessable: 5\n"
    ) in ran.out


def test_only_the_ten_most_are_shown_one_by_one(audit: Audit, policy: str) -> None:
    audit.counts = COUNTS | {
        "not_assessable_by_missing": {"known_on": 5},
        "findings_by_rule": {f"rule_{n:02}": 2 for n in range(12)},
        "outside": 7,
        "by_file": [{"file": f"{name}.csv", "read": read} for name, read in (("a", 20), ("b", 0))],
    }
    ran = run("audit", "log.csv", "--out", "R", "--policy", policy)
    assert "  2  rule_09\n  4  (les autres)\n" in ran.out
    assert "  5  known_on – plus tard que ce jour-là : auditez avec un --known-on plus récent\n" in ran.out
    assert " + 7 hors de la question (2 fichiers)\nJournaux sans aucune ligne : 1\n  b.csv\n" in ran.out


def test_nothing_found_ends_with_0(audit: Audit, policy: str) -> None:
    kinds = dict.fromkeys(COUNTS["by_kind"], 0)
    none: dict[str, Any] = {"findings": 0, "findings_by_rule": {}, "not_assessable_by_missing": {}, "by_kind": kinds}
    audit.counts = (
        COUNTS
        | none
        | {"rejected": 0, "rejected_elsewhere": 0, "rejected_rows": {}, "rejects_by_code": {}, "break_glass": 0}
    )
    audit.exit_code = 0
    ran = run("audit", "log.csv", "--out", "R", "--policy", policy, *ENGLISH)
    assert ran.code == 0
    assert ran.out.endswith("\n\nAccesses not justified by the rules: 0\nReport: R/index.html\n")


@pytest.mark.parametrize(
    ("changed", "first"),
    [
        (
            {"lines_read": 3, "rejected": 3, "judged": 0, "accesses": 0, "duplicates": 0},
            ["No line of the logs could be read: nothing was judged, and nothing is to be concluded."],
        ),
        (
            {"accesses": 5},
            [
                "Nothing could be assessed: each access lacks a fact, or the texts do not settle it.",
                "So nothing is concluded, neither that these accesses were justified nor that they were not.",
            ],
        ),
        (
            {"rejects_by_file": [{"file": "facts.csv", "rejected": 3, "lines": 9, "large": True}]},
            ["Not readable: 3 lines of 9 of facts.csv. Read rejects.csv before concluding."],
        ),
    ],
)
def test_what_forbids_to_conclude_is_said_first(
    changed: dict[str, Any], first: list[str], audit: Audit, policy: str
) -> None:
    audit.counts = COUNTS | changed
    ran = run("audit", "log.csv", "--out", "R", "--policy", policy, *ENGLISH)
    lines = ran.out.splitlines()
    assert lines[: len(first)] == first
    assert lines[len(first)].startswith("Lines read: ")


@pytest.mark.parametrize(
    ("missing", "told", "words", "shown"),
    [
        ("masked", [], (), ["masked – give the table that tells it (--facts, --documents)"]),
        ("masked", ["masked"], ("--complete", "masked"), ["masked – give the rows that are missing"]),
        (
            "author+masked",
            ["masked"],
            (),
            [
                "author, masked – give the table that tells it (--facts, --documents) ; give the rows that are missing",
                "Only if the person responsible states that the tables hold every such fact: --complete masked",
            ],
        ),
        (
            "activity_genre",
            [],
            (),
            ["activity_genre – give the column in the log, or one value for all: --assume activity_genre=…"],
        ),
    ],
)
def test_a_table_is_asked_for_before_it_is_declared_complete(
    missing: str, told: list[str], words: tuple[str, ...], shown: list[str], audit: Audit, policy: str
) -> None:
    audit.counts = COUNTS | {"not_assessable_by_missing": {missing: 5}, "axes_told": told}
    ran = run("audit", "log.csv", "--out", "R", "--policy", policy, *ENGLISH, *words)
    assert [text for text in shown if text not in ran.out] == []
    assert ("--complete" in ran.out) == (len(shown) > 1)


def test_the_summary_as_data_is_the_counts_of_the_manifest(audit: Audit, policy: str) -> None:
    ran = run("audit", "log.csv", "--out", "R", "--policy", policy, "--json")
    assert (ran.code, json.loads(ran.out)) == (1, {"report": "R", "columns_not_read": {}, **COUNTS})


@pytest.mark.parametrize(
    ("lang", "told"),
    [
        (
            "en",
            "Columns not read: poste, nom (log) ; a�[2J (memberships) ; libellé (facts) ; (without a name) (documents)",
        ),
        ("fr", "Colonnes non lues : poste, nom (log) ; a�[2J (memberships) ; libellé (facts) ; (sans nom) (documents)"),
    ],
)
def test_the_columns_that_are_not_read_are_told_once(audit: Audit, policy: str, lang: str, told: str) -> None:
    inputs = [
        ("log", ["poste", "nom"]),
        ("memberships", ["a\x1b[2J"]),
        ("log", ["nom"]),
        ("facts", ["libellé"]),
        ("documents", [""]),
    ]
    audit.inputs = [{"role": role, "columns_not_read": names} for role, names in inputs]
    ran = run("audit", "log.csv", "--out", "R", "--policy", policy, "--lang", lang)
    assert [line for line in ran.out.splitlines() if line.startswith("Col")] == [told]
    as_json = json.loads(run("audit", "log.csv", "--out", "R", "--policy", policy, "--json").out)
    told_of = {"log": ["poste", "nom"], "memberships": ["a\x1b[2J"], "facts": ["libellé"], "documents": [""]}
    assert as_json["columns_not_read"] == told_of


def test_nothing_is_drawn_while_nobody_looks(audit: Audit, policy: str) -> None:
    run("audit", "log.csv", "--out", "R", "--policy", policy)
    assert audit.watched == [False]


# --- questions on suspicion ----------------------------------------------------------------------


def asked_of_a_record(policy: str, *words: str, **how: Any) -> Ran:
    return run("audit", "log.csv", "--patient", "R1", "--policy", policy, *words, **how)


def test_an_access_is_a_line_when_piped(audit: Audit, policy: str) -> None:
    audit.found = [ACCESS, ACCESS | {"outcome": "refused", "line": 8, "motive": None}]
    ran = asked_of_a_record(policy, "--since", "2025-01-01")
    assert ran.code == 1
    assert ran.out.splitlines()[0] == (
        "2025-03-01T14:20:00+01:00  P1 G15_60 U1  R1  consult 11488-4 D1  normal  done  DENY"
        "  Document masqué. (CSP, art. R. 1111-49) [log.csv:7]"
    )
    assert "  -  refused  DENY  " in ran.out.splitlines()[1]
    assert (audit.asked[0].patient, str(audit.asked[0].since)) == ("R1", "2025-01-01")


def test_accesses_as_data_are_json_lines(audit: Audit, policy: str) -> None:
    audit.found = [ACCESS, ACCESS]
    ran = asked_of_a_record(policy, "--json")
    assert (ran.code, [json.loads(line) for line in ran.out.splitlines()]) == (1, [ACCESS, ACCESS])


@pytest.mark.parametrize(
    ("effect", "outcome", "code"),
    [("PERMIT", "done", 0), ("DENY", "refused", 0), ("INDETERMINATE", "done", 0), ("NOT_APPLICABLE", "done", 1)],
)
def test_an_access_done_without_a_permit_ends_with_1(
    effect: str, outcome: str, code: int, audit: Audit, policy: str
) -> None:
    audit.found = [ACCESS | {"effect": effect, "outcome": outcome}]
    assert asked_of_a_record(policy).code == code


def test_accesses_are_a_table_of_words_on_a_terminal(audit: Audit, policy: str) -> None:
    unknown = ACCESS | {
        "effect": "INDETERMINATE",
        "professional_id": None,
        "missing": "masked+author",
        "citations": "",
    }
    audit.found = [ACCESS, ACCESS | {"effect": "PERMIT", "outcome": "failed"}, unknown]
    ran = asked_of_a_record(policy, *ENGLISH, terminal=True, COLUMNS="240")
    assert ran.code == 1
    assert ESCAPE in ran.out
    for text in ("P1 Nurse U1", "Consult a document", "Masked document. [masked, author]", "PERMIT × failed"):
        assert text in ran.out
    assert "3 accesses, 1 not justified by the rules" in ran.out
    of_person = run(
        "audit", "log.csv", "--professional", "P1", "--policy", policy, *ENGLISH, terminal=True, COLUMNS="240"
    )
    assert "record of" in of_person.out
    assert "P1 Nurse" not in of_person.out


def test_no_access_is_said_on_a_terminal(audit: Audit, policy: str) -> None:
    ran = asked_of_a_record(policy, terminal=True)
    assert (ran.code, ran.out) == (0, "Aucun accès.\n")


@pytest.mark.parametrize("how", [(), ("--json",), ("a terminal",)])
@pytest.mark.parametrize(
    ("heard", "found", "code", "told"),
    [
        ({"known": True}, True, 1, []),
        ({"known": True}, False, 0, ["Known, but no access that can be read in what is asked."]),
        (
            {"known": False},
            False,
            0,
            ["Unknown identifier: no line read of the logs, no row read of the tables bears it."],
        ),
        (
            {"known": True, "unread": 3, "unread_rows": 2},
            True,
            1,
            [
                "Lines of the logs that could not be read: 3. The answer may be incomplete.",
                "Rows of the tables that could not be read: 2. The grounds may be incomplete.",
            ],
        ),
        (
            {"known": True, "unread": 3, "nothing_read": True},
            False,
            3,
            [
                "No line of the logs could be read: nothing is to be concluded.",
                "Lines of the logs that could not be read: 3. The answer may be incomplete.",
            ],
        ),
    ],
)
def test_what_an_answer_leaves_open_is_said_beside_it(
    heard: dict[str, Any],
    found: bool,
    code: int,
    told: list[str],
    how: tuple[str, ...],
    audit: Audit,
    policy: str,
) -> None:
    audit.heard = Heard(**{"unread": 0, "unread_rows": 0, "nothing_read": False} | heard)
    audit.found = [ACCESS] if found else []
    ran = asked_of_a_record(policy, *ENGLISH, *(how if how == ("--json",) else ()), terminal=how == ("a terminal",))
    assert (ran.code, ran.err.splitlines()) == (code, told)


def test_who_asks_by_a_pseudonym_is_told_to_ask_by_the_identifier(audit: Audit, policy: str) -> None:
    audit.heard = Heard(known=False, unread=0, unread_rows=0, nothing_read=False)
    ran = run("audit", "log.csv", "--professional", "pro-0123456789abcdef", "--policy", policy)
    assert ran.err.splitlines() == [
        "Identifiant inconnu : aucune ligne lue des journaux ni des tables ne le porte.",
        "C'est un pseudonyme : la question se pose avec l'identifiant.",
    ]


@pytest.mark.parametrize("terminal", [False, True])
def test_nothing_of_a_log_moves_the_cursor(terminal: bool, audit: Audit, policy: str) -> None:
    audit.found = [ACCESS | {"professional_id": "P\x1b[2J\n1"}]
    ran = asked_of_a_record(policy, terminal=terminal, COLUMNS="240")
    assert "P�[2J�1" in ran.out


# --- progress, and stopping ----------------------------------------------------------------------


class Screen(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("lang", "lines", "findings"), [(Lang.FR, "lignes", "constats"), (Lang.EN, "lines", "findings")]
)
def test_progress_is_drawn_for_a_person(lang: Lang, lines: str, findings: str, monkeypatch: pytest.MonkeyPatch) -> None:
    seen = Screen()
    monkeypatch.setattr(sys, "stderr", seen)
    monkeypatch.setenv("COLUMNS", "120")
    with watched(lang) as watch:
        assert watch is not None
        for phase, done in (("facts", 0), ("log", 1), ("log", 2), ("report", 0)):
            watch(Progress(phase, lines=1_000_000 * done, findings=1234, fraction=done / 4 or None))
            time.sleep(0.12)
    drawn = seen.getvalue()
    assert f"2\u202f000\u202f000 {lines}" in drawn
    assert f"{lines}/s" in drawn
    assert f"1\u202f234 {findings}" in drawn


@pytest.mark.parametrize(
    ("words", "told"),
    [("--out R", "Interrupted: no report was written.\n"), ("--patient R1", "Interrupted.\n")],
)
@pytest.mark.parametrize("raised", [KeyboardInterrupt(), RuntimeError("Query interrupted")], ids=["here", "in DuckDB"])
def test_a_person_who_stops_it_is_told(words: str, told: str, raised: Exception, audit: Audit, policy: str) -> None:
    audit.meanwhile = mock.Mock(side_effect=raised)
    assert run("audit", "log.csv", *words.split(), "--policy", policy, *ENGLISH) == Ran(130, "", told)


def test_a_mistake_of_ours_is_no_interruption(audit: Audit, policy: str) -> None:
    audit.meanwhile = mock.Mock(side_effect=RuntimeError("lines do not add up"))
    ran = run("audit", "log.csv", "--out", "R", "--policy", policy)
    # Nor is it taken for findings, whose exit code is Python's own.
    assert ran.code == 70
    assert "RuntimeError: lines do not add up" in ran.err


@pytest.mark.skipif(os.name != "posix", reason="only there is a signal sent to another process")
def test_an_audit_stopped_while_it_reads_leaves_nothing_behind(policy: str, tmp_path: Path) -> None:
    command = [
        sys.executable,
        "-m",
        "habilitation",
        "audit",
        "-",
        "--out",
        str(tmp_path / "report"),
        "--policy",
        policy,
    ]
    with subprocess.Popen([*command, *ENGLISH], cwd=ROOT, stdin=subprocess.PIPE, stderr=subprocess.PIPE) as running:
        assert running.stdin is not None
        assert running.stderr is not None
        running.stdin.write(b"time,patient_id,professional_id\n")
        running.stdin.flush()
        while not list(tmp_path.iterdir()):  # it has begun: what it puts on disk stands beside the report
            time.sleep(0.05)
        running.send_signal(signal.SIGINT)
        assert running.stderr.read() == b"Interrupted: no report was written.\n"
        assert running.wait() == 130
    assert list(tmp_path.iterdir()) == []


# --- a hospital, from end to end ---------------------------------------------------------------------


@pytest.fixture(scope="module")
def hospital(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("hospital")
    assert run("sample-hospital", str(folder), "--patients", "60", "--accesses", "700", "--seed", "3").code == 0
    return folder


def test_a_hospital_is_audited_and_its_report_is_beside_its_file(hospital: Path, policy: str) -> None:
    words = ("audit", str(hospital / "audit.yaml"), "--policy", policy)
    ran = run(*words, "--json")
    counts = json.loads(ran.out)
    assert (ran.code, ran.err, counts["report"]) == (1, "", str(hospital / "report"))
    assert counts["lines_read"] == 700 == counts["judged"] + counts["rejected"]
    assert sum(counts["findings_by_rule"].values()) >= counts["findings"] > 0
    assert sum(counts["not_assessable_by_missing"].values()) == counts["by_kind"]["not_assessable"]
    text = run(*words, *ENGLISH).out
    assert f"Accesses not justified by the rules: {counts['findings']}\n" in text
    assert text.endswith(f"Report: {hospital / 'report' / 'index.html'}\n")


def test_the_accesses_to_a_record_of_a_hospital_are_those_of_its_log(hospital: Path, policy: str) -> None:
    lines = (hospital / "log.csv").read_text(encoding="utf-8").splitlines()
    patient = next(cell for cell in lines[200].split(",") if cell.startswith("PAT-"))
    ran = run("audit", str(hospital / "audit.yaml"), "--patient", patient, "--json", "--policy", policy)
    listed = [json.loads(line) for line in ran.out.splitlines()]
    assert {access["patient_id"] for access in listed} == {patient}
    assert 201 in [access["line"] for access in listed]
    assert len(listed) <= sum(patient in line for line in lines)


def test_a_mapping_is_explained_and_nothing_judged(hospital: Path, policy: str, tmp_path: Path) -> None:
    words = ("audit", str(hospital / "log.csv"), "--zone", "Europe/Paris", "--explain-mapping", "--policy", policy)
    ran = run(*words)
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.startswith(f"{hospital / 'log.csv'}: log, csv, utf-8, cut at `,`\n")
    (file,) = json.loads(run(*words, "--json").out)
    assert len(file["lines"]) == 5
    other = tmp_path / "other.csv"
    other.write_text("who,when\nP1,2025-01-01\n", encoding="utf-8")
    assert run("audit", str(other), "--explain-mapping", "--policy", policy).code == 3
    other.write_text("time,professional_id,patient_id,profesion\n2025-01-01T12:00:00Z,a,p,60\n", encoding="utf-8")
    assert run("audit", str(other), "--explain-mapping", "--policy", policy).code == 3


# --- without the extra ---------------------------------------------------------------------------


def test_without_its_parts_the_audit_says_how_to_install_them(audit: Audit) -> None:
    with mock.patch.dict(sys.modules, {"duckdb": None}):
        ran = run("audit", "log.csv", "--out", "R")
    assert (ran.code, ran.out) == (2, "")
    assert "this verb needs duckdb: in a checkout, pip install '.[audit]'" in ran.err


def test_the_parts_are_those_of_the_extra() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    named = [one.split(">=")[0] for one in project["optional-dependencies"]["audit"]]
    assert [one for one in named if one != "tzdata"] == list(PARTS)  # data, which no import can look for


def test_the_command_line_loads_no_part_of_the_audit_before_it_is_asked_for() -> None:
    program = f"import sys, habilitation.cli.main; print(*sorted({{'numpy', *{PARTS!r}}} & set(sys.modules)))"
    loaded = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    assert loaded.stdout.split() == []


def test_the_version_is_told() -> None:
    assert run("--version") == Ran(0, f"habilitation {__version__}\n", "")
