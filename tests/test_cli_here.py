"""Which policy a verb speaks of when none is named: that of the current folder, or the shipped one."""

import json
from pathlib import Path

import pytest

from habilitation import Authorizer
from habilitation.cli.here import policy_named
from tests.command_line import LIBRARY, run, written

CASES = "cases:\n  - {name: a lent book, with: {action: lend, shelf: rare}, at: 2025-03-01, expect: forbid}\n"
VERBS = [
    ("check", "--json"),
    ("test", "--json"),
    ("show", "policy", "--json"),
    ("show", "matrix", "access"),
    ("show", "rule", "rare_lending"),
    ("show", "axes"),
    ("show", "axis", "shelf"),
    ("show", "type", "rare"),
    ("decide", "action=lend", "shelf=rare"),
    ("explain", "action=lend", "shelf=rare"),
    ("who", "keeper", "--may", "lend"),
    ("mutate", "--only", "rare_lending", "--jobs", "1"),
    ("compile", "--output", "-"),
    ("audit", "log.csv", "--explain-mapping"),
]


@pytest.fixture
def library(tmp_path: Path) -> Path:
    log = "time,professional_id,patient_id,action,shelf\n2025-03-01T10:00:00+01:00,k,p,lend,rare\n"
    return Path(written(tmp_path / "library", {**LIBRARY, "tests/a.yaml": CASES, "log.csv": log}))


def named(words: tuple[str, ...], policy: str) -> tuple[str, ...]:
    """The words with the policy they speak of: an argument of some verbs, an option of the others."""
    takes_it = words[0] in ("check", "test", "mutate", "compile")
    return (*words, *([policy] if takes_it else ["--policy", policy]))


@pytest.mark.parametrize("words", VERBS, ids=[" ".join(words[:2]) for words in VERBS])
def test_in_a_policy_folder_every_verb_speaks_of_it(
    words: tuple[str, ...], library: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(library)
    assert run(*words) == run(*named(words, "."))


@pytest.mark.parametrize("words", VERBS, ids=[" ".join(words[:2]) for words in VERBS])
def test_what_a_verb_says_without_a_path_is_said_in_its_help(words: tuple[str, ...]) -> None:
    shown = " ".join(run(*(words[:2] if words[0] == "show" else words[:1]), "--help").out.split())
    assert "without one, the current folder if it holds vocabulary.yaml, else the DMP policy" in shown


@pytest.mark.parametrize("words", VERBS[:1] + VERBS[2:3], ids=["check", "show"])
def test_the_shipped_policy_is_named_in_the_folder_of_another(
    words: tuple[str, ...], library: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "empty").mkdir()
    monkeypatch.chdir(tmp_path / "empty")
    shipped = run(*words)
    monkeypatch.chdir(library)
    assert run(*named(words, "dmp")) == shipped
    assert run(*words) != shipped


def test_a_folder_of_that_name_is_the_policy(library: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    library.rename(tmp_path / "dmp")
    monkeypatch.chdir(tmp_path)
    assert json.loads(run("show", "policy", "--json", "--policy", "dmp").out)["name"] == "library"


@pytest.mark.parametrize(("place", "near"), [("..", "`library`"), ("tests", "`..`")])
def test_beside_a_policy_that_may_be_meant_the_shipped_one_says_its_name(
    library: Path, place: str, near: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(library / place)
    ran = run("show", "policy", "--json")
    assert ran.err == f"no policy in this folder: this is the shipped DMP policy (`dmp`); did you mean {near}?\n"
    named_so = run("show", "policy", "--json", "--policy", "dmp")
    assert (named_so.out, named_so.err) == (ran.out, "")


def test_a_folder_that_cannot_be_listed_names_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: object) -> None:
        raise PermissionError

    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("habilitation.cli.here.os.scandir", refused)
    assert policy_named(None) is None


def test_elsewhere_they_speak_of_the_shipped_policy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert json.loads(run("show", "policy", "--json").out)["name"] == Authorizer.dmp().policy["name"]


def test_a_policy_that_is_named_is_the_one(library: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    other = written(
        tmp_path / "other", {**LIBRARY, "vocabulary.yaml": LIBRARY["vocabulary.yaml"].replace("library", "x")}
    )
    monkeypatch.chdir(library)
    assert json.loads(run("show", "policy", "--json", "--policy", other).out)["name"] == "x"


def test_a_vocabulary_that_cannot_be_read_is_told_and_no_other_policy_judges(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "vocabulary.yaml").symlink_to("nowhere.yaml")
    monkeypatch.chdir(tmp_path)
    ran = run("check")
    assert (ran.code, "vocabulary.yaml:1:1: cannot be read: " in ran.out) == (2, True)


def test_findings_of_the_current_folder_are_named_from_it(library: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rules = library / "rules" / "library.hab"
    rules.write_text(rules.read_text(encoding="utf-8").replace("shelf is rare", "shelf is raer"), encoding="utf-8")
    monkeypatch.chdir(library)
    assert run("check", "--format", "github").out.startswith("::error file=rules/library.hab,line=")
